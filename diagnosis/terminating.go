package diagnosis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Finalizers of Kubernetes itself, and what they wait for: that no pod uses a claim, that no snapshot or copy of it is being
// made, that no claim is bound to a volume, that it is detached, and that it is removed behind.
const (
	claimProtection  = "kubernetes.io/pvc-protection"
	sourceProtection = "snapshot.storage.kubernetes.io/pvc-as-source-protection"
	cloneProtection  = "provisioner.storage.kubernetes.io/cloning-protection"
	volumeProtection = "kubernetes.io/pv-protection"
	attacher         = "external-attacher/"
	backend          = "external-provisioner.volume.kubernetes.io/finalizer"
)

// Deletions returns what of a thing is being deleted and still there, in the order in which it goes; none if the inventory has no
// such thing.
func Deletions(inv *models.Inventory, about Thing) []*models.Terminating {
	e := &evidence{inv: inv}
	if len(inv.Terminating) == 0 || !e.find(about) {
		return nil
	}
	return e.deletions()
}

// deletions returns what of the thing is being deleted and still there: the thing itself and the objects behind it, in the order in
// which they go.
func (e *evidence) deletions() []*models.Terminating {
	if e.left != nil {
		return []*models.Terminating{e.left}
	}
	found := filter(e.inv.Terminating, func(t *models.Terminating) bool {
		switch {
		case e.snapshot != nil:
			return t.Kind == "VolumeSnapshot" && t.Name == e.snapshot.Name && t.Namespace == e.snapshot.Namespace || t.Kind == "VolumeSnapshotContent" && t.Name == e.snapshot.Content
		case e.pool != nil:
			return t.Name == e.pool.Name && (t.Kind == "CStorPoolInstance" || t.Kind == "DiskPool")
		case e.device != nil:
			return t.Kind == "BlockDevice" && t.Name == e.device.Name
		case t.Kind == "PersistentVolumeClaim":
			return e.claim != nil && t.Name == e.claim.Name && t.Namespace == e.claim.Namespace
		}
		return e.volume != nil && t.Volume == e.volume.Name && t.Kind != "VolumeSnapshotContent"
	})
	order := []string{"PersistentVolumeClaim", "VolumeSnapshot", "PersistentVolume", "VolumeSnapshotContent", "CStorVolumeConfig", "CStorVolume"}
	slices.SortStableFunc(found, func(a, b *models.Terminating) int {
		place := func(t *models.Terminating) int {
			if i := slices.Index(order, t.Kind); i >= 0 {
				return i
			}
			return len(order)
		}
		return cmp.Compare(place(a), place(b))
	})
	return found
}

// deletion returns one that a finalizer holds whose name begins so, or nil.
func (e *evidence) deletion(kind, finalizer string) *models.Terminating {
	for _, t := range e.deletions() {
		if (kind == "" || t.Kind == kind) && slices.ContainsFunc(t.Finalizers, func(f string) bool { return strings.HasPrefix(f, finalizer) }) {
			return t
		}
	}
	return nil
}

// beingDeleted words a thing whose deletion was asked for and that is still there.
func beingDeleted(e *evidence) string {
	all := e.deletions()
	if len(all) == 0 {
		return ""
	}
	text := "is being deleted" + since(all[0].Since)
	if kind := all[0].Kind; e.left == nil && (e.claim != nil && kind != "PersistentVolumeClaim" || e.claim == nil && e.volume != nil && kind != "PersistentVolume") {
		text = "has its " + kind + " being deleted" + since(all[0].Since)
	}
	return text
}

// askedDeletion lets a deletion that was asked about come before other symptoms.
func askedDeletion(e *evidence) string {
	if e.asked != Deletion || len(e.deletions()) == 0 && released(e) != "" {
		return ""
	}
	return cmp.Or(beingDeleted(e), "is not being deleted")
}

