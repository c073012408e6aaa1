package kube

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"

	"github.com/mulebot/mulebot/models"
)

// connection is one API server as seen with one set of credentials: its client, its watchers and the inventory built from
// them. It is not called by any name: each tenant that shares it has its own.
type connection struct {
	options Options
	clients *clients
	log     zerolog.Logger

	stop  context.CancelFunc
	ended chan struct{} // closed when run has returned
	used  atomic.Int64  // Unix nanoseconds of the last question

	packer   *packer
	dirty    atomic.Int64          // Unix nanoseconds of the first change since the inventory was built; 0: there was none
	changes  chan struct{}         // holds one when something changed since renew looked
	built    atomic.Pointer[built] // the newest inventory; nil before the first
	building sync.Mutex            // held by the one that builds
	views    sync.Map              // the inventory as a tenant sees it: *view by name of the cluster
	mayastor *restPoller           // Mayastor's REST API
	usage    *usagePoller          // how full file systems are
	doubts   chan struct{}         // holds one when a question needs to know whether the server answers

	mu         sync.Mutex
	watchers   map[string]*watcher // by qualified name of the resource
	discovered bool                // which custom resources are served is known
	polling    bool                // mayastor runs
	version    string
	contact    time.Time     // when the server last answered
	came       int           // objects
	moved      time.Time     // when something last came that is not the answer of a probe; first, when the connection was made
	answers    chan struct{} // closed when the server answers the next time
	probed     chan struct{} // closed when the next probe has ended, either way
	down       *outage       // why it does not answer; nil while it does
}

// built is an inventory without the name of its cluster.
type built struct {
	inventory *models.Inventory
	took      time.Duration
	at        time.Time // when it was begun
	asOf      time.Time // the same, by the clock of the options
}

// view is what one name of the cluster was last given.
type view struct {
	of        *models.Inventory
	down      *outage
	inventory *models.Inventory
}

// outage is why a server does not answer, in words that name no cluster: those who share a connection name it differently.
type outage struct {
	since  time.Time
	kind   models.ErrorKind
	reason string // "connection refused"
	hint   string
	err    error // for the log
}

// says words an outage for somebody who calls the cluster so.
func (o *outage) says(cluster string) *models.Error {
	text := fmt.Sprintf("cluster %s does not answer since %s: %s", cluster, stamp(o.since), o.reason)
	if o.kind == models.Forbidden {
		text = fmt.Sprintf("cluster %s refuses MuleBot's credentials since %s", cluster, stamp(o.since))
	}
	return &models.Error{Kind: o.kind, Message: text, Hint: o.hint, Err: o.err}
}

func newConnection(config *rest.Config, prometheus models.Secret, options Options) (*connection, error) {
	c, err := newClients(config)
	if err != nil {
		return nil, err
	}
	connection := &connection{options: options, clients: c, log: options.Log.With().Str("server", config.Host).Logger(), packer: newPacker(),
		moved: time.Now(), changes: make(chan struct{}, 1), doubts: make(chan struct{}, 1), answers: make(chan struct{}), probed: make(chan struct{}),
		watchers: map[string]*watcher{}, ended: make(chan struct{})}
	connection.mayastor = &restPoller{clients: c, packer: connection.packer, now: options.Now, changed: connection.touch}
	connection.usage = &usagePoller{clients: c, now: options.Now, changed: connection.refresh, nodes: func() []string { return mounting(connection.objects()) }}
	if connection.usage.prometheus, err = newPrometheus(prometheus, c); err != nil {
		connection.usage.failed = err.Error()
	}
	return connection, nil
}

// touch says that the inventory is out of date.
func (c *connection) touch() {
	c.dirty.CompareAndSwap(0, time.Now().UnixNano())
	signal(c.changes)
}

// signal puts one into a channel that holds no more.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run keeps the connection until ctx ends. Nothing is read before the server has answered for the first time: one that hangs
// costs one request, and of many that are met at once each is soon known to be there.
func (c *connection) run(ctx context.Context) {
	defer close(c.ended)
	tasks, ctx := errgroup.WithContext(ctx)
	first := c.nextAnswer()
	tasks.Go(func() error { c.probe(ctx); return nil })
	select {
	case <-ctx.Done():
	case <-first:
		for _, r := range resources() {
			if r.Builtin {
				c.watch(ctx, tasks, r, r.Versions[0])
			}
		}
		tasks.Go(func() error { c.discover(ctx, tasks); return nil })
		tasks.Go(func() error { c.measure(ctx); return nil })
		tasks.Go(func() error { c.renew(ctx); return nil })
	}
	_ = tasks.Wait()
	c.clients.http.CloseIdleConnections()
}

