package answer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

var poolSchema = Schema{
	Subject: models.Pools, One: "pool", Many: "pools",
	columns: []string{"name", "node", "kind", "health", "size", "used", "free", "used_percent"},
	order:   "health", desc: true,
	things:  map[string]string{"volume": "replicas", "claim": "replicas", "pvc": "replicas", "device": "disks"},
	records: each(func(inv *models.Inventory) []models.Pool { return inv.Pools }),
	fields: []Field{
		textField("name", "Pool", func(p *models.Pool) string { return p.Name }).called("name"),
		textField("node", "Node", func(p *models.Pool) string { return p.Node }),
		{key: "zone", title: "Zone", Kind: ListKind, get: func(r *record) value { return zonesOf(r, r.item.(*models.Pool).Node) }},
		textField("engine", "Engine", func(p *models.Pool) string { return string(p.Engine) }),
		textField("kind", "Kind", func(p *models.Pool) string { return p.Kind }),
		healthField(func(p *models.Pool) models.Health { return p.Health }),
		textField("state", "State", func(p *models.Pool) string { return p.State }),
		bytesField("size", "Size", func(p *models.Pool) models.Bytes { return p.Size }),
		bytesField("used", "Used", func(p *models.Pool) models.Bytes { return p.Used }).called("used space"),
		bytesField("free", "Free", func(p *models.Pool) models.Bytes { return p.Free }).called("free space"),
		shareField("used_percent", "Used %", func(p *models.Pool) (part, whole models.Bytes) { return p.Used, p.Size }).called("usage"),
		bytesField("committed", "Committed", func(p *models.Pool) models.Bytes { return p.Committed }).called("committed space"),
		shareField("committed_percent", "Committed %", func(p *models.Pool) (part, whole models.Bytes) { return p.Committed, p.Size }).called("share of space committed").spelled("overcommit ratio", "over-commit ratio", "overcommitment", "commitment", "commit ratio", "overcommit"),
		flagField("readonly", "Read-only", func(p *models.Pool) bool { return p.ReadOnly }),
		{key: "until_readonly", title: "Until read-only", noun: "share until it turns read-only", Kind: ShareKind, apart: true, endless: "never", get: untilReadOnly},
		{key: "readonly_from", title: "Read-only from", noun: "usage from which on it is read-only", Kind: ShareKind, apart: true, endless: "never", get: func(r *record) value {
			return numberValue(r.item.(*models.Pool).Limit, r.item.(*models.Pool).Limit > 0)
		}},
		listField("disks", "Disks", func(p *models.Pool) []string { return p.Disks }),
		{key: "lost", title: "Lost disks", noun: "number of lost disks", Kind: CountKind, get: func(r *record) value {
			return numberValue(float64(max(r.item.(*models.Pool).Lost, lostDisks(r))), true)
		}},
		textField("raid", "Disks joined as", joined).called("way that its disks are joined").spelled("raid type", "raid level", "raid group", "data raid group type", "layout"),
		{key: "spare", title: "Can lose", noun: "number of disks that it can lose", Kind: CountKind, get: spareDisks},
		{key: "reason", title: "Message", Kind: TextKind, get: poolMessage},
		poolDetail("alert", "Alert", "Alert").opened().spelled("alert status", "alert state", "alert level"),
		poolDetail("version", "Version", "Version").opened().spelled("release", "build"),
		poolDetail("wanted", "Desired version", "Desired version").opened().spelled("target version", "desired"),
		poolDetail("upgrade", "Upgrade", "Upgrade").opened().spelled("upgrade state", "upgrade status"),
		textField("group", "Group", func(p *models.Pool) string { return p.Group }),
		countField("replicas", "Replicas", func(p *models.Pool) int { return p.Replicas }).called("number of replicas"),
		ageField("since", "In state for", func(p *models.Pool) time.Time { return p.Since }).called("time in its state"),
		ageField("age", "Age", func(p *models.Pool) time.Time { return p.Created }),
	},
}

