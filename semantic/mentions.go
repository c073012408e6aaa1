package semantic

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/nlp"
)

// Mentioned is the score of a name that is an everyday word.
const Mentioned = 0.4

// maxMeanings is how many things an everyday word is said to name at most.
const maxMeanings = 10

// Mentions adds to what was recognised in a text the words that are also names of what lives: "shop", "search". Whether they are
// meant as names, the parser decides, unless its training data has them as the words that they are.
func Mentions(text string, entities []nlp.Entity, names nlp.Gazetteer) []nlp.Entity {
	all := slices.Clone(entities)
	for _, w := range nlp.Words(text) {
		said := strings.Trim(w.Text, `.,;:?!()[]"'’`)
		said = strings.TrimSuffix(strings.TrimSuffix(said, "'s"), "’s")
		start := w.Start + strings.Index(w.Text, said)
		end := start + len(said)
		if len(said) < 2 || slices.ContainsFunc(all, func(e nlp.Entity) bool { return e.Start < end && start < e.End }) {
			continue
		}
		c := names.Exact(strings.ToLower(said), maxMeanings)
		if len(c) == 0 || c[0].Score < 1 {
			continue
		}
		all = append(all, nlp.Entity{Type: c[0].Type, Value: c[0].Value, Text: said, Start: start, End: end,
			Score: Mentioned, Source: nlp.FromName, Candidates: c})
	}
	slices.SortStableFunc(all, func(a, b nlp.Entity) int { return a.Start - b.Start })
	return all
}
