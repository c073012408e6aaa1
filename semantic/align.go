package semantic

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// alignment says of the pieces of a query which anchor of its sentence stands for each, and which have none.
type alignment struct {
	*sentence
	parser *Parser
	act    string
	roles  []string // by anchor; "" while it is free
	marks  []string
}

// align finds the pieces of a query in the sentence that means it.
func (p *Parser) align(s *sentence, act string, q *models.Query) *alignment {
	a := &alignment{sentence: s, parser: p, act: act, roles: make([]string, len(s.anchors))}
	for _, c := range q.Clusters {
		a.take(ClusterRole, func(e nlp.Entity) bool { return e.Type == "cluster" && e.Value == c })
	}
	if q.Name != "" {
		a.take("name=", func(e nlp.Entity) bool { return isName(e) && names(e, q.Name) })
	}
	for _, f := range q.Filters {
		a.filter("", f)
		for _, o := range f.Or {
			a.filter(orRole, o)
		}
	}
	a.measure(q)
	a.number(LimitRole, q.Limit)
	a.number(eachRole, q.Each)
	a.order(q)
	a.named(byRole, q.GroupBy)
	a.named(thenRole, q.ThenBy)
	for _, m := range q.Also {
		a.also(q, m)
	}
	for _, key := range q.Show {
		a.named(ShowRole, key)
	}
	for i := range a.roles {
		if a.roles[i] == "" {
			a.roles[i] = NoRole
		}
	}
	return a
}

func (a *alignment) mark(piece string) { a.marks = append(a.marks, piece) }

// take gives a role to the first free anchor that fits.
func (a *alignment) take(role string, fits func(nlp.Entity) bool) bool {
	for i, e := range a.anchors {
		if a.roles[i] == "" && fits(e) {
			a.roles[i] = role
			return true
		}
	}
	return false
}

// named looks for the word for a field.
func (a *alignment) named(role, key string) {
	if key != "" && !a.word(role, key) {
		a.mark(role + "=" + key)
	}
}

// word gives a role to the word for a field: for itself, for the percentage of what it is, for what it is a percentage of, or, of
// health, one that says how something is.
func (a *alignment) word(role, key string) bool {
	of := func(e nlp.Entity) string { return a.parser.field(a.subject, e) }
	return a.take(role, func(e nlp.Entity) bool { return e.Type != "health" && of(e) == key }) ||
		a.take(role+inPercent, func(e nlp.Entity) bool { return e.Type == FieldType && of(e)+percentKey == key }) ||
		a.take(role+noPercent, func(e nlp.Entity) bool { return e.Type == FieldType && of(e) == key+percentKey }) ||
		role == ShowRole && a.take(role, func(e nlp.Entity) bool { return e.Type == "health" && of(e) == key })
}

// also looks for what a further measure is said with.
func (a *alignment) also(q *models.Query, m models.Measure) {
	switch {
	case m.Field == "health" && a.take(alsoRole, func(e nlp.Entity) bool { return e.Type == "health" && e.Value != string(models.Healthy) == !e.Negated }):
	case m.Field != "" && m.Field == q.Field && a.take(alsoRole, func(e nlp.Entity) bool { return e.Type == "aggregate" && e.Value == m.Aggregate }):
	case m.Field != "" && m.Field != "health" && a.word(alsoRole+" "+m.Aggregate, m.Field):
	default:
		a.mark("also=" + strings.TrimSuffix(m.Aggregate+":"+m.Field, ":"))
	}
}

func (a *alignment) number(role string, n int) {
	if n > 0 && !a.take(role, func(e nlp.Entity) bool {
		return (e.Type == nlp.Count || e.Type == nlp.Ordinal) && e.Number == float64(n)
	}) {
		a.mark(role + "=" + strconv.Itoa(n))
	}
}

func (a *alignment) order(q *models.Query) {
	if q.Sort == "" {
		return
	}
	role, direction, sign := ascRole, " asc", "+"
	if q.Desc {
		role, direction, sign = descRole, " desc", "-"
	}
	if !a.take(sortRole, func(e nlp.Entity) bool { return e.Type == "sort" && e.Value == q.Sort+direction }) &&
		!a.word(role, q.Sort) {
		a.mark("sort=" + sign + q.Sort)
	}
}

