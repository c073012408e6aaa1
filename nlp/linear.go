package nlp

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// When the linear model's training stops: at a tolerance, a looser one where the model only serves to calibrate, and after
// so many passes over the examples at the latest.
const (
	tolerance      = 0.3
	looseTolerance = 1
	maxPasses      = 100
)

// restful is the share of the greatest gradient in a pass above which an example that counts for nothing rests from then on.
// A low one saves passes over examples that will not matter; those that do all the same are found when all are looked at again.
const restful = 0.1

// linear scores every class of an utterance: one-vs-rest, each class with a weight for every feature. Weights of a
// feature lie together, and only those that matter are kept.
type linear struct {
	bias   []float32
	first  []int32 // of feature i: cells[first[i]:first[i+1]]
	cells  []cell
	most   float32      // the greatest weight
	values [256]float32 // the weight that each byte stands for

	// The first features have a whole row besides, of lanes: weights in steps of most/rowZero, above rowZero.
	rows int32
	wide []uint64
}

// A whole row pays where there are so many classes, for a feature with cells for one in so many of them.
const (
	manyScored = 64
	wideShare  = 12
)

// A lane has room for the sum of mostRows numbers of twice rowZero.
const (
	rowZero  = 511
	mostRows = laneMost / (2 * rowZero)
)

// order returns the features, those with the most cells first. They are by and large the commonest.
func (m *linear) order() []int32 {
	order := make([]int32, len(m.first)-1)
	for id := range order {
		order[id] = int32(id)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(len(m.of(b))-len(m.of(a)), int(a-b)) })
	return order
}

// of returns the cells of a feature.
func (m *linear) of(id int32) []cell { return m.cells[m.first[id]:m.first[id+1]] }

// arrange puts the features in an order of theirs, and makes the rows of the first.
func (m *linear) arrange(order []int32) {
	first, cells := make([]int32, 1, len(m.first)), make([]cell, 0, len(m.cells))
	for _, id := range order {
		cells = append(cells, m.of(id)...)
		first = append(first, int32(len(cells)))
	}
	m.first, m.cells = first, cells
	if len(m.bias) < manyScored {
		return
	}
	for int(m.rows) < len(order) && len(m.of(m.rows)) >= len(m.bias)/wideShare {
		m.rows++
	}
	m.wide = slices.Repeat([]uint64{rowZero * everyLane}, int(m.rows)*m.words())
	levels := weightValues(rowZero)
	for id := range m.rows {
		words := row(m.wide, id, m.words())
		for _, c := range m.of(id) {
			addToLane(words, c.class(), levels[byte(c)])
		}
	}
}

// words is how long a whole row is.
func (m *linear) words() int { return laneWords(len(m.bias)) }

// cell is the weight of a feature in a class: the class, and in the lowest byte the weight. The byte stands for the root of
// it: small ones matter together.
type cell uint32

func newCell(class uint16, code byte) cell { return cell(class)<<8 | cell(code) }

func (c cell) class() int { return int(c >> 8) }

func weightCode(weight, most float32) byte {
	root := math.Sqrt(math.Abs(float64(weight)) / float64(most))
	return byte(int8(math.Copysign(math.Round(root*math.MaxInt8), float64(weight))))
}

// weightValues returns the weight that each byte stands for.
func weightValues(most float32) (values [256]float32) {
	for i := range values {
		root := float32(int8(i)) / math.MaxInt8
		values[i] = float32(math.Abs(float64(root))) * root * most
	}
	return values
}

// linearOptions are the settings of a linear model's training.
type linearOptions struct {
	twins   []int32 // how many features have each number
	classes int
	cost    float64 // C: what a margin missed weighs against small weights
	seed    uint64
}

