package whatif

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// pool is a pool of 1000 GiB with so many free.
func pool(node, name string, engine models.Engine, free int, change ...func(*models.Pool)) models.Pool {
	p := models.Pool{Name: name, Node: node, Engine: engine, Health: models.Healthy, Size: 1000 * models.GiB, Free: models.Bytes(free) * models.GiB,
		Committed: models.UnknownBytes}
	p.Used = p.Size - p.Free
	for _, c := range change {
		c(&p)
	}
	return p
}

func down(p *models.Pool)     { p.Health, p.State = models.Down, "Offline" }
func degraded(p *models.Pool) { p.Health = models.Degraded }
func stalled(p *models.Pool) {
	p.Health, p.State, p.Error = models.Degraded, "Suspected", "alert Critical: 900 I/O errors"
}
func alerting(p *models.Pool) { p.State, p.Error = "Online", "alert Warning: 3 I/O errors" }
func readOnly(p *models.Pool) { p.ReadOnly = true }
func thin(p *models.Pool)     { p.Kind = "thin pool" }
func unloaded(p *models.Pool) {
	p.Size, p.Used, p.Free = models.UnknownBytes, models.UnknownBytes, models.UnknownBytes
}
func promised(gib int) func(*models.Pool) {
	return func(p *models.Pool) { p.Committed = models.Bytes(gib) * models.GiB }
}
func group(name string) func(*models.Pool) { return func(p *models.Pool) { p.Group = name } }
func limit(percent float64) func(*models.Pool) {
	return func(p *models.Pool) { p.Limit = percent }
}

func want(engine models.Engine, gib, replicas int) Want {
	return Want{Engine: engine, Size: models.Bytes(gib) * models.GiB, Replicas: replicas}
}

