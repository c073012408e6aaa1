package slacksim

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"
)

func TestCommand(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.connect()
	storage, ann := w.Channel("storage"), w.User("ann")
	i := w.Command(storage, ann, "/mulebot list volumes")
	e := c.next()
	p := e.Payload
	if e.Type != "slash_commands" || !e.Accepts || p.Command != "/mulebot" || p.Text != "list volumes" || p.Response != i.ResponseURL || p.Trigger == "" {
		t.Errorf("got %+v", e)
	}
	c.ack(e, nil)
	if payload, err := i.Acked(w.ctx); err != nil || payload != nil {
		t.Errorf("acknowledged with %s, %v", payload, err)
	}
	if r := w.post(i.ResponseURL, "", asJSON, `{"text":"two volumes","response_type":"in_channel"}`); r.status != 200 || string(r.raw) != "ok" {
		t.Errorf("response URL: %d %s", r.status, r.raw)
	}
	if m, err := i.Reply(w.ctx); err != nil || m.Text != "two volumes" || m.EphemeralTo != "" || m.BotID != w.BotID() {
		t.Errorf("reply %+v, %v", m, err)
	}
	if r := w.post(i.ResponseURL, "", asJSON, `{"text":"for ann"}`); r.status != 200 {
		t.Errorf("response URL: %d %s", r.status, r.raw)
	}
	if all := w.Messages(storage, ""); len(all) != 2 || all[1].EphemeralTo != ann {
		t.Errorf("stored %+v", all)
	}
	if s := w.sim.Stats(); s.Said != 1 || s.Answered != 1 || s.Twice != 1 {
		t.Errorf("stats %+v", s)
	}
}

func TestCommandAnsweredByItsAcknowledgement(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.connect()
	i := w.Command(w.Channel("storage"), w.User("ann"), "/mulebot")
	c.ack(c.next(), map[string]string{"text": "at once"})
	if m, err := i.Reply(w.ctx); err != nil || m.Text != "at once" || m.EphemeralTo != w.User("ann") {
		t.Errorf("reply %+v, %v", m, err)
	}
}

func TestCommandNeverComesAgain(t *testing.T) {
	w := newWorld(t, soon())
	i := w.Command(w.Channel("storage"), w.User("ann"), "/mulebot without a connection")
	if _, err := i.Acked(w.ctx); !errors.Is(err, ErrDispatch) {
		t.Errorf("got %v", err)
	}
	c := w.connect()
	i = w.Command(w.Channel("storage"), w.User("ann"), "/mulebot without an acknowledgement")
	c.next()
	if _, err := i.Acked(w.ctx); !errors.Is(err, ErrTimeout) {
		t.Errorf("got %v", err)
	}
	w.eventually(func(s Stats) bool { return s.Lost == 2 })
	w.mention("next")
	if e := c.take(); e.Type != "events_api" {
		t.Errorf("got %+v", e)
	}
	if s := w.sim.Stats(); s.Unanswered() != 3 {
		t.Errorf("stats %+v", s)
	}
}

func TestResponseURLWorksFiveTimesInHalfAnHour(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	w := newWorld(t, Options{Now: func() time.Time { return now }})
	w.connect()
	storage, ann := w.Channel("storage"), w.User("ann")
	i := w.Command(storage, ann, "/mulebot")
	for n := range 5 {
		if r := w.post(i.ResponseURL, "", asJSON, `{"text":"x"}`); r.status != 200 {
			t.Fatalf("use %d: %s", n, r.raw)
		}
	}
	if r := w.post(i.ResponseURL, "", asJSON, `{"text":"x"}`); r.status != 404 || r.Error != "used_url" {
		t.Errorf("sixth use: %d %s", r.status, r.raw)
	}
	i = w.Command(storage, ann, "/mulebot")
	for body, want := range map[string]string{
		"nonsense": "invalid_payload", "{}": "no_text", `{"blocks":[{"type":"nonsense"}]}`: "invalid_blocks",
	} {
		if r := w.post(i.ResponseURL, "", asJSON, body); r.status != http.StatusBadRequest || r.Error != want {
			t.Errorf("%s: %d %s", body, r.status, r.raw)
		}
	}
	now = now.Add(31 * time.Minute)
	if r := w.post(i.ResponseURL, "", asJSON, `{"text":"x"}`); r.Error != "expired_url" {
		t.Errorf("later: %s", r.raw)
	}
	if r := w.post(i.ResponseURL+"x", "", asJSON, `{"text":"x"}`); r.Error != "invalid_token" {
		t.Errorf("unknown: %s", r.raw)
	}
	w.sim.FailNext("response_url", Fault{Status: 500}, 1)
	if r := w.post(i.ResponseURL, "", asJSON, `{"text":"x"}`); r.status != 500 {
		t.Errorf("fault: %d", r.status)
	}
}

