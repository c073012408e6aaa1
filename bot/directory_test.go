package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

func TestDirectory(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	ann, bob, team := models.UserID(w.User("ann")), models.UserID(w.User("bob")), models.TeamID(w.ID())
	var now atomic.Int64
	d := NewDirectory(s.sim.URL(), func(context.Context, models.TeamID) (models.Secret, error) { return models.Secret(w.BotToken()), nil },
		func() time.Time { return time.Unix(now.Load(), 0) })
	storage := w.Channel("storage")
	in := func(user models.UserID, channel string) bool {
		t.Helper()
		ids, err := d.ChannelsOf(s.ctx, team, user)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Contains(ids, channel)
	}
	for i := range 250 {
		w.AddChannel(fmt.Sprint("channel-", i), slacksim.ChannelOptions{}) // more than a page
	}
	late := w.AddChannel("late", slacksim.ChannelOptions{})
	hidden := w.AddChannel("hidden", slacksim.ChannelOptions{Private: true, NoBot: true})
	ours := w.AddChannel("ours", slacksim.ChannelOptions{Private: true, Members: []string{string(bob)}})
	if !in(ann, storage) || !in(ann, late) || in(ann, hidden) || in(ann, ours) || !in(bob, ours) {
		t.Error("the channels are not those that they are in")
	}
	w.Leave(storage, string(ann))
	if !in(ann, storage) {
		t.Error("Slack was asked again at once")
	}
	now.Add(int64(rememberList / time.Second))
	s.sim.FailNext("users.conversations", slacksim.Fault{Status: 429, Error: "ratelimited"}, 1)
	if !in(ann, storage) {
		t.Error("what was known is forgotten when Slack is asked too often")
	}
	if in(ann, storage) {
		t.Error("what has changed is not found out")
	}
	group := w.AddGroup("oncall", string(ann))
	for user, want := range map[models.UserID]bool{ann: true, bob: false} {
		if got, err := d.IsMember(s.ctx, team, group, user); got != want || err != nil {
			t.Errorf("%s: %v, %v", user, got, err)
		}
	}
	if got, err := d.IsMember(s.ctx, team, "S404", ann); got || err != nil {
		t.Errorf("a group that is no more: %v, %v", got, err)
	}
	if groups, err := d.Groups(s.ctx, team); err != nil || !slices.Equal(groups, []models.Option{{Label: "@oncall", Value: group}}) {
		t.Errorf("%v, %v", groups, err)
	}
	w.SetScopes("chat:write")
	now.Add(int64(rememberList / time.Second))
	if _, err := d.ChannelsOf(s.ctx, team, ann); models.KindOf(err) != models.Forbidden || !strings.Contains(err.Error(), "channels:read") {
		t.Errorf("without the scope: %v", err)
	}
}