// askedReleased lets what becomes of a volume whose claim is gone come first where its deletion was asked about: its driver
// deletes it before Kubernetes does.
func askedReleased(e *evidence) string {
	if e.asked != Deletion {
		return ""
	}
	return released(e)
}

func deletionLink(t *models.Terminating) Link {
	return Link{Kind: t.Kind, Namespace: t.Namespace, Name: t.Name, Field: "metadata.finalizers", Says: cmp.Or(strings.Join(t.Finalizers, ", "), "none"), Since: t.Since}
}

// stays begins a finding about something that is held, with who else is.
func (e *evidence) stays(c Certainty, t *models.Terminating, format string, args ...any) *finding {
	f := because(c, format, args...).link(deletionLink(t))
	for _, other := range e.deletions() {
		if other != t {
			f.link(deletionLink(other))
		}
	}
	return f
}

// deletionRules find what holds a thing that is to be deleted.
func deletionRules() []rule {
	return []rule{
		{"not asked for", func(e *evidence) *finding {
			if len(e.deletions()) > 0 {
				return nil
			}
			return because(NoFault, "nobody has asked for its deletion (it has no metadata.deletionTimestamp)")
		}},
		{"pods use it", claimInUse},
		{"snapshot under way", snapshotUnderWay},
		{"copy under way", copyUnderWay},
		{"claim is bound to it", boundToClaim},
		{"attached", stillAttached},
		{"node lost", keeperNode},
		{"engine's pod broken", keeperBroken},
		{"pool in use", poolInUse},
		{"disk in use", diskInUse},
		{"engine says why", deletionStays},
		{"snapshots of it", snapshotsOfIt},
		{"engine's pod missing", keeperMissing},
		{"finalizer", unknownHolder},
	}
}

func claimInUse(e *evidence) *finding {
	t, certainty := e.deletion("PersistentVolumeClaim", claimProtection), Certain
	if t == nil { // a copy of the claim without its finalizers
		t, certainty = find(e.inv.Terminating, func(t *models.Terminating) bool {
			return e.claim != nil && t.Kind == "PersistentVolumeClaim" && t.Name == e.claim.Name && t.Namespace == e.claim.Namespace && len(t.Finalizers) == 0
		}), Likely
	}
	if t == nil || e.claim == nil || len(e.claim.Pods) == 0 {
		return nil
	}
	var pods []string
	f := e.stays(certainty, t, "")
	for _, p := range e.claim.Pods {
		pods = append(pods, phrase.Scoped(p.Namespace, p.Name))
		if pod := e.findPod(p.Namespace, p.Name); pod != nil {
			f.link(podLink(pod))
		}
	}
	f.cause = fmt.Sprintf("%s still %s it (finalizer %s): it goes when no pod does", phrase.Few(pods, 3), phrase.Pick(len(pods), "uses", "use"), claimProtection)
	if owner := e.claim.Pods[0].Workload; owner != "" && !strings.HasPrefix(owner, "Pod/") {
		f.do = append(f.do, Command{Why: "end the pods by what made them, " + phrase.Code(owner) + ": a pod that is only deleted is made anew, and waits for a claim that is going"})
	}
	return f.risk("a deletion cannot be taken back: once the last pod is gone, the claim goes, and what it holds as its reclaim policy says").
		run("see the pod", "kubectl -n %s get pod %s", e.claim.Pods[0].Namespace, e.claim.Pods[0].Name)
}

// snapshotUnderWay is for a claim of which a snapshot is being made.
func snapshotUnderWay(e *evidence) *finding {
	t := e.deletion("PersistentVolumeClaim", sourceProtection)
	if t == nil {
		return nil
	}
	s := find(e.inv.Snapshots, func(s *models.Snapshot) bool { return s.Namespace == t.Namespace && s.Claim == t.Name && !s.Ready })
	if s == nil {
		return nil
	}
	return e.stays(Certain, t, "snapshot %s of it is not ready yet (finalizer %s)", phrase.Scoped(s.Namespace, s.Name), sourceProtection).link(snapshotLink(s)).
		run("see why", "kubectl -n %s describe volumesnapshot %s", s.Namespace, s.Name)
}

