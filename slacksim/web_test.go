package slacksim

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	asJSON = "application/json; charset=utf-8"
	asForm = "application/x-www-form-urlencoded"
)

func TestTokens(t *testing.T) {
	w := newWorld(t, Options{})
	revoked := w.sim.AddWorkspace(w.app, TeamOptions{})
	revoked.Revoke()
	gone := w.sim.AddWorkspace(w.app, TeamOptions{})
	gone.Uninstall()
	for _, c := range []struct{ method, token, kind, body, want string }{
		{"auth.test", "", asForm, "", "not_authed"},
		{"auth.test", "xoxb-nonsense", asForm, "", "invalid_auth"},
		{"auth.test", revoked.BotToken(), asForm, "", "token_revoked"},
		{"auth.test", gone.BotToken(), asForm, "", "account_inactive"},
		{"auth.test", w.app.AppToken(), asForm, "", "not_allowed_token_type"},
		{"auth.test", w.BotToken(), asForm, "", ""},
		{"auth.test", "", asForm, "token=" + w.BotToken(), ""},
		{"auth.test", "", asJSON, `{"token":"` + w.BotToken() + `"}`, ""},
		{"apps.connections.open", w.BotToken(), asForm, "", "not_allowed_token_type"},
		{"apps.connections.open", "", asForm, "token=" + w.app.AppToken(), "not_authed"},
		{"apps.connections.open", w.app.AppToken(), asJSON, "", ""},
		{"chat.explode", w.BotToken(), asForm, "", "unknown_method"},
		{"chat.postMessage", w.BotToken(), asJSON, "{", "invalid_json"},
		{"chat.postMessage", w.BotToken(), asJSON, "[]", "json_not_object"},
		{"chat.postMessage", w.BotToken(), "text/plain", "channel=x", "invalid_post_type"},
		{"conversations.info", w.BotToken(), asJSON, `{"channel":"` + w.Channel("storage") + `"}`, "invalid_arguments"},
	} {
		if r := w.post(w.sim.URL()+c.method, c.token, c.kind, c.body); r.Error != c.want || r.OK != (c.want == "") || r.status != 200 {
			t.Errorf("%s with %q and %q: %d %q, want %q", c.method, c.token, c.body, r.status, r.Error, c.want)
		}
	}
	revoked.Restore()
	if r := w.post(w.sim.URL()+"auth.test", revoked.BotToken(), asForm, ""); !r.OK {
		t.Errorf("a restored token gets %q", r.Error)
	}
}

func TestRevokedAppTokenEndsConnections(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.connect()
	w.app.Revoke()
	c.ended()
	if r := w.post(w.sim.URL()+"apps.connections.open", w.app.AppToken(), asForm, ""); r.Error != "token_revoked" {
		t.Errorf("got %+v", r)
	}
	w.app.Restore()
	w.connect()
}

func TestScopes(t *testing.T) {
	w := newWorld(t, Options{})
	w.SetScopes("channels:read", "users:read")
	r := w.call("chat.postMessage", map[string]string{"channel": w.Channel("storage"), "text": "x"})
	if r.Error != "missing_scope" || r.Needed != "chat:write" || !strings.Contains(string(r.raw), `"provided":"channels:read,users:read"`) {
		t.Errorf("got %s", r.raw)
	}
	if h := r.header.Get("X-Oauth-Scopes"); h != "channels:read,users:read" {
		t.Errorf("X-OAuth-Scopes: %q", h)
	}
	private := w.AddChannel("secret", ChannelOptions{Private: true})
	if r := w.form("conversations.info", "channel", private); r.Error != "missing_scope" || r.Needed != "groups:read" {
		t.Errorf("got %s", r.raw)
	}
	c := w.connect()
	w.mention("without app_mentions:read and channels:history")
	w.SetScopes("app_mentions:read")
	q := w.mention("with app_mentions:read")
	if e := c.take(); e.Payload.Event.TS != q.TS || e.Payload.Event.Type != "app_mention" || len(c.in) != 0 {
		t.Errorf("got %+v", e)
	}
}

