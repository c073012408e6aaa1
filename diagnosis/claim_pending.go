package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

func claimSymptoms() []symptom {
	return []symptom{
		{name: "being deleted", shows: askedDeletion, rules: deletionRules()},
		{name: "claim lost", rules: lostRules(), shows: func(e *evidence) string {
			if e.claim.Phase == "Lost" || e.claim.Phase == "Bound" && e.volume == nil && !e.inv.Unread["PersistentVolume"] {
				return "has lost its volume"
			}
			return ""
		}},
		{name: "being deleted", rules: deletionRules(), shows: func(e *evidence) string {
			if e.volume != nil { // then what is wrong with the volume comes first
				return ""
			}
			return beingDeleted(e)
		}},
		{name: "claim pending", rules: pendingRules(), lacks: pendingLacks, shows: func(e *evidence) string {
			if e.claim.Phase != "Pending" {
				return ""
			}
			return "is pending"
		}},
	}
}

func lostRules() []rule {
	return []rule{{"PersistentVolume gone", func(e *evidence) *finding {
		f := because(Certain, "PersistentVolume %s, which it was bound to, does not exist any more", phrase.Code(e.claim.Volume)).
			link(Link{Kind: "PersistentVolume", Name: e.claim.Volume, Field: "metadata.name", Says: "there is none", Health: models.Down})
		for i := range e.inv.Volumes {
			if v := &e.inv.Volumes[i]; v.Name == e.claim.Volume {
				return nil
			}
		}
		return f.risk("its pods cannot mount it again; whether the engine still has the data is to be seen there").
			run("see whether the engine still has the data", "kubectl get cstorvolumes,jivavolumes,lvmvolumes,zfsvolumes -A --ignore-not-found")
	}}}
}

func pendingLacks(e *evidence) []string {
	missing := []string{"there is no event on the claim that names a fault; Kubernetes keeps events for an hour"}
	if e.claim.Provisioner != "" && len(e.agents(e.claim.Engine, models.ProvisionRole, "")) == 0 {
		missing = append(missing, "the pod of the provisioner "+e.claim.Provisioner+" is not among those that I know")
	}
	return missing
}

// pendingRules find why a claim has no volume.
func pendingRules() []rule {
	return []rule{
		{"no such storage class", noClass},
		{"no storage class named", unnamedClass},
		{"static volume", staticVolume},
		{"source", sourceNotReady},
		{"access mode", accessMode},
		{"class parameters", classParameters},
		{"Mayastor pools", mayastorPools},
		{"volume group", volumeGroup},
		{"ZFS pool", zfsPool},
		{"quota of the engine", quotaOfEngine},
		{"provisioner says why", provisionerSays},
		{"no consumer", noConsumer},
		{"pod not placed", consumerNotPlaced},
		{"chosen node lost", func(e *evidence) *finding {
			if down := e.nodeDown(e.claim.Selected); down != nil {
				return because(Certain, "the node that was chosen for it is lost: %s", down.cause).from(down)
			}
			return nil
		}},
		{"node agent broken", agentBroken},
		{"provisioner broken", func(e *evidence) *finding { return e.provisionerBroken(e.claim.Engine) }},
		{"provisioner silent", provisionerSilent},
	}
}

// refused returns the newest event with which a provisioner refused a claim, or nil.
func (e *evidence) refused() *models.Event {
	return e.newest("PersistentVolumeClaim", e.claim.Namespace, e.claim.Name, "ProvisioningFailed", "ProvisioningCleanupFailed")
}

func noClass(e *evidence) *finding {
	c := e.claim
	if c.StorageClass == "" || c.Volume != "" || e.classOf(c) != nil || e.inv.Unread["StorageClass"] {
		return nil
	}
	var names []string
	for i := range e.inv.StorageClasses {
		names = append(names, phrase.Code(e.inv.StorageClasses[i].Name))
	}
	f := because(Certain, "there is no storage class %s", phrase.Code(c.StorageClass)).
		link(Link{Kind: "StorageClass", Name: c.StorageClass, Field: "metadata.name", Says: "there is none", Health: models.Down}).
		run("see which there are", "kubectl get storageclass")
	if ev := e.refused(); ev != nil {
		f.chain = append([]Link{eventLink(ev)}, f.chain...)
	} else if v := find(e.inv.Volumes, func(v *models.Volume) bool { return v.StorageClass == c.StorageClass }); v != nil {
		// The class may be but a word by which claims find volumes that were made by hand.
		f = because(Likely, "no PersistentVolume of class %s is free and fits, and there is no storage class of that name to make one", phrase.Code(c.StorageClass)).link(f.chain...)
	}
	if len(names) > 0 {
		f.do = append(f.do, Command{Why: "make the class, or make the claim anew with one that exists: " + phrase.Few(names, 8) + " (the class of a claim cannot be changed)"})
	}
	return f
}

