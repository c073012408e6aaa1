package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// Chore is something that an operator has done: to the store, to what tenants have, or to all that serving needs. It can be done while
// the store is served. What is secret in it is in clear, for [models.Secret] crosses no socket: this one's file is its user's alone.
type Chore struct {
	Name string        `json:"name"`           // one of those below
	Team models.TeamID `json:"team,omitempty"` // empty: the only one there is
	// Since bounds the entries of the audit log.
	Since     time.Time     `json:"since"`
	Workspace *NewWorkspace `json:"workspace,omitempty"` // to be added
	Cluster   *NewCluster   `json:"cluster,omitempty"`   // to be added
	Card      *models.Card  `json:"card,omitempty"`      // to be added
	Grant     *models.Grant `json:"grant,omitempty"`     // to be given or taken away; its Who may be a name
	// Of is the cluster, the channel or the secret that it is about.
	Of    string            `json:"of,omitempty"`
	Value string            `json:"value,omitempty"` // of a secret; of Examine, the app configuration token
	Files map[string]string `json:"files,omitempty"` // of intents, by their paths
}

// The chores. Those that list or examine write JSON, the others text.
const (
	Backup      = "backup"  // writes the store
	CheckStore  = "check"   // opens every record
	Compact     = "compact" // gives room back
	Rekey       = "rekey"   // seals everything with a new key
	ExportAudit = "audit"   // writes the audit log of a team as JSON lines
	VerifyAudit = "verify"  // checks the chains of the audit log, of a team or of all
	Examine     = "doctor"  // checks all that serving needs, and says how to mend what is wrong

	AddWorkspace    = "add" // adds a workspace, and serves it at once
	ListWorkspaces  = "workspaces"
	RemoveWorkspace = "remove"
	AddCluster      = "add cluster"
	ListClusters    = "clusters"
	RemoveCluster   = "remove cluster"
	TestCluster     = "test cluster"
	AddCard         = "add card"
	ListCards       = "cards"
	RemoveCard      = "remove card"
	Grant           = "grant"
	ListGrants      = "grants"
	Revoke          = "revoke"
	SetSecret       = "set secret"
	ListSecrets     = "secrets"
	RemoveSecret    = "remove secret"
	CheckIntents    = "check intents"
	SetIntents      = "set intents"
	ListIntents     = "intents"
	RemoveIntents   = "remove intents"
)

// chores does each of them.
func chores() map[string]func(*caretaker, context.Context, Chore, io.Writer) error {
	return map[string]func(*caretaker, context.Context, Chore, io.Writer) error{
		Backup: (*caretaker).backup, CheckStore: (*caretaker).check, Compact: (*caretaker).compact, Rekey: (*caretaker).rekey,
		ExportAudit: (*caretaker).audit, VerifyAudit: (*caretaker).verify, Examine: (*caretaker).examine,
		AddWorkspace: (*caretaker).addWorkspace, ListWorkspaces: (*caretaker).listWorkspaces, RemoveWorkspace: (*caretaker).removeWorkspace,
		AddCluster: (*caretaker).addCluster, ListClusters: (*caretaker).listClusters, RemoveCluster: (*caretaker).removeCluster, TestCluster: (*caretaker).testCluster,
		AddCard: (*caretaker).addCard, ListCards: (*caretaker).listCards, RemoveCard: (*caretaker).removeCard,
		Grant: (*caretaker).grant, ListGrants: (*caretaker).listGrants, Revoke: (*caretaker).revoke,
		SetSecret: (*caretaker).setSecret, ListSecrets: (*caretaker).listSecrets, RemoveSecret: (*caretaker).removeSecret,
		CheckIntents: (*caretaker).checkIntents, SetIntents: (*caretaker).setIntents, ListIntents: (*caretaker).listIntents, RemoveIntents: (*caretaker).removeIntents,
	}
}

// Do does a chore, in this process or, when another one serves the store, in that. What the chore has to say it writes to w.
func Do(ctx context.Context, c Config, chore Chore, w io.Writer) error {
	st, err := OpenStore(c)
	if models.KindOf(err) == models.Conflict {
		if there, remoteErr := callControl(ctx, c, chore, w); there {
			return remoteErr
		}
	}
	if err != nil && chore.Name == Examine { // the rest can be examined all the same
		return (&doctor{config: c, broken: err, configToken: models.Secret(chore.Value), w: w}).examine(ctx)
	}
	if err != nil {
		return err
	}
	return errors.Join((&caretaker{settings: settingsOf(c), store: st}).do(ctx, chore, w), st.Close())
}

// caretaker does chores to a store that this process has open.
type caretaker struct {
	settings *Settings
	store    *store.Store
	live     *live // nil: this process does not serve
}

