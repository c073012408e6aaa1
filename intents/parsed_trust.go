package intents

import (
	"math"
	"slices"

	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// How sure the parser must be for its reading to stand, by what the model has taken the sentence for. Of 3,100 questions that neither had
// seen, the rules read more than the parser only where it was less sure than trusted.
const (
	trusted = 0.25
	// trustedAct is for an act whose query the parser does not make: it is taken whole.
	trustedAct = 0.5
	// trustedAlone is for a sentence that the model takes for none of MuleBot's, or for an order: "disk mountpoints on worker-1" mounts
	// nothing.
	trustedAlone = 0.8
	// trustedBefore is where the rules ask back, or know no answer: it is better to ask than to guess.
	trustedBefore = 0.55
)

// parse returns the parser's reading of a question; nil where the question is none of its kind, or it is not sure enough.
func (t *turn) parse(q *question) *semantic.Reading {
	switch {
	case q.intent == nil || q.mistakable():
	case q.intent.action != nil || q.alias != nil || q.intent.act >= actCustom && (q.intent.act == actChat || q.follows()):
		return nil
	case q.intent.act < actCustom && !t.Parser.Reads(q.intent.Name):
		return nil
	}
	if q.pasted || q.commands() || q.supposed() != nil || q.follows() && (q.begins(openings) || q.anyWord(those) || q.anyWord(pronouns)) {
		return nil
	}
	heard := q.found
	heard.Entities = semantic.Mentions(q.text, heard.Entities, t.gazetteer())
	r := t.Parser.Parse(q.text, heard)
	least := trusted
	switch {
	case q.intents[r.Act] == nil:
		return nil
	case q.intent == nil, q.mistakable():
		least = trustedAlone
	case !shapes[r.Act]:
		least = trustedAct
	}
	if r.Confidence < least {
		return nil
	}
	return r
}

// even returns how sure the parser must be to be right as often as the rules, where they answer as well: surer where the sentence is short, the
// rules account for all of it, and the model is sure of its intent. The weights are of a logistic regression over 1,050 questions that
// one of the two reads right and the other does not: held-out ones, those of strangers, and training data that was not trained on.
func (p *parsed) even(ruled reading) float64 {
	if !ruled.answered() {
		return trustedBefore
	}
	odds := -5.1 - 0.13*float64(min(len(p.words), 30))
	if ruled.worth() == whole {
		odds += 2.5
	}
	if p.found.Intent != "" {
		odds += 4.6 * p.found.Confidence
	}
	return 1 / (1 + math.Exp(-odds))
}

// exceededBy reports whether the rules account for all of the sentence, and read all in it that the parser does, and more.
func (p *parsed) exceededBy(ruled reading) bool {
	if ruled.worth() < whole || ruled.q.query == nil || ruled.q.query.Subject != p.query.Subject {
		return false
	}
	theirs := semantic.Pieces(ruled.q.query)
	ours := semantic.Pieces(p.query)
	return len(theirs) > len(ours) && !slices.ContainsFunc(ours, func(piece string) bool { return !slices.Contains(theirs, piece) })
}

// mistakable reports whether the model takes a sentence for what a question about storage may look like.
func (q *question) mistakable() bool {
	return q.intent != nil && (q.intent.Name == nlp.Fallback || q.intent.Name == "change")
}
