package answer

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// called names what goes away.
func (s *supposed) called() string {
	var names []string
	for _, n := range s.loss.Nodes {
		names = append(names, "node "+phrase.Code(n))
	}
	for _, p := range s.loss.Pools {
		names = append(names, "pool "+phrase.Code(p.Pool)+" on "+p.Node)
	}
	return phrase.And(names) + " of " + s.from.Cluster
}

// condition words the event.
func (s *supposed) condition() string {
	many := len(s.loss.Nodes)+len(s.loss.Pools) > 1
	switch {
	case s.loss.Event == whatif.Drain && len(s.loss.Pools) == 0:
		return "if " + s.called() + phrase.Either(many, " are drained at once", " is drained")
	case s.loss.Event == whatif.Fail:
		return "if " + s.called() + phrase.Either(many, " fail at once", " fails")
	case s.loss.Event == whatif.Wipe:
		return "if the disks of " + s.called() + " are wiped" + phrase.Either(many, " at once", "")
	}
	return "while " + s.called() + phrase.Either(many, " are away at once", " is away")
}

// verdict is the first word of the answer. It is neither yes nor no: people ask whether something is safe, and whether it is a risk.
func (s *supposed) verdict() string {
	switch {
	case s.Verdict == whatif.Yes && (len(s.Away) > 0 || slices.ContainsFunc(s.Pools, func(p *models.Pool) bool { return p.Health == models.Down })):
		return "Nothing more than now: "
	case s.loss.Event == whatif.Wipe && len(s.Of(whatif.Loses)) > 0:
		return "Data would be lost: "
	case s.loss.Event == whatif.Wipe:
		return "No data would be lost: "
	case s.Verdict == whatif.No && s.loss.Event == whatif.Fail:
		return "It would hurt: "
	case s.Verdict == whatif.No:
		return "Not safe: "
	case s.loss.Event == whatif.Fail && s.Verdict == whatif.YesBut:
		return "It would be survived: "
	case s.loss.Event == whatif.Fail:
		return "Nothing breaks: "
	case s.Verdict == whatif.YesBut:
		return "Safe, but: "
	}
	return "Safe: "
}

// sentences say what happens, the worst first.
func (s *supposed) sentences() []string {
	stops := s.Of(whatif.Stops)
	used := func(e whatif.Effect) bool { return e.InUse() && !e.Unseen && !e.Later }
	unseen := func(e whatif.Effect) bool { return e.Unseen && !e.Later }
	idle := func(e whatif.Effect) bool { return !e.InUse() && !e.Later }
	later := func(e whatif.Effect) bool { return e.Later }
	freezes, thins, unsure := s.Of(whatif.Freezes), s.Of(whatif.Thins), s.Of(whatif.Unsure)
	var head []string
	add := func(effects []whatif.Effect, one, many string, why bool) {
		if len(effects) > 0 {
			head = append(head, phrase.Count(len(effects), one, many)+": "+s.names(effects, why))
		}
	}
	lost := s.Of(whatif.Loses)
	add(lost, "volume has no copy elsewhere", "volumes have no copy elsewhere", len(lost) <= 3)
	add(keepEffects(stops, used), "volume in use goes down", "volumes in use go down", true)
	add(keepEffects(stops, unseen), "volume goes down, and whether a pod uses it is not known", "volumes go down, and whether pods use them is not known", true)
	add(keepEffects(stops, later), "volume goes down once it is shut down", "volumes go down once it is shut down", true)
	add(freezes, "volume becomes read-only", "volumes become read-only", true)
	add(keepEffects(stops, idle), "volume that no pod uses is out of reach", "volumes that no pod uses are out of reach", false)
	add(unsure, "volume cannot be judged, since where its data is, is not known", "volumes cannot be judged, since where their data is, is not known", false)
	text := s.verdict() + s.condition() + ", "
	none := phrase.Either(s.loss.Only != nil, "none of the volumes that are asked about", phrase.Either(s.happened(), "no further volume", "no volume"))
	switch {
	case len(head) > 0:
		text += strings.Join(head, "; ") + "."
	case len(s.Effects) == 0:
		text += none + " is touched."
	default:
		text += none + " goes down."
	}
	all := []string{text}
	if len(thins) > 0 {
		all = append(all, s.thinned(thins))
	}
	now := s.Of(whatif.Same)
	switch {
	case len(now) > 0 && s.happened():
		all = append([]string{s.suffered(now)}, all...)
	case len(now) > 0:
		all = append(all, phrase.Count(len(now), "volume there is", "volumes there are")+" no worse off than now: "+s.names(now, true)+".")
	}
	pauses := func(e whatif.Effect) bool { return e.Pauses }
	if paused := keepEffects(s.Effects, pauses); len(paused) > 0 {
		all = append(all, "I/O of "+phrase.Count(len(paused), "volume pauses until its target, which runs there, has", "volumes pauses until their targets, which run there, have")+" started elsewhere: "+s.names(paused, false)+".")
	}
	if moved := keepEffects(s.Of(whatif.Interrupts), func(e whatif.Effect) bool { return !e.Pauses }); len(moved) > 0 {
		all = append(all, phrase.Count(len(moved), "volume moves with its pod", "volumes move with their pods")+": "+s.names(moved, false)+".")
	}
	all = append(all, s.pods()...)
	if pools := s.pools(); len(pools) > 0 {
		all = append(all, phrase.Pick(len(pools), "Its pool ", "Its pools ")+phrase.Few(pools, 5)+phrase.Pick(len(pools), " is", " are")+" away with it.")
	}
	return all
}

