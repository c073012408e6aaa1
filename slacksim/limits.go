package slacksim

import (
	"sync"
	"time"
)

// bucket is a token bucket: so many calls at once, and then at a rate.
type bucket struct {
	tokens float64
	last   time.Time
}

// take takes a token and returns zero, or says how long to wait for one.
func (b *bucket) take(now time.Time, perSecond, burst float64) time.Duration {
	if b.last.IsZero() {
		b.tokens = burst
	} else if d := now.Sub(b.last); d > 0 {
		b.tokens = min(burst, b.tokens+d.Seconds()*perSecond)
	}
	b.last = now
	if b.tokens >= 1 {
		b.tokens--
		return 0
	}
	return time.Duration((1 - b.tokens) / perSecond * float64(time.Second))
}

// limiter holds the buckets of a workspace or an app.
type limiter struct {
	mu      sync.Mutex
	buckets map[string]*bucket
}

func (l *limiter) take(key string, now time.Time, perSecond, burst float64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets == nil {
		l.buckets = map[string]*bucket{}
	}
	b := l.buckets[key]
	if b == nil {
		b = &bucket{}
		l.buckets[key] = b
	}
	return b.take(now, perSecond, burst)
}

// limit applies the method's tier, which counts per method, app and workspace. It returns how long the caller is to wait;
// zero: not at all.
func (c *call) limit(name string, m method) time.Duration {
	o := c.sim.opts.Limits
	if o.Off || m.tier == 0 {
		return 0
	}
	perMinute := [...]float64{1: 1, 2: 20, 3: 50, 4: 100}[m.tier] * o.TierFactor
	burst := max(perMinute, 5)
	if c.app.unlisted && (name == "conversations.history" || name == "conversations.replies") {
		perMinute, burst = o.TierFactor, 1
	}
	if c.ws == nil {
		return c.app.limits.take(name, c.sim.now(), perMinute/60, burst)
	}
	return c.ws.limits.take(name, c.sim.now(), perMinute/60, burst)
}

// limitPost applies the limit of posting in a channel, about one message a second, and that of the workspace.
func (c *call) limitPost(channel string) error {
	o := c.sim.opts.Limits
	if o.Off {
		return nil
	}
	now := c.sim.now()
	if wait := c.ws.limits.take("post "+channel, now, o.PostsPerSecond, float64(o.PostBurst)); wait > 0 {
		return limited(wait)
	}
	if o.PostsPerMinute > 0 {
		rate := float64(o.PostsPerMinute)
		if wait := c.ws.limits.take("post", now, rate/60, rate); wait > 0 {
			return limited(wait)
		}
	}
	return nil
}
