package kv_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/store/kv"
)

func TestBoltBackup(t *testing.T) {
	db := openBolt(t, filepath.Join(t.TempDir(), "store.db"))
	put(t, db, "a", "b")
	var backup bytes.Buffer
	size, err := db.Backup(context.Background(), &backup)
	if err != nil || size != int64(backup.Len()) {
		t.Fatalf("%d bytes of %d, %v", size, backup.Len(), err)
	}
	put(t, db, "c")
	path := filepath.Join(t.TempDir(), "backup.db")
	write(t, path, backup.Bytes())
	want(t, openBolt(t, path), map[string]string{"a": "value of a", "b": "value of b"})
}

// TestBoltCompact compacts a store of which most was deleted, while others read and write it.
func TestBoltCompact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := openBolt(t, path)
	records := map[string]string{}
	update(t, db, func(tx kv.Tx) error {
		for i := range 2000 {
			if err := tx.Put(fmt.Sprintf("gone/%d", i), make([]byte, 4000)); err != nil {
				return err
			}
		}
		return nil
	})
	update(t, db, func(tx kv.Tx) error {
		for key := range tx.Scan("gone/") {
			if err := tx.Delete(key); err != nil {
				return err
			}
		}
		return nil
	})
	const writers, each = 4, 25
	for w := range writers {
		for i := range each {
			key := fmt.Sprintf("kept/%d/%d", w, i)
			records[key] = "value of " + key
		}
	}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				put(t, db, fmt.Sprintf("kept/%d/%d", w, i))
				_ = content(t, db, "kept/")
			}
		})
	}
	before, after, err := db.Compact(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if after*4 > before {
		t.Errorf("%d bytes became %d", before, after)
	}
	want(t, db, records)
	var backup bytes.Buffer
	if _, err := db.Backup(context.Background(), &backup); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left over, %v", left, err)
	}
	want(t, openBolt(t, path), records)
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// TestBoltCompactGivesWay compacts a store while a view goes on: the compaction fails, and nobody else waits for that view.
func TestBoltCompactGivesWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := openBolt(t, path)
	put(t, db, "a")
	ended, end := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer end()
	err := db.View(context.Background(), func(kv.Tx) error {
		if _, _, err := db.Compact(ended); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while a view goes on, until the caller gives up: %v", err)
		}
		if _, _, err := db.Compact(context.Background()); !errors.Is(err, kv.ErrBusy) {
			t.Errorf("while a view goes on: %v", err)
		}
		put(t, db, "b")
		want(t, db, map[string]string{"a": "value of a", "b": "value of b"})
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left over, %v", left, err)
	}
	if _, _, err := db.Compact(context.Background()); err != nil {
		t.Error(err)
	}
	want(t, db, map[string]string{"a": "value of a", "b": "value of b"})
}