// copyUnderWay is for a claim from which another one is being made.
func copyUnderWay(e *evidence) *finding {
	t := e.deletion("PersistentVolumeClaim", cloneProtection)
	if t == nil {
		return nil
	}
	c := find(e.inv.Claims, func(c *models.Claim) bool {
		return c.Namespace == t.Namespace && c.Source == "PersistentVolumeClaim/"+t.Name && c.Phase == "Pending"
	})
	if c == nil {
		return nil
	}
	return e.stays(Certain, t, "claim %s is being copied from it and is still pending (finalizer %s)", phrase.Scoped(c.Namespace, c.Name), cloneProtection).link(claimLink(c)).
		run("see why", "kubectl -n %s describe pvc %s", c.Namespace, c.Name)
}

// boundToClaim is for a PersistentVolume that is deleted before its claim.
func boundToClaim(e *evidence) *finding {
	t := e.deletion("PersistentVolume", volumeProtection)
	if t == nil || e.claim == nil || e.volume == nil || e.claim.Volume != e.volume.Name || !e.claim.Deleting.IsZero() {
		return nil
	}
	return e.stays(Certain, t, "claim %s is still bound to it (finalizer %s): it goes when that claim is deleted", phrase.Scoped(e.claim.Namespace, e.claim.Name), volumeProtection).
		link(claimLink(e.claim)).risk("the deletion cannot be taken back: the volume goes with its claim, and its data unless the reclaim policy is Retain").
		run("keep its data, before the claim goes", `kubectl patch pv %s -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`, t.Name)
}

// stillAttached is for a volume that is not detached.
func stillAttached(e *evidence) *finding {
	t := e.deletion("PersistentVolume", attacher)
	if t == nil {
		return nil
	}
	a := find(e.inv.Attachments, func(a *models.VolumeAttachment) bool { return a.Kind == "VolumeAttachment" && a.Volume == t.Name })
	if a == nil {
		return nil
	}
	f := e.stays(Certain, t, "it is still attached to node %s by VolumeAttachment %s (finalizer %s)", phrase.Code(a.Node), phrase.Code(a.Name), holder(t, attacher)).link(attachmentLink(a)).
		run("see the attachment", "kubectl describe volumeattachment %s", a.Name)
	switch down := e.nodeDown(a.Node); {
	case down != nil:
		f.cause += ", and cannot be detached there: " + down.cause
		f.from(down)
	case a.Error != "":
		f.cause += ": " + gist(a.Error)
	}
	return f
}

// holder returns the finalizer that begins so.
func holder(t *models.Terminating, beginning string) string {
	for _, f := range t.Finalizers {
		if strings.HasPrefix(f, beginning) {
			return f
		}
	}
	return ""
}

// ofEngine returns the objects of an engine among what is being deleted, and a PersistentVolume that waits for its driver.
func (e *evidence) ofEngine() []*models.Terminating {
	var all []*models.Terminating
	for _, t := range e.deletions() {
		if len(t.Finalizers) > 0 && (t.Engine != "" && t.Kind != "PersistentVolumeClaim" && t.Kind != "PersistentVolume" || t.Kind == "BlockDevice" || strings.HasPrefix(t.Kind, "VolumeSnapshot") || holder(t, backend) != "" || holder(t, attacher) != "") {
			all = append(all, t)
		}
	}
	if len(all) > 1 && all[0].Kind == "PersistentVolume" { // what is behind it goes first
		all = append(all[1:], all[0])
	}
	return all
}

// keeperNode is for an object of an engine that has to be removed on a node which is lost.
func keeperNode(e *evidence) *finding {
	for _, t := range e.ofEngine() {
		if down := e.nodeDown(t.Node); down != nil {
			return e.stays(Certain, t, "%s %s can be removed only on its node, which is lost: %s (finalizer %s)", t.Kind, phrase.Code(t.Name), down.cause, strings.Join(t.Finalizers, ", ")).from(down)
		}
	}
	return nil
}

