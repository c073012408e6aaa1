package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// drops reports whether the parser's reading lacks something of the sentence, as the reading of the rules shows.
func (p *parsed) drops(ruled reading) bool {
	theirs := ruled.q.query
	picks := p.query.Name != "" || len(p.query.Filters) > 0 || len(p.query.Show) > 0 || p.query.Sort != ""
	switch {
	case theirs == nil:
		return !ruled.answered() && !picks
	case ruled.answered():
		return bare(p.query) && !bare(theirs) || theirs.Subject == p.query.Subject && (p.contradicts(theirs) || p.lacks(theirs))
	case ruled.q.stuck.end == 0: // they look for a name that nothing has
		return !picks
	}
	stuck := ruled.q.stuck
	if p.qualified(stuck) {
		return true
	}
	return (bare(p.query) || theirs.Subject == p.query.Subject && !p.says(theirs)) && p.attached(p.reading, stuck.start, stuck.end) && !p.accounts(stuck)
}

// qualified reports whether a word that the rules stumble over stands right beside the word for a field that the reading shows or groups by,
// and so says of which it is: "owned by team blue", "of deleted apps".
func (p *parsed) qualified(stuck word) bool {
	for i, e := range p.reading.Anchors {
		role := p.reading.Roles[i]
		between := p.text[min(e.End, stuck.start):max(e.End, stuck.start)]
		if stuck.end <= e.Start {
			between = p.text[stuck.end:e.Start]
		}
		if (role == "show" || role == "by") && (e.Type == "subject" || e.Type == "scope" || e.Type == "field") && between == " " {
			return true
		}
	}
	return false
}

// bare reports whether a query is about all of a kind, and no more.
func bare(q *models.Query) bool {
	return q.Name == "" && len(q.Filters) == 0 && len(q.Show) == 0 && q.GroupBy == "" && q.Sort == "" && (q.Aggregate == "" || q.Aggregate == models.Count)
}

// contradicts reports whether the rules have a condition that the parser's reading has not, or has the other way round, or have
// alternatives of what it takes for conditions that hold together.
func (p *parsed) contradicts(ruled *models.Query) bool {
	mine, theirs := flat(p.query.Filters), flat(ruled.Filters)
	for _, f := range mine {
		switch i := slices.IndexFunc(theirs, func(o models.Filter) bool { return o.Field == f.Field }); {
		case i < 0:
			return slices.ContainsFunc(theirs, func(o models.Filter) bool { // else it is the rules that lack something
				return f.Not && o.Not && len(f.Values) > 0 && slices.Equal(o.Values, f.Values) && kindsOf(ruled.Subject, o.Field) != nil
			})
		case theirs[i].Op == f.Op && theirs[i].Not != f.Not && f.Op != models.Known && slices.Equal(theirs[i].Values, f.Values):
			return true
		}
	}
	if len(mine) == 0 && slices.ContainsFunc(theirs, func(o models.Filter) bool {
		return o.Op == models.Eq && !o.Not && len(o.Values) > 0 && slices.Contains(p.query.Show, o.Field)
	}) {
		return true // "with compression enabled"
	}
	strange := slices.ContainsFunc(theirs, func(o models.Filter) bool { return !hasFilter(&models.Query{Filters: mine}, o.Field) })
	if len(ruled.Filters) < len(theirs) && len(p.query.Filters) == len(mine) && !strange {
		return true
	}
	return p.query.Name == "" && values(theirs) > values(mine) && slices.ContainsFunc(theirs, func(o models.Filter) bool { return !hasFilter(p.query, o.Field) && !p.uses(o.Field) })
}

// lacks reports whether the rules have a group, an order, a measure or a fact to be told that the parser's reading has not, which has
// nothing that they have not.
func (p *parsed) lacks(ruled *models.Query) bool {
	q := p.query
	return !p.says(&models.Query{Name: ruled.Name, Filters: ruled.Filters, GroupBy: q.GroupBy, Sort: q.Sort, Aggregate: ruled.Aggregate, Field: ruled.Field, Show: ruled.Show, Also: ruled.Also}) &&
		(q.GroupBy == "" && ruled.GroupBy != "" && !p.uses(ruled.GroupBy) || q.Sort == "" && ruled.Sort != "" && q.GroupBy == "" && !p.uses(ruled.Sort) ||
			len(ruled.Also) > len(q.Also) || len(ruled.Show) > len(q.Show) && len(q.Also) == 0 && !slices.ContainsFunc(q.Show, func(key string) bool { return !slices.Contains(ruled.Show, key) }))
}

// values counts the values and bounds of filters.
func values(filters []models.Filter) int {
	n := 0
	for _, f := range filters {
		n += max(1, len(f.Values))
	}
	return n
}

// flat returns filters and their alternatives.
func flat(filters []models.Filter) []models.Filter {
	var all []models.Filter
	for _, f := range filters {
		all = append(append(all, f), f.Or...)
	}
	return all
}

