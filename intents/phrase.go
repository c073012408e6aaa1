package intents

import (
	"math"
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

// stopped ends a text with a full stop where it has no end. It leaves the first letter alone, which may be of a name.
func stopped(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsRune(".!?", rune(text[len(text)-1])) {
		return text
	}
	return text + "."
}

// coded sets names in backticks.
func coded(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = code(n)
	}
	return out
}

// quotedAll sets texts in quotation marks.
func quotedAll(texts []string) []string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = quoted(t)
	}
	return all
}

// percentText prints a percentage without decimals, except where that would say 0 or 100 of something that is not.
func percentText(p float64) string {
	switch {
	case p > 0 && p < 1:
		return "<1%"
	case p > 99 && p < 100:
		return strconv.FormatFloat(math.Floor(p*10)/10, 'f', -1, 64) + "%"
	}
	return strconv.FormatFloat(math.Round(p), 'f', 0, 64) + "%"
}