const buttons = `[{"type":"section","block_id":"S","text":{"type":"mrkdwn","text":"x"},"accessory":` +
	`{"type":"button","action_id":"aside","text":{"type":"plain_text","text":"Aside"}}},` +
	`{"type":"actions","elements":[{"type":"button","action_id":"next","value":"page 2","text":{"type":"plain_text","text":"Next"}}]}]`

func TestPress(t *testing.T) {
	w := newWorld(t, Options{})
	storage, ann := w.Channel("storage"), w.User("ann")
	c := w.connect()
	ts := w.call("chat.postMessage", map[string]any{"channel": storage, "text": "x", "blocks": json.RawMessage(buttons)}).TS
	m := w.Messages(storage, "")[0]
	if b := m.Buttons(); len(b) != 2 || b[0].BlockID != "S" || b[1].ActionID != "next" || b[1].BlockID == "" {
		t.Fatalf("buttons %+v", b)
	}
	if e := c.take(); e.Type != "events_api" {
		t.Fatalf("the bot does not hear of its message: %+v", e)
	}
	i := w.Press(m, "Next", ann)
	e := c.take()
	if e.Type != "interactive" || e.Payload.Type != "block_actions" || e.Accepts || len(e.Payload.Actions) != 1 ||
		e.Payload.Actions[0].ActionID != "next" || e.Payload.Actions[0].Value != "page 2" {
		t.Errorf("got %+v", e)
	}
	if _, err := i.Acked(w.ctx); err != nil {
		t.Error(err)
	}
	if r := w.form("chat.postMessage", "channel", storage, "thread_ts", ts, "text", "page 2"); !r.OK {
		t.Error(r.Error)
	}
	if s := w.sim.Stats(); s.Said != 1 || s.Answered != 1 {
		t.Errorf("stats %+v", s)
	}
	if r := w.post(i.ResponseURL, "", asJSON, `{"replace_original":true,"text":"replaced"}`); r.status != 200 {
		t.Errorf("replace: %s", r.raw)
	}
	if got := w.Messages(storage, "")[0]; got.Text != "replaced" || got.Blocks != nil {
		t.Errorf("stored %+v", got)
	}
	if r := w.post(i.ResponseURL, "", asJSON, `{"delete_original":true}`); r.status != 200 || len(w.Messages(storage, "")) != 0 {
		t.Errorf("delete: %s", r.raw)
	}
}

