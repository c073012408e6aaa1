package intents_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
)

// sampleTime is the clock of the sample clusters.
var sampleTime = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// volumeSpecs are "namespace workload claim engine class size-in-Gi used-in-% health node pool,pool,…"; a claim "x-{3}"
// stands for x-0, x-1 and x-2.
const prodVolumes = `
orders   orders-mysql data-orders-mysql-{3} cstor cstor-csi-3 100 57 healthy worker-1 cspc-prod-7hqd,cspc-prod-k2xm,cspc-prod-w9tz
payments payments-pg  data-payments-pg-{3}  cstor cstor-csi-3 200 68 degraded worker-2 cspc-prod-7hqd,cspc-prod-k2xm,cspc-prod-w9tz
kafka    kafka        data-kafka-{3}        cstor cstor-csi-3 150 60 healthy worker-1 cspc-prod-7hqd,cspc-prod-k2xm,cspc-prod-w9tz
kafka    zookeeper    data-zookeeper-{3}    cstor cstor-csi-3 10  19 healthy worker-3 cspc-prod-7hqd,cspc-prod-k2xm,cspc-prod-w9tz
minio    minio        export-minio-{3}      cstor cstor-csi-2 500 80 healthy worker-2 cspc-prod-7hqd,cspc-prod-k2xm
search   es           data-es-{3}           cstor cstor-csi-3 120 54 rebuilding worker-1 cspc-prod-7hqd,cspc-prod-k2xm,cspc-prod-w9tz
wiki     wiki         wiki-data             cstor cstor-csi-1 50  30 down worker-3 cspc-prod-p4vn
nexus    nexus        nexus-data            jiva  openebs-jiva-csi-sc 40 92 read-only worker-3 -
grafana  grafana      grafana-data          jiva  openebs-jiva-csi-sc 20 40 healthy worker-1 -
monitoring prometheus prometheus-db-prometheus-0 mayastor mayastor-3 300 71 healthy worker-5 pool-on-worker-5,pool-on-worker-6,pool-on-worker-7
redis    redis        data-redis-{3}        mayastor mayastor-2 30 15 healthy worker-6 pool-on-worker-5,pool-on-worker-6
vault    vault        data-vault-{2}        hostpath openebs-hostpath 20 -1 healthy worker-2 -
ci       jenkins      jenkins-home          hostpath openebs-hostpath 40 -1 healthy worker-1 -
mysql    mysql        data-mysql-0          mayastor mayastor-3 80 83 degraded worker-5 pool-on-worker-5,pool-on-worker-6,pool-on-worker-7
`

const stagingVolumes = `
elastic  es        data-es-{3}      lvm lvm-fast 100 50 healthy stg-w1 vg-fast
catalog  mongo     data-mongo-{3}   lvm lvm-thin 60 20 healthy stg-w2 vg-thin
qa       pg-qa     data-pg-qa-0     zfs zfs-tank 40 90 healthy stg-w3 tank
qa       -         sandbox-a        lvm lvm-fast 10 1 healthy stg-w1 vg-fast
analytics clickhouse data-clickhouse-{2} lvm lvm-bulk 400 77 down stg-w3 vg-bulk
mysql    mysql     data-mysql-0     lvm lvm-fast 80 40 healthy stg-w1 vg-fast
`

// sample builds an inventory of volumes, with the claims, pods, pools and nodes that they name.
func sample(cluster, specs string, nodes ...string) *models.Inventory {
	inv := &models.Inventory{Cluster: cluster, Version: "v1.36.3", AsOf: sampleTime}
	seen := map[string]bool{}
	once := func(key string) bool { was := seen[key]; seen[key] = true; return !was }
	for i, name := range nodes {
		n := models.Node{Name: name, Ready: true, State: "Ready", Health: models.Healthy, Created: sampleTime.Add(-1000 * time.Hour)}
		if i == len(nodes)-1 {
			n.Ready, n.State, n.Health = false, "NotReady", models.Down
		}
		inv.Nodes = append(inv.Nodes, n)
	}
	for line := range strings.Lines(strings.TrimSpace(specs)) {
		f := strings.Fields(line)
		count := 1
		if i := strings.Index(f[2], "{"); i >= 0 {
			fmt.Sscanf(f[2][i:], "{%d}", &count)
			f[2] = f[2][:i]
		}
		for k := range count {
			claim := f[2]
			if strings.HasSuffix(claim, "-") {
				claim += fmt.Sprint(k)
			}
			addVolume(inv, f, claim, k, len(inv.Volumes))
		}
		if once("ns " + f[0]) {
			inv.Namespaces = append(inv.Namespaces, f[0])
		}
		if once("class " + f[4]) {
			inv.StorageClasses = append(inv.StorageClasses, models.StorageClass{Name: f[4], Engine: models.Engine(f[3]), Provisioner: f[3] + ".csi.openebs.io", Reclaim: "Delete", Binding: "Immediate"})
		}
		if once("engine " + f[3]) {
			inv.Engines = append(inv.Engines, models.Engine(f[3]))
		}
		for _, p := range strings.Split(f[9], ",") {
			if p != "-" && once("pool "+p) {
				pool := models.Pool{Name: p, Node: f[8], Engine: models.Engine(f[3]), Kind: "pool", Health: models.Healthy, State: "ONLINE",
					Size: 2000 * models.GiB, Used: 1500 * models.GiB, Free: 500 * models.GiB, Committed: 2500 * models.GiB, Replicas: 5}
				if strings.HasPrefix(p, "cspc-prod") {
					pool.Group = "cspc-prod"
				}
				inv.Pools = append(inv.Pools, pool)
			}
		}
	}
	inv.Namespaces = append(inv.Namespaces, "openebs", "default")
	return inv
}

