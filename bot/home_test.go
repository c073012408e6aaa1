package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack/socketmode"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

var homeTime = time.Date(2026, 6, 15, 10, 3, 0, 0, time.UTC)

func sampleHomes() map[string]models.Home {
	glances := []models.Glance{
		{Cluster: "prod-east", Health: models.Degraded, Text: "2 volumes are degraded and 1 node is down", AsOf: homeTime},
		{Cluster: "hung", Health: models.Unknown, Text: "not heard of since 2026-06-15 09:00 UTC; then healthy: 3 nodes", AsOf: homeTime.Add(-time.Hour), Silent: true},
		{Cluster: "<!channel>*x*", Health: models.Healthy, Text: "healthy: 3 nodes & 1 `volume` <@U1>", AsOf: homeTime.Add(time.Minute)},
	}
	cards := []models.Card{{Channel: "C024BE91L", Clusters: []string{"prod-east", "hung"}, Namespace: "db", Posting: models.Posting{Days: models.Weekdays, At: 510, Zone: "Europe/Berlin"}}, {Channel: models.AnyChannel, Clusters: []string{"<!channel>*x*"}}}
	examples := []string{"is everything ok?", "the 5 fullest volumes"}
	many := models.Home{Examples: examples, Admin: true, Recent: make([]string, 30)}
	for i := range 130 {
		many.Clusters = append(many.Clusters, models.Glance{Cluster: fmt.Sprintf("%s-%03d", strings.Repeat("cluster", 20), i), Text: strings.Repeat("<much> & ", 100), Health: models.Down, AsOf: homeTime})
	}
	for i := range 200 {
		card := models.Card{Channel: models.ChannelID(fmt.Sprintf("C%09d", i))}
		for _, g := range many.Clusters {
			card.Clusters = append(card.Clusters, g.Cluster)
		}
		many.Cards = append(many.Cards, card)
	}
	for i := range many.Recent {
		many.Recent[i] = fmt.Sprint(i, strings.Repeat(" why is that volume so slow", 70))
	}
	return map[string]models.Home{
		"usual":   {Clusters: glances, Cards: cards, Recent: []string{"which volumes are degraded?"}, Examples: examples},
		"admin":   {Clusters: glances[:1], Cards: cards[:1], Examples: examples, Admin: true, Partial: true},
		"nothing": {Examples: examples},
		"fresh":   {Examples: examples, Admin: true},
		"silent":  {Clusters: glances[1:2], Examples: examples},
		"trouble": {Examples: examples, Trouble: &models.Error{Kind: models.Unavailable, Message: "Slack did not tell me which channels you are in", Hint: "Try again in a minute"}},
		"many":    many,
	}
}

