//go:build unix

package kv_test

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/mulebot/mulebot/store/kv"
)

// TestBoltFullDisk lets the system refuse what goes beyond a size, as a full disk does: updates fail, what was committed stays,
// and with room again it goes on.
func TestBoltFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := openBolt(t, path)
	put(t, db, "first")
	restore := limitFileSize(t, 512<<10)
	committed := 1
	var full error
	for i := 0; full == nil && i < 10000; i++ {
		full = db.Update(context.Background(), func(tx kv.Tx) error { return tx.Put(fmt.Sprint(i), make([]byte, 20<<10)) })
		if full == nil {
			committed++
		}
	}
	if full == nil || committed == 1 {
		t.Fatalf("%d updates, and then %v", committed, full)
	}
	if got := len(content(t, db, "")); got != committed {
		t.Errorf("%d of %d records are there", got, committed)
	}
	restore()
	for i := range 10 {
		put(t, db, fmt.Sprint("room ", i))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := len(content(t, openBolt(t, path), "")); got != committed+10 {
		t.Errorf("%d of %d records are there after a restart", got, committed+10)
	}
}

// limitFileSize limits the files of this process until restore is called, at the latest at the end of the test.
func limitFileSize(t *testing.T, size uint64) (restore func()) {
	t.Helper()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGXFSZ) // its default would end the process
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	limited := old
	limited.Cur = size
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limited); err != nil {
		t.Fatal(err)
	}
	restore = func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
			t.Error(err)
		}
		signal.Stop(signals)
	}
	t.Cleanup(restore)
	return restore
}