func TestPostingLimit(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	w := newWorld(t, Options{Now: func() time.Time { return now }})
	post := func(channel string) reply {
		return w.call("chat.postMessage", map[string]string{"channel": w.Channel(channel), "text": "x"})
	}
	for range 3 {
		if r := post("storage"); !r.OK {
			t.Fatalf("the burst: %+v", r)
		}
	}
	r := post("storage")
	if r.status != http.StatusTooManyRequests || r.Error != "ratelimited" || r.header.Get("Retry-After") != "1" {
		t.Errorf("got %d %s", r.status, r.raw)
	}
	if r := post("random"); !r.OK {
		t.Errorf("another channel: %s", r.raw)
	}
	now = now.Add(time.Second)
	if r := post("storage"); !r.OK {
		t.Errorf("a second later: %s", r.raw)
	}
	if r := post("storage"); r.Error != "ratelimited" {
		t.Errorf("two in that second: %s", r.raw)
	}
	if s := w.sim.Stats(); s.Limited != 2 || s.Refusals["ratelimited"] != 2 {
		t.Errorf("stats %+v", s)
	}
}

func TestTierLimit(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	w := newWorld(t, Options{Now: func() time.Time { return now }})
	for i := range 20 {
		if r := w.form("conversations.list"); !r.OK {
			t.Fatalf("call %d: %s", i, r.raw)
		}
	}
	if r := w.form("conversations.list"); r.status != 429 || r.header.Get("Retry-After") != "3" {
		t.Errorf("tier 2: %d %v", r.status, r.header)
	}
	if r := w.form("users.info", "user", w.User("ann")); !r.OK {
		t.Errorf("another method: %s", r.raw)
	}
}

func TestLimitsOff(t *testing.T) {
	w := newWorld(t, Options{Limits: Limits{Off: true}})
	for range 30 {
		if r := w.call("chat.postMessage", map[string]string{"channel": w.Channel("storage"), "text": "x"}); !r.OK {
			t.Fatalf("got %s", r.raw)
		}
		if r := w.form("conversations.list"); !r.OK {
			t.Fatalf("got %s", r.raw)
		}
	}
}

func TestWorkspaceLimit(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	w := newWorld(t, Options{Now: func() time.Time { return now }, Limits: Limits{PostsPerMinute: 2}})
	for _, c := range []struct{ channel, want string }{{"storage", ""}, {"random", ""}, {"other", "ratelimited"}} {
		if r := w.call("chat.postMessage", map[string]string{"channel": w.Channel(c.channel), "text": "x"}); r.Error != c.want {
			t.Errorf("%s: %q, want %q", c.channel, r.Error, c.want)
		}
	}
}