// watch starts to watch a resource, in place of an older watcher of it if there is one.
func (c *connection) watch(ctx context.Context, tasks *errgroup.Group, r resource, version string) {
	w := newWatcher(c.clients, r, version, c.log, sink{as: c.clients.as, packer: c.packer, now: c.options.Now, changed: c.touch, heard: c.heard, contact: c.nextAnswer})
	ctx, w.stop = context.WithCancel(ctx)
	c.mu.Lock()
	old := c.watchers[r.qualified()]
	c.watchers[r.qualified()] = w
	c.mu.Unlock()
	if old != nil {
		old.stop()
	}
	tasks.Go(func() error { w.run(ctx); return nil })
}

// heard notes that something has come from the server, objects perhaps. That it does not answer, only a probe says, and takes back.
func (c *connection) heard(objects int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.came += objects
	c.moved = time.Now()
	if c.down == nil {
		c.contact = c.options.Now()
	}
}

// nextAnswer is closed when the server has answered the next time.
func (c *connection) nextAnswer() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answers
}

const (
	// quick is how long an inventory may take to build for a question to wait for it. Larger clusters are built anew beside the
	// questions.
	quick = 20 * time.Millisecond
	// share is the part of the time, one in so many, that may be spent on building.
	share = 10
	// awake is how long after a question an inventory is kept up to date for the next one.
	awake = 2 * time.Minute
)

// current returns the newest inventory. It waits for the first one as long as it comes; after that it waits for nothing but its
// own computing, and that only where it is quick or nobody else did it in time.
func (c *connection) current(ctx context.Context, cluster string) (*built, error) {
	b := c.built.Load()
	if b == nil {
		if err := c.await(ctx, cluster); err != nil {
			return nil, err
		}
		return c.build(func(b *built) bool { return b == nil }), nil
	}
	old := func(b *built) bool {
		since := c.dirty.Load()
		if b.took > quick { // renew is about to build it, if somebody has asked lately
			return since != 0 && time.Since(time.Unix(0, since)) > 2*c.spacing(b)+time.Second
		}
		return since != 0 && time.Since(b.at) >= c.spacing(b)
	}
	if !old(b) {
		return b, nil
	}
	return c.build(old), nil
}

// spacing is how long after an inventory the next one may be begun, so that a busy cluster is not built all the time.
func (c *connection) spacing(b *built) time.Duration { return max(c.options.MinBuild, share*b.took) }

// build builds the inventory anew, unless somebody else just did so that it is no longer needed.
func (c *connection) build(needed func(*built) bool) *built {
	c.building.Lock()
	defer c.building.Unlock()
	if last := c.built.Load(); !needed(last) {
		return last
	}
	c.dirty.Store(0)
	next := &built{at: time.Now(), asOf: c.options.Now()}
	next.inventory = Build("", c.objects(), time.Time{})
	next.took = time.Since(next.at)
	c.built.Store(next)
	return next
}

// renew builds the inventory of a large cluster anew when something has changed, as often as spacing allows, so that no
// question has to wait for it.
func (c *connection) renew(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.changes:
		}
		b := c.built.Load()
		if b == nil || b.took <= quick || c.options.Now().Sub(time.Unix(0, c.used.Load())) > awake {
			continue
		}
		if !pause(ctx, time.Until(b.at.Add(c.spacing(b)))) {
			return
		}
		c.build(func(*built) bool { return c.dirty.Load() != 0 })
	}
}

// waiting is the state of a connection before its first inventory.
type waiting struct {
	models.Reading
	down         *outage
	all          bool // everything has been read, or refused
	volumesKnown bool // volumes and claims have been
	mute         bool // the server has never answered
	moved        time.Time
}

func (c *connection) waiting() waiting {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := waiting{Reading: models.Reading{AllKinds: len(c.watchers), Objects: c.came},
		down: c.down, volumesKnown: c.discovered, mute: c.contact.IsZero(), moved: c.moved}
	for _, w := range c.watchers {
		s.Left += w.remaining()
		if w.settled() {
			s.Kinds++
		} else if w.resource.Kind == "PersistentVolume" || w.resource.Kind == "PersistentVolumeClaim" {
			s.volumesKnown = false
		}
	}
	s.all = c.discovered && s.Kinds == s.AllKinds && (!c.polling || c.mayastor.tried())
	return s
}

