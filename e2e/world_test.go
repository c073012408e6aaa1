//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/cli"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/kube/kubetest"
	"github.com/mulebot/mulebot/slacksim"
)

// patience is how long a test waits for what should come at once; it only ends tests that fail.
const patience = 30 * time.Second

// loaded remembers which API servers hold their cluster already.
var loaded sync.Map

// cluster returns a real API server that holds a cluster of the demo.
func cluster(t testing.TB, name string) *kubetest.Server {
	t.Helper()
	server := env.Cluster(t, name)
	load, _ := loaded.LoadOrStore(name, &sync.Once{})
	load.(*sync.Once).Do(func() {
		for _, c := range demo.Clusters() {
			if c.Name == name {
				server.Load(t, c.Files, kubetest.LoadOptions{Shift: true})
			}
		}
	})
	return server
}

// world is a Slack workspace with MuleBot in it, set up with the program's own commands and served in this process.
type world struct {
	t         testing.TB
	sim       *slacksim.Sim
	app       *slacksim.App
	workspace *slacksim.Workspace
	speaker   string // who says what is said
	dir       string
	environ   []string
	config    string // path of the configuration file; empty: none
	hangups   chan os.Signal

	stop func() int // ends serve; returns its exit code
	log  *lockedBuffer
}

// newWorld makes a workspace with the channel "storage", the user "ann" and nothing set up in MuleBot.
func newWorld(t testing.TB, o slacksim.Options) *world {
	t.Helper()
	w := &world{t: t, sim: slacksim.New(o), speaker: "ann", dir: t.TempDir(), hangups: make(chan os.Signal, 1), log: &lockedBuffer{}}
	if err := w.sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.sim.Close() })
	w.app = w.sim.AddApp(slacksim.AppOptions{})
	w.workspace = w.sim.AddWorkspace(w.app, slacksim.TeamOptions{Name: "acme", Users: []string{"ann"}, Channels: []string{"storage", "random"}})
	w.environ = []string{
		"HOME=" + w.dir, "MULEBOT_DATA_DIR=" + filepath.Join(w.dir, "data"), "MULEBOT_SLACK_API_URL=" + w.sim.URL(),
		"MULEBOT_TENANTS_ADDRESS_ALLOW=127.0.0.0/8", // where the API servers of tests are
	}
	return w
}

// run runs one command of the program to its end.
func (w *world) run(stdin string, args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = cli.Main(w.t.Context(), w.configured(args...), cli.Streams{In: strings.NewReader(stdin), Out: &stdout, Err: &stderr, Environ: w.environ})
	return code, stdout.String(), stderr.String()
}

// configured returns the arguments of a command with those that name the configuration file, if there is one.
func (w *world) configured(args ...string) []string {
	if w.config == "" {
		return args
	}
	return append(args, "--config", w.config)
}

func (w *world) mustRun(stdin string, args ...string) {
	w.t.Helper()
	if code, out, errs := w.run(stdin, args...); code != 0 {
		w.t.Fatalf("mulebot %s: exit %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
}

// tokens returns the environment that names the workspace's tokens.
func (w *world) tokens() []string {
	return []string{"SLACK_APP_TOKEN=" + w.app.AppToken(), "SLACK_BOT_TOKEN=" + w.workspace.BotToken()}
}

// setUp adds the workspace, the clusters and a card for every channel, by the commands an operator would use.
func (w *world) setUp(clusters ...string) {
	w.t.Helper()
	w.addWorkspace()
	card := []string{"card", "add", "--channel", "*"}
	for _, name := range clusters {
		w.mustRun(cluster(w.t, name).Kubeconfig(), "cluster", "add", name, "--kubeconfig", "-")
		card = append(card, "--cluster", name)
	}
	w.mustRun("", card...)
}

func (w *world) addWorkspace() {
	w.t.Helper()
	usual := w.environ
	w.environ = append(w.environ, w.tokens()...)
	w.mustRun("", "workspace", "add")
	w.environ = usual
}

// serve runs "mulebot serve" until the test ends or stop is called, and waits until it is connected.
func (w *world) serve() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Main(ctx, w.configured("serve"), cli.Streams{In: strings.NewReader(""), Out: w.log, Err: w.log, Environ: w.environ,
			Hangups: func() (<-chan os.Signal, func()) { return w.hangups, func() {} }})
	}()
	w.stop = sync.OnceValue(func() int { cancel(); return <-ended })
	w.t.Cleanup(func() { w.stop() })
	eventually(w.t, "connected to Slack", func() bool { return w.app.Connections() > 0 })
}

// say says something in a channel and returns the whole answer.
func (w *world) say(channel, thread, text string) (slacksim.Message, string) {
	w.t.Helper()
	id := w.workspace.Channel(channel)
	if channel == "dm" {
		id = w.workspace.DM(w.workspace.User(w.speaker))
	}
	question := w.workspace.Say(id, w.workspace.User(w.speaker), text, slacksim.SayOptions{Thread: thread})
	return w.reply(question)
}

func (w *world) reply(question slacksim.Message) (slacksim.Message, string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	reply, err := w.workspace.Reply(ctx, question)
	if err != nil {
		w.t.Fatalf("%q: %v\n%s", question.Text, err, w.log)
	}
	return reply, content(reply)
}

// content returns everything that a reader of a message sees: the texts of its blocks, tables too, one a line.
func content(m slacksim.Message) string {
	var blocks any
	if json.Unmarshal(m.Blocks, &blocks) != nil || blocks == nil {
		return m.Text
	}
	var b strings.Builder
	collect(&b, blocks)
	return b.String()
}

func collect(b *strings.Builder, v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			collect(b, e)
		}
	case map[string]any:
		if s, ok := v["text"].(string); ok {
			b.WriteString(unescape(s) + "\n")
		}
		for _, key := range []string{"text", "fields", "elements", "rows"} {
			if _, ok := v[key].(string); !ok {
				collect(b, v[key])
			}
		}
	}
}

func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// eventually waits for something that no event tells of.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("not within %v: %s", patience, what)
		case <-tick.C:
		}
	}
}

// lockedBuffer takes what several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
