package diagnosis

import "github.com/mulebot/mulebot/models"

func snapshotCases() []ruleCase {
	snap := about(models.Snapshots, "snap")
	fail := func(inv *models.Inventory, e models.Engine, message string) *models.Snapshot {
		s := &inv.Snapshots[0]
		s.Ready, s.Health, s.State, s.Error, s.Since = false, models.Down, "failed", message, noon
		s.Claim, s.Volume, s.Engine = string(e), "pvc-"+string(e), e
		return s
	}
	remove := func(inv *models.Inventory, message string) *models.Snapshot {
		s := &inv.Snapshots[0]
		s.Deleting, s.Error = noon, message
		return s
	}
	return []ruleCase{
		{"snapshot failed/source missing", Certain, snap, func(inv *models.Inventory) {
			s := fail(inv, models.CStor, "no such claim")
			s.Claim, s.Volume = "gone", ""
		}, []string{"`a/gone`", "does not exist"}},
		{"snapshot failed/class missing", Certain, snap, func(inv *models.Inventory) {
			fail(inv, models.CStor, `failed to get snapshot class: volumesnapshotclass.snapshot.storage.k8s.io "snaps" not found`)
		}, []string{"no snapshot class `snaps`"}},
		{"snapshot failed/engine cannot", Certain, snap, func(inv *models.Inventory) {
			fail(inv, models.Jiva, "not supported")
		}, []string{"Jiva, which has no snapshots"}},
		{"snapshot failed/replicas not healthy", Certain, snap, func(inv *models.Inventory) {
			fail(inv, models.CStor, "quorum of healthy replicas not met, 2 of 3 replicas are healthy")
			sick(inv, models.CStor, models.Degraded, "Degraded", bad("n3", "Offline", models.Down))
			lose(inv, "n3")
		}, []string{"not all replicas", "n3"}},
		{"snapshot failed/replicas not healthy", Likely, snap, func(inv *models.Inventory) {
			fail(inv, models.CStor, "quorum of healthy replicas not met, 2 of 3 replicas are healthy")
		}, []string{"they are now"}},
		{"snapshot failed/no room", Certain, snap, func(inv *models.Inventory) {
			fail(inv, models.LVM, "Volume group \"vg\" has insufficient free space")
			poolNamed(inv, "vg", "n1").Free = models.GiB
		}, []string{"volume group `vg` on node `n1`", "1 GiB free"}},
		{"snapshot failed/no room", Likely, snap, func(inv *models.Inventory) {
			fail(inv, models.LVM, "Volume group \"vg\" has insufficient free space")
		}, []string{"60 GiB free"}},
		{"snapshot failed/volume down", Likely, snap, func(inv *models.Inventory) {
			fail(inv, models.LVM, "timed out")
			sick(inv, models.LVM, models.Down, "Ready")
			lose(inv, "n1")
		}, []string{"is down", "n1"}},
		{"snapshot failed/driver says why", Likely, snap, func(inv *models.Inventory) {
			fail(inv, models.CStor, "rpc error: code = Internal desc = odd")
		}, []string{"its driver says: odd"}},
		{"snapshot not ready/nobody takes it", Likely, snap, func(inv *models.Inventory) {
			s := fail(inv, models.CStor, "")
			s.Content = ""
		}, []string{"snapshot controller"}},
		{"snapshot undeletable/a claim is made from it", Likely, snap, func(inv *models.Inventory) {
			remove(inv, "")
			pend(inv, models.CStor).Source = "VolumeSnapshot/snap"
			tell(inv, "PersistentVolumeClaim", "new", "ExternalProvisioning", "waiting")
		}, nil},
		{"snapshot undeletable/volumes depend on it", Certain, snap, func(inv *models.Inventory) {
			remove(inv, "snapshot has dependent clones")
			inv.Claim("a", "zfs").Source = "VolumeSnapshot/snap"
		}, []string{"`a/zfs` was made from it", "dependent clones"}},
		{"snapshot undeletable/driver refuses", Likely, snap, func(inv *models.Inventory) {
			remove(inv, "rpc error: code = Internal desc = odd")
		}, []string{"refuses: odd"}},
		{"snapshot undeletable/pool down", Likely, snap, func(inv *models.Inventory) {
			remove(inv, "")
			sick(inv, models.CStor, models.Degraded, "Degraded", bad("n3", "Offline", models.Down))
			lose(inv, "n3")
		}, []string{"is degraded", "n3"}},
		{"snapshot undeletable/", NotKnown, snap, func(inv *models.Inventory) { remove(inv, "") }, []string{"nothing that I can read"}},
	}
}