func TestViews(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	w := newWorld(t, Options{Now: func() time.Time { return now }})
	c := w.connect()
	ann := w.User("ann")
	modal := `{"type":"modal","callback_id":"filter","private_metadata":"p","title":{"type":"plain_text","text":"Filter"},"submit":{"type":"plain_text","text":"Go"},"blocks":[` +
		`{"type":"input","block_id":"ns","label":{"type":"plain_text","text":"Namespace"},"element":{"type":"plain_text_input","action_id":"v"}}]}`
	i := w.Command(w.Channel("storage"), ann, "/mulebot filter")
	c.take()
	for _, x := range []struct{ trigger, view, want string }{
		{"", modal, "invalid_arguments"},
		{"1.2.3", modal, "invalid_trigger_id"},
		{i.TriggerID, modal, ""},
		{i.TriggerID, modal, "exchanged_trigger_id"},
	} {
		if r := w.form("views.open", "trigger_id", x.trigger, "view", x.view); r.Error != x.want {
			t.Errorf("views.open with %q: %q, want %q", x.trigger, r.Error, x.want)
		}
	}
	v, err := w.Modal(w.ctx, ann)
	if err != nil || v.CallbackID != "filter" || v.Private != "p" {
		t.Fatalf("modal %+v, %v", v, err)
	}
	submit := w.Submit(v, ann, map[string]map[string]any{"ns": {"v": map[string]string{"type": "plain_text_input", "value": "db"}}})
	e := c.next()
	if e.Type != "interactive" || e.Payload.Type != "view_submission" || !e.Accepts {
		t.Errorf("got %+v", e)
	}
	c.ack(e, map[string]string{"response_action": "clear"})
	if p, err := submit.Acked(w.ctx); err != nil || string(p) != `{"response_action":"clear"}` {
		t.Errorf("acknowledged with %s, %v", p, err)
	}

	i = w.Command(w.Channel("storage"), ann, "/mulebot filter")
	now = now.Add(4 * time.Second)
	if r := w.form("views.open", "trigger_id", i.TriggerID, "view", modal); r.Error != "expired_trigger_id" {
		t.Errorf("late: %s", r.raw)
	}
	if r := w.form("views.publish", "user_id", ann, "view", `{"type":"home","blocks":[{"type":"divider"}]}`); !r.OK {
		t.Errorf("views.publish: %s", r.raw)
	}
	if r := w.form("views.publish", "user_id", ann, "view", `{"type":"home","blocks":[{"type":"table","rows":[]}]}`); r.Error != "invalid_arguments" {
		t.Errorf("views.publish: %s", r.raw)
	}
	if h, err := w.Home(w.ctx, ann); err != nil || h.Type != "home" {
		t.Errorf("home %+v, %v", h, err)
	}
}

func TestUpload(t *testing.T) {
	w := newWorld(t, Options{})
	storage := w.Channel("storage")
	q := w.mention("report")
	begin := func(length string) (url, id string) {
		r := w.form("files.getUploadURLExternal", "filename", "v.csv", "length", length)
		var o struct {
			URL string `json:"upload_url"`
			ID  string `json:"file_id"`
		}
		if err := json.Unmarshal(r.raw, &o); err != nil || !r.OK {
			t.Fatalf("%s: %v", r.raw, err)
		}
		return o.URL, o.ID
	}
	url, id := begin("4")
	complete := func(id string) reply {
		return w.call("files.completeUploadExternal", map[string]any{
			"files": []map[string]string{{"id": id, "title": "Volumes"}}, "channel_id": storage, "thread_ts": q.TS, "initial_comment": "all",
		})
	}
	if r := complete(id); r.Error != "file_not_found" {
		t.Errorf("before the upload: %s", r.raw)
	}
	if r := w.post(url, "", "text/csv", "a,b\n1,2"); r.status != http.StatusBadRequest {
		t.Errorf("a longer upload: %d", r.status)
	}
	if r := w.post(url, "", "text/csv", "a,b\n"); r.status != 200 || string(r.raw) != "OK - 4" {
		t.Errorf("upload: %d %s", r.status, r.raw)
	}
	if r := complete(id); !r.OK {
		t.Errorf("files.completeUploadExternal: %s", r.raw)
	}
	m, err := w.Reply(w.ctx, q)
	if err != nil || m.Text != "all" || len(m.Files) != 1 || m.Files[0].Title != "Volumes" || string(m.Files[0].Content) != "a,b\n" {
		t.Errorf("message %+v, %v", m, err)
	}
	url, _ = begin("1")
	form := "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"v.csv\"\r\n\r\nx\r\n--B--\r\n"
	if r := w.post(url, "", "multipart/form-data; boundary=B", form); r.status != 200 {
		t.Errorf("a form: %d %s", r.status, r.raw)
	}
	for _, args := range [][]string{{"filename", "x"}, {"filename", "x", "length", "0"}} {
		if r := w.form("files.getUploadURLExternal", args...); r.Error != "invalid_arguments" {
			t.Errorf("%v: %s", args, r.raw)
		}
	}
}
