package answer

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// mostGroups is up to how many groups are told in the sentence.
const mostGroups = 6

// group is the records that have the same value in a field.
type group struct {
	cell  models.Cell // the value
	then  models.Cell // that of the second field, where groups are broken down by one
	where string      // the cluster, where the value is a name and several clusters were asked; else ""
	rows  []record
	total total
}

// groups puts records into groups by a field: by each element where the field is a list, so that a record may be in
// several groups. Things of one name on different clusters are different things. The largest aggregate comes first, or, sorted by
// the field itself, its values in order.
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

// groupReply counts, or computes over, the records by the values of a field.
func groupReply(req Request, res *Result, what string, of *Field) (models.Reply, error) {
	q := req.Query
	by, err := res.schema.Field(q.GroupBy)
	if err != nil {
		return models.Reply{}, err
	}
	also, err := measuresOf(res.schema, q)
	if err != nil {
		return models.Reply{}, err
	}
	rep := reply(req, res.schema)
	then, found := (*Field)(nil), groups(by, res.rows, what, of, q)
	if q.ThenBy != "" {
		if then, err = res.schema.Field(q.ThenBy); err != nil {
			return models.Reply{}, err
		}
		found = brokenDown(found, then, what, of, q)
	}
	shown := window(found, q.Offset, q.Limit)
	rep.Text = res.groupsText(by, then, of, what, also, shown, len(found))
	rep.Table = groupTable(by, then, of, what, also, shown, len(found))
	rep.Notes = append(rep.Notes, res.Notes()...)
	if several := by; by.Kind == ListKind || then != nil && then.Kind == ListKind {
		if by.Kind != ListKind {
			several = then
		}
		rep.Notes = append(rep.Notes, "A "+res.schema.One+" may count under several "+strings.ToLower(several.title)+" values, so the parts can add up to more than the whole.")
	}
	if of != nil {
		rep.Notes = append(rep.Notes, res.totalNotes(of, what, aggregate(what, of, res.rows).missing)...)
	}
	rep.Notes = append(rep.Notes, res.alsoNotes(also)...)
	if len(res.rows) > 0 {
		rep.Buttons = []models.Button{listButton(q)}
	}
	return rep, nil
}

// brokenDown puts the records of each group into groups by a second field, in the order of the first.
func brokenDown(found []group, then *Field, what string, of *Field, q *models.Query) []group {
	var all []group
	apart := ofCluster[then.key] && slices.ContainsFunc(found, func(g group) bool {
		return slices.ContainsFunc(g.rows, func(r record) bool { return r.from != found[0].rows[0].from })
	})
	for _, g := range found {
		for _, part := range groups(then, g.rows, what, of, q) {
			part.cell, part.then, part.where = g.cell, part.cell, cmp.Or(g.where, part.where)
			if apart && part.where == "" {
				part.where = part.rows[0].from.Cluster
			}
			all = append(all, part)
		}
	}
	return all
}

// name is what a group is called: its value, or both.
func (g *group) name() string {
	if g.then.Text == "" {
		return g.cell.Text
	}
	return g.cell.Text + " / " + g.then.Text
}

func (res *Result) groupsText(by, then, of *Field, what string, also []measure, shown []group, all int) string {
	n := len(res.rows)
	head := strconv.Itoa(n) + " " + res.about(n) + that(res.clauses(), n)
	if n == 0 {
		return res.none(res.clauses())
	}
	parts := make([]string, len(shown))
	for i, g := range shown {
		parts[i] = g.name() + " " + numberText(CountKind, g.total.number)
		if of != nil {
			parts[i] = g.name() + " " + totalText(of, g.total)
		}
		if g.where != "" {
			parts[i] += " on " + g.where
		}
		var said []string
		for _, m := range also {
			if m.of == nil || len(res.query.Also) > 0 || len(sick(m.of, g.rows)) > 0 {
				said = append(said, m.text(res.schema, g.rows))
			}
		}
		parts[i] = bracketed(parts[i], said)
	}
	title := head + " by " + by.Name()
	if of != nil {
		title = aggregateNoun(of, what) + " of " + head + " by " + by.Name()
	}
	if then != nil {
		title += " and " + then.Name()
	}
	if len(shown) < all {
		title += ", " + strconv.Itoa(len(shown)) + " of " + phrase.Count(all, "group", "groups")
	} else if all > mostGroups {
		title += ", " + strconv.Itoa(all) + " groups"
	}
	return phrase.Capital(title) + ": " + phrase.Few(parts, mostGroups) + "."
}

func groupTable(by, then, of *Field, what string, also []measure, shown []group, all int) *models.Table {
	t := &models.Table{Total: all, Columns: []models.Column{{Key: by.key, Title: by.title}, {Key: models.Count, Title: "Count", Right: true}}}
	if of != nil {
		t.Columns = append(t.Columns, models.Column{Key: what + "_" + of.key, Title: phrase.Capital(aggregateNoun(of, what)), Right: true})
	}
	for _, m := range columned(also) {
		t.Columns = append(t.Columns, m.column())
	}
	apart, place := slices.ContainsFunc(shown, func(g group) bool { return g.where != "" }), 1
	if then != nil {
		t.Columns = slices.Insert(t.Columns, 1, models.Column{Key: then.key, Title: then.title})
		place = 2
	}
	if apart {
		t.Columns = slices.Insert(t.Columns, place, models.Column{Key: clusterField.key, Title: clusterField.title})
	}
	for _, g := range shown {
		n := len(g.rows)
		row := []models.Cell{g.cell, {Text: strconv.Itoa(n), Value: int64(n)}}
		if then != nil {
			row = slices.Insert(row, 1, g.then)
		}
		if apart {
			row = slices.Insert(row, place, models.Cell{Text: g.where, Value: g.where})
		}
		for i := range place {
			if list, ok := row[i].Value.([]string); ok { // one element, or none
				row[i].Value = nil
				if len(list) == 1 {
					row[i].Value = list[0]
				}
			}
		}
		if of != nil {
			row = append(row, totalCell(of, g.total))
		}
		for _, m := range columned(also) {
			row = append(row, m.cell(g.rows))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
