package nlp

import (
	"maps"
	"math/bits"
	"slices"
	"strings"
)

// exactly is the least probability of an intent that has the utterance itself, names aside, as an example.
const exactly = 0.9

// exact knows the examples of a model by their fingerprints: what a model was taught it is certain of, however unlike the intent's
// other examples it may be.
type exact map[uint64]int32 // classes; -1: several

// learn takes in an example of a class.
func (x exact) learn(features [blocks][]uint64, class int32) {
	print := fingerprint(features)
	if before, ok := x[print]; ok && before != class {
		class = -1
	}
	x[print] = class
}

// certain gives the class of which the utterance is an example a probability of at least exactly and a threshold, and the others
// the rest. It returns whether there is one that had less.
func (x exact) certain(features [blocks][]uint64, p []float64, threshold float64) bool {
	class, ok := x[fingerprint(features)]
	least := min(max(exactly, threshold), 1)
	if !ok || class < 0 || p[class] >= least {
		return false
	}
	rest := 1 - p[class]
	for i := range p {
		p[i] *= (1 - least) / rest
	}
	p[class] = least
	return true
}

// fingerprint tells featurised utterances apart.
func fingerprint(features [blocks][]uint64) uint64 {
	h := uint64(hashStart)
	for _, keys := range features {
		for _, k := range keys {
			h = (bits.RotateLeft64(h, 23) ^ k) * hashPrime
		}
	}
	return h
}

// asked returns an utterance with a question mark at its end, or without the one that it has: both are the same example.
func asked(text string) string {
	if without, ok := strings.CutSuffix(strings.TrimSpace(text), "?"); ok {
		return without
	}
	return text + "?"
}

func (x exact) encode(e *encoder) {
	before := uint64(0)
	encodeList(e, slices.Sorted(maps.Keys(x)), func(e *encoder, print uint64) {
		e.uint(print - before)
		e.int(int(x[print]))
		before = print
	})
}

// decodeExact reads the examples of so many classes.
func decodeExact(d *decoder, classes int) exact {
	n := d.length(2)
	x := make(exact, n)
	print := uint64(0)
	for range n {
		print += d.uint()
		class := d.int()
		if class < -1 || class >= classes {
			d.fail()
			return nil
		}
		x[print] = int32(class)
	}
	return x
}
