package answer

import (
	"cmp"
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// total is an aggregate over records.
type total struct {
	number  float64
	known   int // records that went into it
	missing int // records whose value is not known
}

// aggregate computes sum, avg, min or max of a field over records. Without a known value the total has known 0. A sum holds
// the space of a thin pool once, in that of its volume group where that is among the records, and no free space of pools that are down.
func aggregate(what string, f *Field, rows []record) total {
	var t total
	twice := map[record]bool{}
	if what == models.Sum && (f.key == "size" || f.key == "used") {
		twice = within(rows)
	}
	for i := range rows {
		v := f.get(&rows[i])
		switch {
		case !v.known:
			t.missing++
			continue
		case what == models.Sum && f.key == "free" && outOfReach(&rows[i]):
			continue
		}
		t.known++
		switch {
		case twice[rows[i]]:
		case what == models.Sum || what == models.Average:
			t.number += v.number
		case t.known == 1:
			t.number = v.number
		case what == models.Minimum:
			t.number = min(t.number, v.number)
		default:
			t.number = max(t.number, v.number)
		}
	}
	if what == models.Average && t.known > 0 {
		t.number /= float64(t.known)
	}
	return t
}

// outOfReach reports whether a record is a pool that is down: what is free in it cannot be had.
func outOfReach(r *record) bool {
	p, ok := r.item.(*models.Pool)
	return ok && p.Health == models.Down
}

// within returns the pools that lie in another one of the records: thin pools in their volume groups.
func within(rows []record) map[record]bool {
	type place struct {
		from       *source
		node, name string
	}
	groups := map[place]bool{}
	for _, r := range rows {
		if p, ok := r.item.(*models.Pool); ok && p.Kind == "volume group" {
			groups[place{r.from, p.Node, p.Name}] = true
		}
	}
	inside := map[record]bool{}
	for _, r := range rows {
		if p, ok := r.item.(*models.Pool); ok && p.Kind == "thin pool" && groups[place{r.from, p.Node, p.Group}] {
			inside[r] = true
		}
	}
	return inside
}

// extremes returns the records that have the number in the field.
func extremes(f *Field, number float64, rows []record) []record {
	var found []record
	for i := range rows {
		if v := f.get(&rows[i]); v.known && v.number == number {
			found = append(found, rows[i])
		}
	}
	return found
}

// aggregateOf returns what a query computes and over which field: "count" and nil, or one of the others and its field.
func aggregateOf(s *Schema, q *models.Query) (string, *Field, error) {
	switch q.Aggregate {
	case "", models.Count:
		return models.Count, nil, nil
	case models.Sum, models.Average, models.Minimum, models.Maximum:
	default:
		return "", nil, &models.Error{Kind: models.Invalid, Message: "I cannot compute " + phrase.Quote(q.Aggregate),
			Hint: "I can compute " + phrase.And([]string{models.Count, models.Sum, models.Average, models.Minimum, models.Maximum})}
	}
	f, err := s.Field(q.Field)
	if err != nil {
		return "", nil, err
	}
	summable := f.Kind == BytesKind || f.Kind == CountKind
	if !f.Kind.Numeric() || q.Aggregate == models.Sum && !summable || f.Kind == TimeKind && q.Aggregate == models.Average {
		return "", nil, &models.Error{Kind: models.Invalid,
			Message: "the " + q.Aggregate + " of the " + f.Name() + " says nothing",
			Hint:    "Fields that it can be computed of: " + phrase.And(computable(s, q.Aggregate))}
	}
	return q.Aggregate, f, nil
}

// computable returns the keys of the fields that an aggregate makes sense of.
func computable(s *Schema, what string) []string {
	var keys []string
	for i := range s.fields {
		k := s.fields[i].Kind
		if k == BytesKind || k == CountKind || what != models.Sum && (k == ShareKind || k == AgeKind) {
			keys = append(keys, s.fields[i].key)
		}
	}
	return keys
}

// group is the records that have the same value in a field.
type group struct {
	cell  models.Cell // the value
	where string      // the cluster, where the value is a name and several clusters were asked; else ""
	rows  []record
	total total
}

// groups puts records into groups by a field: by each element where the field is a list, so that a record may be in
// several groups. Things of one name on different clusters are different things. The largest aggregate comes first, or, sorted by the field itself, its values in order.
func groups(by *Field, rows []record, what string, of *Field, q *models.Query) []group {
	index := map[string]int{}
	var found []group
	var keys []value
	apart := ofCluster[by.key] && slices.ContainsFunc(rows, func(r record) bool { return r.from != rows[0].from })
	add := func(v value, r record) {
		cell, where := cellOf(by, v), ""
		if apart {
			where = r.from.Cluster
		}
		i, ok := index[cell.Text+"\x00"+where]
		if !ok {
			i = len(found)
			index[cell.Text+"\x00"+where] = i
			found = append(found, group{cell: cell, where: where})
			keys = append(keys, sortKey(by, v))
		}
		found[i].rows = append(found[i].rows, r)
	}
	for i := range rows {
		for _, v := range elements(by, by.get(&rows[i])) {
			add(v, rows[i])
		}
	}
	for i := range found {
		found[i].total = total{number: float64(len(found[i].rows)), known: len(found[i].rows)}
		if of != nil {
			found[i].total = aggregate(what, of, found[i].rows)
		}
	}
	places := make([]int, len(found))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int {
		byKey := cmp.Or(compareKnown(keys[a], keys[b]), compareValues(by, keys[a], keys[b]))
		if q.Sort == by.key {
			if q.Desc {
				return cmp.Or(compareKnown(keys[a], keys[b]), -byKey)
			}
			return byKey
		}
		return cmp.Or(compareTotals(found[a].total, found[b].total, q.Sort == "" || q.Desc), byKey)
	})
	ordered := make([]group, len(found))
	for i, p := range places {
		ordered[i] = found[p]
	}
	return ordered
}

// ofCluster are the fields whose values name things of one cluster.
var ofCluster = map[string]bool{"namespace": true, "node": true, "pool": true, "storageclass": true, "workload": true, "claim": true, "claims": true,
	"volume": true, "volumes": true, "pods": true, "name": true, "group": true, "object": true, "attached": true, "class": true}

// compareTotals orders totals, those without a known value last.
func compareTotals(a, b total, desc bool) int {
	c := cmp.Compare(a.number, b.number)
	if desc {
		c = -c
	}
	return cmp.Or(compareKnown(value{known: a.known > 0}, value{known: b.known > 0}), c)
}

// elements returns the values that a record is grouped under: one, or each element of a list.
func elements(f *Field, v value) []value {
	if f.Kind != ListKind {
		return []value{v}
	}
	if len(v.list) == 0 {
		return []value{{}}
	}
	values := make([]value, len(v.list))
	for i, s := range v.list {
		values[i] = value{known: true, list: []string{s}, text: s}
	}
	return values
}
