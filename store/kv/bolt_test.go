package kv_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/mulebot/mulebot/store/kv"
)

// filled returns the bytes in use of a store with n records of about 100 bytes.
func filled(t testing.TB, n int) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "filled.db")
	db := openBolt(t, path)
	for half := range 2 { // so that there are free pages too
		update(t, db, func(tx kv.Tx) error {
			for i := range n {
				if err := tx.Put(fmt.Sprintf("key/%06d", i), bytes.Repeat([]byte{byte(half)}, 100)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	err = file.View(func(tx *bbolt.Tx) error { size = tx.Size(); return nil })
	if err := errors.Join(err, file.Close(), os.Truncate(path, size)); err != nil {
		t.Fatal(err)
	}
	return read(t, path)
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBoltKeepsOverARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := openBolt(t, path)
	put(t, db, "a", "b")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v", info.Mode(), err)
	}
	want(t, openBolt(t, path), map[string]string{"a": "value of a", "b": "value of b"})
}

func TestBoltInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := openBolt(t, path)
	if _, err := kv.OpenBolt(path); !errors.Is(err, kv.ErrInUse) {
		t.Errorf("the second to open it got %v", err)
	}
	put(t, db, "a") // and the first goes on
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	want(t, openBolt(t, path), map[string]string{"a": "value of a"})
}

func TestBoltForeignFiles(t *testing.T) {
	good := filled(t, 2000)
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := bbolt.Open(foreign, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"text":                 []byte("workspace: T1\n"),
		"zeros":                make([]byte, 1<<16),
		"another program's":    read(t, foreign),
		"one page":             good[:4096],
		"cut in the meta page": good[:5000],
		"half":                 good[:len(good)/2],
		"without its last":     good[:len(good)-1],
		"no end":               slices.Concat(good[:8192], make([]byte, len(good)-8192)),
	}
	for name, data := range files {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			write(t, path, data)
			if _, err := kv.OpenBolt(path); !errors.Is(err, kv.ErrDamaged) {
				t.Fatalf("opened with %v", err)
			}
			if !bytes.Equal(read(t, path), data) {
				t.Error("the file was changed")
			}
			write(t, path, good) // and nothing holds it any more
			if got := len(content(t, openBolt(t, path), "")); got != 2000 {
				t.Errorf("%d records", got)
			}
		})
	}
}

func TestBoltSystemErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := kv.OpenBolt(dir); err == nil {
		t.Error("a folder was opened")
	}
	if _, err := kv.OpenBolt(filepath.Join(dir, "missing", "store.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a missing folder: %v", err)
	}
}

// TestBoltDamage overwrites random bytes of a store. Whatever is hit: no panic, and where the store opens and all is read, every
// key that is found is one that was written.
func TestBoltDamage(t *testing.T) {
	good := filled(t, 500)
	random := rand.New(rand.NewPCG(3, 4))
	dir := t.TempDir()
	refused := 0
	for i := range 300 {
		data := bytes.Clone(good)
		for range 1 + random.IntN(8) {
			at := random.IntN(len(data))
			if random.IntN(2) == 0 {
				at = at / 4096 * 4096 // the heads of pages are where it hurts
				at += random.IntN(32)
			}
			data[at] = byte(random.Uint32())
		}
		path := filepath.Join(dir, fmt.Sprint(i))
		write(t, path, data)
		if !survives(t, path) {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no damage was noticed")
	}
	t.Logf("%d of 300 damaged files were refused", refused)
}

// TestBoltCutWhileOpen takes the file's pages away below an open store: no fault ends the process.
func TestBoltCutWhileOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	write(t, path, filled(t, 2000))
	db := openBolt(t, path)
	if err := os.Truncate(path, 8192); err != nil {
		t.Fatal(err)
	}
	get := func(tx kv.Tx) error { tx.Get("key/001000"); return nil }
	if err := db.View(context.Background(), get); !errors.Is(err, kv.ErrDamaged) {
		t.Errorf("View returned %v", err)
	}
	for range 2 {
		if err := db.Update(context.Background(), get); !errors.Is(err, kv.ErrDamaged) {
			t.Errorf("Update returned %v", err)
		}
	}
	if err := db.Close(); err != nil {
		t.Errorf("Close returned %v", err)
	}
}