// uses reports whether the query says something else of a field than which values it has.
func (p *parsed) uses(field string) bool {
	q := p.query
	return q.GroupBy == field || q.ThenBy == field || q.Sort == field || q.Field == field || slices.Contains(q.Show, field)
}

// says reports whether the query has something that the rules' has not, so that the words that they stumble over may be in it.
func (p *parsed) says(ruled *models.Query) bool {
	q := p.query
	return slices.ContainsFunc(flat(q.Filters), func(f models.Filter) bool {
		return !slices.ContainsFunc(flat(ruled.Filters), func(o models.Filter) bool { return o.Field == f.Field })
	}) ||
		q.Name != ruled.Name || q.GroupBy != ruled.GroupBy || q.ThenBy != "" && q.ThenBy != ruled.ThenBy || q.Sort != ruled.Sort || q.Aggregate != ruled.Aggregate || q.Field != ruled.Field ||
		len(q.Also) > len(ruled.Also) || len(q.Show) > len(ruled.Show)
}

// accounts reports whether the reading has a use for a part of what the rules stumble over.
func (p *parsed) accounts(stuck word) bool {
	for i, e := range p.reading.Anchors {
		if role := p.reading.Roles[i]; role != semantic.NoRole && role != "cluster" && e.Start < stuck.end && stuck.start < e.End {
			return true
		}
	}
	return false
}

// attached reports whether words say something of what a reading has a use for: on one side at least, nothing but small words stands
// between them and it. Those of "tons of money", and of "for rebalancing purposes, …", do not.
func (q *question) attached(r *semantic.Reading, from, to int) bool {
	left := slices.DeleteFunc(slices.Clone(q.words), func(w word) bool { return w.end > from })
	slices.Reverse(left)
	right := slices.DeleteFunc(slices.Clone(q.words), func(w word) bool { return w.start < to })
	return q.reaches(r, from, left, binding) || q.reaches(r, to, right, leading)
}

// reaches reports whether what a reading has a use for comes next, but for words to be passed over and in the same clause.
func (q *question) reaches(r *semantic.Reading, at int, words []word, over set) bool {
	for _, w := range words {
		if q.clauseEnds(min(w.end, at), max(w.start, at)) {
			return false
		}
		if at = w.start; used(r, w) {
			return true
		}
		if e := q.covering(w); !over[w.text] && (e == nil || e.Type == nlp.UnknownName) {
			return false
		}
	}
	return false
}

// used reports whether a reading has a use for a word: it has a role, or is a word for what is asked about.
func used(r *semantic.Reading, w word) bool {
	for i, e := range r.Anchors {
		if e.Start < w.end && w.start < e.End && (r.Roles[i] != semantic.NoRole || e.Type == "subject" && models.Subject(e.Value) == r.Subject) {
			return true
		}
	}
	return false
}

var (
	leading = setOf("a an the of")
	binding = setOf(`a an the of on in at by with without that which whose who for from to per and or is are was were be been has have had not no
		only any all every each some using via over under about as it its their this these those named called can could may must should still
		ever never than into between across through during before after since like so very too being turned set about`)
)

// passOver says which words of the sentence the reading has no use for, where the rules did not understand them either.
func (p *parsed) passOver(ruled reading) {
	if !ruled.answered() || ruled.q.query.Subject != p.query.Subject {
		return
	}
	for _, quoted := range ruled.q.ignored {
		said := strings.Trim(quoted, "“”")
		at := strings.Index(p.text, said)
		if at < 0 || !p.attached(p.reading, at, at+len(said)) || p.accounts(word{said, at, at + len(said)}) || p.reading.Tells(at, at+len(said)) {
			continue
		}
		p.ignored = append(p.ignored, quoted)
	}
	if !p.says(ruled.q.query) {
		p.notes = append(p.notes, slices.DeleteFunc(slices.Clone(ruled.q.notes), func(n string) bool { return strings.HasPrefix(n, notUnderstanding) || slices.Contains(p.notes, n) })...)
	}
	if len(p.ignored) > 0 {
		p.notes = append(p.notes, passedOver(p.ignored))
	}
}

// lessThan reports whether the rules have found a condition in the sentence that a reading has nothing of.
func (q *question) lessThan(r *semantic.Reading) bool {
	fields := r.Fields()
	return slices.ContainsFunc(flat(q.query.Filters), func(f models.Filter) bool { return !slices.Contains(fields, f.Field) })
}

// beyond says which word asks for more than a query can say; nil where none does.
func (q *question) beyond(r *semantic.Reading) *models.Reply {
	start, end := r.Odd(func(w nlp.Said) bool {
		return len(w.Text) > 2 && hasWord(w.Text) && !saysLittle(w.Text) && !saysLittle(w.Stem) && q.fieldOf(w.Text) == "" && q.covering(word{w.Text, w.Start, w.End}) == nil
	})
	if end == 0 {
		return nil
	}
	return q.notUnderstood(word{q.text[start:end], start, end})
}

// saysLittle reports whether a word is one of those that pick nothing out.
func saysLittle(w string) bool {
	return everyday[w] || structural[w] || idling[w] || relatives[w] || qualifying[w]
}