func addVolume(inv *models.Inventory, f []string, claim string, k, n int) {
	var size, used int
	fmt.Sscan(f[5], &size)
	fmt.Sscan(f[6], &used)
	v := models.Volume{
		Name: fmt.Sprintf("pvc-%08x-%s-%04x", 0x31a98583+n*0x01f3d5b7, inv.Cluster[:4], n*777), Claim: claim, Namespace: f[0],
		ClaimPhase: "Bound", Phase: "Bound", Engine: models.Engine(f[3]), StorageClass: f[4], Health: models.Health(f[7]),
		Size: models.Bytes(size) * models.GiB, Requested: models.Bytes(size) * models.GiB, Used: models.UnknownBytes, Desired: 1,
		Node: f[8], Created: sampleTime.Add(-time.Duration(n*30) * time.Hour), AccessModes: []string{"ReadWriteOnce"}, Reclaim: "Delete",
	}
	if k > 0 {
		v.Health = models.Healthy
	}
	if used >= 0 {
		v.Used = v.Size * models.Bytes(used) / 100
	}
	if f[9] != "-" {
		for i, p := range strings.Split(f[9], ",") {
			v.Pools = append(v.Pools, p)
			v.Replicas = append(v.Replicas, models.Replica{Name: v.Name + "-" + p, Volume: v.Name, Node: inv.Nodes[i].Name, Pool: p, Health: models.Healthy, Size: v.Size, Used: v.Used, Progress: -1})
		}
		v.Desired = len(v.Replicas)
		if v.Health != models.Healthy {
			v.Replicas[len(v.Replicas)-1].Health = models.Down
		}
	}
	if f[1] != "-" {
		pod := models.PodRef{Namespace: f[0], Name: fmt.Sprintf("%s-%d", f[1], k), Workload: "StatefulSet/" + f[1]}
		v.Pods = []models.PodRef{pod}
		inv.Pods = append(inv.Pods, models.Pod{Namespace: pod.Namespace, Name: pod.Name, Workload: pod.Workload, Node: v.Node, State: "Running",
			Health: models.Healthy, Claims: []string{claim}, Volumes: []string{v.Name}})
	}
	inv.Volumes = append(inv.Volumes, v)
	inv.Claims = append(inv.Claims, models.Claim{Namespace: f[0], Name: claim, Phase: "Bound", Volume: v.Name, Engine: v.Engine, StorageClass: v.StorageClass,
		Health: v.Health, Requested: v.Requested, Size: v.Size, Used: v.Used, Node: v.Node, Pods: v.Pods, Created: v.Created})
}

func prod() *models.Inventory {
	inv := sample("prod-east", prodVolumes, "worker-1", "worker-2", "worker-3", "worker-5", "worker-6", "worker-7", "worker-4")
	inv.Claims = append(inv.Claims, models.Claim{Namespace: "reports", Name: "reports-db", Phase: "Pending", StorageClass: "cstor-csi-ssd", Engine: models.CStor,
		Health: models.Awaiting, Requested: 120 * models.GiB, Size: models.UnknownBytes, Used: models.UnknownBytes, Reason: "not enough pools", Created: sampleTime.Add(-time.Hour)})
	inv.Namespaces = append(inv.Namespaces, "reports")
	inv.Snapshots = []models.Snapshot{{Namespace: "mysql", Name: "mysql-nightly", Claim: "data-mysql-0", Ready: true, Health: models.Healthy, State: "ready", Size: 80 * models.GiB, Created: sampleTime.Add(-9 * time.Hour)}}
	inv.BlockDevices = []models.BlockDevice{{Name: "blockdevice-0fe47e1c564653248613b9fe2f825d50", Node: "worker-1", Path: "/dev/sdc", Size: 2048 * models.GiB, Claimed: "Unclaimed", State: "Active", Health: models.Healthy}}
	inv.Events = []models.Event{{Namespace: "mysql", Kind: "Pod", Object: "mysql-0", Type: "Warning", Reason: "FailedMount", Message: "not ready", Count: 3, Last: sampleTime.Add(-5 * time.Minute)}}
	return inv
}

func stagingCluster() *models.Inventory {
	return sample("staging", stagingVolumes, "stg-w1", "stg-w2", "stg-w3")
}
