package answer

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// watched are the subjects whose health an overview looks at, causes before their effects.
var watched = []*Schema{&nodeSchema, &poolSchema, &volumeSchema, &claimSchema, &podSchema, &snapshotSchema, &blockDeviceSchema}

// Overview answers "is everything all right?": what is not healthy, the worst first, over the clusters of the
// request. Filters narrow it; a subject that has no such field is left out. A query that names a cluster looks at that
// one only.
func Overview(req Request) (models.Reply, error) {
	if err := nothing(req); err != nil {
		return models.Reply{}, err
	}
	q := req.Query
	if q == nil {
		q = &models.Query{Subject: models.Clusters}
		req.Query = q
	}
	if q.Subject == models.Clusters && q.Name != "" {
		found, err := named(&clusterSchema, "name", req)
		if err != nil {
			return models.Reply{}, err
		}
		if len(found) == 0 {
			return models.Reply{}, notFound(&clusterSchema, req)
		}
		req.Inventories = []*models.Inventory{found[0].from.Inventory}
	}
	if err := overviewable(q.Filters); err != nil {
		return models.Reply{}, err
	}
	rep := reply(req, &clusterSchema)
	var all []ill
	for _, inv := range req.Inventories {
		from := newSource(inv)
		sick := unhealthy(from, q.Filters)
		rep.Text += " " + overviewText(from, sick, q.Filters)
		all = append(all, sick...)
	}
	rep.Text = strings.TrimSpace(rep.Text)
	slices.SortStableFunc(all, func(a, b ill) int { return b.health.Severity() - a.health.Severity() })
	if q.Sort == "age" {
		newestFirst(all)
	}
	if q.Limit > 0 && len(all) > q.Limit {
		all = all[:q.Limit]
		rep.Text = foremost(all, q.Sort == "age") + " " + rep.Text
	}
	if len(req.Inventories) == 1 && len(q.Filters) == 0 {
		var l factList
		l.components(req.Inventories[0].Components)
		rep.Facts = l
	}
	showSick(&rep, all)
	return rep, nil
}

// newestFirst puts first what became as it is last; that of which it is not known comes last.
func newestFirst(sick []ill) {
	since := func(i ill) float64 {
		for _, key := range [...]string{"since", "age"} {
			if f := i.schema.Lookup(key); f != nil {
				if v := f.get(&i.record); v.known {
					return v.number
				}
			}
		}
		return math.Inf(1)
	}
	slices.SortStableFunc(sick, func(a, b ill) int { return cmp.Compare(since(a), since(b)) })
}

// foremost names the first of what is not healthy, and says why it is.
func foremost(sick []ill, newest bool) string {
	names := make([]string, len(sick))
	for i := range sick {
		s, r := sick[i].schema, &sick[i].record
		names[i] = s.One + " " + phrase.Scoped(s.text(r, "namespace"), s.text(r, "name")) + " on " + r.from.Cluster + ", which is " + healthWord(sick[i].health)
		if reason := why(r); reason != "" {
			names[i] += ": " + strings.TrimSuffix(reason, ".")
		}
	}
	return phrase.Either(newest, "The newest: ", "What comes first: ") + strings.Join(names, "; ") + "."
}

// overviewable returns an error if no watched subject has the fields of the filters.
func overviewable(filters []models.Filter) error {
	var last error
	for _, s := range watched {
		if _, last = compile(s, filters); last == nil {
			return nil
		}
	}
	return last
}

// ill is a thing that is not healthy.
type ill struct {
	record
	schema *Schema
	health models.Health
}

// unhealthy returns what is not healthy in a cluster, the worst first and causes before effects. A claim whose volume is
// listed is not listed again.
func unhealthy(from *source, filters []models.Filter) []ill {
	var sick []ill
	for _, s := range watched {
		tests, err := compile(s, filters)
		if err != nil {
			continue // the subject has no such field
		}
		res := &Result{schema: s}
		res.keep(s.records(nil, from), tests)
		health := s.Lookup("health")
		for _, r := range res.rows {
			h := models.Health(health.get(&r).text)
			if c, ok := r.item.(*models.Claim); h == models.Healthy || ok && c.Volume != "" && c.Phase == "Bound" {
				continue
			}
			sick = append(sick, ill{r, s, h})
		}
	}
	slices.SortStableFunc(sick, func(a, b ill) int { return b.health.Severity() - a.health.Severity() })
	return sick
}

// overviewText words how a cluster is.
func overviewText(from *source, sick []ill, filters []models.Filter) string {
	where := narrowed(from.Cluster, filters)
	when, is := "", " is healthy: "
	switch {
	case from.Stale != nil:
		when, is = "When it was last seen, ", " was healthy: "
	case len(from.Gaps) > 0 && len(sick) == 0:
		when = "As far as I may read, "
	}
	var wrong []string
	if len(sick) > 0 {
		wrong = append(wrong, tally(sick))
	}
	if len(filters) == 0 {
		wrong = append(wrong, brokenPods(from.Components)...)
	}
	if len(wrong) == 0 {
		return phrase.Capital(when+"everything on ") + where + is + sizes(from, filters) + "."
	}
	return phrase.Capital(when+"not everything on ") + where + is + strings.Join(wrong, "; ") + "."
}

// narrowed adds to the name of a place the part of it that filters leave.
func narrowed(where string, filters []models.Filter) string {
	for _, f := range filters {
		if before := scopes[f.Field]; before != "" {
			where += " " + before + " " + phrase.Or(f.Values)
		}
	}
	return where
}

