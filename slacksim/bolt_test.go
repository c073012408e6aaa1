//go:build e2e

package slacksim

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestBolt drives the simulator with Slack's own JavaScript framework: what Bolt takes for Slack is Slack enough.
func TestBolt(t *testing.T) {
	modules := installBolt(t)
	w := newWorld(t, Options{AckTimeout: 500 * time.Millisecond, RetrySchedule: []time.Duration{0, 100 * time.Millisecond},
		DisconnectGrace: 200 * time.Millisecond, Limits: Limits{PostBurst: 20}})
	startBolt(t, w, modules)
	storage, ann := w.Channel("storage"), w.User("ann")
	ask := func(text string) Message { return w.Say(storage, ann, text, SayOptions{}) }
	expect := func(t *testing.T, q Message, want string) Message {
		t.Helper()
		m, err := w.Reply(w.ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		if m.Text != want {
			t.Errorf("answer %q, want %q", m.Text, want)
		}
		return m
	}

	t.Run("a mention is answered in its thread", func(t *testing.T) {
		m := expect(t, ask("@mulebot hello"), "mention: hello (retry 0)")
		if m.Thread == "" {
			t.Error("the answer is not in a thread")
		}
	})
	t.Run("a message in a thread is answered there", func(t *testing.T) {
		q := ask("@mulebot first")
		expect(t, q, "mention: first (retry 0)")
		expect(t, w.Say(storage, ann, "second", SayOptions{Thread: q.TS}), "thread: second")
	})
	t.Run("a direct message is answered", func(t *testing.T) {
		expect(t, w.Say(w.DM(ann), ann, "hello", SayOptions{}), "direct: hello")
	})
	t.Run("an event that was not acknowledged comes again", func(t *testing.T) {
		w.app.SetDeaf(true)
		q := ask("@mulebot deaf")
		w.app.SetDeaf(false)
		expect(t, q, "mention: deaf (retry 1)")
	})
	t.Run("a command is answered", func(t *testing.T) {
		i := w.Command(storage, ann, "/mulebot list volumes")
		if _, err := i.Acked(w.ctx); err != nil {
			t.Fatal(err)
		}
		m, err := i.Reply(w.ctx)
		if err != nil || m.Text != "command: list volumes" || m.EphemeralTo != "" {
			t.Errorf("answer %+v, %v", m, err)
		}
	})
	t.Run("a button is handled", func(t *testing.T) {
		q := ask("@mulebot press me")
		m := expect(t, q, "mention: press me (retry 0)")
		if _, err := w.Press(m, "more", ann).Acked(w.ctx); err != nil {
			t.Fatal(err)
		}
		if all, err := w.Replies(w.ctx, q, 2); err != nil || all[1].Text != "button: 2" {
			t.Errorf("answers %+v, %v", all, err)
		}
	})
	t.Run("Retry-After is honoured", func(t *testing.T) {
		w.sim.FailNext("chat.postMessage", Fault{Status: 429, Error: "ratelimited", RetryAfter: 1}, 1)
		q := ask("@mulebot slowly")
		m := expect(t, q, "mention: slowly (retry 0)")
		if d := m.At.Sub(q.At); d < time.Second {
			t.Errorf("answered after %v, although Retry-After was 1 s", d)
		}
	})
	t.Run("a file is uploaded", func(t *testing.T) {
		m := expect(t, ask("@mulebot report"), "the report")
		if len(m.Files) != 1 || m.Files[0].Name != "report.csv" || string(m.Files[0].Content) != "volume,size\npvc-1,10\n" {
			t.Errorf("files %+v", m.Files)
		}
	})
	for _, reason := range []string{RefreshRequested, Warning} {
		t.Run("a new connection after disconnect "+reason, func(t *testing.T) {
			old := w.app.open()[0]
			w.app.Disconnect(reason)
			awaitReconnect(t, w, old)
			expect(t, ask("@mulebot again"), "mention: again (retry 0)")
		})
	}
	t.Run("a new connection after a lost one", func(t *testing.T) {
		old := w.app.open()[0]
		w.sim.DropSockets()
		awaitReconnect(t, w, old)
		expect(t, ask("@mulebot still there"), "mention: still there (retry 0)")
	})
	if s := w.sim.Stats(); s.Unanswered() != 0 || s.Twice != 0 || s.Stray != 0 {
		t.Errorf("stats: %d unanswered, %d twice, %d stray", s.Unanswered(), s.Twice, s.Stray)
	}
}

// awaitReconnect waits until the app has a connection other than the old one.
func awaitReconnect(t *testing.T, w *world, old *socket) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if now := w.app.open(); len(now) == 1 && now[0] != old {
			return
		}
		select {
		case <-tick.C:
		case <-w.ctx.Done():
			t.Fatal("the app did not connect again")
		}
	}
}

// startBolt runs bolt/app.js until the test ends, and waits until it is connected.
func startBolt(t *testing.T, w *world, modules string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join("bolt", "app.js"))
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules, "NODE_ENV=production", "SLACK_API_URL="+w.sim.URL(),
		"SLACK_APP_TOKEN="+w.app.AppToken(), "SLACK_BOT_TOKEN="+w.BotToken())
	in, err := cmd.StdinPipe() // its end tells the program to go
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatalf("bolt/app.js did not start: %q", lines.Text())
	}
}

// installBolt returns a folder with Bolt's modules, which npm fills once for each package-lock.json.
func installBolt(t *testing.T) string {
	t.Helper()
	needNode(t, 20)
	lock, err := os.ReadFile(filepath.Join("bolt", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "mulebot", fmt.Sprintf("bolt-%.12x", sha256.Sum256(lock)))
	modules := filepath.Join(dir, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	build, err := os.MkdirTemp(filepath.Dir(dir), "bolt-new-")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(build) }()
	if err := os.CopyFS(build, os.DirFS("bolt")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = build
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	if err := os.Rename(build, dir); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	return modules
}

// needNode fails unless node and npm are there and node is new enough.
func needNode(t *testing.T, major int) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "node", "--version").Output()
	if err != nil {
		t.Fatalf("needs node ≥ %d: %v", major, err)
	}
	version := strings.TrimSpace(string(out))
	first, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	if n, err := strconv.Atoi(first); err != nil || n < major {
		t.Fatalf("needs node ≥ %d: there is %s", major, version)
	}
	if _, err := exec.LookPath("npm"); err != nil {
		t.Fatalf("needs npm, which comes with node: %v", err)
	}
}
