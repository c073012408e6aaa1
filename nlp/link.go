package nlp

import (
	"slices"
	"strings"
)

// maxCandidates is how many names a reference is said to mean at most.
const maxCandidates = 10

// linker finds live names in one utterance.
type linker struct {
	*extractor
	tokens []token
	words  [][]string // of each token
	term   []bool     // whether a token is part of a lookup's term
	cueing []bool     // whether a token is part of a cue
	cue    []cue
	names  Gazetteer
	kinds  []wordKind
	live   []bool // whether a token before the current one is meant as a live name
}

// cue is a word or two that announce a name: tokens[first:last] announce the types.
type cue struct {
	first, last int
	types       []string
}

// wordKind says how much a token looks like a name.
type wordKind int

const (
	sign       wordKind = iota // punctuation, or a link or mention
	grammar                    // "in", "the"
	number                     // "5"
	common                     // everyday English: "data", "default"
	trained                    // a word of the training data, or a compound of known words: "read-only"
	unfamiliar                 // a word that nobody taught the model: "staging", "postgrs"
	shaped                     // written like a name: "data-mysql-0", "pvc-689b"
)

// link proposes the live names of an utterance and what is written like one and is none. Mended are the words with their
// spelling corrected, which may announce a name.
func (e *extractor) link(tokens []token, words, mended [][]string, terms []found, names Gazetteer) []found {
	if names == nil {
		names = Gazetteers(nil)
	}
	l := &linker{extractor: e, tokens: tokens, words: words, names: names,
		term: make([]bool, len(tokens)), cueing: make([]bool, len(tokens)), kinds: make([]wordKind, len(tokens)), live: make([]bool, len(tokens))}
	for _, f := range terms {
		for i := f.first; i < f.last; i++ {
			l.term[i] = true
		}
	}
	for i := range tokens {
		l.kinds[i] = l.kind(i)
		if meaning, last := e.cues.longest(mended, i); meaning >= 0 {
			l.cue = append(l.cue, cue{i, last, e.cued[meaning].types})
			for j := i; j < last; j++ {
				l.cueing[j] = true
			}
		}
	}
	var proposals []found
	for i := range tokens {
		if l.kinds[i] == sign {
			continue
		}
		single, ok := l.single(i)
		if ok {
			proposals = append(proposals, single)
			l.live[i] = single.Type != UnknownName
		}
		proposals = append(proposals, l.windows(i)...)
	}
	return proposals
}

// kind classes a token.
func (l *linker) kind(i int) wordKind {
	t := l.tokens[i]
	n := t.norm
	switch {
	case len(n) > 253 || strings.HasPrefix(n, "<") || strings.Contains(n, "://"):
		return sign
	case isPath(n):
		return unfamiliar
	case len(l.words[i]) == 0:
		return sign
	case l.lexicon.isGrammar(n), slang[n] != nil:
		return grammar
	case strings.IndexFunc(n, func(r rune) bool { return runeKind(r) == 1 }) < 0:
		if isDigit(n[0]) {
			return number
		}
		return sign
	}
	if numeral, ok := numeralAt(l.tokens, i); ok && numeral.first == i {
		return number
	}
	if len(l.words[i]) == 1 {
		switch w := l.words[i][0]; {
		case l.lexicon.isCommon(w):
			return common
		case l.lexicon.isKnown(w):
			return trained
		}
		return unfamiliar
	}
	return l.compound(i)
}

// compound classes a token of several words: a name, unless all its words are known.
func (l *linker) compound(i int) wordKind {
	n := l.tokens[i].norm
	digit, known := false, true
	for _, w := range l.words[i] {
		digit = digit || isNumber(w)
		known = known && l.lexicon.isKnown(w)
	}
	switch {
	case isVersion(n):
		return number
	case digit && strings.ContainsAny(n, "-_./"), uuidAt(n) >= 0, l.numbered(i):
		return shaped
	case known:
		return trained
	}
	return unfamiliar
}

// numbered reports whether a token is a word that announces a name with a number behind it: "node3".
func (l *linker) numbered(i int) bool {
	w := l.words[i]
	if len(w) != 2 || !isNumber(w[1]) {
		return false
	}
	meaning, _ := l.cues.longest([][]string{w[:1]}, 0)
	return meaning >= 0
}

