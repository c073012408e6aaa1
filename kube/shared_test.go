package kube

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// shared is a folder of larger sample clusters that stands beside the repository on some machines. Where it does not, these
// tests have nothing to compare with.
const shared = "../../shared/openebs/"

// given returns one of the larger sample clusters, or nil where there is none.
func given(t *testing.T, name string) *models.Inventory {
	t.Helper()
	if _, err := os.Stat(shared + "clusters/" + name); err != nil {
		return nil
	}
	inv, err := ReadDir(name, os.DirFS(shared+"clusters/"+name), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	consistent(t, inv)
	return inv
}

// kubectl's OpenEBS plugin, run against the same clusters, lists the volumes and their states.
func TestSharedAgainstPlugin(t *testing.T) {
	row := regexp.MustCompile(`(?m)^\S* +(pvc-[0-9a-f-]{36}) +(\S+)`)
	for _, name := range []string{"prod-east", "staging"} {
		inv := given(t, name)
		if inv == nil {
			continue
		}
		output, err := os.ReadFile(shared + "plugin-output/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		volumes, _, _ := strings.Cut(string(output), "$ kubectl openebs get storage")
		listed := map[string]bool{}
		for _, m := range row.FindAllStringSubmatch(volumes, -1) {
			listed[m[1]] = true
			v := inv.Volume(m[1])
			isState := regexp.MustCompile(`^[A-Za-z]+$`).MatchString(m[2])
			switch {
			case v == nil && isState:
				t.Errorf("%s: the plugin lists %s", name, m[1])
			case v != nil && isState && v.State != m[2]:
				t.Errorf("%s: %s is %q, the plugin says %q", name, m[1], v.State, m[2])
			}
		}
		for _, v := range inv.Volumes {
			if !listed[v.Name] && v.Engine != models.Mayastor { // which the plugin does not know
				t.Errorf("%s: the plugin does not list %s", name, v.Name)
			}
		}
	}
}

func TestSharedFacts(t *testing.T) {
	if inv := given(t, "prod-east"); inv != nil {
		facts(t, inv, 36, 37, 8, map[string]fact{
			"payments/data-payments-pg-0": {models.Degraded, "rebuilding"},
			"orders/data-orders-mysql-2":  {models.Degraded, "its pool `cspc-prod-p4vn` is OFFLINE"},
			"reports/reports-db":          {models.Down, "RemountUnderProgress"},
			"search/vector-index-data":    {models.Awaiting, "CStorPoolCluster `cspc-ssd`"},
			"ci/jenkins-home":             {models.ReadOnly, "node `worker-8` does not exist"},
			"ml/notebooks":                {models.Degraded, "Mayastor wants 3 replicas"},
			"monitoring/storage-loki-0":   {models.Degraded, "43 % done"},
			"analytics/data-clickhouse-0": {models.Down, "its pool `pool-worker-7-nvme1` is Offline"},
			"gitops/argocd-repo-cache":    {models.Healthy, "not published"},
			"ci/build-cache":              {models.Healthy, ""},
		})
		pools(t, inv, map[string]fact{
			"cspc-prod-p4vn": {models.Down, "CrashLoopBackOff after 41 restarts"}, "cspc-prod-w9tz": {models.Degraded, "DiskUnavailable"},
			"cspc-prod-7hqd": {models.Healthy, "91 % used; it turns read-only at 95 %"}, "cspc-prod-k2xm": {models.Healthy, "77 % used; it turns read-only at 85 %"},
			"pool-worker-6": {models.Healthy, "Attention (IoError): 12 I/O errors"}, "pool-worker-7-nvme1": {models.Down, "DiskNotFound"},
		})
		if c := inv.Claim("ml", "feature-store"); c.Health != models.Awaiting || !strings.HasPrefix(c.Reason, "ProvisioningFailed: ") {
			t.Errorf("%+v", c)
		}
	}
	if inv := given(t, "staging"); inv != nil {
		facts(t, inv, 22, 26, 9, map[string]fact{
			"nexus/nexus-data":     {models.Healthy, "Insufficient free space"},
			"backups/velero-store": {models.Unknown, "lost a disk"},
			"qa/sandbox-a":         {models.Healthy, ""},
		})
		pools(t, inv, map[string]fact{"vg-bulk": {models.Degraded, "missingPvCount 1"}, "vg-thin": {models.Healthy, "66 GiB free"}, "vg-thin_thinpool": {models.Healthy, "over-committed"}})
		if v := inv.Claim("nexus", "nexus-data"); v.Size != 150*models.GiB || v.Requested != 250*models.GiB {
			t.Errorf("%+v", v)
		}
		if c := inv.Claim("elastic", "data-es-2"); len(c.Notes) == 0 || !strings.Contains(c.Notes[0], "did not have enough free storage") {
			t.Errorf("%+v", c)
		}
	}
}

// fact is the health of something and part of a note on it.
type fact struct {
	health models.Health
	note   string
}

func facts(t *testing.T, inv *models.Inventory, volumes, claims, numberOfPools int, all map[string]fact) {
	t.Helper()
	if len(inv.Volumes) != volumes || len(inv.Claims) != claims || len(inv.Pools) != numberOfPools || len(inv.Gaps) != 0 {
		t.Errorf("%s: %d volumes, %d claims, %d pools, gaps %q", inv.Cluster, len(inv.Volumes), len(inv.Claims), len(inv.Pools), inv.Gaps)
	}
	seen := 0
	for _, v := range inv.Volumes {
		want, ok := all[v.Namespace+"/"+v.Claim]
		if !ok {
			continue
		}
		seen++
		if v.Health != want.health || !strings.Contains(strings.Join(v.Notes, "\n"), want.note) {
			t.Errorf("%s/%s is %s, %q; want %+v", v.Namespace, v.Claim, v.Health, v.Notes, want)
		}
	}
	if seen != len(all) {
		t.Errorf("%s: %d of %d volumes found", inv.Cluster, seen, len(all))
	}
}

func pools(t *testing.T, inv *models.Inventory, all map[string]fact) {
	t.Helper()
	seen := 0
	for _, p := range inv.Pools {
		want, ok := all[p.Name]
		if !ok {
			continue
		}
		seen++
		if p.Health != want.health || !strings.Contains(strings.Join(p.Notes, "\n"), want.note) {
			t.Errorf("%s is %s, %q; want %+v", p.Name, p.Health, p.Notes, want)
		}
	}
	if seen != len(all) {
		t.Errorf("%s: %d of %d pools found", inv.Cluster, seen, len(all))
	}
}
