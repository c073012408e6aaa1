package intents

import (
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// own is the field by which a subject's things are told apart, by the type of the name: a claim's name finds volumes by
// their field claim.
var own = map[models.Subject]map[string]string{
	models.Volumes: {"volume": "name", "claim": "claim", "namespace": "namespace", "node": "node", "pool": "pool",
		"storageclass": "storageclass", "workload": "workload", "pod": "pods", "zone": "zone"},
	models.Claims: {"claim": "name", "volume": "volume", "namespace": "namespace", "node": "node", "pool": "pool",
		"storageclass": "storageclass", "workload": "workload", "pod": "pods", "zone": "zone"},
	models.Replicas:       {"volume": "volume", "claim": "claim", "namespace": "namespace", "node": "node", "pool": "pool", "zone": "zone"},
	models.Pools:          {"pool": "name", "node": "node", "zone": "zone"},
	models.Nodes:          {"node": "name", "zone": "zone"},
	models.StorageClasses: {"storageclass": "name"},
	models.Snapshots:      {"snapshot": "name", "claim": "claim", "volume": "volume", "namespace": "namespace", "workload": "workload"},
	models.Pods: {"pod": "name", "workload": "workload", "namespace": "namespace", "node": "node", "claim": "claims",
		"volume": "volumes", "storageclass": "storageclass", "zone": "zone"},
	models.Events: {"namespace": "namespace", "workload": "object", "volume": "object", "claim": "object", "node": "object", "pool": "object",
		"pod": "object", "snapshot": "object", "blockdevice": "object", "storageclass": "object"},
	models.Changes: {"namespace": "namespace", "volume": "name", "claim": "name", "node": "name", "pool": "name", "pod": "name", "snapshot": "name",
		"storageclass": "name"},
	models.BlockDevices: {"blockdevice": "name", "node": "node", "pool": "pool"},
	models.Deletions:    {"namespace": "namespace", "node": "node", "volume": "volume", "claim": "claim"},
	models.Quotas:       {"namespace": "namespace", "storageclass": "storageclass"},
	models.Clusters:     {},
	models.Components:   {"namespace": "namespace", "node": "node"},
}

// subjectOfType is the subject whose things a type of name names.
var subjectOfType = map[string]models.Subject{
	"volume": models.Volumes, "claim": models.Claims, "node": models.Nodes, "pool": models.Pools,
	"storageclass": models.StorageClasses, "snapshot": models.Snapshots, "pod": models.Pods, "blockdevice": models.BlockDevices,
	"quota": models.Quotas,
}

// fillTargets turns the names of the sentence into the thing to describe or into filters.
func (q *question) fillTargets() *models.Reply {
	for i := range q.targets {
		q.targets[i].negated = q.targets[i].negated && q.intent.act != actImpact // "what would we do without worker-1"
	}
	q.recall()
	q.zones()
	q.happening()
	if q.awaited() {
		return q.describe(*q.thing())
	}
	if thing := q.thing(); thing != nil && q.likened(*thing) {
		if reply := q.liken(*thing); reply != nil {
			return reply
		}
	}
	q.narrow()
	if thing := q.thing(); thing != nil && q.placeBefore(*thing) != nil && q.subject != "" && plural(q.subjectText()) && q.intent.act != actCount && q.intent.act != actAggregate {
		q.as("list") // "volumes of the same class as data-0"
	}
	switch q.intent.act {
	case actDescribe, actWhy, actItem, actForecast:
		thing := q.thing()
		if thing == nil && q.intent.act == actWhy && !q.anyWord(setOf("common both all")) {
			thing = q.onlySick()
		}
		if thing != nil && !q.manyOn(*thing) && !(q.subject == models.Pools && (thing.kind == "node" || q.intent.act == actForecast && thing.kind != "pool")) {
			return q.describe(*thing)
		}
		if q.intent.act == actWhy {
			if reply, found := q.sickOf(); found {
				return reply
			}
			if q.volumesBehind() {
				return nil
			}
		}
	case actConsumers:
		if thing := q.thing(); thing != nil && (places[string(q.subject)] || q.subject == models.Claims && thing.kind == "volume") && !plural(q.subjectText()) {
			q.as("describe") // "which node is data-0 mounted on?"
			return q.describe(*thing)
		}
		if thing := q.thing(); thing != nil && thing.kind == "volume" && len(q.volumesOf(*thing)) == 0 {
			q.as("describe") // what an engine keeps without a PersistentVolume has no consumers
			return q.describe(*thing)
		}
		q.consumers()
	case actImpact:
		if q.subject == models.Pools && plural(q.subjectText()) {
			q.as("list") // "pools that belong to cspc-prod"
			break
		}
		q.impact()
	case actList, actCapacity, actAggregate, actOverview, actCount:
		if thing := q.alone(); thing != nil {
			q.as("describe")
			if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "health" && e.Value == "unhealthy" }) && !q.begins(yesOrNo) {
				q.as("why") // "what's wrong with data-0"
			}
			return q.describe(*thing)
		}
	case actRefine:
		if thing := q.thing(); thing != nil {
			if q.query.Name != "" {
				return q.describe(*thing)
			}
			q.replaceThing(*thing)
		}
	}
	for _, t := range q.targets {
		filter := q.filterBy
		if q.placeBefore(t) != nil {
			filter = q.filterByPlace
		}
		if reply := filter(t); reply != nil {
			return reply
		}
	}
	if q.query.Subject == models.Quotas {
		q.ofQuotas()
	}
	return nil
}

