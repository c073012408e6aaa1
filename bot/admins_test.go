package bot

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

func TestAdmins(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	ann, team := w.User("ann"), models.TeamID(w.ID())
	var asked atomic.Int32
	var now atomic.Int64
	admins := NewAdmins(s.sim.URL(), func(_ context.Context, of models.TeamID) (models.Secret, error) {
		asked.Add(1)
		if of != team {
			return "", &models.Error{Kind: models.NotFound, Message: "no such workspace"}
		}
		return models.Secret(w.BotToken()), nil
	}, func() time.Time { return time.Unix(now.Load(), 0) })
	is := func(want bool, asks int32) {
		t.Helper()
		admin, err := admins.IsAdmin(s.ctx, team, models.UserID(ann))
		if err != nil || admin != want || asked.Load() != asks {
			t.Errorf("%v, %v after %d questions; want %v after %d", admin, err, asked.Load(), want, asks)
		}
	}
	is(false, 1)
	w.SetAdmin(ann, true)
	is(false, 1) // remembered
	now.Add(int64(rememberAdmin / time.Second))
	is(true, 2)
	stranger := w.AddStranger("carl", "T0STRANGE")
	w.SetAdmin(stranger, true)
	if admin, err := admins.IsAdmin(s.ctx, team, models.UserID(stranger)); admin || err != nil {
		t.Errorf("an admin of another workspace: %v, %v", admin, err)
	}
	if _, err := admins.IsAdmin(s.ctx, team, "U404"); models.KindOf(err) != models.Forbidden {
		t.Errorf("somebody else: %v", err)
	}
	if _, err := admins.IsAdmin(s.ctx, "T404", models.UserID(ann)); models.KindOf(err) != models.NotFound {
		t.Errorf("another workspace: %v", err)
	}
	now.Add(int64(rememberAdmin / time.Second))
	w.SetScopes("chat:write")
	if admin, err := admins.IsAdmin(s.ctx, team, models.UserID(ann)); admin || models.KindOf(err) != models.Forbidden || !strings.Contains(err.Error(), "users:read") {
		t.Errorf("without the scope: %v, %v", admin, err)
	}
	w.SetScopes("users:read")
	s.sim.FailNext("users.info", slacksim.Fault{Status: 500}, 1)
	if _, err := admins.IsAdmin(s.ctx, team, models.UserID(ann)); models.KindOf(err) != models.Unavailable {
		t.Errorf("without an answer: %v", err)
	}
}
