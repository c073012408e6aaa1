package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// Store keeps the records of all tenants. Its methods may be called from many goroutines; they return *models.Error,
// or the error of a context that ended. A write that returned nil survives a crash.
type Store struct {
	// Retention says how long the audit log is kept. It may be set before the first use, and is asked for every entry.
	Retention func() Retention
	// Limits says how much each workspace may have. It may be set before the first use, and is asked at every write.
	Limits func() Limits
	// Carded is told of each card that was added or replaced; nil: nobody is. It may be set before the first use.
	Carded func(models.Card)

	// removed has the tenants that were removed since the store was opened: what is still under way for them is not written.
	removed sync.Map

	db   kv.KV
	file kv.File // the same; nil: it is in memory
	now  func() time.Time

	// sealing is held for reading from the sealing of a record until it is committed, so that none is sealed with a key that
	// was replaced meanwhile.
	sealing sync.RWMutex
	key     atomic.Pointer[Key]
	// rekeying is held while the key is being replaced and everything sealed with the next one: two at once would leave records
	// that neither opens.
	rekeying sync.Mutex
}

// Open opens the store in a file, or makes one (mode 0600) and the folder that it is in (0700). It brings a file of an
// older schema up to date. It fails, with a hint, when another process has the file open, when it is damaged, when it was
// sealed with another key, or when a newer MuleBot wrote it.
func Open(path string, key Key, now func() time.Time) (*Store, error) {
	return open(path, key, now, func(kv.Tx) error { return nil })
}

// open is Open of a file that passes a check before anything is written to it.
func open(path string, key Key, now func() time.Time, check func(kv.Tx) error) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, unopened(path, err)
	}
	db, err := kv.OpenBolt(path)
	if err != nil {
		return nil, unopened(path, err)
	}
	s := newStore(db, key, now)
	s.file = db
	if err = db.View(context.Background(), check); err == nil {
		err = s.prepare(migrations())
	}
	if err != nil {
		_ = db.Close()
		return nil, unopened(path, err)
	}
	return s, nil
}

// Memory returns an empty store that lives as long as the process.
func Memory(now func() time.Time) *Store {
	s, err := openMemory(now)
	if err != nil {
		panic(err) // a new key failed to seal a new store: there is no randomness on this machine
	}
	return s
}

func openMemory(now func() time.Time) (*Store, error) {
	text, err := newKey()
	if err != nil {
		return nil, err
	}
	key, err := ParseKey(models.Secret(text))
	if err != nil {
		return nil, err
	}
	s := newStore(kv.Memory(), key, now)
	return s, s.prepare(migrations())
}

func newStore(db kv.KV, key Key, now func() time.Time) *Store {
	s := &Store{Retention: usualRetention, Limits: noLimits, db: db, now: now}
	s.key.Store(&key)
	return s
}

// Close waits for what is under way and lets go of the file.
func (s *Store) Close() error { return s.db.Close() }

// migration brings a store from one schema to the next, within the transaction that also raises its number.
type migration func(s *Store, tx kv.Tx) error

// migrations lead from an empty file to the schema of this program; their number is the number of that schema.
func migrations() []migration {
	return []migration{
		func(s *Store, tx kv.Tx) error { return put(s, tx, checkKey, "mulebot") },
		beginToCount,
	}
}

// prepare checks that the file is for this program and this key, and runs the migrations that it lacks.
func (s *Store) prepare(steps []migration) error {
	return s.db.Update(context.Background(), func(tx kv.Tx) error {
		version := 0
		if text, ok := tx.Get(schemaKey); ok {
			var err error
			if version, err = strconv.Atoi(string(text)); err != nil || version < 1 {
				return fmt.Errorf("%w: schema %q", kv.ErrDamaged, text)
			}
			if version > len(steps) {
				return &models.Error{Kind: models.Conflict,
					Message: fmt.Sprintf("the store was written by a newer mulebot (schema %d; this one knows %d)", version, len(steps)),
					Hint:    "update mulebot, or go back to the file's backup from before the update"}
			}
			if _, ok, _ := get[string](s, tx, checkKey); !ok {
				return errOtherKey
			}
		}
		if version == len(steps) {
			return nil
		}
		for _, step := range steps[version:] {
			if err := step(s, tx); err != nil {
				return err
			}
		}
		return tx.Put(schemaKey, []byte(strconv.Itoa(len(steps))))
	})
}

// view runs fn in a transaction that reads.
func (s *Store) view(ctx context.Context, fn func(kv.Tx) error) error {
	return worded(s.db.View(ctx, fn))
}

// updateSoon is update for writes that nobody waits for.
func (s *Store) updateSoon(ctx context.Context, fn func(kv.Tx) error) error {
	s.sealing.RLock()
	defer s.sealing.RUnlock()
	return worded(s.db.UpdateSoon(ctx, s.counted(false, fn)))
}

// update runs fn, perhaps more than once, in a transaction that is durable when update returns nil.
func (s *Store) update(ctx context.Context, fn func(kv.Tx) error) error {
	s.sealing.RLock()
	defer s.sealing.RUnlock()
	return worded(s.db.Update(ctx, s.counted(false, fn)))
}

// setUp is update for what people set up, of which there is a limit.
func (s *Store) setUp(ctx context.Context, fn func(kv.Tx) error) error {
	s.sealing.RLock()
	defer s.sealing.RUnlock()
	return worded(s.db.Update(ctx, s.counted(true, fn)))
}
