package intents

import (
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// contrasted makes a comparison of named things one of these, rather than of the clusters that they are in: classes, volumes, pools,
// nodes; and of namespaces or applications one of the space that their volumes have.
func (q *question) contrasted() {
	if q.intent.act != actCompare && !(q.anyWord(contrasts) || q.anyWord(setOf("difference differences"))) || q.intent.act == actCount || q.intent.act == actAggregate {
		return
	}
	for _, kind := range []string{"storageclass", "claim", "pool", "node"} {
		if len(q.namesOf(kind)) > 1 {
			q.as("list")
			if q.subject == models.Clusters {
				q.subject = ""
			}
			if kind != "claim" {
				q.subject = subjectOfType[kind]
			}
			q.versus = true
			return
		}
	}
	for _, kind := range []string{"namespace", "workload"} {
		if len(q.namesOf(kind)) > 1 && len(q.entities("cluster")) < 2 {
			q.as("aggregate")
			q.subject, q.grouped = models.Volumes, kind
			q.takeOrder()
			return
		}
	}
}

// contrast asks what tells the things apart that a list names, where they are compared.
func (q *question) contrast() {
	query := q.query
	if q.intent.act != actList || !q.versus || query.Name != "" {
		return
	}
	if slices.ContainsFunc(query.Filters, func(f models.Filter) bool { return (f.Field == "name" || f.Field == "claim") && len(f.Values) > 1 }) {
		query.Field = answer.Differences
	}
	for _, w := range q.words {
		if contrasts[w.text] || w.text == "difference" || w.text == "differences" {
			q.had = append(q.had, w)
		}
	}
}
