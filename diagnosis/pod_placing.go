package diagnosis

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// placeRules find why no node takes a pod.
func placeRules() []rule {
	return []rule{
		{"claim", (*evidence).claimOfPod},
		{"data on a node that takes no pods", pinnedToNode},
		{"no node has the room", noRoomForPod},
		{"scheduler says why", schedulerSays},
	}
}

// unplaced returns what the scheduler says of the pod: its newest event, or the pod's own condition; "" if neither is there.
func (e *evidence) unplaced() (text string, links []Link) {
	p := e.pod
	if ev := e.newest("Pod", p.Namespace, p.Name, "FailedScheduling"); ev != nil {
		return ev.Message, []Link{eventLink(ev)}
	}
	if p.Reason != "" {
		return p.Reason, []Link{{Kind: "Pod", Namespace: p.Namespace, Name: p.Name, Field: "status.conditions[PodScheduled]", Says: gist(p.Reason), Since: p.Since}}
	}
	return "", nil
}

// pinnedToNode is for local volumes whose node is lost or closed to new pods.
func pinnedToNode(e *evidence) *finding {
	text, links := e.unplaced()
	for _, name := range e.pod.Volumes {
		v := e.inv.Volume(name)
		if v == nil || !v.Local() || v.Node == "" {
			continue
		}
		if down := e.nodeDown(v.Node); down != nil {
			return because(Certain, "its volume %s exists only on a node that is lost: %s", phrase.Code(v.KnownAs()), down.cause).link(links...).link(volumeLink(v)).from(down).
				risk("it cannot run on another node")
		}
		n := e.findNode(v.Node)
		if n == nil {
			continue
		}
		pin := Link{Kind: "PersistentVolume", Name: v.Name, Field: "spec.nodeAffinity", Says: v.Node}
		switch taint := blocks(n); {
		case n.Cordoned:
			return because(Certain, "its volume %s exists only on node %s, which is cordoned", phrase.Code(v.KnownAs()), phrase.Code(n.Name)).link(links...).
				link(pin, Link{Kind: "Node", Name: n.Name, Field: "spec.unschedulable", Says: "true"}).run("let the node take pods again", "kubectl uncordon %s", n.Name)
		case taint != "" && says(text, "taint"):
			return because(Likely, "its volume %s exists only on node %s, which has the taint %s", phrase.Code(v.KnownAs()), phrase.Code(n.Name), phrase.Code(taint)).link(links...).
				link(pin, Link{Kind: "Node", Name: n.Name, Field: "spec.taints", Says: taint})
		case says(text, "Insufficient"):
			return because(Likely, "its volume %s exists only on node %s, which has no room for the pod: %s", phrase.Code(v.KnownAs()), phrase.Code(n.Name), schedulerWords(text)).link(links...).link(pin)
		case says(text, "volume node affinity conflict", "didn't match PersistentVolume's node affinity"):
			return because(Likely, "its volume %s exists only on node %s, and the pod may not run there: %s", phrase.Code(v.KnownAs()), phrase.Code(n.Name), schedulerWords(text)).link(links...).link(pin).
				lack("the pod's own nodeSelector and affinity, and its other volumes, are not read")
		}
	}
	return nil
}

// blocks returns a taint of a node that keeps pods away, or "".
func blocks(n *models.Node) string {
	for _, t := range n.Taints {
		if strings.HasSuffix(t, ":NoSchedule") || strings.HasSuffix(t, ":NoExecute") {
			return t
		}
	}
	return ""
}

