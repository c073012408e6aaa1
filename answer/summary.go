package answer

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

const (
	// usualPeriod is how far a summary looks back where no filter says it.
	usualPeriod = 24 * time.Hour
	// mostSummed is how many things a summary names of a sort.
	mostSummed = 5
	// fullestPools is how many pools it names.
	fullestPools = 3
	// longestReason is how many characters it has for why something is as it is.
	longestReason = 90
	// singly is up to how many healthy clusters have a sentence each.
	singly = 3
)

// Summary sums up how clusters are: what is not healthy and since when, what became so and what was mended lately, and the
// fullest pools. A filter by age says how far back "lately" goes; the other filters narrow it as they do [Overview].
func Summary(req Request) (models.Reply, error) {
	if err := nothing(req); err != nil {
		return models.Reply{}, err
	}
	if req.Query == nil {
		req.Query = &models.Query{Subject: models.Volumes}
	}
	s := digest{several: len(req.Inventories) > 1}
	s.period, s.filters = periodOf(req.Query.Filters)
	if err := overviewable(s.filters); err != nil {
		return models.Reply{}, err
	}
	for _, inv := range req.Inventories {
		s.add(newSource(inv))
	}
	slices.SortStableFunc(s.sick, func(a, b ill) int { return b.health.Severity() - a.health.Severity() })
	rep := reply(req, &clusterSchema)
	rep.Dialogue.Query.Filters = s.filters // what follows it up is about how things are
	rep.Text = s.how()
	showSick(&rep, s.sick)
	rep.Figures, rep.Table = rep.Table, nil
	rep.Buttons = rep.Buttons[:min(len(rep.Buttons), fullestPools)]
	if s.warnings > 0 {
		rep.Text += " " + phrase.Count(s.warnings, "warning is", "warnings are") + " new in " + s.lately() + "."
		rep.Buttons = append(rep.Buttons, models.Button{Label: "What happened", Action: models.Action{Intent: "events", Query: s.happened(req.Query)}})
	}
	pools, lists := s.fullest(), s.lists()
	switch {
	case len(lists) > 0:
		rep.Title = "Summary"
		rep.Text += "\n" + strings.Join(lists, "\n")
		if len(pools) > 0 {
			rep.Text += "\nThe fullest pools: " + strings.Join(pools, ", ") + "."
		}
	case len(pools) > 0: // all is well: a line
		rep.Text += " The fullest pool is " + pools[0] + "."
	}
	return rep, nil
}

// periodOf takes out of filters how far a summary looks back.
func periodOf(filters []models.Filter) (time.Duration, []models.Filter) {
	period, rest := usualPeriod, []models.Filter(nil)
	for _, f := range filters {
		if f.Field == "age" && f.Number > 0 && !f.Not {
			period = time.Duration(f.Number * float64(time.Second))
			continue
		}
		rest = append(rest, f)
	}
	return period, rest
}

// digest is what a summary has found.
type digest struct {
	period   time.Duration
	filters  []models.Filter
	several  bool     // clusters
	names    []string // of clusters where all is known and healthy …
	well     []string // … and what is said of each
	others   []string // what is said of each of the others
	sick     []ill
	mended   []record // changes
	pools    []record
	warnings int
}

// add looks at a cluster.
func (s *digest) add(from *source) {
	sick := unhealthy(from, s.filters)
	text := overviewText(from, sick, s.filters)
	if len(sick) == 0 && from.Stale == nil && len(from.Gaps) == 0 && (len(s.filters) > 0 || len(brokenPods(from.Components)) == 0) {
		s.names, s.well = append(s.names, from.Cluster), append(s.well, text)
	} else {
		s.others = append(s.others, text)
	}
	s.sick = append(s.sick, sick...)
	for _, r := range kept(&changeSchema, from, s.filters) {
		c := r.item.(*change)
		switch {
		case !s.recent(from, c.at):
		case c.mended && c.subject != models.Replicas && !c.made.After(from.AsOf.Add(-s.period)): // what is new was not mended
			s.mended = append(s.mended, r)
		case c.kind == "event" && c.worse:
			s.warnings++
		}
	}
	s.pools = append(s.pools, kept(&poolSchema, from, slices.DeleteFunc(slices.Clone(s.filters), func(f models.Filter) bool { return poolSchema.Lookup(f.Field) == nil }))...)
}

// kept returns the records of a subject that pass filters; none if it lacks a field of theirs.
func kept(s *Schema, from *source, filters []models.Filter) []record {
	tests, err := compile(s, filters)
	if err != nil {
		return nil
	}
	res := &Result{schema: s}
	res.keep(s.records(nil, from), tests)
	return res.rows
}

