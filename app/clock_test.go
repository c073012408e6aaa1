package app

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
	"github.com/mulebot/mulebot/store"
)

// TestClockJumps sets the clock of the machine forwards and back under questions, a third of which Slack sends twice: none is
// lost, and none is answered twice unless the clock leaps over the two hours for which answers are remembered.
func TestClockJumps(t *testing.T) {
	for what, c := range map[string]struct {
		jumps []time.Duration
		twice bool
	}{
		"within the hour": {jumps: []time.Duration{time.Hour, -time.Hour, 59 * time.Minute, -90 * time.Minute, -time.Hour}},
		"over days":       {jumps: []time.Duration{25 * time.Hour, -72 * time.Hour, 40 * 24 * time.Hour, -40 * 24 * time.Hour}, twice: true},
	} {
		t.Run(what, func(t *testing.T) {
			var offset atomic.Int64
			now := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
			sim := slacksim.New(slacksim.Options{DuplicateFraction: .3, DuplicateAfter: 20 * time.Millisecond, Limits: slacksim.Limits{Off: true}})
			if err := sim.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = sim.Close() })
			w := serveByClock(t, sim, now)
			ask := func(n int) slacksim.Message {
				channel := w.AddChannel(fmt.Sprint("storage-", n), slacksim.ChannelOptions{})
				return w.Say(channel, w.User("ann"), w.Mention()+" which volumes are degraded?", slacksim.SayOptions{})
			}
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			for i, jump := range append(c.jumps, 0) {
				var asked []slacksim.Message
				for n := range 20 {
					if n == 10 {
						offset.Add(int64(jump))
					}
					asked = append(asked, ask(100*i+n))
				}
				for _, q := range asked {
					if _, err := w.Reply(ctx, q); err != nil {
						t.Fatalf("after a jump of %s: %v", jump, err)
					}
				}
			}
			s := sim.Stats()
			t.Logf("%d asked, %d sent again, %d lost, %d answered twice", s.Said, s.Repeats, s.Unanswered(), s.Twice)
			if s.Unanswered() > 0 || s.Repeats == 0 || s.Twice > 0 && !c.twice {
				t.Error("that is not as it should be")
			}
		})
	}
}

// serveByClock serves a workspace by a clock until the test ends.
func serveByClock(t *testing.T, sim *slacksim.Sim, now func() time.Time) *slacksim.Workspace {
	t.Helper()
	application := sim.AddApp(slacksim.AppOptions{})
	w := sim.AddWorkspace(application, slacksim.TeamOptions{Users: []string{"ann"}})
	team := models.TeamID(w.ID())
	st := store.Memory(now)
	config, err := LoadConfig("", []string{"HOME=" + t.TempDir(), "MULEBOT_SLACK_API_URL=" + sim.URL()})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		st.PutWorkspace(t.Context(), models.Workspace{Team: team, AppToken: models.Secret(application.AppToken()), BotToken: models.Secret(w.BotToken())}),
		st.PutCluster(t.Context(), models.Cluster{Ref: models.ClusterRef{Team: team, Name: twin}}),
		st.PutCard(t.Context(), models.Card{Team: team, Channel: models.AnyChannel, Clusters: []string{twin}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	server, err := newServer(settingsOf(config), st, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	server.router.Inventory = inMemory{{Team: team, Name: twin}: always(marked(t, 0, twin, "x"))}
	server.router.Standing, server.router.Now = nil, now
	running(t, server)
	for tick := time.NewTicker(2 * time.Millisecond); application.Connections() == 0; {
		<-tick.C
	}
	return w
}