// isVersion reports whether a token is a version or an address: "v1.36.3", "10.0.0.1".
func isVersion(n string) bool {
	n = strings.TrimPrefix(n, "v")
	for i := range len(n) {
		if !isDigit(n[i]) && n[i] != '.' && n[i] != ':' {
			return false
		}
	}
	return true
}

// single proposes what one token means.
func (l *linker) single(i int) (found, bool) {
	ref := l.tokens[i].norm
	if l.kinds[i] == number && !l.quoted(i, i+1) {
		return found{}, false
	}
	if c := l.names.Exact(ref, maxCandidates); len(c) > 0 && c[0].Score >= acceptable {
		if !l.meant(i, i+1, c) {
			return found{}, false
		}
		return l.name(i, i+1, c), true
	}
	if l.kinds[i] == grammar || l.kinds[i] == common && !l.named(i) || l.term[i] || l.cueing[i] {
		return found{}, false
	}
	var near []Candidate
	if l.kinds[i] >= unfamiliar || l.quoted(i, i+1) || len(l.words[i]) > 1 {
		near = l.lookup(ref)
		if len(near) > 0 && near[0].Score >= acceptable {
			return l.name(i, i+1, near), true
		}
	} else if l.kinds[i] == trained && (l.placed(i) || len(l.before(i)) > 0) {
		if first := l.firstParts(ref); len(first) > 0 {
			return l.name(i, i+1, first), true
		}
	}
	if !l.looksNamed(i) {
		return found{}, false
	}
	return found{first: i, last: i + 1, Entity: Entity{
		Type: UnknownName, Value: l.tokens[i].text, Score: 0.5, Source: FromName, Candidates: near,
	}}, true
}

// firstParts returns the names whose first part is a word that examples have too: "prod" of prod-east.
func (l *linker) firstParts(ref string) []Candidate {
	c := l.names.Lookup(ref, maxCandidates)
	if len(c) == 0 || c[0].Score < acceptable || slices.ContainsFunc(c, func(c Candidate) bool { return !strings.HasPrefix(c.Value, ref+"-") }) {
		return nil
	}
	return c
}

// lookup looks a reference up; of a path, its last part that is a name.
func (l *linker) lookup(ref string) []Candidate {
	found := l.names.Lookup(ref, maxCandidates)
	if len(found) > 0 && found[0].Score >= acceptable || !isPath(ref) {
		return found
	}
	parts := strings.Split(ref, "/")
	for _, part := range slices.Backward(parts) {
		if c := l.names.Exact(part, maxCandidates); len(part) > 3 && len(c) > 0 && !l.lexicon.isKnown(part) {
			return c
		}
	}
	return nil
}

// isPath reports whether a token is a path: a scope and a name have one slash between them.
func isPath(n string) bool { return strings.Count(n, "/") > 1 }

// looksNamed reports whether a token that is no live name must be meant as one all the same.
func (l *linker) looksNamed(i int) bool {
	if !l.guesses() || isPath(l.tokens[i].norm) {
		return false
	}
	switch l.kinds[i] {
	case shaped:
		return true
	case unfamiliar:
		if l.quoted(i, i+1) || l.named(i) {
			return true
		}
		if len(l.words[i]) > 1 {
			return strings.Contains(l.tokens[i].norm, "-")
		}
		before := l.before(i)
		if Describes(l.words[i][0]) && !slices.Contains(before, "namespace") && l.kindNoun(i-1) {
			return false // "the volume awfully slow", "pods crawling"
		}
		return len(l.words[i][0]) > 2 && (len(before) > 0 || len(l.behind(i+1)) > 0 && i > 0 && l.tokens[i-1].norm == "in")
	}
	return l.named(i)
}

// kindNoun reports whether tokens[i] is a noun that stands for things of a kind, "the volume", "pods", rather than one that announces a
// name, "volume data-0".
func (l *linker) kindNoun(i int) bool {
	if i < 0 {
		return false
	}
	return singular(l.tokens[i].norm) != l.tokens[i].norm || i > 0 && determiners[l.tokens[i-1].norm]
}

var determiners = wordSet("a an the any some this that my our every each no one single")

