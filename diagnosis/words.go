package diagnosis

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// since writes " since MOMENT", or nothing if the moment is not known.
func since(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " since " + t.UTC().Format("2006-01-02 15:04 UTC")
}

// at writes " at MOMENT", or nothing if the moment is not known.
func at(t time.Time) string { return strings.Replace(since(t), " since", " at", 1) }

// longest is how many characters of a message stand in a sentence.
const longest = 260

// gist leaves of a message what a reader needs: the innermost cause of a gRPC error, in one line.
func gist(message string) string {
	if i := strings.LastIndex(message, "desc = "); i >= 0 {
		message = message[i+len("desc = "):]
	}
	message = strings.TrimRight(strings.Join(strings.Fields(strings.ReplaceAll(message, "`", "'")), " "), ".")
	if utf8.RuneCountInString(message) > longest {
		message = string([]rune(message)[:longest]) + "…"
	}
	return message
}

// says reports whether a text holds one of some phrases, whatever its case.
func says(text string, phrases ...string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(text, strings.ToLower(p)) })
}

// word is a word of health for a sentence, with the engine's own beside it where that says something else.
func word(h models.Health, state string) string {
	w := string(h)
	if h == models.Unknown || h == "" {
		w = "of unknown health"
	}
	switch {
	case state == "" || strings.EqualFold(state, w):
	case h != models.Healthy && slices.Contains([]string{"Healthy", "Online", "ONLINE", "Ready", "RW", "Bound", "Active"}, state):
		w += " (though it says " + state + ")"
	default:
		w += " (" + state + ")"
	}
	return w
}

func volumeNames(all []*models.Volume) []string {
	names := make([]string, len(all))
	for i, v := range all {
		names[i] = phrase.Code(v.KnownAs())
	}
	return names
}

// once leaves of elements that are the same the first, in their order.
func once[T any](all []T, same func(a, b T) bool) []T {
	var kept []T
	for _, x := range all {
		if !slices.ContainsFunc(kept, func(k T) bool { return same(k, x) }) {
			kept = append(kept, x)
		}
	}
	return kept
}

func sameText(a, b string) bool { return a == b }

func sameLink(a, b Link) bool {
	return a.Kind == b.Kind && a.Name == b.Name && a.Namespace == b.Namespace && a.Field == b.Field
}

// sameCommand reports whether two commands do the same. Of what no command does, the reason tells.
func sameCommand(a, b Command) bool { return a.Run == b.Run && (a.Run != "" || a.Why == b.Why) }