// live is what a process that serves does about what a chore has changed.
type live struct {
	statuses func() []bot.Status // of the workspaces that it serves
	seen     func(models.TeamID) (bot.Sightings, bool)
	serve    func(models.Workspace) error
	leave    func(models.TeamID) // serves a workspace no longer
	registry *Registry
	workshop *Workshop
}

func (k *caretaker) do(ctx context.Context, chore Chore, w io.Writer) error {
	does, ok := chores()[chore.Name]
	if !ok {
		return &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("there is no chore %q", chore.Name),
			Hint: "is the mulebot that serves older than this one? Restart it"}
	}
	return does(k, ctx, chore, w)
}

func (k *caretaker) backup(ctx context.Context, _ Chore, w io.Writer) error {
	_, err := k.store.Backup(ctx, w)
	return err
}

func (k *caretaker) compact(ctx context.Context, _ Chore, w io.Writer) error {
	before, after, err := k.store.Compact(ctx)
	if err == nil {
		fmt.Fprintf(w, "compacted: %d KiB became %d KiB\n", before>>10, after>>10)
	}
	return err
}

func (k *caretaker) examine(ctx context.Context, chore Chore, w io.Writer) error {
	d := &doctor{config: *k.settings.Now(), store: k.store, configToken: models.Secret(chore.Value), w: w}
	if k.live != nil {
		d.statuses, d.seen = k.live.statuses, k.live.seen
	}
	return d.examine(ctx)
}

func (k *caretaker) check(ctx context.Context, _ Chore, w io.Writer) error {
	report, err := k.store.Check(ctx)
	if err != nil {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(report.Records)) {
		fmt.Fprintf(w, "%8d  %s\n", report.Records[kind], kind)
	}
	for _, key := range report.Damaged {
		fmt.Fprintln(w, "does not open:", key)
	}
	if err := damage(report); err != nil {
		return err
	}
	fmt.Fprintln(w, "every record opens")
	return nil
}

// rekey makes a new key, seals everything with it, and keeps the old one beside it for backups from before. Interrupted, it
// leaves a key file that opens everything, and can be begun again.
func (k *caretaker) rekey(ctx context.Context, _ Chore, w io.Writer) error {
	c := *k.settings.Now()
	path := keyPath(c)
	if c.Key != "" {
		return &models.Error{Kind: models.Invalid, Message: "the store's key is given in the configuration (MULEBOT_KEY), where it cannot be replaced",
			Hint: "write it to " + path + " (mode 0600), take it out of the configuration, and begin again"}
	}
	records, kept, err := k.store.Rekey(ctx, path, func(key store.Key) error { return resealConsole(ctx, c, key) })
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "sealed %d records with a new key\nbackups from before open with %s alone: delete it when you need them no more\n", records, kept)
	return nil
}

// resealConsole seals the dialogues of the console anew, if there are any.
func resealConsole(ctx context.Context, c Config, key store.Key) error {
	path := consolePath(c)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	st, err := store.Open(path, key, time.Now)
	if err != nil {
		return err
	}
	_, err = st.Reseal(ctx, key)
	return errors.Join(err, st.Close())
}

func (k *caretaker) audit(ctx context.Context, chore Chore, w io.Writer) error {
	_, team, err := k.tenants(ctx, chore)
	if err != nil {
		return err
	}
	lines := json.NewEncoder(w)
	for entry, err := range k.store.Audit(ctx, team, chore.Since) {
		if err != nil {
			return err
		}
		if err := lines.Encode(entry); err != nil {
			return err
		}
	}
	return nil
}

func (k *caretaker) verify(ctx context.Context, chore Chore, w io.Writer) error {
	teams, err := k.store.Teams(ctx)
	if err == nil && chore.Team != "" {
		_, chore.Team, err = k.tenants(ctx, chore)
		teams = []models.TeamID{chore.Team}
	}
	if err != nil {
		return err
	}
	var failed error
	for _, team := range teams {
		entries, gone, err := k.store.VerifyAudit(ctx, team)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		fmt.Fprintf(w, "%s: %d entries, each as it was written", team, entries)
		if gone > 0 {
			fmt.Fprintf(w, "; the %d before them have expired", gone)
		}
		fmt.Fprintln(w)
	}
	return failed
}

// Restore puts a backup in the place of the store, which no process may have open, and returns where it moved that one.
func Restore(c Config, backup string) (moved string, err error) {
	key, err := storeKey(c)
	if err != nil {
		return "", err
	}
	return store.Restore(storePath(c), backup, key, time.Now)
}

func storePath(c Config) string   { return filepath.Join(c.DataDir, "mulebot.db") }
func keyPath(c Config) string     { return filepath.Join(c.DataDir, "mulebot.key") }
func consolePath(c Config) string { return filepath.Join(c.DataDir, "console.db") }
