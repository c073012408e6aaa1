package nlp

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Labelled is an example of what a labeller learns.
type Labelled struct {
	Features []Feature
	Labels   []string // a single one for a labeller of one
	// Open are labels of which the example does not say whether it has them.
	Open func(label string) bool
}

// The settings of a labeller's training, found on held-out questions.
const (
	labelPasses = 12
	labelRate   = 0.3
	labelDamp   = 1     // keeps the steps for rare features short
	labelShrink = 1e-5  // L2
	labelLeast  = 2     // examples that have a feature, else it is not learnt
	labelIgnore = 1e-3  // of a gradient
	labelFloor  = 0.015 // weights below this share of the greatest are left out
)

// FitLabeller trains a labeller of one label, or of many, by logistic regression with AdaGrad (Duchi, Hazan and Singer, "Adaptive
// subgradient methods for online learning and stochastic optimization", JMLR 2011). The same examples and seed give the same labeller.
func FitLabeller(examples []Labelled, many bool, seed uint64) *Labeller {
	t := newLabelTraining(examples, many)
	rnd := rand.New(rand.NewPCG(seed, 1))
	order := rnd.Perm(len(examples))
	for range labelPasses {
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			t.learn(i)
		}
	}
	return t.labeller()
}

type labelTraining struct {
	many     bool
	labels   []string
	ids      map[Feature]int32
	features [][]int32
	wanted   [][]int32
	open     []func(string) bool
	weights  []float32 // feature × label
	squares  []float32 // of the gradients so far
	scores   []float32
	shares   []float32
}

func newLabelTraining(examples []Labelled, many bool) *labelTraining {
	t := &labelTraining{many: many, ids: map[Feature]int32{}}
	seen := map[Feature]int{}
	for _, x := range examples {
		t.labels = append(t.labels, x.Labels...)
		for _, f := range x.Features {
			seen[f]++
		}
	}
	slices.Sort(t.labels)
	t.labels = slices.Compact(t.labels)
	for _, x := range examples {
		var features, wanted []int32
		for _, f := range x.Features {
			if seen[f] < labelLeast {
				continue
			}
			id, ok := t.ids[f]
			if !ok {
				id = int32(len(t.ids))
				t.ids[f] = id
			}
			features = append(features, id)
		}
		for _, l := range x.Labels {
			at, _ := slices.BinarySearch(t.labels, l)
			wanted = append(wanted, int32(at))
		}
		t.features, t.wanted, t.open = append(t.features, features), append(t.wanted, wanted), append(t.open, x.Open)
	}
	n := len(t.ids) * len(t.labels)
	t.weights, t.squares = make([]float32, n), make([]float32, n)
	t.scores, t.shares = make([]float32, len(t.labels)), make([]float32, len(t.labels))
	return t
}

// learn takes a step towards the labels of an example.
func (t *labelTraining) learn(i int) {
	n := len(t.labels)
	clear(t.scores)
	for _, f := range t.features[i] {
		for c, w := range t.weights[int(f)*n : int(f+1)*n] {
			t.scores[c] += w
		}
	}
	t.share()
	for _, c := range t.wanted[i] {
		t.shares[c]--
	}
	for c, g := range t.shares {
		if g < labelIgnore && g > -labelIgnore || t.open[i] != nil && t.open[i](t.labels[c]) {
			continue
		}
		for _, f := range t.features[i] {
			at := int(f)*n + c
			step := g + labelShrink*t.weights[at]
			t.squares[at] += step * step
			t.weights[at] -= labelRate * step / (float32(math.Sqrt(float64(t.squares[at]))) + labelDamp)
		}
	}
}

// share turns scores into probabilities.
func (t *labelTraining) share() {
	if t.many {
		for c, s := range t.scores {
			t.shares[c] = float32(1 / (1 + math.Exp(-float64(s))))
		}
		return
	}
	most, sum := slices.Max(t.scores), float32(0)
	for c, s := range t.scores {
		t.shares[c] = float32(math.Exp(float64(s - most)))
		sum += t.shares[c]
	}
	for c := range t.shares {
		t.shares[c] /= sum
	}
}

// labeller keeps the weights that matter, in bytes.
func (t *labelTraining) labeller() *Labeller {
	most := float32(0)
	for _, w := range t.weights {
		most = max(most, w, -w)
	}
	l := &Labeller{labels: t.labels, ids: map[Feature]int32{}, first: []int32{0}, step: most / math.MaxInt8}
	features := make([]Feature, len(t.ids))
	for f, id := range t.ids {
		features[id] = f
	}
	for id, f := range features {
		for c, w := range t.weights[id*len(t.labels) : (id+1)*len(t.labels)] {
			if w > labelFloor*most || w < -labelFloor*most {
				l.cells = append(l.cells, labelCell{uint16(c), int8(math.Round(float64(w / l.step)))})
			}
		}
		if len(l.cells) > int(l.first[len(l.first)-1]) {
			l.ids[f] = int32(len(l.first) - 1)
			l.first = append(l.first, int32(len(l.cells)))
		}
	}
	return l
}
