//go:build bench

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/kube/kubetest"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

// channelsEach is how many channels a workspace of the benchmarks has: at 500 questions a second over 100 workspaces a channel
// then sees one in four seconds, and Slack's limit of one message a second in a channel is not what is measured.
const channelsEach = 20

// fleet is many workspaces that share three clusters, and the program serving them as a process of its own.
type fleet struct {
	t          testing.TB
	sim        *slacksim.Sim
	workspaces []*slacksim.Workspace
	apps       []*slacksim.App
	data       string
	questions  []question
	random     *rand.Rand

	process *exec.Cmd
	stderr  *bytes.Buffer
}

// samples are the clusters that every workspace shares: those of the demo, and the first of them once more as a third.
var samples = sync.OnceValue(func() map[string]fs.FS {
	all := map[string]fs.FS{}
	for _, c := range demo.Clusters() {
		all[c.Name] = c.Files
	}
	all["annexe"] = demo.Clusters()[1].Files
	return all
})

// kubeconfigs of the sample clusters that run.
var kubeconfigs sync.Map

func newFleet(t testing.TB, size int, o slacksim.Options) *fleet {
	t.Helper()
	return newFleetOver(t, size, o, benchClusters(t))
}

// newFleetOver is newFleet over other clusters, given by their kubeconfigs.
func newFleetOver(t testing.TB, size int, o slacksim.Options, kubeconfigs map[string]string) *fleet {
	t.Helper()
	f := &fleet{t: t, sim: slacksim.New(o), data: t.TempDir(), questions: questions(t), random: rand.New(rand.NewPCG(1, 2)), stderr: &bytes.Buffer{}}
	if err := f.sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.sim.Close() })
	config, err := app.LoadConfig("", f.environ())
	if err != nil {
		t.Fatal(err)
	}
	tenants, err := app.OpenTenants(config)
	if err != nil {
		t.Fatal(err)
	}
	defer tenants.Close()
	for i := range size {
		f.add(tenants, i, kubeconfigs)
	}
	return f
}

func benchClusters(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, files := range samples() {
		server := env.Cluster(t, name)
		if _, there := kubeconfigs.LoadOrStore(name, true); !there {
			server.Load(t, files, kubetest.LoadOptions{Shift: true})
		}
		all[name] = server.Kubeconfig()
	}
	return all
}

// slowClusters makes every call to the clusters take a while longer.
func slowClusters(t testing.TB, d time.Duration) {
	for name := range samples() {
		env.Cluster(t, name).SetDelay(d)
	}
	t.Cleanup(func() {
		for name := range samples() {
			env.Cluster(t, name).SetDelay(0)
		}
	})
}

func (f *fleet) add(tenants *app.Tenants, i int, kubeconfigs map[string]string) {
	f.t.Helper()
	ctx := f.t.Context()
	application := f.sim.AddApp(slacksim.AppOptions{Name: "mulebot"})
	channels := make([]string, channelsEach)
	for c := range channels {
		channels[c] = fmt.Sprintf("storage-%d", c)
	}
	ws := f.sim.AddWorkspace(application, slacksim.TeamOptions{Name: fmt.Sprintf("team %d", i), Users: []string{"ann"}, Channels: channels})
	f.apps, f.workspaces = append(f.apps, application), append(f.workspaces, ws)
	team := models.TeamID(ws.ID())
	must := func(err error) {
		if err != nil {
			f.t.Fatal(err)
		}
	}
	must(tenants.PutWorkspace(ctx, models.Workspace{Team: team, Name: ws.Name(),
		AppToken: models.Secret(application.AppToken()), BotToken: models.Secret(ws.BotToken())}))
	card := models.Card{Team: team, Channel: models.AnyChannel}
	for name, kubeconfig := range kubeconfigs {
		must(tenants.PutCluster(ctx, models.Cluster{Ref: models.ClusterRef{Team: team, Name: name}, Kubeconfig: models.Secret(kubeconfig)}))
		card.Clusters = append(card.Clusters, name)
	}
	must(tenants.PutCard(ctx, card))
}

func (f *fleet) environ() []string {
	return []string{"HOME=" + f.data, "MULEBOT_DATA_DIR=" + f.data, "MULEBOT_SLACK_API_URL=" + f.sim.URL(), "PATH=" + os.Getenv("PATH")}
}

