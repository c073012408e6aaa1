package nlp

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// side is how many classes are solved side by side: as many as a processor has registers to add up margins in. The margins
// of an example in all of them take about as long as two by themselves.
const side = 8

// problem is what the classes have in common.
type problem struct {
	linearOptions
	xs    []sparse
	even  []float32 // by feature: what makes its twins count as if each had a weight of its own
	place []int32   // by feature: its row in the solver's weights, the commonest first, so that they share the nearest cache
	half  float32   // 1/2C
}

// sparse is an example: the rows of its features, and what each counts.
type sparse struct {
	entries []entry
	class   int32
	norm    float32 // its place on the diagonal of the dual problem: |x|² + 1 for the bias + 1/2C
}

// entry is one feature of an example. Both numbers lie together since they are needed together.
type entry struct {
	row   int32
	value float32
}

func newProblem(xs []sample, ys []int, o linearOptions) *problem {
	p := &problem{linearOptions: o, xs: make([]sparse, len(xs)), even: make([]float32, len(o.twins)), half: float32(0.5 / o.cost)}
	for id, n := range o.twins {
		p.even[id] = float32(1 / math.Sqrt(float64(n)))
	}
	p.place = byFrequency(xs, len(o.twins))
	parallel(len(xs), func(i int) {
		x := &xs[i]
		entries := make([]entry, len(x.ids))
		var square float32 // added up in order: dot's last digit depends on where in memory a vector lies
		for at, id := range x.ids {
			v := float32(x.counts[at]) * x.scale[at] * p.even[id]
			entries[at] = entry{p.place[id], v}
			square += v * v
		}
		p.xs[i] = sparse{entries, int32(ys[i]), 1 + square + p.half}
	})
	return p
}

// byFrequency returns the place of each feature if they are ordered by the number of examples that have them.
func byFrequency(xs []sample, features int) []int32 {
	counts, order, place := make([]int, features), make([]int32, features), make([]int32, features)
	for _, x := range xs {
		for _, id := range x.ids {
			counts[id]++
		}
	}
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(counts[b]-counts[a], int(a-b)) })
	for i, id := range order {
		place[id] = int32(i)
	}
	return place
}

// solver solves the problems of a block of classes: dual coordinate descent for the L2-regularised squared hinge loss with
// shrinking, after Hsieh, Chang, Lin, Keerthi and Sundararajan, "A dual coordinate descent method for large-scale linear
// SVM", ICML 2008.
type solver struct {
	*problem
	first, classes int             // of the block
	w              [][side]float32 // by row; the last is the bias
	alpha          [][side]float32 // by example: the dual variables
	bounds         [side]float32   // an example whose gradient is above it in each class rests
	room           []weight        // for those that are kept
}

func newSolver(p *problem) *solver {
	return &solver{problem: p, w: make([][side]float32, len(p.twins)+1), alpha: make([][side]float32, len(p.xs))}
}

// of makes it the solver of a block.
func (s *solver) of(block int) *solver {
	s.first, s.classes = block*side, min(side, s.problem.classes-block*side)
	return s
}

// margins returns w·x for each class.
func (s *solver) margins(x *sparse) [side]float32 {
	m := &s.w[len(s.w)-1]
	m0, m1, m2, m3, m4, m5, m6, m7 := m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7] // an array would not stay in registers
	for _, e := range x.entries {
		w, v := &s.w[e.row], e.value
		m0 += v * w[0]
		m1 += v * w[1]
		m2 += v * w[2]
		m3 += v * w[3]
		m4 += v * w[4]
		m5 += v * w[5]
		m6 += v * w[6]
		m7 += v * w[7]
	}
	return [side]float32{m0, m1, m2, m3, m4, m5, m6, m7}
}

// add adds steps·x to w. Most steps are 0.
func (s *solver) add(x *sparse, steps *[side]float32) {
	for c, step := range steps {
		if step == 0 {
			continue
		}
		s.w[len(s.w)-1][c] += step
		for _, e := range x.entries {
			s.w[e.row][c] += step * e.value
		}
	}
}

// solve finds the weights for a set of examples. It starts from the dual variables of another solution, nil for none, and
// then looks first at the examples that count for something in that.
func (s *solver) solve(set set, from [][side]float32, tolerance float32, rnd *rand.Rand) {
	all := slices.Clone(set)
	active := all[:s.start(all, from)]
	for range maxPasses {
		whole := len(active) == len(all)
		rnd.Shuffle(len(active), func(i, j int) { active[i], active[j] = active[j], active[i] })
		var gap float32
		if active, gap = s.pass(active); gap > tolerance {
			continue
		}
		if whole {
			break
		}
		active = all // look at all of them again
	}
}

// start sets what is known before the first pass. It returns how many of the examples to look at, which it puts first.
func (s *solver) start(all set, from [][side]float32) int {
	clear(s.w)
	clear(s.alpha)
	for c := range s.bounds {
		s.bounds[c] = float32(math.Inf(1))
	}
	if from == nil {
		return len(all)
	}
	n := 0
	for i, id := range all {
		if a := from[id]; a != [side]float32{} {
			s.alpha[id] = a
			x, steps := &s.xs[id], a
			for c := range steps {
				if c != int(x.class)-s.first {
					steps[c] = -a[c]
				}
			}
			s.add(x, &steps)
			all[i], all[n] = all[n], all[i]
			n++
		}
	}
	return n
}

// pass improves each active example's dual variables once. It returns the examples that stay active and how far the
// projected gradients of a class are apart at most.
func (s *solver) pass(active set) (rest set, gap float32) {
	var most, least [side]float32
	for c := range most {
		most[c], least[c] = float32(math.Inf(-1)), float32(math.Inf(1))
	}
	n := len(active)
	for i := 0; i < n; {
		id := active[i]
		x, alpha := &s.xs[id], &s.alpha[id]
		margins, own := s.margins(x), int(x.class)-s.first
		var steps [side]float32
		moves, rests := false, true
		for c := range s.classes {
			a, y := alpha[c], float32(-1)
			if c == own {
				y = 1
			}
			gradient := y*margins[c] - 1 + a*s.half
			if a == 0 && gradient >= 0 {
				most[c], least[c] = max(most[c], 0), min(least[c], 0)
				rests = rests && gradient > s.bounds[c]
				continue
			}
			most[c], least[c] = max(most[c], gradient), min(least[c], gradient)
			alpha[c] = max(a-gradient/x.norm, 0)
			steps[c] = (alpha[c] - a) * y
			moves, rests = true, false
		}
		if moves {
			s.add(x, &steps)
		}
		if rests {
			n--
			active[i], active[n] = active[n], active[i]
		} else {
			i++
		}
	}
	for c := range s.classes {
		gap = max(gap, most[c]-least[c])
		if s.bounds[c] = restful * most[c]; most[c] <= 0 {
			s.bounds[c] = float32(math.Inf(1))
		}
	}
	return active[:n], gap
}

// smallWeight is the size below which a weight is as good as none.
const smallWeight = 1e-3

// kept returns the weights that matter, in the order of the features, and sets the biases of the block's classes.
func (s *solver) kept(bias []float32) []weight {
	kept := s.room[:0]
	for i, even := range s.even {
		for c, v := range s.w[s.place[i]][:s.classes] {
			if v *= even; v > smallWeight || v < -smallWeight {
				kept = append(kept, weight{int32(i), uint16(s.first + c), v})
			}
		}
	}
	s.room = kept
	copy(bias[s.first:], s.w[len(s.w)-1][:s.classes])
	return slices.Clone(kept)
}
