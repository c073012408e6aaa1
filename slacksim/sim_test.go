package slacksim

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// world is a started simulator with one app in one workspace: people ann and bob, channels storage and random.
type world struct {
	*Workspace
	t   *testing.T
	sim *Sim
	app *App
	ctx context.Context
}

func newWorld(t *testing.T, o Options) *world {
	t.Helper()
	sim := New(o)
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	app := sim.AddApp(AppOptions{})
	ws := sim.AddWorkspace(app, TeamOptions{Name: "acme", Users: []string{"ann", "bob"}, Channels: []string{"storage", "random"}})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return &world{ws, t, sim, app, ctx}
}

// reply is what a method of the Web API answered.
type reply struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error"`
	URL      string `json:"url"`
	TS       string `json:"ts"`
	Needed   string `json:"needed"`
	Errors   []string
	HasMore  bool `json:"has_more"`
	Messages []struct {
		Text, TS string
		Thread   string   `json:"thread_ts"`
		Replies  int      `json:"reply_count"`
		Latest   string   `json:"latest_reply"`
		Users    []string `json:"reply_users"`
	}
	Metadata struct {
		Messages []string
		Next     string `json:"next_cursor"`
	} `json:"response_metadata"`
	status int
	header http.Header
	raw    []byte
}

// post calls a URL.
func (w *world) post(url, token, kind, body string) reply {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return reply{Error: "no answer: " + err.Error()}
	}
	defer func() { _ = res.Body.Close() }()
	raw, _ := io.ReadAll(res.Body)
	out := reply{status: res.StatusCode, header: res.Header, raw: raw}
	if bytes.HasPrefix(raw, []byte("{")) {
		if err := json.Unmarshal(raw, &out); err != nil {
			w.t.Fatalf("%s answered %s: %v", url, raw, err)
		}
	}
	return out
}

// call calls a method with the bot token and JSON arguments.
func (w *world) call(method string, arguments any) reply {
	w.t.Helper()
	b, err := json.Marshal(arguments)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.post(w.sim.URL()+method, w.BotToken(), "application/json; charset=utf-8", string(b))
}

// form calls a method with the bot token and a form.
func (w *world) form(method string, pairs ...string) reply {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return w.post(w.sim.URL()+method, w.BotToken(), "application/x-www-form-urlencoded", v.Encode())
}

// envelope is what comes over a socket.
type envelope struct {
	Type           string `json:"type"`
	Reason         string `json:"reason"`
	EnvelopeID     string `json:"envelope_id"`
	Accepts        bool   `json:"accepts_response_payload"`
	RetryAttempt   int    `json:"retry_attempt"`
	RetryReason    string `json:"retry_reason"`
	NumConnections int    `json:"num_connections"`
	Info           struct {
		AppID string `json:"app_id"`
	} `json:"connection_info"`
	Payload struct {
		Type, Token string
		TeamID      string `json:"team_id"`
		AppID       string `json:"api_app_id"`
		EventID     string `json:"event_id"`
		EventTime   int64  `json:"event_time"`
		Command     string
		Text        string
		Response    string `json:"response_url"`
		Trigger     string `json:"trigger_id"`
		View        json.RawMessage
		Channel     struct{ ID string }
		Container   struct {
			Type   string
			ViewID string `json:"view_id"`
		}
		Actions []struct {
			ActionID string `json:"action_id"`
			Value    string
		}
		Authorizations []struct {
			TeamID string `json:"team_id"`
			UserID string `json:"user_id"`
			IsBot  bool   `json:"is_bot"`
		}
		Event struct {
			Type, Subtype, User, Text, TS, Channel string
			Thread                                 string `json:"thread_ts"`
			Parent                                 string `json:"parent_user_id"`
			ChannelType                            string `json:"channel_type"`
			EventTS                                string `json:"event_ts"`
			ClientID                               string `json:"client_msg_id"`
			BotID                                  string `json:"bot_id"`
			AppID                                  string `json:"app_id"`
			DeletedTS                              string `json:"deleted_ts"`
			Message                                struct{ Text, TS string }
			Previous                               struct{ Text, TS string } `json:"previous_message"`
		}
	} `json:"payload"`
}

// client is a raw Socket Mode client.
type client struct {
	t    *testing.T
	conn *websocket.Conn
	in   chan envelope // closed with the connection
}

func (w *world) open() string {
	w.t.Helper()
	r := w.post(w.sim.URL()+"apps.connections.open", w.app.AppToken(), "application/x-www-form-urlencoded", "")
	if !r.OK {
		w.t.Fatalf("apps.connections.open: %s", r.Error)
	}
	return r.URL
}

