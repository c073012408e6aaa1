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
	for _, write := range []func(string) string{t.countUp, t.membersOf} {
		if full := write(text); full != text {
			return full
		}
	}
	return t.described(text, parse)
}

var (
	// ranges are names that have numbers in a row: "worker-5 thru 7", "stg-w1..stg-w3". Two names in full with "to" between them are where
	// something goes from and to.
	ranges = regexp.MustCompile(`(?i)\b([a-z][\w.-]*?)(\d{1,4})(?:\s*(?:-|–|\.\.\.?|to|thru|through|till|until)\s*|\s*(?:–|\.\.\.?|thru|through)\s*([a-z][\w.-]*?))(\d{1,4})\b`)
	// numbered is a name and the numbers of others like it: "worker-5/6/7", "worker-1, 2 and 3".
	numbered = regexp.MustCompile(`(?i)\b([a-z][\w.-]*?)(\d{1,4})((?:\s*(?:/|,\s*and\s|,|&|\+|\band\s)\s*\d{1,4})+)(\s*[?!.;:)]|\s*$|\s+(?:on|in|of|with|that|which|are|is|have|has)\b)`)
	// members are things of a set by their numbers alone: "kafka claims 0 and 1", "mysql's pod 0".
	members = regexp.MustCompile(`(?i)\b([a-z][\w.-]*?)(?:['’]s)?\s+([a-z]+)\s+(\d{1,4}(?:(?:\s*,\s*and\s+|\s*[,&+]\s*|\s+and\s+)\d{1,4})*)\b`)
	digits  = regexp.MustCompile(`\d+`)
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

// membersOf writes out the names of the things of a set that a sentence tells by their numbers: several of "claims", one of "claim".
func (t *turn) membersOf(text string) string {
	return members.ReplaceAllStringFunc(text, func(found string) string {
		m := members.FindStringSubmatch(found)
		numbers := digits.FindAllString(m[3], -1)
		if (len(numbers) > 1) != plural(m[2]) {
			return found
		}
		var names []string
		for _, n := range numbers {
			name := t.memberOf(strings.ToLower(m[1]), n, cueTypes(strings.ToLower(m[2])))
			if name == "" {
				return found
			}
			names = append(names, name)
		}
		return m[2] + " " + phrase.And(names)
	})
}

// memberOf returns the only name of one of some kinds that has a word for a piece and ends with a number; "" if several have.
func (t *turn) memberOf(set, number string, kinds []string) string {
	name, _ := t.onlyName(func(n nlp.Name) bool {
		return slices.Contains(kinds, n.Type) && strings.HasSuffix(n.Value, "-"+number) && slices.Contains(pieces(n.Value), set)
	})
	return name.Value
}

// described writes the name of the one thing that a sentence describes by pieces of it in place of the description: "the reporting database"
// is reports-db, "carol's workspace claim" is workspace-carol, "the nightly mysql snapshot" is mysql-0-nightly.
func (t *turn) described(text string, parse nlp.Parse) string {
	words := wordsOf(text)
	for i, noun := range words {
		if name := t.owned(text, words, i, parse); name != "" {
			return t.guess(text, noun.start, words[i+1].end, name)
		}
		is, ok := heads[noun.text]
		from, least := modifiers(text, words, i, parse)
		for ; ok && i-from >= least && !namesBeside(parse, words, from, i); from++ {
			wanted, end := wantedOf(words[from:i]), words[i-1].end // the noun says what it is of
			if is.pieces != "" {
				wanted, end = append(wanted, strings.Fields(is.pieces)), noun.end
			}
			if name := t.piecedOf(is.kinds, wanted); name != "" {
				return t.guess(text, words[from].start, end, name)
			}
		}
	}
	return text
}

// guess writes a name in place of what describes it, and says so.
func (t *turn) guess(text string, from, to int, name string) string {
	t.guessed = append(t.guessed, fmt.Sprintf("I took %s for %s: nothing else has such a name.", phrase.Quote(text[from:to]), phrase.Code(name)))
	return text[:from] + name + text[to:]
}

// head is what the noun of a description says: of which kinds the names are, the likeliest first, and which pieces of them stand for it, if any do.
type head struct {
	kinds  []string
	pieces string
}

var (
	keptIn = []string{"claim", "workload"}
	keeper = []string{"workload", "claim"}
	copied = []string{"snapshot"}

	heads = map[string]head{"volume": {keptIn, ""}, "claim": {keptIn, ""}, "pvc": {keptIn, ""}, "disk": {keptIn, ""}, "storage": {keptIn, ""},
		"cache": {keeper, "cache"}, "database": {keeper, databases}, "db": {keeper, databases},
		"snapshot": {copied, ""}, "snap": {copied, ""}, "backup": {copied, ""}}
)

// databases are pieces of the names of databases.
const databases = "db database pg postgres mysql mongo mariadb redis"

// modifiers returns the place of the first of the words before a noun that tell which one is meant, and how few of them are enough: one behind
// an article or in the genitive, else two, since what stands before a noun may be a verb.
func modifiers(text string, words []word, noun int, parse nlp.Parse) (from, least int) {
	from, least = noun, 2
	for from > max(0, noun-4) {
		w := words[from-1]
		if determiners[w.text] {
			least = noun - from
			break
		}
		if everyday[w.text] || slices.ContainsFunc(parse.Entities, func(e nlp.Entity) bool {
			return e.Type != nlp.UnknownName && (!isName(e) || e.Type == "cluster") && w.start < e.End && e.Start < w.end
		}) {
			break
		}
		from--
	}
	if noun > 0 && possessive(text, words[noun-1]) {
		least = 1
	}
	return from, max(least, 1)
}

// namesBeside reports whether a sentence names another thing than the words of a description do, or all of these are one name.
func namesBeside(parse nlp.Parse, words []word, from, noun int) bool {
	return slices.ContainsFunc(parse.Entities, func(e nlp.Entity) bool {
		if !isName(e) || len(keepTypes(e.Candidates, describable)) == 0 {
			return false
		}
		return e.Start < words[from].start || e.End > words[noun-1].end || e.Start == words[from].start && e.End == words[noun-1].end
	})
}

// wantedOf returns the pieces of names that words stand for, each in all its forms.
func wantedOf(words []word) [][]string {
	var wanted [][]string
	for _, w := range words {
		for _, piece := range pieces(w.text) {
			wanted = append(wanted, []string{stem(piece)})
		}
	}
	return wanted
}

var determiners = setOf("the our my your their this")

// piecedOf returns the only name of the first kind that has one with all of the pieces, each in one of its forms; "" if there is none.
func (t *turn) piecedOf(kinds []string, wanted [][]string) string {
	for _, kind := range kinds {
		if name, found := t.pieced(kind, wanted); found {
			return name
		}
	}
	return ""
}

// pieced returns the name of a kind that has all of the pieces, "" if several have, and whether any has. The namespace is a piece too, and is
// written before the name if others have that in other ones.
func (t *turn) pieced(kind string, wanted [][]string) (name string, found bool) {
	first, found := t.onlyName(func(n nlp.Name) bool { return n.Type == kind && hasPieces(n, wanted) })
	within, without := 0, 0
	for _, c := range keepTypes(t.gazetteer().Exact(first.Value, 20), []string{kind}) {
		if hasPieces(c.Name, wanted) {
			within++
		} else {
			without++
		}
	}
	if within == 1 && without > 0 {
		return first.Scope + "/" + first.Value, true
	}
	return first.Value, found
}

// onlyName returns the live name that fits, an empty one if several do, and whether any does. Namesakes are one.
func (t *turn) onlyName(fits func(nlp.Name) bool) (name nlp.Name, found bool) {
	for i, inv := range t.inventories {
		if inv == nil {
			continue
		}
		for n := range t.names.of(t.refs[i], inv).set {
			if !fits(n) {
				continue
			}
			if found && n.Value != name.Value {
				return nlp.Name{}, true
			}
			name, found = n, true
		}
	}
	return name, found
}

// hasPieces reports whether a name or its namespace has all of the pieces.
func hasPieces(name nlp.Name, wanted [][]string) bool {
	if lower := strings.ToLower(name.Value) + "/" + name.Scope; slices.ContainsFunc(wanted, func(forms []string) bool {
		return !slices.ContainsFunc(forms, func(f string) bool { return strings.Contains(lower, f) })
	}) {
		return false // most of many names, seen without cutting them up
	}
	have := append(pieces(name.Value), name.Scope)
	for i := range have {
		have[i] = stem(have[i])
	}
	return !slices.ContainsFunc(wanted, func(forms []string) bool {
		return !slices.ContainsFunc(forms, func(f string) bool { return slices.Contains(have, f) })
	})
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
