package whatif

import (
	"cmp"
	"slices"

	"github.com/mulebot/mulebot/models"
)

// Tolerance is what a volume can still lose, and what would stop it.
type Tolerance struct {
	Volume   *models.Volume
	Known    bool // where its copies are is known; else the rest says nothing
	Copies   int  // healthy ones
	Readable int  // ones that can only be read
	Needed   int  // healthy ones, to be read and written
	Spare    int  // copies that it can lose and be written to
	Reads    int  // copies that it can lose and still be read
	Nodes    int  // nodes that it can lose, whichever they are
	Single   []Strike
}

// Strike is the loss of one place that holds a copy of a volume.
type Strike struct {
	Node, Pool string // the pool; "": the engine has none
	Counts     bool   // a copy there is healthy
	Change     Change
	Why        string
}

// Tolerate says what a volume can still lose: how many copies and nodes, and what the loss of each place that holds one would do,
// the worst first.
func Tolerate(inv *models.Inventory, v *models.Volume) Tolerance {
	t := Tolerance{Volume: v, Needed: Needed(v)}
	t.Copies, t.Known = Copies(v)
	t.Readable = v.ReadableReplicas()
	t.Spare = max(0, t.Copies-t.Needed)
	t.Reads = max(0, t.Copies+t.Readable-neededToRead(v))
	for _, place := range placesOf(v) {
		s := simulation{inv: inv, loss: Loss{Event: Fail, Pools: []PoolRef{place}}}
		if place.Pool == "" {
			s.loss = Loss{Event: Fail, Nodes: []string{place.Node}}
		}
		e, _ := s.copies(v)
		t.Single = append(t.Single, Strike{Node: place.Node, Pool: place.Pool, Counts: healthyAt(v, place), Change: e.Change, Why: e.Why})
	}
	slices.SortStableFunc(t.Single, func(a, b Strike) int { return cmp.Compare(b.Change, a.Change) })
	t.Nodes = nodesToSpare(v, t.Copies, t.Needed)
	return t
}

// Stops reports whether the loss of the place keeps the volume from being written to.
func (s *Strike) Stops() bool { return s.Change >= Freezes }

// healthyAt reports whether a volume has a healthy copy at a place.
func healthyAt(v *models.Volume, place PoolRef) bool {
	return slices.ContainsFunc(v.Replicas, func(r models.Replica) bool {
		return r.Node == place.Node && r.Pool == place.Pool && r.Health == models.Healthy
	})
}

// placesOf returns the places that hold a copy of a volume.
func placesOf(v *models.Volume) []PoolRef {
	var all []PoolRef
	if v.Local() && v.Node != "" {
		return append(all, PoolRef{v.Node, ""})
	}
	for _, r := range v.Replicas {
		place := PoolRef{r.Node, r.Pool}
		if !slices.Contains(all, place) {
			all = append(all, place)
		}
	}
	return all
}

// nodesToSpare is how many nodes a volume can lose, if those with most of its healthy copies go first.
func nodesToSpare(v *models.Volume, copies, needed int) int {
	if v.Local() {
		return 0
	}
	on := map[string]int{}
	for _, r := range v.Replicas {
		if r.Health == models.Healthy {
			on[r.Node]++
		}
	}
	var most []int
	for _, n := range on {
		most = append(most, n)
	}
	slices.SortFunc(most, func(a, b int) int { return b - a })
	for lost, n := range most {
		if copies -= n; copies < needed {
			return lost
		}
	}
	return len(most)
}
