package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// fillHealth makes one filter of the words for health: those wanted, or else those not wanted.
func (q *question) fillHealth() *models.Reply {
	var wanted, unwanted []string
	var said []nlp.Entity
	places := q.entities("health")
	for _, i := range places {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if q.idle(e) || q.isFigure(e) || q.intent.act == actImpact && q.query.Field != "" && len(q.targets) > 0 && !q.directlyBefore(e.End, "subject") {
			continue // "if it goes down", "what would be stuck" say nothing of now
		}
		value, negated := e.Value, e.Negated
		if strings.EqualFold(e.Text, "lost") && q.lostOne(e.End) {
			value = string(models.Degraded)
		}
		if phase := q.phaseOf(e); phase != "" {
			f := eq("phase", phase)
			f.Not = negated
			q.state(e, f)
			continue
		}
		said = append(said, e)
		if value == "unhealthy" {
			value, negated = string(models.Healthy), !negated
		}
		switch {
		case negated:
			unwanted = append(unwanted, value)
		case !slices.Contains(wanted, value):
			wanted = append(wanted, value)
			if value == string(models.Degraded) && strings.HasSuffix(strings.ToLower(e.Text), "redundancy") && q.intent.act == actList {
				wanted = append(wanted, string(models.Down)) // what is down has lost it too
			}
		}
	}
	if q.intent.act == actDescribe && len(q.targets) > 0 {
		return nil // "is mysql ok?" is asked of all that mysql uses
	}
	if len(wanted)+len(unwanted) == 0 && q.intent.act == actList && q.begins(setOf("are is")) && q.words[len(q.words)-1].text == "up" && q.covering(q.words[len(q.words)-1]) == nil {
		wanted = []string{string(models.Healthy)} // "are all nodes up"
	}
	if len(wanted)+len(unwanted) == 0 || q.intent.act == actOverview && !slices.ContainsFunc(wanted, func(w string) bool { return w != string(models.Healthy) }) {
		return nil
	}
	if q.intent.act == actReplicas && len(q.targets) > 0 && q.begins(yesOrNo) && len(wanted) == 1 && wanted[0] == string(models.Healthy) {
		return nil // "are all copies of data-0 online" is asked of all of them
	}
	if s := answer.Fields(q.query.Subject); s.Lookup("health") == nil {
		if q.query.Subject == models.Events {
			return nil
		}
		return q.cannot(s, "health")
	}
	if q.allHealthy(wanted) {
		wanted, unwanted = nil, []string{string(models.Healthy)}
	}
	f := models.Filter{Field: "health", Op: models.Eq, Values: wanted}
	if either := len(said) > 1 && q.joined(said[0].End, said[len(said)-1].Start) == "or"; len(unwanted) > 0 && (len(wanted) == 0 || either) {
		f.Values, f.Not = slices.DeleteFunc(unwanted, func(h string) bool { return slices.Contains(wanted, h) }), true // "unhealthy or pending"
	}
	if len(f.Values) == 0 {
		return nil
	}
	q.add(f)
	for _, e := range said {
		q.stated = append(q.stated, statement{e, f})
	}
	return nil
}

// lostOne reports whether what was lost is a copy of many: "volumes that lost their second copy".
func (q *question) lostOne(end int) bool {
	next := q.after(end, 3)
	return slices.ContainsFunc(next, func(w string) bool { return w == "copy" || w == "replica" }) && !slices.ContainsFunc(next, func(w string) bool { return w == "last" || w == "only" || w == "every" })
}

// phaseOf returns the phase that a word for health names where it is one: behind "phase", and "lost" and "pending" of claims, since a claim
// can be Bound to a volume that is still to be made.
func (q *question) phaseOf(e nlp.Entity) string {
	near := q.before(e.Start, 1)
	if s := answer.Fields(q.query.Subject); s == nil || s.Lookup("phase") == nil || strings.Contains(e.Text, " ") {
		return ""
	}
	own := q.query.Subject == models.Claims && (strings.EqualFold(e.Text, "lost") || strings.EqualFold(e.Text, "pending") && q.intent.act != actWhy && countOf(q.parse.Entities, "health") == 1)
	if own || len(near) > 0 && near[0] == "phase" {
		return phrase.Capital(strings.ToLower(e.Text))
	}
	return ""
}

// allHealthy reports whether the sentence asks whether all are healthy: the answer is the ones that are not.
func (q *question) allHealthy(wanted []string) bool {
	return len(wanted) == 1 && wanted[0] == string(models.Healthy) && (q.begins(setOf("are is all do does r")) || q.owns() || q.phrase("are", "they") || q.phrase("are", "these") || q.phrase("are", "those")) && (q.intent.act == actList || q.intent.act == actOverview)
}
