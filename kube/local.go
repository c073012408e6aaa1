package kube

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/mulebot/mulebot/models"
)

// localHealth translates status.state of an LVMVolume or a ZFSVolume.
func localHealth(state string) models.Health {
	switch state {
	case "Ready":
		return models.Healthy
	case "Pending", "":
		return models.Awaiting
	case "Failed":
		return models.Down
	}
	return models.Unknown
}

// owner returns the node of a volume of LVM or ZFS: as its custom resource says, else where its PersistentVolume pins it to.
func (b *builder) owner(f fields, pv *corev1.PersistentVolume) string {
	if node := b.node(f.str("spec", "ownerNodeID")); node != "" {
		return node
	}
	return b.pinnedTo(pv)
}

// noteWanted notes that the custom resource of a local volume has the size that was asked for, while that is not the volume's yet.
func noteWanted(v *models.Volume, f fields, kind string) {
	if wanted := f.bytes("spec", "capacity"); wanted > v.Size && v.Size.IsKnown() {
		v.Notes = append(v.Notes, fmt.Sprintf("%s says spec.capacity %s, but that is the size which is wanted: the volume has %s (status.capacity of its claim)", kind, wanted, v.Size))
	}
}

// localUnknown is for a volume of LVM or ZFS whose custom resource is not there.
func (b *builder) localUnknown(v *models.Volume, kind string) {
	v.Health = models.Unknown
	text := "its " + kind + " could not be read, so its state is not known"
	if b.seen(kind) {
		text = fmt.Sprintf("PersistentVolume says status.phase %s, but there is no %s of its name", v.Phase, kind)
	}
	v.Notes = append(v.Notes, text)
	b.distrustLocal(v, "PersistentVolume says status.phase "+v.Phase)
}

// distrustLocal lowers the health of a volume with a single copy to down where its node does not work.
func (b *builder) distrustLocal(v *models.Volume, says string) {
	if trouble := b.nodeTrouble(v.Node); trouble != "" {
		v.Notes = append(v.Notes, fmt.Sprintf("%s, but its %s, and there is no other copy", says, trouble))
		fall(&v.Health, &v.Since, models.Down, b.lost(v.Node))
	}
}
