package intents

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// idleNames is how long the names of an inventory that nobody asks about are kept.
const idleNames = time.Hour

// linker keeps an index of live names for each inventory. Workspaces that share an inventory share its index. When a
// cluster's inventory gives way to a newer one, the index is changed by their difference.
type linker struct {
	now func() time.Time

	mu     sync.Mutex
	byInv  map[*models.Inventory]*nameIndex
	newest map[models.ClusterRef]*models.Inventory // that was last seen of a cluster
	cards  map[string]*nameIndex                   // by the names of a card's clusters, joined
	swept  time.Time
}

// nameIndex are the names of one inventory. The set is never written to; the index may move on to the names of a newer
// inventory while a sentence is being read, and so whatever it finds is checked against the set.
type nameIndex struct {
	index *nlp.Index
	set   map[nlp.Name]bool
	used  time.Time

	clusters int // whose newest inventory it is of
}

// Lookup implements nlp.Gazetteer.
func (n *nameIndex) Lookup(reference string, limit int) []nlp.Candidate {
	return n.keep(n.index.Lookup(reference, limit))
}

// Exact implements nlp.Gazetteer.
func (n *nameIndex) Exact(reference string, limit int) []nlp.Candidate {
	return n.keep(n.index.Exact(reference, limit))
}

// keep leaves only the names of the set.
func (n *nameIndex) keep(found []nlp.Candidate) []nlp.Candidate {
	return slices.DeleteFunc(found, func(c nlp.Candidate) bool { return !n.set[c.Name] })
}

func newLinker(now func() time.Time) *linker {
	return &linker{now: now, byInv: map[*models.Inventory]*nameIndex{}, newest: map[models.ClusterRef]*models.Inventory{}, cards: map[string]*nameIndex{}}
}

// of returns the names of a cluster's inventory.
func (l *linker) of(ref models.ClusterRef, inv *models.Inventory) *nameIndex {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep()
	n := l.byInv[inv]
	if n == nil {
		n = l.takeOver(l.predecessor(ref, inv), inv)
	}
	if before := l.newest[ref]; before != inv {
		l.leave(before)
		l.newest[ref] = inv
		n.clusters++
	}
	n.used = l.now()
	return n
}

// predecessor returns the inventory whose index can become that of inv with the least work; nil if there is none.
func (l *linker) predecessor(ref models.ClusterRef, inv *models.Inventory) *models.Inventory {
	for known := range l.byInv {
		if known.Cluster == inv.Cluster && known.Same(inv) {
			return known
		}
	}
	if before := l.newest[ref]; l.byInv[before] != nil {
		return before
	}
	return nil
}

// takeOver makes the index of before, which may be nil, that of inv.
func (l *linker) takeOver(before, inv *models.Inventory) *nameIndex {
	n := l.byInv[before]
	delete(l.byInv, before)
	switch {
	case n == nil:
		n = (&nameIndex{index: nlp.NewIndex()}).become(liveNames(inv))
	case before.Cluster == inv.Cluster && (before.Same(inv) || sameNames(before, inv)):
		n = &nameIndex{index: n.index, set: n.set}
	default:
		n = n.become(liveNames(inv))
	}
	l.byInv[inv] = n
	return n
}

// leave notes that a cluster has a newer inventory, and drops the names of one that is nobody's newest.
func (l *linker) leave(inv *models.Inventory) {
	n := l.byInv[inv]
	if n == nil {
		return
	}
	if n.clusters--; n.clusters == 0 {
		delete(l.byInv, inv)
	}
}

// become changes the index to hold just the names of the set.
func (n *nameIndex) become(set map[nlp.Name]bool) *nameIndex {
	for name := range n.set {
		if !set[name] {
			n.index.Remove(name)
		}
	}
	for name := range set {
		if !n.set[name] {
			n.index.Add(name)
		}
	}
	return &nameIndex{index: n.index, set: set}
}

// clusters returns the names of a card's clusters.
func (l *linker) clusters(card models.Card) nlp.Gazetteer {
	key := strings.Join(card.Clusters, "\x00")
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.cards[key]
	if n == nil {
		set := map[nlp.Name]bool{}
		for _, c := range card.Clusters {
			set[nlp.Name{Type: "cluster", Value: c, Group: c}] = true
		}
		n = (&nameIndex{index: nlp.NewIndex()}).become(set)
		l.cards[key] = n
	}
	n.used = l.now()
	return n
}

// sweep drops what nobody has asked about for long.
func (l *linker) sweep() {
	if l.now().Sub(l.swept) < idleNames {
		return
	}
	l.swept = l.now()
	for inv, n := range l.byInv {
		if l.swept.Sub(n.used) > idleNames {
			delete(l.byInv, inv)
		}
	}
	for ref, inv := range l.newest {
		if l.byInv[inv] == nil {
			delete(l.newest, ref)
		}
	}
	for key, n := range l.cards {
		if l.swept.Sub(n.used) > idleNames {
			delete(l.cards, key)
		}
	}
}

