package kube

import (
	"fmt"

	"github.com/mulebot/mulebot/models"
)

func (b *builder) addSnapshots() {
	for _, object := range b.o.Custom["VolumeSnapshot"] {
		f := fields(object)
		content := b.custom["VolumeSnapshotContent"][f.str("status", "boundVolumeSnapshotContentName")]
		s := models.Snapshot{Namespace: f.namespace(), Name: f.name(), Claim: f.str("spec", "source", "persistentVolumeClaimName"),
			Class: f.str("spec", "volumeSnapshotClassName"), Ready: f.yes("status", "readyToUse"), State: "not ready", Health: models.Awaiting,
			Error: f.str("status", "error", "message"), Size: f.bytes("status", "restoreSize"), Content: f.str("status", "boundVolumeSnapshotContentName"),
			Policy: content.str("spec", "deletionPolicy"), Since: f.time("status", "error", "time"), Created: f.time("status", "creationTime"),
			Deleting: f.time("metadata", "deletionTimestamp")}
		if s.Error == "" {
			s.Error, s.Since = content.str("status", "error", "message"), content.time("status", "error", "time")
		}
		switch {
		case s.Ready && content == nil && s.Content != "" && b.seen("VolumeSnapshotContent"):
			s.Ready, s.State, s.Health = false, "failed", models.Down
			s.Error = fmt.Sprintf("VolumeSnapshot says status.readyToUse true, but its VolumeSnapshotContent %s does not exist", s.Content)
		case s.Ready:
			s.State, s.Health = "ready", models.Healthy
			if s.Deleting.IsZero() { // else it tells why it cannot be deleted
				s.Error = ""
			}
		case s.Error != "":
			s.State, s.Health = "failed", models.Down
		}
		if s.Created.IsZero() {
			s.Created = f.created()
		}
		s.Volume = b.handles[content.str("spec", "source", "volumeHandle")]
		if c := b.claims[key(s.Namespace, s.Claim)]; c != nil && s.Volume == "" {
			s.Volume = c.Spec.VolumeName
		}
		if driver := content.str("spec", "driver"); driver != "" {
			s.Engine = engineOfDriver(driver)
		} else if pv := b.volumes[s.Volume]; pv != nil {
			s.Engine, _ = engineOf(pv)
		}
		b.inv.Snapshots = append(b.inv.Snapshots, s)
	}
}
