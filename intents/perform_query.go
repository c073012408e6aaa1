package intents

import (
	"context"
	"slices"
	"strconv"

	"github.com/mulebot/mulebot/models"
)

// number reads a number as people write it.
func (t *turn) number(text string) (float64, bool) {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n, true
	}
	for _, e := range t.Understanding.Model.ParseAt(text, nil, t.clock()).Entities {
		if numeric(e.Type) {
			return e.Number, true
		}
	}
	return 0, false
}

// performQuery answers with the query that the intent stands for.
func (t *turn) performQuery(ctx context.Context, e *errand) (models.Reply, error) {
	query, err := e.intent.action.Query.Make(ctx, e.slots(), t.number)
	if err != nil {
		return t.finish(e.intent, e.parse, nil, t.failed(t.message, t.unworded(e, err))), nil
	}
	q := t.question(e.text, e.parse)
	q.intent, q.query = e.intent, query
	if e.query != nil {
		query.Clusters = e.query.Clusters
	}
	q.assumeNamespace()
	return t.handle(ctx, e.intent, e.parse, query, q.notes)
}

// performAlias reads the sentence as one of a built-in intent, with parts of its query decided.
func (t *turn) performAlias(ctx context.Context, e *errand) (models.Reply, error) {
	alias := e.intent.action.Alias
	preset := &models.Query{}
	if alias.Query != nil {
		var err error
		if preset, err = alias.Query.Make(ctx, e.slots(), t.number); err != nil {
			return t.finish(e.intent, e.parse, nil, t.failed(t.message, t.unworded(e, err))), nil
		}
	}
	q := t.question(e.text, e.parse)
	q.intent, q.alias, q.subject = t.intents[alias.Intent], preset, preset.Subject
	if reply := q.fill(); reply != nil {
		return t.finish(q.intent, q.parse, q.query, *reply), nil
	}
	if q.query != nil {
		if e.query != nil {
			q.query.Clusters = e.query.Clusters
		}
		decide(q.query, preset)
	}
	reply, err := t.handle(ctx, q.intent, q.parse, q.query, q.notes)
	reply.Intent = e.intent.Name
	return reply, err
}

// decide puts the parts that an alias has decided into a query, in place of what it has there.
func decide(q, preset *models.Query) {
	if preset.Subject != "" {
		q.Subject = preset.Subject
	}
	if preset.Name != "" {
		q.Name, q.Scope = preset.Name, preset.Scope
	}
	if len(preset.Clusters) > 0 && len(q.Clusters) == 0 {
		q.Clusters = preset.Clusters
	}
	if preset.Sort != "" {
		q.Sort, q.Desc = preset.Sort, preset.Desc
	}
	if preset.Limit > 0 {
		q.Limit = preset.Limit
	}
	if preset.Aggregate != "" {
		q.Aggregate, q.Field = preset.Aggregate, preset.Field
	}
	if preset.GroupBy != "" {
		q.GroupBy = preset.GroupBy
	}
	for _, f := range preset.Filters {
		q.Filters = slices.DeleteFunc(q.Filters, func(o models.Filter) bool { return o.Field == f.Field })
		q.Filters = append(q.Filters, f)
	}
}
