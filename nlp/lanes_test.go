package nlp

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestAddBytes adds up as many rows as a lane has room for, most of them of nothing but the greatest number.
func TestAddBytes(t *testing.T) {
	const numbers = 16
	rnd := rand.New(rand.NewPCG(1, 2))
	table := make([]uint64, 3*numbers/8)
	for i := range numbers {
		for id := range int32(2) {
			setByte(row(table, id, numbers/8), i, float32(rnd.NormFloat64()*20))
		}
		setByte(row(table, 2, numbers/8), i, 1e9)
	}
	for _, n := range []int{0, 1, 4, 7, rowsOfByte} {
		ids := slices.Repeat([]int32{2}, n)
		for i := range min(n, 20) {
			ids[i] = rnd.Int32N(3)
		}
		sums, got, want := make([]uint64, numbers/4), make([]float32, numbers), make([]float32, numbers)
		addBytes(sums, table, ids)
		addLanes(got, sums, byteZero*n, 0.5)
		for i := range want {
			for _, id := range ids {
				want[i] += 0.5 * float32(byteOf(row(table, id, numbers/8), i))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d rows: %v, want %v", n, got, want)
		}
	}
}

// TestOutLayer gives a layer all that its lanes have room for, of weights as great as can be.
func TestOutLayer(t *testing.T) {
	const classes = 3
	for _, units := range []int{1, hiddenUnits * members} {
		for _, out := range []float32{0, 0.25, 1e6} {
			weights := slices.Concat(slices.Repeat([]float32{2}, units), slices.Repeat([]float32{-2}, units), make([]float32, units))
			o := newOutLayer(weights, units)
			if !slices.Equal(o.weights(units, classes), weights) {
				t.Fatal("weights on levels are other weights once they are rounded")
			}
			logits, sum := make([]float32, 4), 2*out*float32(units)
			o.add(new(room), logits, slices.Repeat([]float32{out}, units))
			for class, want := range []float32{sum, -sum, 0, 0} {
				if d := logits[class] - want; d > sum/4 || d < -sum/4 {
					t.Errorf("%d units put out %v: class %d has %v, want about %v", units, out, class, logits[class], want)
				}
			}
		}
	}
}