// recent reports whether a time is within the period.
func (s *digest) recent(from *source, at time.Time) bool {
	return !at.IsZero() && at.After(from.AsOf.Add(-s.period))
}

// lately words the period.
func (s *digest) lately() string { return "the last " + span(s.period.Seconds()) }

// how says how each cluster is, and of many that are well that they are.
func (s *digest) how() string {
	if len(s.names) > singly {
		s.well = []string{"Everything on " + narrowed(phrase.Few(s.names, mostSummed), s.filters) + " is healthy."}
	}
	return strings.Join(append(slices.Clip(s.others), s.well...), " ")
}

// lists tells of things one by one: what became worse, what else is not healthy, what was mended.
func (s *digest) lists() []string {
	var worse, before, mended []string
	for i := range s.sick {
		r := &s.sick[i].record
		if since := became(r); s.recent(r.from, since) {
			worse = append(worse, s.ailment(&s.sick[i], since))
		} else {
			before = append(before, s.ailment(&s.sick[i], since))
		}
	}
	for i := range s.mended {
		c := s.mended[i].item.(*change)
		mended = append(mended, string(c.subject)+" "+phrase.Scoped(c.namespace, c.name)+s.on(&s.mended[i])+": healthy since "+moment(c.at))
	}
	lists := bulleted(nil, "Worse in "+s.lately()+":", worse)
	lists = bulleted(lists, phrase.Either(len(worse) > 0, "Also not healthy:", "Not healthy:"), before)
	return bulleted(lists, "Mended in "+s.lately()+":", mended)
}

// bulleted appends a list under its heading, as far as a summary goes; nothing for none.
func bulleted(to []string, heading string, items []string) []string {
	if len(items) == 0 {
		return to
	}
	to = append(to, heading)
	for _, item := range items[:min(len(items), mostSummed)] {
		to = append(to, "• "+item)
	}
	if rest := len(items) - mostSummed; rest > 0 {
		to = append(to, "• and "+phrase.Count(rest, "more", "more"))
	}
	return to
}

// ailment says of a thing how it is, since when and why.
func (s *digest) ailment(i *ill, since time.Time) string {
	r := &i.record
	name := label(i.schema, r)
	if v, ok := r.item.(*models.Volume); ok && v.Claim != "" { // by which people know it
		name = phrase.Scoped(v.Namespace, v.Claim)
	}
	text := i.schema.One + " " + name + s.on(r) + ": " + healthWord(i.health) + inState(string(i.health), i.schema.text(r, "state"))
	if !since.IsZero() {
		text += " since " + moment(since) + ago(r.from.AsOf, since)
	}
	if reason := why(r); reason != "" {
		text += ": " + shorten(reason, longestReason)
	}
	return text
}

// on names the cluster of a thing where there are several.
func (s *digest) on(r *record) string {
	if !s.several {
		return ""
	}
	return " on " + r.from.Cluster
}

// became returns when a thing that is not healthy became so; zero if that is not known.
func became(r *record) time.Time {
	switch it := r.item.(type) {
	case *models.Node:
		return it.Since
	case *models.Pool:
		return it.Since
	case *models.Volume:
		return it.Since
	case *models.Pod:
		return it.Since
	case *models.Claim: // pending since it was made
		return it.Created
	case *models.Snapshot:
		if it.Since.IsZero() {
			return it.Created
		}
		return it.Since
	}
	return time.Time{}
}

// fullest names the fullest of the pools that are there.
func (s *digest) fullest() []string {
	used := poolSchema.Lookup("used_percent")
	pools := slices.DeleteFunc(slices.Clone(s.pools), func(r record) bool {
		return !used.get(&r).known || r.item.(*models.Pool).Health == models.Down
	})
	slices.SortStableFunc(pools, func(a, b record) int { return cmp.Compare(used.get(&b).number, used.get(&a).number) })
	var names []string
	for i := range window(pools, 0, fullestPools) {
		r := &pools[i]
		names = append(names, label(&poolSchema, r)+s.on(r)+" ("+phrase.Percent(used.get(r).number)+")")
	}
	return names
}

// happened asks for the warnings that a summary counts.
func (s *digest) happened(q *models.Query) *models.Query {
	return &models.Query{Subject: models.Changes, Clusters: slices.Clone(q.Clusters), Filters: append(slices.Clone(s.filters),
		models.Filter{Field: "age", Op: models.Le, Number: s.period.Seconds()},
		models.Filter{Field: "kind", Op: models.Eq, Values: []string{"event"}},
		models.Filter{Field: "worse", Op: models.Eq, Values: []string{"true"}})}
}
