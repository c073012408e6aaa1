package kube

import (
	"context"
	"fmt"
	"maps"
	"reflect"
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

	dirty    atomic.Bool           // something changed since the inventory was built
	built    atomic.Pointer[built] // the newest inventory; nil before the first
	building sync.Mutex            // held by the one that builds
	views    sync.Map              // the inventory as a tenant sees it: *view by name of the cluster
	mayastor *restPoller           // Mayastor's REST API
	usage    *usagePoller          // how full file systems are

	mu         sync.Mutex
	watchers   map[string]*watcher // by qualified name of the resource
	discovered bool                // which custom resources are served is known
	polling    bool                // mayastor runs
	version    string
	contact    time.Time // when the server last answered
	down       *outage   // why it does not answer; nil while it does
}

// built is an inventory without the name of its cluster.
type built struct {
	inventory *models.Inventory
	took      time.Duration
	at        time.Time
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
	connection := &connection{options: options, clients: c, log: options.Log.With().Str("server", config.Host).Logger(), watchers: map[string]*watcher{}, ended: make(chan struct{})}
	connection.mayastor = &restPoller{clients: c, now: options.Now, changed: connection.touch}
	connection.usage = &usagePoller{clients: c, now: options.Now, changed: connection.renew, nodes: func() []string { return mounting(connection.objects()) }}
	if connection.usage.prometheus, err = newPrometheus(prometheus, c); err != nil {
		connection.usage.failed = err.Error()
	}
	return connection, nil
}

// touch says that the inventory is out of date.
func (c *connection) touch() { c.dirty.Store(true) }

// run keeps the connection until ctx ends.
func (c *connection) run(ctx context.Context) {
	defer close(c.ended)
	tasks, ctx := errgroup.WithContext(ctx)
	for _, r := range resources() {
		if r.Builtin {
			c.watch(ctx, tasks, r, r.Versions[0])
		}
	}
	tasks.Go(func() error { c.probe(ctx, tasks); return nil })
	tasks.Go(func() error { c.discover(ctx, tasks); return nil })
	tasks.Go(func() error { c.measure(ctx); return nil })
	_ = tasks.Wait()
	c.clients.http.CloseIdleConnections()
}

// watch starts to watch a resource, in place of an older watcher of it if there is one.
func (c *connection) watch(ctx context.Context, tasks *errgroup.Group, r resource, version string) {
	w, err := newWatcher(c.clients, r, version, c.log, c.options.Now, c.touch)
	if err != nil {
		c.log.Error().Err(err).Str("resource", r.qualified()).Msg("cannot watch")
		return
	}
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

// replace starts a fresh watcher beside one that fails, since that one may wait a minute before it tries again. The old
// one's objects are served until the new one has its own.
func (c *connection) replace(ctx context.Context, tasks *errgroup.Group, old *watcher) {
	fresh, err := newWatcher(c.clients, old.resource, old.version, c.log, c.options.Now, c.touch)
	if err != nil {
		return
	}
	run, stop := context.WithCancel(ctx)
	fresh.stop = stop
	tasks.Go(func() error { fresh.run(run); return nil })
	tasks.Go(func() error {
		settled := fresh.await(run)
		c.mu.Lock()
		defer c.mu.Unlock()
		if old.heir = false; !settled || c.watchers[old.resource.qualified()] != old {
			stop()
			return nil
		}
		c.watchers[old.resource.qualified()] = fresh
		old.stop()
		c.touch()
		return nil
	})
}

// current returns the newest inventory. It waits for the first one, at most SyncTimeout; after that it waits for nothing but
// its own computing.
func (c *connection) current(ctx context.Context, cluster string) (*built, error) {
	if b := c.built.Load(); b != nil && (!c.dirty.Load() || c.tooSoon(b)) {
		return b, nil
	}
	if c.built.Load() == nil {
		if err := c.await(ctx, cluster); err != nil {
			return nil, err
		}
	}
	c.building.Lock()
	defer c.building.Unlock()
	last := c.built.Load()
	if last != nil && !c.dirty.Load() {
		return last, nil
	}
	c.dirty.Store(false)
	start := time.Now()
	next := &built{inventory: Build("", c.objects(), time.Time{}), at: start}
	next.took = time.Since(start)
	if last != nil && reflect.DeepEqual(last.inventory, next.inventory) {
		next.inventory = last.inventory // nothing that anybody can see has changed
	}
	c.built.Store(next)
	return next, nil
}

// tooSoon keeps a busy cluster from being built anew for every question.
func (c *connection) tooSoon(b *built) bool {
	return time.Since(b.at) < max(c.options.MinBuild, 10*b.took)
}

// waiting is the state of a connection before its first inventory.
type waiting struct {
	down         *outage
	missing      int // watchers that have not settled
	all          int
	volumesKnown bool // volumes and claims have been read, or refused
}

func (c *connection) waiting() waiting {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := waiting{down: c.down, all: len(c.watchers), volumesKnown: c.discovered}
	for _, w := range c.watchers {
		if w.settled() {
			continue
		}
		s.missing++
		if w.resource.Kind == "PersistentVolume" || w.resource.Kind == "PersistentVolumeClaim" {
			s.volumesKnown = false
		}
	}
	if !c.discovered || c.polling && !c.mayastor.tried() {
		s.missing++
	}
	return s
}

// inventory returns the newest inventory as somebody who calls the cluster so sees it.
func (c *connection) inventory(ctx context.Context, cluster string) (*models.Inventory, error) {
	b, err := c.current(ctx, cluster)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	down, contact := c.down, c.contact
	c.mu.Unlock()
	now := c.options.Now()
	if last, ok := c.views.Load(cluster); ok {
		v := last.(*view)
		if v.of == b.inventory && v.down == down && (down != nil || now.Sub(v.inventory.AsOf) < time.Second) {
			return v.inventory, nil
		}
	}
	seen := *b.inventory
	seen.Cluster, seen.AsOf = cluster, now
	if down != nil {
		seen.AsOf, seen.Stale = contact, down.says(cluster)
	}
	c.views.Store(cluster, &view{of: b.inventory, down: down, inventory: &seen})
	return &seen, nil
}

// await waits until everything has been read once. When time is up it is content with the volumes and claims.
func (c *connection) await(ctx context.Context, cluster string) error {
	deadline := time.NewTimer(c.options.SyncTimeout)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		c.used.Store(c.options.Now().UnixNano()) // somebody who waits is not idle
		s := c.waiting()
		switch {
		case s.missing == 0 && c.usage.settled():
			return nil
		case s.down != nil:
			return s.down.says(cluster)
		}
		select {
		case <-tick.C:
			continue
		case <-c.ended:
			return &models.Error{Kind: models.Unavailable, Message: "MuleBot is shutting down", Hint: "ask again when it is back"}
		case <-deadline.C:
		case <-ctx.Done():
		}
		if s = c.waiting(); s.volumesKnown {
			return nil
		}
		return &models.Error{Kind: models.Unavailable,
			Message: fmt.Sprintf("cluster %s is still being read: %d of %d kinds of objects are not there yet", cluster, s.missing, s.all),
			Hint:    "ask again in a moment"}
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
		for _, object := range w.informer.GetStore().List() {
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
