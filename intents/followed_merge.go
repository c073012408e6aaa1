package intents

import (
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// merge is a way to join what a sentence says by itself to the last question.
type merge struct {
	name  string
	keeps bool // what is asked is what was asked last
	merge func(last, next *models.Query) *models.Query
}

var merges = []merge{
	{"joined", false, ofSame(joined)},
	{"put in", true, ofSame(putIn)},
	{"put in unsorted", true, ofSame(func(last, next *models.Query) *models.Query {
		q := putIn(last, next)
		q.Sort, q.Desc, q.Limit = next.Sort, next.Desc, next.Limit
		return q
	})},
	{"anew", true, ofSame(anew)},
	{"out", true, ofSame(takenOut)},
	{"moved", false, moved},
	{"in place", false, inPlace},
	{"on clusters", false, onClusters},
	{"beside it", false, besideIt},
}

// ofSame is a merge of queries about the same subject, of which the second is about no single thing, and the first supposes nothing of one. Of
// a single thing nothing is picked.
func ofSame(merge func(last, next *models.Query) *models.Query) func(last, next *models.Query) *models.Query {
	return func(last, next *models.Query) *models.Query {
		if last.Subject != next.Subject || next.Name != "" || supposes(last) || last.Name != "" && len(next.Filters) > 0 {
			return nil
		}
		return merge(released(last, next), next)
	}
}

// owners are the fields that tell whose data is meant: who names another owner does not mean what both have in common.
var owners = setOf("volume volumes claim claims pods workload")

// released is a query without the owner that it is about, where the next one names another.
func released(last, next *models.Query) *models.Query {
	names := func(f models.Filter) bool { return owners[f.Field] && f.Op == models.Eq && !f.Not }
	if !slices.ContainsFunc(next.Filters, names) || !slices.ContainsFunc(last.Filters, names) {
		return last
	}
	q := last.Clone()
	q.Filters = slices.DeleteFunc(q.Filters, func(f models.Filter) bool {
		return names(f) || f.Field == "namespace" // a claim is named with its namespace
	})
	return q
}

// supposes reports whether a query asks what would be if something were: its conditions say what, and not of which things.
func supposes(q *models.Query) bool {
	return answer.Supposes(q) || answer.SupposesOf(q) || q.Field == answer.Growth || q.Field == answer.Deletion
}

// putIn asks the last question with the conditions, the order and the fields of the next one beside its own.
func putIn(last, next *models.Query) *models.Query {
	q, both := last.Clone(), joined(last, next)
	q.Filters, q.Clusters, q.Offset = both.Filters, both.Clusters, 0
	if next.Sort != "" {
		q.Sort, q.Desc, q.Limit = next.Sort, next.Desc, next.Limit
	}
	if next.Limit > 0 {
		q.Limit = next.Limit
	}
	for _, f := range next.Show {
		if !slices.Contains(q.Show, f) {
			q.Show = append(q.Show, f)
		}
	}
	return q
}

// anew asks the last question under the conditions of the next one alone.
func anew(last, next *models.Query) *models.Query {
	q := last.Clone()
	q.Filters, q.Clusters, q.Offset = next.Clone().Filters, next.Clusters, 0
	return q
}

// takenOut asks the last question without what the next one is about.
func takenOut(last, next *models.Query) *models.Query {
	if len(next.Filters) != 1 || len(next.Filters[0].Or) > 0 {
		return nil
	}
	f := next.Filters[0].Clone()
	f.Not = !f.Not
	q := last.Clone()
	q.Offset = 0
	q.Filters = append(q.Filters, f)
	return q
}

// moved asks the next question, about another subject, of what the last one was about.
func moved(last, next *models.Query) *models.Query {
	s := answer.Fields(next.Subject)
	if s == nil || last.Subject == next.Subject || next.Name != "" || supposes(last) {
		return nil
	}
	q := next.Clone()
	for _, f := range last.Filters {
		if knows(s, f) && !hasFilter(next, f.Field) {
			q.Filters = append(q.Filters, f)
		}
	}
	if field := own[next.Subject][typeOf(last.Subject)]; last.Name != "" && field != "" && !hasFilter(next, field) {
		q.Filters = append(q.Filters, eq(field, last.Name))
		if last.Scope != "" && s.Lookup("namespace") != nil {
			q.Filters = append(q.Filters, eq("namespace", last.Scope))
		}
	}
	if len(q.Clusters) == 0 {
		q.Clusters = last.Clusters
	}
	return q
}

// plainly is a query without what it computes, its order and its fields: what it picks.
func plainly(q *models.Query) *models.Query {
	c := q.Clone()
	return &models.Query{Subject: c.Subject, Name: c.Name, Scope: c.Scope, Clusters: c.Clusters, Filters: c.Filters}
}

// sound reports whether things have the fields that a query picks and shows them by.
func sound(q *models.Query) bool {
	s := answer.Fields(q.Subject)
	if s == nil {
		return false
	}
	for _, f := range q.Filters {
		if !knows(s, f) {
			return false
		}
	}
	return !slices.ContainsFunc(q.Show, func(key string) bool { return !s.Shows(key) })
}

// knows reports whether things have the fields of a filter.
func knows(s *answer.Schema, f models.Filter) bool {
	return s.Lookup(f.Field) != nil && !slices.ContainsFunc(f.Or, func(o models.Filter) bool { return s.Lookup(o.Field) == nil })
}
