package slacksim

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Message is a message in a conversation.
type Message struct {
	Channel     string
	TS          string // its id within the channel
	Thread      string // thread_ts; empty: not in a thread
	User        string
	BotID       string // empty: a person's
	Subtype     string
	Text        string
	Blocks      json.RawMessage // nil: none
	Attachments json.RawMessage
	Files       []File
	Metadata    json.RawMessage
	Username    string // that the bot chose for this message
	Edited      string // ts of the newest edit; empty: never
	Deleted     bool
	EphemeralTo string   // the only user who sees it; empty: everybody does
	Broadcast   bool     // a reply in a thread that the channel shows too
	Reactions   []string // of the bot
	At          time.Time

	clientID string
	via      *Interaction // that it answers by way of the acknowledgement or the response URL; nil: none
}

// File is a file in a message.
type File struct {
	ID, Name, Title, Type string
	URL                   string // where a bot downloads it, url_private_download; empty: a bot's own file
	Content               []byte
}

// inquiry holds what was asked in a conversation.
type inquiry struct {
	open []*question // oldest first
	last *question   // the newest that has an answer
}

// question is something said that a bot should answer.
type question struct {
	message Message
	answers int
}

// add stores a message. The caller holds w.mu.
func (c *channel) add(m *Message) {
	if c.byTS == nil {
		c.byTS = map[string]*Message{}
	}
	c.messages = append(c.messages, m)
	if m.EphemeralTo == "" {
		c.byTS[m.TS] = m
	}
}

// message returns the message with that ts, an ephemeral one too, or nil. The caller holds the workspace's mu.
func (c *channel) message(ts string) *Message {
	if m := c.byTS[ts]; m != nil {
		return m
	}
	for _, m := range slices.Backward(c.messages) {
		if m.TS == ts && !m.Deleted {
			return m
		}
	}
	return nil
}

// ask notes a question. The caller holds w.mu.
func (c *channel) ask(thread string, m Message) *question {
	if c.asked == nil {
		c.asked = map[string]*inquiry{}
	}
	q := c.asked[thread]
	if q == nil {
		q = &inquiry{}
		c.asked[thread] = q
	}
	asked := &question{message: m}
	q.open = append(q.open, asked)
	return asked
}

// settle takes a question that was answered another way from those open in the thread. The caller holds w.mu.
func (c *channel) settle(thread string, asked *question) {
	q := c.asked[thread]
	q.open = slices.DeleteFunc(q.open, func(o *question) bool { return o == asked })
	q.last = asked
}

// answer finds what a post in the thread answers: the oldest open question, else the one answered last. The caller holds
// w.mu.
func (c *channel) answer(thread string) (m *Message, nth int) {
	q := c.asked[thread]
	if q == nil {
		return nil, 0
	}
	if len(q.open) > 0 {
		q.last = q.open[0]
		q.open = q.open[1:]
	}
	if q.last == nil {
		return nil, 0
	}
	q.last.answers++
	return &q.last.message, q.last.answers
}

// count finds what a post answers, by way of an interaction or by its thread. The caller holds w.mu.
func (c *channel) count(m *Message) (asked *Message, nth int) {
	if m.via == nil {
		return c.answer(m.Thread)
	}
	q := m.via.asked
	if q.answers == 0 {
		c.settle(m.via.thread, q)
	}
	q.answers++
	return &q.message, q.answers
}

// notify wakes those who wait for a change. The caller holds w.mu.
func (w *Workspace) notify() {
	if w.changed != nil {
		close(w.changed)
		w.changed = nil
	}
}

// change returns a channel that is closed at the next change. The caller holds w.mu.
func (w *Workspace) change() <-chan struct{} {
	if w.changed == nil {
		w.changed = make(chan struct{})
	}
	return w.changed
}

// await calls look, under w.mu, now and after every change, until it reports true.
func (w *Workspace) await(ctx context.Context, look func() bool) error {
	for {
		w.mu.Lock()
		if look() {
			w.mu.Unlock()
			return nil
		}
		change := w.change()
		w.mu.Unlock()
		select {
		case <-change:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Messages returns the messages of a channel, oldest first: those of a thread, its first message included, or, with an
// empty thread, those that the channel itself shows. Ephemeral ones are among them, deleted ones are not.
func (w *Workspace) Messages(channelID, thread string) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []Message
	if c := w.channels[channelID]; c != nil {
		for _, m := range c.messages {
			if !m.Deleted && m.in(thread) {
				out = append(out, *m)
			}
		}
	}
	return out
}

// Holds reports whether a text stands in any message of the workspace, a file of one included. A file that was uploaded and not
// posted is in none.
func (w *Workspace) Holds(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.channels {
		for _, m := range c.messages {
			if strings.Contains(m.Text, text) || strings.Contains(string(m.Blocks), text) {
				return true
			}
			for _, f := range m.Files {
				if strings.Contains(string(f.Content), text) {
					return true
				}
			}
		}
	}
	return false
}

// in reports whether a thread, or, with an empty one, the channel itself, shows the message.
func (m *Message) in(thread string) bool {
	if thread == "" {
		return m.Thread == "" || m.Thread == m.TS || m.Broadcast
	}
	return m.Thread == thread || m.TS == thread
}

// Await waits until a message of a bot that match accepts is in the thread, or, with an empty one, in the channel itself,
// and returns the first. A nil match accepts every message.
func (w *Workspace) Await(ctx context.Context, channelID, thread string, match func(Message) bool) (Message, error) {
	var found Message
	err := w.await(ctx, func() bool {
		c := w.channels[channelID]
		if c == nil {
			return false
		}
		for _, m := range c.messages {
			if m.BotID != "" && !m.Deleted && m.in(thread) && (match == nil || match(*m)) {
				found = *m
				return true
			}
		}
		return false
	})
	if err != nil {
		return found, fmt.Errorf("slacksim: no such message in %s (thread %q): %w", channelID, thread, err)
	}
	return found, nil
}

// Reply waits for the first message of the bot behind a question: in its thread, or, for a direct message that is in none,
// in the conversation.
func (w *Workspace) Reply(ctx context.Context, question Message) (Message, error) {
	return w.Await(ctx, question.Channel, w.threadOf(question), func(m Message) bool { return m.TS > question.TS })
}

// Replies waits until there are n messages of the bot behind a question.
func (w *Workspace) Replies(ctx context.Context, question Message, n int) ([]Message, error) {
	var out []Message
	thread := w.threadOf(question)
	err := w.await(ctx, func() bool {
		out = out[:0]
		for _, m := range w.channels[question.Channel].messages {
			if m.BotID != "" && !m.Deleted && m.in(thread) && m.TS > question.TS {
				out = append(out, *m)
			}
		}
		return len(out) >= n
	})
	if err != nil {
		return out, fmt.Errorf("slacksim: %d of %d replies to %q: %w", len(out), n, question.Text, err)
	}
	return out, nil
}

// threadOf says in which thread the answer to a message is due.
func (w *Workspace) threadOf(m Message) string {
	if m.Thread != "" || strings.HasPrefix(m.Channel, "D") {
		return m.Thread
	}
	return m.TS
}
