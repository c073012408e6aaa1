package intents

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// concern returns the field that a "why" is about, where that need not be a fault; "" for whatever is wrong.
func (q *question) concern() string {
	switch {
	case q.anyWord(growing):
		return answer.AboutResize
	case q.anyWord(brimming):
		return answer.AboutSpace
	case q.deletions():
		return answer.AboutDeletion
	}
	return ""
}

var (
	growing  = setOf("resize resized resizing expand expanded expanding expansion grow growing grown enlarge enlarged extend extended bigger larger")
	brimming = setOf("full fuller emptier fullness fill fills filled filling space")
)

// sickOf makes a "why" about an application one about the part of it that is least well: a pod that does not run, else a
// volume. Where several applications of the name are well it asks which. It reports false if the sentence names no
// application, or one without a part that is known.
func (q *question) sickOf() (*models.Reply, bool) {
	at := slices.IndexFunc(q.targets, func(t target) bool { return t.kind == "workload" && !t.negated })
	if at < 0 || q.subject != "" && plural(q.subjectText()) || len(q.namesIn("workload", "namespace")) > 1 && q.anyWord(setOf("and or both vs")) {
		return nil, false
	}
	var parts []part
	names := q.scoped(q.targets[at])
	for _, name := range names {
		if inv := q.inventory(name.Group); inv != nil {
			parts = append(parts, partsOf(inv, name.Scope, name.Value)...)
		}
	}
	if len(parts) == 0 {
		return nil, false
	}
	if q.subject == models.Volumes || q.subject == models.Claims {
		if volumes := slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return p.query.Subject == models.Pods }); len(volumes) > 0 {
			parts = volumes
		}
	}
	if q.anyWord(adds) {
		for i := range parts { // what is missing comes before what is not well
			if parts[i].query.Subject == models.Claims {
				parts[i].health = models.Down
			}
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return b.health.Severity() - a.health.Severity() })
	if len(names) > 1 && parts[0].health == models.Healthy && !q.pinned {
		e := q.targets[at].entity
		return q.which(slices.IndexFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Start == e.Start }), e, names), true
	}
	query := parts[0].query
	query.Field = q.concern()
	q.query = &query
	if at := slices.IndexFunc(parts, func(p part) bool { return p.query.Subject == models.Claims }); at > 0 {
		q.notes = append(q.notes, "A claim of it could not be made: ask why "+phrase.Code(parts[at].query.Name)+" is missing.")
	}
	if n := len(parts); n > 1 && parts[1].health != models.Healthy && parts[1].query.Subject == query.Subject {
		q.notes = append(q.notes, "It is not the only one that is not well: ask about "+phrase.Code(parts[1].query.Name)+" too.")
	}
	return nil, true
}

// volumesBehind makes a "why" about several things of different kinds, "what do data-0 and pod kafka-1 have in common", one about the
// volumes that they are or use.
func (q *question) volumesBehind() bool {
	things := q.namesIn("claim", "volume", "pod", "workload", "namespace")
	mixed := slices.ContainsFunc(things, func(t target) bool { return t.kind != things[0].kind })
	grouped := !slices.ContainsFunc(things, func(t target) bool { return t.kind != "namespace" && t.kind != "workload" })
	if len(things) != len(q.targets) || !mixed || grouped && !q.anyWord(setOf("and or both")) || slices.ContainsFunc(things, func(t target) bool { return t.negated }) ||
		q.subject != "" && q.subject != models.Volumes && q.subject != models.Claims {
		return false // "kafka in namespace db" is one thing
	}
	return q.pickVolumes(things)
}

// pickVolumes makes the question one about the volumes that things are or use; it reports false if one of them has none.
func (q *question) pickVolumes(things []target) bool {
	var claims, namespaces []string
	classes := q.namesIn("storageclass")
	for _, t := range things {
		volumes := slices.DeleteFunc(q.volumesOf(t), func(v *models.Volume) bool {
			return len(classes) > 0 && !slices.ContainsFunc(classes, func(c target) bool { return c.value == v.StorageClass })
		})
		for _, v := range volumes {
			claims, namespaces = append(claims, v.Claim), append(namespaces, v.Namespace)
		}
		if len(volumes) == 0 {
			return false
		}
	}
	q.query.Subject = models.Volumes
	q.add(models.Filter{Field: "claim", Op: models.Eq, Values: phrase.Distinct(claims)})
	q.add(models.Filter{Field: "namespace", Op: models.Eq, Values: phrase.Distinct(namespaces)})
	return true
}

