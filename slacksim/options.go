package slacksim

import "time"

// Options says how a [Sim] behaves. The zero value is Slack as documented.
type Options struct {
	// Addr is where the server listens; empty: a free port of 127.0.0.1.
	Addr string
	// Now is the clock of timestamps and rate limits; nil: time.Now.
	Now func() time.Time
	// Seed makes ids, and which events come twice, repeatable.
	Seed uint64

	// AckTimeout is how long an envelope may stay unacknowledged; zero: 3 s, as
	// https://docs.slack.dev/apis/events-api/#responding says.
	AckTimeout time.Duration
	// RetrySchedule holds the delay before each further delivery of an event; nil: at once, 1 min, 5 min
	// (https://docs.slack.dev/apis/events-api/#retries). An empty, non-nil schedule: never again.
	RetrySchedule []time.Duration
	// PingInterval is the time between two WebSocket pings to a client; zero: 10 s. Slack documents none; its clients
	// give up after 30 s without one.
	PingInterval time.Duration
	// PongTimeout is how long a client may leave pings unanswered before its connection is closed; zero: 30 s.
	PongTimeout time.Duration
	// ConnectionTime is how long a connection lives before Slack refreshes it; zero: for as long as the test lasts. The
	// hello message announces it as approximate_connection_time.
	ConnectionTime time.Duration
	// DisconnectGrace is the time between a disconnect message with reason "warning" or "refresh_requested" and the end
	// of the connection; zero: 10 s, as https://docs.slack.dev/apis/events-api/using-socket-mode/#disconnect says.
	DisconnectGrace time.Duration
	// TicketLife is how long a URL from apps.connections.open may be used, once; zero: 30 s, as strict as clients bear. Slack
	// gives no figure. A URL that is used or too old answers the upgrade with status 404.
	TicketLife time.Duration
	// MaxConnections is how many sockets an app may have; zero: 10, as
	// https://docs.slack.dev/apis/events-api/using-socket-mode/#connections says.
	MaxConnections int

	// DuplicateFraction is the part of events, 0 to 1, that is delivered a second time although acknowledged.
	DuplicateFraction float64
	// DuplicateAfter is when the second delivery comes; zero: at once.
	DuplicateAfter time.Duration

	// Limits are the rate limits; the zero value: Slack's.
	Limits Limits

	// OnPost is called for every message that a bot posts, after it is stored and outside every lock. It must not block.
	OnPost func(Post)
}

// Limits are the rate limits of the Web API (https://docs.slack.dev/apis/web-api/rate-limits).
type Limits struct {
	// Off switches every limit off, for throughput benchmarks.
	Off bool
	// PostsPerSecond is how many messages a bot may post in one channel; zero: 1 a second, as documented.
	PostsPerSecond float64
	// PostBurst is how many posts in one channel may come together; zero: 3. Slack tolerates "short bursts" and gives no
	// figure.
	PostBurst int
	// PostsPerMinute is how many messages a bot may post in a workspace; zero: no such limit. Slack has one and gives no
	// figure.
	PostsPerMinute int
	// TierFactor multiplies the calls a minute of the method tiers 1 to 4 (1, 20, 50, 100); zero: 1. A whole minute's
	// calls may come in one burst, tier 1 apart, where 5 may.
	TierFactor float64
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.RetrySchedule == nil {
		o.RetrySchedule = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	set(&o.AckTimeout, 3*time.Second)
	set(&o.PingInterval, 10*time.Second)
	set(&o.PongTimeout, 30*time.Second)
	set(&o.DisconnectGrace, 10*time.Second)
	set(&o.TicketLife, 30*time.Second)
	if o.MaxConnections == 0 {
		o.MaxConnections = 10
	}
	if o.Limits.PostsPerSecond == 0 {
		o.Limits.PostsPerSecond = 1
	}
	if o.Limits.PostBurst == 0 {
		o.Limits.PostBurst = 3
	}
	if o.Limits.TierFactor == 0 {
		o.Limits.TierFactor = 1
	}
	return o
}

// AppOptions describes an app. Its zero value is an app that a workspace could install as it is.
type AppOptions struct {
	ID   string // empty: made up
	Name string // of the app and its bot user; empty: "mulebot"
	// Events are the bot events that the app subscribes to; nil: [DefaultEvents].
	Events []string
	NoHome bool // the home tab is off in the app's settings
	// Unlisted is an app that is distributed outside of the Marketplace: it may read conversations.history and .replies once a minute,
	// 15 messages at a time (https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps).
	Unlisted bool
	// Redirects are the app's redirect URLs; nil: https://localhost/mulebot.
	Redirects []string
}

// DefaultEvents returns the bot events that an app of the simulator subscribes to unless told otherwise.
func DefaultEvents() []string {
	return []string{"app_mention", "message.channels", "message.groups", "message.im", "message.mpim", "app_home_opened",
		"channel_archive", "channel_deleted", "group_archive", "group_deleted", "app_uninstalled", "tokens_revoked"}
}

// DefaultScopes returns the scopes that a bot token of the simulator carries unless told otherwise.
func DefaultScopes() []string {
	return []string{
		"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:read", "files:write",
		"groups:history", "groups:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read", "reactions:write", "team:read", "usergroups:read", "users:read",
	}
}

// TeamOptions describes a workspace and the app's installation in it.
type TeamOptions struct {
	ID       string   // empty: made up
	Name     string   // empty: the id
	Users    []string // names of people
	Channels []string // names of public channels; everybody, the bot too, is a member
	Scopes   []string // of the bot token; nil: [DefaultScopes]
}

// ChannelOptions describes a channel.
type ChannelOptions struct {
	Private bool
	Members []string // ids of users; nil: everybody
	NoBot   bool     // the bot is not a member
}

// SayOptions says how a message is said.
type SayOptions struct {
	Thread string // the ts of the message that it answers; empty: not in a thread
}

// Post is a message that a bot posted.
type Post struct {
	Workspace *Workspace
	Message   Message
	// Question is what the message answers, as far as the simulator can tell: the oldest message of the conversation
	// that is without an answer. nil: none.
	Question *Message
	Latency  time.Duration // from Question.At to now
	Nth      int           // 1: the first answer to Question; 2 and more: it was answered before; 0: no question
}
