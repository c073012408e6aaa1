package diagnosis

import (
	"time"

	"github.com/mulebot/mulebot/models"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return noon.Add(-d) }

// calm is a small cluster in which nothing is wrong: nodes n1 to n3, one volume of every engine, named after it, each claimed
// and mounted by a pod of the same name, and the pools that they are in.
func calm() *models.Inventory {
	inv := &models.Inventory{Cluster: "c", AsOf: noon}
	for _, name := range []string{"n1", "n2", "n3"} {
		inv.Nodes = append(inv.Nodes, models.Node{Name: name, Ready: true, State: "Ready", Health: models.Healthy})
		inv.Agents = append(inv.Agents, agent(models.Mayastor, models.StorageAgent, name, name), agent(models.LVM, models.StorageAgent, name, name),
			agent(models.ZFS, models.StorageAgent, name, name), agent(models.CStor, models.PoolAgent, "cstor-"+name, name))
		inv.Pools = append(inv.Pools,
			pool(models.CStor, "cStor pool", "cstor-"+name, name, "ONLINE"), pool(models.Mayastor, "DiskPool", "disk-"+name, name, "Online"),
			pool(models.LVM, "volume group", "vg", name, ""), pool(models.ZFS, "zpool", "tank", name, ""))
		inv.BlockDevices = append(inv.BlockDevices, models.BlockDevice{Name: "bd-" + name, Node: name, Path: "/dev/sdb", State: "Active", Health: models.Healthy, Claimed: "Claimed", Pool: "cstor-" + name})
	}
	inv.PoolGroups = []models.PoolGroup{{Namespace: "openebs", Name: "cspc", Desired: 3, Provisioned: 3, Healthy: 3}}
	for engine, class := range map[models.Engine]models.StorageClass{
		models.CStor:    {Provisioner: "cstor.csi.openebs.io", Parameters: map[string]string{"cstorPoolCluster": "cspc", "replicaCount": "3"}},
		models.Jiva:     {Provisioner: "jiva.csi.openebs.io"},
		models.Mayastor: {Provisioner: "io.openebs.csi-mayastor", Parameters: map[string]string{"repl": "2"}},
		models.LVM:      {Provisioner: "local.csi.openebs.io", Parameters: map[string]string{"volgroup": "vg"}, Binding: "WaitForFirstConsumer"},
		models.ZFS:      {Provisioner: "zfs.csi.openebs.io", Parameters: map[string]string{"poolname": "tank/k8s"}, Binding: "WaitForFirstConsumer"},
		models.Hostpath: {Provisioner: "openebs.io/local", Binding: "WaitForFirstConsumer"},
	} {
		class.Name, class.Engine, class.Expandable = string(engine), engine, true
		inv.StorageClasses = append(inv.StorageClasses, class)
	}
	inv.StorageClasses = append(inv.StorageClasses, models.StorageClass{Name: "usual", Engine: models.LVM, Default: true, Provisioner: "local.csi.openebs.io", Parameters: map[string]string{"volgroup": "vg"}})
	addVolume(inv, models.CStor, "Healthy", replica("cstor-n1", "n1", "Healthy"), replica("cstor-n2", "n2", "Healthy"), replica("cstor-n3", "n3", "Healthy"))
	addVolume(inv, models.Jiva, "RW", replica("", "n1", "RW"), replica("", "n2", "RW"), replica("", "n3", "RW"))
	addVolume(inv, models.Mayastor, "Online", replica("disk-n1", "n1", "Online"), replica("disk-n2", "n2", "Online"))
	addVolume(inv, models.LVM, "Ready")
	addVolume(inv, models.ZFS, "Ready")
	addVolume(inv, models.Hostpath, "")
	volume(inv, models.Mayastor).Target = "n1"
	inv.Agents = append(inv.Agents, agent(models.CStor, models.TargetAgent, "pvc-cstor", "n1"), agent(models.Jiva, models.TargetAgent, "pvc-jiva", "n1"))
	for i := range volume(inv, models.Jiva).Replicas {
		r := &volume(inv, models.Jiva).Replicas[i]
		r.Name, r.Pod = "rep-"+r.Node, "rep-"+r.Node
		inv.Agents = append(inv.Agents, agent(models.Jiva, models.ReplicaAgent, "pvc-jiva", r.Node))
		inv.Agents[len(inv.Agents)-1].Name = r.Pod
	}
	inv.Snapshots = []models.Snapshot{{Namespace: "a", Name: "snap", Claim: "cstor", Volume: "pvc-cstor", Class: "snaps", Engine: models.CStor, Ready: true, Health: models.Healthy,
		State: "ready", Content: "content", Size: 10 * models.GiB}}
	return inv
}

func agent(e models.Engine, role models.AgentRole, serves, node string) models.Agent {
	return models.Agent{Namespace: "openebs", Name: string(e) + "-" + node, Engine: e, Role: role, Serves: serves, Node: node, State: "Running", Ready: true}
}

func pool(e models.Engine, kind, name, node, state string) models.Pool {
	p := models.Pool{Name: name, Node: node, Engine: e, Kind: kind, Health: models.Healthy, State: state, Size: 100 * models.GiB, Used: 40 * models.GiB,
		Free: 60 * models.GiB, Committed: models.UnknownBytes, Disks: []string{"/dev/sdb"}}
	if e == models.CStor {
		p.Limit, p.Group, p.Disks, p.Raid = 85, "cspc", []string{"bd-" + node}, "stripe"
	}
	return p
}

func replica(pool, node, state string) models.Replica {
	return models.Replica{Name: "r-" + node, Pool: pool, Node: node, State: state, Health: models.Healthy, Size: 10 * models.GiB, Used: 4 * models.GiB, Progress: -1}
}

