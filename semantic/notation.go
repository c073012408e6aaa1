package semantic

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// Notation writes a query in a line:
//
//	volume engine=cstor used_percent>80 pods!?/size<20Gi sum:used by=node sort=-used limit=5 show=reclaim @prod-east
//
// The subject comes first; then, in any order, name=, filters (field, comparison, value; values joined by | are alternatives, whole
// filters joined by / as well; "?" is known, "!?" is not known), an aggregate and what it is over, also= further ones, by=, then=,
// each=, sort=, limit=, show= and the clusters. Sizes are in Gi, ages in seconds. Values with spaces stand in double quotes.
func Notation(q *models.Query) string {
	return strings.Join(append([]string{string(q.Subject)}, Pieces(q)...), " ")
}

// Pieces are what stands in the [Notation] of a query behind its subject.
func Pieces(q *models.Query) []string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if q.Name != "" {
		add("name=%s", quoted(q.Name))
	}
	for _, f := range q.Filters {
		text := filterNotation(q.Subject, f)
		for _, o := range f.Or {
			text += "/" + filterNotation(q.Subject, o)
		}
		parts = append(parts, text)
	}
	switch {
	case q.Aggregate == models.Count:
		parts = append(parts, models.Count)
	case q.Aggregate != "":
		add("%s:%s", q.Aggregate, q.Field)
	}
	for _, m := range q.Also {
		add("also=%s", strings.TrimSuffix(m.Aggregate+":"+m.Field, ":"))
	}
	if q.GroupBy != "" {
		add("by=%s", q.GroupBy)
	}
	if q.ThenBy != "" {
		add("then=%s", q.ThenBy)
	}
	if q.Each > 0 {
		add("each=%d", q.Each)
	}
	if q.Sort != "" {
		add("sort=%s%s", map[bool]string{true: "-", false: "+"}[q.Desc], q.Sort)
	}
	if q.Limit > 0 {
		add("limit=%d", q.Limit)
	}
	for _, s := range q.Show {
		add("show=%s", s)
	}
	if len(q.Clusters) > 0 {
		add("@%s", strings.Join(q.Clusters, ","))
	}
	return parts
}

func filterNotation(s models.Subject, f models.Filter) string {
	op, value := string(f.Op), ""
	switch {
	case f.Op == models.Known:
		op = "?"
	case len(f.Values) > 0:
		value = quoted(strings.Join(f.Values, "|"))
	case f.Number >= 1<<20 && !timed(s, f.Field):
		value = strconv.FormatFloat(f.Number/(1<<30), 'g', -1, 64) + "Gi"
	default:
		value = strconv.FormatFloat(f.Number, 'f', -1, 64)
	}
	if f.Not {
		op = "!" + op
	}
	return f.Field + op + value
}

func quoted(s string) string {
	if strings.Contains(s, " ") {
		return `"` + s + `"`
	}
	return s
}

// isNumber reports whether the values of a subject's field are numbers.
func isNumber(s models.Subject, field string) bool {
	f := lookup(s, field)
	return f != nil && f.Kind.Numeric()
}

// timed reports whether they are seconds.
func timed(s models.Subject, field string) bool {
	f := lookup(s, field)
	return f != nil && f.Kind == answer.AgeKind
}

// lookup returns the field of a subject, or nil.
func lookup(s models.Subject, field string) *answer.Field {
	if schema := answer.Fields(s); schema != nil {
		return schema.Lookup(field)
	}
	return nil
}

