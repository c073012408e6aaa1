package intents

import (
	"regexp"
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

// settleReclaim makes a question for what goes, or stays, together with its claim one of the reclaim policy: "which volumes vanish if their
// pvc is deleted", "storage classes whose volumes survive their claim".
func (q *question) settleReclaim() {
	switch q.intent.act {
	case actList, actCount, actImpact, actDescribe, actOverview, actConsumers:
	default:
		return
	}
	if q.has("condition") || q.namesThing() || q.subject != models.Volumes && q.subject != models.StorageClasses {
		return
	}
	at := reclaiming.FindStringSubmatchIndex(q.text)
	if at == nil {
		return
	}
	policy := "Delete"
	if at[2] >= 0 {
		policy = "Retain"
	}
	if q.intent.act != actCount {
		q.as("list")
	}
	q.query.Filters = append(q.query.Filters, eq("reclaim", policy))
	q.haveSaid(at)
	for _, i := range q.entities("subject", "health") {
		q.taken[i] = q.taken[i] || q.parse.Entities[i].Start >= at[0] && q.parse.Entities[i].End <= at[1]
	}
}

// reclaiming is what is said of a reclaim policy without naming it; the first group matches where what is left stays.
var reclaiming = regexp.MustCompile(`(?i)\b(?:whose (?:volumes?|pvs?|data) )?(?:(surviv\w*|outliv\w*|stay\w*|remain\w*|(?:be |are |is )?kept)|(?:(?:will |would |be |get |gets |got |are |is )*(?:deleted|gone|lost|removed|wiped|destroyed)|vanish\w*|disappear\w*|go(?:es)? away|dies?))\b[^.?!]{0,60}?\b(?:if|when|once|with|after|because|the|their|its|a)\b[^.?!]{0,40}\b(?:pvcs?|claims?)\b(?:[^.?!,;]{0,30}\b(?:deleted|removed|gone|goes|dies|vanishes|dropped))?`)

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
