package models

// TeamID is the id of a Slack workspace ("T024BE7LD"). It is the tenant: every record belongs to one.
type TeamID string

// ChannelID is the id of a Slack channel, group or direct message ("C024BE91L"). Ids outlive renames.
type ChannelID string

// UserID is the id of a Slack user ("U024BE7LH").
type UserID string

// Itself is the user of what MuleBot asks itself because a card says so.
const Itself UserID = "mulebot"

// ThreadID names a thread within a channel: the ts of its first message ("1700000000.000100").
type ThreadID string

// Local is the team of the console: one user, no Slack, the clusters named on the command line.
const Local TeamID = "local"

// AnyChannel is the channel of a card that applies to every channel without a card of its own.
const AnyChannel ChannelID = "*"

// ClusterRef names a cluster of a tenant. Two tenants may give the same name to different clusters, so a name alone
// never identifies one.
type ClusterRef struct {
	Team TeamID `json:"team"`
	Name string `json:"name"`
	// As is the role whose stand-in asks a cluster that impersonates; empty elsewhere. It names no other cluster.
	As Role `json:"as,omitempty"`
}

func (r ClusterRef) String() string { return string(r.Team) + "/" + r.Name }

// Conversation names a thread of a tenant: messages of one conversation are answered in the order in which they came.
type Conversation struct {
	Team    TeamID    `json:"team"`
	Channel ChannelID `json:"channel"`
	Thread  ThreadID  `json:"thread"`
}
