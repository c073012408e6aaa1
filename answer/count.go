package answer

import (
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// shownWithCount is up to how many things a count shows what it counted.
const shownWithCount = 10

// countReply says how many records match, and shows them where they are few and the question was about a predicate.
func countReply(req Request, res *Result) models.Reply {
	rep := reply(req, res.schema)
	res.sort, res.desc = res.schema.Lookup(res.schema.order), res.schema.desc
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
		rep.Notes = append(rep.Notes, disagreements(res.schema, res.rows)...)
		rep.Buttons = describeButtons(res.schema, res.rows)
		rep.Dialogue.Listed = listed(res.schema, res.rows)
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
		f := res.schema.Lookup(key)
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
