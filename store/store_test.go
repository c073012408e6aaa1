package store

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

var ctx = context.Background()

// clock is a time that a test sets.
type clock struct{ time.Time }

func newClock() *clock { return &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.Time }

func (c *clock) pass(d time.Duration) { c.Time = c.Add(d) }

func testKey(t testing.TB) Key {
	t.Helper()
	text, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParseKey(models.Secret(text))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func openStore(t testing.TB, path string, key Key, now func() time.Time) *Store {
	t.Helper()
	s, err := Open(path, key, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func ok(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// wantError checks kind and words of an error for the user.
func wantError(t *testing.T, err error, kind models.ErrorKind, words ...string) {
	t.Helper()
	e, isOurs := errors.AsType[*models.Error](err)
	if !isOurs || e.Kind != kind || e.Hint == "" {
		t.Fatalf("got %#v, want kind %q and a hint", err, kind)
	}
	for _, word := range words {
		if !strings.Contains(e.Message+" | "+e.Hint, word) {
			t.Errorf("%q (%s) does not say %q", e.Message, e.Hint, word)
		}
	}
}

func TestOpenKeepsOverARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	path, key := filepath.Join(dir, "mulebot.db"), testKey(t)
	s := openStore(t, path, key, time.Now)
	ok(t, s.PutWorkspace(ctx, models.Workspace{Team: "T1", BotToken: "xoxb-1"}), s.Close())
	all, err := openStore(t, path, key, time.Now).Workspaces(ctx)
	if err != nil || len(all) != 1 || all[0].BotToken.Reveal() != "xoxb-1" {
		t.Errorf("after a restart: %v, %v", all, err)
	}
	for path, mode := range map[string]os.FileMode{dir: 0o700, path: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s has mode %v, %v; want %v", path, info.Mode(), err, mode)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Run("a file in use", func(t *testing.T) {
		path, key := filepath.Join(t.TempDir(), "mulebot.db"), testKey(t)
		openStore(t, path, key, time.Now)
		_, err := Open(path, key, time.Now)
		wantError(t, err, models.Conflict, "in use by another mulebot", "stop")
	})
	t.Run("another key", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "mulebot.db")
		ok(t, openStore(t, path, testKey(t), time.Now).Close())
		_, err := Open(path, testKey(t), time.Now)
		wantError(t, err, models.Invalid, "another key", "mulebot.key", "MULEBOT_KEY")
	})
	t.Run("a foreign file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "mulebot.db")
		ok(t, os.WriteFile(path, []byte("slack: {}\n"), 0o600))
		_, err := Open(path, testKey(t), time.Now)
		wantError(t, err, models.Invalid, "not a store", "backup")
	})
	t.Run("a truncated file", func(t *testing.T) {
		path, key := filepath.Join(t.TempDir(), "mulebot.db"), testKey(t)
		ok(t, openStore(t, path, key, time.Now).Close(), os.Truncate(path, 12000))
		_, err := Open(path, key, time.Now)
		wantError(t, err, models.Invalid, "damaged", "backup")
	})
	t.Run("a folder that is a file", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		ok(t, os.WriteFile(file, nil, 0o600))
		_, err := Open(filepath.Join(file, "mulebot.db"), testKey(t), time.Now)
		wantError(t, err, models.Unavailable, "data_dir")
	})
}

func TestMigrations(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "mulebot.db"), testKey(t)
	s := openStore(t, path, key, time.Now)
	ok(t, s.PutWorkspace(ctx, models.Workspace{Team: "T1", Name: "acme"}))

	// A later program that writes names in capitals.
	capitals := func(s *Store, tx kv.Tx) error {
		for key, sealed := range tx.Scan(join(workspaces)) {
			w, err := decode[workspaceRecord](s, key, sealed)
			if err != nil {
				return err
			}
			w.Name = strings.ToUpper(w.Name)
			if err := put(s, tx, key, w); err != nil {
				return err
			}
		}
		return nil
	}
	broken := func(s *Store, tx kv.Tx) error {
		return errors.Join(tx.Delete(workspaceKey("T1")), errors.New("no"))
	}
	later := append(migrations(), capitals)
	name := func(s *Store) string {
		all, err := s.Workspaces(ctx)
		if err != nil || len(all) != 1 {
			t.Fatalf("%v, %v", all, err)
		}
		return all[0].Name
	}

	if err := s.prepare(append(slices.Clone(later), broken)); err == nil {
		t.Error("a migration failed, and prepare did not")
	}
	if got := name(s); got != "acme" {
		t.Errorf("a migration that failed left %q", got)
	}
	for range 2 { // the second time there is nothing to do
		ok(t, s.prepare(later))
		if got := name(s); got != "ACME" {
			t.Errorf("after the migration: %q", got)
		}
	}
	ok(t, s.Close())
	_, err := Open(path, key, time.Now) // by this program
	wantError(t, err, models.Conflict, "newer mulebot", fmt.Sprintf("schema %d", len(later)), "update mulebot")
}