// Describes reports whether a word has the form of one that says how things are or what they do, "awfully", "crawling", rather than
// that of a name; and whether it is a day of the week.
func Describes(w string) bool {
	if weekdays[w] {
		return true
	}
	for _, suffix := range [...]string{"ly", "ing", "ed", "able", "ible", "ful", "less", "ness", "ish", "ous"} {
		if base, ok := strings.CutSuffix(w, suffix); ok && len(base) >= 3 && strings.IndexFunc(w, func(r rune) bool { return !isLetter(byte(r)) }) < 0 {
			return true
		}
	}
	return false
}

// IsWeekday reports whether a word is a day of the week.
func IsWeekday(w string) bool { return weekdays[w] }

var weekdays = wordSet("monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun weekend weekends")

// guesses reports whether what is written like a name and is none is worth telling. Where all names that the training data
// has are trained entities, the tagger knows better.
func (l *linker) guesses() bool { return l.tagger == nil || len(l.extractor.live) > 0 }

// maxWindow is how many tokens may spell one name: a UUID and the word before it.
const maxWindow = 6

// windows proposes the names that several tokens from i on spell: "mysql data 0", "node 3".
func (l *linker) windows(i int) []found {
	var proposals []found
	var near found
	unfamiliarIn, numberIn, plain := false, false, true
	for j := i; j < min(i+maxWindow, len(l.tokens)); j++ {
		k := l.kinds[j]
		if k == sign || k == grammar {
			break
		}
		unfamiliarIn = unfamiliarIn || k >= unfamiliar
		numberIn = numberIn || k == number
		plain = plain && !l.term[j] && !l.cueing[j] // "jenkins home": words that say something else are no name together
		if j == i || !unfamiliarIn && !numberIn && !plain && !l.quoted(i, j+1) {
			continue
		}
		var b strings.Builder
		for _, t := range l.tokens[i : j+1] {
			b.WriteString(t.norm)
			b.WriteByte(' ')
		}
		ref := strings.TrimSpace(b.String())
		if c := l.names.Exact(ref, maxCandidates); len(c) > 0 && c[0].Score >= acceptable {
			proposals = append(proposals, l.name(i, j+1, c))
			continue
		}
		if !unfamiliarIn || j-i > 3 {
			continue
		}
		if c := l.names.Lookup(ref, maxCandidates); len(c) > 0 && c[0].Score >= acceptable && c[0].Score > near.Score {
			near = l.name(i, j+1, c)
		}
	}
	if near.last > 0 {
		proposals = append(proposals, near)
	}
	if f, ok := l.counted(i); ok {
		proposals = append(proposals, f)
	}
	return proposals
}

// counted proposes a word that announces a name and a number behind it, "node 3", as a name that is not live. What is
// live is longer or surer.
func (l *linker) counted(i int) (found, bool) {
	if !l.guesses() || i+1 >= len(l.tokens) || l.kinds[i+1] != number || !isNumber(l.tokens[i+1].norm) || l.tokens[i].norm != singular(l.tokens[i].norm) ||
		i+2 < len(l.tokens) && l.kinds[i+2] > grammar || !l.cueing[i] || len(l.words[i]) != 1 {
		return found{}, false
	}
	return found{first: i, last: i + 2, Entity: Entity{Type: UnknownName, Value: l.tokens[i].norm + "-" + l.tokens[i+1].norm,
		Score: 0.5, Source: FromName, Candidates: l.names.Lookup(l.tokens[i].norm+"-"+l.tokens[i+1].norm, maxCandidates)}}, true
}

// name makes an entity of candidates. Where a cue announces a type that some of them have, those come first and the others
// lose score.
func (l *linker) name(first, last int, candidates []Candidate) found {
	types := l.before(first)
	if len(types) == 0 {
		types = l.behind(last)
	}
	isType := func(c Candidate) bool { return slices.Contains(types, c.Type) }
	if slices.ContainsFunc(candidates, isType) {
		candidates = slices.Clone(candidates)
		for i := range candidates {
			if !isType(candidates[i]) {
				candidates[i].Score *= 0.8
			}
		}
		candidates = best(candidates, maxCandidates)
	}
	top := candidates[0]
	return found{first: first, last: last, Entity: Entity{
		Type: top.Type, Value: top.Value, Score: top.Score, Source: FromName, Candidates: candidates,
	}}
}
