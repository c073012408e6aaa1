package nlp

import (
	"math"
	"math/rand/v2"
)

// Choice is a set of options, by their features, some of which are right.
type Choice struct {
	Options [][]Feature
	Right   []bool // by option
}

// The settings of a ranker's training.
const (
	rankPasses = 12
	rankFirst  = 4   // passes before those whose weights are averaged: no pass has the last word
	rankDrop   = 0.5 // of the features of a choice, at each look at it
)

// FitRanker trains a labeller whose [Labeller.Score] is higher for what is right: the share of an option in a choice is the softmax of the
// scores, and the sum of the shares of what is right is made as great as possible (Johnson and others, "Estimators for stochastic
// unification-based grammars", ACL 1999). Choices without a right option teach nothing, and features that fewer than least choices have are
// not learnt. Weights are averaged over the later passes.
func FitRanker(choices []Choice, least int, seed uint64) *Labeller {
	t := &rankTraining{labelTraining{labels: []string{""}, base: []float32{0}, ids: map[uint32]int32{}, rnd: rand.New(rand.NewPCG(seed, 3))}}
	options := t.numbered(choices, least)
	t.rows = make([][]labelWeight, len(t.ids))
	for i := range t.rows {
		t.rows[i] = make([]labelWeight, 1)
	}
	order := t.rnd.Perm(len(choices))
	sums := make([]float32, len(t.rows))
	for pass := range rankPasses {
		t.rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			t.choose(t.without(options[i]), choices[i].Right)
		}
		if pass >= rankFirst {
			for i, row := range t.rows {
				sums[i] += row[0].weight
			}
		}
	}
	for i, row := range t.rows {
		row[0].weight = sums[i] / (rankPasses - rankFirst)
	}
	t.shrink(1 - rankDrop)
	return t.labeller()
}

// numbered returns the features of the options of choices by their numbers, but for those that fewer than least choices have.
func (t *rankTraining) numbered(choices []Choice, least int) [][][]int32 {
	seen := map[uint32]int{}
	for _, c := range choices {
		inside := map[uint32]bool{}
		for _, o := range c.Options {
			for _, f := range o {
				inside[f.key()] = true
			}
		}
		for k := range inside {
			seen[k]++
		}
	}
	options := make([][][]int32, len(choices))
	for i, c := range choices {
		for _, o := range c.Options {
			var ids []int32
			for _, f := range o {
				if seen[f.key()] >= least {
					ids = append(ids, t.number(f.key()))
				}
			}
			options[i] = append(options[i], ids)
		}
	}
	return options
}

type rankTraining struct{ labelTraining }

// without returns the options of a choice without some features: of all options that have them, else what is left would tell them apart.
func (t *rankTraining) without(options [][]int32) [][]int32 {
	gone := map[int32]bool{}
	kept := make([][]int32, len(options))
	for i, o := range options {
		for _, f := range o {
			drop, met := gone[f]
			if !met {
				drop = t.rnd.Float64() < rankDrop
				gone[f] = drop
			}
			if !drop {
				kept[i] = append(kept[i], f)
			}
		}
	}
	return kept
}

// choose takes a step towards the right options.
func (t *rankTraining) choose(options [][]int32, right []bool) {
	shares := make([]float64, len(options))
	top := math.Inf(-1)
	for i, o := range options {
		for _, f := range o {
			shares[i] += float64(t.rows[f][0].weight)
		}
		top = max(top, shares[i])
	}
	sum, good := 0.0, 0.0
	for i := range shares {
		shares[i] = math.Exp(shares[i] - top)
		sum += shares[i]
		if right[i] {
			good += shares[i]
		}
	}
	if good == 0 || good == sum {
		return
	}
	for i, o := range options {
		gradient := shares[i] / sum
		if right[i] {
			gradient -= shares[i] / good
		}
		if math.Abs(gradient) < labelIgnore {
			continue
		}
		for _, f := range o {
			t.rows[f][0].learn(float32(gradient))
		}
	}
}
