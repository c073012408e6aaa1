package answer

import (
	"slices"
	"strconv"

	"github.com/mulebot/mulebot/models"
)

// describeButtons offers to describe the first records. Replicas and events are no things to describe; nor is a list of
// many a list to press through.
func describeButtons(s *Schema, rows []record) []models.Button {
	if s.Subject == models.Replicas || s.Subject.Happens() {
		return nil
	}
	var buttons []models.Button
	for i := range window(rows, 0, offered) {
		buttons = append(buttons, models.Button{Label: "Describe " + shortName(s, &rows[i]),
			Action: models.Action{Intent: "describe", Query: queryFor(s, &rows[i])}})
	}
	return buttons
}

// queryFor returns the query that describes just this record.
func queryFor(s *Schema, r *record) *models.Query {
	q := &models.Query{Subject: s.Subject, Name: s.text(r, "name"), Scope: s.text(r, "namespace"), Clusters: []string{r.from.Cluster}}
	if p, ok := r.item.(*models.Pool); ok && p.Node != "" {
		q.Filters = []models.Filter{{Field: "node", Op: models.Eq, Values: []string{p.Node}}}
	}
	return q
}

// shortName names a record on a button.
func shortName(s *Schema, r *record) string {
	switch it := r.item.(type) {
	case *models.Volume:
		if it.Claim != "" {
			return it.Claim
		}
	case *models.Pool:
		if it.Node != "" {
			return it.Name + " on " + it.Node
		}
	}
	return s.text(r, "name")
}

// nextButton offers the next page of a query.
func nextButton(q *models.Query, rest int) models.Button {
	next := q.Clone()
	next.Offset = max(0, q.Offset) + q.Limit
	return models.Button{Label: "Next " + strconv.Itoa(min(q.Limit, rest)), Action: models.Action{Intent: "list", Query: next}}
}

// listButton offers the list behind a number.
func listButton(q *models.Query, filters ...models.Filter) models.Button {
	all := q.Clone()
	all.Aggregate, all.Field, all.GroupBy, all.ThenBy, all.Each, all.Sort, all.Desc, all.Limit, all.Offset = "", "", "", "", 0, "", false, 0, 0
	all.Filters = slices.Concat(all.Filters, filters)
	return models.Button{Label: "List them", Action: models.Action{Intent: "list", Query: all}}
}
