package answer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

func describeVolume(rep *models.Reply, v *models.Volume, from *source) {
	rep.Text = volumeText(v, from)
	rep.Facts = volumeFacts(v, from)
	rep.Table = replicaTable(v, from)
	for _, r := range v.Replicas {
		for _, note := range r.Notes {
			if !slices.ContainsFunc(v.Notes, func(n string) bool { return strings.Contains(n, note) }) {
				rep.Notes = append(rep.Notes, phrase.Stop("The replica on "+r.Node+": "+note))
			}
		}
	}
	if v.Claim != "" {
		rep.Buttons = append(rep.Buttons, describeButton(from, models.Claims, v.Namespace, v.Claim))
	}
	if v.Node != "" {
		rep.Buttons = append(rep.Buttons, describeButton(from, models.Nodes, "", v.Node))
	}
	for _, p := range window(v.Pools, 0, 2) {
		rep.Buttons = append(rep.Buttons, describeButton(from, models.Pools, "", p))
	}
}

// volumeText is what there is to say of a volume first: how it is, why, and how full.
func volumeText(v *models.Volume, from *source) string {
	return "Volume " + label(&volumeSchema, &record{from, v}) + " on " + from.Cluster + " " + volumeState(v, from)
}

// volumeState words how a volume is, from the verb on.
func volumeState(v *models.Volume, from *source) string {
	text := "is " + stateText(v.Health, v.State, v.Since, from) + ": " + copies(v) + "."
	if sick := sickReplicas(v, from); sick != "" {
		text += " " + sick
	}
	return text + " " + usedText(v, from)
}

// copies words where a volume's data is.
func copies(v *models.Volume) string {
	switch {
	case v.Pinned:
		return "it can be used on node " + v.Node + " only, as its PersistentVolume says; " + unknownEngine(v)
	case v.Engine == models.OtherCSI || v.Engine == models.OtherOpenEBS:
		return "how many copies it has is not known; " + unknownEngine(v)
	case v.Local():
		node := v.Node
		if node == "" {
			node = "a node that is not known"
		} else {
			node = "node " + node
		}
		return engineName(string(v.Engine)) + " keeps a single copy, on " + node + "; it has no replicas"
	}
	n := len(v.Replicas)
	switch {
	case n == 0 && v.Desired > 0:
		return "nothing is known of its replicas; it should have " + strconv.Itoa(v.Desired)
	case n == 0:
		return "nothing is known of its replicas"
	case v.Desired > n:
		return strconv.Itoa(v.HealthyReplicas()) + " of " + strconv.Itoa(v.Desired) + " replicas are healthy, only " + strconv.Itoa(n) + " exist" + phrase.Pick(n, "s", "")
	}
	return strconv.Itoa(v.HealthyReplicas()) + " of " + phrase.Count(n, "replica is", "replicas are") + " healthy"
}

// unknownEngine says what the health of a volume stands on whose engine is not one of those that are known.
func unknownEngine(v *models.Volume) string {
	driver := ""
	if v.Driver != "" {
		driver = " " + v.Driver
	}
	return "I do not know its driver" + driver + " and go by what Kubernetes' own objects say"
}

// sickReplicas words the replicas that are not healthy, and where they are.
func sickReplicas(v *models.Volume, from *source) string {
	var all []string
	for _, r := range v.Replicas {
		if r.Health == models.Healthy {
			continue
		}
		text := "the one on " + r.Node
		if r.Pool != "" {
			text += " (pool " + phrase.Code(r.Pool) + ")"
		}
		text += " is " + stateText(r.Health, r.State, r.Since, from)
		if r.Progress >= 0 && r.Health == models.Rebuilding {
			text += ", " + phrase.Percent(r.Progress) + " done"
		}
		all = append(all, text)
	}
	return phrase.Stop(phrase.Capital(phrase.And(all)))
}

