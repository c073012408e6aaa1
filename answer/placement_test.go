package answer

import (
	"reflect"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

func suppose(event whatif.Event, filters ...models.Filter) models.Query {
	return models.Query{Subject: models.Volumes, Field: string(event), Filters: filters}
}

func placing(gib float64, filters ...models.Filter) models.Query {
	return models.Query{Subject: models.Pools, Field: Placement, Filters: append([]models.Filter{num("free", models.Ge, gib*float64(models.GiB))}, filters...)}
}

// TestGoldenWhatIf is what suppositions, placements, risks and changes read like.
func TestGoldenWhatIf(t *testing.T) {
	var b strings.Builder
	for _, c := range []struct {
		ask   string
		query models.Query
		to    kindOfAnswer
		of    func() []*models.Inventory
	}{
		{"can I drain worker-1?", suppose(whatif.Drain, eq("node", "worker-1")), Impact, east},
		{"is it safe to reboot worker-2?", suppose(whatif.Reboot, eq("node", "worker-2")), Impact, both},
		{"what if worker-10 fails?", suppose(whatif.Fail, eq("node", "worker-10")), Impact, east},
		{"what if pool vg-fast on stg-1 fails?", suppose(whatif.Fail, eq("pool", "vg-fast"), eq("node", "stg-1")), Impact, both},
		{"what if worker-1 and pool cspc-2 fail?", suppose(whatif.Fail, eq("node", "worker-1"), eq("pool", "cspc-2")), Impact, east},
		{"only the hostpath ones", suppose(whatif.Fail, eq("node", "worker-1"), eq("engine", "hostpath")), Impact, east},
		{"can I cordon worker-1?", suppose(Cordon, eq("node", "worker-1")), Impact, east},
		{"which nodes can I drain?", suppose(whatif.Drain), Impact, both},
		{"which nodes can fail?", suppose(whatif.Fail), Impact, east},
		{"no such node", suppose(whatif.Drain, eq("node", "worker-99")), Impact, both},
		{"where would 100Gi fit?", placing(100), Capacity, both},
		{"a 100Gi cstor volume with 3 replicas", placing(100, eq("engine", "cstor"), num("replicas", models.Eq, 3)), Capacity, both},
		{"a 50Gi lvm volume with 2 replicas", placing(50, eq("engine", "lvm"), num("replicas", models.Eq, 2)), Capacity, both},
		{"5Ti of zfs", placing(5120, eq("engine", "zfs")), Capacity, both},
		{"10Gi of a class that is not there", placing(10, eq("storageclass", "gold")), Capacity, east},
		{"which volumes have no redundancy left?", volumes(models.Filter{Field: "redundancy", Op: models.Eq, Values: []string{whatif.Spent, whatif.Single}}), To, both},
		{"which volumes have only one copy?", volumes(num("copies", models.Le, 1)), To, both},
		{"no snapshot in 7 days", volumes(num("snapshot_age", models.Gt, 7*86400)), To, both},
		{"orphaned volumes", volumes(eq("orphaned", "true")), To, both},
		{"did the resize work?", models.Query{Subject: models.Volumes, Field: "resize", Filters: []models.Filter{eq("resize", "pending")}}, To, both},
		{"did the resize of cache work?", models.Query{Subject: models.Volumes, Name: "pvc-cache", Field: "resize"}, To, east},
		{"what changed in the last 2 hours?", models.Query{Subject: models.Changes, Filters: []models.Filter{num("age", models.Le, 7200)}}, To, both},
	} {
		r, err := c.to(Request{Query: &c.query, Inventories: c.of()})
		b.WriteString("=== " + c.ask + "\n" + printReply(r, err) + "\n")
	}
	golden(t, "whatif", b.String())
}

// TestWantOfClass reads the parameters of the engines' storage classes.
func TestWantOfClass(t *testing.T) {
	for _, c := range []struct {
		class models.StorageClass
		want  whatif.Want
		thin  string
	}{
		{models.StorageClass{Engine: models.Mayastor, Parameters: map[string]string{"repl": "3", "thin": "true"}}, whatif.Want{Engine: models.Mayastor, Replicas: 3}, "true"},
		{models.StorageClass{Engine: models.CStor, Parameters: map[string]string{"replicaCount": "2", "cstorPoolCluster": "cspc"}}, whatif.Want{Engine: models.CStor, Replicas: 2, Pool: "cspc"}, ""},
		{models.StorageClass{Engine: models.LVM, Parameters: map[string]string{"volgroup": "vg", "thinProvision": "yes"}}, whatif.Want{Engine: models.LVM, Pool: "vg"}, "true"},
		{models.StorageClass{Engine: models.ZFS, Parameters: map[string]string{"poolname": "tank/k8s", "thinprovision": "no"}}, whatif.Want{Engine: models.ZFS, Pool: "tank"}, "false"},
		{models.StorageClass{Engine: models.Mayastor, Parameters: map[string]string{"repl": "2", "poolHasTopologyKey": "fast", "nodeSpreadTopologyKey": "zone", "encrypted": "false"}},
			whatif.Want{Engine: models.Mayastor, Replicas: 2, Unjudged: []string{"nodeSpreadTopologyKey", "poolHasTopologyKey"}}, ""},
		{models.StorageClass{Engine: models.LVM, Nodes: []string{"a"}}, whatif.Want{Engine: models.LVM, Nodes: []string{"a"}}, ""},
	} {
		got := wantOfClass(&c.class)
		thin := ""
		if got.Thin != nil {
			thin = phrase.Either(*got.Thin, "true", "false")
		}
		if got.Thin = nil; !reflect.DeepEqual(got, c.want) || thin != c.thin {
			t.Errorf("%v: %+v, thin %q", c.class.Parameters, got, thin)
		}
	}
}

// TestPlacementByPattern keeps a volume to the volume groups that the pattern of its class takes, and names what is not judged.
func TestPlacementByPattern(t *testing.T) {
	inv := &models.Inventory{Cluster: "c", Engines: []models.Engine{models.LVM, models.Mayastor}, Nodes: []models.Node{node("n1", models.Healthy, 0, 0, 2)},
		Pools: []models.Pool{pool("vg-slow", "n1", models.LVM, "volume group", models.Healthy, 500*models.GiB, 0), pool("dp", "n1", models.Mayastor, "DiskPool", models.Healthy, 500*models.GiB, 0)},
		StorageClasses: []models.StorageClass{
			{Name: "fast", Engine: models.LVM, Parameters: map[string]string{"vgpattern": "^vg-fast$"}},
			{Name: "slow", Engine: models.LVM, Parameters: map[string]string{"vgPattern": "^vg-s"}},
			{Name: "broken", Engine: models.LVM, Parameters: map[string]string{"vgpattern": "("}},
			{Name: "exact", Engine: models.LVM, Parameters: map[string]string{"vgpattern": ".*", "volgroup": "vg-fast"}},
			{Name: "labelled", Engine: models.Mayastor, Parameters: map[string]string{"poolAffinityTopologyLabel": "disk: nvme"}},
		}}
	for _, c := range []struct{ class, pool, says string }{
		{"fast", "", "No: a 100 GiB LVM volume does not fit in a volume group that matches `^vg-fast$` on c"},
		{"fast", "vg-slow", "No: a 100 GiB LVM volume does not fit in `vg-slow` on c: storage class `fast` makes no volume in `vg-slow`"},
		{"slow", "", "Yes: a 100 GiB LVM volume fits"},
		{"slow", "vg-slow", "Yes: a 100 GiB LVM volume fits"},
		{"broken", "", "No: a 100 GiB LVM volume does not fit"},
		{"exact", "", "No: a 100 GiB LVM volume does not fit in `vg-fast`"},
		{"labelled", "", "Yes, but: a 100 GiB Mayastor volume fits"},
		{"labelled", "", "Its class restricts pools by `poolAffinityTopologyLabel`, which I do not judge"},
	} {
		q := placing(100, eq("storageclass", c.class))
		if c.pool != "" {
			q.Filters = append(q.Filters, eq("pool", c.pool))
		}
		r, err := Capacity(Request{Query: &q, Inventories: []*models.Inventory{inv}})
		if err != nil || !strings.Contains(r.Text, c.says) {
			t.Errorf("%s in %q: %v, %q; want %q", c.class, c.pool, err, r.Text, c.says)
		}
	}
}

// TestCanLose says of several volumes what they can lose, in whole sentences, and names without backticks in cells.
func TestCanLose(t *testing.T) {
	copies := func(name string, h models.Health, each ...models.Health) models.Volume {
		v := vol("db", name, models.CStor, h, models.GiB, 10, "worker-1")
		for i, health := range each {
			v.Replicas = append(v.Replicas, rep("n"+string(rune('1'+i)), "p"+string(rune('1'+i)), health))
		}
		v.Desired, v.Quorum = len(each), 2
		return v
	}
	ok, bad := models.Healthy, models.Down
	inv := &models.Inventory{Cluster: "c", Engines: []models.Engine{models.CStor}, Volumes: []models.Volume{
		copies("a", models.Down, ok, bad, bad), copies("b", models.Down, ok, bad, bad), copies("c", models.Healthy, ok, ok, ok)}}
	q := models.Query{Subject: models.Volumes, Field: Tolerance}
	r, err := Impact(Request{Query: &q, Inventories: []*models.Inventory{derive(inv)}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "1 volume can lose 1 copy: `db/c`. 2 volumes are down now: `db/a` and `db/b`."; !strings.HasPrefix(r.Text, want) {
		t.Errorf("%q; want %q", r.Text, want)
	}
	for _, row := range r.Table.Rows {
		for _, cell := range row {
			if strings.Contains(cell.Text, "`") {
				t.Errorf("backticks in a cell: %q", cell.Text)
			}
		}
	}
	if text := canLose(1, spareUnknown); text != "nobody knows how many copies 1 volume can lose" {
		t.Error(text)
	}
}

// TestPlacementInPart says of what can be made, since nothing is reserved, that it cannot be filled: "yes" would be taken for room.
func TestPlacementInPart(t *testing.T) {
	inv := &models.Inventory{Cluster: "c", Engines: []models.Engine{models.CStor}, Nodes: []models.Node{node("n1", models.Healthy, 0, 0, 2), node("n2", models.Healthy, 0, 0, 2)},
		Pools: []models.Pool{pool("a", "n1", models.CStor, "cStor pool", models.Healthy, 500*models.GiB, 100*models.GiB), pool("b", "n2", models.CStor, "cStor pool", models.Healthy, 500*models.GiB, 400*models.GiB)},
		StorageClasses: []models.StorageClass{
			{Name: "one", Engine: models.CStor, Parameters: map[string]string{"replicaCount": "1"}},
			{Name: "two", Engine: models.CStor, Parameters: map[string]string{"replicaCount": "2"}},
		}}
	for class, says := range map[string]string{"one": "Yes: a 200 GiB cStor volume with 1 replica fits on c", "two": "Not for all of its data: a 200 GiB cStor volume with 2 replicas can be made on c"} {
		q := placing(200, eq("storageclass", class))
		r, err := Capacity(Request{Query: &q, Inventories: []*models.Inventory{inv}})
		if err != nil || !strings.HasPrefix(r.Text, says) {
			t.Errorf("%s: %v, %q; want %q", class, err, r.Text, says)
		}
	}
}
