package intents

import (
	"context"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// asides finds the clauses of a sentence that only say who asks and why: "I'm new in the platform group, so …", "Thanks in
// advance.". Their words are no names and no conditions. A clause with a live name, or with what could be the question, is none.
func (q *question) asides() []restriction {
	var all []restriction
	clauses := q.parts()
	if reported := q.reporting(); reported != nil {
		all = append(all, *reported)
	}
	if len(clauses) < 2 {
		return all
	}
	for _, c := range clauses {
		if c.introduces() {
			all = append(all, c)
			continue
		}
		from, to := c.words[0].start, c.words[len(c.words)-1].end
		if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
			return e.Start < to && e.End > from && (isName(e) && len(e.Candidates) > 0 || e.Type == "subject" && models.Subject(e.Value) == q.subject)
		}) {
			continue
		}
		if slices.ContainsFunc(c.words[:min(len(c.words), 4)], func(w word) bool { return telling[w.text] }) {
			all = append(all, c)
		}
	}
	return all
}

// introduces reports whether a clause only says who speaks: "new dev here".
func (r restriction) introduces() bool {
	n := len(r.words)
	return n > 1 && n < 6 && r.words[n-1].text == "here" && !slices.ContainsFunc(r.words, func(w word) bool { return auxiliaries[w.text] || interrogative[w.text] || ordering[w.text] })
}

// reporting returns what comes before a question that somebody else asks: "my manager asks how much storage we have"; nil for none.
func (q *question) reporting() *restriction {
	for i := 1; i+1 < min(len(q.words), 9); i++ {
		if !inquiring[q.words[i].text] || !openers[q.words[i+1].text] && q.words[i+1].text != "whether" && q.words[i+1].text != "if" {
			continue
		}
		if slices.ContainsFunc(q.words[:i+1], func(w word) bool { e := q.covering(w); return e != nil && e.Type != nlp.UnknownName }) {
			return nil
		}
		return &restriction{q.words[:i+1]}
	}
	return nil
}

var inquiring = setOf("asks asked ask asking know wonder wonders wondering tell see find check")

// telling are the words that a clause about the asker has among its first.
var telling = setOf(`i im need needed must we my our they customer customers users user boss someone somebody thanks thank thx cheers ta hi hello hey dear sorry sry apologies morning
	evening afternoon team folks guys regards kind best greetings please pls btw fyi`)

// parts cuts the sentence at its punctuation and before "so" and "but".
func (q *question) parts() []restriction {
	var all []restriction
	for i, w := range q.words {
		cut := i == 0 || (w.text == "but" || w.text == "so") && i > 2
		if !cut {
			gap := q.text[q.words[i-1].end:w.start]
			cut = strings.ContainsAny(gap, ",;:!?\n") || strings.Contains(gap, ". ") || strings.Contains(gap, "..") || strings.Contains(gap, " - ")
		}
		if cut {
			all = append(all, restriction{})
		}
		all[len(all)-1].words = append(all[len(all)-1].words, w)
	}
	return all
}

// leaveAsides drops what stands in asides: unknown names are none there, and its words say nothing of what is asked.
func (q *question) leaveAsides() {
	for _, c := range q.asides() {
		from, to := c.words[0].start, c.words[len(c.words)-1].end
		within := func(start, end int) bool { return start >= from && end <= to }
		q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool {
			return (e.Type == nlp.UnknownName || isName(e) && c.introduces()) && within(e.Start, e.End)
		})
		q.aside = append(q.aside, c)
	}
}

// withoutAsides reads a sentence without its asides, where that says more: "PVs that are orphaned, i want to clean up a bit" is no order.
func (t *turn) withoutAsides(ctx context.Context, r reading) reading {
	if r.worth() == whole || r.q.commands() || r.q.pasted {
		return r
	}
	rest := []byte(r.q.text)
	for _, c := range r.q.asides() {
		for i := c.words[0].start; i < c.words[len(c.words)-1].end; i++ {
			rest[i] = ' '
		}
	}
	text := strings.Trim(string(rest), " ,;:-–—")
	if len(text) == len(r.q.text) || !hasWord(text) {
		return r
	}
	if o := t.readingOf(ctx, text); o.worth() > r.worth() {
		return o
	}
	return r
}

// besideThePoint reports whether a word stands in an aside.
func (q *question) besideThePoint(w word) bool {
	return slices.ContainsFunc(q.aside, func(c restriction) bool {
		return w.start >= c.words[0].start && w.end <= c.words[len(c.words)-1].end
	})
}
