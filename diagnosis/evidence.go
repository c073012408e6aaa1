package diagnosis

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// evidence is a thing with what belongs to it, and the inventory around it. Only what the thing is, or what it stands for, is
// set: a volume has its claim, a claim its volume.
type evidence struct {
	inv   *models.Inventory
	asked Concern

	claim     *models.Claim
	volume    *models.Volume
	pod       *models.Pod
	pool      *models.Pool
	node      *models.Node
	snapshot  *models.Snapshot
	device    *models.BlockDevice
	class     *models.StorageClass
	forbidden *models.Refusal     // of what is not there
	sought    Link                // what is not there
	left      *models.Terminating // an engine's object whose volume is gone
}

// find looks the thing up.
func (e *evidence) find(t Thing) bool {
	switch t.Subject {
	case models.Volumes:
		if e.volume = e.inv.Volume(t.Name); e.volume != nil {
			e.claim = e.inv.Claim(e.volume.Namespace, e.volume.Claim)
		}
		return e.volume != nil || e.findLeft(t.Name)
	case models.Claims:
		if e.claim = e.inv.Claim(t.Namespace, t.Name); e.claim != nil && e.claim.Phase == "Bound" {
			e.volume = e.inv.Volume(e.claim.Volume)
		}
		return e.claim != nil || e.findRefusal(t)
	case models.Pods:
		e.pod = e.findPod(t.Namespace, t.Name)
		return e.pod != nil || e.findRefusal(t)
	case models.Pools:
		e.pool = e.findPool(t.Name, t.Node)
		return e.pool != nil
	case models.Nodes:
		e.node = e.findNode(t.Name)
		return e.node != nil
	case models.Snapshots:
		e.snapshot = find(e.inv.Snapshots, func(s *models.Snapshot) bool { return s.Name == t.Name && s.Namespace == t.Namespace })
		return e.snapshot != nil
	case models.BlockDevices:
		e.device = e.findDevice(t.Name)
		return e.device != nil
	case models.StorageClasses:
		e.class = e.findClass(t.Name)
		return e.class != nil
	}
	return false
}

// findLeft looks for an engine's object that is being deleted after its PersistentVolume is gone.
func (e *evidence) findLeft(name string) bool {
	e.left = find(e.inv.Terminating, func(t *models.Terminating) bool { return t.Volume == name && t.Kind != "PersistentVolumeClaim" })
	return e.left != nil
}

// find returns the first element that is wanted, or nil.
func find[T any](all []T, wanted func(*T) bool) *T {
	for i := range all {
		if wanted(&all[i]) {
			return &all[i]
		}
	}
	return nil
}

// filter returns the elements that are wanted.
func filter[T any](all []T, wanted func(*T) bool) []*T {
	var kept []*T
	for i := range all {
		if wanted(&all[i]) {
			kept = append(kept, &all[i])
		}
	}
	return kept
}

// of makes the evidence of a volume in the same inventory.
func (e *evidence) of(v *models.Volume) *evidence {
	return &evidence{inv: e.inv, volume: v, claim: e.inv.Claim(v.Namespace, v.Claim)}
}

// ofClaim makes the evidence of a claim in the same inventory.
func (e *evidence) ofClaim(c *models.Claim) *evidence {
	o := &evidence{inv: e.inv, claim: c}
	if c.Phase == "Bound" {
		o.volume = e.inv.Volume(c.Volume)
	}
	return o
}

func (e *evidence) findPod(namespace, name string) *models.Pod {
	return find(e.inv.Pods, func(p *models.Pod) bool { return p.Name == name && p.Namespace == namespace })
}

func (e *evidence) findPool(name, node string) *models.Pool {
	return find(e.inv.Pools, func(p *models.Pool) bool { return p.Name == name && (node == "" || p.Node == node) })
}

func (e *evidence) findNode(name string) *models.Node {
	return find(e.inv.Nodes, func(n *models.Node) bool { return n.Name == name })
}

func (e *evidence) findDevice(name string) *models.BlockDevice {
	return find(e.inv.BlockDevices, func(d *models.BlockDevice) bool { return d.Name == name })
}

