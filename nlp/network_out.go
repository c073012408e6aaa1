package nlp

import "slices"

// outLayer is the last layer of a network, from what its hidden units put out to the logits of classes.
//
// Weights are rounded to 33 levels, and what a unit puts out, which is never below 0, to 16. A logit is a sum of products of
// levels then, and no product has to be computed: the rows of the units that are at least so high, added up for each height.
type outLayer struct {
	step float32  // between two levels of a weight
	rows []uint64 // of lanes, for each unit: the levels of its weights
}

const (
	outZero    = 16                       // of weights; a power of two, so that rounding once more changes nothing
	outHeights = 16                       // of units
	outMost    = laneMost / (2 * outZero) // the heights of all units together, for which a lane has room
)

// newOutLayer makes a layer of weights, a row for each class.
func newOutLayer(weights []float32, units int) outLayer {
	var top float32
	for _, w := range weights {
		top = max(top, w, -w)
	}
	words := laneWords(len(weights) / units)
	o := outLayer{step: top / outZero, rows: slices.Repeat([]uint64{outZero * everyLane}, units*words)}
	for i, w := range weights {
		if w != 0 {
			addToLane(row(o.rows, int32(i%units), words), i/units, w/o.step)
		}
	}
	return o
}

// weights returns the weights as newOutLayer takes them.
func (o outLayer) weights(units, classes int) []float32 {
	words := laneWords(classes)
	weights, column := make([]float32, classes*units), make([]float32, 4*words)
	for unit := range units {
		clear(column)
		addLanes(column, row(o.rows, int32(unit), words), outZero, o.step)
		for class, w := range column[:classes] {
			weights[class*units+unit] = w
		}
	}
	return weights
}

// add adds what units put out to logits, of which there are whole words of lanes.
func (o outLayer) add(r *room, logits, units []float32) {
	step := heightStep(units)
	if step == 0 {
		return
	}
	r.sortByHeight(units, step)
	words := len(logits) / 4
	lanes := sized(&r.lanes, 2*words)
	clear(lanes)
	high, sums := lanes[:words], lanes[words:]
	all := 0
	for height := outHeights - 1; height > 0; height-- {
		addRows(high, o.rows, r.heights[height])
		for i, w := range high {
			sums[i] += w
		}
		all += height * len(r.heights[height])
	}
	addLanes(logits, sums, outZero*all, step*o.step)
}

// heightStep returns the step between two heights of units, the smallest with which neither one unit nor all together are too
// high. Rounding adds half a step to each at most.
func heightStep(units []float32) float32 {
	var top, all float32
	for _, v := range units {
		if v > 0 {
			all += v
		}
		if v > top {
			top = v
		}
	}
	return max(top/(outHeights-1), all/float32(outMost-len(units)/2))
}

// sortByHeight puts the units above 0 where r.heights has those of their height.
func (r *room) sortByHeight(units []float32, step float32) {
	for height := range r.heights {
		r.heights[height] = r.heights[height][:0]
	}
	for unit, v := range units {
		if v > 0 {
			height := min(max(int(v/step+0.5), 0), outHeights-1) // a damaged model may have units that are infinite
			r.heights[height] = append(r.heights[height], int32(unit))
		}
	}
}
