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
	cued    []announcement    // by the meaning of a cue
	masks   map[string]string // by type: what the classifier sees of it, where that is not the type
	regexes []namedRegex
	tables  map[string]bool // the entities whose values are known: of lookups, regular expressions and recognisers
	live    map[string]bool // the types of live names, and their masks
	tagger  *tagger         // nil: the training data has no trained entities
	own     *tables         // of an extension; nil: none
	now     func() time.Time
}

// announcement is a phrase that announces a live name of one of the types.
type announcement struct {
	phrase string
	types  []string
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
	for kind, n := range options.Names {
		e.masks[kind] = n.Mask
	}
	e.sortTypes()
	e.addCues(data, options.Names)
	return e, e.trainTagger(data, options.Seed)
}

// sortTypes notes which types of entities have known values and which are those of live names. All others that examples
// annotate are trained.
func (e *extractor) sortTypes() {
	e.tables = map[string]bool{Quantity: true, Percentage: true, Count: true, Duration: true, Ordinal: true}
	for _, t := range e.lookups.terms {
		e.tables[t.entity] = true
	}
	for _, r := range e.regexes {
		e.tables[r.entity] = true
	}
	e.live = map[string]bool{}
	for kind, mask := range e.masks {
		e.live[kind], e.live[cmp.Or(mask, kind)], e.live[UnknownName] = true, true, true
	}
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
// of a lookup for a value that is spelt like the type. Types are those of the options and of the annotations; of those that
// the tagger finds only if there are no others.
func (e *extractor) addCues(data *Data, names map[string]NameType) {
	words := map[string][]string{}
	for _, ex := range data.Examples {
		for _, a := range ex.Entities {
			if !e.isTable(a.Entity) && (len(names) == 0 || e.isLive(a.Entity)) {
				words[a.Entity] = nil
			}
		}
	}
	for kind, n := range names {
		words[kind] = n.Words
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
		e.announce(announcement{c, types[c]})
	}
}

func (e *extractor) announce(a announcement) {
	e.cues.add(a.phrase, int32(len(e.cued)))
	e.cued = append(e.cued, a)
}

// isTable reports whether the values of an entity are known: it has a lookup table, a regular expression or a recogniser.
func (e *extractor) isTable(entity string) bool { return e.tables[entity] }

// isLive reports whether an entity is a live name.
func (e *extractor) isLive(entity string) bool { return e.live[entity] && !e.tables[entity] }

// isTrained reports whether an entity that examples annotate is the tagger's to find.
func (e *extractor) isTrained(entity string) bool { return !e.live[entity] && !e.tables[entity] }

// extract returns the entities of an utterance, in order and without overlaps.
func (e *extractor) extract(utterance string, tokens []token, names Gazetteer, now time.Time) []found {
	entities := e.recognised(utterance, tokens, names, now)
	if e.tagger != nil {
		entities = e.tag(utterance, tokens, entities)
	}
	return placed(utterance, tokens, entities)
}

// recognised returns the entities that need no tagger, and those that are given.
func (e *extractor) recognised(utterance string, tokens []token, names Gazetteer, now time.Time, given ...found) []found {
	words := make([][]string, len(tokens))
	for i, t := range tokens {
		if len(t.norm) <= maxSpelling {
			words[i] = phraseWords(cmp.Or(contracted[t.norm], t.norm))
		}
	}
	terms, mended := e.lookups.find(words, e.lexicon.isKnown)
	terms = append(e.own.propose(e, utterance, tokens, words), terms...)
	proposals := append(given, terms...)
	proposals = append(proposals, recognise(tokens, now)...)
	proposals = append(proposals, matches(e.regexes, utterance, tokens)...)
	proposals = append(proposals, e.link(tokens, words, mended, terms, names)...)
	return resolve(tokens, proposals)
}

// placed fills in where entities stand and whether they are negated.
func placed(utterance string, tokens []token, entities []found) []found {
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
			if first < last && at[0] < at[1] {
				proposals = append(proposals, found{first: first, last: last, Entity: Entity{
					Type: r.entity, Value: utterance[at[0]:at[1]], Score: 1, Source: FromRegex,
				}})
			}
		}
	}
	return proposals
}