// start runs the program and waits until every workspace is connected; it returns how long that took.
func (f *fleet) start() time.Duration {
	f.t.Helper()
	f.process = exec.Command(binary(f.t), "serve", "--log-level", "warn")
	f.process.Env, f.process.Stderr = f.environ(), f.stderr
	f.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	begin := time.Now()
	if err := f.process.Start(); err != nil {
		f.t.Fatal(err)
	}
	f.until("every workspace is connected", time.Minute, func() bool {
		for _, a := range f.apps {
			if a.Connections() == 0 {
				return false
			}
		}
		return true
	})
	return time.Since(begin)
}

// stop ends the program in order.
func (f *fleet) stop() {
	f.t.Helper()
	_ = f.process.Process.Signal(syscall.SIGTERM)
	if err := f.process.Wait(); err != nil {
		f.t.Errorf("serve: %v\n%s", err, f.stderr)
	}
}

// until polls, since another process cannot be listened to.
func (f *fleet) until(what string, limit time.Duration, ok func() bool) {
	f.t.Helper()
	deadline := time.After(limit)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			f.t.Fatalf("not within %v: %s\n%s", limit, what, f.stderr)
		case <-tick.C:
		}
	}
}

// ask asks one question somewhere.
func (f *fleet) ask() { f.askIn(f.workspaces[f.random.IntN(len(f.workspaces))]) }

func (f *fleet) askIn(ws *slacksim.Workspace) {
	channel := ws.Channel(fmt.Sprintf("storage-%d", f.random.IntN(channelsEach)))
	q := f.questions[f.random.IntN(len(f.questions))]
	ws.Say(channel, ws.User("ann"), ws.Mention()+" "+q.Ask, slacksim.SayOptions{})
}

// warm asks in every workspace, twice, at 200 questions a second, so that every cluster is read and every part has run.
func (f *fleet) warm() {
	f.t.Helper()
	for range 2 {
		for _, ws := range f.workspaces {
			f.askIn(ws)
			time.Sleep(5 * time.Millisecond)
		}
		f.drain(time.Minute)
	}
	f.sim.ResetStats()
}

// load asks at a steady rate for a while.
func (f *fleet) load(ctx context.Context, rate float64, length time.Duration) {
	begin := time.Now()
	for n := 0; ctx.Err() == nil; n++ {
		due := begin.Add(time.Duration(float64(n) / rate * float64(time.Second)))
		if due.Sub(begin) >= length {
			return
		}
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		f.ask()
	}
}

// drain waits until nothing is unanswered.
func (f *fleet) drain(limit time.Duration) {
	f.t.Helper()
	f.until("everything is answered", limit, func() bool { return f.sim.Stats().Unanswered() == 0 })
}

func (f *fleet) report(what string) {
	s := f.sim.Stats()
	f.t.Logf("%s: said → reply %v; ack %v; said %d, unanswered %d, answered twice %d, unasked %d, repeats %d, rate-limited %d, memory %d MB",
		what, s.Reply, s.Ack, s.Said, s.Unanswered(), s.Twice, s.Unasked, s.Repeats, s.Limited, f.memory()>>20)
}

// memory returns the resident set of the program in bytes (VmRSS, proc_pid_status(5)).
func (f *fleet) memory() int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", f.process.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10
		}
	}
	return 0
}

