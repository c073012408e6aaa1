package slacksim

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// soon are options with which Slack gives up soon: what takes it minutes takes milliseconds.
func soon() Options {
	return Options{AckTimeout: 100 * time.Millisecond, RetrySchedule: []time.Duration{0, 20 * time.Millisecond, 40 * time.Millisecond}}
}

// patient are options with which an event comes again soon, and often.
func patient() Options {
	return Options{AckTimeout: 100 * time.Millisecond, RetrySchedule: []time.Duration{0, 100 * time.Millisecond, time.Second, 5 * time.Second}}
}

// onlyMentions makes a world whose app hears of mentions and nothing else, so that each makes one event.
func onlyMentions(t *testing.T, o Options) *world {
	w := newWorld(t, o)
	w.app.events = map[string]bool{"app_mention": true}
	return w
}

func (w *world) mention(text string) Message {
	return w.Say(w.Channel("storage"), w.User("ann"), "@mulebot "+text, SayOptions{})
}

func TestHelloTellsTheConnections(t *testing.T) {
	w := newWorld(t, Options{})
	for n := 1; n <= 2; n++ {
		if e := w.dial(w.open()).next(); e.Type != "hello" || e.NumConnections != n || e.Info.AppID != w.app.ID() {
			t.Errorf("hello %+v, want connection %d", e, n)
		}
	}
}

func TestTicketWorksOnce(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	w := newWorld(t, Options{Now: func() time.Time { return now }})
	refused := func(url string) {
		t.Helper()
		_, res, err := websocket.DefaultDialer.DialContext(w.ctx, url, nil)
		if err == nil || res == nil || res.StatusCode != http.StatusNotFound {
			t.Fatalf("dial of a bad ticket: %v, %v", res, err)
		}
		_ = res.Body.Close()
	}
	url := w.open()
	w.dial(url).next()
	refused(url)
	refused(url + "x")
	url = w.open()
	now = now.Add(31 * time.Second)
	refused(url)
}

