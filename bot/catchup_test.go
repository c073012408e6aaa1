package bot

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

// never is Slack that does not send again what was not acknowledged.
var never = slacksim.Options{AckTimeout: 20 * time.Millisecond, RetrySchedule: []time.Duration{}, PingInterval: 10 * time.Millisecond}

// newDeaf is a stage with a workspace whose connection is deaf, and has answered a mention and a direct message before.
func newDeaf(t *testing.T, o Options, sim slacksim.Options) (*stage, *slacksim.Workspace, slacksim.Message) {
	t.Helper()
	s := newStage(t, sim)
	w := s.workspace(nil)
	s.run(respond(echo), o, w)
	s.connected()
	before := s.say(w, "@mulebot before")
	s.reply(w, before)
	s.reply(w, w.Say(w.DM(w.User("ann")), w.User("ann"), "before", slacksim.SayOptions{}))
	w.App().Deafen()
	return s, w, before
}

// answers returns what the bot has posted in a thread.
func answers(w *slacksim.Workspace, channel, thread string) (texts []string) {
	for _, m := range w.Messages(channel, thread) {
		if m.BotID != "" {
			texts = append(texts, strings.TrimPrefix(m.Text, "echo: "))
		}
	}
	return texts
}

// What was said into a connection that was deaf is answered when another has taken its place, though Slack has given it up: as the
// history has it then, in its order, once.
func TestDeafIsCaughtUp(t *testing.T) {
	t.Parallel()
	counted := &tally{}
	s, w, before := newDeaf(t, Options{Quiet: 300 * time.Millisecond, Meter: counted}, never)
	storage, ann, dm := w.Channel("storage"), w.User("ann"), w.DM(w.User("ann"))
	other := w.AddChannel("other", slacksim.ChannelOptions{})
	in := func(thread string) slacksim.SayOptions { return slacksim.SayOptions{Thread: thread} }
	w.Say(storage, ann, "follow-up", in(before.TS))
	mention := s.say(w, "@mulebot mention")
	w.Say(storage, ann, "one", in(mention.TS))
	w.Say(storage, ann, "two", in(mention.TS))
	elsewhere := w.Say(other, ann, "@mulebot elsewhere", slacksim.SayOptions{})
	w.Say(dm, ann, "direct one", slacksim.SayOptions{})
	w.Say(dm, ann, "direct two", slacksim.SayOptions{})
	w.Edit(w.Say(dm, ann, "wrong", slacksim.SayOptions{}), "edited")
	w.Delete(s.say(w, "@mulebot deleted"))
	root := s.say(w, "not for the bot")
	w.Say(storage, ann, "nor this", in(root.TS))
	asked := w.Say(storage, ann, "@mulebot in a thread", in(root.TS))
	w.Say(storage, ann, "behind it", in(root.TS))
	for _, x := range []struct {
		channel, thread string
		want            []string
	}{
		{storage, before.TS, []string{"before", "follow-up"}},
		{storage, mention.TS, []string{"mention", "one", "two"}},
		{other, elsewhere.TS, []string{"elsewhere"}},
		{storage, asked.Thread, []string{"in a thread", "behind it"}},
		{dm, "", []string{"before", "direct one", "direct two", "edited"}},
	} {
		s.until(fmt.Sprintf("%v are answered", x.want), func() bool { return slices.Equal(answers(w, x.channel, x.thread), x.want) })
	}
	s.until("the reading ends", func() bool { return counted.whole.Load() > 0 })
	s.until("the deaf one is closed", func() bool { return w.App().Connections() == 1 })
	s.stop()
	if st := s.sim.Stats(); st.Twice != 0 || s.journal.left() != 0 {
		t.Errorf("stats: %+v; %d left", st, s.journal.left())
	}
	if counted.recovered.Load() != 10 || counted.failed.Load() != 0 {
		t.Errorf("%d recovered, %d readings failed", counted.recovered.Load(), counted.failed.Load())
	}
	if strings.Contains(strings.Join(answers(w, storage, ""), " "), "deleted") {
		t.Error("what was deleted is answered")
	}
}

