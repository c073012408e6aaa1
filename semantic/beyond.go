package semantic

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/nlp"
)

// silent stands for a word that is not listened to: no example has it.
const silent = "<silent>"

// Beyond returns the probability that the sentence asks for what no field holds.
func (r *Reading) Beyond() float64 { return r.beyond(r.sentence) }

func (r *Reading) beyond(s *sentence) float64 {
	return r.parser.marks.Probability(s.about(), beyondMark)
}

// Odd returns where the word stands that says the most for [Reading.Beyond], of those that may: the one without which it would be the
// least probable. It returns two zeros if there is none.
func (r *Reading) Odd(may func(word nlp.Said) bool) (start, end int) {
	least := 1.0
	for i, y := range r.sentence.symbols {
		if y.anchor >= 0 || !may(nlp.Said{Text: y.raw, Stem: y.text, Start: y.start, End: y.end}) {
			continue
		}
		without := *r.sentence
		without.symbols = slices.Clone(without.symbols)
		without.symbols[i].text = silent
		if p := r.beyond(&without); p < least {
			least, start, end = p, y.start, y.end
		}
	}
	return start, end
}

// Tells reports whether a piece of the reading hangs on a word: without it, it is clearly less probable.
func (r *Reading) Tells(start, end int) bool {
	without := *r.sentence
	without.symbols = slices.Clone(without.symbols)
	for i, y := range without.symbols {
		if y.anchor < 0 && y.start < end && start < y.end {
			without.symbols[i].text = silent
		}
	}
	features, all := without.about(), r.sentence.about()
	return slices.ContainsFunc(r.Marks, func(m string) bool {
		return r.parser.marks.Probability(features, m) < r.parser.marks.Probability(all, m)/2
	})
}

// Fields returns the fields that the reading has something of, whether or not it makes a query.
func (r *Reading) Fields() []string {
	var fields []string
	for i, e := range r.Anchors {
		switch role := strings.TrimPrefix(r.Roles[i], orRole); role {
		case NoRole, clusterRole:
		case healthRole:
			fields = append(fields, "health")
		default:
			fields = append(fields, FieldOf(role), r.parser.field(r.Subject, e))
		}
	}
	for _, m := range r.Marks {
		fields = append(fields, FieldOf(m))
	}
	return fields
}
