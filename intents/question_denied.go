package intents

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// deny marks what the recognisers have not seen to be denied: names that a preposition stands between and their negation, "not on worker-1",
// conditions with it behind them, "with expansion turned off", and what is in a row with something denied.
func (q *question) deny() {
	for i, e := range q.parse.Entities {
		if next := q.after(e.End, 2); e.Type == "condition" && len(next) > 0 && (disabling[next[0]] || len(next) > 1 && next[0] == "turned" && next[1] == "off") {
			q.parse.Entities[i].Negated = !e.Negated // "with expansion turned off"
		}
		if next := q.after(e.End, 2); e.Type == "condition" && len(next) > 1 && next[0] == "by" && nobodies[next[1]] {
			q.parse.Entities[i].Negated = !e.Negated // "claimed by nobody"
			q.had = append(q.had, q.words[slices.IndexFunc(q.words, func(w word) bool { return w.start >= e.End })+1])
		}
		if e.Type == "condition" && !e.Negated && q.doneByNobody(e) {
			q.parse.Entities[i].Negated = true // "that nothing has claimed"
		}
		if e.Type == "health" && q.notAll(e) {
			q.parse.Entities[i].Negated = true
		}
		if unequal.MatchString(q.text[:e.Start]) {
			q.parse.Entities[i].Negated = true // "phase != Bound"
		}
		if i > 0 && e.Negated && isName(e) && q.denialTaken(q.parse.Entities[i-1], e) {
			q.parse.Entities[i].Negated = false // "not running on worker-1"
			continue
		}
		near := q.before(e.Start, 6)
		if at := slices.Index(near, "not"); at >= 0 && at+1 < len(near) && near[at+1] == "or" {
			q.parse.Entities[i].Negated = false // "expandable or not, on prod"
			continue
		}
		for _, w := range near {
			if denying[w] || w == "no" && q.anyWord(copying) || w == "but" && q.allBut(e.Start) {
				q.parse.Entities[i].Negated = isName(e) || e.Negated
			}
			if w == "not" && (e.Type == "engine" || e.Type == "health" || e.Type == "condition") {
				q.parse.Entities[i].Negated = true // "not those waiting for first consumer"
			}
			if sparing[w] && (e.Type == "engine" || e.Type == "health" || e.Type == "condition") {
				q.parse.Entities[i].Negated = w != "unless" || !e.Negated
			}
			if !between[w] && !(pronouns[w] || w == "they" || w == "are") {
				break
			}
		}
		if i > 0 && (isName(e) || e.Type == "engine") && q.parse.Entities[i-1].End <= e.Start {
			last := q.parse.Entities[i-1]
			switch strings.TrimSpace(strings.ToLower(q.text[last.End:e.Start])) {
			case "and", "or", ",", ", and":
				q.parse.Entities[i].Negated = e.Negated || last.Negated && isName(last) == isName(e)
			}
		}
	}
}

// denies returns what stands from a word on that denies something which was recognised as no condition: "which nodes don't carry one".
func (q *question) denies() (word, bool) {
	for i, w := range q.words {
		if !negating[w.text] || i == 0 || i+1 == len(q.words) || q.covering(w) != nil || slices.Contains(q.had, w) || aside[q.words[i-1].text] || aside[q.words[i+1].text] {
			continue
		}
		if !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
			return e.Negated || e.Start >= w.end && (e.Op != "" || e.Type == "condition" || e.Type == "health")
		}) {
			return word{q.text[w.start:], w.start, len(q.text)}, true
		}
	}
	return word{}, false
}

var negating = setOf("not never don doesn dont doesnt haven hasn havent hasnt nobody")

// affirms reports whether a reading lists things and has no condition, beside those of the last question, that denies something: where the
// sentence does, that would be the opposite of what is asked.
func (q *question) affirms(r reading, denial word) bool {
	named := slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && e.Start >= denial.start })
	return r.answered() && r.q.query != nil && lists[r.kind()] && r.q.query.Name == "" && !supposes(r.q.query) && !slices.ContainsFunc(r.q.query.Filters, func(f models.Filter) bool {
		return !hasSame(q.dialogue.Query, f) && (f.Not && (named || kindsOf(r.q.query.Subject, f.Field) == nil) || f.Op == models.Lt || f.Op == models.Le || slices.Contains(f.Values, "false"))
	})
}

