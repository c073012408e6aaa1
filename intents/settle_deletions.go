package intents

import (
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// lingering are words of things that are being deleted and do not go.
var lingering = setOf("terminating finalizer finalizers deleted deletion undeleted undeletable removed vanish disappear")

// deletions reports whether the sentence is about things that are being deleted: it names the state, or says that something does not
// go away.
func (q *question) deletions() bool {
	return q.anyWord(lingering) || q.phrase("go", "away") || q.phrase("goes", "away") || q.phrase("going", "away") || q.phrase("get", "rid") || q.phrase("delete", "stuck") || q.phrase("stuck", "deleting")
}

// settleDeletions makes a question for what is stuck in deletion, where it names neither a thing nor a kind of things, one about all that
// is being deleted; and one about a thing that does not go a "why".
func (q *question) settleDeletions() bool {
	if !q.deletions() {
		return false
	}
	names := slices.DeleteFunc(q.namesOf(nameTypes...), func(i int) bool { t := q.parse.Entities[i].Type; return t == "cluster" || t == "namespace" })
	terminating := slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "condition" && e.Value == "Terminating" })
	switch q.intent.act {
	case actList, actOverview, actCount, actDescribe, actWhy, actEvents:
	default:
		return false
	}
	switch {
	case len(names) > 0 && q.intent.act == actDescribe && terminating && (q.begins(setOf("what who")) || q.anyWord(setOf("stuck why holds holding keeps blocks"))):
		q.as("why") // "what holds data-0, it is stuck terminating"
	case len(names) == 0 && (q.subject == "" || q.subject == models.Clusters) && terminating:
		if q.subject = models.Deletions; q.intent.act != actCount {
			q.as("list")
		}
		return true
	}
	return false
}
