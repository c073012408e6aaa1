package diagnosis

import (
	"time"

	"github.com/mulebot/mulebot/models"
)

// end asks for the deletion of an object two hours ago, which finalizers hold.
func end(inv *models.Inventory, kind, name string, finalizers ...string) *models.Terminating {
	t := models.Terminating{Kind: kind, Name: name, Finalizers: finalizers, Since: ago(2 * time.Hour)}
	switch kind {
	case "PersistentVolumeClaim", "VolumeSnapshot":
		t.Namespace = "a"
	case "PersistentVolume":
	default:
		t.Namespace = "openebs"
	}
	if c := inv.Claim("a", name); c != nil && kind == "PersistentVolumeClaim" {
		c.Deleting, t.Engine = t.Since, c.Engine
	}
	if v := inv.Volume(name); v != nil && kind != "PersistentVolumeClaim" {
		t.Volume, t.Engine = name, v.Engine
		if v.Local() && kind != "PersistentVolume" {
			t.Node = v.Node
		}
	}
	inv.Terminating = append(inv.Terminating, t)
	return &inv.Terminating[len(inv.Terminating)-1]
}

// unused takes the pods from a volume of an engine and its claim.
func unused(inv *models.Inventory, e models.Engine) {
	inv.Claim("a", string(e)).Pods, volume(inv, e).Pods = nil, nil
}

