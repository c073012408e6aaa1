package nlp

import (
	"cmp"
	"slices"
	"strings"
)

// Explanation is a parse and why its likeliest intent is the likeliest.
type Explanation struct {
	Parse
	Threshold float64
	Because   []Reason // what spoke for and against the likeliest intent, the weightiest first
	Unseen    []string // words of the utterance that training has not seen
}

// Reason is a feature of an utterance and what it adds to the likeliest intent's margin: below zero it spoke against it.
type Reason struct {
	Feature string  // a word, a mask or value of an entity, "pair of words", "first … later", or letters: "-olum-"
	Weight  float64 // summed over features of the same name
}

// Explain says what an utterance means, and what in it decided. It explains the linear part of the classifier, which has
// one weight a feature.
func (m *Model) Explain(utterance string, names Gazetteer) Explanation {
	x := Explanation{Parse: m.Parse(utterance, names)}
	part := m.judge(x.Ranking[0].Intent)
	x.Threshold = part.threshold
	tokens := tokenise(utterance)
	words, values := part.extractor.words(nil, nil, tokens, part.extractor.extract(utterance, tokens, names, m.extractor.now()))
	spelt := spellFeatures(words, values)
	features := featurise(words, values)
	v := part.vocabulary
	sums := map[string]float64{}
	for b, scale := range v.vector(features).scale {
		for _, hash := range features[b] {
			if id := v.id(hash); id >= 0 && spelt[hash] != "" {
				sums[spelt[hash]] += float64(scale) * float64(part.linear.weight(id, part.class))
			}
		}
	}
	for feature, sum := range sums {
		if sum != 0 {
			x.Because = append(x.Because, Reason{feature, sum})
		}
	}
	slices.SortFunc(x.Because, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(max(b.Weight, -b.Weight), max(a.Weight, -a.Weight)), cmp.Compare(a.Feature, b.Feature))
	})
	for _, w := range words {
		if !w.mask && v.id(hashString(hashStart, w.text)) < 0 && !slices.Contains(x.Unseen, w.text) {
			x.Unseen = append(x.Unseen, w.text)
		}
	}
	return x
}

// part is what scores an intent: the classifier of a model, or that of its extension.
type part struct {
	extractor  *extractor
	vocabulary *vocabulary
	linear     *linear
	class      int
	threshold  float64
}

// judge returns the part that scores an intent.
func (m *Model) judge(intent string) part {
	x := m.extension
	if x == nil {
		class, _ := slices.BinarySearch(m.intents, intent)
		return part{m.extractor, m.classifier.vocabulary, m.classifier.linear, class, m.Threshold()}
	}
	if _, old := slices.BinarySearch(x.base.intents, intent); old {
		return x.base.judge(intent)
	}
	class, _ := slices.BinarySearch(x.classes, intent)
	return part{x.extractor, x.vocabulary, x.linear, class, x.threshold}
}

// weight returns the weight of a feature in a class.
func (m *linear) weight(feature int32, class int) float32 {
	for _, c := range m.of(feature) {
		if c.class() == class {
			return m.values[byte(c)]
		}
	}
	return 0
}

// spellFeatures returns the features of an utterance in words, by their hashes: featurise once more, for people.
func spellFeatures(words []word, values []string) map[uint64]string {
	const open, shut, pair, value = 1, 2, 3, 4
	words = words[:min(len(words), maxWords)]
	spelt := map[uint64]string{}
	stems := make([]uint64, len(words))
	before, beforeText := uint64(open), "^"
	for i, w := range words {
		h := hashString(hashStart, w.text)
		spelt[h] = w.text
		spelt[hashWord(hashWord(hashStart, before), h)] = beforeText + " " + w.text
		before, beforeText = h, w.text
		stems[i] = h
		if !w.mask {
			stems[i] = hashString(hashStart, stem(w.text))
			spellPieces(spelt, w.text)
		}
		for d := 2; d <= 4 && d <= i; d++ {
			spelt[hashWord(hashWord(pair, stems[i-d]), stems[i])] = words[i-d].text + " … " + w.text
		}
	}
	if len(words) > 0 {
		spelt[hashWord(hashWord(hashStart, before), shut)] = beforeText + " $"
	}
	for _, v := range values {
		spelt[hashString(value, v)] = v
	}
	return spelt
}

// spellPieces adds the pieces of a word: "vol-" begins it, "-ume" ends it.
func spellPieces(spelt map[uint64]string, word string) {
	w := "<" + word[:min(len(word), maxLetter)] + ">"
	for i := range len(w) {
		h := (uint64(hashStart) ^ uint64(w[i])) * hashPrime
		for j := i + 1; j <= min(i+4, len(w)-1); j++ {
			h = (h ^ uint64(w[j])) * hashPrime
			piece := w[max(i, 1):min(j+1, len(w)-1)]
			if i > 0 {
				piece = "-" + piece
			}
			if j < len(w)-1 {
				piece += "-"
			}
			spelt[h] = strings.ToValidUTF8(piece, "·")
		}
	}
}
