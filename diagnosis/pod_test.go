package diagnosis

import (
	"time"

	"github.com/mulebot/mulebot/models"
)

func podCases() []ruleCase {
	waiting, running := about(models.Pods, "waiting"), func(e models.Engine) Thing { return about(models.Pods, string(e)) }
	unplaced := func(inv *models.Inventory, message string) {
		tell(inv, "Pod", "waiting", "FailedScheduling", "0/3 nodes are available: "+message+" preemption: 0/3 nodes are available.")
	}
	mount := func(inv *models.Inventory, message string) { tell(inv, "Pod", "waiting", "FailedMount", message) }
	pod := func(inv *models.Inventory, e models.Engine) *models.Pod {
		return find(inv.Pods, func(p *models.Pod) bool { return p.Name == string(e) })
	}
	crashing := func(inv *models.Inventory, e models.Engine, end string) {
		p := pod(inv, e)
		p.State, p.Health, p.Restarts, p.LastExit = "CrashLoopBackOff", models.Down, 9, end
	}
	return []ruleCase{
		// not placed
		{"pod not placed/claim", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "gone", "", "Pending")
		}, []string{"`a/gone` does not exist"}},
		{"pod not placed/claim", Certain, waiting, func(inv *models.Inventory) {
			pend(inv, models.LVM).StorageClass = "lmv"
			wait(inv, "new", "", "Pending")
		}, []string{"claim `a/new` is pending: there is no storage class `lmv`"}},
		{"pod not placed/data on a node that takes no pods", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "lvm", "", "Pending")
			inv.Nodes[0].Cordoned = true
			unplaced(inv, "1 node(s) were unschedulable, 2 node(s) had volume node affinity conflict.")
		}, []string{"exists only on node `n1`, which is cordoned"}},
		{"pod not placed/data on a node that takes no pods", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "zfs", "", "Pending")
			lose(inv, "n1")
		}, []string{"node `n1` is NotReady"}},
		{"pod not placed/data on a node that takes no pods", Likely, waiting, func(inv *models.Inventory) {
			wait(inv, "lvm", "", "Pending")
			unplaced(inv, "1 Insufficient memory, 2 node(s) had volume node affinity conflict.")
		}, []string{"no room for the pod", "Insufficient memory"}},
		{"pod not placed/no node has the room", Certain, waiting, func(inv *models.Inventory) {
			pend(inv, models.LVM).Requested = 70 * models.GiB
			wait(inv, "new", "", "Pending")
			unplaced(inv, "3 node(s) did not have enough free storage.")
		}, []string{"`vg` on node `n1` has 60 GiB free"}},
		{"pod not placed/no node has the room", Likely, waiting, func(inv *models.Inventory) {
			pend(inv, models.ZFS)
			wait(inv, "new", "", "Pending")
			inv.Capacities = []models.Capacity{{Name: "csisc", StorageClass: "zfs", Nodes: []string{"n1"}, Free: models.GiB}}
			unplaced(inv, "3 node(s) did not have enough free storage.")
		}, []string{"the scheduler finds no node with 20 GiB free"}},
		{"pod not placed/scheduler says why", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "cstor", "", "Pending")
			unplaced(inv, "3 node(s) had untolerated taint(s).")
		}, []string{"not about storage", "untolerated taint"}},
		{"pod not placed/scheduler says why", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "mayastor", "", "Pending")
			unplaced(inv, "3 node(s) exceed max volume count.")
		}, []string{"as many volumes attached as they can"}},
		{"pod not placed/", NotKnown, waiting, func(inv *models.Inventory) {
			wait(inv, "cstor", "", "Pending")
		}, []string{"nothing that I can read"}},

		// on a lost node, or on its way out
		{"pod on a lost node/node", Certain, running(models.CStor), func(inv *models.Inventory) { lose(inv, "n1") }, []string{"said to be Running", "n1"}},
		{"pod being deleted/unmount fails", Likely, running(models.CStor), func(inv *models.Inventory) {
			pod(inv, models.CStor).Deleting = ago(time.Hour)
			tell(inv, "Pod", "cstor", "FailedUnMount", "device is busy")
		}, []string{"device is busy"}},
		{"pod being deleted/volume", Likely, running(models.CStor), func(inv *models.Inventory) {
			pod(inv, models.CStor).Deleting = ago(time.Hour)
			sick(inv, models.CStor, models.Down, "Offline", bad("n2", "Offline", models.Down), bad("n3", "Offline", models.Down))
		}, []string{"is down"}},

		// waits for its volume
		{"pod waits for its volume/claim", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "gone", "n1", "ContainerCreating")
		}, []string{"does not exist"}},
		{"pod waits for its volume/not about storage", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "lvm", "n1", "ContainerCreating")
			mount(inv, `MountVolume.SetUp failed for volume "config" : configmap "settings" not found`)
		}, []string{"not about its claims", "settings"}},
		{"pod waits for its volume/attached elsewhere", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "mayastor", "n2", "ContainerCreating")
			inv.Attachments = []models.VolumeAttachment{{Kind: "VolumeAttachment", Name: "csi-1", Volume: "pvc-mayastor", Node: "n1", Attached: true}}
			tell(inv, "Pod", "waiting", "FailedAttachVolume", "Multi-Attach error for volume")
		}, []string{"still attached to node `n1`", "where pod `a/mayastor` uses it"}},
		{"pod waits for its volume/attached elsewhere", Likely, waiting, func(inv *models.Inventory) {
			wait(inv, "mayastor", "n2", "ContainerCreating")
			inv.Attachments = []models.VolumeAttachment{{Kind: "VolumeAttachment", Name: "csi-1", Volume: "pvc-mayastor", Node: "n1", Attached: true}}
		}, []string{"still attached to node `n1`"}},
		{"pod waits for its volume/attached elsewhere", Certain, waiting, func(inv *models.Inventory) { // said once, and kubelet waits since
			wait(inv, "mayastor", "n2", "ContainerCreating")
			inv.Attachments = []models.VolumeAttachment{{Kind: "VolumeAttachment", Name: "csi-1", Volume: "pvc-mayastor", Node: "n1", Attached: true}}
			tell(inv, "Pod", "waiting", "FailedAttachVolume", `Multi-Attach error for volume "pvc-mayastor"`)
			inv.Events[len(inv.Events)-1].Last = ago(20 * time.Minute)
			mount(inv, "Unable to attach or mount volumes: unmounted volumes=[d], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition")
		}, []string{"still attached to node `n1`"}},
		{"pod waits for its volume/attached elsewhere", Likely, waiting, func(inv *models.Inventory) { // its event is forgotten
			wait(inv, "mayastor", "n2", "ContainerCreating")
			inv.Attachments = []models.VolumeAttachment{{Kind: "VolumeAttachment", Name: "csi-1", Volume: "pvc-mayastor", Node: "n1", Attached: true}}
			mount(inv, "Unable to attach or mount volumes: unmounted volumes=[d], unattached volumes=[d]: context deadline exceeded")
		}, []string{"still attached to node `n1`"}},
		{"pod waits for its volume/kubelet says why", Likely, waiting, func(inv *models.Inventory) { // it has been attached since
			wait(inv, "mayastor", "n2", "ContainerCreating")
			inv.Attachments = []models.VolumeAttachment{{Kind: "VolumeAttachment", Name: "csi-2", Volume: "pvc-mayastor", Node: "n2", Attached: true}}
			tell(inv, "Pod", "waiting", "FailedAttachVolume", `Multi-Attach error for volume "pvc-mayastor"`)
			inv.Events[len(inv.Events)-1].Last = ago(20 * time.Minute)
			mount(inv, "Unable to attach or mount volumes: unmounted volumes=[d], unattached volumes=[]: timed out waiting for the condition")
		}, []string{"timed out waiting"}},
		{"pod waits for its volume/kubelet says why", Likely, waiting, func(inv *models.Inventory) { // what kubelet says last is of another kind
			wait(inv, "mayastor", "n2", "ContainerCreating")
			inv.Attachments = []models.VolumeAttachment{{Kind: "VolumeAttachment", Name: "csi-1", Volume: "pvc-mayastor", Node: "n1", Attached: true}}
			mount(inv, "rpc error: code = Internal desc = no NVMe device")
		}, []string{"no NVMe device"}},
		{"pod waits for its volume/attached elsewhere", Likely, waiting, func(inv *models.Inventory) {
			wait(inv, "mayastor", "n2", "ContainerCreating")
			inv.Attachments = []models.VolumeAttachment{{Kind: "VolumeAttachment", Name: "csi-1", Volume: "pvc-mayastor", Node: "n1", Attached: true, DetachError: "rpc error: volume is still staged"}}
		}, []string{"still attached to node `n1` and cannot be detached from it: rpc error: volume is still staged"}},
		{"pod waits for its volume/kubelet says why", Likely, waiting, func(inv *models.Inventory) { // another pod's trouble
			wait(inv, "mayastor", "n2", "ContainerCreating")
			inv.Attachments = []models.VolumeAttachment{{Kind: "VolumeAttachment", Name: "csi-1", Volume: "pvc-mayastor", Node: "n1", Error: "rpc error: no path"}}
			mount(inv, "rpc error: code = Internal desc = no NVMe device")
		}, []string{"no NVMe device"}},
		{"pod waits for its volume/driver not on node", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "cstor", "n2", "ContainerCreating")
			inv.Agents = append(inv.Agents, agent(models.CStor, models.NodeAgent, "n2", "n2"))
			crash(inv, models.CStor, models.NodeAgent, "n2")
			mount(inv, "driver name cstor.io not found in the list of registered CSI drivers")
		}, []string{"not registered on node `n2`", "CrashLoopBackOff"}},
		{"pod waits for its volume/volume", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "mayastor", "n2", "ContainerCreating")
			sick(inv, models.Mayastor, models.Down, "Faulted", bad("n1", "Faulted", models.Down), bad("n2", "Faulted", models.Down))
			for _, n := range []string{"n1", "n2"} {
				p := poolNamed(inv, "disk-"+n, n)
				p.Health, p.State, p.Error = models.Down, "Offline", "DiskNotFound: gone"
			}
		}, []string{"its volume `a/mayastor` is down (Faulted)", "none of its 2 replicas is healthy", "DiskNotFound"}},
		{"pod waits for its volume/path gone", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "hostpath", "n1", "ContainerCreating")
			mount(inv, `path "/var/openebs/local/x" does not exist`)
		}, []string{"directory", "n1"}},
		{"pod waits for its volume/file system broken", Certain, waiting, func(inv *models.Inventory) {
			wait(inv, "lvm", "n1", "ContainerCreating")
			mount(inv, "wrong fs type, bad option, bad superblock on /dev/vg/lv")
		}, []string{"file system", "has errors"}},
		{"pod waits for its volume/attach error", Likely, waiting, func(inv *models.Inventory) {
			wait(inv, "mayastor", "n2", "ContainerCreating")
			inv.Attachments = []models.VolumeAttachment{{Kind: "VolumeAttachment", Name: "csi-1", Volume: "pvc-mayastor", Node: "n2", Error: "rpc error: code = Internal desc = no path"}}
		}, []string{"no path"}},
		{"pod waits for its volume/node's agent", Likely, waiting, func(inv *models.Inventory) {
			wait(inv, "lvm", "n1", "ContainerCreating")
			crash(inv, models.LVM, models.StorageAgent, "n1")
		}, []string{"LVM's pod that mounts volumes on node `n1`"}},
		{"pod waits for its volume/kubelet says why", Likely, waiting, func(inv *models.Inventory) {
			wait(inv, "cstor", "n1", "ContainerCreating")
			mount(inv, "rpc error: code = Internal desc = iSCSI Target not reachable")
		}, []string{"iSCSI Target not reachable"}},
		{"pod waits for its volume/degraded volume", Likely, waiting, func(inv *models.Inventory) {
			wait(inv, "cstor", "n1", "ContainerCreating")
			sick(inv, models.CStor, models.Degraded, "Degraded", bad("n3", "Offline", models.Down))
			lose(inv, "n3")
		}, []string{"is degraded"}},

		// ends again and again
		{"pod ends again and again/not about storage", Certain, running(models.LVM), func(inv *models.Inventory) {
			p := pod(inv, models.LVM)
			p.State, p.Health = "ImagePullBackOff", models.Down
		}, []string{"image cannot be pulled"}},
		{"pod ends again and again/evicted", Certain, running(models.LVM), func(inv *models.Inventory) {
			p := pod(inv, models.LVM)
			p.State, p.Health = "Evicted", models.Down
			inv.Nodes[0].Pressure = []string{"DiskPressure"}
		}, []string{"DiskPressure"}},
		{"pod ends again and again/out of memory", Certain, running(models.LVM), func(inv *models.Inventory) {
			crashing(inv, models.LVM, "OOMKilled, exit code 137")
		}, []string{"OOMKilled"}},
		{"pod ends again and again/volume", Certain, running(models.Jiva), func(inv *models.Inventory) {
			crashing(inv, models.Jiva, "Error, exit code 1: open /data/x: Read-only file system")
			sick(inv, models.Jiva, models.ReadOnly, "RO", bad("n2", "", models.Down), bad("n3", "", models.Down))
			lose(inv, "n2")
			lose(inv, "n3")
		}, []string{"is read-only", "it says: Error, exit code 1"}},
		{"pod ends again and again/volume", Likely, running(models.Jiva), func(inv *models.Inventory) {
			crashing(inv, models.Jiva, "Error, exit code 1")
			sick(inv, models.Jiva, models.ReadOnly, "RO", bad("n2", "", models.Down), bad("n3", "", models.Down))
			lose(inv, "n2")
			lose(inv, "n3")
		}, []string{"is read-only"}},
		{"pod ends again and again/volume full", Certain, running(models.CStor), func(inv *models.Inventory) {
			crashing(inv, models.CStor, "Error, exit code 1: no space left on device")
			volume(inv, models.CStor).Used = 10 * models.GiB
		}, []string{"100 % used"}},
		{"pod ends again and again/volume full", Likely, running(models.CStor), func(inv *models.Inventory) {
			crashing(inv, models.CStor, "Error, exit code 1")
			volume(inv, models.CStor).Used = 10 * models.GiB
		}, []string{"100 % used"}},
		{"pod ends again and again/application", NotKnown, running(models.CStor), func(inv *models.Inventory) {
			crashing(inv, models.CStor, "Error, exit code 1: no space left on device") // on another file system: the volume is 40 % used
		}, []string{"most likely in the application", "no space left"}},
		{"pod ends again and again/I/O errors told", Likely, running(models.LVM), func(inv *models.Inventory) {
			crashing(inv, models.LVM, "Error, exit code 5: Input/output error")
		}, []string{"Input/output error"}},
		{"volume of a running pod/volume", Certain, running(models.CStor), func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Degraded, "Degraded", bad("n3", "Offline", models.Down))
			lose(inv, "n3")
		}, []string{"runs, but not all is well"}},
		{"full volume of a running pod/its data", NotKnown, running(models.CStor), func(inv *models.Inventory) {
			for i := range inv.Volumes {
				inv.Volumes[i].Used = inv.Volumes[i].Size * 98 / 100
			}
		}, []string{"runs, but its volume", "98 % used"}},
	}
}
