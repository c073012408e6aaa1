package diagnosis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// places returns the nodes where a claim's volume may be made: the one that was chosen, those that its class allows, or all.
func (e *evidence) places() []string {
	c := e.claim
	if c.Selected != "" {
		return []string{c.Selected}
	}
	if class := e.classOf(c); class != nil && class.Nodes != nil {
		return class.Nodes
	}
	var all []string
	for i := range e.inv.Nodes {
		all = append(all, e.inv.Nodes[i].Name)
	}
	return all
}

// rooms judges the pools of a name on some nodes for a local volume, as its engine does: each by itself.
func (e *evidence) rooms(engine models.Engine, matches func(string) bool, nodes []string, size models.Bytes, thin bool) (fit []string, why []string, links []Link, down *finding) {
	for i := range e.inv.Pools {
		p := &e.inv.Pools[i]
		if p.Engine != engine || p.Group != "" || !matches(p.Name) || !slices.Contains(nodes, p.Node) {
			continue
		}
		room := p
		if t := find(e.inv.Pools, func(t *models.Pool) bool { return t.Group == p.Name && t.Node == p.Node && t.Engine == engine }); thin && t != nil {
			room = t
		}
		switch lost := e.nodeDown(p.Node); {
		case lost != nil:
			why = append(why, lost.cause)
			down = lost
		case !thin && room.Free.IsKnown() && room.Free < size:
			why = append(why, fmt.Sprintf("%s on node %s has %s free", phrase.Code(p.Name), phrase.Code(p.Node), room.Free))
			links = append(links, spaceLink(room))
		default:
			fit = append(fit, fmt.Sprintf("%s on node %s (%s free)", phrase.Code(p.Name), phrase.Code(p.Node), room.Free))
		}
	}
	return fit, why, links, down
}

// volumeGroup is for LVM: no volume group on the nodes that are allowed takes the volume.
func volumeGroup(e *evidence) *finding {
	c, ev := e.claim, e.refused()
	failed := c.Made == "Failed" && c.Engine == models.LVM
	if c.Engine != models.LVM || e.inv.Unread["LVMNode"] || !failed && (ev == nil || !says(ev.Message, "no vg available", "insufficient", "ResourceExhausted", "not enough")) {
		return nil
	}
	class := e.classOf(c)
	if class == nil {
		return nil
	}
	matches, wanted := groupOf(class)
	nodes := e.places()
	thin := says(class.Parameters["thinProvision"], "yes", "true")
	fit, why, links, lost := e.rooms(models.LVM, matches, nodes, c.Requested, thin)
	f := e.noRoom("volume group "+phrase.Code(wanted), nodes, fit, why, lost)
	if ev != nil {
		f.link(eventLink(ev))
	}
	if failed {
		f.link(Link{Kind: "LVMVolume", Name: c.Volume, Field: "status.state", Says: "Failed: " + gist(c.Error), Health: models.Down})
	}
	f.link(links...)
	f.run("see what each node has free", "kubectl get lvmnodes -A -o yaml")
	f.do = append(f.do, Command{Why: "make room in a volume group of these nodes, add a disk to it (vgextend), or ask for less; volume groups of different nodes do not add up"})
	return f
}

// groupOf returns which volume groups a storage class takes, and how it names them.
func groupOf(class *models.StorageClass) (matches func(string) bool, wanted string) {
	matches, _, wanted = class.VolumeGroups()
	return matches, cmp.Or(wanted, "any")
}