// untilReadOnly is how much more of a pool may be used until it turns read-only, where it does and has not.
func untilReadOnly(r *record) value {
	p := r.item.(*models.Pool)
	used, known := models.Percent(p.Used, p.Size)
	return numberValue(max(0, p.Limit-used), known && p.Limit > 0 && !p.ReadOnly)
}

// poolMessage is what the engine says is wrong with a pool, or the newest event that warns of it.
func poolMessage(r *record) value {
	p, newest := r.item.(*models.Pool), (*models.Event)(nil)
	for i := range r.from.Events {
		if e := &r.from.Events[i]; e.Type != "Normal" && e.Object == p.Name && strings.Contains(e.Kind, "Pool") && (newest == nil || e.Last.After(newest.Last)) {
			newest = e
		}
	}
	if p.Error == "" && newest != nil {
		return textValue(newest.Reason + ": " + newest.Message)
	}
	return textValue(p.Error)
}

// poolDetail is what the engine's object says of a pool under a label.
func poolDetail(key, title, label string) Field {
	return labelled(key, title, label, func(p *models.Pool) []models.Detail { return p.Details })
}

// poolGroups tells how many pools the groups have that a query names.
func (res *Result) poolGroups() string {
	text := ""
	for _, name := range valuesOf(res.query, "group") {
		for _, s := range res.sources {
			for _, g := range s.PoolGroups {
				if g.Name == name {
					text += fmt.Sprintf(" Pool cluster %s on %s wants %s: %d provisioned and %d healthy.", phrase.Code(name), s.Cluster, phrase.Count(g.Desired, "pool", "pools"), g.Provisioned, g.Healthy)
				}
			}
		}
	}
	return text
}

// joined is how a pool's disks are joined, where the engine says or has only one way: a DiskPool is one disk, and OpenEBS makes
// its volumes in a volume group without copies. Of a zpool nothing tells.
func joined(p *models.Pool) string {
	switch {
	case p.Raid != "":
		return p.Raid
	case p.Engine == models.Mayastor:
		return "single disk"
	case p.Engine == models.LVM:
		return "linear"
	}
	return ""
}

// parities are how many disks of a group each way of joining them can lose.
var parities = map[string]int{"stripe": 0, "single disk": 0, "linear": 0, "mirror": 1, "raidz": 1, "raidz2": 2}

// spareDisks is how many of its disks, one in each group at a time, a pool can lose and keep its data.
func spareDisks(r *record) value {
	p := r.item.(*models.Pool)
	n, known := parities[joined(p)]
	return numberValue(float64(max(0, n-max(p.Lost, lostDisks(r)))), known)
}

// lostDisks counts the disks of a pool that the node disk manager misses.
func lostDisks(r *record) int {
	lost := 0
	for i := range r.from.BlockDevices {
		if d := &r.from.BlockDevices[i]; d.Pool == r.item.(*models.Pool).Name && d.Health == models.Down {
			lost++
		}
	}
	return lost
}

var nodeSchema = Schema{
	Subject: models.Nodes, One: "node", Many: "nodes",
	columns: []string{"name", "health", "state", "cordoned", "pressure", "volumes", "attached", "pools"},
	order:   "health", desc: true,
	things:  map[string]string{"claim": "volumes", "pvc": "volumes", "disk": "volumes"},
	records: each(func(inv *models.Inventory) []models.Node { return inv.Nodes }),
	fields: []Field{
		textField("name", "Node", func(n *models.Node) string { return n.Name }).called("name"),
		healthField(func(n *models.Node) models.Health { return n.Health }),
		textField("state", "State", func(n *models.Node) string { return n.State }),
		flagField("cordoned", "Cordoned", func(n *models.Node) bool { return n.Cordoned || n.Closed != "" }),
		flagField("schedulable", "Schedulable", func(n *models.Node) bool { return !n.Cordoned }),
		textField("closed", "Cordoned by its engine", func(n *models.Node) string { return n.Closed }).called("cordon by its engine"),
		{key: "engines", title: "Engines", noun: "engines of its pools", Kind: ListKind, get: nodeEngines},
		listField("pressure", "Pressure", func(n *models.Node) []string { return n.Pressure }),
		listField("roles", "Roles", func(n *models.Node) []string { return n.Roles }),
		textField("zone", "Zone", func(n *models.Node) string { return n.Zone }),
		textField("kubelet", "Kubelet", func(n *models.Node) string { return n.Kubelet }),
		countField("volumes", "Volumes", func(n *models.Node) int { return n.Volumes }).called("number of volumes"),
		countField("attached", "Attached", func(n *models.Node) int { return n.Attached }).called("number of attached volumes"),
		countField("pools", "Pools", func(n *models.Node) int { return n.Pools }).called("number of pools"),
		{key: "replicas", title: "Replicas", noun: "number of replicas", Kind: CountKind, get: func(r *record) value {
			return numberValue(float64(r.from.replicas()[r.item.(*models.Node).Name]), true)
		}},
		{key: "pods", title: "Pods", noun: "pods with claims", Kind: ListKind, get: func(r *record) value {
			return value{known: true, list: podsOn(r.item.(*models.Node), r.from)}
		}},
		listField("taints", "Taints", func(n *models.Node) []string { return n.Taints }),
		ageField("since", "In state for", func(n *models.Node) time.Time { return n.Since }).called("time in its state"),
		ageField("age", "Age", func(n *models.Node) time.Time { return n.Created }),
	},
}