// lists are the kinds of answers about many things.
var lists = setOf("list count aggregate consumers replicas")

// denying returns those of the ways to understand a sentence that denies something in which that counts: the one alone that puts in what
// it says that there is none of.
func (q *question) denying(all []*option, denial word) []*option {
	var some []*option
	for _, o := range all {
		if !lists[o.kind()] || q.affirms(o.reading, denial) {
			continue
		}
		if slices.Contains(o.ways, "object") && o.worth() == whole {
			return []*option{o}
		}
		some = append(some, o)
	}
	return some
}

// undeniedAs says that it is not known what the words from a denial on say, rather than to answer as if they were not there.
func (q *question) undeniedAs(r reading, denial word) reading {
	if !r.answered() {
		return r
	}
	asks := *r.q
	return reading{q: &asks, reply: asks.notUnderstood(denial)}
}

// denialTaken reports whether the negation before a name is part of the state before it.
func (q *question) denialTaken(state, name nlp.Entity) bool {
	return state.Type == "health" && state.End <= name.Start && q.within(state.End, name.Start, 2) && strings.HasPrefix(strings.ToLower(state.Text), "not ")
}

// doneByNobody reports whether the one who did what a condition says is nobody.
func (q *question) doneByNobody(condition nlp.Entity) bool {
	near := q.before(condition.Start, 4)
	i := slices.IndexFunc(near, func(w string) bool { return !perfect[w] })
	return i > 0 && nobodies[near[i]]
}

// perfect are the words between who did something and what was done: "nothing has ever claimed".
var perfect = setOf("has have had ever yet currently actually")

// notAll reports whether the sentence denies that all are so: "doesn't report all its pools as healthy".
func (q *question) notAll(e nlp.Entity) bool {
	near := q.wordsBefore(e.Start, 8)
	all := slices.IndexFunc(near, func(w word) bool { return w.text == "all" || w.text == "every" })
	return all > 0 && slices.ContainsFunc(near[:all], func(w word) bool { return notHaving[w.text] || w.text == "isn" || w.text == "aren" }) &&
		!q.clauseEnds(near[0].end, e.Start)
}

// usedBy takes "not used by kafka" for what kafka does not use, and not for what nobody does.
func (q *question) usedBy() {
	for i := 0; i+1 < len(q.parse.Entities); i++ {
		e, by := q.parse.Entities[i], q.parse.Entities[i+1]
		if e.Value == "unused" && strings.HasSuffix(e.Text, "ed") && isName(by) && strings.TrimSpace(q.text[e.End:by.Start]) == "by" {
			q.parse.Entities[i+1].Negated = !e.Negated
			q.parse.Entities = slices.Delete(q.parse.Entities, i, i+1)
			return
		}
	}
}

// allBut reports whether the last "but" before an offset is that of "all volumes but the ones in kafka".
func (q *question) allBut(offset int) bool {
	near := q.before(offset, 9)
	i := slices.Index(near, "but")
	return i >= 0 && slices.ContainsFunc(near[i+1:min(len(near), i+4)], func(w string) bool { return w == "all" || w == "every" || w == "everything" })
}

// sparing are the words that take out of what is meant what is so: "unless they are healthy", "besides the cstor ones".
var sparing = setOf("apart unless besides except excluding")

var nobodies = setOf("no none nobody nothing noone")

// unequal ends where what follows is denied with a sign.
var unequal = regexp.MustCompile(`(?:!==?|≠|<>|=/=)\s*["'` + "`" + `]?$`)

var disabling = setOf("off disabled forbidden switched disallowed denied")

var copying = setOf("replica replicas copy copies")

var (
	denying = setOf("apart not except excluding outside besides without")
	between = setOf("a any replica replicas copy copies in on of from the those ones namespace node cluster pool class storage zone for at")
)
