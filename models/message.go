package models

import "time"

// MessageKind says through which door, and how, a message came.
type MessageKind string

// The kinds of messages.
const (
	Mention   MessageKind = "mention"   // @mulebot in a channel
	InThread  MessageKind = "thread"    // a message in a thread that MuleBot takes part in
	Direct    MessageKind = "direct"    // a direct message
	Command   MessageKind = "command"   // the slash command
	Press     MessageKind = "press"     // a button; Action is set and Text empty
	Submitted MessageKind = "submitted" // a form; Action is set, with the values of the fields, and Text empty
	Typed     MessageKind = "typed"     // the console
	Scheduled MessageKind = "scheduled" // nobody said it: a card asks for it at this hour; Action is set and Text empty
	// These are no messages, but stand in the audit log: what an operator did on the command line, and what went because Slack
	// said that a channel or the app is gone.
	Operated MessageKind = "operated"
	Noticed  MessageKind = "noticed"
)

// Message is one thing that somebody said to MuleBot, freed of whatever carried it.
type Message struct {
	ID      string      `json:"id"` // the same for every delivery of the same message; unique within the team
	Kind    MessageKind `json:"kind"`
	Team    TeamID      `json:"team"`
	Channel ChannelID   `json:"channel"`
	Thread  ThreadID    `json:"thread"` // where the answer goes
	User    UserID      `json:"user"`
	Text    string      `json:"text"` // without the mention of MuleBot; Slack's entities decoded
	// Mentions are the ids of the users, user groups and channels that Text mentions, by what it shows for them ("@bob", "#storage").
	Mentions map[string]string `json:"mentions,omitempty"`
	// Shared says that the user may be of another organisation, as in a channel that is shared with one.
	Shared bool      `json:"shared,omitempty"`
	Action *Action   `json:"action,omitempty"`
	At     time.Time `json:"at"` // when it was received
}

// Conversation returns the conversation that the message belongs to.
func (m Message) Conversation() Conversation { return Conversation{m.Team, m.Channel, m.Thread} }

// Action is what a button does when pressed: a question that needs no language, either a text to be understood as if it
// had been typed or an intent with its query or other values.
type Action struct {
	Text   string            `json:"text,omitempty"`
	Intent string            `json:"intent,omitempty"`
	Query  *Query            `json:"query,omitempty"`
	Values map[string]string `json:"values,omitempty"` // what else the intent needs, by name; the fields of a form
}

// Entry is a message in the journal: received and acknowledged, not yet answered.
type Entry struct {
	Message     Message
	ResponseURL Secret       // where Slack takes an answer that only the asker sees, or one to a slash command; else empty
	Attachments []Attachment // to be fetched before the message is answered
}
