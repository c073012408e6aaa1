package nlp

import (
	"slices"
	"strings"
)

// phrases finds phrases in utterances whatever their case, plural and hyphens: "Storage-Classes" is "storage class".
type phrases struct {
	known  map[uint64]int32 // hash of the words → meaning
	longer map[uint64]bool  // hashes of the beginnings of longer phrases
}

func (p *phrases) add(phrase string, meaning int32) {
	if p.known == nil {
		p.known, p.longer = map[uint64]int32{}, map[uint64]bool{}
	}
	words := phraseWords(normalise(phrase))
	h := uint64(hashStart)
	for i, w := range words {
		h = phraseHash(h, w)
		if i+1 < len(words) {
			p.longer[h] = true
		}
	}
	put := func(h uint64) {
		if _, ok := p.known[h]; !ok {
			p.known[h] = meaning
		}
	}
	if len(words) > 0 {
		put(h)
		put(phraseHash(hashStart, strings.Join(words, ""))) // "storageclass"
	}
}

// phraseHash continues the hash of a phrase with a word.
func phraseHash(h uint64, word string) uint64 { return hashString(h, singular(word)) * hashPrime }

// phraseWords returns the runs of letters and of digits in a lower-case text, and its other signs but for hyphens and the
// like.
func phraseWords(s string) []string {
	var words []string
	for len(s) > 0 {
		n := runLength(s)
		if n > 1 || !strings.ContainsAny(s[:1], "-_/.' ") {
			words = append(words, s[:n])
		}
		s = s[n:]
	}
	return words
}

// longest returns the meaning of the longest phrase that begins at words[i], and where it ends; -1 if there is none.
// words[i] are those of one token each.
func (p *phrases) longest(words [][]string, i int) (meaning int32, last int) {
	meaning = -1
	h := uint64(hashStart)
	for j := i; j < len(words) && len(words[j]) > 0; j++ {
		for k, w := range words[j] {
			if j+k > i && !p.longer[h] {
				return meaning, last
			}
			h = phraseHash(h, w)
		}
		if m, ok := p.known[h]; ok {
			meaning, last = m, j+1
		}
	}
	return meaning, last
}

// term is what a phrase of a lookup table, the form, means.
type term struct {
	entity, value, form string
}

// lookups are the lookup tables and synonyms of the training data.
type lookups struct {
	phrases phrases
	terms   []term
	forms   map[string][]string // by value: how it may be written
	spelt   map[string][]string // words of five letters and more that phrases are made of, by their first letter
}

func newLookups(data *Data) *lookups {
	l := &lookups{spelt: map[string][]string{}, forms: map[string][]string{}}
	forms := map[string][]string{}
	for _, s := range data.Synonyms {
		key := strings.ToLower(s.Value)
		forms[key] = append(forms[key], s.Examples...)
	}
	tables := map[string]bool{}
	for _, table := range data.Lookups {
		tables[table.Entity] = true
		for _, value := range table.Examples {
			l.add(table.Entity, value, value)
			for _, form := range forms[strings.ToLower(value)] {
				l.add(table.Entity, value, form)
			}
		}
	}
	for _, ex := range data.Examples {
		for _, a := range ex.Entities {
			if tables[a.Entity] && a.Value != "" {
				l.add(a.Entity, a.Value, ex.Text[a.Start:a.End])
			}
		}
	}
	l.sort()
	return l
}

// sort puts the words for spelling in order when all terms have been added.
func (l *lookups) sort() {
	for k := range l.spelt {
		slices.Sort(l.spelt[k])
		l.spelt[k] = slices.Compact(l.spelt[k])
	}
}

func (l *lookups) add(entity, value, form string) {
	l.phrases.add(form, int32(len(l.terms)))
	l.terms = append(l.terms, term{entity, value, form})
	l.forms[value] = append(l.forms[value], form)
	for _, w := range phraseWords(normalise(form)) {
		if len(w) >= 5 && isLetter(w[0]) {
			l.spelt[w[:1]] = append(l.spelt[w[:1]], w)
		}
	}
}

// find proposes the terms of an utterance, and returns its words with their spelling mended. Words are those of each token;
// known tells words that are not misspelt.
func (l *lookups) find(words [][]string, known func(string) bool) (proposals []found, mended [][]string) {
	corrected := make([]bool, len(words))
	mended = slices.Clone(words)
	for i, ws := range words {
		if len(ws) != 1 || len(ws[0]) < 5 || known(ws[0]) {
			continue
		}
		if w := l.correct(ws[0]); w != "" {
			mended[i], corrected[i] = []string{w}, true
		}
	}
	for i := 0; i < len(words); i++ {
		meaning, last := l.phrases.longest(mended, i)
		denied := meaning < 0 && len(words[i]) > 1 && words[i][0] == "non"
		if denied { // "non-healthy"
			meaning, last = l.phrases.longest([][]string{words[i][1:]}, 0)
			last += i
		}
		if meaning < 0 {
			continue
		}
		t, score := l.terms[meaning], 1.0
		if slices.Contains(corrected[i:last], true) {
			score = scoreTypo
		}
		proposals = append(proposals, found{first: i, last: last, Entity: Entity{
			Type: t.entity, Value: t.value, Score: score, Source: FromLookup, Negated: denied,
		}})
		i = last - 1
	}
	return proposals, mended
}

// correct returns the one word of the lookups that a word misspells, or "".
func (l *lookups) correct(word string) string {
	best, least, same := "", 3, 0
	for _, w := range l.spelt[word[:1]] {
		d, ok := typos(word, w)
		if singularD, singularOK := typos(singular(word), singular(w)); singularOK && (!ok || singularD < d) {
			d, ok = singularD, true
		}
		switch {
		case !ok || d > least:
		case d < least:
			best, least, same = w, d, 1
		case singular(w) != singular(best):
			same++
		}
	}
	if same != 1 {
		return ""
	}
	return best
}
