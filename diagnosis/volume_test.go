package diagnosis

import (
	"time"

	"github.com/mulebot/mulebot/models"
)

func volumeCases() []ruleCase {
	cstor, jiva, mayastor := about(models.Volumes, "pvc-cstor"), about(models.Volumes, "pvc-jiva"), about(models.Volumes, "pvc-mayastor")
	lvm, zfs, hostpath := about(models.Volumes, "pvc-lvm"), about(models.Volumes, "pvc-zfs"), about(models.Volumes, "pvc-hostpath")
	return []ruleCase{
		// down
		{"volume down/only copy on a lost node", Certain, lvm, func(inv *models.Inventory) {
			lose(inv, "n1")
			sick(inv, models.LVM, models.Down, "Ready")
		}, []string{"node `n1` is NotReady", "only copy"}},
		{"volume down/only copy on a lost node", Certain, hostpath, func(inv *models.Inventory) {
			inv.Nodes = inv.Nodes[1:]
			sick(inv, models.Hostpath, models.Down, "")
		}, []string{"`n1` does not exist"}},
		{"volume down/quorum lost", Certain, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Down, "Offline", bad("n2", "Offline", models.Down), bad("n3", "Offline", models.Down))
			lose(inv, "n2")
			p := poolNamed(inv, "cstor-n3", "n3")
			p.Health, p.State, p.Conditions = models.Down, "OFFLINE", []models.Condition{{Type: "PoolLost", Message: "cannot import"}}
			inv.BlockDevices[2].State = "Inactive"
		}, []string{"only 1 of 3 replicas is healthy and it needs 2", "`n2` is NotReady", "`bd-n3`"}},
		{"volume down/target broken", Certain, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Down, "Healthy")
			crash(inv, models.CStor, models.TargetAgent, "pvc-cstor")
		}, []string{"target", "CrashLoopBackOff after 7 restarts", "says Healthy"}},
		{"volume down/target broken", Certain, jiva, func(inv *models.Inventory) {
			sick(inv, models.Jiva, models.Down, "RW")
			find(inv.Agents, func(a *models.Agent) bool { return a.Role == models.TargetAgent && a.Engine == models.Jiva }).Node = "n3"
			lose(inv, "n3")
		}, []string{"controller ran on a node that is lost", "n3"}},
		{"volume down/target broken", Likely, mayastor, func(inv *models.Inventory) {
			sick(inv, models.Mayastor, models.Down, "Unknown")
		}, []string{"target on node `n1` does not answer"}},
		{"volume down/target broken", Certain, mayastor, func(inv *models.Inventory) {
			sick(inv, models.Mayastor, models.Down, "Unknown")
			crash(inv, models.Mayastor, models.StorageAgent, "n1")
		}, []string{"io-engine"}},
		{"volume down/engine failed it", Certain, lvm, func(inv *models.Inventory) {
			sick(inv, models.LVM, models.Down, "Failed").Error = "InsufficientCapacity: no room"
		}, []string{"LVM says: no room (InsufficientCapacity)"}},
		{"volume down/offline though replicas are healthy", NotKnown, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Down, "Offline")
		}, []string{"3 of 3 replicas are healthy"}},

		// read-only
		{"volume read-only/pool over its threshold", Certain, cstor, func(inv *models.Inventory) {
			for _, n := range []string{"n1", "n2", "n3"} {
				p := poolNamed(inv, "cstor-"+n, n)
				p.ReadOnly, p.Used, p.Free = true, 86*models.GiB, 14*models.GiB
			}
			sick(inv, models.CStor, models.ReadOnly, "Healthy", bad("n1", "Healthy", models.ReadOnly), bad("n2", "Healthy", models.ReadOnly), bad("n3", "Healthy", models.ReadOnly))
		}, []string{"cstor-n1", "86 % used", "85 %"}},
		{"volume read-only/too few replicas", Certain, jiva, func(inv *models.Inventory) {
			sick(inv, models.Jiva, models.ReadOnly, "RO", bad("n2", "WO", models.Rebuilding), bad("n3", "", models.Down))
			volume(inv, models.Jiva).Replicas[2].Backing = "pvc-rep"
			lose(inv, "n3")
		}, []string{"only 1 of 3 replicas takes writes and it needs 2", "`pvc-rep` is pinned", "n3"}},
		{"volume read-only/too few replicas", Certain, jiva, func(inv *models.Inventory) {
			sick(inv, models.Jiva, models.ReadOnly, "RO", bad("n2", "", models.Down), bad("n3", "", models.Down))
			crash(inv, models.Jiva, models.ReplicaAgent, "pvc-jiva")
		}, []string{"CrashLoopBackOff"}},
		{"volume read-only/node's file system", Likely, mayastor, func(inv *models.Inventory) {
			sick(inv, models.Mayastor, models.ReadOnly, "Online")
			tell(inv, "Pod", "mayastor", "Unhealthy", "touch: /data/x: Read-only file system")
		}, []string{"errors on the node"}},

		// not provisioned
		{"volume not provisioned/pool cluster missing", Certain, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Awaiting, "Pending").Replicas = nil
			inv.PoolGroups = nil
		}, []string{"no CStorPoolCluster `cspc`", "although its claim is Bound"}},
		{"volume not provisioned/too few pools", Certain, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Awaiting, "Pending").Replicas = nil
			poolNamed(inv, "cstor-n2", "n2").ReadOnly = true
			lose(inv, "n3")
			poolNamed(inv, "cstor-n3", "n3").Health = models.Down
		}, []string{"needs 3 pools", "1 is usable", "`cstor-n2` is read-only", "n3"}},
		{"volume not provisioned/engine's event", Likely, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Awaiting, "Pending").Replicas = nil
			tell(inv, "CStorVolumeConfig", "pvc-cstor", "Provisioning", "failed to create service")
		}, []string{"cStor says: failed to create service"}},
		{"volume not provisioned/provisioner broken", Certain, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Awaiting, "Pending").Replicas = nil
			inv.Agents = append(inv.Agents, agent(models.CStor, models.ProvisionRole, "", "n1"))
			crash(inv, models.CStor, models.ProvisionRole, "")
		}, []string{"pod that makes volumes"}},
		{"volume not provisioned/replicas", Likely, jiva, func(inv *models.Inventory) {
			sick(inv, models.Jiva, models.Awaiting, "Pending").Replicas = nil
			crash(inv, models.Jiva, models.ReplicaAgent, "pvc-jiva")
		}, []string{"3 of its 3 replicas do not exist", "CrashLoopBackOff"}},
		{"volume not provisioned/node agent", Likely, zfs, func(inv *models.Inventory) {
			sick(inv, models.ZFS, models.Awaiting, "Pending")
			crash(inv, models.ZFS, models.StorageAgent, "n1")
		}, []string{"ZFS's node agent"}},

		// degraded
		{"volume degraded/replicas", Certain, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Degraded, "Degraded", bad("n3", "Offline", models.Down))
			lose(inv, "n3")
		}, []string{"`cstor-n3`", "`n3` is NotReady"}},
		{"volume degraded/replicas", Likely, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Degraded, "Degraded", bad("n3", "Degraded", models.Degraded))
			p := poolNamed(inv, "cstor-n3", "n3")
			p.Health, p.State = models.Degraded, "DEGRADED"
			inv.BlockDevices[2].State = "Inactive"
		}, []string{"the pool is degraded", "`bd-n3`"}},
		{"volume degraded/replicas", NotKnown, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Degraded, "Degraded", bad("n3", "Offline", models.Down))
		}, []string{"`cstor-n3`", "though its pool and its node work"}},
		{"volume degraded/replicas", Certain, mayastor, func(inv *models.Inventory) {
			r := bad("n2", "Faulted", models.Down)
			r.Reason = "NoSpace"
			sick(inv, models.Mayastor, models.Degraded, "Degraded", r)
		}, []string{"ran out of space", "disk-n2"}},
		{"volume degraded/replicas", Likely, mayastor, func(inv *models.Inventory) {
			r := bad("n2", "Faulted", models.Down)
			r.Reason = "IoError"
			sick(inv, models.Mayastor, models.Degraded, "Degraded", r)
		}, []string{"I/O errors"}},
		{"volume degraded/replicas", Certain, mayastor, func(inv *models.Inventory) {
			sick(inv, models.Mayastor, models.Degraded, "Degraded").Desired = 3
			poolNamed(inv, "disk-n3", "n3").Free = models.GiB
		}, []string{"1 of its 3 replicas does not exist", "`disk-n3` has 1 GiB free"}},
		{"volume degraded/replicas", Likely, mayastor, func(inv *models.Inventory) {
			sick(inv, models.Mayastor, models.Degraded, "Degraded").Desired = 3
		}, []string{"1 of its 3 replicas does not exist"}},
		{"volume degraded/engine says so", NotKnown, cstor, func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Degraded, "Degraded")
		}, []string{"its own word may be old"}},

		// rebuilding
		{"volume rebuilding/no source", Certain, mayastor, func(inv *models.Inventory) {
			sick(inv, models.Mayastor, models.Rebuilding, "Degraded", bad("n1", "Degraded", models.Rebuilding), bad("n2", "Degraded", models.Rebuilding))
		}, []string{"no replica is healthy"}},
		{"volume rebuilding/pool in the way", Likely, mayastor, func(inv *models.Inventory) {
			sick(inv, models.Mayastor, models.Rebuilding, "Degraded", bad("n2", "Degraded", models.Rebuilding))
			p := poolNamed(inv, "disk-n2", "n2")
			p.Health, p.State, p.Error = models.Degraded, "Suspected", "alert Warning: 12 I/O errors"
		}, []string{"disk-n2", "I/O errors"}},
		{"volume rebuilding/several at once", Certain, mayastor, func(inv *models.Inventory) {
			v := sick(inv, models.Mayastor, models.Rebuilding, "Degraded", bad("n2", "Degraded", models.Rebuilding))
			other := *v
			other.Name, other.Claim = "pvc-other", "other"
			inv.Volumes = append(inv.Volumes, other)
		}, []string{"1 other volume is rebuilt on the same pool", "a/other"}},
		{"volume rebuilding/under way", Certain, mayastor, func(inv *models.Inventory) {
			v := sick(inv, models.Mayastor, models.Rebuilding, "Degraded", bad("n2", "Degraded", models.Rebuilding))
			v.Replicas[1].Progress = 42
		}, []string{"42 % done"}},

		// unknown
		{"volume unknown/pool lost a disk", Likely, lvm, func(inv *models.Inventory) {
			sick(inv, models.LVM, models.Unknown, "Ready")
			p := poolNamed(inv, "vg", "n1")
			p.Health, p.Lost = models.Degraded, 1
		}, []string{"lost 1 of its disks", "not known"}},
		{"volume unknown/pool not there", Certain, zfs, func(inv *models.Inventory) {
			sick(inv, models.ZFS, models.Unknown, "Ready")
			*poolNamed(inv, "tank", "n1") = pool(models.ZFS, "zpool", "other", "n1", "")
		}, []string{"does not list its pool `tank`"}},
		{"volume unknown/pool not there", Likely, zfs, func(inv *models.Inventory) {
			sick(inv, models.ZFS, models.Unknown, "Ready")
			*poolNamed(inv, "tank", "n1") = pool(models.ZFS, "zpool", "other", "n1", "")
			crash(inv, models.ZFS, models.StorageAgent, "n1")
		}, []string{"the agent that reports it does not work"}},
		{"volume unknown/not read", NotKnown, mayastor, func(inv *models.Inventory) {
			sick(inv, models.Mayastor, models.Unknown, "").Replicas = nil
		}, []string{"REST API"}},

		// healthy, and of no use
		{"pod cannot use volume/pod", Likely, cstor, func(inv *models.Inventory) {
			p := find(inv.Pods, func(p *models.Pod) bool { return p.Name == "cstor" })
			p.State, p.Health = "ContainerCreating", models.Awaiting
			tell(inv, "Pod", "cstor", "FailedMount", "rpc error: code = Internal desc = Replicas yet to connect to controller")
		}, []string{"its pod `a/cstor` does not start", "Replicas yet to connect"}},

		// released
		{"volume released/deletion fails", Likely, cstor, func(inv *models.Inventory) {
			volume(inv, models.CStor).Phase = "Released"
			tell(inv, "PersistentVolume", "pvc-cstor", "VolumeFailedDelete", "rpc error: code = Internal desc = snapshots exist")
		}, []string{"snapshots exist"}},
		{"volume released/kept", NoFault, cstor, func(inv *models.Inventory) {
			v := volume(inv, models.CStor)
			v.Phase, v.Reclaim = "Released", "Retain"
		}, []string{"Retain"}},
		{"volume released/node lost", Certain, lvm, func(inv *models.Inventory) {
			volume(inv, models.LVM).Phase = "Released"
			lose(inv, "n1")
		}, []string{"n1"}},
		{"volume released/provisioner", Certain, cstor, func(inv *models.Inventory) {
			volume(inv, models.CStor).Phase = "Released"
			inv.Agents = append(inv.Agents, agent(models.CStor, models.ProvisionRole, "", "n1"))
			crash(inv, models.CStor, models.ProvisionRole, "")
		}, []string{"who should delete it does not work"}},
		{"volume released/deletion to come", NotKnown, cstor, func(inv *models.Inventory) {
			volume(inv, models.CStor).Phase = "Released"
		}, []string{"its provisioner should delete it"}},

		// resize
		{"resize stuck/engine cannot", Certain, asked(Resize, hostpath), func(inv *models.Inventory) {
			volume(inv, models.Hostpath).Requested = 20 * models.GiB
		}, []string{"no size"}},
		{"resize stuck/class does not allow it", Certain, asked(Resize, lvm), func(inv *models.Inventory) {
			find(inv.StorageClasses, func(c *models.StorageClass) bool { return c.Name == "lvm" }).Expandable = false
		}, []string{"allowVolumeExpansion"}},
		{"resize stuck/no resize", NoFault, asked(Resize, lvm), func(*models.Inventory) {}, []string{"asks for 10 GiB and has 10 GiB"}},
		{"resize stuck/no room in its pool", Certain, lvm, func(inv *models.Inventory) {
			volume(inv, models.LVM).Requested = 80 * models.GiB
		}, []string{"60 GiB free", "70 GiB more"}},
		{"resize stuck/snapshots", Certain, lvm, func(inv *models.Inventory) {
			volume(inv, models.LVM).Requested = 20 * models.GiB
			inv.Snapshots[0].Volume = "pvc-lvm"
			tell(inv, "PersistentVolumeClaim", "lvm", "VolumeResizeFailed", "volume has active snapshots")
		}, []string{"has 1"}},
		{"resize stuck/replicas", Likely, asked(Resize, cstor), func(inv *models.Inventory) {
			volume(inv, models.CStor).Requested = 20 * models.GiB
			sick(inv, models.CStor, models.Degraded, "Degraded", bad("n3", "Offline", models.Down))
			lose(inv, "n3")
		}, []string{"not all of its replicas are healthy", "n3"}},
		{"resize stuck/resizer says why", Likely, mayastor, func(inv *models.Inventory) {
			volume(inv, models.Mayastor).Requested = 20 * models.GiB
			tell(inv, "PersistentVolumeClaim", "mayastor", "VolumeResizeFailed", "rpc error: code = Internal desc = volume is busy")
		}, []string{"volume is busy"}},
		{"resize stuck/waits for its pod", Certain, mayastor, func(inv *models.Inventory) {
			volume(inv, models.Mayastor).Requested = 20 * models.GiB
			inv.Claim("a", "mayastor").Conditions = []models.Condition{{Type: "FileSystemResizePending", Since: ago(time.Hour)}}
		}, []string{"pod `a/mayastor` is started anew"}},
		{"resize stuck/waits for its pod", Certain, mayastor, func(inv *models.Inventory) { // what its growth took is what is missing in the pool
			volume(inv, models.Mayastor).Requested = 80 * models.GiB
			inv.Claim("a", "mayastor").Conditions = []models.Condition{{Type: "FileSystemResizePending", Since: ago(time.Hour)}}
		}, []string{"pod `a/mayastor` is started anew"}},
		{"resize stuck/waits for its pod", Certain, mayastor, func(inv *models.Inventory) {
			volume(inv, models.Mayastor).Requested = 80 * models.GiB
			find(inv.Pods, func(p *models.Pod) bool { return p.Name == "mayastor" }).State = "ContainerCreating"
			inv.Claim("a", "mayastor").Conditions = []models.Condition{{Type: "FileSystemResizePending", Since: ago(time.Hour)}}
			tell(inv, "PersistentVolumeClaim", "mayastor", "VolumeResizeFailed", "no space left in pool")
			inv.Events[len(inv.Events)-1].Last = ago(2 * time.Hour)
		}, []string{"pod `a/mayastor` starts, which is in state ContainerCreating"}},
		{"resize stuck/no room in its pool", Certain, mayastor, func(inv *models.Inventory) { // told after the condition was set
			volume(inv, models.Mayastor).Requested = 80 * models.GiB
			inv.Claim("a", "mayastor").Conditions = []models.Condition{{Type: "FileSystemResizePending", Since: ago(time.Hour)}}
			tell(inv, "PersistentVolumeClaim", "mayastor", "VolumeResizeFailed", "no space left in pool")
		}, []string{"60 GiB free", "70 GiB more"}},
		{"resize stuck/no room in its pool", Certain, lvm, func(inv *models.Inventory) { // LVM takes the room on the node
			volume(inv, models.LVM).Requested = 80 * models.GiB
			inv.Claim("a", "lvm").Conditions = []models.Condition{{Type: "FileSystemResizePending", Since: ago(time.Hour)}}
		}, []string{"60 GiB free", "70 GiB more"}},
		{"resize stuck/resizer at work", NotKnown, mayastor, func(inv *models.Inventory) {
			volume(inv, models.Mayastor).Requested = 20 * models.GiB
			inv.Claim("a", "mayastor").Conditions = []models.Condition{{Type: "Resizing", Since: ago(time.Minute)}}
		}, []string{"the resizer is at it"}},

		// full
		{"volume full/usage not known", NotKnown, asked(Space, hostpath), func(inv *models.Inventory) {
			volume(inv, models.Hostpath).Used = models.UnknownBytes
		}, []string{"not known"}},
		{"volume full/resize pending", Likely, asked(Space, lvm), func(inv *models.Inventory) {
			volume(inv, models.LVM).Requested = 80 * models.GiB
		}, []string{"40 % used", "it was to grow to 80 GiB"}},
		{"volume full/its data", NotKnown, asked(Space, cstor), func(*models.Inventory) {}, []string{"40 % used"}},
	}
}
