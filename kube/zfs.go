package kube

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// addZPools lists the pools of every ZFSNode. It knows neither their size nor their health: the size is what is free and what
// is used, and a pool is taken to be healthy while its node is.
func (b *builder) addZPools() {
	for _, object := range b.o.Custom["ZFSNode"] {
		f := fields(object)
		for _, pool := range f.list("pools") {
			p := models.Pool{Name: pool.str("name"), Node: b.node(f.name()), Engine: models.ZFS, Kind: "zpool", Health: models.Healthy,
				Size: models.UnknownBytes, Used: pool.bytes("used"), Free: pool.bytes("free"), Committed: models.UnknownBytes,
				Replicas: -1, Details: zpoolDetails(f, pool), Created: f.created()}
			if p.Used.IsKnown() && p.Free.IsKnown() {
				p.Size = p.Used + p.Free
			}
			b.distrust(&p, "ZFSNode lists it", "")
			b.agentSilent(&p, zfsAgent)
			b.addPool(p)
		}
	}
}

func (b *builder) zfsVolume(v *models.Volume, pv *corev1.PersistentVolume) {
	f := b.custom["ZFSVolume"][v.Name]
	name := f.str("spec", "poolName")
	if pv.Spec.CSI != nil && name == "" {
		name = pv.Spec.CSI.VolumeAttributes["openebs.io/poolname"]
	}
	v.Node, v.Thin = b.owner(f, pv), f.yes("spec", "thinProvision")
	if pool := root(name); pool != "" {
		v.Pools = append(v.Pools, pool)
		b.held[poolKey(models.ZFS, v.Node, pool)]++
	}
	if f == nil {
		b.localUnknown(v, "ZFSVolume")
		return
	}
	v.State, v.Health, v.Details = f.str("status", "state"), localHealth(f.str("status", "state")), zfsDetails(f)
	noteWanted(v, f, "ZFSVolume")
	b.distrustLocal(v, "ZFSVolume says status.state "+v.State)
	if p := b.pool(models.ZFS, v.Node, root(name)); p == nil && b.seen("ZFSNode") && v.Health == models.Healthy {
		v.Health = models.Unknown
		v.Notes = append(v.Notes, fmt.Sprintf("ZFSVolume says status.state %s, but ZFSNode `%s` lists no pool `%s`", v.State, v.Node, root(name)))
	}
}