// addVolume adds a volume named after its engine, its claim and its pod.
func addVolume(inv *models.Inventory, e models.Engine, state string, replicas ...models.Replica) {
	name := string(e)
	ref := models.PodRef{Namespace: "a", Name: name, Workload: "StatefulSet/" + name}
	v := models.Volume{Name: "pvc-" + name, Claim: name, Namespace: "a", ClaimPhase: "Bound", Phase: "Bound", Engine: e, Driver: name + ".io", StorageClass: name,
		AccessModes: []string{"ReadWriteOnce"}, Reclaim: "Delete", Health: models.Healthy, State: state, Size: 10 * models.GiB, Requested: 10 * models.GiB,
		Used: 4 * models.GiB, Replicas: replicas, Desired: max(1, len(replicas)), Node: "n1", Pods: []models.PodRef{ref}}
	if e == models.CStor || e == models.Jiva {
		v.Quorum = 2
	}
	for i := range v.Replicas {
		v.Replicas[i].Volume = v.Name
	}
	switch e {
	case models.LVM:
		v.Pools = []string{"vg"}
	case models.ZFS:
		v.Pools = []string{"tank"}
	}
	inv.Volumes = append(inv.Volumes, v)
	inv.Claims = append(inv.Claims, models.Claim{Namespace: "a", Name: name, Phase: "Bound", Volume: v.Name, Engine: e, StorageClass: name, Health: models.Healthy,
		Requested: v.Requested, Size: v.Size, AccessModes: v.AccessModes, VolumeMode: "Filesystem", Pods: v.Pods})
	inv.Pods = append(inv.Pods, models.Pod{Namespace: "a", Name: name, Workload: ref.Workload, Node: "n1", State: "Running", Health: models.Healthy,
		Claims: []string{name}, Volumes: []string{v.Name}})
}

func volume(inv *models.Inventory, e models.Engine) *models.Volume {
	return inv.Volume("pvc-" + string(e))
}

// sick makes a volume and some of its replicas unwell.
func sick(inv *models.Inventory, e models.Engine, h models.Health, state string, replicas ...models.Replica) *models.Volume {
	v := volume(inv, e)
	v.Health, v.State, v.Since = h, state, ago(2*time.Hour)
	for _, r := range replicas {
		for i := range v.Replicas {
			if v.Replicas[i].Node == r.Node {
				v.Replicas[i].Health, v.Replicas[i].State, v.Replicas[i].Since, v.Replicas[i].Reason = r.Health, r.State, r.Since, r.Reason
			}
		}
	}
	return v
}

func bad(node, state string, h models.Health) models.Replica {
	return models.Replica{Node: node, State: state, Health: h, Since: ago(2 * time.Hour)}
}

// lose makes a node NotReady.
func lose(inv *models.Inventory, node string) {
	n := find(inv.Nodes, func(n *models.Node) bool { return n.Name == node })
	n.Ready, n.State, n.Health, n.Since, n.Message = false, "Unknown", models.Down, ago(3*time.Hour), "Kubelet stopped posting node status"
}

// crash makes the pods of an engine that serve something end again and again.
func crash(inv *models.Inventory, e models.Engine, role models.AgentRole, serves string) {
	for _, a := range filter(inv.Agents, func(a *models.Agent) bool { return a.Engine == e && a.Role == role && a.Serves == serves }) {
		a.State, a.Ready, a.Restarts = "CrashLoopBackOff", false, 7
	}
}

func poolNamed(inv *models.Inventory, name, node string) *models.Pool {
	return find(inv.Pools, func(p *models.Pool) bool { return p.Name == name && p.Node == node })
}

// pend adds a claim "new" of a class without a volume.
func pend(inv *models.Inventory, e models.Engine) *models.Claim {
	c := models.Claim{Namespace: "a", Name: "new", Phase: "Pending", Engine: e, StorageClass: string(e), Health: models.Awaiting, Requested: 20 * models.GiB,
		Size: models.UnknownBytes, AccessModes: []string{"ReadWriteOnce"}, VolumeMode: "Filesystem", Provisioner: string(e) + ".io"}
	inv.Claims = append(inv.Claims, c)
	return &inv.Claims[len(inv.Claims)-1]
}

// wait adds a pod "waiting" that mounts a claim, and is in a state; without a node it is not placed.
func wait(inv *models.Inventory, claim, node, state string) *models.Pod {
	p := models.Pod{Namespace: "a", Name: "waiting", Workload: "Pod/waiting", Node: node, State: state, Health: models.Awaiting, Claims: []string{claim}}
	if c := inv.Claim("a", claim); c != nil {
		c.Pods = append(c.Pods, models.PodRef{Namespace: "a", Name: "waiting", Workload: "Pod/waiting"})
		if c.Volume != "" {
			p.Volumes = []string{c.Volume}
		}
	}
	inv.Pods = append(inv.Pods, p)
	return &inv.Pods[len(inv.Pods)-1]
}

// tell adds an event.
func tell(inv *models.Inventory, kind, object, reason, message string) {
	namespace := "a"
	if kind == "PersistentVolume" || kind == "CStorVolumeConfig" || kind == "DiskPool" {
		namespace = ""
	}
	kindOf := "Warning"
	if reason == "ExternalProvisioning" || reason == "WaitForFirstConsumer" {
		kindOf = "Normal"
	}
	inv.Events = append(inv.Events, models.Event{Namespace: namespace, Kind: kind, Object: object, Type: kindOf, Reason: reason, Message: message,
		Count: 3, First: ago(time.Hour), Last: ago(time.Minute)})
}
