package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/semantic"
)

// trustedAlone is from which confidence the parser's reading stands against another one of the rules that leaves no word out and says no less.
const trustedAlone = 0.8

// rulesRead reports whether the rules read a sentence better than the parser: they account for every word of it and show all that the
// parser shows, and say more than it, or no less where it is in doubt, or are surer of what is to be done.
func rulesRead(ruled, parsed reading, classified *Intent, r *semantic.Reading) bool {
	if ruled.worth() < whole || ruled.q.query == nil || parsed.q.query == nil {
		return false
	}
	rules, parser := semantic.Pieces(ruled.q.query), semantic.Pieces(parsed.q.query)
	missed := howMany(parser, func(p string) bool { return !slices.Contains(rules, p) })
	missedShown := howMany(parser, func(p string) bool { return isShow(p) && !slices.Contains(rules, p) })
	shown, parserShown := howMany(rules, isShow), howMany(parser, isShow)
	switch {
	case missed == 0 && len(rules) > len(parser) && ruled.q.query.Subject == parsed.q.query.Subject:
		return true
	case r.Confidence < trustedAlone && len(rules)-shown >= len(parser)-parserShown && (missedShown == 0 || shown > parserShown):
		return true
	}
	return missedShown == 0 && classified != nil && classified.Name != r.Act && ruled.q.parse.Confidence > r.Confidence
}

func howMany(pieces []string, fits func(string) bool) int {
	n := 0
	for _, p := range pieces {
		if fits(p) {
			n++
		}
	}
	return n
}

func isShow(piece string) bool { return strings.HasPrefix(piece, "show=") }
