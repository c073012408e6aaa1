package answer

import (
	"slices"

	"github.com/mulebot/mulebot/models"
)

// Result is what a query finds.
type Result struct {
	schema  *Schema
	query   *models.Query
	sources []*source
	sort    *Field // that rows are in the order of; nil: in the order of names
	desc    bool
	rows    []record // that match, in order, before offset and limit
	scope   int      // how many records there are within the query's scope: see scoping
	nearest record   // the last of them
	unknown []unseen // what could not be judged
}

// unseen counts the records that were left out because a filter's field is not known of them, and has the first of them. They satisfy all
// other filters, as far as those can be judged.
type unseen struct {
	field *Field
	count int
	first []record
}

// namedUnseen is how many of the records that were left out are named, if they are no more.
const namedUnseen = 3

// Evaluate finds the records that a query asks for. It fails with an Invalid error for a field, an operator or a value
// that the subject does not have; the error names what there is.
func Evaluate(q *models.Query, inventories []*models.Inventory) (*Result, error) {
	s, err := schemaOf(q.Subject)
	if err != nil {
		return nil, err
	}
	res := &Result{schema: s, query: q}
	tests, err := compile(s, q.Filters)
	if err != nil {
		return nil, err
	}
	if res.sort, res.desc, err = ordering(s, q); err != nil {
		return nil, err
	}
	var all []record
	for _, inv := range inventories {
		from := newSource(inv)
		res.sources = append(res.sources, from)
		all = s.records(all, from)
	}
	res.keep(all, tests)
	order(res.rows, res.sort, res.desc)
	if res.sort != nil && res.sort.key == "free" && res.desc {
		slices.SortStableFunc(res.rows, func(a, b record) int { return useless(a) - useless(b) })
	}
	return res, nil
}

// useless is 1 for a pool that is down: what is free in it helps nobody, and so it comes last.
func useless(r record) int {
	if p, ok := r.item.(*models.Pool); ok && p.Health == models.Down {
		return 1
	}
	return 0
}

// keep fills rows, scope and unknown from all the records of the subject.
func (res *Result) keep(all []record, tests []test) {
	unseens := make([]unseen, len(tests))
	res.rows = make([]record, 0, len(all))
	for i := range all {
		r := &all[i]
		verdict, scoped, blind := yes, true, -1
		for j := range tests {
			switch tests[j].judge(r) {
			case no:
				verdict = no
				scoped = scoped && !tests[j].scoping
			case unknown:
				blind = j
			}
		}
		if scoped {
			res.scope++
			res.nearest = *r
		}
		switch {
		case verdict == no:
		case blind >= 0:
			unseens[blind].add(r)
		default:
			res.rows = append(res.rows, *r)
		}
	}
	for j, u := range unseens {
		if u.count > 0 {
			u.field = tests[j].field
			res.unknown = append(res.unknown, u)
		}
	}
}

// add counts a record.
func (u *unseen) add(r *record) {
	if u.count++; u.count <= namedUnseen {
		u.first = append(u.first, *r)
	}
}

// page returns the rows that the query's offset and limit leave.
func (res *Result) page() []record { return window(res.rows, res.query.Offset, res.query.Limit) }

// cut reports whether offset or limit leave rows out.
func (res *Result) cut() bool { return len(res.page()) < len(res.rows) }

// window returns at most limit (0: all) of the items behind the first offset.
func window[T any](items []T, offset, limit int) []T {
	items = items[min(max(0, offset), len(items)):]
	if limit > 0 {
		items = items[:min(limit, len(items))]
	}
	return items
}

// ordering returns the field that the query, or else its subject, sorts by; nil for the order of names. Queries that count or compute
// by groups sort these instead.
func ordering(s *Schema, q *models.Query) (*Field, bool, error) {
	switch {
	case q.GroupBy != "" && q.Each == 0:
		return nil, false, nil
	case q.Sort == "" && s.order == "":
		return nil, false, nil
	case q.Sort == "":
		return s.Lookup(s.order), s.desc, nil
	}
	f, err := s.Field(q.Sort)
	return f, q.Desc, err
}

// order sorts records by a field, those of which it is not known last. Ties, and everything if f is nil, keep the order
// of the inventories: by cluster as they were asked for, namespace and name.
func order(rows []record, f *Field, desc bool) {
	if f == nil {
		return
	}
	type keyed struct {
		record
		value
		place int
	}
	sorted := make([]keyed, len(rows))
	for i := range rows {
		sorted[i] = keyed{rows[i], sortKey(f, f.get(&rows[i])), i}
	}
	slices.SortFunc(sorted, func(a, b keyed) int {
		c := compareKnown(a.value, b.value)
		if c == 0 && a.known {
			c = compareValues(f, a.value, b.value)
			if desc {
				c = -c
			}
		}
		if c == 0 {
			c = a.place - b.place
		}
		return c
	})
	for i := range sorted {
		rows[i] = sorted[i].record
	}
}