// What Slack sends again after it was found in the history is not answered again.
func TestFoundAndRedelivered(t *testing.T) {
	t.Parallel()
	sim := never
	sim.AckTimeout, sim.RetrySchedule = 200*time.Millisecond, []time.Duration{500 * time.Millisecond}
	counted := &tally{}
	s, w, before := newDeaf(t, Options{Quiet: 100 * time.Millisecond, Meter: counted}, sim)
	q := s.say(w, "@mulebot are you deaf?")
	follow := w.Say(q.Channel, q.User, "are you?", slacksim.SayOptions{Thread: before.TS})
	s.reply(w, q)
	s.reply(w, follow)
	s.until("Slack has sent them again", func() bool { st := s.sim.Stats(); return st.Timeouts >= 3 && st.Acked+st.Timeouts == st.Sent })
	s.until("the journal is empty", func() bool { return s.journal.left() == 0 })
	if st := s.sim.Stats(); st.Twice != 0 || st.Unanswered() != 0 || st.Lost != 0 || counted.recovered.Load() != 2 {
		t.Errorf("stats: %+v, %d recovered", st, counted.recovered.Load())
	}
}

// What was answered is not answered again where the journal does not know of it, as one that was restored from a backup; what was not,
// is, though people replied to it.
func TestRestoredIsCaughtUp(t *testing.T) {
	t.Parallel()
	s := newStage(t, never)
	w := s.workspace(nil)
	s.run(respond(echo), Options{}, w)
	s.connected()
	q := s.say(w, "@mulebot list")
	s.reply(w, q)
	s.stop()
	missed := s.say(w, "@mulebot missed")
	w.Say(missed.Channel, w.User("bob"), "you may have to wait", slacksim.SayOptions{Thread: missed.TS})
	s.journal = newMemory()
	s.journal.heard[models.TeamID(w.ID())] = time.Now().Add(-20 * time.Minute)
	counted := &tally{}
	s.run(respond(echo), Options{Meter: counted}, w)
	s.until("the reading ends", func() bool { return counted.whole.Load() > 0 })
	s.reply(w, missed)
	s.until("the journal is empty", func() bool { return s.journal.left() == 0 })
	if got := answers(w, q.Channel, q.TS); !slices.Equal(got, []string{"list"}) {
		t.Errorf("answered %q", got)
	}
	if got := answers(w, missed.Channel, missed.TS); !slices.Equal(got, []string{"missed", "you may have to wait"}) || counted.recovered.Load() != 2 {
		t.Errorf("answered %q, %d recovered", got, counted.recovered.Load())
	}
}

// What was said while no process ran is answered by the next, and not what was said before that one heard last for long.
func TestDownIsCaughtUp(t *testing.T) {
	t.Parallel()
	s := newStage(t, never)
	w := s.workspace(nil)
	s.say(w, "@mulebot long before")
	s.run(respond(echo), Options{}, w)
	s.connected()
	s.reply(w, s.say(w, "@mulebot before"))
	s.stop()
	heard := s.journal.heard[models.TeamID(w.ID())]
	if heard.IsZero() || time.Since(heard) > time.Minute {
		t.Fatalf("heard until %v", heard)
	}
	s.journal.heard[models.TeamID(w.ID())] = heard.Add(redelivery) // so that what was said long before was
	first := s.say(w, "@mulebot first")
	second := s.say(w, "@mulebot second")
	s.run(respond(echo), Options{}, w)
	s.reply(w, first)
	s.reply(w, second)
	if st := s.sim.Stats(); st.Twice != 0 || st.Unanswered() != 1 {
		t.Errorf("stats: %+v", st)
	}
}

// Where a scope is missing or the bot is not a member, the rest is read, and the log says once what to add.
func TestScopesMissing(t *testing.T) {
	t.Parallel()
	counted := &tally{}
	s, w, _ := newDeaf(t, Options{Quiet: 300 * time.Millisecond, Meter: counted}, never)
	for n := range 2 {
		private := w.AddChannel(fmt.Sprint("private-", n), slacksim.ChannelOptions{Private: true})
		w.Say(private, w.User("ann"), "@mulebot in private", slacksim.SayOptions{})
	}
	left := w.AddChannel("left", slacksim.ChannelOptions{NoBot: true})
	w.Say(left, w.User("ann"), "@mulebot behind your back", slacksim.SayOptions{})
	direct := w.Say(w.DM(w.User("ann")), w.User("ann"), "direct", slacksim.SayOptions{})
	scopes := slices.DeleteFunc(slacksim.DefaultScopes(), func(s string) bool { return s == "groups:history" || s == "im:history" })
	w.SetScopes(scopes...)
	q := s.say(w, "@mulebot in public")
	s.reply(w, q)
	s.until("the reading ends", func() bool { return counted.whole.Load() > 0 })
	if got := answers(w, direct.Channel, ""); len(got) != 1 {
		t.Errorf("direct messages: %v", got)
	}
	if st := s.sim.Stats(); st.Refusals["missing_scope"] != 3 {
		t.Errorf("refusals: %v", st.Refusals)
	}
	for _, scope := range []string{`"im:history"`, `groups:history`} {
		if strings.Count(s.log.String(), scope) != 1 {
			t.Errorf("the log does not name %s once:\n%s", scope, s.log)
		}
	}
}

