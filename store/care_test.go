package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

func TestBackupAndRestore(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "mulebot.db"), testKey(t)
	s := openStore(t, path, key, newClock().now)
	ok(t, s.PutCluster(ctx, cluster("T1", "before")))
	backup := filepath.Join(t.TempDir(), "backup.db")
	f, err := os.Create(backup)
	ok(t, err)
	_, err = s.Backup(ctx, f)
	ok(t, err, f.Close())
	ok(t, s.PutCluster(ctx, cluster("T1", "after")))
	if _, err := Restore(path, backup, key, newClock().now); models.KindOf(err) != models.Conflict {
		t.Errorf("restoring a store in use: %v", err)
	}
	ok(t, s.Close())

	if _, err := Restore(path, backup, testKey(t), newClock().now); err == nil || !strings.Contains(err.Error(), backup+" was sealed with another key") {
		t.Errorf("restoring with another key: %v", err)
	}
	torn := filepath.Join(t.TempDir(), "torn.db")
	data, err := os.ReadFile(backup)
	ok(t, err, os.WriteFile(torn, data[:len(data)/2], 0o600))
	if _, err := Restore(path, torn, key, newClock().now); err == nil || !strings.Contains(err.Error(), "take another backup") {
		t.Errorf("restoring half a backup: %v", err)
	}
	ok(t, os.WriteFile(path, []byte("damaged"), 0o600))
	moved, err := Restore(path, backup, key, newClock().now)
	ok(t, err)
	if data, err := os.ReadFile(moved); err != nil || string(data) != "damaged" {
		t.Errorf("%s holds %q, %v", moved, data, err)
	}
	s = openStore(t, path, key, newClock().now)
	if all, err := s.Clusters(ctx, "T1"); err != nil || len(all) != 1 || all[0].Ref.Name != "before" {
		t.Errorf("restored: %v, %v", all, err)
	}
}

// TestRestoreWantsAStore gives it files that would open as new stores: what is there stays.
func TestRestoreWantsAStore(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "mulebot.db"), testKey(t)
	s := openStore(t, path, key, newClock().now)
	ok(t, s.PutCluster(ctx, cluster("T1", "kept")), s.Close())
	dir := t.TempDir()
	empty, bare, cut := filepath.Join(dir, "empty.db"), filepath.Join(dir, "bare.db"), filepath.Join(dir, "cut.db")
	ok(t, os.WriteFile(empty, nil, 0o600))
	for file, records := range map[string][]string{bare: nil, cut: {schemaKey}} {
		db, err := kv.OpenBolt(file)
		ok(t, err)
		ok(t, db.Update(ctx, func(tx kv.Tx) error {
			for _, key := range records {
				if err := tx.Put(key, []byte("1")); err != nil {
					return err
				}
			}
			return nil
		}), db.Close())
	}
	for _, file := range []string{empty, bare, cut} {
		moved, err := Restore(path, file, key, newClock().now)
		if wantError(t, err, models.Invalid, file, "take another backup"); moved != "" {
			t.Errorf("%s: the store was moved to %s", file, moved)
		}
	}
	s = openStore(t, path, key, newClock().now)
	if all, err := s.Clusters(ctx, "T1"); err != nil || len(all) != 1 {
		t.Errorf("the store has the clusters %v, %v", all, err)
	}
}

// TestRestoreKeepsAllThatWasThere restores several times within a second: each store that was there is kept.
func TestRestoreKeepsAllThatWasThere(t *testing.T) {
	path, key, now := filepath.Join(t.TempDir(), "mulebot.db"), testKey(t), newClock().now
	s := openStore(t, path, key, now)
	ok(t, s.PutCluster(ctx, cluster("T1", "first")), s.Close())
	backup := filepath.Join(t.TempDir(), "backup.db")
	ok(t, openStore(t, backup, key, now).Close())
	kept := map[string]bool{}
	for range 3 {
		moved, err := Restore(path, backup, key, now)
		ok(t, err)
		kept[moved] = true
		if s := openStore(t, moved, key, now); len(kept) == 1 {
			all, err := s.Clusters(ctx, "T1")
			if ok(t, err, s.Close()); len(all) != 1 {
				t.Errorf("the first store has the clusters %v", all)
			}
		}
	}
	if left, err := filepath.Glob(path + ".before-*"); err != nil || len(left) != 3 || len(kept) != 3 {
		t.Errorf("%v are kept and %v are there, %v", kept, left, err)
	}
}

