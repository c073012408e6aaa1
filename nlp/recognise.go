package nlp

import (
	"strconv"
	"strings"
	"time"
)

// recognise proposes the numbers and times of an utterance.
func recognise(tokens []token, now time.Time) []found {
	var proposals []found
	for i := 0; i < len(tokens); {
		if t, ok := timeAt(tokens, i, now); ok {
			proposals = append(proposals, t.found())
			i = t.last
			continue
		}
		if o, ok := ordinalAt(tokens, i); ok {
			proposals = append(proposals, o)
			i = o.last
			continue
		}
		n, ok := numeralAt(tokens, i)
		if !ok || n.kind == Count && !counts(tokens, n) {
			i++
			continue
		}
		if negative(tokens, n) {
			i = n.last
			continue
		}
		if other, ok := rangeAt(tokens, &n); ok {
			if !denied(tokens, n) {
				proposals = append(proposals, n.found(">="), other.found("<="))
			}
			i = other.last
			continue
		}
		proposals = append(proposals, n.compared(tokens))
		i = n.last
	}
	return proposals
}

// found returns a numeral as an entity.
func (n numeral) found(op string) found {
	f := found{first: n.first, last: n.last, Entity: Entity{
		Type: n.kind, Value: strconv.FormatFloat(n.value, 'f', -1, 64), Number: n.value, Op: op, Score: 1, Source: FromRecogniser,
	}}
	if op == unequal {
		f.Op, f.Negated = "=", true
	}
	return f
}

// negative reports whether a share or an amount is below zero, which nothing is: "-5%".
func negative(tokens []token, n numeral) bool {
	if n.kind != Percentage && n.kind != Quantity || n.first == 0 {
		return false
	}
	sign := tokens[n.first-1]
	return sign.norm == "-" && sign.end == tokens[n.first].start && (n.first == 1 || tokens[n.first-2].end < sign.start)
}

// compared returns a numeral as an entity with the comparison around it.
func (n numeral) compared(tokens []token) found {
	if n.kind == Duration {
		if n.last < len(tokens) && (tokens[n.last].norm == "ago" || tokens[n.last].norm == "old") {
			op := comparison(tokens, n.first, n.last+1)
			if op == "" {
				op = "="
			}
			return n.found(op)
		}
		if first := windowBegins(tokens, n.first); first < n.first {
			f := n.found("<=")
			f.first = first
			return f
		}
	}
	return n.found(comparison(tokens, n.first, n.last))
}

// counts reports whether a bare number is one that counts something.
func counts(tokens []token, n numeral) bool {
	before, after := "", ""
	if n.first > 0 {
		before = tokens[n.first-1].norm
	}
	if n.last < len(tokens) {
		after = tokens[n.last].norm
	}
	switch after {
	case "halves", "third", "thirds", "quarters", "fifth", "fifths", "tenth", "tenths":
		return false
	}
	if foreignUnits[after] || strings.HasSuffix(after, "/s") {
		return false
	}
	if n.value != float64(int64(n.value)) || before == "#" || before == "$" {
		return false
	}
	if n.spelt && n.value == 1 {
		switch before {
		case "top", "first", "last", "only", "than", "least", "most", "exactly", "over", "under", "just", "have", "has", "with":
			return after != "that" && after != "is"
		}
		return false
	}
	return true
}

// foreignUnits are of what no recogniser knows: "10 ms" are no ten of anything. Nor are "5 MB/s".
var foreignUnits = wordSet("ms msec millisecond milliseconds µs μs microsecond microseconds nanosecond nanoseconds mbps gbps mbit gbit")

// rangeAt completes "between A and B", "from A to B", "from A up to B" or "A-B" where *n is A. A takes B's unit if it has none.
func rangeAt(tokens []token, n *numeral) (numeral, bool) {
	if n.last+1 >= len(tokens) {
		return numeral{}, false
	}
	between := n.first > 0 && tokens[n.first-1].norm == "between" && tokens[n.last].norm == "and"
	if !between && !spans(tokens, *n) {
		return numeral{}, false
	}
	end := n.last + 1
	if upTo(tokens, n.last) {
		end++
	}
	other, ok := numeralAt(tokens, end)
	if !ok || other.kind == Count && !between {
		return numeral{}, false
	}
	if n.kind == Count && other.kind != Count {
		plain := other
		plain.value, plain.kind = n.value, other.kind
		plain.value *= unitOf(tokens, other)
		plain.first, plain.last = n.first, n.last
		*n = plain
	}
	return other, n.kind == other.kind && n.value <= other.value
}