// keepers returns the pods that take the finalizer off an object when what is behind it is gone, and what they are called.
func (e *evidence) keepers(t *models.Terminating) (pods []*models.Agent, name string) {
	operator := func(engine models.Engine, name string) ([]*models.Agent, string) {
		return e.agents(engine, models.OperatorRole, name), name
	}
	switch t.Kind {
	case "LVMVolume", "ZFSVolume":
		return e.agents(t.Engine, models.StorageAgent, t.Node), t.Engine.Title() + "'s agent on node " + phrase.Code(t.Node)
	case "CStorVolumeReplica", "CStorPoolInstance":
		return e.agents(models.CStor, models.PoolAgent, t.Pool), "the pod of pool " + phrase.Code(t.Pool)
	case "CStorPoolCluster":
		return operator(models.CStor, "cspc-operator")
	case "DiskPool":
		return operator(models.Mayastor, "operator-diskpool")
	case "BlockDevice":
		return operator("", "ndm-operator")
	case "VolumeSnapshot", "VolumeSnapshotContent":
		return operator("", "snapshot-controller")
	}
	return e.agents(t.Engine, models.ProvisionRole, ""), t.Engine.Title() + "'s controller"
}

func keeperBroken(e *evidence) *finding {
	for _, t := range e.ofEngine() {
		pods, name := e.keepers(t)
		if len(pods) == 0 || slices.ContainsFunc(pods, func(a *models.Agent) bool { return a.Works() && e.nodeDown(a.Node) == nil }) {
			continue
		}
		deeper := e.podBroken(pods[0])
		return e.stays(Certain, t, "%s, which lets %s %s go (finalizer %s), does not work: %s", name, t.Kind, phrase.Code(t.Name), strings.Join(t.Finalizers, ", "), deeper.cause).from(deeper)
	}
	return nil
}

// keeperMissing is for an object whose operator is not among the pods at all.
func keeperMissing(e *evidence) *finding {
	if e.inv.Unread["Pod"] {
		return nil
	}
	for _, t := range e.ofEngine() {
		pods, name := e.keepers(t)
		others := slices.ContainsFunc(e.inv.Agents, func(a models.Agent) bool { return t.Engine == "" || a.Engine == t.Engine })
		if len(pods) > 0 || !others {
			continue
		}
		return e.stays(Likely, t, "%s, which lets %s %s go (finalizer %s), does not run: there is no such pod", name, t.Kind, phrase.Code(t.Name), strings.Join(t.Finalizers, ", ")).
			lack("a pod whose labels are not the usual ones is not recognised").run("see what runs", "kubectl -n %s get pods -o wide", e.namespace(t.Engine))
	}
	return nil
}

// poolInUse is for a pool that still holds replicas.
func poolInUse(e *evidence) *finding {
	all := e.deletions()
	if e.pool == nil || len(all) == 0 {
		return nil
	}
	volumes := e.held(e.pool)
	if len(volumes) == 0 {
		return nil
	}
	f := e.stays(Certain, all[0], "it still holds %d %s: %s (finalizer %s)", len(volumes), phrase.Pick(len(volumes), "volume's data", "volumes' data"), phrase.Few(volumeNames(volumes), 4), strings.Join(all[0].Finalizers, ", "))
	f.do = append(f.do, Command{Why: "move or delete the replicas that are in it; it goes by itself when it is empty"})
	return f.risk("nothing of it is lost by waiting: a pool is not removed while it holds replicas")
}