func TestCheck(t *testing.T) {
	s := Memory(time.Now)
	ok(t, s.PutCluster(ctx, cluster("T1", "a")), s.PutCluster(ctx, cluster("T1", "b")))
	report, err := s.Check(ctx)
	if err != nil || report.Records["cluster"] != 2 || len(report.Damaged) != 0 {
		t.Errorf("checked %v, %v", report, err)
	}
	ok(t, s.db.Update(ctx, func(tx kv.Tx) error { return tx.Put("cluster/T1/b/", []byte("damaged")) }))
	if report, err = s.Check(ctx); err != nil || fmt.Sprint(report.Damaged) != "[cluster/T1/b/]" {
		t.Errorf("checked %v, %v", report, err)
	}
}

// TestReseal changes the key of a store that is written to meanwhile: afterwards the new key alone opens everything, and the old
// one nothing.
func TestReseal(t *testing.T) {
	path, old := filepath.Join(t.TempDir(), "mulebot.db"), testKey(t)
	s := openStore(t, path, old, time.Now)
	const clusters, writers, each = 2 * reseals, 4, 50
	ok(t, s.update(ctx, func(tx kv.Tx) error {
		for i := range clusters {
			if err := put(s, tx, clusterKey(models.ClusterRef{Team: "T1", Name: fmt.Sprintf("c%04d", i)}), clusterRecord{}); err != nil {
				return err
			}
		}
		return nil
	}))
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				_, err := s.Append(ctx, entry("T2", fmt.Sprintf("m%d-%d", w, i)))
				ok(t, err)
			}
		})
	}
	renewed, err := old.Renewed()
	ok(t, err)
	n, err := s.Reseal(ctx, renewed)
	if ok(t, err); n < clusters {
		t.Errorf("%d records were sealed anew", n)
	}
	wg.Wait()
	reduced, err := renewed.Reduced()
	ok(t, err)
	if n, err := s.Reseal(ctx, reduced); n != 0 || err != nil {
		t.Errorf("%d records were sealed with the old key, %v", n, err)
	}
	if report, err := s.Check(ctx); err != nil || len(report.Damaged) > 0 {
		t.Errorf("the new key opens not %v, %v", report.Damaged, err)
	}
	if all, err := s.Unanswered(ctx, "T2"); err != nil || len(all) != writers*each {
		t.Errorf("%d messages are there, %v", len(all), err)
	}
	ok(t, s.Close())
	if _, err := Open(path, old, time.Now); err == nil || !strings.Contains(err.Error(), "another key") {
		t.Errorf("the old key opens the store: %v", err)
	}
	_ = openStore(t, path, reduced, time.Now)
}

func TestResealGoesOnAfterAnInterruption(t *testing.T) {
	old := testKey(t)
	s := newStore(kv.Memory(), old, time.Now)
	ok(t, s.prepare(migrations()), s.PutCluster(ctx, cluster("T1", "a")))
	renewed, err := old.Renewed()
	ok(t, err)
	s.key.Store(&renewed) // as after a crash between the key file and the records
	ok(t, s.PutCluster(ctx, cluster("T1", "b")))
	if n, err := s.Reseal(ctx, renewed); n != 2 || err != nil { // a, and what tells the key
		t.Errorf("%d records were sealed anew, %v", n, err)
	}
}