// atHome asks only the clusters that have all of some things, if there are any.
func (q *question) atHome(things []target) {
	var common []string
	for i, t := range things {
		have := t.clusters()
		if i == 0 {
			common = have
		}
		common = slices.DeleteFunc(slices.Clone(common), func(c string) bool { return !slices.Contains(have, c) })
	}
	if len(q.query.Clusters) == 0 {
		q.query.Clusters = common
	}
}

// setsApart reports whether a "why" asks why one thing is not as another, "why is data-0 down but not data-1", and makes it one about all
// of them.
func (q *question) setsApart() bool {
	if q.intent.act != actWhy {
		return false
	}
	things := q.namesIn("claim", "volume", "pod", "workload", "namespace")
	things = slices.DeleteFunc(things, func(t target) bool {
		return t.kind == "namespace" && slices.ContainsFunc(q.targets, func(o target) bool { return o.kind != "namespace" && o.scope() == t.value })
	})
	pools, nodes := q.namesIn("pool"), q.namesIn("node")
	switch {
	case len(things) > 1:
		q.atHome(things)
		if !q.anyWord(setOf("but while whereas although though unlike only when whilst yet vs versus")) || !q.pickVolumes(things) {
			return false
		}
	case len(things) == 0 && (len(pools) > 1 || len(nodes) > 1 && (len(pools) == 1 || q.subject == models.Pools)) && q.anyWord(brimming) || q.mentions(nlp.Percentage) && len(pools) == 1 && len(nodes) > 1:
		q.query.Subject = models.Pools
		q.atHome(append(pools, nodes...))
		for _, t := range append(pools, nodes...) {
			q.add(eq(map[string]string{"pool": "name", "node": "node"}[t.kind], t.value))
		}
	default:
		return false
	}
	q.query.Field = answer.Contrast
	for i := range q.parse.Entities {
		q.taken[i] = true
	}
	return true
}

// adds are the words of a "why" about what an application should have more of: "why does kafka not get another pod".
var adds = setOf("another more additional third fourth scale scaled scaling scales missing fewer quota refused forbidden")

// part is a pod or a volume of an application.
type part struct {
	query  models.Query
	health models.Health
}

// partsOf returns the pods of an application, those that are not healthy first, and what they mount.
func partsOf(inv *models.Inventory, namespace, application string) []part {
	var parts []part
	for i := range inv.Pods {
		p := &inv.Pods[i]
		_, owner, _ := strings.Cut(p.Workload, "/")
		if owner != application || p.Namespace != namespace {
			continue
		}
		parts = append(parts, part{models.Query{Subject: models.Pods, Name: p.Name, Scope: p.Namespace, Clusters: []string{inv.Cluster}}, worse(p.Health)})
		for _, name := range p.Volumes {
			if v := inv.Volume(name); v != nil {
				parts = append(parts, part{models.Query{Subject: models.Volumes, Name: v.Name, Clusters: []string{inv.Cluster}}, cmp.Or(v.Health, models.Unknown)})
			}
		}
	}
	for i := range inv.Refusals { // a claim that it may not have is a part that is missing
		r := &inv.Refusals[i]
		if _, owner, _ := strings.Cut(r.Owner, "/"); owner == application && r.Namespace == namespace && r.Kind == "PersistentVolumeClaim" {
			parts = append(parts, part{models.Query{Subject: models.Claims, Name: r.Name, Scope: r.Namespace, Clusters: []string{inv.Cluster}}, models.Degraded})
		}
	}
	return parts
}

// worse lets a pod that does not run come before its volume: it is asked about its volume by itself.
func worse(h models.Health) models.Health {
	if h == models.Healthy || h == "" {
		return models.Healthy
	}
	return models.Down
}
