package nlp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// randomCRF returns a field of four labels, in which label 2 goes on with 1 and cannot begin, and a lesson for it.
func randomCRF(rnd *rand.Rand) (*crf, lesson) {
	const features, tokens = 6, 4
	c := &crf{labels: 4, first: make([]int32, features+1), arcs: arcs{begins: []bool{true, true, false, true}, into: []int32{0}}}
	for i := range features {
		for y := range c.labels {
			if rnd.IntN(3) > 0 {
				c.label, c.weights = append(c.label, uint16(y)), append(c.weights, float32(rnd.NormFloat64()))
			}
		}
		c.first[i+1] = int32(len(c.label))
	}
	for y := range c.labels {
		for x := range c.labels {
			if y != 2 || x == 1 || x == 2 {
				c.arcs.from, c.arcs.weights = append(c.arcs.from, uint16(x)), append(c.arcs.weights, float32(rnd.NormFloat64()))
			}
		}
		c.arcs.into = append(c.arcs.into, int32(len(c.arcs.from)))
	}
	var s sequence
	for range tokens {
		for i := range int32(features) {
			if rnd.IntN(2) == 0 {
				s.ids = append(s.ids, i)
			}
		}
		s.ends = append(s.ends, int32(len(s.ids)))
	}
	s.all = []int32{0, 3}
	return c, lesson{s, s, []uint16{0, 1, 2, 3}}
}

// scoreOf returns the score of a labelling; false if it is not allowed.
func (c *crf) scoreOf(s *sequence, labels []uint16) (float64, bool) {
	var l lattice
	c.score(&l, s)
	if !c.arcs.begins[labels[0]] {
		return 0, false
	}
	sum := 0.0
	for t, y := range labels {
		sum += float64(l.scores[t*c.labels+int(y)])
		if t > 0 {
			a := c.arcs.index(labels[t-1], y)
			if a < 0 {
				return 0, false
			}
			sum += float64(c.arcs.weights[a])
		}
	}
	return sum, true
}

// labellings calls visit with every sequence of n labels.
func labellings(n, labels int, visit func([]uint16)) {
	ys := make([]uint16, n)
	for {
		visit(ys)
		i := 0
		for ; i < n; i++ {
			if ys[i]++; int(ys[i]) < labels {
				break
			}
			ys[i] = 0
		}
		if i == n {
			return
		}
	}
}

// TestCRFAgainstAllLabellings compares the best labelling, the sum over all and the probabilities of labels and arcs with
// what counting every labelling gives.
func TestCRFAgainstAllLabellings(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		c, lesson := randomCRF(rnd)
		s := &lesson.written
		n := len(s.ends)
		total, top := 0.0, math.Inf(-1)
		var best []uint16
		labels, pairs := make([]float64, n*c.labels), make([]float64, len(c.arcs.from))
		labellings(n, c.labels, func(ys []uint16) {
			score, ok := c.scoreOf(s, ys)
			if !ok {
				return
			}
			if score > top {
				top, best = score, slices.Clone(ys)
			}
			p := math.Exp(score)
			total += p
			for t, y := range ys {
				labels[t*c.labels+int(y)] += p
				if t > 0 {
					pairs[c.arcs.index(ys[t-1], y)] += p
				}
			}
		})
		var l lattice
		c.score(&l, s)
		if got, ok := c.scoreOf(s, c.best(&l)); !ok || math.Abs(got-top) > 1e-5 {
			t.Fatalf("the best labelling %v scores %v, want %v like %v", c.best(&l), got, top, best)
		}
		c.prepare(&l)
		c.forward(&l)
		if math.Abs(l.logZ-math.Log(total)) > 1e-4 {
			t.Fatalf("logZ %v, want %v", l.logZ, math.Log(total))
		}
		expected := make([]float64, len(pairs))
		c.backward(&l, expected)
		for i, v := range labels {
			if math.Abs(l.alpha[i]-v/total) > 1e-5 {
				t.Fatalf("label %d of token %d: %v, want %v", i%c.labels, i/c.labels, l.alpha[i], v/total)
			}
		}
		for i, v := range pairs {
			if math.Abs(expected[i]-v/total) > 1e-5 {
				t.Fatalf("arc %d: %v, want %v", i, expected[i], v/total)
			}
		}
	}
}

// TestCRFGradient compares the direction of a training step with the differences of the likelihood.
func TestCRFGradient(t *testing.T) {
	c, lesson := randomCRF(rand.New(rand.NewPCG(3, 4)))
	likelihood := func() float64 {
		var l lattice
		c.score(&l, &lesson.written)
		c.prepare(&l)
		c.forward(&l)
		score, _ := c.scoreOf(&lesson.written, lesson.labels)
		return score - l.logZ
	}
	const huge, rate = 1e12, 1e4 // AdaGrad's memory so long that a step is rate/√huge · gradient
	tr := newTrainer(c, crfOptions{}, 0)
	copy(tr.nodes.weights, c.weights)
	copy(tr.arcs.weights, c.arcs.weights)
	for i := range tr.nodes.squares {
		tr.nodes.squares[i] = huge
	}
	for i := range tr.arcs.squares {
		tr.arcs.squares[i] = huge
	}
	tr.learn(&lesson, rate)
	check := func(what string, weights, stepped []float32) {
		for i := range weights {
			before := weights[i]
			const h = 0.01
			weights[i] = before + h
			up := likelihood()
			weights[i] = before - h
			down := likelihood()
			weights[i] = before
			want := (up - down) / (2 * h)
			got := float64(stepped[i]-before) / (rate / math.Sqrt(huge))
			if math.Abs(got-want) > 2e-3 {
				t.Errorf("%s %d: gradient %v, want %v", what, i, got, want)
			}
		}
	}
	check("weight", c.weights, tr.nodes.weights)
	check("arc", c.arcs.weights, tr.arcs.weights)
}
