package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const (
	// inFlight is how many envelopes of a leg may be on their way to the journal at a time. More wait in the socket.
	inFlight = 256
	// openLimit is how long it may take to open a connection.
	openLimit = 30 * time.Second
	// drainLimit is how long a leg may go on after Slack announced its end; Slack ends it after some ten seconds.
	drainLimit = 30 * time.Second
	// proveEvery is how often a leg proves by a ping of its own that Slack takes what is written.
	proveEvery = 30 * time.Second
	// writeLimit is how long an acknowledgement may take to be written.
	writeLimit = 10 * time.Second
	// largestEnvelope is more than any event has.
	largestEnvelope = 4 << 20
)

// leg is one WebSocket connection of an app, from apps.connections.open to its end.
//
// It is opened by slack-go's socketmode.Client, and speaks socketmode's types. What it does not use is that client's
// RunContext, for three reasons: it closes the connection the moment that Slack announces the end, ten seconds ahead, so that
// what is on its way is lost, and lost for good if it is a slash command or a button; it decodes every event in full, blocks
// too, which took half of the bot's time, most of it for the echo of the bot's own answers; and it takes five goroutines a
// connection. (slack-go v0.35.0, socketmode/socket_mode_managed_conn.go.)
type leg struct {
	connection *connection
	socket     *websocket.Conn

	up       chan struct{} // closed when Slack has said hello
	since    time.Time     // when it did
	before   time.Time     // when Slack had last been heard before that, over whichever leg; zero: never
	leaving  chan struct{} // closed when the next leg is to be opened, and this one goes on for a while
	moving   bool          // leaving is closed
	doubted  bool          // because it was quiet for longer than patience
	heard    time.Time     // when an envelope last came; at first when Slack said hello
	patience time.Duration
	ended    chan struct{} // closed when the leg is over; err says why
	err      error

	slots   chan struct{} // held while an envelope is on its way to the journal
	pending sync.WaitGroup
	writing sync.Mutex // held while an acknowledgement is written
	proving time.Time  // when the leg last set out to prove itself
}

func newLeg(c *connection) *leg {
	return &leg{
		connection: c, slots: make(chan struct{}, inFlight), patience: c.opts.Quiet + rand.N(c.opts.Quiet/4+1),
		up: make(chan struct{}), leaving: make(chan struct{}), ended: make(chan struct{}),
	}
}

// run serves the leg until it ends, or, when ctx ends, until the envelopes at hand are in the journal and acknowledged. Work
// outlives ctx.
func (l *leg) run(ctx, work context.Context) {
	defer close(l.ended)
	if l.err = l.open(ctx); l.err != nil {
		return
	}
	defer l.socket.Close()
	defer l.watch(ctx)()
	l.err = l.read(ctx, work)
	if ctx.Err() == nil {
		_ = l.socket.Close() // nothing can be acknowledged any more
	}
	l.pending.Wait()
	if ctx.Err() != nil {
		l.bye()
	}
}

// open asks Slack for a URL, which is good for one connection, and connects to it.
func (l *leg) open(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, openLimit)
	defer cancel()
	_, url, err := l.connection.client.OpenContext(ctx)
	if err != nil {
		return scrub(err)
	}
	socket, response, err := l.connection.dialer.DialContext(ctx, url, nil)
	if err != nil {
		return refusal(response, err)
	}
	socket.SetReadLimit(largestEnvelope)
	l.socket = socket
	return nil
}

// watch makes reading fail when no ping has come for too long, and when ctx ends. It returns what ends that. A ping of Slack's
// shows that it can be read; that it can be written to, Slack's answer to ours. Before Slack has said hello, pings show nothing: a leg that
// is never greeted carries nothing, and holds up those that wait to be opened.
func (l *leg) watch(ctx context.Context) (stop func() bool) {
	l.extend(ctx)
	l.socket.SetPingHandler(func(data string) error {
		if !l.since.IsZero() {
			l.extend(ctx)
		}
		_ = l.socket.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeLimit))
		if now := time.Now(); now.Sub(l.proving) >= proveEvery {
			l.proving = now
			_ = l.socket.WriteControl(websocket.PingMessage, nil, now.Add(writeLimit))
		}
		l.doubt(time.Now())
		return nil // a pong that cannot be written is missed by Slack
	})
	l.socket.SetPongHandler(func(string) error {
		l.connection.health.prove()
		return nil
	})
	return context.AfterFunc(ctx, func() { l.extend(ctx) })
}

// extend gives Slack more time for the next ping, or none once ctx has ended.
func (l *leg) extend(ctx context.Context) {
	_ = l.socket.SetReadDeadline(time.Now().Add(l.connection.opts.PingLimit))
	if ctx.Err() != nil {
		_ = l.socket.SetReadDeadline(time.Now())
	}
}

