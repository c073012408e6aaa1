package bot

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

const post = "chat.postMessage"

// Whatever happens to a call, the answer is posted once.
func TestPostedOnce(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string][]slacksim.Fault{
		"cut before it takes effect":    {{}},
		"cut behind its effect":         {{After: true}},
		"cut twice behind its effect":   {{After: true}, {After: true}},
		"500 before":                    {{Status: 500}},
		"502 behind":                    {{Status: 502, After: true}},
		"internal error behind":         {{Error: "internal_error", After: true}},
		"rate limited":                  {{Status: 429, Error: "ratelimited", RetryAfter: 1}},
		"all at once":                   {{}, {Status: 503}, {Error: "fatal_error"}, {After: true}},
		"not JSON":                      {{Status: 200, After: true}},
		"malformed blocks":              {{Error: "invalid_blocks"}},
		"a workspace that moves":        {{Error: "team_added_to_org"}, {Error: "org_login_required"}},
		"cut, and unreadable afterward": {{}, {Error: "msg_blocks_too_long"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, slacksim.Options{})
			w := s.workspace(nil)
			for _, f := range faults {
				s.sim.FailNext(post, f, 1)
			}
			s.sim.FailNext("conversations.replies", slacksim.Fault{}, 2)
			s.sim.FailNext("conversations.history", slacksim.Fault{Status: 503}, 2)
			s.run(respond(echo), Options{MaxWait: 5 * time.Millisecond}, w)
			s.connected()
			for i, q := range []slacksim.Message{s.say(w, "@mulebot hello"), w.Say(w.DM(w.User("ann")), w.User("ann"), "hello", slacksim.SayOptions{})} {
				if got := s.reply(w, q); !strings.Contains(got.Text, "echo: hello") {
					t.Errorf("%d: %q", i, got.Text)
				}
			}
			s.until("the journal is empty", func() bool { return s.journal.left() == 0 })
			if st := s.sim.Stats(); st.Twice != 0 || st.Unasked != 0 || st.Answered != 2 {
				t.Errorf("stats: %+v", st)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w, other := s.workspace(nil), s.workspace(nil)
	s.sim.FailNext(post, slacksim.Fault{Status: 429, Error: "ratelimited", RetryAfter: 1, Team: w.ID()}, 1)
	s.run(respond(echo), Options{}, w, other)
	s.connected()
	start := time.Now()
	q := s.say(w, "@mulebot hello")
	s.reply(other, s.say(other, "@mulebot hello"))
	if waited := time.Since(start); waited > 900*time.Millisecond {
		t.Errorf("the other workspace waited %s", waited)
	}
	s.reply(w, q)
	if waited := time.Since(start); waited < time.Second {
		t.Errorf("posted after %s in spite of Retry-After", waited)
	}
	if st := s.sim.Stats(); st.Limited != 1 {
		t.Errorf("%d calls were limited", st.Limited)
	}
}

// An answer that Slack refuses for good is done with; the next one is posted.
func TestRefusedPost(t *testing.T) {
	t.Parallel()
	s, w := newServed(t, respond(echo), Options{})
	s.sim.FailNext(post, slacksim.Fault{Error: "is_archived"}, 1)
	q := s.say(w, "@mulebot hello")
	s.until("the message is done with", func() bool { return s.journal.isDone(q.Channel + ":" + q.TS) })
	if got := s.bot.Status()[0].Trouble; !strings.Contains(got, "is_archived") {
		t.Errorf("trouble: %q", got)
	}
	s.reply(w, s.say(w, "@mulebot again"))
	s.until("the trouble is over", func() bool { return s.bot.Status()[0].Trouble == "" })
}

// An app without the scope to read what was said posts again rather than not at all.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	w.SetScopes("app_mentions:read", "chat:write")
	s.sim.FailNext(post, slacksim.Fault{}, 1)
	s.run(respond(echo), Options{MaxWait: 5 * time.Millisecond}, w)
	s.connected()
	s.reply(w, s.say(w, "@mulebot hello"))
	if st := s.sim.Stats(); st.Refusals["missing_scope"] != 1 {
		t.Errorf("stats: %+v", st)
	}
}

// A slash command whose response URL does not work is answered in the channel.
func TestResponseURLExpired(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	s.sim.FailNext("response_url", slacksim.Fault{Status: 404, Error: "expired_url"}, 1)
	s.run(respond(echo), Options{}, w)
	s.connected()
	w.Command(w.Channel("storage"), w.User("ann"), "/mulebot list &lt; all")
	got, err := w.Await(s.ctx, w.Channel("storage"), "", nil)
	if err != nil || !strings.Contains(got.Text, "echo: list") {
		t.Errorf("got %q, %v", got.Text, err)
	}
}

// bigReply has more rows than a message shows.
func bigReply(rows int) models.Reply {
	r := models.Reply{
		Text: "There are many volumes.", Intent: "list", Query: &models.Query{Subject: models.Volumes},
		Table: &models.Table{Columns: []models.Column{{Key: "name", Title: "Name"}, {Key: "size", Title: "Size", Right: true}}, Total: rows},
	}
	for i := range rows {
		r.Table.Rows = append(r.Table.Rows, []models.Cell{
			{Text: fmt.Sprintf("pvc-%04d", i), Value: fmt.Sprintf("pvc-%04d", i)}, {Text: "1 GiB", Value: int64(1 << 30)},
		})
	}
	return r
}

func TestFile(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]bool{"taken": false, "refused": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, slacksim.Options{})
			w := s.workspace(nil)
			if refuse {
				w.SetScopes("app_mentions:read", "channels:history", "chat:write")
			} else {
				s.sim.FailNext("upload", slacksim.Fault{Status: 500}, 1)
			}
			s.run(respond(func(context.Context, models.Message) models.Reply { return bigReply(600) }), Options{MaxWait: 5 * time.Millisecond}, w)
			s.connected()
			q := s.say(w, "@mulebot list all")
			replies, err := w.Replies(s.ctx, q, 2)
			if err != nil {
				t.Fatalf("%v\n%s", err, s.log)
			}
			s.until("the journal is empty", func() bool { return s.journal.left() == 0 })
			if refuse {
				if !strings.Contains(replies[1].Text, "missing_scope") {
					t.Errorf("got %q", replies[1].Text)
				}
				return
			}
			if len(replies[1].Files) != 1 || strings.Count(string(replies[1].Files[0].Content), "\n") != 601 {
				t.Errorf("got %+v", replies[1])
			}
		})
	}
}

