//go:build bench

package e2e

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/slacksim"
)

// TestBenchFlood lets one of a hundred workspaces send 500 messages a second, and prints how much longer the others wait for
// their answers than before.
func TestBenchFlood(t *testing.T) {
	const rate, flood, length = 50, 500, 25 * time.Second
	var waits patienceOf
	f := newFleet(t, 100, slacksim.Options{OnPost: waits.note})
	f.start()
	defer f.stop()
	f.warm()
	flooder := f.workspaces[0]
	f.workspaces = f.workspaces[1:]
	waits.except = flooder

	waits.take()
	f.load(t.Context(), rate, length)
	f.drain(time.Minute)
	quiet := waits.take()

	done := make(chan struct{})
	go func() {
		defer close(done)
		begin := time.Now()
		for n := 0; time.Since(begin) < length; n++ {
			if wait := time.Until(begin.Add(time.Duration(n) * time.Second / flood)); wait > 0 {
				time.Sleep(wait)
			}
			channel := flooder.Channel(fmt.Sprintf("storage-%d", n%channelsEach))
			flooder.Say(channel, flooder.User("ann"), flooder.Mention()+" "+f.questions[n%len(f.questions)].Ask, slacksim.SayOptions{})
		}
	}()
	f.load(t.Context(), rate, length)
	<-done
	f.until("the others are answered", time.Minute, func() bool { return waits.count() >= int(rate*length.Seconds()) })
	flooded := waits.take()

	s := f.sim.Stats()
	t.Logf("quiet: others' said → reply %v", quiet)
	t.Logf("one workspace sends %d a second: others' said → reply %v; of the flood %d were left unanswered; ack %v", flood, flooded, s.Unanswered(), s.Ack)
	t.Logf("others' p99 over their quiet p99: %.2f [≤ 2]", float64(flooded.Quantile(.99))/float64(quiet.Quantile(.99)))
}

// patienceOf collects how long all workspaces but one wait for first answers.
type patienceOf struct {
	except *slacksim.Workspace

	mu    sync.Mutex
	waits slacksim.Latencies
}

func (p *patienceOf) note(post slacksim.Post) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if post.Nth == 1 && post.Workspace != p.except {
		p.waits = append(p.waits, post.Latency)
	}
}

func (p *patienceOf) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.waits)
}

// take returns what was collected, in order, and begins anew.
func (p *patienceOf) take() slacksim.Latencies {
	p.mu.Lock()
	defer p.mu.Unlock()
	waits := p.waits
	p.waits = nil
	slices.Sort(waits)
	return waits
}
