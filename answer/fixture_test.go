package answer

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
)

// asOf is the clock of the sample inventories.
var asOf = time.Date(2026, 6, 15, 10, 0, 0, 0, time.UTC)

func before(d time.Duration) time.Time { return asOf.Add(-d) }

// vol makes a volume "pvc-NAME" of the claim "NAMESPACE/NAME" that a pod "NAME-0" of StatefulSet/NAME mounts.
func vol(namespace, name string, e models.Engine, h models.Health, size models.Bytes, usedPercent float64, node string, replicas ...models.Replica) models.Volume {
	v := models.Volume{
		Name: "pvc-" + name, Claim: name, Namespace: namespace, ClaimPhase: "Bound", Phase: "Bound",
		Engine: e, Driver: string(e) + ".csi.openebs.io", StorageClass: string(e) + "-sc", AccessModes: []string{"ReadWriteOnce"},
		VolumeMode: "Filesystem", Reclaim: "Delete", Health: h, State: map[models.Health]string{models.Healthy: "Healthy", models.Degraded: "Degraded", models.Down: "Offline"}[h],
		Size: size, Requested: size, Used: models.UnknownBytes, Node: node, Desired: max(1, len(replicas)), Replicas: replicas, Created: before(240 * time.Hour),
	}
	if usedPercent >= 0 {
		v.Used, v.UsedSource = models.Bytes(float64(size)*usedPercent/100), "its replicas"
	}
	if h != models.Healthy {
		v.Since = before(3 * time.Hour)
	}
	for i := range v.Replicas {
		r := &v.Replicas[i]
		r.Name, r.Volume, r.Size, r.Used, r.Progress = v.Name+"-"+r.Pool, v.Name, size, v.Used, max(r.Progress, -1)
		if r.Health != models.Rebuilding {
			r.Progress = -1
		}
		if r.Pool != "" {
			v.Pools = append(v.Pools, r.Pool)
		}
	}
	v.Pods = []models.PodRef{{Namespace: namespace, Name: name + "-0", Workload: "StatefulSet/" + name}}
	return v
}

func rep(node, pool string, h models.Health) models.Replica {
	return models.Replica{Node: node, Pool: pool, Health: h, State: map[models.Health]string{models.Healthy: "Healthy", models.Down: "Offline", models.Rebuilding: "Rebuilding"}[h], Since: before(3 * time.Hour), Progress: 40}
}

// local makes a local volume in a pool.
func local(namespace, name string, e models.Engine, size models.Bytes, node, pool string) models.Volume {
	v := vol(namespace, name, e, models.Healthy, size, -1, node)
	v.State, v.Thin = "Ready", false
	v.Pools = nil
	if pool != "" {
		v.Pools = []string{pool}
	}
	return v
}

func pool(name, node string, e models.Engine, kind string, h models.Health, size, used models.Bytes) models.Pool {
	p := models.Pool{Name: name, Node: node, Engine: e, Kind: kind, Health: h, State: strings.ToUpper(map[models.Health]string{models.Healthy: "Online", models.Down: "Offline", models.Degraded: "Degraded"}[h]),
		Size: size, Used: used, Free: size - used, Committed: models.UnknownBytes, Replicas: -1, Disks: []string{"/dev/sdb"}, Created: before(400 * 24 * time.Hour)}
	if e.Local() {
		p.State = ""
	}
	if h != models.Healthy {
		p.Since = before(3 * time.Hour)
	}
	return p
}

func node(name string, h models.Health, volumes, attached, pools int) models.Node {
	n := models.Node{Name: name, Ready: h == models.Healthy, State: "Ready", Health: h, Roles: []string{"worker"}, Kubelet: "v1.36.3", Volumes: volumes, Attached: attached, Pools: pools, Created: before(400 * 24 * time.Hour), Since: before(30 * 24 * time.Hour)}
	if h == models.Down {
		n.State, n.Since = "NotReady", before(3*time.Hour)
	}
	return n
}

// derive makes the claims and pods of an inventory's volumes.
func derive(inv *models.Inventory) *models.Inventory {
	for i := range inv.Volumes {
		v := &inv.Volumes[i]
		if v.Claim == "" {
			continue
		}
		inv.Claims = append(inv.Claims, models.Claim{Namespace: v.Namespace, Name: v.Claim, Phase: "Bound", Volume: v.Name, Engine: v.Engine, StorageClass: v.StorageClass,
			Health: v.Health, Requested: v.Requested, Size: v.Size, Used: v.Used, Node: v.Node, AccessModes: v.AccessModes, Pods: v.Pods, Created: v.Created})
		for _, p := range v.Pods {
			inv.Pods = append(inv.Pods, models.Pod{Namespace: p.Namespace, Name: p.Name, Workload: p.Workload, Node: v.Node, State: "Running", Health: models.Healthy, Claims: []string{v.Claim}, Volumes: []string{v.Name}, Created: v.Created})
		}
	}
	return inv
}

