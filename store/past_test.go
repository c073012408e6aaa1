package store

import (
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

func TestHeard(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	until := func(team models.TeamID) time.Time {
		t.Helper()
		at, err := s.HeardUntil(ctx, team)
		ok(t, err)
		return at
	}
	if got := until("T1"); !got.IsZero() {
		t.Errorf("a workspace that was never heard: %v", got)
	}
	first, second := c.now(), c.now().Add(time.Minute)
	ok(t, s.Heard(ctx, map[models.TeamID]time.Time{"T1": first, "T2": first}))
	ok(t, s.Heard(ctx, map[models.TeamID]time.Time{"T1": second}))
	if !until("T1").Equal(second) || !until("T2").Equal(first) {
		t.Errorf("T1 until %v, T2 until %v", until("T1"), until("T2"))
	}
	_, err := s.Depart(ctx, "T1")
	ok(t, err)
	if got := until("T1"); !got.IsZero() {
		t.Errorf("an app that was removed heard until %v", got)
	}
}

func TestKnown(t *testing.T) {
	s := Memory(newClock().now)
	known := func(team models.TeamID, id string) bool {
		t.Helper()
		is, err := s.Known(ctx, team, id)
		ok(t, err)
		return is
	}
	appends(t, s, entry("T1", "C1:1"), true)
	appends(t, s, entry("T1", "C1:2"), true)
	ok(t, s.DoneAtOnce(ctx, message("T1", "C1:2"), nil, nil))
	if !known("T1", "C1:1") || !known("T1", "C1:2") || known("T1", "C1:3") || known("T2", "C1:1") {
		t.Error("known are not those that wait or were answered")
	}
}

func TestTalks(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	say := func(team models.TeamID, channel models.ChannelID, thread models.ThreadID) {
		m := models.Message{ID: string(channel) + ":" + string(thread), Team: team, Channel: channel, Thread: thread}
		appends(t, s, models.Entry{Message: m}, true)
		ok(t, s.DoneAtOnce(ctx, m, nil, &models.Dialogue{}))
		c.pass(time.Hour)
	}
	begin := c.now()
	say("T1", "C1", "1.5")
	say("T1", "C/2", "2.5") // no id of Slack's has a slash
	say("T2", "C1", "1.5")
	say("T1", "D3", "")
	talks, err := s.Talks(ctx, "T1", begin.Add(time.Minute))
	ok(t, err)
	want := []models.Talk{
		{Conversation: models.Conversation{Team: "T1", Channel: "D3"}, At: begin.Add(3 * time.Hour)},
		{Conversation: models.Conversation{Team: "T1", Channel: "C/2", Thread: "2.5"}, At: begin.Add(time.Hour)},
	}
	if len(talks) != 2 || talks[0].Conversation != want[0].Conversation || talks[1].Conversation != want[1].Conversation ||
		!talks[0].At.Equal(want[0].At) || !talks[1].At.Equal(want[1].At) {
		t.Errorf("got %v, want %v", talks, want)
	}
}
