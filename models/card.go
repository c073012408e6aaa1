package models

import "time"

// Card is the slack card: it links a channel of a workspace to the clusters that are asked about there. Channel may be
// [AnyChannel].
type Card struct {
	Team      TeamID    `json:"team"`
	Channel   ChannelID `json:"channel"`
	Clusters  []string  `json:"clusters"`
	Namespace string    `json:"namespace,omitempty"` // assumed where a question names none; empty: all
	Outsiders bool      `json:"outsiders,omitempty"` // people of other organisations may ask, where the channel is shared with them
	Posting   Posting   `json:"posting,omitzero"`    // what is posted there unasked
	By        UserID    `json:"by,omitempty"`        // who made it; empty: whoever runs MuleBot
	AddedAt   time.Time `json:"added_at"`
}
