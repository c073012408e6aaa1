package nlp

import (
	"unicode"
	"unicode/utf8"
)

// contracted are the words that parts of contractions stand for.
var contracted = map[string]string{
	"n't": "not", "'re": "are", "'m": "am", "'ll": "will", "'ve": "have", "'d": "would",
}

// slang are the words that people write for others where they type in a hurry. To the classifier they are those others.
var slang = map[string][]string{
	"whats": {"what", "'s"}, "wheres": {"where", "'s"}, "whos": {"who", "'s"}, "hows": {"how", "'s"}, "whens": {"when", "'s"}, "thats": {"that", "'s"},
	"gimme": {"give", "me"}, "lemme": {"let", "me"}, "wanna": {"want", "to"}, "gonna": {"going", "to"}, "gotta": {"have", "to"}, "dunno": {"do", "not", "know"},
	"pls": {"please"}, "plz": {"please"}, "plss": {"please"}, "u": {"you"}, "r": {"are"}, "ur": {"your"}, "y": {"why"}, "thx": {"thanks"}, "tx": {"thanks"},
	"rn": {"now"}, "atm": {"now"}, "w/": {"with"}, "w/o": {"without"}, "b/c": {"because"}, "cuz": {"because"}, "coz": {"because"}, "thru": {"through"},
	"im": {"i", "am"}, "ive": {"i", "have"}, "isnt": {"is", "not"}, "arent": {"are", "not"}, "dont": {"do", "not"}, "doesnt": {"does", "not"}, "didnt": {"did", "not"},
	"cant": {"can", "not"}, "wont": {"will", "not"}, "wasnt": {"was", "not"}, "hasnt": {"has", "not"}, "havent": {"have", "not"}, "couldnt": {"could", "not"},
}

// beforeNot are the words whose ends a following n't has taken: ca|n't, wo|n't, sha|n't.
var beforeNot = map[string]string{"ca": "can", "wo": "will", "sha": "shall"}

// appendWords appends the words that the classifier sees of tokens[i]: runs of letters, runs of digits, single signs.
func appendWords(words []word, tokens []token, i int) []word {
	norm := tokens[i].norm
	if full := contracted[norm]; full != "" {
		return append(words, word{text: full})
	}
	if i+1 < len(tokens) && tokens[i+1].norm == "n't" && tokens[i+1].start == tokens[i].end && beforeNot[norm] != "" {
		return append(words, word{text: beforeNot[norm]})
	}
	if full := slang[norm]; full != nil {
		for _, w := range full {
			words = append(words, word{text: w})
		}
		return words
	}
	if norm == "'s" {
		return append(words, word{text: norm})
	}
	if len(norm) > 4*maxLetter {
		norm = norm[:4*maxLetter]
	}
	for len(norm) > 0 {
		n := runLength(norm)
		words = append(words, word{text: norm[:n]})
		norm = norm[n:]
	}
	return words
}

// runLength returns the length of the run of letters or of digits that s starts with, or of its first character.
func runLength(s string) int {
	first, size := utf8.DecodeRuneInString(s)
	kind := runeKind(first)
	if kind == 0 {
		return size
	}
	for i, r := range s {
		if runeKind(r) != kind {
			return i
		}
	}
	return len(s)
}

func runeKind(r rune) int {
	switch {
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return 1
	case unicode.IsDigit(r):
		return 2
	}
	return 0
}
