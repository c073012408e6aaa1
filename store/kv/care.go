package kv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
)

// viewsWait is how long a compaction that is written waits for views to end, and updates with it. That is less than what Slack waits for
// the acknowledgement of a message.
const viewsWait = time.Second

// compactBatch is how many bytes of records a compaction writes in one transaction.
const compactBatch = 1 << 20

func (b *bolt) Backup(ctx context.Context, w io.Writer) (n int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	err = b.view(func(tx *bbolt.Tx) error {
		n, err = tx.WriteTo(w)
		return err
	})
	return n, err
}

func (b *bolt) Compact(ctx context.Context) (before, after int64, err error) {
	if b.broken.Load() {
		return 0, 0, ErrDamaged
	}
	select {
	case b.group.lead <- struct{}{}: // so that no update runs
		defer func() { <-b.group.lead }()
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	path := b.file.Name()
	if before, err = size(path); err != nil {
		return 0, 0, err
	}
	compacted, err := b.copyTo(filepath.Dir(path))
	if err != nil {
		return before, 0, err
	}
	defer func() { _ = os.Remove(compacted) }()
	if err := b.replace(ctx, path, compacted); err != nil {
		return before, 0, err
	}
	after, err = size(path)
	return before, after, err
}

// copyTo writes the records into a new file in a folder and returns its path.
func (b *bolt) copyTo(dir string) (path string, err error) {
	f, err := os.CreateTemp(dir, ".compact-*") // has mode 0600
	if err != nil {
		return "", err
	}
	path = f.Name()
	defer func() {
		if err != nil {
			_ = os.Remove(path)
		}
	}()
	if err := f.Close(); err != nil {
		return "", err
	}
	to, _, err := openFile(path, false, 0)
	if err != nil {
		return "", err
	}
	b.swap.RLock()
	defer b.swap.RUnlock()
	return path, errors.Join(compact(to, b.db), to.Close())
}

func compact(to, from *bbolt.DB) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer recoverDamage(&err)
	return closedOr(bbolt.Compact(to, from, compactBatch))
}

// replace puts another file in the place of the store's and opens it. Views wait meanwhile.
func (b *bolt) replace(ctx context.Context, path, by string) error {
	if err := b.viewsEnd(ctx); err != nil {
		return err
	}
	defer b.swap.Unlock()
	if err := b.db.Close(); err != nil {
		return err
	}
	renamed := os.Rename(by, path)
	db, file, err := openFile(path, false, mapSize)
	if err != nil {
		b.broken.Store(true)
		return fmt.Errorf("the store could not be opened again: %w", errors.Join(renamed, err))
	}
	b.db, b.file = db, file
	return errors.Join(renamed, syncDir(filepath.Dir(path)))
}

// viewsEnd locks swap when no view goes on. It tries again and again, for views that begin while somebody waits for the lock would wait too:
// all of them, for the slowest.
func (b *bolt) viewsEnd(ctx context.Context) error {
	tick, end := time.NewTicker(time.Millisecond), time.NewTimer(viewsWait)
	defer tick.Stop()
	defer end.Stop()
	for !b.swap.TryLock() {
		select {
		case <-tick.C:
		case <-end.C:
			return ErrBusy
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func size(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
