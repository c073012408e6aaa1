package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
)

func podSymptoms() []symptom {
	return []symptom{
		{name: "pod not placed", rules: placeRules(), lacks: podLacks, shows: func(e *evidence) string {
			if e.pod.Node != "" || e.pod.State == "Completed" || e.pod.Health == models.Healthy {
				return ""
			}
			return "is not placed on a node" + since(e.pod.Since)
		}},
		{name: "pod on a lost node", rules: []rule{{"node", podNode}}, shows: func(e *evidence) string {
			if e.nodeDown(e.pod.Node) == nil {
				return ""
			}
			return "does not work, though it is said to be " + e.pod.State + ","
		}},
		{name: "pod being deleted", rules: endingRules(), lacks: podLacks, shows: func(e *evidence) string {
			if e.pod.Deleting.IsZero() && e.pod.State != "Terminating" {
				return ""
			}
			return "is being deleted" + since(e.pod.Deleting)
		}},
		{name: "pod waits for its volume", rules: mountRules(), lacks: podLacks, shows: func(e *evidence) string {
			if !waits(e.pod.State) {
				return ""
			}
			return "does not start (" + e.pod.State + ")"
		}},
		{name: "pod ends again and again", rules: crashRules(), lacks: podLacks, shows: func(e *evidence) string {
			if e.pod.Health != models.Down && e.pod.Health != models.Degraded && e.pod.Health != models.Unknown {
				return ""
			}
			text := "does not run (" + e.pod.State + ")"
			if e.pod.State == "Running" {
				text = "runs and is not ready" + since(e.pod.Since)
			}
			if e.pod.Restarts > 0 {
				text = strings.TrimSuffix(text, ")") + fmt.Sprintf(", %d restarts)", e.pod.Restarts)
			}
			return strings.Replace(text, "ready, ", "ready (", 1)
		}},
		{name: "pod pending", rules: mountRules(), lacks: podLacks, shows: func(e *evidence) string {
			if e.pod.Health != models.Awaiting {
				return ""
			}
			return "does not start (" + e.pod.State + ")"
		}},
		{name: "volume of a running pod", rules: []rule{{"volume", func(e *evidence) *finding { return e.volumeOfPod(models.Degraded) }}}, shows: func(e *evidence) string {
			if v := e.worst(); v == nil || v.Health == models.Healthy {
				return ""
			}
			return "runs, but not all is well"
		}},
		{name: healthy, shows: func(e *evidence) string { return "is " + e.pod.State }, rules: []rule{{"nothing wrong", func(e *evidence) *finding {
			return because(NoFault, "its %d %s healthy", len(e.pod.Volumes), pick(len(e.pod.Volumes), "volume is", "volumes are"))
		}}}},
	}
}

// waits reports whether a state is one in which a pod waits for its volumes.
func waits(state string) bool {
	return state == "ContainerCreating" || state == "PodInitializing" || strings.HasPrefix(state, "Init:0/") || state == "Pending"
}

func podLacks(e *evidence) []string {
	missing := []string{"there is no event on the pod that names a fault; Kubernetes keeps events for an hour"}
	if e.pod.Health == models.Down {
		missing = append(missing, "the log of its containers is not read")
	}
	return missing
}

func podNode(e *evidence) *finding {
	p := e.pod
	down := e.nodeDown(p.Node)
	f := because(Certain, "its %s", down.cause).from(down)
	if v := e.worst(); v != nil && v.Local() {
		f.risk(fmt.Sprintf("it cannot run on another node: volume %s exists on %s only", volumeName(v), v.Node))
	} else if !strings.HasPrefix(p.Workload, "StatefulSet/") {
		f.risk("its volume may stay attached to the lost node, so that a new pod elsewhere cannot mount it")
	} else {
		f.risk("a StatefulSet makes no second pod of the name until this one is known to be gone")
		f.run("let it start elsewhere, once it is certain that "+p.Node+" is off", "kubectl -n %s delete pod %s --force --grace-period=0", p.Namespace, p.Name)
	}
	return f
}

// worst returns the volume of the pod that is least well, or nil.
func (e *evidence) worst() *models.Volume {
	var worst *models.Volume
	for _, name := range e.pod.Volumes {
		if v := e.inv.Volume(name); v != nil && (worst == nil || v.Health.Severity() > worst.Health.Severity()) {
			worst = v
		}
	}
	return worst
}

