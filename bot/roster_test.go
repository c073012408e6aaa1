package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

// Workspaces come, get other tokens and go while the bot runs, and others do not notice.
func TestRoster(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	shared := s.sim.AddApp(slacksim.AppOptions{})
	first, second, third := s.workspace(shared), s.workspace(shared), s.workspace(nil)
	s.run(respond(echo), Options{Parked: time.Hour}, first)
	s.connected()
	put := func(w *slacksim.Workspace) {
		t.Helper()
		if err := s.bot.Put(s.record(w)); err != nil {
			t.Fatal(err)
		}
		s.connected()
		s.reply(w, s.say(w, "@mulebot hello"))
	}
	put(second) // over the connection that is there
	put(third)  // over one of its own
	if n := shared.Connections(); n != 1 {
		t.Errorf("%d connections of the app that two workspaces share", n)
	}
	third.Uninstall()
	s.bot.Remove(models.TeamID(third.ID()))
	s.until("its connection is closed", func() bool { return third.App().Connections() == 0 && len(s.bot.Status()) == 2 })
	third.Reinstall()
	put(third)

	second.Revoke()
	second.Reinstall()
	put(second) // with another bot token
	s.bot.Remove(models.TeamID(second.ID()))
	s.say(second, "@mulebot is anybody there?")
	s.reply(first, s.say(first, "@mulebot hello"))
	for _, w := range []models.Workspace{{Team: "T1", AppToken: "xapp-1"}, {Team: "T1", BotToken: "xoxb-1"}, {AppToken: "xapp-1", BotToken: "xoxb-1"}} {
		if err := s.bot.Put(w); models.KindOf(err) != models.Invalid {
			t.Errorf("%+v: %v", w, err)
		}
	}
	s.stop()
	s.until("all connections are closed", func() bool { return second.App().Connections() == 0 })
	if err := s.bot.Put(s.record(second)); err != nil || second.App().Connections() != 0 {
		t.Errorf("after the end: %v", err)
	}
}

// What was asked while Slack refused the bot token is answered once there is another, and a workspace that is
// served no longer waits for none.
func TestRosterRenews(t *testing.T) {
	t.Parallel()
	s, w := newServed(t, respond(echo), Options{})
	w.Revoke()
	refused := func() bool { return strings.Contains(s.bot.Status()[0].Trouble, "token_revoked") }
	mention := s.say(w, "@mulebot hello")
	s.until("the answer waits", refused)
	w.Reinstall()
	if err := s.bot.Put(s.record(w)); err != nil {
		t.Fatal(err)
	}
	s.reply(w, mention)
	s.until("the journal is empty", func() bool { return s.journal.left() == 0 && !refused() })

	w.Revoke()
	last := s.say(w, "@mulebot and again")
	s.until("the answer waits", refused)
	s.bot.Remove(models.TeamID(w.ID()))
	s.until("it waits no longer", func() bool { return s.journal.isDone(messageID(models.ChannelID(last.Channel), last.TS)) })
	if st := s.sim.Stats(); st.Twice != 0 || st.Answered != 1 {
		t.Errorf("stats: %+v", st)
	}
}

// A workspace moves to an app of its own, and a connection that Slack had refused tries again at once when tokens are set.
func TestRosterMoves(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	w.App().Revoke()
	s.run(respond(echo), Options{Parked: time.Hour}, w)
	s.until("the token is parked", func() bool { return s.bot.Status()[0].State == Parked })
	w.App().Restore()
	if err := s.bot.Put(s.record(w)); err != nil {
		t.Fatal(err)
	}
	s.connected()
	s.reply(w, s.say(w, "@mulebot hello"))

	other := s.record(w)
	other.AppToken = models.Secret(s.sim.AddApp(slacksim.AppOptions{}).AppToken())
	if err := s.bot.Put(other); err != nil {
		t.Fatal(err)
	}
	s.until("it has moved", func() bool { return w.App().Connections() == 0 && s.bot.Status()[0].State == Connected })
}
