package slacksim

import (
	"encoding/json"
	"strings"
	"testing"
)

const smallHome = `{"type":"home","private_metadata":"mine","blocks":[{"type":"actions","elements":[{"type":"button","action_id":"a","value":"v","text":{"type":"plain_text","text":"Go"}}]}]}`

// What Slack refuses of a home, and what it keeps of one that it takes.
func TestPublish(t *testing.T) {
	w := newWorld(t, Options{})
	ann := w.User("ann")
	publish := func(view string, more ...string) string {
		t.Helper()
		return w.form("views.publish", append([]string{"user_id", ann, "view", view}, more...)...).Error
	}
	many := `{"type":"home","blocks":[` + strings.TrimSuffix(strings.Repeat(`{"type":"divider"},`, 101), ",") + `]}`
	for view, want := range map[string]string{
		smallHome:                      "",
		many:                           "invalid_arguments",
		`{"type":"modal","blocks":[]}`: "invalid_arguments",
		`{"type":"home","blocks":[{"type":"divider"}],"title":{"type":"plain_text","text":"x"}}`:               "invalid_arguments",
		`{"type":"home","blocks":[{"type":"divider"}]` + strings.Repeat(" ", maxView) + `}`:                    "view_too_large",
		`{"type":"home","blocks":[{"type":"divider"}],"private_metadata":"` + strings.Repeat("x", 3001) + `"}`: "invalid_arguments",
	} {
		if got := publish(view); got != want {
			t.Errorf("%.80s: %q, want %q", view, got, want)
		}
	}
	before, err := w.Home(w.ctx, ann)
	if err != nil || w.Publishings() != 1 {
		t.Fatalf("%v, published %d times", err, w.Publishings())
	}
	if got := publish(smallHome, "hash", "of another"); got != "hash_conflict" {
		t.Error(got)
	}
	if got := publish(smallHome, "hash", before.Hash); got != "" {
		t.Error(got)
	}
	if after, err := w.Home(w.ctx, ann); err != nil || after.ID != before.ID || after.Hash == before.Hash {
		t.Errorf("%+v became %+v, %v", before, after, err)
	}
	if r := w.form("views.publish", "user_id", "U0NOBODY", "view", smallHome); r.Error != "invalid_arguments" {
		t.Error(r.Error)
	}
	off := w.sim.AddWorkspace(w.sim.AddApp(AppOptions{NoHome: true}), TeamOptions{Users: []string{"ann"}})
	if r := w.post(w.sim.URL()+"views.publish", off.BotToken(), "application/json", `{"user_id":"`+off.User("ann")+`","view":`+smallHome+`}`); r.Error != "not_enabled" {
		t.Error(r.Error)
	}
}

// What is pressed in a home comes without a channel and with the view.
func TestPressHome(t *testing.T) {
	w := newWorld(t, Options{})
	ann := w.User("ann")
	if r := w.form("views.publish", "user_id", ann, "view", smallHome); !r.OK {
		t.Fatal(r.Error)
	}
	c := w.connect()
	i := w.PressHome(ann, "Go")
	p := c.take().Payload
	if _, err := i.Acked(w.ctx); err != nil {
		t.Fatal(err)
	}
	var view struct {
		ID, Type string
		Private  string `json:"private_metadata"`
	}
	if err := json.Unmarshal(p.View, &view); err != nil {
		t.Fatal(err)
	}
	if p.Type != "block_actions" || p.Channel.ID != "" || p.Response != "" || p.Trigger == "" || len(p.Actions) != 1 || p.Actions[0].Value != "v" ||
		p.Container.Type != "view" || p.Container.ViewID != view.ID || view.Private != "mine" || view.Type != "home" {
		t.Errorf("%+v, %+v", p, view)
	}
}
