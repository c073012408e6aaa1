package semantic

import (
	"slices"

	"github.com/mulebot/mulebot/nlp"
)

// silent stands for a word that is not listened to: no example has it.
const silent = "<silent>"

// Beyond reports whether the sentence asks for what no field holds.
func (r *Reading) Beyond() bool { return slices.Contains(r.Marks, beyondMark) }

func (r *Reading) beyond(s *sentence) float64 {
	return r.parser.marks.Probability(s.about(), beyondMark)
}

// Odd returns where the word stands that says the most for that, of those that may: the one without which it would be the
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

// Tells reports whether a piece of the reading hangs on a part of the sentence: without it, it is clearly less probable.
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

// Hears reports whether the training data knows the words of a part of the sentence.
func (r *Reading) Hears(start, end int) bool {
	return !slices.ContainsFunc(r.sentence.symbols, func(y symbol) bool {
		return y.anchor < 0 && y.text == rare && y.start < end && start < y.end
	})
}