// nodeEngines are the engines that have a pool, or the data of a volume, on a node.
func nodeEngines(r *record) value {
	n := r.item.(*models.Node)
	var engines []models.Engine
	for i := range r.from.Pools {
		if p := &r.from.Pools[i]; p.Node == n.Name && !slices.Contains(engines, p.Engine) {
			engines = append(engines, p.Engine)
		}
	}
	for i := range r.from.Volumes {
		v := &r.from.Volumes[i]
		here := v.Local() && v.Node == n.Name || slices.ContainsFunc(v.Replicas, func(r models.Replica) bool { return r.Node == n.Name })
		if here && !slices.Contains(engines, v.Engine) {
			engines = append(engines, v.Engine)
		}
	}
	return value{known: true, list: engineKeys(engines)}
}

var storageClassSchema = Schema{
	Subject: models.StorageClasses, One: "storage class", Many: "storage classes",
	columns: []string{"name", "engine", "default", "reclaim", "binding", "expandable", "volumes", "provisioner"},
	things:  map[string]string{"replica": "desired", "copy": "desired", "disk": "volumes", "claim": "volumes", "pvc": "volumes"},
	records: each(func(inv *models.Inventory) []models.StorageClass { return inv.StorageClasses }),
	fields: []Field{
		textField("name", "Storage class", func(s *models.StorageClass) string { return s.Name }).called("name"),
		textField("engine", "Engine", func(s *models.StorageClass) string { return string(s.Engine) }),
		textField("provisioner", "Provisioner", func(s *models.StorageClass) string { return s.Provisioner }),
		flagField("default", "Default", func(s *models.StorageClass) bool { return s.Default }),
		textField("reclaim", "Reclaim", func(s *models.StorageClass) string { return s.Reclaim }).called("reclaim policy").spelled("reclaim policies"),
		textField("binding", "Binding", func(s *models.StorageClass) string { return s.Binding }).called("binding mode").spelled("volume binding mode"),
		listField("topology", "Allowed topology", func(s *models.StorageClass) []string { return s.Nodes }).spelled("topology", "allowed topologies", "allowed nodes"),
		flagField("expandable", "Expandable", func(s *models.StorageClass) bool { return s.Expandable }).spelled("allow volume expansion"),
		countField("volumes", "Volumes", func(s *models.StorageClass) int { return s.Volumes }).called("number of volumes"),
		countField("desired", "Replicas", classReplicas).called("number of replicas that it asks for"),
		{key: "free", title: "Free in the fullest pool", noun: "free space in the fullest pool", Kind: BytesKind, apart: true, get: leastFree},
		ageField("age", "Age", func(s *models.StorageClass) time.Time { return s.Created }),
	},
}

// classReplicas is how many replicas a class asks for: one where its volumes are local; -1 where its parameters do not say it.
func classReplicas(c *models.StorageClass) int {
	if c.Engine.Local() {
		return 1
	}
	return cmp.Or(wantOfClass(c).Replicas, -1)
}