func (e *evidence) findClass(name string) *models.StorageClass {
	return find(e.inv.StorageClasses, func(c *models.StorageClass) bool { return c.Name == name })
}

// agents returns the pods of an engine of a role that serve something.
func (e *evidence) agents(engine models.Engine, role models.AgentRole, serves string) []*models.Agent {
	return filter(e.inv.Agents, func(a *models.Agent) bool { return a.Engine == engine && a.Role == role && a.Serves == serves })
}

// broken returns one of the pods that serve something, if none of them works; nil if one does or if there is none to judge by.
func (e *evidence) broken(engine models.Engine, role models.AgentRole, serves string) *models.Agent {
	var bad *models.Agent
	for _, a := range e.agents(engine, role, serves) {
		if a.Works() && e.nodeDown(a.Node) == nil {
			return nil
		}
		bad = a
	}
	return bad
}

// storagePod returns the broken pod that serves a pool; nil if it works or is not known.
func (e *evidence) storagePod(p *models.Pool) *models.Agent {
	role, serves := serverOf(p)
	return e.broken(p.Engine, role, serves)
}

// storagePods returns the pods that serve a pool.
func (e *evidence) storagePods(p *models.Pool) []*models.Agent {
	role, serves := serverOf(p)
	return e.agents(p.Engine, role, serves)
}

// serverOf says which pods serve a pool: their role, and what they are there for.
func serverOf(p *models.Pool) (role models.AgentRole, serves string) {
	if p.Engine == models.CStor {
		return models.PoolAgent, p.Name
	}
	return models.StorageAgent, p.Node
}

// workWords says of pods none of which is broken that they work, as far as any is known.
func workWords(agents []*models.Agent) string {
	if len(agents) == 0 {
		return "is not among the pods that I know"
	}
	return "seems to work; its log may say more"
}

// namespace is where an engine runs.
func (e *evidence) namespace(engine models.Engine) string {
	if a := find(e.inv.Agents, func(a *models.Agent) bool { return a.Engine == engine }); a != nil {
		return a.Namespace
	}
	if engine == models.CStor && len(e.inv.PoolGroups) > 0 {
		return e.inv.PoolGroups[0].Namespace
	}
	return "openebs"
}

// events returns the events on an object, the newest first; without reasons, those of every reason.
func (e *evidence) events(kind, namespace, name string, reasons ...string) []*models.Event {
	found := filter(e.inv.Events, func(ev *models.Event) bool {
		return ev.Object == name && ev.Kind == kind && (ev.Namespace == namespace || namespace == "") && (len(reasons) == 0 || slices.Contains(reasons, ev.Reason))
	})
	slices.SortStableFunc(found, func(x, y *models.Event) int { return y.Last.Compare(x.Last) })
	return found
}

// newest returns the newest event on an object of one of the reasons, or nil.
func (e *evidence) newest(kind, namespace, name string, reasons ...string) *models.Event {
	if found := e.events(kind, namespace, name, reasons...); len(found) > 0 {
		return found[0]
	}
	return nil
}

// warned returns the newest event on an object that tells of a fault, or nil.
func (e *evidence) warned(kind, namespace, name string) *models.Event {
	for _, ev := range e.events(kind, namespace, name) {
		if ev.Type != "Normal" {
			return ev
		}
	}
	return nil
}

// poolOf returns the pool of a replica; nil if it has none or it is not known.
func (e *evidence) poolOf(v *models.Volume, r *models.Replica) *models.Pool {
	return find(e.inv.Pools, func(p *models.Pool) bool {
		return p.Name == r.Pool && p.Engine == v.Engine && (p.Node == r.Node || r.Node == "")
	})
}

// poolsOf returns the pools of a local volume.
func (e *evidence) poolsOf(v *models.Volume) []*models.Pool {
	return filter(e.inv.Pools, func(p *models.Pool) bool {
		return p.Engine == v.Engine && p.Node == v.Node && slices.Contains(v.Pools, p.Name)
	})
}

// poolsHolding returns the pools that hold a volume's data: those of a local one, and those of its replicas.
func (e *evidence) poolsHolding(v *models.Volume) []*models.Pool {
	all := e.poolsOf(v)
	for i := range v.Replicas {
		if p := e.poolOf(v, &v.Replicas[i]); p != nil {
			all = append(all, p)
		}
	}
	return all
}

