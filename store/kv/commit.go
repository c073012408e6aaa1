package kv

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// errPanicked makes the transaction of a fn that panicked roll back; the panic itself goes on in the goroutine that called Update.
var errPanicked = errors.New("the transaction panicked")

// company is how long an update that nobody waits for looks out for others to share a commit with.
const company = 5 * time.Millisecond

// groupCommit lets the updates that wait while a commit is on its way to the disk share the next one. No goroutine and
// no delay: whoever finds nobody leading leads, and commits everything that waits. An update alone therefore costs one
// fsync, and any number of them at most two.
type groupCommit struct {
	commit func(fn func(Tx) error) error // runs fn in a transaction and commits it, unless fn fails
	lead   chan struct{}                 // holds the leader
	mu     sync.Mutex
	queue  []*call
}

// call is an update that waits for its commit.
type call struct {
	fn       func(Tx) error
	done     chan struct{} // closed when err and panicked are final
	err      error
	panicked any
}

// update implements KV.Update and, with patience to wait for others that lead, KV.UpdateSoon.
func (g *groupCommit) update(ctx context.Context, fn func(Tx) error, patience time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &call{fn: fn, done: make(chan struct{})}
	g.mu.Lock()
	g.queue = append(g.queue, c)
	g.mu.Unlock()
	if patience > 0 {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-c.done:
		case <-ctx.Done():
		}
	}
	select {
	case g.lead <- struct{}{}:
		g.commitAll(g.take())
		<-g.lead
	case <-c.done:
	case <-ctx.Done():
		if g.withdraw(c) {
			return ctx.Err()
		}
	}
	<-c.done
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.err
}

// take returns the calls that wait.
func (g *groupCommit) take() []*call {
	g.mu.Lock()
	defer g.mu.Unlock()
	calls := g.queue
	g.queue = nil
	return calls
}

// withdraw takes a call back and reports whether it was still waiting.
func (g *groupCommit) withdraw(c *call) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.queue, c)
	if i < 0 {
		return false
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	return true
}

// commitAll commits calls together. One that fails is taken out, and run again alone: its error must rest on what was
// committed, not on what was rolled back because of it.
func (g *groupCommit) commitAll(calls []*call) {
	for len(calls) > 0 {
		failed := -1
		err := g.commit(func(tx Tx) error {
			for i, c := range calls {
				if err := c.run(tx); err != nil {
					failed = i
					return err
				}
			}
			return nil
		})
		if failed < 0 || len(calls) == 1 {
			for _, c := range calls {
				c.finish(err)
			}
			return
		}
		c := calls[failed]
		calls = slices.Delete(calls, failed, failed+1)
		c.finish(g.commit(c.run))
	}
}

func (c *call) run(tx Tx) (err error) {
	c.panicked, err = run(c.fn, tx)
	return err
}

func (c *call) finish(err error) {
	c.err = err
	close(c.done)
}
