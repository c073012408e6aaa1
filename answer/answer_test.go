package answer

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

var update = flag.Bool("update", false, "write the golden files")

func eq(field, value string) models.Filter {
	return models.Filter{Field: field, Op: models.Eq, Values: []string{value}}
}

func known(field string) models.Filter { return models.Filter{Field: field, Op: models.Known} }

func not(f models.Filter) models.Filter { f.Not = true; return f }

func num(field string, op models.Op, n float64) models.Filter {
	return models.Filter{Field: field, Op: op, Number: n}
}

func volumes(filters ...models.Filter) models.Query {
	return models.Query{Subject: models.Volumes, Filters: filters}
}

func counted(q models.Query) models.Query { q.Aggregate = models.Count; return q }

func sorted(q models.Query, by string, desc bool, limit int) models.Query {
	q.Sort, q.Desc, q.Limit = by, desc, limit
	return q
}

func describing(s models.Subject, name string, clusters ...string) models.Query {
	return models.Query{Subject: s, Name: name, Clusters: clusters}
}

// goldenCases are questions over the sample clusters, in groups that are a golden file each.
var goldenCases = map[string][]struct {
	ask   string // what somebody may have said
	query models.Query
	of    func() []*models.Inventory
}{
	"each": {
		{"the biggest volume of each namespace", models.Query{Subject: models.Volumes, Sort: "size", Desc: true, GroupBy: "namespace", Each: 1}, both},
		{"the two fullest pools on each node", models.Query{Subject: models.Pools, Sort: "used_percent", Desc: true, GroupBy: "node", Each: 2}, both},
		{"the smallest cstor volume of each class, 1 class", models.Query{Subject: models.Volumes, Filters: []models.Filter{eq("engine", "cstor")}, Sort: "size", GroupBy: "storageclass", Each: 1, Limit: 1}, east},
		{"the newest jiva snapshot of each volume", models.Query{Subject: models.Snapshots, Filters: []models.Filter{eq("engine", "jiva")}, Sort: "age", GroupBy: "volume", Each: 1}, east},
	},
	"list": {
		{"list the volumes", volumes(), east},
		{"volumes of all clusters", volumes(), both},
		{"degraded volumes", volumes(eq("health", "degraded")), east},
		{"unhealthy volumes", volumes(not(eq("health", "healthy"))), both},
		{"cstor volumes in namespace db over 80% used", volumes(eq("engine", "cstor"), eq("namespace", "db"), num("used_percent", models.Gt, 80)), east},
		{"volumes over 80%", volumes(num("used_percent", models.Gt, 80)), east},
		{"hostpath volumes over 80%", volumes(eq("engine", "hostpath"), num("used_percent", models.Gt, 80)), east},
		{"zfs volumes", volumes(eq("engine", "zfs")), east},
		{"degraded zfs volumes", volumes(eq("engine", "zfs"), eq("health", "degraded")), east},
		{"jiva volumes that are down", volumes(eq("engine", "jiva"), eq("health", "down")), east},
		{"lvm volumes larger than 10Gi", volumes(eq("engine", "lvm"), num("size", models.Gt, 10*float64(models.GiB))), both},
		{"unused volumes", volumes(not(models.Filter{Field: "pods", Op: models.Known})), east},
		{"volumes on worker-10", volumes(eq("node", "worker-10")), east},
		{"volumes named sql", volumes(models.Filter{Field: "claim", Op: models.Match, Values: []string{"sql"}}), both},
		{"volumes without snapshots", volumes(num("snapshots", models.Eq, 0)), east},
		{"volumes of mysql", volumes(eq("workload", "mysql")), east},
		{"pending claims", models.Query{Subject: models.Claims, Filters: []models.Filter{eq("phase", "pending")}}, east},
		{"replicas of mysql", models.Query{Subject: models.Replicas, Filters: []models.Filter{eq("claim", "mysql")}}, east},
		{"replicas of a local volume", models.Query{Subject: models.Replicas, Filters: []models.Filter{eq("volume", "pvc-queue")}}, both},
		{"replicas of a claim without a volume", models.Query{Subject: models.Replicas, Filters: []models.Filter{eq("claim", "uploads")}}, east},
		{"pools", models.Query{Subject: models.Pools}, both},
		{"pools with less than 200Gi free", models.Query{Subject: models.Pools, Filters: []models.Filter{num("free", models.Lt, 200*float64(models.GiB))}}, both},
		{"nodes that are not ready", models.Query{Subject: models.Nodes, Filters: []models.Filter{not(eq("state", "Ready"))}}, east},
		{"storage classes", models.Query{Subject: models.StorageClasses}, east},
		{"snapshots older than 2 hours", models.Query{Subject: models.Snapshots, Filters: []models.Filter{num("age", models.Gt, 7200)}}, east},
		{"pods that use pvc-mysql", models.Query{Subject: models.Pods, Filters: []models.Filter{eq("volumes", "pvc-mysql")}}, east},
		{"warnings of the last hour", models.Query{Subject: models.Events, Filters: []models.Filter{eq("type", "warning"), num("age", models.Lt, 3600)}}, east},
		{"block devices", models.Query{Subject: models.BlockDevices}, east},
		{"clusters", models.Query{Subject: models.Clusters}, both},
		{"no such field", volumes(eq("colour", "red")), east},
		{"health in a wrong word", volumes(eq("health", "unhealthy")), east},
		{"text compared with a number", volumes(num("name", models.Gt, 3)), east},
	},
	"sort": {
		{"the 2 biggest volumes", sorted(volumes(), "size", true, 2), east},
		{"the biggest volume", sorted(volumes(), "size", true, 1), east},
		{"volumes by size", sorted(volumes(), "size", false, 0), east},
		{"volumes by usage", sorted(volumes(), "used_percent", true, 0), east},
		{"the 3 fullest volumes that are not healthy", sorted(volumes(not(eq("health", "healthy"))), "used_percent", true, 3), east},
		{"the pool with the most free space", sorted(models.Query{Subject: models.Pools}, "free", true, 1), both},
		{"the 2 nodes with the most volumes", sorted(models.Query{Subject: models.Nodes}, "volumes", true, 2), east},
		{"the newest snapshot", sorted(models.Query{Subject: models.Snapshots}, "age", false, 1), east},
		{"first 2 volumes", models.Query{Subject: models.Volumes, Limit: 2}, east},
		{"the next 2", models.Query{Subject: models.Volumes, Limit: 2, Offset: 2, Sort: "size", Desc: true}, east},
		{"past the end", models.Query{Subject: models.Volumes, Limit: 2, Offset: 20}, east},
	},
	"count": {
		{"volumes per engine and namespace", models.Query{Subject: models.Volumes, Aggregate: models.Count, GroupBy: "engine", ThenBy: "namespace"}, both},
		{"total size by namespace and node", models.Query{Subject: models.Volumes, Aggregate: models.Sum, Field: "size", GroupBy: "namespace", ThenBy: "node"}, east},
		{"broken down by what there is not", models.Query{Subject: models.Volumes, Aggregate: models.Count, GroupBy: "engine", ThenBy: "colour"}, east},
		{"how many volumes", counted(volumes()), east},
		{"how many volumes anywhere", counted(volumes()), both},
		{"how many volumes are degraded", counted(volumes(eq("health", "degraded"))), east},
		{"how many lvm volumes are degraded", counted(volumes(eq("engine", "lvm"), eq("health", "degraded"))), both},
		{"how many nodes", counted(models.Query{Subject: models.Nodes}), east},
		{"volumes per engine", models.Query{Subject: models.Volumes, GroupBy: "engine"}, both},
		{"volumes per node", models.Query{Subject: models.Volumes, GroupBy: "node", Sort: "node"}, east},
		{"size per namespace", models.Query{Subject: models.Volumes, GroupBy: "namespace", Aggregate: models.Sum, Field: "size"}, both},
		{"largest usage per engine", models.Query{Subject: models.Volumes, GroupBy: "engine", Aggregate: models.Maximum, Field: "used_percent"}, east},
		{"total size", models.Query{Subject: models.Volumes, Aggregate: models.Sum, Field: "size"}, both},
		{"used space", models.Query{Subject: models.Volumes, Aggregate: models.Sum, Field: "used"}, east},
		{"average usage of cstor volumes", models.Query{Subject: models.Volumes, Aggregate: models.Average, Field: "used_percent", Filters: []models.Filter{eq("engine", "cstor")}}, east},
		{"smallest volume", models.Query{Subject: models.Volumes, Aggregate: models.Minimum, Field: "size"}, east},
		{"oldest snapshot", models.Query{Subject: models.Snapshots, Aggregate: models.Maximum, Field: "age"}, east},
		{"free space in all pools", models.Query{Subject: models.Pools, Aggregate: models.Sum, Field: "free"}, both},
		{"total usage of hostpath", models.Query{Subject: models.Volumes, Aggregate: models.Sum, Field: "used", Filters: []models.Filter{eq("engine", "hostpath")}}, east},
		{"sum of names", models.Query{Subject: models.Volumes, Aggregate: models.Sum, Field: "name"}, east},
		{"median", models.Query{Subject: models.Volumes, Aggregate: models.Median, Field: "size"}, east},
		{"mode", models.Query{Subject: models.Volumes, Aggregate: "mode", Field: "size"}, east},
		{"mean and largest", models.Query{Subject: models.Pools, Aggregate: models.Average, Field: "used_percent", Also: []models.Measure{{Aggregate: models.Maximum, Field: "free"}}}, east},
		{"measures of groups", models.Query{Subject: models.Volumes, Aggregate: models.Sum, Field: "size", GroupBy: "engine",
			Also: []models.Measure{{Aggregate: models.Count}, {Aggregate: models.Maximum, Field: "used_percent"}, {Aggregate: models.Count, Field: "health"}}}, east},
	},
	"describe": {
		{"volume of three replicas", describing(models.Volumes, "pvc-mysql", "prod-east"), east},
		{"volume by its claim", describing(models.Volumes, "redis"), east},
		{"local volume", describing(models.Volumes, "pvc-queue"), both},
		{"resized volume without pods", describing(models.Volumes, "pvc-cache"), east},
		{"bound claim", models.Query{Subject: models.Claims, Name: "mysql", Scope: "db", Clusters: []string{"prod-east"}}, east},
		{"pending claim", describing(models.Claims, "uploads"), east},
		{"claim in two clusters", describing(models.Claims, "mysql"), both},
		{"claim in two clusters, both asked", describing(models.Claims, "mysql", "prod-east", "staging"), both},
		{"pool on two nodes", describing(models.Pools, "vg-fast"), both},
		{"pool on one of them", models.Query{Subject: models.Pools, Name: "vg-fast", Filters: []models.Filter{eq("node", "stg-1")}}, both},
		{"pool that is down", describing(models.Pools, "cspc-3"), east},
		{"node that is down", describing(models.Nodes, "worker-10"), east},
		{"storage class", describing(models.StorageClasses, "cstor-sc"), east},
		{"snapshot", describing(models.Snapshots, "redis-now"), east},
		{"pod", describing(models.Pods, "logs-0"), east},
		{"block device", describing(models.BlockDevices, "blockdevice-1"), east},
		{"cluster", describing(models.Clusters, "prod-east"), both},
		{"nothing by that name", describing(models.Volumes, "pvc-mysqll"), east},
	},
}

