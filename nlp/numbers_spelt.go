package nlp

import "strings"

// spelt reads a number in words: "five", "twenty five", "two hundred", "a dozen", and "an hour", "half a terabyte".
func spelt(tokens []token, n numeral) (numeral, bool) {
	n.spelt = true
	i := n.first
	word := tokens[i].norm
	value, last := small(tokens, i)
	tens, counted, hyphen := strings.Cut(word, "-")
	_, ok := smallNumbers[tens]
	switch {
	case hyphen && ok && countables[singular(counted)]:
		n.value = smallNumbers[tens]
		return n, true
	case last == i+1 && last < len(tokens) && parts[singular(tokens[last].norm)] > 0:
		return n.share(tokens, last+1, value*parts[singular(tokens[last].norm)]), true
	case last > i:
		n.value, n.last = value, last
	case hyphen:
		return n, false
	case multipliers[word] > 1:
		n.value, n.last = 1, i
	case word == "quarter":
		n = n.share(tokens, i+1, parts[word])
		return n, n.kind != Percentage
	case articles[word] || word == "half":
		return fraction(tokens, n)
	default:
		return n, false
	}
	return n.multiplied(tokens).withUnit(tokens), true
}

// articles are the words for one of what follows.
var articles = wordSet("a an another")

// parts are fractions of a hundred: "two thirds", "a quarter".
var parts = map[string]float64{"third": 100.0 / 3, "quarter": 25}

// wholes are what "half of" is the half of: "less than half of it used".
var wholes = wordSet("it its them their that")

// filled are the words that make "half" a share.
var filled = wordSet("full used filled")

// unfilled are the words that make a number one of what is free.
var unfilled = wordSet("free available left empty unused remaining spare")

// fraction reads "a dozen", "an hour", "a quarter", "half a terabyte", "half of an hour".
func fraction(tokens []token, n numeral) (numeral, bool) {
	if tokens[n.first].norm == "half" {
		return halved(tokens, n)
	}
	i := n.first + 1
	if i >= len(tokens) {
		return n, false
	}
	if parts[tokens[i].norm] > 0 {
		return n.share(tokens, i+1, parts[tokens[i].norm]), true
	}
	if tokens[i].norm == "half" { // "a half hour"
		more, ok := halved(tokens, numeral{kind: n.kind, first: i, last: i + 1, spelt: true})
		more.first = n.first
		return more, ok && more.kind != Percentage
	}
	return n.times(tokens, i, 1)
}

// halved reads what begins with "half".
func halved(tokens []token, n numeral) (numeral, bool) {
	i := n.first + 1
	word := func(i int) string {
		if i < len(tokens) {
			return tokens[i].norm
		}
		return ""
	}
	switch {
	case filled[word(i)]:
		n.kind, n.value = Percentage, 50
		return n, true
	case word(i) == "of" && wholes[word(i+1)]:
		n.kind, n.value, n.last = Percentage, 50, i+2
		return n, true
	case word(i) == "of" && articles[word(i+1)]:
		i += 2
	case articles[word(i)]:
		i++
	}
	return n.times(tokens, i, 0.5)
}

// times reads the multiplier or unit at tokens[i] of which there is so much.
func (n numeral) times(tokens []token, i int, value float64) (numeral, bool) {
	if i >= len(tokens) {
		return n, false
	}
	n.value = value
	if multipliers[tokens[i].norm] > 0 {
		n.last = i
		return n.multiplied(tokens).withUnit(tokens), true
	}
	kind, size := wholeUnit(tokens, i)
	if kind == "" {
		return n, false
	}
	n.kind, n.value, n.last = kind, value*size, i+1
	if value == 1 {
		n = n.andHalf(tokens, size)
	}
	return n, true
}

// wholeUnit returns what the word at tokens[i] measures if it is a unit of storage or time in words, and its size.
func wholeUnit(tokens []token, i int) (kind string, size float64) {
	if i >= len(tokens) || len(tokens[i].text) < 2 {
		return "", 0
	}
	if kind, size = unit(tokens[i].text, false); kind == Quantity || kind == Duration {
		return kind, size
	}
	return "", 0
}

// share is so many percent of the unit at tokens[i], "of an hour", or else of what the sentence is about.
func (n numeral) share(tokens []token, i int, percent float64) numeral {
	n.kind, n.value, n.last = Percentage, percent, i
	if i+1 < len(tokens) && tokens[i].norm == "of" && articles[tokens[i+1].norm] {
		i += 2
	}
	if kind, size := wholeUnit(tokens, i); kind != "" {
		n.kind, n.value, n.last = kind, percent*size/100, i+1
	}
	return n
}

// partBehind reads "and a half" or "and a quarter" at tokens[i] and returns where it ends, i if there is none.
func partBehind(tokens []token, i int) (part float64, last int) {
	if i+2 >= len(tokens) || tokens[i].norm != "and" || !articles[tokens[i+1].norm] {
		return 0, i
	}
	switch word := tokens[i+2].norm; {
	case word == "half":
		return 0.5, i + 3
	case parts[word] > 0:
		return parts[word] / 100, i + 3
	}
	return 0, i
}

// andPart adds the part between a number and its unit: "one and a half days".
func (n numeral) andPart(tokens []token) numeral {
	part, last := partBehind(tokens, n.last)
	if kind, _ := wholeUnit(tokens, last); part > 0 && kind != "" {
		n.value, n.last = n.value+part, last
	}
	return n
}

// andHalf adds the part behind a unit: "an hour and a half".
func (n numeral) andHalf(tokens []token, size float64) numeral {
	part, last := partBehind(tokens, n.last)
	if kind, _ := wholeUnit(tokens, last); part > 0 && kind == "" && (last >= len(tokens) || tokens[last].norm != "of" && !filled[tokens[last].norm]) {
		n.value, n.last = n.value+part*size, last
	}
	return n
}
