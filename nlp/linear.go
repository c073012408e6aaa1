package nlp

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// The tolerance at which the linear model's training stops, and how often it looks at an example at most.
const (
	tolerance = 0.1
	maxPasses = 100
)

// linear scores every class of an utterance: one-vs-rest, each class with a weight for every feature. Weights of a
// feature lie together, and only those that matter are kept.
type linear struct {
	bias    []float32
	first   []int32 // of feature i: weights[first[i]:first[i+1]]
	class   []uint16
	weights []float32
	most    float32 // the greatest weight
}

// A weight is kept with the precision of a byte, which stands for the root of it: small ones matter together. weightOf
// returns the weight that a byte stands for.
func weightOf(code int8, most float32) float32 {
	root := float32(code) / math.MaxInt8
	if code < 0 {
		return -root * root * most
	}
	return root * root * most
}

func weightCode(weight, most float32) int8 {
	root := math.Sqrt(math.Abs(float64(weight)) / float64(most))
	return int8(math.Copysign(math.Round(root*math.MaxInt8), float64(weight)))
}

// linearOptions are the settings of a linear model's training.
type linearOptions struct {
	twins   []int32 // how many features have each number
	classes int
	cost    float64 // C: what a margin missed weighs against small weights
	seed    uint64
}

// trainLinear fits a model to examples with the classes ys. Each class is a problem by itself with a random order of its
// own, so that the result does not depend on the number of processors.
func trainLinear(xs []sample, ys []int, o linearOptions) *linear {
	columns := make([][]weight, o.classes)
	bias := make([]float32, o.classes)
	var next atomic.Int32
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), o.classes) {
		wg.Go(func() {
			s := newSolver(xs, ys, o)
			for c := int(next.Add(1)) - 1; c < o.classes; c = int(next.Add(1)) - 1 {
				columns[c], bias[c] = s.solve(c, rand.New(rand.NewPCG(o.seed, uint64(c))))
			}
		})
	}
	wg.Wait()
	return transpose(columns, bias, len(o.twins))
}

// weight is that of one feature in one class.
type weight struct {
	feature int32
	value   float32
}

// transpose brings the weights of a feature together.
func transpose(columns [][]weight, bias []float32, features int) *linear {
	m := &linear{bias: bias, first: make([]int32, features+1)}
	total := 0
	for _, column := range columns {
		total += len(column)
		for _, w := range column {
			m.most = max(m.most, w.value, -w.value)
			m.first[w.feature+1]++
		}
	}
	for i := range features {
		m.first[i+1] += m.first[i]
	}
	m.class, m.weights = make([]uint16, total), make([]float32, total)
	at := slices.Clone(m.first)
	for c, column := range columns {
		for _, w := range column {
			i := at[w.feature]
			m.class[i], m.weights[i] = uint16(c), weightOf(weightCode(w.value, m.most), m.most)
			at[w.feature]++
		}
	}
	return m
}

// score returns the margin of each class: about 1 for its examples and -1 for others.
func (m *linear) score(x vector) []float32 {
	scores := slices.Clone(m.bias)
	for b, ids := range x.ids {
		scale := x.scale[b]
		for _, id := range ids {
			from, to := m.first[id], m.first[id+1]
			classes := m.class[from:to]
			weights := m.weights[from:to][:len(classes)]
			for i, c := range classes {
				scores[c] += scale * weights[i]
			}
		}
	}
	return scores
}

func (m *linear) encode(e *encoder) {
	encodeList(e, m.bias, (*encoder).float32)
	e.float32(m.most)
	for i, from := range m.first[1:] {
		from, to := m.first[i], from
		e.uint(uint64(to - from))
		before := 0
		for j := from; j < to; j++ {
			e.uint(uint64(int(m.class[j]) - before))
			before = int(m.class[j])
			e.buf = append(e.buf, byte(weightCode(m.weights[j], m.most)))
		}
	}
}

// decodeLinear reads the model of so many features and classes.
func decodeLinear(d *decoder, features, classes int) *linear {
	m := &linear{bias: decodeList(d, 4, (*decoder).finite), most: d.finite(), first: make([]int32, 1, features+1)}
	if len(m.bias) != classes || m.most < 0 {
		d.fail()
	}
	for range features {
		class := 0
		for range d.length(2) {
			class += int(min(d.uint(), math.MaxUint16))
			code := d.take(1)
			if class >= classes || code == nil {
				d.fail()
				break
			}
			m.class, m.weights = append(m.class, uint16(class)), append(m.weights, weightOf(int8(code[0]), m.most))
		}
		m.first = append(m.first, int32(len(m.weights)))
	}
	m.class, m.weights = slices.Clip(m.class), slices.Clip(m.weights)
	return m
}

// finite reads a number that is one.
func (d *decoder) finite() float32 {
	v := d.float32()
	if v != v || v > math.MaxFloat32 || v < -math.MaxFloat32 {
		d.fail()
		return 0
	}
	return v
}

