package answer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

func TestFilters(t *testing.T) {
	mysql, logs := "pvc-mysql", "pvc-logs"
	all := []string{"pvc-assets", "pvc-cache", "pvc-logs", "pvc-mysql", "pvc-postgres", "pvc-redis"}
	tests := []struct {
		name   string
		filter models.Filter
		want   []string
	}{
		{"text, in any case", eq("claim", "MySQL"), []string{mysql}},
		{"text, whole", eq("claim", "sql"), nil},
		{"any of several", models.Filter{Field: "claim", Op: models.Eq, Values: []string{"mysql", "logs"}}, []string{logs, mysql}},
		{"the operator may be left out", models.Filter{Field: "claim", Values: []string{"logs"}}, []string{logs}},
		{"negated", not(eq("namespace", "db")), []string{"pvc-assets", "pvc-cache", "pvc-logs"}},
		{"an element of a list", eq("node", "worker-10"), []string{"pvc-assets", logs, mysql}},
		{"no element of a list", not(eq("node", "worker-10")), []string{"pvc-cache", "pvc-postgres", "pvc-redis"}},
		{"how long a list is", num("node", models.Ge, 3), []string{mysql}},
		{"contains", models.Filter{Field: "name", Op: models.Match, Values: []string{"SQL"}}, []string{mysql}},
		{"a workload by its name alone", eq("workload", "mysql"), []string{mysql}},
		{"a workload with its kind", eq("workload", "statefulset/mysql"), []string{mysql}},
		{"less", num("size", models.Lt, float64(40*models.GiB)), []string{"pvc-cache", logs}},
		{"at most", num("size", models.Le, float64(40*models.GiB)), []string{"pvc-assets", "pvc-cache", logs}},
		{"equal", num("size", models.Eq, float64(200*models.GiB)), []string{mysql}},
		{"percent", num("used_percent", models.Ge, 85), []string{"pvc-assets", mysql}},
		{"unknown satisfies no comparison", num("used_percent", models.Ge, 0), []string{"pvc-assets", mysql, "pvc-postgres", "pvc-redis"}},
		{"nor its negation", not(num("used_percent", models.Gt, 1000)), []string{"pvc-assets", mysql, "pvc-postgres", "pvc-redis"}},
		{"known", known("used"), []string{"pvc-assets", mysql, "pvc-postgres", "pvc-redis"}},
		{"not known", not(known("used")), []string{"pvc-cache", logs}},
		{"a list that is empty is not known", not(known("pods")), []string{"pvc-cache"}},
		{"older", num("age", models.Gt, (239 * time.Hour).Seconds()), all},
		{"longer in its state", num("since", models.Ge, (3 * time.Hour).Seconds()), []string{"pvc-assets", logs, mysql, "pvc-redis"}},
		{"flag", models.Filter{Field: "thin", Op: models.Eq, Values: []string{"false"}}, all},
		{"flag without a value is true", models.Filter{Field: "thin", Op: models.Eq}, nil},
		{"snapshots that can be restored", num("snapshots", models.Ge, 1), []string{mysql}},
		{"cluster", eq("cluster", "prod-east"), all},
		{"another cluster", eq("cluster", "staging"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := volumes(tt.filter)
			res, err := Evaluate(&q, east())
			if err != nil {
				t.Fatal(err)
			}
			got := volumeNames(res.rows)
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func volumeNames(rows []record) []string {
	var names []string
	for i := range rows {
		names = append(names, volumeSchema.text(&rows[i], "name"))
	}
	return names
}

func TestUnknownIsCountedOnce(t *testing.T) {
	q := volumes(eq("engine", "hostpath"), num("used_percent", models.Gt, 80), num("used", models.Gt, 1))
	res, err := Evaluate(&q, east())
	if err != nil {
		t.Fatal(err)
	}
	if len(res.unknown) != 1 || res.unknown[0].count != 2 || res.scope != 2 {
		t.Errorf("unknown %+v, scope %d", res.unknown, res.scope)
	}
	q = volumes(eq("engine", "cstor"), num("used_percent", models.Gt, 80))
	if res, err = Evaluate(&q, east()); err != nil || len(res.unknown) != 0 {
		t.Errorf("a record that another filter leaves out is counted as unknown: %+v, %v", res.unknown, err)
	}
}

func TestSortUnknownLast(t *testing.T) {
	for _, desc := range []bool{false, true} {
		q := sorted(volumes(), "used", desc, 0)
		res, err := Evaluate(&q, east())
		if err != nil {
			t.Fatal(err)
		}
		if got := volumeNames(res.rows)[4:]; !slices.Equal(got, []string{"pvc-cache", "pvc-logs"}) {
			t.Errorf("desc %v: last are %v", desc, got)
		}
	}
}

func TestHealthSortsBySeverity(t *testing.T) {
	q := sorted(volumes(), "health", true, 0)
	res, err := Evaluate(&q, east())
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for i := range res.rows {
		words = append(words, volumeSchema.text(&res.rows[i], "health"))
	}
	if got := strings.Join(words, " "); got != "down read-only degraded rebuilding healthy healthy" {
		t.Error(got)
	}
}

// TestEveryField reads every field of every subject, lists by it, filters by it and groups by it.
func TestEveryField(t *testing.T) {
	for s, subject := range subjects {
		if subject.Subject != s {
			t.Errorf("the table of %s is that of %s", s, subject.Subject)
		}
		seen := map[string]bool{}
		for _, key := range subject.columns {
			if subject.Lookup(key) == nil {
				t.Errorf("%s has a column %s but no such field", s, key)
			}
		}
		if len(subject.columns) > 8 {
			t.Errorf("%s has %d columns", s, len(subject.columns))
		}
		for i := range subject.fields {
			f := &subject.fields[i]
			if seen[f.key] {
				t.Errorf("%s has the field %s twice", s, f.key)
			}
			seen[f.key] = true
			for _, q := range []models.Query{
				{Subject: s, Sort: f.key}, {Subject: s, GroupBy: f.key}, {Subject: s, Filters: []models.Filter{known(f.key)}}, {Subject: s, Filters: []models.Filter{not(known(f.key))}},
			} {
				reply, err := ask(q, both())
				if err != nil {
					t.Errorf("%s %s: %v", s, f.key, err)
				}
				checkTable(t, reply.Table)
			}
		}
	}
}

// checkTable checks that rows have the width of the table and cells the types that programs may expect.
func checkTable(t *testing.T, table *models.Table) {
	t.Helper()
	if table == nil {
		return
	}
	for _, row := range table.Rows {
		if len(row) != len(table.Columns) {
			t.Fatalf("a row has %d cells under %d columns", len(row), len(table.Columns))
		}
		for i, cell := range row {
			switch cell.Value.(type) {
			case nil, string, bool, int64, float64, time.Time, []string:
			default:
				t.Errorf("%s is a %T", table.Columns[i].Key, cell.Value)
			}
			if cell.Text == "" || strings.Contains(cell.Text, "\n") {
				t.Errorf("%s prints as %q", table.Columns[i].Key, cell.Text)
			}
		}
	}
}

// randomQuery makes a query of parts that the subject has.
func randomQuery(r *rand.Rand, s *Schema) models.Query {
	q := models.Query{Subject: s.Subject}
	pickField := func() *Field { return &s.fields[r.IntN(len(s.fields))] }
	for range r.IntN(3) {
		f := pickField()
		filter := models.Filter{Field: f.key, Op: models.Known, Not: r.IntN(2) == 0}
		switch {
		case f.Kind.Numeric() && r.IntN(3) > 0:
			filter.Op = []models.Op{models.Eq, models.Lt, models.Le, models.Gt, models.Ge}[r.IntN(5)]
			filter.Number = []float64{0, 1, 3, 50, 85, 7200, float64(50 * models.GiB)}[r.IntN(7)]
		case f.Kind == HealthKind:
			filter.Op, filter.Values = models.Eq, []string{string(healthWords[r.IntN(len(healthWords))])}
		case !f.Kind.Numeric() && f.Kind != FlagKind && r.IntN(2) == 0:
			filter.Op, filter.Values = models.Match, []string{"e"}
		}
		q.Filters = append(q.Filters, filter)
	}
	if r.IntN(2) == 0 {
		q.Sort, q.Desc = pickField().key, r.IntN(2) == 0
	}
	return q
}

// TestProperties holds for any query: a count counts the list; a filter and its negation and the unknown are the whole;
// sorting neither loses nor adds; pages put together are the whole; groups of a single value add up.
func TestProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	inventories := both()
	for n := range 3000 {
		s := watched[n%len(watched)]
		q := randomQuery(r, s)
		whole := must(t, q, inventories)
		checkPages(t, q, whole, 1+r.IntN(4), inventories)
		checkComplement(t, q, inventories)

		unsorted := q
		unsorted.Sort = ""
		if a, b := keysOf(whole.rows), keysOf(must(t, unsorted, inventories).rows); !slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))) {
			t.Fatalf("%+v: sorted %v, unsorted %v", q, a, b)
		}
		reply, err := ask(q, inventories)
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		if shown := len(reply.Table.Records()); shown != len(whole.rows) {
			t.Fatalf("%+v: %d rows shown, %d found", q, shown, len(whole.rows))
		}
		if reply.Text == "" || strings.Contains(reply.Text, "  ") || !strings.HasSuffix(reply.Text, ".") {
			t.Fatalf("%+v: the text is %q", q, reply.Text)
		}
		count, err := ask(counted(q), inventories)
		if err != nil || !strings.Contains(strings.ToLower(count.Text), countWord(len(whole.rows), whole)) {
			t.Fatalf("%+v: counted %q (%v), found %d", q, count.Text, err, len(whole.rows))
		}
		checkGroups(t, q, s, len(whole.rows), inventories)
	}
}

