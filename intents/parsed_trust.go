package intents

import (
	"slices"

	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// How far the parser is trusted: from which confidence its reading stands against the rules, though the sentence has words that it does
// not know, and though the model of intents holds it to be none of MuleBot's business.
const (
	trusted         = 0.5
	trustedStrange  = 0.35
	trustedOutsider = 0.5
	trustedLeaving  = 2
)

// trusted returns the parser's reading of a question; nil where the question is none of its kind, or the reading not to be trusted.
func (t *turn) trusted(q *question) *semantic.Reading {
	least := trusted
	switch {
	case q.intent == nil || q.intent.Name == nlp.Fallback:
		if least = trustedOutsider; q.evidence() <= len(q.foreigners()) {
			return nil
		}
	case q.intent.action != nil || q.alias != nil || q.intent.act >= actCustom && (q.intent.act == actChat || q.follows()):
		return nil
	}
	if q.pasted || q.commands() || q.supposed() != nil || q.follows() && (q.begins(openings) || q.anyWord(those) || q.anyWord(pronouns)) {
		return nil
	}
	r := t.Parser.Parse(q.text, semantic.Mentions(q.text, q.found.Entities, t.gazetteer()))
	if r.Confidence < least || q.intents[r.Act] == nil || r.Confidence < trustedLeaving && shapes[r.Act] && leaves(r) {
		return nil
	}
	return r
}

// leaves reports whether a reading has no use for a name, an engine or an amount that the sentence has.
func leaves(r *semantic.Reading) bool {
	for i, e := range r.Anchors {
		if r.Roles[i] == semantic.NoRole && e.Score != semantic.Mentioned && (isName(e) || e.Type == "engine" || measures[e.Type]) {
			return true
		}
	}
	return false
}

// strange reports whether the sentence has words that the parser does not know.
func (p *parsed) strange() bool {
	return slices.ContainsFunc(nlp.Words(p.text), func(w nlp.Said) bool {
		return len(w.Text) > 2 && hasWord(w.Text) && !p.Parser.Knows(w.Stem) && p.covering(word{w.Text, w.Start, w.End}) == nil
	})
}