// manyOn reports whether a "why" is about many things in a place rather than about the place: "why are replicas down on worker-2".
func (q *question) manyOn(t target) bool {
	return q.intent.act == actWhy && (t.kind == "node" || t.kind == "pool" || t.kind == "storageclass") && q.subject != "" && q.subject != subjectOfType[t.kind] &&
		plural(q.subjectText()) && own[q.subject][t.kind] != "" && q.has("health", "condition")
}

// replaceThing lets go of what said which thing the last question was about, and of its clusters if they do not have the
// new thing.
func (q *question) replaceThing(t target) {
	identifying := []string{"name", "claim", "claims", "volume", "volumes", "object", "pods"}
	if t.kind != "node" && t.kind != "pool" && t.kind != "storageclass" {
		identifying = append(identifying, "namespace", "workload") // those of a namespace may be on a node
	}
	q.query.Filters = slices.DeleteFunc(q.query.Filters, func(f models.Filter) bool { return slices.Contains(identifying, f.Field) })
	have := t.clusters()
	if !slices.ContainsFunc(q.query.Clusters, func(c string) bool { return slices.Contains(have, c) }) && len(q.query.Clusters) > 0 {
		q.query.Clusters = have
	}
}

// narrow leaves out the clusters that have none of the things named, unless the sentence names its clusters.
func (q *question) narrow() {
	if len(q.query.Clusters) > 0 {
		return
	}
	byKind := map[string][]string{} // names of one type are alternatives
	var kinds []string
	for _, t := range q.targets {
		if t.negated {
			return
		}
		if byKind[t.kind] == nil {
			kinds = append(kinds, t.kind)
		}
		byKind[t.kind] = append(byKind[t.kind], t.clusters()...)
	}
	var common []string
	for i, kind := range kinds {
		have := phrase.Distinct(byKind[kind])
		if i == 0 {
			common = have
			continue
		}
		common = slices.DeleteFunc(common, func(c string) bool { return !slices.Contains(have, c) })
	}
	for _, c := range q.card.Clusters {
		if slices.Contains(common, c) && len(common) < len(q.card.Clusters) {
			q.query.Clusters = append(q.query.Clusters, c)
		}
	}
}

// thing returns the only thing named that can be described, or nil.
func (q *question) thing() *target {
	var found *target
	for i, t := range q.targets {
		if subjectOfType[t.kind] == "" || t.negated {
			continue
		}
		if found != nil {
			if found = q.nearer(found, &q.targets[i]); found == nil {
				return nil
			}
			continue
		}
		found = &q.targets[i]
	}
	return found
}

// nearer returns the one of two things that the sentence is about where the other only says where it is: "data-0 on
// worker-1". It returns nil for two things of the same kind.
func (q *question) nearer(a, b *target) *target {
	if a.kind == "pool" && b.kind == "node" {
		return a
	}
	if a.kind == "node" && b.kind == "pool" {
		return b
	}
	places := []string{"node", "pool", "storageclass"}
	switch aPlace, bPlace := slices.Contains(places, a.kind), slices.Contains(places, b.kind); {
	case aPlace == bPlace:
		return nil
	case aPlace:
		return b
	}
	return a
}

