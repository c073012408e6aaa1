package nlp

import (
	_ "embed"
	"strings"
)

//go:embed common.txt
var commonText string

// lexicon knows which words are English or the bot's own, and so are not live names that are misspelt or cut short.
type lexicon struct {
	grammar map[string]bool // words that only serve others: "in", "the", "is"
	common  map[string]bool // everyday words, which a live name may be as well: "data", "default"
	trained map[string]bool // words of the training data
	base    *lexicon        // that this one extends; nil: none
}

func newLexicon(data *Data) *lexicon {
	l := &lexicon{grammar: map[string]bool{}, common: map[string]bool{}, trained: map[string]bool{}}
	// The first two blocks of the file are words of grammar; they end at the first line that begins with "today".
	set := l.grammar
	for line := range strings.Lines(commonText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if strings.HasPrefix(line, "today ") {
			set = l.common
		}
		for _, w := range strings.Fields(line) {
			set[w] = true
		}
	}
	l.learn(data)
	return l
}

// learn takes in the words of the training data that stand outside annotations in at least two examples: one alone may be
// misspelt.
func (l *lexicon) learn(data *Data) {
	words := make([][]string, len(data.Examples))
	parallel(len(words), func(i int) {
		for _, t := range tokenise(data.Examples[i].Text) {
			if !annotatedAt(data.Examples[i], t) {
				words[i] = append(words[i], phraseWords(t.norm)...)
			}
		}
	})
	seen := map[string]int{}
	for i := range words {
		for _, w := range words[i] {
			if before, ok := seen[w]; !ok {
				seen[w] = i
			} else if before != i {
				l.trained[w] = true
			}
		}
	}
	for _, table := range data.Lookups {
		for _, v := range table.Examples {
			l.learnPhrase(v)
		}
	}
	for _, s := range data.Synonyms {
		for _, v := range s.Examples {
			l.learnPhrase(v)
		}
	}
}

func (l *lexicon) learnPhrase(phrase string) {
	for _, w := range phraseWords(normalise(phrase)) {
		l.trained[w] = true
	}
}

func annotatedAt(ex Example, t token) bool {
	for _, a := range ex.Entities {
		if t.start < a.End && a.Start < t.end {
			return true
		}
	}
	return false
}

// isGrammar reports whether a word only serves others.
func (l *lexicon) isGrammar(w string) bool { return l.grammar[w] || contracted[w] != "" || w == "'s" }

// isCommon reports whether a word, in any inflection, is everyday English.
func (l *lexicon) isCommon(w string) bool {
	return l.isGrammar(w) || inflected(w, func(base string) bool { return l.common[base] })
}

// isKnown reports whether a word is everyday English or the bot's own.
func (l *lexicon) isKnown(w string) bool {
	return l.isCommon(w) || inflected(w, func(base string) bool { return l.trained[base] || l.base != nil && l.base.trained[base] })
}

// inflected reports whether is holds for a word or for one that it may be an inflection of.
func inflected(w string, is func(string) bool) bool {
	if is(w) || is(singular(w)) {
		return true
	}
	for _, suffix := range [...]string{"ed", "ing", "er", "est", "ly", "able", "ment", "d", "r"} {
		base, ok := strings.CutSuffix(w, suffix)
		n := len(base)
		if !ok || n < 3 {
			continue
		}
		if is(base) || is(base+"e") || base[n-1] == base[n-2] && is(base[:n-1]) || base[n-1] == 'i' && is(base[:n-1]+"y") {
			return true
		}
	}
	return false
}
