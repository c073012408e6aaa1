package kube

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
)

// Options are what [New] needs. Source is required; a zero value of the others stands for the default that is named.
type Options struct {
	// Source returns the credentials of a cluster, or a *models.Error, NotFound if there is no such cluster. It is asked when
	// a cluster is first used, and again when it was let go or forgotten.
	Source func(context.Context, models.ClusterRef) (models.Cluster, error)

	Guard Guard // what clusters that workspaces imported may do
	// Tune, if there is one, is asked for other values of Guard, Idle and SyncTimeout each time that they are used.
	Tune func() Tuning

	Idle        time.Duration // a cluster nobody asks about is let go after this; 30 minutes
	SyncTimeout time.Duration // how long a first question waits while nothing more comes of a cluster; 10 seconds
	Patience    time.Duration // how long a question waits for a sign of life from a server; 2 seconds
	Probe       time.Duration // how often a server is asked whether it answers; 10 seconds
	Discover    time.Duration // how often it is asked for newly installed custom resources; 3 minutes
	Poll        time.Duration // how often Mayastor's REST API is asked; 30 seconds
	Measure     time.Duration // how often kubelets and Prometheus are asked how full file systems are; 1 minute
	MinBuild    time.Duration // an inventory younger than this is not built anew; 100 milliseconds

	Now func() time.Time // time.Now
	Log zerolog.Logger
}

// Tuning are the options that may change while clusters are served.
type Tuning struct {
	Guard             Guard
	Idle, SyncTimeout time.Duration // zero: as in the Options
}

