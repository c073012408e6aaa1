package slacksim

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Fault is how a call is made to fail. Its zero value cuts the connection without an answer.
type Fault struct {
	Status     int           // of the answer; zero: 200 if Error is set
	Error      string        // the code in the body, as in "ratelimited"; empty: the body is not JSON, as of a broken proxy
	RetryAfter int           // seconds, as the header Retry-After; zero: no header
	Delay      time.Duration // before it strikes
	// After lets the call take effect first: what is lost is the answer.
	After bool
	// Team limits the fault to the calls with one workspace's bot token; empty: all calls.
	Team string
}

// faults are those to come, by method.
type faults struct {
	mu     sync.Mutex
	next   map[string][]Fault
	delays map[string]time.Duration
}

// FailNext makes the next n calls of a method fail, as in
//
//	sim.FailNext("chat.postMessage", slacksim.Fault{Status: 429, Error: "ratelimited", RetryAfter: 2}, 1)
//
// The methods include "response_url", "upload" (the URL that files.getUploadURLExternal returns), "socket" (the
// upgrade to a WebSocket) and "hello" (whatever the fault: the connection stays open and is pinged, and nothing else comes over it).
func (s *Sim) FailNext(method string, f Fault, n int) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if s.faults.next == nil {
		s.faults.next = map[string][]Fault{}
	}
	for range n {
		s.faults.next[method] = append(s.faults.next[method], f)
	}
}

// Delay makes every call of a method take so much longer, before it takes effect; zero: no longer.
func (s *Sim) Delay(method string, d time.Duration) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if s.faults.delays == nil {
		s.faults.delays = map[string]time.Duration{}
	}
	s.faults.delays[method] = d
}

func (f *faults) delay(method string) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.delays[method]
}

// take returns the method's first fault that is meant for the team and strikes before or after the call takes effect.
func (f *faults) take(method, team string, after bool) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := f.next[method]
	for i, x := range list {
		if x.After == after && (x.Team == "" || x.Team == team) {
			f.next[method] = append(list[:i:i], list[i+1:]...)
			return x, true
		}
	}
	return Fault{}, false
}

// obstructed delays a request that is no call of the Web API, and lets the fault strike that is to come. It reports whether the
// request ends there.
func (s *Sim) obstructed(w http.ResponseWriter, r *http.Request, method string) bool {
	if !pause(r, s.faults.delay(method)) {
		return true
	}
	f, ok := s.faults.take(method, "", false)
	if ok {
		f.strike(w, r)
	}
	return ok
}

// strike answers a request as the fault says.
func (f Fault) strike(w http.ResponseWriter, r *http.Request) {
	if !pause(r, f.Delay) {
		return
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	switch {
	case f.Status == 0 && f.Error == "":
		panic(http.ErrAbortHandler) // net/http cuts the connection, and says nothing
	case f.Error == "":
		http.Error(w, http.StatusText(f.Status), f.Status)
	default:
		writeJSON(w, max(f.Status, http.StatusOK), object{"ok": false, "error": f.Error})
	}
}

// pause waits, and reports false if the client went away meanwhile.
func pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
