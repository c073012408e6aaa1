package kube

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mulebot/mulebot/models"
)

// addTerminating lists what is being deleted and still there, of all kinds that are read.
func (b *builder) addTerminating() {
	for _, n := range b.o.Namespaces {
		if n.DeletionTimestamp != nil {
			t := ending("Namespace", &n.ObjectMeta)
			for _, f := range n.Spec.Finalizers {
				t.Finalizers = append(t.Finalizers, string(f))
			}
			b.inv.Terminating = append(b.inv.Terminating, t)
		}
	}
	for _, c := range b.o.Claims {
		if c.DeletionTimestamp != nil {
			t := ending("PersistentVolumeClaim", &c.ObjectMeta)
			t.Engine, t.Volume, t.ClaimSpace, t.Claim = b.engineOfClaim(c), c.Spec.VolumeName, c.Namespace, c.Name
			b.inv.Terminating = append(b.inv.Terminating, t)
		}
	}
	for _, v := range b.o.PersistentVolumes {
		if v.DeletionTimestamp != nil {
			t := ending("PersistentVolume", &v.ObjectMeta)
			t.Engine, _ = engineOf(v)
			t.Volume = v.Name
			b.inv.Terminating = append(b.inv.Terminating, t)
		}
	}
	for i := range b.inv.Pods {
		if p := &b.inv.Pods[i]; !p.Deleting.IsZero() {
			b.inv.Terminating = append(b.inv.Terminating, models.Terminating{Kind: "Pod", Namespace: p.Namespace, Name: p.Name, Node: p.Node, State: p.State, Since: p.Deleting})
		}
	}
	for _, r := range resources() {
		for _, object := range b.o.Custom[r.Kind] {
			if f := fields(object); !f.time("metadata", "deletionTimestamp").IsZero() && r.Kind != "ResourceQuota" && r.Kind != "CSIStorageCapacity" {
				b.inv.Terminating = append(b.inv.Terminating, b.endingCustom(r, f))
			}
		}
	}
	for i := range b.inv.Terminating {
		t := &b.inv.Terminating[i]
		if pv := b.volumes[t.Volume]; pv != nil && pv.Spec.ClaimRef != nil && t.Claim == "" {
			t.ClaimSpace, t.Claim = pv.Spec.ClaimRef.Namespace, pv.Spec.ClaimRef.Name
		}
	}
	slices.SortStableFunc(b.inv.Terminating, func(x, y models.Terminating) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(x.Name, y.Name), strings.Compare(x.Kind, y.Kind))
	})
}

func ending(kind string, m *metav1.ObjectMeta) models.Terminating {
	return models.Terminating{Kind: kind, Namespace: m.Namespace, Name: m.Name, Finalizers: slices.Clone(m.Finalizers), Since: m.DeletionTimestamp.Time}
}

// endingCustom reads a custom resource that is being deleted, with what it belongs to.
func (b *builder) endingCustom(r resource, f fields) models.Terminating {
	t := models.Terminating{Kind: r.Kind, Namespace: f.namespace(), Name: f.name(), Engine: r.Engine, Finalizers: f.strings("metadata", "finalizers"),
		Since: f.time("metadata", "deletionTimestamp"), State: cmp.Or(f.str("status", "phase"), f.str("status", "state"), f.str("status", "cr_state"))}
	switch r.Kind {
	case "CStorVolume", "CStorVolumeConfig", "JivaVolume":
		t.Volume = t.Name
	case "LVMVolume", "ZFSVolume":
		t.Volume, t.Node = t.Name, b.node(f.str("spec", "ownerNodeID"))
	case "CStorVolumeReplica":
		t.Volume, t.Pool = f.label("openebs.io/persistent-volume"), f.label("cstorpoolinstance.openebs.io/name")
		t.Node = b.node(f.annotation("cstorpoolinstance.openebs.io/hostname"))
	case "CStorVolumeAttachment":
		t.Volume, t.Node = f.label("Volname"), b.node(f.label("nodeID"))
	case "CStorPoolInstance":
		t.Node, t.Pool = b.node(f.str("spec", "hostName")), t.Name
	case "DiskPool":
		t.Node, t.Pool = b.node(f.str("spec", "node")), t.Name
	case "BlockDevice":
		t.Node = b.node(f.str("spec", "nodeAttributes", "nodeName"))
	case "VolumeSnapshot":
		t.ClaimSpace, t.Claim = t.Namespace, f.str("spec", "source", "persistentVolumeClaimName")
	case "VolumeSnapshotContent":
		t.Volume, t.Engine = b.handles[f.str("spec", "source", "volumeHandle")], engineOfDriver(f.str("spec", "driver"))
	}
	return t
}
