package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// fieldName is where the sentence calls a field of what it asks about by one of its names: "reclaim policy", "volumeBindingMode".
type fieldName struct {
	field       *answer.Field
	first, last int // of the words
}

// fieldNames finds the names of fields of the query's subject, the longest first. What an entity has is none, but for words that are for
// things elsewhere: "storage class".
func (q *question) fieldNames() []fieldName {
	s := answer.Fields(q.query.Subject)
	if s == nil {
		return nil
	}
	var all []fieldName
	for i := 0; i < len(q.words); i++ {
		for n := min(3, len(q.words)-i); n > 0; n-- {
			if !q.adjoin(i, i+n-1) || slices.ContainsFunc(q.words[i:i+n], q.spokenFor) {
				continue
			}
			if f := s.Called(q.text[q.words[i].start:q.words[i+n-1].end]); f != nil {
				all = append(all, fieldName{f, i, i + n - 1})
				i += n - 1
				break
			}
		}
	}
	return all
}

// adjoin reports whether nothing but spaces stands between the words from one place to another.
func (q *question) adjoin(first, last int) bool {
	for i := first; i < last; i++ {
		if strings.TrimSpace(q.text[q.words[i].end:q.words[i+1].start]) != "" {
			return false
		}
	}
	return true
}

// spokenFor reports whether a word is part of something that is no name of a field.
func (q *question) spokenFor(w word) bool {
	e := q.covering(w)
	return e != nil && e.Type != nlp.UnknownName && e.Type != "scope" && (e.Type != "subject" || models.Subject(e.Value) == q.query.Subject)
}

// fillValues makes filters of what the sentence says that fields are: "with reclaimPolicy Delete", "whose alert is not Healthy", "binding
// mode: Immediate". Values are those that the field has somewhere; what has none is left for others to read.
func (q *question) fillValues() *models.Reply {
	if !q.counting() || q.query.Name != "" {
		return nil
	}
	for _, name := range q.fieldNames() {
		key, kind := name.field.Key(), name.field.Kind
		if kind != answer.TextKind && kind != answer.ListKind || slices.Contains(nameTypes, key) || hasFilter(q.query, key) {
			continue
		}
		said, not := q.valuesOf(name)
		if len(said) == 0 {
			continue
		}
		f := models.Filter{Field: key, Op: models.Eq, Not: not}
		for _, w := range said {
			f.Values = append(f.Values, q.text[w.start:w.end])
			for i, e := range q.parse.Entities {
				q.taken[i] = q.taken[i] || w.start < e.End && e.Start < w.end
			}
		}
		q.add(f)
		q.had = append(append(q.had, q.words[name.first:name.last+1]...), said...)
	}
	return nil
}

// valuesOf returns the words for values of a field that stand behind its name, or before it, and whether they are denied.
func (q *question) valuesOf(name fieldName) (said []word, not bool) {
	var live []string
	isValue := func(w word) bool {
		if e := q.covering(w); e != nil && (e.Type == "condition" || e.Type == "engine" || isName(*e) && e.Type != nlp.UnknownName || stated[name.field.Key()]) {
			return false // has a reading of its own
		}
		if live == nil {
			live = []string{""}
			if res, err := answer.Evaluate(&models.Query{Subject: q.query.Subject}, q.asked()); err == nil {
				live = append(live, res.Values(name.field.Key())...)
			}
		}
		return slices.ContainsFunc(live, func(v string) bool { return strings.EqualFold(v, w.text) })
	}
	for i := name.last + 1; i < len(q.words); i++ {
		gap := q.text[q.words[i-1].end:q.words[i].start]
		if strings.ContainsAny(gap, ",;?.") && len(said) == 0 {
			break
		}
		w := q.words[i]
		not = not || len(said) == 0 && (strings.Contains(gap, "!=") || notHaving[w.text] || denying[w.text] || w.text == "isn" || w.text == "other")
		switch {
		case isValue(w):
			said = append(said, w)
		case len(said) == 0 && copulas[w.text], len(said) > 0 && (w.text == "or" || w.text == "and"):
		default:
			i = len(q.words)
		}
	}
	if before := name.first - 1; len(said) == 0 && before >= 0 && q.adjoin(before, name.first) && isValue(q.words[before]) {
		not = slices.ContainsFunc(q.before(q.words[before].start, 2), func(w string) bool { return notHaving[w] || denying[w] })
		return q.words[before : before+1], not
	}
	return said, not
}

var (
	// copulas are the words between a field and its value.
	copulas = setOf("is are was be being of set to equals as the that s not isn aren than other still at on")
	// stated are the fields of which words for health are values too.
	stated = setOf("state phase health")
)

// fillShow shows what the sentence asks to see of the things that it lists: "with their reclaim policy", "name, binding mode, topology".
func (q *question) fillShow() *models.Reply {
	query := q.query
	if query.Name != "" || query.GroupBy != "" || query.Aggregate != "" || q.intent.act != actList && q.intent.act != actCapacity && q.intent.act != actReplicas {
		return nil
	}
	for _, name := range q.fieldNames() {
		words := q.words[name.first : name.last+1]
		if slices.Contains(q.had, words[0]) || !q.asksToSee(name) || name.field.Key() == "readonly" && slices.Contains(query.Show, readOnlyFrom) {
			continue
		}
		q.had = append(q.had, words...)
		if !slices.Contains(query.Show, name.field.Key()) {
			query.Show = append(query.Show, name.field.Key())
		}
	}
	return nil
}

// asksToSee reports whether the name of a field says what is to be shown, rather than which things: it stands behind "with their" or
// "what", in a row of such names, or before "of each", and nothing follows that could be a value.
func (q *question) asksToSee(name fieldName) bool {
	from, to := q.words[name.first].start, q.words[name.last].end
	next := append(q.after(to, 1), "")[0]
	if near := q.before(from, 1); len(near) > 0 && (near[0] == "which" || near[0] == "what") {
		return true
	}
	if rest := strings.TrimLeft(q.text[to:], " "); !trailed[next] && next != "" && !strings.ContainsAny(rest[:1], ",;:?.)/+&") {
		return false
	}
	if name.first < name.last || q.listed(from, to) || next == "of" {
		return true
	}
	for _, w := range q.before(from, 3) {
		if showing[w] {
			return true
		}
		if !glue[w] && !articles[w] && w != "their" && w != "its" {
			return false
		}
	}
	return false
}

var (
	trailed = setOf("and or of for per each plus vs versus please pls too as in on at is are do does")
	showing = setOf("with and plus show showing including include incl what which tell give")
)

// listsEach reports whether a word for things stands behind "of each", and what is asked of each is a field of theirs: "binding mode of each
// storage class". Then they are listed, and nothing is counted by them.
func (q *question) listsEach(e nlp.Entity) (models.Subject, bool) {
	near := q.before(e.Start, 5)
	subjects := []models.Subject{models.Subject(e.Value)}
	if len(near) < 3 || near[0] != "each" && near[0] != "every" || near[1] != "of" && near[1] != "for" || q.has("aggregate") || q.intent.act == actCapacity {
		return "", false
	}
	if e.Value == string(models.Claims) {
		subjects = append(subjects, models.Volumes) // what is so of a claim's volume
	}
	for _, subject := range subjects {
		phrase, s := "", answer.Fields(subject)
		if s == nil {
			continue
		}
		for _, w := range near[2:] {
			phrase = strings.TrimSpace(w + " " + phrase)
			if f := s.Called(phrase); f != nil && f.Key() != "name" {
				return subject, true
			}
		}
	}
	return "", false
}
