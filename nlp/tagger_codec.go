package nlp

import (
	"maps"
	"math"
	"slices"
)

// maxLabels is how many labels a tagger may have: a clue's code holds one in 14 bits.
const maxLabels = codeOften >> 2

// The weights of a field are kept in eight bits: their root, as a part of that of the largest, so that small ones lose
// little. Those that become 0 are dropped.
const weightSteps = 127

// quantised returns the number of the step nearest to a weight.
func quantised(w, largest float32) int8 {
	q := math.Round(weightSteps * math.Sqrt(math.Abs(float64(w/largest))))
	return int8(math.Copysign(q, float64(w)))
}

// restored returns the weight of a step.
func restored(q int8, largest float32) float32 {
	part := float32(q) / weightSteps
	if q < 0 {
		return -part * part * largest
	}
	return part * part * largest
}

// compress drops the weights that matter least, and the features that then have none, and rounds the others to what a
// file keeps of them.
func (t *tagger) compress() {
	c := t.crf
	t.largest = largestOf(c.weights)
	keys := t.features.ordered()
	var kept []uint32
	first, n := []int32{0}, int32(0)
	for id, key := range keys {
		before := n
		for i := c.first[id]; i < c.first[id+1]; i++ {
			if q := quantised(c.weights[i], t.largest); q >= leastStep || q <= -leastStep {
				c.label[n], c.weights[n] = c.label[i], restored(q, t.largest)
				n++
			}
		}
		if n > before {
			kept, first = append(kept, key), append(first, n)
		}
	}
	c.first, c.label, c.weights = first, slices.Clone(c.label[:n]), slices.Clone(c.weights[:n])
	t.features = newKeyTable(kept)
}

// leastStep is the least step that is kept.
const leastStep = 24

// largestOf returns the largest size of weights, and 1 if there are none.
func largestOf(weights []float32) float32 {
	largest := float32(0)
	for _, w := range weights {
		largest = max(largest, w, -w)
	}
	if largest == 0 {
		return 1
	}
	return largest
}

// encode writes the tagger.
func (t *tagger) encode(e *encoder) {
	e.uint(uint64(len(t.labels) / 2))
	for i := 1; i < len(t.labels); i += 2 {
		e.string(t.labels[i].entity)
		e.string(t.labels[i].role)
	}
	e.uint(uint64(len(t.values)))
	for _, text := range slices.Sorted(maps.Keys(t.values)) {
		e.string(text)
		e.string(t.values[text])
	}
	encodeKeys(e, t.clues.known)
	for i := range t.clues.known.size {
		encodeList(e, t.clues.codes[t.clues.first[i]:t.clues.first[i+1]], func(e *encoder, code uint16) { e.uint(uint64(code)) })
	}
	encodeKeys(e, t.features)
	e.float32(t.largest)
	c := t.crf
	for i := range t.features.size {
		from, to := c.first[i], c.first[i+1]
		e.uint(uint64(to - from))
		for j := from; j < to; j++ {
			e.uint(uint64(c.label[j]))
			e.buf = append(e.buf, byte(quantised(c.weights[j], t.largest)))
		}
	}
	for y := range t.labels {
		from, to := c.arcs.into[y], c.arcs.into[y+1]
		e.uint(uint64(to - from))
		for a := from; a < to; a++ {
			e.uint(uint64(c.arcs.from[a]))
			e.float32(c.arcs.weights[a])
		}
	}
}

// decodeTagger reads a tagger. It returns nil, and d.err says why, if what is there is none.
func decodeTagger(d *decoder) *tagger {
	t := &tagger{labels: []label{{}}, values: map[string]string{}}
	for range d.length(2) {
		entity, role := d.string(), d.string()
		t.labels = append(t.labels, label{entity, role, false}, label{entity, role, true})
	}
	for range d.length(2) {
		text := d.string()
		t.values[text] = d.string()
	}
	if len(t.labels) > maxLabels {
		d.fail()
	}
	t.clues = &clues{known: decodeKeys(d), first: []int32{0}}
	for range t.clues.known.size {
		t.clues.codes = append(t.clues.codes, decodeList(d, 1, func(d *decoder) uint16 { return decodeNumber(d, math.MaxUint16) })...)
		t.clues.first = append(t.clues.first, int32(len(t.clues.codes)))
	}
	t.features = decodeKeys(d)
	t.largest = decodeWeight(d)
	if t.largest <= 0 {
		d.fail()
	}
	t.crf = t.decodeCRF(d)
	if d.err != nil {
		return nil
	}
	return t
}

func (t *tagger) decodeCRF(d *decoder) *crf {
	top := len(t.labels) - 1
	c := &crf{labels: len(t.labels), first: []int32{0}, arcs: arcs{into: []int32{0}}}
	for range t.features.size {
		for range d.length(2) {
			c.label = append(c.label, decodeNumber(d, top))
			if b := d.take(1); b != nil {
				c.weights = append(c.weights, restored(int8(b[0]), t.largest))
			}
		}
		c.first = append(c.first, int32(len(c.weights)))
	}
	for _, to := range t.labels {
		for range d.length(5) {
			x := decodeNumber(d, top)
			if from := t.labels[x]; to.inside && (from.entity != to.entity || from.role != to.role) {
				d.fail()
			}
			c.arcs.from = append(c.arcs.from, x)
			c.arcs.weights = append(c.arcs.weights, decodeWeight(d))
		}
		c.arcs.into = append(c.arcs.into, int32(len(c.arcs.from)))
		c.arcs.begins = append(c.arcs.begins, !to.inside)
	}
	return c
}

// encodeKeys writes the keys of a table, which ascend, as their differences.
func encodeKeys(e *encoder, t *keyTable) {
	before := uint32(0)
	encodeList(e, t.ordered(), func(e *encoder, k uint32) {
		e.uint(uint64(k - before))
		before = k
	})
}

func decodeKeys(d *decoder) *keyTable {
	before := uint64(0)
	keys := decodeList(d, 1, func(d *decoder) uint32 {
		step := d.uint()
		if step == 0 || step > math.MaxUint32-before {
			d.fail()
			return 0
		}
		before += step
		return uint32(before)
	})
	if d.err != nil {
		keys = nil
	}
	return newKeyTable(keys)
}

// decodeNumber reads a number of at most top.
func decodeNumber(d *decoder, top int) uint16 {
	n := d.uint()
	if n > uint64(top) {
		d.fail()
		return 0
	}
	return uint16(n)
}

// decodeWeight reads a weight, which is of a reasonable size.
func decodeWeight(d *decoder) float32 {
	w := d.float32()
	if !(w > -1e4 && w < 1e4) {
		d.fail()
		return 0
	}
	return w
}
