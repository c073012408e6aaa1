package bot

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// handRate is how many messages that were found are answered a second at most.
	handRate = 10
	// breath is how long the history is left alone between two readings.
	breath = 10 * time.Second
	// maxFailures is how often a reading is begun again that failed, after twice as long each time. Then the next gap begins it.
	maxFailures = 6
)

// catchUp reads the history of a workspace's channels when something said there may not have been heard, and has what it finds answered.
// One reading goes on at a time.
type catchUp struct {
	w       *workspace
	store   Past                     // nil: nothing is looked for
	readers chan struct{}            // held during a call, with other workspaces
	stop    context.Context          // ended: read no more; nil: the bot does not run
	end     func()                   // ends it
	calls   map[string]*rate.Limiter // by method
	hands   *rate.Limiter

	mu       sync.Mutex // guards what follows
	missed   missed
	begun    bool            // a leg has stood
	recalled bool            // missed has what the store knows of the time before
	running  bool            // run is
	since    time.Time       // of the reading that goes on; zero: none
	failed   bool            // the last reading
	failing  time.Time       // since when the journal has not taken messages; zero: it takes them
	lacks    map[string]bool // scopes that were named in the log, by method and kind of channel
}

func newCatchUp(w *workspace, o Options) *catchUp {
	limit := func() *rate.Limiter { return rate.NewLimiter(readRate, readBurst) }
	return &catchUp{
		w: w, store: o.Past, readers: o.readers, hands: rate.NewLimiter(handRate, 1),
		calls: map[string]*rate.Limiter{readHistory: limit(), readTalk: limit(), listChannels: limit(), testToken: limit()}, lacks: map[string]bool{},
	}
}

// resume notes that a leg stands, after a gap. One that is zero is the first of its connection: until when the workspace was heard before,
// the store knows.
func (c *catchUp) resume(g gap) {
	c.mu.Lock()
	defer c.mu.Unlock()
	due := c.failed
	if !c.begun || g == (gap{}) {
		c.begun, c.recalled, due = true, false, true
		c.missed.last = c.w.now()
	}
	if g != (gap{}) {
		due = c.missed.add(g) || due
	}
	c.begin(due)
}

// written notes whether the journal took a message: one that it did not take was not heard.
func (c *catchUp) written(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil && c.failing.IsZero():
		c.failing = c.w.now()
	case err == nil && !c.failing.IsZero():
		due := c.missed.add(gap{from: c.failing, to: c.w.now()}) || c.failed
		c.failing = time.Time{}
		c.begin(due)
	}
}

// begin begins to read if that is due. The caller holds c.mu.
func (c *catchUp) begin(due bool) {
	if c.store == nil || !due || c.running || c.stop.Err() != nil {
		return
	}
	c.running = true
	c.w.answers.Go(c.run)
}

// until returns until when everything that was said is known to have been heard; a zero time: that is not known.
func (c *catchUp) until(heard time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.recalled {
		return time.Time{}
	}
	for _, t := range []time.Time{c.missed.since, c.since, c.failing} {
		if !t.IsZero() && t.Before(heard) {
			heard = t
		}
	}
	return heard
}

// run reads until nothing is left to be looked for.
func (c *catchUp) run() {
	failures := 0
	for c.recall() {
		since, ok := c.next()
		if !ok {
			return
		}
		found, err := c.read(since)
		c.finished(since, found, err)
		if err == nil {
			failures = 0
		} else if failures++; failures > maxFailures || judge(err).verdict == refused {
			break
		}
		if !pause(c.stop, breath<<failures) {
			break
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = false
}

// recall takes into account what was not heard before the connection was made. It reports false if that cannot be known now.
func (c *catchUp) recall() bool {
	c.mu.Lock()
	recalled := c.recalled
	c.mu.Unlock()
	if recalled {
		return true
	}
	heard, err := c.store.HeardUntil(c.stop, c.w.team)
	if err != nil {
		if c.stop.Err() == nil {
			c.w.log.Error().Err(err).Msg("until when the workspace was heard is not known")
		}
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recalled = true
	if !heard.IsZero() {
		c.missed.owe(heard.Add(-redelivery))
	}
	return true
}

// next returns since when to read; false if there is nothing to be looked for, and then run is no longer running.
func (c *catchUp) next() (since time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.missed.since.IsZero() {
		c.running = false
		return since, false
	}
	c.since = c.missed.take(c.w.now())
	return c.since, true
}

// finished notes what came of a reading. What could not be read is still to be looked for.
func (c *catchUp) finished(since time.Time, found int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.since, c.failed = time.Time{}, err != nil
	if err != nil {
		c.missed.owe(since)
	}
	if found > 0 {
		c.missed.found()
	}
	if c.stop.Err() != nil {
		return
	}
	c.w.meter.CaughtUp(err == nil)
	if err != nil {
		c.w.log.Warn().Err(err).Time("since", since).Int("found", found).Msg("what may have been missed could not be looked for everywhere")
	} else if found > 0 {
		c.w.log.Warn().Time("since", since).Int("found", found).Msg("messages were found in the history that had not been heard, and are answered now")
	}
}
