package intents

import (
	"time"

	"github.com/mulebot/mulebot/models"
)

var eventSubject = subject{
	Subject: models.Events, one: "storage event", many: "storage events",
	columns: []string{"age", "type", "kind", "object", "namespace", "reason", "message", "count"},
	order:   "age",
	records: each(func(inv *models.Inventory) []models.Event { return inv.Events }),
	fields: []field{
		textField("namespace", "Namespace", func(e *models.Event) string { return e.Namespace }),
		textField("kind", "Kind", func(e *models.Event) string { return e.Kind }),
		textField("object", "Object", func(e *models.Event) string { return e.Object }),
		textField("type", "Type", func(e *models.Event) string { return e.Type }),
		textField("reason", "Reason", func(e *models.Event) string { return e.Reason }),
		textField("message", "Message", func(e *models.Event) string { return e.Message }),
		countField("count", "Count", func(e *models.Event) int { return e.Count }).called("number of times"),
		ageField("age", "Last seen", func(e *models.Event) time.Time { return e.Last }).called("age"),
	},
}

var clusterSubject = subject{
	Subject: models.Clusters, one: "cluster", many: "clusters",
	columns: []string{"name", "version", "engines", "nodes", "volumes", "pools", "unhealthy", "as_of"},
	records: func(to []record, from *source) []record { return append(to, record{from, from.Inventory}) },
	fields: []field{
		textField("name", "Cluster", func(c *models.Inventory) string { return c.Cluster }).called("name"),
		textField("version", "Version", func(c *models.Inventory) string { return c.Version }),
		listField("engines", "Engines", func(c *models.Inventory) []string { return engineKeys(c.Engines) }),
		countField("nodes", "Nodes", func(c *models.Inventory) int { return len(c.Nodes) }).called("number of nodes"),
		countField("volumes", "Volumes", func(c *models.Inventory) int { return len(c.Volumes) }).called("number of volumes"),
		countField("claims", "Claims", func(c *models.Inventory) int { return len(c.Claims) }).called("number of claims"),
		countField("pools", "Pools", func(c *models.Inventory) int { return len(c.Pools) }).called("number of pools"),
		{key: "unhealthy", title: "Not healthy", noun: "number of unhealthy things", kind: countKind, get: func(r *record) value {
			return numberValue(float64(len(unhealthy(r.from, nil))), true)
		}},
		{key: "as_of", title: "Data of", noun: "time of the data", kind: timeKind, get: func(r *record) value {
			return numberValue(float64(r.from.AsOf.Unix()), !r.from.AsOf.IsZero())
		}},
	},
}

func engineKeys(engines []models.Engine) []string {
	keys := make([]string, len(engines))
	for i, e := range engines {
		keys[i] = string(e)
	}
	return keys
}
