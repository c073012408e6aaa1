package slacksim

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Sim is a simulated Slack. Make one with [New]; it is safe for concurrent use.
type Sim struct {
	opts    Options
	methods map[string]method
	stats   recorder
	faults  faults
	seq     atomic.Uint64 // of ids
	lastTS  atomic.Int64  // microseconds since 1970 of the newest ts

	mu      sync.RWMutex // guards what follows
	apps    []*App
	tokens  map[string]*credential
	tickets map[string]ticket
	hooks   map[string]*hook
	codes   map[string]*authorization
	uploads map[string]*upload

	listener net.Listener
	server   *http.Server
	closed   atomic.Bool
	served   chan struct{}
}

// credential is what a token stands for.
type credential struct {
	app       *App
	workspace *Workspace // nil: an app-level token, or one for configuration
	config    bool       // an app configuration token
	revoked   string     // the error that calls get; empty: valid
}

// New returns a Slack without apps. Nothing listens before [Sim.Start].
func New(o Options) *Sim {
	s := &Sim{
		opts:    o.withDefaults(),
		tokens:  map[string]*credential{},
		tickets: map[string]ticket{},
		hooks:   map[string]*hook{},
		codes:   map[string]*authorization{},
		uploads: map[string]*upload{},
		served:  make(chan struct{}),
	}
	s.methods = methods()
	return s
}

// Start opens the listener and serves until [Sim.Close].
func (s *Sim) Start() error {
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.opts.Addr)
	if err != nil {
		return fmt.Errorf("slacksim: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.serveMethod)
	mux.HandleFunc("/link/", s.serveSocket)
	mux.HandleFunc("/hooks/", s.serveHook)
	mux.HandleFunc("/upload/v1/", s.serveUpload)
	mux.HandleFunc(filesPath, s.serveFile)
	mux.HandleFunc(signInPath, serveSignIn)
	s.listener = ln
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(s.served)
		_ = s.server.Serve(ln)
	}()
	return nil
}

// Close ends every connection and the server. Deliveries that wait are dropped.
func (s *Sim) Close() error {
	if s.server == nil || s.closed.Swap(true) {
		return nil
	}
	for _, a := range s.allApps() {
		a.close()
	}
	err := s.server.Close()
	<-s.served
	return err
}

// URL returns the base of the Web API, which ends in "/api/".
func (s *Sim) URL() string { return "http://" + s.listener.Addr().String() + "/api/" }

func (s *Sim) host() string { return s.listener.Addr().String() }

// AddApp creates an app.
func (s *Sim) AddApp(o AppOptions) *App {
	if o.ID == "" {
		o.ID = s.id("A")
	}
	if o.Name == "" {
		o.Name = "mulebot"
	}
	if o.Events == nil {
		o.Events = DefaultEvents()
	}
	if o.Redirects == nil {
		o.Redirects = []string{"https://localhost/mulebot"}
	}
	a := &App{
		sim: s, id: o.ID, name: o.Name, events: map[string]bool{},
		token: fmt.Sprintf("xapp-1-%s-%d-%s", o.ID, s.seq.Add(1), s.secret()), socketMode: true,
		clientID: fmt.Sprintf("%d.%d", s.seq.Add(1), s.seq.Add(1)), clientSecret: s.secret(), redirects: o.Redirects,
		verification: s.secret()[:24], homeless: o.NoHome, unlisted: o.Unlisted, waiting: map[string]*delivery{}, later: map[*delivery]*time.Timer{},
	}
	for _, e := range o.Events {
		a.events[e] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apps = append(s.apps, a)
	s.tokens[a.token] = &credential{app: a}
	return a
}

// DropSockets cuts every connection of every app at once, without a goodbye, as a failing network does. It returns how
// many there were.
func (s *Sim) DropSockets() int {
	n := 0
	for _, a := range s.allApps() {
		n += a.DropSockets()
	}
	return n
}

func (s *Sim) allApps() []*App {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]*App(nil), s.apps...)
}

func (s *Sim) credential(token string) (*credential, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, ok := s.tokens[token]
	return c, ok
}

// revoke makes every further call with the token fail with the code.
func (s *Sim) revoke(token, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.tokens[token]; c != nil {
		c.revoked = code
	}
}

func (s *Sim) now() time.Time { return s.opts.Now() }

// id makes up an id of Slack's form: a letter for the kind, then letters and digits.
func (s *Sim) id(prefix string) string {
	n := strings.ToUpper(strconv.FormatUint(s.seq.Add(1), 36))
	return prefix + "0" + strings.Repeat("0", max(0, 9-len(n))) + n
}

// secret makes up 32 characters that are repeatable from the seed.
func (s *Sim) secret() string {
	n := s.seq.Add(1)
	return fmt.Sprintf("%016x%016x", mix(s.opts.Seed^n), mix(s.opts.Seed+n<<32))
}

// botToken makes up a bot token.
func (s *Sim) botToken() string {
	return fmt.Sprintf("xoxb-%d-%d-%s", s.seq.Add(1), s.seq.Add(1), s.secret()[:24])
}

// uuid makes up an id of the form that envelopes have.
func (s *Sim) uuid() string {
	h := s.secret()
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:32]
}

// ts returns the timestamp of a new message. It is unique in the whole simulator, and grows.
func (s *Sim) ts() (string, time.Time) {
	now := s.now()
	for {
		last := s.lastTS.Load()
		micro := max(now.UnixMicro(), last+1)
		if s.lastTS.CompareAndSwap(last, micro) {
			return fmt.Sprintf("%d.%06d", micro/1e6, micro%1e6), now
		}
	}
}

// mix is the finaliser of splitmix64: it spreads a counter over 64 bits.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
