package intents

import (
	"regexp"
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// place is where things are: of what kind, and which one.
type place struct{ kind, name string }

// written is a place in words, behind the preposition that it takes.
func (p place) written() string {
	switch p.kind {
	case "node":
		return "on node " + p.name
	case "storageclass":
		return "with class " + p.name
	case "cluster":
		return "on " + p.name
	}
	return "in " + p.kind + " " + p.name
}

// placeKinds are the kinds of names that are places.
var placeKinds = []string{"namespace", "node", "pool", "storageclass", "zone"}

// places are where the conversation is: what things were picked by, the place that was asked about itself, where the one thing is, and the
// cluster.
func (q *question) places() []place {
	last := q.dialogue.Query
	var all []place
	put := func(kind, name string) {
		if p := (place{kind, name}); name != "" && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	for _, f := range last.Filters {
		if slices.Contains(placeKinds, f.Field) && f.Op == models.Eq && !f.Not && len(f.Values) == 1 && len(f.Or) == 0 {
			put(f.Field, f.Values[0])
		}
	}
	if kind := typeOf(last.Subject); slices.Contains(placeKinds, kind) {
		put(kind, last.Name)
	}
	if thing, ok := q.lastThing(); ok {
		put("namespace", q.namespaceOf(thing))
		put("node", thing.Node)
	}
	if len(last.Clusters) == 1 {
		put("cluster", last.Clusters[0])
	}
	return all
}

// namespaceOf is the namespace of a thing, of a volume that of its claim.
func (t *turn) namespaceOf(thing models.Named) string {
	if inv := t.inventory(thing.Cluster); inv != nil && thing.Subject == models.Volumes {
		if v := inv.Volume(thing.Name); v != nil {
			return v.Namespace
		}
	}
	if s := answer.Fields(thing.Subject); s != nil && s.Lookup("namespace") != nil {
		return thing.Scope
	}
	return ""
}

// thatPlace points at a place, or at a thing that may be one; the "there" of "is there" does not.
var thatPlace = regexp.MustCompile(`(?i)\b(?:is|are|was|were) there\b|\b((?:in|on|at|from|of|with) (?:it|that(?: one)?|this(?: one)?|(?:that|this|the same) (?:namespace|ns|node|machine|host|box|server|pool|class|storage class|zone|cluster))|(?:over |in |on )?there|here)\b`)

// withPlaces completes a sentence that points at a place with each of those where the conversation is.
func (q *question) withPlaces() []completion {
	if !q.pointsThere() {
		return nil
	}
	text := q.uncoordinated()
	var all []completion
	for _, p := range q.places() {
		all = append(all, completion{"in " + p.kind, thatPlace.ReplaceAllStringFunc(text, func(found string) string {
			if thereIs.MatchString(found) {
				return found
			}
			return p.written()
		})})
	}
	return all
}

// pointsThere reports whether a sentence points at a place.
func (q *question) pointsThere() bool {
	return slices.ContainsFunc(thatPlace.FindAllStringSubmatch(q.text, -1), func(m []string) bool { return m[1] != "" })
}

// inPlace asks the next question, which names nothing, where the last one was asked: of its conditions only the places are kept, and its
// clusters.
func inPlace(last, next *models.Query) *models.Query {
	s := answer.Fields(next.Subject)
	if s == nil || len(namesIn(next)) > 0 || supposes(last) {
		return nil
	}
	q := next.Clone()
	for _, f := range last.Filters {
		if slices.Contains(placeKinds, f.Field) && knows(s, f) && !hasFilter(next, f.Field) {
			q.Filters = append(q.Filters, f)
		}
	}
	if len(q.Clusters) == 0 {
		q.Clusters = last.Clusters
	}
	return q
}

// onClusters asks the next question of the clusters of the last one.
func onClusters(last, next *models.Query) *models.Query {
	if len(next.Clusters) > 0 || len(last.Clusters) == 0 || next.Name != "" {
		return nil
	}
	q := next.Clone()
	q.Clusters = last.Clusters
	return q
}

// besideIt asks the next question, about things of the same kind, of all but the one that the last question was about.
func besideIt(last, next *models.Query) *models.Query {
	if last.Name == "" || last.Subject != next.Subject || next.Name != "" || supposes(last) {
		return nil
	}
	q := next.Clone()
	q.Filters = append(q.Filters, models.Filter{Field: "name", Op: models.Eq, Values: []string{last.Name}, Not: true})
	if len(q.Clusters) == 0 {
		q.Clusters = last.Clusters
	}
	return q
}

// elsewhereOf asks about the thing of the last question's name in a place that the sentence names: the pool tank of another node, the claim of
// another namespace.
func (q *question) elsewhereOf(last *models.Query) []edit {
	if last.Name == "" {
		return nil
	}
	var all []edit
	for _, e := range q.parse.Entities {
		for _, c := range e.Candidates[:min(len(e.Candidates), 4)] {
			there := last.Clone()
			there.Offset, there.Filters = 0, slices.DeleteFunc(there.Filters, func(f models.Filter) bool { return f.Field == c.Type })
			switch {
			case c.Type == "namespace" && last.Subject == models.Volumes:
				there.Name = q.claimIn(last, c.Value, c.Group)
			case c.Type == "namespace" && last.Scope != "":
				there.Scope = c.Value
			case c.Type == "node" && last.Subject == models.Pools:
				there.Filters = append(there.Filters, eq("node", c.Value))
			default:
				continue
			}
			there.Clusters = []string{c.Group}
			if q.exists(there) {
				all = append(all, edit{"same name", there})
			}
		}
	}
	return all
}

// claimIn is the volume in a namespace of a cluster whose claim is called like that of the last question's volume; "" for none.
func (q *question) claimIn(last *models.Query, namespace, cluster string) string {
	inv := q.inventory(cluster)
	if inv == nil || len(last.Clusters) != 1 {
		return ""
	}
	claim := q.calling(models.Named{Subject: models.Volumes, Name: last.Name, Cluster: last.Clusters[0]})
	for i := range inv.Volumes {
		if v := &inv.Volumes[i]; v.Claim == claim && v.Namespace == namespace {
			return v.Name
		}
	}
	return ""
}

// exists reports whether there is a thing of a query's name where it says.
func (t *turn) exists(query *models.Query) bool {
	found := query.Clone()
	found.Filters = append(found.Filters, eq("name", query.Name))
	if query.Scope != "" {
		found.Filters = append(found.Filters, eq("namespace", query.Scope))
	}
	found.Name, found.Scope, found.Show = "", "", nil
	inventories, _ := t.of(query)
	res, err := answer.Evaluate(found, inventories)
	return err == nil && len(res.Values("name")) > 0
}
