package actions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// QueryPlan is a query of a custom intent, with templates in its values.
type QueryPlan struct {
	query       models.Query // without the templates
	name, scope *Pattern
	limit       *Pattern
	clusters    []*Pattern
	filters     []filterPlan
}

// filterPlan is a filter whose values are templates. A filter whose values come out empty is left out.
type filterPlan struct {
	models.Filter
	values []*Pattern
	number *Pattern
}

func (r *reader) queryPlan(n *yaml.Node, a *Action, whole bool) *QueryPlan {
	fields, ok := r.fields(n, "query", "subject", "name", "scope", "clusters", "filters", "sort", "desc", "limit", "aggregate", "field", "group_by", "each")
	if !ok {
		return nil
	}
	plan := &QueryPlan{name: r.pattern(fields["name"], "the name", a), scope: r.pattern(fields["scope"], "the scope", a),
		limit: r.pattern(fields["limit"], "the limit", a)}
	q := &plan.query
	q.Subject = models.Subject(r.text(fields["subject"], "the subject"))
	q.Aggregate = r.text(fields["aggregate"], "the aggregate")
	if q.Desc = fields["desc"] != nil && fields["desc"].Value == "true"; fields["desc"] != nil && !q.Desc && fields["desc"].Value != "false" {
		r.fault(fields["desc"], fmt.Sprintf("desc cannot be %q", fields["desc"].Value), "write true or false")
	}
	for _, c := range r.list(fields["clusters"], "clusters") {
		plan.clusters = append(plan.clusters, r.pattern(c, "a cluster", a))
	}
	var s *answer.Schema
	if q.Subject != "" || whole {
		if s = answer.Fields(q.Subject); s == nil {
			at := n
			if fields["subject"] != nil {
				at = fields["subject"]
			}
			r.fault(at, fmt.Sprintf("there is no subject %q", q.Subject), "the subjects are "+strings.Join(answer.Subjects(), ", "))
		}
	}
	for _, f := range []struct {
		key string
		to  *string
	}{{"sort", &q.Sort}, {"field", &q.Field}, {"group_by", &q.GroupBy}} {
		*f.to = r.text(fields[f.key], f.key)
		r.fieldOf(s, fields[f.key], *f.to)
	}
	switch q.Aggregate {
	case "", models.Count, models.Sum, models.Average, models.Median, models.Minimum, models.Maximum:
	default:
		r.fault(fields["aggregate"], fmt.Sprintf("there is no aggregate %q", q.Aggregate), "use count, sum, avg, median, min or max")
	}
	if v := fields["each"]; v != nil {
		var err error
		if q.Each, err = strconv.Atoi(v.Value); err != nil || q.Each < 1 || q.GroupBy == "" {
			r.fault(v, fmt.Sprintf("each cannot be %q", v.Value), "it is how many of each group are listed, a number above 0, beside group_by")
		}
	}
	if v := fields["limit"]; v != nil && plan.limit != nil && plan.limit.parsed == nil {
		if limit, err := strconv.Atoi(v.Value); err != nil || limit < 0 {
			r.fault(v, fmt.Sprintf("limit cannot be %q", v.Value), "it is a number, 0 for no limit")
		}
	}
	for _, f := range r.list(fields["filters"], "filters") {
		r.filterPlan(f, s, a, plan)
	}
	return plan
}

// fieldOf faults a field that the subject does not have.
func (r *reader) fieldOf(s *answer.Schema, n *yaml.Node, key string) {
	if s == nil || n == nil || key == "" {
		return
	}
	_, err := s.Field(key)
	if known, ok := errors.AsType[*models.Error](err); ok {
		r.fault(n, known.Message, known.Hint)
	}
}

var operators = []models.Op{models.Eq, models.Match, models.Lt, models.Le, models.Gt, models.Ge, models.Known}

func (r *reader) filterPlan(n *yaml.Node, s *answer.Schema, a *Action, plan *QueryPlan) {
	fields, ok := r.fields(n, "a filter", "field", "op", "value", "values", "number", "not")
	if !ok {
		return
	}
	f := filterPlan{}
	f.Field = r.text(fields["field"], "the field")
	if f.Field == "" {
		r.fault(n, "a filter has no field", "add field:, such as health, engine, namespace or used_percent")
	}
	r.fieldOf(s, fields["field"], f.Field)
	f.Op = models.Op(r.text(fields["op"], "op"))
	if f.Op == "" {
		f.Op = models.Eq
	}
	if !slices.Contains(operators, f.Op) {
		r.fault(fields["op"], fmt.Sprintf("there is no operator %q", f.Op), `use "=", "~", "<", "<=", ">", ">=" or known, in quotes`)
	}
	f.Not = fields["not"] != nil && fields["not"].Value == "true"
	for _, v := range append(r.list(fields["value"], "value"), r.list(fields["values"], "values")...) {
		f.values = append(f.values, r.pattern(v, "a value", a))
	}
	f.number = r.pattern(fields["number"], "the number", a)
	if given := (len(f.values) > 0) != (f.number != nil); !given && f.Op != models.Known {
		r.fault(n, "a filter has no value, or two", "give one of value, values and number")
	}
	plan.filters = append(plan.filters, f)
}

// Make makes the query with the slots, by name. Number reads a number as people write it: 80%, 10Gi, 2h. Make fails with a [*models.Error]
// where a text is no number that should be one, and else as [Pattern.Render] does.
func (p *QueryPlan) Make(ctx context.Context, slots map[string]any, number func(string) (float64, bool)) (*models.Query, error) {
	q, data := p.query.Clone(), map[string]any{"slots": slots}
	var failed error
	render := func(t *Pattern) string {
		text, err := t.Render(ctx, data)
		if err != nil && failed == nil {
			failed = err
		}
		return strings.TrimSpace(text)
	}
	q.Name, q.Scope = render(p.name), render(p.scope)
	for _, c := range p.clusters {
		if name := render(c); name != "" {
			q.Clusters = append(q.Clusters, name)
		}
	}
	if text := render(p.limit); text != "" {
		n, ok := number(text)
		if !ok || n < 0 || n > 1e6 {
			return nil, &models.Error{Kind: models.Invalid, Message: phrase.Quote(text) + " is not how many there can be", Hint: "Write a number"}
		}
		q.Limit = int(n)
	}
	for _, plan := range p.filters {
		f, keep := plan.Filter, plan.Op == models.Known
		for _, v := range plan.values {
			if text := render(v); text != "" {
				f.Values, keep = append(f.Values, text), true
			}
		}
		if text := render(plan.number); text != "" {
			n, ok := number(text)
			if !ok {
				return nil, &models.Error{Kind: models.Invalid, Message: phrase.Quote(text) + " is not a number that " + f.Field + " can be compared with",
					Hint: "Write it like 80%, 10Gi or 2h"}
			}
			f.Number, keep = n, true
		}
		if keep {
			q.Filters = append(q.Filters, f)
		}
	}
	return q, failed
}
