package slacksim

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Stats are the figures of a simulator since its start or the last [Sim.ResetStats].
type Stats struct {
	Sent     int            // envelopes
	Acked    int            // envelopes acknowledged in time
	Timeouts int            // envelopes that were not
	Refused  int            // deliveries that found no connection
	Lost     int            // payloads given up, after every redelivery
	Repeats  int            // events delivered a second time although acknowledged
	Stray    int            // acknowledgements of unknown or expired envelopes, over the wrong socket, too large, or not JSON
	Said     int            // messages, commands and presses that a bot should answer
	Answered int            // of those, how many have an answer
	Twice    int            // of those, how many have more than one
	Unasked  int            // posts that answer nothing
	Calls    int            // of Web API methods
	Limited  int            // calls refused with ratelimited, those of faults included
	Refusals map[string]int // calls refused, by error code
	Ack      Latencies      // from sent to acknowledged
	Reply    Latencies      // from said to the first answer
}

// Unanswered returns how many messages still wait for an answer.
func (s Stats) Unanswered() int { return s.Said - s.Answered }

// Latencies are durations in ascending order.
type Latencies []time.Duration

// Quantile returns the duration below which the part q, 0 to 1, of them lies; zero if there are none.
func (l Latencies) Quantile(q float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	i := int(q * float64(len(l)))
	return l[min(max(i, 0), len(l)-1)]
}

// String gives the number of durations, their 50th and 99th percentile and the longest.
func (l Latencies) String() string {
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	return fmt.Sprintf("n=%d p50=%.2fms p99=%.2fms max=%.2fms", len(l), ms(l.Quantile(.5)), ms(l.Quantile(.99)), ms(l.Quantile(1)))
}

// recorder collects figures.
type recorder struct {
	mu   sync.Mutex
	s    Stats
	acks uint64 // of events, never reset: it decides which are repeated
}

// Stats returns the figures so far.
func (s *Sim) Stats() Stats {
	r := &s.stats
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.s
	out.Ack, out.Reply = slices.Clone(out.Ack), slices.Clone(out.Reply)
	out.Refusals = map[string]int{}
	for k, n := range r.s.Refusals {
		out.Refusals[k] = n
	}
	slices.Sort(out.Ack)
	slices.Sort(out.Reply)
	return out
}

// ResetStats begins the figures anew, after a warm-up for example.
func (s *Sim) ResetStats() {
	s.stats.add(func(t *Stats) { *t = Stats{} })
}

func (r *recorder) add(f func(*Stats)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.s)
}

func (r *recorder) sent() { r.add(func(s *Stats) { s.Sent++ }) }

// acked counts an acknowledgement. Of an event that came for the first time, it asks whether the event, the nth, is to be
// delivered a second time, and reports the answer.
func (r *recorder) acked(d *delivery, latency time.Duration, repeat func(nth uint64) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.s.Acked++
	r.s.Ack = append(r.s.Ack, latency)
	if d.kind != eventsAPI || d.repeat {
		return false
	}
	r.acks++
	again := repeat(r.acks)
	if again {
		r.s.Repeats++
	}
	return again
}

func (r *recorder) stray() { r.add(func(s *Stats) { s.Stray++ }) }

func (r *recorder) failed(_ *delivery, reason string) {
	r.add(func(s *Stats) {
		if reason == failedTimeout {
			s.Timeouts++
		} else {
			s.Refused++
		}
	})
}

func (r *recorder) lost(d *delivery) {
	if !d.repeat {
		r.add(func(s *Stats) { s.Lost++ })
	}
}

func (r *recorder) said() { r.add(func(s *Stats) { s.Said++ }) }

// answered counts the nth answer to a question.
func (r *recorder) answered(nth int, latency time.Duration) {
	r.add(func(s *Stats) {
		switch nth {
		case 0:
			s.Unasked++
		case 1:
			s.Answered++
			s.Reply = append(s.Reply, latency)
		case 2:
			s.Twice++
		}
	})
}

func (r *recorder) called(code string) {
	r.add(func(s *Stats) {
		s.Calls++
		if code == "" {
			return
		}
		if code == "ratelimited" {
			s.Limited++
		}
		if s.Refusals == nil {
			s.Refusals = map[string]int{}
		}
		s.Refusals[code]++
	})
}