// brokenPods counts, for each engine, those of its pods that do not work.
func brokenPods(components []models.Component) []string {
	var all []string
	for _, c := range components {
		if n := len(c.Broken); n > 0 {
			all = append(all, strconv.Itoa(n)+" of "+phrase.Count(c.Pods, "pod", "pods")+" of "+componentName(c)+phrase.Pick(n, " does", " do")+" not work")
		}
	}
	return all
}

// sizes counts what was looked at.
func sizes(from *source, filters []models.Filter) string {
	var parts []string
	for _, s := range []*Schema{&nodeSchema, &poolSchema, &volumeSchema, &claimSchema} {
		tests, err := compile(s, filters)
		if err != nil {
			continue
		}
		res := &Result{schema: s}
		res.keep(s.records(nil, from), tests)
		parts = append(parts, phrase.Count(len(res.rows), s.One, s.Many))
	}
	return phrase.And(parts)
}

// tally counts unhealthy things by subject and health, the worst first.
func tally(sick []ill) string {
	type class struct {
		schema *Schema
		state  string
	}
	counts := map[class]int{}
	var classes []class
	for _, i := range sick {
		c := class{i.schema, healthWord(i.health)}
		if i.schema == &snapshotSchema && i.schema.text(&i.record, "state") != "" {
			c.state = i.schema.text(&i.record, "state")
		}
		if counts[c] == 0 {
			classes = append(classes, c)
		}
		counts[c]++
	}
	parts := make([]string, len(classes))
	for i, c := range classes {
		n := counts[c]
		parts[i] = strconv.Itoa(n) + " " + c.schema.noun(n) + " " + stateVerb(c.state, n) + c.state
	}
	return phrase.And(parts)
}

func stateVerb(state string, n int) string {
	if state == "failed" {
		return phrase.Pick(n, "has ", "have ")
	}
	return phrase.Pick(n, "is ", "are ")
}

// showSick lists unhealthy things in a reply.
func showSick(rep *models.Reply, sick []ill) {
	if len(sick) == 0 {
		return
	}
	several := len(rep.Clusters) > 1
	t := &models.Table{Total: len(sick), Columns: []models.Column{{Key: "kind", Title: "Kind"}, {Key: "name", Title: "Name"}, {Key: "namespace", Title: "Namespace"}, {Key: "node", Title: "Node"}, {Key: "health", Title: "Health"}, {Key: "state", Title: "State"}, {Key: "why", Title: "Why"}}}
	if several {
		t.Columns = append(t.Columns, models.Column{Key: "cluster", Title: "Cluster"})
	}
	for i := range sick {
		s, r := sick[i].schema, &sick[i].record
		row := []models.Cell{plain(s.One), plain(s.text(r, "name")), plain(s.text(r, "namespace")), plain(nodeOf(s, r)),
			{Text: string(sick[i].health), Value: string(sick[i].health), Health: sick[i].health}, plain(s.text(r, "state")), plain(why(r))}
		if several {
			row = append(row, plain(r.from.Cluster))
		}
		t.Rows = append(t.Rows, row)
		if i < offered {
			rep.Buttons = append(rep.Buttons, describeButtons(s, []record{*r})...)
		}
		if name := listed(s, []record{*r}); i < 20 {
			rep.Dialogue.Listed = append(rep.Dialogue.Listed, name...)
		}
	}
	rep.Table = t
}

// plain is a cell with a text, or without a value.
func plain(text string) models.Cell {
	if text == "" {
		return models.Cell{Text: noText}
	}
	return models.Cell{Text: text, Value: text}
}

func nodeOf(s *Schema, r *record) string {
	if v, ok := r.item.(*models.Volume); ok {
		return v.Node
	}
	return s.text(r, "node")
}

// why says in a few words what is known of the reason.
func why(r *record) string {
	if notes := notesOf(r.item); len(notes) > 0 {
		return shorten(notes[0], 120)
	}
	switch it := r.item.(type) {
	case *models.Volume:
		if !it.Local() {
			return copies(it)
		}
	case *models.Claim:
		return shorten(it.Reason, 120)
	case *models.Node:
		return phrase.And(it.Pressure)
	case *models.Snapshot:
		return shorten(it.Error, 120)
	}
	return ""
}

// describeCluster describes a whole cluster: what it has and what is not healthy.
func describeCluster(rep *models.Reply, r *record) {
	from := r.from
	sick := unhealthy(from, nil)
	rep.Text = overviewText(from, sick, nil)
	var l factList
	l.add("Kubernetes", from.Version)
	l.add("Engines", phrase.And(engineNames(engineKeys(from.Engines))))
	for _, s := range []*Schema{&nodeSchema, &poolSchema, &volumeSchema, &claimSchema, &snapshotSchema, &podSchema} {
		n, bad := len(s.records(nil, from)), 0
		for _, i := range sick {
			if i.schema == s {
				bad++
			}
		}
		text := strconv.Itoa(n)
		if bad > 0 {
			text += ", " + strconv.Itoa(bad) + " not healthy"
			if s == &claimSchema { // those with a sick volume count there
				text = strconv.Itoa(n) + ", " + strconv.Itoa(bad) + " not bound"
			}
		}
		l.add(phrase.Capital(s.Many), text)
	}
	l.components(from.Components)
	l.add("Storage classes", strconv.Itoa(len(from.StorageClasses)))
	l.add("Namespaces", strconv.Itoa(len(from.Namespaces)))
	if !from.AsOf.IsZero() {
		l.add("Data of", moment(from.AsOf))
	}
	rep.Facts = l
	showSick(rep, sick)
}
