package kv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// lockWait is how long OpenBolt waits for another process to let go of the file: a restart overlaps for a moment.
const lockWait = 200 * time.Millisecond

// mapSize is how much of the file is mapped from the start. A file that outgrows its map makes updates wait for all views, which
// a backup would feel. It costs addresses, no memory.
const mapSize = 1 << 30

// bucket is the only bucket of the file.
const bucket = "mulebot"

// bolt is a bbolt file. bbolt answers damage with panics and, where the file is shorter than it says, with memory faults;
// every way into bbolt here turns both into ErrDamaged.
type bolt struct {
	group *groupCommit
	swap  sync.RWMutex // guards db and file, which a compaction replaces
	db    *bbolt.DB
	file  *os.File
	// broken is set when bbolt panicked in an update. It may then hold locks that nobody will release, so it is not
	// written to again.
	broken atomic.Bool
}

// OpenBolt opens the store in a file, or makes one with mode 0600. It first reads through the whole file, so that damage
// shows here and not in the middle of an answer. It fails with ErrInUse, ErrDamaged or an error of the system.
func OpenBolt(path string) (File, error) {
	info, err := os.Stat(path)
	fresh := err != nil || info.Size() == 0
	if !fresh {
		if err := verifyFile(path); err != nil {
			return nil, err
		}
	}
	b := &bolt{}
	b.group = &groupCommit{commit: b.commit, lead: make(chan struct{}, 1)}
	if b.db, b.file, err = openFile(path, false, mapSize); err != nil {
		return nil, err
	}
	err = b.update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists([]byte(bucket))
		return err
	})
	if err == nil && fresh {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		_ = b.Close()
		return nil, err
	}
	return b, nil
}

// verifyFile holds the file against writers while it reads through it.
func verifyFile(path string) error {
	db, file, err := openFile(path, true, 0)
	if err != nil {
		return err
	}
	defer db.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: %d of its %d bytes are there", ErrDamaged, info.Size(), tx.Size())
		}
		if err := verify(file, db.Info().PageSize, tx.Size()); err != nil {
			return err
		}
		if name, _ := tx.Cursor().First(); name != nil && tx.Bucket([]byte(bucket)) == nil {
			return fmt.Errorf("%w: it is another program's", ErrDamaged)
		}
		return nil
	})
}

// openFile opens a file of which so many bytes are mapped from the start.
func openFile(path string, readOnly bool, mapped int) (db *bbolt.DB, file *os.File, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer recoverDamage(&err)
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{
		ReadOnly:        readOnly,
		Timeout:         lockWait,
		InitialMmapSize: mapped,
		FreelistType:    bbolt.FreelistMapType,
		NoStatistics:    true,
		// NoFreelistSync stays off: without a list of free pages bbolt rebuilds it on a goroutine of its own, where a
		// panic would end the process.
		OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	})
	var system *fs.PathError
	switch {
	case err == nil:
		return db, file, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, nil, ErrInUse
	case errors.As(err, &system):
		return nil, nil, err
	}
	return nil, nil, fmt.Errorf("%w: %w", ErrDamaged, err)
}

func (b *bolt) View(ctx context.Context, fn func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var failed error
	var panicked any
	err := b.view(func(tx *bbolt.Tx) error {
		panicked, failed = run(fn, &boltTx{bucket: tx.Bucket([]byte(bucket))})
		return failed
	})
	if panicked != nil {
		panic(panicked)
	}
	return err
}

func (b *bolt) Update(ctx context.Context, fn func(Tx) error) error {
	return b.group.update(ctx, fn, 0)
}

func (b *bolt) UpdateSoon(ctx context.Context, fn func(Tx) error) error {
	return b.group.update(ctx, fn, company)
}

// commit runs fn in a transaction of its own.
func (b *bolt) commit(fn func(Tx) error) error {
	return b.update(func(tx *bbolt.Tx) error { return fn(&boltTx{bucket: tx.Bucket([]byte(bucket)), writable: true}) })
}

