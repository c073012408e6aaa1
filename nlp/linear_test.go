package nlp

import (
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
)

// manyClasses returns examples of so many classes, each with two features that say which of them it is, of three that the
// class has, and some that say nothing.
func manyClasses(classes, each int) (xs []sample, ys []int, o linearOptions) {
	rnd := rand.New(rand.NewPCG(5, 6))
	const noise = 50
	o = linearOptions{twins: slices.Repeat([]int32{1}, 3*classes+noise), classes: classes, cost: 1}
	for i := range classes * each {
		class := i % classes
		telling := rnd.Perm(3)[:2]
		ids := []int32{int32(3*class + min(telling[0], telling[1])), int32(3*class + max(telling[0], telling[1]))}
		for range 4 {
			if id := int32(3*classes + int(noise*rnd.Float64()*rnd.Float64()*rnd.Float64())); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		xs = append(xs, sample{ids: ids, counts: slices.Repeat([]uint8{1}, len(ids)), scale: slices.Repeat([]float32{0.4}, len(ids))})
		ys = append(ys, class)
	}
	return xs, ys, o
}

// TestLinearRows checks that features that have a whole row, and others, count what their weights say, and that a file says
// all of it.
func TestLinearRows(t *testing.T) {
	xs, ys, o := manyClasses(manyScored+3, 20)
	all := make(set, len(xs))
	for i := range all {
		all[i] = int32(i)
	}
	m := trainLinear(xs, ys, []set{all}, o)[0]
	weights := slices.Clone(m.cells)
	m.arrange(m.order())
	slices.Sort(weights)
	if cells := slices.Sorted(slices.Values(m.cells)); !slices.Equal(cells, weights) {
		t.Error("the order of features changes weights")
	}
	for id := range int32(len(o.twins)) {
		scores := m.score(vector{ids: [blocks][]int32{{id}}, scale: [blocks]float32{2}})
		for class, score := range scores {
			if want := m.bias[class] + 2*m.weight(id, class); math.Abs(float64(score-want)) > float64(m.most/rowZero) {
				t.Fatalf("feature %d scores %v in class %d, want %v", id, score, class, want)
			}
		}
	}
	if m.rows == 0 || int(m.rows) == len(o.twins) {
		t.Errorf("%d of %d features have a row: the test does not tell", m.rows, len(o.twins))
	}
	var e encoder
	m.encode(&e, m.order())
	d := decoder{buf: e.buf}
	read := decodeLinear(&d, len(o.twins), o.classes)
	if d.err != nil {
		t.Fatal(d.err)
	}
	if read.arrange(read.order()); !reflect.DeepEqual(read, m) {
		t.Error("what was read is not what was written")
	}
}

// TestTrainLinear trains the classes of several blocks on all examples and on some of them, checks that either model tells
// those apart that it was not trained on, and that the number of processors makes no difference.
func TestTrainLinear(t *testing.T) {
	const classes, each = 3*side - 5, 20
	xs, ys, o := manyClasses(classes, each)
	var all, some set
	for i := range xs {
		switch {
		case i < classes*each/2:
			some = append(some, int32(i))
			all = append(all, int32(i))
		case i < classes*each*3/4:
			all = append(all, int32(i))
		}
	}
	models := trainLinear(xs, ys, []set{all, some}, o)
	for i, m := range models {
		right := 0
		rest := xs[classes*each*3/4:]
		for at, x := range rest {
			v := vector{ids: [blocks][]int32{x.ids}, scale: [blocks]float32{0.4}}
			if argmax(m.score(v)) == ys[classes*each*3/4+at] {
				right++
			}
		}
		if right < len(rest)*98/100 {
			t.Errorf("set %d: %d of %d right", i, right, len(rest))
		}
	}
	for _, procs := range []int{1, 2, 3} {
		before := runtime.GOMAXPROCS(procs)
		again := trainLinear(xs, ys, []set{all, some}, o)
		runtime.GOMAXPROCS(before)
		if !reflect.DeepEqual(again, models) {
			t.Errorf("on %d processors the models are others", procs)
		}
	}
	held := func(m *linear) (least float32) { // the least margin of an example that some lacks in its own class
		least = 9
		for _, i := range all[len(some):] {
			v := vector{ids: [blocks][]int32{xs[i].ids}, scale: [blocks]float32{0.4}}
			least = min(least, m.score(v)[ys[i]])
		}
		return least
	}
	if whole, part := held(models[0]), held(models[1]); part >= whole {
		t.Errorf("margins of examples that the second set lacks: %v, and %v by the first: it knows them all the same", part, whole)
	}
}
