package intents

import (
	"maps"
	"slices"
	"strings"
)

// reference is a channel, or somebody, that a message mentions: as it is shown, and its id.
type reference struct{ shown, id string }

type references []reference

// refersTo returns the channels that a text mentions, or else the people and groups, in its order and each once, and the text without
// them. Of two whose names begin alike, "#prod" and "#prod-alerts", the longer is the one that stands there.
func (t *turn) refersTo(text string, channels bool) (refs references, rest string) {
	shown := slices.DeleteFunc(slices.Sorted(maps.Keys(t.message.Mentions)), func(s string) bool { return strings.HasPrefix(s, "#") != channels })
	slices.SortStableFunc(shown, func(a, b string) int { return len(b) - len(a) })
	var without strings.Builder
	for i := 0; i < len(text); {
		at := slices.IndexFunc(shown, func(s string) bool { return strings.HasPrefix(text[i:], s) && standsAlone(text[i:], 0, len(s)) })
		if at < 0 {
			without.WriteByte(text[i])
			i++
			continue
		}
		if r := (reference{shown[at], t.message.Mentions[shown[at]]}); !slices.Contains(refs, r) {
			refs = append(refs, r)
		}
		without.WriteByte(' ')
		i += len(shown[at])
	}
	return refs, without.String()
}

// shown returns references as they are shown, a line each.
func (r references) shown() string {
	all := make([]string, len(r))
	for i := range r {
		all[i] = r[i].shown
	}
	return strings.Join(all, "\n")
}
