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

// Chore is something that an operator has done to the store, or to all that serving needs. It can be done while the store is served.
type Chore struct {
	Name string        `json:"name"` // one of those below
	Team models.TeamID `json:"team,omitempty"`
	// Since bounds the entries of the audit log.
	Since time.Time `json:"since"`
	// Workspace is the one to be added.
	Workspace *NewWorkspace `json:"workspace,omitempty"`
}

// NewWorkspace is a workspace to be added. Its tokens are in clear, for [models.Secret] crosses no socket: this one's file is its
// user's alone.
type NewWorkspace struct {
	Team     models.TeamID `json:"team,omitempty"` // empty: Slack is asked
	Name     string        `json:"name,omitempty"` // empty: Slack is asked
	AppToken string        `json:"app_token"`
	BotToken string        `json:"bot_token"`
	// Installer is who brought the app there, and is the first admin: an id, a name or an e-mail address; empty: nobody is.
	Installer string `json:"installer,omitempty"`
}

// The chores.
const (
	Backup       = "backup"  // writes the store
	CheckStore   = "check"   // opens every record
	Compact      = "compact" // gives room back
	Rekey        = "rekey"   // seals everything with a new key
	ExportAudit  = "audit"   // writes the audit log of a team as JSON lines
	VerifyAudit  = "verify"  // checks the chains of the audit log, of a team or of all
	AddWorkspace = "add"     // adds a workspace, and serves it at once
	Examine      = "doctor"  // checks all that serving needs, and says how to mend what is wrong
)

// Do does a chore, in this process or, when another one serves the store, in that. What the chore has to say it writes to w.
func Do(ctx context.Context, c Config, chore Chore, w io.Writer) error {
	st, err := OpenStore(c)
	if models.KindOf(err) == models.Conflict {
		if there, remoteErr := callControl(ctx, c, chore, w); there {
			return remoteErr
		}
	}
	if err != nil && chore.Name == Examine { // the rest can be examined all the same
		return (&doctor{config: c, broken: err, w: w}).examine(ctx)
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
	statuses func() []bot.Status          // of the workspaces that this process serves; nil: it does not serve
	serve    func(models.Workspace) error // begins to serve a workspace; nil: this process does not serve
}

func (k *caretaker) do(ctx context.Context, chore Chore, w io.Writer) error {
	switch chore.Name {
	case Backup:
		_, err := k.store.Backup(ctx, w)
		return err
	case CheckStore:
		return k.check(ctx, w)
	case Compact:
		before, after, err := k.store.Compact(ctx)
		if err == nil {
			fmt.Fprintf(w, "compacted: %d KiB became %d KiB\n", before>>10, after>>10)
		}
		return err
	case Rekey:
		return k.rekey(ctx, w)
	case ExportAudit:
		return k.audit(ctx, chore, w)
	case VerifyAudit:
		return k.verify(ctx, chore, w)
	case AddWorkspace:
		return k.addWorkspace(ctx, chore, w)
	case Examine:
		return (&doctor{config: *k.settings.Now(), store: k.store, statuses: k.statuses, w: w}).examine(ctx)
	}
	return &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("there is no chore %q", chore.Name),
		Hint: "is the mulebot that serves older than this one? Restart it"}
}

// addWorkspace adds a workspace, or one that the app is back in, or gives one other tokens.
func (k *caretaker) addWorkspace(ctx context.Context, chore Chore, w io.Writer) error {
	if chore.Workspace == nil {
		return &models.Error{Kind: models.Invalid, Message: "there is no workspace to add", Hint: "run mulebot workspace add"}
	}
	added, err := (&Tenants{k.store, *k.settings.Now()}).AddWorkspace(ctx, *chore.Workspace)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "added workspace %s %s\n", added.Team, added.Name)
	if chore.Workspace.Installer != "" {
		fmt.Fprintf(w, "%s is an admin of MuleBot there\n", chore.Workspace.Installer)
	}
	if k.serve != nil {
		if err := k.serve(added); err != nil {
			return err
		}
		fmt.Fprintln(w, "it is served from now on\n  → next: /mulebot setup in a channel of it")
		return nil
	}
	fmt.Fprintf(w, "  → next: mulebot cluster add NAME --team %s --kubeconfig FILE\n", added.Team)
	return nil
}

func (k *caretaker) check(ctx context.Context, w io.Writer) error {
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
func (k *caretaker) rekey(ctx context.Context, w io.Writer) error {
	c := *k.settings.Now()
	path := keyPath(c)
	if c.Key != "" {
		return &models.Error{Kind: models.Invalid, Message: "the store's key is given in the configuration (MULEBOT_KEY), where it cannot be replaced",
			Hint: "write it to " + path + " (mode 0600), take it out of the configuration, and begin again"}
	}
	key, err := store.LoadKey(path)
	if err != nil {
		return err
	}
	kept := fmt.Sprintf("%s.before-%s", path, time.Now().UTC().Format("20060102T150405Z"))
	if err := key.Save(kept); err != nil {
		return err
	}
	renewed, err := key.Renewed()
	if err != nil {
		return err
	}
	if err := renewed.Save(path); err != nil {
		return err
	}
	records, err := k.store.Reseal(ctx, renewed)
	if err != nil {
		return err
	}
	if err := resealConsole(ctx, c, renewed); err != nil {
		return err
	}
	reduced, err := renewed.Reduced()
	if err != nil {
		return err
	}
	if _, err := k.store.Reseal(ctx, reduced); err != nil {
		return err
	}
	if err := reduced.Save(path); err != nil {
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
	reduced, err := key.Reduced()
	if err == nil {
		_, err = st.Reseal(ctx, reduced)
	}
	return errors.Join(err, st.Close())
}

func (k *caretaker) audit(ctx context.Context, chore Chore, w io.Writer) error {
	team, err := (&Tenants{k.store, *k.settings.Now()}).Team(ctx, string(chore.Team))
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
	teams := []models.TeamID{chore.Team}
	if chore.Team == "" {
		workspaces, err := k.store.Workspaces(ctx)
		if err != nil {
			return err
		}
		teams = nil
		for _, workspace := range workspaces {
			teams = append(teams, workspace.Team)
		}
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
