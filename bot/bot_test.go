package bot

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

func TestDoors(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	ask := models.Action{Intent: "list", Query: &models.Query{Subject: models.Volumes, Offset: 3}}
	s.run(respond(func(ctx context.Context, m models.Message) models.Reply {
		r := echo(ctx, m)
		r.Text = fmt.Sprintf("%s %q %v", m.Kind, m.Text, m.Action != nil && m.Action.Query.Offset == 3)
		r.Buttons = []models.Button{{Label: "Next 3", Action: ask}}
		return r
	}), Options{}, w)
	s.connected()
	storage, ann := w.Channel("storage"), w.User("ann")

	mention := s.say(w, "@mulebot which volumes of node-1.example.com are <5 GiB & degraded?")
	answer := s.reply(w, mention)
	if want := `mention "which volumes of node-1.example.com are <5 GiB & degraded?" false`; !strings.Contains(answer.Text, escape(want)) {
		t.Errorf("mention: got %q, want %q", answer.Text, want)
	}
	if answer.Thread != mention.TS {
		t.Errorf("the answer is in thread %q, want %q", answer.Thread, mention.TS)
	}

	follow := w.Say(storage, ann, "and on staging?", slacksim.SayOptions{Thread: mention.TS})
	if got := s.reply(w, follow); !strings.Contains(got.Text, `thread "and on staging?"`) {
		t.Errorf("follow-up: %q", got.Text)
	}

	direct := w.Say(w.DM(ann), ann, "list pools", slacksim.SayOptions{})
	if got := s.reply(w, direct); !strings.Contains(got.Text, `direct "list pools"`) || got.Thread != "" {
		t.Errorf("direct message: %q in thread %q", got.Text, got.Thread)
	}

	command := w.Command(storage, ann, "/mulebot list nodes")
	if payload, err := command.Acked(s.ctx); err != nil || len(payload) > 0 {
		t.Errorf("command: payload %s, error %v", payload, err)
	}
	got, err := command.Reply(s.ctx)
	if err != nil || !strings.Contains(got.Text, `command "list nodes"`) || got.EphemeralTo != "" {
		t.Errorf("command: %q for %q, error %v", got.Text, got.EphemeralTo, err)
	}

	press := w.Press(answer, "Next 3", w.User("bob"))
	if _, err := press.Acked(s.ctx); err != nil {
		t.Error(err)
	}
	if _, err := w.Await(s.ctx, storage, mention.TS, func(m slacksim.Message) bool {
		return strings.Contains(m.Text, `press "" true`)
	}); err != nil {
		t.Error(err)
	}
	s.until("the journal is empty", func() bool { return s.journal.left() == 0 })
	if stats := s.sim.Stats(); stats.Twice != 0 || stats.Unanswered() != 0 || stats.Timeouts != 0 || stats.Stray != 0 {
		t.Errorf("stats: %+v", stats)
	}
}

// What is not said to the bot is acknowledged and not answered.
func TestIgnored(t *testing.T) {
	t.Parallel()
	s, w := newServed(t, respond(echo), Options{})
	storage, ann := w.Channel("storage"), w.User("ann")
	first := s.say(w, "@mulebot one")
	answer := s.reply(w, first)
	other := s.say(w, "nothing to do with the bot")
	w.Say(storage, ann, "still nothing", slacksim.SayOptions{Thread: other.TS})
	w.Edit(first, "@mulebot one, edited")
	w.Delete(other)
	w.OpenHome(ann)
	last := s.say(w, "@mulebot last")
	s.reply(w, last)
	s.until("everything is acknowledged", func() bool { st := s.sim.Stats(); return st.Acked == st.Sent })
	if st := s.sim.Stats(); st.Answered != 2 || st.Unasked != 0 || st.Twice != 0 {
		t.Errorf("stats: %+v (first answer %q)", st, answer.Text)
	}
}

