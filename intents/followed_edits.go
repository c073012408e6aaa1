package intents

import (
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// edit is a change of a query, and what kind of one it is.
type edit struct {
	way   string
	query *models.Query
}

// edits are the ways to change one thing of the last question: a condition, the thing, what is shown, computed, or put first. What the
// sentence says decides what is put in.
func (q *question) edits() []edit {
	last := q.dialogue.Query
	s := answer.Fields(last.Subject)
	if s == nil || supposes(last) {
		return nil
	}
	var all []edit
	for _, some := range [][]edit{drops(last), q.putNames(last), q.elsewhereOf(last), q.putNumbers(last, s), fieldEdits(last, s, q.fieldsCalled(s)), orders(last, s), computes(last, s), q.comparing(last)} {
		all = append(all, some...)
	}
	return all
}

// edited returns a query with something done to it.
func edited(query *models.Query, do func(*models.Query)) *models.Query {
	q := query.Clone()
	q.Offset = 0
	do(q)
	return q
}

// drops leave out a condition, the clusters or the limit.
func drops(last *models.Query) []edit {
	var all []edit
	for i := range last.Filters {
		all = append(all, edit{"drop", edited(last, func(q *models.Query) { q.Filters = slices.Delete(q.Filters, i, i+1) })})
	}
	if len(last.Clusters) > 0 {
		all = append(all, edit{"drop clusters", edited(last, func(q *models.Query) { q.Clusters = nil })})
	}
	if last.Limit > 0 {
		all = append(all, edit{"drop limit", edited(last, func(q *models.Query) { q.Limit = 0 })})
	}
	return all
}

// putNames pick by the names of the sentence: in the place of those that the question has, beside them, or without them.
func (q *question) putNames(last *models.Query) []edit {
	var all []edit
	for _, e := range q.parse.Entities {
		if e.Type == "cluster" {
			all = append(all, edit{"put cluster", edited(last, func(q *models.Query) { q.Clusters = []string{e.Value} })})
		}
		for _, c := range e.Candidates[:min(len(e.Candidates), 4)] {
			field := own[last.Subject][c.Type]
			if field == "" {
				continue
			}
			with := func(way string, not bool, values ...string) {
				f := models.Filter{Field: field, Op: models.Eq, Values: values, Not: not}
				all = append(all, edit{way, edited(released(last, &models.Query{Filters: []models.Filter{f}}), func(q *models.Query) {
					if !not {
						q.Filters = slices.DeleteFunc(q.Filters, func(f models.Filter) bool { return f.Field == field && !f.Not })
					}
					q.Name, q.Scope = "", ""
					q.Filters = append(q.Filters, f)
					if len(q.Clusters) > 0 && c.Group != "" && !slices.Contains(q.Clusters, c.Group) {
						q.Clusters = []string{c.Group}
					}
				})})
			}
			with("put name", false, c.Value)
			with("leave name", true, c.Value)
			for _, f := range last.Filters {
				switch has := slices.Contains(f.Values, c.Value); {
				case f.Field != field || f.Not || f.Op != models.Eq || len(f.Or) > 0:
				case !has:
					with("add name", false, append(slices.Clone(f.Values), c.Value)...)
				case len(f.Values) > 1:
					with("take name", false, slices.DeleteFunc(slices.Clone(f.Values), func(v string) bool { return v == c.Value })...)
				}
			}
		}
	}
	return all
}

// putNumbers compare with the numbers of the sentence in the place of those that the question compares with.
func (q *question) putNumbers(last *models.Query, s *answer.Schema) []edit {
	var all []edit
	for _, e := range q.parse.Entities {
		for i, f := range last.Filters {
			field := s.Lookup(f.Field)
			if len(f.Values) > 0 || f.Op == models.Known || field == nil || !comparesWith(e, field.Kind) {
				continue
			}
			all = append(all, edit{"put number", edited(last, func(q *models.Query) {
				q.Filters[i].Number = e.Number
				if e.Op != "" && e.Op != string(models.Eq) {
					q.Filters[i].Op = models.Op(e.Op)
				}
			})})
		}
		if e.Type == nlp.Count && e.Number >= 1 {
			all = append(all, edit{"put limit", edited(last, func(q *models.Query) { q.Limit = int(e.Number) })})
		}
	}
	return all
}

// comparesWith reports whether a number may be compared with fields of a kind.
func comparesWith(e nlp.Entity, kind answer.Kind) bool {
	switch e.Type {
	case nlp.Quantity:
		return kind == answer.BytesKind
	case nlp.Percentage:
		return kind == answer.ShareKind
	case nlp.Duration:
		return kind == answer.AgeKind
	case nlp.Count:
		return kind == answer.CountKind || kind == answer.ShareKind
	}
	return false
}

// fieldsCalled are the fields that the words of the sentence are names of.
func (q *question) fieldsCalled(s *answer.Schema) []string {
	fields := fieldsAsked(s, q)
	for i := 0; i < len(q.words); {
		n, field := calledAt(s, q.words[i:])
		if n > 0 && !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
		i += max(n, 1)
	}
	return fields
}

// fieldEdits show fields, order by them, group by them or add them up.
func fieldEdits(last *models.Query, s *answer.Schema, fields []string) []edit {
	var all []edit
	for _, f := range fields {
		field := s.Lookup(f)
		if field == nil {
			continue
		}
		all = append(all, edit{"show field", edited(plainly(last), func(q *models.Query) { q.Show = []string{f} })},
			edit{"show field too", edited(last, func(q *models.Query) { q.Show = append(q.Show, f) })})
		if last.Name != "" {
			continue
		}
		for _, desc := range []bool{true, false} {
			all = append(all, edit{"order by field", edited(last, func(q *models.Query) { q.Sort, q.Desc, q.Limit = f, desc, 0 })},
				edit{"first by field", edited(last, func(q *models.Query) { q.Sort, q.Desc, q.Limit = f, desc, 1 })})
		}
		if field.Kind.Numeric() {
			for _, aggregate := range []string{models.Sum, models.Average, models.Maximum, models.Minimum} {
				all = append(all, edit{"compute field", edited(last, func(q *models.Query) {
					q.Aggregate, q.Field, q.Show = aggregate, f, nil
					if q.GroupBy == "" {
						q.Sort, q.Desc, q.Limit = "", false, 0
					}
				})})
			}
			continue
		}
		all = append(all, edit{"group by field", edited(last, func(q *models.Query) {
			q.GroupBy, q.ThenBy, q.Sort, q.Desc, q.Limit, q.Show = f, "", "", false, 0, nil
			if q.Aggregate == "" {
				q.Aggregate = models.Count
			}
		})})
		if last.GroupBy != "" {
			all = append(all, edit{"group further", edited(last, func(q *models.Query) { q.ThenBy = f })})
		}
	}
	return all
}

// orders put first what is most or least of what the question compares with, or has its things ordered by.
func orders(last *models.Query, s *answer.Schema) []edit {
	if last.Name != "" {
		return nil
	}
	fields := []string{"size", "age", "used_percent", "health"}
	for _, f := range last.Filters {
		if field := s.Lookup(f.Field); field != nil && field.Kind.Numeric() {
			fields = append(fields, f.Field)
		}
	}
	if last.Sort != "" {
		fields = append(fields, last.Sort)
	}
	fields = append(fields, last.Show...)
	slices.Sort(fields)
	var all []edit
	for _, f := range slices.Compact(fields) {
		if s.Lookup(f) == nil {
			continue
		}
		for _, desc := range []bool{true, false} {
			all = append(all, edit{"order", edited(last, func(q *models.Query) { q.Sort, q.Desc, q.Limit = f, desc, 0 })},
				edit{"first", edited(last, func(q *models.Query) { q.Sort, q.Desc, q.Limit = f, desc, 1 })})
		}
	}
	return all
}

// computes computes something else over the same things, in the same groups.
func computes(last *models.Query, s *answer.Schema) []edit {
	if last.Name != "" {
		return nil
	}
	var all []edit
	for _, m := range []models.Measure{{Aggregate: models.Count}, {Aggregate: models.Sum, Field: "size"}, {Aggregate: models.Sum, Field: "used"}, {Aggregate: models.Sum, Field: "free"}} {
		if m.Field != "" && s.Lookup(m.Field) == nil {
			continue
		}
		all = append(all, edit{"compute", edited(last, func(q *models.Query) {
			q.Aggregate, q.Field, q.Also, q.Show = m.Aggregate, m.Field, nil, nil
			if q.GroupBy == "" {
				q.Sort, q.Desc, q.Limit = "", false, 0
			}
		})})
	}
	return all
}

// comparing puts the last thing beside those that the sentence names, or the two listed last beside each other.
func (q *question) comparing(last *models.Query) []edit {
	var names []string
	if thing, ok := q.lastThing(); ok && thing.Subject == last.Subject {
		names = append(names, thing.Name)
	}
	for _, e := range q.parse.Entities {
		for _, c := range e.Candidates[:min(len(e.Candidates), 4)] {
			if own[last.Subject][c.Type] == "name" && !slices.Contains(names, c.Value) {
				names = append(names, c.Value)
				break
			}
		}
	}
	if listed := q.dialogue.Listed; len(names) < 2 && len(listed) == 2 && listed[0].Subject == last.Subject && listed[1].Subject == last.Subject {
		names = []string{listed[0].Name, listed[1].Name}
	}
	if len(names) < 2 {
		return nil
	}
	return []edit{{"compare", &models.Query{Subject: last.Subject, Clusters: slices.Clone(last.Clusters), Filters: []models.Filter{{Field: "name", Op: models.Eq, Values: names}}}}}
}