func (b *bolt) view(fn func(*bbolt.Tx) error) (err error) {
	b.swap.RLock()
	defer b.swap.RUnlock()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer recoverDamage(&err)
	return closedOr(b.db.View(fn))
}

func (b *bolt) update(fn func(*bbolt.Tx) error) (err error) {
	if b.broken.Load() {
		return ErrDamaged
	}
	b.swap.RLock()
	defer b.swap.RUnlock()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if errors.Is(err, ErrDamaged) {
			b.broken.Store(true)
		}
	}()
	defer recoverDamage(&err)
	return closedOr(b.db.Update(fn))
}

func (b *bolt) Close() error {
	b.swap.RLock()
	defer b.swap.RUnlock()
	if b.broken.Load() {
		return b.file.Close() // bbolt's own Close may wait for ever
	}
	return b.db.Close()
}

// closedOr gives bbolt's word for a closed store our name.
func closedOr(err error) error {
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}

// damage is what a boltTx panics with when bbolt panicked, so that a defect in a caller's fn is not taken for damage.
type damage struct{ error }

// recoverDamage, deferred around calls into bbolt, turns a panic into ErrDamaged.
func recoverDamage(err *error) {
	switch p := recover().(type) {
	case nil:
	case damage:
		*err = p.error
	default:
		*err = fmt.Errorf("%w: %v", ErrDamaged, p)
	}
}

// run runs a caller's fn, which may meet damage or panic by itself.
func run(fn func(Tx) error, tx Tx) (panicked any, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case damage:
			err = p.error
		default:
			panicked, err = p, errPanicked
		}
	}()
	return nil, fn(tx)
}

// syncDir makes a new file's name in its directory durable.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	_ = dir.Sync() // some systems cannot
	return nil
}

type boltTx struct {
	bucket   *bbolt.Bucket
	writable bool
	writes   int
}

// raise, deferred around calls into bbolt within a caller's fn, marks a panic as bbolt's.
func raise() {
	if p := recover(); p != nil {
		panic(damage{fmt.Errorf("%w: %v", ErrDamaged, p)})
	}
}

func (t *boltTx) Get(key string) ([]byte, bool) {
	defer raise()
	if key == "" {
		return nil, false
	}
	value := t.bucket.Get([]byte(key))
	return value, value != nil
}

func (t *boltTx) Put(key string, value []byte) error {
	defer raise()
	if !t.writable {
		return ErrReadOnly
	}
	if err := checkKey(key); err != nil {
		return err
	}
	t.writes++
	return t.bucket.Put([]byte(key), append([]byte{}, value...))
}

func (t *boltTx) Delete(key string) error {
	defer raise()
	if !t.writable {
		return ErrReadOnly
	}
	t.writes++
	return t.bucket.Delete([]byte(key))
}

func (t *boltTx) Scan(prefix string) iter.Seq2[string, []byte] { return t.scan(prefix, prefix) }

func (t *boltTx) ScanFrom(from string) iter.Seq2[string, []byte] { return t.scan("", from) }

// scan yields the keys that begin with prefix and do not come before from.
func (t *boltTx) scan(prefix, from string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		cursor := t.bucket.Cursor()
		key, value := t.seek(cursor, from)
		for key != nil && bytes.HasPrefix(key, []byte(prefix)) {
			current, writes := string(key), t.writes
			if !yield(current, value) {
				return
			}
			if t.writes == writes {
				key, value = t.next(cursor)
			} else { // which made the cursor invalid
				key, value = t.seek(cursor, current+"\x00")
			}
		}
	}
}

func (t *boltTx) seek(c *bbolt.Cursor, key string) (k, v []byte) {
	defer raise()
	return c.Seek([]byte(key))
}

func (t *boltTx) next(c *bbolt.Cursor) (k, v []byte) {
	defer raise()
	return c.Next()
}
