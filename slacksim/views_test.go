package slacksim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const everyInput = `[
	{"type":"input","block_id":"name","label":{"type":"plain_text","text":"Name"},"element":{"type":"plain_text_input","action_id":"v","initial_value":"prod","max_length":5}},
	{"type":"input","block_id":"note","optional":true,"label":{"type":"plain_text","text":"Note"},"element":{"type":"plain_text_input","action_id":"v","multiline":true}},
	{"type":"input","block_id":"size","label":{"type":"plain_text","text":"Size"},"element":{"type":"static_select","action_id":"v",
		"options":[{"text":{"type":"plain_text","text":"Small"},"value":"s"},{"text":{"type":"plain_text","text":"Large"},"value":"l"}]}},
	{"type":"input","block_id":"file","optional":true,"label":{"type":"plain_text","text":"File"},"element":{"type":"file_input","action_id":"v","max_files":1}}]`

func modalOf(blocks string, more ...string) string {
	return `{"type":"modal","title":{"type":"plain_text","text":"Title"},"submit":{"type":"plain_text","text":"Go"},"blocks":` + blocks + strings.Join(more, "") + `}`
}

func TestViewsAreChecked(t *testing.T) {
	w := newWorld(t, Options{})
	text := func(n int) string { return `{"type":"plain_text","text":"` + strings.Repeat("x", n) + `"}` }
	input := func(element string) string {
		return `[{"type":"input","label":` + text(1) + `,"element":` + element + `}]`
	}
	for view, want := range map[string]string{
		modalOf(everyInput): "",
		`{"type":"modal","title":` + text(25) + `,"blocks":[]}`:                                           "/view/title/text",
		`{"type":"modal","blocks":[]}`:                                                                    "required field: title",
		`{"type":"modal","title":` + text(1) + `,"blocks":` + everyInput + `}`:                            "required field: submit",
		modalOf(`[]`, `,"close":`+text(25)):                                                               "/view/close/text",
		modalOf(`[]`, `,"private_metadata":"`+strings.Repeat("x", 3001)+`"`):                              "/view/private_metadata",
		modalOf(`[]`, `,"callback_id":"`+strings.Repeat("x", 256)+`"`):                                    "/view/callback_id",
		modalOf(`[]`, `,"colour":"red"`):                                                                  "invalid additional property: colour",
		modalOf(input(`{"type":"plain_text_input","max_length":3001}`)):                                   "element/max_length",
		modalOf(input(`{"type":"plain_text_input","initial_value":"` + strings.Repeat("x", 3001) + `"}`)): "element/initial_value",
		modalOf(input(`{"type":"file_input","max_files":11}`)):                                            "element/max_files",
		modalOf(input(`{"type":"file_input","colour":"red"}`)):                                            "invalid additional property: colour",
		modalOf(input(`{"type":"button","text":` + text(1) + `}`)):                                        "unsupported type: button",
		modalOf(`[{"type":"actions","elements":[{"type":"file_input"}]}]`):                                "unsupported type: file_input",
	} {
		i := w.begin(w.User("ann"))
		r := w.form("views.open", "trigger_id", i.TriggerID, "view", view)
		if want == "" && !r.OK || want != "" && (r.Error != "invalid_arguments" || !strings.Contains(string(r.raw), want)) {
			t.Errorf("%s: %s, want %q", view, r.raw, want)
		}
	}
	message := `[{"type":"input","label":` + text(1) + `,"element":{"type":"file_input"}}]`
	if r := w.call("chat.postMessage", map[string]any{"channel": w.Channel("storage"), "text": "x", "blocks": json.RawMessage(message)}); r.Error != "invalid_blocks" {
		t.Errorf("an input for files in a message: %s", r.raw)
	}
	w.SetScopes("chat:write")
	if r := w.form("views.open", "trigger_id", w.begin(w.User("ann")).TriggerID, "view", modalOf(everyInput)); r.Error != "missing_scope" || r.Needed != "files:read" {
		t.Errorf("an input for files without the scope: %s", r.raw)
	}
}

