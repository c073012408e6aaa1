package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// idle reports whether a word for a state states nothing here: "ok, show me volumes", "how full are the pools", "how much
// space is available".
func (q *question) idle(e nlp.Entity) bool {
	if q.leadsTo(e) || q.numbered(e) || q.idleSpace(e) {
		return true
	}
	if next := q.after(e.End, 1); len(next) > 0 && restorable[strings.ToLower(e.Text)] && answer.Fields(models.Volumes).Counting(next[0]) == "snapshots" && q.query.Subject != models.Snapshots {
		return true // "volumes with a ready snapshot" says of the snapshot
	}
	if next := q.after(e.End, 1); strings.HasPrefix(strings.ToLower(e.Text), "have all ") && len(next) > 0 && naming[next[0]] {
		return true // "have all their replicas in one zone" says where
	}
	if near := q.before(e.Start, 1); len(near) > 0 && (near[0] == "how" || near[0] == "in" && e.Value == "full") {
		return true
	}
	if e.Value == "full" && slices.ContainsFunc(q.parse.Entities, func(p nlp.Entity) bool {
		return p.Type == nlp.Percentage && p.End <= e.Start && q.within(p.End, e.Start, 0)
	}) {
		return true
	}
	if e.Value == "unused" && q.subject == "" && q.intent.act == actAggregate {
		return true // "how much of the storage is unused"
	}
	if near := q.after(e.End, 1); strings.EqualFold(e.Text, "stuck") && len(near) > 0 && (near[0] == "in" || near[0] == "at") && q.anyOf("condition", e.End) {
		return true // "stuck in Released"
	}
	if e.Value == "claimed" && q.subject == "" && q.intent.act == actAggregate {
		return true // "how much space is claimed"
	}
	if e.Value == string(models.Rebuilding) && q.intent.act == actReplicas && len(q.targets) > 0 &&
		(!strings.HasSuffix(strings.ToLower(e.Text), "ing") || q.anyWord(setOf("finished done completed complete"))) {
		return true // "how is the rebuild of data-0 going", "has data-0 finished rebuilding"
	}
	if (e.Value == "attached" || e.Value == "mounted") && slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool { return f.Field == "pods" && f.Op == models.Known && f.Not }) {
		return true // "no pod attached to them"
	}
	if (e.Value == "attached" || e.Value == "mounted") && q.query.Subject == models.Nodes && (hasFilter(q.query, "volumes") || q.mentions("sort")) {
		return true // "nodes with more than 10 volumes attached"
	}
	if e.Value == "unclaimed" && slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Value == "orphaned" && o.Start != e.Start }) {
		return true // "left over, nobody claims them" says of what
	}
	if e.Value == "mounted" && q.directlyBefore(e.End, "health") {
		return true // "mounted read-only"
	}
	if e.Value == "no spare" && q.intent.act == actReplicas && len(q.targets) > 0 {
		return true // "did data-0 lose quorum"
	}
	if e.Value == "ready to use" && q.query.Subject == models.Pools {
		q.notes = append(q.notes, "This is raw space: a volume takes its size once for each of its replicas.")
		return true // "how much usable space is left"
	}
	if e.Value == "databases" && !plural(e.Text) && !strings.Contains(e.Text, " ") && len(q.targets) > 0 {
		return true // "the orders database" is whatever orders has
	}
	if discarding.MatchString(e.Text) && q.intent.act == actImpact && answer.Supposes(q.query) {
		return true // "can pool tank be deleted"
	}
	if q.deletedBySomebody(e) {
		return true
	}
	if podStates[e.Value] && q.intent.act == actWhy && len(q.targets) > 0 && q.query.Subject != models.Pods {
		return true // "wiki is crashlooping, is it the storage" says how its pods are
	}
	if e.Value == "bound" && slices.Contains(q.before(e.Start, 2), "to") {
		return true // "waiting to be bound"
	}
	if q.intent.act == actConsumers && len(q.targets) > 0 && (e.Value == "mounted" || e.Value == "attached" || e.Value == "bound" || e.Value == "unused" && q.subject == "") {
		return true
	}
	if e.Value == "mounted" && q.intent.act == actAggregate && q.subject == "" {
		return true // "how much storage is in use"
	}
	if e.Value == "mounted" && (q.askedFor() != "" || q.grouped == "engine" || q.grouped == "provisioner") || q.intent.act == actDescribe && len(q.targets) > 0 {
		return true
	}
	if next := q.after(e.End, 1); e.Value == "unused" && len(next) > 0 && spaces[next[0]] && q.intent.act != actList {
		return true // what is not used of them, not what nobody uses
	}
	if e.Value == "available" && (q.anyWord(spaces) || q.query.Subject != models.Volumes && q.query.Subject != models.Claims) {
		return true
	}
	if q.anyWord(setOf("quorum")) && len(q.targets) > 0 && (strings.EqualFold(e.Text, "lost") || strings.EqualFold(e.Text, "gone")) && q.intent.act == actReplicas {
		return true // of the quorum, not of a replica
	}
	if e.Value != string(models.Healthy) || len(q.words) == 0 {
		return false
	}
	if q.intent.act == actCapacity && !e.Negated && !q.directlyBefore(e.End, "subject") {
		return true // "are we ok on space?"
	}
	first := q.words[0]
	return e.Start == first.start && len(q.words) > 2 && interjections[strings.ToLower(e.Text)] &&
		(strings.HasPrefix(q.text[e.End:], ",") || !q.directlyBefore(e.End, "subject"))
}

