package slacksim

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Mention returns what mentions the bot in a message, <@U…>.
func (w *Workspace) Mention() string { return "<@" + w.bot + ">" }

// Say says something as a person would, and sends the events that follow from it: app_mention if the bot is mentioned, and
// a message event, as far as the app subscribes to them, has the scopes and the bot is a member. It panics if the channel
// does not exist: that is a mistake in the test.
func (w *Workspace) Say(channelID, userID, text string, o SayOptions) Message {
	text = w.compose(text)
	m := &Message{
		Channel: channelID, Thread: o.Thread, User: userID, Text: text, Blocks: w.typed(text), clientID: w.sim.uuid(),
	}
	m.TS, m.At = w.sim.ts()
	mentioned := strings.Contains(text, w.Mention())

	w.mu.Lock()
	c := w.channels[channelID]
	if c == nil {
		w.mu.Unlock()
		panic(fmt.Sprintf("slacksim: no channel %q in workspace %q", channelID, w.name))
	}
	c.add(m)
	said := *m
	hears := c.members[w.bot] && !c.archived
	if hears && w.expects(c, m, mentioned) {
		c.ask(w.threadOf(said), said)
		w.sim.stats.said()
	}
	kind, channelType := c.kind(), c.channelType()
	parent := c.parent(m)
	shared, home := w.shared(c), w.home(userID)
	w.notify()
	w.mu.Unlock()

	if !hears {
		return said
	}
	event := w.wire(&said)
	event["channel"] = channelID
	event["event_ts"] = said.TS
	if parent != "" {
		event["parent_user_id"] = parent
	}
	if shared { // https://docs.slack.dev/apis/slack-connect
		event["user_team"], event["source_team"] = home, home
	}
	if mentioned && kind != "im" && w.scope("app_mentions:read") { // a DM makes no app_mention
		event["type"] = "app_mention"
		w.sendFrom(home, "app_mention", event, shared)
	}
	if w.scope(kind + ":history") {
		event["type"] = "message"
		event["channel_type"] = channelType
		w.sendFrom(home, "message."+kind, event, shared)
	}
	return said
}

// expects reports whether a bot should answer: it is mentioned, spoken to directly, or has a message in the thread. The
// caller holds w.mu.
func (w *Workspace) expects(c *channel, m *Message, mentioned bool) bool {
	if mentioned || c.im != "" {
		return true
	}
	if m.Thread == "" {
		return false
	}
	return c.asked[m.Thread] != nil
}

// parent returns the user who began the thread that the message is in. The caller holds w.mu.
func (c *channel) parent(m *Message) string {
	if p := c.byTS[m.Thread]; p != nil && m.Thread != m.TS {
		return p.User
	}
	return ""
}

// send delivers an event to the app if it subscribes to it. Subscription is the name of the subscription, which for a
// message says the kind of the channel.
func (w *Workspace) send(subscription string, event object) {
	w.sendFrom(w.id, subscription, event, false)
}

// sendFrom is send for an event that happened in a team, in a channel that may be shared with another organisation.
func (w *Workspace) sendFrom(team, subscription string, event object, shared bool) {
	if w.app.hears(subscription) {
		w.app.deliver(&delivery{kind: eventsAPI, payload: w.callback(team, event, shared)})
	}
}

// callback wraps an event as the Events API does (https://docs.slack.dev/apis/events-api/#callback-field). The outer team_id says where
// it happened, which in a shared channel may be another workspace than the one that has the app.
func (w *Workspace) callback(team string, event object, shared bool) []byte {
	inner, err := json.Marshal(event)
	if err != nil {
		panic("slacksim: an event does not marshal: " + err.Error())
	}
	b := make([]byte, 0, len(inner)+700)
	b = fmt.Appendf(b, `{"token":%q,"team_id":%q,"context_team_id":%q,"context_enterprise_id":null,"api_app_id":%q,`+
		`"event":`, w.app.verification, team, w.id, w.app.id)
	b = append(b, inner...)
	return fmt.Appendf(b, `,"type":"event_callback","event_id":%q,"event_time":%d,"authorizations":[{"enterprise_id":null,`+
		`"team_id":%q,"user_id":%q,"is_bot":true,"is_enterprise_install":false}],"is_ext_shared_channel":%t,`+
		`"event_context":"4-%s"}`, w.sim.id("Ev"), w.sim.now().Unix(), w.id, w.bot, shared, w.sim.secret())
}