func (a *alignment) measure(q *models.Query) {
	switch q.Aggregate {
	case "":
		return
	case models.Count:
		if a.act != "count" {
			a.mark(models.Count)
		}
		return
	case models.Maximum, models.Minimum:
		direction := map[string]string{models.Maximum: " desc", models.Minimum: " asc"}[q.Aggregate]
		if a.take(extremeRole, func(e nlp.Entity) bool { return e.Type == "sort" && e.Value == q.Field+direction }) {
			return
		}
	}
	if !a.take(sumRole, func(e nlp.Entity) bool { return e.Type == "aggregate" && e.Value == q.Aggregate }) {
		a.mark(sumMark + q.Aggregate)
	}
	if !a.word(overRole, q.Field) {
		a.mark(overMark + q.Field)
	}
}

// filter looks for what a filter is said with: each of its values by itself.
func (a *alignment) filter(or string, f models.Filter) {
	notation := filterNotation(a.subject, f)
	_, op, _ := cutPiece(notation)
	role := or + f.Field + op
	if f.Op == models.Known {
		known := map[bool]string{false: knownRole, true: unknownRole}[f.Not]
		if !a.take(or+known, func(e nlp.Entity) bool { return e.Type != "condition" && a.parser.field(a.subject, e) == f.Field }) && !a.condition(or, notation) {
			a.literal(or, f, notation)
		}
		return
	}
	if len(f.Values) == 0 {
		if !a.take(role, func(e nlp.Entity) bool {
			return isAmount(e) && (alike(e.Number, f.Number) || timed(a.subject, f.Field) && e.Type == nlp.Duration)
		}) &&
			!a.condition(or, notation) {
			a.literal(or, f, notation)
		}
		return
	}
	for _, v := range f.Values {
		one := f
		one.Values, one.Or = []string{v}, nil
		notation := filterNotation(a.subject, one)
		switch {
		case f.Field == "health" && a.take(or+HealthRole, func(e nlp.Entity) bool {
			return e.Type == "health" && filterNotation(a.subject, healthFilter(e)) == notation
		}):
		case a.take(role, func(e nlp.Entity) bool { return e.Type == f.Field && e.Value == v }):
		case a.take(role, func(e nlp.Entity) bool {
			return !isName(e) && e.Type != "condition" && e.Type != "subject" && strings.EqualFold(said(a.subject, e, f.Field), v)
		}):
		case a.take(role, func(e nlp.Entity) bool { return isName(e) && names(e, v) }):
		case a.condition(or, notation):
		case f.Field == "kind" && a.take(role, func(e nlp.Entity) bool { return e.Type == "subject" && said(a.subject, e, "kind") == v }):
		case a.take(role, func(e nlp.Entity) bool { return e.Type == "condition" && strings.EqualFold(e.Text, v) }):
		default:
			a.literal(or, one, notation)
		}
	}
}

// literal looks for a word that says the filter, or what it is of, in other words than the recognisers know.
func (a *alignment) literal(or string, f models.Filter, notation string) {
	if !a.parser.frequent[notation] || or != "" || !a.take(isRole+notation, func(e nlp.Entity) bool { return says(e, f) }) {
		a.mark(or + notation)
	}
}

// says reports whether an anchor has the word for a filter: its value, or the field of those that have few or none.
func says(e nlp.Entity, f models.Filter) bool {
	if e.Type == "subject" && f.Field == "engine" {
		return strings.TrimSuffix(plain(e.Text), "s") != e.Value
	}
	about := plain(f.Field)
	if len(f.Values) == 1 && f.Values[0] != "true" && f.Values[0] != "false" {
		about = plain(f.Values[0])
	}
	return !isName(e) && !isAmount(e) && len(about) > 2 && strings.Contains(plain(e.Text), about)
}

// plain is a text without what is no letter.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// condition looks for a word for a filter.
func (a *alignment) condition(or, notation string) bool {
	return a.take(or+condRole, func(e nlp.Entity) bool {
		f := a.parser.condition(a.subject, e)
		if f == nil {
			return false
		}
		turned := *f
		turned.Not = f.Not != e.Negated
		return filterNotation(a.subject, turned) == notation || filterNotation(a.subject, *f) == notation
	})
}

// names reports whether a name is, or may be, that of a thing.
func names(e nlp.Entity, thing string) bool {
	return strings.EqualFold(e.Value, thing) || strings.EqualFold(e.Text, thing) || slices.ContainsFunc(e.Candidates, func(c nlp.Candidate) bool { return c.Value == thing })
}

// alike reports whether two numbers are the same but for what a GB is.
func alike(a, b float64) bool {
	for _, decimal := range []float64{1, 1.073741824, 1.099511628} {
		if d := a*decimal - b; d <= 0.02*b && d >= -0.02*b {
			return true
		}
	}
	return false
}