// volumeOfPod asks the pod's worst volume, if it is at least as bad as least.
func (e *evidence) volumeOfPod(least models.Health) *finding {
	v := e.worst()
	if v == nil || v.Health.Severity() < least.Severity() && v.Health != models.Awaiting && v.Health != models.Unknown {
		return nil
	}
	o := e.of(v)
	for _, s := range volumeSymptoms() {
		shows := s.shows(o)
		if shows == "" || s.name == healthy {
			continue
		}
		deeper := o.first(s.rules)
		if deeper == nil {
			deeper = because(NotKnown, "nothing that I can read says why").lack(volumeLacks(o)...)
		}
		f := because(Certain, "its volume %s %s: %s", volumeName(v), strings.TrimSuffix(shows, ","), deeper.cause).link(o.self()...)
		if deeper.certainty == NotKnown { // that the volume is down is known all the same
			f.chain, f.missing, f.do = append(f.chain, deeper.chain...), append(f.missing, deeper.missing...), append(f.do, deeper.do...)
		} else {
			f.from(deeper)
		}
		f.endangers = slices.DeleteFunc(f.endangers, func(s string) bool { return strings.HasPrefix(s, scoped(e.pod.Namespace, e.pod.Name)) })
		f.do = append(f.do, o.look()...)
		return f
	}
	return nil
}

// claimOfPod asks the pod's claims that are not bound or not there.
func (e *evidence) claimOfPod() *finding {
	p := e.pod
	for _, name := range p.Claims {
		c := e.inv.Claim(p.Namespace, name)
		switch {
		case c == nil && !e.inv.Unread["PersistentVolumeClaim"]:
			f := because(Certain, "its claim %s does not exist", scoped(p.Namespace, name)).
				link(Link{Kind: "PersistentVolumeClaim", Namespace: p.Namespace, Name: name, Field: "metadata.name", Says: "there is none", Health: models.Down})
			if r := e.refusedClaim(p.Namespace, name); r != nil {
				deeper := e.quotaForbids(r)
				f.cause += ": " + deeper.cause
				return f.from(deeper)
			}
			for _, ev := range e.events("Pod", p.Namespace, p.Name) {
				if ev.Type != "Normal" {
					f.link(eventLink(ev))
				}
			}
			return f.run("see which claims there are", "kubectl -n %s get pvc", p.Namespace)
		case c == nil || c.Phase == "Bound":
			continue
		}
		o := e.ofClaim(c)
		rules := pendingRules()
		if c.Phase == "Lost" {
			rules = lostRules()
		}
		rules = slices.DeleteFunc(rules, func(r rule) bool { return r.name == "pod not placed" || r.name == "no consumer" })
		deeper := o.first(rules)
		if deeper == nil || deeper.rule == "provisioner silent" && e.late(c) {
			continue
		}
		f := because(Certain, "its claim %s is %s: %s", scoped(c.Namespace, c.Name), strings.ToLower(c.Phase), deeper.cause).link(claimLink(c)).from(deeper)
		f.do = append(f.do, o.look()...)
		return f
	}
	return nil
}

// late reports whether a claim's volume is made only when its pod has a node.
func (e *evidence) late(c *models.Claim) bool {
	class := e.classOf(c)
	return class != nil && class.Binding == "WaitForFirstConsumer"
}

// mountRules find why a pod that has a node does not start.
func mountRules() []rule {
	return []rule{
		{"claim", (*evidence).claimOfPod},
		{"not about storage", notStorage},
		{"attached elsewhere", attachedElsewhere},
		{"driver not on node", driverMissing},
		{"volume", func(e *evidence) *finding { return e.volumeOfPod(models.ReadOnly) }},
		{"path gone", pathGone},
		{"file system broken", fileSystemBroken},
		{"attach error", attachError},
		{"node's agent", nodeAgentBroken},
		{"kubelet says why", func(e *evidence) *finding {
			ev := e.mountFailed()
			if ev == nil {
				return nil
			}
			f := because(Likely, "%s: %s", mountWords(ev.Reason), gist(ev.Message)).link(eventLink(ev)).lack("nothing else that I read confirms what the event says")
			if v := e.worst(); v != nil {
				f.link(volumeLink(v))
				if v.Health == models.Healthy {
					f.lack("volume " + volumeName(v) + " is healthy by what its engine says")
				}
			}
			return f
		}},
		{"degraded volume", func(e *evidence) *finding {
			f := e.volumeOfPod(models.Degraded)
			if f != nil {
				f.certainty = weaker(f.certainty, Likely) // a degraded volume can be mounted
			}
			return f
		}},
	}
}