// denied reports whether the range that a number begins is denied: no single comparison says what is left.
func denied(tokens []token, n numeral) bool {
	i := n.first - 1
	for i > 0 && (ranging[tokens[i].norm] || fillers[tokens[i].norm]) {
		i--
	}
	return i >= 0 && (tokens[i].norm == "not" || tokens[i].norm == "n't")
}

// spans reports whether a number is the lower end of a range: "from 10 to 20 GB", "of 10 to 20 GB", "50-80%", "10 up to 20 GB". What grows "from 10Gi to
// 20Gi" does not.
func spans(tokens []token, n numeral) bool {
	joint := tokens[n.last]
	if joint.norm == "-" {
		return joint.start == tokens[n.last-1].end && joint.end == tokens[n.last+1].start
	}
	if shared := n.kind == Count && n.first > 0; joint.norm != "to" && !upTo(tokens, n.last) || !shared && (n.first == 0 || !ranging[tokens[n.first-1].norm]) {
		return false // "volumes 50 to 200 GB" share a unit
	}
	for i, t := range tokens[:n.first] {
		if changing[t.norm] && !(t.norm == "size" && i > 0 && nominal[tokens[i-1].norm]) {
			return false
		}
	}
	return true
}

// upTo reports whether tokens[i] is the "up" of "up to", with something behind.
func upTo(tokens []token, i int) bool {
	return i+2 < len(tokens) && tokens[i].norm == "up" && tokens[i+1].norm == "to"
}

// nominal are the words behind which "size" is no verb: "with a size from 10 to 20 GB".
var nominal = wordSet("a the their its whose of in by with")

var (
	ranging  = wordSet("from of with are is between sized anywhere")
	changing = wordSet("grow grows growing grew grown expand expands expanding expanded resize resizes resizing resized extend extends extending extended " +
		"increase increases increasing increased enlarge enlarging enlarged raise raises raising raised shrink shrinks shrinking shrank shrunk reduce reduces " +
		"reducing reduced change changes changing changed go goes going went gone scale scales scaling scaled bump bumps bumping bumped take takes taking " +
		"taken make makes making made move moves moving moved bring bringing brought set jump jumped rise rises rising rose risen drop dropped fell fall " +
		"upgrade upgrading upgraded blow size upsize downsize get getting")
)

// unitOf returns the size of a numeral's unit.
func unitOf(tokens []token, n numeral) float64 {
	text := tokens[n.first].text
	i := 0
	for i < len(text) && !isLetter(text[i]) && text[i] != '%' {
		i++
	}
	rest, attached := text[i:], true
	if rest == "" || n.spelt {
		rest, attached = tokens[n.last-1].text, false
	}
	if _, size := unit(rest, attached); size > 0 {
		return size
	}
	return 1
}

var ordinals = map[string]float64{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
	"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6, "7th": 7, "8th": 8, "9th": 9, "10th": 10, "last": -1,
}

// ordinalAt reads "the second one", "the third volume", "the last one", "number 2", "#2".
func ordinalAt(tokens []token, i int) (found, bool) {
	before, after := "", ""
	if i > 0 {
		before = tokens[i-1].norm
	}
	if i+1 < len(tokens) {
		after = tokens[i+1].norm
	}
	f := found{first: i, last: i + 1}
	number, ok := ordinals[tokens[i].norm]
	if kind, _ := unit(after, false); ok && (before == "the" || after == "one") && kind == "" {
		if n, counted := numeralAt(tokens, min(i+1, len(tokens)-1)); counted && !(after == "one" && n.last == i+2) {
			return f, false // the first five
		}
		if number < 0 && after != "one" {
			return f, false
		}
	} else {
		if before != "#" && before != "number" && before != "no" || !isNumber(tokens[i].norm) || len(tokens[i].norm) > 3 {
			return f, false
		}
		number, _ = strconv.ParseFloat(tokens[i].norm, 64)
	}
	if after == "one" {
		f.last++
	}
	f.Entity = Entity{Type: Ordinal, Value: strconv.FormatFloat(number, 'f', -1, 64), Number: number, Score: 1, Source: FromRecogniser}
	return f, true
}