// tuning returns the values that are in force.
func (o *Options) tuning() Tuning {
	if o.Tune == nil {
		return Tuning{o.Guard, o.Idle, o.SyncTimeout}
	}
	t := o.Tune()
	if t.Idle <= 0 {
		t.Idle = o.Idle
	}
	if t.SyncTimeout <= 0 {
		t.SyncTimeout = o.SyncTimeout
	}
	return t
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		value    *time.Duration
		standard time.Duration
	}{{&o.Idle, 30 * time.Minute}, {&o.SyncTimeout, 10 * time.Second}, {&o.Patience, 2 * time.Second}, {&o.Probe, 10 * time.Second},
		{&o.Discover, 3 * time.Minute}, {&o.Poll, 30 * time.Second}, {&o.Measure, time.Minute}, {&o.MinBuild, 100 * time.Millisecond}} {
		if *d.value <= 0 {
			*d.value = d.standard
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Clusters gives the inventories of live clusters. It is safe for concurrent use; a cluster that hangs delays nobody but those
// who ask about it.
type Clusters struct {
	options Options
	running chan struct{} // closed when Run has begun

	mu          sync.Mutex
	root        context.Context // of Run; done when it has ended
	refs        map[models.ClusterRef]*connection
	impersonate map[models.ClusterRef]bool // what Source says of clusters that were asked about
	connections map[string]*connection     // by fingerprint of server and credentials
	tasks       sync.WaitGroup             // the connections' goroutines
}

// New returns clusters that are not connected to anything. Nothing happens before [Clusters.Run].
func New(options Options) *Clusters {
	return &Clusters{options: options.withDefaults(), running: make(chan struct{}),
		refs: map[models.ClusterRef]*connection{}, impersonate: map[models.ClusterRef]bool{}, connections: map[string]*connection{}}
}

// Run serves Inventory until ctx ends, then closes all connections and returns nil. It may be called once.
func (c *Clusters) Run(ctx context.Context) error {
	c.mu.Lock()
	c.root = ctx
	c.mu.Unlock()
	close(c.running)
	for pause(ctx, min(time.Minute, max(time.Millisecond, c.options.tuning().Idle/10))) {
		c.reap()
	}
	c.tasks.Wait()
	return nil
}

// Inventory returns what is known of a cluster now. The first question of a cluster starts to watch it and waits until it has
// been read, or nothing more comes for SyncTimeout, or for Patience if its server does not answer at all; later ones wait for
// nothing, unless the server has not been heard of for a while. When the cluster does not answer, it returns what was last known, with Stale set;
// it fails with a *models.Error when nothing ever was.
func (c *Clusters) Inventory(ctx context.Context, ref models.ClusterRef) (*models.Inventory, error) {
	connection, err := c.connection(ctx, ref)
	if err != nil {
		return nil, err
	}
	return connection.inventory(ctx, ref.Name)
}

// Reading says how far the first reading of a cluster is that somebody asks about, as whomever; false if there is nothing to wait
// for: it has been read, or it does not answer.
func (c *Clusters) Reading(ref models.ClusterRef) (models.Reading, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, ref.As = range append(models.Roles(), "") {
		if connection := c.refs[ref]; connection != nil {
			if r, ok := connection.reading(); ok {
				return r, true
			}
		}
	}
	return models.Reading{}, false
}

// Forget lets go of a cluster, so that the next question asks Source anew: it was removed or given other credentials.
func (c *Clusters) Forget(ref models.ClusterRef) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ref.As = ""
	delete(c.impersonate, ref)
	for _, as := range append(models.Roles(), "") {
		ref.As = as
		connection := c.refs[ref]
		delete(c.refs, ref)
		if connection != nil && !c.used(connection) {
			c.drop(connection)
		}
	}
}

// used reports whether a cluster is known by a connection. The caller holds mu.
func (c *Clusters) used(connection *connection) bool {
	for _, other := range c.refs {
		if other == connection {
			return true
		}
	}
	return false
}

// connection returns the connection of a cluster, a new one if there is none.
func (c *Clusters) connection(ctx context.Context, ref models.ClusterRef) (*connection, error) {
	c.mu.Lock()
	connection := c.refs[ref]
	if connection != nil {
		connection.used.Store(c.options.Now().UnixNano()) // before the reaper can look again
	}
	c.mu.Unlock()
	if connection != nil {
		return connection, nil
	}
	select {
	case <-c.running:
	case <-ctx.Done():
		return nil, &models.Error{Kind: models.Unavailable, Message: "MuleBot is starting", Hint: "ask again in a moment", Err: ctx.Err()}
	}
	cluster, err := c.options.Source(ctx, ref)
	if err != nil {
		return nil, err
	}
	cluster.Ref.As = ref.As
	config, err := restConfig(cluster, c.options.tuning().Guard)
	if err != nil {
		return nil, err
	}
	id := fingerprint(config, cluster.Imported) + " " + cluster.Prometheus.Reveal() // whose figures are nobody else's
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.root.Err() != nil {
		return nil, &models.Error{Kind: models.Unavailable, Message: "MuleBot is shutting down", Hint: "ask again when it is back"}
	}
	if connection = c.connections[id]; connection == nil {
		if connection, err = newConnection(config, cluster.Prometheus, c.options); err != nil {
			return nil, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("the credentials of cluster %s cannot be used", ref.Name),
				Hint: "register the cluster again with a kubeconfig that works with kubectl", Err: err}
		}
		c.connections[id] = connection
		ctx, stop := context.WithCancel(c.root)
		connection.stop = stop
		c.tasks.Go(func() { connection.run(ctx) })
	}
	connection.used.Store(c.options.Now().UnixNano())
	c.refs[ref] = connection
	return connection, nil
}

// reap lets go of the clusters that nobody has asked about for long.
func (c *Clusters) reap() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, connection := range c.connections {
		if idle := c.options.Now().Sub(time.Unix(0, connection.used.Load())); idle >= c.options.tuning().Idle {
			c.drop(connection)
		}
	}
}

// drop stops a connection and forgets it. The caller holds mu.
func (c *Clusters) drop(connection *connection) {
	connection.stop()
	for id, other := range c.connections {
		if other == connection {
			delete(c.connections, id)
		}
	}
	for ref, other := range c.refs {
		if other == connection {
			delete(c.refs, ref)
		}
	}
}
