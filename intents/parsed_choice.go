package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/semantic"
)

// trustedAlone is from which confidence the parser's reading stands against another one of the rules that leaves no word out and says no less.
const trustedAlone = 0.8

// rulesRead reports whether the rules read a sentence better than the parser: they account for every word of it and show all that the
// parser shows, and say more than it, or no less where it is in doubt, or are surer of what is to be done. Where the sentence has words
// that the parser does not know, it is the rules who say what they stumble over.
func rulesRead(ruled, parsed reading, classified *Intent, r *semantic.Reading) bool {
	worth := ruled.worth()
	if parsed.strange && worth < incomplete && r.Confidence < trustedStrange {
		return true
	}
	if worth < whole || ruled.q.query == nil || parsed.q.query == nil {
		return false
	}
	rules, parser := semantic.Pieces(ruled.q.query), semantic.Pieces(parsed.q.query)
	if slices.ContainsFunc(parser, func(p string) bool { return strings.HasPrefix(p, "show=") && !slices.Contains(rules, p) }) {
		return false
	}
	rules, parser = slices.DeleteFunc(rules, isShow), slices.DeleteFunc(parser, isShow)
	switch {
	case classified != nil && classified.Name != r.Act && ruled.q.parse.Confidence > r.Confidence:
		return true
	case r.Confidence < trustedAlone && len(rules) >= len(parser):
		return true
	}
	return ruled.q.query.Subject == parsed.q.query.Subject && len(rules) > len(parser) &&
		!slices.ContainsFunc(parser, func(p string) bool { return !slices.Contains(rules, p) })
}

func isShow(piece string) bool { return strings.HasPrefix(piece, "show=") }
