package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// joinBy filters a subject by a name that its things have no field for, through the volume that the name leads to: "which
// pool holds data-0".
func (q *question) joinBy(t target) *models.Reply {
	if t.kind == "cluster" {
		q.query.Clusters = []string{t.value}
		return nil
	}
	if engine := q.engineOf(t); engine != "" && answer.Fields(q.query.Subject).Lookup("engine") != nil {
		q.add(eq("engine", engine)) // "how many volumes use it" of a component
		return nil
	}
	volumes := q.volumesOf(t)
	var values, nodes []string
	field := "name"
	for _, v := range volumes {
		switch q.query.Subject {
		case models.Pools:
			values = append(values, v.Pools...)
			nodes = append(nodes, answer.NodesOf(v)...)
		case models.Nodes:
			values = append(values, answer.NodesOf(v)...)
		case models.BlockDevices:
			values = append(values, q.disksOf(t, v)...)
		case models.StorageClasses:
			values = append(values, v.StorageClass)
		case models.Pods:
			values = append(values, answer.PodNames(v.Pods)...)
		case models.Replicas, models.Snapshots, models.Claims:
			field = "volume"
			values = append(values, v.Name)
		}
	}
	values = phrase.Distinct(values)
	if len(values) == 0 && len(volumes) == 1 && q.query.Subject == models.BlockDevices {
		q.as("describe") // "on which physical disk is data-0": its pool is all that is known
		q.query.Subject, q.query.Name, q.query.Field, q.query.Filters = models.Volumes, volumes[0].Name, "pool,node", nil
		return nil
	}
	if len(values) == 0 {
		return q.unjoined(t)
	}
	q.add(models.Filter{Field: field, Op: models.Eq, Values: values, Not: t.negated})
	if len(nodes) > 0 && !t.negated && q.namesakes(values) {
		q.add(models.Filter{Field: "node", Op: models.Eq, Values: phrase.Distinct(nodes)})
	}
	return nil
}

// namesakes reports whether pools of the same name are on several nodes, as those of local engines are.
func (q *question) namesakes(pools []string) bool {
	on := map[string]string{}
	for _, inv := range q.inventories {
		if inv == nil {
			continue
		}
		for i := range inv.Pools {
			p := &inv.Pools[i]
			if node, found := on[p.Name]; found && node != p.Node && slices.Contains(pools, p.Name) {
				return true
			}
			on[p.Name] = p.Node
		}
	}
	return false
}

// disksOf returns the block devices that a volume's pools lie on.
func (q *question) disksOf(t target, v *models.Volume) []string {
	var disks []string
	for _, cluster := range t.clusters() {
		if inv := q.inventory(cluster); inv != nil {
			for _, d := range inv.BlockDevices {
				if d.Pool != "" && slices.Contains(v.Pools, d.Pool) {
					disks = append(disks, d.Name)
				}
			}
		}
	}
	return disks
}

// engineOf returns the engine that a component is of; "" for anything else.
func (q *question) engineOf(t target) string {
	if t.kind != "component" {
		return ""
	}
	for _, cluster := range t.clusters() {
		inv := q.inventory(cluster)
		if inv == nil {
			continue
		}
		for i := range inv.Components {
			if c := &inv.Components[i]; strings.EqualFold(string(c.Engine), t.value) {
				return string(c.Engine)
			}
		}
	}
	return ""
}

// unjoined says that a subject's things cannot be found by a name.
func (q *question) unjoined(t target) *models.Reply {
	s := answer.Fields(q.query.Subject)
	if q.query.Subject == models.Clusters {
		q.query.Clusters = t.clusters()
		return nil
	}
	if t.kind == "snapshot" && !slices.ContainsFunc(q.targets, func(o target) bool { return o.kind != "snapshot" && o.kind != "cluster" && o.kind != "namespace" }) {
		q.ofSnapshot(t)
		return nil
	}
	if t.kind == "quota" {
		q.as("describe") // "what's left of kafka-storage"
		return q.describe(t)
	}
	err := &models.Error{Kind: models.NotFound,
		Message: "I know no " + s.Many + " " + q.whereabouts() + " that belong to " + typeNoun(t.kind) + " " + phrase.Code(t.value),
		Hint:    "Ask for the volumes of " + phrase.Code(t.value) + ", or describe it"}
	return &models.Reply{Text: sentence(err.Message), Notes: hints(err), Err: err}
}

