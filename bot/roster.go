package bot

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mulebot/mulebot/models"
)

// roster is who is served, which changes while the bot runs: workspaces come, get other tokens, and go.
type roster struct {
	mu          sync.Mutex // guards what follows
	workspaces  []*workspace
	connections map[models.Secret]*connection // by app-level token
	// Set by Run; nil: it has not begun.
	stop, work       context.Context
	sockets, answers sync.WaitGroup
}

// Put serves a workspace, or serves it with other tokens, from now on if the bot runs. It fails with an Invalid error if the
// workspace lacks a token or an id.
func (b *Bot) Put(w models.Workspace) error {
	if err := checkWorkspace(w); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.put(w)
	return nil
}

// put is Put for a workspace that is complete. The caller holds mu.
func (b *Bot) put(w models.Workspace) {
	ws := b.find(w.Team)
	if ws == nil {
		ws = newWorkspace(w, b.opts, b.client)
		b.workspaces = append(b.workspaces, ws)
		if b.running() {
			ws.start(b.stop, b.work, &b.answers)
		}
	}
	ws.name = w.Name
	ws.poster.use(w.BotToken)
	c := b.connections[w.AppToken]
	if c == nil {
		c = newConnection(w.AppToken, b.opts, b.client, b.dialer, b.dials)
		b.connections[w.AppToken] = c
	}
	if ws.connection != nil && ws.connection != c {
		b.detach(ws)
	}
	ws.connection = c
	c.attach(ws)
	if b.running() {
		b.open(c)
	}
	if b.running() && c.health.get().State == Connected {
		ws.past.resume(gap{})
	}
}

// Remove serves a workspace no longer. What it has asked is answered as far as Slack takes answers.
func (b *Bot) Remove(team models.TeamID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if ws := b.find(team); ws != nil {
		b.detach(ws)
		ws.poster.renewal.end()
		if ws.past.end != nil {
			ws.past.end()
		}
		b.workspaces = slices.DeleteFunc(b.workspaces, func(w *workspace) bool { return w == ws })
	}
}

func (b *Bot) find(team models.TeamID) *workspace {
	if i := slices.IndexFunc(b.workspaces, func(w *workspace) bool { return w.team == team }); i >= 0 {
		return b.workspaces[i]
	}
	return nil
}

// running reports whether Run has begun and is not to end. The caller holds mu.
func (b *Bot) running() bool { return b.stop != nil && b.stop.Err() == nil }

// open begins to keep a connection, or has one that waits try again. The caller holds mu.
func (b *Bot) open(c *connection) {
	if c.close != nil {
		c.hurry()
		return
	}
	stop, end := context.WithCancel(b.stop)
	c.close = end
	b.sockets.Go(func() { c.run(stop, b.work) })
}

// detach takes a workspace off its connection, which ends with its last. The caller holds mu.
func (b *Bot) detach(ws *workspace) {
	c := ws.connection
	if c.detach(ws.team) > 0 {
		return
	}
	for token, other := range b.connections {
		if other == c {
			delete(b.connections, token)
		}
	}
	if c.close != nil {
		c.close()
	}
}

// Run serves until ctx ends, then finishes what is under way within the grace period and returns nil. What it did not finish
// stays in the journal.
func (b *Bot) Run(ctx context.Context) error {
	// Answers outlive ctx by the grace period.
	work, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	b.begin(ctx, work)
	b.noteHeard(ctx)
	b.mu.Lock() // whoever is being added is added to the end
	timer := time.AfterFunc(b.opts.Grace, abort)
	b.mu.Unlock()
	defer timer.Stop()
	b.sockets.Wait()
	b.noteOnce(work)
	b.answers.Wait()
	return nil
}

func (b *Bot) begin(stop, work context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stop, b.work = stop, work
	for _, w := range b.workspaces {
		w.start(stop, work, &b.answers)
	}
	for _, c := range b.connections {
		b.open(c)
	}
}

func checkWorkspace(w models.Workspace) error {
	invalid := func(message, hint string) error {
		return &models.Error{Kind: models.Invalid, Message: message, Hint: hint}
	}
	switch {
	case w.Team == "":
		return invalid("a workspace has no id", "its id begins with T: see mulebot workspace list")
	case !strings.HasPrefix(w.AppToken.Reveal(), "xapp-"):
		return invalid("workspace "+string(w.Team)+" has no app-level token",
			"it begins with xapp-: Basic Information, App-Level Tokens, scope connections:write")
	case !strings.HasPrefix(w.BotToken.Reveal(), "xoxb-"):
		return invalid("workspace "+string(w.Team)+" has no bot token", "it begins with xoxb-: OAuth & Permissions, Bot User OAuth Token")
	}
	return nil
}