// An envelope is acknowledged when the message is in the journal and long before it is answered; Slack's second delivery is
// acknowledged and not answered.
func TestAcknowledgedBeforeAnsweredAndOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{DuplicateFraction: 1})
	w := s.workspace(nil)
	release := make(chan struct{})
	s.run(respond(func(ctx context.Context, m models.Message) models.Reply {
		<-release
		return echo(ctx, m)
	}), Options{}, w)
	s.connected()
	q := s.say(w, "@mulebot slow")
	s.until("both events are acknowledged twice", func() bool { return s.sim.Stats().Acked == 4 })
	if got := s.journal.left(); got != 1 {
		t.Fatalf("%d entries in the journal", got)
	}
	if st := s.sim.Stats(); st.Answered != 0 {
		t.Fatalf("answered before the responder was: %+v", st)
	}
	close(release)
	s.reply(w, q)
	s.until("the answer is recorded", func() bool { return s.journal.left() == 0 })
	again := s.say(w, "@mulebot and again")
	s.reply(w, again)
	if st := s.sim.Stats(); st.Answered != 2 || st.Twice != 0 {
		t.Errorf("stats: %+v", st)
	}
}

// A journal that fails is told of once, and nothing is acknowledged: Slack sends the events again, and they are answered
// then.
func TestJournalFails(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{
		AckTimeout: 50 * time.Millisecond, RetrySchedule: []time.Duration{50 * time.Millisecond, 50 * time.Millisecond, 200 * time.Millisecond, time.Second},
	})
	w := s.workspace(nil)
	s.run(respond(echo), Options{}, w)
	s.connected()
	s.journal.setFails(true)
	q := s.say(w, "@mulebot are you there?")
	s.until("an envelope times out twice", func() bool { return s.sim.Stats().Timeouts >= 2 })
	if st := s.bot.Status()[0]; !strings.Contains(st.Trouble, "no space left") || st.State != Connected {
		t.Errorf("status: %+v", st)
	}
	s.journal.setFails(false)
	s.reply(w, q)
	s.until("the trouble is over", func() bool { return s.bot.Status()[0].Trouble == "" })
	if got := strings.Count(s.log.String(), "no space left"); got != 1 {
		t.Errorf("the failure was logged %d times:\n%s", got, s.log)
	}
	if st := s.sim.Stats(); st.Twice != 0 {
		t.Errorf("stats: %+v", st)
	}
}

// Messages of one conversation are answered in the order in which they were said.
func TestOrder(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{Limits: slacksim.Limits{Off: true}})
	w := s.workspace(nil)
	var mu sync.Mutex
	var order []string
	s.run(respond(func(ctx context.Context, m models.Message) models.Reply {
		mu.Lock()
		order = append(order, m.Text)
		mu.Unlock()
		return echo(ctx, m)
	}), Options{PostRate: -1}, w)
	s.connected()
	dm := w.DM(w.User("ann"))
	var want []string
	var first slacksim.Message
	for i := range 30 {
		text := fmt.Sprintf("question %d", i)
		want = append(want, text)
		m := w.Say(dm, w.User("ann"), text, slacksim.SayOptions{})
		if i == 0 {
			first = m
		}
	}
	replies, err := w.Replies(s.ctx, first, len(want))
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for i := range want {
		if order[i] != want[i] || !strings.Contains(replies[i].Text, want[i]) {
			t.Fatalf("place %d: asked %q, answered %q, want %q", i, order[i], replies[i].Text, want[i])
		}
	}
}

// One app in two workspaces, one of which is stuck in its responder, and a third workspace with a wrong token.
func TestTenantsDoNotWaitForOneAnother(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	shared := s.sim.AddApp(slacksim.AppOptions{})
	stuck, quick, wrong := s.workspace(shared), s.workspace(shared), s.workspace(nil)
	wrong.App().Revoke()
	release := make(chan struct{})
	defer close(release)
	s.run(respond(func(ctx context.Context, m models.Message) models.Reply {
		if m.Team == models.TeamID(stuck.ID()) {
			<-release
		}
		return echo(ctx, m)
	}), Options{Workers: 2, Parked: time.Hour, Grace: time.Millisecond}, stuck, quick, wrong)
	s.until("the wrong token is parked", func() bool { return s.bot.Status()[2].State == Parked })
	s.until("the others are connected", func() bool {
		st := s.bot.Status()
		return st[0].State == Connected && st[1].State == Connected
	})
	for range 20 {
		s.say(stuck, "@mulebot hello")
	}
	s.reply(quick, s.say(quick, "@mulebot hello"))
	s.until("all are acknowledged", func() bool { st := s.sim.Stats(); return st.Acked == st.Sent && st.Sent >= 42 })
	if st := s.bot.Status()[2]; st.LastError != "token_revoked" {
		t.Errorf("status: %+v", st)
	}
	if st := s.bot.Status()[0]; st.Waiting != 20 {
		t.Errorf("waiting: %d", st.Waiting)
	}
}

