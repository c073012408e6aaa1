package nlp

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas/gonum"
)

// A perceptron is a multi-layer perceptron with one hidden layer. Its input is the sum of the embeddings of an utterance's
// features and of a projection of what its words mean.
type perceptron struct {
	embeddings []float32 // a row of hidden weights for each feature
	projection []float32 // one for each dimension of a meaning
	shift      []float32 // one
	out        []float32 // one for each class
	bias       []float32 // by class
}

// perceptronOptions are the settings of a perceptron's training.
type perceptronOptions struct {
	features, meaning, classes int
	hidden                     int
	epochs                     int
	seed                       uint64
}

const (
	batchSize   = 64
	learnRate   = 2e-3 // at the start; it falls to nothing
	dropFeature = 0.2
	dropHidden  = 0.5
	smoothing   = 0.05 // the share of a label that goes to all classes alike
	spread      = 0.1  // the standard deviation of embeddings before training
	decayMean   = 0.9  // of Adam's running means
	decaySquare = 0.999
)

// asm adds and multiplies vectors, four numbers at a time where the processor can.
var asm gonum.Implementation

func axpy(a float32, x, y []float32) { asm.Saxpy(len(x), a, x, 1, y, 1) }
func dot(x, y []float32) float32     { return asm.Sdot(len(x), x, 1, y, 1) }

// learner is the state of a perceptron's training.
type learner struct {
	perceptronOptions
	perceptron
	rnd *rand.Rand

	// of one utterance
	input  []float32 // what each feature counted after dropping
	sum    []float32 // of the hidden layer
	keep   []float32 // by what to multiply each hidden unit: 0 if it is dropped or below 0
	active []float32 // the hidden layer
	back   []float32 // its gradient
	p      []float32 // by class

	// of a batch
	dense   []*parameters // all but the embeddings
	slot    []int32       // by feature: 1 + its row in rows; 0 if the batch does not have it
	touched []int32
	rows    []float32

	squares []float32 // Adam's running mean of the square of a row of embeddings' gradient
}

// parameters are weights that every step changes, with their gradient and Adam's running means.
type parameters struct{ w, gradient, mean, square []float32 }

func newParameters(w []float32) *parameters {
	return &parameters{w, make([]float32, len(w)), make([]float32, len(w)), make([]float32, len(w))}
}

// trainPerceptron fits a perceptron to examples with the classes ys. It runs on one processor; its random choices depend on
// the seed only.
func trainPerceptron(xs []sample, ys []int, o perceptronOptions) *perceptron {
	l := newLearner(o)
	order := make([]int32, len(xs))
	for i := range order {
		order[i] = int32(i)
	}
	steps := o.epochs * ((len(xs) + batchSize - 1) / batchSize)
	step := 0
	for range o.epochs {
		l.rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for batch := range slices.Chunk(order, batchSize) {
			for _, i := range batch {
				l.forward(&xs[i])
				l.backward(&xs[i], ys[i], 1/float32(len(batch)))
			}
			l.update(step+1, learnRate*float32(steps-step)/float32(steps))
			step++
		}
	}
	return &l.perceptron
}

func newLearner(o perceptronOptions) *learner {
	h := o.hidden
	l := &learner{perceptronOptions: o, rnd: rand.New(rand.NewPCG(o.seed, 1<<33)),
		sum: make([]float32, h), keep: make([]float32, h), active: make([]float32, h), back: make([]float32, h), p: make([]float32, o.classes),
		slot: make([]int32, o.features), squares: make([]float32, o.features)}
	random := func(n int, spread float64) []float32 {
		w := make([]float32, n)
		for i := range w {
			w[i] = float32(l.rnd.NormFloat64() * spread)
		}
		return w
	}
	l.perceptron = perceptron{random(o.features*h, spread), random(o.meaning*h, spread), make([]float32, h),
		random(o.classes*h, 1/math.Sqrt(float64(h))), make([]float32, o.classes)}
	for _, w := range [][]float32{l.projection, l.shift, l.out, l.bias} {
		l.dense = append(l.dense, newParameters(w))
	}
	return l
}

// row returns the weights of one of the things that a table has a row of hidden weights for.
func (l *learner) row(table []float32, i int) []float32 { return table[i*l.hidden : (i+1)*l.hidden] }

