package app

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
	"github.com/mulebot/mulebot/store"
)

// dayroom is a server over a store in a file, by a clock that can be set, which may be stopped and begun again.
type dayroom struct {
	*testing.T
	sim    *slacksim.Sim
	config Config
	offset atomic.Int64
	apps   []*slacksim.App
	server *Server
	stop   func()
}

func newDayroom(t *testing.T) *dayroom {
	t.Helper()
	d := &dayroom{T: t, sim: slacksim.New(slacksim.Options{Limits: slacksim.Limits{Off: true}})}
	if err := d.sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.sim.Close() })
	var err error
	if d.config, err = LoadConfig("", []string{"HOME=" + t.TempDir(), "MULEBOT_SLACK_API_URL=" + d.sim.URL()}); err != nil {
		t.Fatal(err)
	}
	d.set("2026-03-02T08:58:00Z") // a Monday
	d.begin()
	return d
}

func (d *dayroom) now() time.Time { return time.Now().Add(time.Duration(d.offset.Load())) }

// set sets the clock, and has the schedule look at it.
func (d *dayroom) set(text string) {
	d.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		d.Fatal(err)
	}
	d.offset.Store(int64(time.Until(at)))
	if d.server != nil {
		d.server.schedule.woken <- struct{}{}
	}
}

// begin serves what is in the store.
func (d *dayroom) begin() {
	d.Helper()
	key, err := storeKey(d.config)
	if err != nil {
		d.Fatal(err)
	}
	st, err := store.Open(storePath(d.config), key, d.now)
	if err != nil {
		d.Fatal(err)
	}
	if d.server, err = newServer(settingsOf(d.config), st, zerolog.Nop()); err != nil {
		d.Fatal(err)
	}
	teams, err := st.Teams(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	clusters := inMemory{}
	for _, team := range teams {
		clusters[models.ClusterRef{Team: team, Name: twin}] = always(marked(d, 0, twin, "x"))
	}
	d.server.router.Inventory, d.server.router.Standing, d.server.router.Now = clusters, nil, d.now
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	if len(teams) == 0 { // nobody to serve yet
		d.stop = func() { stop(); _ = st.Close() }
		return
	}
	go func() { ended <- d.server.Run(ctx) }()
	d.stop = func() {
		stop()
		if err := <-ended; err != nil {
			d.Error(err)
		}
	}
	for _, a := range d.apps {
		d.until("it is connected", func() bool { return a.Connections() > 0 })
	}
}

// until waits for what is to come true.
func (d *dayroom) until(what string, is func() bool) {
	d.Helper()
	ctx, cancel := context.WithTimeout(d.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			d.Fatal("never: " + what)
		}
	}
}

// again ends the process, and begins another.
func (d *dayroom) again() {
	d.Helper()
	d.stop()
	d.begin()
}

// settle adds a workspace whose channels get a summary every day at nine.
func (d *dayroom) settle(name string, channels ...string) *slacksim.Workspace {
	d.Helper()
	application := d.sim.AddApp(slacksim.AppOptions{})
	w := d.sim.AddWorkspace(application, slacksim.TeamOptions{Name: name, Users: []string{"ann"}, Channels: channels})
	d.apps = append(d.apps, application)
	team, st := models.TeamID(w.ID()), d.server.store
	errs := []error{
		st.PutWorkspace(d.Context(), models.Workspace{Team: team, AppToken: models.Secret(application.AppToken()), BotToken: models.Secret(w.BotToken())}),
		st.PutCluster(d.Context(), models.Cluster{Ref: models.ClusterRef{Team: team, Name: twin}}),
	}
	for _, c := range channels {
		errs = append(errs, st.PutCard(d.Context(), models.Card{Team: team, Channel: models.ChannelID(w.Channel(c)), Clusters: []string{twin}, Posting: atNine}))
	}
	for _, err := range errs {
		if err != nil {
			d.Fatal(err)
		}
	}
	return w
}

// posted waits until a channel has so many messages of MuleBot, and fails if there are more.
func (d *dayroom) posted(w *slacksim.Workspace, channel string, n int) []slacksim.Message {
	d.Helper()
	var all []slacksim.Message
	d.until(fmt.Sprint(n, " messages in ", channel), func() bool {
		all = w.Messages(w.Channel(channel), "")
		return len(all) >= n
	})
	if len(all) > n {
		d.Fatalf("%d messages in %s, not %d", len(all), channel, n)
	}
	return all
}

// TestSummaryServed lets days pass over a server: each channel gets its summary once a day, in one process and over restarts, until
// its card or the channel goes; and what is wrong with a workspace is its own affair.
func TestSummaryServed(t *testing.T) {
	d := newDayroom(t)
	acme, bust := d.settle("acme", "storage", "random"), d.settle("bust", "storage")
	bust.SetScopes("users:read") // it may not post
	d.again()
	d.set("2026-03-02T08:59:30Z")
	d.set("2026-03-02T09:00:01Z")
	first := d.posted(acme, "storage", 1)[0]
	d.posted(acme, "random", 1)
	if first.Thread != "" || !strings.Contains(first.Text, "Not everything on "+twin+" is healthy") || !strings.Contains(first.Text, "fullest pools") {
		t.Errorf("%+v", first)
	}
	d.again()
	d.set("2026-03-02T09:50:00Z")
	d.again() // a day passes
	d.set("2026-03-03T09:30:00Z")
	d.posted(acme, "storage", 2)
	d.posted(acme, "random", 2)
	d.set("2026-03-03T08:00:00Z")
	d.set("2026-03-03T09:00:00Z")

	acme.Archive(acme.Channel("random"))
	team := models.TeamID(acme.ID())
	d.until("the card of the archived channel goes", func() bool {
		cards, err := d.server.store.Cards(t.Context(), team)
		return err == nil && len(cards) == 1
	})
	d.set("2026-03-04T09:00:01Z")
	d.posted(acme, "storage", 3)
	d.posted(acme, "random", 2)
	d.again()
	count := func(w *slacksim.Workspace, want models.Outcome) (n int) {
		for a, err := range d.server.store.Audit(t.Context(), models.TeamID(w.ID()), time.Time{}) {
			if err != nil {
				t.Fatal(err)
			}
			if a.Kind != models.Scheduled {
				continue
			}
			if n++; a.User != models.Itself || a.Intent != "summary" || a.Outcome != want || len(a.Clusters) != 1 {
				t.Errorf("%+v", a)
			}
		}
		return n
	}
	var ours, theirs int // what the stopped process had begun is ended by this one
	d.until("every summary is in the audit log", func() bool {
		ours, theirs = count(acme, models.Answered), count(bust, models.Undelivered)
		return ours >= 5 && theirs >= 3
	})
	if ours != 5 || theirs != 3 {
		t.Errorf("%d summaries in the audit log of one workspace, and %d in the other's", ours, theirs)
	}
	d.stop()
}
