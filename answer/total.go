package answer

import (
	"slices"
	"strconv"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// totalReply says the sum, average, minimum or maximum of a field over the records that match.
func totalReply(req Request, res *Result, what string, of *Field) models.Reply {
	rep := reply(req, res.subject)
	t := aggregate(what, of, res.rows)
	rep.Text = res.totalText(what, of, t) + res.division(what, of, t)
	rep.Notes = append(rep.Notes, res.Notes()...)
	if t.known == 0 {
		return rep
	}
	rep.Notes = append(rep.Notes, res.totalNotes(of, what, t.missing)...)
	if what == models.Minimum || what == models.Maximum {
		rows := window(extremes(of, t.number, res.rows), 0, shownWithCount)
		columns := columnsOf(res, rows)
		if !slices.Contains(columns, of) {
			columns = append(columns, of)
		}
		rep.Table = tableOf(columns, rows, len(rows))
		rep.Buttons = describeButtons(res.subject, rows)
		rep.Dialogue.Listed = listed(res.subject, rows)
		return rep
	}
	rep.Table = &models.Table{Total: 1,
		Columns: []models.Column{{Key: models.Count, Title: "Count", Right: true}, {Key: what + "_" + of.key, Title: phrase.Capital(aggregateNoun(of, what)), Right: true}},
		Rows:    [][]models.Cell{{{Text: strconv.Itoa(t.known), Value: int64(t.known)}, totalCell(of, t)}}}
	rep.Buttons = []models.Button{listButton(req.Query)}
	return rep
}

// totalText words an aggregate: "The sum of the size of 12 cStor volumes on prod-east is 240 GiB."
func (res *Result) totalText(what string, of *Field, t total) string {
	n := len(res.rows)
	if n == 0 {
		return res.none(res.clauses())
	}
	whole := strconv.Itoa(n) + " " + res.about(n) + that(res.clauses(), n)
	if t.known == 0 {
		return "The " + of.Name() + " of " + whole + " is not known."
	}
	if t.missing > 0 {
		whole = strconv.Itoa(t.known) + " of " + whole
	}
	text := "The " + aggregateNoun(of, what) + " of " + whole + " is " + totalText(of, t)
	if what != models.Minimum && what != models.Maximum {
		return text + "."
	}
	found := extremes(of, t.number, res.rows)
	return text + ": " + phrase.Few(res.names(found), 3) + "."
}

// division says how the whole size of pools is divided.
func (res *Result) division(what string, of *Field, whole total) string {
	if res.subject.Subject != models.Pools || what != models.Sum || of.key != "size" || whole.known == 0 {
		return ""
	}
	sum := func(key, says string) string {
		f := res.subject.Lookup(key)
		if t := aggregate(models.Sum, f, res.rows); t.known > 0 {
			return totalText(f, t) + says
		}
		return ""
	}
	parts := slices.DeleteFunc([]string{sum("used", " is used"), sum("free", " is free"), sum("committed", " is promised to thin volumes")},
		func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return ""
	}
	return " Of it " + phrase.And(parts) + "."
}

// totalNotes warns of what an aggregate leaves out and of sums that add up what cannot be used together.
func (res *Result) totalNotes(of *Field, what string, missing int) []string {
	var all []string
	if missing > 0 {
		all = append(all, "The "+of.Name()+" of "+phrase.Count(missing, res.subject.One, res.subject.Many)+" is not known and not in the figure.")
	}
	if what != models.Sum || res.subject.Subject != models.Pools {
		return all
	}
	local, thin := 0, (of.key == "size" || of.key == "used") && len(within(res.rows)) > 0
	for i := range res.rows {
		p := res.rows[i].item.(*models.Pool)
		if p.Engine.Local() {
			local++
		}
	}
	if down := len(slices.DeleteFunc(slices.Clone(res.rows), func(r record) bool { return !outOfReach(&r) || !of.get(&r).known })); of.key == "free" && down > 0 {
		all = append(all, "What is free in "+phrase.Count(down, "pool that is down", "pools that are down")+" is left out.")
	}
	if of.key == "free" && local > 1 {
		all = append(all, "A local volume must fit into one pool on one node: the free space of several pools cannot be put together.")
	}
	if thin {
		all = append(all, "A thin pool lies within its volume group: its space counts once.")
	}
	return all
}

func aggregateNoun(of *Field, what string) string {
	switch what {
	case models.Sum:
		return "total " + of.Name()
	case models.Average:
		return "average " + of.Name()
	case models.Minimum:
		return of.extreme("smallest ", "lowest ") + of.Name()
	default:
		return of.extreme("largest ", "highest ") + of.Name()
	}
}

// extreme picks the word that goes with the field: sizes are large or small, other numbers high or low.
func (f *Field) extreme(size, other string) string {
	if f.Kind == BytesKind {
		return size
	}
	return other
}

func totalText(of *Field, t total) string {
	if t.known == 0 {
		return noNumber
	}
	return numberText(of.Kind, t.number)
}

func totalCell(of *Field, t total) models.Cell {
	if t.known == 0 {
		return models.Cell{Text: noNumber}
	}
	return models.Cell{Text: numberText(of.Kind, t.number), Value: numberJSON(of.Kind, t.number)}
}
