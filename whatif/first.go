package whatif

import (
	"fmt"
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// first says what to do before the loss, the most helpful first.
func (s *simulation) first(o *Outcome) []string {
	var rebuilds, full, mend, alone, local []string
	for _, e := range o.Effects {
		v := e.Volume
		if e.Change < Thins {
			continue
		}
		name := phrase.Code(v.KnownAs())
		switch {
		case e.Change == Thins && e.Spare > 0:
		case s.rebuilds(v):
			rebuilds = append(rebuilds, name+s.progress(v))
		case v.Local():
			if e.InUse() {
				local = append(local, name)
			}
		case v.ReadableReplicas() > 0:
			full = append(full, name)
		case e.Change < Freezes:
		case v.Desired <= 1:
			alone = append(alone, name)
		case len(v.Replicas) == 0:
		case v.HealthyReplicas() < v.Desired:
			mend = append(mend, name+s.ailing(v))
		default:
			alone = append(alone, name)
		}
	}
	var all []string
	advise := func(names []string, format string) {
		if len(names) > 0 {
			all = append(all, fmt.Sprintf(format, phrase.Few(names, 6)))
		}
	}
	advise(rebuilds, "wait until the replicas that are not whole yet are: %s.")
	advise(full, "make room in the pools that are read-only, or add disks to them: %s.")
	advise(mend, "mend what is degraded: %s.")
	advise(alone, "give another replica elsewhere to %s, or plan a downtime.")
	advise(local, "plan a downtime for what exists there only, and take a backup: %s.")
	if s.loss.Event == Drain {
		advise(s.bare(o), "save what nobody makes anew once evicted (`kubectl drain` wants --force for it): %s.")
	}
	return all
}

// rebuilds reports whether a replica of a volume is being rebuilt where it stays.
func (s *simulation) rebuilds(v *models.Volume) bool {
	return slices.ContainsFunc(v.Replicas, func(r models.Replica) bool {
		return (r.Health == models.Rebuilding || r.Health == models.Degraded) && !s.gone(r.Node, r.Pool)
	})
}

// progress says how far the rebuild of a volume is, if that is known.
func (s *simulation) progress(v *models.Volume) string {
	for _, r := range v.Replicas {
		if r.Health == models.Rebuilding && r.Progress >= 0 {
			return fmt.Sprintf(" (%.0f%% done)", r.Progress)
		}
	}
	return ""
}

// ailing names where a volume's replicas are not healthy, of those that stay.
func (s *simulation) ailing(v *models.Volume) string {
	var sick []models.Replica
	for _, r := range v.Replicas {
		if r.Health != models.Healthy && !s.gone(r.Node, r.Pool) {
			sick = append(sick, r)
		}
	}
	if len(sick) == 0 {
		return ""
	}
	return " (its replica on " + places(sick) + ")"
}

// bare names the pods that nobody owns.
func (s *simulation) bare(o *Outcome) []string {
	var names []string
	for _, m := range o.Moves {
		if m.Bare {
			names = append(names, "pod "+phrase.Scoped(m.Pod.Namespace, m.Pod.Name))
		}
	}
	return names
}
