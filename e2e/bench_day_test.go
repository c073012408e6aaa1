//go:build bench

package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/mulebot/mulebot/kube/kubetest"
	"github.com/mulebot/mulebot/slacksim"
)

// hour is how long each of the 24 hours of TestBenchDay lasts.
const hour = 15 * time.Second

// TestBenchDay asks questions for 24 hours in each of which something else goes wrong, and prints how many were asked, lost and
// answered twice, and in which hours. From the middle of the last hour, half of the sockets are deaf for good. None may be lost or
// answered twice. The hours are short because the quiet between the faults is left out: a fault, Slack's
// patience and the program's own timers last as long as they would. Clock jumps are TestClockJumps in app: the clock of another
// process cannot be moved.
func TestBenchDay(t *testing.T) {
	var diary diary
	tunnels := map[string]*kubetest.Tunnel{}
	kubeconfigs := map[string]string{}
	for name := range benchClusters(t) {
		tunnels[name] = env.Cluster(t, name).Tunnel(t)
		kubeconfigs[name] = tunnels[name].Kubeconfig()
	}
	f := newFleetOver(t, 40, slacksim.Options{OnPost: diary.note}, kubeconfigs)
	f.start()
	f.warm()
	d := &day{fleet: f, tunnels: tunnels, random: rand.New(rand.NewPCG(3, 4))}
	troubles := d.troubles()
	for h := range 24 {
		trouble := troubles[h%len(troubles)]
		diary.turn(fmt.Sprintf("%02d:00 %s", h, trouble.name))
		loaded := make(chan struct{})
		go func() {
			defer close(loaded)
			f.load(t.Context(), 10, hour)
		}()
		trouble.strike()
		<-loaded
	}
	diary.turn("after")
	defer d.report(&diary)
	f.drain(8 * time.Minute) // none is lost
	f.until("Slack has nothing to send again", 8*time.Minute, func() bool { return f.sim.Pending() == 0 })
	if twice := f.sim.Stats().Twice; twice > 0 {
		t.Errorf("%d were answered twice", twice)
	}
	f.stop()
}

// report prints what came of the day.
func (d *day) report(diary *diary) {
	s := d.sim.Stats()
	d.t.Logf("%d asked, %d lost, %d answered twice; said → reply %v; envelopes not acknowledged in time %d, that found no connection %d, given up by Slack %d; calls refused %v",
		s.Said, s.Unanswered(), s.Twice, s.Reply, s.Timeouts, s.Refused, s.Lost, s.Refusals)
	for _, when := range slices.Sorted(maps.Keys(diary.twice)) {
		d.t.Logf("answered twice in %s: %d", when, diary.twice[when])
	}
}

// TestBenchDeaf makes half of the sockets deaf for good, though they are pinged, and prints how many of the questions that they swallow
// are lost. It is none: Slack sends each four times, the last time after six minutes, and by then the program has had enough of a socket
// that carries nothing, and has looked for what it swallowed.
func TestBenchDeaf(t *testing.T) {
	f := newFleet(t, 20, slacksim.Options{})
	f.start()
	f.warm()
	for _, a := range f.apps[:len(f.apps)/2] {
		a.Deafen()
	}
	f.load(t.Context(), 10, hour)
	defer f.report("half of the sockets deaf for good")
	f.drain(8 * time.Minute) // none is lost
	f.stop()
}

// day is a fleet with what can go wrong with it.
type day struct {
	*fleet
	tunnels map[string]*kubetest.Tunnel
	random  *rand.Rand
}

type trouble struct {
	name   string
	strike func() // lasts less than an hour
}

func (d *day) troubles() []trouble {
	return []trouble{
		{"nothing", func() {}},
		{"sockets drop", func() {
			for range 3 {
				time.Sleep(3 * time.Second)
				d.sim.DropSockets()
			}
		}},
		{"sockets are deaf", func() {
			for _, a := range d.apps[:len(d.apps)/2] {
				a.SetDeaf(true)
			}
			time.Sleep(8 * time.Second)
			for _, a := range d.apps {
				a.SetDeaf(false)
			}
		}},
		{"429 from Slack", func() {
			d.sim.FailNext("chat.postMessage", slacksim.Fault{Status: 429, Error: "ratelimited", RetryAfter: 2}, 40)
		}},
		{"500 from Slack", func() {
			d.sim.FailNext("chat.postMessage", slacksim.Fault{Status: 500}, 20)
			d.sim.FailNext("chat.postMessage", slacksim.Fault{Status: 500, After: true}, 20)
			d.sim.FailNext("chat.postMessage", slacksim.Fault{After: true}, 20)
			d.sim.FailNext("apps.connections.open", slacksim.Fault{Status: 500}, 20)
			d.sim.DropSockets()
		}},
		{"clusters are down", func() {
			for _, tunnel := range d.tunnels {
				tunnel.Cut()
				tunnel.Hang()
			}
			time.Sleep(8 * time.Second)
			for _, tunnel := range d.tunnels {
				tunnel.Release()
			}
		}},
		{"kill -9", func() {
			d.sim.Delay("chat.postMessage", 100*time.Millisecond)
			for range 2 {
				time.Sleep(3*time.Second + time.Duration(d.random.Int64N(int64(time.Second))))
				_ = d.process.Process.Kill()
				_ = d.process.Wait()
				d.start()
			}
			d.sim.Delay("chat.postMessage", 0)
		}},
		{"the disk is full", func() {
			d.fill(1)
			time.Sleep(6 * time.Second)
			d.fill(unix.RLIM_INFINITY)
		}},
		{"sockets are half open", func() {
			for _, a := range d.apps[:len(d.apps)/4] {
				a.Freeze()
			}
		}},
		{"the disk is full, and then kill -9", func() {
			d.fill(1)
			time.Sleep(4 * time.Second)
			_ = d.process.Process.Kill()
			_ = d.process.Wait()
			d.start()
		}},
		{"Slack moves the connections", func() {
			for _, a := range d.apps {
				a.Disconnect(slacksim.RefreshRequested)
			}
		}},
		{"everything at once", func() {
			d.sim.FailNext("chat.postMessage", slacksim.Fault{Status: 500, After: true}, 10)
			d.sim.FailNext("chat.postMessage", slacksim.Fault{Status: 429, Error: "ratelimited", RetryAfter: 1}, 10)
			d.tunnels["harbor"].Cut()
			d.sim.DropSockets()
			d.fill(1)
			time.Sleep(3 * time.Second)
			_ = d.process.Process.Kill()
			_ = d.process.Wait()
			d.start()
			d.sim.DropSockets()
			time.Sleep(2 * time.Second)
			for _, a := range d.apps[:len(d.apps)/2] {
				a.Deafen() // until the program has had enough of them
			}
		}},
	}
}

// fill lets the program write nothing beyond so many bytes of a file, as a disk without room does (getrlimit(2), RLIMIT_FSIZE).
func (d *day) fill(limit uint64) {
	if err := unix.Prlimit(d.process.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: limit, Max: unix.RLIM_INFINITY}, nil); err != nil {
		d.t.Error(err)
	}
}

// diary notes when questions are answered a second time.
type diary struct {
	mu    sync.Mutex
	now   string
	twice map[string]int
}

func (d *diary) turn(hour string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = hour
}

func (d *diary) note(p slacksim.Post) {
	if p.Nth != 2 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.twice == nil {
		d.twice = map[string]int{}
	}
	d.twice[d.now]++
}
