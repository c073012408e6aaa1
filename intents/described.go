package intents

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// inFull writes out the names that a sentence gives in another way.
func (t *turn) inFull(text string, parse nlp.Parse) string {
	if full := t.countUp(text); full != text {
		return full
	}
	return t.described(text, parse)
}

var (
	// ranges are names that have numbers in a row: "worker-5 thru 7", "stg-w1..stg-w3". Two names in full with "to" between them are where
	// something goes from and to.
	ranges = regexp.MustCompile(`(?i)\b([a-z][\w.-]*?)(\d{1,4})(?:\s*(?:-|–|\.\.\.?|to|thru|through|till|until)\s*|\s*(?:–|\.\.\.?|thru|through)\s*([a-z][\w.-]*?))(\d{1,4})\b`)
	// numbered is a name and the numbers of others like it: "worker-5/6/7", "worker-1, 2 and 3".
	numbered = regexp.MustCompile(`(?i)\b([a-z][\w.-]*?)(\d{1,4})((?:\s*(?:/|,\s*and\s|,|&|\+|\band\s)\s*\d{1,4})+)(\s*[?!.;:)]|\s*$|\s+(?:on|in|of|with|that|which|are|is|have|has)\b)`)
	digits   = regexp.MustCompile(`\d+`)
)

// maxRange is how many names a range stands for at most.
const maxRange = 64

// countUp writes out the names of live things that a sentence counts up by their numbers: "worker-5, worker-6 and worker-7".
func (t *turn) countUp(text string) string {
	list := func(base string, numbers []int, otherwise string) string {
		var names []string
		for _, n := range numbers {
			if name := base + strconv.Itoa(n); len(t.gazetteer().Exact(name, 1)) > 0 {
				names = append(names, name)
			}
		}
		if len(names) < 2 || names[0] != base+strconv.Itoa(numbers[0]) {
			return otherwise
		}
		return phrase.And(names)
	}
	text = ranges.ReplaceAllStringFunc(text, func(found string) string {
		m := ranges.FindStringSubmatch(found)
		from, _ := strconv.Atoi(m[2])
		to, _ := strconv.Atoi(m[4])
		if m[3] != "" && !strings.EqualFold(m[3], m[1]) || to <= from || to-from > maxRange {
			return found
		}
		var numbers []int
		for n := from; n <= to; n++ {
			numbers = append(numbers, n)
		}
		return list(m[1], numbers, found)
	})
	return numbered.ReplaceAllStringFunc(text, func(found string) string {
		m := numbered.FindStringSubmatch(found)
		var numbers []int
		for _, n := range digits.FindAllString(m[2]+m[3], -1) {
			number, _ := strconv.Atoi(n)
			numbers = append(numbers, number)
		}
		behind := m[4]
		return list(m[1], numbers, strings.TrimSuffix(found, behind)) + behind
	})
}

// described writes the name of the one claim or application that a sentence describes by pieces of it in place of the description: "the
// reporting database" is reports-db, "the argocd cache volume" is argocd-repo-cache.
func (t *turn) described(text string, parse nlp.Parse) string {
	if slices.ContainsFunc(parse.Entities, func(e nlp.Entity) bool { return isName(e) && len(keepTypes(e.Candidates, describable)) > 0 }) {
		return text
	}
	words := wordsOf(text)
	for i, head := range words {
		kinds, is := heads[head.text]
		from := modifiers(words, i, parse)
		if !is || from == i {
			continue
		}
		var wanted [][]string
		for _, w := range words[from:i] {
			wanted = append(wanted, []string{stem(w.text)})
		}
		end := words[i-1].end // the noun says what it is of
		if kinds != "" {
			wanted, end = append(wanted, strings.Fields(kinds)), head.end
		}
		if name := t.pieced(wanted); name != "" {
			described := text[words[from].start:end]
			t.guessed = append(t.guessed, fmt.Sprintf("I took %s for %s: nothing else has such a name.", phrase.Quote(described), phrase.Code(name)))
			return text[:words[from].start] + name + text[end:]
		}
	}
	return text
}

// heads are the nouns of such descriptions, and the pieces of names that stand for them; "" for those that stand in no name.
var heads = map[string]string{"volume": "", "claim": "", "pvc": "", "disk": "", "storage": "", "cache": "cache",
	"database": "db database pg postgres mysql mongo mariadb redis", "db": "db database pg postgres mysql mongo mariadb redis"}

// modifiers returns the place of the first of the words before a noun that tell which one is meant: those behind an article or the like
// that say nothing else.
func modifiers(words []word, noun int, parse nlp.Parse) int {
	for i := noun - 1; i >= max(0, noun-4); i-- {
		w := words[i]
		switch {
		case determiners[w.text]:
			return i + 1
		case everyday[w.text] || slices.ContainsFunc(parse.Entities, func(e nlp.Entity) bool {
			return e.Type != nlp.UnknownName && w.start < e.End && e.Start < w.end
		}):
			return noun
		}
	}
	return noun
}

var determiners = setOf("the our my your their this")

// pieced returns the only name of a claim or an application that has all of the pieces, each in one of its forms; "" if several have.
func (t *turn) pieced(wanted [][]string) string {
	found := ""
	for _, inv := range t.inventories {
		if inv == nil {
			continue
		}
		for name := range liveNames(inv) {
			if name.Type != "claim" && name.Type != "workload" || name.Value == found {
				continue
			}
			have := pieces(name.Value)
			for i := range have {
				have[i] = stem(have[i])
			}
			if slices.ContainsFunc(wanted, func(forms []string) bool {
				return !slices.ContainsFunc(forms, func(f string) bool { return slices.Contains(have, f) })
			}) {
				continue
			}
			if found != "" {
				return ""
			}
			found = name.Value
		}
	}
	return found
}

// stem is a word without its ending: "report" of "reports" and of "reporting".
func stem(w string) string {
	for _, ending := range [...]string{"ing", "es", "s"} {
		if cut := strings.TrimSuffix(w, ending); cut != w && len(cut) > 3 {
			return cut
		}
	}
	return w
}