// TestJudge holds one pool against one volume of 100 GiB.
func TestJudge(t *testing.T) {
	thick, isThin := false, true
	for _, c := range []struct {
		name string
		pool models.Pool
		thin *bool
		fit  Fit
		why  string
	}{
		{"Mayastor, room", pool("a", "p", models.Mayastor, 100), nil, Fits, ""},
		{"Mayastor, no room", pool("a", "p", models.Mayastor, 99), nil, Cannot, "1 GiB too little (a thin one would fit)"},
		{"Mayastor, down", pool("a", "p", models.Mayastor, 500, down), nil, Cannot, "down (Offline)"},
		{"Mayastor, not loaded", pool("a", "p", models.Mayastor, 0, unloaded), nil, Cannot, "not known"},
		{"Mayastor, thin in little room", pool("a", "p", models.Mayastor, 50), &isThin, Tight, "only 50 GiB to grow into"},
		{"Mayastor, thin in too little", pool("a", "p", models.Mayastor, 39), &isThin, Cannot, "40% of it free"},
		{"Mayastor, thin, over-committed", pool("a", "p", models.Mayastor, 500, promised(950)), &isThin, Tight, "105% promised"},
		{"Mayastor, thin, past 250 %", pool("a", "p", models.Mayastor, 500, promised(2450)), &isThin, Cannot, "at most 250%"},
		{"Mayastor, node cordoned in Mayastor", pool("drained", "p", models.Mayastor, 500), nil, Cannot, "cordoned in Mayastor"},
		{"Mayastor, node cordoned in Kubernetes", pool("cordoned", "p", models.Mayastor, 500), nil, Tight, "keeps pods away, not replicas"},

		{"Mayastor, being deleted", pool("a", "ending", models.Mayastor, 500), nil, Cannot, "the pool is being deleted"},
		{"Mayastor, one of the same name elsewhere is being deleted", pool("b", "ending", models.Mayastor, 500), nil, Fits, ""},
		{"Mayastor, stalled", pool("a", "p", models.Mayastor, 500, stalled), nil, Tight, "the pool is degraded (Suspected): alert Critical: 900 I/O errors"},
		{"Mayastor, alerting", pool("a", "p", models.Mayastor, 500, alerting), nil, Tight, "the pool reports alert Warning: 3 I/O errors"},
		{"Mayastor, stalled, thin in little room", pool("a", "p", models.Mayastor, 50, stalled), &isThin, Tight, "900 I/O errors; thin: it can be made"},
		{"Mayastor, stalled, no room", pool("a", "p", models.Mayastor, 20, stalled), nil, Cannot, "80 GiB too little"},

		{"cStor, being deleted", pool("a", "c-ending", models.CStor, 500), nil, Cannot, "the pool is being deleted"},
		{"cStor, room", pool("a", "p", models.CStor, 500), nil, Fits, ""},
		{"cStor, room up to the threshold", pool("a", "p", models.CStor, 200, limit(85)), nil, Tight, "turns read-only (at 85%) after 50 GiB more"},
		{"cStor, threshold of its own", pool("a", "p", models.CStor, 200, limit(95)), nil, Fits, ""},
		{"cStor, no threshold", pool("a", "p", models.CStor, 90), nil, Tight, "only 90 GiB are free"},
		{"cStor, over the threshold", pool("a", "p", models.CStor, 140, limit(85)), nil, Cannot, "over the 85%"},
		{"cStor, full", pool("a", "p", models.CStor, 0), nil, Cannot, "full"},
		{"cStor, read-only", pool("a", "p", models.CStor, 500, readOnly), nil, Cannot, "read-only"},
		{"cStor, degraded", pool("a", "p", models.CStor, 500, degraded), nil, Tight, "degraded"},

		{"LVM, room", pool("a", "vg", models.LVM, 100), nil, Fits, ""},
		{"LVM, no room", pool("a", "vg", models.LVM, 60), nil, Cannot, "40 GiB too little"},
		{"LVM, a disk lost", pool("a", "vg", models.LVM, 500, degraded), nil, Cannot, "lost a disk"},
		{"LVM, node cordoned", pool("cordoned", "vg", models.LVM, 500), nil, Cannot, "no pod could use it"},
		{"LVM, node not ready", pool("gone", "vg", models.LVM, 500), nil, Cannot, "not ready"},
		{"LVM, thin pool", pool("a", "tp", models.LVM, 500, thin), nil, Tight, "for thin volumes only"},
		{"LVM, thin pool for a thick one", pool("a", "tp", models.LVM, 500, thin), &thick, Cannot, "for thin volumes only"},
		{"LVM, thin pool for a thin one", pool("a", "tp", models.LVM, 500, thin), &isThin, Fits, ""},
		{"LVM, thin pool, little room", pool("a", "tp", models.LVM, 20, thin), &isThin, Tight, "only 20 GiB to grow into"},
		{"LVM, thin pool, promised", pool("a", "tp", models.LVM, 500, thin, promised(990)), &isThin, Tight, "109% promised"},

		{"LVM, agent crashes", pool("crashing", "vg", models.LVM, 500), nil, Cannot, "LVM's agent on its node, which makes the volumes, does not work (CrashLoopBackOff)"},
		{"LVM, agent of another engine crashes", pool("zfs-crashing", "vg", models.LVM, 500), nil, Fits, ""},
		{"LVM, one of two agents works", pool("a", "vg", models.LVM, 500), nil, Fits, ""},
		{"ZFS, agent not ready", pool("zfs-crashing", "tank", models.ZFS, 500), nil, Cannot, "does not work (Running, not ready)"},

		{"ZFS, room", pool("a", "tank", models.ZFS, 100), nil, Fits, ""},
		{"ZFS, no room", pool("a", "tank", models.ZFS, 99), nil, Cannot, "1 GiB too little"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv := &models.Inventory{Pools: []models.Pool{c.pool}, Nodes: []models.Node{{Name: "a", Ready: true}, {Name: "cordoned", Ready: true, Cordoned: true},
				{Name: "drained", Ready: true, Closed: "cordoned in Mayastor (disk)"}, {Name: "gone"}},
				Terminating: []models.Terminating{{Kind: "DiskPool", Engine: models.Mayastor, Name: "ending", Pool: "ending", Node: "a"},
					{Kind: "CStorPoolInstance", Engine: models.CStor, Name: "c-ending", Pool: "c-ending", Node: "a"},
					{Kind: "CStorVolumeReplica", Engine: models.CStor, Name: "r", Pool: "p", Node: "a"}},
				Agents: []models.Agent{{Engine: models.LVM, Role: models.StorageAgent, Serves: "crashing", State: "CrashLoopBackOff"},
					{Engine: models.LVM, Role: models.StorageAgent, Serves: "a", State: "Terminating"}, {Engine: models.LVM, Role: models.StorageAgent, Serves: "a", State: "Running", Ready: true},
					{Engine: models.ZFS, Role: models.StorageAgent, Serves: "zfs-crashing", State: "Running"}}}
			w := want(c.pool.Engine, 100, 1)
			w.Thin = c.thin
			s := Place(inv, w).Spots[0]
			if s.Fit != c.fit || !strings.Contains(s.Why, c.why) || strings.HasSuffix(s.Why, "; ") || c.why == "" && s.Why != "" {
				t.Errorf("%d, %q; want %d, %q", s.Fit, s.Why, c.fit, c.why)
			}
		})
	}
}