// reading says how far the first reading is, and false where there is none.
func (c *connection) reading() (models.Reading, bool) {
	if c.built.Load() != nil {
		return models.Reading{}, false
	}
	s := c.waiting()
	return s.Reading, s.down == nil && !s.mute
}

// inventory returns the newest inventory as somebody who calls the cluster so sees it.
func (c *connection) inventory(ctx context.Context, cluster string) (*models.Inventory, error) {
	b, err := c.current(ctx, cluster)
	if err != nil {
		return nil, err
	}
	c.reassure(ctx)
	c.mu.Lock()
	down, contact := c.down, c.contact
	c.mu.Unlock()
	asOf := c.options.Now()
	switch {
	case down != nil:
		asOf = contact
	case c.dirty.Load() != 0:
		asOf = b.asOf
	}
	if last, ok := c.views.Load(cluster); ok {
		v := last.(*view)
		if v.of == b.inventory && v.down == down && asOf.Sub(v.inventory.AsOf) < time.Second {
			return v.inventory, nil
		}
	}
	seen := *b.inventory
	seen.Cluster, seen.AsOf = cluster, asOf
	if down != nil {
		seen.Stale = down.says(cluster)
	}
	c.views.Store(cluster, &view{of: b.inventory, down: down, inventory: &seen})
	return &seen, nil
}

// await waits until everything has been read once, to the end of ctx. When nothing comes any more it is content with the volumes and
// claims.
func (c *connection) await(ctx context.Context, cluster string) error {
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		c.used.Store(c.options.Now().UnixNano()) // somebody who waits is not idle
		s := c.waiting()
		switch {
		case s.all && c.usage.settled():
			return nil
		case s.down != nil:
			return s.down.says(cluster)
		case s.mute && time.Since(s.moved) >= c.options.Patience:
			return &models.Error{Kind: models.Unavailable, Message: fmt.Sprintf("cluster %s does not answer: nothing came within %s", cluster, c.options.Patience),
				Hint: "see whether the API server is overloaded or a firewall is in between"}
		case s.mute, time.Since(s.moved) < c.options.tuning().SyncTimeout:
		case s.volumesKnown:
			return nil
		default:
			return &models.Error{Kind: models.Unavailable,
				Message: fmt.Sprintf("cluster %s cannot be read: nothing has come for %s after %s", cluster, time.Since(s.moved).Round(time.Second), s.Reading),
				Hint:    "see whether the API server is overloaded; what has come is kept, so ask again in a minute"}
		}
		select {
		case <-tick.C:
		case <-c.ended:
			return &models.Error{Kind: models.Unavailable, Message: "MuleBot is shutting down", Hint: "ask again when it is back"}
		case <-ctx.Done():
			return &models.Error{Kind: models.Unavailable, Message: fmt.Sprintf("cluster %s is being read for the first time: %s", cluster, c.waiting().Reading),
				Hint: "ask again in a few seconds", Err: ctx.Err()}
		}
	}
}

// objects takes what the watchers hold. What could not be read becomes a gap.
func (c *connection) objects() *Objects {
	c.mu.Lock()
	watchers, down := maps.Clone(c.watchers), c.down
	o := &Objects{Version: c.version, Unread: map[string]bool{}}
	polling, discovered := c.polling && c.watchers[diskPools] != nil, c.discovered
	c.mu.Unlock()
	for _, r := range resources() {
		w := watchers[r.qualified()]
		if w == nil {
			if discovered {
				o.Absent = append(o.Absent, r.qualified())
			}
			continue
		}
		synced := w.informer.HasSynced()
		o.Unread[r.Kind] = !synced
		if gap := w.gap(synced); gap != "" && down == nil {
			o.Gaps = append(o.Gaps, gap)
		}
		if synced && o.Custom[r.Kind] == nil && !r.Builtin {
			o.read(r.Kind)
		}
		for _, object := range w.store.List() {
			o.add(object)
		}
	}
	if polling {
		var gap string
		if o.Mayastor, gap = c.mayastor.answer(); gap != "" && down == nil && o.useMayastor() {
			o.Gaps = append(o.Gaps, gap)
		}
	}
	o.Usage = c.usage.answer()
	return o
}
