package nlp

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"
)

// found is an entity and the tokens that it covers.
type found struct {
	Entity
	first, last int // tokens[first:last]
	given       bool
	own         bool // of an extension's tables
}

// extractor finds the entities of utterances.
type extractor struct {
	lookups *lookups
	lexicon *lexicon
	cues    phrases           // words that announce a live name: "namespace", "storage class"
	cued    [][]string        // by the meaning of a cue: the types that it announces
	masks   map[string]string // by type: what the classifier sees of it, where that is not the type
	regexes []namedRegex
	own     *tables // of an extension; nil: none
	now     func() time.Time
}

type namedRegex struct {
	entity  string
	pattern *regexp.Regexp
}

func newExtractor(data *Data, options Options) (*extractor, error) {
	e := &extractor{lookups: newLookups(data), lexicon: newLexicon(data), masks: map[string]string{}, now: options.Now}
	if e.now == nil {
		e.now = time.Now
	}
	for _, r := range data.Regexes {
		compiled, err := r.compile()
		if err != nil {
			return nil, err
		}
		e.regexes = append(e.regexes, compiled...)
	}
	e.addCues(data, options.Names)
	return e, nil
}

// compile returns the patterns of a regex.
func (r Regex) compile() ([]namedRegex, error) {
	var compiled []namedRegex
	for _, p := range r.Patterns {
		pattern, err := regexp.Compile(p)
		if err != nil {
			return nil, fmt.Errorf("regex of entity %q: %w", r.Entity, err)
		}
		compiled = append(compiled, namedRegex{r.Entity, pattern})
	}
	return compiled, nil
}

