package nlp

// keyTable numbers keys of 32 bits, which are enough to tell some hundred thousand features apart: an open-addressed table.
type keyTable struct {
	keys []uint32 // 0 is free; a power of two of them
	ids  []int32
	size int
}

// newKeyTable numbers the keys in their order. Keys are not repeated and none is 0.
func newKeyTable(keys []uint32) *keyTable {
	n := 8
	for n < 2*len(keys) {
		n *= 2
	}
	t := &keyTable{keys: make([]uint32, n), ids: make([]int32, n), size: len(keys)}
	for id, k := range keys {
		i := k & uint32(n-1)
		for t.keys[i] != 0 {
			i = (i + 1) & uint32(n-1)
		}
		t.keys[i], t.ids[i] = k, int32(id)
	}
	return t
}

// id returns the number of a key, or -1.
func (t *keyTable) id(key uint32) int32 {
	mask := uint32(len(t.keys) - 1)
	for i := key & mask; t.keys[i] != 0; i = (i + 1) & mask {
		if t.keys[i] == key {
			return t.ids[i]
		}
	}
	return -1
}

// ordered returns the keys by their numbers.
func (t *keyTable) ordered() []uint32 {
	keys := make([]uint32, t.size)
	for i, k := range t.keys {
		if k != 0 {
			keys[t.ids[i]] = k
		}
	}
	return keys
}
