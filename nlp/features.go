package nlp

import (
	"math"
	"slices"
)

// The feature blocks of an utterance. Each is a set of features, scaled so that its Euclidean length is the block's weight.
const (
	blockWords  = iota // words, pairs of neighbours with marks of the sentence's ends, values of lookups
	blockPieces        // 2 to 5 successive characters within <word>
	blockPairs         // ordered pairs of stems 2 to 4 words apart
	blocks
)

var blockWeight = [blocks]float64{1, 1, 0.5}

const (
	maxWords  = 256 // of an utterance; those behind say nothing to the classifier
	maxLetter = 32  // of a word; those behind make no features
)

// word is a word as the classifier sees it.
type word struct {
	text string
	mask bool // stands for an entity: "<volume>"; it has no pieces
}

// vector is the sparse vector of an utterance: for each block the features that the vocabulary has and what each counts.
type vector struct {
	ids   [blocks][]int32
	scale [blocks]float32
}

// FNV-1a over 64 bits.
const (
	hashStart = 14695981039346656037
	hashPrime = 1099511628211
)

func hashString(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * hashPrime
	}
	return h
}

func hashWord(h, word uint64) uint64 {
	for range 8 {
		h = (h ^ word&0xff) * hashPrime
		word >>= 8
	}
	return h
}

// featurise returns the hashes of the features of each block, sorted and without repeats. Values are those of the
// lookups in the utterance.
func featurise(words []word, values []string) [blocks][]uint64 {
	words = words[:min(len(words), maxWords)]
	var f [blocks][]uint64
	letters := 0
	for _, w := range words {
		letters += len(w.text)
	}
	f[blockWords] = make([]uint64, 0, 2*len(words)+1+len(values))
	f[blockPieces] = make([]uint64, 0, 4*letters+2*len(words))
	f[blockPairs] = make([]uint64, 0, 3*len(words))

	const open, shut, pair, value = 1, 2, 3, 4 // start values that keep kinds of features apart
	stems := make([]uint64, len(words))
	before := uint64(open)
	for i, w := range words {
		h := hashString(hashStart, w.text)
		f[blockWords] = append(f[blockWords], h, hashWord(hashWord(hashStart, before), h))
		before = h
		stems[i] = h
		if !w.mask {
			stems[i] = hashString(hashStart, stem(w.text))
			f[blockPieces] = pieces(f[blockPieces], w.text)
		}
		for d := 2; d <= 4 && d <= i; d++ {
			f[blockPairs] = append(f[blockPairs], hashWord(hashWord(pair, stems[i-d]), stems[i]))
		}
	}
	if len(words) > 0 {
		f[blockWords] = append(f[blockWords], hashWord(hashWord(hashStart, before), shut))
	}
	for _, v := range values {
		f[blockWords] = append(f[blockWords], hashString(value, v))
	}
	for b := range f {
		slices.Sort(f[b])
		f[b] = slices.Compact(f[b])
	}
	return f
}

// pieces appends the hashes of 2 to 5 successive characters of <word>.
func pieces(to []uint64, word string) []uint64 {
	var buf [maxLetter + 2]byte
	n := 1 + copy(buf[1:maxLetter+1], word)
	buf[0], buf[n] = '<', '>'
	for i := range n {
		h := (uint64(hashStart) ^ uint64(buf[i])) * hashPrime
		for j := i + 1; j <= min(i+4, n); j++ {
			h = (h ^ uint64(buf[j])) * hashPrime
			to = append(to, h)
		}
	}
	return to
}

// stem cuts the commonest endings of English off a word.
func stem(w string) string {
	for _, suffix := range [...]string{"ing", "ies", "ed", "es", "s", "e", "y"} {
		if n := len(w) - len(suffix); n >= 3 && w[n:] == suffix {
			return w[:n]
		}
	}
	return w
}

// vocabulary numbers features: an open-addressed table from hash to number.
type vocabulary struct {
	keys []uint64 // 0 is free; a power of two of them
	ids  []int32
	size int
}

// newVocabulary numbers the keys in their order. Keys are not repeated.
func newVocabulary(keys []uint64) *vocabulary {
	n := 8
	for n < 2*len(keys) {
		n *= 2
	}
	v := &vocabulary{keys: make([]uint64, n), ids: make([]int32, n), size: len(keys)}
	for id, k := range keys {
		i := k & uint64(n-1)
		for v.keys[i] != 0 {
			i = (i + 1) & uint64(n-1)
		}
		v.keys[i], v.ids[i] = k, int32(id)
	}
	return v
}

// id returns the number of a feature, or -1.
func (v *vocabulary) id(key uint64) int32 {
	mask := uint64(len(v.keys) - 1)
	for i := key & mask; v.keys[i] != 0; i = (i + 1) & mask {
		if v.keys[i] == key {
			return v.ids[i]
		}
	}
	return -1
}

// vector returns the vector of featurised words. Features that are not in the vocabulary count towards a block's length:
// an utterance of words never seen is near nothing, rather than near what its one known word suggests.
func (v *vocabulary) vector(f [blocks][]uint64) vector {
	var x vector
	for b, keys := range f {
		if len(keys) == 0 {
			continue
		}
		x.scale[b] = float32(blockWeight[b] / math.Sqrt(float64(len(keys))))
		x.ids[b] = make([]int32, 0, len(keys))
		for _, k := range keys {
			if id := v.id(k); id >= 0 {
				x.ids[b] = append(x.ids[b], id)
			}
		}
	}
	return x
}

// buildVocabulary numbers the features that occur in at least minimum of the utterances.
func buildVocabulary(all [][blocks][]uint64, minimum int) *vocabulary {
	var keys []uint64
	for _, f := range all {
		for _, block := range f {
			keys = append(keys, block...)
		}
	}
	slices.Sort(keys)
	var often []uint64
	for i := 0; i < len(keys); {
		j := i
		for j < len(keys) && keys[j] == keys[i] {
			j++
		}
		if j-i >= minimum && keys[i] != 0 {
			often = append(often, keys[i])
		}
		i = j
	}
	return newVocabulary(often)
}