// countWord is how a sentence about n things must count them.
func countWord(n int, res *Result) string {
	switch {
	case n == 0:
		return "no"
	case n == res.scope && n == 1 && len(res.clauses()) > 0:
		return "the only"
	case n == res.scope && n == 2 && len(res.clauses()) > 0:
		return "both"
	}
	return fmt.Sprint(n)
}

func must(t *testing.T, q models.Query, inventories []*models.Inventory) *Result {
	t.Helper()
	res, err := Evaluate(&q, inventories)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return res
}

func keysOf(rows []record) []string {
	keys := make([]string, len(rows))
	for i := range rows {
		keys[i] = fmt.Sprintf("%s/%p", rows[i].from.Cluster, rows[i].item)
	}
	return keys
}

func checkPages(t *testing.T, q models.Query, whole *Result, limit int, inventories []*models.Inventory) {
	t.Helper()
	var pages []string
	for offset := 0; offset <= len(whole.rows); offset += limit {
		q.Offset, q.Limit = offset, limit
		pages = append(pages, keysOf(must(t, q, inventories).page())...)
	}
	if all := keysOf(whole.rows); !slices.Equal(pages, all) {
		t.Fatalf("%+v: pages of %d are %v, the whole is %v", q, limit, pages, all)
	}
}

func checkComplement(t *testing.T, q models.Query, inventories []*models.Inventory) {
	t.Helper()
	if len(q.Filters) == 0 {
		return
	}
	q.Filters = q.Filters[:1]
	holds := must(t, q, inventories)
	q.Filters = []models.Filter{q.Filters[0]}
	q.Filters[0].Not = !q.Filters[0].Not
	fails := must(t, q, inventories)
	q.Filters = nil
	all, unknown := must(t, q, inventories), 0
	for _, u := range holds.unknown {
		unknown += u.count
	}
	if len(holds.rows)+len(fails.rows)+unknown != len(all.rows) {
		t.Fatalf("%+v: %d hold, %d do not, %d are unknown, of %d", holds.query.Filters, len(holds.rows), len(fails.rows), unknown, len(all.rows))
	}
}

