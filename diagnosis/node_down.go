package diagnosis

import (
	"fmt"
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// nodeDown finds what makes everything on a node unusable: nil if nothing does, or if no node is known at all.
func (e *evidence) nodeDown(name string) *finding {
	if name == "" || len(e.inv.Nodes) == 0 {
		return nil
	}
	n := e.findNode(name)
	switch {
	case n == nil:
		return because(Certain, "node %s does not exist in the cluster any more", phrase.Code(name)).
			link(Link{Kind: "Node", Name: name, Field: "metadata.name", Says: "there is no such node", Health: models.Down}).
			run("see which nodes there are", "kubectl get nodes -o wide")
	case n.Ready:
		return nil
	}
	return because(Certain, "node %s is NotReady%s%s", phrase.Code(name), since(n.Since), silence(n)).link(nodeLink(n)).
		run("see what the node says of itself", "kubectl describe node %s", name).
		lack(fmt.Sprintf("why %s is NotReady stands in no object of the cluster: see the machine, its network, and its kubelet's log (journalctl -u kubelet)", name))
}

// nodeWorks reports whether a node is known to be ready.
func (e *evidence) nodeWorks(name string) bool {
	n := e.findNode(name)
	return n != nil && n.Ready
}

// silence words why a node is not ready, as far as its condition says.
func silence(n *models.Node) string {
	switch {
	case n.State == "Unknown":
		return " (its kubelet does not answer)"
	case n.Message != "":
		return " (" + gist(n.Message) + ")"
	}
	return ""
}

func nodeSymptoms() []symptom {
	return []symptom{
		{name: "node down", rules: []rule{{"kubelet silent", kubeletSilent}, {"kubelet says why", kubeletSays}},
			shows: func(e *evidence) string {
				if e.node.Ready {
					return ""
				}
				return "is NotReady" + since(e.node.Since)
			}},
		{name: "node under pressure", rules: []rule{{"pressure", pressure}},
			shows: func(e *evidence) string {
				if len(e.node.Pressure) == 0 {
					return ""
				}
				text := "is under " + phrase.And(e.node.Pressure)
				if c := e.node.Conditions; len(c) > 0 {
					text += since(c[0].Since)
				}
				return text
			}},
		{name: "engine's pod broken on node", rules: []rule{{"agent", brokenAgent}},
			shows: func(e *evidence) string {
				if a := e.agentOn(e.node.Name); a != nil {
					return "is Ready, but " + a.Engine.Title() + " does not work on it"
				}
				return ""
			}},
		{name: "pool of node down", rules: []rule{{"pool", func(e *evidence) *finding { return e.poolDown(e.poolOn()) }}},
			shows: func(e *evidence) string {
				p := e.poolOn()
				if p == nil || !e.node.Ready || e.poolDown(p) == nil {
					return ""
				}
				return fmt.Sprintf("is Ready, but its pool %s is %s", phrase.Code(p.Name), word(p.Health, p.State))
			}},
		{name: "node cordoned", rules: []rule{{"cordon", cordon}},
			shows: func(e *evidence) string {
				if !e.node.Cordoned && e.node.Closed == "" {
					return ""
				}
				return phrase.Either(e.node.Ready, "is Ready, but takes nothing new", "takes nothing new")
			}},
		{name: healthy, shows: func(*evidence) string { return "is Ready" }, rules: []rule{{"nothing wrong", func(e *evidence) *finding {
			return because(NoFault, "%s data on it", phrase.Count(e.node.Volumes, "volume has", "volumes have"))
		}}}},
	}
}

// poolOn returns a pool of the node that does not work as it should, or nil.
func (e *evidence) poolOn() *models.Pool {
	return find(e.inv.Pools, func(p *models.Pool) bool {
		return p.Node == e.node.Name && p.Health.Severity() >= models.Degraded.Severity()
	})
}

func kubeletSilent(e *evidence) *finding {
	n := e.node
	if n.State != "Unknown" {
		return nil
	}
	f := because(Certain, "its kubelet does not answer")
	if n.Message != "" {
		f.cause += ": " + gist(n.Message)
	}
	f.lack("why the kubelet fell silent stands in no object of the cluster: see the machine, its power and network, and the kubelet's log (journalctl -u kubelet)")
	return e.nodeTakes(f, n)
}

func kubeletSays(e *evidence) *finding {
	if e.node.Message == "" {
		return nil
	}
	return e.nodeTakes(because(Certain, "its kubelet says: %s", gist(e.node.Message)), e.node)
}

// nodeTakes adds what a node takes with it.
func (e *evidence) nodeTakes(f *finding, n *models.Node) *finding {
	var lost, hurt, served []string
	for i := range e.inv.Volumes {
		v := &e.inv.Volumes[i]
		here := slices.ContainsFunc(v.Replicas, func(r models.Replica) bool { return r.Node == n.Name })
		switch {
		case v.Local() && v.Node == n.Name, here && v.Health == models.Down:
			lost = append(lost, phrase.Code(v.KnownAs()))
		case here:
			hurt = append(hurt, phrase.Code(v.KnownAs()))
		case v.Health == models.Down && e.targetNode(v) == n.Name:
			served = append(served, phrase.Code(v.KnownAs()))
		}
	}
	if len(lost) > 0 {
		f.risk(fmt.Sprintf("with it %s down: %s", phrase.Pick(len(lost), "this volume is", "these volumes are"), phrase.Few(lost, 8)))
	}
	if len(served) > 0 {
		f.risk(fmt.Sprintf("it served %s, whose data is elsewhere: %s", phrase.Pick(len(served), "this volume", "these volumes"), phrase.Few(served, 8)))
	}
	if len(hurt) > 0 {
		f.risk(fmt.Sprintf("a replica of %s is lost for now: %s", phrase.Pick(len(hurt), "this volume", "these volumes"), phrase.Few(hurt, 8)))
	}
	var pods []string
	for i := range e.inv.Pods {
		if p := &e.inv.Pods[i]; p.Node == n.Name {
			pods = append(pods, phrase.Scoped(p.Namespace, p.Name))
		}
	}
	if len(pods) > 0 {
		f.risk("pods with claims that were placed on it: " + phrase.Few(pods, 8))
	}
	return f.run("see what the node says of itself", "kubectl describe node %s", n.Name).
		run("see what was placed on it", "kubectl get pods -A -o wide --field-selector spec.nodeName=%s", n.Name)
}

// targetNode is the node that serves a volume; "" if nothing says.
func (e *evidence) targetNode(v *models.Volume) string {
	if v.Target != "" {
		return v.Target
	}
	for _, a := range e.agents(v.Engine, models.TargetAgent, v.Name) {
		return a.Node
	}
	return ""
}

func pressure(e *evidence) *finding {
	n := e.node
	f := because(Certain, "its kubelet reports %s", phrase.And(n.Pressure))
	for _, c := range n.Conditions {
		if c.Message != "" {
			f.cause += ": " + gist(c.Message)
		}
		f.link(Link{Kind: "Node", Name: n.Name, Field: "status.conditions[" + c.Type + "]", Says: "True", Since: c.Since, Health: models.Degraded})
	}
	if slices.Contains(n.Pressure, "DiskPressure") {
		var local []string
		for i := range e.inv.Volumes {
			if v := &e.inv.Volumes[i]; v.Engine == models.Hostpath && v.Node == n.Name {
				local = append(local, phrase.Code(v.KnownAs()))
			}
		}
		if len(local) > 0 {
			f.risk("hostpath volumes share the file system that is nearly full: " + phrase.Few(local, 8))
		}
		f.risk("the kubelet evicts pods and takes no new ones until space is free")
	}
	return f.run("see its conditions and events", "kubectl describe node %s", n.Name).
		lack("which files fill it stands in no object of the cluster: see df -h and du on the node")
}

// agentOn returns the broken pod of an engine that serves a node's pools; nil if all work.
func (e *evidence) agentOn(node string) *models.Agent {
	for _, engine := range []models.Engine{models.Mayastor, models.LVM, models.ZFS} {
		if a := e.broken(engine, models.StorageAgent, node); a != nil {
			return a
		}
	}
	return nil
}

func brokenAgent(e *evidence) *finding {
	return e.podBroken(e.agentOn(e.node.Name))
}

// podBroken words that a pod of an engine does not work.
func (e *evidence) podBroken(a *models.Agent) *finding {
	if down := e.nodeDown(a.Node); down != nil {
		return because(Certain, "its pod %s ran on a node that is lost: %s", phrase.Code(a.Name), down.cause).link(agentLink(a)).from(down)
	}
	state := a.State
	if state == "Running" {
		state = "Running but not ready"
	}
	f := because(Certain, "its pod %s is in state %s", phrase.Code(a.Name), state).link(agentLink(a)).
		run("see why", "kubectl -n %s describe pod %s", a.Namespace, a.Name)
	if a.Restarts > 0 {
		f.cause += " after " + phrase.Count(a.Restarts, "restart", "restarts")
		f.run("see what it said before it ended", "kubectl -n %s logs %s --all-containers --previous", a.Namespace, a.Name)
		f.lack("why " + a.Name + " ends stands in its log, which I do not read")
	} else if a.Reason != "" {
		f.cause += ": " + gist(a.Reason)
	}
	return f
}

func cordon(e *evidence) *finding {
	n := e.node
	if n.Closed != "" {
		return because(Certain, "it is %s: no new replica is placed on it; what is there stays", n.Closed).link(Link{Kind: "Mayastor node", Name: n.Name, Field: "spec.cordondrainstate", Says: n.Closed}).
			run("let it take replicas again, with Mayastor's plugin", "kubectl mayastor get nodes")
	}
	return because(Certain, "it is cordoned: no new pod is placed on it; what runs there stays").
		link(Link{Kind: "Node", Name: n.Name, Field: "spec.unschedulable", Says: "true"}).
		run("let it take pods again", "kubectl uncordon %s", n.Name)
}
