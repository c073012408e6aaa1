// Package bot is the Slack door and the console door: it turns what people say into a [models.Message], hands it to a
// [Responder], and gives the [models.Reply] back in the form of the door it came through. It knows nothing of what a message
// means.
//
// What happens to a message from Slack, in order, and where:
//
//   - An app-level token opens a connection (connection, in socket.go). A connection is a succession of legs, one WebSocket
//     each (leg.go); two overlap while Slack moves the app from one to the next. One connection may serve many workspaces.
//   - An envelope comes over a leg. decode, a pure function, makes a message of it or finds that it is none of the bot's
//     business: its own messages, edits, other bots, the second event of a mention.
//   - The message goes to its workspace, which queues it in its conversation, writes it to the [Journal], and only then
//     acknowledges the envelope. What cannot be written is not acknowledged, so that Slack sends it again. A message that is
//     in the journal already is acknowledged and not answered again.
//   - Each conversation answers its messages one after the other; conversations do not wait for one another.
//   - [Render], a pure function, makes blocks of the reply, within Slack's limits. The poster posts them at the pace that Slack
//     allows in a channel. A message leaves the journal when its answer was posted, or can never be.
//
// # Where to find what
//
//	who is served     roster.go (workspaces come and go while the bot runs), status.go, meter.go, seen.go (what came)
//	the connection    socket.go, leg.go, backoff.go
//	what comes in     decode.go (messages, commands, buttons), form.go (modals), notice.go (something is gone), home.go, markup.go; schedule.go (what nobody said)
//	what was missed   missed.go and catchup.go (when to read the history of channels), lookback.go (reads it), sift.go (what of it), heard.go
//	the queue         workspace.go, room.go (what a channel may have of it), spill.go (more than fits the memory), restraint.go (more than a workspace may ask)
//	what goes out     render.go, render_table.go, render_home.go; post.go, pace.go, renewal.go (a token that is refused); fetch.go (files that were submitted)
//	Slack's Web API   slackapi.go and http.go; admins.go, directory.go and people.go (who is who), check.go and install.go (tokens), manifest.go (settings)
//	the console       console.go, history.go; text.go and json.go write a reply for terminals and programs
//
// # Exactly once
//
// Slack has no idempotency key for chat.postMessage, so that a post whose outcome is unknown (the answer of the call was lost,
// or the process was killed between the post and its record) can neither be repeated nor be given up blindly. Each post
// therefore carries the id of the message that it answers as metadata. When the outcome is unknown, the conversation is
// read and searched for that id; only if it is not there is the answer posted again. Where the conversation cannot be read (no
// history scope, an answer by response_url), the answer is posted again: twice is better than never.
//
// The file of a long table is uploaded at least once, and may be there twice: Slack takes no metadata with it, and shows it some time after
// it said so, so that there is nothing to look for. It is uploaded again when the outcome is unknown, and when the process was killed before
// the record.
package bot

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"
	"golang.org/x/time/rate"

	"github.com/mulebot/mulebot/models"
)

// Responder answers a message. It always returns a reply: what failed is worded in it.
type Responder interface {
	Respond(ctx context.Context, m models.Message) models.Reply
}

// Journal keeps what was acknowledged and not yet answered, over restarts.
type Journal interface {
	// Append records an entry durably and reports whether it is new: false means that the same message is in the journal
	// or was answered already, or that its workspace was removed while it was on its way.
	Append(ctx context.Context, e models.Entry) (fresh bool, err error)
	// Done records durably that the message was answered, its entry in the audit log (nil: none), and what to remember of
	// its conversation (nil: no change).
	Done(ctx context.Context, m models.Message, a *models.Audit, d *models.Dialogue) error
	// Unanswered returns the entries left of a team, the oldest first.
	Unanswered(ctx context.Context, team models.TeamID) ([]models.Entry, error)
	// TakesPart reports whether the bot takes part in the conversation: it has answered or is about to answer in it.
	TakesPart(ctx context.Context, c models.Conversation) (bool, error)
}

// Past knows what was heard, so that what was not can be looked for in the history of Slack's channels.
type Past interface {
	// Heard notes durably until when workspaces are known to have been heard.
	Heard(ctx context.Context, until map[models.TeamID]time.Time) error
	// HeardUntil returns that; a zero time: nothing is known.
	HeardUntil(ctx context.Context, team models.TeamID) (time.Time, error)
	// Known reports whether a message is in the journal or was answered within the last two hours.
	Known(ctx context.Context, team models.TeamID, message string) (bool, error)
	// Talks returns the conversations in which something was answered since a time, the latest first.
	Talks(ctx context.Context, team models.TeamID, since time.Time) ([]models.Talk, error)
}

