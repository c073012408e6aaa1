package whatif

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Needed returns how many healthy copies a volume needs to be read and written: its quorum, or, where its objects do not tell
// it, the one that cStor and Jiva choose.
func Needed(v *models.Volume) int {
	if v.Quorum > 0 {
		return v.Quorum
	}
	if v.Engine == models.CStor || v.Engine == models.Jiva {
		return max(v.Desired, len(v.Replicas), 1)/2 + 1
	}
	return 1
}

// Copies returns how many healthy copies a volume has, and whether that is known.
func Copies(v *models.Volume) (int, bool) {
	switch {
	case len(v.Replicas) > 0:
		return v.HealthyReplicas(), true
	case v.Local() && v.Health == models.Down:
		return 0, true
	case v.Local():
		return 1, true
	}
	return 0, false
}

// The words of Redundancy.
const (
	Full    = "full"           // every copy that it should have is healthy
	Reduced = "reduced"        // copies are missing; it can lose another
	Spent   = "none left"      // copies are missing; the next loss stops it, if it serves at all
	Single  = "single replica" // it never had any: replicated, with a replica count of 1
	Local   = "local"          // it never had any: its engine keeps a single copy on one node
)

// Redundancy says in a word how much a volume can lose; "" where its copies are not known.
func Redundancy(v *models.Volume) string {
	copies, known := Copies(v)
	switch {
	case v.Local():
		return Local
	case !known:
		return ""
	case v.Desired == 1:
		return Single
	case copies >= v.Desired:
		return Full
	case copies > Needed(v):
		return Reduced
	}
	return Spent
}

// copies judges a volume by its copies and where it is attached, and reports whether the loss concerns it at all.
func (s *simulation) copies(v *models.Volume) (Effect, bool) {
	e := Effect{Volume: v}
	attached := s.nodeGone(v.Node) && !v.Local()
	switch {
	case v.Local():
		return s.local(e)
	case len(v.Replicas) > 0:
		lost := s.lost(v)
		if lost.any() {
			return s.replicated(e, lost), true
		}
		e.Left, _ = Copies(v)
		e.Spare = max(0, e.Left-Needed(v))
		e.Change, e.Why = Interrupts, "it is attached there and moves with its pod; its replicas are elsewhere"
		if v.Health == models.Down || v.Health == models.Awaiting {
			e.Change, e.Why = Same, "it is "+string(v.Health)+" now"
		}
		return e, attached
	case v.Health == models.Awaiting:
		return e, false
	case v.Engine == models.OtherCSI:
		e.Change, e.Why = Interrupts, "it is attached there and moves with its pod; where its data is, I do not know"
		return e, attached
	}
	e.Change, e.Why = Unsure, "where its replicas are is not known"
	return e, attached || s.engineHere(v.Engine)
}

// engineHere reports whether a pool of an engine goes away.
func (s *simulation) engineHere(engine models.Engine) bool {
	return slices.ContainsFunc(s.inv.Pools, func(p models.Pool) bool { return p.Engine == engine && s.gone(p.Node, p.Name) })
}

// local judges a volume that has a single copy, on one node.
func (s *simulation) local(e Effect) (Effect, bool) {
	v := e.Volume
	if v.Node == "" && v.Health != models.Awaiting {
		return s.somewhere(e)
	}
	here := s.nodeGone(v.Node)
	if !here && !slices.ContainsFunc(v.Pools, func(pool string) bool { return s.gone(v.Node, pool) }) {
		return e, false
	}
	e.Change = Stops
	if s.loss.Event == Wipe {
		e.Change = Loses
	}
	switch {
	case v.Health == models.Down && s.loss.Event != Wipe:
		e.Change, e.Why = Same, "it is down now"
	case here:
		e.Why = "its only copy is on " + phrase.Code(v.Node)
	default:
		e.Why = "its only copy is in pool " + phrase.Code(v.Pools[0]) + " on " + phrase.Code(v.Node)
	}
	return e, true
}

// somewhere judges a volume with a single copy, of which nobody says where it is.
func (s *simulation) somewhere(e Effect) (Effect, bool) {
	v := e.Volume
	e.Change, e.Why = Unsure, "which node holds its only copy is not known"
	if v.Health == models.Down && s.loss.Event != Wipe {
		e.Change, e.Why = Same, "it is down now"
	}
	return e, len(s.loss.Nodes) > 0 || slices.ContainsFunc(v.Pools, func(pool string) bool { return s.gone("", pool) })
}

// losses are a volume's replicas by what becomes of them.
type losses struct {
	healthy, readable, rebuilding, dead []models.Replica // that go away
	left                                int              // healthy ones that stay
	reads                               int              // ones that can only be read that stay
	mending                             int              // ones being rebuilt that stay
	kept                                int              // others that stay, though they are down
}

func (l *losses) any() bool { return l.counted() || len(l.rebuilding)+len(l.dead) > 0 }

// counted reports whether a replica goes away that holds all data.
func (l *losses) counted() bool { return len(l.healthy)+len(l.readable) > 0 }

