package diagnosis

import (
	"fmt"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// healthy is the name of the symptom of things that have none.
const healthy = "healthy"

// volumeSymptoms are what may be wrong with a volume, the worst first. A concern that was asked about comes before all but
// what keeps the volume from serving.
func volumeSymptoms() []symptom {
	return []symptom{
		{name: "being deleted", shows: askedDeletion, rules: deletionRules()},
		{name: "volume released", shows: askedReleased, rules: releasedRules(), lacks: volumeLacks},
		{name: "volume down", shows: volumeIs(models.Down), rules: downRules(), lacks: volumeLacks},
		{name: "volume read-only", shows: volumeIs(models.ReadOnly), rules: readOnlyRules(), lacks: volumeLacks},
		{name: "volume not provisioned", shows: notProvisioned, rules: provisionRules(), lacks: volumeLacks},
		{name: "resize stuck", shows: askedResize, rules: resizeRules(), lacks: resizeLacks},
		{name: "volume full", shows: askedSpace, rules: spaceRules()},
		{name: "volume degraded", shows: volumeIs(models.Degraded), rules: degradedRules(), lacks: volumeLacks},
		{name: "volume rebuilding", shows: volumeIs(models.Rebuilding), rules: rebuildRules(), lacks: volumeLacks},
		{name: "volume unknown", shows: volumeIs(models.Unknown), rules: unknownRules(), lacks: volumeLacks},
		{name: "being deleted", shows: beingDeleted, rules: deletionRules()},
		{name: "volume released", shows: released, rules: releasedRules(), lacks: volumeLacks},
		{name: "resize stuck", shows: resizeStuck, rules: resizeRules(), lacks: resizeLacks},
		{name: "pod cannot use volume", shows: podStuck, rules: []rule{{"pod", func(e *evidence) *finding {
			p := e.stuckPod()
			rules := mountRules()
			if p.Node == "" {
				rules = placeRules()
			}
			deeper := (&evidence{inv: e.inv, pod: p}).first(rules)
			if deeper == nil {
				return nil
			}
			return because(Certain, "%s", deeper.cause).link(podLink(p)).from(deeper)
		}}}, lacks: volumeLacks},
		{name: healthy, shows: fine, rules: []rule{{"nothing wrong", volumeFine}}},
	}
}

func volumeIs(h models.Health) func(*evidence) string {
	return func(e *evidence) string {
		if e.volume == nil || e.volume.Health != h {
			return ""
		}
		return "is " + word(h, e.volume.State) + ailing(e.volume)
	}
}

// ailing writes since when a volume is as it is, unless it is well.
func ailing(v *models.Volume) string {
	if v.Health != models.Healthy {
		return since(v.Since)
	}
	return ""
}

func volumeLacks(e *evidence) []string {
	missing := []string{"no event on the volume, its claim or its pods tells why"}
	if e.volume != nil && e.volume.Engine == models.Mayastor && e.volume.State == "" {
		missing = append(missing, "Mayastor's REST API, which alone knows its replicas, was not read")
	}
	return missing
}

// stuckPod returns a pod that waits for its volumes, this one among them, or nil.
func (e *evidence) stuckPod() *models.Pod {
	for _, ref := range e.volume.Pods {
		if p := e.findPod(ref.Namespace, ref.Name); p != nil && p.Deleting.IsZero() && (waits(p.State) || p.Node == "" && p.State != "Completed") {
			return p
		}
	}
	return nil
}

func podStuck(e *evidence) string {
	if e.volume == nil {
		return ""
	}
	p := e.stuckPod()
	if p == nil {
		return ""
	}
	name := phrase.Scoped(p.Namespace, p.Name)
	if e.volume.Health != models.Healthy {
		return fmt.Sprintf("has a pod that does not start: %s (%s)", name, p.State)
	}
	return fmt.Sprintf("is %s, but its pod %s does not start (%s)", soundWords(e.volume), name, p.State)
}

// soundWords says of a healthy volume whose word that is.
func soundWords(v *models.Volume) string {
	if v.State == "" {
		return "healthy by all that was read"
	}
	return "healthy by what its engine says"
}

func fine(e *evidence) string {
	if e.volume == nil {
		return ""
	}
	return "is healthy"
}

// volumeFine says what speaks for a healthy volume.
func volumeFine(e *evidence) *finding {
	v := e.volume
	f := because(NoFault, "%s", e.copies(v))
	if share, ok := models.Percent(v.Used, v.Capacity()); ok {
		f.cause += fmt.Sprintf(", and %.0f %% of %s are used", share, v.Capacity())
	}
	if len(v.Pods) == 0 && !e.inv.Unread["Pod"] {
		f.cause += "; no pod uses it"
	}
	return f
}

// copies words where a healthy volume's data is.
func (e *evidence) copies(v *models.Volume) string {
	if v.Local() && v.Node == "" {
		return "nothing that was read says otherwise, and which node holds its single copy is not known"
	}
	if v.Local() {
		return fmt.Sprintf("its single copy is on node %s", phrase.Code(v.Node)) + phrase.Either(e.nodeWorks(v.Node), ", which is Ready", "")
	}
	if len(v.Replicas) == 0 {
		return "nothing that was read says otherwise"
	}
	return fmt.Sprintf("%d of %d replicas are healthy", v.HealthyReplicas(), max(v.Desired, len(v.Replicas)))
}

// look are the commands that show the thing itself, with its events.
func (e *evidence) look() []Command {
	var all []Command
	add := func(why, format string, args ...any) {
		all = append(all, Command{why, fmt.Sprintf(format, args...)})
	}
	switch {
	case e.pod != nil:
		add("see its events", "kubectl -n %s describe pod %s", e.pod.Namespace, e.pod.Name)
	case e.snapshot != nil:
		add("see its events", "kubectl -n %s describe volumesnapshot %s", e.snapshot.Namespace, e.snapshot.Name)
	case e.node != nil:
		add("see its events", "kubectl describe node %s", e.node.Name)
	case e.claim != nil:
		add("see its events", "kubectl -n %s describe pvc %s", e.claim.Namespace, e.claim.Name)
	}
	if v := e.volume; v != nil && v.Health != models.Healthy {
		ns := e.namespace(v.Engine)
		switch v.Engine {
		case models.CStor:
			add("see its replicas", "kubectl -n %s get cstorvolumereplicas -l openebs.io/persistent-volume=%s", ns, v.Name)
		case models.Jiva:
			add("see its replicas", "kubectl -n %s get pods -o wide -l openebs.io/persistent-volume=%s", ns, v.Name)
		case models.Mayastor:
			add("see its replicas, with Mayastor's plugin", "kubectl mayastor get volume-replica-topology %s", strings.TrimPrefix(v.Name, "pvc-"))
		case models.LVM:
			add("see the volume", "kubectl -n %s get lvmvolume %s -o yaml", ns, v.Name)
		case models.ZFS:
			add("see the volume", "kubectl -n %s get zfsvolume %s -o yaml", ns, v.Name)
		default:
			add("see the volume", "kubectl describe pv %s", v.Name)
		}
	}
	return all
}

// users adds the pods that a volume's trouble reaches.
func (e *evidence) users(f *finding, format string) *finding {
	var pods []string
	for _, p := range e.volume.Pods {
		pods = append(pods, phrase.Scoped(p.Namespace, p.Name))
	}
	if len(pods) > 0 {
		f.risk(fmt.Sprintf(format, phrase.Few(pods, 5)))
	}
	return f
}