func TestConnectionTooManyIsSentAway(t *testing.T) {
	w := newWorld(t, Options{MaxConnections: 2})
	w.connect()
	w.connect()
	third := w.dial(w.open())
	if e := third.next(); e.Type != "disconnect" || e.Reason != TooManyWebsockets {
		t.Errorf("third connection got %+v", e)
	}
	third.ended()
	if n := w.app.Connections(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

func TestEventsAreSpreadOverConnections(t *testing.T) {
	w := onlyMentions(t, Options{})
	clients := []*client{w.connect(), w.connect(), w.connect()}
	for range 9 {
		w.mention("hello")
	}
	for i, c := range clients {
		for range 3 {
			c.take()
		}
		if len(c.in) != 0 {
			t.Errorf("connection %d got more than its share", i)
		}
	}
}

func TestUnacknowledgedEventComesAgain(t *testing.T) {
	w := onlyMentions(t, soon())
	c := w.connect()
	w.mention("hello")
	var id string
	seen := map[string]bool{}
	for attempt := range 4 {
		e := c.next()
		if attempt == 0 {
			id = e.Payload.EventID
		}
		if e.Payload.EventID != id || seen[e.EnvelopeID] || e.RetryAttempt != attempt {
			t.Errorf("delivery %d: %+v", attempt, e)
		}
		if want := map[bool]string{true: "timeout"}[attempt > 0]; e.RetryReason != want {
			t.Errorf("delivery %d: reason %q", attempt, e.RetryReason)
		}
		seen[e.EnvelopeID] = true
	}
	w.eventually(func(s Stats) bool { return s.Lost == 1 })
	if s := w.sim.Stats(); s.Sent != 4 || s.Timeouts != 4 || s.Acked != 0 {
		t.Errorf("stats %+v", s)
	}
}

// eventually waits until the figures are as wanted.
func (w *world) eventually(want func(Stats) bool) {
	w.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !want(w.sim.Stats()) {
		select {
		case <-tick.C:
		case <-w.ctx.Done():
			w.t.Fatalf("figures stay %+v", w.sim.Stats())
		}
	}
}

func TestAcknowledgedEventDoesNotComeAgain(t *testing.T) {
	w := onlyMentions(t, patient())
	c := w.connect()
	w.mention("one")
	first := c.take()
	w.mention("two")
	c.next() // not acknowledged
	w.eventually(func(s Stats) bool { return s.Acked == 1 })
	if n := w.sim.Pending(); n != 1 {
		t.Errorf("%d are to be delivered yet", n)
	}
	if e := c.next(); e.RetryAttempt != 1 || e.Payload.EventID == first.Payload.EventID {
		t.Errorf("third envelope %+v", e)
	}
}

func TestEventComesAgainOnAnotherConnection(t *testing.T) {
	w := onlyMentions(t, patient())
	one, two := w.connect(), w.connect()
	w.mention("hello")
	var first, second envelope
	select {
	case first = <-one.in:
		second = two.take()
	case first = <-two.in:
		second = one.take()
	}
	if first.Payload.EventID != second.Payload.EventID || second.RetryAttempt != 1 {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

func TestAcknowledgementCountsOnItsOwnConnectionOnly(t *testing.T) {
	w := onlyMentions(t, patient())
	one, two := w.connect(), w.connect()
	w.mention("hello")
	select {
	case e := <-one.in:
		two.ack(e, nil)
		two.take()
	case e := <-two.in:
		one.ack(e, nil)
		one.take()
	}
	w.eventually(func(s Stats) bool { return s.Stray == 1 && s.Timeouts == 1 && s.Acked == 1 })
}

func TestLargeOrBrokenAcknowledgementIsIgnored(t *testing.T) {
	w := onlyMentions(t, patient())
	c := w.connect()
	w.mention("hello")
	e := c.next()
	c.ack(e, map[string]string{"text": strings.Repeat("x", maxResponse)})
	for _, s := range []string{"", "{", `{"envelope_id":7}`, `{"type":"ping"}`, "null"} {
		if err := c.conn.WriteMessage(websocket.TextMessage, []byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if again := c.take(); again.Payload.EventID != e.Payload.EventID || again.RetryAttempt != 1 {
		t.Errorf("got %+v", again)
	}
	w.eventually(func(s Stats) bool { return s.Stray == 6 && s.Acked == 1 })
}

func TestEventWaitsForAConnection(t *testing.T) {
	w := onlyMentions(t, Options{RetrySchedule: []time.Duration{0, 500 * time.Millisecond, 5 * time.Second}})
	q := w.mention("hello")
	w.eventually(func(s Stats) bool { return s.Refused >= 2 })
	c := w.connect()
	if e := c.take(); e.Payload.Event.TS != q.TS || e.RetryAttempt < 2 || e.RetryReason != "connection_failed" {
		t.Errorf("got %+v", e)
	}
}

func TestDropLosesNoEvent(t *testing.T) {
	w := onlyMentions(t, patient())
	c := w.connect()
	w.mention("hello")
	first := c.next()
	if n := w.sim.DropSockets(); n != 1 {
		t.Errorf("dropped %d", n)
	}
	c.ended()
	if e := w.connect().take(); e.Payload.EventID != first.Payload.EventID || e.RetryAttempt == 0 {
		t.Errorf("got %+v", e)
	}
}

func TestDeafConnection(t *testing.T) {
	w := onlyMentions(t, patient())
	c := w.connect()
	w.app.SetDeaf(true)
	q := w.mention("hello")
	w.eventually(func(s Stats) bool { return s.Timeouts >= 1 })
	w.app.SetDeaf(false)
	if e := c.take(); e.Payload.Event.TS != q.TS || e.RetryAttempt == 0 {
		t.Errorf("got %+v", e)
	}
}

func TestUpgradeFails(t *testing.T) {
	w := newWorld(t, Options{})
	w.sim.FailNext("socket", Fault{Status: 503}, 1)
	url := w.open()
	_, res, err := websocket.DefaultDialer.DialContext(w.ctx, url, nil)
	if err == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("dial: %v, %v", res, err)
	}
	_ = res.Body.Close()
	w.dial(url).next()
}

func TestPings(t *testing.T) {
	o := soon()
	o.PingInterval, o.PongTimeout = 5*time.Millisecond, 100*time.Millisecond
	w := newWorld(t, o)
	url := w.open()
	conn, res, err := websocket.DefaultDialer.DialContext(w.ctx, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	defer func() { _ = conn.Close() }()
	pings := 0
	pong := conn.PingHandler()
	conn.SetPingHandler(func(data string) error {
		if pings++; pings > 3 {
			return nil // no pong: the connection ends
		}
		return pong(data)
	})
	for err = nil; err == nil; {
		_, _, err = conn.ReadMessage()
	}
	if pings <= 3 {
		t.Errorf("%d pings before %v", pings, err)
	}
}

func TestFrozenConnectionIsNotPinged(t *testing.T) {
	o := soon()
	o.PingInterval = 5 * time.Millisecond
	w := onlyMentions(t, o)
	c := w.connect()
	w.app.Freeze()
	w.mention("hello")
	w.eventually(func(s Stats) bool { return s.Timeouts == 4 })
	if len(c.in) != 0 {
		t.Error("something came through")
	}
	fresh := w.connect()
	w.mention("hello")
	w.mention("hello") // one of the two goes to the fresh connection
	fresh.take()
}

func TestDisconnect(t *testing.T) {
	for _, reason := range []string{Warning, RefreshRequested} {
		t.Run(reason, func(t *testing.T) {
			o := patient()
			o.DisconnectGrace = 500 * time.Millisecond
			o.AckTimeout = 3 * time.Second
			w := onlyMentions(t, o)
			old := w.connect()
			w.app.Disconnect(reason)
			if e := old.next(); e.Type != "disconnect" || e.Reason != reason {
				t.Fatalf("got %+v", e)
			}
			w.mention("while there is no other connection")
			old.take()
			fresh := w.connect()
			for range 3 {
				w.mention("hello")
				fresh.take()
			}
			old.ended()
		})
	}
}

func TestConnectionIsRefreshed(t *testing.T) {
	w := newWorld(t, Options{ConnectionTime: 20 * time.Millisecond, DisconnectGrace: time.Millisecond})
	c := w.connect()
	if e := c.next(); e.Type != "disconnect" || e.Reason != RefreshRequested {
		t.Errorf("got %+v", e)
	}
	c.ended()
}

func TestLinkDisabled(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.connect()
	w.app.EnableSocketMode(false)
	if e := c.next(); e.Type != "disconnect" || e.Reason != LinkDisabled {
		t.Errorf("got %+v", e)
	}
	c.ended()
	r := w.post(w.sim.URL()+"apps.connections.open", w.app.AppToken(), "application/json", "")
	if r.Error != "socket_mode_not_enabled" {
		t.Errorf("apps.connections.open: %+v", r)
	}
	w.app.Restore()
	w.connect()
}

func TestDuplicates(t *testing.T) {
	o := patient()
	o.AckTimeout = 10 * time.Second
	o.DuplicateFraction = 0.3
	w := onlyMentions(t, o)
	c := w.connect()
	const said = 200
	for range said {
		w.mention("hello")
	}
	times := map[string]int{}
	taken := 0
	take := func() {
		e := c.take()
		taken++
		if times[e.Payload.EventID]++; times[e.Payload.EventID] == 2 && e.RetryAttempt != 1 {
			t.Errorf("second delivery %+v", e)
		}
	}
	for len(times) < said {
		take()
	}
	w.eventually(func(s Stats) bool { return s.Acked == taken })
	repeats := w.sim.Stats().Repeats
	for taken < said+repeats {
		take()
	}
	w.eventually(func(s Stats) bool { return s.Acked == taken })
	if repeats < said/5 || repeats > said*2/5 {
		t.Errorf("%d of %d events came twice, want about 30 %%", repeats, said)
	}
	for id, n := range times {
		if n > 2 {
			t.Errorf("event %s came %d times", id, n)
		}
	}
}

func TestManyWorkspacesOfOneApp(t *testing.T) {
	w := onlyMentions(t, Options{})
	other := w.sim.AddWorkspace(w.app, TeamOptions{Users: []string{"eve"}, Channels: []string{"ops"}})
	c := w.connect()
	other.Say(other.Channel("ops"), other.User("eve"), "@mulebot hello", SayOptions{})
	if e := c.take(); e.Payload.TeamID != other.ID() || e.Payload.Authorizations[0].UserID != other.BotUser() {
		t.Errorf("got %+v", e)
	}
	if other.BotToken() == w.BotToken() || other.ID() == w.ID() {
		t.Error("two workspaces share a token or an id")
	}
}
