package intents

import (
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// deletes makes a question of what uses a claim, or of what is in a namespace, one about what its deletion would cost, if the sentence
// speaks of that.
func (q *question) deletes() {
	query := q.query
	if q.intent.act != actConsumers && q.intent.act != actImpact || query.Name != "" || query.Field != "" || !q.anyWord(deleting) || !q.anyWord(pondering) ||
		len(q.namesIn("node", "pool", "blockdevice")) > 0 || len(q.namesIn("claim", "volume", "namespace", "workload")) == 0 {
		return
	}
	q.as("consumers")
	query.Field = answer.Deletion
	query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool { return f.Op != models.Eq || f.Not || f.Field == "health" }) // "without hurting anybody"
	for _, w := range q.words {
		if deleting[w.text] || hurting[w.text] {
			q.had = append(q.had, w)
		}
	}
}

var deleting = setOf("delete deletes deleted deleting deletion remove removes removed removing drop drops dropped wipe wipes wiped purge purged destroy destroyed")

// pondering are the words without which something was deleted rather than may be.
var pondering = setOf("can could may might should shall would will if when happens happen safe ok okay fine gone lost what anybody anyone harm hurting")
