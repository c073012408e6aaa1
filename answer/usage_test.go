package answer

import (
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// measuredEast is prodEast with two file systems that were measured, and one of which it is known why it was not.
func measuredEast() []*models.Inventory {
	inv := prodEast()
	inv.UsageGaps = []string{"the kubelet of node worker-10 does not tell how full file systems are: no answer in time"}
	for i := range inv.Volumes {
		v := &inv.Volumes[i]
		switch v.Name {
		case "pvc-mysql":
			v.Filesystem = &models.Filesystem{Size: 196 * models.GiB, Used: 120 * models.GiB, Free: 66 * models.GiB, Inodes: 1000, InodesUsed: 968, At: before(40 * time.Second), Source: "the kubelet"}
			v.Allocated, v.AllocatedSource = v.Used, v.UsedSource
		case "pvc-redis":
			v.Filesystem = &models.Filesystem{Size: 49 * models.GiB, Used: 49 * models.GiB / 10, Free: 44 * models.GiB, At: before(3 * time.Minute), Source: "Prometheus"}
		case "pvc-cache":
			v.Unmeasured = "the volume is a folder in a file system of its node, and nobody measures the folder alone"
		}
		if v.Filesystem == nil {
			continue
		}
		v.Used, v.UsedSource = v.Filesystem.Used, v.Filesystem.Source
		for j := range inv.Claims {
			if inv.Claims[j].Volume == v.Name {
				inv.Claims[j].Used, inv.Claims[j].Filesystem = v.Used, v.Filesystem
			}
		}
	}
	return []*models.Inventory{inv}
}

func TestGoldenUsage(t *testing.T) {
	claims := models.Query{Subject: models.Claims, Filters: []models.Filter{num("used_percent", models.Gt, 50)}}
	var b strings.Builder
	for _, c := range []struct {
		ask   string
		query models.Query
	}{
		{"a volume that was measured", describing(models.Volumes, "pvc-mysql")},
		{"its claim", models.Query{Subject: models.Claims, Name: "mysql", Scope: "db"}},
		{"a volume that Prometheus knows", describing(models.Volumes, "pvc-redis")},
		{"a volume that nobody measures", describing(models.Volumes, "pvc-cache")},
		{"volumes over 50%", volumes(num("used_percent", models.Gt, 50))},
		{"claims over 50%", claims},
		{"used space", models.Query{Subject: models.Volumes, Aggregate: models.Sum, Field: "used"}},
		{"volumes with less than 50 GiB free", volumes(num("free", models.Lt, 50*float64(models.GiB)))},
		{"the biggest volume, which is no question about use", sorted(volumes(), "size", true, 1)},
	} {
		r, err := ask(c.query, measuredEast())
		b.WriteString("=== " + c.ask + "\n" + printReply(r, err) + "\n")
	}
	golden(t, "usage", b.String())
}

// Nothing is there because its resource is not installed: that is said, and of no other cluster.
func TestAbsent(t *testing.T) {
	bare := &models.Inventory{Cluster: "bare", AsOf: asOf, Absent: []string{"volumesnapshots.snapshot.storage.k8s.io", "diskpools.openebs.io", "blockdevices.openebs.io"}}
	plain := &models.Inventory{Cluster: "plain", AsOf: asOf}
	for _, test := range []struct {
		query models.Query
		want  string // "" for nothing
	}{
		{models.Query{Subject: models.Snapshots}, "bare has no `volumesnapshots.snapshot.storage.k8s.io`: that resource is not installed there."},
		{counted(models.Query{Subject: models.BlockDevices}), "bare has no `blockdevices.openebs.io`: that resource is not installed there."},
		{models.Query{Subject: models.Pools, Filters: []models.Filter{eq("engine", "mayastor")}}, "bare has no `diskpools.openebs.io`: that resource is not installed there."},
		{models.Query{Subject: models.Pools}, ""},
		{models.Query{Subject: models.Volumes}, ""},
	} {
		r, err := ask(test.query, []*models.Inventory{bare, plain})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(r.Text, "plain has no") || strings.Contains(r.Text, "not installed") != (test.want != "") || !strings.Contains(r.Text, test.want) {
			t.Errorf("%+v: %q, want %q", test.query, r.Text, test.want)
		}
	}
}

// TestExportedUsage says of a figure of an exporter which metric it is and how old.
func TestExportedUsage(t *testing.T) {
	inv := prodEast()
	v := inv.Volume("pvc-assets")
	v.Used, v.UsedSource, v.UsedAt = 10*models.GiB, "Prometheus (openebs_actual_used)", before(40*time.Second)
	q := describing(models.Volumes, "assets")
	rep, err := To(Request{Query: &q, Inventories: []*models.Inventory{inv}})
	if err != nil || !strings.Contains(rep.Text, "10 GiB of 40 GiB are used (25%), from Prometheus (openebs_actual_used), 40 s ago") {
		t.Errorf("%v: %s", err, rep.Text)
	}
	q = volumes(num("used_percent", models.Gt, 20))
	rep, err = To(Request{Query: &q, Inventories: []*models.Inventory{inv}})
	if notes := strings.Join(rep.Notes, "\n"); err != nil || !strings.Contains(notes, "the engines' exporters by Prometheus for 1 volume (at most 40 s ago)") {
		t.Errorf("%v: %s", err, notes)
	}
}
