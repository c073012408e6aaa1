package answer

import (
	"slices"
	"strconv"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// eachReply lists the first few records of each group, in the order of the query: the biggest volume of each namespace. The group
// whose first record comes first in that order does too.
func eachReply(req Request, res *Result) (models.Reply, error) {
	q := req.Query
	by, err := res.schema.Field(q.GroupBy)
	if err != nil {
		return models.Reply{}, err
	}
	rep := reply(req, res.schema)
	found := groups(by, res.rows, models.Count, nil, &models.Query{Sort: by.key})
	place := make(map[record]int, len(res.rows))
	for i, r := range res.rows {
		place[r] = i
	}
	slices.SortStableFunc(found, func(a, b group) int { return place[a.rows[0]] - place[b.rows[0]] })
	var rows []record
	shown := window(found, q.Offset, q.Limit)
	for _, g := range shown {
		rows = append(rows, window(g.rows, 0, q.Each)...)
	}
	rep.Text = res.eachText(by, shown, len(found))
	if len(rows) > 0 {
		columns := columnsOf(res, rows)
		columns = slices.Insert(slices.DeleteFunc(columns, func(f *Field) bool { return f == by }), 0, by)
		rep.Table = tableOf(columns, rows, len(rows))
		row := 0
		for _, g := range shown { // a volume with copies in two zones stands in both
			for range window(g.rows, 0, q.Each) {
				rep.Table.Rows[row][0] = g.cell
				row++
			}
		}
	}
	rep.Notes = append(rep.Notes, res.Notes()...)
	rep.Notes = append(rep.Notes, disagreements(res.schema, rows)...)
	rep.Buttons = describeButtons(res.schema, rows)
	rep.Dialogue.Listed = listed(res.schema, rows)
	return rep, nil
}

// eachText says whose first records are meant: "The biggest of 58 volumes on prod-east, for each namespace: …".
func (res *Result) eachText(by *Field, shown []group, all int) string {
	n := len(res.rows)
	if n == 0 {
		return res.none(res.clauses())
	}
	before, behind := res.superlative(res.query.Each)
	text := "The " + before + behind + " of " + strconv.Itoa(n) + " " + res.about(n) + that(res.clauses(), n) + ", for each " + by.Name()
	if len(shown) < all {
		text += ", " + strconv.Itoa(len(shown)) + " of " + strconv.Itoa(all)
	}
	if res.query.Each > 1 {
		return text + "."
	}
	names := make([]string, len(shown))
	for i, g := range shown {
		first := &g.rows[0]
		said := append(res.measured(first), res.located(first)...)
		if by.key != "namespace" && by.key != "cluster" && by.key != "node" { // which the label has
			said = append([]string{g.cell.Text}, said...)
		}
		names[i] = listLabel(res.schema, first, said...)
	}
	return text + ": " + phrase.Few(names, 4) + "." + res.alikeInEach(shown)
}

// alikeInEach counts what is as far in front as the one that is named of its group.
func (res *Result) alikeInEach(shown []group) string {
	n := 0
	for _, g := range shown {
		of := *res
		of.rows, of.query = g.rows, &models.Query{Sort: res.query.Sort}
		n += len(of.asFar(window(g.rows, 0, 1)))
	}
	if n == 0 {
		return ""
	}
	return " " + strconv.Itoa(n) + phrase.Pick(n, " more has", " more have") + " the same " + res.sort.Name() + " as the first of " + phrase.Pick(n, "its", "their") + " group."
}
