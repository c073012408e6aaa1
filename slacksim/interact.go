package slacksim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Interaction is a slash command, the press of a button or the submission of a modal, on its way to the app.
type Interaction struct {
	ws          *Workspace
	Channel     string
	User        string
	TriggerID   string
	ResponseURL string // empty: none
	At          time.Time

	once     sync.Once
	answered chan struct{} // closed with what follows
	payload  json.RawMessage
	failure  string

	used     bool      // the trigger_id; guarded by ws.mu
	asked    *question // guarded by ws.mu; nil: the interaction is in no channel
	thread   string    // where it counts as asked
	original string    // ts of the message whose button was pressed; empty: none
}

// ErrTimeout is how an interaction ends that nobody acknowledged in time: Slack shows "operation_timeout".
var ErrTimeout = errors.New("slacksim: not acknowledged in time (operation_timeout)")

// ErrDispatch is how an interaction ends that found no connection: Slack shows "dispatch_failed".
var ErrDispatch = errors.New("slacksim: the app has no connection (dispatch_failed)")

// Acked waits until the app acknowledges the interaction and returns the payload of the acknowledgement, nil if it has none.
// It fails with [ErrTimeout] or [ErrDispatch] when the app does not.
func (i *Interaction) Acked(ctx context.Context) (json.RawMessage, error) {
	select {
	case <-i.answered:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	switch i.failure {
	case "":
		return i.payload, nil
	case failedTimeout:
		return nil, ErrTimeout
	}
	return nil, ErrDispatch
}

// Reply waits for the first answer by way of the acknowledgement or the response URL.
func (i *Interaction) Reply(ctx context.Context) (Message, error) {
	var found Message
	err := i.ws.await(ctx, func() bool {
		for _, m := range i.ws.channels[i.Channel].messages {
			if m.via == i {
				found = *m
				return true
			}
		}
		return false
	})
	if err != nil {
		return found, fmt.Errorf("slacksim: no reply to %q: %w", i.asked.message.Text, err)
	}
	return found, nil
}

// begin makes an interaction that is in no channel.
func (w *Workspace) begin(userID string) *Interaction {
	i := &Interaction{
		ws: w, User: userID, answered: make(chan struct{}), At: w.sim.now(),
		TriggerID: fmt.Sprintf("%d.%d.%s", w.sim.seq.Add(1), w.sim.seq.Add(1), w.sim.secret()),
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.triggers[i.TriggerID] = i
	return i
}

// beginIn makes an interaction in a channel, which counts as a question in the thread until it is answered. Path is the
// kind of response URL.
func (w *Workspace) beginIn(channelID, userID, thread, words, path string) *Interaction {
	i := w.begin(userID)
	i.Channel, i.thread = channelID, thread
	i.ResponseURL = w.sim.newHook(i, path)
	ts, _ := w.sim.ts()
	w.mu.Lock()
	defer w.mu.Unlock()
	q := Message{Channel: channelID, Thread: thread, User: userID, TS: ts, Text: words, At: i.At}
	i.asked = w.channels[channelID].ask(thread, q)
	w.sim.stats.said()
	return i
}

// dispatch sends the interaction. Handle is given the payload of the acknowledgement, if it has one; nil: the envelope
// accepts none.
func (i *Interaction) dispatch(kind string, payload object, handle func(json.RawMessage)) *Interaction {
	if handle == nil {
		return i.dispatchTo(kind, payload, nil)
	}
	return i.dispatchTo(kind, payload, func(payload json.RawMessage) {
		if len(payload) > 0 {
			handle(payload)
		}
	})
}

// dispatchTo is dispatch for a handle that wants to know of acknowledgements without a payload, too.
func (i *Interaction) dispatchTo(kind string, payload object, handle func(json.RawMessage)) *Interaction {
	b, err := json.Marshal(payload)
	if err != nil {
		panic("slacksim: an interaction does not marshal: " + err.Error())
	}
	i.ws.app.deliver(&delivery{kind: kind, payload: b, accepts: handle != nil, done: func(payload json.RawMessage, failure string) {
		if failure == "" && handle != nil {
			handle(payload)
		}
		i.once.Do(func() {
			i.payload, i.failure = payload, failure
			close(i.answered)
		})
	}})
	return i
}

// Command types a slash command, as in Command(channel, user, "/mulebot list volumes").
func (w *Workspace) Command(channelID, userID, line string) *Interaction {
	name, text := line, ""
	for p, r := range line {
		if r == ' ' {
			name, text = line[:p], line[p+1:]
			break
		}
	}
	i := w.beginIn(channelID, userID, "", line, "commands")
	w.mu.Lock()
	channelName := w.channelName(channelID)
	userName := w.users[userID].name
	w.mu.Unlock()
	// https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
	return i.dispatch(slashCommands, object{
		"token": w.app.verification, "team_id": w.id, "team_domain": w.name, "channel_id": channelID,
		"channel_name": channelName, "user_id": userID, "user_name": userName, "command": name,
		"text":       w.composeMentions(escape(text), "|"), // the app's command escapes what it mentions (should_escape)
		"api_app_id": w.app.id, "is_enterprise_install": "false", "response_url": i.ResponseURL, "trigger_id": i.TriggerID,
	}, func(payload json.RawMessage) { _ = i.respond(payload) })
}

// channelName is how payloads of interactions name a channel. The caller holds w.mu.
func (w *Workspace) channelName(id string) string {
	c := w.channels[id]
	switch {
	case c == nil:
		return ""
	case c.im != "":
		return "directmessage"
	case c.private:
		return "privategroup"
	}
	return c.name
}

// Press presses a button of a message. Button is its action_id, else its text. It panics if the message has none: use
// [Message.Buttons] to look first.
func (w *Workspace) Press(m Message, button, userID string) *Interaction {
	b, ok := m.button(button)
	if !ok {
		panic(fmt.Sprintf("slacksim: no button %q in the message %q", button, m.Text))
	}
	i := w.beginIn(m.Channel, userID, w.threadOf(m), button, "actions")
	i.original = m.TS
	w.mu.Lock()
	name := w.channelName(m.Channel)
	userName, home := w.users[userID].name, w.home(userID)
	w.mu.Unlock()
	container := object{"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.EphemeralTo != ""}
	if m.Thread != "" {
		container["thread_ts"] = m.Thread
	}
	payload := object{
		"type": "block_actions", "token": w.app.verification, "api_app_id": w.app.id, "trigger_id": i.TriggerID,
		"user":      object{"id": userID, "username": userName, "name": userName, "team_id": home},
		"team":      object{"id": w.id, "domain": w.name},
		"channel":   object{"id": m.Channel, "name": name},
		"container": container, "enterprise": nil, "is_enterprise_install": false,
		"state": object{"values": object{}}, "actions": []object{b.action(i.asked.message.TS)}, "response_url": i.ResponseURL,
	}
	if m.EphemeralTo == "" { // of an ephemeral message, Slack sends the container only
		payload["message"] = w.wire(&m)
	}
	return i.dispatch(interactive, payload, nil)
}

// Button is a button of a message.
type Button struct {
	ActionID, BlockID, Text, Value, Style, URL string
}

// action is how a payload tells of the press of a button.
func (b Button) action(ts string) object {
	action := object{
		"type": "button", "action_id": b.ActionID, "block_id": b.BlockID, "action_ts": ts,
		"text": object{"type": "plain_text", "text": b.Text, "emoji": true},
	}
	if b.Value != "" {
		action["value"] = b.Value
	}
	if b.Style != "" {
		action["style"] = b.Style
	}
	return action
}

// Buttons returns the message's buttons in order, those beside sections too.
func (m Message) Buttons() []Button {
	var blocks []struct {
		BlockID   string    `json:"block_id"`
		Elements  []element `json:"elements"`
		Accessory element   `json:"accessory"`
	}
	_ = json.Unmarshal(m.Blocks, &blocks)
	var out []Button
	for _, b := range blocks {
		for _, e := range append(b.Elements, b.Accessory) {
			if e.Type == "button" {
				out = append(out, Button{e.ActionID, b.BlockID, e.Text.Text, e.Value, e.Style, e.URL})
			}
		}
	}
	return out
}

// element is an element of a block, as far as buttons go.
type element struct {
	Type     string `json:"type"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
	Style    string `json:"style"`
	URL      string `json:"url"`
	Text     text   `json:"text"`
}

// text is a text object; in some elements, which are no buttons, it is a string.
type text struct{ Text string }

// UnmarshalJSON takes an object or a string.
func (t *text) UnmarshalJSON(b []byte) error {
	var o struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(b, &o) == nil {
		t.Text = o.Text
		return nil
	}
	return json.Unmarshal(b, &t.Text)
}

func (m Message) button(name string) (Button, bool) {
	buttons := m.Buttons()
	for _, b := range buttons {
		if b.ActionID == name {
			return b, true
		}
	}
	for _, b := range buttons {
		if b.Text == name {
			return b, true
		}
	}
	return Button{}, false
}
