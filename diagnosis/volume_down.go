package diagnosis

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// downRules find why a volume serves nothing.
func downRules() []rule {
	return []rule{
		{"only copy on a lost node", onlyCopyLost},
		{"quorum lost", quorumLost},
		{"target broken", targetBroken},
		{"engine failed it", engineFailed},
		{"offline though replicas are healthy", offlineAlone},
	}
}

func onlyCopyLost(e *evidence) *finding {
	v := e.volume
	if !v.Local() {
		return nil
	}
	down := e.nodeDown(v.Node)
	if down == nil {
		return nil
	}
	f := because(Certain, "its %s, and its only copy is there", down.cause).from(down)
	f.run("see whether the node comes back: the data is there and only there", "kubectl get node %s -o wide", v.Node)
	return e.users(f, "%s cannot run elsewhere: the volume exists on that node only")
}

// quorumLost is for volumes with fewer healthy replicas than they need.
func quorumLost(e *evidence) *finding {
	v := e.volume
	needed := max(1, v.Quorum)
	if v.Local() || len(v.Replicas) == 0 || v.HealthyReplicas() >= needed {
		return nil
	}
	sick := e.sick(v)
	if sick == nil {
		return nil
	}
	f := because(Certain, "%s", sick.cause).from(sick)
	if n := max(v.Desired, len(v.Replicas)); n > 1 {
		f.cause = fmt.Sprintf("only %d of %d replicas %s healthy and it needs %d: %s", v.HealthyReplicas(), n, phrase.Pick(v.HealthyReplicas(), "is", "are"), needed, sick.cause)
		if v.HealthyReplicas() == 0 {
			f.cause = fmt.Sprintf("none of its %d replicas is healthy: %s", n, sick.cause)
		}
	}
	for _, r := range v.Replicas {
		if r.Health != models.Healthy && r.Health != models.Rebuilding {
			f.risk("its data is safe only if one of these replicas comes back: delete none of them, and not their pools")
			break
		}
	}
	return e.users(f, "%s gets I/O errors or does not start")
}

// targetBroken is for volumes whose data is there and whose server is not.
func targetBroken(e *evidence) *finding {
	v := e.volume
	name := "target"
	if v.Engine == models.Jiva {
		name = "controller"
	}
	if a := e.broken(v.Engine, models.TargetAgent, v.Name); a != nil {
		deeper := e.podBroken(a)
		f := because(Certain, "its %s does not work: %s", name, deeper.cause)
		if down := e.nodeDown(a.Node); down != nil {
			f.cause = fmt.Sprintf("its %s ran on a node that is lost: %s", name, down.cause)
		}
		f.from(deeper)
		if v.HealthyReplicas() > 0 {
			f.lack(healthyWords(v) + ": the data is there")
		}
		if e.nodeDown(a.Node) != nil {
			f.run("let the "+name+" start on another node, once it is certain that "+a.Node+" is off", "kubectl -n %s delete pod %s --force --grace-period=0", a.Namespace, a.Name)
		}
		return e.users(f, "%s gets no I/O until the "+name+" is back")
	}
	if v.Engine != models.Mayastor || v.Target == "" {
		return nil
	}
	if down := e.nodeDown(v.Target); down != nil {
		f := because(Certain, "its target's %s", down.cause).from(down)
		return e.users(f, "%s gets no I/O until the volume is served from another node")
	}
	if a := e.broken(models.Mayastor, models.StorageAgent, v.Target); a != nil {
		deeper := e.podBroken(a)
		f := because(Certain, "its target on node %s does not answer: Mayastor's io-engine is down there: %s", phrase.Code(v.Target), deeper.cause).from(deeper)
		return e.users(f, "%s gets no I/O until then")
	}
	if v.State == "Unknown" {
		return because(Likely, "its target on node %s does not answer", phrase.Code(v.Target)).
			lack("the io-engine of node "+v.Target+" "+workWords(e.agents(models.Mayastor, models.StorageAgent, v.Target))).
			run("see Mayastor's pods", "kubectl -n %s get pods -o wide", e.namespace(models.Mayastor))
	}
	return nil
}

func healthyWords(v *models.Volume) string {
	return fmt.Sprintf("%d of %d replicas are healthy", v.HealthyReplicas(), max(v.Desired, len(v.Replicas)))
}