// leastFree is what is free in the fullest of the pools that a class may make volumes in.
func leastFree(r *record) value {
	c := r.item.(*models.StorageClass)
	want := wantOfClass(c)
	least := value{}
	for i := range r.from.Pools {
		p := &r.from.Pools[i]
		allowed := c.Nodes == nil || slices.Contains(c.Nodes, p.Node)
		if p.Engine != c.Engine || !want.Allows(p) || !allowed || p.Health == models.Down || !p.Free.IsKnown() {
			continue
		}
		if free := float64(p.Free); !least.known || free < least.number {
			least = numberValue(free, true)
		}
	}
	return least
}

var snapshotSchema = Schema{
	Subject: models.Snapshots, One: "snapshot", Many: "snapshots",
	columns: []string{"name", "namespace", "claim", "volume", "engine", "state", "size", "age"},
	order:   "age",
	records: each(func(inv *models.Inventory) []models.Snapshot { return inv.Snapshots }),
	fields: []Field{
		textField("name", "Snapshot", func(s *models.Snapshot) string { return s.Name }).called("name"),
		textField("namespace", "Namespace", func(s *models.Snapshot) string { return s.Namespace }),
		textField("claim", "Claim", func(s *models.Snapshot) string { return s.Claim }),
		textField("volume", "Volume", func(s *models.Snapshot) string { return s.Volume }),
		{key: "workload", title: "Workload", Kind: ListKind, path: true, get: func(r *record) value {
			s := r.item.(*models.Snapshot)
			if v := cmp.Or(r.from.volumes()[s.Volume], r.from.volumes()[s.Namespace+"/"+s.Claim]); v != nil {
				return value{known: true, list: workloads(v.Pods)}
			}
			return value{}
		}},
		textField("class", "Class", func(s *models.Snapshot) string { return s.Class }).called("snapshot class"),
		textField("engine", "Engine", func(s *models.Snapshot) string { return string(s.Engine) }),
		flagField("ready", "Ready", func(s *models.Snapshot) bool { return s.Ready }),
		healthField(func(s *models.Snapshot) models.Health { return s.Health }),
		textField("state", "State", func(s *models.Snapshot) string { return s.State }),
		bytesField("size", "Size", func(s *models.Snapshot) models.Bytes { return s.Size }),
		textField("policy", "Deletion policy", func(s *models.Snapshot) string { return s.Policy }),
		textField("error", "Error", func(s *models.Snapshot) string { return s.Error }),
		deletingField(),
		ageField("age", "Age", func(s *models.Snapshot) time.Time { return s.Created }),
	},
}

var blockDeviceSchema = Schema{
	Subject: models.BlockDevices, One: "block device", Many: "block devices",
	columns: []string{"name", "node", "path", "size", "claimed", "state", "health", "pool"},
	order:   "health", desc: true,
	records: each(func(inv *models.Inventory) []models.BlockDevice { return inv.BlockDevices }),
	fields: []Field{
		textField("name", "Block device", func(b *models.BlockDevice) string { return b.Name }).called("name"),
		textField("node", "Node", func(b *models.BlockDevice) string { return b.Node }),
		textField("path", "Path", func(b *models.BlockDevice) string { return b.Path }),
		bytesField("size", "Size", func(b *models.BlockDevice) models.Bytes { return b.Size }),
		textField("claimed", "Claimed", func(b *models.BlockDevice) string { return b.Claimed }).called("claim state"),
		textField("state", "State", func(b *models.BlockDevice) string { return b.State }),
		healthField(func(b *models.BlockDevice) models.Health { return b.Health }),
		textField("filesystem", "File system", func(b *models.BlockDevice) string { return b.Filesystem }),
		textField("mount", "Mounted at", func(b *models.BlockDevice) string { return b.Mount }).called("mount point"),
		textField("pool", "Pool", func(b *models.BlockDevice) string { return b.Pool }),
		ageField("age", "Age", func(b *models.BlockDevice) time.Time { return b.Created }),
	},
}