// forward computes the probabilities of the classes, with some features and hidden units dropped.
func (l *learner) forward(x *sample) {
	copy(l.sum, l.shift)
	l.input = l.input[:0]
	for i, id := range x.ids {
		kept := 0
		for range x.counts[i] {
			if l.rnd.Float32() >= dropFeature {
				kept++
			}
		}
		v := float32(kept) * x.scale[i] / (1 - dropFeature)
		l.input = append(l.input, v)
		if kept > 0 {
			axpy(v, l.row(l.embeddings, int(id)), l.sum)
		}
	}
	for d, v := range x.dense {
		axpy(v, l.row(l.projection, d), l.sum)
	}
	var random uint64
	for i, v := range l.sum {
		if i%64 == 0 {
			random = l.rnd.Uint64() // a bit for each unit: half of them are dropped
		}
		l.keep[i] = 0
		if v > 0 && random&1 == 0 {
			l.keep[i] = 1 / (1 - dropHidden)
		}
		l.active[i] = v * l.keep[i]
		random >>= 1
	}
	for c := range l.p {
		l.p[c] = l.bias[c] + dot(l.row(l.out, c), l.active)
	}
	softmax(l.p)
}

// softmax turns logits into probabilities.
func softmax(p []float32) {
	top, sum := slices.Max(p), float32(0)
	for i, v := range p {
		p[i] = float32(math.Exp(float64(v - top)))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// backward adds the gradient of what forward computed, times share.
func (l *learner) backward(x *sample, class int, share float32) {
	out, shift, projection := l.dense[2].gradient, l.dense[1].gradient, l.dense[0].gradient
	clear(l.back)
	for c, p := range l.p {
		d := p - smoothing/float32(l.classes)
		if c == class {
			d -= 1 - smoothing
		}
		d *= share
		l.dense[3].gradient[c] += d
		axpy(d, l.row(l.out, c), l.back)
		axpy(d, l.active, l.row(out, c))
	}
	for i, k := range l.keep {
		l.back[i] *= k
		shift[i] += l.back[i]
	}
	for d, v := range x.dense {
		axpy(v, l.back, l.row(projection, d))
	}
	for i, id := range x.ids {
		if l.input[i] == 0 {
			continue
		}
		if l.slot[id] == 0 {
			l.touched = append(l.touched, id)
			l.slot[id] = int32(len(l.touched))
			if len(l.rows) < len(l.touched)*l.hidden {
				l.rows = append(l.rows, make([]float32, l.hidden)...)
			}
		}
		axpy(l.input[i], l.back, l.row(l.rows, int(l.slot[id]-1)))
	}
}

// update changes the weights by the gradients of the batch, after Kingma and Ba, "Adam", 2015. The embeddings of features
// that the batch does not have stay as they are, a row of embeddings has one running square for all of its weights, and
// follows the gradient of the batch rather than a running mean: most features are rare, so the mean would be of batches
// long past. That is several times faster, takes half the memory and is as accurate.
func (l *learner) update(step int, rate float32) {
	mean := rate / float32(1-math.Pow(decayMean, float64(step)))
	square := float32(1 / (1 - math.Pow(decaySquare, float64(step))))
	for at, id := range l.touched {
		gradient := l.row(l.rows, at)
		s := &l.squares[id]
		*s += (1 - decaySquare) * (dot(gradient, gradient)/float32(l.hidden) - *s)
		axpy(-rate/(float32(math.Sqrt(float64(*s*square)))+1e-8), gradient, l.row(l.embeddings, int(id)))
		l.slot[id] = 0
		clear(gradient)
	}
	l.touched = l.touched[:0]
	for _, p := range l.dense {
		p.update(mean, square)
	}
}

func (p *parameters) update(mean, square float32) {
	w := p.w
	gradient, means, squares := p.gradient[:len(w)], p.mean[:len(w)], p.square[:len(w)]
	for i, g := range gradient {
		m := means[i] + (1-decayMean)*(g-means[i])
		s := squares[i] + (1-decaySquare)*(g*g-squares[i])
		means[i], squares[i] = m, s
		w[i] -= mean * m / (float32(math.Sqrt(float64(s*square))) + 1e-8)
	}
	clear(gradient)
}
