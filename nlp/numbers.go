package nlp

import (
	"math"
	"strconv"
	"strings"
)

// numeral is a number as written, with its unit if it has one.
type numeral struct {
	kind        string // Quantity, Percentage, Duration or Count
	value       float64
	first, last int  // tokens[first:last]
	spelt       bool // in words
}

var smallNumbers = map[string]float64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
	"eighty": 80, "ninety": 90,
}

var multipliers = map[string]float64{"couple": 2, "dozen": 12, "hundred": 100, "thousand": 1000, "million": 1e6}

const kibi, mebi, gibi, tebi, pebi = 1 << 10, 1 << 20, 1 << 30, 1 << 40, 1 << 50

// sizes are the units of storage by their lower-case names: SI prefixes are decimal and IEC prefixes binary, as Kubernetes
// has it. A "gig" is what people call the Gi that kubectl prints.
var sizes = map[string]float64{
	"b": 1, "byte": 1,
	"kb": 1e3, "kilobyte": 1e3, "ki": kibi, "kib": kibi, "kibibyte": kibi,
	"mb": 1e6, "megabyte": 1e6, "mi": mebi, "mib": mebi, "mebibyte": mebi, "meg": mebi,
	"gb": 1e9, "gigabyte": 1e9, "gi": gibi, "gib": gibi, "gibibyte": gibi, "gig": gibi,
	"tb": 1e12, "terabyte": 1e12, "ti": tebi, "tib": tebi, "tebibyte": tebi, "tera": tebi,
	"pb": 1e15, "petabyte": 1e15, "pi": pebi, "pib": pebi, "pebibyte": pebi,
}