func prodEast() *models.Inventory {
	inv := &models.Inventory{Cluster: "prod-east", Version: "v1.36.3", AsOf: asOf, Engines: []models.Engine{models.CStor, models.Jiva, models.Hostpath}, Namespaces: []string{"db", "web"},
		Volumes: []models.Volume{
			vol("db", "mysql", models.CStor, models.Degraded, 200*models.GiB, 85, "worker-1", rep("worker-1", "cspc-1", models.Healthy), rep("worker-2", "cspc-2", models.Healthy), rep("worker-10", "cspc-3", models.Down)),
			vol("db", "postgres", models.CStor, models.Healthy, 100*models.GiB, 40, "worker-2", rep("worker-1", "cspc-1", models.Healthy), rep("worker-2", "cspc-2", models.Healthy)),
			vol("db", "redis", models.CStor, models.Rebuilding, 50*models.GiB, 10, "worker-2", rep("worker-1", "cspc-1", models.Healthy), rep("worker-2", "cspc-2", models.Rebuilding)),
			vol("web", "assets", models.Jiva, models.ReadOnly, 40*models.GiB, 99.5, "worker-1", rep("worker-1", "", models.Healthy), rep("worker-10", "", models.Down)),
			vol("web", "cache", models.Hostpath, models.Healthy, 20*models.GiB, -1, "worker-1"),
			vol("web", "logs", models.Hostpath, models.Down, 20*models.GiB, -1, "worker-10"),
		},
		Pools: []models.Pool{
			pool("cspc-1", "worker-1", models.CStor, "cStor pool", models.Healthy, 1*models.TiB, 700*models.GiB),
			pool("cspc-2", "worker-2", models.CStor, "cStor pool", models.Healthy, 1*models.TiB, 100*models.GiB),
			pool("cspc-3", "worker-10", models.CStor, "cStor pool", models.Down, 1*models.TiB, 300*models.GiB),
		},
		Nodes:          []models.Node{node("worker-1", models.Healthy, 4, 3, 1), node("worker-10", models.Down, 3, 1, 1), node("worker-2", models.Healthy, 3, 2, 1)},
		StorageClasses: []models.StorageClass{{Name: "cstor-sc", Engine: models.CStor, Provisioner: "cstor.csi.openebs.io", Default: true, Reclaim: "Delete", Binding: "Immediate", Expandable: true, Parameters: map[string]string{"replicaCount": "3", "cstorPoolCluster": "cspc"}, Volumes: 3, Created: before(400 * 24 * time.Hour)}, {Name: "openebs-hostpath", Engine: models.Hostpath, Provisioner: "openebs.io/local", Reclaim: "Delete", Binding: "WaitForFirstConsumer", Volumes: 2}},
		Snapshots: []models.Snapshot{
			{Namespace: "db", Name: "mysql-daily", Claim: "mysql", Volume: "pvc-mysql", Class: "cstor", Engine: models.CStor, Ready: true, Health: models.Healthy, State: "ready", Size: 200 * models.GiB, Created: before(10 * time.Hour)},
			{Namespace: "db", Name: "redis-now", Claim: "redis", Volume: "pvc-redis", Class: "cstor", Engine: models.CStor, Health: models.Down, State: "failed", Error: "replicas are not all healthy", Size: models.UnknownBytes, Created: before(1 * time.Hour)},
		},
		Events: []models.Event{
			{Namespace: "db", Kind: "CStorVolume", Object: "pvc-mysql", Type: "Normal", Reason: "Degraded", Message: "volume is degraded", Count: 1, Last: before(3 * time.Hour)},
			{Namespace: "web", Kind: "Pod", Object: "logs-0", Type: "Warning", Reason: "FailedMount", Message: "node is\nnot ready", Count: 12, Last: before(5 * time.Minute)},
			{Namespace: "web", Kind: "PersistentVolumeClaim", Object: "uploads", Type: "Warning", Reason: "ProvisioningFailed", Message: "not enough pools are available", Count: 4, Last: before(90 * time.Second)},
		},
		BlockDevices: []models.BlockDevice{{Name: "blockdevice-1", Node: "worker-1", Path: "/dev/sdb", Size: models.TiB, Claimed: "Claimed", State: "Active", Health: models.Healthy, Pool: "cspc-1"}},
	}
	inv.Volumes[0].Notes = []string{"the object says Healthy but a replica is on worker-10, which is NotReady"}
	inv.Volumes[4].Pods = nil
	inv.Volumes[4].Requested = 30 * models.GiB
	derive(inv)
	inv.Claims = append(inv.Claims, models.Claim{Namespace: "web", Name: "uploads", Phase: "Pending", StorageClass: "cstor-sc", Engine: models.CStor, Health: models.Awaiting, Requested: 500 * models.GiB,
		Size: models.UnknownBytes, Used: models.UnknownBytes, AccessModes: []string{"ReadWriteOnce"}, Reason: "not enough pools are available", Created: before(2 * time.Hour)})
	return inv
}

