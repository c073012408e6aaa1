package whatif

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// growing is a cluster with a healthy volume "v" of 100 GiB of an engine on node a, in pools that have 50 GiB free.
func growing(e models.Engine) *models.Inventory {
	inv := &models.Inventory{Engines: []models.Engine{e}, Nodes: []models.Node{{Name: "a", Ready: true}, {Name: "b", Ready: true}},
		StorageClasses: []models.StorageClass{{Name: "gold", Engine: e, Expandable: true}},
		Pools:          []models.Pool{pool("a", "p", e, 50), pool("b", "p", e, 300), pool("b", "q", e, 50)},
		Components:     []models.Component{{Engine: models.Mayastor, Versions: []string{"2.7.1"}}}}
	v := models.Volume{Name: "v", Claim: "c", Namespace: "n", ClaimPhase: "Bound", Phase: "Bound", Engine: e, StorageClass: "gold", Health: models.Healthy,
		Size: 100 * models.GiB, Requested: 100 * models.GiB, Pools: []string{"p"}, Node: "a", Pods: []models.PodRef{{Namespace: "n", Name: "x"}}}
	if !v.Local() {
		v.Pools = []string{"p", "q"}
		v.Replicas = []models.Replica{{Pool: "p", Node: "a", Health: models.Healthy}, {Pool: "q", Node: "b", Health: models.Healthy}}
	}
	inv.Volumes = []models.Volume{v}
	return inv
}