func volumeFacts(v *models.Volume, from *source) []models.Fact {
	var l factList
	l.health(v.Health, v.State, from.age(v.Since))
	if v.Claim != "" {
		l.add("Claim", phrase.Code(v.KnownAs())+inState("Bound", v.ClaimPhase))
	} else {
		l.add("Claim", "none")
	}
	l.add("Phase", v.Phase)
	l.add("Engine", engineName(string(v.Engine)))
	l.add("Storage class", v.StorageClass)
	l.add("Size", v.Size.String())
	if v.Requested.IsKnown() && v.Requested > v.Size {
		l.add("Requested", v.Requested.String()+": the resize is not done")
	}
	l.usage(v, from)
	l.add("Replicas", copies(v))
	if v.Local() {
		l.add("Node", v.Node)
	} else if v.Node != "" {
		l.add("Attached to", v.Node)
	} else {
		l.add("Attached to", "no node")
	}
	l.add("Pools", phrase.And(v.Pools))
	l.mounts(from, v.Pods)
	l.add("Access modes", phrase.And(v.AccessModes))
	l.add("Mode", v.VolumeMode)
	if v.Quorum > 0 {
		l.add("Quorum", phrase.Count(v.Quorum, "healthy replica is needed", "healthy replicas are needed")+" to write, and "+strconv.Itoa(v.HealthyReplicas())+" of "+strconv.Itoa(v.Desired)+" are there")
	}
	if !slices.ContainsFunc(v.Details, func(d models.Detail) bool { return d.Label == "File system" }) {
		l.add("File system", v.Format)
	}
	l.add("Reclaim policy", v.Reclaim)
	l.yes("Thin", v.Thin)
	l.add("Snapshots", snapshotsText(v.Name, from))
	l.add("Age", from.age(v.Created))
	l.add("Driver", v.Driver)
	l.events(from, func(e *models.Event) bool { return e.Object == v.Name || aboutClaim(e, v.Namespace, v.Claim, v.Pods) })
	l.details(from, v.Details)
	if !slices.ContainsFunc(v.Details, func(d models.Detail) bool { return d.Label == "Version" }) {
		l.add("Version", engineVersion(v.Engine, from))
	}
	return l
}

// snapshotsText words how many snapshots of a volume can be restored, how old the newest is, and how many cannot.
func snapshotsText(volume string, from *source) string {
	useless := 0
	for i := range from.Snapshots {
		if s := &from.Snapshots[i]; s.Volume == volume && !s.Ready {
			useless++
		}
	}
	n := from.snapshots()[volume]
	text := "none"
	if n > 0 {
		text = strconv.Itoa(n)
		if age := from.age(from.newest()[volume]); age != "" {
			text += ", the newest " + age + " old"
		}
	} else if useless > 0 {
		text += " that can be restored"
	}
	if useless > 0 {
		text += "; " + phrase.Count(useless, "more has failed or is not ready", "more have failed or are not ready")
	}
	return text
}

// engineVersion is the release of an engine by its pods; "" if they do not say.
func engineVersion(e models.Engine, from *source) string {
	for _, c := range from.Components {
		if c.Engine == e && len(c.Versions) > 0 {
			return phrase.And(c.Versions) + ", of its engine's pods"
		}
	}
	return ""
}

// aboutClaim reports whether an event is about a claim or a pod that mounts it.
func aboutClaim(e *models.Event, namespace, claim string, pods []models.PodRef) bool {
	switch e.Kind {
	case "PersistentVolumeClaim":
		return claim != "" && e.Object == claim && e.Namespace == namespace
	case "Pod":
		return slices.ContainsFunc(pods, func(p models.PodRef) bool { return p.Name == e.Object && p.Namespace == e.Namespace })
	}
	return false
}

