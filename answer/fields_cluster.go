package answer

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

var eventSchema = Schema{
	Subject: models.Events, One: "storage event", Many: "storage events",
	columns: []string{"age", "type", "kind", "object", "namespace", "reason", "message", "count"},
	order:   "age",
	records: each(func(inv *models.Inventory) []models.Event { return inv.Events }),
	fields: []Field{
		textField("namespace", "Namespace", func(e *models.Event) string { return e.Namespace }),
		textField("kind", "Kind", func(e *models.Event) string { return e.Kind }),
		textField("object", "Object", func(e *models.Event) string { return e.Object }),
		textField("type", "Type", func(e *models.Event) string { return e.Type }),
		textField("reason", "Reason", func(e *models.Event) string { return e.Reason }),
		textField("message", "Message", func(e *models.Event) string { return e.Message }),
		{key: "engine", title: "Engine", Kind: ListKind, get: eventEngines},
		countField("count", "Count", func(e *models.Event) int { return e.Count }).called("number of times"),
		ageField("age", "Last seen", func(e *models.Event) time.Time { return e.Last }).called("age"),
	},
}

var clusterSchema = Schema{
	Subject: models.Clusters, One: "cluster", Many: "clusters",
	columns: []string{"name", "version", "releases", "nodes", "volumes", "pools", "unhealthy", "as_of"},
	records: func(to []record, from *source) []record { return append(to, record{from, from.Inventory}) },
	fields: []Field{
		textField("name", "Cluster", func(c *models.Inventory) string { return c.Cluster }).called("name"),
		textField("version", "Version", clusterVersion).called("version of Kubernetes").spelled("kubernetes version", "k8s version"),
		{key: "releases", title: "Engine versions", Kind: ListKind, get: func(r *record) value {
			return value{known: true, list: engineReleases(r.from)}
		}},
		listField("engines", "Engines", func(c *models.Inventory) []string { return engineKeys(c.Engines) }),
		countField("nodes", "Nodes", func(c *models.Inventory) int { return len(c.Nodes) }).called("number of nodes"),
		countField("volumes", "Volumes", func(c *models.Inventory) int { return len(c.Volumes) }).called("number of volumes"),
		countField("claims", "Claims", func(c *models.Inventory) int { return len(c.Claims) }).called("number of claims"),
		countField("pools", "Pools", func(c *models.Inventory) int { return len(c.Pools) }).called("number of pools"),
		{key: "size", title: "Size of volumes", noun: "size of the volumes", Kind: BytesKind, get: func(r *record) value {
			t := aggregate(models.Sum, volumeSchema.Lookup("size"), volumeSchema.records(nil, r.from))
			return numberValue(t.number, t.known > 0)
		}},
		{key: "free", title: "Free in pools", noun: "free space in its pools", Kind: BytesKind, get: func(r *record) value {
			usable := slices.DeleteFunc(poolSchema.records(nil, r.from), func(p record) bool { return p.item.(*models.Pool).Health == models.Down })
			t := aggregate(models.Sum, poolSchema.Lookup("free"), usable)
			return numberValue(t.number, t.known > 0)
		}},
		{key: "unhealthy", title: "Not healthy", noun: "number of unhealthy things", Kind: CountKind, get: func(r *record) value {
			return numberValue(float64(len(unhealthy(r.from, nil))), true)
		}},
		{key: "as_of", title: "Data of", noun: "time of the data", Kind: TimeKind, get: func(r *record) value {
			return numberValue(float64(r.from.AsOf.Unix()), !r.from.AsOf.IsZero())
		}},
	},
}

// clusterVersion is the version of a cluster's API server, or else the newest that its kubelets are of.
func clusterVersion(c *models.Inventory) string {
	newest := c.Version
	for i := range c.Nodes {
		if c.Version == "" {
			newest = max(newest, c.Nodes[i].Kubelet)
		}
	}
	return newest
}

// engineReleases are the engines of a cluster with the versions of their pods, as far as those are known.
func engineReleases(from *source) []string {
	var releases []string
	for _, e := range from.Engines {
		text := e.Title()
		for i := range from.Components {
			if c := &from.Components[i]; c.Engine == e && len(c.Versions) > 0 {
				text += " " + phrase.And(c.Versions)
			}
		}
		releases = append(releases, text)
	}
	return releases
}

// compared tells of clusters what tells them apart first.
func compared(rows []record) string {
	var parts []string
	for i := range rows {
		from := rows[i].from
		sick := 0
		for j := range from.Volumes {
			if from.Volumes[j].Health != models.Healthy {
				sick++
			}
		}
		say := func(key string) string { f := clusterSchema.Lookup(key); return cellOf(f, f.get(&rows[i])).Text }
		parts = append(parts, " "+from.Cluster+" has "+phrase.Count(len(from.Volumes), "volume", "volumes")+" of "+say("size")+" in all, "+
			strconv.Itoa(sick)+" of them not healthy; "+phrase.Count(len(from.Nodes), "node", "nodes")+" and "+phrase.Count(len(from.Pools), "pool", "pools")+" with "+
			say("free")+" free; its engines are "+say("releases")+".")
	}
	return strings.Join(window(parts, 0, 4), "")
}

func engineKeys(engines []models.Engine) []string {
	keys := make([]string, len(engines))
	for i, e := range engines {
		keys[i] = string(e)
	}
	return keys
}

// eventEngines are the engines of the volumes that the object of an event is, claims or mounts.
func eventEngines(r *record) value {
	e, from := r.item.(*models.Event), r.from
	var engines []string
	add := func(engine models.Engine) { engines = append(engines, string(engine)) }
	switch e.Kind {
	case "PersistentVolume", "PersistentVolumeClaim":
		if v := cmp.Or(from.volumes()[e.Namespace+"/"+e.Object], from.volumes()[e.Object]); v != nil {
			add(v.Engine)
		} else if c := from.Claim(e.Namespace, e.Object); c != nil {
			add(c.Engine)
		}
	case "Pod":
		for i := range from.Pods {
			if p := &from.Pods[i]; p.Name == e.Object && p.Namespace == e.Namespace {
				return podEngines(&record{from, p})
			}
		}
	default:
		if p := slices.IndexFunc(from.Pools, func(p models.Pool) bool { return p.Name == e.Object }); p >= 0 {
			add(from.Pools[p].Engine)
		} else if v := from.volumes()[e.Object]; v != nil {
			add(v.Engine)
		}
	}
	return value{known: true, list: phrase.Distinct(engines)}
}
