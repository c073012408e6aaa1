package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"github.com/mulebot/mulebot/models"
)

const (
	// maxReaders is how many calls that read the history of workspaces go on at a time.
	maxReaders = 8
	// lately is how old the conversations are whose channels are read first, and whose threads are read.
	lately = 7 * 24 * time.Hour
	// maxChannels and maxThreads are how many of a workspace are read at most, those with the latest answers first.
	maxChannels, maxThreads = 200, 50
	// readBurst and readRate, a second, leave Slack's limit of 50 calls a minute room for those that an answer waits for.
	readBurst, readRate = 20, 0.5
	// readTries is how often a call is tried that gets no answer.
	readTries = 3
	// handRate is how many messages that were found are answered a second at most.
	handRate = 10
	// breath is how long the history is left alone between two readings.
	breath = 10 * time.Second
	// maxFailures is how often a reading is begun again that failed, after twice as long each time. Then the next gap begins it.
	maxFailures = 6
	// noteEvery is how often the store is told until when workspaces were heard.
	noteEvery = time.Minute
)

// The methods beside readTalk.
const (
	readHistory  = "conversations.history"
	listChannels = "users.conversations"
	testToken    = "auth.test"
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

// read reads the history of the workspace since a time, and returns how many messages it found that had not been heard. It fails if a
// part could not be read that Slack would let the bot read.
func (c *catchUp) read(since time.Time) (found int, err error) {
	ctx, cancel := context.WithTimeout(c.stop, tooLate) // what is not read by then is too old
	defer cancel()
	var self models.UserID
	if err := c.call(ctx, testToken, func(api *slack.Client) error {
		r, err := api.AuthTestContext(ctx)
		if err == nil {
			self = models.UserID(r.UserID)
		}
		return err
	}); err != nil {
		return 0, err
	}
	talks, err := c.store.Talks(ctx, c.w.team, c.w.now().Add(-lately))
	if err != nil {
		return 0, err
	}
	channels, err := c.channels(ctx, talks)
	since = later(since, c.w.restraint.lastHeld()) // what was left unanswered then was told so
	old := stale(talks, since)
	var threads []thread
	for _, channel := range channels {
		r := reading{team: c.w.team, channel: channel, self: self, part: partOf(talks, channel)}
		lively, n, failed := c.readChannel(ctx, r, old[channel], since)
		threads, found, err = append(threads, lively...), found+n, errors.Join(err, failed)
	}
	for _, t := range threads { // behind all channels: there may be many
		n, failed := c.readThread(ctx, t, since)
		found, err = found+n, errors.Join(err, failed)
	}
	return found, err
}

// thread is one to be read, with the message that began it if that is known.
type thread struct {
	reading
	id   models.ThreadID
	root []slack.Message
}

// partOf returns the threads of a channel that the bot takes part in.
func partOf(talks []models.Talk, channel models.ChannelID) map[models.ThreadID]bool {
	part := map[models.ThreadID]bool{}
	for _, t := range talks {
		if t.Channel == channel {
			part[t.Thread] = true
		}
	}
	return part
}

// stale returns the threads that began before a time, by channel. Those of which the history itself tells are not among them.
func stale(talks []models.Talk, since time.Time) map[models.ChannelID][]models.ThreadID {
	old, n := map[models.ChannelID][]models.ThreadID{}, 0
	for _, t := range talks {
		if t.Thread == "" || !saidAt(string(t.Thread)).Before(since) {
			continue
		}
		if n++; n > maxThreads {
			break
		}
		old[t.Channel] = append(old[t.Channel], t.Thread)
	}
	return old
}

// channels returns the channels to read: those with the latest answers first, direct messages too, then all others that the bot is in.
func (c *catchUp) channels(ctx context.Context, talks []models.Talk) (all []models.ChannelID, err error) {
	add := func(id models.ChannelID) {
		if len(all) < maxChannels && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	for _, t := range talks {
		add(t.Channel)
	}
	p := &slack.GetConversationsForUserParameters{Types: []string{"public_channel", "private_channel"}, Limit: pageSize, ExcludeArchived: true}
	for range maxPages {
		var page []slack.Channel
		err := c.call(ctx, listChannels, func(api *slack.Client) (err error) {
			page, p.Cursor, err = api.GetConversationsForUserContext(ctx, p)
			return err
		})
		if err != nil {
			return all, c.excuse(listChannels, "", err)
		}
		for _, x := range page {
			add(models.ChannelID(x.ID))
		}
		if p.Cursor == "" {
			break
		}
	}
	return all, nil
}

// readChannel reads what a channel shows. It returns the threads to be read: those that are given, and those that the history says
// somebody replied in.
func (c *catchUp) readChannel(ctx context.Context, r reading, old []models.ThreadID, since time.Time) (threads []thread, found int, err error) {
	said, err := c.history(ctx, r.channel, since)
	if err != nil {
		return nil, 0, c.excuse(readHistory, r.channel, err)
	}
	known := func(id string) bool {
		known, failed := c.store.Known(ctx, c.w.team, id)
		err = errors.Join(err, failed)
		return known
	}
	for _, m := range r.livelier(said, stamp(since), known) {
		threads = append(threads, thread{r, models.ThreadID(m.Timestamp), []slack.Message{m}})
	}
	for _, id := range old {
		threads = append(threads, thread{r, id, nil})
	}
	said = slices.DeleteFunc(said, func(m slack.Message) bool { // a reply that the channel shows too has its place in its thread
		return m.ThreadTimestamp != m.Timestamp && slices.ContainsFunc(threads, func(t thread) bool { return string(t.id) == m.ThreadTimestamp })
	})
	found, failed := c.answer(ctx, r, said)
	return threads, found, errors.Join(err, failed)
}

func (c *catchUp) readThread(ctx context.Context, t thread, since time.Time) (found int, err error) {
	said, err := c.replies(ctx, t.channel, t.id, since)
	if err != nil {
		return 0, c.excuse(readTalk, t.channel, err)
	}
	return c.answer(ctx, t.reading, append(said, t.root...))
}

// answer has answered what was said to the bot and not heard, and returns how much that is.
func (c *catchUp) answer(ctx context.Context, r reading, said []slack.Message) (found int, err error) {
	r.oldest = c.w.now().Add(-tooLate)
	for _, d := range r.sift(said) {
		kept, err := c.hand(ctx, d)
		if err != nil {
			return found, err
		}
		if kept {
			found++
			c.w.meter.Recovered()
		}
	}
	return found, nil
}

// hand gives a message its place among those to be answered, unless it was heard all the same. Messages that come now go first while
// there are many.
func (c *catchUp) hand(ctx context.Context, d decoded) (kept bool, err error) {
	known, err := c.store.Known(ctx, c.w.team, d.entry.Message.ID)
	if known || err != nil {
		return false, err
	}
	if err := c.hands.Wait(ctx); err != nil {
		return false, err
	}
	for c.w.waiting() > crowd/2 {
		if !pause(ctx, time.Second/handRate) {
			return false, ctx.Err()
		}
	}
	p := c.w.reserve(d)
	if !c.w.admit(c.w.work, p) {
		return false, errors.New("the journal does not take messages")
	}
	return p.kept, nil
}

// history returns what a channel shows that was said since a time.
func (c *catchUp) history(ctx context.Context, channel models.ChannelID, since time.Time) (said []slack.Message, err error) {
	p := &slack.GetConversationHistoryParameters{ChannelID: string(channel), Oldest: stamp(since), Limit: pageSize, IncludeAllMetadata: true}
	for range maxPages {
		err := c.call(ctx, readHistory, func(api *slack.Client) error {
			r, err := api.GetConversationHistoryContext(ctx, p)
			if err == nil {
				said, p.Cursor = append(said, r.Messages...), r.ResponseMetaData.NextCursor
			}
			return err
		})
		if err != nil || p.Cursor == "" {
			return said, err
		}
	}
	c.w.log.Warn().Str("channel", string(channel)).Int("messages", len(said)).Msg("more was said in a channel than is read of its history")
	return said, nil
}

// replies returns what was said in a thread since a time, and perhaps the message that began it.
func (c *catchUp) replies(ctx context.Context, channel models.ChannelID, thread models.ThreadID, since time.Time) (said []slack.Message, err error) {
	p := &slack.GetConversationRepliesParameters{ChannelID: string(channel), Timestamp: string(thread), Oldest: stamp(since), Limit: pageSize, IncludeAllMetadata: true}
	for range maxPages {
		err := c.call(ctx, readTalk, func(api *slack.Client) error {
			page, _, next, err := api.GetConversationRepliesContext(ctx, p)
			if err == nil {
				said, p.Cursor = append(said, page...), next
			}
			return err
		})
		if err != nil || p.Cursor == "" {
			return said, err
		}
	}
	return said, nil
}

// call calls Slack: not too often, as long as Slack says later, and again a few times if it does not answer.
func (c *catchUp) call(ctx context.Context, method string, do func(*slack.Client) error) error {
	wait := newBackoff(c.w.maxWait)
	for {
		if err := c.calls[method].Wait(ctx); err != nil {
			return err
		}
		if err := c.w.poster.pace.wait(ctx, method, ""); err != nil {
			return err
		}
		select {
		case c.readers <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		err := do(c.w.poster.api.Load())
		<-c.readers
		if err == nil || ctx.Err() != nil {
			return err
		}
		o := judge(err)
		c.w.meter.Failed(method, o.verdict.failure())
		switch {
		case o.verdict == limited:
			c.w.poster.pace.hold(method, o.after)
			pause(ctx, o.after+o.after/2) // an answer may wait for the same method: it goes first
		case o.verdict == refused || wait.attempts == readTries-1 || !wait.sleep(ctx):
			return scrub(err)
		}
	}
}

// excuse returns the error of a part that could not be read, or nil if Slack does not let the bot read it. A scope that is missing is
// named in the log, once.
func (c *catchUp) excuse(method string, channel models.ChannelID, err error) error {
	switch judge(err).code {
	case "not_in_channel", "channel_not_found", "thread_not_found", "no_permission", "method_not_supported_for_channel_type":
		return nil
	case "missing_scope":
	default:
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	scope := historyScope(method, channel)
	if !c.lacks[scope] {
		c.lacks[scope] = true
		c.w.log.Warn().Str("method", method).Str("scope", scope).
			Msg("what may have been missed cannot be looked for everywhere: give the app this scope of slack-manifest.yml and install it again")
	}
	return nil
}

// historyScope names the scope that a method needs for a channel, as far as its id tells.
func historyScope(method string, channel models.ChannelID) string {
	switch {
	case method == listChannels:
		return "channels:read, groups:read"
	case strings.HasPrefix(string(channel), "D"):
		return "im:history"
	}
	return "channels:history, groups:history, mpim:history"
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// noteHeard has the store told once in a while until when each workspace was heard, as long as ctx lasts.
func (b *Bot) noteHeard(ctx context.Context) {
	tick := time.NewTicker(noteEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			b.noteOnce(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// noteOnce tells the store until when each workspace was heard, in one write.
func (b *Bot) noteOnce(ctx context.Context) {
	if b.opts.Past == nil {
		return
	}
	until := map[models.TeamID]time.Time{}
	b.mu.Lock()
	for _, w := range b.workspaces {
		if t := w.past.until(w.connection.health.lastHeard()); !t.IsZero() {
			until[w.team] = t
		}
	}
	b.mu.Unlock()
	if maps.Equal(until, b.noted) {
		return
	}
	if err := b.opts.Past.Heard(ctx, changed(until, b.noted)); err != nil {
		b.opts.Log.Error().Err(err).Msg("until when workspaces were heard could not be noted")
		return
	}
	b.noted = until
}

// changed returns what is not in before, or is there with another time.
func changed(until, before map[models.TeamID]time.Time) map[models.TeamID]time.Time {
	news := maps.Clone(until)
	maps.DeleteFunc(news, func(team models.TeamID, t time.Time) bool { return t.Equal(before[team]) })
	return news
}
