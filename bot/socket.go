package bot

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/mulebot/mulebot/models"
)

// steady is how long a leg must have stood for the next one to be opened without a wait.
const steady = 5 * time.Second

// connection keeps an app connected to Slack: it opens a leg, and another when that one ends or Slack announces that it
// will, for as long as the bot runs. Nothing that Slack answers makes it give up.
type connection struct {
	opts    Options
	client  *socketmode.Client
	dialer  *websocket.Dialer
	dials   chan struct{} // held while a leg is being opened
	log     zerolog.Logger
	health  health
	hurried chan struct{}      // has something in it: do not wait for the next attempt
	close   context.CancelFunc // ends run; nil: it has not begun. Of the bot's roster

	mu         sync.Mutex // guards workspaces
	workspaces map[models.TeamID]*workspace
}

func newConnection(token models.Secret, o Options, client *http.Client, dialer *websocket.Dialer, dials chan struct{}) *connection {
	api := slack.New("", slack.OptionAppLevelToken(token.Reveal()), slack.OptionAPIURL(o.APIURL),
		slack.OptionHTTPClient(client), slack.OptionLog(silence()))
	c := &connection{
		opts: o, client: socketmode.New(api, socketmode.OptionLog(silence())), dialer: dialer, dials: dials, log: o.Log,
		hurried: make(chan struct{}, 1), workspaces: map[models.TeamID]*workspace{},
	}
	c.health.now = o.Now
	c.health.s = Status{State: Stopped, Since: o.Now()}
	return c
}

// run keeps the app connected until ctx ends. Envelopes that were taken by then are still written to the journal and
// acknowledged, while work goes on.
func (c *connection) run(ctx, work context.Context) {
	var legs sync.WaitGroup
	defer legs.Wait()
	defer c.health.enter(Stopped, nil)
	wait := newBackoff(c.opts.MaxWait)
	c.health.enter(Connecting, nil)
	var doubted *leg // serves until the next one stands
	var stood *leg   // the last that did
	for ctx.Err() == nil {
		if !c.acquire(ctx) {
			return
		}
		l := newLeg(c)
		legs.Go(func() { l.run(ctx, work) })
		select {
		case <-l.up:
			c.connected()
			if g, some := gapBefore(l, stood, c.opts.Now()); some {
				c.resume(g)
			}
			stood = l
			if doubted != nil {
				doubted.retire()
				doubted = nil
			}
		case <-l.ended:
		}
		<-c.dials
		select {
		case <-l.leaving: // the next leg is opened while this one serves
			if l.stood() < steady {
				pause(ctx, wait.next())
			}
			if l.doubted {
				doubted = l
			}
			continue
		case <-l.ended:
		}
		if ctx.Err() == nil {
			c.rest(ctx, c.lost(l, wait))
		}
	}
}

// gapBefore returns the time before a leg stood in which nothing may have been heard, and whether there was any; last is the leg that stood
// before. Before the first leg it is not known, and zero.
func gapBefore(l, last *leg, now time.Time) (g gap, some bool) {
	switch {
	case last == nil:
		return gap{}, true
	case last.over():
		return gap{from: l.before, to: now}, true
	case last.doubted:
		return gap{from: l.before, to: now, quiet: true}, true
	}
	return gap{}, false // the one before hears until this one does
}

// resume tells the workspaces that a leg stands, and of a gap before.
func (c *connection) resume(g gap) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.workspaces {
		w.past.resume(g)
	}
}

// rest waits before the next attempt, unless it is hurried.
func (c *connection) rest(ctx context.Context, d time.Duration) {
	ctx, wake := context.WithTimeout(ctx, d)
	defer wake()
	select {
	case <-c.hurried:
	case <-ctx.Done():
	}
}

// hurry makes a connection that waits try again: somebody has set tokens anew.
func (c *connection) hurry() {
	if c.health.get().State == Connected {
		return
	}
	select {
	case c.hurried <- struct{}{}:
	default:
	}
}

// attach lets a workspace have what comes for it.
func (c *connection) attach(w *workspace) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.workspaces[w.team] = w
}

// detach undoes attach and returns how many workspaces are left.
func (c *connection) detach(team models.TeamID) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.workspaces, team)
	return len(c.workspaces)
}

// workspace returns a workspace; nil if none of that id is served over this connection.
func (c *connection) workspace(team models.TeamID) *workspace {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.workspaces[team]
}

// teams returns the ids of the workspaces, at most five, for the log.
func (c *connection) teams() (ids []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for team := range c.workspaces {
		if ids = append(ids, string(team)); len(ids) == 5 {
			break
		}
	}
	return ids
}

func (c *connection) acquire(ctx context.Context) bool {
	select {
	case c.dials <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// connected notes that a leg is up. It says so in the log if the connection had been lost.
func (c *connection) connected() {
	level := zerolog.DebugLevel
	if s := c.health.get(); s.State != Connected && s.LastError != "" {
		level = zerolog.InfoLevel
	}
	c.health.enter(Connected, nil)
	c.health.prove()
	c.log.WithLevel(level).Strs("teams", c.teams()).Msg("connected to Slack")
}

// lost decides how long to wait after a leg ended: not at all after one that stood, so that no event is missed; with
// exponential back-off after failures, or as long as Slack says; and long when Slack refuses the token.
func (c *connection) lost(l *leg, wait *backoff) time.Duration {
	o := judge(l.err)
	_, answered := errors.AsType[slack.SlackErrorResponse](l.err)
	log := c.log.Warn().Err(l.err).Strs("teams", c.teams())
	switch {
	case o.verdict == refused && answered:
		c.health.enter(Parked, l.err)
		log.Dur("again_in", c.opts.Parked).Msg("Slack refuses the app-level token: the connection is parked")
		return c.opts.Parked
	case l.stood() >= steady:
		wait.attempts = 0
		c.health.enter(Connecting, l.err)
		log.Msg("the connection to Slack was lost")
		return 0
	}
	d := max(wait.next(), o.after)
	c.health.enter(Retrying, l.err)
	message := "a connection to Slack could not be opened"
	if l.stood() > 0 {
		message = "the connection to Slack was lost at once"
	}
	log.Dur("again_in", d).Int("attempt", wait.attempts).Msg(message)
	return d
}

// take finds whom an envelope is for and gives the message its place. It returns what is left to be done before the envelope
// is acknowledged; nil: nothing.
func (c *connection) take(r *socketmode.Request) (admit func(context.Context) bool) {
	d, ok := decode(r)
	c.saw(d.sight)
	if d.said && !ok {
		return nil // most often the echo of an answer: it need not be read again
	}
	if !ok {
		if n, ok := decodeNotice(r); ok && c.workspace(n.team) != nil {
			return func(ctx context.Context) bool { return c.heed(ctx, n) }
		}
		if o, ok := decodeOpening(r); ok {
			if w := c.workspace(o.team); w != nil {
				w.homes.open(o)
			}
		}
		return nil
	}
	w := c.workspace(d.entry.Message.Team)
	if w == nil {
		c.log.Warn().Str("team", string(d.entry.Message.Team)).Msg("a message came from a workspace that is not configured")
		return nil
	}
	p := w.reserve(d)
	return func(ctx context.Context) bool { return w.admit(ctx, p) }
}
