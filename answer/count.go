package answer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// shownWithCount is up to how many things a count shows what it counted.
const shownWithCount = 10

// countReply says how many records match, and shows them where they are few and the question was about a predicate.
func countReply(req Request, res *Result) models.Reply {
	rep := reply(req, res.subject)
	res.sort, res.desc = res.subject.Lookup(res.subject.order), res.subject.desc
	q := req.Query.Clone()
	q.Limit, q.Offset, q.Sort = 0, 0, ""
	res.query = q
	rep.Text = res.headline(res.rows) + res.byCluster(res.rows) + res.breakdown("engine", "health")
	if len(res.rows) == 0 {
		rep.Text += res.noReplicas() + res.absent()
	}
	rep.Notes = append(rep.Notes, res.Notes()...)
	n := len(res.rows)
	rep.Figures = &models.Table{Total: 1, Columns: []models.Column{{Key: models.Count, Title: "Count", Right: true}, {Key: "clusters", Title: "Clusters"}},
		Rows: [][]models.Cell{{{Text: strconv.Itoa(n), Value: int64(n)}, {Text: strings.Join(rep.Clusters, ", "), Value: rep.Clusters}}}}
	switch {
	case n == 0:
	case len(res.clauses()) > 0 && n <= shownWithCount:
		rep.Table = tableOf(columnsOf(res, res.rows), res.rows, n)
		rep.Notes = append(rep.Notes, disagreements(res.subject, res.rows)...)
		rep.Buttons = describeButtons(res.subject, res.rows)
		rep.Dialogue.Listed = listed(res.subject, res.rows)
	default:
		rep.Buttons = []models.Button{listButton(q)}
	}
	return rep
}

// breakdown says of what the things found are made, by fields such as engine and health, where the question left those
// open and there is more than one.
func (res *Result) breakdown(keys ...string) string {
	if len(res.rows) < 2 {
		return ""
	}
	text := ""
	for _, key := range keys {
		f := res.subject.Lookup(key)
		if f == nil || res.filters(key) || key == "health" && (res.filters("phase") || res.filters("state")) {
			continue
		}
		found := groups(f, res.rows, models.Count, nil, &models.Query{})
		if len(found) < 2 && key == "engine" {
			continue
		}
		var parts []string
		for _, g := range found {
			parts = append(parts, strconv.Itoa(len(g.rows))+" "+phrase.Pick(len(g.rows), "is ", "are ")+wordOf(f, g.cell))
		}
		if len(found) == 1 {
			parts = []string{"all are " + wordOf(f, found[0].cell)}
		}
		text += " " + phrase.Capital(phrase.Few(parts, 6)) + "."
	}
	return text
}

func wordOf(f *Field, c models.Cell) string {
	if f.Kind == HealthKind {
		return healthWord(c.Health)
	}
	return c.Text
}

// filters reports whether the query filters by a field.
func (res *Result) filters(key string) bool {
	for _, f := range res.query.Filters {
		if f.Field == key {
			return true
		}
	}
	return false
}

// groupReply counts, or computes over, the records by the values of a field.
func groupReply(req Request, res *Result, what string, of *Field) (models.Reply, error) {
	q := req.Query
	by, err := res.subject.Field(q.GroupBy)
	if err != nil {
		return models.Reply{}, err
	}
	rep := reply(req, res.subject)
	found := groups(by, res.rows, what, of, q)
	shown := window(found, q.Offset, q.Limit)
	rep.Text = res.groupsText(by, of, what, shown, len(found))
	rep.Table = groupTable(by, of, what, shown, len(found))
	rep.Notes = append(rep.Notes, res.Notes()...)
	if by.Kind == ListKind {
		rep.Notes = append(rep.Notes, "A "+res.subject.One+" may count under several "+strings.ToLower(by.title)+" values, so the parts can add up to more than the whole.")
	}
	if of != nil {
		rep.Notes = append(rep.Notes, res.totalNotes(of, what, aggregate(what, of, res.rows).missing)...)
	}
	if len(res.rows) > 0 {
		rep.Buttons = []models.Button{listButton(q)}
	}
	return rep, nil
}

func (res *Result) groupsText(by, of *Field, what string, shown []group, all int) string {
	n := len(res.rows)
	head := strconv.Itoa(n) + " " + res.about(n) + that(res.clauses(), n)
	if n == 0 {
		return res.none(res.clauses())
	}
	parts := make([]string, len(shown))
	for i, g := range shown {
		parts[i] = g.cell.Text + " " + numberText(CountKind, g.total.number)
		if of != nil {
			parts[i] = g.cell.Text + " " + totalText(of, g.total)
		}
		if g.where != "" {
			parts[i] += " on " + g.where
		}
	}
	title := head + " by " + by.Name()
	if of != nil {
		title = aggregateNoun(of, what) + " of " + head + " by " + by.Name()
	}
	if len(shown) < all {
		title += ", " + strconv.Itoa(len(shown)) + " of " + phrase.Count(all, "group", "groups")
	}
	return phrase.Capital(title) + ": " + phrase.Few(parts, 6) + "."
}

func groupTable(by, of *Field, what string, shown []group, all int) *models.Table {
	t := &models.Table{Total: all, Columns: []models.Column{{Key: by.key, Title: by.title}, {Key: models.Count, Title: "Count", Right: true}}}
	if of != nil {
		t.Columns = append(t.Columns, models.Column{Key: what + "_" + of.key, Title: phrase.Capital(aggregateNoun(of, what)), Right: true})
	}
	apart := len(shown) > 0 && shown[0].where != ""
	if apart {
		t.Columns = slices.Insert(t.Columns, 1, models.Column{Key: clusterField.key, Title: clusterField.title})
	}
	for _, g := range shown {
		n := len(g.rows)
		row := []models.Cell{g.cell, {Text: strconv.Itoa(n), Value: int64(n)}}
		if apart {
			row = slices.Insert(row, 1, models.Cell{Text: g.where, Value: g.where})
		}
		if list, ok := row[0].Value.([]string); ok { // one element, or none
			row[0].Value = nil
			if len(list) == 1 {
				row[0].Value = list[0]
			}
		}
		if of != nil {
			row = append(row, totalCell(of, g.total))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