// noRoom words which pools were looked at and why none takes the volume.
func (e *evidence) noRoom(pool string, nodes, fit, why []string, lost *finding) *finding {
	only := fmt.Sprintf("on the nodes that are allowed (%s)", phrase.Few(phrase.Codes(nodes), 4))
	if len(nodes) == 1 {
		only = fmt.Sprintf("on node %s, the only one that is allowed,", phrase.Code(nodes[0]))
	}
	if len(nodes) == len(e.inv.Nodes) {
		only = "on any node"
	}
	size := e.claim.Requested
	var f *finding
	switch {
	case len(fit) > 0:
		f = because(Likely, "its provisioner found no %s with %s free when it last tried", pool, size).
			lack("by now there would be room in " + phrase.Few(fit, 3) + ": the next try may succeed, or the node's agent reports old figures")
	case len(why) > 0:
		f = because(Certain, "no %s %s has %s free: %s", pool, only, size, phrase.Few(why, 4))
	default:
		f = because(Certain, "there is no %s %s", pool, only)
		for _, node := range nodes {
			if a := e.broken(e.claim.Engine, models.StorageAgent, node); a != nil { // then what is there is not reported
				deeper := e.podBroken(a)
				return because(Likely, "%s's agent on node %s, which reports its pools and makes volumes, does not work: %s", e.claim.Engine.Title(), phrase.Code(node), deeper.cause).from(deeper)
			}
		}
	}
	if lost != nil {
		f.from(lost)
	}
	return f
}

// zfsPool is for ZFS: the pool is missing on the nodes that are allowed, or too small, or its agent does not work.
func zfsPool(e *evidence) *finding {
	c, ev := e.claim, e.refused()
	failed := c.Made == "Failed" && c.Engine == models.ZFS
	if c.Engine != models.ZFS || e.inv.Unread["ZFSNode"] || !failed && (ev == nil || !says(ev.Message, "zfs", "not able to provision", "ResourceExhausted", "no space")) {
		return nil
	}
	class := e.classOf(c)
	if class == nil {
		return nil
	}
	wanted, thin := "", false
	for key, value := range class.Parameters {
		switch strings.ToLower(key) {
		case "poolname":
			wanted, _, _ = strings.Cut(value, "/")
		case "thinprovision":
			thin = says(value, "yes", "true")
		}
	}
	nodes := e.places()
	if named := nodesNamed(ev); len(named) > 0 && e.findNode(named[0]) != nil {
		nodes = named
	}
	fit, why, links, lost := e.rooms(models.ZFS, func(name string) bool { return name == wanted }, nodes, c.Requested, thin)
	if len(fit) > 0 {
		for _, node := range nodes {
			if a := e.broken(models.ZFS, models.StorageAgent, node); a != nil {
				deeper := e.podBroken(a)
				return because(Likely, "ZFS's agent on node %s, which makes the volumes there, does not work: %s", phrase.Code(node), deeper.cause).link(eventOf(ev)...).from(deeper)
			}
		}
	}
	f := e.noRoom("pool "+phrase.Code(wanted), nodes, fit, why, lost).link(eventOf(ev)...).link(links...)
	if len(fit) > 0 && ev != nil {
		f.cause = "ZFS could not make it: " + gist(ev.Message)
		f.missing = []string{"the driver does not pass on what zfs said; there seems to be room in " + phrase.Few(fit, 3) + ": see the log of ZFS's node agent"}
	}
	f.run("see what each node has free", "kubectl get zfsnodes -A -o yaml")
	f.do = append(f.do, Command{Why: "make room in the pool (old snapshots and released volumes first), add a disk to it, or ask for less"})
	return f
}

func eventOf(ev *models.Event) []Link {
	if ev == nil {
		return nil
	}
	return []Link{eventLink(ev)}
}

// nodesNamed returns the nodes that ZFS's refusal names: "nodes [a b], err : …".
func nodesNamed(ev *models.Event) []string {
	if ev == nil {
		return nil
	}
	_, rest, found := strings.Cut(ev.Message, "nodes [")
	if !found {
		return nil
	}
	list, _, _ := strings.Cut(rest, "]")
	return strings.FieldsFunc(list, func(r rune) bool { return r == ' ' || r == ',' })
}

// provisionerSays takes the provisioner's own words where nothing above explains them. They are its words and no proof.
func provisionerSays(e *evidence) *finding {
	ev := e.refused()
	if ev == nil {
		return nil
	}
	if f := e.provisionerBroken(e.claim.Engine); f != nil && says(ev.Message, "unavailable", "connection refused", "deadline", "timeout", "timed out", "no such host") {
		f.chain = append([]Link{eventLink(ev)}, f.chain...)
		return f
	}
	return because(Likely, "its provisioner says: %s", gist(ev.Message)).link(eventLink(ev)).
		lack("nothing else that I read confirms what the provisioner says")
}

