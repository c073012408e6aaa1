package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// restriction is a part of a sentence that says which things are meant: a relative clause ("that could not survive a disk
// failure"), what things are with or without, a participle ("owned by team blue").
type restriction struct {
	words []word
}

// unapplied returns the first restriction that the query says nothing of. To answer as if it were not there would be to answer
// another question, whether or not its words are known from elsewhere.
func (q *question) unapplied() (word, bool) {
	if !q.counting() || q.query.Name != "" || q.query.Field == answer.Placement {
		return word{}, false
	}
	for _, r := range q.restrictions() {
		first, last := r.words[0], r.words[len(r.words)-1]
		switch {
		case q.applies(r) || q.idles(r):
		case colours(r):
			q.had = append(q.had, r.words...)
			q.ignored = append(q.ignored, phrase.Quote(q.text[first.start:last.end]))
		default:
			return word{q.text[first.start:last.end], first.start, last.end}, true
		}
	}
	if w, ok := q.incomplete(); ok {
		return w, true
	}
	return word{}, false
}

// colours reports whether a restriction is a figure of speech that relates things to nothing, "lagging behind", "hanging around": they are
// shown with all others, and that it was not understood is said.
func colours(r restriction) bool {
	if w := r.words[0].text; relatives[w] || qualifying[w] || !nlp.IsEnglish(w) {
		return false
	}
	return !slices.ContainsFunc(r.words[1:], func(w word) bool { return !particles[w.text] })
}

// particles are what verbs of figures of speech have behind them.
var particles = setOf("behind around about along ahead away up out over on off back apart together it them us there here now today still much too a bit lot little well right")

// restrictions finds the restrictions of the sentence. What "and" joins to one is another.
func (q *question) restrictions() []restriction {
	var all []restriction
	open := false
	for i, w := range q.words {
		if i > 0 && strings.ContainsAny(q.text[q.words[i-1].end:w.start], ",;:?()") {
			open = false
		}
		switch {
		case q.restricts(i):
			all = append(all, restriction{})
			open = true
		case open && joining[w.text]:
			open = false
		}
		if open {
			all[len(all)-1].words = append(all[len(all)-1].words, w)
		}
	}
	return slices.DeleteFunc(all, func(r restriction) bool { return len(r.words) < 2 })
}

var joining = setOf("and or but so because please pls plz thanks")

// restricts reports whether a restriction begins with the word at a place.
func (q *question) restricts(i int) bool {
	if i == 0 || i+1 == len(q.words) || q.covering(q.words[i]) != nil {
		return false
	}
	w, before := q.words[i].text, q.words[i-1]
	e := q.covering(before)
	noun := e != nil && e.Type == "subject" || things[before.text]
	if strings.ContainsAny(q.text[before.end:q.words[i].start], ",;:?()") {
		noun = noun && relatives[w] // "volumes, provisioned TiB" goes on with another thing
	}
	switch {
	case w == "that" && joining[before.text] && q.subject != "":
		return true // "whose policy is Delete and that hold payments"
	case relatives[w]:
		if strings.ContainsAny(q.text[before.end:q.words[i].start], ":;") {
			return false // "kafka vs redis: who has more" asks
		}
		if next := q.covering(q.words[i+1]); w == "which" && next != nil && next.Type == "subject" || before.text == "by" {
			return false // "its replicas, which node holds each" asks, "claimed by nobody" says who
		}
		return noun || e != nil && isName(*e) && q.subject != "" && !strings.Contains(q.text[before.end:q.words[i].start], ",")
	case qualifying[w]:
		return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "subject" && e.End <= q.words[i].start }) || noun
	}
	return noun && (strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "ing") || participles[w]) && !sorting[w] && !partitions[w]
}

var (
	relatives   = setOf("that which who where nobody")
	qualifying  = setOf("with without having unless except lacking needing")
	participles = setOf("made built bought held kept written given seen known set sent born owned meant")
	things      = setOf("ones those one anything something things stuff everything any all")
)

