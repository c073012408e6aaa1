package whatif

import (
	"cmp"
	"slices"

	"github.com/mulebot/mulebot/models"
)

// Event is how things go away.
type Event string

// The events. They cost the same copies; what becomes of the pods differs.
const (
	Drain  Event = "drain"  // pods are evicted, then the node is away for a while
	Reboot Event = "reboot" // the node is away for a while
	Fail   Event = "fail"   // it does not come back by itself
	Wipe   Event = "wipe"   // what is on its disks is erased: the node is installed anew, or the disks are replaced
)

// PoolRef names a pool on a node. An empty Node is any.
type PoolRef struct{ Node, Pool string }

// Loss is what goes away, and how.
type Loss struct {
	Event Event
	Nodes []string
	Pools []PoolRef
	Only  func(*models.Volume) bool // the volumes that are asked about; nil: all
}

// Change is what a loss does to a volume.
type Change int

// The changes, from none to worst.
const (
	Same       Change = iota // it was down before, or what it loses was lost already
	Interrupts               // it serves on, once its target or pod has moved
	Thins                    // it serves on, with a copy fewer
	Unsure                   // its copies are not known
	Freezes                  // it becomes read-only
	Stops                    // it goes down
	Loses                    // its data is gone
)

// Effect is what a loss does to one volume.
type Effect struct {
	Volume *models.Volume
	Change Change
	Left   int    // healthy copies afterwards
	Spare  int    // of these, how many more it can lose
	Why    string // for people
	Later  bool   // not by the drain itself: when the node is shut down
	Unseen bool   // whether a pod uses it is not known: pods were not read, and a claim is bound to it
	Pauses bool   // what serves it goes away, and its pod does not: I/O waits until it is served from elsewhere
}

// InUse reports whether a pod uses the volume, as far as is known, or may use it.
func (e *Effect) InUse() bool { return len(e.Volume.Pods) > 0 || e.Unseen }

// Verdict is the answer to "is that safe?".
type Verdict int

// The verdicts.
const (
	Yes    Verdict = iota // nothing that is known depends on it
	YesBut                // all that is in use serves on, with something to know first
	No                    // something in use goes down, becomes read-only or cannot start again
)

// Outcome is what a loss comes to.
type Outcome struct {
	Verdict Verdict
	Effects []Effect // of the volumes concerned, the worst first
	Moves   []Move   // of the pods on the nodes, those that cannot start elsewhere first
	Pools   []*models.Pool
	Away    []string // of the nodes, those that are not ready now
	First   []string // what to do before it, for people
}

// Of returns the effects of a change.
func (o *Outcome) Of(c Change) []Effect {
	var found []Effect
	for _, e := range o.Effects {
		if e.Change == c {
			found = append(found, e)
		}
	}
	return found
}

// Simulate says what a loss would do.
func Simulate(inv *models.Inventory, loss Loss) Outcome {
	s := simulation{inv: inv, loss: loss}
	var o Outcome
	for i := range inv.Nodes {
		if n := &inv.Nodes[i]; s.nodeGone(n.Name) && !n.Ready {
			o.Away = append(o.Away, n.Name)
		}
	}
	for i := range inv.Pools {
		if p := &inv.Pools[i]; s.gone(p.Node, p.Name) {
			o.Pools = append(o.Pools, p)
		}
	}
	for i := range inv.Volumes {
		if e, concerned := s.effect(&inv.Volumes[i]); concerned && s.asked(e.Volume) {
			e.Unseen = inv.Unread["Pod"] && (e.Volume.Phase == "Bound" || e.Volume.ClaimPhase == "Bound")
			o.Effects = append(o.Effects, e)
		}
	}
	slices.SortStableFunc(o.Effects, func(a, b Effect) int {
		return cmp.Or(cmp.Compare(b.Change, a.Change), cmp.Compare(a.Spare, b.Spare))
	})
	o.Moves = s.moves(o.Effects)
	o.Verdict = verdict(&o)
	o.First = s.first(&o)
	return o
}

func verdict(o *Outcome) Verdict {
	for _, e := range o.Effects {
		if e.Change >= Unsure && e.InUse() || e.Change == Loses {
			return No
		}
	}
	if slices.ContainsFunc(o.Moves, func(m Move) bool { return m.Stuck != "" && !m.Down }) {
		return No
	}
	if slices.ContainsFunc(o.Moves, func(m Move) bool { return !m.Down }) || slices.ContainsFunc(o.Effects, func(e Effect) bool { return e.Change > Same }) {
		return YesBut
	}
	return Yes
}

// simulation is a loss over an inventory.
type simulation struct {
	inv     *models.Inventory
	loss    Loss
	volumes map[string]*models.Volume // by name; made when first asked for
	targets map[string]bool           // volumes whose target goes away; made when first asked for
}

// volume returns the volume of that name, or nil.
func (s *simulation) volume(name string) *models.Volume {
	if s.volumes == nil {
		s.volumes = make(map[string]*models.Volume, len(s.inv.Volumes))
		for i := range s.inv.Volumes {
			s.volumes[s.inv.Volumes[i].Name] = &s.inv.Volumes[i]
		}
	}
	return s.volumes[name]
}

func (s *simulation) asked(v *models.Volume) bool { return s.loss.Only == nil || s.loss.Only(v) }

func (s *simulation) nodeGone(node string) bool {
	return node != "" && slices.Contains(s.loss.Nodes, node)
}

// gone reports whether what is in a pool of a node goes away.
func (s *simulation) gone(node, pool string) bool {
	return s.nodeGone(node) || slices.ContainsFunc(s.loss.Pools, func(p PoolRef) bool {
		return p.Pool == pool && pool != "" && (p.Node == node || p.Node == "" || node == "")
	})
}
