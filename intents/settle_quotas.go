package intents

import (
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// quotaWords name quotas even where the sentence is of something else first: "which namespace has the least quota left".
var quotaWords = setOf("quota quotas resourcequota resourcequotas")

// settleQuotas reports whether the sentence is about quotas, and makes it a list of them: each says of itself what it leaves, to which
// namespace, so that nothing has to be grouped or added up for that. Sums and numbers are computed where they are asked for.
func (q *question) settleQuotas() bool {
	if !q.anyWord(quotaWords) || q.has("quantity") && q.anyWord(rooming) { // "does the quota of shop allow another 100Gi volume"
		return false
	}
	switch q.intent.act {
	case actAggregate, actCount:
		if q.subject == models.Quotas && (q.intent.act == actCount || q.mentions("aggregate")) {
			return true
		}
	case actWhy, actRefine, actItem, actSort, actMore, actTally:
		return q.subject == models.Quotas
	}
	q.as("list")
	q.subject = models.Quotas
	return true
}

// ofQuotas makes a filter of what the sentence names where it is about quotas: the namespace that a thing is in, and any word that is a
// namespace, however common it is else.
func (q *question) ofQuotas() {
	var clusters []string
	for _, w := range q.words {
		if q.covering(w) != nil {
			continue
		}
		for i, inv := range q.inventories {
			if inv == nil || !slices.Contains(inv.Namespaces, w.text) || len(q.query.Clusters) > 0 && !slices.Contains(q.query.Clusters, q.card.Clusters[i]) {
				continue
			}
			q.add(eq("namespace", w.text))
			clusters = append(clusters, q.card.Clusters[i])
		}
	}
	if len(q.query.Clusters) == 0 && len(clusters) > 0 {
		q.query.Clusters = phrase.Distinct(clusters)
	}
}