// bigEcho is an answer with a file, and something to remember.
func bigEcho(context.Context, models.Message) models.Reply {
	r := bigReply(600)
	r.Dialogue = &models.Dialogue{Intent: "list"}
	return r
}

// remembered reports whether an answer in a conversation was recorded as one that was read.
func (s *stage) remembered(channel, thread string) bool {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	for c, d := range s.journal.talks {
		if string(c.Channel) == channel && string(c.Thread) == thread && d != nil {
			return true
		}
	}
	return false
}

// A command is answered where the bot is no member, and cannot attach a file: whoever asked learns that.
func TestFileOutside(t *testing.T) {
	t.Parallel()
	s, w := newServed(t, respond(bigEcho), Options{})
	outside := w.AddChannel("outside", slacksim.ChannelOptions{NoBot: true})
	w.Command(outside, w.User("ann"), "/mulebot list volumes")
	s.await(w, outside, "", "There are many volumes.")
	s.await(w, outside, "", "I could not attach the file")
	s.until("the journal is empty", func() bool { return s.journal.left() == 0 })
	if got := s.bot.Status()[0].Trouble; got != "" || !s.remembered(outside, "") {
		t.Errorf("trouble %q, remembered: %v", got, s.remembered(outside, ""))
	}
}

// An answer that was posted is one, though neither its file nor a word about that can be.
func TestFileRefusedInSilence(t *testing.T) {
	t.Parallel()
	var s *stage
	s = newStage(t, slacksim.Options{OnPost: func(slacksim.Post) { s.sim.FailNext(post, slacksim.Fault{Error: "is_archived"}, 1) }})
	w := s.workspace(nil)
	s.sim.FailNext("files.getUploadURLExternal", slacksim.Fault{Error: "storage_limit_reached"}, 1)
	s.run(respond(bigEcho), Options{}, w)
	s.connected()
	q := s.say(w, "@mulebot list volumes")
	s.until("the message is done with", func() bool { return s.journal.isDone(q.Channel + ":" + q.TS) })
	if got := s.bot.Status()[0].Trouble; got != "" || !s.remembered(q.Channel, q.TS) || !strings.Contains(s.log.String(), "a file could not be attached") {
		t.Errorf("trouble %q, remembered: %v\n%s", got, s.remembered(q.Channel, q.TS), s.log)
	}
}

// What says that a file could not be attached is posted again, though the answer is found where it is looked for.
func TestFileApologyLost(t *testing.T) {
	t.Parallel()
	var s *stage
	fail := sync.OnceFunc(func() { s.sim.FailNext(post, slacksim.Fault{}, 1) })
	s = newStage(t, slacksim.Options{OnPost: func(slacksim.Post) { fail() }})
	w := s.workspace(nil)
	s.sim.FailNext("files.getUploadURLExternal", slacksim.Fault{Error: "storage_limit_reached"}, 1)
	s.run(respond(bigEcho), Options{MaxWait: 5 * time.Millisecond}, w)
	s.connected()
	q := s.say(w, "@mulebot list volumes")
	s.await(w, q.Channel, q.TS, "Slack says storage_limit_reached")
}

// A channel gets a burst of three messages, and then one a second; other channels do not wait for it.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(1, 3)
		start := time.Now()
		for i, want := range []time.Duration{0, 0, 0, 1 * time.Second, 2 * time.Second} {
			if err := p.wait(t.Context(), post, "C1"); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(start).Round(time.Millisecond); got != want {
				t.Errorf("message %d after %s, want %s", i, got, want)
			}
		}
		if err := p.wait(t.Context(), post, "C2"); err != nil || time.Since(start).Round(time.Millisecond) != 2*time.Second {
			t.Errorf("another channel waited until %s, %v", time.Since(start), err)
		}
		p.hold(post, time.Minute)
		p.hold(post, time.Second) // does not shorten it
		if err := p.wait(t.Context(), post, "C3"); err != nil || time.Since(start).Round(time.Millisecond) != 62*time.Second {
			t.Errorf("a held method was called after %s, %v", time.Since(start), err)
		}
		for i := range manyChannels + 10 {
			p.limiter(models.ChannelID(fmt.Sprint("X", i)))
		}
		if got := len(p.channels); got > manyChannels {
			t.Errorf("%d limiters are kept", got)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if p.wait(ctx, post, "C1") == nil {
			t.Error("waited for an ended context")
		}
	})
}

func TestBackoff(t *testing.T) {
	b := newBackoff(time.Minute)
	for i := range 200 {
		bound := time.Minute
		if i < 8 {
			bound = min(bound, firstWait<<i)
		}
		if d := b.next(); d <= 0 || d > bound+time.Millisecond {
			t.Fatalf("wait %d: %s, bound %s", i, d, bound)
		}
	}
}
