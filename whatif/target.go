package whatif

import (
	"github.com/mulebot/mulebot/models"
)

// effect judges a volume, and reports whether the loss concerns it at all: by its copies, and by the target that serves it.
func (s *simulation) effect(v *models.Volume) (Effect, bool) {
	e, concerned := s.copies(v)
	// A pod that goes away itself waits for no target: it starts elsewhere, and the target with it.
	if v.Local() || v.Health == models.Awaiting || s.nodeGone(v.Node) || !s.targetGone(v) {
		return e, concerned
	}
	word := "target"
	if v.Engine == models.Jiva {
		word = "controller"
	}
	nowhere := ""
	if v.Engine != models.Mayastor { // whose targets are in no pods of their own
		nowhere = s.nowhere()
	}
	switch {
	case v.Health == models.Down && !concerned:
		e.Change, e.Why = Same, "it is down now"
	case v.Health == models.Down || e.Change >= Stops:
	case nowhere != "":
		e.Change, e.Why = Stops, "its "+word+" runs there and cannot start elsewhere: "+nowhere
	case !concerned:
		e.Change, e.Pauses, e.Why = Interrupts, true, "its "+word+" runs there; I/O pauses until it starts elsewhere"
	default:
		e.Change, e.Pauses = max(e.Change, Interrupts), true
		e.Why += "; its " + word + " runs there too, and I/O pauses until it starts elsewhere"
	}
	return e, true
}

// targetGone reports whether what serves a volume runs on a node that goes away, and nowhere else.
func (s *simulation) targetGone(v *models.Volume) bool {
	if len(s.loss.Nodes) == 0 {
		return false
	}
	if s.targets == nil {
		s.targets = s.lostTargets()
	}
	return s.nodeGone(v.Target) || s.targets[v.Name]
}

// lostTargets returns the volumes whose target goes away. The pod that took the place of one on a dead node may be there beside it.
func (s *simulation) lostTargets() map[string]bool {
	lost := map[string]bool{}
	for i := range s.inv.Agents {
		if a := &s.inv.Agents[i]; a.Role == models.TargetAgent && s.nodeGone(a.Node) {
			lost[a.Serves] = true
		}
	}
	for i := range s.inv.Agents {
		if a := &s.inv.Agents[i]; a.Role == models.TargetAgent && a.Works() && !s.nodeGone(a.Node) {
			delete(lost, a.Serves)
		}
	}
	return lost
}
