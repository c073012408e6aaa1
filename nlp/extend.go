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
}

// Negatives are the examples of a base model as its extensions are trained against them. They are shared by all of them.
type Negatives struct {
	examples []Example
	features [][blocks][]uint64
	rarity   map[uint64]float64 // of their words
	answered map[uint64]int     // by word: in how many of those that the base answers it is
}

// NewNegatives reads the training data of a base model once for all its extensions.
func NewNegatives(base *Model, data *Data) *Negatives {
	n := &Negatives{examples: data.Examples, features: make([][blocks][]uint64, len(data.Examples))}
	for i, ex := range data.Examples {
		tokens := tokenise(ex.Text)
		n.features[i] = base.extractor.features(tokens, base.extractor.annotated(ex, tokens))
	}
	n.rarity = rarities(n.features)
	n.answered = map[uint64]int{}
	for i, ex := range data.Examples {
		if ex.Intent != Fallback {
			for _, w := range distinct(n.features[i][blockMeaning]) {
				n.answered[w]++
			}
		}
	}
	return n
}

// distinct returns the words of an utterance, each once.
func distinct(words []uint64) []uint64 { return slices.Compact(slices.Sorted(slices.Values(words))) }

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

// train fits the linear model and the likeness.
func (x *extension) train(data *Data, negatives *Negatives, options Options) {
	var rarity map[uint64]float64
	if negatives != nil {
		rarity = negatives.rarity
	}
	var vectors *wordVectors
	if !options.NoVectors {
		vectors = builtinVectors()
	}
	x.likeness = newLikeness(len(x.classes), rarity, vectors)
	for _, t := range x.extractor.own.lookups.terms {
		for _, w := range phraseWords(t.form) {
			x.likeness.values[hashString(hashStart, w)] = true
		}
	}
	features, classes := x.examples(data, negatives)
	var twins []int32
	x.vocabulary, twins = buildVocabulary(features, 1)
	samples, all := make([]sample, len(features)), make(set, len(features))
	for i, f := range features {
		samples[i], all[i] = x.vocabulary.vector(f).sample(), int32(i)
	}
	o := linearOptions{twins: twins, classes: len(x.classes), cost: 1, seed: options.Seed}
	x.linear = trainLinear(samples, classes, []set{all}, o)[0]
}

// examples returns what the extension's classifier is trained on: its own examples and the nearest of the base's.
func (x *extension) examples(data *Data, negatives *Negatives) (features [][blocks][]uint64, classes []int) {
	for _, ex := range data.Examples {
		tokens := tokenise(ex.Text)
		features = append(features, x.extractor.features(tokens, x.extractor.annotated(ex, tokens)))
		class, _ := slices.BinarySearch(x.classes, ex.Intent)
		classes = append(classes, class)
	}
	topics := x.topics(data, classes, negatives)
	kept := commonest(features, mostFeatures)
	for i := range features {
		x.exact.learn(features[i], int32(classes[i]))
		x.likeness.learn(classes[i], features[i][blockMeaning])
		features[i], _ = only(kept, features[i])
	}
	if negatives == nil {
		return features, classes
	}
	type negative struct {
		features [blocks][]uint64
		share    float64
	}
	var all []negative
	for i, f := range negatives.features {
		reduced, share := only(kept, f)
		about := share >= claimed || slices.ContainsFunc(f[blockMeaning], func(w uint64) bool { return topics[w] })
		if negatives.examples[i].Intent != Fallback || !about {
			all = append(all, negative{reduced, share})
		}
	}
	slices.SortStableFunc(all, func(a, b negative) int { return cmp.Compare(b.share, a.share) })
	near := min(nearNegatives, len(all))
	step := max(1, (len(all)-near)/farNegatives)
	for i := 0; i < len(all); i++ {
		if i < near || (i-near)%step == 0 {
			features, classes = append(features, all[i].features), append(classes, 0)
		}
	}
	return features, classes
}

// topics returns the words that an intent of the extension is about and that the base answers nothing about. What the base declines
// and has such a word is no negative either.
func (x *extension) topics(data *Data, classes []int, negatives *Negatives) map[uint64]bool {
	topics := map[uint64]bool{}
	if negatives == nil {
		return topics
	}
	counts, sizes := make([]map[string]int, len(x.classes)), make([]int, len(x.classes))
	for i, ex := range data.Examples {
		class := classes[i]
		if sizes[class]++; counts[class] == nil {
			counts[class] = map[string]int{}
		}
		said := map[string]bool{}
		for _, t := range tokenise(ex.Text) {
			if !said[t.norm] && !x.extractor.lexicon.isGrammar(t.norm) {
				said[t.norm] = true
				counts[class][t.norm]++
			}
		}
	}
	for class, words := range counts {
		for w, n := range words {
			h := hashString(hashStart, w)
			if n > 1 && float64(n) >= topical*float64(sizes[class]) && negatives.answered[h] <= seldom {
				topics[h] = true
			}
		}
	}
	return topics
}

