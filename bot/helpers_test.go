package bot

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// memory is a journal in memory.
type memory struct {
	mu      sync.Mutex
	entries []models.Entry
	done    map[string]int
	talks   map[models.Conversation]*models.Dialogue
	fails   bool
	appends int
	heard   map[models.TeamID]time.Time
}

func newMemory() *memory {
	return &memory{done: map[string]int{}, talks: map[models.Conversation]*models.Dialogue{}, heard: map[models.TeamID]time.Time{}}
}

var errDisk = errors.New("no space left on device")

func (j *memory) Append(_ context.Context, e models.Entry) (bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.appends++
	if j.fails {
		return false, errDisk
	}
	if j.done[e.Message.ID] > 0 || slices.ContainsFunc(j.entries, func(x models.Entry) bool { return x.Message.ID == e.Message.ID }) {
		return false, nil
	}
	j.entries = append(j.entries, e)
	if _, ok := j.talks[e.Message.Conversation()]; !ok {
		j.talks[e.Message.Conversation()] = nil
	}
	return true, nil
}

func (j *memory) Done(_ context.Context, m models.Message, _ *models.Audit, d *models.Dialogue) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.fails {
		return errDisk
	}
	j.done[m.ID]++
	j.entries = slices.DeleteFunc(j.entries, func(e models.Entry) bool { return e.Message.ID == m.ID })
	if d != nil {
		j.talks[m.Conversation()] = d
	}
	return nil
}

func (j *memory) Unanswered(_ context.Context, team models.TeamID) ([]models.Entry, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []models.Entry
	for _, e := range j.entries {
		if e.Message.Team == team {
			out = append(out, e)
		}
	}
	return out, nil
}

func (j *memory) TakesPart(_ context.Context, c models.Conversation) (bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, ok := j.talks[c]
	return ok, nil
}

func (j *memory) Heard(_ context.Context, until map[models.TeamID]time.Time) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	maps.Copy(j.heard, until)
	return nil
}

func (j *memory) HeardUntil(_ context.Context, team models.TeamID) (time.Time, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.heard[team], nil
}

func (j *memory) Known(_ context.Context, team models.TeamID, id string) (bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.done[id] > 0 || slices.ContainsFunc(j.entries, func(e models.Entry) bool { return e.Message.Team == team && e.Message.ID == id }), nil
}

func (j *memory) Talks(_ context.Context, team models.TeamID, _ time.Time) (talks []models.Talk, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for c := range j.talks {
		if c.Team == team {
			talks = append(talks, models.Talk{Conversation: c})
		}
	}
	return talks, nil
}

func (j *memory) setFails(fails bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.fails = fails
}

func (j *memory) left() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.entries)
}

func (j *memory) isDone(id string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.done[id] > 0
}

// respond is a responder made of a function.
type respond func(ctx context.Context, m models.Message) models.Reply

func (f respond) Respond(ctx context.Context, m models.Message) models.Reply { return f(ctx, m) }

// echo answers with what was said.
func echo(_ context.Context, m models.Message) models.Reply {
	return models.Reply{Text: "echo: " + m.Text, Dialogue: &models.Dialogue{Intent: "echo"}}
}

// logBuffer is a log that a test may read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// stage is a bot before a simulated Slack.
type stage struct {
	*testing.T
	ctx     context.Context
	sim     *slacksim.Sim
	journal *memory
	log     *logBuffer
	bot     *Bot
	stop    func() // ends the bot and waits for it
}

// newStage starts a simulator.
func newStage(t *testing.T, o slacksim.Options) *stage {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	s := &stage{T: t, ctx: ctx, sim: slacksim.New(o), journal: newMemory(), log: &logBuffer{}, stop: func() {}}
	if err := s.sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.sim.Close() })
	t.Cleanup(func() { s.stop() })
	return s
}

// newServed is a stage with one workspace, which is served by r and connected.
func newServed(t *testing.T, r Responder, o Options) (*stage, *slacksim.Workspace) {
	t.Helper()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	s.run(r, o, w)
	s.connected()
	return s, w
}

// workspace adds a workspace with an app of its own, a person and a channel.
func (s *stage) workspace(app *slacksim.App) *slacksim.Workspace {
	if app == nil {
		app = s.sim.AddApp(slacksim.AppOptions{})
	}
	return s.sim.AddWorkspace(app, slacksim.TeamOptions{Users: []string{"ann", "bob"}, Channels: []string{"storage"}})
}

func (s *stage) record(w *slacksim.Workspace) models.Workspace {
	return models.Workspace{
		Team: models.TeamID(w.ID()), Name: w.Name(), AppToken: models.Secret(w.App().AppToken()), BotToken: models.Secret(w.BotToken()),
	}
}

// run starts the bot and waits until it is connected.
func (s *stage) run(r Responder, o Options, workspaces ...*slacksim.Workspace) {
	s.Helper()
	for _, w := range workspaces {
		o.Workspaces = append(o.Workspaces, s.record(w))
	}
	o.Responder, o.Past, o.APIURL = r, s.journal, s.sim.URL()
	if o.Journal == nil {
		o.Journal = s.journal
	}
	o.Log = zerolog.New(s.log).Level(zerolog.DebugLevel)
	b, err := New(o)
	if err != nil {
		s.Fatal(err)
	}
	s.bot = b
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			s.Error(err)
		}
	})
}

// connected waits until all workspaces are.
func (s *stage) connected() {
	s.Helper()
	s.until("all workspaces are connected", func() bool {
		return !slices.ContainsFunc(s.bot.Status(), func(x Status) bool { return x.State != Connected })
	})
}

// until waits for a condition that nobody signals.
func (s *stage) until(what string, holds func() bool) {
	s.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			s.Fatalf("it never came about that %s\nstatus: %+v\nlog:\n%s", what, s.bot.Status(), s.log)
		}
	}
}

// reply waits for the bot's answer to a message.
func (s *stage) reply(w *slacksim.Workspace, question slacksim.Message) slacksim.Message {
	s.Helper()
	m, err := w.Reply(s.ctx, question)
	if err != nil {
		s.Fatalf("%v\nlog:\n%s", err, s.log)
	}
	return m
}

func (s *stage) say(w *slacksim.Workspace, text string) slacksim.Message {
	return w.Say(w.Channel("storage"), w.User("ann"), text, slacksim.SayOptions{})
}

// tally counts what was found in the history.
type tally struct {
	unmetered
	recovered, whole, failed atomic.Int32
}

func (c *tally) Recovered() { c.recovered.Add(1) }

func (c *tally) CaughtUp(whole bool) {
	if whole {
		c.whole.Add(1)
	} else {
		c.failed.Add(1)
	}
}