// trainLinear fits a model to each set of the examples, whose classes are ys. The first set has all that the others have:
// they start from where it ended, which takes them a fraction of its time. The classes are problems by themselves, solved in
// blocks that have an order of examples in common, so that the result does not depend on the number of processors.
func trainLinear(xs []sample, ys []int, sets []set, o linearOptions) []*linear {
	p := newProblem(xs, ys, o)
	columns, bias := make([][][]weight, len(sets)), make([][]float32, len(sets))
	n := (o.classes + side - 1) / side
	for i := range sets {
		columns[i], bias[i] = make([][]weight, n), make([]float32, o.classes)
	}
	firsts := make([]chan solution, n)
	for block := range firsts {
		firsts[block] = make(chan solution, 1)
	}
	solvers := sync.Pool{New: func() any { return newSolver(p) }}
	parallel(2*n, func(i int) { // the other sets come last: they are short, so that no processor waits for another for long
		block := i % n
		s := solvers.Get().(*solver).of(block)
		defer solvers.Put(s)
		if i < n {
			rnd := rand.New(rand.NewPCG(o.seed, uint64(block)))
			s.solve(sets[0], nil, tolerance, rnd)
			columns[0][block] = s.kept(bias[0])
			firsts[block] <- solution{slices.Clone(s.alpha), rnd}
			return
		}
		first := <-firsts[block]
		for i, set := range sets[1:] {
			s.solve(set, first.alpha, looseTolerance, first.rnd)
			columns[1+i][block] = s.kept(bias[1+i])
		}
	})
	models := make([]*linear, len(sets))
	parallel(len(models), func(i int) { models[i] = gather(columns[i], bias[i], len(o.twins)) })
	return models
}

// solution is what the other sets start from: the dual variables of the first, and the random numbers behind those it took.
type solution struct {
	alpha [][side]float32
	rnd   *rand.Rand
}

// weight is that of one feature in one class.
type weight struct {
	feature int32
	class   uint16
	value   float32
}

// gather makes a model of the weights of blocks of classes, each in the order of the features.
func gather(columns [][]weight, bias []float32, features int) *linear {
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
	m.cells, m.values = make([]cell, total), weightValues(m.most)
	at := slices.Clone(m.first)
	for _, column := range columns {
		for _, w := range column {
			m.cells[at[w.feature]] = newCell(w.class, weightCode(w.value, m.most))
			at[w.feature]++
		}
	}
	return m
}

// score returns the margin of each class: about 1 for its examples and -1 for others.
func (m *linear) score(x vector) []float32 { return m.scoreIn(new(room), x) }

// scoreIn is score in a room: its next use overwrites what it returned.
func (m *linear) scoreIn(r *room, x vector) []float32 {
	scores := sized(&r.margins, 4*m.words())
	r.margins = scores
	clear(scores[copy(scores, m.bias):])
	for b, ids := range x.ids {
		scale := x.scale[b]
		common := r.common[:0]
		for _, id := range ids {
			if id < m.rows {
				common = append(common, id)
				continue
			}
			for _, c := range m.of(id) {
				scores[c.class()] += scale * m.values[byte(c)]
			}
		}
		r.common = common
		m.addCommon(r, common, scale)
	}
	return scores[:len(m.bias)]
}

// addCommon adds scale times the weights of features that have a row to the margins in the room.
func (m *linear) addCommon(r *room, ids []int32, scale float32) {
	sums := sized(&r.lanes, m.words())
	for len(ids) > 0 {
		n := min(len(ids), mostRows)
		clear(sums)
		addRows(sums, m.wide, ids[:n])
		addLanes(r.margins, sums, rowZero*n, scale*m.most/rowZero)
		ids = ids[n:]
	}
}

// encode writes the model with its features in an order.
func (m *linear) encode(e *encoder, order []int32) {
	encodeList(e, m.bias, (*encoder).float32)
	e.float32(m.most)
	for _, id := range order {
		cells := m.of(id)
		e.uint(uint64(len(cells)))
		before := 0
		for _, c := range cells {
			e.uint(uint64(c.class() - before))
			before = c.class()
			e.buf = append(e.buf, byte(c))
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
			m.cells = append(m.cells, newCell(uint16(class), code[0]))
		}
		m.first = append(m.first, int32(len(m.cells)))
	}
	m.values = weightValues(m.most)
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
