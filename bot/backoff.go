package bot

import (
	"context"
	"math/rand/v2"
	"time"
)

// backoff spaces attempts: the nth wait is a random part of a bound that doubles from 250 ms to a maximum ("full jitter":
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter).
type backoff struct {
	attempts int
	most     time.Duration
}

const firstWait = 250 * time.Millisecond

func newBackoff(most time.Duration) *backoff { return &backoff{most: most} }

// next returns how long to wait before the next attempt.
func (b *backoff) next() time.Duration {
	bound := b.most
	if b.attempts < 20 {
		bound = min(bound, firstWait<<b.attempts)
	}
	b.attempts++
	return rand.N(bound) + time.Millisecond
}

// sleep waits before the next attempt. It reports false if ctx ended.
func (b *backoff) sleep(ctx context.Context) bool { return pause(ctx, b.next()) }

// pause waits. It reports false if ctx ended before.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
