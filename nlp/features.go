package nlp

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// The feature blocks of an utterance. Each is a set of features, scaled so that its Euclidean length is the block's weight.
const (
	blockWords   = iota // words, pairs of neighbours with marks of the sentence's ends, values of lookups
	blockPieces         // 2 to 5 successive characters within <word>
	blockPairs          // ordered pairs of stems 2 to 4 words apart
	blockMeaning        // the words, in order, whose vectors say what the utterance means; no features
	blocks
)

var blockWeight = [blocks]float64{1, 1, 0.5, 0}

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

// featurise returns the hashes of the features of each block, without repeats. Values are those of the lookups in the
// utterance.
func featurise(words []word, values []string) [blocks][]uint64 {
	return new(room).featurise(words, values)
}

// featurise is the function of that name in the room: its next use overwrites what it returned.
func (r *room) featurise(words []word, values []string) [blocks][]uint64 {
	words = words[:min(len(words), maxWords)]
	letters := 0
	for _, w := range words {
		letters += min(len(w.text), maxLetter)
	}
	hashes := sized(&r.hashes, 4*letters+6*len(words)+1+len(values))
	take := func(n int) (some []uint64) {
		some, hashes = hashes[:0:n], hashes[n:]
		return some
	}
	f := [blocks][]uint64{take(2*len(words) + 1 + len(values)), take(4 * letters), take(3 * len(words)), take(len(words))}

	const open, shut, pair, value = 1, 2, 3, 4 // start values that keep kinds of features apart
	before := hashWord(hashStart, open)
	var firsts [8]uint64 // of pairs: where the hash of one stands after the stem of a word; in a ring
	for i, w := range words {
		h := hashString(hashStart, w.text)
		f[blockWords] = append(f[blockWords], h, hashWord(before, h))
		before = hashWord(hashStart, h)
		stemmed := h
		if !w.mask {
			stemmed = hashString(hashStart, stem(w.text))
			f[blockPieces] = pieces(f[blockPieces], w.text)
			f[blockMeaning] = append(f[blockMeaning], h)
		}
		for d := 2; d <= 4 && d <= i; d++ {
			f[blockPairs] = append(f[blockPairs], hashWord(firsts[(i-d)%8], stemmed))
		}
		firsts[i%8] = hashWord(pair, stemmed)
	}
	if len(words) > 0 {
		f[blockWords] = append(f[blockWords], hashWord(before, shut))
	}
	for _, v := range values {
		f[blockWords] = append(f[blockWords], hashString(value, v))
	}
	for b := range blockMeaning {
		f[b] = r.unique(f[b])
	}
	return f
}

// manyKeys is the number of keys above which sorting finds repeats.
const manyKeys = 1024