// solver solves the problem of one class after another: dual coordinate descent for the L2-regularised squared hinge loss
// with shrinking, after Hsieh, Chang, Lin, Keerthi and Sundararajan, "A dual coordinate descent method for large-scale
// linear SVM", ICML 2008.
type solver struct {
	xs     []sparse
	ys     []int
	even   []float32 // by feature: what makes its twins count as if each had a weight of its own
	half   float64   // 1/2C
	norms  []float64 // the diagonal of the dual problem: |x|² + 1 for the bias + 1/2C
	w      []float32 // the last is the bias
	alpha  []float64
	active []int32
}

// sparse is a vector of the features with the given numbers.
type sparse struct {
	ids    []int32
	values []float32
}

func newSolver(xs []sample, ys []int, o linearOptions) *solver {
	s := &solver{xs: make([]sparse, len(xs)), ys: ys, even: make([]float32, len(o.twins)), half: 0.5 / o.cost, norms: make([]float64, len(xs)),
		w: make([]float32, len(o.twins)+1), alpha: make([]float64, len(xs)), active: make([]int32, len(xs))}
	for id, n := range o.twins {
		s.even[id] = float32(1 / math.Sqrt(float64(n)))
	}
	for i, x := range xs {
		s.norms[i] = 1 + s.half
		values := make([]float32, len(x.ids))
		for at, id := range x.ids {
			values[at] = float32(x.counts[at]) * x.scale[at] * s.even[id]
			s.norms[i] += float64(values[at]) * float64(values[at])
		}
		s.xs[i] = sparse{x.ids, values}
	}
	return s
}

// dot returns w·x.
func (s *solver) dot(x *sparse) float64 {
	w, ids := s.w, x.ids
	values := x.values[:len(ids)]
	var a, b, c, d float32 // four sums, so that an addition need not wait for the one before it
	for len(ids) >= 4 && len(values) >= 4 {
		a += values[0] * w[ids[0]]
		b += values[1] * w[ids[1]]
		c += values[2] * w[ids[2]]
		d += values[3] * w[ids[3]]
		ids, values = ids[4:], values[4:]
	}
	for i, id := range ids {
		a += values[i] * w[id]
	}
	return float64(w[len(w)-1] + (a + b) + (c + d))
}

// add adds step·x to w.
func (s *solver) add(x *sparse, step float64) {
	s.w[len(s.w)-1] += float32(step)
	values := x.values[:len(x.ids)]
	for i, id := range x.ids {
		s.w[id] += float32(step) * values[i]
	}
}

// solve returns the weights of a class and its bias.
func (s *solver) solve(class int, rnd *rand.Rand) ([]weight, float32) {
	clear(s.w)
	clear(s.alpha)
	for i := range s.active {
		s.active[i] = int32(i)
	}
	active := s.active
	bound := math.Inf(1) // an example whose gradient is above it rests
	for range maxPasses {
		rnd.Shuffle(len(active), func(i, j int) { active[i], active[j] = active[j], active[i] })
		var most, least float64
		active, most, least = s.pass(class, active, bound)
		if most-least > tolerance {
			if bound = most; bound <= 0 {
				bound = math.Inf(1)
			}
			continue
		}
		if len(active) == len(s.active) {
			break
		}
		active, bound = s.active, math.Inf(1) // look at all of them again
	}
	return s.kept()
}

// pass improves each active example's dual variable once. It returns the examples that stay active and the extremes of
// the projected gradient.
func (s *solver) pass(class int, active []int32, bound float64) (rest []int32, most, least float64) {
	most, least = math.Inf(-1), math.Inf(1)
	n := len(active)
	for i := 0; i < n; i++ {
		id := active[i]
		y := -1.0
		if s.ys[id] == class {
			y = 1
		}
		x, a := &s.xs[id], s.alpha[id]
		gradient := y*s.dot(x) - 1 + a*s.half
		if a == 0 {
			if gradient > bound {
				n--
				active[i], active[n] = active[n], active[i]
				i--
				continue
			}
			if gradient >= 0 {
				most, least = max(most, 0), min(least, 0)
				continue
			}
		}
		most, least = max(most, gradient), min(least, gradient)
		if math.Abs(gradient) < 1e-12 {
			continue
		}
		s.alpha[id] = max(a-gradient/s.norms[id], 0)
		s.add(x, (s.alpha[id]-a)*y)
	}
	return active[:n], most, least
}

// smallWeight is the size below which a weight is as good as none.
const smallWeight = 1e-3

// kept returns the weights that matter and the bias.
func (s *solver) kept() ([]weight, float32) {
	var kept []weight
	last := len(s.w) - 1
	for i, v := range s.w[:last] {
		if v *= s.even[i]; v > smallWeight || v < -smallWeight {
			kept = append(kept, weight{int32(i), v})
		}
	}
	return kept, s.w[last]
}