func TestGrow(t *testing.T) {
	volume := func(inv *models.Inventory) *models.Volume { return &inv.Volumes[0] }
	for _, c := range []struct {
		name    string
		engine  models.Engine
		more    int // GiB
		change  func(*models.Inventory)
		verdict Verdict
		unclear bool
		why     string // what the factor that decides says, with its name
	}{
		{"LVM, room", models.LVM, 50, nil, Yes, false, "p on a: 50 GiB free, 50 GiB more are needed"},
		{"LVM, no room in its own group, though elsewhere", models.LVM, 51, nil, No, false, "p on a: 50 GiB free, which is 1 GiB too little"},
		{"LVM, thin", models.LVM, 80, func(inv *models.Inventory) {
			volume(inv).Thin, volume(inv).Pools = true, []string{"tp", "p"}
			inv.Pools = append(inv.Pools, pool("a", "tp", models.LVM, 60, thin, group("p")))
		}, YesBut, false, "tp on a: 60 GiB free: it can be made 80 GiB larger"},
		{"LVM, snapshots", models.LVM, 10, func(inv *models.Inventory) {
			inv.Snapshots = []models.Snapshot{{Volume: "v", Ready: true}}
		}, No, false, "resizes no volume that has snapshots"},
		{"LVM, a disk lost", models.LVM, 10, func(inv *models.Inventory) { inv.Pools[0].Health = models.Degraded }, No, false, "it lost a disk"},
		{"ZFS, room", models.ZFS, 50, nil, Yes, false, ""},
		{"ZFS, no room", models.ZFS, 60, nil, No, false, "10 GiB too little"},
		{"ZFS, its pool is not known", models.ZFS, 10, func(inv *models.Inventory) { inv.Pools = nil }, YesBut, true, "what room its pools have is not known"},
		{"cStor, room", models.CStor, 50, nil, Yes, false, ""},
		{"cStor, over the threshold", models.CStor, 50, func(inv *models.Inventory) { inv.Pools[2].Limit = 96 }, YesBut, false, "q on b: 10 GiB left before it turns read-only (at 96%)"},
		{"cStor, degraded", models.CStor, 10, func(inv *models.Inventory) { volume(inv).Health = models.Degraded }, YesBut, false, "a resize waits"},
		{"cStor, a pool read-only", models.CStor, 10, func(inv *models.Inventory) { inv.Pools[0].ReadOnly = true }, No, false, "p on a: it is read-only"},
		{"Mayastor, room in every pool", models.Mayastor, 50, nil, Yes, false, "Mayastor 2.7 resizes"},
		{"Mayastor, no room in one pool", models.Mayastor, 60, func(inv *models.Inventory) { inv.Pools[0].Free = 70 * models.GiB }, No, false, "q on b: 50 GiB free, which is 10 GiB too little"},
		{"Mayastor, thin", models.Mayastor, 60, func(inv *models.Inventory) { volume(inv).Thin = true }, YesBut, false, "nothing is reserved"},
		{"Mayastor, thin, past 250 %", models.Mayastor, 60, func(inv *models.Inventory) {
			volume(inv).Thin, inv.Pools[0].Committed = true, 2450*models.GiB
		}, No, false, "at most 250%"},
		{"Mayastor, degraded", models.Mayastor, 10, func(inv *models.Inventory) { volume(inv).Health = models.Degraded }, No, false, "whose replicas are all online"},
		{"Mayastor, a pool down", models.Mayastor, 10, func(inv *models.Inventory) { inv.Pools[2].Health, inv.Pools[2].State = models.Down, "Offline" }, No, false, "q on b: it is down (Offline)"},
		{"Mayastor, too old", models.Mayastor, 10, func(inv *models.Inventory) { inv.Components[0].Versions = []string{"2.5.0", "2.7.0"} }, No, false, "this is 2.5"},
		{"Mayastor, too old for snapshots", models.Mayastor, 10, func(inv *models.Inventory) {
			inv.Components[0].Versions = []string{"v2.6.1"}
			inv.Snapshots = []models.Snapshot{{Volume: "v", Ready: true}}
		}, No, false, "with snapshots from 2.7 on"},
		{"Mayastor, release not known", models.Mayastor, 10, func(inv *models.Inventory) { inv.Components = nil }, YesBut, true, "its pods do not tell"},
		{"Jiva", models.Jiva, 10, nil, No, false, "Jiva does not resize volumes"},
		{"hostpath", models.Hostpath, 10, nil, No, false, "folders without a size"},
		{"a driver that is not known", models.OtherCSI, 10, nil, YesBut, true, "is not known"},
		{"the class forbids it", models.ZFS, 10, func(inv *models.Inventory) { inv.StorageClasses[0].Expandable = false }, No, false, "gold: allowVolumeExpansion is not true"},
		{"the class is gone", models.ZFS, 10, func(inv *models.Inventory) { inv.StorageClasses = nil }, No, false, "gold: it does not exist"},
		{"classes were not read", models.ZFS, 10, func(inv *models.Inventory) {
			inv.StorageClasses, inv.Unread = nil, map[string]bool{"StorageClass": true}
		}, YesBut, true, "is not known"},
		{"a quota", models.ZFS, 10, func(inv *models.Inventory) { inv.Quotas = []models.Quota{quota("n", "", 200, 195)} }, No, false, "n/q: it leaves 5 GiB of 200 GiB, which is 5 GiB too little"},
		{"a quota with room", models.ZFS, 10, func(inv *models.Inventory) { inv.Quotas = []models.Quota{quota("n", "gold", 200, 100)} }, Yes, false, "it leaves 100 GiB"},
		{"a quota of another class", models.ZFS, 10, func(inv *models.Inventory) { inv.Quotas = []models.Quota{quota("n", "silver", 100, 100)} }, Yes, false, ""},
		{"down", models.ZFS, 10, func(inv *models.Inventory) { volume(inv).Health = models.Down }, No, false, "only a volume that works"},
		{"a resize under way", models.ZFS, 10, func(inv *models.Inventory) { volume(inv).Requested += models.GiB }, YesBut, false, "asked for already"},
		{"released", models.ZFS, 10, func(inv *models.Inventory) { volume(inv).ClaimPhase = "" }, No, false, "no claim is bound"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv := growing(c.engine)
			if c.change != nil {
				c.change(inv)
			}
			g := Grow(inv, volume(inv), volume(inv).Size+models.Bytes(c.more)*models.GiB)
			var says []string
			for _, f := range g.Factors {
				says = append(says, f.Name+": "+f.Says)
			}
			if all := strings.Join(says, "\n"); g.Verdict != c.verdict || g.Unclear != c.unclear || !strings.Contains(all, c.why) {
				t.Errorf("verdict %d, unclear %t; want %d, %t, %q\n%s", g.Verdict, g.Unclear, c.verdict, c.unclear, c.why, all)
			}
		})
	}
}

// How far a volume can grow, the tightest of its bounds says.
func TestGrowMost(t *testing.T) {
	inv := growing(models.LVM)
	inv.Quotas = []models.Quota{quota("n", "", 200, 180)}
	if g := Grow(inv, &inv.Volumes[0], 0); g.Verdict != Yes || g.To != 100*models.GiB {
		t.Errorf("verdict %d for %s", g.Verdict, g.To)
	} else if most, bound := g.Most(); most != 20*models.GiB || !bound {
		t.Errorf("by %s at most (%t), want the quota's 20 GiB", most, bound)
	}
}