// unique drops repeats, in place.
func (r *room) unique(keys []uint64) []uint64 {
	if len(keys) > manyKeys {
		slices.Sort(keys)
		return slices.Compact(keys)
	}
	size := 1 << bits.Len(uint(2*len(keys))) // of an open-addressed table of 1 + where a key is
	seen := sized(&r.seen, size)
	clear(seen)
	n, mask := 0, uint64(size-1)
next:
	for _, k := range keys {
		i := k & mask
		for ; seen[i] != 0; i = (i + 1) & mask {
			if keys[seen[i]-1] == k {
				continue next
			}
		}
		keys[n] = k
		n++
		seen[i] = uint16(n)
	}
	return keys[:n]
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

// vocabulary numbers features: an open-addressed table from hash to number. Features that always occur together have one
// number.
type vocabulary struct {
	slots []slot // a power of two of them
	size  int    // of the numbers
}

// slot is a place of a vocabulary's table. Its key is 0 while it is free.
type slot struct {
	key uint64
	id  int32
}

// newVocabulary gives each key its number, below size. Keys are not repeated.
func newVocabulary(keys []uint64, ids []int32, size int) *vocabulary {
	n := 8
	for n < 2*len(keys) {
		n *= 2
	}
	v := &vocabulary{slots: make([]slot, n), size: size}
	for at, k := range keys {
		i := k & uint64(n-1)
		for v.slots[i].key != 0 {
			i = (i + 1) & uint64(n-1)
		}
		v.slots[i] = slot{k, ids[at]}
	}
	return v
}

// id returns the number of a feature, or -1.
func (v *vocabulary) id(key uint64) int32 {
	mask := uint64(len(v.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		switch s := &v.slots[i]; s.key {
		case 0:
			return -1
		case key:
			return s.id
		}
	}
}

// vector returns the vector of featurised words. Features that are not in the vocabulary count towards a block's length:
// an utterance of words never seen is near nothing, rather than near what its one known word suggests.
func (v *vocabulary) vector(f [blocks][]uint64) vector { return v.vectorIn(new(room), f) }

// vectorIn is vector in a room: its next use overwrites what it returned.
func (v *vocabulary) vectorIn(r *room, f [blocks][]uint64) vector {
	var x vector
	ids := sized(&r.ids, len(f[blockWords])+len(f[blockPieces])+len(f[blockPairs]))[:0]
	for b, keys := range f[:blockMeaning] {
		from := len(ids)
		for _, k := range keys {
			if id := v.id(k); id >= 0 {
				ids = append(ids, id)
			}
		}
		x.ids[b] = ids[from:]
		x.scale[b] = float32(blockWeight[b] / math.Sqrt(float64(max(1, len(keys)))))
	}
	return x
}

// buildVocabulary numbers the features that occur in at least minimum of the utterances. Those that occur in the same ones
// are twins: no training could tell them apart, so they share a number. Twins returns how many do.
func buildVocabulary(all [][blocks][]uint64, minimum int) (v *vocabulary, twins []int32) {
	type occurrence struct {
		where uint64 // a hash of the utterances
		count int32
	}
	seen := map[uint64]occurrence{}
	for i, f := range all {
		for b, keys := range f[:blockMeaning] {
			place := mix(uint64(i*blocks + b))
			for _, k := range keys {
				o := seen[k]
				seen[k] = occurrence{o.where + place, o.count + 1}
			}
		}
	}
	var often []uint64
	for k, o := range seen {
		if int(o.count) >= minimum && k != 0 {
			often = append(often, k)
		}
	}
	slices.Sort(often)
	numbers := map[uint64]int32{}
	ids := make([]int32, len(often))
	for i, k := range often {
		id, again := numbers[seen[k].where]
		if !again {
			id = int32(len(twins))
			numbers[seen[k].where] = id
			twins = append(twins, 0)
		}
		ids[i] = id
		twins[id]++
	}
	return newVocabulary(often, ids, len(twins)), twins
}

// renumber gives each feature another number.
func (v *vocabulary) renumber(numbers []int32) {
	for i, s := range v.slots {
		if s.key != 0 {
			v.slots[i].id = numbers[s.id]
		}
	}
}

// encode writes the keys in order, and beside each its number: 0 for the next one that is new, else 1 more than it. A file
// numbers features as they come in it; order has the vocabulary's numbers in that order.
func (v *vocabulary) encode(e *encoder) (order []int32) {
	entries := slices.DeleteFunc(slices.Clone(v.slots), func(s slot) bool { return s.key == 0 })
	slices.SortFunc(entries, func(a, b slot) int { return cmp.Compare(a.key, b.key) })
	written := make([]uint64, v.size) // by number: 1 + that in the file
	before := uint64(0)
	encodeList(e, entries, func(e *encoder, s slot) {
		e.uint(s.key - before)
		before = s.key
		e.uint(written[s.id])
		if written[s.id] == 0 {
			order = append(order, s.id)
			written[s.id] = uint64(len(order))
		}
	})
	return order
}

func decodeVocabulary(d *decoder) *vocabulary {
	n := d.length(2)
	keys, ids := make([]uint64, n), make([]int32, n)
	before, next := uint64(0), int32(0)
	for i := range keys {
		step, id := d.uint(), d.uint()
		if step == 0 || before+step < before || id > uint64(next) {
			d.fail()
			return newVocabulary(nil, nil, 0)
		}
		before += step
		keys[i], ids[i] = before, int32(id)-1
		if id == 0 {
			ids[i] = next
			next++
		}
	}
	return newVocabulary(keys, ids, int(next))
}

// mix scatters the bits of a number (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// sample is an utterance as training sees it: every feature once, with how often it counts.
type sample struct {
	ids    []int32
	counts []uint8   // how many twins of the feature the utterance has
	scale  []float32 // what one of them counts
	dense  []float32 // what its words mean
}

// sample merges the features that share a number.
func (x vector) sample() sample {
	var s sample
	for b, ids := range x.ids {
		ids = slices.Clone(ids)
		slices.Sort(ids)
		for i, id := range ids {
			if n := len(s.ids); i > 0 && ids[i-1] == id {
				s.counts[n-1] = min(s.counts[n-1], math.MaxUint8-1) + 1
				continue
			}
			s.ids, s.counts, s.scale = append(s.ids, id), append(s.counts, 1), append(s.scale, x.scale[b])
		}
	}
	return s
}
