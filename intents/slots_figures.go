package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/nlp"
)

// figures returns the fields of which the sentence asks the totals in a row: "raw, used and free per cluster", "number of volumes,
// provisioned TiB, unhealthy count". Nil if it does not ask for several.
func (q *question) figures() []string {
	s := answer.Fields(q.query.Subject)
	var keys []string
	several := false
	for i, w := range q.words {
		key := q.fieldOf(w.text)
		e := q.covering(w)
		switch {
		case e != nil && q.isFigure(*e):
			key = "health"
		case e != nil || key == "" || !summed[s.Lookup(key).Kind] || !q.inRow(i):
			several = several || numbering[w.text] || w.text == "number"
			continue
		}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if len(keys) < 2 && !(several && len(keys) == 1) {
		return nil
	}
	return keys
}

// summed are the kinds of fields that make sense added up.
var summed = map[answer.Kind]bool{answer.BytesKind: true, answer.CountKind: true}

// inRow reports whether the word at a place is one of several things that are asked for: commas, "and" or the like join it to others.
func (q *question) inRow(i int) bool {
	w := q.words[i]
	if q.listed(w.start, w.end) {
		return true
	}
	joined := func(by, other int) bool {
		return other >= 0 && other < len(q.words) && joining[q.words[by].text] && q.fieldOf(q.words[other].text) != ""
	}
	return i+2 < len(q.words) && joined(i+1, i+2) || i > 1 && joined(i-1, i-2)
}

// isFigure reports whether a word for health asks how many are so in a row of figures, rather than which things are meant: "volumes,
// size, unhealthy count".
func (q *question) isFigure(e nlp.Entity) bool {
	if e.Type != "health" || e.Value != "unhealthy" && !e.Negated {
		return false
	}
	end := e.End
	for _, w := range q.words {
		if w.start == e.End+1 && numbering[w.text] {
			end = w.end
		}
	}
	return q.listed(e.Start, end) && strings.ContainsAny(q.text[:e.Start], ",:") && q.anyWord(setOf("per each by every"))
}

// numbering are the words for how many there are.
var numbering = setOf("number count figure total")
