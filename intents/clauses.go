package intents

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clause is a part of a message that can be read by itself, with its byte offsets.
type clause struct {
	text       string
	start, end int
	asks       bool // it is a question or an order; else it only tells something
	heads      bool // it ends with a colon: what follows is about it
}

// clausesOf cuts a message into its clauses: at the ends of sentences and lines, at dashes, semicolons and colons, and where another
// question begins within a sentence, "which pools are full, and who uses them". What is quoted or in brackets is not cut.
func clausesOf(text string) []clause {
	var found []clause
	start := 0
	add := func(end int, heads bool) {
		part := text[start:end]
		from := start + len(part) - len(strings.TrimLeftFunc(part, isTrim))
		if to := start + len(strings.TrimRightFunc(part, isTrim)); to > from && hasWord(text[from:to]) {
			found = append(found, clause{text: text[from:to], start: from, end: to, heads: heads})
		}
		start = end
	}
	open := 0
	next := 0
	for next < len(text) {
		i := next
		r, size := utf8.DecodeRuneInString(text[i:])
		next += size
		switch {
		case r == '`' || r == '"':
			open ^= 1
		case r == '(' || r == '[' || r == '{' || r == '“' || r == '«':
			open += 2
		case (r == ')' || r == ']' || r == '}' || r == '”' || r == '»') && open > 1:
			open -= 2
		}
		if open != 0 {
			continue
		}
		rest := text[next:]
		switch {
		case r == '\n' || r == ';':
			add(i+1, false)
		case (r == '?' || r == '!' || r == '.' && endsSentence(text[start:i], rest)) && begins(rest):
			add(i+1, false)
		case r == ':' && begins(rest):
			add(i+1, true)
		case dashes[r] && begins(rest) && i > 0 && text[i-1] == ' ':
			add(i, false)
		case r == ',' && asksAnew(text[start:i], rest), r == ' ' && coordinates(rest) && asksAnew(text[start:i], rest):
			add(i, false)
		}
	}
	add(len(text), false)
	for i := range found {
		found[i].asks = questions(found[i].text)
	}
	return found
}

// isTrim reports whether a character says nothing at the ends of a clause. Its question mark says that it asks.
func isTrim(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:-–—.", r) }

var dashes = map[rune]bool{'-': true, '–': true, '—': true}

// begins reports whether what follows a mark is set off from it.
func begins(rest string) bool { return rest == "" || rest[0] == ' ' || rest[0] == '\n' }

// endsSentence reports whether a full stop between two texts ends a sentence, and is not that of an abbreviation.
func endsSentence(before, rest string) bool {
	last := before[strings.LastIndexAny(before, " \n(")+1:]
	return !strings.HasSuffix(before, ".") && !strings.HasPrefix(rest, ".") && !abbreviated[strings.ToLower(last)]
}

var abbreviated = setOf("e.g i.e eg ie etc vs approx incl excl no nr ca resp")

// coordinates reports whether a text begins with what joins a clause to the one before it.
func coordinates(rest string) bool {
	first, _, found := strings.Cut(rest, " ")
	return found && (first == "and" || first == "but" || first == "so")
}

// asksAnew reports whether a question begins behind what is a clause by itself. What begins with "if" or the like is none: its
// question is what follows.
func asksAnew(before, rest string) bool {
	left := wordsOf(before)
	right := wordsOf(rest)
	for len(right) > 0 && (coordinating[right[0].text] || right[0].text == "also" || right[0].text == "then") {
		right = right[1:]
	}
	if len(left) < 2 || len(right) < 3 || premising[left[0].text] {
		return false
	}
	first, second := right[0].text, right[1].text
	noun := first == "which" || first == "what" || led[first]
	if noun && !slices.ContainsFunc(right, func(w word) bool { return auxiliaries[w.text] }) {
		return false // "which pods are on which volume and which node"
	}
	if asked := left[len(left)-2].text; noun && (asked == "which" || asked == "what") {
		return false // "on which node and in which pool is data-0"
	}
	switch {
	case interrogative[first]:
		return !(first == "which" || first == "who" || first == "where" || first == "what" || first == "when") || !auxiliaries[second] || questions(before)
	case led[first] && (second == "which" || second == "what" || second == "whose"):
		return true
	}
	return auxiliaries[first] && addressed[second]
}

var (
	coordinating  = setOf("and but so")
	premising     = setOf("if when whenever once after before since because as while although suppose supposing assuming given provided unless until in for of with")
	interrogative = setOf("which what who whose where how why when")
	led           = setOf("in on at of to for from by with under")
	auxiliaries   = setOf("is are was were do does did can could would will should has have may might must")
	addressed     = setOf("the it its they them their any there this that these those we i you my our your some a an all each every someone somebody anyone anybody anything something nobody one")
	ordering      = setOf("list show give get tell name count compare rank sort group sum describe explain check find print display")
)

// questions reports whether a clause is a question or an order, by its end or its first words.
func questions(text string) bool {
	if strings.HasSuffix(text, "?") {
		return true
	}
	words := wordsOf(text)
	for len(words) > 0 && (coordinating[words[0].text] || polite[words[0].text] && !auxiliaries[words[0].text] || words[0].text == "also" || words[0].text == "then") {
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	first := words[0].text
	if led[first] && len(words) > 1 {
		first = words[1].text
		return first == "which" || first == "what" || first == "whose" || first == "how"
	}
	return interrogative[first] && !(first == "when" || first == "where") || ordering[first] || auxiliaries[first] && len(words) > 1 && (addressed[words[1].text] || len(words) > 2)
}
