package diagnosis

import "github.com/mulebot/mulebot/models"

func claimCases() []ruleCase {
	fresh := about(models.Claims, "new")
	refuse := func(inv *models.Inventory, message string) {
		tell(inv, "PersistentVolumeClaim", "new", "ProvisioningFailed", message)
	}
	full := func(inv *models.Inventory, name string) {
		for _, n := range []string{"n1", "n2", "n3"} {
			poolNamed(inv, name, n).Free = 5 * models.GiB
		}
	}
	return []ruleCase{
		{"claim lost/PersistentVolume gone", Certain, about(models.Claims, "lvm"), func(inv *models.Inventory) {
			inv.Volumes = inv.Volumes[:3]
			inv.Claim("a", "lvm").Phase = "Lost"
		}, []string{"`pvc-lvm`", "does not exist"}},
		{"claim pending/no such storage class", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM).StorageClass = "lmv"
		}, []string{"no storage class `lmv`"}},
		{"claim pending/no such storage class", Likely, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM).StorageClass = "manual"
			inv.Volumes[0].StorageClass = "manual"
		}, []string{"no PersistentVolume of class `manual`"}},
		{"claim pending/no storage class named", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM).StorageClass = ""
			inv.StorageClasses = inv.StorageClasses[:6]
		}, []string{"no default"}},
		{"claim pending/no storage class named", Likely, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM).StorageClass = ""
		}, []string{"names no storage class"}},
		{"claim pending/static volume", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM).Volume = "pv-7"
		}, []string{"`pv-7`, which does not exist"}},
		{"claim pending/static volume", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM).Volume = "pvc-lvm"
		}, []string{"belongs to claim `a/lvm`"}},
		{"claim pending/source", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.CStor).Source = "VolumeSnapshot/gone"
		}, []string{"`a/gone`, which does not exist"}},
		{"claim pending/source", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.CStor).Source = "VolumeSnapshot/snap"
			inv.Snapshots[0].Claim, inv.Snapshots[0].Ready, inv.Snapshots[0].State = "new", false, "not ready" // a circle
		}, []string{"`a/snap`, which is not ready"}},
		{"claim pending/access mode", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.Hostpath).AccessModes = []string{"ReadWriteMany"}
			refuse(inv, "Only support ReadWriteOnce access mode")
		}, []string{"ReadWriteMany"}},
		{"claim pending/access mode", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.Hostpath).VolumeMode = "Block"
			refuse(inv, "block mode is not supported")
		}, []string{"volumeMode Block"}},
		{"claim pending/class parameters", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.CStor)
			find(inv.StorageClasses, func(c *models.StorageClass) bool { return c.Name == "cstor" }).Parameters = nil
			refuse(inv, "rpc error: code = InvalidArgument desc = no pool cluster")
		}, []string{"cstorPoolCluster"}},
		{"claim pending/Mayastor pools", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.Mayastor)
			poolNamed(inv, "disk-n1", "n1").Free = models.GiB
			inv.Nodes[1].Closed = "cordoned in Mayastor (repair)"
			refuse(inv, "NotEnoughResources: Not enough suitable pools available, 1/2")
		}, []string{"2 pools on different nodes with 20 GiB free each and 1 fits", "`disk-n1` has 1 GiB free", "`disk-n2` is on node `n2`, which is cordoned in Mayastor (repair)"}},
		{"claim pending/Mayastor pools", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.Mayastor)
			for _, n := range []string{"n1", "n2"} {
				inv.Terminating = append(inv.Terminating, models.Terminating{Kind: "DiskPool", Engine: models.Mayastor, Name: "disk-" + n, Pool: "disk-" + n, Node: n})
			}
			refuse(inv, "NotEnoughResources: Not enough suitable pools available, 1/2")
		}, []string{"and 1 fits", "`disk-n1` is being deleted"}},
		{"claim pending/Mayastor pools", Likely, fresh, func(inv *models.Inventory) {
			pend(inv, models.Mayastor)
			refuse(inv, "NotEnoughResources: Not enough suitable pools available, 1/2")
		}, []string{"when it last tried"}},
		{"claim pending/volume group", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM)
			full(inv, "vg")
			refuse(inv, "rpc error: code = ResourceExhausted desc = no vg available to serve volume request")
		}, []string{"no volume group `vg` on any node has 20 GiB free", "`vg` on node `n2` has 5 GiB free"}},
		{"claim pending/volume group", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM)
			find(inv.StorageClasses, func(c *models.StorageClass) bool { return c.Name == "lvm" }).Nodes = []string{"n2"}
			poolNamed(inv, "vg", "n2").Free = 5 * models.GiB // the others have room, and are not allowed
			refuse(inv, "no vg available to serve volume request")
		}, []string{"on node `n2`, the only one that is allowed"}},
		{"claim pending/volume group", Likely, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM)
			refuse(inv, "no vg available to serve volume request")
		}, []string{"when it last tried"}},
		{"claim pending/ZFS pool", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.ZFS)
			full(inv, "tank")
			refuse(inv, "not able to provision the volume, nodes [n2], err : zfs: volume creation failed")
		}, []string{"pool `tank` on node `n2`"}},
		{"claim pending/ZFS pool", Likely, fresh, func(inv *models.Inventory) {
			pend(inv, models.ZFS)
			crash(inv, models.ZFS, models.StorageAgent, "n2")
			refuse(inv, "not able to provision the volume, nodes [n2], err : zfs: volume creation failed")
		}, []string{"agent on node `n2`"}},
		{"claim pending/provisioner says why", Likely, fresh, func(inv *models.Inventory) {
			pend(inv, models.CStor)
			refuse(inv, "rpc error: code = Internal desc = something odd")
		}, []string{"something odd"}},
		{"claim pending/no consumer", NoFault, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM)
		}, []string{"WaitForFirstConsumer", "which is no fault"}},
		{"claim pending/pod not placed", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM)
			full(inv, "vg")
			wait(inv, "new", "", "Pending")
			tell(inv, "Pod", "waiting", "FailedScheduling", "0/3 nodes are available: 3 node(s) did not have enough free storage.")
		}, []string{"its pod `a/waiting`", "no volume group `vg` on any node has 20 GiB free"}},
		{"claim pending/pod not placed", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM)
			wait(inv, "new", "", "Pending")
			tell(inv, "Pod", "waiting", "FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu.")
		}, []string{"not about storage", "Insufficient cpu"}},
		{"claim pending/chosen node lost", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.Hostpath).Selected = "n2"
			wait(inv, "new", "", "Pending")
			lose(inv, "n2")
		}, []string{"n2"}},
		{"claim pending/node agent broken", Likely, fresh, func(inv *models.Inventory) {
			pend(inv, models.LVM).Selected = "n2"
			wait(inv, "new", "", "Pending")
			crash(inv, models.LVM, models.StorageAgent, "n2")
		}, []string{"LVM's agent on node `n2`"}},
		{"claim pending/provisioner broken", Certain, fresh, func(inv *models.Inventory) {
			pend(inv, models.CStor)
			inv.Agents = append(inv.Agents, agent(models.CStor, models.ProvisionRole, "", "n1"))
			crash(inv, models.CStor, models.ProvisionRole, "")
		}, []string{"cStor's pod that makes volumes"}},
		{"claim pending/provisioner silent", Likely, fresh, func(inv *models.Inventory) {
			pend(inv, models.Jiva)
			tell(inv, "PersistentVolumeClaim", "new", "ExternalProvisioning", "waiting")
		}, []string{"has not answered"}},
		{"claim pending/", NotKnown, fresh, func(inv *models.Inventory) {
			pend(inv, models.Jiva)
		}, []string{"nothing that I can read says why"}},
	}
}