// held returns the volumes with data in a pool, the biggest first.
func (e *evidence) held(p *models.Pool) []*models.Volume {
	all := filter(e.inv.Volumes, func(v *models.Volume) bool {
		if v.Engine != p.Engine {
			return false
		}
		if v.Local() {
			return v.Node == p.Node && slices.Contains(v.Pools, p.Name)
		}
		return slices.ContainsFunc(v.Replicas, func(r models.Replica) bool { return r.Pool == p.Name && (r.Node == p.Node || r.Node == "") })
	})
	slices.SortStableFunc(all, func(x, y *models.Volume) int { return cmp.Compare(y.Size, x.Size) })
	return all
}

// classOf returns the storage class of a claim, or nil if there is none of that name.
func (e *evidence) classOf(c *models.Claim) *models.StorageClass { return e.findClass(c.StorageClass) }

// gaps says which kinds that a diagnosis stands on were not read.
func (e *evidence) gaps() []string {
	var missing []string
	for _, kind := range []string{"Event", "Pod", "Node"} {
		if e.inv.Unread[kind] {
			missing = append(missing, kind+" objects were not read, so what they would say is missing")
		}
	}
	if e.inv.Stale != nil {
		missing = append(missing, "the cluster does not answer now: this is what was last known")
	}
	return missing
}

// self is the thing itself as the first link of the chain.
func (e *evidence) self() []Link {
	switch {
	case e.forbidden != nil:
		return []Link{e.sought}
	case e.left != nil:
		return []Link{deletionLink(e.left)}
	case e.pod != nil:
		return []Link{podLink(e.pod)}
	case e.snapshot != nil:
		return []Link{snapshotLink(e.snapshot)}
	case e.pool != nil:
		return []Link{poolLink(e.pool)}
	case e.node != nil:
		return []Link{nodeLink(e.node)}
	case e.device != nil:
		return []Link{deviceLink(e.device)}
	case e.class != nil:
		return []Link{classLink(e.class)}
	}
	var links []Link
	if e.claim != nil {
		links = append(links, claimLink(e.claim))
	}
	if e.volume != nil {
		links = append(links, volumeLink(e.volume))
	}
	return links
}

// title names the thing.
func (e *evidence) title() string {
	switch {
	case e.forbidden != nil && e.sought.Kind == "Pod":
		return "pod " + phrase.Scoped(e.sought.Namespace, e.sought.Name)
	case e.left != nil:
		return e.left.Kind + " " + phrase.Code(e.left.Name)
	case e.forbidden != nil:
		return "claim " + phrase.Scoped(e.sought.Namespace, e.sought.Name)
	case e.pod != nil:
		return "pod " + phrase.Scoped(e.pod.Namespace, e.pod.Name)
	case e.snapshot != nil:
		return "snapshot " + phrase.Scoped(e.snapshot.Namespace, e.snapshot.Name)
	case e.pool != nil:
		return poolTitle(e.pool)
	case e.node != nil:
		return "node " + phrase.Code(e.node.Name)
	case e.device != nil:
		return "block device " + phrase.Code(e.device.Name)
	case e.class != nil:
		return "storage class " + phrase.Code(e.class.Name)
	case e.volume != nil:
		return "volume " + phrase.Code(e.volume.KnownAs())
	}
	return "claim " + phrase.Scoped(e.claim.Namespace, e.claim.Name)
}

// headline begins the sentence about the thing, with the cluster that it is in.
func (e *evidence) headline() string {
	if e.node != nil || e.pool != nil || e.device != nil {
		return phrase.Capital(e.title()) + " of " + e.inv.Cluster
	}
	return phrase.Capital(e.title()) + " on " + e.inv.Cluster
}

func poolTitle(p *models.Pool) string {
	title := strings.TrimSpace(p.Kind) + " " + phrase.Code(p.Name)
	if p.Kind == "" {
		title = "pool " + phrase.Code(p.Name)
	}
	if p.Node != "" {
		title += " on node " + phrase.Code(p.Node)
	}
	return title
}
