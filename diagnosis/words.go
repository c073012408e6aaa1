package diagnosis

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mulebot/mulebot/models"
)

func code(s string) string { return "`" + strings.ReplaceAll(s, "`", "'") + "`" }

func scoped(namespace, name string) string {
	if namespace == "" {
		return code(name)
	}
	return code(namespace + "/" + name)
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return strings.ToUpper(string(r)) + s[size:]
}

// and joins words as a sentence does.
func and(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

// few joins at most n words and says how many are left out.
func few(words []string, n int) string {
	if len(words) <= n {
		return and(words)
	}
	return strings.Join(words[:n], ", ") + fmt.Sprintf(" and %d more", len(words)-n)
}

func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

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
		names[i] = volumeName(v)
	}
	return names
}

func distinct(words []string) []string {
	var kept []string
	for _, w := range words {
		if !slices.Contains(kept, w) {
			kept = append(kept, w)
		}
	}
	return kept
}

// once leaves of links that say the same the first.
func once(links []Link) []Link {
	var kept []Link
	for _, l := range links {
		if !slices.ContainsFunc(kept, func(k Link) bool {
			return k.Kind == l.Kind && k.Name == l.Name && k.Namespace == l.Namespace && k.Field == l.Field
		}) {
			kept = append(kept, l)
		}
	}
	return kept
}

// onceEach leaves of commands that are the same the first.
func onceEach(all []Command) []Command {
	var kept []Command
	for _, c := range all {
		if !slices.ContainsFunc(kept, func(k Command) bool { return k.Run == c.Run && (c.Run != "" || k.Why == c.Why) }) {
			kept = append(kept, c)
		}
	}
	return kept
}
