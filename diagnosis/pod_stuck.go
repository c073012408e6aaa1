package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
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
				text = strings.TrimSuffix(text, ")") + ", " + phrase.Count(e.pod.Restarts, "restart", "restarts") + ")"
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
		{name: "full volume of a running pod", shows: fullOfPod, rules: []rule{{"its data", func(e *evidence) *finding {
			o := e.of(e.brimming())
			return o.first(spaceRules()).link(o.self()...)
		}}}},
		{name: healthy, shows: func(e *evidence) string { return "is " + e.pod.State }, rules: []rule{{"nothing wrong", func(e *evidence) *finding {
			return because(NoFault, "%s", e.volumesOfPod())
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
		f.risk(fmt.Sprintf("it cannot run on another node: volume %s exists on %s only", phrase.Code(v.KnownAs()), v.Node))
	} else if !strings.HasPrefix(p.Workload, "StatefulSet/") {
		f.risk("its volume may stay attached to the lost node, so that a new pod elsewhere cannot mount it")
	} else {
		f.risk("a StatefulSet makes no second pod of the name until this one is known to be gone")
		f.run("let it start elsewhere, once it is certain that "+p.Node+" is off", "kubectl -n %s delete pod %s --force --grace-period=0", p.Namespace, p.Name)
	}
	return f
}

// brimmed is the share of a volume in percent from which a pod that runs is said to have a full one.
const brimmed = 95

// brimming returns the first volume of the pod that is as good as full, or nil.
func (e *evidence) brimming() *models.Volume {
	for _, name := range e.pod.Volumes {
		if v := e.inv.Volume(name); v != nil {
			if share, ok := models.Percent(v.Used, v.Capacity()); ok && share >= brimmed {
				return v
			}
		}
	}
	return nil
}

// fullOfPod words that a pod that runs has a full volume.
func fullOfPod(e *evidence) string {
	v := e.brimming()
	if v == nil {
		return ""
	}
	share, _ := models.Percent(v.Used, v.Capacity())
	return fmt.Sprintf("runs, but its volume %s is %.0f %% used (%s of %s)", phrase.Code(v.KnownAs()), share, v.Used, v.Capacity())
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

// strangeVolumes are the volumes of the pod that the inventory does not have.
func (e *evidence) strangeVolumes() []string {
	return slices.DeleteFunc(slices.Clone(e.pod.Volumes), func(name string) bool { return e.inv.Volume(name) != nil })
}

// serves reports whether a volume is read and written, whatever may be wrong with it.
func serves(v *models.Volume) bool {
	return v.Health == models.Healthy || v.Health == models.Rebuilding || v.Health == models.Degraded
}

// volumesOfPod says how the volumes of the pod are.
func (e *evidence) volumesOfPod() string {
	n, strange := len(e.pod.Volumes), e.strangeVolumes()
	worst := e.worst()
	switch {
	case n == 0:
		return "no volume of it is known"
	case len(strange) > 0:
		return "it is not known how " + phrase.Few(phrase.Codes(strange), 3) + " " + phrase.Pick(len(strange), "is", "are")
	case worst.Health != models.Healthy:
		return fmt.Sprintf("its volume %s is %s", phrase.Code(worst.KnownAs()), word(worst.Health, worst.State)) + phrase.Either(serves(worst), " and serves", "")
	}
	return fmt.Sprintf("its %d %s healthy", n, phrase.Pick(n, "volume is", "volumes are"))
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
		f := because(Certain, "its volume %s %s: %s", phrase.Code(v.KnownAs()), strings.TrimSuffix(shows, ","), deeper.cause).link(o.self()...)
		if deeper.certainty == NotKnown { // that the volume is down is known all the same
			f.chain, f.missing, f.do = append(f.chain, deeper.chain...), append(f.missing, deeper.missing...), append(f.do, deeper.do...)
		} else {
			f.from(deeper)
		}
		f.endangers = slices.DeleteFunc(f.endangers, func(s string) bool { return strings.HasPrefix(s, phrase.Scoped(e.pod.Namespace, e.pod.Name)) })
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
			f := because(Certain, "its claim %s does not exist", phrase.Scoped(p.Namespace, name)).
				link(Link{Kind: "PersistentVolumeClaim", Namespace: p.Namespace, Name: name, Field: "metadata.name", Says: "there is none", Health: models.Down})
			if r := e.refusedClaim(p.Namespace, name); r != nil {
				return f.through(e.quotaForbids(r))
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
		f := because(Certain, "its claim %s is %s: %s", phrase.Scoped(c.Namespace, c.Name), strings.ToLower(c.Phase), deeper.cause).link(claimLink(c)).from(deeper)
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