// pools names the pools that go away with their nodes. Those of Mayastor outlast a drain.
func (s *supposed) pools() []string {
	var pools []string
	for _, p := range s.Outcome.Pools {
		if slices.Contains(s.loss.Nodes, p.Node) && p.Health != models.Down && (s.loss.Event != whatif.Drain || p.Engine != models.Mayastor) {
			pools = append(pools, phrase.Code(p.Name))
		}
	}
	return pools
}

// thinned tells of the volumes that lose a copy, and which of them can lose no other.
func (s *supposed) thinned(effects []whatif.Effect) string {
	text := phrase.Capital(phrase.Count(len(effects), "volume loses", "volumes lose")) + " a copy and " + phrase.Pick(len(effects), "serves", "serve") + " on"
	last := keepEffects(effects, func(e whatif.Effect) bool { return e.Spare == 0 })
	switch {
	case len(last) == len(effects):
		return text + ", with none to spare: " + s.names(effects, false) + "."
	case len(last) > 0:
		return text + "; " + phrase.Count(len(last), "of them has", "of them have") + " none to spare then: " + s.names(last, false) + "."
	}
	return text + ": " + s.names(effects, false) + "."
}

// pods tells what becomes of the pods.
func (s *supposed) pods() []string {
	var free, stuck []string
	for _, m := range s.Moves {
		name := phrase.Scoped(m.Pod.Namespace, m.Pod.Name)
		switch {
		case m.Stuck != "":
			stuck = append(stuck, name+" ("+m.Stuck+")")
		case !m.Down: // else its volume, which is told of, keeps it down
			free = append(free, name)
		}
	}
	var all []string
	if len(stuck) > 0 {
		all = append(all, phrase.Capital(phrase.Count(len(stuck), "pod", "pods"))+" cannot start elsewhere: "+phrase.Few(stuck, 5)+".")
	}
	if len(free) > 0 {
		all = append(all, phrase.Capital(phrase.Count(len(free), "pod", "pods"))+" can start on another node: "+phrase.Few(free, 5)+".")
	}
	return all
}

// names names the volumes of effects, with what becomes of them if why.
func (s *supposed) names(effects []whatif.Effect, why bool) string {
	const most = 8
	names := make([]string, len(effects))
	for i, e := range effects {
		names[i] = shortLabel(&volumeSchema, &record{s.from, e.Volume})
		if why && len(effects) <= most/2 {
			names[i] += " (" + e.Why + ")"
		}
	}
	return phrase.Few(names, most)
}

func keepEffects(effects []whatif.Effect, keep func(whatif.Effect) bool) []whatif.Effect {
	return slices.DeleteFunc(slices.Clone(effects), func(e whatif.Effect) bool { return !keep(e) })
}

// advice says what to do first.
func (s *supposed) advice() []string {
	var all []string
	for i, step := range s.First {
		all = append(all, []string{"First: ", "Then: "}[min(i, 1)]+step)
	}
	for _, n := range s.Away {
		all = append(all, "Node "+phrase.Code(n)+" is not ready now: what depends on it alone is down already.")
	}
	if s.loss.Event == whatif.Drain && slices.ContainsFunc(s.Effects, func(e whatif.Effect) bool {
		return e.Volume.Engine == models.Mayastor && (e.Pauses || e.Change >= whatif.Thins)
	}) {
		all = append(all, "Mayastor's targets and replicas serve on while a node is drained (its io-engine is a DaemonSet): they are lost only once it is shut down.")
	}
	return all
}

// untold reports whether volumes of a cluster may be served from a node that goes away without anybody knowing: by pods that
// could not be read.
func (s *supposed) untold() bool {
	return len(s.loss.Nodes) > 0 && s.from.Unread["Pod"] && slices.ContainsFunc(s.from.Volumes, func(v models.Volume) bool {
		return v.Engine == models.CStor || v.Engine == models.Jiva
	})
}

// limits says what an inventory does not tell.
func limits(event whatif.Event, found []supposed) []string {
	var all []string
	if event == whatif.Fail && slices.ContainsFunc(found, func(s supposed) bool { return len(s.Moves) > 0 }) {
		all = append(all, "Kubernetes evicts the pods of a dead node after 5 minutes, and those of StatefulSets start elsewhere only when the node is back, deleted or tainted out-of-service.")
	}
	if event == whatif.Wipe {
		all = append(all, "What has a copy elsewhere is copied anew once the node or the pool is back and made again; until then it has a copy less.")
	}
	for i := range found {
		for _, n := range found[i].from.Nodes {
			if slices.Contains(n.Roles, "control-plane") && slices.Contains(found[i].loss.Nodes, n.Name) {
				all = append(all, "Node "+phrase.Code(n.Name)+" is part of the control plane; I judge storage only.")
			}
		}
	}
	if slices.ContainsFunc(found, func(s supposed) bool { return s.untold() }) {
		all = append(all, "Pods could not be read, so which targets of cStor and controllers of Jiva run there is not known: they start elsewhere, and I/O of their volumes pauses meanwhile.")
	}
	if event == whatif.Drain && len(found) == 1 && len(found[0].loss.Nodes) == 1 {
		return append(all, "I know no PodDisruptionBudgets, tolerations, affinities and no pods without claims; "+
			phrase.Code("kubectl drain "+found[0].loss.Nodes[0]+" --ignore-daemonsets --delete-emptydir-data --dry-run=server")+" shows what it would evict.")
	}
	if slices.ContainsFunc(found, func(s supposed) bool { return len(s.loss.Nodes) > 0 }) {
		all = append(all, "I know no PodDisruptionBudgets, tolerations, affinities and no pods without claims.")
	} else {
		all = append(all, "This is the loss of the whole pool: one disk of a mirror or RAID group costs it no data.")
	}
	return all
}