// silent words that nothing was read for too long.
func (l *leg) silent() error {
	what := "ping"
	if l.since.IsZero() {
		what = "hello"
	}
	return fmt.Errorf("no %s from Slack for %s", what, l.connection.opts.PingLimit)
}

// refusal words how a WebSocket could not be opened.
func refusal(response *http.Response, err error) error {
	if response == nil {
		return scrub(err)
	}
	if seconds, e := strconv.Atoi(response.Header.Get("Retry-After")); e == nil && response.StatusCode == http.StatusTooManyRequests {
		return &slack.RateLimitedError{RetryAfter: time.Duration(seconds) * time.Second}
	}
	return fmt.Errorf("the WebSocket was answered with %s", response.Status)
}

// read handles what comes over the connection until it ends.
func (l *leg) read(ctx, work context.Context) error {
	for {
		_, data, err := l.socket.ReadMessage()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return l.silent()
		}
		if err != nil {
			return err
		}
		var r socketmode.Request
		if json.Unmarshal(data, &r) != nil {
			continue // without an id there is nothing to acknowledge
		}
		switch {
		case r.Type == socketmode.RequestTypeHello:
			if l.since.IsZero() {
				l.since = time.Now()
				l.heard = l.since
				l.before = l.connection.health.hear()
				l.extend(ctx)
				close(l.up)
			}
		case r.Type == socketmode.RequestTypeDisconnect:
			if err := l.goodbye(r.Reason); err != nil {
				return err
			}
		case r.EnvelopeID != "":
			l.heard = time.Now()
			l.connection.health.hear()
			l.envelope(work, &r)
		}
	}
}

// goodbye handles Slack's announcement that the connection will end. It returns an error if that is now.
func (l *leg) goodbye(reason string) error {
	if reason == "link_disabled" || reason == "too_many_websockets" {
		return slack.SlackErrorResponse{Err: reason}
	}
	if !l.moving {
		l.moving = true
		l.connection.log.Info().Str("reason", reason).Msg("Slack moves the connection")
		time.AfterFunc(drainLimit, func() { _ = l.socket.Close() })
		close(l.leaving)
	}
	return nil
}

// doubt has a leg replaced that has carried nothing for long: it may be pinged and yet be deaf, which nothing but an envelope
// disproves. It serves on until the next one stands, and then is retired.
func (l *leg) doubt(now time.Time) {
	if l.moving || l.heard.IsZero() || now.Sub(l.heard) < l.patience {
		return
	}
	l.moving, l.doubted = true, true
	close(l.leaving)
}

// retire ends a leg that was doubted, in good order: what Slack has sent before it knows is still taken, though it cannot be
// acknowledged any more.
func (l *leg) retire() {
	time.AfterFunc(drainLimit, func() { _ = l.socket.Close() })
	l.bye()
}

// bye tells Slack that the connection ends.
func (l *leg) bye() {
	_ = l.socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
}

// envelope takes an envelope and acknowledges it as soon as it may be. It blocks only while too many are on their way to the
// journal, which work bounds and not the leg: what is being written is written to the end.
func (l *leg) envelope(work context.Context, r *socketmode.Request) {
	came := time.Now()
	l.connection.opts.Meter.Envelope(r.Type)
	l.slots <- struct{}{} // before a place is given out: whoever has one gets on
	admit := l.connection.take(r)
	if admit == nil {
		<-l.slots
		l.acknowledge(r.EnvelopeID, came)
		return
	}
	l.pending.Go(func() {
		defer func() { <-l.slots }()
		if admit(work) {
			l.acknowledge(r.EnvelopeID, came)
		}
	})
}

// acknowledge acknowledges an envelope, and counts how long it took since it came. An acknowledgement that cannot be written is no
// loss: Slack sends the event again, and the journal knows it.
func (l *leg) acknowledge(id string, came time.Time) {
	data, err := json.Marshal(socketmode.Response{EnvelopeID: id})
	if err != nil {
		return
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	_ = l.socket.SetWriteDeadline(time.Now().Add(writeLimit))
	_ = l.socket.WriteMessage(websocket.TextMessage, data)
	l.connection.opts.Meter.Acknowledged(time.Since(came))
}

// over reports whether the leg has ended.
func (l *leg) over() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

// stood returns how long the leg was connected.
func (l *leg) stood() time.Duration {
	if l.since.IsZero() {
		return 0
	}
	return time.Since(l.since)
}

// newDialer returns how WebSockets are opened: through the proxy of the environment, and with small buffers, for there are
// many connections and little traffic on most.
func newDialer() *websocket.Dialer {
	return &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: openLimit,
		ReadBufferSize: 1024, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{},
	}
}