func unnamedClass(e *evidence) *finding {
	c := e.claim
	if c.StorageClass != "" || c.Volume != "" {
		return nil
	}
	f := because(Likely, "it names no storage class and no PersistentVolume fits it")
	if ev := e.newest("PersistentVolumeClaim", c.Namespace, c.Name, "FailedBinding"); ev != nil {
		f.certainty = Certain
		f.link(eventLink(ev))
	}
	if find(e.inv.StorageClasses, func(s *models.StorageClass) bool { return s.Default }) == nil && !e.inv.Unread["StorageClass"] {
		f.cause, f.certainty = "it names no storage class and the cluster has no default one", Certain
	}
	f.link(Link{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name, Field: "spec.storageClassName", Says: "none"})
	return f.run("see which classes there are, and which is the default", "kubectl get storageclass")
}

// staticVolume is for a claim that names its PersistentVolume.
func staticVolume(e *evidence) *finding {
	c := e.claim
	if c.Volume == "" || e.inv.Unread["PersistentVolume"] {
		return nil
	}
	v := e.inv.Volume(c.Volume)
	switch {
	case v == nil:
		return because(Certain, "it asks for PersistentVolume %s, which does not exist", phrase.Code(c.Volume)).
			link(Link{Kind: "PersistentVolume", Name: c.Volume, Field: "metadata.name", Says: "there is none", Health: models.Down})
	case v.Claim != "" && (v.Claim != c.Name || v.Namespace != c.Namespace):
		return because(Certain, "it asks for PersistentVolume %s, which belongs to claim %s", phrase.Code(c.Volume), phrase.Scoped(v.Namespace, v.Claim)).
			link(Link{Kind: "PersistentVolume", Name: v.Name, Field: "spec.claimRef", Says: v.Namespace + "/" + v.Claim})
	case v.Phase == "Released":
		return because(Certain, "it asks for PersistentVolume %s, which is Released: it still names the claim that it had before", phrase.Code(c.Volume)).
			link(volumeLink(v)).run("let it be bound again, if its data may be seen by the new claim", `kubectl patch pv %s --type json -p '[{"op":"remove","path":"/spec/claimRef"}]'`, v.Name)
	}
	return nil
}

// sourceNotReady is for a claim that is to be made from a snapshot or another claim.
func sourceNotReady(e *evidence) *finding {
	c := e.claim
	kind, name, _ := strings.Cut(c.Source, "/")
	switch kind {
	case "VolumeSnapshot":
		s := find(e.inv.Snapshots, func(s *models.Snapshot) bool { return s.Name == name && s.Namespace == c.Namespace })
		if s == nil && !e.inv.Unread["VolumeSnapshot"] {
			return because(Certain, "it is to be made from snapshot %s, which does not exist", phrase.Scoped(c.Namespace, name)).
				link(Link{Kind: "VolumeSnapshot", Namespace: c.Namespace, Name: name, Field: "metadata.name", Says: "there is none", Health: models.Down})
		}
		if s != nil && !s.Ready {
			f := because(Certain, "it is to be made from snapshot %s, which is %s", phrase.Scoped(c.Namespace, name), s.State).link(snapshotLink(s))
			return f.through((&evidence{inv: e.inv, snapshot: s}).first(snapshotRules()))
		}
		if s != nil && s.Size.IsKnown() && s.Size > c.Requested {
			return because(Certain, "it asks for %s and is to be made from snapshot %s of %s: a volume is never smaller than what it is made from", c.Requested, phrase.Code(name), s.Size).link(snapshotLink(s))
		}
	case "PersistentVolumeClaim":
		if o := e.inv.Claim(c.Namespace, name); o == nil || o.Phase != "Bound" {
			return because(Certain, "it is to be copied from claim %s, which %s", phrase.Scoped(c.Namespace, name), phrase.Either(o == nil, "does not exist", "is not bound")).
				link(Link{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: name, Field: "status.phase", Says: phrase.Either(o == nil, "there is none", "not Bound")})
		}
	}
	return nil
}

