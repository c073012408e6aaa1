package intents

import (
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// describeNothing is for a description of nothing in particular: with filters it is a list, without any it is asked what
// to describe.
func (q *question) describeNothing() *models.Reply {
	if len(q.query.Filters) > 0 && q.subject != "" && !q.follows() {
		q.as("list") // "an alert about disk pressure: which node is it"
		return nil
	}
	if reply, found := q.meant(); found {
		return reply
	}
	if len(q.query.Filters) > 0 || q.subject != "" && (plural(q.subjectText()) || q.query.Sort != "") {
		q.as("list")
		return nil
	}
	if len(q.unread()) > 0 {
		return nil // leftover says what was not understood
	}
	if q.subject == "" && (len(q.query.Clusters) > 0 || q.anyWord(setOf("status state health situation openebs"))) {
		q.as("overview")
		return nil
	}
	return q.whichOne()
}

// whyNothing is for "why" about nothing in particular.
func (q *question) whyNothing() *models.Reply {
	if n := ordinal(q.text); n > 0 && n <= len(q.dialogue.Listed) && len(q.targets) == 0 && q.anyWord(setOf("one")) {
		q.query = queryOf(q.dialogue.Listed[n-1]) // "why is the second one down?"
		return nil
	}
	if len(q.query.Clusters) > 0 && len(q.unread()) == 0 && !q.anyWord(pronouns) && q.subject == "" && !slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool { return f.Field != "health" }) {
		q.as("overview") // why a whole cluster is not healthy
		q.query.Filters = nil
		return nil
	}
	if reply, found := q.meant(); found {
		return reply
	}
	if len(q.unread()) > 0 {
		return nil
	}
	if len(q.query.Filters) > 0 || q.subject != "" {
		if !hasFilter(q.query, "health") && !hasFilter(q.query, "resize") && answer.Fields(q.query.Subject).Lookup("health") != nil {
			q.query.Filters = append(q.query.Filters, unhealthyFilter)
		}
		return nil
	}
	return q.whichOne()
}

// unnamed is for a question about one thing that names none: what the last answer was about, if it was about one thing.
func (q *question) unnamed() *models.Reply {
	if q.there() || q.intent.act == actImpact && q.query.Field != "" && q.aboutNodes() {
		return nil
	}
	if reply, found := q.referred(); found {
		return reply
	}
	act := q.intent.act
	if act == actEvents || len(q.query.Filters) > 0 || len(q.unread()) > 0 {
		return nil
	}
	if act == actImpact || q.anyWord(pronouns) {
		return q.whichOne()
	}
	return nil
}

// meant makes a question that names nothing and no subject, or "it", about what the conversation is about.
func (q *question) meant() (*models.Reply, bool) {
	if len(q.unread()) > 0 || len(q.targets) > 0 || q.subject != "" && !q.anyWord(pronouns) {
		return nil, false
	}
	return q.referred()
}
