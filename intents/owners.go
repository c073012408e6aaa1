package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// possessive reports whether a word of a text is said to have what follows it: "bob's".
func possessive(text string, w word) bool {
	rest := text[w.end:]
	return (strings.HasPrefix(rest, "'s ") || strings.HasPrefix(rest, "’s ")) && !contracted[w.text]
}

// contracted are the words behind which "'s" is "is" or "us", or that are for nobody whom a name would tell.
var contracted = setOf("what that there it he she who where when why how here let this one old long everyone everybody anyone anybody someone somebody nobody everything something anything nothing")

// owned returns the only name that has an owner and what is theirs for pieces: "bob's workspace" is workspace-bob.
func (t *turn) owned(text string, words []word, i int, parse nlp.Parse) string {
	if i+1 == len(words) || !possessive(text, words[i]) || recognised(words[i], parse) || recognised(words[i+1], parse) || namesBeside(parse, words, i, i+2) {
		return ""
	}
	return t.piecedOf(keptIn, wantedOf(words[i:i+2]))
}

// recognised reports whether a word is part of something that was recognised: no name that nothing has, and no mistyped word.
func recognised(w word, parse nlp.Parse) bool {
	return slices.ContainsFunc(parse.Entities, func(e nlp.Entity) bool {
		return e.Type != nlp.UnknownName && (e.Source != nlp.FromLookup || e.Score == 1) && w.start < e.End && e.Start < w.end
	})
}

// heedOwner asks about an owner that nothing is known of where it says which things are meant, and tells of it where one is named: those of
// everybody are another answer.
func (q *question) heedOwner() *models.Reply {
	w, ok := q.unowned()
	if !ok {
		return nil
	}
	if q.query.Name == "" && len(q.targets) == 0 {
		return q.notUnderstood(w)
	}
	q.ignored = append(q.ignored, phrase.Quote(w.text))
	q.had = append(q.had, w)
	return nil
}

// unowned returns the owner of things that the sentence asks about, if it is none that is known.
func (q *question) unowned() (word, bool) {
	for i, w := range q.words {
		if !possessive(q.text, w) || recognised(w, q.parse) || !q.isOwned(i+1) || i > 0 && questioning[q.words[i-1].text] || q.namedFor(w) {
			continue
		}
		if !peoples[w.text] {
			return w, true
		}
		if from := q.words[max(0, i-1)]; i > 0 && !recognised(from, q.parse) && !hasFilter(q.query, "namespace") && !hasFilter(q.query, "workload") {
			return word{q.text[from.start:w.end], from.start, w.end}, true // "the acme team's", "my team's"
		}
	}
	return word{}, false
}

// peoples are groups of people, who are called by the word before.
var peoples = setOf("team squad group department crew folks")

// isOwned reports whether a thing or a kind of things is what somebody has: it stands at the place, or behind words that tell how it is.
func (q *question) isOwned(at int) bool {
	for _, w := range q.words[min(at, len(q.words)):] {
		e := q.covering(w)
		switch {
		case e == nil || e.Type == nlp.UnknownName:
			return false
		case e.Type == "subject" || isName(*e):
			return true
		}
	}
	return false
}

// namedFor reports whether something that the sentence names has an owner in its name: "dave's claim, workspace-dave".
func (q *question) namedFor(owner word) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && slices.Contains(pieces(e.Value), owner.text) })
}
