package kv

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
)

// bbolt trusts its file: a page that leads back to one above it would keep it busy until memory is gone. So the file is read
// through before bbolt follows a single page, by this reader of its format (version 2): two meta pages, then a tree of branch
// and leaf pages for each bucket, and the list of free pages. Integers have the byte order of the machine.

// The sizes of a page's head, of an element of a branch or leaf, and of a bucket's head; and the flags of pages and elements.
const (
	headSize    = 16 // id 8, flags 2, count 2, overflow 4
	elementSize = 16 // branch: position 4, key size 4, page 8; leaf: flags 4, position 4, key size 4, value size 4
	bucketSize  = 16 // root page 8, sequence 8

	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10

	bucketElement = 0x01
	noFreelist    = ^uint64(0)
	manyFree      = 0xFFFF // the count of a freelist that has its real count in its first element
)

// verifier holds what was read of a file so far.
type verifier struct {
	file     io.ReaderAt
	pageSize uint64
	seen     []bool // by page
	last     []byte // the last key of the bucket being read
}

// verify reads through a bbolt file of which size bytes are in use, and fails with ErrDamaged unless every page is there,
// in one place, and well-formed, and every bucket's keys are in order.
func verify(file io.ReaderAt, pageSize int, size int64) error {
	v := &verifier{file: file, pageSize: uint64(pageSize), seen: make([]bool, size/int64(pageSize))}
	root, freelist, err := v.meta()
	if err != nil {
		return err
	}
	v.seen[0], v.seen[1] = true, true
	if err := v.tree(root, nil); err != nil {
		return err
	}
	if freelist == noFreelist {
		return nil
	}
	return v.freelist(freelist)
}

func damaged(page uint64, what string) error {
	return fmt.Errorf("%w: page %d: %s", ErrDamaged, page, what)
}

// meta returns the first page of the root bucket and that of the freelist, from the newer of the two valid meta pages.
func (v *verifier) meta() (root, freelist uint64, err error) {
	var newest uint64
	found := false
	for page := range uint64(2) {
		meta := make([]byte, 64)
		if _, err := v.file.ReadAt(meta, int64(page*v.pageSize+headSize)); err != nil {
			return 0, 0, damaged(page, err.Error())
		}
		sum := fnv.New64a()
		_, _ = sum.Write(meta[:56])
		txid := binary.NativeEndian.Uint64(meta[48:])
		if sum.Sum64() != binary.NativeEndian.Uint64(meta[56:]) || found && txid < newest {
			continue
		}
		found, newest = true, txid
		root, freelist = binary.NativeEndian.Uint64(meta[16:]), binary.NativeEndian.Uint64(meta[32:])
	}
	if !found || len(v.seen) < 3 {
		return 0, 0, damaged(0, "no valid meta page")
	}
	return root, freelist, nil
}

// page is one page with those that it overflows into.
type page struct {
	id    uint64
	flags uint16
	count int
	data  []byte // all of it, head and overflow too
}

// page reads a page that nothing else has led to.
func (v *verifier) page(id uint64) (page, error) {
	head := make([]byte, headSize)
	if id >= uint64(len(v.seen)) {
		return page{}, damaged(id, "it is not in the file")
	}
	if _, err := v.file.ReadAt(head, int64(id*v.pageSize)); err != nil {
		return page{}, damaged(id, err.Error())
	}
	length := 1 + uint64(binary.NativeEndian.Uint32(head[12:]))
	if binary.NativeEndian.Uint64(head) != id || length > uint64(len(v.seen))-id {
		return page{}, damaged(id, "its head is wrong")
	}
	for i := id; i < id+length; i++ {
		if v.seen[i] {
			return page{}, damaged(i, "it is in two places")
		}
		v.seen[i] = true
	}
	data := make([]byte, length*v.pageSize)
	if _, err := v.file.ReadAt(data, int64(id*v.pageSize)); err != nil {
		return page{}, damaged(id, err.Error())
	}
	return page{id, binary.NativeEndian.Uint16(head[8:]), int(binary.NativeEndian.Uint16(head[10:])), data}, nil
}