// engineFailed takes the error that the engine's own object tells.
func engineFailed(e *evidence) *finding {
	v := e.volume
	if v.Error != "" {
		f := because(Certain, "%s", errorWords(v)).link(Link{Kind: volumeLink(v).Kind, Name: v.Name, Field: "status.error", Says: gist(v.Error), Health: models.Down})
		if says(v.Error, "InsufficientCapacity", "insufficient") {
			for _, p := range e.poolsOf(v) {
				f.link(spaceLink(p))
			}
		}
		return f
	}
	if ev := e.warned("PersistentVolume", "", v.Name); ev != nil && v.Phase == "Failed" {
		return because(Likely, "%s", lower(gist(ev.Message))).link(eventLink(ev))
	}
	return nil
}

func errorWords(v *models.Volume) string {
	kind, text, found := strings.Cut(v.Error, ": ")
	if !found || strings.Contains(kind, " ") {
		return "its engine says: " + gist(v.Error)
	}
	return fmt.Sprintf("%s says: %s (%s)", v.Engine.Title(), gist(text), cmp.Or(kind, "no code"))
}

// offlineAlone is for a volume that says that it is offline though enough replicas are healthy: what is known is told, and no
// more.
func offlineAlone(e *evidence) *finding {
	v := e.volume
	if v.Engine != models.CStor && v.Engine != models.Jiva || len(v.Replicas) == 0 {
		return nil
	}
	kind := volumeLink(v).Kind
	ev := e.newest(kind, "", v.Name, "Offline", "Degraded")
	f := because(NotKnown, "%s, so its replicas are not the cause; as a rule the target cannot reach them", healthyWords(v)).
		lack("the log of its target, which would tell, is not read")
	if ev != nil {
		f.link(eventLink(ev))
	}
	for _, a := range e.agents(v.Engine, models.TargetAgent, v.Name) {
		f.link(agentLink(a)).run("see what its target says", "kubectl -n %s logs %s --all-containers --tail=200", a.Namespace, a.Name)
	}
	return e.users(f, "%s gets no I/O")
}

// unknownRules are for volumes of which it is not known how they are.
func unknownRules() []rule {
	return []rule{
		{"pool lost a disk", func(e *evidence) *finding {
			for _, p := range e.poolsOf(e.volume) {
				if p.Health == models.Healthy {
					continue
				}
				deeper := e.poolDown(p)
				if deeper == nil {
					continue
				}
				f := because(Likely, "its %s is %s: %s; whether the volume was on that disk is not known", poolTitle(p), word(p.Health, p.State), deeper.cause).from(deeper)
				f.lack("on which disk the volume lies stands in no object: see lvs -o +devices on node " + p.Node)
				return e.users(f, "%s may get I/O errors")
			}
			return nil
		}},
		{"pool not there", func(e *evidence) *finding {
			v := e.volume
			if !v.Local() || v.Engine == models.Hostpath || v.Node == "" || len(e.poolsOf(v)) > 0 || len(v.Pools) == 0 || len(e.inv.Pools) == 0 || e.inv.Unread[poolKind(&models.Pool{Engine: v.Engine})] {
				return nil
			}
			f := because(Certain, "node %s does not list its pool %s any more", phrase.Code(v.Node), phrase.Code(v.Pools[0]))
			f.link(Link{Kind: poolKind(&models.Pool{Engine: v.Engine}), Name: v.Node, Field: "pools", Says: "no " + v.Pools[0], Health: models.Down})
			if a := e.broken(v.Engine, models.StorageAgent, v.Node); a != nil {
				deeper := e.podBroken(a)
				f.cause += ", but the agent that reports it does not work: " + deeper.cause
				f.certainty = Likely
				f.from(deeper)
			} else {
				f.lack("whether the pool was exported, renamed or lost stands in no object: see zpool status or vgs on node " + v.Node)
			}
			return e.users(f, "%s gets I/O errors if the pool is gone")
		}},
		{"not read", func(e *evidence) *finding {
			v := e.volume
			if v.State != "" || e.inv.Unread[volumeLink(v).Kind] {
				return nil
			}
			if v.Engine == models.Mayastor {
				return because(NotKnown, "Mayastor's REST API, which alone knows it, was not read or does not list it").
					lack("Mayastor's REST API gives its state: see cluster test for what is needed to read it").
					run("see whether the API runs", "kubectl -n %s get pods -l app=api-rest", e.namespace(models.Mayastor))
			}
			return because(NotKnown, "there is no object of %s for it", v.Engine.Title()).
				lack("the engine's own object: it was deleted, or its resource definition is not installed")
		}},
	}
}
