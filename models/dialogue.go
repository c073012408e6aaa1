package models

import "time"

// Dialogue is what is remembered of a conversation, so that "and on staging?", "the second one" and "show its replicas"
// have something to refer to. It is written when a reply has been delivered, so it never refers to what nobody saw.
type Dialogue struct {
	Intent   string    `json:"intent,omitempty"`
	Query    *Query    `json:"query,omitempty"`    // the last question answered
	Listed   []Named   `json:"listed,omitempty"`   // the things the last answer named, in its order; at most 20
	Among    []Named   `json:"among,omitempty"`    // the things listed before, of which the last question was about one; at most 20
	From     *Query    `json:"from,omitempty"`     // the question that listed those
	Lately   []Named   `json:"lately,omitempty"`   // the two things that questions were about last, the latest one behind the other
	Supposed *Query    `json:"supposed,omitempty"` // the last question of what would be if something were
	Pending  *Pending  `json:"pending,omitempty"`  // the question that MuleBot asked back
	At       time.Time `json:"at"`                 // of the last turn
}

// Talk is a conversation that MuleBot takes part in, and when it was last answered there.
type Talk struct {
	Conversation
	At time.Time
}

// Named is a thing that an answer named.
type Named struct {
	Subject Subject `json:"subject"`
	Name    string  `json:"name"`
	Scope   string  `json:"scope,omitempty"`
	Node    string  `json:"node,omitempty"` // of a pool, whose name may be that of others on other nodes
	Cluster string  `json:"cluster"`
}

// Pending is a question that MuleBot asked back: the intent it was about to answer and the slot it still needs.
type Pending struct {
	Intent string `json:"intent"`
	Query  *Query `json:"query,omitempty"`
	Slot   string `json:"slot"`
	// Filled are the slots of a custom intent that are filled already; nil: the question is of a built-in intent.
	Filled  map[string]string `json:"filled,omitzero"`
	Options []Button          `json:"options,omitempty"` // what was offered
}
