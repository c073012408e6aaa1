package nlp

import "strings"

// Words of comparison. "Than" makes one of the first two kinds a comparison; the third compares by itself.
var (
	upWords = wordSet("more greater bigger larger higher older longer fuller over above")
	lowWord = wordSet("less fewer smaller lower younger newer shorter emptier recent recently sooner under below")
	overs   = map[string]string{
		"over": ">", "above": ">", "exceeding": ">", "exceeds": ">", "exceed": ">", "exceeded": ">", "beyond": ">",
		"past": ">", "upwards": ">=", "before": ">", ">": ">", ">=": ">=", "≥": ">=", "=": "=", "<": "<", "<=": "<=", "≤": "<=", "under": "<", "below": "<",
		"exactly": "=", "equals": "=", "equal": "=", "within": "<=", "max": "<=", "min": ">=", "since": "<=", "after": "<=",
	}
	// fillers may stand between a comparison and its number.
	fillers = wordSet("about around roughly approximately approx the a an some ~ of is are")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// Compares reports whether a word by itself says how the number behind it is compared: "past 80%".
func Compares(word string) bool { return overs[word] != "" || upWords[word] || lowWord[word] }

// unequal is a denied "=". Entities have no such operator, but are negated.
const unequal = "!="

// opposite is what is left when a comparison is denied.
var opposite = map[string]string{">": "<=", ">=": "<", "<": ">=", "<=": ">", "=": unequal, unequal: unequal}

// comparison returns how the number at tokens[first:last] is compared, "" if it is not.
func comparison(tokens []token, first, last int) string {
	if op := comparedBehind(tokens, last); op != "" {
		return op
	}
	i := first - 1
	for i > 0 && fillers[tokens[i].norm] && first-i < 4 {
		i--
	}
	if i < 0 {
		return ""
	}
	op, at := comparedBefore(tokens, i)
	if at > 1 && op == "=" && owning[tokens[at-1].norm] {
		at-- // "do not have exactly 3"
	}
	if op != "" && at > 0 {
		switch tokens[at-1].norm {
		case "not", "n't", "no", "never":
			op = opposite[op]
		}
	}
	return op
}

var owning = wordSet("have has be use")

// comparedBefore reads a comparison that ends with tokens[i] and returns where it begins.
func comparedBefore(tokens []token, i int) (op string, at int) {
	word := func(back int) string {
		if i-back < 0 {
			return ""
		}
		return tokens[i-back].norm
	}
	switch w := word(0); {
	case w == "than" && thanWord(word(1)) == "" && (word(2) == "more" || word(2) == "less"): // "more big than"
		return thanWord(word(2)), i - 2
	case w == "than":
		return thanWord(word(1)), i - 1
	case w == "to" && word(1) == "up":
		return "<=", i - 1
	case w == "to" && word(1) == "equal":
		if word(2) == "or" && word(3) == "than" && thanWord(word(4)) != "" {
			return thanWord(word(4)) + "=", i - 4
		}
		return "=", i - 1
	case w == "least" && word(1) == "at", w == "minimum":
		return ">=", i - 1
	case w == "most" && word(1) == "at", w == "maximum":
		return "<=", i - 1
	case w == "=" && word(1) == "!", w == ">" && word(1) == "<", w == "≠":
		return unequal, i - 1
	case (w == "<" || w == ">") && word(1) == "=":
		return w + "=", i - 1
	case overs[w] != "":
		if op = overs[w]; len(op) == 1 && op != "=" && word(1) == "or" && word(2) == "at" {
			op, i = op+"=", i-2 // at or above
		}
		return op, i
	case upWords[w]:
		return ">", i
	case lowWord[w]:
		return "<", i
	}
	return "", i
}

// thanWord returns what a word says before "than".
func thanWord(w string) string {
	switch {
	case upWords[w]:
		return ">"
	case lowWord[w]:
		return "<"
	}
	return ""
}

// comparedBehind reads "or more", "and above", "+" behind a number.
func comparedBehind(tokens []token, last int) string {
	if last >= len(tokens) {
		return ""
	}
	if tokens[last].norm == "+" && tokens[last].start == tokens[last-1].end {
		return ">="
	}
	last = behindFill(tokens, last)
	if last+1 >= len(tokens) || comparesNext(tokens, last+1) {
		return ""
	}
	switch w, next := tokens[last].norm, tokens[last+1].norm; {
	case w == "at" && next == "most":
		return "<="
	case w == "at" && next == "least":
		return ">="
	case w == "or" || w == "and":
		switch {
		case upWords[next], next == "up" || next == "upwards":
			return ">="
		case lowWord[next]:
			return "<="
		}
	}
	return ""
}

// behindFill passes over the word that says what a share is of: "80% full at least", "5% free or less".
func behindFill(tokens []token, i int) int {
	if i < len(tokens) && (filled[tokens[i].norm] || unfilled[tokens[i].norm]) {
		return i + 1
	}
	return i
}

// comparesNext reports whether the word of comparison at tokens[i] belongs to another number: "over 10% and under 20%".
func comparesNext(tokens []token, i int) bool {
	for j := i + 1; j < min(i+3, len(tokens)); j++ {
		if isDigit(tokens[j].text[0]) || tokens[j].norm == "than" {
			return true
		}
	}
	return false
}
