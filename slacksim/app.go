package slacksim

import (
	"sync"
	"time"
)

// App is an app as configured at Slack. It may be installed in many workspaces.
type App struct {
	sim          *Sim
	id           string
	name         string
	token        string
	verification string // the "token" of payloads
	clientID     string
	clientSecret string
	redirects    []string // redirect URLs
	homeless     bool     // its home tab is off
	unlisted     bool     // it is distributed outside of the Marketplace
	limits       limiter

	mu         sync.Mutex      // guards what follows
	events     map[string]bool // bot events that are subscribed to
	workspaces []*Workspace
	socketMode bool
	deaf       bool
	closed     bool
	sockets    []*socket
	turn       int                       // of the sockets
	waiting    map[string]*delivery      // by envelope id: sent, not acknowledged
	later      map[*delivery]*time.Timer // to be delivered again
}

// ID returns the app's id, A….
func (a *App) ID() string { return a.id }

// Name returns the app's name, which is its bot user's too.
func (a *App) Name() string { return a.name }

// AppToken returns the app-level token, xapp-….
func (a *App) AppToken() string { return a.token }

// Revoke makes the app-level token fail with token_revoked and closes the app's connections, as deleting it does.
func (a *App) Revoke() {
	a.sim.revoke(a.token, "token_revoked")
	a.DropSockets()
}

// Restore undoes [App.Revoke] and [App.EnableSocketMode](false).
func (a *App) Restore() {
	a.sim.revoke(a.token, "")
	a.EnableSocketMode(true)
}

// EnableSocketMode switches Socket Mode on or off in the app's configuration. Off, open connections get a disconnect
// message with reason link_disabled and end, and apps.connections.open fails.
func (a *App) EnableSocketMode(on bool) {
	a.mu.Lock()
	a.socketMode = on
	a.mu.Unlock()
	if !on {
		a.Disconnect(LinkDisabled)
	}
}

// Connections returns how many sockets the app has.
func (a *App) Connections() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.sockets)
}

// SetDeaf makes the app's connections, present and future, swallow what is sent into them, until it is undone: they stay
// open and are pinged, and no envelope arrives.
func (a *App) SetDeaf(deaf bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.deaf = deaf
	for _, s := range a.sockets {
		s.deaf.Store(deaf)
	}
}

// Deafen makes the app's present connections swallow what is sent into them for good; those opened later are not concerned.
func (a *App) Deafen() {
	for _, s := range a.open() {
		s.deaf.Store(true)
	}
}

// Freeze makes the app's present connections half open, as a failing router does: they look alive, and nothing comes
// through any more, no ping either. It cannot be undone, and connections opened later are not concerned.
func (a *App) Freeze() {
	for _, s := range a.open() {
		s.frozen.Store(true)
	}
}

// DropSockets cuts the app's connections without a goodbye and returns how many there were.
func (a *App) DropSockets() int {
	sockets := a.open()
	for _, s := range sockets {
		s.cut()
	}
	return len(sockets)
}

// The reasons of a disconnect message
// (https://docs.slack.dev/apis/events-api/using-socket-mode/#disconnect). The last comes to a connection too many
// (https://github.com/slackapi/bolt-js/issues/2225).
const (
	Warning           = "warning"
	RefreshRequested  = "refresh_requested"
	LinkDisabled      = "link_disabled"
	TooManyWebsockets = "too_many_websockets"
)

// Disconnect sends a disconnect message over the app's connections. They end after Options.DisconnectGrace, or at once if
// the reason is link_disabled. Until then they get events only while the app has no newer connection.
func (a *App) Disconnect(reason string) {
	for _, s := range a.open() {
		s.disconnect(reason)
	}
}

func (a *App) open() []*socket {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]*socket(nil), a.sockets...)
}

// attach adds a connection and returns how many there are now, or 0 when there are as many already as may be.
func (a *App) attach(s *socket) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed || len(a.sockets) >= a.sim.opts.MaxConnections {
		return 0
	}
	s.deaf.Store(a.deaf)
	a.sockets = append(a.sockets, s)
	return len(a.sockets)
}

func (a *App) detach(s *socket) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, o := range a.sockets {
		if o == s {
			a.sockets = append(a.sockets[:i:i], a.sockets[i+1:]...)
			return
		}
	}
}

func (a *App) close() {
	a.mu.Lock()
	a.closed = true
	for _, d := range a.waiting {
		d.timer.Stop()
	}
	for _, t := range a.later {
		t.Stop()
	}
	clear(a.waiting)
	clear(a.later)
	sockets := append([]*socket(nil), a.sockets...)
	a.mu.Unlock()
	for _, s := range sockets {
		s.cut()
	}
}
