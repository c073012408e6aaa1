package intents

import (
	"math"
	"slices"

	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// How sure the parser must be for its reading to stand.
const (
	trusted = 0.25
	// trustedAct is for an act whose query the parser does not make: it is taken whole.
	trustedAct = 0.5
	// trustedAlone is for a sentence that the model takes for none of MuleBot's, or for an order: "disk mountpoints on worker-1" mounts
	// nothing.
	trustedAlone = 0.6
	// trustedBefore is where the rules ask back, or know no answer: it is better to ask than to guess.
	trustedBefore = 0.5
)

// least returns how sure a reading must be to stand, where the sentence may be none of MuleBot's or not.
func least(r *semantic.Reading, doubtful bool) float64 {
	switch {
	case doubtful:
		return trustedAlone
	case !shapes[r.Act]:
		return trustedAct
	}
	return trusted
}

// heard returns what the parser is told of a question: what is recognised in it, and what the rules read.
func (t *turn) heard(q *question, ruled reading) semantic.Heard {
	heard := semantic.Heard{Parse: q.found, Ruled: ruled.ruling()}
	heard.Entities = semantic.Mentions(q.text, q.withNames(), t.gazetteer())
	return heard
}

// withNames returns what the recognisers found, with the names that stand where these see none.
func (q *question) withNames() []nlp.Entity {
	all := slices.Clone(q.found.Entities)
	for _, e := range q.parse.Entities {
		if (e.Type == "namespace" || e.Type == "workload") && e.Score == 1 && !slices.ContainsFunc(all, func(o nlp.Entity) bool { return e.Start < o.End && o.Start < e.End }) {
			all = append(all, e)
		}
	}
	return all
}

// ruling is a reading of the rules as the parser is told it; nil where it is none of a question about storage.
func (r reading) ruling() *semantic.Ruling {
	if r.worth() == declined || r.q.query == nil || r.q.query.Subject == "" {
		return nil
	}
	ruling := &semantic.Ruling{Act: r.q.intent.Name, Query: r.q.query}
	switch r.worth() {
	case whole:
		ruling.Sure = semantic.Whole
	case incomplete:
		ruling.Sure = semantic.Partial
	}
	return ruling
}

// readable reports whether a question is of the kind that the parser reads.
func (q *question) readable() bool {
	switch {
	case q.doubtful():
	case q.intent.action != nil || q.alias != nil || q.intent.act >= actCustom && (q.intent.act == actChat || q.follows()):
		return false
	case q.intent.act < actCustom && !q.Parser.Reads(q.intent.Name):
		return false
	}
	return !q.pasted && !q.commands() && q.compared() == "" && q.supposed() == nil && q.staysAway() == nil && !(q.follows() && (q.begins(openings) || q.anyWord(standing) || q.anyWord(pronouns)))
}

// doubtful reports whether the model takes a sentence for what a question about storage may look like, or has no idea of it.
func (q *question) doubtful() bool {
	return q.intent == nil || q.intent.Name == nlp.Fallback || q.intent.Name == "change"
}

// even returns how sure the parser must be of what the rules read otherwise: surer where they account for all of the sentence, the sentence
// is short, and the model is sure of its intent. The parser weighs what the rules read itself, but has learnt to on questions that are
// harder than most. The weights are about those of a logistic regression over 292 questions, held-out ones and those of strangers, of which one of
// the two reads right and the other does not.
func (p *parsed) even(ruled reading) float64 {
	if !ruled.answered() {
		return trustedBefore
	}
	odds := -2 - 0.05*float64(min(len(p.words), 30))
	if ruled.worth() == whole {
		odds += 1.1
	}
	if p.found.Intent != "" {
		odds += 1.5 * p.found.Confidence
	}
	return 1 / (1 + math.Exp(-odds))
}
