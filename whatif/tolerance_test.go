package whatif

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

func TestTolerate(t *testing.T) {
	for text, want := range map[string]Tolerance{
		"cstor healthy a a/p:healthy,b/q:healthy,c/r:healthy":    {Copies: 3, Needed: 2, Spare: 1, Nodes: 1},
		"cstor degraded a a/p:healthy,b/q:healthy,c/r:down":      {Copies: 2, Needed: 2},
		"mayastor healthy a a/p:healthy,b/q:healthy,c/r:healthy": {Copies: 3, Needed: 1, Spare: 2, Nodes: 2},
		"mayastor healthy a a/p:healthy,a/q:healthy,b/r:healthy": {Copies: 3, Needed: 1, Spare: 2, Nodes: 1},
		"lvm healthy a vg": {Copies: 1, Needed: 1},
	} {
		inv := cluster(t, "node a\nnode b\nnode c\nvolume v "+text)
		got := Tolerate(inv, &inv.Volumes[0])
		if got.Copies != want.Copies || got.Needed != want.Needed || got.Spare != want.Spare || got.Nodes != want.Nodes || !got.Known {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// TestTolerateReadOnly is about a volume that can only be read: it goes down once too few can be read from.
func TestTolerateReadOnly(t *testing.T) {
	for text, reads := range map[string]int{
		"cstor read-only a a/p:read-only,b/q:read-only,c/r:read-only": 1,
		"cstor read-only a a/p:read-only,b/q:healthy,c/r:down":        0,
	} {
		inv := cluster(t, "node a\nnode b\nnode c\nvolume v "+text)
		if got := Tolerate(inv, &inv.Volumes[0]); got.Reads != reads || got.Spare != 0 {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// TestStrikes is about which single loss would stop a volume: not that of a copy that does not count.
func TestStrikes(t *testing.T) {
	inv := cluster(t, "node a\nnode b\nnode c\nvolume v cstor degraded a a/p:healthy,b/q:healthy,c/r:rebuilding")
	var stops []string
	for _, s := range Tolerate(inv, &inv.Volumes[0]).Single {
		if s.Stops() {
			stops = append(stops, s.Pool)
		}
	}
	if strings.Join(stops, " ") != "p q" {
		t.Errorf("the loss of %v stops it", stops)
	}
}

func TestCopied(t *testing.T) {
	inv := cluster(t, "node a\nnode b\nnode c\nvolume v mayastor healthy a a/p:healthy,b/q:healthy desired=2")
	v := &inv.Volumes[0]
	v.Size = 10 * models.GiB
	inv.Pools = []models.Pool{{Name: "p", Node: "a", Engine: models.Mayastor, Size: 100 * models.GiB, Free: 50 * models.GiB, Health: models.Healthy},
		{Name: "r", Node: "c", Engine: models.Mayastor, Size: 100 * models.GiB, Free: 20 * models.GiB, Health: models.Healthy}}
	up := Copied(inv, v, 3)
	if up.Cannot != "" || !up.Fits() || up.Raw(3)-up.Raw(2) != 10*models.GiB || up.Spare() != 2 || len(up.Spots) != 1 {
		t.Errorf("a third: %+v", up)
	}
	if down := Copied(inv, v, 1); down.Cannot != "" || down.Raw(1) != 10*models.GiB || down.Spare() != 0 {
		t.Errorf("one: %+v", down)
	}
	if four := Copied(inv, v, 4); four.Fits() {
		t.Errorf("a fourth fits on %d nodes", four.Nodes)
	}
	inv.Pools[1].Free = models.GiB
	if up := Copied(inv, v, 3); up.Fits() {
		t.Error("a third fits into 1 GiB")
	}
}

func TestCopiedCannot(t *testing.T) {
	for text, want := range map[string]string{
		"lvm healthy a vg": "no replicas",
		"jiva healthy a a/:healthy,b/:healthy,c/:healthy desired=3": "takes none away",
		"mayastor down a a/p:down,b/q:down desired=2":               "down now",
	} {
		inv := cluster(t, "node a\nvolume v "+text)
		if r := Copied(inv, &inv.Volumes[0], 1+len(inv.Volumes[0].Replicas)/2); !strings.Contains(r.Cannot, want) {
			t.Errorf("%s: %q", text, r.Cannot)
		}
	}
}

func TestWipe(t *testing.T) {
	inv := cluster(t, `
node a
node b
node c
volume local lvm healthy a vg
volume gone zfs down a tank
volume all mayastor healthy b a/p:healthy
volume kept mayastor healthy b a/p:healthy,b/q:healthy
volume mended cstor degraded b a/p:healthy,b/q:rebuilding
`)
	o := Simulate(inv, Loss{Event: Wipe, Nodes: []string{"a"}})
	got := map[string]Change{}
	for _, e := range o.Effects {
		got[e.Volume.Claim] = e.Change
	}
	want := map[string]Change{"local": Loses, "gone": Loses, "all": Loses, "kept": Thins, "mended": Stops}
	for claim, change := range want {
		if got[claim] != change {
			t.Errorf("%s: %d, want %d", claim, got[claim], change)
		}
	}
	if o.Verdict != No {
		t.Error("that is no harm")
	}
}

func TestStarts(t *testing.T) {
	inv := cluster(t, `
node a
node b
node c cordoned
volume local lvm healthy a vg
volume away lvm healthy c vg
volume net mayastor healthy a b/p:healthy
volume down mayastor down a b/p:down
`)
	for pod, c := range map[string]struct {
		on    []string
		nodes string
		stuck string
	}{
		"local": {nil, "a", ""},
		"away":  {nil, "", "cordoned"},
		"net":   {nil, "a b", ""},
		"down":  {nil, "a b", "is down"},
	} {
		checkStart(t, inv, pod, c.on, c.nodes, c.stuck)
	}
	checkStart(t, inv, "local", []string{"b"}, "", "local to `a`")
	checkStart(t, inv, "net", []string{"b", "c"}, "b", "")
	inv.Agents = []models.Agent{{Engine: models.Mayastor, Role: models.NodeAgent, Node: "a", State: "Running", Ready: true}}
	checkStart(t, inv, "net", []string{"b"}, "", "no node agent of Mayastor")
}

func checkStart(t *testing.T, inv *models.Inventory, claim string, on []string, nodes, stuck string) {
	t.Helper()
	for i := range inv.Pods {
		if inv.Pods[i].Name != "pod-"+claim {
			continue
		}
		s := Starts(inv, &inv.Pods[i], on...)
		if strings.Join(s.Nodes, " ") != nodes || (stuck == "") != (s.Stuck == "") || !strings.Contains(s.Stuck, stuck) {
			t.Errorf("%s on %v: nodes %v, stuck %q", claim, on, s.Nodes, s.Stuck)
		}
	}
}

// TestSomewhere is about a local volume of which nobody says where it is: no node is safe, and no node stops it for sure.
func TestSomewhere(t *testing.T) {
	inv := cluster(t, "node a\nnode b\nvolume v hostpath healthy - -\nvolume gone hostpath down - -\nvolume made hostpath pending - -")
	if o := Simulate(inv, fail("a")); o.Verdict != No || len(o.Effects) != 2 || o.Effects[0].Change != Unsure || o.Effects[1].Change != Same {
		t.Errorf("%+v", o)
	}
	if got := Tolerate(inv, &inv.Volumes[0]); len(got.Single) != 0 {
		t.Errorf("%+v", got)
	}
	if s := Starts(inv, &inv.Pods[0]); len(s.Nodes) != 2 || len(s.Care) != 1 {
		t.Errorf("%+v", s)
	}
}

func TestUncordon(t *testing.T) {
	inv := cluster(t, `
node a cordoned
node b
volume waits lvm healthy a vg
volume other lvm healthy b vg
volume thin mayastor degraded b b/p:healthy desired=2
`)
	for i := range inv.Pods {
		inv.Pods[i].Node = ""
	}
	inv.Pools = []models.Pool{{Name: "q", Node: "a", Engine: models.Mayastor, Health: models.Healthy}, {Name: "old", Node: "a", Engine: models.CStor, Health: models.Down}}
	u := Uncordon(inv, &inv.Nodes[0])
	if len(u.Starts) != 2 || len(u.Barred) != 1 || len(u.Repairs) != 0 {
		t.Errorf("%+v", u)
	}
	inv.Nodes[0].Closed = "cordoned in Mayastor"
	if u := Uncordon(inv, &inv.Nodes[0]); len(u.Repairs) != 1 || u.Repairs[0].Claim != "thin" {
		t.Errorf("repairs %+v", u.Repairs)
	}
}

// TestGrowAll is about volumes of one pool, which has room for one of them.
func TestGrowAll(t *testing.T) {
	inv := cluster(t, "node a\nvolume v lvm healthy a vg\nvolume w lvm healthy a vg")
	inv.StorageClasses = []models.StorageClass{{Name: "lvm", Expandable: true}}
	inv.Pools = []models.Pool{{Name: "vg", Node: "a", Engine: models.LVM, Kind: "volume group", Size: 100 * models.GiB, Free: 15 * models.GiB, Health: models.Healthy}}
	var volumes []*models.Volume
	for i := range inv.Volumes {
		v := &inv.Volumes[i]
		v.Size, v.Requested, v.StorageClass, v.ClaimPhase = 10*models.GiB, 10*models.GiB, "lvm", "Bound"
		volumes = append(volumes, v)
	}
	all := GrowAll(inv, volumes, func(v *models.Volume) models.Bytes { return v.Size + 10*models.GiB })
	if all[0].Verdict != Yes || all[1].Verdict != No {
		t.Errorf("%v and %v", all[0].Factors, all[1].Factors)
	}
	if b := Burdens(inv, all); len(b) != 1 || b[0].More != 20*models.GiB || b[0].Room != 15*models.GiB {
		t.Errorf("%+v", b)
	}
	if inv.Pools[0].Free != 15*models.GiB {
		t.Error("the inventory was changed")
	}
}

// TestCopiedByTopology: where the class picks pools by labels that are not known, another replica fits with care only.
func TestCopiedByTopology(t *testing.T) {
	inv := &models.Inventory{Pools: []models.Pool{pool("a", "p1", models.Mayastor, 500), pool("b", "p2", models.Mayastor, 500)},
		StorageClasses: []models.StorageClass{{Name: "labelled", Engine: models.Mayastor, Parameters: map[string]string{"poolAffinityTopologyLabel": "disk: nvme"}}}}
	v := &models.Volume{Engine: models.Mayastor, StorageClass: "labelled", Size: models.GiB, Desired: 1, Health: models.Healthy,
		Replicas: []models.Replica{{Node: "a", Pool: "p1", Health: models.Healthy}}}
	if up := Copied(inv, v, 2); len(up.Spots) != 1 || up.Spots[0].Fit != Tight || up.Spots[0].Why != "its class may rule it out" {
		t.Errorf("%+v", up.Spots)
	}
}
