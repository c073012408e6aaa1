package kube

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// Kinds of pools of LVM.
const (
	volumeGroup = "volume group"
	thinPool    = "thin pool"
)

// addVolumeGroups lists the volume groups of every LVMNode and the thin pools in them. A group that is given to a thin pool
// has nothing free and is not full: what its thin pool holds counts as used.
func (b *builder) addVolumeGroups() {
	for _, object := range b.o.Custom["LVMNode"] {
		f := fields(object)
		node := b.node(f.name())
		for _, vg := range f.list("volumeGroups") {
			p := models.Pool{Name: vg.str("name"), Node: node, Engine: models.LVM, Kind: volumeGroup, Health: models.Healthy,
				Size: vg.bytes("size"), Free: vg.bytes("free"), Used: models.UnknownBytes, Committed: models.UnknownBytes, Replicas: -1,
				Details: groupDetails(f, vg), Created: f.created()}
			if p.Size.IsKnown() && p.Free.IsKnown() {
				p.Used = max(0, p.Size-p.Free)
			}
			if n := vg.count("missingPvCount"); n > 0 {
				p.Health, p.Lost = models.Degraded, n
				p.Notes = append(p.Notes, fmt.Sprintf("LVMNode says missingPvCount %d: the volume group lost %d of its %d disks", n, n, vg.count("pvCount")))
			}
			b.distrust(&p, "LVMNode lists it", "")
			b.agentSilent(&p, lvmAgent)
			for _, thin := range vg.list("thinPools") {
				b.addThinPool(&p, thin)
			}
			b.addPool(p)
		}
	}
}

func (b *builder) addThinPool(group *models.Pool, f fields) {
	p := models.Pool{Name: f.str("name"), Node: group.Node, Engine: models.LVM, Kind: thinPool, Health: group.Health,
		Size: f.bytes("size"), Free: f.bytes("free"), Used: models.UnknownBytes, Group: group.Name, Replicas: -1, Created: group.Created}
	if p.Size.IsKnown() && p.Free.IsKnown() {
		p.Used = max(0, p.Size-p.Free)
		if group.Used.IsKnown() {
			group.Used = max(0, group.Used-p.Free)
		}
		group.Notes = append(group.Notes, fmt.Sprintf("LVMNode says free %s, since %s of it are the thin pool `%s`, which has %s free: the volume group takes no more thick volumes than its own free space, thin ones are judged by the thin pool", group.Free, p.Size, p.Name, p.Free))
	}
	if group.Health != models.Healthy {
		p.Notes = append(p.Notes, fmt.Sprintf("its volume group `%s` is %s", group.Name, group.Health))
	}
	b.addPool(p)
}

func (b *builder) lvmVolume(v *models.Volume, pv *corev1.PersistentVolume) {
	f := b.custom["LVMVolume"][v.Name]
	group := f.str("spec", "volGroup")
	if pv.Spec.CSI != nil && group == "" {
		group = pv.Spec.CSI.VolumeAttributes["openebs.io/volgroup"]
	}
	v.Node, v.Thin = b.owner(f, pv), f.yes("spec", "thinProvision")
	b.lvmPools(v, group)
	if f == nil {
		b.localUnknown(v, "LVMVolume")
		return
	}
	v.State, v.Health, v.Details = f.str("status", "state"), localHealth(f.str("status", "state")), lvmDetails(f)
	if message := f.str("status", "error", "message"); message != "" {
		v.Error = f.str("status", "error", "code") + ": " + message
		v.Notes = append(v.Notes, fmt.Sprintf("LVMVolume says status.state %s, status.error %s: %s", v.State, f.str("status", "error", "code"), message))
	}
	noteWanted(v, f, "LVMVolume")
	b.distrustLocal(v, "LVMVolume says status.state "+v.State)
	if b.custom["LVMNode"][v.Node] != nil && group != "" && b.pool(models.LVM, v.Node, group) == nil && v.Health == models.Healthy {
		v.Health = models.Unknown
		v.Notes = append(v.Notes, fmt.Sprintf("LVMVolume says status.state %s, but LVMNode `%s` lists no volume group `%s`", v.State, v.Node, group))
	}
	if p := b.pool(models.LVM, v.Node, group); p != nil && p.Health == models.Degraded && v.Health == models.Healthy {
		v.Health = models.Unknown
		v.Notes = append(v.Notes, fmt.Sprintf("LVMVolume says status.state %s, but volume group `%s` on node `%s` lost a disk: whether the volume was on it is not known", v.State, group, v.Node))
	}
}

// lvmPools says which pools hold the volume: the volume group and, for a thin volume, first of all its thin pool.
func (b *builder) lvmPools(v *models.Volume, group string) {
	if group == "" {
		return
	}
	if v.Thin {
		thin := group + "_thinpool" // the name that the driver gives
		if b.pool(models.LVM, v.Node, thin) == nil {
			for _, vg := range b.custom["LVMNode"][v.Node].list("volumeGroups") {
				if pools := vg.list("thinPools"); vg.str("name") == group && len(pools) == 1 {
					thin = pools[0].str("name")
				}
			}
		}
		if k := poolKey(models.LVM, v.Node, thin); b.pool(models.LVM, v.Node, thin) != nil {
			v.Pools = append(v.Pools, thin)
			b.held[k]++
			b.promised[k] += max(0, v.Size)
		}
	}
	v.Pools = append(v.Pools, group)
	b.held[poolKey(models.LVM, v.Node, group)]++
}

// root returns the pool of a ZFS name, which may go on to a dataset: "tank/k8s".
func root(name string) string {
	pool, _, _ := strings.Cut(name, "/")
	return pool
}