func TestFaults(t *testing.T) {
	w := newWorld(t, Options{})
	post := func() reply {
		return w.call("chat.postMessage", map[string]string{"channel": w.Channel("storage"), "text": "x"})
	}
	stored := func() int { return len(w.Messages(w.Channel("storage"), "")) }

	w.sim.FailNext("chat.postMessage", Fault{Status: 429, Error: "ratelimited", RetryAfter: 7}, 1)
	if r := post(); r.status != 429 || r.header.Get("Retry-After") != "7" || r.Error != "ratelimited" || stored() != 0 {
		t.Errorf("429: %d %s, %d stored", r.status, r.raw, stored())
	}
	w.sim.FailNext("chat.postMessage", Fault{Error: "fatal_error"}, 2)
	for range 2 {
		if r := post(); r.status != 200 || r.Error != "fatal_error" {
			t.Errorf("error: %d %s", r.status, r.raw)
		}
	}
	w.sim.FailNext("chat.postMessage", Fault{Status: 502}, 1)
	if r := post(); r.status != 502 || !strings.Contains(string(r.raw), "Bad Gateway") {
		t.Errorf("502: %d %s", r.status, r.raw)
	}
	w.sim.FailNext("chat.postMessage", Fault{After: true, Status: 503, Error: "service_unavailable"}, 1)
	if r := post(); r.status != 503 || stored() != 1 {
		t.Errorf("after: %d, %d stored", r.status, stored())
	}
	w.sim.FailNext("auth.test", Fault{}, 1)
	if r := w.form("auth.test"); !strings.HasPrefix(r.Error, "no answer") {
		t.Errorf("cut: %+v", r)
	}
	w.sim.FailNext("auth.test", Fault{Team: "T_OTHER", Status: 500}, 1)
	if r := w.form("auth.test"); !r.OK {
		t.Errorf("another workspace's fault: %s", r.raw)
	}
	w.sim.Delay("auth.test", 30*time.Millisecond)
	before := time.Now()
	if r := w.form("auth.test"); !r.OK || time.Since(before) < 30*time.Millisecond {
		t.Errorf("delay: %v", time.Since(before))
	}
}

func TestConversations(t *testing.T) {
	w := newWorld(t, Options{})
	w.AddChannel("hidden", ChannelOptions{Private: true, NoBot: true})
	private := w.AddChannel("private", ChannelOptions{Private: true, Members: []string{w.User("ann")}})
	outside := w.AddChannel("outside", ChannelOptions{NoBot: true})
	old := w.AddChannel("old", ChannelOptions{})
	w.Archive(old)
	dm := w.DM(w.User("ann"))

	names := func(r reply) []string {
		var out []string
		for part := range strings.SplitSeq(string(r.raw), `"name":"`) {
			if n, _, ok := strings.Cut(part, `"`); ok && !strings.HasPrefix(part, "{") {
				out = append(out, n)
			}
		}
		return out
	}
	if got := names(w.form("conversations.list", "exclude_archived", "true")); !slices.Equal(got, []string{"storage", "random", "outside"}) {
		t.Errorf("conversations.list: %v", got)
	}
	got := names(w.form("users.conversations", "types", "public_channel,private_channel"))
	if !slices.Equal(got, []string{"storage", "random", "private", "old"}) {
		t.Errorf("users.conversations: %v", got)
	}
	if r := w.form("conversations.list", "limit", "1"); len(names(r)) != 1 || r.Metadata.Next == "" {
		t.Errorf("first page: %s", r.raw)
	} else if r := w.form("conversations.list", "limit", "1", "cursor", r.Metadata.Next); !slices.Equal(names(r), []string{"random"}) {
		t.Errorf("second page: %s", r.raw)
	}
	for _, c := range []struct{ method, arguments, want string }{
		{"conversations.info", "channel=" + w.Channel("storage"), ""},
		{"conversations.info", "channel=" + outside, ""},
		{"conversations.info", "channel=" + private, ""},
		{"conversations.info", "channel=" + dm, ""},
		{"conversations.info", "channel=C404", "channel_not_found"},
		{"conversations.info", "channel=" + w.Channel("hidden"), "channel_not_found"},
		{"conversations.info", "", "invalid_arguments"},
		{"conversations.members", "channel=" + w.Channel("storage"), ""},
		{"conversations.list", "types=nonsense", "invalid_types"},
		{"conversations.list", "cursor=nonsense", "invalid_cursor"},
		{"conversations.list", "limit=5000", "invalid_limit"},
		{"conversations.history", "channel=" + outside, "not_in_channel"},
		{"conversations.history", "channel=" + w.Channel("storage"), ""},
		{"conversations.history", "oldest=1700000000&channel=" + w.Channel("storage"), ""},
		{"conversations.history", "oldest=yesterday&channel=" + w.Channel("storage"), "invalid_ts_oldest"},
		{"conversations.history", "latest=1.0000001&channel=" + w.Channel("storage"), "invalid_ts_latest"},
		{"conversations.history", "limit=1000&channel=" + w.Channel("storage"), "invalid_limit"},
		{"conversations.replies", "ts=1.0&channel=" + w.Channel("storage"), "thread_not_found"},
		{"conversations.open", "users=" + w.User("bob"), ""},
		{"conversations.open", "users=U404", "user_not_found"},
		{"users.info", "user=" + w.User("ann"), ""},
		{"users.info", "user=U404", "user_not_found"},
		{"team.info", "", ""},
		{"bots.info", "bot=" + w.BotID(), ""},
		{"bots.info", "bot=B404", "bot_not_found"},
	} {
		if r := w.post(w.sim.URL()+c.method, w.BotToken(), asForm, c.arguments); r.Error != c.want {
			t.Errorf("%s %s: %q, want %q", c.method, c.arguments, r.Error, c.want)
		}
	}
}

