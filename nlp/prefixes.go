package nlp

import (
	"iter"
	"slices"
	"strings"
)

// prefixes holds names in alphabetical order, in blocks, so that adding one moves few others.
type prefixes struct {
	blocks [][]suffix
}

// suffix is what a name is found by: all of it, or its end from where its unique part begins.
type suffix struct {
	id  int32
	key string
}

const blockSize = 512

// add adds a name under its beginning and, if it ends in a UUID ("pvc-689b…"), under the UUID's.
func (p *prefixes) add(name string, id int32) {
	p.insert(suffix{id, name})
	if at := uuidAt(name); at > 0 {
		p.insert(suffix{id, name[at:]})
	}
}

func (p *prefixes) remove(name string, id int32) {
	p.delete(suffix{id, name})
	if at := uuidAt(name); at > 0 {
		p.delete(suffix{id, name[at:]})
	}
}

func compareSuffix(a, b suffix) int {
	if c := strings.Compare(a.key, b.key); c != 0 {
		return c
	}
	return int(a.id) - int(b.id)
}

// find returns the block where s is or belongs, and its place in it.
func (p *prefixes) find(s suffix) (block, at int) {
	block, found := slices.BinarySearchFunc(p.blocks, s, func(b []suffix, s suffix) int { return compareSuffix(b[0], s) })
	if !found && block > 0 {
		block--
	}
	if block < len(p.blocks) {
		at, _ = slices.BinarySearchFunc(p.blocks[block], s, compareSuffix)
	}
	return block, at
}

func (p *prefixes) insert(s suffix) {
	if len(p.blocks) == 0 {
		p.blocks = append(p.blocks, append(make([]suffix, 0, blockSize), s))
		return
	}
	i, at := p.find(s)
	b := slices.Insert(p.blocks[i], at, s)
	p.blocks[i] = b
	if len(b) >= blockSize {
		half := slices.Clone(b[blockSize/2:])
		p.blocks[i] = slices.Delete(b, blockSize/2, len(b))
		p.blocks = slices.Insert(p.blocks, i+1, half)
	}
}

func (p *prefixes) delete(s suffix) {
	i, at := p.find(s)
	if i >= len(p.blocks) || at >= len(p.blocks[i]) || p.blocks[i][at] != s {
		return
	}
	if p.blocks[i] = slices.Delete(p.blocks[i], at, at+1); len(p.blocks[i]) == 0 {
		p.blocks = slices.Delete(p.blocks, i, i+1)
	}
}

// from returns the names that begin with ref, in order.
func (p *prefixes) from(ref string) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		i, at := p.find(suffix{-1, ref})
		for ; i < len(p.blocks); i, at = i+1, 0 {
			for _, s := range p.blocks[i][at:] {
				if !strings.HasPrefix(s.key, ref) || !yield(s.id) {
					return
				}
			}
		}
	}
}

// around returns the names that stand near ref, at most eight before and eight behind.
func (p *prefixes) around(ref string) []int32 {
	var ids []int32
	block, at := p.find(suffix{-1, ref})
	for i, j, n := block, at-1, 8; n > 0; j, n = j-1, n-1 {
		for j < 0 && i > 0 {
			i--
			j = len(p.blocks[i]) - 1
		}
		if j < 0 {
			break
		}
		ids = append(ids, p.blocks[i][j].id)
	}
	for i, j, n := block, at, 8; n > 0; j, n = j+1, n-1 {
		for i < len(p.blocks) && j >= len(p.blocks[i]) {
			i, j = i+1, 0
		}
		if i >= len(p.blocks) {
			break
		}
		ids = append(ids, p.blocks[i][j].id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// uuidAt returns where a UUID begins that ends a name ("pvc-689b2a1e-…"), or -1.
func uuidAt(name string) int {
	at := len(name) - 36
	if at < 0 || at > 0 && name[at-1] != '-' {
		return -1
	}
	for i, c := range []byte(name[at:]) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !isDigit(c) && (c < 'a' || c > 'f') {
			return -1
		}
	}
	return at
}