// TestPlaceByTopology keeps local volumes to the nodes that their class allows; replicas elsewhere can be reached from any.
func TestPlaceByTopology(t *testing.T) {
	inv := &models.Inventory{Nodes: []models.Node{{Name: "a", Ready: true}, {Name: "b", Ready: true}}, Pools: []models.Pool{
		pool("a", "vg", models.LVM, 50), pool("b", "vg", models.LVM, 500), pool("b", "p", models.Mayastor, 500)}}
	for _, c := range []struct {
		engine  models.Engine
		nodes   []string
		verdict Verdict
		why     string
	}{
		{models.LVM, nil, Yes, ""},
		{models.LVM, []string{"b"}, Yes, ""},
		{models.LVM, []string{"a"}, No, "allows a only"},
		{models.LVM, []string{}, No, "allows no node"},
		{models.Mayastor, []string{"a"}, Yes, ""},
	} {
		w := want(c.engine, 100, 1)
		w.Nodes = c.nodes
		p := Place(inv, w)
		said := ""
		for _, s := range p.Spots {
			said += s.Why + "; "
		}
		if p.Verdict != c.verdict || !strings.Contains(said, c.why) {
			t.Errorf("%s on %v: %d, %q", c.engine, c.nodes, p.Verdict, said)
		}
	}
}

// TestPlace counts distinct nodes, and adds up nothing.
func TestPlace(t *testing.T) {
	inv := &models.Inventory{Engines: []models.Engine{models.Mayastor, models.CStor, models.LVM, models.Hostpath}, Pools: []models.Pool{
		pool("a", "p1", models.Mayastor, 300), pool("a", "p2", models.Mayastor, 400), pool("b", "p3", models.Mayastor, 500),
		pool("a", "vg", models.LVM, 250), pool("b", "vg", models.LVM, 200),
		pool("a", "c1", models.CStor, 400, group("one")), pool("b", "c2", models.CStor, 410, group("other"))}}
	for i := range 2 {
		inv.Nodes = append(inv.Nodes, models.Node{Name: string(rune('a' + i)), Ready: true})
	}
	for _, c := range []struct {
		want    Want
		verdict Verdict
		first   string
		nodes   int
		blind   int
	}{
		{want(models.Mayastor, 300, 2), Yes, "p3", 2, 0},
		{want(models.Mayastor, 300, 3), No, "p3", 2, 0},
		{want(models.LVM, 300, 1), No, "vg", 0, 0},
		{want(models.LVM, 220, 1), Yes, "vg", 1, 0},
		{Want{Engine: models.LVM, Size: 220 * models.GiB, Node: "b"}, No, "vg", 0, 0},
		{Want{Size: 450 * models.GiB}, Yes, "p3", 1, 1},
		{Want{Size: 220 * models.GiB, Replicas: 2}, Yes, "p3", 2, 1},
		{want(models.Hostpath, 10, 1), No, "", 0, 1},
		{Want{Engine: models.CStor, Size: 10 * models.GiB, Replicas: 2}, No, "c2", 1, 0},
	} {
		p := Place(inv, c.want)
		first := ""
		if len(p.Spots) > 0 {
			first = p.Spots[0].Pool.Name
		}
		if got, wanted := fmt.Sprint(p.Verdict, first, p.Nodes, len(p.Blind)), fmt.Sprint(c.verdict, c.first, c.nodes, c.blind); got != wanted {
			t.Errorf("%+v: %s, want %s", c.want, got, wanted)
		}
	}
}

// TestPlaceWithinOneCluster: replicas of one volume are in pools of one pool cluster, so that a lonely pool of another takes none.
func TestPlaceWithinOneCluster(t *testing.T) {
	inv := &models.Inventory{Pools: []models.Pool{
		pool("a", "main-a", models.CStor, 500, group("main")), pool("b", "main-b", models.CStor, 500, group("main")), pool("b", "fast-b", models.CStor, 900, group("fast")),
	}}
	p := Place(inv, want(models.CStor, 100, 2))
	if p.Verdict != Yes || p.Nodes != 2 {
		t.Errorf("verdict %d on %d nodes", p.Verdict, p.Nodes)
	}
	if last := p.Spots[2]; last.Pool.Name != "fast-b" || last.Fit != Cannot || !strings.Contains(last.Why, "fast has room on 1 node only") {
		t.Errorf("the last is %s: %s", last.Pool.Name, last.Why)
	}
	if p := Place(inv, want(models.CStor, 100, 1)); p.Spots[0].Pool.Name != "fast-b" {
		t.Error("a single replica may be anywhere")
	}
}
