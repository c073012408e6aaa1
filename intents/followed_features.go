package intents

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// said is a sentence that follows a question.
type said struct {
	*question                   // as the rules understand it
	before     *models.Dialogue // what it follows
	kind       string           // of the last question
	masked     []string         // its words, with their types in the place of names and numbers
	shape      string
	form       string
	places     []place                     // that it may point at
	called     map[models.Subject][]string // the fields that it calls by name
	conditions []int                       // how it calls those of the last question
	begun      map[string][]nlp.Feature    // by kind: those of each word and each pair of words, without what they are to tell
}

// said returns a sentence as it is weighed.
func (q *question) said() *said {
	s := &said{question: q, before: &q.dialogue, kind: "?", masked: q.masked(), shape: q.shape(), form: q.form(), called: map[models.Subject][]string{},
		begun: map[string][]nlp.Feature{}}
	if intent := q.intents[q.dialogue.Intent]; intent != nil {
		s.kind = kindOfQuery(intent, q.dialogue.Query)
	}
	if q.pointsThere() {
		s.places = q.places()
	}
	return s
}

// masked are the words of a sentence, with the type of what is recognised in the place of its words.
func (q *question) masked() []string {
	var all []string
	for _, w := range q.words {
		text := w.text
		switch e := q.covering(w); {
		case e != nil && e.Source == nlp.FromLookup && !isName(*e):
			text = "<" + e.Type + " " + e.Value + ">"
		case e != nil && e.Type != nlp.UnknownName:
			text = "<" + e.Type + ">"
		case strings.Trim(text, "0123456789") == "":
			text = "<number>"
		}
		if len(all) == 0 || all[len(all)-1] != text {
			all = append(all, text)
		}
	}
	if len(all) == 0 {
		return []string{"<none>"}
	}
	return all
}

// shape is what kind of a sentence it is: whether it names a subject and things, points back, begins as a continuation, and how long it is.
func (q *question) shape() string {
	noun, name := "none", "none"
	for _, e := range q.parse.Entities {
		switch {
		case e.Type == "subject" && models.Subject(e.Value) == q.dialogue.Query.Subject:
			noun = "same"
		case e.Type == "subject" && noun == "none":
			noun = "other"
		case isName(e) && len(e.Candidates) > 0:
			name = "one"
		}
	}
	points := q.anyWord(pronouns) || q.anyWord(those) || q.anyWord(pointers)
	length := "short"
	switch n := len(q.words); {
	case n > 6:
		length = "long"
	case n > 2:
		length = "middle"
	}
	return strings.Join([]string{noun, name, strconv.FormatBool(points), strconv.FormatBool(q.begins(continuing)), length}, " ")
}

// form is how much of a question a sentence is by itself: how it begins, and whether it says what it is about, what picks that out, that
// there are others, and that it is where something was spoken of.
func (q *question) form() string {
	parts := []string{"-"}
	for _, w := range q.words {
		if !continuing[w.text] || w.text == "what" || w.text == "how" {
			switch {
			case openers[w.text]:
				parts[0] = "asks"
			case yesOrNo[w.text]:
				parts[0] = "whether"
			}
			break
		}
	}
	for _, p := range []struct {
		said bool
		what string
	}{
		{q.mentions("subject"), "noun"},
		{slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type != "subject" && !isName(e) && e.Type != nlp.UnknownName }), "condition"},
		{slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && len(e.Candidates) > 0 }), "name"},
		{q.anyWord(pronouns) || q.anyWord(those), "points"},
		{q.anyWord(wider), "wider"},
		{q.pointsThere(), "there"},
		{objectLess.MatchString(q.text), "object"},
	} {
		if p.said {
			parts = append(parts, p.what)
		}
	}
	return strings.Join(parts, " ")
}

// wider are the words that ask for more than was spoken of.
var wider = setOf("else other others another anything any all everything anywhere overall altogether whole entire rest")

var (
	pointers   = setOf("they their one ones there same other others else rest")
	continuing = setOf("and but or only just so ok okay now then also what how without except not no sorry wait make forget drop plus too")
)