func (s *simulation) lost(v *models.Volume) losses {
	var l losses
	for _, r := range v.Replicas {
		gone, stay := &l.dead, &l.kept
		switch r.Health {
		case models.Healthy:
			gone, stay = &l.healthy, &l.left
		case models.ReadOnly:
			gone, stay = &l.readable, &l.reads
		case models.Rebuilding, models.Degraded:
			gone, stay = &l.rebuilding, &l.mending
		}
		if s.gone(r.Node, r.Pool) {
			*gone = append(*gone, r)
		} else {
			*stay++
		}
	}
	return l
}

// replicated judges a volume that loses replicas.
func (s *simulation) replicated(e Effect, l losses) Effect {
	v := e.Volume
	need := Needed(v)
	e.Left, e.Spare = l.left, max(0, l.left-need)
	e.Later = s.loss.Event == Drain && v.Engine == models.Mayastor && (l.counted() || len(l.rebuilding) > 0)
	switch {
	case s.loss.Event == Wipe && l.left+l.reads+l.mending+l.kept == 0:
		e.Change, e.Why = Loses, "no copy of it is elsewhere"
	case v.Health == models.Down:
		e.Change, e.Why, e.Later = Same, "it is down now", false
	case !l.counted() && len(l.rebuilding) == 0:
		return s.uncopied(e, l, need)
	case l.left >= need:
		e.Change, e.Why = Thins, thinned(v, l, need)
	case l.left+l.reads >= neededToRead(v):
		return readable(e, l, need)
	case !l.counted() && l.left+l.reads == 0:
		e.Change, e.Why = Same, "it has no healthy replica now"
	default:
		e.Change, e.Why = Stops, stopped(v, l, need)
	}
	return e
}

// uncopied judges a volume that loses no replica which counts now.
func (s *simulation) uncopied(e Effect, l losses, need int) Effect {
	is := "lost already"
	for _, r := range l.dead {
		if r.Health != models.Down {
			is = string(r.Health) + " and does not count now"
		}
	}
	e.Change, e.Why = Same, "its replica there is "+is
	unknown := func(r models.Replica) bool { return r.Health == models.Unknown }
	switch {
	case l.left+l.reads < need && slices.ContainsFunc(l.dead, unknown):
		e.Change, e.Why = Unsure, "how its replica there is, is not known"
	case s.nodeGone(e.Volume.Node):
		e.Change, e.Why = Interrupts, "it is attached there and moves with its pod; "+e.Why
	}
	return e
}

// neededToRead is how many copies a volume needs to be read, those that can only be read among them.
func neededToRead(v *models.Volume) int {
	if v.Engine == models.Jiva {
		return 1
	}
	return Needed(v)
}

// readable judges a volume that can still be read, but not be written to.
func readable(e Effect, l losses, need int) Effect {
	v := e.Volume
	e.Spare = l.left + l.reads - neededToRead(v)
	left := phrase.Count(l.left, "healthy replica", "healthy replicas") + " left"
	if l.reads > 0 {
		left = phrase.Count(l.left+l.reads, "replica", "replicas") + " left to read from"
	}
	switch {
	case v.Health != models.ReadOnly && l.reads == 0:
		e.Change, e.Why = Freezes, fmt.Sprintf("%d of %d replicas would be RW and it needs %d to be written to%s", l.left, v.Desired, need, uncounted(l))
	case v.Health != models.ReadOnly:
		e.Change, e.Why = Freezes, fmt.Sprintf("%d of %d replicas would be healthy and it needs %d to be written to, with %s%s", l.left, v.Desired, need, left, uncounted(l))
	case l.counted():
		e.Change, e.Why = Thins, "it is read-only now and stays so, with "+left
	default:
		e.Change, e.Why = Same, "it is read-only now and stays so, with "+left
	}
	return e
}

func thinned(v *models.Volume, l losses, need int) string {
	text := fmt.Sprintf("%d of %d replicas are healthy then", l.left, v.Desired)
	switch {
	case len(l.healthy) == 0 && len(l.readable) > 0:
		text += "; the one that goes could only be read"
	case len(l.healthy) == 0:
		text += "; the one that is lost was not whole yet"
	case l.left == need && need > 1:
		text += fmt.Sprintf("; its quorum is %d", need)
	}
	return text
}

func stopped(v *models.Volume, l losses, need int) string {
	switch {
	case v.Desired == 1 && len(v.Replicas) == 1:
		return "its only replica is on " + places(slices.Concat(l.healthy, l.readable))
	case l.reads+len(l.readable) > 0:
		return fmt.Sprintf("%d of %d replicas would be left to read from and it needs %d", l.left+l.reads, v.Desired, neededToRead(v))
	case v.Engine == models.CStor:
		return fmt.Sprintf("%d of %d replicas would be healthy and its quorum is %d%s", l.left, v.Desired, need, uncounted(l))
	}
	return "its last healthy replica is on " + places(l.healthy) + uncounted(l)
}

// uncounted says that a replica which stays does not count yet.
func uncounted(l losses) string {
	if l.mending == 0 {
		return ""
	}
	return "; the one that is not whole yet does not count"
}

// places names where replicas are.
func places(replicas []models.Replica) string {
	var names []string
	for _, r := range replicas {
		name := phrase.Code(r.Node)
		if r.Pool != "" {
			name = phrase.Code(r.Pool) + " (" + name + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, " and ")
}