func TestGolden(t *testing.T) {
	for file, cases := range goldenCases {
		t.Run(file, func(t *testing.T) {
			var b strings.Builder
			for _, c := range cases {
				r, err := ask(c.query, c.of())
				b.WriteString("=== " + c.ask + "\n" + printReply(r, err) + "\n")
			}
			golden(t, file, b.String())
		})
	}
}

// TestButtonsAnswer presses every button of every answer: it must get an answer too, about the clusters it names. Answers
// must not change the inventories, which others read at the same time.
func TestButtonsAnswer(t *testing.T) {
	pressed := 0
	for _, cases := range goldenCases {
		for _, c := range cases {
			inventories := c.of()
			r, _ := ask(c.query, inventories)
			for _, b := range r.Buttons {
				pressed++
				next, err := ask(*b.Action.Query, inventories)
				if err != nil || next.AskedBack {
					t.Errorf("%s: [%s] gets %q, %v", c.ask, b.Label, next.Text, err)
				}
				if len(b.Label) > 75 {
					t.Errorf("%s: the label %q is too long for Slack", c.ask, b.Label)
				}
			}
			if !reflect.DeepEqual(inventories, c.of()) {
				t.Errorf("%s: the answer changed the inventory", c.ask)
			}
		}
	}
	if pressed < 50 {
		t.Errorf("only %d buttons", pressed)
	}
}