func deletionCases() []ruleCase {
	claim, pv := about(models.Claims, "lvm"), about(models.Volumes, "pvc-mayastor")
	gone := asked(Deletion, about(models.Volumes, "pvc-lvm"))
	attach := func(inv *models.Inventory) {
		end(inv, "PersistentVolume", "pvc-mayastor", "external-attacher/io-openebs-csi-mayastor")
		inv.Attachments = []models.VolumeAttachment{{Kind: "VolumeAttachment", Name: "csi-1", Volume: "pvc-mayastor", Node: "n2", Attached: true}}
	}
	return []ruleCase{
		{"being deleted/not asked for", NoFault, gone, func(*models.Inventory) {}, []string{"is not being deleted", "nobody has asked"}},
		{"being deleted/pods use it", Certain, claim, func(inv *models.Inventory) {
			end(inv, "PersistentVolumeClaim", "lvm", claimProtection)
		}, []string{"is being deleted since 2026-03-01 10:00 UTC because `a/lvm` still uses it (finalizer kubernetes.io/pvc-protection)"}},
		{"being deleted/pods use it", Certain, asked(Deletion, about(models.Volumes, "pvc-cstor")), func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Degraded, "Degraded", bad("n3", "Offline", models.Down))
			end(inv, "PersistentVolumeClaim", "cstor", claimProtection)
		}, []string{"`a/cstor` still uses it"}},
		{"being deleted/pods use it", Likely, claim, func(inv *models.Inventory) {
			end(inv, "PersistentVolumeClaim", "lvm")
		}, []string{"most likely because `a/lvm` still uses it"}},
		{"volume released/kept", NoFault, gone, func(inv *models.Inventory) {
			v := volume(inv, models.LVM)
			v.Phase, v.Reclaim, v.ClaimPhase = "Released", "Retain", ""
		}, []string{"reclaim policy Retain"}},
		{"being deleted/snapshot under way", Certain, about(models.Claims, "cstor"), func(inv *models.Inventory) {
			unused(inv, models.CStor)
			end(inv, "PersistentVolumeClaim", "cstor", sourceProtection)
			inv.Snapshots[0].Ready = false
		}, []string{"snapshot `a/snap` of it is not ready yet"}},
		{"being deleted/copy under way", Certain, claim, func(inv *models.Inventory) {
			unused(inv, models.LVM)
			end(inv, "PersistentVolumeClaim", "lvm", cloneProtection)
			pend(inv, models.LVM).Source = "PersistentVolumeClaim/lvm"
		}, []string{"claim `a/new` is being copied from it"}},
		{"being deleted/claim is bound to it", Certain, pv, func(inv *models.Inventory) {
			end(inv, "PersistentVolume", "pvc-mayastor", volumeProtection)
		}, []string{"has its PersistentVolume being deleted", "claim `a/mayastor` is still bound to it"}},
		{"being deleted/attached", Certain, pv, func(inv *models.Inventory) { attach(inv) }, []string{"attached to node `n2` by VolumeAttachment `csi-1` (finalizer external-attacher/io-openebs-csi-mayastor)"}},
		{"being deleted/attached", Certain, pv, func(inv *models.Inventory) {
			attach(inv)
			lose(inv, "n2")
			inv.Nodes[1].Message = ""
			volume(inv, models.Mayastor).Replicas = volume(inv, models.Mayastor).Replicas[:1]
		}, []string{"cannot be detached there: node `n2` is NotReady"}},
		{"being deleted/node lost", Certain, asked(Deletion, about(models.Volumes, "pvc-zfs")), func(inv *models.Inventory) {
			unused(inv, models.ZFS)
			end(inv, "ZFSVolume", "pvc-zfs", "zfs.openebs.io/finalizer")
			lose(inv, "n1")
		}, []string{"can be removed only on its node, which is lost"}},
		{"being deleted/engine's pod broken", Certain, gone, func(inv *models.Inventory) {
			unused(inv, models.LVM)
			end(inv, "LVMVolume", "pvc-lvm", "lvm.openebs.io/finalizer")
			crash(inv, models.LVM, models.StorageAgent, "n1")
		}, []string{"LVM's agent on node `n1`, which lets LVMVolume `pvc-lvm` go (finalizer lvm.openebs.io/finalizer), does not work", "CrashLoopBackOff"}},
		{"being deleted/engine's pod broken", Certain, asked(Deletion, about(models.Volumes, "pvc-cstor")), func(inv *models.Inventory) {
			unused(inv, models.CStor)
			r := end(inv, "CStorVolumeReplica", "pvc-cstor-cstor-n2", "cstorvolumereplica.openebs.io/finalizer")
			r.Volume, r.Engine, r.Pool, r.Node = "pvc-cstor", models.CStor, "cstor-n2", "n2"
			crash(inv, models.CStor, models.PoolAgent, "cstor-n2")
		}, []string{"the pod of pool `cstor-n2`, which lets CStorVolumeReplica"}},
		{"being deleted/engine's pod broken", Certain, about(models.Volumes, "pvc-left"), func(inv *models.Inventory) { // its PersistentVolume is gone
			l := end(inv, "LVMVolume", "pvc-left", "lvm.openebs.io/finalizer")
			l.Volume, l.Engine, l.Node = "pvc-left", models.LVM, "n2"
			crash(inv, models.LVM, models.StorageAgent, "n2")
		}, []string{"LVMVolume `pvc-left` on c is being deleted", "agent on node `n2`"}},
		{"being deleted/engine's pod missing", Likely, gone, func(inv *models.Inventory) {
			unused(inv, models.LVM)
			end(inv, "LVMVolume", "pvc-lvm", "lvm.openebs.io/finalizer")
			for i := range inv.Agents {
				if a := &inv.Agents[i]; a.Engine == models.LVM && a.Node == "n1" {
					a.Serves, a.Node = "n9", "n9"
				}
			}
		}, []string{"does not run: there is no such pod"}},
		{"being deleted/pool in use", Certain, about(models.Pools, "disk-n1"), func(inv *models.Inventory) {
			end(inv, "DiskPool", "disk-n1", "openebs.io/diskpool-protection").Engine = models.Mayastor
			inv.Agents = append(inv.Agents, agent(models.Mayastor, models.OperatorRole, "operator-diskpool", "n1"))
		}, []string{"it still holds 1 volume's data: `a/mayastor`"}},
		{"being deleted/disk in use", Certain, about(models.BlockDevices, "bd-n1"), func(inv *models.Inventory) {
			end(inv, "BlockDevice", "bd-n1", "openebs.io/bd-protection")
		}, []string{"pool `cstor-n1` still uses it"}},
		{"being deleted/engine says why", Likely, gone, func(inv *models.Inventory) {
			unused(inv, models.LVM)
			end(inv, "PersistentVolume", "pvc-lvm", backend)
			tell(inv, "PersistentVolume", "pvc-lvm", "VolumeFailedDelete", "rpc error: code = Internal desc = lvremove failed")
			inv.Agents = append(inv.Agents, agent(models.LVM, models.ProvisionRole, "", "n1"))
			inv.Claims[3].Volume = ""
		}, []string{"lvremove failed"}},
		{"being deleted/snapshots of it", Likely, asked(Deletion, about(models.Volumes, "pvc-cstor")), func(inv *models.Inventory) {
			unused(inv, models.CStor)
			end(inv, "CStorVolumeConfig", "pvc-cstor", "cvc.openebs.io/finalizer").Volume = "pvc-cstor"
			inv.Agents = append(inv.Agents, agent(models.CStor, models.ProvisionRole, "", "n1"))
		}, []string{"still 1 snapshot of it", "`a/snap`"}},
		{"being deleted/finalizer", NotKnown, claim, func(inv *models.Inventory) {
			unused(inv, models.LVM)
			end(inv, "PersistentVolumeClaim", "lvm", "example.com/backup")
		}, []string{"held by finalizer example.com/backup"}},
		{"being deleted/finalizer", NotKnown, claim, func(inv *models.Inventory) {
			unused(inv, models.LVM)
			end(inv, "PersistentVolumeClaim", "lvm", claimProtection)
		}, []string{"no pod uses the claim"}},
		{"snapshot undeletable/engine's pod broken", Certain, about(models.Snapshots, "snap"), func(inv *models.Inventory) {
			end(inv, "VolumeSnapshot", "snap", "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection")
			inv.Snapshots[0].Deleting = ago(2 * time.Hour)
			inv.Agents = append(inv.Agents, agent("", models.OperatorRole, "snapshot-controller", "n1"))
			crash(inv, "", models.OperatorRole, "snapshot-controller")
		}, []string{"snapshot-controller"}},
		{"snapshot undeletable/engine says why", Likely, about(models.Snapshots, "snap"), func(inv *models.Inventory) {
			c := end(inv, "VolumeSnapshotContent", "content", "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection")
			c.State, c.Namespace = "Failed", ""
			inv.Snapshots[0].Deleting = ago(2 * time.Hour)
			inv.Agents = append(inv.Agents, agent("", models.OperatorRole, "snapshot-controller", "n1"))
		}, []string{"is in state Failed"}},
		{"snapshot undeletable/engine's pod missing", Likely, about(models.Snapshots, "snap"), func(inv *models.Inventory) {
			end(inv, "VolumeSnapshot", "snap", "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection")
			inv.Snapshots[0].Deleting = ago(2 * time.Hour)
		}, []string{"snapshot-controller", "there is no such pod"}},
	}
}