func mountWords(reason string) string {
	if reason == "FailedAttachVolume" {
		return "its volume cannot be attached"
	}
	return "its volume cannot be mounted"
}

// mountFailed returns the newest event that tells why the pod's volumes are not mounted, or nil.
func (e *evidence) mountFailed() *models.Event {
	return e.newest("Pod", e.pod.Namespace, e.pod.Name, "FailedAttachVolume", "FailedMount", "FailedMapVolume")
}

// notStorage is for pods that wait for something else: an image, a Secret, a ConfigMap.
func notStorage(e *evidence) *finding {
	p := e.pod
	what := map[string]string{"ImagePullBackOff": "its image cannot be pulled", "ErrImagePull": "its image cannot be pulled", "InvalidImageName": "the name of its image is not valid",
		"ErrImageNeverPull": "its image is not on the node and may not be pulled", "CreateContainerConfigError": "its container cannot be configured", "CreateContainerError": "its container cannot be made",
		"RunContainerError": "its container cannot be started"}[strings.TrimPrefix(p.State, "Init:")]
	if what != "" {
		f := because(Certain, "%s, which is not about storage", what).link(podLink(p))
		if p.Reason != "" {
			f.cause += ": " + gist(p.Reason)
		}
		return f
	}
	if ev := e.mountFailed(); ev != nil && says(ev.Message, "configmap ", "secret ", "references non-existent secret key") && says(ev.Message, "not found", "non-existent") {
		return because(Certain, "it waits for a Secret or ConfigMap, which is not about its claims: %s", gist(afterVolume(ev.Message))).link(eventLink(ev))
	}
	if ev := e.newest("Pod", p.Namespace, p.Name, "FailedCreatePodSandBox"); ev != nil && e.mountFailed() == nil {
		return because(Certain, "its network is not set up, which is not about storage: %s", gist(ev.Message)).link(eventLink(ev))
	}
	return nil
}

// afterVolume leaves of "MountVolume.SetUp failed for volume "x" : y" the y.
func afterVolume(message string) string {
	if _, rest, ok := strings.Cut(message, `" : `); ok {
		return rest
	}
	return message
}

// attachedElsewhere is for volumes that another node still has.
func attachedElsewhere(e *evidence) *finding {
	p, ev := e.pod, e.mountFailed()
	for _, name := range p.Volumes {
		v := e.inv.Volume(name)
		if v == nil || !slices.Contains(v.AccessModes, "ReadWriteOnce") && !slices.Contains(v.AccessModes, "ReadWriteOncePod") {
			continue
		}
		var at *models.VolumeAttachment
		for _, a := range filter(e.inv.Attachments, func(a *models.VolumeAttachment) bool { return a.Volume == name && a.Node != p.Node && a.Node != "" }) {
			if a.Attached || a.State != "" {
				at = a
			}
		}
		told := ev != nil && says(ev.Message, "Multi-Attach", "still mounted on node", "already attached", "already used by pod", "is being used by", "already exclusively attached")
		if !told && (ev != nil || at == nil || !at.Attached || at.Kind != "VolumeAttachment") {
			continue
		}
		f := because(Certain, "its volume %s is still attached to another node", volumeName(v)).link(eventOf(ev)...)
		if !told {
			f.certainty = Likely
		}
		if at == nil {
			f.certainty = Likely
			f.lack("no attachment to another node is among what I read")
		} else {
			f.cause = fmt.Sprintf("its volume %s is still attached to node %s", volumeName(v), code(at.Node))
			f.link(attachmentLink(at))
			if down := e.nodeDown(at.Node); down != nil {
				f.cause = fmt.Sprintf("its volume %s is still attached to a node that is lost: %s", volumeName(v), down.cause)
				f.from(down)
				f.run("once it is certain that the node is off, say so: Kubernetes then detaches its volumes", "kubectl taint nodes %s node.kubernetes.io/out-of-service=nodeshutdown:NoExecute", at.Node)
			}
			for _, other := range v.Pods {
				if o := e.findPod(other.Namespace, other.Name); o != nil && o.Node == at.Node && o.Name != p.Name {
					f.cause += fmt.Sprintf(", where pod %s uses it", scoped(o.Namespace, o.Name))
					f.link(podLink(o))
				}
			}
		}
		f.run("see where it is attached", "kubectl get volumeattachments | grep %s", v.Name)
		return f
	}
	return nil
}