// TestResealRefusesAnotherKey gives the store a key that opens nothing of it: the store goes on with its own.
func TestResealRefusesAnotherKey(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "mulebot.db"), testKey(t)
	s := openStore(t, path, key, time.Now)
	if _, err := s.Reseal(ctx, testKey(t)); err == nil {
		t.Error("another key is taken")
	}
	ok(t, s.PutCluster(ctx, cluster("T1", "a")))
	if report, err := s.Check(ctx); err != nil || len(report.Damaged) > 0 {
		t.Errorf("%v do not open, %v", report.Damaged, err)
	}
	ok(t, s.Close())
	_ = openStore(t, path, key, time.Now)
}

// TestRekey changes the key twice within a second, and tries to while that is done: the key in the file opens everything, and those from
// before are kept.
func TestRekey(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "mulebot.db"), filepath.Join(dir, "mulebot.key")
	first, err := LoadKey(file)
	ok(t, err)
	s := openStore(t, path, first, newClock().now)
	ok(t, s.PutCluster(ctx, cluster("T1", "a")))
	var all []string
	for range 2 {
		var within error
		n, kept, err := s.Rekey(ctx, file, func(Key) error {
			_, _, within = s.Rekey(ctx, file, func(Key) error { return nil })
			return nil
		})
		ok(t, err)
		if wantError(t, within, models.Conflict, "already"); n < 2 {
			t.Errorf("%d records were sealed anew", n)
		}
		all = append(all, kept)
	}
	if left, err := filepath.Glob(file + ".before-*"); err != nil || len(left) != 2 || all[0] == all[1] {
		t.Errorf("%v are kept, %v are there, %v", all, left, err)
	}
	if report, err := s.Check(ctx); err != nil || len(report.Damaged) > 0 {
		t.Errorf("%v do not open, %v", report.Damaged, err)
	}
	ok(t, s.Close())
	held, err := LoadKey(file)
	ok(t, err)
	_ = openStore(t, path, held, time.Now)
	kept, err := LoadKey(all[0])
	ok(t, err)
	if text, err := first.seal("k", []byte("text")); err != nil {
		t.Error(err)
	} else if _, err := kept.open("k", text); err != nil {
		t.Errorf("the first key that is kept is another one: %v", err)
	}
}

// TestRekeyOfAnotherFile finds the key of something else in the file: the store's own is what is renewed, and the other one is kept.
func TestRekeyOfAnotherFile(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "mulebot.db"), filepath.Join(dir, "mulebot.key")
	s := openStore(t, path, testKey(t), newClock().now)
	ok(t, s.PutCluster(ctx, cluster("T1", "a")), testKey(t).Save(file))
	foreign, err := os.ReadFile(file)
	ok(t, err)
	_, _, err = s.Rekey(ctx, file, func(Key) error { return nil })
	ok(t, err, s.Close())
	held, err := LoadKey(file)
	ok(t, err)
	if report, err := openStore(t, path, held, time.Now).Check(ctx); err != nil || len(report.Damaged) > 0 {
		t.Errorf("%v do not open, %v", report.Damaged, err)
	}
	aside, err := filepath.Glob(file + ".before-*")
	ok(t, err)
	for _, name := range aside {
		if text, err := os.ReadFile(name); err == nil && bytes.Equal(text, foreign) {
			return
		}
	}
	t.Errorf("the key that was in the file is in none of %v", aside)
}

func TestKeySave(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mulebot.key")
	key, err := LoadKey(path)
	ok(t, err)
	renewed, err := key.Renewed()
	ok(t, err, renewed.Save(path))
	loaded, err := LoadKey(path)
	ok(t, err)
	sealed, err := renewed.seal("k", []byte("text"))
	ok(t, err)
	if text, err := loaded.open("k", sealed); err != nil || !bytes.Equal(text, []byte("text")) {
		t.Errorf("the saved key opens %q, %v", text, err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left over, %v", left, err)
	}
}
