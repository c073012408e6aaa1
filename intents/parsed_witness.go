package intents

import (
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/semantic"
)

// heeded is from which confidence on a reading is taken to have heeded what its training data knows the words of, and to say in other words
// what a word for a condition does that it has no use for.
const heeded = 0.6

// unheard makes sure that no word that may matter is passed over, as leftover does for the rules: of those that the parser does not know
// and that stand beside what it has a use for.
func (p *parsed) unheard() *models.Reply {
	if w, ok := p.unused(); ok {
		return p.notUnderstood(w)
	}
	if reply := p.heedOwner(); reply != nil {
		return reply
	}
	for _, w := range p.unread() {
		switch {
		case several[w.text] || p.accounts(w) || p.reading.Tells(w.start, w.end) || p.known.knows(w.text):
		case p.reading.Confidence >= heeded && p.reading.Hears(w.start, w.end):
		case p.qualifies(w) || p.attributive(w):
			return p.notUnderstood(w)
		case !p.reading.Hears(w.start, w.end) && p.attached(p.reading, w.start, w.end):
			p.ignored = append(p.ignored, phrase.Quote(p.text[w.start:w.end]))
		}
	}
	for i, e := range p.reading.Anchors {
		if p.unusedName(i) || p.drops(i) {
			p.ignored = append(p.ignored, phrase.Quote(e.Text))
		}
	}
	if len(p.ignored) > 0 {
		p.notes = append(p.notes, passedOver(p.ignored))
	}
	return nil
}

// drops reports whether an anchor is an amount that the list has no use for.
func (p *parsed) drops(i int) bool {
	e := p.reading.Anchors[i]
	return p.reading.Roles[i] == semantic.NoRole && p.query.Name == "" && (e.Type == nlp.Quantity || e.Type == nlp.Percentage || e.Type == nlp.Duration) &&
		!p.accounts(word{start: e.Start, end: e.End}) && !slices.ContainsFunc(p.asides(), func(c restriction) bool {
		return e.Start >= c.words[0].start && e.End <= c.words[len(c.words)-1].end
	})
}

// unused returns the first restriction that the reading has nothing of.
func (p *parsed) unused() (word, bool) {
	if !p.counting() || p.query.Name != "" || p.reading.Confidence >= heeded {
		return word{}, false
	}
	for i, w := range p.words[:max(0, len(p.words)-1)] {
		next, rest := p.words[i+1], word{p.text[w.start:], w.start, len(p.text)}
		if w.text == "whose" && !p.accounts(next) && !p.reading.Tells(rest.start, rest.end) {
			return rest, true // it is of what belongs to the things, not of them
		}
	}
	for _, r := range p.restrictions() {
		all := word{start: r.words[0].start, end: r.words[len(r.words)-1].end}
		all.text = p.text[all.start:all.end]
		if !p.accounts(all) && !p.reading.Tells(all.start, all.end) && !p.idles(r) && !colours(r) {
			return all, true
		}
	}
	return word{}, false
}

// accounts reports whether the reading has a use for a word.
func (p *parsed) accounts(w word) bool {
	for i, e := range p.reading.Anchors {
		if role := p.reading.Roles[i]; role != semantic.NoRole && role != semantic.ClusterRole && e.Start < w.end && w.start < e.End {
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

// beyond answers a sentence that asks for what no field holds: it says which word does, beside what the rules answer without it.
func (p *parsed) beyond(ruled reading) reading {
	if !ruled.answered() || !shapes[ruled.q.intent.Name] || hasFilter(ruled.q.query, "until_readonly") { // no data has that
		return ruled
	}
	start, end := p.reading.Odd(func(w nlp.Said) bool {
		return len(w.Text) > 2 && hasWord(w.Text) && !saysLittle(w.Text) && !saysLittle(w.Stem) && ruled.q.fieldOf(w.Text) == "" && ruled.q.covering(word{w.Text, w.Start, w.End}) == nil
	})
	if end > 0 && !(ruled.q.query.Name != "" && slices.Contains(ruled.q.ignored, phrase.Quote(p.text[start:end]))) { // that is told of one thing
		ruled.reply = ruled.q.notUnderstood(word{p.text[start:end], start, end})
	}
	return ruled
}

// saysLittle reports whether a word is one of those that pick nothing out.
func saysLittle(w string) bool {
	return everyday[w] || structural[w] || idling[w] || relatives[w] || qualifying[w]
}