// ofSnapshot makes a question about what depends on a snapshot one for the claims made from it, and any other one about the snapshot
// itself.
func (q *question) ofSnapshot(t target) {
	q.query = &models.Query{Subject: models.Snapshots, Name: t.value, Scope: t.scope(), Clusters: t.clusters()}
	switch q.intent.act {
	case actList, actCount, actImpact, actConsumers:
		q.as("list") // "is anything cloned from mysql-nightly"
		q.query = &models.Query{Subject: models.Claims, Clusters: t.clusters(), Filters: []models.Filter{eq("source", t.value)}}
		if ns := t.scope(); ns != "" {
			q.query.Filters = append(q.query.Filters, eq("namespace", ns))
		}
		for _, i := range q.entities("health", "condition", "subject") {
			q.taken[i] = true // "is it ok to delete it"
		}
		q.had = append(q.had, q.wordsIn(deriving)...)
	default:
		q.as("describe")
	}
}

// deriving are the words for what is made from a snapshot, and for what may become of the snapshot.
var deriving = setOf("clone clones cloned cloning restore restores restored made created copied copies derived based depend depends depending dependent dependents hang hangs delete deleted remove removed it ok okay safe")

// volumesOf returns the volumes that a name leads to.
func (q *question) volumesOf(t target) []*models.Volume {
	field, ok := own[models.Volumes][t.kind]
	if !ok {
		return nil
	}
	query := &models.Query{Subject: models.Volumes, Filters: []models.Filter{eq(field, t.value)}}
	if ns := t.scope(); ns != "" {
		query.Filters = append(query.Filters, eq("namespace", ns))
	}
	if t.node != "" {
		query.Filters = append(query.Filters, eq("node", t.node))
	}
	var found []*models.Volume
	for _, cluster := range t.clusters() {
		inv := q.inventory(cluster)
		if inv == nil || len(q.query.Clusters) > 0 && !slices.Contains(q.query.Clusters, cluster) {
			continue
		}
		if res, err := answer.Evaluate(query, []*models.Inventory{inv}); err == nil {
			found = append(found, res.Volumes()...)
		}
	}
	return found
}

// relatives returns the names under which events tell of a thing: its own, and for a volume or claim those of the other,
// of its replicas' pools excepted, and of the pods that mount it.
func (q *question) relatives(t target) []string {
	names := []string{t.value}
	if t.kind == "volume" || t.kind == "claim" || t.kind == "workload" || t.kind == "pod" {
		for _, v := range q.volumesOf(t) {
			names = append(names, v.Name, v.Claim)
			names = append(names, answer.PodNames(v.Pods)...)
		}
	}
	if t.kind == "node" && (q.phrase("its", "pool") || q.phrase("its", "pools") || q.phrase("their", "pools")) {
		for _, cluster := range t.clusters() {
			if inv := q.inventory(cluster); inv != nil {
				for i := range inv.Pools {
					if inv.Pools[i].Node == t.value {
						names = append(names, inv.Pools[i].Name)
					}
				}
			}
		}
	}
	return phrase.Distinct(names)
}

// poolNames returns the pools that a name stands for: the pool, or the pools of the group.
func (q *question) poolNames(t target) []string {
	var names []string
	for _, cluster := range t.clusters() {
		inv := q.inventory(cluster)
		if inv == nil {
			continue
		}
		for i := range inv.Pools {
			if p := &inv.Pools[i]; p.Name == t.value || p.Group == t.value {
				names = append(names, p.Name)
			}
		}
	}
	return phrase.Distinct(names)
}
