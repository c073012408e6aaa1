package bot

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/mulebot/mulebot/models"
)

// pace holds a workspace's calls to what Slack allows: about a message a second in a channel, and nothing of a method while
// Slack has told to wait (https://docs.slack.dev/apis/web-api/rate-limits).
type pace struct {
	rate  rate.Limit
	burst int

	mu       sync.Mutex // guards what follows
	channels map[models.ChannelID]*rate.Limiter
	until    map[string]time.Time // by method: no call before
}

// manyChannels is when channels that have been quiet are forgotten.
const manyChannels = 256

func newPace(perSecond float64, burst int) *pace {
	return &pace{
		rate: rate.Limit(perSecond), burst: burst,
		channels: map[models.ChannelID]*rate.Limiter{}, until: map[string]time.Time{},
	}
}

// wait blocks until a method may be called, and, with a channel, until the channel may take another message. Those who wait
// for one channel pass in the order in which they came.
func (p *pace) wait(ctx context.Context, method string, channel models.ChannelID) error {
	if err := p.waitHeld(ctx, method); err != nil {
		return err
	}
	if channel == "" || p.rate == rate.Inf {
		return nil
	}
	if err := p.limiter(channel).Wait(ctx); err != nil {
		return err
	}
	return p.waitHeld(ctx, method) // Slack may have spoken meanwhile
}

// hold keeps back the calls of a method for a while.
func (p *pace) hold(method string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := time.Now().Add(d); t.After(p.until[method]) {
		p.until[method] = t
	}
}

func (p *pace) waitHeld(ctx context.Context, method string) error {
	for {
		p.mu.Lock()
		d := time.Until(p.until[method])
		p.mu.Unlock()
		if d <= 0 {
			return ctx.Err()
		}
		if !pause(ctx, d) {
			return ctx.Err()
		}
	}
}

func (p *pace) limiter(channel models.ChannelID) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.channels[channel]
	if l == nil {
		if len(p.channels) >= manyChannels {
			p.forget()
		}
		l = rate.NewLimiter(p.rate, p.burst)
		p.channels[channel] = l
	}
	return l
}

// forget drops the limiters that are full, which are as good as new ones. The caller holds p.mu.
func (p *pace) forget() {
	for channel, l := range p.channels {
		if l.Tokens() >= float64(p.burst) {
			delete(p.channels, channel)
		}
	}
}