// weighed is a way to understand a sentence with the features by which it is weighed.
type weighed struct {
	*said
	*option
	query   *models.Query
	kind    string   // of the query
	turn    string   // the kinds of the last question and of this one
	changed []string // what it changes of the last question
	whole   string   // the same, in one
	all     []nlp.Feature
}

// features are those by which a way to understand a sentence is weighed: what it changes of the last question, with the words for that, how
// it came about, and how much of the sentence it accounts for.
func (s *said) features(o *option) []nlp.Feature {
	if !o.answered() {
		return []nlp.Feature{nlp.NewFeature("asks back", strconv.Itoa(o.worth()), s.kind)}
	}
	w := s.weigh(o)
	w.came()
	w.worded()
	w.hinted()
	w.placed()
	w.namesUsed()
	w.numbersUsed()
	w.entitiesUsed()
	w.fieldsUsed()
	w.filtersDropped()
	slices.Sort(w.all)
	return slices.Compact(w.all)
}

// weigh begins to weigh a way to understand a sentence.
func (s *said) weigh(o *option) *weighed {
	w := &weighed{said: s, option: o, query: o.q.query, kind: o.kind(), changed: changes(s.before.Query, o.q.query), all: make([]nlp.Feature, 0, 384)}
	w.turn, w.whole = s.kind+">"+w.kind, strings.Join(w.changed, " ")
	return w
}

func (w *weighed) add(kind string, parts ...string) {
	w.all = append(w.all, nlp.NewFeature(kind, parts...))
}

// few writes a number up to a bound.
func few(n, most int) string { return strconv.Itoa(min(n, most)) }

// came adds how the reading came about, and how well.
func (w *weighed) came() {
	worth := few(w.worth(), whole) + few(len(w.option.q.ignored), 2)
	w.add("worth", worth)
	w.add("confidence", strconv.Itoa(int(4*w.option.q.parse.Confidence)), few(w.worth(), whole))
	w.add("ways", few(len(w.ways), 6))
	for _, way := range w.ways {
		base, merge, _ := strings.Cut(way, ": ")
		for _, part := range []string{"base " + base, "merge " + merge} {
			w.add("way", part)
			w.add("way worth", part, worth)
			w.add("way turn", part, w.turn)
			w.add("way shape", part, w.shape)
			w.add("way form", part, w.form)
		}
	}
}

// worded adds what the reading changes of the last question, with the words of the sentence.
func (w *weighed) worded() {
	sentence := strings.Join(w.masked, " ")
	w.add("turn", w.turn)
	w.add("changed", w.whole)
	w.add("changed turn", w.whole, w.turn)
	w.add("changed shape", w.whole, w.shape)
	w.add("sentence", sentence, w.whole)
	w.add("sentence turn", sentence, w.turn)
	w.add("filters", few(len(w.before.Query.Filters), 3), few(len(w.query.Filters), 4))
	w.add("repeats", strconv.FormatBool(reflect.DeepEqual(w.query, w.before.Query)), w.turn)
	for _, c := range append(detailed(w.before.Query, w.query), w.kind) {
		w.add("detail", c)
		w.add("detail sentence", sentence, c)
		w.withWords("detail", c)
	}
	w.add("form whole", w.form, w.whole)
	for _, c := range w.keeps() {
		w.add("keeps", c)
		w.add("keeps form", w.form, c)
		w.withWords("keeps", c)
	}
	for _, c := range append(slices.Clip(w.changed), w.kind) {
		w.add("change", c)
		w.add("change form", c, w.form)
		w.add("change turn", c, w.turn)
		w.add("change shape", c, w.shape)
		w.add("first", w.masked[0], c)
		w.add("last", w.masked[len(w.masked)-1], c)
		w.add("number", few(len(w.masked), 8), c)
		w.withWords("change", c)
	}
	for _, word := range w.masked {
		w.add("word whole", word, w.whole)
		w.add("word turn", word, w.turn)
	}
}

