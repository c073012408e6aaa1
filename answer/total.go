package answer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// totalReply says the sum, average, minimum or maximum of a field over the records that match.
func totalReply(req Request, res *Result, what string, of *Field) (models.Reply, error) {
	rep := reply(req, res.schema)
	t := aggregate(what, of, res.rows)
	also, err := measuresOf(res.schema, req.Query)
	if err != nil {
		return rep, err
	}
	rep.Text = res.totalText(what, of, t) + res.alsoText(also) + res.division(what, of, t)
	rep.Notes = append(rep.Notes, res.Notes()...)
	if t.known == 0 {
		return rep, nil
	}
	rep.Notes = append(append(rep.Notes, res.totalNotes(of, what, t.missing)...), res.alsoNotes(also)...)
	if len(also) == 0 && (what == models.Minimum || what == models.Maximum) {
		rows := window(extremes(of, t.number, res.rows), 0, shownWithCount)
		columns := columnsOf(res, rows)
		if !slices.Contains(columns, of) {
			columns = append(columns, of)
		}
		rep.Table = tableOf(columns, rows, len(rows))
		rep.Buttons = describeButtons(res.schema, rows)
		rep.Dialogue.Listed = listed(res.schema, rows)
		return rep, nil
	}
	rep.Table = &models.Table{Total: 1, Columns: []models.Column{{Key: models.Count, Title: "Count", Right: true}},
		Rows: [][]models.Cell{{{Text: strconv.Itoa(t.known), Value: int64(t.known)}}}}
	for _, m := range append([]measure{{what, of}}, columned(also)...) {
		rep.Table.Columns = append(rep.Table.Columns, m.column())
		rep.Table.Rows[0] = append(rep.Table.Rows[0], m.cell(res.rows))
	}
	rep.Buttons = []models.Button{listButton(req.Query)}
	return rep, nil
}

// measure is an aggregate and the field that it is computed over, nil for a count.
type measure struct {
	what string
	of   *Field
}

// measuresOf returns what a query computes beside its aggregate.
func measuresOf(s *Schema, q *models.Query) ([]measure, error) {
	var all []measure
	for _, m := range q.Also {
		if f := s.Lookup(m.Field); m.Aggregate == models.Count && (m.Field == "" || f != nil && f.Kind == HealthKind) {
			all = append(all, measure{m.Aggregate, f})
			continue
		}
		what, of, err := aggregateOf(s, &models.Query{Aggregate: m.Aggregate, Field: m.Field})
		if err != nil {
			return nil, err
		}
		all = append(all, measure{what, of})
	}
	return all, nil
}

// columned leaves out the bare count, which every table has.
func columned(all []measure) []measure {
	return slices.DeleteFunc(slices.Clone(all), func(m measure) bool { return m.of == nil })
}

func (m measure) column() models.Column {
	return models.Column{Key: m.what + "_" + m.of.key, Title: phrase.Capital(m.name()), Right: true}
}

func (m measure) name() string {
	if m.of.Kind == HealthKind {
		return "not healthy"
	}
	return aggregateNoun(m.of, m.what)
}

func (m measure) cell(rows []record) models.Cell {
	if m.of.Kind == HealthKind {
		n := len(sick(m.of, rows))
		return models.Cell{Text: strconv.Itoa(n), Value: int64(n)}
	}
	return totalCell(m.of, aggregate(m.what, m.of, rows))
}

// text words a measure of records, as behind a name: "4 pools", "average usage 57%", "2 not healthy".
func (m measure) text(s *Schema, rows []record) string {
	switch {
	case m.of == nil:
		return phrase.Count(len(rows), s.One, s.Many)
	case m.of.Kind == HealthKind:
		return m.cell(rows).Text + " " + m.name()
	}
	return m.name() + " " + m.cell(rows).Text
}

// sick returns the records that are not healthy.
func sick(health *Field, rows []record) []record {
	return slices.DeleteFunc(slices.Clone(rows), func(r record) bool { return health.get(&r).text == string(models.Healthy) })
}

// alsoText words what is computed beside the total of a field.
func (res *Result) alsoText(also []measure) string {
	var parts []string
	for _, m := range columned(also) {
		text := "the " + aggregateNoun(m.of, m.what) + " is " + m.cell(res.rows).Text
		switch {
		case m.of.Kind == HealthKind:
			text = m.cell(res.rows).Text + " are not healthy"
		case m.what == models.Minimum || m.what == models.Maximum:
			text += ": " + phrase.Few(res.names(extremes(m.of, aggregate(m.what, m.of, res.rows).number, res.rows)), 3)
		}
		if len(res.rows) > 0 {
			parts = append(parts, " "+phrase.Stop(phrase.Capital(text)))
		}
	}
	return strings.Join(parts, "")
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

// division says how the whole size of pools is divided, and what that of snapshots is.
func (res *Result) division(what string, of *Field, whole total) string {
	switch {
	case what != models.Sum || of.key != "size" || whole.known == 0:
		return ""
	case res.schema.Subject == models.Snapshots:
		return " That is the size which they restore to: how much space they take of their pools I do not know."
	case res.schema.Subject != models.Pools:
		return ""
	}
	sum := func(key, says string) string {
		f := res.schema.Lookup(key)
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

// alsoNotes warns of what the further measures leave out.
func (res *Result) alsoNotes(also []measure) []string {
	var all []string
	for _, m := range columned(also) {
		if m.of.Kind != HealthKind {
			all = append(all, res.totalNotes(m.of, m.what, aggregate(m.what, m.of, res.rows).missing)...)
		}
	}
	return all
}

// totalNotes warns of what an aggregate leaves out and of sums that add up what cannot be used together.
func (res *Result) totalNotes(of *Field, what string, missing int) []string {
	var all []string
	if missing > 0 {
		all = append(all, "The "+of.Name()+" of "+phrase.Count(missing, res.schema.One, res.schema.Many)+" is not known and not in the figure.")
	}
	if what != models.Sum || res.schema.Subject != models.Pools {
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
	case models.Median:
		return "median " + of.Name()
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

// total is an aggregate over records.
type total struct {
	number  float64
	known   int // records that went into it
	missing int // records whose value is not known
}

// aggregate computes sum, avg, median, min or max of a field over records. Without a known value the total has known 0. A sum holds the
// space of a thin pool once, in that of its volume group where that is among the records, and no free space of pools that are
// down.
func aggregate(what string, f *Field, rows []record) total {
	var t total
	var numbers []float64
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
		case what == models.Median:
			numbers = append(numbers, v.number)
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
	if n := len(numbers); n > 0 {
		slices.Sort(numbers)
		t.number = (numbers[(n-1)/2] + numbers[n/2]) / 2
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
	case models.Sum, models.Average, models.Median, models.Minimum, models.Maximum:
	default:
		return "", nil, &models.Error{Kind: models.Invalid, Message: "I cannot compute " + phrase.Quote(q.Aggregate),
			Hint: "I can compute " + phrase.And([]string{models.Count, models.Sum, models.Average, models.Median, models.Minimum, models.Maximum})}
	}
	f, err := s.Field(q.Field)
	if err != nil {
		return "", nil, err
	}
	summable := f.Kind == BytesKind || f.Kind == CountKind
	if !f.Kind.Numeric() || q.Aggregate == models.Sum && !summable || f.Kind == TimeKind && (q.Aggregate == models.Average || q.Aggregate == models.Median) {
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
