package app

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// kept makes a data directory with a store in which workspace T1 has asked one thing.
func kept(t *testing.T) Config {
	t.Helper()
	dir, err := os.MkdirTemp("", "mulebot") // short: it will hold a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	c, err := LoadConfig("", []string{"MULEBOT_DATA_DIR=" + dir})
	if err != nil {
		t.Fatal(err)
	}
	st, err := OpenStore(c)
	if err != nil {
		t.Fatal(err)
	}
	m := models.Message{ID: "m1", Team: "T1", Channel: "C1", User: "U1", Text: "which volumes are down?", At: time.Now()}
	err = errors.Join(st.PutWorkspace(t.Context(), models.Workspace{Team: "T1", BotToken: "xoxb-hush"}),
		st.Done(t.Context(), m, models.NewAudit(m, models.Reply{Intent: "list"}, true), nil), st.Close())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// served opens the store as a server does, and does chores for others until the test ends.
func served(t *testing.T, c Config) *store.Store {
	t.Helper()
	st, err := OpenStore(c)
	if err != nil {
		t.Fatal(err)
	}
	desk := &control{controlPath(c), &caretaker{settings: settingsOf(c), store: st}, zerolog.Nop()}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	listening := make(chan struct{})
	go func() { done <- desk.listen(ctx, func() { close(listening) }) }()
	<-listening
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, st.Close()); err != nil {
			t.Error(err)
		}
	})
	return st
}

// TestChores does every chore to a store that nobody has open, and to one that is served.
func TestChores(t *testing.T) {
	for _, serving := range []bool{false, true} {
		c := kept(t)
		if serving {
			served(t, c)
		}
		for _, do := range []struct {
			chore Chore
			says  string
			fails models.ErrorKind
		}{
			{chore: Chore{Name: CheckStore}, says: "every record opens"},
			{chore: Chore{Name: Compact}, says: "compacted: "},
			{chore: Chore{Name: ExportAudit}, says: `"text":"which volumes are down?"`},
			{chore: Chore{Name: ExportAudit, Since: time.Now().Add(time.Hour)}},
			{chore: Chore{Name: ExportAudit, Team: "T9"}, fails: models.NotFound},
			{chore: Chore{Name: VerifyAudit}, says: "T1: 1 entries"},
			{chore: Chore{Name: Rekey}, says: "with a new key"},
			{chore: Chore{Name: CheckStore}, says: "every record opens"},
			{chore: Chore{Name: "dance"}, fails: models.Invalid},
		} {
			var out bytes.Buffer
			err := Do(t.Context(), c, do.chore, &out)
			if do.fails != "" && models.KindOf(err) != do.fails || do.fails == "" && err != nil || !strings.Contains(out.String(), do.says) ||
				do.says == "" && out.Len() > 0 {
				t.Errorf("serving %v: %s: %v\n%s", serving, do.chore.Name, err, out.String())
			}
		}
	}
}

// TestBackupWhileServing restores what was backed up from a store that is served.
func TestBackupWhileServing(t *testing.T) {
	c := kept(t)
	served(t, c)
	var backup bytes.Buffer
	if err := Do(t.Context(), c, Chore{Name: Backup}, &backup); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(backup.Bytes(), []byte("xoxb")) || bytes.Contains(backup.Bytes(), []byte("which volumes")) {
		t.Error("the backup has something in the clear")
	}
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := os.WriteFile(file, backup.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(c, file); models.KindOf(err) != models.Conflict {
		t.Errorf("restoring into a store that is served: %v", err)
	}
	other := c
	other.DataDir = t.TempDir()
	key, err := os.ReadFile(keyPath(c))
	if err := errors.Join(err, os.WriteFile(keyPath(other), key, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(other, file); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Do(t.Context(), other, Chore{Name: VerifyAudit}, &out); err != nil || out.String() != "T1: 1 entries, each as it was written\n" {
		t.Errorf("restored: %v\n%s", err, out.String())
	}
}

func TestRekeyNeedsAKeyFile(t *testing.T) {
	c := kept(t)
	text, err := os.ReadFile(keyPath(c))
	if err != nil {
		t.Fatal(err)
	}
	c.Key = models.Secret(text)
	if err := Do(t.Context(), c, Chore{Name: Rekey}, &bytes.Buffer{}); models.KindOf(err) != models.Invalid || strings.Contains(err.Error(), "keyValue") {
		t.Errorf("rekeying with a key from the environment: %v", err)
	}
}
