package bot

import (
	"context"
	"sync"
	"time"
)

// renewal is how answers wait that Slack refuses for the bot token: until there is another one, or none will come any more. What a token
// is refused for may also be undone at Slack, so that it is tried again once in a while.
type renewal struct {
	again time.Duration // wait before the same token is tried again
	over  chan struct{} // closed when no other token will come
	end   func()        // closes it

	mu   sync.Mutex
	came chan struct{} // closed when another token has come
}

func newRenewal(again time.Duration) *renewal {
	r := &renewal{again: again, over: make(chan struct{}), came: make(chan struct{})}
	r.end = sync.OnceFunc(func() { close(r.over) })
	return r
}

// come lets those go on that wait.
func (r *renewal) come() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.came)
	r.came = make(chan struct{})
}

// next returns what is closed when the next token has come. Who asks before a call misses none that comes during it.
func (r *renewal) next() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.came
}

// wait waits for a token, and reports whether to try again.
func (r *renewal) wait(ctx context.Context, next <-chan struct{}) bool {
	timer := time.NewTimer(r.again)
	defer timer.Stop()
	select {
	case <-r.over:
		return false
	case <-ctx.Done():
		return false
	case <-next:
	case <-timer.C:
	}
	return true
}