// Edit changes the text of a message, and sends message_changed.
func (w *Workspace) Edit(m Message, text string) Message {
	text = w.compose(text)
	after, _ := w.revise(m.Channel, m.TS, func(m *Message) {
		m.Text, m.Blocks = text, w.typed(text)
	})
	return after
}

// revise changes a message, marks it as edited and sends message_changed. It reports false if there is no such message.
func (w *Workspace) revise(channelID, ts string, change func(*Message)) (Message, bool) {
	stamp, _ := w.sim.ts()
	w.mu.Lock()
	c := w.channels[channelID]
	m := c.message(ts)
	if m == nil {
		w.mu.Unlock()
		return Message{}, false
	}
	before := w.wire(m)
	change(m)
	m.Edited = stamp
	after := *m
	w.notify()
	w.mu.Unlock()
	w.sendChange(c, after, object{"subtype": "message_changed", "message": w.wire(&after), "previous_message": before}, stamp)
	return after, true
}

// Delete deletes a message, and sends message_deleted.
func (w *Workspace) Delete(m Message) { w.remove(m.Channel, m.TS) }

// remove deletes a message. It reports false if there is no such message.
func (w *Workspace) remove(channelID, ts string) bool {
	stamp, _ := w.sim.ts()
	w.mu.Lock()
	c := w.channels[channelID]
	m := c.message(ts)
	if m == nil {
		w.mu.Unlock()
		return false
	}
	m.Deleted = true
	delete(c.byTS, ts)
	gone := *m
	w.notify()
	w.mu.Unlock()
	w.sendChange(c, gone, object{"subtype": "message_deleted", "deleted_ts": ts, "previous_message": w.wire(&gone)}, stamp)
	return true
}

// sendChange sends the event of a message that was changed or deleted. Ephemeral ones make none.
func (w *Workspace) sendChange(c *channel, m Message, event object, stamp string) {
	if m.EphemeralTo == "" {
		event["type"], event["hidden"], event["ts"], event["event_ts"] = "message", true, stamp, stamp
		w.sendMessage(c, event)
	}
}

// sendMessage sends a message event of a channel if the bot may hear it.
func (w *Workspace) sendMessage(c *channel, event object) {
	w.mu.Lock()
	hears := c.members[w.bot]
	w.mu.Unlock()
	if hears && w.scope(c.kind()+":history") {
		event["channel"] = c.id
		event["channel_type"] = c.channelType()
		w.send("message."+c.kind(), event)
	}
}

// posted stores a message of the bot, echoes it as an event as Slack does, and counts what it answers.
func (w *Workspace) posted(m *Message) Message {
	m.TS, m.At = w.sim.ts()
	w.mu.Lock()
	c := w.channels[m.Channel]
	c.add(m)
	stored := *m
	parent := c.parent(m)
	q, nth := c.count(m)
	w.notify()
	w.mu.Unlock()

	post := Post{Workspace: w, Message: stored, Question: q, Nth: nth}
	if q != nil {
		post.Latency = m.At.Sub(q.At)
	}
	w.sim.stats.answered(nth, post.Latency)
	if m.EphemeralTo == "" {
		event := w.wire(&stored)
		event["event_ts"] = m.TS
		if parent != "" {
			event["parent_user_id"] = parent
		}
		w.sendMessage(c, event)
	}
	if w.sim.opts.OnPost != nil {
		w.sim.opts.OnPost(post)
	}
	return stored
}

// OpenHome opens the app's home tab as a person would, and sends app_home_opened
// (https://docs.slack.dev/reference/events/app_home_opened). Nobody can open one that is off.
func (w *Workspace) OpenHome(userID string) {
	if !w.app.homeless {
		w.openTab(userID, "home")
	}
}

// OpenMessages opens the app's messages tab, and sends app_home_opened.
func (w *Workspace) OpenMessages(userID string) { w.openTab(userID, "messages") }

func (w *Workspace) openTab(userID, tab string) {
	event := object{"type": "app_home_opened", "user": userID, "channel": w.DM(userID), "tab": tab}
	event["event_ts"], _ = w.sim.ts()
	w.mu.Lock()
	if v, ok := w.homes[userID]; ok && tab == "home" { // a home that was published before
		event["view"] = v.wire(w)
	}
	w.mu.Unlock()
	w.send("app_home_opened", event)
}
