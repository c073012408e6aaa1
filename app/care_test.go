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
		st.DoneAtOnce(t.Context(), m, models.NewAudit(m, models.Reply{Intent: "list"}, true), nil), st.Close())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// served opens the store as a server does, and does chores for others until the test ends.
func served(t *testing.T, c Config) *store.Store {
	t.Helper()
	return servedWith(t, c, zerolog.Nop(), patience)
}

func servedWith(t *testing.T, c Config, log zerolog.Logger, patience func(Chore) time.Duration) *store.Store {
	t.Helper()
	st, err := OpenStore(c)
	if err != nil {
		t.Fatal(err)
	}
	desk := &control{controlPath(c), &caretaker{settings: settingsOf(c), store: st}, log, patience}
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
			{chore: Chore{Name: AddCluster}, fails: models.Invalid},
			{chore: Chore{Name: AddCluster, Cluster: &NewCluster{Name: "east", Kubeconfig: "hush"}}, says: "added cluster east"},
			{chore: Chore{Name: ListClusters}, says: `"Kubeconfig":"[redacted]"`},
			{chore: Chore{Name: TestCluster, Of: "west"}, fails: models.NotFound},
			{chore: Chore{Name: AddCard, Card: &models.Card{Channel: "#storage", Clusters: []string{"east"}}}, fails: models.Invalid},
			{chore: Chore{Name: AddCard, Card: &models.Card{Channel: "C01", Clusters: []string{"west"}}}, fails: models.NotFound},
			{chore: Chore{Name: AddCard, Card: &models.Card{Channel: "C01", Clusters: []string{"east"}}}, says: "channel C01 asks about east"},
			{chore: Chore{Name: ListCards}, says: `"channel":"C01"`},
			{chore: Chore{Name: ListCards, Team: "T9"}, fails: models.NotFound},
			{chore: Chore{Name: Grant, Grant: &models.Grant{Who: "U01", Role: models.Operator, Clusters: []string{"west"}}}, fails: models.NotFound},
			{chore: Chore{Name: Grant, Grant: &models.Grant{Who: "U01", Role: models.Operator, Clusters: []string{"east"}}}, says: "U01 is operator on east"},
			{chore: Chore{Name: Grant, Grant: &models.Grant{Who: "U01", Role: "boss"}}, fails: models.Invalid},
			{chore: Chore{Name: ListGrants}, says: `"who":"U01"`},
			{chore: Chore{Name: Revoke, Grant: &models.Grant{Who: "U01", Role: models.Admin}}, fails: models.NotFound},
			{chore: Chore{Name: Revoke, Grant: &models.Grant{Who: "U01"}}, says: "no more operator on east"},
			{chore: Chore{Name: SetSecret, Of: "pager", Value: "hush"}, says: "stored secret pager"},
			{chore: Chore{Name: ListSecrets}, says: `["pager"]`},
			{chore: Chore{Name: RemoveSecret, Of: "pager"}, says: "removed secret pager"},
			{chore: Chore{Name: RemoveSecret, Of: "pager"}, fails: models.NotFound},
			{chore: Chore{Name: Grant, Grant: &models.Grant{Who: "U01", Role: models.Admin, Clusters: []string{"east"}}}, says: "U01 is admin on east"},
			{chore: Chore{Name: RemoveCluster, Of: "east"}, says: "removed cluster east\nU01 is no more admin on east\n"},
			{chore: Chore{Name: ExportAudit}, says: "and the roles on it: U01 is no more admin on east"},
			{chore: Chore{Name: ListGrants}, says: "null"},
			{chore: Chore{Name: RemoveCard, Of: "C01"}, fails: models.NotFound},
			{chore: Chore{Name: ListWorkspaces}, says: `"Team":"T1"`},
			{chore: Chore{Name: RemoveWorkspace}, says: "removed workspace T1"},
			{chore: Chore{Name: RemoveWorkspace, Team: "T1"}, fails: models.NotFound},
			{chore: Chore{Name: ListWorkspaces}, says: "[]"},
		} {
			var out bytes.Buffer
			err := Do(t.Context(), c, do.chore, &out)
			if do.fails != "" && models.KindOf(err) != do.fails || do.fails == "" && err != nil || !strings.Contains(out.String(), do.says) ||
				do.says == "" && out.Len() > 0 {
				t.Errorf("serving %v: %s: %v\n%s", serving, do.chore.Name, err, out.String())
			}
			if strings.Contains(out.String(), "hush") {
				t.Errorf("serving %v: %s shows a secret: %s", serving, do.chore.Name, out.String())
			}
		}
	}
}