// idleSpace reports whether a word for a state speaks of space, or of what would be: "space lost to orphaned volumes", "unprovisioned
// space", "too full for 100Gi", "would it be missed if it was gone".
func (q *question) idleSpace(e nlp.Entity) bool {
	next := append(q.after(e.End, 2), "", "")
	switch {
	case e.Value == "empty" && (q.query.Subject == models.BlockDevices || q.mentions(nlp.Percentage) || slices.Contains(q.before(e.Start, 1), "half")):
		return true
	case strings.EqualFold(e.Text, "lost") && (next[0] == "to" || next[0] == "on" || next[0] == "by" || next[0] == "in"):
		return true
	case e.Value == string(models.Awaiting) && strings.Contains(strings.ToLower(e.Text), "provision") && (spaces[next[0]] || q.intent.act == actCapacity):
		return true
	case e.Value == "full" && next[0] == "for" && q.mentions(nlp.Quantity) && q.anyWord(setOf("too")):
		return true
	}
	return q.intent.act == actConsumers && len(q.targets) > 0 && e.Type == "health" && slices.Contains(q.before(e.Start, 3), "if")
}

// anyOf reports whether an entity of a type stands behind an offset.
func (q *question) anyOf(kind string, from int) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == kind && e.Start >= from })
}

// leadsTo reports whether a word such as "gone" says how something came to be what the next word says: "gone read-only".
func (q *question) leadsTo(e nlp.Entity) bool {
	return becoming[strings.ToLower(e.Text)] && (q.directlyBefore(e.End, "health") || q.directlyBefore(e.End, "condition"))
}

var becoming = setOf("gone went")

// numbered reports whether a word for "nearly full" or the like stands beside a number that says what is meant by it: "nearly empty,
// say below 15 percent".
func (q *question) numbered(e nlp.Entity) bool {
	return (strings.HasPrefix(e.Value, "nearly ") || e.Value == "full") && hasFilter(q.query, "used_percent")
}

var (
	spaces        = setOf("space storage capacity room much")
	interjections = setOf("ok okay fine good alright")
)

// deletedBySomebody reports whether what sounds like a reclaim policy is what somebody does: "how much would I get back if I delete the volumes"
// narrows none.
func (q *question) deletedBySomebody(e nlp.Entity) bool {
	return e.Value == "delete policy" && slices.ContainsFunc(q.before(e.Start, 3), func(w string) bool { return doers[w] })
}

// doers are the words before what somebody does, and no policy.
var doers = setOf("i we you one someone somebody anyone anybody us me")
