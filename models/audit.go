package models

import "time"

// Audit is an entry of a workspace's audit log: who asked for what, where and when, how it was understood, and what came of it.
// The entries of a workspace are a chain: each holds the hash of the one before it.
type Audit struct {
	Seq      uint64      `json:"seq"` // 1, 2, 3, …
	At       time.Time   `json:"at"`  // when the message came
	Team     TeamID      `json:"team"`
	Channel  ChannelID   `json:"channel"`
	Thread   ThreadID    `json:"thread,omitempty"`
	User     UserID      `json:"user"`
	Message  string      `json:"message"` // its id
	Kind     MessageKind `json:"kind"`
	Intent   string      `json:"intent,omitempty"`
	Query    *Query      `json:"query,omitempty"`
	Clusters []string    `json:"clusters,omitempty"`
	Outcome  Outcome     `json:"outcome"`

	// Text is what was said, without secrets; "" once the time for which texts are kept is over, or if a button or form said it.
	// The chain holds a hash of it, so that a text can go and the chain stays whole.
	Text     string `json:"text,omitempty"`
	TextHash string `json:"text_hash,omitempty"`
	Previous string `json:"previous"` // the Hash of the entry before; of the first one ""
	Hash     string `json:"hash"`
}

// Outcome is what came of a message: one of those below, or the kind of the error that the answer was.
type Outcome string

// The outcomes.
const (
	Answered    Outcome = "answered"
	AskedBack   Outcome = "asked_back"
	Undelivered Outcome = "undelivered" // Slack did not take the answer
)

// NewAudit returns the entry of a message and the reply to it. What a form was filled in with is not part of it.
func NewAudit(m Message, r Reply, delivered bool) *Audit {
	a := &Audit{At: m.At, Team: m.Team, Channel: m.Channel, Thread: m.Thread, User: m.User, Message: m.ID, Kind: m.Kind,
		Intent: r.Intent, Query: r.Query, Clusters: r.Clusters, Outcome: Answered, Text: Redact(m.Text)}
	if m.Action != nil {
		a.Text = Redact(m.Action.Text)
	}
	switch {
	case !delivered:
		a.Outcome = Undelivered
	case r.Err != nil:
		a.Outcome = Outcome(KindOf(r.Err))
	case r.AskedBack:
		a.Outcome = AskedBack
	}
	return a
}
