package nlp

import (
	"math"
	"regexp"
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
	value, behind, ok := decimal(text)
	if !ok {
		return n, false
	}
	n.value = value
	rest := strings.TrimPrefix(behind, "-")
	if rest == "" {
		return n.multiplied(tokens).withUnit(tokens), behind == ""
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

// decimal reads the number that a text begins with, and returns what is behind it. A comma parts thousands, "1,024", or else stands
// for the point, "80,5".
func decimal(text string) (value float64, behind string, ok bool) {
	digits := 0
	for digits < len(text) && (isDigit(text[digits]) || text[digits] == '.' || text[digits] == ',') {
		digits++
	}
	number := text[:digits]
	switch {
	case !strings.Contains(number, ","):
	case thousands.MatchString(number):
		number = strings.ReplaceAll(number, ",", "")
	default:
		number = strings.Replace(number, ",", ".", 1)
	}
	value, err := strconv.ParseFloat(number, 64)
	return value, text[digits:], err == nil && !math.IsInf(value, 0)
}

var thousands = regexp.MustCompile(`^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$`)

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

// multiplied takes in what multiplies a number, and what is added to that: "2 hundred", "a hundred and fifty".
func (n numeral) multiplied(tokens []token) numeral {
	by := 0.0
	for n.last < len(tokens) && multipliers[tokens[n.last].norm] > 0 {
		by = multipliers[tokens[n.last].norm]
		n.value *= by
		n.last++
	}
	if by < 100 {
		return n
	}
	i := n.last
	if i < len(tokens) && tokens[i].norm == "and" && (n.first == 0 || tokens[n.first-1].norm != "between") {
		i++
	}
	if value, last := small(tokens, i); last > i {
		more := numeral{first: i, last: last, value: value}.multiplied(tokens)
		if more.value < by {
			n.value, n.last = n.value+more.value, more.last
		}
	}
	return n
}

// small reads a number below a hundred in words at tokens[i], "five", "twenty five" or "twenty-five", and returns where it ends, i if
// there is none.
func small(tokens []token, i int) (value float64, last int) {
	if i >= len(tokens) {
		return 0, i
	}
	digit := func(word string) float64 {
		if d := smallNumbers[word]; d < 10 {
			return d
		}
		return 0
	}
	tens, units, hyphen := strings.Cut(tokens[i].norm, "-")
	value, ok := smallNumbers[tens]
	switch {
	case !ok || hyphen && (value < 20 || digit(units) == 0):
		return 0, i
	case hyphen:
		return value + digit(units), i + 1
	case value >= 20 && i+1 < len(tokens) && digit(tokens[i+1].norm) > 0:
		return value + digit(tokens[i+1].norm), i + 2
	}
	return value, i + 1
}

// withUnit takes in the unit that follows a number.
func (n numeral) withUnit(tokens []token) numeral {
	n = n.andPart(tokens)
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
		n = n.andHalf(tokens, size)
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