// computed returns the processor time that the program has used (utime and stime of proc_pid_stat(5), which count hundredths).
func (f *fleet) computed() time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", f.process.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(raw, []byte(") ")) // behind the name, which may hold anything
	ticks := 0
	for _, field := range strings.Fields(string(rest))[11:13] {
		n, _ := strconv.Atoi(field)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// binary builds the program once.
var builtBinary struct {
	sync.Once
	path string
	err  error
}

func binary(t testing.TB) string {
	t.Helper()
	builtBinary.Do(func() {
		dir, err := os.MkdirTemp("", "mulebot")
		if err != nil {
			builtBinary.err = err
			return
		}
		builtBinary.path = filepath.Join(dir, "mulebot")
		build := exec.Command("go", "build", "-o", builtBinary.path, "..")
		if out, err := build.CombinedOutput(); err != nil {
			builtBinary.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if builtBinary.err != nil {
		t.Fatal(builtBinary.err)
	}
	return builtBinary.path
}

// TestBenchLatency prints said → reply at 10 and 200 questions a second over 100 workspaces.
func TestBenchLatency(t *testing.T) {
	f := newFleet(t, 100, slacksim.Options{})
	f.start()
	defer f.stop()
	f.warm()
	for _, rate := range []float64{10, 200} {
		f.sim.ResetStats()
		before := f.computed()
		f.load(t.Context(), rate, 30*time.Second)
		f.drain(time.Minute)
		each := (f.computed() - before) / time.Duration(f.sim.Stats().Said)
		f.report(fmt.Sprintf("%.0f a second, %v of a processor each", rate, each.Round(10*time.Microsecond)))
	}
}

// TestBenchThroughput prints the highest rate kept for 60 s with nothing unanswered and p99 ≤ 1 s.
func TestBenchThroughput(t *testing.T) {
	f := newFleet(t, 100, slacksim.Options{})
	f.start()
	defer f.stop()
	f.warm()
	best := 0.0
	for rate := 500.0; rate <= 2000; rate += 250 {
		f.sim.ResetStats()
		begin := time.Now()
		f.load(t.Context(), rate, time.Minute)
		f.drain(2 * time.Minute)
		s := f.sim.Stats()
		f.report(fmt.Sprintf("%.0f a second asked, %.0f a second answered", rate, float64(s.Answered)/time.Since(begin).Seconds()))
		if s.Reply.Quantile(.99) > time.Second || float64(s.Answered)/time.Since(begin).Seconds() < 0.98*rate {
			break
		}
		best = rate
	}
	t.Logf("highest rate kept: %.0f a second", best)
}

// TestBenchMemory prints resident memory and the time to connect for 1, 100 and 1,000 workspaces sharing the clusters.
func TestBenchMemory(t *testing.T) {
	for _, size := range []int{1, 100, 1000} {
		f := newFleet(t, size, slacksim.Options{})
		connected := f.start()
		idle := f.memory()
		f.warm()
		t.Logf("%d workspaces: connected after %v; resident %d MB then, %d MB after two questions in each", size, connected.Round(time.Millisecond), idle>>20, f.memory()>>20)
		f.stop()
	}
}

// TestBenchDrops drops all sockets five times in 60 s at 20 questions a second.
func TestBenchDrops(t *testing.T) {
	f := newFleet(t, 100, slacksim.Options{})
	f.start()
	defer f.stop()
	f.warm()
	go func() {
		tick := time.NewTicker(11 * time.Second)
		defer tick.Stop()
		for range 5 {
			<-tick.C
			f.sim.DropSockets()
		}
	}()
	f.load(t.Context(), 20, time.Minute)
	f.drain(7 * time.Minute)
	f.report("five drops of all sockets")
}

// TestBenchDuplicates delivers 5 % of events twice.
func TestBenchDuplicates(t *testing.T) {
	f := newFleet(t, 100, slacksim.Options{DuplicateFraction: .05})
	f.start()
	defer f.stop()
	f.warm()
	f.load(t.Context(), 50, time.Minute)
	f.drain(time.Minute)
	f.report("5 % of events twice")
}

// TestBenchKills kills the program ten times at random under 20 questions a second, with slow posts.
func TestBenchKills(t *testing.T) {
	f := newFleet(t, 100, slacksim.Options{})
	f.start()
	f.warm()
	f.sim.Delay("chat.postMessage", 200*time.Millisecond)
	slowClusters(t, 200*time.Millisecond)
	ctx, stop := context.WithCancel(t.Context())
	loaded := make(chan struct{})
	go func() {
		defer close(loaded)
		f.load(ctx, 20, time.Hour)
	}()
	for range 10 {
		time.Sleep(2*time.Second + time.Duration(f.random.Int64N(int64(4*time.Second))))
		_ = f.process.Process.Kill()
		_ = f.process.Wait()
		f.start()
	}
	stop()
	<-loaded
	f.drain(8 * time.Minute)
	f.report("ten kills")
	f.stop()
}
