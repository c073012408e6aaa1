package intents

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// existsOnly matches what says of things that they are nowhere else. "Only on worker-2" by itself picks those that are there.
var existsOnly = regexp.MustCompile(`(?i)\b(?:is|are|exists?|lives?|sits?|lies?|resides?|kept|stored|located|found|available)(?: (?:now|currently|at present))? only (?:on|in)\b`)

// fillWords turns words for states, engines and conditions into filters.
func (q *question) fillWords() *models.Reply {
	if q.query.Name != "" {
		return nil
	}
	q.fillSome()
	if q.query.Subject == models.Volumes && existsOnly.MatchString(q.text) && len(q.namesIn("node", "pool")) > 0 && !q.anyWord(setOf("if")) && q.query.Field == "" {
		q.as("list") // "what exists only on worker-2"
		q.add(conditions["one copy"][0])
	}
	for _, i := range q.entities("engine") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		field := "engine"
		if q.query.Subject == models.Nodes && q.has("condition") && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Value == "cordoned" }) {
			if !q.anyWord(filler) {
				q.add(known("closed"))
			}
			continue // "cordoned in Mayastor", of which engines have their own cordons
		}
		if q.query.Subject == models.Clusters || q.query.Subject == models.Nodes {
			field = "engines"
		}
		if n := q.folded(e); n > 0 && field == "engine" && answer.Fields(q.query.Subject).Lookup("desired") != nil {
			q.add(models.Filter{Field: "desired", Op: models.Eq, Number: float64(n), Not: e.Negated})
			continue
		}
		q.state(e, models.Filter{Field: field, Op: models.Eq, Values: enginesOf(e.Value), Not: e.Negated})
	}
	if q.anyWord(setOf("both")) && countOf(q.parse.Entities, "engine") > 1 {
		q.notes = append(q.notes, "These are of either engine; what is of both at once is not told apart.")
	}
	q.fillKind()
	q.fillDriver()
	q.fillGreps()
	if reply := q.fillReasons(); reply != nil {
		return reply
	}
	for _, i := range q.entities("condition") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if e.Value == "Terminating" && q.query.Subject == models.Deletions {
			continue // all of them are
		}
		if q.idle(e) || e.Value == "orphaned" && strings.Contains(strings.ToLower(e.Text), "left") && slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Value == "unused" }) {
			continue // "left over, no app" says of what
		}
		if contrary[e.Value] != "" && e.Negated {
			e.Value, e.Negated = contrary[e.Value], false
		}
		if near := q.wordsBefore(e.Start, 2); len(near) == 2 && near[1].text == "as" {
			q.had = append(q.had, near[0]) // "marked as default"
		}
		q.suit(e.Value)
		f, ok := q.condition(e.Value)
		if !ok {
			return q.cannot(answer.Fields(q.query.Subject), e.Text)
		}
		if f.Field == "pods" && discarding.MatchString(e.Text) {
			q.notes = append(q.notes, "These are what no pod uses; only those who know the data can tell whether it is still wanted.")
		}
		if f.Not = f.Not != e.Negated; f.Not && f.Field == "spare" {
			f = conditions["no spare"][0] // "cannot survive a node failure"
		}
		q.state(e, f)
	}
	return q.fillHealth()
}

// countOf returns how many entities are of a type.
func countOf(entities []nlp.Entity, kind string) int {
	n := 0
	for _, e := range entities {
		if e.Type == kind {
			n++
		}
	}
	return n
}

// discarding are the words of what may go: "which volumes can be deleted".
var discarding = regexp.MustCompile(`(?i)delet|remov|drop`)

// folded returns how many times a word before "replicated" says that things are: "triple replicated"; 0 if none does.
func (q *question) folded(e nlp.Entity) int {
	near := q.before(e.Start, 1)
	if len(near) == 0 || !strings.HasPrefix(strings.ToLower(e.Text), "replicated") {
		return 0
	}
	return folds[strings.TrimSuffix(near[0], "-replicated")]
}

// fillKind makes a filter of a word for one kind of pool or volume: "thin pools", "volume groups", "zvols", "volumes that are a zvol".
func (q *question) fillKind() {
	f := kindOf(q.query.Subject, q.subjectText())
	for _, i := range q.entities("subject") {
		e := q.parse.Entities[i]
		if near := q.before(e.Start, 1); f == nil && models.Subject(e.Value) == q.query.Subject && len(near) > 0 && (near[0] == "a" || near[0] == "are") {
			f = kindOf(q.query.Subject, e.Text)
		}
	}
	if f != nil {
		q.add(*f)
	}
}

