package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

func scheduled(team, id, channel string) models.Message {
	return models.Message{ID: id, Kind: models.Scheduled, Team: models.TeamID(team), Channel: models.ChannelID(channel), User: models.Itself,
		Action: &models.Action{Intent: "summary"}}
}

// What nobody said is answered in its channel, and not in a thread, once however often it is offered.
func TestTake(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	take := func(m models.Message) bool {
		t.Helper()
		taken, err := s.bot.Take(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		return taken
	}
	s.run(respond(func(_ context.Context, m models.Message) models.Reply {
		return models.Reply{Text: "at " + m.ID, Silent: m.ID == "hush"}
	}), Options{}, w)
	s.connected()
	channel := w.Channel("storage")
	for range 3 {
		if !take(scheduled(w.ID(), "nine", channel)) {
			t.Error("it is not taken")
		}
	}
	take(scheduled(w.ID(), "hush", channel))
	take(scheduled(w.ID(), "ten", channel))
	if take(scheduled("T0NOBODY", "nine", channel)) {
		t.Error("it is taken for a workspace that is not served")
	}
	var texts []string
	s.until("two are posted", func() bool {
		texts = nil
		for _, m := range w.Messages(channel, "") {
			texts = append(texts, m.Text)
		}
		return len(texts) >= 2
	})
	slices.Sort(texts)
	if !slices.Equal(texts, []string{"at nine", "at ten"}) {
		t.Errorf("%q", texts)
	}
	s.stop()
	if take(scheduled(w.ID(), "late", channel)) {
		t.Error("it is taken after the end")
	}
}

// Where it may not post, nobody waits for it: that is in the log, and makes no trouble of the workspace's.
func TestTakeRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	s.run(respond(echo), Options{}, w)
	s.connected()
	w.SetScopes("users:read")
	if taken, err := s.bot.Take(t.Context(), scheduled(w.ID(), "nine", w.Channel("storage"))); !taken || err != nil {
		t.Fatal(taken, err)
	}
	s.until("it is given up", func() bool {
		s.journal.mu.Lock()
		defer s.journal.mu.Unlock()
		return s.journal.done["nine"] == 1
	})
	if trouble := s.bot.Status()[0].Trouble; trouble != "" || !strings.Contains(s.log.String(), "could not be posted") {
		t.Errorf("%q; the log: %s", trouble, s.log.String())
	}
}

// However much is scheduled, half of what a workspace may ask at once is left to its people.
func TestTakeSpares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSolo(t, respond(echo), Options{Asks: func() AskLimit { return AskLimit{10, 20} }})
		bot := &Bot{roster: roster{workspaces: []*workspace{s.workspace}, stop: t.Context(), work: t.Context()}}
		taken := 0
		for n := range 100 {
			if ok, err := bot.Take(t.Context(), scheduled("T1", fmt.Sprint("s", n), "C1")); ok && err == nil {
				taken++
			}
		}
		if taken != 10 {
			t.Errorf("%d of 100 are taken at once", taken)
		}
		for n := range 10 {
			if !s.hear(t, said("C1", fmt.Sprint(n), n)) {
				t.Errorf("message %d was not acknowledged", n)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(s.slack.took()) != 20 {
			t.Errorf("%d were answered", len(s.slack.took()))
		}
		s.end()
	})
}
