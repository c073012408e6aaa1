package nlp

import (
	"math"
	"slices"
)

// evidence is what speaks for one intent of an extension against all that the base knows or declines: one, so that there is
// a constant, and the things that a few examples can say.
type evidence [5]float64

// The parts of an evidence.
const (
	always      = iota
	ownMargin   // of the linear model for the intent
	nearExample // the cosine of the meanings of the utterance and of the example nearest to it
	sharedWords // the share of the utterance's telling words that the examples have
	baseSure    // the log-odds of the base's confidence
)

// evidenceWeights are what each part counts. They were fitted by BenchmarkEvidence, on intents of a public data set over a
// model of others: no workspace has enough examples to tell.
var evidenceWeights = evidence{-3.5, 5.8, 5, 3.6, -0.2}

// odds returns the log-odds that the utterance is the intent's rather than the base's.
func (e evidence) odds() float64 {
	sum := 0.0
	for i, v := range e {
		sum += evidenceWeights[i] * v
	}
	return sum
}

// likeness says how like the examples of each class an utterance is, by its words.
type likeness struct {
	rarity   map[uint64]float64 // of the words in the base's examples; shared; words that it has not are the rarest
	vectors  *wordVectors       // shared; nil: none
	values   map[uint64]bool    // words of the extension's own lookups: what an utterance is about, and not what it wants
	words    []map[uint64]bool  // by class
	meanings [][]float32        // by class, one after the other
}

func newLikeness(classes int, rarity map[uint64]float64, vectors *wordVectors) *likeness {
	l := &likeness{rarity: rarity, vectors: vectors, values: map[uint64]bool{}, words: make([]map[uint64]bool, classes), meanings: make([][]float32, classes)}
	for i := range l.words {
		l.words[i] = map[uint64]bool{}
	}
	return l
}

// learn takes the words of an example of a class.
func (l *likeness) learn(class int, words []uint64) {
	for _, w := range words {
		l.words[class][w] = true
	}
	if l.vectors != nil {
		l.meanings[class] = append(l.meanings[class], l.vectors.meaning(words)...)
	}
}

// near returns the cosine of a meaning and the nearest one of a class's examples.
func (l *likeness) near(class int, meaning []float32) float64 {
	nearest := float32(0)
	for all := l.meanings[class]; len(meaning) > 0 && len(all) > 0; all = all[len(meaning):] {
		nearest = max(nearest, dot(meaning, all[:len(meaning)]))
	}
	return float64(nearest) / (meaningLength * meaningLength)
}

// shared returns the share of words, by how telling they are, that a class's examples have. Words that tell less together
// than a single rare one does are no whole.
func (l *likeness) shared(class int, words []uint64) float64 {
	have, of := 0.0, 0.0
	for _, w := range words {
		weight := l.telling(w)
		if of += weight; l.words[class][w] {
			have += weight
		}
	}
	return have / max(of, 1)
}

// telling returns how much a word tells, from 0 to 1: little if it is common in English or in the base's examples.
func (l *likeness) telling(word uint64) float64 {
	weight := 1.0
	if rarity, ok := l.rarity[word]; ok {
		weight = rarity
	}
	if l.values[word] {
		weight /= 2
	}
	if l.vectors != nil {
		if rank := l.vectors.words.id(word); rank >= 0 {
			weight *= 1 - 1/(1+float64(rank+2)/100) // Zipf's law
		}
	}
	return weight
}

// rarities returns for each word of featurised examples how rare it is among them, from 0, in all, to 1.
func rarities(features [][blocks][]uint64) map[uint64]float64 {
	counts := map[uint64]float64{}
	for _, f := range features {
		words := slices.Clone(f[blockMeaning])
		slices.Sort(words)
		for _, w := range slices.Compact(words) {
			counts[w]++
		}
	}
	all := math.Log1p(float64(len(features)))
	for w, n := range counts {
		counts[w] = 1 - math.Log1p(n)/all
	}
	return counts
}

// logOdds returns the log-odds of a probability, bounded, since none is quite certain.
func logOdds(p float64) float64 {
	p = min(max(p, 0.01), 0.99)
	return math.Log(p / (1 - p))
}