// addCues collects the words that announce names of a type: those of the options, or else the type itself and the words
// of a lookup for a value that is spelt like the type. Types are those of the options and of the annotations.
func (e *extractor) addCues(data *Data, names map[string]NameType) {
	words := map[string][]string{}
	for _, ex := range data.Examples {
		for _, a := range ex.Entities {
			if !e.isTable(a.Entity) {
				words[a.Entity] = nil
			}
		}
	}
	for kind, n := range names {
		words[kind], e.masks[kind] = n.Words, n.Mask
	}
	for kind, given := range words {
		if len(given) == 0 && kind != UnknownName {
			words[kind] = append([]string{kind}, e.lookups.forms[kind]...)
		}
	}
	types := map[string][]string{} // by cue
	for kind, cues := range words {
		for _, c := range cues {
			types[c] = append(types[c], kind)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(types)) {
		slices.Sort(types[c])
		e.cues.add(c, int32(len(e.cued)))
		e.cued = append(e.cued, types[c])
	}
}

// isTable reports whether the values of an entity are known: it has a lookup table, a regular expression or a recogniser.
func (e *extractor) isTable(entity string) bool {
	switch entity {
	case Quantity, Percentage, Count, Duration, Ordinal:
		return true
	}
	return e.own.has(entity) || slices.ContainsFunc(e.lookups.terms, func(t term) bool { return t.entity == entity }) ||
		slices.ContainsFunc(e.regexes, func(r namedRegex) bool { return r.entity == entity })
}

// extract returns the entities of an utterance, in order and without overlaps.
func (e *extractor) extract(utterance string, tokens []token, names Gazetteer, now time.Time, given ...found) []found {
	words := make([][]string, len(tokens))
	for i, t := range tokens {
		if len(t.norm) <= maxSpelling {
			words[i] = phraseWords(t.norm)
		}
	}
	terms := append(e.own.propose(e, utterance, tokens, words), e.lookups.find(words, e.lexicon.isKnown)...)
	proposals := append(given, terms...)
	proposals = append(proposals, recognise(tokens, now)...)
	proposals = append(proposals, matches(e.regexes, utterance, tokens)...)
	proposals = append(proposals, e.link(tokens, words, terms, names)...)
	entities := resolve(tokens, proposals)
	for i := range entities {
		f := &entities[i]
		f.Start, f.End = tokens[f.first].start, tokens[f.last-1].end
		f.Text = utterance[f.Start:f.End]
	}
	negate(tokens, entities)
	return entities
}

// matches proposes what regular expressions of the training data match, widened to whole tokens.
func matches(regexes []namedRegex, utterance string, tokens []token) []found {
	var proposals []found
	for _, r := range regexes {
		for _, at := range r.pattern.FindAllStringIndex(utterance, -1) {
			first, _ := slices.BinarySearchFunc(tokens, at[0], func(t token, offset int) int { return cmp.Compare(t.end, offset+1) })
			last, _ := slices.BinarySearchFunc(tokens, at[1], func(t token, offset int) int { return cmp.Compare(t.start, offset) })
			if first < last {
				proposals = append(proposals, found{first: first, last: last, Entity: Entity{
					Type: r.entity, Value: utterance[at[0]:at[1]], Score: 1, Source: FromRegex,
				}})
			}
		}
	}
	return proposals
}

// resolve keeps of proposals that overlap the given ones, then the longest, then the surest, and returns what it keeps in
// order.
func resolve(tokens []token, proposals []found) []found {
	length := func(f found) int { return tokens[f.last-1].end - tokens[f.first].start }
	rank := map[string]int{FromName: 0, FromRegex: 1, FromRecogniser: 2, FromLookup: 3}
	slices.SortStableFunc(proposals, func(a, b found) int {
		if a.given != b.given {
			if a.given {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(length(b), length(a)), cmp.Compare(b.Score, a.Score), cmp.Compare(rank[a.Source], rank[b.Source]),
			cmp.Compare(a.first, b.first))
	})
	taken := make([]bool, len(tokens))
	var kept []found
	for _, f := range proposals {
		if slices.Contains(taken[f.first:f.last], true) {
			continue
		}
		for i := f.first; i < f.last; i++ {
			taken[i] = true
		}
		kept = append(kept, f)
	}
	slices.SortFunc(kept, func(a, b found) int { return a.first - b.first })
	return kept
}

// annotated returns the entities of an example: the names that its annotations mark, and beside them what extract finds.
func (e *extractor) annotated(ex Example, tokens []token) []found {
	var given []found
	for _, a := range ex.Entities {
		if e.isTable(a.Entity) {
			continue
		}
		f := found{given: true, Entity: Entity{Type: a.Entity, Role: a.Role, Value: a.Value, Score: 1, Source: FromName}}
		f.first = slices.IndexFunc(tokens, func(t token) bool { return t.end > a.Start })
		for f.last = f.first; f.last < len(tokens) && tokens[f.last].start < a.End; f.last++ {
		}
		if f.first >= 0 && f.last > f.first {
			given = append(given, f)
		}
	}
	return e.extract(ex.Text, tokens, nil, e.now(), given...)
}

// features returns the classifier's features of an utterance. What varies is masked: a number is replaced by its type, and
// a live name by "<name>", with its type as a feature apart, so that the model knows what to do with a name even of a type
// that no example has. The words of lookups stay, and their values stand beside them, so that the model learns of "disk"
// what it learns of "volume".
func (e *extractor) features(tokens []token, entities []found) [blocks][]uint64 {
	words := make([]word, 0, len(tokens)+4)
	var values []string
	next := 0
	for i := 0; i < len(tokens) && len(words) < maxWords; i++ {
		for next < len(entities) && entities[next].last <= i {
			next++
		}
		if next < len(entities) && entities[next].first <= i {
			f := entities[next]
			if f.Source != FromLookup {
				if f.Source == FromName {
					words = append(words, word{"<name>", true})
					values = append(values, "name="+cmp.Or(e.masks[f.Type], f.Type))
				} else {
					words = append(words, word{"<" + f.Type + ">", true})
				}
				i = f.last - 1
				continue
			}
			if f.first == i {
				values = append(values, f.Type+"="+f.Value)
			}
		}
		words = appendWords(words, tokens, i)
	}
	return featurise(words, values)
}
