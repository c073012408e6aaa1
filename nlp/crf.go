package nlp

import (
	"math"
	"slices"
)

// crf is a linear-chain conditional random field: it gives every sequence of labels of a sequence of tokens a
// probability, which grows with the weights of the features of each token under its label and of the arcs between
// neighbouring labels. It knows labels and features by number only.
type crf struct {
	labels  int
	first   []int32 // of feature i: weights[first[i]:first[i+1]]
	label   []uint16
	weights []float32
	arcs    arcs
}

// arcs are the pairs of labels that may follow one another, by the second one.
type arcs struct {
	begins  []bool // whether a sequence may begin with a label
	into    []int32
	from    []uint16 // of the arcs into label y: from[into[y]:into[y+1]]
	weights []float32
}

// sequence is an utterance as the field sees it.
type sequence struct {
	ids  []int32 // the features of the tokens, one token's behind the other's
	ends []int32 // where those of each token end
	all  []int32 // the features of the utterance, which count for every token
}

// of returns the features of token t.
func (s *sequence) of(t int) []int32 {
	from := int32(0)
	if t > 0 {
		from = s.ends[t-1]
	}
	return s.ids[from:s.ends[t]]
}

// lattice holds the sums over all labellings of one sequence. It is used again for the next one.
type lattice struct {
	n, labels int
	shared    []float32 // scores of the features of all tokens
	scores    []float32 // of token t with label y: scores[t*labels+y]
	node      []float64 // e^score, scaled by token
	arc       []float64 // e^weight of each arc
	alpha     []float64 // forward, scaled so that each token's sum is 1
	beta      []float64
	scale     []float64 // of each token
	logZ      float64   // the logarithm of the sum over all labellings
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// score fills in the scores of a sequence.
func (c *crf) score(l *lattice, s *sequence) {
	l.n, l.labels = len(s.ends), c.labels
	l.shared = grow(l.shared, c.labels)
	clear(l.shared)
	c.add(l.shared, s.all)
	l.scores = grow(l.scores, l.n*c.labels)
	for t := range s.ends {
		row := l.scores[t*c.labels : (t+1)*c.labels]
		copy(row, l.shared)
		c.add(row, s.of(t))
	}
}

// add adds the weights of features to the score of each label.
func (c *crf) add(scores []float32, ids []int32) {
	for _, id := range ids {
		from, to := c.first[id], c.first[id+1]
		labels := c.label[from:to]
		weights := c.weights[from:to][:len(labels)]
		for i, y := range labels {
			scores[y] += weights[i]
		}
	}
}

// prepare computes e^weight of the arcs, which a lattice needs for its sums.
func (c *crf) prepare(l *lattice) {
	l.arc = grow(l.arc, len(c.arcs.weights))
	for i, w := range c.arcs.weights {
		l.arc[i] = math.Exp(float64(w))
	}
}

// forward fills in alpha and logZ.
func (c *crf) forward(l *lattice) {
	n, k := l.n, l.labels
	l.node, l.alpha, l.scale = grow(l.node, n*k), grow(l.alpha, n*k), grow(l.scale, n)
	l.logZ = 0
	for t := range n {
		scores, node, alpha := l.scores[t*k:(t+1)*k], l.node[t*k:(t+1)*k], l.alpha[t*k:(t+1)*k]
		top := slices.Max(scores)
		sum := 0.0
		for y := range k {
			node[y] = math.Exp(float64(scores[y] - top))
			in := 0.0
			switch {
			case t > 0:
				before := l.alpha[(t-1)*k : t*k]
				for a := c.arcs.into[y]; a < c.arcs.into[y+1]; a++ {
					in += before[c.arcs.from[a]] * l.arc[a]
				}
			case c.arcs.begins[y]:
				in = 1
			}
			alpha[y] = in * node[y]
			sum += alpha[y]
		}
		l.scale[t] = sum
		l.logZ += math.Log(sum) + float64(top)
		for y := range alpha {
			alpha[y] /= sum
		}
	}
}

// backward turns alpha into the probability of each label of each token. If expected is not nil, the expected count of
// each arc is added to it.
func (c *crf) backward(l *lattice, expected []float64) {
	n, k := l.n, l.labels
	l.beta = grow(l.beta, 2*k)
	next, here := l.beta[:k], l.beta[k:2*k]
	for y := range next {
		next[y] = 1
	}
	for t := n - 1; t > 0; t-- {
		clear(here)
		before, node, alpha := l.alpha[(t-1)*k:t*k], l.node[t*k:(t+1)*k], l.alpha[t*k:(t+1)*k]
		for y := range k {
			ahead := node[y] * next[y] / l.scale[t]
			alpha[y] *= next[y]
			for a := c.arcs.into[y]; a < c.arcs.into[y+1]; a++ {
				from := c.arcs.from[a]
				v := l.arc[a] * ahead
				here[from] += v
				if expected != nil {
					expected[a] += before[from] * v
				}
			}
		}
		next, here = here, next
	}
	for y := range k {
		l.alpha[y] *= next[y]
	}
}

// best returns the likeliest labels (Viterbi).
func (c *crf) best(l *lattice) []uint16 {
	n, k := l.n, l.labels
	path := make([]uint16, n)
	back := make([]uint16, n*k)
	sums := make([]float32, 2*k)
	before, here := sums[:k], sums[k:]
	const never = -1e30
	for t := range n {
		scores := l.scores[t*k : (t+1)*k]
		for y := range k {
			top, from := float32(never), uint16(0)
			switch {
			case t > 0:
				for a := c.arcs.into[y]; a < c.arcs.into[y+1]; a++ {
					if v := before[c.arcs.from[a]] + c.arcs.weights[a]; v > top {
						top, from = v, c.arcs.from[a]
					}
				}
			case c.arcs.begins[y]:
				top = 0
			}
			here[y] = top + scores[y]
			back[t*k+y] = from
		}
		before, here = here, before
	}
	if n == 0 {
		return path
	}
	path[n-1] = uint16(argmax(before))
	for t := n - 1; t > 0; t-- {
		path[t-1] = back[t*k+int(path[t])]
	}
	return path
}

// arcIndex returns the number of the arc between two labels, -1 if there is none.
func (a *arcs) index(from, to uint16) int {
	for i := a.into[to]; i < a.into[to+1]; i++ {
		if a.from[i] == from {
			return int(i)
		}
	}
	return -1
}