// noRoomForPod is for claims that are made where the pod goes: no node has both the pool and the space.
func noRoomForPod(e *evidence) *finding {
	text, links := e.unplaced()
	if !says(text, "enough free storage", "node(s) did not have enough") {
		return nil
	}
	for _, name := range e.pod.Claims {
		c := e.inv.Claim(e.pod.Namespace, name)
		if c == nil || c.Phase != "Pending" {
			continue
		}
		class := e.classOf(c)
		if class == nil || class.Engine != models.LVM && class.Engine != models.ZFS || e.inv.Unread["LVMNode"] && e.inv.Unread["ZFSNode"] {
			continue
		}
		o := e.ofClaim(c)
		matches, wanted := groupOf(class)
		kind := "volume group "
		if class.Engine == models.ZFS {
			kind, wanted = "pool ", rootOf(parameter(class, "poolname"))
			matches = func(n string) bool { return n == wanted }
		}
		fit, why, more, lost := o.rooms(class.Engine, matches, o.places(), c.Requested, false)
		f := o.noRoom(kind+phrase.Code(wanted), o.places(), fit, why, lost)
		if len(fit) > 0 {
			f.cause = fmt.Sprintf("the scheduler finds no node with %s free in %s", c.Requested, kind+phrase.Code(wanted))
			f.missing = []string{"there seems to be room in " + phrase.Few(fit, 3) + ": that node may be closed to the pod for another reason, or CSIStorageCapacity, by which the scheduler goes, is old"}
			if old := o.scheduled(class.Name, c.Requested); old != nil {
				f.link(*old)
			}
		}
		f.chain = append(append(slices.Clone(links), claimLink(c)), append(f.chain, more...)...)
		f.run("see what the scheduler goes by", "kubectl get csistoragecapacities -A")
		f.do = append(f.do, Command{Why: "ask for less, make room on one of the nodes, or add a disk to its pool: free space of different nodes does not add up"})
		return f
	}
	return because(Likely, "no node has enough free storage: %s", schedulerWords(text)).link(links...)
}

func parameter(class *models.StorageClass, name string) string {
	for key, value := range class.Parameters {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

func rootOf(name string) string {
	pool, _, _ := strings.Cut(name, "/")
	return pool
}

// scheduled returns what the scheduler believes of a class where it is most; nil if nothing is known.
func (e *evidence) scheduled(class string, size models.Bytes) *Link {
	var most *models.Capacity
	for _, c := range filter(e.inv.Capacities, func(c *models.Capacity) bool { return c.StorageClass == class }) {
		if most == nil || c.Free > most.Free {
			most = c
		}
	}
	if most == nil || most.Free >= size {
		return nil
	}
	return &Link{Kind: "CSIStorageCapacity", Name: most.Name, Field: "capacity", Says: most.Free.String() + " on " + strings.Join(most.Nodes, ", ")}
}

// schedulerSays takes the scheduler's own words, and says whether they are about storage.
func schedulerSays(e *evidence) *finding {
	text, links := e.unplaced()
	if text == "" {
		return nil
	}
	words := schedulerWords(text)
	switch {
	case says(text, "unbound immediate PersistentVolumeClaims"):
		return because(Likely, "one of its claims is not bound: %s", words).link(links...)
	case says(text, "persistentvolumeclaim") && says(text, "not found"):
		return because(Certain, "a claim of it does not exist: %s", words).link(links...)
	case says(text, "exceed max volume count"):
		return because(Certain, "its nodes have as many volumes attached as they can: %s", words).link(links...)
	case says(text, "volume node affinity conflict", "PersistentVolume's node affinity"):
		return because(Likely, "its volume is on a node where the pod may not run: %s", words).link(links...).lack("the pod's own nodeSelector and affinity are not read")
	case says(text, "volume", "storage"):
		return because(Likely, "the scheduler says: %s", words).link(links...)
	}
	return because(Certain, "the scheduler finds no node for it, which is not about storage: %s", words).link(links...)
}

// schedulerWords leaves of the scheduler's message what it says of nodes, without what preemption would do.
func schedulerWords(text string) string {
	text, _, _ = strings.Cut(text, " preemption:")
	return gist(regexp.MustCompile(`\s+`).ReplaceAllString(text, " "))
}
