package nlp

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// The limits of an extension: what keeps one small beside the model that it extends, and its training short.
const (
	// mostFeatures is how many features an extension tells its intents apart by: those of the most examples.
	mostFeatures = 6000
	// nearNegatives and farNegatives are how many examples of the base an extension is trained against: those most like its
	// own, and some of the others.
	nearNegatives, farNegatives = 400, 150
	// claimed is the share of its features from which an example that the base declines is what the extension is for, and no
	// negative: nobody answered it so far.
	claimed = 0.6
	// topical is the share of an intent's examples that have a word from which the intent is about it; a word that more than
	// seldom examples which the base answers have is no topic.
	topical, seldom = 0.4, 2
	// surely is the probability from which an intent of the extension is taken, and from which the base's own judgement stands
	// as if there were no extension.
	surely = 0.5
)

// extension lies over a model that many share: the intents, words and expressions of one of them. It has a classifier of its
// own, whose classes are its intents and one for everything that the base knows or declines.
type extension struct {
	base       *Model
	classes    []string // sorted; [Fallback] if its data has some, and "" for the base, which is the first
	vocabulary *vocabulary
	linear     *linear
	likeness   *likeness
	extractor  *extractor // the base's, with the extension's tables over it
	exact      exact
	threshold  float64 // the probability below which no intent of the extension is taken
}

// tables are the lookups and regular expressions that an extension adds to an extractor.
type tables struct {
	lookups *lookups
	regexes []namedRegex
	roles   map[string]*roleClues // by the type of entity
}

// Extend returns a model that understands what base does and the intents of data besides. An extension is small and quickly
// trained, and leaves base as it is, so that many may share one: its confidence in an intent of base is that of base,
// scaled by how sure it is that the utterance is none of its own. Examples of an intent that base has are further phrasings
// of it. Negatives keep the new intents from taking the utterances of the old.
//
// It fails if data has no example, base is an extension itself, or a regular expression does not compile.
func Extend(base *Model, data *Data, negatives *Negatives, options Options) (*Model, error) {
	if base.extension != nil {
		return nil, errors.New("an extension cannot be extended: extend its base with the data of both")
	}
	if len(data.Examples) == 0 {
		return nil, errors.New("an extension needs examples; there are none")
	}
	x := &extension{base: base, threshold: max(surely, options.Threshold), exact: exact{}}
	var err error
	if x.extractor, err = base.extractor.extend(data); err != nil {
		return nil, err
	}
	own := map[string]bool{"": true}
	for _, ex := range data.Examples {
		own[ex.Intent] = true
	}
	x.classes = slices.Sorted(maps.Keys(own))
	if len(x.classes) > 1<<16 {
		return nil, fmt.Errorf("an extension has at most 65,536 intents; this one has %d", len(x.classes))
	}
	x.train(data, negatives, options)

	m := &Model{intents: slices.Clone(base.intents), fallback: base.fallback, classifier: base.classifier, exact: base.exact, extractor: base.extractor, extension: x}
	for _, c := range x.classes {
		if c != "" && c != Fallback && !slices.Contains(m.intents, c) {
			m.intents = append(m.intents, c)
		}
	}
	slices.Sort(m.intents)
	return m, nil
}

// extend returns the extractor with the tables of an extension over it. Annotations of types that are neither names of the
// base nor a table's make a table of what they mark.
func (e *extractor) extend(data *Data) (*extractor, error) {
	whole := *data
	marked := map[string][]string{}
	over := *e
	over.own = &tables{lookups: newLookups(data), roles: learnRoles(data.Examples)}
	for _, r := range data.Regexes {
		compiled, err := r.compile()
		if err != nil {
			return nil, err
		}
		over.own.regexes = append(over.own.regexes, compiled...)
	}
	for _, ex := range data.Examples {
		for _, a := range ex.Entities {
			if !over.isTable(a.Entity) && !e.isNameType(a.Entity) {
				marked[a.Entity] = append(marked[a.Entity], cmp.Or(a.Value, ex.Text[a.Start:a.End]))
			}
		}
	}
	for _, entity := range slices.Sorted(maps.Keys(marked)) {
		slices.Sort(marked[entity])
		whole.Lookups = append(slices.Clip(whole.Lookups), Lookup{Entity: entity, Examples: slices.Compact(marked[entity])})
	}
	over.own.lookups = newLookups(&whole)
	over.tables = maps.Clone(e.tables)
	for _, t := range over.own.lookups.terms {
		over.tables[t.entity] = true
	}
	over.lexicon = &lexicon{grammar: e.lexicon.grammar, common: e.lexicon.common, trained: map[string]bool{}, base: e.lexicon}
	over.lexicon.learn(&whole)
	maps.DeleteFunc(over.lexicon.trained, func(w string, _ bool) bool { return e.lexicon.isKnown(w) })
	return &over, nil
}

