package intents

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// lifting is a way to want a condition away.
type lifting struct {
	words *regexp.Regexp
	// meets reports whether a condition that the sentence calls by its field or by its value is what such a wish is about.
	meets func(f models.Filter, called calling) bool
}

// calling is how a sentence calls a condition.
type calling int

const (
	uncalled calling = iota
	asValue          // "the cstor part"
	asNoun           // "any node", which may be asked for itself
	asField          // "any engine"
)

var liftings = []lifting{
	{regexp.MustCompile(`(?i)\b(?:drop|forget|remove|lose|clear|lift|ignore|skip|scrap|ditch|undo|without|leave out|take (?:off|away|out))\b.*\b(?:filter|condition|restriction|constraint|criterion|criteria|part|bit|limitation)s?\b`),
		func(_ models.Filter, c calling) bool { return c != uncalled }},
	{regexp.MustCompile(`(?i)\b(?:regardless|irrespective|no matter|whatever|whichever|never mind|(?:doesn'?t|does not) matter|(?:don'?t|do not) care|(?:in|on|of|to|from|at|across|over|for) (?:any|all|every|each))\b`),
		func(_ models.Filter, c calling) bool { return c >= asNoun }},
	{regexp.MustCompile(`(?i)\b(?:any|all|every)\b`), func(_ models.Filter, c calling) bool { return c == asField }},
	{regexp.MustCompile(`(?i)\b(?:drop|forget|lose|lift|scrap|ditch|undo|never mind)\b`), // leaving out all that there is would leave nothing
		func(f models.Filter, c calling) bool { return c == asValue && !f.Not && len(f.Values) < 2 }},
	{regexp.MustCompile(`(?i)\b(?:includ\w*|with|add|bring|put|count|take)\b.*\b(?:again|back|after all)\b|\b(?:back|again) with\b`),
		func(f models.Filter, c calling) bool { return f.Not && c != uncalled }},
}

// lifted asks the last question without conditions of it that the sentence wishes away, and says nothing else: "drop the cstor filter" is no
// wish for what is not cStor, and "any node" none for nodes.
func (t *turn) lifted(q *question) (reading, bool) {
	last := t.dialogue.Query
	s := answer.Fields(last.Subject)
	if s == nil || len(last.Filters) == 0 || supposes(last) || q.begins(setOf("is are does has have which who where why when")) {
		return reading{}, false
	}
	for _, wish := range liftings {
		if !wish.words.MatchString(q.text) {
			continue
		}
		query := last.Clone()
		query.Offset = 0
		query.Filters = q.wishedAway(s, wish, query.Filters)
		if len(query.Filters) < len(last.Filters) {
			return t.asking(q, t.intents["followup.refine"], query), true
		}
	}
	return reading{}, false
}

// wishedAway returns what is left of conditions: all of them where the sentence has words that the wish does not explain.
func (q *question) wishedAway(s *answer.Schema, w lifting, filters []models.Filter) []models.Filter {
	explained := make([]bool, len(q.words))
	left := slices.DeleteFunc(slices.Clone(filters), func(f models.Filter) bool {
		return w.meets(f, q.calls(s, f, explained))
	})
	if len(left) == len(filters) {
		left = q.unnamedLifted(w, left)
	}
	for i, word := range q.words {
		if !explained[i] && !wishing[word.text] {
			return filters
		}
	}
	return left
}

// unnamedLifted leaves out the conditions that a wish is about which names none: all filters, the one that came last, or what was denied last.
func (q *question) unnamedLifted(w lifting, filters []models.Filter) []models.Filter {
	one := q.anyWord(setOf("filter condition restriction constraint criterion"))
	switch {
	case q.anyWord(setOf("filters conditions restrictions constraints criteria")):
		return nil
	case !one && !q.anyWord(those):
		return filters
	}
	for i, f := range slices.Backward(filters) {
		if w.meets(f, asValue) && (one || f.Not || len(filters) == 1) {
			return slices.Delete(filters, i, i+1)
		}
	}
	return filters
}

// calls says how a sentence calls a condition, and marks the words that do.
func (q *question) calls(s *answer.Schema, f models.Filter, explained []bool) calling {
	how := uncalled
	mark := func(from, to int, c calling) {
		for i := from; i < to; i++ {
			explained[i] = true
		}
		how = max(how, c)
	}
	for i, w := range q.words {
		if e := q.covering(w); e != nil && holdsValue(s, f, *e) {
			mark(i, i+1, asValue)
		} else if e != nil && (e.Type == "subject" || e.Type == "scope") && e.Value == f.Field {
			mark(i, i+1, asNoun)
		}
		for n := min(3, len(q.words)-i); n > 0; n-- {
			if !namesField(s, f.Field, q.words[i:i+n]) {
				continue
			}
			if e := q.covering(w); e != nil && e.Type == "subject" {
				mark(i, i+n, asNoun)
			} else {
				mark(i, i+n, asField)
			}
			break
		}
	}
	return how
}

// holdsValue reports whether what is recognised is what a condition compares with.
func holdsValue(s *answer.Schema, f models.Filter, e nlp.Entity) bool {
	if len(f.Values) == 0 {
		field := s.Lookup(f.Field)
		if f.Op != models.Known && field != nil && comparesWith(e, field.Kind) && e.Number == f.Number {
			return true
		}
	}
	affirmed := f
	affirmed.Not = false
	if meant := (&models.Query{Filters: conditions[e.Value]}); hasSame(meant, f) || hasSame(meant, affirmed) {
		return true
	}
	return slices.Contains(f.Values, e.Value) || slices.ContainsFunc(e.Candidates, func(c nlp.Candidate) bool { return slices.Contains(f.Values, c.Value) })
}

// namesField reports whether words are a name of a field.
func namesField(s *answer.Schema, key string, words []word) bool {
	var texts []string
	for _, w := range words {
		texts = append(texts, w.text)
	}
	called := strings.Join(texts, " ")
	if key == "health" && healthNames[called] {
		return true
	}
	for _, name := range []string{called, strings.TrimSuffix(called, "s"), strings.TrimSuffix(called, "es")} {
		if f := s.Called(name); f != nil && f.Key() == key {
			return true
		}
	}
	return false
}

var (
	healthNames = setOf("state states status health healths condition")
	// wishing are the words of a wish that say nothing of which condition it is about.
	wishing = setOf(`drop forget remove lose clear lift ignore skip scrap ditch undo without leave take off away out all any every each whatever whichever
	regardless irrespective no matter never mind doesn't doesnt does not don't dont do care which what is are it's its it they their them those these that this one ones
	include including included with add bring put count again back after too also filter filters condition conditions restriction restrictions constraint constraints
	criterion criteria part parts bit bits limitation limitations limit the a an of on in to at for from across over about and but or so ok okay now then just actually
	please pls maybe hm hmm wait no sorry make let lets let's go can could would you i we want wanna me us widen broaden extend expand open relax anyway`)
)
