package nlp

// room is what the classification of an utterance works in. It is used again for others, so that an answer leaves little to
// the garbage collector.
type room struct {
	words   []word
	values  []string
	hashes  []uint64
	seen    []uint16
	ids     []int32
	common  []int32
	margins []float32
	meaning []float32
	hidden  []float32
	lanes   []uint64
	heights [outHeights][]int32 // units by what they put out
	logits  []float32
	p       []float64
	keys    []uint64
	dealt   []uint64
	ranked  []uint16
}

// room returns a room, which goes back to m.rooms after use.
func (m *Model) room() *room {
	if r, ok := m.rooms.Get().(*room); ok {
		return r
	}
	return new(room)
}

// sized returns a slice of n elements in the memory of s, which grows to that size. What they hold is left open.
func sized[T any](s *[]T, n int) []T {
	if cap(*s) < n {
		*s = make([]T, n)
	}
	return (*s)[:n]
}