// sameNames reports whether two inventories have the same names, as far as it sees at a glance: the same things in the same
// places. It is so when only states have changed, which is most of what changes in a large cluster.
func sameNames(a, b *models.Inventory) bool {
	named := func(x, y models.PodRef) bool { return x == y }
	return slices.EqualFunc(a.Volumes, b.Volumes, func(x, y models.Volume) bool {
		return x.Name == y.Name && x.Claim == y.Claim && x.Namespace == y.Namespace && slices.EqualFunc(x.Pods, y.Pods, named)
	}) && slices.EqualFunc(a.Claims, b.Claims, func(x, y models.Claim) bool {
		return x.Name == y.Name && x.Namespace == y.Namespace
	}) && slices.EqualFunc(a.Pods, b.Pods, func(x, y models.Pod) bool {
		return x.Name == y.Name && x.Namespace == y.Namespace && x.Workload == y.Workload
	}) && slices.EqualFunc(a.Pools, b.Pools, func(x, y models.Pool) bool {
		return x.Name == y.Name && x.Group == y.Group
	}) && slices.EqualFunc(a.Nodes, b.Nodes, func(x, y models.Node) bool {
		return x.Name == y.Name && x.Zone == y.Zone
	}) && slices.EqualFunc(a.StorageClasses, b.StorageClasses, func(x, y models.StorageClass) bool {
		return x.Name == y.Name
	}) && slices.EqualFunc(a.Snapshots, b.Snapshots, func(x, y models.Snapshot) bool {
		return x.Name == y.Name && x.Namespace == y.Namespace
	}) && slices.EqualFunc(a.BlockDevices, b.BlockDevices, func(x, y models.BlockDevice) bool {
		return x.Name == y.Name
	}) && slices.EqualFunc(a.Refusals, b.Refusals, func(x, y models.Refusal) bool {
		return x.Name == y.Name && x.Namespace == y.Namespace && x.Owner == y.Owner
	}) && slices.EqualFunc(a.Terminating, b.Terminating, func(x, y models.Terminating) bool {
		return x.Volume == y.Volume
	}) && slices.Equal(a.Namespaces, b.Namespaces)
}

// liveNames returns the names that a sentence may refer to.
func liveNames(inv *models.Inventory) map[nlp.Name]bool {
	set := make(map[nlp.Name]bool, 2*len(inv.Volumes)+len(inv.Claims)+len(inv.Pods))
	add := func(kind, scope, value string) {
		if value != "" {
			set[nlp.Name{Type: kind, Value: value, Scope: scope, Group: inv.Cluster}] = true
		}
	}
	for i := range inv.Volumes {
		add("volume", "", inv.Volumes[i].Name)
		add("claim", inv.Volumes[i].Namespace, inv.Volumes[i].Claim)
		for j := range inv.Volumes[i].Replicas {
			add("volume", "", inv.Volumes[i].Replicas[j].Backing)
		}
		for _, p := range inv.Volumes[i].Pods {
			addPod(add, p.Namespace, p.Name, p.Workload)
		}
	}
	for i := range inv.Claims {
		add("claim", inv.Claims[i].Namespace, inv.Claims[i].Name)
		add("namespace", "", inv.Claims[i].Namespace)
	}
	for i := range inv.Pods {
		addPod(add, inv.Pods[i].Namespace, inv.Pods[i].Name, inv.Pods[i].Workload)
	}
	for i := range inv.Pools {
		add("pool", "", inv.Pools[i].Name)
		add("pool", "", inv.Pools[i].Group)
	}
	for i := range inv.Nodes {
		add("node", "", inv.Nodes[i].Name)
		add("zone", "", inv.Nodes[i].Zone)
	}
	for i := range inv.StorageClasses {
		add("storageclass", "", inv.StorageClasses[i].Name)
	}
	for i := range inv.Snapshots {
		add("snapshot", inv.Snapshots[i].Namespace, inv.Snapshots[i].Name)
	}
	for i := range inv.Quotas {
		add("quota", inv.Quotas[i].Namespace, inv.Quotas[i].Name)
	}
	for i := range inv.BlockDevices {
		add("blockdevice", "", inv.BlockDevices[i].Name)
	}
	for i := range inv.Terminating { // an engine's object whose PersistentVolume is gone
		add("volume", "", inv.Terminating[i].Volume)
	}
	for i := range inv.Strays {
		add("volume", "", inv.Strays[i].Name)
	}
	for i := range inv.Refusals { // "why is data-mysql-2 not there?"
		r := &inv.Refusals[i]
		add(map[string]string{"PersistentVolumeClaim": "claim", "Pod": "pod"}[r.Kind], r.Namespace, r.Name)
		if kind, owner, _ := strings.Cut(r.Owner, "/"); kind == "StatefulSet" {
			add("workload", r.Namespace, owner)
		}
	}
	for _, ns := range inv.Namespaces {
		add("namespace", "", ns)
	}
	return set
}

func addPod(add func(kind, scope, value string), namespace, name, workload string) {
	add("pod", namespace, name)
	kind, owner, _ := strings.Cut(workload, "/")
	if kind != "Pod" {
		add("workload", namespace, owner)
	}
}

// near returns at most three of the names of a subject's things that come near to a name.
func near(s models.Subject, name string, names []string) []string {
	index := nlp.NewIndex()
	for _, n := range names {
		index.Add(nlp.Name{Type: string(s), Value: n})
	}
	var found []string
	for _, c := range index.Lookup(name, 3) {
		found = append(found, c.Value)
	}
	return found
}