func TestRenderHome(t *testing.T) {
	for name, home := range sampleHomes() {
		view := RenderHome(home, "D024BE7RE")
		text, err := json.MarshalIndent(view, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if blocks := len(view.Blocks.BlockSet); blocks > 100 || len(text) > 250_000 {
			t.Errorf("%s: %d blocks, %d bytes", name, blocks, len(text))
		}
		if name != "many" {
			golden(t, "home/"+name+".json", append(text, '\n'))
		}
	}
}

// homesOf is homes made of a function.
type homesOf func(ctx context.Context, m models.Message) models.Home

func (f homesOf) Home(ctx context.Context, m models.Message) models.Home { return f(ctx, m) }

func TestDecodeOpening(t *testing.T) {
	event := `{"type":"event_callback","team_id":"T1","event":{"type":"app_home_opened","user":"U1","channel":"D1","tab":"%s","event_ts":"1.1"%s}}`
	for payload, want := range map[string]opening{
		fmt.Sprintf(event, "home", ""):                                                                 {"T1", "U1", "D1", true},
		fmt.Sprintf(event, "home", `,"view":{"type":"home"}`):                                          {"T1", "U1", "D1", false},
		fmt.Sprintf(event, "messages", ""):                                                             {},
		`{"type":"event_callback","team_id":"T1","event":{"type":"message","text":"app_home_opened"}}`: {},
		`{"type":"event_callback","team_id":"TGUEST","context_team_id":"T1","event":{"type":"app_home_opened","user":"U1","channel":"D1","tab":"home"}}`: {"T1", "U1", "D1", true},
		`app_home_opened`: {},
	} {
		r := &socketmode.Request{Type: socketmode.RequestTypeEventsAPI, Payload: json.RawMessage(payload)}
		got, ok := decodeOpening(r)
		if ok != (want != opening{}) || ok && got != want {
			t.Errorf("%s: %+v, %v", payload, got, ok)
		}
	}
}

// A home is shown when its tab is opened, and again only when something has changed; what is pressed in it is answered in the
// direct messages. Slack takes every sample.
func TestHome(t *testing.T) {
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	var mu sync.Mutex
	home := models.Home{}
	var asked []models.Message
	source := homesOf(func(_ context.Context, m models.Message) models.Home {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, m)
		return home
	})
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(asked) }
	s.run(respond(echo), Options{Homes: source}, w)
	s.connected()
	ann := w.User("ann")
	for name, sample := range sampleHomes() {
		mu.Lock()
		home = sample
		home.Partial = false // else it is made twice
		mu.Unlock()
		want, before := w.Publishings()+1, count()
		w.OpenHome(ann)
		s.until(name+" is published", func() bool { return w.Publishings() == want })
		w.OpenHome(ann)
		w.OpenMessages(ann)
		s.until(name+" is made once more", func() bool { return count() == before+2 })
	}
	mu.Lock()
	home = sampleHomes()["usual"]
	last := asked[len(asked)-1]
	mu.Unlock()
	if last.Team != models.TeamID(w.ID()) || last.User != models.UserID(ann) || string(last.Channel) != w.DM(ann) {
		t.Errorf("a home was asked for %+v", last)
	}
	w.OpenHome(ann)
	if _, err := w.AwaitHome(s.ctx, ann, func(v slacksim.View) bool {
		return strings.Contains(string(v.Raw), "Ask again") && !strings.Contains(string(v.Raw), "Set up")
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.PressHome(ann, "which volumes are degraded?").Acked(s.ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Await(s.ctx, w.DM(ann), "", func(m slacksim.Message) bool { return strings.HasPrefix(m.Text, "echo:") }); err != nil {
		t.Fatal(err)
	}
}

// What clusters do not tell at once is shown without, and then with it; the event is acknowledged meanwhile, and a home that is
// opened many times is made twice, not as often.
func TestHomeSlow(t *testing.T) {
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	release := make(chan struct{})
	made := make(chan struct{}, 100)
	source := homesOf(func(ctx context.Context, _ models.Message) models.Home {
		made <- struct{}{}
		home := sampleHomes()["usual"]
		select {
		case <-release:
		case <-ctx.Done():
			home.Partial = true
		}
		return home
	})
	s.run(respond(echo), Options{Homes: source}, w)
	s.connected()
	ann := w.User("ann")
	for range 20 {
		w.OpenHome(ann)
	}
	<-made
	s.until("the openings are acknowledged", func() bool { return s.sim.Stats().Acked == 20 })
	if _, err := w.AwaitHome(s.ctx, ann, func(v slacksim.View) bool { return strings.Contains(string(v.Raw), "still waiting") }); err != nil {
		t.Fatal(err)
	}
	close(release)
	if _, err := w.AwaitHome(s.ctx, ann, func(v slacksim.View) bool { return !strings.Contains(string(v.Raw), "still waiting") }); err != nil {
		t.Fatal(err)
	}
	s.stop()
	if n := len(made) + 1; n > 3 || w.Publishings() > 2 {
		t.Errorf("it was made %d times and published %d times", n, w.Publishings())
	}
}

// A home tab that is off in the app's settings, and a Slack that is too busy, are no obstacle to anything else.
func TestHomeRefused(t *testing.T) {
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	s.sim.FailNext(publishView, slacksim.Fault{Status: 429, Error: "ratelimited", RetryAfter: 1}, 1)
	source := homesOf(func(context.Context, models.Message) models.Home { return sampleHomes()["usual"] })
	s.run(respond(echo), Options{Homes: source}, w)
	s.connected()
	w.OpenHome(w.User("ann"))
	if _, err := w.Home(s.ctx, w.User("ann")); err != nil {
		t.Fatal(err)
	}
	s.sim.FailNext(publishView, slacksim.Fault{Error: "not_enabled"}, 1)
	w.OpenHome(w.User("bob"))
	s.until("the log says so", func() bool { return strings.Contains(s.log.String(), "slack-manifest.yml") })
	s.reply(w, s.say(w, "@mulebot hello"))
}

// BenchmarkRenderHome makes the view of a home with as much in it as there may be, and says how large that is.
func BenchmarkRenderHome(b *testing.B) {
	home := sampleHomes()["many"]
	blocks, size := 0, 0
	for b.Loop() {
		view := RenderHome(home, "D024BE7RE")
		text, err := json.Marshal(view)
		if err != nil {
			b.Fatal(err)
		}
		blocks, size = len(view.Blocks.BlockSet), len(text)
	}
	b.ReportMetric(float64(blocks), "blocks")
	b.ReportMetric(float64(size), "bytes")
}
