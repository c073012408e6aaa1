// Package phrase writes the small parts of sentences that all replies share: lists ("a, b and c"), counts with their nouns
// ("3 volumes"), names in backticks, quotations, percentages; and it puts names in the order in which people read them.
//
// It writes for the user, in plain text with the backticks that every door understands.
package phrase

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// And joins words as a sentence does: "a, b and c".
func And[S ~string](words []S) string { return join(words, " and ") }

// Or joins words as a sentence does: "a, b or c".
func Or[S ~string](words []S) string { return join(words, " or ") }

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

// Few joins the first words, as many as the limit, and counts the others: "a, b, c and 4 more". It never counts a single one,
// which takes no more room when it is named.
func Few(words []string, limit int) string {
	if len(words) <= limit+1 {
		return And(words)
	}
	return strings.Join(words[:limit], ", ") + " and " + strconv.Itoa(len(words)-limit) + " more"
}

// Code sets a name in backticks.
func Code(name string) string { return "`" + strings.ReplaceAll(name, "`", "'") + "`" }

// Scoped names a thing of a namespace, in backticks: `shop/mysql`. What is in no namespace has its name alone.
func Scoped(namespace, name string) string {
	if namespace == "" {
		return Code(name)
	}
	return Code(namespace + "/" + name)
}

// Quote sets what somebody wrote in quotation marks.
func Quote(text string) string { return "“" + strings.ReplaceAll(text, "`", "'") + "”" }

// Count prints a count with its noun.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Pick returns the word for one thing or for another number of things.
func Pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Either returns the first word where something is so, and the other where it is not.
func Either(so bool, one, other string) string {
	if so {
		return one
	}
	return other
}

// Capital writes a sentence's first letter large, unless it is a name in backticks or a word like "cStor".
func Capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	if strings.HasPrefix(s, "cStor") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Stop ends a text with a full stop where it has no end: one that was cut ends with an ellipsis. It leaves the first letter alone,
// which may be of a name.
func Stop(text string) string {
	text = strings.TrimSpace(text)
	if last, _ := utf8.DecodeLastRuneInString(text); text == "" || strings.ContainsRune(".!?…", last) {
		return text
	}
	return text + "."
}

// Codes sets names in backticks.
func Codes(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = Code(n)
	}
	return out
}

// Quotes sets texts in quotation marks.
func Quotes(texts []string) []string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = Quote(t)
	}
	return all
}

// Percent prints a percentage without decimals, except where that would say 0 or 100 of something that is not.
func Percent(p float64) string {
	switch {
	case p > 0 && p < 1:
		return "<1%"
	case p > 99 && p < 100:
		return strconv.FormatFloat(math.Floor(p*10)/10, 'f', -1, 64) + "%"
	}
	return strconv.FormatFloat(math.Round(p), 'f', 0, 64) + "%"
}
