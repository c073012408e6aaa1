package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

const (
	// leastFree is how many bytes a disk should have left.
	leastFree = 256 << 20
	// mostSkew is how far clocks may be apart: signatures of tokens, and the ages in answers, go by them.
	mostSkew = 30 * time.Second
	// manyAtOnce is how many clusters are examined at a time.
	manyAtOnce = 8
	// lookedBack is how many entries of the audit log say what has come from Slack lately.
	lookedBack = 1000
)

// doctor looks at everything that serving needs, and writes a line as soon as it knows something.
type doctor struct {
	config   Config
	store    *store.Store // nil: it does not open; broken says why
	broken   error
	statuses func() []bot.Status // of the workspaces that this process serves; nil: it does not serve
	seen     func(models.TeamID) (bot.Sightings, bool)
	// configToken shows the settings of apps; empty: there is none.
	configToken models.Secret
	w           io.Writer
	failed      int
}

// examine makes all checks. It fails with Unavailable if one of them failed.
func (d *doctor) examine(ctx context.Context) error {
	d.examineStore(ctx)
	free, err := freeSpace(d.config.DataDir)
	if err == nil && free < leastFree {
		err = &models.Error{Kind: models.Unavailable, Message: models.Bytes(free).String() + " are left", Hint: "make room: MuleBot takes no messages that it cannot write down"}
	}
	d.say("disk of "+d.config.DataDir, models.Bytes(free).String()+" free", err)
	d.examineLanguage()
	d.examineListen(ctx)
	for _, w := range d.workspaces(ctx) {
		d.examineWorkspace(ctx, w)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.failed > 0 {
		return &models.Error{Kind: models.Unavailable, Message: fmt.Sprintf("failed checks: %d", d.failed), Hint: "each says what to do"}
	}
	return nil
}

// say writes what a check found, or why it failed.
func (d *doctor) say(name, detail string, err error) {
	if err == nil {
		d.write("ok  ", name, detail)
		return
	}
	d.failed++
	d.write("FAIL", name, Describe(err))
}

// note writes what is neither right nor wrong.
func (d *doctor) note(name, text string) { d.write("note", name, text) }

func (d *doctor) write(mark, name, text string) {
	if text != "" {
		name += ": " + text
	}
	fmt.Fprintf(d.w, "%s  %s\n", mark, name)
}

// Describe words an error for a terminal: what happened, why, and on a line of its own what to do next, without secrets.
func Describe(err error) string {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return models.Redact(err.Error())
	}
	text := e.Message
	if saysIt := e.Kind == models.NotFound && errors.Is(e.Err, fs.ErrNotExist); e.Err != nil && !saysIt && !strings.Contains(text, e.Err.Error()) {
		text += ": " + e.Err.Error()
	}
	if e.Hint != "" {
		text += "\n  → " + e.Hint
	}
	return models.Redact(text)
}

func (d *doctor) examineStore(ctx context.Context) {
	if d.store == nil {
		d.say("store", "", d.broken)
		return
	}
	report, err := d.store.Check(ctx)
	if err == nil {
		err = damage(report)
	}
	records := 0
	for _, n := range report.Records {
		records += n
	}
	d.say("store", fmt.Sprintf("each of its %d records opens", records), err)
}

// damage is the error of a store with records that do not open; nil: all do.
func damage(r store.Report) error {
	if len(r.Damaged) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("%d records do not open", len(r.Damaged)),
		Hint: "they were damaged or sealed with another key: mulebot store restore puts a backup in their place"}
}

// examineLanguage loads the model and reads the deployment's intents.
func (d *doctor) examineLanguage() {
	_, err := builtin()
	if err != nil {
		err = &models.Error{Kind: models.Internal, Message: "the built-in model does not load", Hint: "install MuleBot again", Err: err}
	}
	d.say("language model", "loads", err)
	dir := d.config.Intents.Dir
	if dir == "" {
		return
	}
	files, err := readTraining(dir)
	if err == nil {
		if _, err = intents.ReadCustom(files, d.config.intentRules()); err != nil {
			err = refused(dir, err)
		}
	}
	d.say("intents of "+dir, fmt.Sprintf("files: %d", len(files)), err)
}

// examineListen finds out whether the address of health and metrics can be had, or, while serving, that it is.
func (d *doctor) examineListen(ctx context.Context) {
	address := d.config.Listen
	if address == "" {
		return
	}
	if d.statuses != nil { // the address is ours
		connection, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", address)
		if err == nil {
			_ = connection.Close()
		} else {
			err = unlistened(address, err)
		}
		d.say("listen "+address, "is served", err)
		return
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err == nil {
		_ = listener.Close()
	} else {
		err = unlistened(address, err)
	}
	d.say("listen "+address, "is free", err)
}

// workspaces returns the workspaces that are or would be served.
func (d *doctor) workspaces(ctx context.Context) (all []models.Workspace) {
	var err error
	if d.store != nil {
		all, err = d.store.Workspaces(ctx)
	}
	if err != nil {
		d.say("workspaces", "", err)
	}
	all = slices.DeleteFunc(all, func(w models.Workspace) bool { return !w.Until.IsZero() })
	if solo := soloOf(d.config); solo != nil {
		all = append(all, solo.workspace)
	}
	if len(all) == 0 && err == nil && d.store != nil {
		d.say("workspaces", "", &models.Error{Kind: models.NotFound, Message: "there is none",
			Hint: "set SLACK_APP_TOKEN and SLACK_BOT_TOKEN, or run: mulebot workspace add"})
	}
	return all
}
