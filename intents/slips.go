package intents

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/mulebot/mulebot/nlp"
)

// steering are words that say what is asked, which people mistype more often than examples have them.
const steering = `above below under between least many count list total average without bigger larger smaller greater older younger exceeding than which where
	what show number order sorted biggest every over more less pools volumes claims nodes replicas snapshots degraded unhealthy healthy pending rebuilding offline`

// speller mends slips of the finger in any word that examples often have.
type speller struct {
	often map[string]int
	begun map[byte][]string // the words that are often met, by their first letter
}

// leastMet is how often examples must have a word for another one to be taken for a slip in it.
const leastMet = 6

func newSpeller(often map[string]int) *speller {
	s := &speller{often: often, begun: map[byte][]string{}}
	for _, w := range slices.Sorted(maps.Keys(often)) { // of two that are as likely the first is taken, in every process the same
		if n := often[w]; n >= leastMet && len(w) > 3 && !strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) {
			s.begun[w[0]] = append(s.begun[w[0]], w)
		}
	}
	return s
}

// correct returns the word that one is a slip in, by one letter that is not the first: of several the one that is met by far more often. It
// is "" for words of English, for what may be a name, and for short words, of which a single letter makes many.
func (s *speller) correct(w string) string {
	if len(w) < 3 || nlp.IsEnglish(w) || strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return ""
	}
	best, top, next := "", 0.0, 0.0
	for _, right := range s.begun[w[0]] {
		likely := s.likely(w, right)
		switch alike := len(best) > 3 && strings.HasPrefix(right, best[:4]); {
		case likely > top && alike:
			best, top = right, likely
		case likely > top:
			best, top, next = right, likely, top
		case !alike:
			next = max(next, likely)
		}
	}
	if top < 3*next {
		return ""
	}
	return best
}

// likely weighs a word as that which another is a slip in; 0 is not at all. Two letters exchanged, or one left out or too many of two that are
// the same, are the commonest slips, and another letter a rare one; any other letter too many makes other words: "backend" is not "backed".
func (s *speller) likely(w, right string) float64 {
	often := float64(s.often[right])
	switch doubled := squeezed(w) == squeezed(right); {
	case !oneSlip(w, right) || len(w) < 4 && len(right) == len(w) || len(right) < len(w) && !doubled:
		return 0
	case len(right) == len(w) && permuted(w, right), doubled:
		return 4 * often
	case len(right) > len(w):
		return often
	case len(w) < 6:
		return 0
	}
	return often / 4
}

// squeezed returns a word with letters that follow themselves written once.
func squeezed(w string) string { return string(slices.Compact([]byte(w))) }

// permuted reports whether words have the same letters.
func permuted(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return string(x) == string(y)
}

// mended returns a sentence with its slips in steering words mended, if it has any, "volumes abvoe 80%", "how meny pools", and with the
// short forms of long ones, "the highest number of volumes". What is a word, or a name that lives here, is no slip.
func (t *turn) mended(text string, parse nlp.Parse) (string, bool) {
	mended, slipped := t.unslipped(text, parse)
	plain := numberedMost.ReplaceAllStringFunc(selectAll.ReplaceAllLiteralString(mended, "list all "), func(s string) string {
		if few := strings.ToLower(s); strings.HasPrefix(few, "lowest") || strings.HasPrefix(few, "smallest") || strings.HasPrefix(few, "fewest") {
			return "fewest "
		}
		return "most "
	})
	return plain, slipped || plain != mended
}

// numberedMost are the long forms of "most" and "fewest".
var numberedMost = regexp.MustCompile(`(?i)\b(?:highest|largest|greatest|biggest|lowest|smallest|fewest) (?:number|count|amount) of `)

// selectAll asks for all of a kind in the language of databases.
var selectAll = regexp.MustCompile(`(?i)^select \* from `)

// unslipped is mended for slips in words, but for the words of custom intents, which are their own: what they hand on is what was said.
func (t *turn) unslipped(text string, parse nlp.Parse) (string, bool) {
	if i := t.intents[parse.Intent]; i != nil && i.act == actCustom {
		return text, false
	}
	mended, at := "", 0
	words := wordsOf(text)
	for i, w := range words {
		if long, end := spelledOut(text, w); long != "" {
			mended, at = mended+text[at:w.start]+long, end
			continue
		}
		if first, second, ok := strings.Cut(text[w.start:w.end], "/"); ok && t.pairs(first, second) {
			mended, at = mended+text[at:w.start]+first+" and "+second, w.end // "controllers/agents"
			continue
		}
		right := t.known.spelt.correct(w.text)
		if w.text == "then" && i > 0 && (comparatives[words[i-1].text] || moreOrLess[words[i-1].text] || words[i-1].text == "older" || words[i-1].text == "newer") {
			mended, at = mended+text[at:w.start]+"than", w.end // "bigger then 300Gi"
			continue
		}
		if w.text == "least" && i+1 < len(words) && (i == 0 || words[i-1].text != "at") && plural(words[i+1].text) && nouns[words[i+1].text] != "" {
			mended, at = mended+text[at:w.start]+"fewest", w.end // "the least pools"
			continue
		}
		if right == "" || len(w.text) < 3 || everyday[w.text] || t.known.knows(w.text) || len(t.gazetteer().Exact(w.text, 1)) > 0 || t.lookedUp(w, parse) {
			continue
		}
		mended += text[at:w.start] + right
		at = w.end
	}
	return mended + text[at:], at > 0
}

// pairs reports whether what stands on both sides of a slash are two plain words: no name of a thing in its namespace or of its kind.
func (t *turn) pairs(first, second string) bool {
	plain := func(s string) bool {
		return len(s) > 3 && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	}
	return plain(first) && plain(second) && cueTypes(strings.ToLower(first)) == nil && !slices.ContainsFunc(t.gazetteer().Exact(first+"/"+second, 20), func(c nlp.Candidate) bool {
		return strings.EqualFold(c.Scope, first)
	})
}

// shorthands are words as people shorten them in writing, and contractions without their apostrophe.
var shorthands = map[string]string{"meny": "many", "mani": "many", "mny": "many", "hom": "how", "hwo": "how", "hou": "how", "whos": "who's",
	"teh": "the", "adn": "and", "any1": "anyone", "some1": "someone", "every1": "everyone", "no1": "nobody", "w/o": "without", "w/": "with", "b/c": "because", "bc": "because", "incl": "including", "excl": "excluding", "todays": "today's", "yesterdays": "yesterday's",
	"cant": "can't", "wont": "won't", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "werent": "weren't",
	"hasnt": "hasn't", "havent": "haven't", "hadnt": "hadn't", "couldnt": "couldn't", "wouldnt": "wouldn't", "shouldnt": "shouldn't"}

// spelledOut returns what a shortened word stands for, and where it ends; "" for any other word.
func spelledOut(text string, w word) (long string, end int) {
	end = w.end
	if end < len(text) && (text[end] == '/' || text[end] == '.' && end+1 < len(text)) {
		end++ // "w/ snapshots", "incl. jiva"
	}
	if long = shorthands[strings.TrimSuffix(strings.ToLower(text[w.start:end]), ".")]; long == "" {
		long, end = shorthands[w.text], w.end
	}
	return long, end
}

// lookedUp reports whether a word is part of something that a lookup or a recogniser has found.
func (t *turn) lookedUp(w word, parse nlp.Parse) bool {
	for _, e := range parse.Entities {
		if w.start < e.End && e.Start < w.end && e.Type != nlp.UnknownName {
			return true
		}
	}
	return false
}