// keeps are the conditions of the last question that the reading holds on to though the sentence does not say them.
func (w *weighed) keeps() []string {
	var all []string
	for _, f := range w.before.Query.Filters {
		if hasSame(w.query, f) {
			all = append(all, "keeps "+f.Field)
		} else if !hasFilter(w.query, f.Field) {
			all = append(all, "leaves "+f.Field)
		}
	}
	kept := map[bool]string{true: "keeps ", false: "leaves "}
	if c := w.before.Query.Clusters; len(c) > 0 {
		where := "clusters"
		if len(namesIn(w.before.Query)) > 0 {
			where = "clusters of names" // which nobody need have said
		}
		all = append(all, kept[slices.Equal(c, w.query.Clusters)]+where)
	}
	if name := w.before.Query.Name; name != "" {
		all = append(all, kept[concerns(w.query, name)]+"thing")
	}
	return all
}

// placed adds which of the places that the sentence may point at the query has.
func (w *weighed) placed() {
	var used, all []string
	for _, p := range w.said.places {
		all = append(all, p.kind)
		if concerns(w.query, p.name) || w.query.Scope == p.name || slices.Contains(w.query.Clusters, p.name) {
			used = append(used, p.kind)
		}
	}
	if len(all) > 0 {
		w.add("there", strings.Join(used, " "))
		w.add("there of", strings.Join(used, " "), strings.Join(all, " "))
		w.add("there subject", strings.Join(used, " "), string(w.query.Subject))
	}
}

// withWords adds a change with each word and each pair of words.
func (w *weighed) withWords(kind, change string) {
	for _, f := range w.wordsFor(kind) {
		w.all = append(w.all, f.And(change))
	}
}

// wordsFor are the features of a kind of each word and each pair of words, to which a part is to be added.
func (s *said) wordsFor(kind string) []nlp.Feature {
	all, known := s.begun[kind]
	if known {
		return all
	}
	for i, word := range s.masked {
		all = append(all, nlp.NewFeature(kind+" word", word))
		if i > 0 {
			all = append(all, nlp.NewFeature(kind+" words", s.masked[i-1], word))
		}
	}
	s.begun[kind] = all
	return all
}

// hinted adds how likely the model holds what is asked.
func (w *weighed) hinted() {
	ranking := w.question.parse.Ranking
	w.add("top", favourite(ranking), w.kind)
	w.add("top changed", favourite(ranking), w.whole)
	share := 1e-3
	for _, r := range ranking {
		if r.Intent == w.kind || r.Intent == w.option.q.intent.Name {
			share = max(share, r.Confidence)
		}
	}
	for i := range 12 {
		if -math.Log(share) >= 0.4*float64(i+1) {
			w.add("share", strconv.Itoa(i))
		}
	}
}

// favourite is the likeliest of intents, "" for none.
func favourite(ranking []nlp.Scored) string {
	if len(ranking) == 0 {
		return ""
	}
	return ranking[0].Intent
}

// namesUsed adds how many names of the sentence the query has, and how many it has that neither the sentence nor the conversation has.
func (w *weighed) namesUsed() {
	used, unused, invented := 0, 0, 0
	for _, e := range w.question.parse.Entities {
		switch {
		case !isName(e) || len(e.Candidates) == 0:
		case slices.ContainsFunc(e.Candidates, func(c nlp.Candidate) bool {
			return concerns(w.query, c.Value) || slices.Contains(w.query.Clusters, c.Value)
		}):
			used++
		default:
			unused++
		}
	}
	known := namesIn(w.before.Query)
	for _, n := range w.before.Listed {
		known = append(known, n.Name)
	}
	for _, e := range w.question.parse.Entities {
		known = append(known, e.Value)
		for _, c := range e.Candidates {
			known = append(known, c.Value)
		}
	}
	for _, name := range namesIn(w.query) {
		if !slices.Contains(known, name) {
			invented++
		}
	}
	w.add("names", few(used, 2), few(unused, 2))
	w.add("invented", few(invented, 2))
}

