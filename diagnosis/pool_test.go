package diagnosis

import (
	"github.com/mulebot/mulebot/models"
)

// poolCases are those of pools, and of what pools are made of and stand on: disks, nodes, and the classes that name them.
func poolCases() []ruleCase {
	cstor, disk := about(models.Pools, "cstor-n1"), about(models.Pools, "disk-n1")
	vg, node := on("n1", about(models.Pools, "vg")), about(models.Nodes, "n1")
	down := func(inv *models.Inventory, name, state string) *models.Pool {
		p := poolNamed(inv, name, "n1")
		p.Health, p.State = models.Down, state
		return p
	}
	return []ruleCase{
		{"pool down/node", Certain, cstor, func(inv *models.Inventory) {
			lose(inv, "n1")
			down(inv, "cstor-n1", "ONLINE")
		}, []string{"its node `n1` is NotReady", "though it says ONLINE"}},
		{"pool down/disk lost", Certain, cstor, func(inv *models.Inventory) {
			down(inv, "cstor-n1", "OFFLINE")
			inv.BlockDevices[0].State = "Inactive"
		}, []string{"/dev/sdb", "Inactive"}},
		{"pool down/disk lost", Likely, cstor, func(inv *models.Inventory) {
			p := down(inv, "cstor-n1", "OFFLINE")
			p.Raid, p.Disks = "mirror", []string{"bd-n1", "bd-n2"} // the other disk of the mirror is there
			inv.BlockDevices[0].State = "Inactive"
		}, []string{"/dev/sdb"}},
		{"pool down/disk lost", Likely, cstor, func(inv *models.Inventory) {
			down(inv, "cstor-n1", "OFFLINE")
			inv.BlockDevices[0].State = "Unknown"
		}, []string{"Unknown"}},
		{"pool down/engine's error", Certain, disk, func(inv *models.Inventory) {
			down(inv, "disk-n1", "Offline").Error = "DiskNotFound: /dev/sdb"
		}, []string{"is not found on node `n1`"}},
		{"pool down/engine's error", Certain, disk, func(inv *models.Inventory) {
			down(inv, "disk-n1", "Offline").Error = "NodeIsOffline: node is offline"
			crash(inv, models.Mayastor, models.StorageAgent, "n1")
		}, []string{"io-engine on node `n1` is offline"}},
		{"pool down/conditions", Likely, cstor, func(inv *models.Inventory) {
			down(inv, "cstor-n1", "OFFLINE").Conditions = []models.Condition{{Type: "PoolLost", Message: "cannot import"}}
		}, []string{"could not be imported: cannot import"}},
		{"pool down/pod", Certain, cstor, func(inv *models.Inventory) {
			down(inv, "cstor-n1", "ONLINE")
			crash(inv, models.CStor, models.PoolAgent, "cstor-n1")
		}, []string{"CrashLoopBackOff"}},
		{"pool down/event", Likely, disk, func(inv *models.Inventory) {
			down(inv, "disk-n1", "Faulted")
			tell(inv, "DiskPool", "disk-n1", "Failure", "Pool import failed")
		}, []string{"pool import failed"}},
		{"pool down/", NotKnown, disk, func(inv *models.Inventory) { down(inv, "disk-n1", "Unknown") }, []string{"nothing that I can read"}},
		{"pool degraded/lost disks counted", Certain, vg, func(inv *models.Inventory) {
			p := poolNamed(inv, "vg", "n1")
			p.Health, p.Lost = models.Degraded, 2
		}, []string{"lost 2 of its disks"}},
		{"pool down/group", Certain, about(models.Pools, "thin"), func(inv *models.Inventory) {
			down(inv, "vg", "").Lost = 1
			thin := pool(models.LVM, "thin pool", "thin", "n1", "")
			thin.Group, thin.Health = "vg", models.Down
			inv.Pools = append(inv.Pools, thin)
		}, []string{"it is in volume group `vg`", "lost 1 of its disks"}},
		{"pool read-only/threshold", Certain, cstor, func(inv *models.Inventory) {
			p := poolNamed(inv, "cstor-n1", "n1")
			p.ReadOnly, p.Health, p.Used, p.Free = true, models.ReadOnly, 90*models.GiB, 10*models.GiB
		}, []string{"90 % used", "85 %"}},
		{"pool read-only/threshold", Likely, cstor, func(inv *models.Inventory) {
			p := poolNamed(inv, "cstor-n1", "n1")
			p.ReadOnly, p.Health = true, models.ReadOnly
		}, []string{"40 % used"}},
		{"pool full/what fills it", Likely, vg, func(inv *models.Inventory) {
			p := poolNamed(inv, "vg", "n1")
			p.Used, p.Free = 96*models.GiB, 4*models.GiB // one volume of 10 GiB does not explain it
		}, []string{"96 % used", "`a/lvm` (10 GiB)"}},
		{"pool full/what fills it", Certain, asked(Space, vg), func(inv *models.Inventory) {
			p := poolNamed(inv, "vg", "n1")
			p.Used, p.Free = 10*models.GiB, 90*models.GiB
		}, []string{"`a/lvm`"}},
		{"pool full/thin pool", NoFault, vg, func(inv *models.Inventory) {
			p := poolNamed(inv, "vg", "n1")
			p.Used, p.Free = 100*models.GiB, 0
			thin := pool(models.LVM, "thin pool", "thin", "n1", "")
			thin.Group = "vg"
			inv.Pools = append(inv.Pools, thin)
		}, []string{"given to the thin pool `thin`"}},

		{"disk lost/node", Certain, about(models.BlockDevices, "bd-n1"), func(inv *models.Inventory) {
			lose(inv, "n1")
			inv.BlockDevices[0].Health = models.Down
		}, []string{"n1"}},
		{"disk lost/gone", Certain, about(models.BlockDevices, "bd-n1"), func(inv *models.Inventory) {
			inv.BlockDevices[0].State, inv.BlockDevices[0].Health = "Inactive", models.Down
		}, []string{"does not see `/dev/sdb` on node `n1`"}},

		{"node down/kubelet silent", Certain, node, func(inv *models.Inventory) { lose(inv, "n1") }, []string{"its kubelet does not answer"}},
		{"node down/kubelet says why", Certain, node, func(inv *models.Inventory) {
			lose(inv, "n1")
			inv.Nodes[0].State, inv.Nodes[0].Message = "NotReady", "PLEG is not healthy"
		}, []string{"PLEG is not healthy"}},
		{"node under pressure/pressure", Certain, node, func(inv *models.Inventory) {
			inv.Nodes[0].Pressure, inv.Nodes[0].Conditions = []string{"DiskPressure"}, []models.Condition{{Type: "DiskPressure", Message: "disk is full"}}
		}, []string{"disk is full"}},
		{"engine's pod broken on node/agent", Certain, node, func(inv *models.Inventory) {
			crash(inv, models.ZFS, models.StorageAgent, "n1")
		}, []string{"ZFS", "CrashLoopBackOff"}},
		{"pool of node down/pool", Certain, node, func(inv *models.Inventory) {
			down(inv, "disk-n1", "Offline").Error = "DiskNotFound: /dev/sdb"
		}, []string{"its pool `disk-n1` is down (Offline)", "not found"}},
		{"node cordoned/cordon", Certain, node, func(inv *models.Inventory) { inv.Nodes[0].Cordoned = true }, []string{"cordoned"}},
		{"node cordoned/cordon", Certain, node, func(inv *models.Inventory) { inv.Nodes[0].Closed = "drained in Mayastor (repair)" }, []string{"drained in Mayastor (repair)"}},

		{"class names what is not there/target", Certain, about(models.StorageClasses, "cstor"), func(inv *models.Inventory) {
			inv.PoolGroups = nil
		}, []string{"CStorPoolCluster `cspc`, which does not exist"}},
		{"class names what is not there/target", Certain, about(models.StorageClasses, "lvm"), func(inv *models.Inventory) {
			for _, n := range []string{"n1", "n2", "n3"} {
				poolNamed(inv, "vg", n).Name = "vg-other"
			}
		}, []string{"volume group `vg`, which does not exist"}},
		{"claims of the class pending/claim", Certain, about(models.StorageClasses, "cstor"), func(inv *models.Inventory) {
			pend(inv, models.CStor).Source = "VolumeSnapshot/gone"
		}, []string{"`a/new`", "`a/gone`, which does not exist"}},
	}
}
