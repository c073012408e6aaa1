package nlp

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// lesson is an utterance that a field is trained on: as it is written, in lower case, and its labels.
type lesson struct {
	written, lower sequence
	labels         []uint16
}

// newCRF returns a field without weights that has a place for every pair of feature and label that training shows.
func newCRF(lessons []lesson, features int, a arcs) *crf {
	var pairs []uint64
	for _, s := range lessons {
		from := len(pairs)
		for t, y := range s.labels {
			for _, ids := range [...][]int32{s.written.of(t), s.lower.of(t), s.written.all} {
				for _, id := range ids {
					pairs = append(pairs, uint64(id)<<16|uint64(y))
				}
			}
		}
		slices.Sort(pairs[from:])
		pairs = pairs[:from+len(slices.Compact(pairs[from:]))]
	}
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	c := &crf{labels: len(a.begins), arcs: a, first: make([]int32, features+1), label: make([]uint16, len(pairs)), weights: make([]float32, len(pairs))}
	for i, p := range pairs {
		c.first[p>>16+1]++
		c.label[i] = uint16(p)
	}
	for i := range features {
		c.first[i+1] += c.first[i]
	}
	return c
}

// crfOptions are the settings of a field's training.
type crfOptions struct {
	epochs  int
	rate    float64 // of AdaGrad
	drop    float64 // of each feature of each token
	lower   float64 // how often a lesson is learnt in lower case
	members int     // trained by themselves, each with its own order and its own dropped features, and averaged
	seed    uint64
}

// trainCRF fits a field to the lessons. The result does not depend on the number of processors.
func trainCRF(c *crf, lessons []lesson, o crfOptions) {
	members := make([]*crfTrainer, o.members)
	var wg sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range members {
		wg.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			members[i] = newTrainer(c, o, uint64(i))
			members[i].run(lessons)
		})
	}
	wg.Wait()
	for _, m := range members {
		for i, w := range m.nodes.mean {
			c.weights[i] += w / float32(o.members)
		}
		for i, w := range m.arcs.mean {
			c.arcs.weights[i] += w / float32(o.members)
		}
	}
}

// adagrad are weights with what AdaGrad remembers of each.
type adagrad struct {
	weights, squares, mean []float32
}

func newAdagrad(n int) adagrad {
	return adagrad{make([]float32, n), make([]float32, n), make([]float32, n)}
}

func (a *adagrad) step(i int32, gradient, rate float32) {
	a.squares[i] += gradient * gradient
	a.weights[i] += rate * gradient / float32(math.Sqrt(float64(a.squares[i])+1e-8))
}

// crfTrainer fits one copy of a field's weights by stochastic gradient ascent of the likelihood.
type crfTrainer struct {
	c           crf
	o           crfOptions
	rnd         *rand.Rand
	nodes, arcs adagrad
	l           lattice
	expected    []float64
	kept        sequence
	diff        []float32
}

func newTrainer(c *crf, o crfOptions, member uint64) *crfTrainer {
	t := &crfTrainer{c: *c, o: o, rnd: rand.New(rand.NewPCG(o.seed, member)), nodes: newAdagrad(len(c.weights)), arcs: newAdagrad(len(c.arcs.weights)),
		expected: make([]float64, len(c.arcs.weights)), diff: make([]float32, c.labels)}
	t.c.weights, t.c.arcs.weights = t.nodes.weights, t.arcs.weights
	return t
}

func (t *crfTrainer) run(lessons []lesson) {
	order := make([]int32, len(lessons))
	for i := range order {
		order[i] = int32(i)
	}
	counted := 0
	for epoch := range t.o.epochs {
		t.rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := t.o.rate
		for _, i := range order {
			t.learn(&lessons[i], float32(rate))
		}
		if epoch >= t.o.epochs/2 {
			counted++
			for i, w := range t.nodes.weights {
				t.nodes.mean[i] += (w - t.nodes.mean[i]) / float32(counted)
			}
			for i, w := range t.arcs.weights {
				t.arcs.mean[i] += (w - t.arcs.mean[i]) / float32(counted)
			}
		}
	}
	keep := float32(1 - t.o.drop)
	for i := range t.nodes.mean {
		t.nodes.mean[i] *= keep
	}
}

// learn takes one step along the gradient of one sequence's likelihood.
func (t *crfTrainer) learn(s *lesson, rate float32) {
	if len(s.labels) == 0 {
		return
	}
	t.dropout(s)
	t.c.score(&t.l, &t.kept)
	t.c.prepare(&t.l)
	t.c.forward(&t.l)
	clear(t.expected)
	t.c.backward(&t.l, t.expected)

	k := t.c.labels
	shared := t.l.shared
	clear(shared)
	for i, y := range s.labels {
		p := t.l.alpha[i*k : (i+1)*k]
		for y, v := range p {
			t.diff[y] = -float32(v)
		}
		t.diff[y]++
		for y, d := range t.diff {
			shared[y] += d
		}
		t.update(t.kept.of(i), t.diff, rate)
	}
	t.update(t.kept.all, shared, rate)
	for i := 1; i < len(s.labels); i++ {
		t.expected[t.c.arcs.index(s.labels[i-1], s.labels[i])]--
	}
	for a, e := range t.expected {
		if e > 1e-6 || e < -1e-6 {
			t.arcs.step(int32(a), float32(-e), rate)
		}
	}
}

func (t *crfTrainer) update(ids []int32, gradient []float32, rate float32) {
	for _, id := range ids {
		for i := t.c.first[id]; i < t.c.first[id+1]; i++ {
			if g := gradient[t.c.label[i]]; g > 1e-4 || g < -1e-4 {
				t.nodes.step(i, g, rate)
			}
		}
	}
}

// dropout copies a lesson's sequence into kept, less some of its features.
func (t *crfTrainer) dropout(s *lesson) {
	from := &s.written
	if t.rnd.Float64() < t.o.lower {
		from = &s.lower
	}
	bound := uint32(t.o.drop * (1 << 32))
	t.kept.ids, t.kept.ends, t.kept.all = t.kept.ids[:0], t.kept.ends[:0], t.kept.all[:0]
	for i := range from.ends {
		for _, id := range from.of(i) {
			if t.rnd.Uint32() >= bound {
				t.kept.ids = append(t.kept.ids, id)
			}
		}
		t.kept.ends = append(t.kept.ends, int32(len(t.kept.ids)))
	}
	for _, id := range from.all {
		if t.rnd.Uint32() >= bound {
			t.kept.all = append(t.kept.all, id)
		}
	}
}
