package slacksim

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestPostMessageRefusals(t *testing.T) {
	w := newWorld(t, Options{Limits: Limits{Off: true}})
	outside := w.AddChannel("outside", ChannelOptions{NoBot: true})
	hidden := w.AddChannel("hidden", ChannelOptions{NoBot: true, Private: true})
	old := w.AddChannel("old", ChannelOptions{})
	w.Archive(old)
	storage := w.Channel("storage")
	for _, c := range []struct{ channel, text, want string }{
		{"", "x", "channel_not_found"},
		{"C404", "x", "channel_not_found"},
		{hidden, "x", "channel_not_found"},
		{outside, "x", "not_in_channel"},
		{old, "x", "is_archived"},
		{storage, "", "no_text"},
		{storage, strings.Repeat("é", maxText), ""},
		{storage, strings.Repeat("é", maxText+1), "msg_too_long"},
		{w.User("ann"), "x", ""},
	} {
		if r := w.form("chat.postMessage", "channel", c.channel, "text", c.text); r.Error != c.want {
			t.Errorf("channel %q, %d bytes: %q, want %q", c.channel, len(c.text), r.Error, c.want)
		}
	}
	if m := w.Messages(w.DM(w.User("ann")), ""); len(m) != 1 {
		t.Errorf("a post to a user: %+v", m)
	}
}

func TestUpdateAndDelete(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.connect()
	storage := w.Channel("storage")
	ts := w.call("chat.postMessage", map[string]string{"channel": storage, "text": "one"}).TS
	c.take()
	if r := w.call("chat.update", map[string]string{"channel": storage, "ts": ts, "text": "two"}); !r.OK {
		t.Fatalf("chat.update: %s", r.raw)
	}
	if e := c.take().Payload.Event; e.Subtype != "message_changed" || e.Message.Text != "two" || e.Previous.Text != "one" || e.Message.TS != ts {
		t.Errorf("got %+v", e)
	}
	if m := w.Messages(storage, "")[0]; m.Text != "two" || m.Edited == "" {
		t.Errorf("stored %+v", m)
	}
	said := w.Say(storage, w.User("ann"), "mine", SayOptions{})
	c.take()
	for _, x := range []struct{ method, ts, text, want string }{
		{"chat.update", said.TS, "x", "cant_update_message"},
		{"chat.delete", said.TS, "", "cant_delete_message"},
		{"chat.update", "1.0", "x", "message_not_found"},
		{"chat.update", ts, strings.Repeat("é", maxUpdateText/2+1), "msg_too_long"},
		{"chat.delete", ts, "", ""},
		{"chat.delete", ts, "", "message_not_found"},
	} {
		if r := w.call(x.method, map[string]string{"channel": storage, "ts": x.ts, "text": x.text}); r.Error != x.want {
			t.Errorf("%s %s: %q, want %q", x.method, x.ts, r.Error, x.want)
		}
	}
	if e := c.take().Payload.Event; e.Subtype != "message_deleted" || e.DeletedTS != ts || e.Previous.Text != "two" {
		t.Errorf("got %+v", e)
	}
	w.Edit(said, "edited")
	if e := c.take().Payload.Event; e.Subtype != "message_changed" || e.Message.Text != "edited" {
		t.Errorf("got %+v", e)
	}
	w.Delete(said)
	if e := c.take().Payload.Event; e.Subtype != "message_deleted" || e.DeletedTS != said.TS {
		t.Errorf("got %+v", e)
	}
}

func TestEphemeralAndReactions(t *testing.T) {
	w := newWorld(t, Options{})
	storage, ann := w.Channel("storage"), w.User("ann")
	q := w.Say(storage, ann, "hello", SayOptions{})
	if r := w.form("chat.postEphemeral", "channel", storage, "user", ann, "text", "only you"); !r.OK {
		t.Errorf("chat.postEphemeral: %s", r.raw)
	}
	if r := w.form("chat.postEphemeral", "channel", storage, "user", "U404", "text", "x"); r.Error != "user_not_in_channel" {
		t.Errorf("chat.postEphemeral: %s", r.raw)
	}
	if m := w.Messages(storage, "")[1]; m.EphemeralTo != ann {
		t.Errorf("stored %+v", m)
	}
	for _, want := range []string{"", "already_reacted"} {
		if r := w.form("reactions.add", "channel", storage, "timestamp", q.TS, "name", "eyes"); r.Error != want {
			t.Errorf("reactions.add: %q, want %q", r.Error, want)
		}
	}
	if m := w.Messages(storage, "")[0]; len(m.Reactions) != 1 || m.Reactions[0] != "eyes" {
		t.Errorf("stored %+v", m)
	}
}

func TestWhatTheAppHears(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.connect()
	ann := w.User("ann")
	outside := w.AddChannel("outside", ChannelOptions{NoBot: true})
	private := w.AddChannel("private", ChannelOptions{Private: true})
	w.Say(outside, ann, "@mulebot nobody hears this", SayOptions{})

	dm := w.Say(w.DM(ann), ann, "@mulebot a DM makes no app_mention", SayOptions{})
	if e := c.take().Payload.Event; e.Type != "message" || e.ChannelType != "im" || e.TS != dm.TS {
		t.Errorf("got %+v", e)
	}
	root := w.Say(private, ann, "hello", SayOptions{})
	if e := c.take().Payload.Event; e.Type != "message" || e.ChannelType != "group" {
		t.Errorf("got %+v", e)
	}
	w.Say(private, w.User("bob"), "in the thread", SayOptions{Thread: root.TS})
	if e := c.take().Payload.Event; e.Thread != root.TS || e.Parent != ann {
		t.Errorf("got %+v", e)
	}
	w.Leave(private, w.BotUser())
	w.Say(private, ann, "@mulebot not any more", SayOptions{})
	w.OpenHome(ann)
	if e := c.take().Payload.Event; e.Type != "app_home_opened" || e.User != ann {
		t.Errorf("got %+v", e)
	}
}