// directlyBefore reports whether an entity of a type begins right behind an offset.
func (q *question) directlyBefore(end int, kind string) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Type == kind && e.Start >= end && strings.TrimSpace(q.text[end:e.Start]) == ""
	})
}

// whichDatabases narrows the databases to those that the sentence lists by kind: "databases (mysql, mongo)".
func (q *question) whichDatabases(all models.Filter) models.Filter {
	i := slices.IndexFunc(q.query.Filters, func(f models.Filter) bool { return f.Field == "workload" && f.Op == models.Eq && !f.Not })
	if i < 0 {
		return all
	}
	all.Values = q.query.Filters[i].Values
	if slices.Contains(all.Values, "postgres") || slices.Contains(all.Values, "postgresql") {
		all.Values = append(all.Values, "-pg", "pg-")
	}
	q.query.Filters = slices.Delete(q.query.Filters, i, i+1)
	return all
}

// suit makes the query about things that a condition can be true of, where the sentence does not say what it is about:
// over-committed are pools, cordoned are nodes, a pod's states are of pods, and what is claimed of disks are block devices.
func (q *question) suit(value string) {
	fits := func(s models.Subject) bool {
		has := func(f models.Filter) bool { return answer.Fields(s).Lookup(f.Field) != nil }
		return slices.ContainsFunc(conditions[value], has) && !slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool { return !has(f) })
	}
	onNode := strings.HasSuffix(value, "claimed") && q.subject == "" && len(q.namesIn("node")) > 0 && q.intent.act == actList
	if (strings.HasSuffix(value, "claimed") || strings.HasSuffix(value, "active")) && (disks[strings.ToLower(q.subjectText())] || onNode) &&
		!slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool { return answer.Fields(models.BlockDevices).Lookup(f.Field) == nil }) {
		q.query.Subject = models.BlockDevices
		return
	}
	if q.query.Subject == models.Claims && q.query.Name == "" && !hasFilter(q.query, "name") && !fits(models.Claims) && fits(models.Volumes) {
		q.query.Subject = models.Volumes // of a claim's copies its volume tells
		return
	}
	if q.subject != "" || q.intent.act == actRefine || len(q.targets) > 0 {
		return
	}
	if podStates[value] {
		q.query.Subject = models.Pods
		return
	}
	for _, s := range []models.Subject{q.query.Subject, models.Volumes, models.Pools, models.Nodes, models.StorageClasses, models.Claims, models.BlockDevices, models.Events} {
		if fits(s) {
			q.query.Subject = s
			if q.intent.act == actOverview {
				q.as("list") // "is anything over-committed?"
			}
			return
		}
	}
}

var (
	disks     = setOf("disk disks drive drives")
	podStates = setOf("CrashLoopBackOff ContainerCreating ImagePullBackOff Terminating")
)

// condition returns the filter of a condition for the query's subject.
func (q *question) condition(value string) (models.Filter, bool) {
	s := answer.Fields(q.query.Subject)
	if value == "empty" && (q.grouped != "" || q.askedFor() != "") {
		return models.Filter{}, false // of namespaces without anything in them nothing tells
	}
	for _, f := range conditions[value] {
		if s != nil && s.Lookup(f.Field) != nil {
			f.Values = slices.Clone(f.Values)
			if f.Field == "redundancy" {
				q.notes = append(q.notes, "Local volumes, which have a single copy by design, are left out: ask “which volumes have only one copy?” for those too.")
			}
			if value == "empty" && q.query.Subject == models.Pools {
				f = models.Filter{Field: "replicas", Op: models.Lt, Number: 1} // a file system of its own takes some space
			}
			switch value {
			case "databases":
				f = q.whichDatabases(f)
				q.notes = append(q.notes, "A workload is taken for a database by its name: MySQL, PostgreSQL, MongoDB, Redis and the like.")
			case "restarting a lot":
				if q.query.Sort == "" && q.query.Aggregate == "" {
					q.query.Sort, q.query.Desc = "restarts", true
				}
			case "empty":
				if f.Field == "used_percent" {
					q.notes = append(q.notes, "“empty” means less than 1% used here.")
				}
			case "nearly full", "full":
				q.notes = append(q.notes, fmt.Sprintf("“%s” means at least %.0f%% used here.", value, f.Number))
			case "no recent snapshot":
				q.notes = append(q.notes, "“Recent” means within the last day here.")
			case "nearly empty":
				q.notes = append(q.notes, fmt.Sprintf("“%s” means at most %.0f%% used here.", value, f.Number))
			}
			return f, true
		}
	}
	return models.Filter{}, false
}
