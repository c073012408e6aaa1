package intents

import (
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// contrasted makes a comparison of named things one of these, rather than of the clusters that they are in: classes, volumes, pools,
// nodes; and of namespaces or applications one of the space that their volumes have.
func (q *question) contrasted() {
	if q.intent.act != actCompare && !(q.anyWord(contrasts) || q.anyWord(sameness)) || q.intent.act == actCount || q.intent.act == actAggregate && !q.anyWord(sameness) {
		return
	}
	for _, kind := range []string{"storageclass", "claim", "pool", "node"} {
		if len(q.namesOf(kind)) > 1 {
			q.as("list")
			if q.subject == models.Clusters {
				q.subject = ""
			}
			if kind != "claim" {
				q.subject = q.subjectIn(kind)
			}
			q.versus = true
			return
		}
	}
	for _, kind := range []string{"namespace", "workload"} {
		if len(q.namesOf(kind)) > 1 && len(q.entities("cluster")) < 2 && q.anyWord(sameness) {
			q.as("list") // "do kafka and redis have the same backend"
			q.subject, q.versus = models.Volumes, true
			return
		}
		if len(q.namesOf(kind)) > 1 && len(q.entities("cluster")) < 2 {
			q.as("aggregate")
			q.subject, q.grouped = models.Volumes, kind
			q.takeOrder()
			return
		}
	}
}

// subjectIn is what named things of a kind are compared by: nodes by their pools where those are asked about.
func (q *question) subjectIn(kind string) models.Subject {
	if kind == "node" && (q.subject == models.Pools || q.anyWord(freeing)) {
		return models.Pools
	}
	return subjectOfType[kind]
}

// contrast asks what tells the things apart that a list names, where they are compared.
func (q *question) contrast() {
	query := q.query
	if q.intent.act != actList || !q.versus || query.Name != "" {
		return
	}
	if slices.ContainsFunc(query.Filters, func(f models.Filter) bool { return len(f.Values) > 1 && f.Field != "namespace" }) || len(query.Clusters) > 1 && q.anyWord(unlike) {
		query.Field = answer.Differences
		for _, w := range q.words {
			if f := q.fieldOf(w.text); len(query.Show) == 0 && f != "" && w.text != "storage" && w.text != "space" && answer.Fields(query.Subject).Lookup(f).Kind.Numeric() && q.covering(w) == nil {
				query.Show = append(query.Show, f) // "compare the free space of tank and vg-fast"
			}
		}
	}
	q.had = append(append(q.had, q.wordsIn(contrasts)...), q.wordsIn(sameness)...)
}

// unlike are the words for what tells things apart.
var unlike = setOf("differ differs different differently difference differences")

// sameness are the words for whether things are alike.
var sameness = setOf("difference differences same different identical alike equal")