// Parse reads a query in [Notation].
func Parse(text string) (*models.Query, error) {
	parts := pieces(text)
	if len(parts) == 0 {
		return nil, fmt.Errorf("a query begins with its subject, as in “volume health=degraded”; this one is empty")
	}
	q := &models.Query{Subject: models.Subject(parts[0])}
	for _, p := range parts[1:] {
		if err := addPiece(q, p); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// pieces cuts a notation at its spaces, but for those in quotes, which it drops.
func pieces(text string) []string {
	var all []string
	var b strings.Builder
	inQuotes, any := false, false
	for _, r := range text {
		switch {
		case r == '"':
			inQuotes, any = !inQuotes, true
		case r == ' ' && !inQuotes:
			if any {
				all = append(all, b.String())
			}
			b.Reset()
			any = false
		default:
			b.WriteRune(r)
			any = true
		}
	}
	if any {
		all = append(all, b.String())
	}
	return all
}

// addPiece adds a piece of a notation to a query.
func addPiece(q *models.Query, piece string) error {
	if clusters, ok := strings.CutPrefix(piece, "@"); ok {
		q.Clusters = append(q.Clusters, strings.Split(clusters, ",")...)
		return nil
	}
	if piece == models.Count {
		q.Aggregate = models.Count
		return nil
	}
	if aggregate, field, ok := strings.Cut(piece, ":"); ok && aggregates[aggregate] {
		q.Aggregate, q.Field = aggregate, field
		return nil
	}
	field, op, value := cutPiece(piece)
	if op == "" {
		return fmt.Errorf("%q is no piece of a query: write field, comparison, value, as in “size>20Gi”", piece)
	}
	if set := settings[field]; set != nil && op == "=" && !severalNames(field, value) {
		return set(q, value)
	}
	f, err := filterOf(q.Subject, piece)
	if err != nil {
		return err
	}
	q.Filters = append(q.Filters, f)
	return nil
}

var aggregates = map[string]bool{models.Sum: true, models.Average: true, models.Median: true, models.Minimum: true, models.Maximum: true}

// settings are the pieces that are no filters.
var settings = map[string]func(q *models.Query, value string) error{
	"name": func(q *models.Query, v string) error { q.Name = v; return nil },
	"by":   func(q *models.Query, v string) error { q.GroupBy = v; return nil },
	"then": func(q *models.Query, v string) error { q.ThenBy = v; return nil },
	"show": func(q *models.Query, v string) error { q.Show = append(q.Show, v); return nil },
	"sort": func(q *models.Query, v string) error {
		q.Desc, q.Sort = strings.HasPrefix(v, "-"), strings.TrimLeft(v, "+-")
		return nil
	},
	"limit": func(q *models.Query, v string) (err error) { q.Limit, err = strconv.Atoi(v); return err },
	"each":  func(q *models.Query, v string) (err error) { q.Each, err = strconv.Atoi(v); return err },
	"also": func(q *models.Query, v string) error {
		aggregate, field, _ := strings.Cut(v, ":")
		q.Also = append(q.Also, models.Measure{Aggregate: aggregate, Field: field})
		return nil
	},
}

// severalNames reports whether a value has alternatives for the name of one thing, which a filter has.
func severalNames(field, value string) bool { return field == "name" && strings.Contains(value, "|") }

// signs are what comparisons are made of.
const signs = "!=<>~?"

// cutPiece cuts a piece at its comparison.
func cutPiece(piece string) (field, op, value string) {
	from := strings.IndexAny(piece, signs)
	if from < 0 {
		return piece, "", ""
	}
	to := from
	for to < len(piece) && strings.IndexByte(signs, piece[to]) >= 0 {
		to++
	}
	return piece[:from], piece[from:to], piece[to:]
}

// filterOf reads a filter with its alternatives. A slash stands between filters only where what follows is one.
func filterOf(s models.Subject, piece string) (models.Filter, error) {
	first, rest := piece, ""
	for i, r := range piece {
		if r != '/' {
			continue
		}
		if field, op, _ := cutPiece(piece[i+1:]); op != "" && field != "" && !strings.ContainsAny(field, "/-.") {
			first, rest = piece[:i], piece[i+1:]
			break
		}
	}
	f, err := oneFilter(s, first)
	if err != nil || rest == "" {
		return f, err
	}
	or, err := filterOf(s, rest)
	f.Or = append([]models.Filter{or}, or.Or...)
	f.Or[0].Or = nil
	return f, err
}

func oneFilter(s models.Subject, piece string) (models.Filter, error) {
	field, op, value := cutPiece(piece)
	value = strings.Trim(value, `"`)
	f := models.Filter{Field: field, Not: strings.HasPrefix(op, "!")}
	switch f.Op = models.Op(strings.TrimPrefix(op, "!")); f.Op {
	case "?":
		if f.Op = models.Known; value != "" {
			return f, fmt.Errorf("%q has %q behind its “?”, which takes no value", piece, value)
		}
	case models.Lt, models.Le, models.Gt, models.Ge:
		n, ok := number(value)
		if !ok {
			return f, fmt.Errorf("%q compares with %q, which is no number", piece, value)
		}
		f.Number = n
	case models.Eq:
		if n, ok := number(value); ok && isNumber(s, field) {
			f.Number = n
			return f, nil
		}
		fallthrough
	case models.Match:
		f.Values = strings.Split(value, "|")
	default:
		return f, fmt.Errorf("%q has the comparison %q; there are = ~ < <= > >= ? and a ! before them", piece, op)
	}
	return f, nil
}

// number reads a number, or a size.
func number(s string) (float64, bool) {
	unit := 1.0
	for _, u := range []struct {
		suffix string
		bytes  float64
	}{{"Ki", 1 << 10}, {"Mi", 1 << 20}, {"Gi", 1 << 30}, {"Ti", 1 << 40}} {
		if rest, ok := strings.CutSuffix(s, u.suffix); ok {
			s, unit = rest, u.bytes
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	return n * unit, err == nil
}

// FieldOf returns the field that a filter in [Notation] is about.
func FieldOf(filter string) string {
	field, _, _ := cutPiece(strings.TrimPrefix(filter, orRole))
	return field
}

// Compares reports whether a piece of a notation is a filter by a value.
func Compares(piece string) bool {
	field, op, value := cutPiece(strings.TrimPrefix(piece, orRole))
	return op != "" && value != "" && settings[field] == nil && !strings.HasPrefix(piece, sumMark) && !strings.HasPrefix(piece, overMark)
}