// sure is the probability from which what the tagger says goes before what others say.
const sure = 0.5

// resolve keeps of proposals that overlap the given ones, then those of which the tagger is sure, then the longest, then
// the surest, and returns what it keeps in order.
func resolve(tokens []token, proposals []found) []found {
	length := func(f found) int { return tokens[f.last-1].end - tokens[f.first].start }
	rank := map[string]int{FromName: 0, FromRegex: 1, FromTagger: 2, FromRecogniser: 3, FromLookup: 4}
	first := func(f found) int {
		switch {
		case f.given:
			return 0
		case f.Source == FromTagger && f.Score >= sure:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(proposals, func(a, b found) int {
		return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(length(b), length(a)), cmp.Compare(b.Score, a.Score), cmp.Compare(rank[a.Source], rank[b.Source]),
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

// exampleTime is when examples are taken to be said, so that the same ones give the same model at any time of day: in the afternoon of a
// working day, when "this morning" and "since noon" have been.
var exampleTime = time.Date(2026, 1, 14, 15, 0, 0, 0, time.UTC)

// annotated returns the entities of an example: those that its annotations mark, but for values that are known, and
// beside them what is recognised.
func (e *extractor) annotated(ex Example, tokens []token) []found {
	entities := e.recognised(ex.Text, tokens, nil, exampleTime, given(ex, tokens, e.isLive, FromName)...)
	entities = resolve(tokens, append(given(ex, tokens, e.isTrained, FromTagger), entities...))
	return placed(ex.Text, tokens, entities)
}

// given returns the entities that the annotations of an example mark and that are of a sort.
func given(ex Example, tokens []token, sort func(entity string) bool, source string) []found {
	var entities []found
	for _, a := range ex.Entities {
		if !sort(a.Entity) {
			continue
		}
		f := found{given: true, Entity: Entity{Type: a.Entity, Role: a.Role, Value: a.Value, Score: 1, Source: source}}
		f.first = slices.IndexFunc(tokens, func(t token) bool { return t.end > a.Start })
		for f.last = f.first; f.last < len(tokens) && tokens[f.last].start < a.End; f.last++ {
		}
		if f.first >= 0 && f.last > f.first {
			entities = append(entities, f)
		}
	}
	return entities
}

// features returns the classifier's features of an utterance. What varies is masked: a number is replaced by its type, and
// a live name by "<name>", with its type as a feature apart, so that the model knows what to do with a name even of a type
// that no example has. The words of lookups stay, and their values stand beside them, so that the model learns of "disk"
// what it learns of "volume". The words of trained entities stay as they are.
func (e *extractor) features(tokens []token, entities []found) [blocks][]uint64 {
	return e.featuresIn(new(room), tokens, entities)
}

// featuresIn is features in a room: its next use overwrites what it returned.
func (e *extractor) featuresIn(r *room, tokens []token, entities []found) [blocks][]uint64 {
	r.words, r.values = e.words(r.words, r.values, tokens, entities)
	return r.featurise(r.words, r.values)
}

// words returns the words that the classifier sees of an utterance, and the values beside them, in the memory of others.
func (e *extractor) words(words []word, values []string, tokens []token, entities []found) ([]word, []string) {
	words, values = slices.Grow(words[:0], len(tokens)+4), values[:0]
	next := 0
	for i := 0; i < len(tokens) && len(words) < maxWords; i++ {
		for next < len(entities) && entities[next].last <= i {
			next++
		}
		if next < len(entities) && entities[next].first <= i {
			f := entities[next]
			switch f.Source {
			case FromTagger:
			case FromLookup:
				if f.first == i {
					values = append(values, f.Type+"="+f.Value)
				}
			default:
				if f.Source == FromName {
					words = append(words, word{"<name>", true})
					values = append(values, "name="+cmp.Or(e.masks[f.Type], f.Type))
				} else {
					words = append(words, word{"<" + f.Type + ">", true})
				}
				i = f.last - 1
				continue
			}
		}
		words = appendWords(words, tokens, i)
	}
	return words, values
}
