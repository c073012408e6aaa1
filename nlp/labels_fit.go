package nlp

import (
	"maps"
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
	labelDrop   = 0.2 // of the features of an example, at each look at it; Hinton and others, "Improving neural networks by preventing co-adaptation", 2012
	labelRate   = 0.3
	labelDamp   = 1    // keeps the steps for rare features short
	labelShrink = 1e-5 // L2
	labelLeast  = 3    // examples that have a feature, else it is not learnt
	labelIgnore = 1e-3 // of a gradient
	labelErr    = 0.03 // from which gradient on a label that an example has not is learnt of its features
	labelFloor  = 0.03 // weights below this share of the greatest are left out
	labelSteps  = 63   // between no weight and the greatest; more make a greater file and nothing better
)

// FitLabeller trains a labeller of one label, or of many, by logistic regression with AdaGrad (Duchi, Hazan and Singer, "Adaptive
// subgradient methods for online learning and stochastic optimization", JMLR 2011). The same examples and seed give the same labeller.
func FitLabeller(examples []Labelled, many bool, seed uint64) *Labeller {
	t := newLabelTraining(examples, many)
	rnd := rand.New(rand.NewPCG(seed, 1))
	t.rnd = rand.New(rand.NewPCG(seed, 2))
	order := rnd.Perm(len(examples))
	for range labelPasses {
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			t.learn(i)
		}
	}
	t.shrink(1 - labelDrop)
	return t.labeller()
}

type labelTraining struct {
	rnd      *rand.Rand
	kept     []int32
	many     bool
	labels   []string
	base     []float32 // by label: what it scores before anything is learnt
	ids      map[uint32]int32
	rows     [][]labelWeight // by feature
	features [][]int32
	wanted   [][]int32
	open     []func(string) bool
	scores   []float32
	shares   []float32
	strong   []int32  // the labels that every feature of the example is to have a weight for
	met      []uint32 // by label: the last visit of a row in which it was
	visit    uint32
}

// labelWeight is what a feature says of a label. Most say nothing of most labels.
type labelWeight struct {
	label  uint16
	weight float32
	square float32 // of the gradients so far
}

func newLabelTraining(examples []Labelled, many bool) *labelTraining {
	t := &labelTraining{many: many, ids: map[uint32]int32{}}
	seen := map[uint32]int{}
	for _, x := range examples {
		t.labels = append(t.labels, x.Labels...)
		for _, f := range x.Features {
			seen[f.key()]++
		}
	}
	slices.Sort(t.labels)
	t.labels = slices.Compact(t.labels)
	for _, x := range examples {
		var features, wanted []int32
		for _, f := range x.Features {
			if seen[f.key()] >= labelLeast {
				features = append(features, t.number(f.key()))
			}
		}
		for _, l := range x.Labels {
			at, _ := slices.BinarySearch(t.labels, l)
			wanted = append(wanted, int32(at))
		}
		t.features, t.wanted, t.open = append(t.features, features), append(t.wanted, wanted), append(t.open, x.Open)
	}
	t.rows = make([][]labelWeight, len(t.ids))
	n := len(t.labels)
	t.scores, t.shares, t.met = make([]float32, n), make([]float32, n), make([]uint32, n)
	t.begin()
	return t
}

func (t *labelTraining) number(key uint32) int32 {
	id, ok := t.ids[key]
	if !ok {
		id = int32(len(t.ids))
		t.ids[key] = id
	}
	return id
}

// begin makes labels as likely as they are among all examples.
func (t *labelTraining) begin() {
	t.base = make([]float32, len(t.labels))
	for _, wanted := range t.wanted {
		for _, c := range wanted {
			t.base[c]++
		}
	}
	for c, n := range t.base {
		others := 1.0
		if t.many {
			others = float64(len(t.wanted)) - float64(n) + 1
		}
		t.base[c] = float32(math.Log(float64(n) / others))
	}
}

// learn takes a step towards the labels of an example.
func (t *labelTraining) learn(i int) {
	copy(t.scores, t.base)
	features := t.dropped(t.features[i])
	for _, f := range features {
		for _, w := range t.rows[f] {
			t.scores[w.label] += w.weight
		}
	}
	t.share()
	for _, c := range t.wanted[i] {
		t.shares[c]--
	}
	t.strong = t.strong[:0]
	for c, g := range t.shares {
		switch {
		case g < labelIgnore && g > -labelIgnore || t.open[i] != nil && t.open[i](t.labels[c]):
			t.shares[c] = 0
		case g < 0 || g > labelErr:
			t.strong = append(t.strong, int32(c))
		}
	}
	for _, f := range features {
		t.rows[f] = t.step(t.rows[f])
	}
}

// dropped returns the features of an example without some, so that none is relied on alone.
func (t *labelTraining) dropped(all []int32) []int32 {
	t.kept = t.kept[:0]
	for _, f := range all {
		if t.rnd.Float64() >= labelDrop {
			t.kept = append(t.kept, f)
		}
	}
	return t.kept
}

// step moves the weights of a feature against the gradients, and adds those of strong labels that it lacks.
func (t *labelTraining) step(row []labelWeight) []labelWeight {
	t.visit++
	for k := range row {
		if g := t.shares[row[k].label]; g != 0 {
			row[k].learn(g)
			t.met[row[k].label] = t.visit
		}
	}
	for _, c := range t.strong {
		if t.met[c] != t.visit {
			w := labelWeight{label: uint16(c)}
			w.learn(t.shares[c])
			row = append(row, w)
		}
	}
	return row
}

func (w *labelWeight) learn(gradient float32) {
	step := gradient + labelShrink*w.weight
	w.square += step * step
	w.weight -= labelRate * step / (float32(math.Sqrt(float64(w.square))) + labelDamp)
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

// shrink makes up for the features that were dropped: now all are there.
func (t *labelTraining) shrink(share float32) {
	for _, row := range t.rows {
		for i := range row {
			row[i].weight *= share
		}
	}
}

// labeller keeps the weights that matter, in bytes.
func (t *labelTraining) labeller() *Labeller {
	most := float32(0)
	for _, row := range t.rows {
		for _, w := range row {
			most = max(most, w.weight, -w.weight)
		}
	}
	l := &Labeller{labels: t.labels, base: t.base, step: most / labelSteps}
	for _, key := range slices.Sorted(maps.Keys(t.ids)) {
		row, first := t.rows[t.ids[key]], len(l.cells)
		slices.SortFunc(row, func(a, b labelWeight) int { return int(a.label) - int(b.label) })
		for _, w := range row {
			if w.weight > labelFloor*most || w.weight < -labelFloor*most {
				l.cells = append(l.cells, newLabelCell(w.label, int8(math.Round(float64(w.weight/l.step)))))
			}
		}
		if len(l.cells) > first {
			l.rows = append(l.rows, labelRow{key, int32(first)})
		}
	}
	l.rows = append(l.rows, labelRow{first: int32(len(l.cells))})
	l.index()
	return l
}
