package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// follows reports whether there is a question before this one.
func (q *question) follows() bool { return q.dialogue.Query != nil }

// refuse denies what a sentence says is to be left out, "leave out kafka", "we don't need jiva", and drops what it says is to be
// replaced, "worker-3 instead of worker-5". What follows an earlier question so changes that question.
func (q *question) refuse() {
	q.swap()
	if !q.follows() && !q.mentions("subject") {
		return
	}
	from, to, plain := q.refusal()
	if to == 0 || from > 0 && q.follows() && !plain && !q.onlyPolite(from) || !q.follows() && (!plain || from == 0) {
		return
	}
	marked := false
	for i, e := range q.parse.Entities {
		if e.Start < q.words[from].start || !refusable(e) || e.Start >= q.words[to-1].end && q.clauseEnds(q.words[to-1].end, e.Start) {
			continue
		}
		if !plain && (e.Type == "node" || e.Type == "pool" || e.Type == "claim" || e.Type == "volume" || e.Type == "pod") {
			return // "remove data-0", "take out worker-3"
		}
		q.parse.Entities[i].Negated = true
		marked = true
	}
	if !marked {
		return
	}
	q.had = append(q.had, q.words[from:to]...)
	if q.follows() && (q.subject == "" || plain) {
		q.as("followup.refine")
	}
}

// refusable reports whether an entity says which things are meant.
func refusable(e nlp.Entity) bool {
	return isName(e) && e.Type != nlp.UnknownName || e.Type == "engine" || e.Type == "health" || e.Type == "condition"
}

// clauseEnds reports whether a clause ends between two offsets.
func (q *question) clauseEnds(from, to int) bool {
	return strings.ContainsAny(q.text[from:max(from, to)], ",;:?!")
}

// onlyPolite reports whether nothing but politeness stands before the word at a place.
func (q *question) onlyPolite(place int) bool {
	return !slices.ContainsFunc(q.words[:place], func(w word) bool { return !polite[w.text] && w.text != "but" && w.text != "only" && w.text != "all" })
}

// refusal returns the places of the words that say that something is to be left out, and whether they can mean nothing else.
func (q *question) refusal() (from, to int, plain bool) {
	for i := range q.words {
		switch w := q.words[i].text; {
		case q.covering(q.words[i]) != nil:
		case outward[w] && slices.ContainsFunc(q.words[i+1:min(i+4, len(q.words))], func(o word) bool { return o.text == "out" || o.text == "aside" || o.text == "away" }):
			to = i + 1
			if q.words[i+1].text == "out" || q.words[i+1].text == "aside" {
				to = i + 2
			}
			return i, to, w == "leave" || w == "filter" || w == "leaving"
		case omitting[w]:
			return i, i + 1, true
		case removing[w] && i+1 < len(q.words):
			return i, i + 1, false
		case w == "rid" && i > 0 && i+2 < len(q.words):
			return i - 1, i + 2, false
		case (w == "nothing" || w == "none") && i+1 < len(q.words) && naming[q.words[i+1].text]:
			return i, i + 2, true
		case notHaving[w] && i+1 < len(q.words) && wanting[q.words[i+1].text]:
			if i > 0 && (speakers[q.words[i-1].text] || q.words[i-1].text == "we" || q.words[i-1].text == "do") {
				return i - 1, i + 2, true
			}
			return i, i + 2, true
		}
	}
	return 0, 0, false
}

var (
	outward  = setOf("leave leaving take filter throw cut strip sort kick")
	omitting = setOf("ignore ignoring skip skipping omit omitting hide hiding discard disregard minus excluding exclude")
	removing = setOf("remove drop forget")
	wanting  = setOf("need want show care include list count display give consider")
)

// swap drops of two things of a kind the one that the other takes the place of: "worker-3 instead of worker-5", "not kafka,
// payments".
func (q *question) swap() {
	for i := 1; i < len(q.parse.Entities); i++ {
		a, b := q.parse.Entities[i-1], q.parse.Entities[i]
		if !refusable(a) || !refusable(b) || isName(a) != isName(b) || !isName(a) && a.Type != b.Type {
			continue
		}
		gap := strings.ToLower(strings.TrimSpace(q.text[a.End:b.Start]))
		var drop int
		switch {
		case gap == "instead of" || gap == "rather than" || gap == "in place of" || gap == ", not" || gap == ", no longer":
			drop = i
		case a.Start > 0 && (gap == "," || gap == ", but" || gap == "but" || gap == ", just" || gap == ", only") && q.begins(setOf("not no")) && q.within(0, a.Start, 2):
			drop = i - 1
			q.parse.Entities[i].Negated = false
		default:
			continue
		}
		for _, w := range q.words {
			if w.start >= min(a.End, q.parse.Entities[drop].Start) && w.end <= q.parse.Entities[drop].End || w.end <= a.Start {
				q.had = append(q.had, w)
			}
		}
		q.parse.Entities = slices.Delete(q.parse.Entities, drop, drop+1)
		if q.follows() {
			q.as("followup.refine")
		}
		return
	}
}

// corrects reports whether the sentence puts another name in the place of one of the last question, or another noun in the place of its own:
// "no, worker-2", "no, pools".
func (q *question) corrects() bool {
	if !q.follows() || len(q.words) == 0 || len(q.parse.Entities) != 1 || !refusable(q.parse.Entities[0]) && q.parse.Entities[0].Type != "subject" || len(q.words) > 5 ||
		q.words[0].text == "no" && !q.clauseEnds(q.words[0].end, q.parse.Entities[0].Start) ||
		!q.begins(setOf("no nope nah sorry actually oops rather")) && !q.phrase("i", "meant") && !q.phrase("i", "mean") {
		return false
	}
	e := q.parse.Entities[0]
	if e.Type == "subject" {
		return e.Value != string(q.dialogue.Query.Subject)
	}
	return slices.ContainsFunc(q.dialogue.Query.Filters, func(f models.Filter) bool {
		return f.Field == e.Type || len(keepTypes(e.Candidates, []string{f.Field})) > 0
	})
}

// widens reports whether the sentence adds to the things that the last question was about: "including staging", "kafka as well".
func (q *question) widens() bool {
	return q.follows() && (q.begins(widening) || q.phrase("as", "well") || q.phrase("same", "time") || q.anyWord(setOf("too simultaneously")))
}

var widening = setOf("including include plus also add")

// wider makes "including staging" a change of the last question.
func (q *question) wider() bool {
	return q.widens() && (q.begins(widening) || len(q.words) <= 4) && len(q.parse.Entities) > 0 &&
		!slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return !refusable(e) && e.Type != "scope" })
}
