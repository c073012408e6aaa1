package intents

import (
	"regexp"
	"slices"

	"github.com/mulebot/mulebot/nlp"
)

// restating are the words behind which a sentence says in other words what it has said.
var restating = regexp.MustCompile(`(?i)(?:\bi\.? ?e\b\.?|\bin other words\b|\bthat is to say\b|\bby which i mean\b|\bmeaning\b)[,:]? `)

// restate leaves to a restatement what it says: "orphaned disks, i.e. ones that nobody mounts" asks for what nobody mounts, and not for what
// is orphaned as well.
func (q *question) restate() {
	at := restating.FindStringIndex(q.text)
	if at == nil {
		return
	}
	says := func(e nlp.Entity) bool { return measures[e.Type] || e.Type == "health" }
	if !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return says(e) && e.Start >= at[1] }) {
		return
	}
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return says(e) && e.End <= at[0] })
	for _, w := range q.words {
		if w.end <= at[1] && q.covering(w) == nil {
			q.had = append(q.had, w)
		}
	}
}

// retracting is what stands before what is meant instead: "drain worker-1, no sorry, worker-2".
var retracting = regexp.MustCompile(`(?i)(?:^|[\s,.;…–-])(?:no,? (?:wait|sorry|actually)|wait,? no|sorry|oops|make that|scratch that|(?:no,? )?i mean)[\s,.;…–-]+(?:(?:the|of|on|in|for) )*$`)

// retract leaves out what the sentence takes back, and has another of its kind for.
func (q *question) retract() {
	all := q.found.Entities
	q.found.Entities = slices.DeleteFunc(slices.Clone(all), func(e nlp.Entity) bool {
		taken := slices.ContainsFunc(all, func(o nlp.Entity) bool {
			return o.Start >= e.End && o.Type == e.Type && (isName(e) || e.Type == "engine") && retracting.MatchString(q.text[e.End:o.Start])
		})
		if taken {
			for _, w := range q.words {
				if e.Start < w.end && w.start < e.End {
					q.had = append(q.had, w)
				}
			}
		}
		return taken
	})
}
