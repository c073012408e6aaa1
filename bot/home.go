package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"runtime/debug"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/mulebot/mulebot/models"
)

// Homes says what somebody sees in the app's home tab.
type Homes interface {
	// Home is given the user, the team and the direct channel in a message that says nothing. It returns what is known at the
	// end of ctx.
	Home(ctx context.Context, m models.Message) models.Home
}

const (
	// homeSoon is how long clusters are waited for before a home is shown, homeLate how long those are that did not answer by
	// then, before it is shown again.
	homeSoon = 1500 * time.Millisecond
	homeLate = 10 * time.Second
	// maxHomes is how many homes of a workspace are made at a time.
	maxHomes = 4
	// publishTries is how often a home is published that Slack does not take; the user opens it again.
	publishTries = 4
)

// homeOpened is the type of the event.
const homeOpened = "app_home_opened"

// opening is the event that somebody opened the home tab (https://docs.slack.dev/reference/events/app_home_opened).
type opening struct {
	team    models.TeamID
	user    models.UserID
	channel models.ChannelID // of their direct messages
	bare    bool             // Slack has nothing to show there yet
}

// decodeOpening turns an envelope into an opening. It reports false for every other envelope, and for the other tabs.
func decodeOpening(r *socketmode.Request) (o opening, ok bool) {
	if r.Type != socketmode.RequestTypeEventsAPI || !bytes.Contains(r.Payload, []byte(homeOpened)) {
		return o, false
	}
	var c struct {
		addressee
		Type  string `json:"type"`
		Event struct {
			Type    string           `json:"type"`
			User    models.UserID    `json:"user"`
			Channel models.ChannelID `json:"channel"`
			Tab     string           `json:"tab"`
			View    *struct{}        `json:"view"`
		} `json:"event"`
	}
	if json.Unmarshal(r.Payload, &c) != nil || c.Type != "event_callback" || c.Event.Type != homeOpened || c.Event.Tab != "home" {
		return o, false
	}
	o = opening{c.team(), c.Event.User, c.Event.Channel, c.Event.View == nil}
	return o, o.team != "" && o.user != "" && o.channel != ""
}

// homes makes the home tabs of one workspace when they are opened, and publishes those that have changed. None is journaled: what
// is lost, the next opening brings.
type homes struct {
	*workspace
	source Homes
	slots  chan struct{}   // held while a home is made
	stop   context.Context // ended: make no more

	mu    sync.Mutex
	shown map[models.UserID]*shownHome
}

// shownHome is what a user was shown.
type shownHome struct {
	digest [sha256.Size]byte
	busy   bool // it is being made
	again  bool // it was opened meanwhile
}

func newHomes(w *workspace, source Homes) *homes {
	return &homes{workspace: w, source: source, slots: make(chan struct{}, maxHomes), shown: map[models.UserID]*shownHome{}}
}

// open makes a home in the background. A home that is opened while it is made is made once more.
func (h *homes) open(o opening) {
	if h.source == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.shown[o.user]
	if s == nil {
		h.forget()
		s = &shownHome{}
		h.shown[o.user] = s
	}
	if o.bare {
		s.digest = [sha256.Size]byte{}
	}
	if s.busy {
		s.again = true
		return
	}
	s.busy = true
	h.answers.Go(func() {
		for more := true; more; more = h.goesOn(s) {
			h.renew(o, s)
		}
	})
}

// forget makes room where many were shown something. The caller holds h.mu.
func (h *homes) forget() {
	if len(h.shown) < maxPeople {
		return
	}
	for user, s := range h.shown {
		if !s.busy {
			delete(h.shown, user)
		}
	}
}

// goesOn reports whether a home is to be made once more.
func (h *homes) goesOn(s *shownHome) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.busy = s.again && h.stop.Err() == nil
	s.again = false
	return s.busy
}

// renew shows a home as far as clusters answer at once, and, where some did not, once more when they had their time.
func (h *homes) renew(o opening, s *shownHome) {
	select {
	case h.slots <- struct{}{}:
	case <-h.stop.Done():
		return
	}
	defer func() { <-h.slots }()
	for _, limit := range []time.Duration{homeSoon, homeLate} {
		home := h.make(o, limit)
		if h.stop.Err() != nil {
			return
		}
		if err := h.show(o, s, home); err != nil {
			h.log.Warn().Err(err).Str("user", string(o.user)).Msg("a home could not be shown; is the home tab on in the app's settings (slack-manifest.yml)?")
			return
		}
		if !home.Partial {
			return
		}
	}
}

// make asks for a home. A panic becomes a home that says so.
func (h *homes) make(o opening, limit time.Duration) (home models.Home) {
	defer func() {
		if r := recover(); r != nil {
			h.log.Error().Str("user", string(o.user)).Interface("panic", r).Bytes("stack", debug.Stack()).Msg("making a home panicked")
			home = models.Home{Trouble: &models.Error{Kind: models.Internal, Message: "something went wrong inside me", Hint: "open this tab again"}}
		}
	}()
	ctx, cancel := context.WithTimeout(h.stop, limit)
	defer cancel()
	return h.source.Home(ctx, models.Message{Kind: models.Direct, Team: o.team, Channel: o.channel, User: o.user, At: h.now()})
}

// show publishes a home, unless it is what the user sees already.
func (h *homes) show(o opening, s *shownHome, home models.Home) error {
	view := RenderHome(home, o.channel)
	text, err := json.Marshal(view)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(text)
	h.mu.Lock()
	same := s.digest == digest
	h.mu.Unlock()
	if same {
		return nil
	}
	if err := h.poster.publish(h.stop, o.user, view); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s.digest = digest
	return nil
}

// publish shows somebody a home, at the pace that Slack allows.
func (p *poster) publish(ctx context.Context, user models.UserID, view slack.HomeTabViewRequest) error {
	wait := newBackoff(p.maxWait)
	for try := 1; ; try++ {
		if err := p.pace.wait(ctx, publishView, ""); err != nil {
			return err
		}
		_, err := p.api.Load().PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: string(user), View: view})
		if err == nil {
			return nil
		}
		o := judge(err)
		p.meter.Failed(publishView, o.verdict.failure())
		switch {
		case o.verdict == limited:
			p.pace.hold(publishView, o.after)
		case o.verdict == refused || o.verdict == unfit || try == publishTries:
			return errors.New(publishView + ": " + o.code)
		case !wait.sleep(ctx):
			return ctx.Err()
		}
	}
}
