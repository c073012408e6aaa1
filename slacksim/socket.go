package slacksim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// maxResponse is the size in bytes from which Slack silently ignores what a client sends over a socket
// (https://docs.slack.dev/apis/events-api/using-socket-mode/, and slack-go's socketmode.Client.SendCtx).
const maxResponse = 20 << 10

// ticket lets one client open one connection.
type ticket struct {
	app   *App
	until time.Time
}

// socket is a connection of an app.
type socket struct {
	app    *App
	conn   *websocket.Conn
	deaf   atomic.Bool // envelopes are swallowed
	frozen atomic.Bool // nothing comes through any more, in either direction
	ending atomic.Bool // a disconnect message was sent

	mu     sync.Mutex // guards what follows
	queue  []frame
	closed bool
	wake   chan struct{} // capacity 1: the queue has something
	gone   chan struct{} // closed with the connection
}

// frame is a text message to be written. Envelope is empty for those that are not envelopes.
type frame struct {
	data     []byte
	envelope string
	last     bool // close the connection behind it
}

// openConnection is the method apps.connections.open: it returns a URL that opens one connection, once.
func openConnection(c *call) (object, error) {
	if c.inBody {
		// "passing it as a POST parameter will result in an error":
		// https://docs.slack.dev/reference/methods/apps.connections.open
		return nil, failure("not_authed")
	}
	c.app.mu.Lock()
	on := c.app.socketMode
	c.app.mu.Unlock()
	if !on {
		return nil, failure("socket_mode_not_enabled")
	}
	id := c.sim.uuid()
	c.sim.mu.Lock()
	c.sim.tickets[id] = ticket{c.app, c.sim.now().Add(c.sim.opts.TicketLife)}
	c.sim.mu.Unlock()
	q := url.Values{"ticket": {id}, "app_id": {c.app.id}}
	return object{"url": "ws://" + c.sim.host() + "/link/?" + q.Encode()}, nil
}

// redeem takes a ticket. It works once.
func (s *Sim) redeem(id string) (*App, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tickets[id]
	delete(s.tickets, id)
	return t.app, ok && s.now().Before(t.until)
}

func (s *Sim) serveSocket(w http.ResponseWriter, r *http.Request) {
	if !pause(r, s.faults.delay("socket")) {
		return
	}
	if f, ok := s.faults.take("socket", "", false); ok {
		f.strike(w, r)
		return
	}
	app, ok := s.redeem(r.URL.Query().Get("ticket"))
	if !ok {
		http.Error(w, "ticket is unknown, used or too old", http.StatusNotFound)
		return
	}
	upgrader := websocket.Upgrader{
		ReadBufferSize: 1024, WriteBufferSize: 1024, CheckOrigin: func(*http.Request) bool { return true },
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	k := &socket{app: app, conn: conn, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	n := app.attach(k)
	if n == 0 {
		k.enqueue(k.goodbye(TooManyWebsockets), "")
		k.end()
	} else if _, ok := s.faults.take("hello", "", false); ok {
		k.deaf.Store(true)
	} else {
		k.enqueue(k.hello(n), "")
	}
	go k.read()
	k.write()
}

func (k *socket) hello(connections int) []byte {
	seconds := int(k.app.sim.opts.ConnectionTime / time.Second)
	if seconds == 0 {
		seconds = 18060
	}
	return fmt.Appendf(nil, `{"type":"hello","num_connections":%d,"debug_info":{"host":"applink-1","build_number":1,`+
		`"approximate_connection_time":%d},"connection_info":{"app_id":%q}}`, connections, seconds, k.app.id)
}

func (k *socket) goodbye(reason string) []byte {
	return fmt.Appendf(nil, `{"type":"disconnect","reason":%q,"debug_info":{"host":"applink-1"}}`, reason)
}

// enqueue puts a message in line and reports false if the connection has ended.
func (k *socket) enqueue(data []byte, envelope string) bool {
	return k.push(frame{data: data, envelope: envelope})
}

// end closes the connection in good order behind what is in line.
func (k *socket) end() { k.push(frame{last: true}) }

func (k *socket) push(f frame) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return false
	}
	if k.frozen.Load() || f.envelope != "" && k.deaf.Load() {
		return true
	}
	k.queue = append(k.queue, f)
	select {
	case k.wake <- struct{}{}:
	default:
	}
	return true
}

