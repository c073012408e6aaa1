package diagnosis

import (
	"fmt"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// resizeStuck words a resize that was asked for and is not done; "" if there is none.
func resizeStuck(e *evidence) string {
	v := e.volume
	if v == nil || !v.Size.IsKnown() || v.Requested <= v.Size || v.ClaimPhase != "Bound" {
		return ""
	}
	sound := phrase.Either(v.Health == models.Healthy && e.asked != Resize, "healthy, but ", "")
	return fmt.Sprintf("is %snot resized from %s to %s", sound, v.Size, v.Requested)
}

// askedResize lets a resize that was asked about come before other symptoms, even if none is going on.
func askedResize(e *evidence) string {
	if e.volume == nil || e.asked != Resize {
		return ""
	}
	if text := resizeStuck(e); text != "" {
		return text
	}
	if class := e.findClass(e.volume.StorageClass); class != nil && !class.Expandable {
		return "cannot be resized"
	}
	return "has no resize that is stuck"
}

// growing takes a pod of which it is asked why something does not grow for its volume that does not.
func (e *evidence) growing(t Thing) Thing {
	if t.Subject != models.Pods || t.Asked != Resize {
		return t
	}
	if p := e.findPod(t.Namespace, t.Name); p != nil {
		for _, name := range p.Volumes {
			if v := e.inv.Volume(name); v != nil && v.Requested > v.Size {
				return Thing{Subject: models.Volumes, Name: v.Name, Asked: Resize}
			}
		}
	}
	return t
}

func resizeLacks(*evidence) []string {
	return []string{"no VolumeResizeFailed event on the claim or its pods, and no condition on the claim, tells why", "the log of the external-resizer is not read"}
}

func resizeRules() []rule {
	return []rule{
		{"engine cannot", resizeEngine},
		{"class does not allow it", resizeClass},
		{"no resize", noResize},
		{"no room in its pool", noRoomToGrow},
		{"snapshots", resizeSnapshots},
		{"replicas", resizeReplicas},
		{"resizer says why", resizeRefused},
		{"waits for its pod", fileSystemWaits},
		{"resizer at work", resizing},
	}
}

// resizeEngine is for volumes without a size of their own.
func resizeEngine(e *evidence) *finding {
	if e.volume.Engine != models.Hostpath {
		return nil
	}
	return because(Certain, "hostpath volumes have no size that could be changed: they share the file system of their node").
		link(Link{Kind: "PersistentVolume", Name: e.volume.Name, Field: "spec.hostPath or spec.local", Says: "hostpath"})
}

// resizeClass is for storage classes that allow no resize.
func resizeClass(e *evidence) *finding {
	class := e.findClass(e.volume.StorageClass)
	if class == nil || class.Expandable {
		return nil
	}
	return because(Certain, "storage class %s does not allow it (allowVolumeExpansion is not true)", phrase.Code(class.Name)).
		link(Link{Kind: "StorageClass", Name: class.Name, Field: "allowVolumeExpansion", Says: "false", Health: models.Down}).
		run("allow it for all volumes of the class, if its engine can", "kubectl patch storageclass %s -p '{\"allowVolumeExpansion\":true}'", class.Name)
}

// noResize is for a claim that has what it asks for.
func noResize(e *evidence) *finding {
	if resizeStuck(e) != "" {
		return nil
	}
	return because(NoFault, "its claim asks for %s and has %s", e.volume.Requested, e.volume.Size)
}

// resizeSnapshots is for LVM, which grows no volume that has snapshots.
func resizeSnapshots(e *evidence) *finding {
	ev := e.resizeFailed()
	snaps := filter(e.inv.Snapshots, func(s *models.Snapshot) bool { return s.Volume == e.volume.Name })
	if e.volume.Engine != models.LVM || len(snaps) == 0 || ev == nil || !says(ev.Message, "snapshot") {
		return nil
	}
	f := because(Certain, "LVM does not grow a volume that has snapshots, and it has %d", len(snaps)).link(eventLink(ev))
	for _, s := range snaps {
		f.link(snapshotLink(s)).run("delete the snapshot, if it is not needed", "kubectl -n %s delete volumesnapshot %s", s.Namespace, s.Name)
	}
	return f
}

// resizeReplicas is for replicas that are not all healthy.
func resizeReplicas(e *evidence) *finding {
	if e.volume.Health == models.Healthy {
		return nil
	}
	sick := e.sick(e.volume)
	if sick == nil {
		return nil
	}
	c := Likely
	ev := e.resizeFailed()
	if ev != nil && says(ev.Message, "replica", "quorum", "healthy", "degraded") {
		c = Certain
	}
	return because(c, "not all of its replicas are healthy: %s", sick.cause).link(eventOf(ev)...).from(sick)
}

// resizeRefused takes the resizer's word, where nothing else confirms it.
func resizeRefused(e *evidence) *finding {
	if ev := e.resizeFailed(); ev != nil {
		return because(Likely, "the resize fails: %s", gist(ev.Message)).link(eventLink(ev)).lack("nothing else that I read confirms what the event says")
	}
	for _, c := range e.conditions() {
		if says(c.Type, "Error") {
			return because(Likely, "the resize fails: %s", gist(c.Message)).link(e.claimCondition(c))
		}
	}
	return nil
}

// resizing is for a resize that goes on.
func resizing(e *evidence) *finding {
	for _, c := range e.conditions() {
		if c.Type == "Resizing" {
			return because(NotKnown, "the resizer is at it%s and no event tells of a failure", since(c.Since)).link(e.claimCondition(c)).lack(resizeLacks(e)...)
		}
	}
	return nil
}

func (e *evidence) conditions() []models.Condition {
	if e.claim == nil {
		return nil
	}
	return e.claim.Conditions
}

func (e *evidence) claimCondition(c models.Condition) Link {
	return Link{Kind: "PersistentVolumeClaim", Namespace: e.claim.Namespace, Name: e.claim.Name, Field: "status.conditions[" + c.Type + "]",
		Says: strings.TrimSpace("True " + gist(c.Message)), Since: c.Since}
}

// fileSystemPending returns the condition of the claim that only the node's part of its resize is left; nil if it has none.
func (e *evidence) fileSystemPending() *models.Condition {
	return find(e.conditions(), func(c *models.Condition) bool { return c.Type == "FileSystemResizePending" })
}

// resizeFailed returns the newest event that tells of a failed resize, on the claim or on a pod that uses it. What failed before
// the resize came to the node's part of it does not count.
func (e *evidence) resizeFailed() *models.Event {
	v := e.volume
	reasons := []string{"VolumeResizeFailed", "FileSystemResizeFailed"}
	found := e.newest("PersistentVolumeClaim", v.Namespace, v.Claim, reasons...)
	for _, p := range v.Pods {
		if ev := e.newest("Pod", p.Namespace, p.Name, reasons...); ev != nil && (found == nil || ev.Last.After(found.Last)) {
			found = ev
		}
	}
	if c := e.fileSystemPending(); c != nil && found != nil && found.Last.Before(c.Since) {
		return nil
	}
	return found
}

// noRoomToGrow is for pools with less free space than the resize needs.
func noRoomToGrow(e *evidence) *finding {
	v := e.volume
	more := v.Requested - v.Size
	ev := e.resizeFailed()
	if e.grown(ev) {
		return nil
	}
	for _, p := range e.poolsHolding(v) {
		if v.Thin && p.Kind != "thin pool" || !p.Free.IsKnown() || p.Free >= more || v.Engine == models.CStor {
			continue
		}
		c := Likely
		if noSpace(ev) || !v.Thin && v.Engine != models.ZFS {
			c = Certain
		}
		f := because(c, "%s has %s free and %s more are needed", poolTitle(p), p.Free, more).link(eventOf(ev)...).link(spaceLink(p))
		for _, condition := range e.conditions() {
			f.link(e.claimCondition(condition))
		}
		takers, _ := e.takers(p)
		f.do = append(f.do, Command{Why: fmt.Sprintf("make %s of room in %s, or add a disk to it; the resize is tried again by itself. What takes its space: %s", more-p.Free, poolTitle(p), phrase.Few(takers, 6))})
		return f.risk("until then the claim's request stays above its size; a claim cannot be made smaller again")
	}
	return nil
}

// noSpace reports whether an event tells that there is no room.
func noSpace(ev *models.Event) bool {
	return ev != nil && says(ev.Message, "insufficient", "no space", "not enough", "exhausted", "507")
}

// grown reports whether a resize has taken its space already and only the file system is left, by the claim's condition. LVM and ZFS
// take it on the node together with that. A later event of there being no room says otherwise.
func (e *evidence) grown(failed *models.Event) bool {
	return e.fileSystemPending() != nil && !e.volume.Local() && !noSpace(failed)
}

// fileSystemWaits is for a resize whose last step is the node's.
func fileSystemWaits(e *evidence) *finding {
	c, v := e.fileSystemPending(), e.volume
	if c == nil {
		return nil
	}
	if len(v.Pods) == 0 {
		return e.unmounted(*c)
	}
	p := v.Pods[0]
	what := phrase.Either(v.Local(), "the volume grows with its file system", "the volume has grown and its file system has not") + ": that is done on the node when its pod " + phrase.Scoped(p.Namespace, p.Name)
	f := because(Certain, "%s is started anew (FileSystemResizePending%s)", what, since(c.Since)).link(e.claimCondition(*c))
	o := e.findPod(p.Namespace, p.Name)
	waits := o != nil && o.State != "Running"
	if waits {
		f = because(Certain, "%s starts, which is in state %s (FileSystemResizePending%s)", what, o.State, since(c.Since)).link(e.claimCondition(*c), podLink(o))
	}
	if down := e.nodeDown(v.Node); down != nil {
		f = because(Certain, "its file system is to be grown on the node, and %s", down.cause).link(e.claimCondition(*c)).from(down)
	}
	if ev := e.newest("PersistentVolumeClaim", v.Namespace, v.Claim, "FileSystemResizeRequired"); ev != nil {
		f.link(eventLink(ev))
	}
	if waits {
		return f.run("see why the pod does not start", "kubectl -n %s describe pod %s", p.Namespace, p.Name)
	}
	return f.run("start the pod anew; its workload makes another", "kubectl -n %s delete pod %s", p.Namespace, p.Name)
}

// unmounted is for a resize whose last step is the node's, where no pod is known to use the volume.
func (e *evidence) unmounted(c models.Condition) *finding {
	down := e.nodeDown(e.volume.Node)
	switch {
	case !e.inv.Unread["Pod"]:
		return because(Certain, "the file system is grown when a pod mounts it, and no pod uses it (FileSystemResizePending%s)", since(c.Since)).link(e.claimCondition(c))
	case down != nil:
		return because(Likely, "its file system is to be grown on the node, and %s", down.cause).link(e.claimCondition(c)).from(down)
	}
	return because(Likely, "the file system is grown when a pod mounts it, and whether a pod uses it is not known (FileSystemResizePending%s)", since(c.Since)).link(e.claimCondition(c))
}

// askedSpace words how full a volume is, where that was asked about.
func askedSpace(e *evidence) string {
	v := e.volume
	if v == nil || e.asked != Space {
		return ""
	}
	share, ok := models.Percent(v.Used, v.Capacity())
	if !ok {
		return "has a fullness that is not known"
	}
	return fmt.Sprintf("is %.0f %% used (%s of %s)", share, v.Used, v.Capacity())
}

func spaceRules() []rule {
	return []rule{
		{"usage not known", func(e *evidence) *finding {
			if _, ok := models.Percent(e.volume.Used, e.volume.Capacity()); ok {
				return nil
			}
			source := e.volume.Unmeasured
			if source == "" {
				source = e.volume.Engine.Title() + " does not report what is used"
			}
			return because(NotKnown, "%s", source).lack("the kubelet's figures (stats/summary) or df in its pod would tell")
		}},
		{"resize pending", func(e *evidence) *finding {
			if resizeStuck(e) == "" {
				return nil
			}
			deeper := e.first(resizeRules())
			if deeper == nil {
				return because(Likely, "it was to grow to %s and has not", e.volume.Requested)
			}
			return because(Likely, "it was to grow to %s and has not: %s", e.volume.Requested, deeper.cause).from(deeper)
		}},
		{"its data", func(e *evidence) *finding {
			v := e.volume
			f := because(NotKnown, "what is in it, only its application knows").lack("which files take the space: see df and du in its pod")
			if len(v.Pods) > 0 {
				f.run("see what takes the space", "kubectl -n %s exec %s -- df -h", v.Pods[0].Namespace, v.Pods[0].Name)
			}
			if class := e.findClass(v.StorageClass); class != nil && class.Expandable && v.Claim != "" {
				f.do = append(f.do, Command{Why: "or ask for more: raise spec.resources.requests.storage of claim " + phrase.Scoped(v.Namespace, v.Claim) + "; its class allows it"})
			}
			return f
		}},
	}
}