func TestHistoryAndReplies(t *testing.T) {
	w := newWorld(t, Options{})
	storage, ann := w.Channel("storage"), w.User("ann")
	root := w.Say(storage, ann, "root", SayOptions{})
	first := w.Say(storage, ann, "reply", SayOptions{Thread: root.TS})
	last := w.Say(storage, ann, "last", SayOptions{})
	another := w.Say(storage, w.User("bob"), "another", SayOptions{Thread: root.TS})
	for _, c := range []struct {
		method    string
		arguments []string
		want      string
	}{
		{"history", nil, "last root"},
		{"history", []string{"oldest", root.TS, "latest", last.TS, "inclusive", "true"}, "last root"},
		{"history", []string{"oldest", root.TS}, "last"},
		{"history", []string{"limit", "1"}, "last"},
		{"history", []string{"limit", "1", "oldest", "1"}, "root"}, // without latest, pages go forward
		{"history", []string{"limit", "1", "oldest", "1", "latest", last.TS, "inclusive", "1"}, "last"},
		{"replies", []string{"ts", root.TS}, "root reply another"},
		{"replies", []string{"ts", first.TS, "oldest", first.TS}, "root another"},
		{"replies", []string{"ts", root.TS, "limit", "2"}, "root reply"},
	} {
		r := w.form("conversations."+c.method, append([]string{"channel", storage}, c.arguments...)...)
		var out []string
		for _, m := range r.Messages {
			out = append(out, m.Text)
			if m.Text == "root" && (m.Replies != 2 || m.Latest != another.TS || m.Thread != root.TS || len(m.Users) != 2) {
				t.Errorf("the parent tells of its thread: %+v", m)
			}
			if m.Text == "last" && (m.Replies != 0 || m.Thread != "") {
				t.Errorf("a message without replies: %+v", m)
			}
		}
		if got := strings.Join(out, " "); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.method, c.arguments, got, c.want)
		}
		if paged := slices.Contains(c.arguments, "limit"); r.HasMore != paged || (r.Metadata.Next != "") != paged {
			t.Errorf("%s %v: more: %v, cursor %q", c.method, c.arguments, r.HasMore, r.Metadata.Next)
		}
	}
}

// An app that is distributed outside of the Marketplace reads 15 messages a minute.
func TestUnlisted(t *testing.T) {
	w := newWorld(t, Options{})
	w.app.unlisted = true
	storage := w.Channel("storage")
	for range 20 {
		w.Say(storage, w.User("ann"), "hello", SayOptions{})
	}
	if r := w.form("conversations.history", "channel", storage, "limit", "200"); len(r.Messages) != 15 || !r.HasMore {
		t.Errorf("%d messages, more: %v", len(r.Messages), r.HasMore)
	}
	if r := w.form("conversations.history", "channel", storage); r.Error != "ratelimited" || r.status != 429 {
		t.Errorf("a second page: %d %q", r.status, r.Error)
	}
}