func checkGroups(t *testing.T, q models.Query, s *Schema, n int, inventories []*models.Inventory) {
	t.Helper()
	q.GroupBy, q.Sort = "health", ""
	reply, err := ask(q, inventories)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	sum := int64(0)
	for _, row := range reply.Table.Records() {
		sum += row[models.Count].(int64)
	}
	if sum != int64(n) {
		t.Fatalf("%s %+v: groups add up to %d of %d", s.Subject, q, sum, n)
	}
}

// many makes an inventory of n volumes.
func many(n int) *models.Inventory {
	r := rand.New(rand.NewPCG(3, 4))
	inv := &models.Inventory{Cluster: "big", AsOf: asOf}
	for i := range n {
		h := healthWords[r.IntN(len(healthWords))]
		inv.Volumes = append(inv.Volumes, vol(fmt.Sprintf("ns-%d", r.IntN(50)), fmt.Sprintf("data-%d", i), models.CStor, h, models.Bytes(r.IntN(1000))*models.GiB, float64(r.IntN(101)),
			fmt.Sprintf("worker-%d", r.IntN(40)), rep(fmt.Sprintf("worker-%d", r.IntN(40)), "p", models.Healthy), rep(fmt.Sprintf("worker-%d", r.IntN(40)), "q", h)))
	}
	return inv
}