// isNameType reports whether entities of a type are live names.
func (e *extractor) isNameType(entity string) bool {
	if _, ok := e.masks[entity]; ok || entity == UnknownName {
		return true
	}
	return slices.ContainsFunc(e.cued, func(a announcement) bool { return slices.Contains(a.types, entity) })
}

// propose returns what the tables find. A nil receiver has none.
func (t *tables) propose(e *extractor, utterance string, tokens []token, words [][]string) []found {
	if t == nil {
		return nil
	}
	terms, _ := t.lookups.find(words, e.lexicon.isKnown)
	proposals := append(terms, matches(t.regexes, utterance, tokens)...)
	for i := range proposals {
		proposals[i].own = true
	}
	return proposals
}

// parse is [Model.ParseAt] for the model that x extends.
func (x *extension) parse(utterance string, tokens []token, names Gazetteer, now time.Time) Parse {
	entities := x.extractor.extract(utterance, tokens, names, now)
	basic := entities
	if x.touches(tokens, entities) {
		basic = x.base.extractor.extract(utterance, tokens, names, now)
	}
	parse := x.base.classify(tokens, basic)
	r := x.base.room()
	defer x.base.rooms.Put(r)
	top, p := x.verdict(r, x.extractor.featuresIn(r, tokens, entities), parse)
	x.merge(&parse, p)
	switch {
	case top == 0:
		entities = basic
		if p[0] < surely {
			parse.Intent = ""
		}
	case x.classes[top] == Fallback || p[top] < x.threshold:
		parse.Intent = ""
	default:
		parse.Intent = x.classes[top]
		giveRoles(x.extractor.own.roles, tokens, entities)
	}
	if i := slices.IndexFunc(parse.Ranking, func(s Scored) bool { return s.Intent == parse.Intent }); i >= 0 {
		parse.Confidence = parse.Ranking[i].Confidence
	}
	for _, f := range entities {
		parse.Entities = append(parse.Entities, f.Entity)
	}
	return parse
}

// verdict returns the likeliest class, 0 if that is the base's or nothing of the utterance was seen, and the probability of
// each: a conditional logit model of the evidence for each.
func (x *extension) verdict(r *room, features [blocks][]uint64, basic Parse) (top int, p []float64) {
	p = make([]float64, len(x.classes))
	all := x.evidence(r, features, basic)
	if all == nil {
		p[0] = 1
		return 0, p
	}
	sum := 1.0
	for i := range p[1:] {
		p[1+i] = math.Exp(all[i].odds())
		sum += p[1+i]
	}
	p[0] = 1
	for i := range p {
		p[i] /= sum
	}
	top = argmax(p)
	if x.exact.certain(features, p, x.threshold) {
		top = argmax(p)
	}
	return top, p
}

// evidence returns the evidence for each class but the base's, or nil if nothing of the utterance was seen.
func (x *extension) evidence(r *room, features [blocks][]uint64, basic Parse) []evidence {
	v := x.vocabulary.vectorIn(r, features)
	if !slices.ContainsFunc(v.ids[:], func(ids []int32) bool { return len(ids) > 0 }) {
		return nil
	}
	margins := x.linear.scoreIn(r, v)
	words, l := features[blockMeaning], x.likeness
	var meaning []float32
	if l.vectors != nil {
		meaning = l.vectors.meaningIn(r, words)
	}
	sure := logOdds(basic.Confidence)
	all := make([]evidence, len(x.classes)-1)
	for i := range all {
		class := 1 + i
		all[i] = evidence{always: 1, ownMargin: float64(margins[class]),
			nearExample: l.near(class, meaning), sharedWords: l.shared(class, words), baseSure: sure}
	}
	return all
}

// touches reports whether the extension makes a difference to the entities of an utterance.
func (x *extension) touches(tokens []token, entities []found) bool {
	if slices.ContainsFunc(entities, func(f found) bool { return f.own }) {
		return true
	}
	return slices.ContainsFunc(tokens, func(t token) bool {
		return slices.ContainsFunc(phraseWords(t.norm), func(w string) bool {
			return x.extractor.lexicon.isKnown(w) && !x.base.extractor.lexicon.isKnown(w)
		})
	})
}

// merge puts the extension's intents into the base's ranking, whose confidences it scales to what is left for the base.
func (x *extension) merge(parse *Parse, p []float64) {
	for i := range parse.Ranking {
		parse.Ranking[i].Confidence *= p[0]
		if class, ok := slices.BinarySearch(x.classes, parse.Ranking[i].Intent); ok {
			parse.Ranking[i].Confidence += p[class]
		}
	}
	for class, intent := range x.classes {
		if _, old := slices.BinarySearch(x.base.intents, intent); class > 0 && intent != Fallback && !old {
			parse.Ranking = append(parse.Ranking, Scored{intent, p[class]})
		}
	}
	slices.SortStableFunc(parse.Ranking, func(a, b Scored) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), strings.Compare(a.Intent, b.Intent))
	})
	parse.Confidence = parse.Ranking[0].Confidence
}
