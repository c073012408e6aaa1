package nlp

import (
	"cmp"
	"maps"
	"slices"
)

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