// connect opens a socket and takes the hello message.
func (w *world) connect() *client {
	w.t.Helper()
	c := w.dial(w.open())
	if e := c.next(); e.Type != "hello" {
		w.t.Fatalf("first message is %+v, want hello", e)
	}
	return c
}

func (w *world) dial(url string) *client {
	w.t.Helper()
	conn, res, err := websocket.DefaultDialer.DialContext(w.ctx, url, nil)
	if err != nil {
		w.t.Fatalf("dial: %v (%v)", err, res)
	}
	_ = res.Body.Close()
	w.t.Cleanup(func() { _ = conn.Close() })
	c := &client{w.t, conn, make(chan envelope, 1000)}
	go func() {
		defer close(c.in)
		for {
			var e envelope
			if conn.ReadJSON(&e) != nil {
				return
			}
			c.in <- e
		}
	}()
	return c
}

// next waits for the next message.
func (c *client) next() envelope {
	c.t.Helper()
	select {
	case e, ok := <-c.in:
		if !ok {
			c.t.Fatal("the connection ended")
		}
		return e
	case <-time.After(5 * time.Second):
		c.t.Fatal("nothing came in 5 s")
	}
	return envelope{}
}

// ended waits for the end of the connection.
func (c *client) ended() {
	c.t.Helper()
	for {
		select {
		case _, ok := <-c.in:
			if !ok {
				return
			}
		case <-time.After(5 * time.Second):
			c.t.Fatal("the connection is open after 5 s")
		}
	}
}

func (c *client) ack(e envelope, payload any) {
	c.t.Helper()
	m := map[string]any{"envelope_id": e.EnvelopeID}
	if payload != nil {
		m["payload"] = payload
	}
	if err := c.conn.WriteJSON(m); err != nil {
		c.t.Fatal(err)
	}
}

// take takes the next envelope and acknowledges it.
func (c *client) take() envelope {
	c.t.Helper()
	e := c.next()
	c.ack(e, nil)
	return e
}

func TestMentionIsTwoEventsAndItsAnswerIsEchoed(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.connect()
	q := w.Say(w.Channel("storage"), w.User("ann"), "@mulebot list <volumes> & pools", SayOptions{})
	mention, message := c.take(), c.take()
	want := w.Mention() + " list &lt;volumes&gt; &amp; pools"
	for _, e := range []envelope{mention, message} {
		p := e.Payload
		if e.Type != "events_api" || e.Accepts || e.RetryAttempt != 0 || e.EnvelopeID == "" {
			t.Errorf("envelope %+v", e)
		}
		if p.Type != "event_callback" || p.TeamID != w.ID() || p.AppID != w.app.ID() || p.EventTime == 0 || p.Token == "" {
			t.Errorf("payload %+v", p)
		}
		if len(p.Authorizations) != 1 || p.Authorizations[0].UserID != w.BotUser() || !p.Authorizations[0].IsBot {
			t.Errorf("authorizations %+v", p.Authorizations)
		}
		ev := p.Event
		if ev.Text != want || ev.TS != q.TS || ev.EventTS != q.TS || ev.User != w.User("ann") || ev.Channel != q.Channel || ev.ClientID == "" {
			t.Errorf("event %+v", ev)
		}
	}
	if mention.Payload.Event.Type != "app_mention" || mention.Payload.Event.ChannelType != "" {
		t.Errorf("first event %+v", mention.Payload.Event)
	}
	if message.Payload.Event.Type != "message" || message.Payload.Event.ChannelType != "channel" {
		t.Errorf("second event %+v", message.Payload.Event)
	}
	if mention.Payload.EventID == message.Payload.EventID {
		t.Error("two events have one event_id")
	}

	r := w.call("chat.postMessage", map[string]any{"channel": q.Channel, "thread_ts": q.TS, "text": "two volumes"})
	if !r.OK {
		t.Fatalf("chat.postMessage: %s", r.Error)
	}
	answer, err := w.Reply(w.ctx, q)
	if err != nil || answer.Text != "two volumes" || answer.TS != r.TS || answer.Thread != q.TS {
		t.Errorf("reply %+v, %v", answer, err)
	}
	echo := c.take().Payload.Event
	if echo.Type != "message" || echo.BotID != w.BotID() || echo.User != w.BotUser() || echo.AppID != w.app.ID() ||
		echo.Thread != q.TS || echo.Parent != w.User("ann") {
		t.Errorf("echo %+v", echo)
	}
	if s := w.sim.Stats(); s.Said != 1 || s.Answered != 1 || s.Twice != 0 || len(s.Reply) != 1 {
		t.Errorf("stats %+v", s)
	}
}
