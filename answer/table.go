package answer

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Texts of cells without a value.
const (
	noText   = "–"       // there is none
	noNumber = "unknown" // nobody knows it
)

// cellOf prints a value for people and keeps it for programs.
func cellOf(f *Field, v value) models.Cell {
	switch f.Kind {
	case ListKind:
		return listCell(f, v)
	case FlagKind:
		if v.number == 1 {
			return models.Cell{Text: "yes", Value: true}
		}
		return models.Cell{Text: "no", Value: false}
	}
	if !v.known {
		if f.endless != "" {
			return models.Cell{Text: f.endless}
		}
		if f.Kind == TextKind || f.Kind == AgeKind {
			return models.Cell{Text: noText}
		}
		return models.Cell{Text: noNumber}
	}
	switch f.Kind {
	case HealthKind:
		return models.Cell{Text: v.text, Value: v.text, Health: models.Health(v.text)}
	case TextKind:
		if f.key == "engine" {
			return models.Cell{Text: engineName(v.text), Value: v.text}
		}
		return models.Cell{Text: shorten(v.text, 200), Value: v.text}
	}
	text := numberText(f.Kind, v.number)
	if v.least {
		text = "≥ " + text
	}
	return models.Cell{Text: text, Value: numberJSON(f.Kind, v.number)}
}

func listCell(f *Field, v value) models.Cell {
	if len(v.list) == 0 {
		return models.Cell{Text: noText, Value: []string{}}
	}
	if f.key == "engines" || f.key == "engine" {
		names := make([]string, len(v.list))
		for i, e := range v.list {
			names[i] = engineName(e)
		}
		return models.Cell{Text: strings.Join(names, ", "), Value: v.list}
	}
	return models.Cell{Text: strings.Join(v.list, ", "), Value: v.list}
}

// numberText prints a number of a numeric kind with its unit.
func numberText(k Kind, n float64) string {
	switch k {
	case BytesKind:
		return models.Bytes(n).String()
	case ShareKind:
		return phrase.Percent(n)
	case AgeKind:
		return span(n)
	case TimeKind:
		return moment(time.Unix(int64(n), 0))
	default:
		return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64)
	}
}

// numberJSON is the number for programs: bytes, seconds and counts are whole, percentages have one decimal.
func numberJSON(k Kind, n float64) any {
	switch k {
	case ShareKind:
		return math.Round(n*10) / 10
	case TimeKind:
		return time.Unix(int64(n), 0).UTC()
	case CountKind:
		if n != math.Trunc(n) {
			return math.Round(n*100) / 100 // an average
		}
	}
	return int64(n)
}

// tenths prints a percentage with a decimal, unless that is 0.
func tenths(p float64) string { return strconv.FormatFloat(math.Floor(p*10)/10, 'f', -1, 64) + "%" }

// span prints seconds in the largest unit of which there are at least two.
func span(seconds float64) string {
	units := []struct {
		seconds float64
		name    string
	}{{365 * 86400, " years"}, {86400, " days"}, {3600, " h"}, {60, " min"}}
	for _, u := range units {
		if seconds >= 2*u.seconds {
			return strconv.FormatInt(int64(seconds/u.seconds), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(seconds), 10) + " s"
}

// moment prints a time to the minute.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// engineName prints the name of an engine that stands in a cell or a filter.
func engineName(engine string) string { return models.Engine(engine).Title() }

// columnsOf returns the fields to show: the subject's, the cluster where several were asked, what the query filters and
// sorts by, what it asks to be shown, and why claims among the rows are pending.
func columnsOf(res *Result, rows []record) []*Field {
	keys := slices.Clone(res.schema.columns)
	if len(res.sources) > 1 && res.schema.Subject != models.Clusters {
		keys = slices.Insert(keys, 1, clusterField.key)
	}
	for _, f := range res.query.Filters {
		if f.Op != models.Eq && f.Op != "" || f.Not || len(f.Values) > 1 || res.schema.Lookup(f.Field).Kind == ListKind {
			keys = append(keys, f.Field)
		}
		for _, o := range f.Or {
			keys = append(keys, f.Field, o.Field)
		}
	}
	if res.filters("resize") {
		keys = append(keys, "requested")
	}
	if slices.ContainsFunc(res.query.Filters, func(f models.Filter) bool {
		return !f.Not && slices.Contains(f.Values, string(models.Rebuilding)) && res.schema.Lookup("progress") != nil
	}) {
		keys = append(keys, "progress")
	}
	if res.query.Sort != "" && (res.query.GroupBy == "" || res.query.Each > 0) {
		keys = append(keys, res.query.Sort)
	}
	keys = append(keys, res.query.Show...)
	if res.schema.Subject == models.Claims && slices.ContainsFunc(rows, func(r record) bool { return r.item.(*models.Claim).Reason != "" }) {
		keys = append(keys, "reason")
	}
	if last := res.schema.last; last != "" { // what only programs read
		keys = append(slices.DeleteFunc(keys, func(key string) bool { return key == last }), last)
	}
	var columns []*Field
	for _, key := range keys {
		f := res.schema.Lookup(key)
		if f != nil && !slices.Contains(columns, f) {
			columns = append(columns, f)
		}
	}
	return columns
}

// below puts the rows of a table under those of another with the same columns, either of which may be nil. A table without rows
// is nil.
func below(t, more *models.Table) *models.Table {
	switch {
	case more == nil || len(more.Rows) == 0:
		return t
	case t == nil:
		return more
	}
	t.Rows = append(t.Rows, more.Rows...)
	t.Total += more.Total
	return t
}

// tableOf prints records under columns.
func tableOf(columns []*Field, rows []record, total int) *models.Table {
	t := &models.Table{Total: total}
	for _, f := range columns {
		t.Columns = append(t.Columns, models.Column{Key: f.key, Title: f.title, Right: f.Kind.Numeric() && f.Kind != TimeKind})
	}
	for i := range rows {
		cells := make([]models.Cell, len(columns))
		for j, f := range columns {
			cells[j] = cellOf(f, f.get(&rows[i]))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
