package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

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
)

// The methods beside readTalk.
const (
	readHistory  = "conversations.history"
	listChannels = "users.conversations"
	testToken    = "auth.test"
)

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
	// A reply that the channel shows too has its place in its thread, and so has the message that began it, which may have its answer there.
	said = slices.DeleteFunc(said, func(m slack.Message) bool {
		return slices.ContainsFunc(threads, func(t thread) bool { return string(t.id) == m.ThreadTimestamp })
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
