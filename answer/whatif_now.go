package answer

import (
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// happened reports whether what is supposed to fail has failed already, all of it.
func (s *supposed) happened() bool {
	for _, n := range s.loss.Nodes {
		if !slices.Contains(s.Away, n) {
			return false
		}
	}
	for _, ref := range s.loss.Pools {
		if !slices.ContainsFunc(s.Pools, func(p *models.Pool) bool { return p.Node == ref.Node && p.Name == ref.Pool && p.Health == models.Down }) {
			return false
		}
	}
	return s.loss.Event == whatif.Fail && len(s.loss.Nodes)+len(s.loss.Pools) > 0
}

// suffered tells of the volumes that a failure which has happened has hit, and of what uses them: people ask for that by "affected".
func (s *supposed) suffered(effects []whatif.Effect) string {
	const most = 8
	many := len(s.loss.Nodes)+len(s.loss.Pools) > 1
	names := make([]string, len(effects))
	for i, e := range effects {
		names[i] = shortLabel(&volumeSchema, &record{s.from, e.Volume}) + " (" + e.Why
		if users := workloads(e.Volume.Pods); len(users) > 0 {
			names[i] += "; used by " + phrase.And(users)
		}
		names[i] += ")"
	}
	return phrase.Capital(s.called()) + phrase.Either(many, " are", " is") + " down already, which concerns " + phrase.Count(len(effects), "volume", "volumes") +
		" now: " + phrase.Few(names, most) + "."
}
