package intents

import (
	"strconv"
	"strings"
)

// and joins words as a sentence does: "a, b and c".
func and[S ~string](words []S) string { return join(words, " and ") }

// or joins words as a sentence does: "a, b or c".
func or[S ~string](words []S) string { return join(words, " or ") }

func join[S ~string](words []S, last string) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			b.WriteString(last)
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// few joins the first words and counts the others: "a, b, c and 4 more".
func few(words []string, limit int) string {
	if len(words) <= limit+1 {
		return and(words)
	}
	return strings.Join(words[:limit], ", ") + " and " + strconv.Itoa(len(words)-limit) + " more"
}

// code sets a name in backticks.
func code(name string) string { return "`" + strings.ReplaceAll(name, "`", "'") + "`" }

// quoted sets what somebody wrote in quotation marks.
func quoted(text string) string { return "“" + strings.ReplaceAll(text, "`", "'") + "”" }

// number prints a count with its noun.
func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// pick returns the word for one thing or for another number of things.
func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// capital writes a sentence's first letter large, unless it is a name in backticks or a word like "cStor".
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	if strings.HasPrefix(s, "cStor") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