// accessMode is for what the engine cannot give: most give ReadWriteOnce alone, hostpath no block devices either.
func accessMode(e *evidence) *finding {
	c := e.claim
	ev := e.refused()
	many := slices.ContainsFunc(c.AccessModes, func(m string) bool { return m == "ReadWriteMany" || m == "ReadOnlyMany" })
	block := c.VolumeMode == "Block"
	field := Link{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name, Field: "spec.accessModes", Says: phrase.And(c.AccessModes)}
	var f *finding
	switch {
	case many && c.Engine == models.Hostpath:
		f = because(Certain, "it asks for %s, and hostpath volumes are ReadWriteOnce only", phrase.And(c.AccessModes))
	case block && c.Engine == models.Hostpath:
		f = because(Certain, "it asks for a block device (volumeMode Block), and hostpath volumes are file systems only")
		field.Field, field.Says = "spec.volumeMode", c.VolumeMode
	case many && ev != nil && says(ev.Message, "access mode", "accessmode", "multi-node", "MULTI_NODE", "ReadWriteMany", "ReadWriteOnce"):
		f = because(Certain, "it asks for %s, and its provisioner does not give that: %s", phrase.And(c.AccessModes), gist(ev.Message))
	default:
		return nil
	}
	f.link(field)
	if ev != nil {
		f.link(eventLink(ev))
	} else if class := e.classOf(c); class != nil && class.Binding == "WaitForFirstConsumer" && len(c.Pods) == 0 {
		return nil // nobody has asked yet
	}
	f.do = append(f.do, Command{Why: "make the claim anew with accessModes ReadWriteOnce and volumeMode Filesystem, or with a class of an engine that gives what it asks for"})
	return f
}

// classParameters is for a storage class without a parameter that its engine cannot do without.
func classParameters(e *evidence) *finding {
	class := e.classOf(e.claim)
	needed := map[models.Engine][]string{models.CStor: {"cstorPoolCluster"}, models.LVM: {"volgroup", "vgpattern"}, models.ZFS: {"poolname"}}
	if class == nil || needed[class.Engine] == nil {
		return nil
	}
	for key := range class.Parameters {
		if slices.ContainsFunc(needed[class.Engine], func(n string) bool { return strings.EqualFold(n, key) }) {
			return nil
		}
	}
	ev := e.refused()
	if ev == nil {
		return nil
	}
	return because(Certain, "storage class %s lacks the parameter %s", phrase.Code(class.Name), strings.Join(needed[class.Engine], " or ")).
		link(eventLink(ev), Link{Kind: "StorageClass", Name: class.Name, Field: "parameters", Says: "no " + strings.Join(needed[class.Engine], " or "), Health: models.Down}).
		run("see the class", "kubectl get storageclass %s -o yaml", class.Name)
}

func mayastorPools(e *evidence) *finding {
	c, ev := e.claim, e.refused()
	if c.Engine != models.Mayastor || ev == nil || e.inv.Unread["DiskPool"] || !says(ev.Message, "NotEnoughResources", "suitable pools", "507", "ResourceExhausted") {
		return nil
	}
	class := e.classOf(c)
	replicas, thin := 1, false
	if class != nil {
		replicas, thin = max(1, number(class.Parameters["repl"])), class.Parameters["thin"] == "true"
	}
	fits := e.fitting(c.Requested, thin, nil)
	need := fmt.Sprintf("a pool with %s free", c.Requested)
	if replicas > 1 {
		need = fmt.Sprintf("%d pools on different nodes with %s free each", replicas, c.Requested)
	}
	if thin {
		need = strings.Replace(need, fmt.Sprintf(" with %s free", c.Requested), " that work", 1)
		need = strings.TrimSuffix(need, " each")
	}
	f := because(Certain, "Mayastor needs %s and %d %s: %s", need, len(fits.nodes), phrase.Pick(len(fits.nodes), "fits", "fit"), phrase.Few(fits.why, 6)).link(eventLink(ev))
	if len(fits.why) == 0 {
		f.cause = fmt.Sprintf("Mayastor needs %s and there are %d", need, len(fits.nodes))
	}
	if len(fits.nodes) >= replicas {
		f = because(Likely, "Mayastor found too few suitable pools when it last tried%s: %s", at(ev.Last), gist(ev.Message)).link(eventLink(ev)).
			lack("by now " + phrase.Few(fits.fit, 4) + " would fit, as far as free space and state go: the next try may succeed; a topology in the class may exclude them")
	}
	f.link(fits.links...)
	for i := range e.inv.Pools {
		if p := &e.inv.Pools[i]; p.Engine == models.Mayastor && p.Health == models.Down {
			if deeper := e.poolDown(p); deeper != nil {
				f.link(deeper.chain...)
				f.do = append(f.do, deeper.do...)
			}
		}
	}
	f.run("see the pools", "kubectl get diskpools -A")
	f.do = append(f.do, Command{Why: "make room, mend or add a DiskPool, or ask for a smaller volume or fewer replicas; Mayastor tries again by itself"})
	return f
}

func number(s string) int {
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' || n > 1000 {
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}