func TestMemoryIsAStore(t *testing.T) {
	s := Memory(time.Now)
	ok(t, s.PutCluster(ctx, models.Cluster{Ref: models.ClusterRef{Team: models.Local, Name: "demo"}}),
		s.PutCard(ctx, models.Card{Team: models.Local, Channel: models.AnyChannel, Clusters: []string{"demo"}}))
	card, err := s.Card(ctx, models.Local, "console")
	if err != nil || len(card.Clusters) != 1 {
		t.Errorf("%v, %v", card, err)
	}
	ok(t, s.Close())
	_, err = s.Cards(ctx, models.Local)
	wantError(t, err, models.Unavailable, "closed")
}

func TestContextErrorsStayThemselves(t *testing.T) {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Memory(time.Now).Append(ended, entry("T1", "m1")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "mulebot.key")
	made, err := LoadKey(path)
	ok(t, err)
	again, err := LoadKey(path)
	ok(t, err)
	text, err := os.ReadFile(path)
	ok(t, err)
	parsed, err := ParseKey(models.Secret(text))
	ok(t, err)
	encoded, err := ParseKey(models.Secret(base64.StdEncoding.EncodeToString(text) + "\n"))
	ok(t, err)
	sealed, err := made.seal("place", []byte("text"))
	ok(t, err)
	for name, key := range map[string]Key{"again": again, "parsed": parsed, "base64": encoded} {
		if opened, err := key.open("place", sealed); err != nil || string(opened) != "text" {
			t.Errorf("%s: %q, %v", name, opened, err)
		}
	}
	for path, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s has mode %v, %v; want %v", path, info.Mode(), err, mode)
		}
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("beside the key lies %v, %v", entries, err)
	}
	if shown := fmt.Sprintf("%v %+v %#v %s", made, made, made, made); strings.TrimSpace(strings.ReplaceAll(shown, "[redacted]", "")) != "" {
		t.Errorf("the key prints as %s", shown)
	}
}

func TestKeyFileRefuses(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		ok(t, os.WriteFile(path, []byte(text), 0o600), os.Chmod(path, mode))
		return path
	}
	good, err := newKey()
	ok(t, err)
	_, err = LoadKey(file("open", string(good), 0o644))
	wantError(t, err, models.Forbidden, "may be read by others", "chmod 600", "MULEBOT_KEY")
	_, err = LoadKey(file("group", string(good), 0o640))
	wantError(t, err, models.Forbidden, "0640")
	for name, text := range map[string]string{"empty": "", "text": "hunter2 hunter2", "half": string(good[:len(good)/2]), "json": "{}"} {
		_, err = LoadKey(file(name, text, 0o600))
		wantError(t, err, models.Invalid, "not a key file", "backup")
		if text != "" && strings.Contains(err.Error(), text[:min(len(text), 7)]) && name != "json" {
			t.Errorf("the error holds what the file holds: %v", err)
		}
		_, err = ParseKey(models.Secret(text))
		wantError(t, err, models.Invalid, "backup")
	}
	_, err = LoadKey(dir)
	if err == nil {
		t.Error("a folder is a key")
	}
	_, err = LoadKey(filepath.Join(file("file", "", 0o600), "mulebot.key"))
	wantError(t, err, models.Unavailable, "data_dir")
}

// TestKeyFileRace makes the key from many goroutines at once: all get the same.
func TestKeyFileRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mulebot.key")
	keys := make(chan Key)
	for range 8 {
		go func() {
			key, err := LoadKey(path)
			if err != nil {
				t.Error(err)
			}
			keys <- key
		}()
	}
	first := <-keys
	sealed, err := first.seal("place", []byte("text"))
	ok(t, err)
	for range 7 {
		if _, err := (<-keys).open("place", sealed); err != nil {
			t.Error("two keys were made")
		}
	}
}
