package nlp

import (
	"math"
	"slices"
)

// Feature is a property of something that is to be labelled, as a hash: see [NewFeature].
type Feature uint64

// NewFeature returns the feature of a kind and its parts. Kinds keep apart what is written alike.
func NewFeature(kind string, parts ...string) Feature {
	h := hashString(hashStart, kind)
	for _, p := range parts {
		h = hashString((h^0xff)*hashPrime, p)
	}
	return Feature(h)
}

// With returns the feature in the company of something: another feature for each.
func (f Feature) With(company string) Feature {
	return Feature(hashString(hashWord(hashStart, uint64(f)), company))
}

// Labeller gives labels to what has features: one of its labels, or as many as fit. It is a linear model, trained by [FitLabeller];
// it is immutable and safe for concurrent use.
type Labeller struct {
	labels []string // sorted
	ids    map[Feature]int32
	first  []int32 // of feature i: cells[first[i]:first[i+1]]
	cells  []labelCell
	step   float32 // what a unit of a cell's weight is worth
}

type labelCell struct {
	label  uint16
	weight int8
}

// Labels returns all that there are, sorted.
func (l *Labeller) Labels() []string { return l.labels }

// scores adds the weights of features up by label. Those that no example had count for nothing.
func (l *Labeller) scores(features []Feature) []float32 {
	scores := make([]float32, len(l.labels))
	for _, f := range features {
		id, ok := l.ids[f]
		if !ok {
			continue
		}
		for _, c := range l.cells[l.first[id]:l.first[id+1]] {
			scores[c.label] += l.step * float32(c.weight)
		}
	}
	return scores
}

// One returns the likeliest label that is allowed, and its probability among all; nil allows all. It is for a labeller of one.
func (l *Labeller) One(features []Feature, allowed func(label string) bool) (label string, probability float64) {
	scores := l.scores(features)
	best := -1
	for i, s := range scores {
		if (best < 0 || s > scores[best]) && (allowed == nil || allowed(l.labels[i])) {
			best = i
		}
	}
	if best < 0 {
		return "", 0
	}
	sum := 0.0
	for _, s := range scores {
		sum += math.Exp(float64(s - scores[best]))
	}
	return l.labels[best], 1 / sum
}

// All returns the labels that are likelier than not and allowed, and the probability that they are these and no others. It is for a
// labeller of many.
func (l *Labeller) All(features []Feature, allowed func(label string) bool) (labels []string, probability float64) {
	probability = 1
	for i, s := range l.scores(features) {
		if math.Abs(float64(s)) > 12 && s < 0 || !allowed(l.labels[i]) {
			continue
		}
		probability /= 1 + math.Exp(-math.Abs(float64(s)))
		if s > 0 {
			labels = append(labels, l.labels[i])
		}
	}
	return labels, probability
}

// Probability returns how probable one label is, in a labeller of many.
func (l *Labeller) Probability(features []Feature, label string) float64 {
	i, ok := slices.BinarySearch(l.labels, label)
	if !ok {
		return 0
	}
	return 1 / (1 + math.Exp(-float64(l.scores(features)[i])))
}

// encode writes the labeller.
func (l *Labeller) encode(e *encoder) {
	encodeList(e, l.labels, (*encoder).string)
	e.float32(l.step)
	features := make([]Feature, 0, len(l.ids))
	for f := range l.ids {
		features = append(features, f)
	}
	slices.Sort(features)
	e.uint(uint64(len(features)))
	before := Feature(0)
	for _, f := range features {
		e.uint(uint64(f - before))
		before = f
		cells := l.cells[l.first[l.ids[f]]:l.first[l.ids[f]+1]]
		e.uint(uint64(len(cells)))
		label := 0
		for _, c := range cells {
			e.uint(uint64(int(c.label) - label))
			label = int(c.label)
			e.buf = append(e.buf, byte(c.weight))
		}
	}
}

// decodeLabeller reads what encode wrote.
func decodeLabeller(d *decoder) *Labeller {
	l := &Labeller{labels: decodeList(d, 1, (*decoder).string), step: d.finite(), first: []int32{0}}
	n := d.length(2)
	l.ids = make(map[Feature]int32, n)
	f := Feature(0)
	for i := range n {
		f += Feature(d.uint())
		l.ids[f] = int32(i)
		label := uint64(0)
		for range d.length(2) {
			label += d.uint()
			weight := d.take(1)
			if label >= uint64(len(l.labels)) || weight == nil {
				d.fail()
				return l
			}
			l.cells = append(l.cells, labelCell{uint16(label), int8(weight[0])})
		}
		l.first = append(l.first, int32(len(l.cells)))
	}
	return l
}

// MarshalBinary returns the labeller as [UnmarshalLabeller] reads it. The same labeller gives the same bytes.
func (l *Labeller) MarshalBinary() ([]byte, error) {
	var e encoder
	l.encode(&e)
	return e.buf, nil
}

// UnmarshalLabeller reads what [Labeller.MarshalBinary] wrote.
func UnmarshalLabeller(data []byte) (*Labeller, error) {
	d := decoder{buf: data}
	l := decodeLabeller(&d)
	return l, d.err
}