// A token that was parked is tried again.
func TestParkedTokenRecovers(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	w.App().Revoke()
	s.run(respond(echo), Options{Parked: 20 * time.Millisecond}, w)
	s.until("the token is parked", func() bool { return s.bot.Status()[0].State == Parked })
	w.App().Restore()
	s.connected()
	s.reply(w, s.say(w, "@mulebot hello"))
	w.App().EnableSocketMode(false)
	s.until("the token is parked again", func() bool { return s.bot.Status()[0].State == Parked })
	w.App().EnableSocketMode(true)
	s.connected()
}

// When Slack announces the end of a connection, the next one is up before it goes, and what comes over the old one is still
// acknowledged.
func TestDisconnectOverlaps(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{slacksim.Warning, slacksim.RefreshRequested} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, slacksim.Options{DisconnectGrace: 300 * time.Millisecond})
			w := s.workspace(nil)
			s.run(respond(echo), Options{}, w)
			s.connected()
			w.App().Disconnect(reason)
			s.until("there are two connections", func() bool { return w.App().Connections() == 2 })
			command := w.Command(w.Channel("storage"), w.User("ann"), "/mulebot hello")
			if _, err := command.Reply(s.ctx); err != nil {
				t.Error(err)
			}
			s.until("the old one is gone", func() bool { return w.App().Connections() == 1 })
			s.reply(w, s.say(w, "@mulebot hello"))
			if st := s.sim.Stats(); st.Refused != 0 || st.Timeouts != 0 || st.Stray != 0 {
				t.Errorf("stats: %+v", st)
			}
			if s.bot.Status()[0].LastError != "" {
				t.Errorf("status: %+v", s.bot.Status()[0])
			}
		})
	}
}

// Cut connections are opened anew; so are those on which no ping comes.
func TestReconnects(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{RetrySchedule: []time.Duration{50 * time.Millisecond, 50 * time.Millisecond, 50 * time.Millisecond}})
	w := s.workspace(nil)
	s.run(respond(echo), Options{}, w)
	s.connected()
	for range 3 {
		before := s.bot.Status()[0].LastErrorAt
		if s.sim.DropSockets() != 1 {
			t.Error("there was no connection")
		}
		s.until("the loss is noticed", func() bool { return s.bot.Status()[0].LastErrorAt != before })
		s.connected()
	}
	s.reply(w, s.say(w, "@mulebot hello"))
}

func TestMissingPing(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{PingInterval: time.Hour})
	w := s.workspace(nil)
	s.run(respond(echo), Options{PingLimit: 50 * time.Millisecond}, w)
	s.until("the connection is given up", func() bool { return strings.Contains(s.bot.Status()[0].LastError, "no ping") })
	s.until("the next one stands", func() bool { return s.bot.Status()[0].State == Connected })
}

// A connection that is pinged and never greeted is given up, and holds up no other for long.
func TestNeverGreeted(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{PingInterval: 20 * time.Millisecond})
	first, second := s.workspace(nil), s.workspace(nil)
	s.sim.FailNext("hello", slacksim.Fault{}, 2)
	s.run(respond(echo), Options{Dials: 1, PingLimit: 300 * time.Millisecond, MaxWait: 10 * time.Millisecond}, first, second)
	s.connected()
	for _, w := range []*slacksim.Workspace{first, second} {
		s.reply(w, s.say(w, "@mulebot hello"))
	}
	if got := strings.Count(s.log.String(), "no hello from Slack for 300ms"); got < 2 {
		t.Errorf("%d connections were given up:\n%s", got, s.log)
	}
}

// A connection that is pinged and carries nothing is replaced before Slack gives up what is said meanwhile.
func TestQuietConnection(t *testing.T) {
	t.Parallel()
	patience := 40 * time.Millisecond
	s := newStage(t, slacksim.Options{PingInterval: patience / 8, AckTimeout: patience, RetrySchedule: []time.Duration{patience, patience, 50 * patience}})
	w := s.workspace(nil)
	s.run(respond(echo), Options{Quiet: patience}, w)
	s.connected()
	w.App().Deafen()
	s.reply(w, s.say(w, "@mulebot can you hear me?"))
	s.until("the deaf one is closed", func() bool { return w.App().Connections() == 1 })
	if st := s.sim.Stats(); st.Lost > 0 {
		t.Errorf("stats: %+v", st)
	}
	if status := s.bot.Status()[0]; status.LastError != "" || status.State != Connected {
		t.Errorf("status: %+v", status)
	}
}