func TestReplyCarriesItsGrounds(t *testing.T) {
	r, err := ask(volumes(not(eq("health", "healthy"))), both())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(r.Clusters, " ") != "prod-east staging" || !r.AsOf.Equal(staging().AsOf) || r.Query == nil || r.Table.Total != 4 {
		t.Errorf("clusters %v, as of %v, query %v", r.Clusters, r.AsOf, r.Query)
	}
	want := []models.Named{{Subject: models.Volumes, Name: "pvc-logs", Scope: "web", Cluster: "prod-east"}, {Subject: models.Volumes, Name: "pvc-assets", Scope: "web", Cluster: "prod-east"},
		{Subject: models.Volumes, Name: "pvc-mysql", Scope: "db", Cluster: "prod-east"}, {Subject: models.Volumes, Name: "pvc-redis", Scope: "db", Cluster: "prod-east"}}
	if !slices.Equal(r.Dialogue.Listed, want) {
		t.Errorf("listed %+v", r.Dialogue.Listed)
	}
	one, err := ask(describing(models.Volumes, "pvc-logs"), both())
	if err != nil || strings.Join(one.Clusters, " ") != "prod-east" || !one.AsOf.Equal(asOf) {
		t.Errorf("a description stands on %v as of %v, %v", one.Clusters, one.AsOf, err)
	}
	long, err := ask(volumes(), []*models.Inventory{many(50)})
	if err != nil || len(long.Dialogue.Listed) != 20 || len(long.Buttons) > 5 {
		t.Errorf("%d listed, %d buttons, %v", len(long.Dialogue.Listed), len(long.Buttons), err)
	}
}