func staging() *models.Inventory {
	inv := &models.Inventory{Cluster: "staging", Version: "v1.36.3", AsOf: asOf.Add(-time.Hour), Engines: []models.Engine{models.LVM, models.ZFS}, Namespaces: []string{"db"},
		Volumes: []models.Volume{
			local("db", "mysql", models.LVM, 120*models.GiB, "stg-1", "vg-fast"),
			local("db", "queue", models.LVM, 13*models.GiB, "stg-2", "vg-fast"),
			local("db", "scratch", models.ZFS, 60*models.GiB, "stg-2", "tank"),
		},
		Pools: []models.Pool{
			pool("tank", "stg-2", models.ZFS, "zpool", models.Healthy, 400*models.GiB, 60*models.GiB),
			pool("vg-fast", "stg-1", models.LVM, "volume group", models.Healthy, 500*models.GiB, 479*models.GiB),
			pool("vg-fast", "stg-2", models.LVM, "volume group", models.Healthy, 500*models.GiB, 312*models.GiB),
		},
		Nodes: []models.Node{node("stg-1", models.Healthy, 1, 1, 1), node("stg-2", models.Healthy, 2, 2, 2)},
	}
	return derive(inv)
}

func east() []*models.Inventory { return []*models.Inventory{prodEast()} }

func both() []*models.Inventory { return []*models.Inventory{prodEast(), staging()} }

// ask answers a query half a minute after asOf, of the clusters that it names.
func ask(q models.Query, inventories []*models.Inventory, failed ...error) (models.Reply, error) {
	if len(q.Clusters) > 0 {
		inventories = slices.DeleteFunc(slices.Clone(inventories), func(inv *models.Inventory) bool { return !slices.Contains(q.Clusters, inv.Cluster) })
	}
	return To(Request{Query: &q, Inventories: inventories, Failed: failed, At: asOf.Add(30 * time.Second), Near: nearby})
}

// kindOfAnswer is a function that answers.
type kindOfAnswer func(Request) (models.Reply, error)

// nearby finds names of which somebody typed too much.
func nearby(_ models.Subject, name string, names []string) []string {
	return slices.DeleteFunc(names, func(n string) bool { return n == "" || !strings.HasPrefix(name, n) })
}

// print renders a reply for golden files.
func printReply(r models.Reply, err error) string {
	var b strings.Builder
	if err != nil {
		message, hint := Failure(err)
		fmt.Fprintf(&b, "error %s: %s\n  hint: %s\n", models.KindOf(err), message, hint)
		return b.String()
	}
	if r.Title != "" {
		fmt.Fprintf(&b, "# %s\n", r.Title)
	}
	fmt.Fprintln(&b, r.Text)
	if r.AskedBack {
		fmt.Fprintf(&b, "asked back: %s\n", r.Dialogue.Pending.Slot)
	}
	for _, f := range r.Facts {
		fmt.Fprintf(&b, "  %s: %s\n", f.Label, f.Value)
	}
	if r.Table != nil {
		var titles []string
		for _, c := range r.Table.Columns {
			titles = append(titles, c.Title)
		}
		fmt.Fprintf(&b, "table of %d: %s\n", r.Table.Total, strings.Join(titles, " | "))
		for _, row := range r.Table.Rows {
			var cells []string
			for _, c := range row {
				cells = append(cells, c.Text)
			}
			fmt.Fprintf(&b, "  %s\n", strings.Join(cells, " | "))
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	var labels []string
	for _, l := range r.Buttons {
		labels = append(labels, "["+l.Label+"]")
	}
	if len(labels) > 0 {
		fmt.Fprintln(&b, strings.Join(labels, " "))
	}
	return b.String()
}