// numbersUsed adds how many numbers the sentence has, and how many are new in the query.
func (w *weighed) numbersUsed() {
	said, put := 0, 0
	for _, e := range w.question.parse.Entities {
		if measures[e.Type] {
			said++
		}
	}
	before := numbersIn(w.before.Query)
	for _, n := range numbersIn(w.query) {
		if !slices.Contains(before, n) {
			put++
		}
	}
	w.add("numbers", few(said, 2), few(put, 2))
}

// entitiesUsed adds of what is recognised in the sentence, beside names, whether the query has it.
func (w *weighed) entitiesUsed() {
	pieces := semantic.Pieces(w.query)
	numbers := numbersIn(w.query)
	for _, e := range w.question.parse.Entities {
		var used bool
		switch {
		case isName(e):
			continue
		case e.Type == "subject":
			used = models.Subject(e.Value) == w.query.Subject
		case e.Type == "aggregate":
			used = w.query.Aggregate == e.Value
		case e.Type == "sort":
			used = w.query.Sort != ""
		case measures[e.Type]:
			used = slices.Contains(numbers, e.Number)
		default:
			used = slices.ContainsFunc(pieces, func(p string) bool { return strings.Contains(p, e.Value) })
		}
		w.add("entity", e.Type, strconv.FormatBool(used))
		w.add("entity kind", e.Type, strconv.FormatBool(used), w.kind)
	}
}

// fieldsUsed adds of the fields that are new in the query, by what they do there, whether the sentence calls them by name.
func (w *weighed) fieldsUsed() {
	called := w.fieldsOf(w.query.Subject)
	used := 0
	for _, a := range addedFields(w.before.Query, w.query) {
		said := slices.Contains(called, a.field)
		w.add("added", a.role, strconv.FormatBool(said))
		if said {
			used++
		} else {
			w.add("uncalled", a.role, a.field)
		}
	}
	w.add("called", few(len(called), 3), few(used, 3))
}

// filtersDropped adds of the conditions of the last question which of them the query has no more, and how the sentence calls them: "all engines"
// calls that of the engine.
func (w *weighed) filtersDropped() {
	before := w.before.Query
	s := answer.Fields(before.Subject)
	if s == nil || before.Subject != w.query.Subject {
		return
	}
	for i, f := range before.Filters {
		is := "kept"
		if !hasFilter(w.query, f.Field) {
			is = "dropped"
		} else if !hasSame(w.query, f) {
			is = "altered"
		}
		called := strconv.Itoa(w.howCalled(s, i))
		w.add("condition", is, called, strconv.FormatBool(f.Not))
		w.add("condition last", is, strconv.FormatBool(f.Not), strconv.FormatBool(i == len(before.Filters)-1))
		if is == "dropped" {
			w.withWords("dropped", called)
			w.withWords("dropped", strconv.FormatBool(f.Not))
		}
	}
}

// howCalled is how the sentence calls a condition of the last question.
func (s *said) howCalled(schema *answer.Schema, i int) int {
	for n := len(s.conditions); n <= i; n++ {
		s.conditions = append(s.conditions, int(s.calls(schema, s.before.Query.Filters[n], make([]bool, len(s.words)))))
	}
	return s.conditions[i]
}

// fieldsOf are the fields of a subject that the sentence calls by name.
func (s *said) fieldsOf(subject models.Subject) []string {
	fields, known := s.called[subject]
	if schema := answer.Fields(subject); !known && schema != nil {
		fields = s.fieldsCalled(schema)
		s.called[subject] = fields
	}
	return fields
}

// none are the features of no way being meant.
func (s *said) none(all []*option) []nlp.Feature {
	f := []nlp.Feature{nlp.NewFeature("none"), nlp.NewFeature("none turn", s.kind), nlp.NewFeature("none top", favourite(s.parse.Ranking)),
		nlp.NewFeature("none number", few(len(s.masked), 8)), nlp.NewFeature("none options", few(len(all)/4, 8))}
	if len(all) > 0 {
		f = append(f, nlp.NewFeature("none worth", few(all[0].worth(), whole)))
	}
	for _, word := range s.masked {
		f = append(f, nlp.NewFeature("none word", word))
	}
	slices.Sort(f)
	return slices.Compact(f)
}
