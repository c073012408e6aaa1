package bot

import (
	"sync"
	"time"

	"github.com/mulebot/mulebot/models"
)

// State says how a workspace's connection to Slack is.
type State string

// The states of a connection.
const (
	Connecting State = "connecting" // the first attempt, or the first after a loss
	Connected  State = "connected"
	Retrying   State = "retrying" // attempts failed; the next one comes soon
	Parked     State = "parked"   // Slack refuses the token; tried again once in a while
	Stopped    State = "stopped"  // not running: not yet, or no longer
)

// Status is how a workspace is served.
type Status struct {
	Team  models.TeamID
	Name  string
	State State
	Since time.Time // when State was entered
	// Proven is when a round trip over the connection last succeeded.
	Proven time.Time
	// LastError is why the connection was lost or could not be made, "" if it never was; LastErrorAt is when.
	LastError   string
	LastErrorAt time.Time
	// Trouble is what keeps messages from being taken or answered although the connection stands, such as a full disk or
	// a bot token that Slack refuses; "" for none.
	Trouble string
	Waiting int // messages taken and not yet answered that are in memory
}

// Status returns one status for each workspace, in the order of [Options.Workspaces], and of those that came later. It is safe to
// call at any time.
func (b *Bot) Status() []Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	statuses := make([]Status, 0, len(b.workspaces))
	for _, w := range b.workspaces {
		s := w.connection.health.get()
		s.Team, s.Name = w.team, w.name
		s.Trouble, s.Waiting = w.trouble(), w.waiting()
		statuses = append(statuses, s)
	}
	return statuses
}

// health is the state of a connection, shared between the goroutine that runs it and those who ask.
type health struct {
	mu    sync.Mutex
	now   func() time.Time
	s     Status
	heard time.Time
}

func (h *health) get() Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.s
}

// prove notes that a round trip succeeded.
func (h *health) prove() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.s.Proven = h.now()
}

// hear notes that Slack was heard: a hello, or an envelope. It returns when it was before.
func (h *health) hear() (before time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before, h.heard = h.heard, h.now()
	return before
}

// lastHeard returns when Slack was last heard; a zero time if it never was.
func (h *health) lastHeard() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.heard
}

// enter changes the state; an error that is not nil becomes the last one.
func (h *health) enter(state State, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.s.State != state {
		h.s.State, h.s.Since = state, h.now()
	}
	if err != nil {
		h.s.LastError, h.s.LastErrorAt = err.Error(), h.now()
	}
}
