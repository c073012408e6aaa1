package bot

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/mulebot/mulebot/models"
)

// sayEvery is how often a channel is told that its workspace asks too much.
const sayEvery = time.Minute

// AskLimit is what a workspace may ask. More is left unanswered.
type AskLimit struct {
	PerSecond float64 // messages
	Burst     int     // messages at once
}

// restraint holds a workspace to a number of messages a second, so that one that floods the bot takes nothing from the others.
type restraint struct {
	asks func() AskLimit

	mu    sync.Mutex // guards what follows
	is    AskLimit   // what limit has
	limit *rate.Limiter
	told  map[models.ChannelID]time.Time
	last  time.Time // when a message was last left unanswered
}

func newRestraint(asks func() AskLimit) *restraint {
	is := asks()
	return &restraint{asks: asks, is: is, limit: rate.NewLimiter(rate.Limit(is.PerSecond), is.Burst), told: map[models.ChannelID]time.Time{}}
}

// allows reports whether another message may be taken now.
func (r *restraint) allows(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.adjust(now)
	ok := r.limit.AllowN(now, 1)
	if !ok {
		r.last = now
	}
	return ok
}

// spares is allows for a message that nobody waits for: half of what may come at once is left to people.
func (r *restraint) spares(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.adjust(now)
	return r.limit.TokensAt(now) > float64(r.is.Burst)/2 && r.limit.AllowN(now, 1)
}

// adjust takes over what may be asked. The caller holds mu.
func (r *restraint) adjust(now time.Time) {
	if asks := r.asks(); asks != r.is {
		r.is = asks
		r.limit.SetLimitAt(now, rate.Limit(asks.PerSecond))
		r.limit.SetBurstAt(now, asks.Burst)
	}
}

// lastHeld returns when a message was last left unanswered; a zero time if none was.
func (r *restraint) lastHeld() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// tells reports whether it is time to tell a channel that messages of its workspace stay unanswered, and notes that it is told.
func (r *restraint) tells(channel models.ChannelID, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.told[channel]) < sayEvery {
		return false
	}
	for c, at := range r.told {
		if now.Sub(at) >= sayEvery {
			delete(r.told, c)
		}
	}
	r.told[channel] = now
	return true
}

// tooMuch is what a channel is told then.
var tooMuch = models.Reply{Text: "This workspace asks me more than I can answer at once, and I left some of it unanswered. Ask me again in a moment.",
	Err: &models.Error{Kind: models.Unavailable, Message: "the workspace asks more than it may", Hint: "ask again in a moment"}}

// hold leaves a message unanswered, and says so where that was not said within the last minute.
func (w *workspace) hold(p *place) {
	w.meter.Held()
	m := p.entry.Message
	if !w.restraint.tells(m.Channel, w.now()) {
		return
	}
	w.log.Warn().Str("channel", string(m.Channel)).Msg("the workspace asks more than it may")
	w.answers.Go(func() {
		if err := w.poster.post(w.work, newDelivery(p, tooMuch)); err != nil {
			w.log.Warn().Err(err).Msg("that the workspace asks too much could not be said")
		}
	})
}