// tree reads a page and those below it, whose keys are at least from.
func (v *verifier) tree(id uint64, from []byte) error {
	p, err := v.page(id)
	switch {
	case err != nil:
		return err
	case headSize+p.count*elementSize > len(p.data):
		return damaged(id, "its count is wrong")
	case p.flags == leafPage:
		return v.leaf(p, from)
	case p.flags == branchPage && p.count > 0:
		return v.branch(p, from)
	}
	return damaged(id, "it is no branch or leaf")
}

func (v *verifier) branch(p page, from []byte) error {
	for i := range p.count {
		element := p.data[headSize+i*elementSize:]
		key, ok := within(element, 0, binary.NativeEndian.Uint32(element), binary.NativeEndian.Uint32(element[4:]))
		if !ok || bytes.Compare(key, from) < 0 || v.last != nil && bytes.Compare(key, v.last) <= 0 {
			return damaged(p.id, "its keys are wrong")
		}
		if err := v.tree(binary.NativeEndian.Uint64(element[8:]), key); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) leaf(p page, from []byte) error {
	for i := range p.count {
		element := p.data[headSize+i*elementSize:]
		at, keySize := binary.NativeEndian.Uint32(element[4:]), binary.NativeEndian.Uint32(element[8:])
		key, ok := within(element, 0, at, keySize)
		value, okToo := within(element, keySize, at, binary.NativeEndian.Uint32(element[12:]))
		if !ok || !okToo || bytes.Compare(key, from) < 0 || v.last != nil && bytes.Compare(key, v.last) <= 0 {
			return damaged(p.id, "its keys are wrong")
		}
		v.last = key
		switch binary.NativeEndian.Uint32(element) {
		case 0:
		case bucketElement:
			if err := v.bucket(p.id, value); err != nil {
				return err
			}
			v.last = key
		default:
			return damaged(p.id, "its flags are wrong")
		}
	}
	return nil
}

// within returns the bytes at a position behind an element, and whether its page has them.
func within(element []byte, skip, position, size uint32) ([]byte, bool) {
	start := uint64(skip) + uint64(position)
	end := start + uint64(size)
	if start < elementSize || end > uint64(len(element)) {
		return nil, false
	}
	return element[start:end], true
}

// bucket reads a bucket within a leaf: its tree, or, where it is small, its only page, which then stands in the value.
func (v *verifier) bucket(id uint64, value []byte) error {
	v.last = nil
	if len(value) < bucketSize {
		return damaged(id, "a bucket is too short")
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return v.tree(root, nil)
	}
	inline := value[bucketSize:]
	if len(inline) < headSize {
		return damaged(id, "a bucket is too short")
	}
	p := page{id, binary.NativeEndian.Uint16(inline[8:]), int(binary.NativeEndian.Uint16(inline[10:])), inline}
	if p.flags != leafPage || headSize+p.count*elementSize > len(inline) {
		return damaged(id, "a bucket is no leaf")
	}
	return v.leaf(p, nil)
}

// freelist reads the list of free pages: each is in the file, and free only once.
func (v *verifier) freelist(id uint64) error {
	p, err := v.page(id)
	if err != nil {
		return err
	}
	ids, count := p.data[headSize:], uint64(p.count)
	if p.count == manyFree {
		count, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if p.flags != freelistPage || count > uint64(len(ids))/8 {
		return damaged(id, "it is no list of free pages")
	}
	for i := range count {
		free := binary.NativeEndian.Uint64(ids[i*8:])
		if free >= uint64(len(v.seen)) || v.seen[free] {
			return damaged(id, "a page that it lists is not free")
		}
		v.seen[free] = true
	}
	return nil
}
