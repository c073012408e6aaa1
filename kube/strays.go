package kube

import (
	"maps"
	"slices"

	"github.com/mulebot/mulebot/models"
)

// strayKinds are the custom resources that stand for one volume each and have the name of its PersistentVolume.
var strayKinds = []struct {
	kind                    string
	engine                  models.Engine
	node, pool, size, state []string
}{
	{"LVMVolume", models.LVM, []string{"spec", "ownerNodeID"}, []string{"spec", "volGroup"}, []string{"spec", "capacity"}, []string{"status", "state"}},
	{"ZFSVolume", models.ZFS, []string{"spec", "ownerNodeID"}, []string{"spec", "poolName"}, []string{"spec", "capacity"}, []string{"status", "state"}},
	{"CStorVolumeConfig", models.CStor, nil, nil, []string{"spec", "capacity", "storage"}, []string{"status", "phase"}},
	{"JivaVolume", models.Jiva, nil, nil, []string{"spec", "capacity"}, []string{"status", "phase"}},
}

// addStrays lists what engines keep for volumes that have no PersistentVolume: what was deleted in Kubernetes only, or what could not
// be made. It says nothing where PersistentVolumes were not read.
func (b *builder) addStrays() {
	if b.o.Unread["PersistentVolume"] {
		return
	}
	waiting := map[string]models.Claim{} // by the name that their volumes would have
	for _, c := range b.inv.Claims {
		if o := b.claims[key(c.Namespace, c.Name)]; c.Volume == "" && o != nil {
			waiting["pvc-"+string(o.UID)] = c
		}
	}
	for _, k := range strayKinds {
		for _, name := range slices.Sorted(maps.Keys(b.custom[k.kind])) {
			if b.volumes[name] != nil {
				continue
			}
			f := b.custom[k.kind][name]
			s := models.Stray{Kind: k.kind, Name: name, Engine: k.engine, Size: f.bytes(k.size...), State: f.str(k.state...),
				Error: f.str("status", "error", "message"), Claim: waiting[name].Name, Namespace: waiting[name].Namespace}
			if k.node != nil {
				s.Node, s.Pool = b.node(f.str(k.node...)), root(f.str(k.pool...))
			}
			b.inv.Strays = append(b.inv.Strays, s)
		}
	}
}
