// Package kv is a small transactional store of bytes under sorted keys: what package store stands on.
//
// There are two backends. [OpenBolt] keeps one file on disk and survives a crash at any moment: when Update has returned
// nil, what it wrote is on the disk. [Memory] keeps nothing and serves the console and tests. Both pass the same
// conformance suite (kv_test.go), which is the contract in executable form; a backend for several replicas joins them
// there.
//
// The terms: a key is a string of 1 to [MaxKey] bytes, ordered bytewise; a value is any bytes, which may be empty; a
// transaction sees one state of the whole store and nothing of what others write meanwhile. Updates run one after the
// other, and any number of views beside them.
package kv

import (
	"context"
	"errors"
	"io"
	"iter"
)

// MaxKey is how long a key may be, in bytes.
const MaxKey = 16 << 10

// The errors that a caller can act on; they come wrapped.
var (
	// ErrInUse: another process has the file open.
	ErrInUse = errors.New("the file is in use by another process")
	// ErrDamaged: the file is not a store, or no longer one: foreign, truncated, overwritten.
	ErrDamaged = errors.New("the file is damaged or not a store")
	// ErrBusy: views went on for longer than a compaction waits.
	ErrBusy = errors.New("the store is being read")
	// ErrClosed: Close was called.
	ErrClosed = errors.New("the store is closed")
	// ErrKey: a key is empty or longer than MaxKey.
	ErrKey = errors.New("the key is empty or too long")
	// ErrReadOnly: Put or Delete in a view.
	ErrReadOnly = errors.New("a view cannot write")
)

// KV is a store. All methods may be called from many goroutines, but no transaction may be opened within another.
type KV interface {
	// View runs fn in a transaction that reads. It returns fn's error.
	View(ctx context.Context, fn func(Tx) error) error
	// Update runs fn in a transaction that reads and writes, and commits it durably unless fn fails: then nothing of it
	// remains and Update returns fn's error. Many updates may share one commit, for which fn may be run more than once,
	// and on another goroutine; it must have no effect but on tx and on variables that it sets anew on each run. When ctx ends
	// before the commit begins, nothing is written and Update returns ctx.Err(); afterwards Update waits and reports the
	// commit's true outcome.
	Update(ctx context.Context, fn func(Tx) error) error
	// UpdateSoon is Update for writes that nobody waits for: it may hold back for a few milliseconds, so that fewer commits
	// go to the disk and those that somebody does wait for find it free.
	UpdateSoon(ctx context.Context, fn func(Tx) error) error
	// Close waits for transactions that run and releases the store. Everything fails with ErrClosed afterwards.
	Close() error
}

// File is a store in a file.
type File interface {
	KV
	// Backup writes the file as it is at one moment, while others read and write, and returns its size in bytes. What it wrote
	// is a file for [OpenBolt].
	Backup(ctx context.Context, w io.Writer) (size int64, err error)
	// Compact gives the room of what was deleted back to the system, and returns the size of the file in bytes before and
	// after. Updates wait until it is done; views wait for a moment. It fails with ErrBusy if others go on for longer.
	Compact(ctx context.Context) (before, after int64, err error)
}

// Tx is a transaction, valid until the function it was given to returns; so are the values that it returns, which must
// not be modified.
type Tx interface {
	// Get returns the value of a key and whether the key is there.
	Get(key string) (value []byte, ok bool)
	// Put sets the value of a key. The value is not kept.
	Put(key string, value []byte) error
	// Delete removes a key; one that is not there is no error.
	Delete(key string) error
	// Scan yields the keys that begin with prefix, in order, with their values. The loop may Put and Delete: it goes on
	// with the first key behind the current one.
	Scan(prefix string) iter.Seq2[string, []byte]
	// ScanFrom is Scan of all keys but those before from.
	ScanFrom(from string) iter.Seq2[string, []byte]
}

// checkKey reports whether a key may be stored.
func checkKey(key string) error {
	if key == "" || len(key) > MaxKey {
		return ErrKey
	}
	return nil
}
