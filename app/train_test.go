package app

import (
	"context"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
	"github.com/mulebot/mulebot/store"
)

var (
	_ intents.Drafts = (*store.Store)(nil)
	_ intents.Admins = (*bot.Admins)(nil)
)

// shelf is a workshop that finds everything good and keeps it.
type shelf struct {
	mu    sync.Mutex
	files map[string]string
}

func (s *shelf) Examine(_ context.Context, _ models.TeamID, files map[string]string) (found intents.Examination, err error) {
	for name, text := range files {
		if strings.Contains(text, "spoilt") {
			found.Errors = append(found.Errors, name+":3:1: spoilt; take a fresh one")
		}
	}
	found.Scores = []intents.IntentScore{{Intent: "order_coffee", Examples: 6, Precision: 1, Recall: 1, F1: 1}}
	return found, nil
}

func (s *shelf) Activate(_ context.Context, _ models.TeamID, files map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files = files
	return nil
}

func (s *shelf) Teach(context.Context, models.TeamID, string, string) error { return nil }

func (s *shelf) Files(context.Context, models.TeamID) (map[string]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.files), nil
}

// TestTrainInSlack goes the whole way of an admin's file, from the slash command to its activation, through the door, the
// corridor and the store as they are served.
func TestTrainInSlack(t *testing.T) {
	sim := slacksim.New(slacksim.Options{})
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	w := sim.AddWorkspace(sim.AddApp(slacksim.AppOptions{}), slacksim.TeamOptions{Users: []string{"ann", "bob"}, Channels: []string{"storage"}})
	ann, bob, storage := w.User("ann"), w.User("bob"), w.Channel("storage")
	w.SetAdmin(ann, true)
	workshop := &shelf{}
	serveWith(t, workshop, "MULEBOT_SLACK_API_URL="+sim.URL(), "SLACK_APP_TOKEN="+w.App().AppToken(), "SLACK_BOT_TOKEN="+w.BotToken())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	answer := func(i *slacksim.Interaction, want string) slacksim.Message {
		t.Helper()
		m, err := i.Reply(ctx)
		if err != nil || !strings.Contains(m.Text, want) || m.EphemeralTo != i.User {
			t.Fatalf("%q for %q, %v; want %q", m.Text, m.EphemeralTo, err, want)
		}
		return m
	}
	submit := func(values map[string]string, want string) slacksim.Message {
		t.Helper()
		command := w.Command(storage, ann, "/mulebot train")
		modal, err := w.Modal(ctx, ann)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Fill(modal, ann, values).Acked(ctx); err != nil {
			t.Fatal(err)
		}
		return answer(command, want) // by way of the command's response URL
	}
	for connected := time.NewTicker(2 * time.Millisecond); w.App().Connections() == 0; {
		<-connected.C
	}

	answer(w.Command(storage, bob, "/mulebot train"), "Only an admin or an owner")
	submit(map[string]string{"yaml": "nlu:\n- intent: order_coffee\n  spoilt: true\n"}, "order-coffee.yml:3:1: spoilt")
	file := w.Upload("coffee.yml", []byte("nlu:\n- intent: order_coffee\nactions:\n- intent: order_coffee\n  reply: yes\n"))
	examined := submit(map[string]string{"file": file.ID}, "order_coffee")
	answer(w.Press(examined, "Discard", ann), "Discarded")
	answer(w.Press(examined, "Activate", ann), "That draft is gone")
	examined = submit(map[string]string{"file": file.ID}, "order_coffee")
	answer(w.Press(examined, "Activate", bob), "Only an admin or an owner")
	if files, _ := workshop.Files(ctx, ""); len(files) != 0 {
		t.Errorf("active too early: %v", files)
	}
	answer(w.Press(examined, "Activate", ann), "Active")
	files, _ := workshop.Files(ctx, "")
	if len(files) != 2 || !strings.HasPrefix(files["coffee.yml"], "nlu:") || !strings.HasPrefix(files["actions.yml"], "version: \"1\"\n\nactions:") {
		t.Errorf("active: %q", files)
	}
}

// serveWith serves with a workshop until the test ends.
func serveWith(t *testing.T, workshop intents.Workshop, environ ...string) {
	t.Helper()
	config, err := LoadConfig("", append(environ, "HOME="+t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	server, err := NewServer(settingsOf(config), zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	server.router.Workshop = workshop
	running(t, server)
}

// running runs a server until the test ends.
func running(t *testing.T, server *Server) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
