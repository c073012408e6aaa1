package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// retelling are the kinds of questions that say of what was spoken of what there is to say, and the intents whose examples have the words
// for that.
var retelling = map[string][]string{
	"describe":  {"describe", "followup.item", "replicas"},
	"list":      {"list", "followup.refine", "followup.sort", "describe"},
	"consumers": {"consumers"},
	"overview":  {"overview", "describe"},
}

// unheeded are the words of a sentence, in quotes, of which a way to understand it makes no use that only tells again of what was spoken of.
// Where it has a condition, an order or a field that the last question had not, something was understood.
func (s *said) unheeded(l *nlp.Labeller, o *option) []string {
	query, intents := o.q.query, []string(nil)
	if o.answered() {
		intents = retelling[o.kind()]
	}
	if intents == nil || query.Limit > 0 || query.GroupBy != "" || slices.Contains(o.ways, "sibling") || s.narrows(query) {
		return nil
	}
	w := s.weigh(o)
	var left []string
	if o.kind() == "list" && len(query.Filters) == 0 && (s.before.Query.Name != "" || len(s.before.Query.Filters) > 0) && s.anyWord(setOf("it")) {
		left = append(left, phrase.Quote("it")) // all there are is not "it"
	}
	for _, word := range s.words {
		if !s.idleWord(word) && !w.speaks(l, word.text) && !slices.ContainsFunc(intents, func(intent string) bool { return s.known.asks(intent, word.text) }) &&
			answer.Fields(query.Subject).Called(word.text) == nil {
			left = append(left, phrase.Quote(s.text[word.start:word.end]))
		}
	}
	return left
}

// idleWord reports whether a word says nothing, or is part of something that is recognised or of a name that was spoken of.
func (s *said) idleWord(w word) bool {
	e := s.covering(w)
	return e != nil && e.Type != nlp.UnknownName || everyday[w.text] || structural[w.text] || filler[w.text] || swearing[w.text] || odd[w.text] || misspellsEveryday(w.text) ||
		!strings.ContainsFunc(w.text, func(r rune) bool { return r >= 'a' && r <= 'z' }) || s.listedLike(w.text) != "" || len(s.gazetteer().Exact(w.text, 1)) > 0
}

// speaks reports whether conversations have a word for what a way to understand a sentence changes.
func (w *weighed) speaks(l *nlp.Labeller, word string) bool {
	f := []nlp.Feature{nlp.NewFeature("word whole", word, w.whole), nlp.NewFeature("word turn", word, w.turn)}
	for _, c := range append(detailed(w.before.Query, w.query), w.kind) {
		f = append(f, nlp.NewFeature("detail word", word, c))
	}
	for _, c := range append(slices.Clip(w.changed), w.kind) {
		f = append(f, nlp.NewFeature("change word", word, c))
	}
	slices.Sort(f)
	return l.Score(slices.Compact(f)) > 0
}

// narrows reports whether a query has a condition, an order or a field that the last question had not: a condition by what was spoken of is
// none.
func (q *question) narrows(query *models.Query) bool {
	last := q.dialogue.Query
	spoken := append(namesIn(last), last.Scope)
	for _, n := range q.dialogue.Listed {
		spoken = append(spoken, n.Name, n.Scope)
	}
	plain := query.Clone()
	plain.Filters = slices.DeleteFunc(plain.Filters, func(f models.Filter) bool {
		return !f.Not && len(f.Values) > 0 && fieldKind(query.Subject, f.Field) == "thing" && !slices.ContainsFunc(f.Values, func(v string) bool { return !slices.Contains(spoken, v) })
	})
	return len(addedFields(last, plain)) > 0
}

// unsure asks what words mean of which no use was made.
func (q *question) unsure(words []string) reading {
	back := q.adrift()
	back.reply.Text = strings.Replace(back.reply.Text, "by that", "by "+phrase.And(words), 1)
	return back
}