// replicaTable lists the replicas of a volume; nil if it has none.
func replicaTable(v *models.Volume, from *source) *models.Table {
	rows := make([]record, len(v.Replicas))
	keys := []string{"node", "pool", "health", "state", "size", "used"}
	if slices.ContainsFunc(v.Replicas, func(r models.Replica) bool { return r.Occupied > 0 }) {
		keys = append(keys, "occupied")
	}
	for i := range v.Replicas {
		rows[i] = record{from, &replica{&v.Replicas[i], v}}
		if v.Replicas[i].Health == models.Rebuilding && !slices.Contains(keys, "progress") {
			keys = append(keys, "progress")
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return tableOf(fieldsOf(&replicaSchema, append(keys, "name")), rows, len(rows))
}

func fieldsOf(s *Schema, keys []string) []*Field {
	fields := make([]*Field, len(keys))
	for i, key := range keys {
		fields[i] = s.Lookup(key)
	}
	return fields
}

// resizeText says whether a claim has the size that it asks for. The engine's own object holds what is wanted, and proves
// nothing.
func resizeText(namespace, claim string, requested, size models.Bytes, notes []string, from *source) string {
	who := "Claim " + phrase.Scoped(namespace, claim) + " on " + from.Cluster
	switch {
	case claim == "":
		return "Nothing claims this volume, so nobody asked for another size: it has " + size.String() + "."
	case !requested.IsKnown() || !size.IsKnown():
		return who + " has no size yet, so I cannot tell: it asks for " + requested.String() + "."
	case requested <= size:
		return "Yes, no resize is open: " + who + " asks for " + requested.String() + " and has " + size.String() + "."
	}
	text := "No, not yet: " + who + " asks for " + requested.String() + " and still has " + size.String() + "."
	for _, n := range notes {
		if strings.Contains(n, "event ") && strings.Contains(n, "resize") {
			return text + " " + phrase.Stop(phrase.Capital(n))
		}
	}
	return text
}

func describeClaim(rep *models.Reply, c *models.Claim, from *source) {
	v := from.Volume(c.Volume)
	rep.Text = claimText(c, v, from)
	var l factList
	l.health(c.Health, "", "")
	l.add("Phase", c.Phase)
	l.add("Reason", c.Reason)
	if c.Volume != "" {
		l.add("Volume", phrase.Code(c.Volume))
	} else {
		l.add("Volume", "none yet")
	}
	l.add("Engine", engineName(string(c.Engine)))
	l.add("Storage class", c.StorageClass)
	l.add("Requested", c.Requested.String())
	if c.Size.IsKnown() {
		l.add("Size", c.Size.String())
	}
	if v != nil {
		l.usage(v, from)
		l.add("Replicas", copies(v))
		l.add("Pools", phrase.And(v.Pools))
		l.add("Snapshots", snapshotsText(v.Name, from))
		rep.Table = replicaTable(v, from)
		rep.Buttons = append(rep.Buttons, describeButton(from, models.Volumes, "", v.Name))
		rep.Notes = append(rep.Notes, newNotes(v.Notes, c.Notes)...)
	}
	l.add("Node", c.Node)
	l.add("Access modes", phrase.And(c.AccessModes))
	l.mounts(from, c.Pods)
	l.add("Age", from.age(c.Created))
	l.events(from, func(e *models.Event) bool {
		return c.Volume != "" && e.Object == c.Volume || aboutClaim(e, c.Namespace, c.Name, c.Pods)
	})
	rep.Facts = l
	if c.StorageClass != "" && c.Volume == "" {
		rep.Buttons = append(rep.Buttons, describeButton(from, models.StorageClasses, "", c.StorageClass))
	}
	if c.Node != "" {
		rep.Buttons = append(rep.Buttons, describeButton(from, models.Nodes, "", c.Node))
	}
}

// newNotes returns the notes that are not among those that are told anyway.
func newNotes(notes, told []string) []string {
	var all []string
	for _, n := range notes {
		if !slices.Contains(told, n) {
			all = append(all, phrase.Stop(n))
		}
	}
	return all
}

func claimText(c *models.Claim, v *models.Volume, from *source) string {
	text := "Claim " + phrase.Scoped(c.Namespace, c.Name) + " on " + from.Cluster + " is " + strings.ToLower(c.Phase)
	switch {
	case c.Volume == "" && c.Reason != "":
		return text + " and has no volume yet: " + phrase.Stop(shorten(c.Reason, 500))
	case c.Volume == "":
		return text + " and has no volume yet; no event says why."
	case v == nil:
		return text + ", but its volume " + phrase.Code(c.Volume) + " is not there."
	}
	return text + ". Its volume " + phrase.Code(v.Name) + " " + volumeState(v, from)
}
