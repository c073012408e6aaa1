package kv

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Memory returns an empty store that lives as long as the process. An update copies the list of keys, so it is meant for
// thousands of records, not for millions.
func Memory() KV {
	m := &memory{}
	m.state.Store(&[]record{})
	return m
}

// memory holds one immutable state, which an update replaces.
type memory struct {
	writer sync.Mutex
	state  atomic.Pointer[[]record] // sorted by key; nil once closed
}

type record struct {
	key   string
	value []byte
}

func (m *memory) View(ctx context.Context, fn func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	state := m.state.Load()
	if state == nil {
		return ErrClosed
	}
	return fn(&memoryTx{records: *state})
}

func (m *memory) UpdateSoon(ctx context.Context, fn func(Tx) error) error { return m.Update(ctx, fn) }

func (m *memory) Update(ctx context.Context, fn func(Tx) error) error {
	m.writer.Lock()
	defer m.writer.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	state := m.state.Load()
	if state == nil {
		return ErrClosed
	}
	tx := &memoryTx{records: slices.Clone(*state), writable: true}
	if err := fn(tx); err != nil {
		return err
	}
	m.state.Store(&tx.records)
	return nil
}

func (m *memory) Close() error {
	m.writer.Lock()
	defer m.writer.Unlock()
	m.state.Store(nil)
	return nil
}

type memoryTx struct {
	records  []record
	writable bool
}

// find returns where key is, or would be.
func (t *memoryTx) find(key string) (int, bool) {
	return slices.BinarySearchFunc(t.records, key, func(r record, key string) int { return cmp.Compare(r.key, key) })
}

func (t *memoryTx) Get(key string) ([]byte, bool) {
	i, ok := t.find(key)
	if !ok {
		return nil, false
	}
	return t.records[i].value, true
}

func (t *memoryTx) Put(key string, value []byte) error {
	if !t.writable {
		return ErrReadOnly
	}
	if err := checkKey(key); err != nil {
		return err
	}
	r := record{key, bytes.Clone(value)}
	i, ok := t.find(key)
	if ok {
		t.records[i] = r
	} else {
		t.records = slices.Insert(t.records, i, r)
	}
	return nil
}

func (t *memoryTx) Delete(key string) error {
	if !t.writable {
		return ErrReadOnly
	}
	if i, ok := t.find(key); ok {
		t.records = slices.Delete(t.records, i, i+1)
	}
	return nil
}

func (t *memoryTx) Scan(prefix string) iter.Seq2[string, []byte] { return t.scan(prefix, prefix) }

func (t *memoryTx) ScanFrom(from string) iter.Seq2[string, []byte] { return t.scan("", from) }

// scan yields the keys that begin with prefix and do not come before from.
func (t *memoryTx) scan(prefix, from string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		i, _ := t.find(from)
		for i < len(t.records) && strings.HasPrefix(t.records[i].key, prefix) {
			r := t.records[i]
			if !yield(r.key, r.value) {
				return
			}
			i, _ = t.find(r.key + "\x00") // the loop may have written
		}
	}
}
