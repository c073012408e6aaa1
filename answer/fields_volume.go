package answer

import (
	"slices"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

var volumeSchema = Schema{
	Subject: models.Volumes, One: "volume", Many: "volumes",
	columns: []string{"claim", "namespace", "engine", "health", "size", "used_percent", "node", "name"}, last: "name",
	order: "health", desc: true, things: map[string]string{"claim": "orphaned", "pvc": "orphaned"},
	records: each(func(inv *models.Inventory) []models.Volume { return inv.Volumes }),
	fields: []Field{
		textField("name", "Volume", func(v *models.Volume) string { return v.Name }).called("name"),
		textField("claim", "Claim", func(v *models.Volume) string { return v.Claim }),
		textField("namespace", "Namespace", func(v *models.Volume) string { return v.Namespace }),
		textField("engine", "Engine", func(v *models.Volume) string { return string(v.Engine) }),
		textField("storageclass", "Storage class", func(v *models.Volume) string { return v.StorageClass }).spelled("storage class name"),
		rebuildHealth(healthField(func(v *models.Volume) models.Health { return v.Health }), func(r *record) *models.Volume { return r.item.(*models.Volume) }),
		progressField(func(r *record) *models.Volume { return r.item.(*models.Volume) }),
		textField("state", "State", func(v *models.Volume) string { return v.State }),
		textField("phase", "Phase", func(v *models.Volume) string { return v.Phase }),
		bytesField("size", "Size", func(v *models.Volume) models.Bytes { return v.Size }),
		bytesField("requested", "Requested", func(v *models.Volume) models.Bytes { return v.Requested }).called("requested size"),
		bytesField("used", "Used", func(v *models.Volume) models.Bytes { return v.Used }).called("used space"),
		shareField("used_percent", "Used %", func(v *models.Volume) (part, whole models.Bytes) { return v.Used, v.Capacity() }).called("usage"),
		bytesField("free", "Free", (*models.Volume).Free).called("free space"),
		{key: "copies", title: "Healthy copies", noun: "number of healthy copies", Kind: CountKind, get: func(r *record) value {
			n, known := whatif.Copies(r.item.(*models.Volume))
			return numberValue(float64(n), known)
		}},
		{key: "spare", title: "Can lose", noun: "number of copies that it can lose", Kind: CountKind, get: func(r *record) value {
			v := r.item.(*models.Volume)
			n, known := whatif.Copies(v)
			return numberValue(float64(max(0, n-whatif.Needed(v))), known)
		}},
		textField("redundancy", "Redundancy", whatif.Redundancy),
		textField("resize", "Resize", resize),
		{key: "orphaned", title: "Orphaned", Kind: FlagKind, get: orphaned},
		deletingField(),
		countField("replicas", "Healthy replicas", healthyReplicas).called("number of healthy replicas"),
		countField("desired", "Desired replicas", func(v *models.Volume) int { return v.Desired }).called("number of desired replicas"),
		countField("missing", "Missing replicas", missingReplicas).called("number of replicas that are missing or not healthy"),
		listField("node", "Node", NodesOf),
		textField("attached", "Attached to", attachedTo),
		listField("pool", "Pool", func(v *models.Volume) []string { return v.Pools }),
		listField("pods", "Pods", func(v *models.Volume) []string { return PodNames(v.Pods) }),
		listField("workload", "Workload", func(v *models.Volume) []string { return workloads(v.Pods) }).paths(),
		{key: "zone", title: "Zone", Kind: ListKind, get: func(r *record) value { return zonesOf(r, NodesOf(r.item.(*models.Volume))...) }},
		{key: "zones", title: "Zones of copies", noun: "zones of its copies", Kind: ListKind, get: copyZones},
		textField("filesystem", "File system", func(v *models.Volume) string { return v.Format }).opened().spelled("fs", "fs type", "file system type", "format"),
		textField("mode", "Mode", func(v *models.Volume) string { return v.VolumeMode }).called("volume mode"),
		detailField("target", "Target node", "Target node"),
		textField("locality", "Locality", locality),
		detailField("kind", "Kind", "Volume type"),
		detailField("compression", "Compression", "Compression").opened().lackedBy(models.LVM, models.Hostpath, models.Mayastor, models.Jiva),
		detailField("dedup", "Deduplication", "Deduplication").opened().lackedBy(models.LVM, models.Hostpath, models.Mayastor, models.Jiva),
		detailField("recordsize", "Record size", "Record size"),
		detailField("target_ip", "Target IP", "Target IP").called("target IP"),
		detailField("iqn", "IQN", "IQN").called("IQN"),
		detailField("portal", "Portal", "Portal"),
		detailField("uuid", "Volume's UUID", "Volume's UUID").called("UUID"),
		detailField("source", "Made from", "Made from").called("source"),
		{key: "version", title: "Version", noun: "version of its engine", Kind: TextKind, get: func(r *record) value {
			return textValue(engineVersion(r.item.(*models.Volume).Engine, r.from))
		}},
		{key: "quorum", title: "Quorum", noun: "quorum", Kind: CountKind, get: func(r *record) value {
			n := r.item.(*models.Volume).Quorum
			return numberValue(float64(n), n > 0)
		}},
		{key: "eta", title: "Rebuild left", noun: "time left of the rebuild, at its pace so far", Kind: AgeKind, get: rebuildLeft},
		flagField("thin", "Thin", func(v *models.Volume) bool { return v.Thin }),
		listField("access", "Access modes", func(v *models.Volume) []string { return v.AccessModes }).spelled("access mode"),
		textField("reclaim", "Reclaim", func(v *models.Volume) string { return v.Reclaim }).called("reclaim policy").spelled("persistentVolumeReclaimPolicy"),
		textField("driver", "Driver", func(v *models.Volume) string { return v.Driver }),
		snapshotsField(func(r *record) string { return r.item.(*models.Volume).Name }),
		snapshotAgeField(func(r *record) string { return r.item.(*models.Volume).Name }),
		ageField("age", "Age", func(v *models.Volume) time.Time { return v.Created }),
		ageField("since", "In state for", func(v *models.Volume) time.Time { return v.Since }).called("time in its state"),
	},
}

var claimSchema = Schema{
	Subject: models.Claims, One: "claim", Many: "claims",
	columns: []string{"name", "namespace", "phase", "health", "storageclass", "size", "used_percent", "workload"},
	order:   "health", desc: true,
	records: each(func(inv *models.Inventory) []models.Claim { return inv.Claims }),
	fields: []Field{
		textField("name", "Claim", func(c *models.Claim) string { return c.Name }).called("name"),
		textField("namespace", "Namespace", func(c *models.Claim) string { return c.Namespace }),
		textField("phase", "Phase", func(c *models.Claim) string { return c.Phase }),
		rebuildHealth(healthField(func(c *models.Claim) models.Health { return c.Health }), claimed),
		progressField(claimed),
		textField("volume", "Volume", func(c *models.Claim) string { return c.Volume }),
		textField("engine", "Engine", func(c *models.Claim) string { return string(c.Engine) }),
		textField("storageclass", "Storage class", func(c *models.Claim) string { return c.StorageClass }),
		bytesField("requested", "Requested", func(c *models.Claim) models.Bytes { return c.Requested }).called("requested size"),
		bytesField("size", "Size", func(c *models.Claim) models.Bytes { return c.Size }),
		bytesField("used", "Used", func(c *models.Claim) models.Bytes { return c.Used }).called("used space"),
		shareField("used_percent", "Used %", func(c *models.Claim) (part, whole models.Bytes) { return c.Used, c.Capacity() }).called("usage"),
		{key: "node", title: "Node", Kind: ListKind, get: func(r *record) value {
			c := r.item.(*models.Claim)
			nodes := []string{c.Node}
			if v := r.from.volumes()[c.Volume]; v != nil {
				nodes = append(nodes, NodesOf(v)...)
			}
			return value{known: true, list: phrase.Distinct(nodes)}
		}},
		{key: "attached", title: "Attached to", Kind: TextKind, get: func(r *record) value {
			return ofVolume(r, func(v *models.Volume) value { return textValue(attachedTo(v)) })
		}},
		{key: "zone", title: "Zone", Kind: ListKind, get: func(r *record) value {
			return ofVolume(r, func(v *models.Volume) value { return zonesOf(r, NodesOf(v)...) })
		}},
		{key: "pool", title: "Pool", Kind: ListKind, get: func(r *record) value {
			return ofVolume(r, func(v *models.Volume) value { return value{known: true, list: v.Pools} })
		}},
		listField("pods", "Pods", func(c *models.Claim) []string { return PodNames(c.Pods) }),
		listField("workload", "Workload", func(c *models.Claim) []string { return workloads(c.Pods) }).paths(),
		deletingField(),
		textField("resize", "Resize", func(c *models.Claim) string { return resizing(c.Phase, c.Requested, c.Size) }),
		snapshotsField(func(r *record) string { return r.item.(*models.Claim).Volume }),
		snapshotAgeField(func(r *record) string { return r.item.(*models.Claim).Volume }),
		listField("access", "Access modes", func(c *models.Claim) []string { return c.AccessModes }).spelled("access mode"),
		textField("reason", "Reason", func(c *models.Claim) string { return c.Reason }),
		textField("source", "Made from", func(c *models.Claim) string { return c.Source }).paths(),
		{key: "since", title: "In state for", noun: "time in its state", Kind: AgeKind, get: claimSince},
		tracedAge(ageField("age", "Age", func(c *models.Claim) time.Time { return c.Created }), "PersistentVolumeClaim", func(r *record) (namespace, name string) {
			c := r.item.(*models.Claim)
			return c.Namespace, c.Name
		}),
	},
}

// replica is a copy together with the volume that it is a copy of.
type replica struct {
	*models.Replica
	of *models.Volume
}

var replicaSchema = Schema{
	Subject: models.Replicas, One: "replica", Many: "replicas",
	columns: []string{"claim", "node", "pool", "health", "state", "size", "used", "volume"}, last: "volume",
	order: "health", desc: true,
	records: func(to []record, from *source) []record {
		for i := range from.Volumes {
			v := &from.Volumes[i]
			for j := range v.Replicas {
				to = append(to, record{from, &replica{&v.Replicas[j], v}})
			}
		}
		return to
	},
	fields: []Field{
		textField("name", "Replica", func(r *replica) string { return r.Name }).called("name"),
		textField("volume", "Volume", func(r *replica) string { return r.of.Name }),
		textField("claim", "Claim", func(r *replica) string { return r.of.Claim }),
		textField("namespace", "Namespace", func(r *replica) string { return r.of.Namespace }),
		textField("engine", "Engine", func(r *replica) string { return string(r.of.Engine) }),
		textField("storageclass", "Storage class", func(r *replica) string { return r.of.StorageClass }),
		listField("workload", "Workload", func(r *replica) []string { return workloads(r.of.Pods) }).paths(),
		textField("node", "Node", func(r *replica) string { return r.Node }),
		{key: "zone", title: "Zone", Kind: ListKind, get: func(r *record) value { return zonesOf(r, r.item.(*replica).Node) }},
		textField("pool", "Pool", func(r *replica) string { return r.Pool }),
		healthField(func(r *replica) models.Health { return r.Health }),
		textField("state", "State", func(r *replica) string { return r.State }),
		bytesField("size", "Size", func(r *replica) models.Bytes { return r.Size }),
		bytesField("used", "Used", func(r *replica) models.Bytes { return r.Used }).called("used space"),
		bytesField("occupied", "Occupied", func(r *replica) models.Bytes { return r.Occupied }).called("space that it takes of its pool"),
		{key: "progress", title: "Rebuilt %", noun: "progress of the rebuild", Kind: ShareKind, get: func(r *record) value {
			p := r.item.(*replica).Progress
			return numberValue(p, p >= 0)
		}},
		ageField("since", "In state for", func(r *replica) time.Time { return r.Since }).called("time in its state"),
		ageField("age", "Age", func(r *replica) time.Time { return r.Created }),
	},
}

var podSchema = Schema{
	Subject: models.Pods, One: "pod", Many: "pods",
	columns: []string{"name", "namespace", "workload", "node", "state", "health", "claims", "volumes"},
	order:   "health", desc: true,
	things:  map[string]string{"disk": "volumes"},
	records: each(func(inv *models.Inventory) []models.Pod { return inv.Pods }),
	fields: []Field{
		textField("name", "Pod", func(p *models.Pod) string { return p.Name }).called("name"),
		textField("namespace", "Namespace", func(p *models.Pod) string { return p.Namespace }),
		textField("workload", "Workload", func(p *models.Pod) string { return p.Workload }).paths(),
		textField("node", "Node", func(p *models.Pod) string { return p.Node }),
		{key: "zone", title: "Zone", Kind: ListKind, get: func(r *record) value { return zonesOf(r, r.item.(*models.Pod).Node) }},
		textField("state", "State", func(p *models.Pod) string { return p.State }),
		healthField(func(p *models.Pod) models.Health { return p.Health }),
		listField("claims", "Claims", func(p *models.Pod) []string { return p.Claims }),
		listField("volumes", "Volumes", func(p *models.Pod) []string { return p.Volumes }),
		{key: "engine", title: "Engine", Kind: ListKind, get: podEngines},
		{key: "storageclass", title: "Storage class", Kind: ListKind, get: podClasses},
		countField("restarts", "Restarts", func(p *models.Pod) int { return p.Restarts }).called("number of restarts"),
		{key: "since", title: "In state for", noun: "time in its state", Kind: AgeKind, get: podSince},
		ageField("age", "Age", func(p *models.Pod) time.Time { return p.Created }),
	},
}

// podSince is how long a pod has not been ready, or its node has not, where whether it runs is not known.
func podSince(r *record) value {
	p := r.item.(*models.Pod)
	since := p.Since
	if i := slices.IndexFunc(r.from.Nodes, func(n models.Node) bool { return n.Name == p.Node }); since.IsZero() && p.Health == models.Unknown && i >= 0 {
		since = r.from.Nodes[i].Since
	}
	return ageSince(r, since)
}

// claimSince is how long the volume of a claim has been in its state. One without a volume has been without since it was made.
func claimSince(r *record) value {
	c := r.item.(*models.Claim)
	if c.Volume == "" {
		return ageSince(r, c.Created)
	}
	if v := claimed(r); v != nil {
		return ageSince(r, v.Since)
	}
	return value{}
}

// podEngines returns the engines of the volumes that a pod mounts.
func podEngines(r *record) value {
	return ofPodVolumes(r, func(v *models.Volume) string { return string(v.Engine) })
}

// podClasses returns the storage classes of the volumes that a pod mounts.
func podClasses(r *record) value {
	return ofPodVolumes(r, func(v *models.Volume) string { return v.StorageClass })
}

func ofPodVolumes(r *record, get func(*models.Volume) string) value {
	var all []string
	for _, name := range r.item.(*models.Pod).Volumes {
		if v := r.from.Volume(name); v != nil {
			all = append(all, get(v))
		}
	}
	return value{known: true, list: phrase.Distinct(all)}
}

// rebuildLeft is how long the rebuild of a volume's replica would go on at its pace so far, where its beginning is known.
func rebuildLeft(r *record) value {
	most := value{}
	for _, c := range r.item.(*models.Volume).Replicas {
		if c.Health != models.Rebuilding || c.Progress <= 0 || c.Since.IsZero() {
			continue
		}
		if left := r.from.AsOf.Sub(c.Since).Seconds() * (100 - c.Progress) / c.Progress; left > most.number {
			most = numberValue(left, true)
		}
	}
	return most
}

// rebuilds reports whether a replica is being rebuilt, or one of a volume or claim is.
func rebuilds(r *record) bool {
	switch it := r.item.(type) {
	case *models.Volume:
		return slices.ContainsFunc(it.Replicas, rebuilding)
	case *replica:
		return rebuilding(*it.Replica)
	case *models.Claim:
		v := claimed(r)
		return v != nil && slices.ContainsFunc(v.Replicas, rebuilding)
	}
	return false
}

// healthyReplicas counts them; it is not known of a volume of which no replica is, such as a local one.
func healthyReplicas(v *models.Volume) int {
	if len(v.Replicas) == 0 {
		return -1
	}
	return v.HealthyReplicas()
}

// missingReplicas counts how many healthy replicas a volume lacks of those that it is to have; it is not known of a volume of which no
// replica is known.
func missingReplicas(v *models.Volume) int {
	if len(v.Replicas) == 0 || v.Desired <= 0 {
		return -1
	}
	return max(0, v.Desired-v.HealthyReplicas())
}

// NodesOf returns the nodes where a volume's data is and the one that it is attached to, sorted and without repeats.
func NodesOf(v *models.Volume) []string {
	nodes := make([]string, 0, len(v.Replicas)+1)
	for i := range v.Replicas {
		nodes = append(nodes, v.Replicas[i].Node)
	}
	return phrase.Distinct(append(nodes, v.Node))
}

// attachedTo returns the node that uses a volume; "" if none does: a local volume is on its node, whether or not a pod uses it.
func attachedTo(v *models.Volume) string {
	if v.Local() && len(v.Pods) == 0 {
		return ""
	}
	return v.Node
}

// zonesOf returns the zones of nodes.
func zonesOf(r *record, nodes ...string) value {
	zones := make([]string, 0, len(nodes))
	for _, n := range nodes {
		zones = append(zones, r.from.zones()[n])
	}
	return value{known: true, list: phrase.Distinct(zones)}
}

// claimed is the volume of a claim; nil if it has none.
func claimed(r *record) *models.Volume { return r.from.volumes()[r.item.(*models.Claim).Volume] }

// copyZones returns the zones that a volume's copies are in. They are not known where a node that has one says none.
func copyZones(r *record) value {
	nodes := copyNodes(r.item.(*models.Volume))
	zones := zonesOf(r, nodes...)
	zones.known = len(zones.list) > 0 && !slices.ContainsFunc(nodes, func(n string) bool { return r.from.zones()[n] == "" })
	return zones
}

// copyNodes returns the nodes that have a copy of a volume.
func copyNodes(v *models.Volume) []string {
	var nodes []string
	for i := range v.Replicas {
		nodes = append(nodes, v.Replicas[i].Node)
	}
	if len(nodes) == 0 && v.Local() {
		nodes = []string{v.Node}
	}
	return nodes
}

// ofVolume returns what is so of a claim's volume; it is not known of a claim without one.
func ofVolume(r *record, get func(*models.Volume) value) value {
	if v := claimed(r); v != nil {
		return get(v)
	}
	return value{}
}

// rebuildHealth makes a health field say too that a copy is being rebuilt: a volume that has lost redundancy meanwhile is degraded, and
// still one of those that are rebuilding.
func rebuildHealth(f Field, of func(r *record) *models.Volume) Field {
	health := f.get
	f.get = func(r *record) value {
		h := health(r)
		if v := of(r); v != nil && slices.ContainsFunc(v.Replicas, rebuilding) {
			h.list = []string{string(models.Rebuilding)}
		}
		return h
	}
	return f
}

func rebuilding(r models.Replica) bool { return r.Health == models.Rebuilding }

// progressField is how far the rebuild of a volume is: that of the copy that has the most to go.
func progressField(of func(r *record) *models.Volume) Field {
	return Field{key: "progress", title: "Rebuilt %", noun: "progress of the rebuild", Kind: ShareKind, get: func(r *record) value {
		least, known := 0.0, false
		if v := of(r); v != nil {
			for i := range v.Replicas {
				if p := v.Replicas[i].Progress; rebuilding(v.Replicas[i]) && p >= 0 && (!known || p < least) {
					least, known = p, true
				}
			}
		}
		return numberValue(least, known)
	}}
}

// locality is "local" where a volume has a copy on the node that uses it, "remote" where it has none there, and "" where nothing
// says.
func locality(v *models.Volume) string {
	switch {
	case v.Local():
		return "local"
	case v.Node == "" || len(v.Replicas) == 0:
		return ""
	case slices.ContainsFunc(v.Replicas, func(r models.Replica) bool { return r.Node == v.Node }):
		return "local"
	}
	return "remote"
}

// detailField is what the engine's object says of a volume under a label.
func detailField(key, title, label string) Field {
	return labelled(key, title, label, func(v *models.Volume) []models.Detail { return v.Details })
}

// labelled is what an engine's object says of a thing under a label.
func labelled[T any](key, title, label string, details func(*T) []models.Detail) Field {
	return textField(key, title, func(thing *T) string {
		for _, d := range details(thing) {
			if d.Label == label {
				return d.Value
			}
		}
		return ""
	})
}

// snapshotsField is how many snapshots there are of a volume.
func snapshotsField(volume func(r *record) string) Field {
	return Field{key: "snapshots", title: "Snapshots", noun: "number of snapshots", Kind: CountKind, get: func(r *record) value {
		return numberValue(float64(r.from.snapshots()[volume(r)]), true)
	}}
}

// snapshotAgeField is the age of the newest snapshot of a volume that can be restored.
func snapshotAgeField(volume func(r *record) string) Field {
	return Field{key: "snapshot_age", title: "Newest snapshot", noun: "age of the newest snapshot", Kind: AgeKind, endless: "never", get: func(r *record) value {
		t := r.from.newest()[volume(r)]
		return numberValue(max(0, r.from.AsOf.Sub(t).Seconds()), !t.IsZero())
	}}
}

// resize is "pending" where a claim asks for more than its volume has; "" where it does not.
func resize(v *models.Volume) string { return resizing(v.ClaimPhase, v.Requested, v.Size) }

func resizing(phase string, requested, size models.Bytes) string {
	if phase == "Bound" && size.IsKnown() && requested > size {
		return "pending"
	}
	return ""
}

// orphaned reports whether nothing claims a volume: it is released or failed, nobody ever claimed it, or its claim is gone.
func orphaned(r *record) value {
	v := r.item.(*models.Volume)
	gone := v.Claim != "" && v.ClaimPhase == "" && len(r.from.Claims) > 0
	return numberValue(map[bool]float64{true: 1}[v.Claim == "" || v.Phase != "Bound" || gone], true)
}

// PodNames returns the names of the pods.
func PodNames(pods []models.PodRef) []string {
	names := make([]string, len(pods))
	for i, p := range pods {
		names[i] = p.Name
	}
	return phrase.Distinct(names)
}

// workloads returns the workloads that own the pods.
func workloads(pods []models.PodRef) []string {
	names := make([]string, len(pods))
	for i, p := range pods {
		names[i] = p.Workload
	}
	return phrase.Distinct(names)
}