// alone returns the thing that a list question is in truth about: "show volume data-0", "how big is data-0". A question
// about other things ("pods of data-0") or with more conditions stays a list.
func (q *question) alone() *target {
	thing := q.thing()
	if thing == nil || q.placeBefore(*thing) != nil {
		return nil
	}
	others := 0
	for _, t := range q.targets {
		if t.kind != "namespace" || t.negated || !slices.ContainsFunc(thing.names, func(n nlp.Candidate) bool { return n.Scope == t.value }) {
			others++ // "data-0 in namespace db" is one thing
		}
	}
	if others > 1 && q.intent.act != actCapacity && q.intent.act != actAggregate {
		return nil
	}
	kind := subjectOfType[thing.kind]
	volume := kind == models.Volumes || kind == models.Claims
	switch {
	case q.intent.act == actOverview && q.subject == "":
		return thing
	case q.subject == kind, volume && (q.subject == models.Volumes || q.subject == models.Claims):
		if q.intent.act == actCount || q.has("count", "sort") {
			return nil
		}
		return thing
	case q.subject == "" && q.intent.act == actList && len(q.parse.Entities) == 2 && len(q.words) == 3 && q.begins(setOf("show get display check view")):
		return thing // "show pool tank"
	case q.subject == "" && volume && q.intent.act != actCount:
		return thing
	case q.subject == "" && (q.intent.act == actCapacity || q.intent.act == actAggregate || q.full()) && kind == models.Pools:
		return thing
	}
	return nil
}

// likened reports whether the sentence asks which of many things are more, less or as much of something than a thing: "volumes
// bigger than data-0".
func (q *question) likened(t target) bool {
	near := q.before(t.entity.Start, 2)
	return q.subject != "" && plural(q.subjectText()) && len(near) > 0 && (near[0] == "than" || near[0] == "as" && slices.ContainsFunc(q.words, func(w word) bool { return w.text == "as" && w.end < t.entity.Start-3 }) ||
		len(near) > 1 && near[1] == "similar")
}

// full reports whether the sentence asks how full something is.
func (q *question) full() bool { return q.anyWord(filling) }

var filling = setOf("full fullness fill fills filled filling usage used space room free left headroom capacity utilisation utilization occupied remaining")

// describe makes the query describe a thing. Where several things have the name, it asks which.
func (q *question) describe(t target) *models.Reply {
	names := q.scoped(t)
	if len(names) > 1 && !q.pinned {
		return q.which(slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Start == t.entity.Start }), t.entity, names)
	}
	q.query.Filters, q.query.Offset, q.query.Limit, q.query.Field = nil, 0, 0, ""
	if pools := q.poolNames(t); t.kind == "pool" && !slices.Contains(pools, t.value) {
		if q.intent.act != actWhy {
			q.as("list") // a group of pools
		}
		q.query.Subject, q.query.Clusters = models.Pools, []string{names[0].Group}
		q.add(eq("group", t.value))
		return nil
	}
	if t.kind == "node" && q.fullNode() {
		q.poolsOf(t.value, names[0].Group)
		return nil
	}
	q.query.Subject, q.query.Name, q.query.Scope = subjectOfType[t.kind], t.value, names[0].Scope
	q.query.Clusters = []string{names[0].Group}
	if t.kind == "pool" && (q.intent.act == actForecast || q.full()) {
		q.query.Field = "used_percent"
	}
	if q.intent.act == actWhy {
		q.query.Field = q.concern()
	}
	if node := q.nodeOf(t); node != nil {
		q.query.Filters = []models.Filter{eq("node", node.value)} // pools of one name on many nodes
	}
	if t.kind == "claim" && q.subject != models.Claims {
		if v := q.volumeOf(names[0]); v != "" {
			q.query.Subject, q.query.Name, q.query.Scope = models.Volumes, v, ""
		}
	}
	if t.kind == "volume" && q.subject == models.Claims {
		if inv := q.inventory(names[0].Group); inv != nil {
			if v := inv.Volume(t.value); v != nil && v.Claim != "" {
				q.query.Subject, q.query.Name, q.query.Scope = models.Claims, v.Claim, v.Namespace
			}
		}
	}
	return nil
}

// nodeOf returns the node that the sentence says a pool is on: the first one behind its name, or else the last before; nil for none.
func (q *question) nodeOf(t target) *target {
	var found *target
	for i := range q.targets {
		n := &q.targets[i]
		if t.kind != "pool" || n.kind != "node" {
			continue
		}
		if found = n; n.entity.Start > t.entity.Start {
			break
		}
	}
	return found
}

// scoped returns the things of the target's name, in the namespaces that the sentence names.
func (q *question) scoped(t target) []nlp.Candidate {
	var kept []nlp.Candidate
	for _, n := range t.names {
		for _, other := range q.targets {
			if other.kind == "namespace" && other.value == n.Scope {
				kept = append(kept, n)
			}
		}
	}
	if len(kept) > 0 {
		return kept
	}
	if q.card.Namespace != "" && len(t.names) > 1 {
		for _, n := range t.names {
			if n.Scope == q.card.Namespace {
				return []nlp.Candidate{n}
			}
		}
	}
	return t.names
}