func BenchmarkEvaluate(b *testing.B) {
	inventories := []*models.Inventory{many(10_000)}
	for _, bm := range []struct {
		name string
		q    models.Query
	}{
		{"filter and sort by a number", sorted(volumes(eq("engine", "cstor"), not(eq("health", "healthy")), num("used_percent", models.Gt, 20)), "used_percent", true, 0)},
		{"sort by text", sorted(volumes(), "claim", false, 0)},
		{"filter by a list", volumes(eq("node", "worker-7"))},
	} {
		b.Run(bm.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Evaluate(&bm.q, inventories); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("answer with 20 rows", func(b *testing.B) {
		q := sorted(volumes(), "size", true, 20)
		for b.Loop() {
			if _, err := ask(q, inventories); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestPropertiesOfVolumes picks out volumes by where they stand and what they are made of. What nothing says may be so.
func TestPropertiesOfVolumes(t *testing.T) {
	inv := &models.Inventory{Cluster: "c", Nodes: []models.Node{{Name: "n1", Zone: "a"}, {Name: "n2", Zone: "b"}, {Name: "n3"}},
		Volumes: []models.Volume{
			{Name: "v1", Node: "n1", Format: "xfs", Pools: []string{"tank"}, Replicas: []models.Replica{{Node: "n2"}}},
			{Name: "v2", Node: "n2", Format: "ext4", Details: []models.Detail{{Label: "Compression", Value: "lz4"}}},
			{Name: "v3", Node: "n3", Details: []models.Detail{{Label: "Compression", Value: "off"}, {Label: "Volume type", Value: "ZVOL"}}}},
		Claims: []models.Claim{{Name: "c1", Volume: "v1"}, {Name: "c2"}}}
	for _, tt := range []struct {
		subject models.Subject
		filter  models.Filter
		want    string
		unknown int
	}{
		{models.Volumes, eq("zone", "b"), "v1 v2", 0},
		{models.Volumes, not(eq("zone", "a")), "v2 v3", 0},
		{models.Volumes, eq("filesystem", "xfs"), "v1", 1},
		{models.Volumes, not(eq("filesystem", "xfs")), "v2", 1},
		{models.Volumes, eq("compression", "off"), "v3", 1},
		{models.Volumes, eq("kind", "ZVOL"), "v3", 0},
		{models.Nodes, eq("zone", "a"), "n1", 0},
		{models.Claims, eq("zone", "b"), "c1", 0},
		{models.Claims, eq("pool", "tank"), "c1", 0},
	} {
		res, err := Evaluate(&models.Query{Subject: tt.subject, Filters: []models.Filter{tt.filter}}, []*models.Inventory{inv})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range res.rows {
			got = append(got, res.schema.text(&res.rows[i], "name"))
		}
		unseen := 0
		for _, u := range res.unknown {
			unseen += u.count
		}
		if strings.Join(got, " ") != tt.want || unseen != tt.unknown {
			t.Errorf("%s by %v are %v, and %d are not known; want %s and %d", tt.subject, tt.filter, got, unseen, tt.want, tt.unknown)
		}
	}
}

// TestStraysAreTold tells of what engines keep without a PersistentVolume where orphaned or broken volumes are asked for.
func TestStraysAreTold(t *testing.T) {
	inv := &models.Inventory{Cluster: "c", Strays: []models.Stray{{Kind: "LVMVolume", Name: "pvc-1", Engine: models.LVM, Node: "n1", Size: models.GiB, State: "Failed"}}}
	for _, tt := range []struct {
		filters []models.Filter
		told    bool
	}{
		{[]models.Filter{eq("orphaned", "true")}, true},
		{[]models.Filter{eq("health", "down"), eq("engine", "lvm")}, true},
		{[]models.Filter{eq("health", "down"), eq("engine", "zfs")}, false},
		{nil, false},
	} {
		res, err := Evaluate(&models.Query{Subject: models.Volumes, Filters: tt.filters}, []*models.Inventory{inv})
		if err != nil {
			t.Fatal(err)
		}
		want := "LVMVolume `pvc-1` on c (1 GiB, on node n1, Failed) has no PersistentVolume."
		if told := slices.Contains(res.Notes(), want); told != tt.told {
			t.Errorf("%v: the notes are %q", tt.filters, res.Notes())
		}
	}
}

// TestRebuilding makes sure that a volume is one of those that are rebuilding while a copy of it is, whatever else is so of it.
func TestRebuilding(t *testing.T) {
	inv := &models.Inventory{Cluster: "c", Volumes: []models.Volume{
		{Name: "a", Health: models.Degraded, Replicas: []models.Replica{{Health: models.Rebuilding, Progress: 43}, {Health: models.Rebuilding, Progress: 12}}},
		{Name: "b", Health: models.Degraded, Replicas: []models.Replica{{Health: models.Down, Progress: -1}}},
	}}
	for want, filter := range map[string]models.Filter{"a": eq("health", "rebuilding"), "b": not(eq("health", "rebuilding"))} {
		q := volumes(filter)
		res, err := Evaluate(&q, []*models.Inventory{inv})
		if err != nil {
			t.Fatal(err)
		}
		if got := volumeNames(res.rows); !slices.Equal(got, []string{want}) {
			t.Errorf("%+v: got %v, want %s", filter, got, want)
		}
		if columns := columnsOf(res, res.rows); slices.ContainsFunc(columns, func(f *Field) bool { return f.key == "progress" }) == filter.Not {
			t.Errorf("%+v: the progress of the rebuild is a column or not, the wrong way round", filter)
		}
	}
}

// TestPastTheLastPage asks for the page behind the only volume of an application.
func TestPastTheLastPage(t *testing.T) {
	query := volumes(eq("workload", "mysql"))
	query.Offset = 1
	if reply, err := To(Request{Query: &query, Inventories: both()[:1]}); err != nil || reply.Text == "" || reply.Table != nil && len(reply.Table.Rows) > 0 {
		t.Errorf("%v: %+v", err, reply)
	}
}