// sizeLetters are the units that are one letter: attached to the number, or apart in upper case. "m" is minutes.
var sizeLetters = map[string]float64{"K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "g": 1e9, "t": 1e12}

const minute, hour, day = 60, 3600, 86400

var durations = map[string]float64{
	"s": 1, "sec": 1, "second": 1, "m": minute, "min": minute, "minute": minute, "h": hour, "hr": hour, "hour": hour,
	"d": day, "day": day, "w": 7 * day, "wk": 7 * day, "week": 7 * day, "fortnight": 14 * day, "mo": 30 * day,
	"month": 30 * day, "y": 365 * day, "yr": 365 * day, "year": 365 * day,
}

// unit returns what a unit measures and its size; kind is "" if it is none. Attached says that no space stands before it.
func unit(text string, attached bool) (kind string, size float64) {
	if text == "%" {
		return Percentage, 1
	}
	if size, ok := sizeLetters[text]; ok && (attached || text < "a") {
		return Quantity, size
	}
	lower := strings.ToLower(text)
	one := lower
	if len(lower) > 2 {
		one = singular(lower)
	}
	switch one {
	case "percent", "pct", "percentage":
		return Percentage, 1
	}
	if size, ok := sizes[one]; ok && (attached || len(one) > 1) {
		return Quantity, size
	}
	if size, ok := durations[one]; ok && (attached || len(one) > 1 || one == "h" || one == "d" || one == "m") {
		return Duration, size
	}
	return "", 0
}

// numeralAt reads the number that tokens[i] begins, if it begins one.
func numeralAt(tokens []token, i int) (numeral, bool) {
	n := numeral{kind: Count, first: i, last: i + 1}
	text := tokens[i].text
	if rest := strings.TrimPrefix(tokens[i].norm, "top"); rest != tokens[i].norm && rest != "" && strings.Trim(rest, "0123456789") == "" {
		text = rest // "top5"
	}
	if c := text[0]; !isDigit(c) && c != '.' {
		return spelt(tokens, n)
	}
	digits := 0
	for digits < len(text) && (isDigit(text[digits]) || text[digits] == '.' || text[digits] == ',') {
		digits++
	}
	value, err := strconv.ParseFloat(strings.ReplaceAll(text[:digits], ",", ""), 64)
	if err != nil || math.IsInf(value, 0) {
		return n, false
	}
	n.value = value
	rest := strings.TrimPrefix(text[digits:], "-")
	if rest == "" {
		return n.withUnit(tokens), digits == len(text)
	}
	if countables[singular(strings.ToLower(rest))] {
		return n, true
	}
	rest = strings.TrimSuffix(rest, "-old")
	kind, size := unit(rest, true)
	if kind == "" {
		return compound(n, text)
	}
	n.kind, n.value = kind, value*size
	if kind == Duration {
		n = n.joined(tokens)
	}
	return n, true
}

// countables are what a number with a hyphen counts: "3-way", "2-replica".
var countables = wordSet("way fold copy replica node disk")

// compound reads a duration such as "1d12h".
func compound(n numeral, text string) (numeral, bool) {
	n.kind, n.value = Duration, 0
	for len(text) > 0 {
		digits := 0
		for digits < len(text) && isDigit(text[digits]) {
			digits++
		}
		letters := digits
		for letters < len(text) && isLetter(text[letters]) {
			letters++
		}
		value, err := strconv.ParseFloat(text[:digits], 64)
		kind, size := unit(text[digits:letters], true)
		if err != nil || kind != Duration {
			return n, false
		}
		n.value += value * size
		text = text[letters:]
	}
	return n, true
}

// withUnit takes in the unit that follows a number.
func (n numeral) withUnit(tokens []token) numeral {
	i := n.last
	if i < len(tokens) && tokens[i].norm == "of" && n.spelt { // a couple of hours
		i++
	}
	if i+1 < len(tokens) && additional[tokens[i].norm] {
		if kind, _ := unit(tokens[i+1].text, false); kind == Quantity { // 20 more gigs
			i++
		}
	}
	if i >= len(tokens) {
		return n
	}
	kind, size := unit(tokens[i].text, false)
	switch {
	case kind == "" && tokens[i].norm == "per" && i+1 < len(tokens) && tokens[i+1].norm == "cent":
		n.kind, n.last = Percentage, i+2
	case kind != "":
		n.kind, n.value, n.last = kind, n.value*size, i+1
		if kind == Duration {
			n = n.joined(tokens)
		}
	}
	return n
}

// additional may stand between a number and its unit.
var additional = wordSet("more extra additional further")

// joined takes in a smaller duration that continues one: "1 day 12 hours", "2 days and 3 hours".
func (n numeral) joined(tokens []token) numeral {
	i := n.last
	if i < len(tokens) && tokens[i].norm == "and" {
		i++
	}
	if i >= len(tokens) || !isDigit(tokens[i].text[0]) {
		return n
	}
	if more, ok := numeralAt(tokens, i); ok && more.kind == Duration && more.value < n.value {
		n.value, n.last = n.value+more.value, more.last
	}
	return n
}

// spelt reads a number in words: "five", "twenty five", "two hundred", "a dozen", and "an hour", "half a terabyte".
func spelt(tokens []token, n numeral) (numeral, bool) {
	n.spelt = true
	i := n.first
	word := tokens[i].norm
	tens, units, hyphen := strings.Cut(word, "-")
	value, ok := smallNumbers[tens]
	switch {
	case hyphen && ok && countables[singular(units)]:
		n.value = value
		return n, true
	case hyphen && ok && smallNumbers[units] > 0 && smallNumbers[units] < 10 && value >= 20:
		n.value = value + smallNumbers[units]
	case hyphen:
		return n, false
	case ok && i+1 < len(tokens) && parts[singular(tokens[i+1].norm)] > 0:
		n.kind, n.value, n.last = Percentage, value*parts[singular(tokens[i+1].norm)], i+2
		return n, true
	case ok:
		n.value = value
		if i+1 < len(tokens) && value >= 20 && smallNumbers[tokens[i+1].norm] > 0 && smallNumbers[tokens[i+1].norm] < 10 {
			n.value += smallNumbers[tokens[i+1].norm]
			n.last++
		}
	case multipliers[word] > 1:
		n.value, n.last = 1, i
	case word == "a" || word == "an" || word == "another" || word == "half":
		return fraction(tokens, n)
	default:
		return n, false
	}
	for n.last < len(tokens) && multipliers[tokens[n.last].norm] > 0 {
		n.value *= multipliers[tokens[n.last].norm]
		n.last++
	}
	return n.withUnit(tokens), true
}

// parts are fractions of a hundred: "two thirds", "a quarter".
var parts = map[string]float64{"third": 100.0 / 3, "quarter": 25}

// wholes are what "half of" is the half of: "less than half of it used".
var wholes = wordSet("it its them their that")

// filled are the words that make "half" a share.
var filled = wordSet("full used filled")

// unfilled are the words that make a number one of what is free.
var unfilled = wordSet("free available left empty unused remaining spare")

// fraction reads "a dozen", "an hour", "half a terabyte", "half an hour".
func fraction(tokens []token, n numeral) (numeral, bool) {
	n.value = 1
	i := n.first
	if tokens[i].norm == "half" {
		n.value = 0.5
		i++
	}
	if i < len(tokens) && (tokens[i].norm == "a" || tokens[i].norm == "an" || tokens[i].norm == "another") {
		i++
	}
	if i >= len(tokens) || i == n.first {
		return n, false
	}
	if tokens[n.first].norm != "half" && parts[tokens[i].norm] > 0 {
		n.kind, n.value, n.last = Percentage, parts[tokens[i].norm], i+1
		return n, true
	}
	if tokens[n.first].norm == "half" && i == n.first+1 && filled[tokens[i].norm] {
		n.kind, n.value = Percentage, 50
		return n, true
	}
	if tokens[n.first].norm == "half" && i == n.first+1 && i+1 < len(tokens) && tokens[i].norm == "of" && wholes[tokens[i+1].norm] {
		n.kind, n.value, n.last = Percentage, 50, i+2
		return n, true
	}
	if m := multipliers[tokens[i].norm]; m > 0 {
		n.value, n.last = n.value*m, i+1
		return n.withUnit(tokens), true
	}
	kind, size := unit(tokens[i].text, false)
	if kind != Quantity && kind != Duration || len(tokens[i].text) < 2 {
		return n, false
	}
	n.kind, n.value, n.last = kind, n.value*size, i+1
	return n, true
}