// diskInUse is for a block device that a pool uses.
func diskInUse(e *evidence) *finding {
	all := e.deletions()
	if e.device == nil || len(all) == 0 || e.device.Claimed != "Claimed" {
		return nil
	}
	user := "somebody"
	f := e.stays(Certain, all[0], "")
	if e.device.Pool != "" {
		user = "pool " + phrase.Code(e.device.Pool)
		if p := e.findPool(e.device.Pool, e.device.Node); p != nil {
			f.link(poolLink(p))
		}
	}
	f.cause = fmt.Sprintf("%s still uses it: it is Claimed (finalizer %s)", user, strings.Join(all[0].Finalizers, ", "))
	return f
}

// deletionStays takes what the objects and their events say.
func deletionStays(e *evidence) *finding {
	for _, t := range e.deletions() {
		if ev := e.warned(t.Kind, t.Namespace, t.Name); ev != nil && !ev.Last.Before(t.Since) {
			return e.stays(Likely, t, "%s %s says: %s", t.Kind, phrase.Code(t.Name), gist(ev.Message)).link(eventLink(ev))
		}
		if says(t.State, "fail", "error", "invalid") {
			return e.stays(Likely, t, "its engine could not delete it: %s %s is in state %s", t.Kind, phrase.Code(t.Name), t.State).
				lack("why stands in no object: see the log of its engine").run("see the object", "%s", getting(t))
		}
	}
	return nil
}

// snapshotsOfIt is for a volume whose engine keeps it while there are snapshots of it.
func snapshotsOfIt(e *evidence) *finding {
	if e.volume == nil || len(e.ofEngine()) == 0 {
		return nil
	}
	var names []string
	for i := range e.inv.Snapshots {
		if s := &e.inv.Snapshots[i]; s.Volume == e.volume.Name {
			names = append(names, phrase.Scoped(s.Namespace, s.Name))
		}
	}
	if len(names) == 0 {
		return nil
	}
	f := e.stays(Likely, e.ofEngine()[0], "there %s still %d %s of it, which its engine may need it for: %s", phrase.Pick(len(names), "is", "are"), len(names), phrase.Pick(len(names), "snapshot", "snapshots"), phrase.Few(names, 4))
	f.do = append(f.do, Command{Why: "delete the snapshots first, if nobody needs them"})
	return f
}

// unknownHolder names who holds a thing where nothing says why.
func unknownHolder(e *evidence) *finding {
	all := e.deletions()
	t := all[0]
	for _, other := range all {
		if len(other.Finalizers) > 0 {
			t = other // the farthest behind
		}
	}
	if len(t.Finalizers) == 0 {
		return e.stays(NotKnown, t, "no finalizer holds %s %s, so it should go at any moment", t.Kind, phrase.Code(t.Name)).lack("why it is still there")
	}
	f := e.stays(NotKnown, t, "%s %s is held by finalizer %s, and nothing that I can read says what %s", t.Kind, phrase.Code(t.Name), strings.Join(t.Finalizers, ", "), e.waitsFor(t))
	f.lack("the log of whoever set the finalizer is not read")
	return f.run("see the object", "%s", getting(t))
}

// getting is the command that shows an object.
func getting(t *models.Terminating) string {
	command := "kubectl get " + strings.ToLower(t.Kind) + " " + t.Name + " -o yaml"
	if t.Namespace != "" {
		command = strings.Replace(command, "kubectl", "kubectl -n "+t.Namespace, 1)
	}
	return command
}

// waitsFor words what a finalizer of Kubernetes waits for.
func (e *evidence) waitsFor(t *models.Terminating) string {
	switch {
	case holder(t, claimProtection) != "" && e.inv.Unread["Pod"]:
		return "it waits for: whether a pod uses the claim is not known"
	case holder(t, claimProtection) != "":
		return "it waits for: no pod uses the claim, so Kubernetes' controller manager should take it off"
	case holder(t, attacher) != "":
		return "it waits for: there is no VolumeAttachment, so the driver's attacher should take it off"
	case holder(t, volumeProtection) != "":
		return "it waits for: no claim is bound to it, so Kubernetes' controller manager should take it off"
	}
	return "it waits for"
}