// What somebody of another workspace says happened there, for the installation here.
func TestStrangers(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.connect()
	eve := w.AddStranger("eve", "T0FOREIGN")
	w.Join(w.Channel("storage"), eve)
	for user, team := range map[string]string{eve: "T0FOREIGN", w.User("ann"): w.ID()} {
		w.Say(w.Channel("storage"), user, "@mulebot hello", SayOptions{})
		for range 2 {
			if p := c.take().Payload; p.TeamID != team || p.Authorizations[0].TeamID != w.ID() {
				t.Errorf("%s: an event of %s for %s", user, p.TeamID, p.Authorizations[0].TeamID)
			}
		}
	}
}

func TestCompose(t *testing.T) {
	w := newWorld(t, Options{})
	for _, c := range []struct{ typed, want string }{
		{"plain", "plain"},
		{"@mulebot list", w.Mention() + " list"},
		{"@mulebot, and @ann", w.Mention() + ", and <@" + w.User("ann") + ">"},
		{"@nobody a@b", "@nobody a@b"},
		{"a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"},
		{"see https://openebs.io/docs?a=1&b=2", "see <https://openebs.io/docs?a=1&amp;b=2>"},
		{"on node-1.example.com please", "on <http://node-1.example.com|node-1.example.com> please"},
		{w.Mention() + " <!channel> <#C1|x>", w.Mention() + " <!channel> <#C1|x>"},
		{"pvc-1 in openebs.io/local", "pvc-1 in <http://openebs.io|openebs.io>/local"},
	} {
		if got := w.compose(c.typed); got != c.want {
			t.Errorf("%q became %q, want %q", c.typed, got, c.want)
		}
	}
}

func TestAnswersAreCounted(t *testing.T) {
	var posts []Post
	w := newWorld(t, Options{Limits: Limits{Off: true}, OnPost: func(p Post) { posts = append(posts, p) }})
	storage, ann := w.Channel("storage"), w.User("ann")
	post := func(channel, thread string) {
		if r := w.form("chat.postMessage", "channel", channel, "thread_ts", thread, "text", "x"); !r.OK {
			t.Fatalf("got %s", r.raw)
		}
	}
	w.Say(storage, ann, "not for the bot", SayOptions{})
	one := w.mention("one")
	two := w.Say(storage, ann, "two", SayOptions{Thread: one.TS})
	direct := w.Say(w.DM(ann), ann, "three", SayOptions{})
	w.mention("never answered")
	post(storage, one.TS)
	post(storage, one.TS)
	post(storage, one.TS) // a second answer to two
	post(w.DM(ann), "")
	post(storage, "")
	want := []struct {
		ts  string
		nth int
	}{{one.TS, 1}, {two.TS, 1}, {two.TS, 2}, {direct.TS, 1}, {"", 0}}
	for i, x := range want {
		p := posts[i]
		ts := ""
		if p.Question != nil {
			ts = p.Question.TS
		}
		if ts != x.ts || p.Nth != x.nth || p.Workspace != w.Workspace {
			t.Errorf("post %d answers %q, number %d; want %q, %d", i, ts, p.Nth, x.ts, x.nth)
		}
	}
	s := w.sim.Stats()
	if s.Said != 4 || s.Answered != 3 || s.Unanswered() != 1 || s.Twice != 1 || s.Unasked != 1 || len(s.Reply) != 3 {
		t.Errorf("stats %+v", s)
	}
	w.sim.ResetStats()
	if s := w.sim.Stats(); s.Said != 0 || len(s.Reply) != 0 {
		t.Errorf("after a reset %+v", s)
	}
}

func TestAwait(t *testing.T) {
	w := newWorld(t, Options{})
	q := w.mention("hello")
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := w.Reply(ctx, q); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nothing was said, and Reply says %v", err)
	}
	got := make(chan Message)
	go func() {
		m, _ := w.Reply(w.ctx, q)
		got <- m
	}()
	w.form("chat.postMessage", "channel", q.Channel, "text", "elsewhere")
	w.form("chat.postMessage", "channel", q.Channel, "text", "here", "thread_ts", q.TS)
	if m := <-got; m.Text != "here" {
		t.Errorf("got %+v", m)
	}
	all, err := w.Replies(w.ctx, q, 1)
	if err != nil || len(all) != 1 {
		t.Errorf("got %+v, %v", all, err)
	}
}

func TestLatencies(t *testing.T) {
	var l Latencies
	if l.Quantile(.5) != 0 {
		t.Error("nothing has a median")
	}
	for i := range 100 {
		l = append(l, time.Duration(i+1)*time.Millisecond)
	}
	if got := l.String(); got != "n=100 p50=51.00ms p99=100.00ms max=100.00ms" {
		t.Error(got)
	}
}