// applies reports whether the query has something of a restriction: an entity in it that a slot has used up, or a word that says
// how things are.
func (q *question) applies(r restriction) bool {
	from, to := r.words[0].start, r.words[len(r.words)-1].end
	if slices.ContainsFunc(q.had, func(w word) bool { return w.start >= from && w.end <= to }) {
		return true
	}
	for i, w := range r.words {
		if field := q.fieldOf(w.text); i > 0 && field != "" && (r.words[i-1].text == "by" || r.words[i-1].text == "per") && (field == q.query.GroupBy || field == q.query.Sort) {
			return true // "counted by health"
		}
	}
	for i, e := range q.parse.Entities {
		if e.Start >= to || e.End <= from {
			continue
		}
		if e.Type == "duration" && !q.dated() || q.ofAnother(e) || e.Type == "cluster" && !e.Negated && slices.ContainsFunc(r.words, func(w word) bool { return denying[w.text] || notHaving[w.text] }) {
			continue
		}
		if kind := kindOf(q.query.Subject, e.Text); kind != nil && hasFilter(q.query, kind.Field) {
			return true // "which is a zvol"
		}
		if e.Type != "subject" && e.Type != "scope" || q.taken[i] || q.isGroup(e.Start) {
			return true
		}
	}
	return false
}

// dated reports whether a time has become a filter.
func (q *question) dated() bool {
	return hasFilter(q.query, "age") || hasFilter(q.query, "since") || hasFilter(q.query, "snapshot_age")
}

// ofAnother reports whether a word for health belongs to what follows it: "lost data", "failed over".
func (q *question) ofAnother(e nlp.Entity) bool {
	next := q.after(e.End, 1)
	return e.Type == "health" && len(next) > 0 && (next[0] == "over" || next[0] == "data") && !strings.Contains(e.Text, " ")
}

// idles reports whether a restriction restricts nothing: "that we have", "which there are", "with their sizes".
func (q *question) idles(r restriction) bool {
	return !slices.ContainsFunc(r.words, func(w word) bool {
		if holds[w.text] && (q.query.Subject == models.Volumes || q.query.Subject == models.Claims) {
			return false // "that still hold their data"
		}
		return !idling[w.text] && !(columnsAsked(r) && (q.fieldOf(w.text) != "" || q.shows(w) || columnWords[w.text] || columnar[w.text]))
	})
}

// holds are the words of what every volume does: it holds data.
var holds = setOf("hold holds holding keep keeps keeping contain contains data still")

// columnsAsked reports whether a restriction names what is to be shown of things: "with their sizes", "with name and age".
func columnsAsked(r restriction) bool {
	return (r.words[0].text == "with" || columnar[r.words[0].text]) && r.words[len(r.words)-1].text != "data"
}

// columnWords are words for what is shown of things, beside those for fields.
var columnWords = setOf("mode modes binding policy policies parameters versions version access details number names usage count counts")

// idling are words that say nothing of which things are meant.
var idling = setOf(`that which who where those these is are was were be been being there here exist exists existing we i you us me our my your they it its their them the a an do does have has
	had got get own use using run running right now currently today at in on of all moment present see know show with and also cluster clusters details detail info
	anywhere around out available known please tell how many much what so far just want need to storage regards regard respect terms`)

// incomplete returns a comparison with what is no number: "bigger than average", "older than their volume".
func (q *question) incomplete() (word, bool) {
	if q.versus || q.grouped != "" || q.query.GroupBy != "" || q.query.Subject == models.Clusters {
		return word{}, false
	}
	for i, w := range q.words {
		if q.covering(w) != nil && q.covering(w).Type != "subject" || q.mentionsWithin(w, "health") {
			continue // "fewer than they should have" behind what says the same
		}
		if w.text != "than" || i == 0 || i+1 == len(q.words) || slices.Contains(q.had, w) {
			continue
		}
		last := q.words[min(i+4, len(q.words)-1)]
		if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return measures[e.Type] && e.Start < last.end && e.End > q.words[i-1].start }) || q.words[i-1].text == "other" || q.words[i-1].text == "rather" {
			continue
		}
		return word{q.text[q.words[i-1].start:], q.words[i-1].start, len(q.text)}, true
	}
	return word{}, false
}

// mentionsWithin reports whether an entity of a type stands up to four words before a word.
func (q *question) mentionsWithin(w word, kind string) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == kind && e.End <= w.start && q.within(e.End, w.start, 4) })
}

var measures = setOf("percentage quantity duration count condition")
