package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

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
					f.lack("volume " + phrase.Code(v.KnownAs()) + " is " + soundWords(v))
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
	for _, name := range e.pod.Volumes {
		v := e.inv.Volume(name)
		if v == nil || !slices.Contains(v.AccessModes, "ReadWriteOnce") && !slices.Contains(v.AccessModes, "ReadWriteOncePod") {
			continue
		}
		at := e.holder(name)
		ev, told := e.toldHeld(name)
		if !told && (ev != nil && !timedOut(ev) || at == nil || !at.Attached || at.Kind != "VolumeAttachment") {
			continue
		}
		f := because(Certain, "its volume %s is still attached to another node", phrase.Code(v.KnownAs())).link(eventOf(ev)...)
		if !told {
			f.certainty = Likely
		}
		if at == nil {
			f.certainty = Likely
			f.lack("no attachment to another node is among what I read")
		} else {
			e.heldBy(f, v, at)
		}
		f.run("see where it is attached", "kubectl get volumeattachments | grep %s", v.Name)
		return f
	}
	return nil
}

// holder returns what attaches a volume to another node than the pod's, or nil.
func (e *evidence) holder(volume string) *models.VolumeAttachment {
	var at *models.VolumeAttachment
	for i := range e.inv.Attachments {
		a := &e.inv.Attachments[i]
		if a.Volume == volume && a.Node != e.pod.Node && a.Node != "" && (a.Attached || a.State != "") {
			at = a
		}
	}
	return at
}

// toldHeld returns the newest event by which another node or pod has a volume, else the newest about mounting. That a volume is
// attached elsewhere is said once, and after it kubelet says again and again that it waits, which takes nothing back while the volume is
// not attached to the pod's node.
func (e *evidence) toldHeld(volume string) (ev *models.Event, told bool) {
	p := e.pod
	all := e.events("Pod", p.Namespace, p.Name, "FailedAttachVolume", "FailedMount", "FailedMapVolume")
	here := find(e.inv.Attachments, func(a *models.VolumeAttachment) bool { return a.Volume == volume && a.Node == p.Node && a.Attached })
	for _, ev := range all {
		named := func(name string) bool { return strings.Contains(ev.Message, name) }
		held := says(ev.Message, "Multi-Attach", "still mounted on node", "already attached", "already used by pod", "is being used by", "already exclusively attached")
		if held && (named(volume) || !slices.ContainsFunc(p.Volumes, named)) {
			return ev, true
		}
		if !timedOut(ev) || here != nil {
			break
		}
	}
	return e.mountFailed(), false
}

// timedOut reports whether an event says no more than that volumes are not there yet.
func timedOut(ev *models.Event) bool {
	return says(ev.Message, "unmounted volumes=") && says(ev.Message, "timed out waiting for the condition", "context deadline exceeded")
}

// heldBy words by which node a volume is held, and what is known of that.
func (e *evidence) heldBy(f *finding, v *models.Volume, at *models.VolumeAttachment) {
	f.cause = fmt.Sprintf("its volume %s is still attached to node %s", phrase.Code(v.KnownAs()), phrase.Code(at.Node))
	f.link(attachmentLink(at))
	if at.DetachError != "" {
		f.cause += " and cannot be detached from it: " + gist(at.DetachError)
	}
	if down := e.nodeDown(at.Node); down != nil {
		f.cause = fmt.Sprintf("its volume %s is still attached to a node that is lost: %s", phrase.Code(v.KnownAs()), down.cause)
		f.from(down)
		f.run("once it is certain that the node is off, say so: Kubernetes then detaches its volumes", "kubectl taint nodes %s node.kubernetes.io/out-of-service=nodeshutdown:NoExecute", at.Node)
	}
	for _, other := range v.Pods {
		if o := e.findPod(other.Namespace, other.Name); o != nil && o.Node == at.Node && o.Name != e.pod.Name {
			f.cause += fmt.Sprintf(", where pod %s uses it", phrase.Scoped(o.Namespace, o.Name))
			f.link(podLink(o))
		}
	}
}

// driverMissing is for nodes on which the engine's CSI driver does not run.
func driverMissing(e *evidence) *finding {
	ev := e.mountFailed()
	if ev == nil || !says(ev.Message, "not found in the list of registered CSI drivers", "does not contain driver", "csinode") {
		return nil
	}
	v := e.worst()
	f := because(Certain, "the CSI driver of its volume is not registered on node %s", phrase.Code(e.pod.Node)).link(eventLink(ev))
	if v == nil {
		return f
	}
	f.cause = fmt.Sprintf("%s's CSI driver (%s) is not registered on node %s", v.Engine.Title(), phrase.Code(v.Driver), phrase.Code(e.pod.Node))
	if a := e.nodePlugin(v.Engine); a != nil {
		f.through(e.podBroken(a))
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
	f := because(Likely, "%s's pod that mounts volumes on node %s does not work: %s", v.Engine.Title(), phrase.Code(e.pod.Node), deeper.cause)
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
	return because(Certain, "the directory of its hostpath volume %s is not on node %s any more", phrase.Code(v.KnownAs()), phrase.Code(v.Node)).link(eventLink(ev), volumeLink(v)).
		lack("whether the directory was deleted, or its disk is not mounted, stands in no object: see the node").
		risk("the data was in that directory only")
}

// fileSystemBroken is for volumes whose file system cannot be mounted.
func fileSystemBroken(e *evidence) *finding {
	ev, v := e.mountFailed(), e.worst()
	if ev == nil || v == nil || !says(ev.Message, "fsck", "bad superblock", "wrong fs type", "structure needs cleaning", "UNEXPECTED INCONSISTENCY") {
		return nil
	}
	f := because(Certain, "the file system of its volume %s has errors: %s", phrase.Code(v.KnownAs()), gist(ev.Message)).link(eventLink(ev), volumeLink(v))
	f.do = append(f.do, Command{Why: "take a snapshot first if the engine can, then check the file system (fsck) while nothing mounts it"})
	return f.risk("mounting it without a check may lose data")
}

// attachError takes what the VolumeAttachment to the pod's node says. Those to other nodes are none of its concern.
func attachError(e *evidence) *finding {
	for _, name := range e.pod.Volumes {
		a := find(e.inv.Attachments, func(a *models.VolumeAttachment) bool {
			return a.Volume == name && a.Error != "" && a.Node == e.pod.Node
		})
		if a == nil {
			continue
		}
		f := because(Likely, "its volume cannot be attached to node %s: %s", phrase.Code(a.Node), gist(a.Error)).link(attachmentLink(a))
		if v := e.inv.Volume(name); v != nil {
			f.link(volumeLink(v))
		}
		return f
	}
	return nil
}