func TestFill(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.connect()
	ann := w.User("ann")
	open := func() View {
		t.Helper()
		i := w.Command(w.Channel("storage"), ann, "/mulebot form")
		c.take()
		if r := w.form("views.open", "trigger_id", i.TriggerID, "view", modalOf(everyInput)); !r.OK {
			t.Fatalf("%s", r.raw)
		}
		v, err := w.Modal(w.ctx, ann)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	v := open()
	if s := w.sim.Stats(); s.Unanswered() != 0 || s.Answered != 1 {
		t.Errorf("a modal is no answer: %+v", s)
	}
	file := w.Upload("a b.yml", []byte("content"))
	i := w.Fill(v, ann, map[string]string{"size": "l", "file": file.ID})
	e := c.next()
	state := string(e.Payload.View)
	for _, want := range []string{`"value":"prod"`, `"selected_option":{"text":{"text":"Large"`, `"url_private_download":"` + file.URL + `"`, `"size":7`} {
		if !strings.Contains(state, want) {
			t.Errorf("%s is not in %s", want, state)
		}
	}
	if w.Open(ann) != 1 {
		t.Error("closed before the acknowledgement")
	}
	c.ack(e, nil)
	if _, err := i.Acked(w.ctx); err != nil || w.Open(ann) != 0 {
		t.Errorf("%v, %d modals are open", err, w.Open(ann))
	}
	i = w.Fill(open(), ann, map[string]string{"size": "s"})
	c.ack(c.next(), map[string]any{"response_action": "errors", "errors": map[string]string{"name": "taken"}})
	if _, err := i.Acked(w.ctx); err != nil || w.Open(ann) != 1 {
		t.Errorf("%v, %d modals are open", err, w.Open(ann))
	}
	v, _ = w.Modal(w.ctx, ann)
	for name, values := range map[string]map[string]string{
		"required": {}, "no input": {"size": "s", "colour": "red"}, "no option": {"size": "xl"}, "too long": {"size": "s", "name": "123456"},
		"no file": {"size": "s", "file": "F404"}, "longer than any": {"size": "s", "note": strings.Repeat("x", 3001)},
	} {
		if !panics(func() { w.Fill(v, ann, values) }) {
			t.Errorf("%s: submitted", name)
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func TestFilesAreForTheirBot(t *testing.T) {
	w := newWorld(t, Options{})
	other := w.sim.AddWorkspace(w.app, TeamOptions{})
	file := w.Upload("a b.yml", []byte("content"))
	get := func(token string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, file.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		if res.Request.URL.Path == signInPath && res.Request.URL.Query().Get("redir") == req.URL.Path {
			return "sign in"
		}
		body := make([]byte, 100)
		n, _ := res.Body.Read(body)
		return string(body[:n])
	}
	for token, want := range map[string]string{w.BotToken(): "content", other.BotToken(): "sign in", w.app.AppToken(): "sign in", "": "sign in"} {
		if got := get(token); got != want {
			t.Errorf("%q: %q, want %q", token, got, want)
		}
	}
	w.SetScopes("chat:write")
	if got := get(w.BotToken()); got != "sign in" {
		t.Errorf("without the scope: %q", got)
	}
	w.SetScopes("files:read")
	w.sim.FailNext("file", Fault{Status: 500}, 1)
	if got := get(w.BotToken()); got == "content" {
		t.Error("the fault did not strike")
	}
}

func TestAdmins(t *testing.T) {
	w := newWorld(t, Options{})
	w.SetAdmin(w.User("ann"), true)
	for name, want := range map[string]string{"ann": `"is_admin":true`, "bob": `"is_admin":false`} {
		if r := w.form("users.info", "user", w.User(name)); !r.OK || !strings.Contains(string(r.raw), want) {
			t.Errorf("%s: %s", name, r.raw)
		}
	}
}