// TestCauseStaysOut: the cause of an error may name addresses, and an error of another kind anything.
func TestCauseStaysOut(t *testing.T) {
	secret := errors.New("dial tcp 10.0.0.7:6443: refused")
	failed := &models.Error{Kind: models.Unavailable, Message: "west does not answer", Err: secret}
	r, err := ask(volumes(), east(), failed, secret)
	if err != nil || strings.Contains(printReply(r, nil), "10.0.0.7") {
		t.Errorf("%s, %v", printReply(r, err), err)
	}
	_, err = ask(volumes(), nil, failed, secret)
	told, ok := errors.AsType[*models.Error](err)
	if !ok || told.Kind != models.Unavailable || strings.Contains(told.Message+told.Hint, "10.0.0.7") || !errors.Is(err, secret) {
		t.Errorf("%v; the cause is for the log alone", err)
	}
}

// TestNoneAnswered: what all clusters failed with is told once each, with each advice once.
func TestNoneAnswered(t *testing.T) {
	silent := func(name string) error {
		return &models.Error{Kind: models.Unavailable, Message: name + " does not answer", Hint: "Try again in a minute"}
	}
	forbidden := &models.Error{Kind: models.Forbidden, Message: "north lets me read nothing", Hint: "Give it a role."}
	for _, c := range []struct {
		failed  []error
		kind    models.ErrorKind
		message string
		hint    string
	}{
		{nil, models.NotFound, "no cluster was asked", "Name a cluster, or link this channel to one"},
		{[]error{forbidden}, models.Forbidden, "north lets me read nothing", "Give it a role."},
		{[]error{silent("east"), silent("west"), forbidden}, models.Unavailable,
			"none of the clusters gave an answer: east does not answer; west does not answer; north lets me read nothing", "Try again in a minute. Give it a role"},
	} {
		err, ok := errors.AsType[*models.Error](NoneAnswered(c.failed))
		if !ok || err.Kind != c.kind || err.Message != c.message || err.Hint != c.hint {
			t.Errorf("%v; want %s: %s (%s)", err, c.kind, c.message, c.hint)
		}
	}
}

// golden compares got with a file of testdata, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s:%d\n got %s\nwant %s\n(-update writes the file)", path, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: got %d lines, want %d", path, len(g), len(w))
}

func TestGoldenOverview(t *testing.T) {
	unreachable := staging()
	unreachable.Stale = &models.Error{Kind: models.Unavailable, Message: "staging has not answered for 59 min"}
	forbidden := prodEast()
	forbidden.Gaps = []string{"snapshots cannot be read: forbidden", "persistentvolumes cannot be read: forbidden"}
	failed := &models.Error{Kind: models.Unavailable, Message: "west does not answer", Hint: "Try again later"}
	cases := []struct {
		ask string
		do  func() (models.Reply, error)
	}{
		{"is everything ok", func() (models.Reply, error) { return overview(models.Query{Subject: models.Clusters}, both()) }},
		{"is everything ok on staging", func() (models.Reply, error) {
			return overview(describing(models.Clusters, "staging"), both())
		}},
		{"is everything ok in namespace db", func() (models.Reply, error) {
			return overview(models.Query{Subject: models.Clusters, Filters: []models.Filter{eq("namespace", "db")}}, east())
		}},
		{"a cluster does not answer now", func() (models.Reply, error) {
			return ask(volumes(eq("engine", "zfs")), []*models.Inventory{unreachable})
		}},
		{"a cluster never answered", func() (models.Reply, error) { return ask(counted(volumes()), east(), failed) }},
		{"a name that may be in the cluster that failed", func() (models.Reply, error) {
			return ask(describing(models.Pools, "tank"), east(), failed)
		}},
		{"nothing answered", func() (models.Reply, error) { return ask(volumes(), nil, failed) }},
		{"is everything ok on a cluster that does not answer", func() (models.Reply, error) {
			return overview(models.Query{Subject: models.Clusters}, []*models.Inventory{unreachable})
		}},
		{"a name that may be in what is forbidden", func() (models.Reply, error) {
			return ask(describing(models.Volumes, "nothing"), []*models.Inventory{forbidden})
		}},
		{"something is forbidden", func() (models.Reply, error) {
			return ask(counted(volumes()), []*models.Inventory{forbidden})
		}},
	}
	var b strings.Builder
	for _, c := range cases {
		b.WriteString("=== " + c.ask + "\n" + printReply(c.do()) + "\n")
	}
	golden(t, "overview", b.String())
}

func overview(q models.Query, inventories []*models.Inventory) (models.Reply, error) {
	return Overview(Request{Query: &q, Inventories: inventories, At: asOf.Add(30 * time.Second)})
}