// FuzzOpenBolt overwrites bytes of a store at a chosen place.
func FuzzOpenBolt(f *testing.F) {
	f.Add(0, []byte("text"))
	f.Add(8192, []byte{1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})
	f.Add(12288+8, []byte{2, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Add(16384+16, []byte{0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f})
	good := filled(f, 100)
	f.Fuzz(func(t *testing.T, at int, with []byte) {
		path := filepath.Join(t.TempDir(), "store.db")
		data := bytes.Clone(good)
		copy(data[min(max(at, 0), len(data)):], with)
		write(t, path, data)
		survives(t, path)
	})
}

// survives opens a damaged store, reads and writes it, and reports whether that went well.
func survives(t *testing.T, path string) bool {
	t.Helper()
	db, err := kv.OpenBolt(path)
	if err != nil {
		if !errors.Is(err, kv.ErrDamaged) {
			t.Errorf("another error than ErrDamaged: %v", err)
		}
		return false
	}
	ctx := context.Background()
	read := db.View(ctx, func(tx kv.Tx) error {
		for key := range tx.Scan("") {
			tx.Get(key)
		}
		return nil
	})
	wrote := db.Update(ctx, func(tx kv.Tx) error {
		for key := range tx.Scan("") {
			if err := tx.Delete(key); err != nil {
				return err
			}
		}
		return tx.Put("a", make([]byte, 10000))
	})
	again := db.Update(ctx, func(tx kv.Tx) error { return tx.Put("b", nil) })
	for _, err := range []error{read, wrote, again} {
		if err != nil && !errors.Is(err, kv.ErrDamaged) {
			t.Errorf("another error than ErrDamaged: %v", err)
		}
	}
	return errors.Join(read, wrote, again, db.Close()) == nil
}

// TestBoltCrash copies the file while it is written, as a crash would leave it, and opens the copies: what was
// committed before the copy began is there, and of each update all or nothing.
func TestBoltCrash(t *testing.T) {
	dir := t.TempDir()
	db := openBolt(t, filepath.Join(dir, "store.db"))
	var mu sync.Mutex
	committed := 0
	step := func(i int) {
		update(t, db, func(tx kv.Tx) error {
			return errors.Join(tx.Put(fmt.Sprintf("left/%04d", i), make([]byte, 200)), tx.Put(fmt.Sprintf("right/%04d", i), nil))
		})
	}
	for i := range 60 {
		mu.Lock()
		step(i)
		committed++
		if i%5 == 0 {
			copied := filepath.Join(dir, fmt.Sprintf("copy-%d.db", i))
			write(t, copied, read(t, filepath.Join(dir, "store.db")))
			crashed := openBolt(t, copied)
			left, right := content(t, crashed, "left/"), content(t, crashed, "right/")
			if len(left) != committed || len(right) != committed {
				t.Errorf("of %d updates the copy has %d and %d halves", committed, len(left), len(right))
			}
		}
		mu.Unlock()
	}
}

// BenchmarkUpdate prints how long an update alone takes beside a bare write and fsync, and the latencies of updates
// that come at a steady rate.
func BenchmarkUpdate(b *testing.B) {
	dir := b.TempDir()
	f, err := os.Create(filepath.Join(dir, "bare"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var bare []time.Duration
	for i := range 300 {
		start := time.Now()
		if _, err := f.WriteAt(make([]byte, 4096), int64(i)*4096); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		bare = append(bare, time.Since(start))
	}
	db := openBolt(b, filepath.Join(dir, "store.db"))
	value := make([]byte, 500)
	timed := func(i int) time.Duration {
		start := time.Now()
		if err := db.Update(context.Background(), func(tx kv.Tx) error { return tx.Put(fmt.Sprintf("k%09d", i*7919%1000003), value) }); err != nil {
			b.Error(err)
		}
		return time.Since(start)
	}
	var alone []time.Duration
	for i := range 300 {
		alone = append(alone, timed(i))
	}
	b.Logf("write and fsync alone  p50 %v p99 %v", percentile(bare, 50), percentile(bare, 99))
	b.Logf("one update alone       p50 %v p99 %v", percentile(alone, 50), percentile(alone, 99))
	for _, rate := range []int{100, 1000, 3000} {
		took := atRate(rate, 2*rate, timed)
		b.Logf("%4d updates a second  p50 %v p99 %v", rate, percentile(took, 50), percentile(took, 99))
	}
	for i := 0; b.Loop(); i++ {
		timed(i)
	}
}

// atRate starts n calls at a steady rate a second, each on its own goroutine, and returns how long they took.
func atRate(rate, n int, call func(i int) time.Duration) []time.Duration {
	took := make([]time.Duration, n)
	ticker := time.NewTicker(time.Second / time.Duration(rate))
	defer ticker.Stop()
	var wg sync.WaitGroup
	for i := range n {
		<-ticker.C
		wg.Go(func() { took[i] = call(i) })
	}
	wg.Wait()
	return took
}

func percentile(took []time.Duration, p int) time.Duration {
	slices.Sort(took)
	return took[(len(took)-1)*p/100].Round(10 * time.Microsecond)
}
