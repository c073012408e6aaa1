package nlp

import "slices"

// meant reports whether a word that is a live name is meant as one here. A word of everyday English must be quoted, stand
// beside a word that announces a name of the type, behind a preposition with nothing that it could describe, or alone.
func (l *linker) meant(i, last int, candidates []Candidate) bool {
	k := l.kinds[i]
	if l.quoted(i, last) {
		return true
	}
	if k > common && !l.term[i] {
		return true
	}
	if l.announced(i, last, candidates) {
		return k != grammar || len(l.before(i)) > 0
	}
	if k != grammar && l.spokenOf(i, last) {
		return true
	}
	if k == grammar || l.term[i] {
		return false
	}
	if last < len(l.tokens) && l.kinds[last] > grammar {
		return false // it describes what follows: "fast disks", "data loss"
	}
	return l.placed(i) || l.alone(i, last) || i > 1 && l.joined(i)
}

var (
	prepositions = wordSet("in on of for from at by inside within under about to onto into vs versus across")
	// measures are words before "of" that make what follows a substance: "out of storage", "lots of data".
	measures   = wordSet("out lot lots kind sort type lack loss amount full because instead most rid piece")
	indefinite = wordSet("a an any no some another")
	// company are the words beside which a name makes a whole question: "and default?", "how is default doing?"
	company = wordSet("what how about and or then is are doing ok okay please now in on for from at by")
)

// spokenOf reports whether tokens[first:last] stand where a thing must be named: behind a verb that takes one, at the end of its
// clause, "describe scans", "who uses scratch"; or between "is" and how that is, "why is scratch broken".
func (l *linker) spokenOf(first, last int) bool {
	if first == 0 {
		return false
	}
	ends := last == len(l.tokens) || l.kinds[last] == sign || parting[l.tokens[last].norm]
	before := l.tokens[first-1].norm
	if handling[before] || first > 1 && (before == "me" && handling[l.tokens[first-2].norm] || before == "with" && ailing[l.tokens[first-2].norm]) {
		return ends
	}
	if before != "is" && before != "'s" || first > 1 && l.kinds[first-2] > grammar && l.tokens[first-2].norm != "full" && l.tokens[first-2].norm != "big" && l.tokens[first-2].norm != "old" {
		return false
	}
	asks := first == 1 || asking[l.tokens[first-2].norm] || l.kinds[first-2] != grammar && l.kinds[first-2] != sign
	return asks && (ends && first > 1 && !l.term[first] || last < len(l.tokens) && l.term[last])
}

var (
	handling = wordSet("describe inspect explain diagnose delete remove resize expand check show use uses using mount mounts need needs fix debug restore mounting")
	ailing   = wordSet("wrong up matter on happened happening problem problems trouble deal")
	parting  = wordSet("and or now please again today on in for")
	asking   = wordSet("why how and but so then ok okay hey hi")
)

// placed reports whether a preposition, or a flag of a command, stands before tokens[i].
func (l *linker) placed(i int) bool {
	if i == 0 {
		return false
	}
	if i > 1 && l.tokens[i-2].norm == "-" && len(l.tokens[i-1].norm) == 1 {
		return true // kubectl -n default
	}
	if !prepositions[l.tokens[i-1].norm] {
		return false
	}
	if i > 1 && l.tokens[i-1].norm == "of" {
		kind, _ := unit(l.tokens[i-2].text, false)
		return kind == "" && l.kinds[i-2] != number && !measures[l.tokens[i-2].norm]
	}
	return true
}

// alone reports whether nothing but small words stands beside tokens[first:last].
func (l *linker) alone(first, last int) bool {
	for j, t := range l.tokens {
		if (j < first || j >= last) && l.kinds[j] != sign && !company[t.norm] {
			return false
		}
	}
	return true
}

// joined reports whether tokens[i] is joined by "and", "or" or a comma to a name that is meant: "in test and web".
func (l *linker) joined(i int) bool {
	switch l.tokens[i-1].norm {
	case "and", "or", ",":
		return l.live[i-2]
	}
	return false
}

// announced reports whether a cue beside the tokens is for the type of a candidate.
func (l *linker) announced(first, last int, candidates []Candidate) bool {
	behind := l.behind(last)
	if first > 0 && indefinite[l.tokens[first-1].norm] {
		behind = nil // "a fast storage class"
	}
	for _, types := range [...][]string{l.before(first), behind} {
		for _, c := range candidates {
			if slices.Contains(types, c.Type) {
				return true
			}
		}
	}
	return false
}

// before returns the types that the words before tokens[i] announce: "namespace", "volume named", "node:".
func (l *linker) before(i int) []string {
	for i > 0 {
		for _, c := range l.cue {
			if c.last == i {
				return c.types
			}
		}
		switch l.tokens[i-1].norm {
		case "named", "called", "name", "=", ":", "\"", "'", "`", "is":
			i--
		default:
			return nil
		}
	}
	return nil
}

// behind returns the types that the words from tokens[i] on announce: "the db namespace".
func (l *linker) behind(i int) []string {
	if i < len(l.tokens) && isQuote(l.tokens[i].norm) {
		i++
	}
	for _, c := range l.cue {
		if c.first == i {
			return c.types
		}
	}
	return nil
}

// named reports whether "named" or "called" stands before tokens[i].
func (l *linker) named(i int) bool {
	for i > 0 && isQuote(l.tokens[i-1].norm) {
		i--
	}
	return i > 0 && (l.tokens[i-1].norm == "named" || l.tokens[i-1].norm == "called")
}

// quoted reports whether tokens[first:last] stand between quotes.
func (l *linker) quoted(first, last int) bool {
	return first > 0 && last < len(l.tokens) && isQuote(l.tokens[first-1].norm) && isQuote(l.tokens[last].norm)
}

func isQuote(s string) bool { return s == "\"" || s == "'" }