// Slack may let an app read 15 messages at a time, and tell it to wait: what is behind them is found nevertheless. Answers do not wait
// for it.
func TestSlackLetsReadLittle(t *testing.T) {
	t.Parallel()
	o := never
	o.Limits.TierFactor = 60 // once a second, then
	s := newStage(t, o)
	w := s.sim.AddWorkspace(s.sim.AddApp(slacksim.AppOptions{Unlisted: true}), slacksim.TeamOptions{Users: []string{"ann"}, Channels: []string{"storage"}})
	for range 20 {
		s.say(w, "nothing for the bot")
	}
	q := s.say(w, "@mulebot hello")
	s.journal.heard[models.TeamID(w.ID())] = time.Now()
	s.sim.FailNext("auth.test", slacksim.Fault{Status: 503}, 2)
	begin, counted := time.Now(), &tally{}
	s.run(respond(echo), Options{Meter: counted, MaxWait: 10 * time.Millisecond}, w)
	s.until("Slack says later", func() bool { return s.sim.Stats().Limited > 0 })
	s.reply(w, w.Say(w.DM(w.User("ann")), w.User("ann"), "now", slacksim.SayOptions{}))
	if waited := time.Since(begin); waited > 900*time.Millisecond {
		t.Errorf("an answer took %s", waited)
	}
	s.reply(w, q)
	if waited := time.Since(begin); waited < time.Second {
		t.Errorf("found after %s in spite of Retry-After", waited)
	}
	s.until("the reading ends", func() bool { return counted.whole.Load() == 1 })
}

// What the journal did not take, and Slack has given up, is answered when the journal takes messages again.
func TestJournalFailsForLong(t *testing.T) {
	t.Parallel()
	s := newStage(t, never)
	w := s.workspace(nil)
	var now atomic.Int64
	s.run(respond(echo), Options{Now: func() time.Time { return time.Now().Add(time.Duration(now.Load())) }}, w)
	s.connected()
	s.journal.setFails(true)
	now.Store(int64(-2 * redelivery))
	q := s.say(w, "@mulebot are you there?")
	s.until("Slack gives up", func() bool { return s.sim.Stats().Lost == 1 })
	s.journal.setFails(false)
	now.Store(0)
	s.reply(w, s.say(w, "@mulebot and now?"))
	s.reply(w, q)
}

// For a workspace that is served no longer, nothing is looked for any more.
func TestRemovedIsNotCaughtUp(t *testing.T) {
	t.Parallel()
	s := newStage(t, never)
	w := s.workspace(nil)
	s.say(w, "@mulebot hello")
	team := models.TeamID(w.ID())
	s.journal.heard[team] = time.Now()
	s.sim.Delay("auth.test", 100*time.Millisecond)
	s.run(respond(echo), Options{}, w)
	served := s.bot.workspaces[0]
	reads := func() bool {
		served.past.mu.Lock()
		defer served.past.mu.Unlock()
		return served.past.running
	}
	s.until("the history is read", reads)
	s.bot.Remove(team)
	s.until("it is read no more", func() bool { return !reads() })
	if s.journal.appends != 0 {
		t.Error("a message was found")
	}
}

// What was not heard over a connection is looked for when the workspace gets another.
func TestAnotherConnectionCatchesUp(t *testing.T) {
	t.Parallel()
	s, w, _ := newDeaf(t, Options{}, never)
	s.until("what was heard before is known", func() bool { return !s.bot.workspaces[0].past.until(time.Now()).IsZero() })
	s.journal.mu.Lock()
	s.journal.heard[models.TeamID(w.ID())] = time.Now()
	s.journal.mu.Unlock()
	q := s.say(w, "@mulebot hello")
	record := s.record(w)
	record.AppToken = models.Secret(s.sim.AddApp(slacksim.AppOptions{}).AppToken())
	if err := s.bot.Put(record); err != nil {
		t.Fatal(err)
	}
	s.reply(w, q)
}
