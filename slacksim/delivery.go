package slacksim

import (
	"encoding/json"
	"strconv"
	"time"
)

// The types of envelopes (https://docs.slack.dev/apis/events-api/using-socket-mode/#events).
const (
	eventsAPI     = "events_api"
	slashCommands = "slash_commands"
	interactive   = "interactive"
)

// delivery is a payload on its way to an app, over as many envelopes as it takes.
type delivery struct {
	kind    string
	payload []byte
	accepts bool   // the acknowledgement may carry a payload
	attempt int    // 0: the first
	reason  string // why it is delivered again; empty: it is not
	repeat  bool   // delivered a second time although acknowledged

	envelope string // id of the newest envelope
	socket   *socket
	sent     time.Time
	timer    *time.Timer // of the acknowledgement

	// done is called once: with the payload of the acknowledgement, or with how it failed. Nil: nobody waits.
	done func(payload json.RawMessage, failure string)
}

// How a delivery fails, as retry_reason says: no acknowledgement in time (logs of Slack's clients show "timeout":
// https://github.com/slackapi/bolt-js/issues/2487), or no connection. An event that finds none is delivered again by the
// same schedule (https://github.com/vercel/chat/issues/666); its reason is taken from the Events API over HTTP.
const (
	failedConnection = "connection_failed"
	failedTimeout    = "timeout"
)

// Pending returns how many deliveries are not acknowledged yet, or are to come again.
func (s *Sim) Pending() (n int) {
	for _, a := range s.allApps() {
		a.mu.Lock()
		n += len(a.waiting) + len(a.later)
		a.mu.Unlock()
	}
	return n
}

// deliver sends the payload over one of the app's connections.
func (a *App) deliver(d *delivery) {
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		return
	}
	delete(a.later, d)
	d.socket = a.pick()
	if d.socket == nil {
		a.mu.Unlock()
		a.failed(d, failedConnection)
		return
	}
	d.envelope = a.sim.uuid()
	d.sent = time.Now()
	a.waiting[d.envelope] = d
	envelope := d.envelope
	d.timer = time.AfterFunc(a.sim.opts.AckTimeout, func() { a.expire(envelope) })
	socket, frame := d.socket, d.frame()
	a.mu.Unlock()
	a.sim.stats.sent()
	if !socket.enqueue(frame, envelope) {
		a.refuse(envelope)
	}
}

// pick chooses the connection whose turn it is: events are spread over all of them. Those about to end come last. The
// caller holds a.mu.
func (a *App) pick() *socket {
	var last *socket
	for range a.sockets {
		a.turn++
		s := a.sockets[a.turn%len(a.sockets)]
		if !s.ending.Load() {
			return s
		}
		last = s
	}
	return last
}

// frame is the envelope as it travels.
func (d *delivery) frame() []byte {
	b := make([]byte, 0, len(d.payload)+200)
	b = append(b, `{"envelope_id":"`...)
	b = append(b, d.envelope...)
	b = append(b, `","payload":`...)
	b = append(b, d.payload...)
	b = append(b, `,"type":"`...)
	b = append(b, d.kind...)
	b = append(b, `","accepts_response_payload":`...)
	b = strconv.AppendBool(b, d.accepts)
	if d.kind == eventsAPI {
		b = append(b, `,"retry_attempt":`...)
		b = strconv.AppendInt(b, int64(d.attempt), 10)
		b = append(b, `,"retry_reason":"`...)
		b = append(b, d.reason...)
		b = append(b, '"')
	}
	return append(b, '}')
}

// take removes a delivery from those that wait for their acknowledgement. nil: it does not wait, or on another socket.
func (a *App) take(envelope string, on *socket) *delivery {
	a.mu.Lock()
	defer a.mu.Unlock()
	d := a.waiting[envelope]
	if d == nil || on != nil && d.socket != on {
		return nil
	}
	delete(a.waiting, envelope)
	d.timer.Stop()
	return d
}

// ack handles an acknowledgement that came over a socket. It counts only on the socket that the envelope went out on.
func (a *App) ack(s *socket, envelope string, payload json.RawMessage) {
	d := a.take(envelope, s)
	if d == nil {
		a.sim.stats.stray()
		return
	}
	repeat := a.sim.stats.acked(d, time.Since(d.sent), a.sim.repeats)
	if d.done != nil {
		d.done(payload, "")
	}
	if repeat {
		again := &delivery{kind: d.kind, payload: d.payload, attempt: d.attempt + 1, reason: failedTimeout, repeat: true}
		a.schedule(again, a.sim.opts.DuplicateAfter)
	}
}

// repeats decides whether the nth acknowledged event is delivered a second time.
func (s *Sim) repeats(n uint64) bool {
	return float64(mix(s.opts.Seed^n)>>11)/(1<<53) < s.opts.DuplicateFraction
}

// expire handles an acknowledgement that did not come in time.
func (a *App) expire(envelope string) {
	if d := a.take(envelope, nil); d != nil {
		a.failed(d, failedTimeout)
	}
}

// refuse handles an envelope that was not written because its connection had ended.
func (a *App) refuse(envelope string) {
	if d := a.take(envelope, nil); d != nil {
		a.failed(d, failedConnection)
	}
}

// failed schedules the next delivery of an event, if there is one. Commands and interactions are lost: the person sees
// an error.
func (a *App) failed(d *delivery, reason string) {
	a.sim.stats.failed(d, reason)
	schedule := a.sim.opts.RetrySchedule
	if d.kind != eventsAPI || d.attempt >= len(schedule) {
		a.sim.stats.lost(d)
		if d.done != nil {
			d.done(nil, reason)
		}
		return
	}
	wait := schedule[d.attempt]
	d.attempt++
	d.reason = reason
	a.schedule(d, wait)
}

func (a *App) schedule(d *delivery, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		a.later[d] = time.AfterFunc(wait, func() { a.deliver(d) })
	}
}