// noConsumer is no fault: the class binds late.
func noConsumer(e *evidence) *finding {
	c := e.claim
	class := e.classOf(c)
	if class == nil || class.Binding != "WaitForFirstConsumer" || len(c.Pods) > 0 {
		return nil
	}
	ev := e.newest("PersistentVolumeClaim", c.Namespace, c.Name, "WaitForFirstConsumer", "ExternalProvisioning", "Provisioning")
	certainty, pods := NoFault, "no pod does"
	if e.inv.Unread["Pod"] {
		if c.Selected != "" || ev != nil && ev.Reason != "WaitForFirstConsumer" { // then a pod has used it
			return nil
		}
		certainty, pods = NotKnown, "whether a pod does is not known"
		if ev != nil {
			certainty, pods = Likely, "no pod did when its event was written"
		}
	}
	f := because(certainty, "storage class %s makes the volume when the first pod uses the claim (WaitForFirstConsumer), and %s", phrase.Code(class.Name), pods).
		link(Link{Kind: "StorageClass", Name: class.Name, Field: "volumeBindingMode", Says: class.Binding}).link(eventOf(ev)...)
	f.do = append(f.do, Command{Why: "start a pod that uses it, or delete the claim if nobody needs it"})
	return f
}

// consumerNotPlaced asks the pod that a claim waits for.
func consumerNotPlaced(e *evidence) *finding {
	c := e.claim
	class := e.classOf(c)
	if class == nil || class.Binding != "WaitForFirstConsumer" {
		return nil
	}
	for _, ref := range c.Pods {
		p := e.findPod(ref.Namespace, ref.Name)
		if p == nil || p.Node != "" {
			continue
		}
		rules := slices.DeleteFunc(placeRules(), func(r rule) bool { return r.name == "claim" }) // this is its claim
		deeper := (&evidence{inv: e.inv, pod: p}).first(rules)
		if deeper == nil {
			continue
		}
		f := because(Certain, "it waits for its pod %s, which is not placed: %s", phrase.Scoped(p.Namespace, p.Name), deeper.cause).
			link(Link{Kind: "StorageClass", Name: class.Name, Field: "volumeBindingMode", Says: class.Binding}, podLink(p)).from(deeper)
		return f
	}
	return nil
}

// agentBroken is for a local volume that the agent of its node should make, and does not.
func agentBroken(e *evidence) *finding {
	c := e.claim
	if !c.Engine.Local() || c.Engine == models.Hostpath {
		return nil
	}
	for _, node := range e.places() {
		if a := e.broken(c.Engine, models.StorageAgent, node); a != nil && (c.Selected != "" || c.Made != "" || len(e.places()) == 1) {
			deeper := e.podBroken(a)
			return because(Likely, "%s's agent on node %s, which makes the volume, does not work: %s", c.Engine.Title(), phrase.Code(node), deeper.cause).from(deeper)
		}
	}
	return nil
}

// provisionerSilent is for a claim that nobody answers.
func provisionerSilent(e *evidence) *finding {
	c := e.claim
	ev := e.newest("PersistentVolumeClaim", c.Namespace, c.Name, "ExternalProvisioning", "Provisioning")
	if ev == nil {
		return nil
	}
	name := c.Provisioner
	if name == "" {
		name = "that its class names"
	}
	f := because(Likely, "the provisioner %s has not answered%s: it is slow, down or not installed", phrase.Code(name), since(ev.First)).link(eventLink(ev))
	if class := e.classOf(c); class != nil {
		f.link(classLink(class))
		if class.Engine == models.OtherCSI || class.Engine == models.OtherOpenEBS {
			f.lack("I do not know this provisioner's pods")
		}
	}
	if len(e.agents(c.Engine, models.ProvisionRole, "")) == 0 {
		f.lack("no pod of this provisioner is among those that I know: whether it runs is not known")
	}
	return f.run("see whether it runs", "kubectl -n %s get pods", e.namespace(c.Engine)).
		run("see which drivers are registered", "kubectl get csidrivers")
}
