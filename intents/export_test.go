package intents

import (
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// Way is a way to understand what follows a question.
type Way struct {
	Intent   string
	Query    *models.Query // nil: it asks back
	Features []nlp.Feature
}

// Choose lets a test choose among the ways to understand what follows a question; none are the features of none being meant.
func (r *Router) Choose(choose func(all []Way, none []nlp.Feature) int) {
	r.choose = func(s *said, all []*option) (int, []string) {
		seen := make([]Way, len(all))
		for i, o := range all {
			seen[i].Features = s.features(o)
			if o.answered() {
				seen[i].Intent, seen[i].Query = o.q.intent.Name, o.q.query
			}
		}
		return choose(seen, s.none(all)), nil
	}
}

// FollowVersion is that of the ranker in the program.
const FollowVersion = followVersion

// Update is set where tests are to write the files that they check.
var Update = update