// inventory returns the inventory of a cluster, or nil.
func (t *turn) inventory(cluster string) *models.Inventory {
	if i := slices.Index(t.card.Clusters, cluster); i >= 0 {
		return t.inventories[i]
	}
	return nil
}

// volumeOf returns the name of a claim's volume, or "".
func (q *question) volumeOf(claim nlp.Candidate) string {
	inv := q.inventory(claim.Group)
	if inv == nil {
		return ""
	}
	for i := range inv.Volumes {
		if v := &inv.Volumes[i]; v.Claim == claim.Value && v.Namespace == claim.Scope {
			return v.Name
		}
	}
	return ""
}

// consumers asks for the pods of a volume, or for the volumes of an application.
func (q *question) consumers() {
	if q.subject != "" {
		return
	}
	for _, t := range q.targets {
		switch t.kind {
		case "workload", "pod", "namespace", "pool", "storageclass", "node":
			q.query.Subject = models.Volumes
		case "claim", "volume":
			q.query.Subject = models.Pods
			return
		}
	}
}

// filterBy turns a name into a filter of the query's subject.
func (q *question) filterBy(t target) *models.Reply {
	query := q.query
	filter := models.Filter{Op: models.Eq, Values: []string{t.value}, Not: t.negated}
	field, ok := own[query.Subject][t.kind]
	if ns := t.scope(); query.Subject == models.Quotas && !ok && ns != "" { // "how much quota does postgres have": its namespace
		field, ok, filter.Values = "namespace", true, []string{ns}
	}
	if !ok {
		return q.joinBy(t)
	}
	filter.Field = field
	switch {
	case query.Subject == models.Volumes && t.kind == "node" && slices.ContainsFunc(q.before(t.entity.Start, 5), func(w string) bool { return w == "target" || w == "targets" }):
		filter.Field = "target"
	case (query.Subject == models.Volumes || query.Subject == models.Claims) && t.kind == "node" && q.attachedTo(t):
		filter.Field = "attached"
	}
	if query.Subject.Happens() { // what happened to its claim and pods happened to a volume too
		filter.Values = q.relatives(t)
	}
	if (query.Subject == models.Volumes || query.Subject == models.Claims) && t.kind == "pool" {
		filter.Values = q.poolNames(t)
	}
	if query.Subject == models.Pools && t.kind == "pool" && !slices.Contains(q.poolNames(t), t.value) {
		filter.Field = "group"
	}
	q.state(t.entity, filter)
	if node := own[query.Subject]["node"]; node != "" && t.node != "" && len(q.targets) == 1 && !t.negated {
		q.add(eq(node, t.node))
	}
	if ns := t.scope(); ns != "" && t.kind != "workload" && !t.negated && !query.Subject.Happens() {
		q.add(eq("namespace", ns))
	}
	return nil
}

// attachedTo reports whether the sentence speaks of what is attached to, or mounted on, a node, rather than of what has data there.
func (q *question) attachedTo(t target) bool {
	near := q.before(t.entity.Start, 4)
	at := slices.IndexFunc(near, func(w string) bool { return attaching[w] })
	if at < 0 {
		return false
	}
	for i, e := range q.parse.Entities {
		if e.Type == "condition" && e.End <= t.entity.Start && q.within(e.End, t.entity.Start, 3) && (e.Value == "mounted" || e.Value == "attached") {
			q.taken[i] = true
		}
	}
	return true
}

var attaching = setOf("attached mounted published mounts attaches")

// add adds a filter to the query, unless it has that one. A filter of the same field and direction takes the values in.
func (q *question) add(f models.Filter) {
	for i, old := range q.query.Filters {
		if (f.Op == models.Known || len(f.Values) == 0) && old.Op == f.Op && old.Field == f.Field && old.Not == f.Not && old.Number == f.Number {
			return
		}
		if old.Field != f.Field || old.Op != f.Op || old.Not != f.Not || f.Op != models.Eq || len(f.Values) == 0 {
			continue
		}
		for _, v := range f.Values {
			if !slices.Contains(old.Values, v) {
				q.query.Filters[i].Values = append(q.query.Filters[i].Values, v)
			}
		}
		return
	}
	q.query.Filters = append(q.query.Filters, f)
}