// commonest returns the features that the most examples have, at most n of them.
func commonest(all [][blocks][]uint64, n int) map[uint64]bool {
	counts := map[uint64]int{}
	for _, f := range all {
		for _, keys := range f {
			for _, k := range keys {
				counts[k]++
			}
		}
	}
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b uint64) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	kept := make(map[uint64]bool, n)
	for _, k := range keys[:min(n, len(keys))] {
		kept[k] = true
	}
	return kept
}

// only returns the features with those that are not kept replaced by 0, which no vocabulary has and which counts towards the
// length of a block all the same, and the share of those that are kept.
func only(kept map[uint64]bool, f [blocks][]uint64) (reduced [blocks][]uint64, share float64) {
	have, of := 0, 0
	for b, keys := range f {
		reduced[b] = make([]uint64, len(keys))
		for i, k := range keys {
			if of++; kept[k] {
				reduced[b][i] = k
				have++
			}
		}
	}
	return reduced, float64(have) / float64(max(of, 1))
}

// extend returns the extractor with the tables of an extension over it. Annotations of types that are neither names of the
// base nor a table's make a table of what they mark.
func (e *extractor) extend(data *Data) (*extractor, error) {
	whole := *data
	marked := map[string][]string{}
	over := *e
	over.own = &tables{lookups: newLookups(data)}
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
	top, p := x.verdict(x.extractor.features(tokens, entities), parse)
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
func (x *extension) verdict(features [blocks][]uint64, basic Parse) (top int, p []float64) {
	p = make([]float64, len(x.classes))
	all := x.evidence(features, basic)
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
func (x *extension) evidence(features [blocks][]uint64, basic Parse) []evidence {
	v := x.vocabulary.vector(features)
	if !slices.ContainsFunc(v.ids[:], func(ids []int32) bool { return len(ids) > 0 }) {
		return nil
	}
	margins, words, l := x.linear.score(nil, v), features[blockMeaning], x.likeness
	var meaning []float32
	if l.vectors != nil {
		meaning = l.vectors.meaning(words)
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

// Trial is an example and what it was taken for by a model that was not trained on it.
type Trial struct {
	Example
	TakenFor string // "" for nothing
	Own      bool   // whether the example is the extension's, and not the base's
}

// TryExtension cross-validates an extension: each example is parsed by a model that was trained on the others, the base's
// examples too as far as extensions are trained against them. Of the base's, only those are returned that it answers and that
// the extension would take.
func TryExtension(base *Model, data *Data, negatives *Negatives, options Options) ([]Trial, error) {
	names := map[string]int{}
	classes := make([]int, len(data.Examples))
	for i, ex := range data.Examples {
		if _, ok := names[ex.Intent]; !ok {
			names[ex.Intent] = len(names)
		}
		classes[i] = names[ex.Intent]
	}
	fold := assignFolds(classes, len(names), options.Seed)
	var trials []Trial
	for f := range folds {
		rest, others := *data, &Negatives{rarity: negatives.rarity}
		rest.Examples = nil
		for i, ex := range data.Examples {
			if fold[i] != f {
				rest.Examples = append(rest.Examples, ex)
			}
		}
		for i, ex := range negatives.examples {
			if i%folds != f {
				others.examples, others.features = append(others.examples, ex), append(others.features, negatives.features[i])
			}
		}
		if len(rest.Examples) == 0 {
			continue
		}
		m, err := Extend(base, &rest, others, options)
		if err != nil {
			return nil, err
		}
		for i, ex := range data.Examples {
			if fold[i] == f {
				trials = append(trials, Trial{ex, m.extension.takes(ex), true})
			}
		}
		for i, ex := range negatives.examples {
			if i%folds != f || ex.Intent == Fallback {
				continue
			}
			if intent := m.extension.takes(ex); intent != ex.Intent && slices.Contains(m.extension.classes, intent) && intent != "" {
				trials = append(trials, Trial{ex, intent, false})
			}
		}
	}
	return trials, nil
}

// takes returns the intent that an annotated example is taken for.
func (x *extension) takes(ex Example) string {
	tokens := tokenise(ex.Text)
	basic := x.base.classify(tokens, x.base.extractor.annotated(ex, tokens))
	top, p := x.verdict(x.extractor.features(tokens, x.extractor.annotated(ex, tokens)), basic)
	switch {
	case top == 0:
		return basic.Intent
	case x.classes[top] == Fallback || p[top] < x.threshold:
		return ""
	}
	return x.classes[top]
}
