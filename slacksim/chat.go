package slacksim

import (
	"encoding/json"
	"unicode/utf8"
)

// maxText is the length of a post's text in characters beyond which it is refused with msg_too_long. Slack documents that it
// truncates there (https://api.slack.com/changelog/2018-04-truncating-really-long-messages); here the loss is loud.
const maxText = 40_000

// maxUpdateText is the length of the text of chat.update in bytes beyond which Slack answers msg_too_long, blocks or none
// (https://gitlab.com/gitlab-org/gitlab/-/merge_requests/258898).
const maxUpdateText = 4_000

// draft reads what a message is to contain from the arguments of a call.
func draft(a args) (*Message, error) {
	m := &Message{
		Text: a.str("text"), Thread: a.str("thread_ts"), Username: a.str("username"),
		Blocks: nonEmpty(a.structure("blocks")), Attachments: nonEmpty(a.structure("attachments")),
		Metadata: a.structure("metadata"), Broadcast: a.boolean("reply_broadcast"),
	}
	if m.Text == "" && m.Blocks == nil && m.Attachments == nil {
		return nil, failure("no_text")
	}
	return m, nil
}

// nonEmpty returns nil for an empty array.
func nonEmpty(b json.RawMessage) json.RawMessage {
	if s := string(b); s == "[]" || s == "null" || s == "" {
		return nil
	}
	return b
}

// check checks a message's length and blocks, and gives ids to blocks that have none.
func (m *Message) check(w *Workspace) error {
	if utf8.RuneCountInString(m.Text) > maxText {
		return failure("msg_too_long")
	}
	if m.Blocks != nil {
		blocks, err := checkBlocks(m.Blocks, onMessage())
		if err != nil {
			return err
		}
		m.Blocks = identify(blocks, w.blockID)
	}
	if m.Attachments != nil {
		return checkAttachments(m.Attachments)
	}
	return nil
}

// place returns the channel that the bot may write to.
func (c *call) place(id string) (*channel, error) {
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	ch := c.ws.find(id)
	switch {
	case ch == nil, ch.private && !ch.members[c.ws.bot]:
		return nil, failure("channel_not_found")
	case ch.archived:
		return nil, failure("is_archived")
	case !ch.members[c.ws.bot]:
		return nil, failure("not_in_channel")
	}
	return ch, nil
}

// find returns the channel of an id, a user's DM for the id of a user, or nil. The caller holds w.mu.
func (w *Workspace) find(id string) *channel {
	if c := w.channels[id]; c != nil {
		return c
	}
	if d, ok := w.direct[id]; ok {
		return w.channels[d]
	}
	return nil
}

// target is the channel of a post. A user's id stands for the DM, which is opened.
func (c *call) target() (*channel, error) {
	id := c.args.str("channel")
	if id == "" {
		return nil, failure("channel_not_found")
	}
	c.ws.mu.Lock()
	u := c.ws.users[id]
	c.ws.mu.Unlock()
	if u != nil && !u.bot {
		id = c.ws.DM(id)
	}
	return c.place(id)
}

func postMessage(c *call) (object, error) {
	ch, err := c.target()
	if err != nil {
		return nil, err
	}
	m, err := draft(c.args)
	if err != nil {
		return nil, err
	}
	if err := m.check(c.ws); err != nil {
		return nil, err
	}
	if m.Username != "" && !c.ws.scope("chat:write.customize") {
		m.Username = "" // Slack ignores it
	}
	if err := c.limitPost(ch.id); err != nil {
		return nil, err
	}
	m.Channel, m.User, m.BotID = ch.id, c.ws.bot, c.ws.botID
	m.Thread = c.ws.threadRoot(ch, m.Thread)
	stored := c.ws.posted(m)
	return object{"channel": ch.id, "ts": stored.TS, "message": c.ws.wire(&stored)}, nil
}

// threadRoot returns the ts of the thread that a message with that thread_ts lands in: that of the thread's first message,
// or none if there is no such message.
func (w *Workspace) threadRoot(ch *channel, ts string) string {
	if ts == "" {
		return ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	m := ch.byTS[ts]
	switch {
	case m == nil:
		return ""
	case m.Thread != "":
		return m.Thread
	}
	return ts
}

func postEphemeral(c *call) (object, error) {
	ch, err := c.target()
	if err != nil {
		return nil, err
	}
	user := c.args.str("user")
	c.ws.mu.Lock()
	in := ch.members[user]
	c.ws.mu.Unlock()
	if !in {
		return nil, failure("user_not_in_channel")
	}
	m, err := draft(c.args)
	if err != nil {
		return nil, err
	}
	if err := m.check(c.ws); err != nil {
		return nil, err
	}
	if err := c.limitPost(ch.id); err != nil {
		return nil, err
	}
	m.Channel, m.User, m.BotID, m.EphemeralTo = ch.id, c.ws.bot, c.ws.botID, user
	stored := c.ws.posted(m)
	return object{"message_ts": stored.TS}, nil
}

// own returns the bot's message that the arguments channel and ts name.
func (c *call) own(denied string) (*channel, Message, error) {
	if err := c.args.required("channel", "ts"); err != nil {
		return nil, Message{}, err
	}
	ch, err := c.place(c.args.str("channel"))
	if err != nil {
		return nil, Message{}, err
	}
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	m := ch.byTS[c.args.str("ts")]
	switch {
	case m == nil:
		return nil, Message{}, failure("message_not_found")
	case m.BotID != c.ws.botID:
		return nil, Message{}, failure(denied)
	}
	return ch, *m, nil
}

func updateMessage(c *call) (object, error) {
	ch, old, err := c.own("cant_update_message")
	if err != nil {
		return nil, err
	}
	m, err := draft(c.args)
	if err != nil {
		return nil, err
	}
	if len(m.Text) > maxUpdateText {
		return nil, failure("msg_too_long")
	}
	if err := m.check(c.ws); err != nil {
		return nil, err
	}
	stored, ok := c.ws.revise(ch.id, old.TS, func(o *Message) {
		o.Text, o.Blocks, o.Attachments = m.Text, m.Blocks, m.Attachments
	})
	if !ok {
		return nil, failure("message_not_found")
	}
	return object{"channel": ch.id, "ts": old.TS, "text": stored.Text, "message": c.ws.wire(&stored)}, nil
}

func deleteMessage(c *call) (object, error) {
	ch, old, err := c.own("cant_delete_message")
	if err != nil {
		return nil, err
	}
	if !c.ws.remove(ch.id, old.TS) {
		return nil, failure("message_not_found")
	}
	return object{"channel": ch.id, "ts": old.TS}, nil
}

func addReaction(c *call) (object, error) {
	if err := c.args.required("channel", "timestamp", "name"); err != nil {
		return nil, err
	}
	ch, err := c.place(c.args.str("channel"))
	if err != nil {
		return nil, err
	}
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	m := ch.byTS[c.args.str("timestamp")]
	if m == nil {
		return nil, failure("message_not_found")
	}
	name := c.args.str("name")
	for _, r := range m.Reactions {
		if r == name {
			return nil, failure("already_reacted")
		}
	}
	m.Reactions = append(m.Reactions, name)
	c.ws.notify()
	return nil, nil
}
