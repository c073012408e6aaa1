package kube

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/mulebot/mulebot/models"
)

const (
	kubeletTimeout = 5 * time.Second  // ends a question to a kubelet
	kubeletsAtOnce = 8                // that are asked at the same time
	usageHeadStart = time.Second      // how long a first answer waits for kubelets and Prometheus
	usageTooOld    = 15 * time.Minute // after this nobody calls a figure the use of now
)

// usagePoller asks, now and then, how full file systems are: the kubelets of the nodes where pods mount claims, through the
// API server's node proxy, and Prometheus where there is one. What fails leaves the rest as it is.
type usagePoller struct {
	clients    *clients
	prometheus *prometheus // nil: there is none
	nodes      func() []string
	now        func() time.Time
	changed    func()

	mu        sync.Mutex
	began     time.Time // the first round; zero before
	done      bool      // the first round
	kubelets  map[string]*Summary
	silent    map[string]string
	forbidden bool
	gathered  map[string]models.Filesystem
	failed    string
	exported  *Exported
	silence   string // why the exporters' figures are not there now
}

// run asks about every interval until ctx ends. Rounds drift apart, so that the kubelets of many clusters are not asked in the
// same second.
func (p *usagePoller) run(ctx context.Context, interval time.Duration) {
	for {
		p.round(ctx)
		if ctx.Err() != nil {
			return
		}
		p.changed()
		if !pause(ctx, interval+rand.N(interval/5+1)-interval/10) {
			return
		}
	}
}

// round asks everybody once.
func (p *usagePoller) round(ctx context.Context) {
	p.mu.Lock()
	if p.began.IsZero() {
		p.began = p.now()
	}
	p.mu.Unlock()
	var tasks errgroup.Group
	tasks.Go(func() error { p.askPrometheus(ctx); p.askExporters(ctx); return nil })
	tasks.Go(func() error { p.askKubelets(ctx); return nil })
	_ = tasks.Wait()
	p.mu.Lock()
	p.done = true
	p.mu.Unlock()
}

// settled reports whether a first answer need not wait any longer: everybody was asked, or had time enough.
func (p *usagePoller) settled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done || !p.began.IsZero() && p.now().Sub(p.began) >= usageHeadStart
}

// askKubelets asks the first one alone: where RBAC forbids that, it forbids all, and nobody else is asked.
func (p *usagePoller) askKubelets(ctx context.Context) {
	nodes := p.nodes()
	kubelets, silent := map[string]*Summary{}, map[string]string{}
	var mu sync.Mutex
	ask := func(node string) error {
		s, err := p.ask(ctx, node)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			silent[node] = kubeletTrouble(err)
		} else {
			kubelets[node] = s
		}
		return err
	}
	forbidden := false
	if len(nodes) > 0 {
		forbidden = apierrors.IsForbidden(ask(nodes[0]))
	}
	if !forbidden && len(nodes) > 1 {
		var tasks errgroup.Group
		tasks.SetLimit(kubeletsAtOnce)
		for _, node := range nodes[1:] {
			tasks.Go(func() error { _ = ask(node); return nil })
		}
		_ = tasks.Wait()
	}
	if ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.forbidden = forbidden; forbidden {
		silent = nil
	}
	for node := range silent { // what it said before stands until it is too old
		if last := p.kubelets[node]; last != nil {
			kubelets[node] = last
		}
	}
	p.kubelets, p.silent = kubelets, silent
}

// ask asks the kubelet of one node.
func (p *usagePoller) ask(ctx context.Context, node string) (*Summary, error) {
	ctx, cancel := context.WithTimeout(ctx, kubeletTimeout)
	defer cancel()
	stream, err := p.clients.raw.Get().AbsPath("/api/v1/nodes", node, "proxy/stats/summary").MaxRetries(0).Stream(ctx)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	s, err := parseSummary(stream, p.now())
	if err == nil && s.Node != node {
		return nil, fmt.Errorf("%w: it calls itself %.60q", errNoSummary, s.Node)
	}
	return s, err
}