// cut ends the connection without a goodbye.
func (k *socket) cut() { _ = k.conn.NetConn().Close() }

// disconnect tells the client to go, and why, and ends the connection after the grace.
func (k *socket) disconnect(reason string) {
	k.ending.Store(true)
	k.enqueue(k.goodbye(reason), "")
	if reason == LinkDisabled || reason == TooManyWebsockets {
		k.end()
		return
	}
	time.AfterFunc(k.app.sim.opts.DisconnectGrace, k.end)
}

// write sends what is in line, and pings, until the connection ends.
func (k *socket) write() {
	defer k.abandon()
	opts := k.app.sim.opts
	ping := time.NewTicker(opts.PingInterval)
	defer ping.Stop()
	var refresh <-chan time.Time
	if opts.ConnectionTime > 0 {
		refresh = time.After(opts.ConnectionTime)
	}
	for {
		select {
		case <-k.gone:
			return
		case <-refresh:
			k.disconnect(RefreshRequested)
		case <-ping.C:
			if k.frozen.Load() {
				continue
			}
			err := k.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink-1"), time.Now().Add(opts.PongTimeout))
			if err != nil {
				return
			}
		case <-k.wake:
			if !k.flush() {
				return
			}
		}
	}
}

// flush writes the queue. It reports false when the connection is to end.
func (k *socket) flush() bool {
	k.mu.Lock()
	queue := k.queue
	k.queue = nil
	k.mu.Unlock()
	for i, f := range queue {
		if f.last {
			k.sayGoodbye()
			k.giveBack(queue[i:])
			return false
		}
		_ = k.conn.SetWriteDeadline(time.Now().Add(k.app.sim.opts.PongTimeout))
		if k.conn.WriteMessage(websocket.TextMessage, f.data) != nil {
			k.giveBack(queue[i:])
			return false
		}
	}
	return true
}

// sayGoodbye sends a close frame and waits a moment for the client's.
func (k *socket) sayGoodbye() {
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	if k.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second)) != nil {
		return
	}
	select {
	case <-k.gone:
	case <-time.After(time.Second):
	}
}

// giveBack returns envelopes that were not written to the app, to go another way.
func (k *socket) giveBack(frames []frame) {
	for _, f := range frames {
		if f.envelope != "" {
			k.app.refuse(f.envelope)
		}
	}
}

// abandon closes the connection and gives back what it did not write.
func (k *socket) abandon() {
	k.app.detach(k)
	k.mu.Lock()
	queue := k.queue
	k.queue, k.closed = nil, true
	k.mu.Unlock()
	_ = k.conn.Close()
	k.giveBack(queue)
}

// read handles acknowledgements until the connection ends.
func (k *socket) read() {
	defer close(k.gone)
	alive := func(string) error {
		o := k.app.sim.opts
		return k.conn.SetReadDeadline(time.Now().Add(o.PingInterval + o.PongTimeout))
	}
	_ = alive("")
	k.conn.SetPongHandler(alive)
	k.conn.SetPingHandler(func(data string) error {
		if k.frozen.Load() {
			return nil
		}
		_ = k.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
		return nil
	})
	for {
		_, data, err := k.conn.ReadMessage()
		if err != nil {
			return
		}
		if k.frozen.Load() {
			continue
		}
		if len(data) >= maxResponse {
			k.app.sim.stats.stray()
			continue
		}
		var ack struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if json.Unmarshal(data, &ack) != nil || ack.EnvelopeID == "" {
			k.app.sim.stats.stray()
			continue
		}
		k.app.ack(k, ack.EnvelopeID, ack.Payload)
	}
}