// driverMissing is for nodes on which the engine's CSI driver does not run.
func driverMissing(e *evidence) *finding {
	ev := e.mountFailed()
	if ev == nil || !says(ev.Message, "not found in the list of registered CSI drivers", "does not contain driver", "csinode") {
		return nil
	}
	v := e.worst()
	f := because(Certain, "the CSI driver of its volume is not registered on node %s", code(e.pod.Node)).link(eventLink(ev))
	if v == nil {
		return f
	}
	f.cause = fmt.Sprintf("%s's CSI driver (%s) is not registered on node %s", v.Engine.Title(), code(v.Driver), code(e.pod.Node))
	if a := e.nodePlugin(v.Engine); a != nil {
		deeper := e.podBroken(a)
		f.cause += ": " + deeper.cause
		f.from(deeper)
	} else {
		f.lack(fmt.Sprintf("whether %s's node pod runs on %s: it is not among those that I know, or it works now", v.Engine.Title(), e.pod.Node))
	}
	return f.run("see which drivers the node has", "kubectl get csinode %s -o yaml", e.pod.Node)
}

// nodePlugin returns the broken pod that mounts an engine's volumes on the pod's node, or nil.
func (e *evidence) nodePlugin(engine models.Engine) *models.Agent {
	if a := e.broken(engine, models.NodeAgent, e.pod.Node); a != nil {
		return a
	}
	if engine.Local() {
		return e.broken(engine, models.StorageAgent, e.pod.Node)
	}
	return nil
}

func nodeAgentBroken(e *evidence) *finding {
	v := e.worst()
	if v == nil {
		return nil
	}
	a := e.nodePlugin(v.Engine)
	if a == nil {
		return nil
	}
	deeper := e.podBroken(a)
	f := because(Likely, "%s's pod that mounts volumes on node %s does not work: %s", v.Engine.Title(), code(e.pod.Node), deeper.cause)
	if ev := e.mountFailed(); ev != nil {
		f.link(eventLink(ev))
	}
	return f.from(deeper)
}

// pathGone is for hostpath volumes whose directory is not on their node any more.
func pathGone(e *evidence) *finding {
	ev, v := e.mountFailed(), e.worst()
	if ev == nil || v == nil || v.Engine != models.Hostpath || !says(ev.Message, "does not exist", "no such file or directory", "hostPath type check failed") {
		return nil
	}
	return because(Certain, "the directory of its hostpath volume %s is not on node %s any more", volumeName(v), code(v.Node)).link(eventLink(ev), volumeLink(v)).
		lack("whether the directory was deleted, or its disk is not mounted, stands in no object: see the node").
		risk("the data was in that directory only")
}

// fileSystemBroken is for volumes whose file system cannot be mounted.
func fileSystemBroken(e *evidence) *finding {
	ev, v := e.mountFailed(), e.worst()
	if ev == nil || v == nil || !says(ev.Message, "fsck", "bad superblock", "wrong fs type", "structure needs cleaning", "UNEXPECTED INCONSISTENCY") {
		return nil
	}
	f := because(Certain, "the file system of its volume %s has errors: %s", volumeName(v), gist(ev.Message)).link(eventLink(ev), volumeLink(v))
	f.do = append(f.do, Command{Why: "take a snapshot first if the engine can, then check the file system (fsck) while nothing mounts it"})
	return f.risk("mounting it without a check may lose data")
}

// attachError takes what a VolumeAttachment says.
func attachError(e *evidence) *finding {
	for _, name := range e.pod.Volumes {
		a := find(e.inv.Attachments, func(a *models.VolumeAttachment) bool { return a.Volume == name && a.Error != "" })
		if a == nil {
			continue
		}
		f := because(Likely, "its volume cannot be attached to node %s: %s", code(a.Node), gist(a.Error)).link(attachmentLink(a))
		if v := e.inv.Volume(name); v != nil {
			f.link(volumeLink(v))
		}
		return f
	}
	return nil
}

// endingRules find why a pod that is being deleted does not go.
func endingRules() []rule {
	return []rule{
		{"unmount fails", func(e *evidence) *finding {
			ev := e.newest("Pod", e.pod.Namespace, e.pod.Name, "FailedUnMount", "FailedKillPod", "FailedUnmapDevice")
			if ev == nil {
				return nil
			}
			return because(Likely, "it cannot be cleaned up: %s", gist(ev.Message)).link(eventLink(ev))
		}},
		{"volume", func(e *evidence) *finding {
			f := e.volumeOfPod(models.ReadOnly)
			if f != nil {
				f.certainty = weaker(f.certainty, Likely)
			}
			return f
		}},
	}
}