// A workspace of the environment is in no list of the store's, but what it leaves behind is: its audit log can be had.
func TestChoresOfTheEnvironment(t *testing.T) {
	c := kept(t)
	st := served(t, c)
	m := models.Message{ID: "m1", Team: "T2", Channel: "C1", User: "U1", Text: "is all well?", At: time.Now()}
	if err := st.DoneAtOnce(t.Context(), m, models.NewAudit(m, models.Reply{Intent: "overview"}, true), nil); err != nil {
		t.Fatal(err)
	}
	for _, do := range []struct {
		chore Chore
		says  string
	}{
		{Chore{Name: ExportAudit, Team: "T2"}, `"text":"is all well?"`},
		{Chore{Name: VerifyAudit}, "T1: 1 entries, each as it was written\nT2: 1 entries, each as it was written\n"},
		{Chore{Name: ListWorkspaces}, `"Team":"T2","Name":""`},
	} {
		var out bytes.Buffer
		if err := Do(t.Context(), c, do.chore, &out); err != nil || !strings.Contains(out.String(), do.says) {
			t.Errorf("%s: %v\n%s", do.chore.Name, err, out.String())
		}
	}
	if err := Do(t.Context(), c, Chore{Name: ExportAudit}, &bytes.Buffer{}); models.KindOf(err) != models.Invalid {
		t.Errorf("of two workspaces, neither of which was named: %v", err)
	}
}

// TestRemovedWorkspaceStaysGone removes a workspace while a message of it is being answered.
func TestRemovedWorkspaceStaysGone(t *testing.T) {
	c := kept(t)
	st := served(t, c)
	m := models.Message{ID: "m2", Team: "T1", Channel: "C1", User: "U1", Text: "is all well?", At: time.Now()}
	if fresh, err := st.Append(t.Context(), models.Entry{Message: m}); !fresh || err != nil {
		t.Fatal(fresh, err)
	}
	if err := Do(t.Context(), c, Chore{Name: RemoveWorkspace, Team: "T1"}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	if err := st.Done(t.Context(), m, models.NewAudit(m, models.Reply{Intent: "overview"}, true), &models.Dialogue{Intent: "overview"}); err != nil {
		t.Error(err)
	}
	if teams, err := st.Teams(t.Context()); err != nil || len(teams) > 0 {
		t.Errorf("there is something of %v, %v", teams, err)
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

// TestRekeyTakesTheConsoleAlong changes the key when there are dialogues of the console: they open with the new one.
func TestRekeyTakesTheConsoleAlong(t *testing.T) {
	c := kept(t)
	console := func() *store.Store {
		t.Helper()
		st, err := consoleStore(c, "t1")
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	st := console()
	m := models.Message{ID: "ask", Team: models.Local, Channel: "console", Thread: "t1"}
	if err := errors.Join(st.DoneAtOnce(t.Context(), m, nil, &models.Dialogue{Intent: "list"}), st.Close()); err != nil {
		t.Fatal(err)
	}
	if err := Do(t.Context(), c, Chore{Name: Rekey}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	st = console()
	d, err := st.Dialogue(t.Context(), m.Conversation())
	if err := errors.Join(err, st.Close()); err != nil || d.Intent != "list" {
		t.Errorf("remembered %+v, %v", d, err)
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
