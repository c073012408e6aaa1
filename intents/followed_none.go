package intents

import (
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// withoutInherited says what there is without the conditions of the last question, where a follow-up has one of its own and nothing meets all of
// them: "none of those that are down has snapshots" says nothing of the others.
func (t *turn) withoutInherited(query *models.Query, inventories []*models.Inventory) string {
	last := t.dialogue.Query
	if last == nil || query == nil || query.Name != "" || supposes(query) || query.Aggregate != "" && query.Aggregate != models.Count || query.GroupBy != "" {
		return ""
	}
	says := func(f models.Filter) bool { return fieldKind(query.Subject, f.Field) != "thing" || len(f.Values) == 0 } // how things are, and not whose or where
	wider := query.Clone()
	wider.Offset = 0
	wider.Filters = slices.DeleteFunc(wider.Filters, func(f models.Filter) bool { return says(f) && hasSame(last, f) })
	if len(wider.Filters) == len(query.Filters) || !slices.ContainsFunc(wider.Filters, says) {
		return ""
	}
	if none, err := answer.Evaluate(query, inventories); err != nil || none.Len() > 0 {
		return ""
	}
	res, err := answer.Evaluate(wider, inventories)
	if err != nil || res.Len() == 0 {
		return ""
	}
	return "Without what was asked before that: " + res.Headline()
}