// kubeletTrouble words why a kubelet said nothing.
func kubeletTrouble(err error) string {
	switch {
	case errors.Is(err, errTooLong):
		return errTooLong.Error()
	case errors.Is(err, errNoSummary):
		return errNoSummary.Error()
	case apierrors.IsForbidden(err):
		return "RBAC forbids MuleBot the verb get on `nodes/proxy`"
	case apierrors.IsNotFound(err), apierrors.IsServiceUnavailable(err):
		return "the API server does not reach it"
	}
	reason, _, _ := diagnose(err)
	return reason
}

func (p *usagePoller) askPrometheus(ctx context.Context) {
	if p.prometheus == nil {
		return
	}
	gathered, err := p.prometheus.ask(ctx, p.now())
	if ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed = ""; err != nil {
		p.failed = err.Error()
		return
	}
	p.gathered = gathered
}

// askExporters asks Prometheus for what the exporters of the engines told it.
func (p *usagePoller) askExporters(ctx context.Context) {
	if p.prometheus == nil {
		return
	}
	exported, err := p.prometheus.exporters(ctx, p.now())
	if ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silence = ""; err != nil {
		p.silence = err.Error()
		return
	}
	p.exported = exported
}

// freshExports leaves of the exporters' figures those that are of now.
func (p *usagePoller) freshExports() *Exported {
	if p.exported == nil {
		return nil
	}
	kept := &Exported{Volumes: map[string]ExportedVolume{}, Pools: map[string]ExportedPool{}}
	for name, v := range p.exported.Volumes {
		if p.now().Sub(v.At) < usageTooOld {
			kept.Volumes[name] = v
		}
	}
	for name, v := range p.exported.Pools {
		if p.now().Sub(v.At) < usageTooOld {
			kept.Pools[name] = v
		}
	}
	return kept
}

// answer returns what is known now; nil before the first round.
func (p *usagePoller) answer() *Usage {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.began.IsZero() {
		return nil
	}
	u := &Usage{Kubelets: map[string]*Summary{}, Silent: maps.Clone(p.silent), Forbidden: p.forbidden, Failed: p.failed}
	fresh := func(all map[string]models.Filesystem) map[string]models.Filesystem {
		kept := make(map[string]models.Filesystem, len(all))
		for claim, f := range all {
			if p.now().Sub(f.At) < usageTooOld {
				kept[claim] = f
			}
		}
		return kept
	}
	for node, s := range p.kubelets {
		u.Kubelets[node] = &Summary{Node: node, Claims: fresh(s.Claims)}
	}
	if p.prometheus != nil {
		u.Prometheus = fresh(p.gathered)
		u.Exported, u.Unexported = p.freshExports(), p.silence
	}
	return u
}

// mounting returns the nodes whose kubelets have something to tell: a pod with a claim runs there, and the node is ready.
func mounting(o *Objects) []string {
	ready := map[string]bool{}
	for _, n := range o.Nodes {
		ready[n.Name] = slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
			return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
		})
	}
	found := map[string]bool{}
	for _, p := range o.Pods {
		if node := p.Spec.NodeName; ready[node] && p.Status.Phase == corev1.PodRunning && len(claimsOf(p)) > 0 {
			found[node] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// refresh builds the inventory anew, so that no question has to: figures are other ones after every round. Who asks meanwhile is
// answered from the last.
func (c *connection) refresh() {
	c.touch()
	if c.built.Load() != nil {
		c.build(func(*built) bool { return c.dirty.Load() != 0 })
	}
}

// measure asks for file systems as soon as it is known which nodes there are, and which pods on them.
func (c *connection) measure(ctx context.Context) {
	for !c.settled("nodes") || !c.settled("pods") {
		if !pause(ctx, 20*time.Millisecond) {
			return
		}
	}
	c.usage.run(ctx, c.options.Measure)
}

// settled reports whether a resource has been read once, or refused.
func (c *connection) settled(resource string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.watchers[resource]
	return w != nil && w.settled()
}