// apps.connections.open fails in every way before it succeeds.
func TestOpenFails(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	const open = "apps.connections.open"
	s.sim.FailNext(open, slacksim.Fault{}, 1)
	s.sim.FailNext(open, slacksim.Fault{Status: 503}, 1)
	s.sim.FailNext(open, slacksim.Fault{Error: "internal_error"}, 1)
	s.sim.FailNext("socket", slacksim.Fault{Status: 500}, 1)
	s.sim.FailNext(open, slacksim.Fault{Status: 429, Error: "ratelimited", RetryAfter: 1}, 1)
	start := time.Now()
	s.run(respond(echo), Options{MaxWait: 10 * time.Millisecond}, w)
	s.connected()
	if waited := time.Since(start); waited < time.Second {
		t.Errorf("connected after %s in spite of Retry-After", waited)
	}
}

// What an earlier process left in the journal is answered, before what comes now, and not if it was posted already.
func TestReplay(t *testing.T) {
	t.Parallel()
	s, w := newServed(t, respond(echo), Options{})
	posted := s.say(w, "@mulebot posted")
	s.reply(w, posted)
	s.until("the answer is recorded", func() bool { return s.journal.left() == 0 })
	s.stop()

	team, storage := models.TeamID(w.ID()), models.ChannelID(w.Channel("storage"))
	entry := func(m slacksim.Message, text string) models.Entry {
		return models.Entry{Message: models.Message{
			ID: string(storage) + ":" + m.TS, Kind: models.Mention, Team: team, Channel: storage, Thread: models.ThreadID(m.TS),
			User: "U1", Text: text, At: m.At,
		}}
	}
	left := s.say(w, "@mulebot left") // nobody hears it now
	s.journal.mu.Lock()
	s.journal.done = map[string]int{} // killed between the post and its record
	s.journal.entries = []models.Entry{entry(posted, "posted"), entry(left, "left")}
	s.journal.mu.Unlock()
	s.run(respond(echo), Options{}, w)
	s.connected()
	if got := s.reply(w, left); !strings.Contains(got.Text, "echo: left") {
		t.Errorf("got %q", got.Text)
	}
	s.until("the journal is empty", func() bool { return s.journal.left() == 0 })
	if st := s.sim.Stats(); st.Twice != 0 {
		t.Errorf("stats: %+v", st)
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	s.run(respond(func(ctx context.Context, m models.Message) models.Reply {
		if strings.Contains(m.Text, "boom") {
			panic("a bug")
		}
		return echo(ctx, m)
	}), Options{}, w)
	s.connected()
	got := s.reply(w, s.say(w, "@mulebot boom"))
	if !strings.Contains(got.Text, "went wrong") || strings.Contains(got.Text, "a bug") {
		t.Errorf("got %q", got.Text)
	}
	s.reply(w, s.say(w, "@mulebot fine"))
	if !strings.Contains(s.log.String(), "a bug") {
		t.Error("the log does not tell of the panic")
	}
}

// A bot that is stopped finishes what is under way; what has not begun stays in the journal.
func TestStop(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	begun, release := make(chan struct{}), make(chan struct{})
	s.run(respond(func(ctx context.Context, m models.Message) models.Reply {
		close(begun)
		<-release
		return echo(ctx, m)
	}), Options{}, w)
	s.connected()
	dm := w.DM(w.User("ann"))
	q := w.Say(dm, w.User("ann"), "one", slacksim.SayOptions{})
	w.Say(dm, w.User("ann"), "two", slacksim.SayOptions{})
	s.until("both are in the journal", func() bool { return s.journal.left() == 2 })
	<-begun
	stopped := make(chan struct{})
	go func() { s.stop(); close(stopped) }()
	s.until("the connection is closed", func() bool { return w.App().Connections() == 0 })
	close(release)
	<-stopped
	if got := s.reply(w, q); !strings.Contains(got.Text, "echo: one") {
		t.Errorf("got %q", got.Text)
	}
	if got := s.journal.left(); got != 1 {
		t.Errorf("%d entries left in the journal", got)
	}
}

// What takes longer than the grace period is given up, stays in the journal, and is answered, once, by the next process.
func TestStopIsBounded(t *testing.T) {
	t.Parallel()
	if grace := (Options{}).withDefaults().Grace; grace > 10*time.Second {
		t.Errorf("a bot that is stopped takes up to %s", grace)
	}
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	begun := make(chan struct{})
	s.run(respond(func(ctx context.Context, m models.Message) models.Reply {
		close(begun)
		<-ctx.Done()
		return echo(ctx, m)
	}), Options{Grace: 20 * time.Millisecond}, w)
	s.connected()
	q := s.say(w, "@mulebot slow")
	<-begun
	s.stop()
	if got := s.journal.left(); got != 1 || s.sim.Stats().Answered != 0 {
		t.Fatalf("%d entries left in the journal; %+v", got, s.sim.Stats())
	}
	s.run(respond(echo), Options{}, w)
	s.reply(w, q)
	s.until("the journal is empty", func() bool { return s.journal.left() == 0 })
	if st := s.sim.Stats(); st.Twice != 0 {
		t.Errorf("stats: %+v", st)
	}
}

// Neither tokens nor response URLs are in the log, in whatever goes wrong.
func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w, wrong := s.workspace(nil), s.workspace(nil)
	wrong.App().Revoke()
	w.Revoke()
	s.sim.FailNext("apps.connections.open", slacksim.Fault{}, 3)
	s.sim.FailNext("socket", slacksim.Fault{}, 2)
	s.sim.FailNext("response_url", slacksim.Fault{}, 2)
	s.run(respond(echo), Options{MaxWait: 5 * time.Millisecond, Grace: time.Millisecond}, w, wrong)
	s.until("one is connected", func() bool { return s.bot.Status()[0].State == Connected })
	s.say(w, "@mulebot hello")
	command := w.Command(w.Channel("storage"), w.User("ann"), "/mulebot hello")
	if _, err := command.Reply(s.ctx); err != nil {
		t.Fatal(err)
	}
	s.until("the mention waits for another token", func() bool {
		return s.journal.left() == 1 && strings.Contains(s.bot.Status()[0].Trouble, "token_revoked")
	})
	s.stop()
	for _, secret := range []string{w.App().AppToken(), w.BotToken(), wrong.App().AppToken(), command.ResponseURL, "/hooks/", "ticket"} {
		if strings.Contains(s.log.String()+fmt.Sprint(s.bot.Status()), secret) {
			t.Errorf("the log has %q:\n%s", secret, s.log)
		}
	}
	if !strings.Contains(s.log.String(), "token_revoked") {
		t.Errorf("the log does not say what Slack said:\n%s", s.log)
	}
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	team, name, err := Identify(s.ctx, s.sim.URL(), models.Secret(w.BotToken()))
	if string(team) != w.ID() || name != w.Name() || err != nil {
		t.Errorf("got %q, %q, %v", team, name, err)
	}
	if _, _, err := Identify(s.ctx, s.sim.URL(), "xoxb-wrong"); models.KindOf(err) != models.Forbidden {
		t.Errorf("a wrong token: %v", err)
	}
	if n, err := CheckSocket(s.ctx, s.sim.URL(), models.Secret(w.App().AppToken())); err != nil || n != 1 {
		t.Error(err)
	}
	if _, err := CheckSocket(s.ctx, s.sim.URL(), "xapp-wrong"); models.KindOf(err) != models.Forbidden {
		t.Errorf("a wrong app-level token: %v", err)
	}
	url := s.sim.URL()
	s.sim.Close()
	if _, _, err := Identify(s.ctx, url, models.Secret(w.BotToken())); models.KindOf(err) != models.Unavailable {
		t.Errorf("no Slack: %v", err)
	}
	if _, err := CheckSocket(s.ctx, url, "xapp-1"); models.KindOf(err) != models.Unavailable {
		t.Errorf("no Slack: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := models.Workspace{Team: "T1", AppToken: "xapp-1", BotToken: "xoxb-1"}
	for name, spoil := range map[string]func(*models.Workspace){
		"no id":                  func(w *models.Workspace) { w.Team = "" },
		"no app token":           func(w *models.Workspace) { w.AppToken = "" },
		"bot token as app token": func(w *models.Workspace) { w.AppToken = "xoxb-1" },
		"no bot token":           func(w *models.Workspace) { w.BotToken = "" },
	} {
		w := good
		spoil(&w)
		_, err := New(Options{Workspaces: []models.Workspace{w}, Responder: respond(echo), Journal: newMemory()})
		if models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Options{Workspaces: []models.Workspace{good, good}, Responder: respond(echo), Journal: newMemory()}); models.KindOf(err) != models.Invalid {
		t.Errorf("twice the same: %v", err)
	}
}