// Options says whom a [Bot] serves and how. Zero values mean what their comments say.
type Options struct {
	Workspaces []models.Workspace // at the start; those with the same AppToken share a connection
	Responder  Responder
	Journal    Journal
	Past       Past   // nil: what was not heard is not looked for
	Keeper     Keeper // nil: nobody is told of what is gone
	Homes      Homes  // nil: home tabs stay empty
	Meter      Meter  // nil: nothing is counted
	Log        zerolog.Logger
	APIURL     string           // of Slack's Web API, with a slash at its end; empty: https://slack.com/api/
	Now        func() time.Time // nil: time.Now

	PostRate  float64         // messages a second in one channel; zero: 0.95, as Slack documents 1 and calls may arrive closer than they left; negative: without limit
	PostBurst int             // messages that may come at once in a channel that was quiet; zero: 3
	Asks      func() AskLimit // what a workspace may ask, each time that it asks; nil: 20 messages a second, 200 at once
	Workers   int             // answers that are worked out at a time for one workspace; zero: 16
	Queue     int             // messages of one workspace held in memory, the others wait in the journal; zero: 1000
	Dials     int             // connections that are opened at a time; zero: 64
	PingLimit time.Duration   // a connection without a ping from Slack for so long is dead, and so is one that it does not greet; zero: 30 s
	// Quiet is how long a connection may carry no envelope before another takes its place: it may be pinged and yet be deaf. Zero:
	// 3 min, and so before Slack sends what was not acknowledged for the last time, five minutes later. Up to a quarter is added,
	// so that those of many apps, which were opened together, are not replaced together.
	Quiet   time.Duration
	MaxWait time.Duration // longest wait between attempts to connect or to post; zero: 1 min
	Parked  time.Duration // wait before a token that Slack refused, of an app or a bot, is tried again; zero: 5 min
	Grace   time.Duration // for answers under way when the bot is stopped; zero: 10 s

	readers chan struct{} // held while the history of a workspace is read
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	count := func(n *int, v int) {
		if *n == 0 {
			*n = v
		}
	}
	set(&o.PingLimit, 30*time.Second)
	set(&o.Quiet, 3*time.Minute)
	set(&o.MaxWait, time.Minute)
	set(&o.Parked, 5*time.Minute)
	set(&o.Grace, 10*time.Second)
	count(&o.PostBurst, 3)
	count(&o.Workers, 16)
	count(&o.Queue, 1000)
	count(&o.Dials, 64)
	if o.Now == nil {
		o.Now = time.Now
	}
	perSecond := func(r *float64, v float64) {
		switch {
		case *r == 0:
			*r = v
		case *r < 0:
			*r = float64(rate.Inf)
		}
	}
	perSecond(&o.PostRate, 0.95)
	if o.Asks == nil {
		o.Asks = func() AskLimit { return AskLimit{20, 200} }
	}
	if o.Meter == nil {
		o.Meter = unmetered{}
	}
	o.APIURL = apiURL(o.APIURL)
	o.readers = make(chan struct{}, maxReaders)
	return o
}

// Bot serves workspaces over Socket Mode. Make one with [New]; it does nothing before [Bot.Run].
type Bot struct {
	opts   Options
	client *http.Client
	dialer *websocket.Dialer
	dials  chan struct{}               // held while a leg is being opened
	noted  map[models.TeamID]time.Time // until when workspaces were heard, as the store knows it
	roster
}

// New builds a bot. It fails with an Invalid error if a workspace lacks a token or an id, or if two have the same id.
func New(o Options) (*Bot, error) {
	if o.Responder == nil || o.Journal == nil {
		return nil, errors.New("bot: a responder and a journal are required")
	}
	o = o.withDefaults()
	b := &Bot{opts: o, client: newHTTPClient(o.Dials), dialer: newDialer(), dials: make(chan struct{}, o.Dials)}
	b.connections = map[models.Secret]*connection{}
	taken := map[models.TeamID]bool{}
	for _, w := range o.Workspaces {
		if err := checkWorkspace(w); err != nil {
			return nil, err
		}
		if taken[w.Team] {
			return nil, &models.Error{Kind: models.Invalid, Message: "workspace " + string(w.Team) + " is configured twice",
				Hint: "remove one: is it in the store and in the environment?"}
		}
		taken[w.Team] = true
		b.put(w)
	}
	return b, nil
}
