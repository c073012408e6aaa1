package nlp

import (
	"strconv"
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
		if other, ok := betweenAt(tokens, &n); ok {
			proposals = append(proposals, n.found(">="), other.found("<="))
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
	return found{first: n.first, last: n.last, Entity: Entity{
		Type: n.kind, Value: strconv.FormatFloat(n.value, 'f', -1, 64), Number: n.value, Op: op, Score: 1, Source: FromRecogniser,
	}}
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

// betweenAt completes "between A and B" where *n is A. A takes B's unit if it has none.
func betweenAt(tokens []token, n *numeral) (numeral, bool) {
	if n.first == 0 || tokens[n.first-1].norm != "between" || n.last+1 >= len(tokens) || tokens[n.last].norm != "and" {
		return numeral{}, false
	}
	other, ok := numeralAt(tokens, n.last+1)
	if !ok {
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
