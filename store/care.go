package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// errNoFile is for what only a store in a file can do.
var errNoFile = &models.Error{Kind: models.Invalid, Message: "the store is in memory", Hint: "set data_dir for one in a file"}

// Backup writes the store as it is at one moment, while it is in use, and returns how many bytes that were. A backup holds
// nothing in the clear, and is worth nothing without the store's key.
func (s *Store) Backup(ctx context.Context, w io.Writer) (size int64, err error) {
	if s.file == nil {
		return 0, errNoFile
	}
	size, err = s.file.Backup(ctx, w)
	return size, worded(err)
}

// Compact gives the room of what was deleted back to the system, while the store is in use, and returns its size in bytes
// before and after.
func (s *Store) Compact(ctx context.Context) (before, after int64, err error) {
	if s.file == nil {
		return 0, 0, errNoFile
	}
	before, after, err = s.file.Compact(ctx)
	return before, after, worded(err)
}

// Report is what Check found.
type Report struct {
	Records map[string]int // by kind
	Damaged []string       // keys of records that do not open
}

// Check opens every record, while the store is in use. The file itself was read through when it was opened.
func (s *Store) Check(ctx context.Context) (Report, error) {
	report := Report{Records: map[string]int{}}
	err := s.view(ctx, func(tx kv.Tx) error {
		for key, sealed := range tx.ScanFrom("") {
			if err := ctx.Err(); err != nil {
				return err
			}
			kind, _, _ := strings.Cut(key, "/")
			report.Records[kind]++
			if key == schemaKey || len(sealed) == 0 { // plain
				continue
			}
			if _, err := s.key.Load().open(key, sealed); err != nil {
				report.Damaged = append(report.Damaged, key)
			}
		}
		return nil
	})
	return report, err
}

// Restore puts a backup in the place of a store that nobody uses, and returns where it moved that one; "" if there was none. A
// backup that is damaged or was sealed with another key is refused, and nothing is changed.
func Restore(path, backup string, key Key, now func() time.Time) (moved string, err error) {
	if err := unused(path); err != nil {
		return "", err
	}
	fresh, err := copyBeside(path, backup)
	if err != nil {
		return "", &models.Error{Kind: models.Invalid, Message: "the backup " + backup + " cannot be copied", Err: err,
			Hint: "check the path, and that its disk and that of " + filepath.Dir(path) + " have room"}
	}
	defer func() { _ = os.Remove(fresh) }()
	s, err := open(fresh, key, now, begun)
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return "", renamed(err, fresh, backup)
	}
	if moved, err = moveAside(path, now()); err != nil {
		return "", unopened(path, err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return moved, unopened(path, err)
	}
	return moved, nil
}

// begun fails if a file lacks what every store begins with: it would be made a new one.
func begun(tx kv.Tx) error {
	for _, key := range []string{schemaKey, checkKey} {
		if _, ok := tx.Get(key); !ok {
			return fmt.Errorf("%w: it has no record %s", kv.ErrDamaged, key)
		}
	}
	return nil
}

// moveAside gives a file a name that tells of a time, and returns that; "" if there is no such file.
func moveAside(path string, at time.Time) (moved string, err error) {
	if _, err := os.Stat(path); err != nil {
		return "", nil
	}
	if moved, err = nameAside(path, at); err != nil {
		return "", err
	}
	if err := os.Rename(path, moved); err != nil {
		return "", errors.Join(err, os.Remove(moved))
	}
	return moved, nil
}

// nameAside returns a name for what a file was before a time. It is that of an empty file, made for this, so that nobody else is
// given it and nothing that was put aside earlier is overwritten.
func nameAside(path string, at time.Time) (string, error) {
	base := fmt.Sprintf("%s.before-%s", path, at.UTC().Format(expiryTime))
	name := base
	for n := 2; ; n++ {
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil {
			return name, f.Close()
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		name = fmt.Sprintf("%s-%d", base, n)
	}
}

// unused fails if a process has the store open. A damaged one is no obstacle: it is what a backup is for.
func unused(path string) error {
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	db, err := kv.OpenBolt(path)
	switch {
	case err == nil:
		return db.Close()
	case errors.Is(err, kv.ErrInUse):
		return unopened(path, err)
	}
	return nil
}

// copyBeside copies a file into a new one in the folder of path and returns the path of that.
func copyBeside(path, file string) (copied string, err error) {
	from, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer from.Close()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	to, err := os.CreateTemp(filepath.Dir(path), ".restore-*") // has mode 0600
	if err != nil {
		return "", err
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Sync(), to.Close()); err != nil {
		_ = os.Remove(to.Name())
		return "", err
	}
	return to.Name(), nil
}

// renamed words an error about a copy as one about what was copied.
func renamed(err error, of, to string) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	about := *e
	about.Message = strings.ReplaceAll(e.Message, of, to)
	if errors.Is(e.Err, kv.ErrDamaged) {
		about.Hint = "nothing was changed: take another backup"
	}
	return &about
}
