package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

const (
	// trusted is from which confidence the parser's reading stands.
	trusted = 0.5
	// beyond is how probable it has to be that a sentence asks for more than a query can say, for the rules' answer not to be given.
	beyond = 0.8
)

// parse returns the parser's reading of a question, and whether it is to be trusted; nil where the question is none of its kind.
func (t *turn) parse(q *question) (r *semantic.Reading, sure bool) {
	least := trusted
	switch {
	case q.intent == nil || q.intent.Name == nlp.Fallback:
		if q.evidence() <= len(q.foreigners()) {
			return nil, false
		}
	case q.intent.Name == "change":
		least = trustedAlone // "disk mountpoints on worker-1" mounts nothing
	case q.intent.action != nil || q.alias != nil || q.intent.act >= actCustom && (q.intent.act == actChat || q.follows()):
		return nil, false
	}
	if q.pasted || q.commands() || q.supposed() != nil || q.follows() && (q.begins(openings) || q.anyWord(those) || q.anyWord(pronouns)) {
		return nil, false
	}
	r = t.Parser.Parse(q.text, semantic.Mentions(q.text, q.found.Entities, t.gazetteer()))
	if q.intents[r.Act] == nil || q.intent != nil && q.intent.Name == "change" && !shapes[r.Act] {
		return nil, false
	}
	return r, r.Confidence >= least && (!shapes[r.Act] || !q.leaves(r))
}

// leaves reports whether a reading has no use for a name, an engine, an amount or an order that the sentence has, or has a name that the
// sentence does not have.
func (q *question) leaves(r *semantic.Reading) bool {
	for i, e := range r.Anchors {
		unknown := e.Type == nlp.UnknownName && !q.attached(r, e.Start, e.End)
		if e.Type == "condition" && i > 0 && r.Roles[i-1] != semantic.NoRole && measures[r.Anchors[i-1].Type] && strings.TrimSpace(q.text[r.Anchors[i-1].End:e.Start]) == "" {
			continue // "over 80% full" says the same twice
		}
		if r.Roles[i] == semantic.NoRole && e.Score != semantic.Mentioned && (isName(e) && !unknown || e.Type == "engine" || measures[e.Type] || e.Type == "sort" && len(r.Marks) == 0) {
			return true
		}
	}
	return slices.ContainsFunc(r.Marks, func(m string) bool { return semantic.Compares(m) && kindsOf(r.Subject, semantic.FieldOf(m)) != nil })
}
