package intents

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/whatif"
)

// fillNumbers turns compared numbers into filters, and a bare count into the limit. Which field is compared is said by the
// words around the number.
func (q *question) fillNumbers() *models.Reply {
	if q.query.Name != "" {
		return nil
	}
	for _, i := range q.entities("percentage", "quantity", "duration", "count") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if e.Type == nlp.Count && q.isDate(e) {
			continue
		}
		if e.Type == "duration" && (q.intent.act == actOverview || q.intent.act == actForecast) {
			continue // "is everything ok today?"
		}
		if e.Type == "duration" && !q.dates(e) {
			q.notes = append(q.notes, "I keep no history, so "+quoted(e.Text)+" is left out: this is how it is now.")
			continue
		}
		if unit := q.unitBehind(e); unit > 0 && q.countedField(e) == "" {
			e.Type, e.Number = nlp.Quantity, e.Number*unit // "over 100 but under 200Gi"
		}
		if e.Type == "count" && !q.counts(e) {
			if e.Number >= 1 && q.limits(e) {
				q.query.Limit = int(e.Number)
				continue
			}
			if e.Number >= 1 {
				return q.incomparable(e)
			}
			continue
		}
		f, ok := q.comparison(e)
		if !ok && f.Field == "free" && q.query.Subject == models.Claims && !hasFilter(q.query, "name") {
			q.query.Subject, ok = models.Volumes, true // what is free in claims is known of their volumes
		}
		if !ok {
			return q.incomparable(e)
		}
		q.query.Filters = append(q.query.Filters, f)
	}
	return nil
}

// isDate reports whether a number is that of a day: "1 March".
func (q *question) isDate(e nlp.Entity) bool {
	return slices.ContainsFunc(append(q.before(e.Start, 1), q.after(e.End, 1)...), func(w string) bool { return months[w] })
}

var months = setOf("january jan february feb march mar april apr may june jun july jul august aug september sep sept october oct november nov december dec")

// unitBehind returns the unit of a compared number that takes it from the next one: of 100 in "over 100 but under 200 GiB". It is
// 0 for every other number.
func (q *question) unitBehind(e nlp.Entity) float64 {
	if e.Type != nlp.Count || e.Op == "" {
		return 0
	}
	for _, other := range q.parse.Entities {
		if other.Type != nlp.Quantity || other.Start < e.End || !q.within(e.End, other.Start, 3) {
			continue
		}
		digits := strings.TrimLeft(other.Text, "<>=≤≥ ")
		digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789."))]
		if n, err := strconv.ParseFloat(digits, 64); err == nil && n > 0 {
			return other.Number / n
		}
	}
	return 0
}

// dates reports whether a time says how old things are or since when they are as they are: it is compared with expressly,
// or the sentence speaks of age, or the things are ones that happen.
func (q *question) dates(e nlp.Entity) bool {
	switch {
	case happens[q.query.Subject] || q.query.Subject == models.Snapshots || q.intent.act == actRefine || q.intent.act == actEvents:
		return true
	case q.ofSnapshots():
		return true
	case e.Op == ">" || e.Op == ">=" || e.Op == "<":
		return true
	case slices.Contains(q.before(e.Start, 3), "from"):
		return true // "claims from the last 3 days"
	}
	return q.anyWord(dating) || q.lasting()
}

// lasting reports whether the sentence asks since when things are as they are, and their subject says it.
func (q *question) lasting() bool {
	s := subjects[q.query.Subject]
	return q.mentions("health") && s != nil && s.lookup("since") != nil
}

// ofSnapshots reports whether a time says how old the snapshots of volumes or claims are: "no snapshot in 7 days".
func (q *question) ofSnapshots() bool {
	s := subjects[q.query.Subject]
	return s != nil && s.lookup("snapshot_age") != nil && slices.ContainsFunc(q.words, func(w word) bool {
		return strings.HasPrefix(w.text, "snapshot") || strings.HasPrefix(w.text, "backup") || w.text == "backed"
	})
}

// snapshotAge makes a filter of a time and uses up the words that say whether there is a snapshot of it.
func (q *question) snapshotAge(e nlp.Entity) models.Filter {
	f := models.Filter{Field: "snapshot_age", Op: models.Le, Number: e.Number}
	lacks := q.anyWord(setOf("no not without never lack lacks lacking missing none"))
	older := slices.ContainsFunc(q.before(e.Start, 5), func(w string) bool { return longer[w] }) || e.Op == ">" || e.Op == ">="
	if lacks != older {
		f.Op = models.Gt
	}
	for i, c := range q.parse.Entities {
		if c.Type == "sort" || strings.HasSuffix(c.Value, "snapshots") || c.Type == "subject" && c.Value == string(models.Snapshots) {
			q.taken[i] = true
		}
	}
	return f
}

var dating = setOf("created creation create made make provisioned new newer newest old older oldest age ages aged young younger youngest recent recently added appeared born restored taken built started came dated date than")

// fillNone makes filters of what things have none of: "nodes without pools", "pods with no volumes", "zero replicas".
func (q *question) fillNone() *models.Reply {
	s := subjects[q.query.Subject]
	if q.query.Name != "" || s == nil {
		return nil
	}
	for i := 0; i+1 < len(q.words); i++ {
		if !lacking[q.words[i].text] && !q.hasNot(i) || q.covered(q.words[i]) || q.words[i].text == "any" && i > 0 && q.words[i-1].text == "by" {
			continue
		}
		next := q.words[i+1]
		if (lacking[next.text] || next.text == "a" || next.text == "an" || next.text == "matching" || next.text == "corresponding") && i+2 < len(q.words) {
			next = q.words[i+2] // "without any pools"
		}
		if next.text == "storage" {
			next = q.wordBehind(next)
		}
		thing := countedThings[strings.TrimSuffix(next.text, "s")]
		if thing == "" {
			thing = countedThings[next.text]
		}
		for _, key := range []string{thing, alternatives[thing], strings.TrimSuffix(thing, "s")} {
			f := s.lookup(key)
			if key == "" || f == nil || f.key == "name" || hasFilter(q.query, key) {
				continue
			}
			switch f.kind {
			case countKind:
				q.add(models.Filter{Field: key, Op: models.Lt, Number: 1})
			case listKind, textKind:
				q.add(not(known(key)))
			case flagKind: // volumes without claims
				q.add(eq(key, "true"))
			default:
				continue
			}
			q.takeBetween(next.start, next.end)
			break
		}
	}
	return nil
}

// wordBehind returns the word that follows another, or that one if it is the last.
func (q *question) wordBehind(w word) word {
	if i := slices.IndexFunc(q.words, func(other word) bool { return other.start == w.end+1 }); i >= 0 {
		return q.words[i]
	}
	return w
}

// hasNot reports whether the word at a place is the "have" of "do not have".
func (q *question) hasNot(i int) bool {
	return i > 0 && (q.words[i].text == "have" || q.words[i].text == "has") && notHaving[q.words[i-1].text]
}

// notHaving are "not" and what is left of "don't" and "doesn't".
var notHaving = setOf("not don doesn dont doesnt")

// covered reports whether a word is part of a condition, which says more than the word does.
func (q *question) covered(w word) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "condition" && w.start >= e.Start && w.end <= e.End })
}

var lacking = setOf("no without zero any lack lacking lacks missing miss misses w/o")

// countedThings are the fields that say how many of a thing, or which, things have.
var countedThings = map[string]string{"pool": "pools", "volume": "volumes", "vol": "volumes", "pv": "volumes", "claim": "claims", "pvc": "claims",
	"replica": "replicas", "restart": "restarts", "snapshot": "snapshots", "pod": "pods", "taint": "taints", "disk": "disks", "class": "storageclass", "storageclass": "storageclass"}

// counts reports whether a count is compared with a field, rather than a limit ("top 5").
func (q *question) counts(e nlp.Entity) bool {
	if _, fold, ok := strings.Cut(e.Text, "-"); ok && fold != "" {
		return q.countedField(e) != ""
	}
	if before := q.before(e.Start, 1); len(before) > 0 && (before[0] == "of" || before[0] == "factor") && q.countedField(e) != "" {
		return true // "a replica count of 3"
	}
	if next := q.after(e.End, 2); len(next) > 0 && (next[0] == "replica" || next[0] == "copy" || len(next) > 1 && (next[0] == "copies" || next[0] == "replicas") && cueTypes(next[1]) != nil) && e.Number > 1 {
		return true // "3 replica volumes"
	}
	return e.Op != "" && e.Op != "=" || q.countedField(e) != "" && slices.ContainsFunc(q.before(e.Start, 3), func(w string) bool {
		return having[w]
	}) || e.Op == "=" && q.countedField(e) != ""
}

// limits reports whether a bare number says how many are wanted: "top 5", "5 biggest volumes", "the first 3".
func (q *question) limits(e nlp.Entity) bool {
	before, after := q.before(e.Start, 2), q.after(e.End, 1)
	if len(before) == 0 || len(after) == 0 || q.intent.act == actRefine || q.intent.act == actMore || q.intent.act == actConsumers || q.intent.act == actReplicas {
		return true
	}
	if before[0] == "of" || before[0] == "is" || before[0] == "to" && before[len(before)-1] != "limit" {
		return false // "a replica count of 3"
	}
	return true
}

var having = setOf("with have has having holds hold holding only exactly just less least")

// countedField returns the field of what is counted after a number ("3 replicas"), or "".
func (q *question) countedField(e nlp.Entity) string {
	near := q.after(e.End, 5)
	if len(near) > 2 && (near[0] == "or" || near[0] == "and") && moreOrLess[near[1]] {
		near = near[2:] // "2 or more replicas"
	}
	near = near[:min(3, len(near))]
	if before := q.before(e.Start, 4); e.Op == "" && slices.ContainsFunc(before, func(w string) bool { return w == "replica" || w == "replicas" || w == "replication" }) &&
		slices.ContainsFunc(before, func(w string) bool { return w == "count" || w == "factor" || w == "desired" || w == "number" }) {
		return "desired"
	}
	if _, fold, ok := strings.Cut(e.Text, "-"); ok && fold != "" {
		near = append([]string{fold}, near...) // "3-replica volumes"
	}
	for i, w := range near {
		switch strings.TrimSuffix(w, "s") {
		case "way", "fold":
			return "desired"
		case "replica", "copie", "copy":
			if q.query.Subject == models.Pools || i > 0 || e.Op != "" && e.Op != "=" {
				return "replicas"
			}
			return "desired"
		case "snapshot", "volume", "pool", "restart":
			return strings.TrimSuffix(w, "s") + "s"
		case "pvc", "claim":
			return "claims"
		case "node":
			return "nodes"
		case "time":
			return "count"
		}
		if i == 0 && w != "healthy" && w != "good" && w != "online" && w != "working" && w != "active" && w != "attached" {
			return ""
		}
	}
	return ""
}

var moreOrLess = setOf("more fewer less above up over")

// comparison returns the filter of a compared number.
func (q *question) comparison(e nlp.Entity) (models.Filter, bool) {
	f := models.Filter{Op: models.Op(e.Op), Number: e.Number, Not: e.Negated}
	near := append(q.before(e.Start, 5), q.after(e.End, 2)...)
	says := func(words set) bool { return slices.ContainsFunc(near, func(w string) bool { return words[w] }) }
	switch e.Type {
	case "count":
		f.Field, f.Op = q.countedField(e), orElse(f.Op, models.Eq)
		q.takeBetween(e.End, e.End+24)
	case "percentage":
		f.Field, f.Op = "used_percent", orElse(f.Op, models.Ge)
		switch {
		case says(committing):
			f.Field = "committed_percent"
		case q.query.Subject == models.Replicas && says(rebuilt):
			f.Field = "progress"
		case says(freeing):
			f.Op, f.Number = mirrored(f.Op), 100-f.Number
		}
	case "quantity":
		f.Field, f.Op = "size", orElse(f.Op, models.Eq)
		switch {
		case says(freeing) || q.intent.act == actCapacity:
			f.Field = "free"
			if e.Op == "" {
				f.Op = models.Ge
			}
		case says(committing):
			f.Field = "committed"
		case says(requesting):
			f.Field = "requested"
		case says(using):
			f.Field = "used"
		}
	case "duration":
		if q.ofSnapshots() {
			return q.snapshotAge(e), true
		}
		f.Field = "age"
		if q.lasting() && (says(staying) || !q.anyWord(dating)) {
			f.Field = "since"
		}
		if f.Op == "" {
			f.Op = models.Le
			if says(longer) {
				f.Op = models.Ge
			}
		}
		if says(newer) && (f.Op == models.Gt || f.Op == models.Ge) {
			f.Op = mirrored(f.Op)
		}
	}
	return f, subjects[q.query.Subject] != nil && subjects[q.query.Subject].lookup(f.Field) != nil
}

var (
	committing = setOf("committed overcommitted over-committed commitment promised")
	rebuilt    = setOf("rebuilt rebuild rebuilding progress synced complete done")
	freeing    = setOf("free left available remain remaining remains spare headroom")
	requesting = setOf("requested request requesting requests asking asked")
	using      = setOf("used using use uses usage consumed consuming consume consumes written data filled holding")
	staying    = setOf("been since for state than")
	longer     = setOf("older longer over ago before beyond exceeding")
	newer      = setOf("newer younger recent fresher")
)

// orElse returns an operator, or another one for none.
func orElse(op, otherwise models.Op) models.Op {
	if op == "" {
		return otherwise
	}
	return op
}

// mirrored returns the operator of the opposite direction: 20 % free is 80 % used.
func mirrored(op models.Op) models.Op {
	switch op {
	case models.Lt:
		return models.Gt
	case models.Le:
		return models.Ge
	case models.Gt:
		return models.Lt
	case models.Ge:
		return models.Le
	}
	return op
}

// mentions reports whether the sentence has an entity of a type, used up or not.
func (q *question) mentions(kind string) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == kind })
}

// takeBetween uses up the entities between two offsets: "healthy" in "fewer than 2 healthy replicas".
func (q *question) takeBetween(from, to int) {
	for i, e := range q.parse.Entities {
		if e.Start >= from && e.End <= to && (e.Type == "health" || e.Type == "subject") {
			q.taken[i] = true
		}
	}
}

// incomparable says that a subject has no such number.
func (q *question) incomparable(e nlp.Entity) *models.Reply {
	s := subjects[q.query.Subject]
	err := &models.Error{Kind: models.Invalid,
		Message: fmt.Sprintf("I do not know what of %s to compare with %s", s.many, quoted(e.Text)),
		Hint:    "Say what you mean, as in “claims over 80% used”, “pools with less than 50Gi free” or “volumes older than 3 days”"}
	return &models.Reply{Text: sentence(err.Message), Notes: hints(err), Err: err}
}

// fillWords turns words for states, engines and conditions into filters.
func (q *question) fillWords() *models.Reply {
	if q.query.Name != "" {
		return nil
	}
	for _, i := range q.entities("engine") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		field := "engine"
		if q.query.Subject == models.Clusters {
			field = "engines"
		}
		q.add(models.Filter{Field: field, Op: models.Eq, Values: enginesOf(e.Value), Not: e.Negated})
	}
	q.fillKind()
	if reply := q.fillReasons(); reply != nil {
		return reply
	}
	for _, i := range q.entities("condition") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if q.idle(e) || e.Value == "orphaned" && strings.Contains(strings.ToLower(e.Text), "left") && slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Value == "unused" }) {
			continue // "left over, no app" says of what
		}
		if contrary[e.Value] != "" && e.Negated {
			e.Value, e.Negated = contrary[e.Value], false
		}
		q.suit(e.Value)
		f, ok := q.condition(e.Value)
		if !ok {
			return q.cannot(subjects[q.query.Subject], e.Text)
		}
		if f.Not = f.Not != e.Negated; f.Not && f.Field == "spare" {
			f = conditions["no spare"][0] // "cannot survive a node failure"
		}
		q.add(f)
	}
	return q.fillHealth()
}

// fillKind makes a filter of a word for one kind of pool: "thin pools", "volume groups".
func (q *question) fillKind() {
	if q.query.Subject != models.Pools {
		return
	}
	text := strings.ToLower(q.subjectText())
	for _, k := range poolKinds {
		if slices.ContainsFunc(k.words, func(w string) bool { return strings.HasPrefix(text, w) }) {
			q.add(eq(k.field, k.value))
			return
		}
	}
}

// poolKinds are the words for kinds of pools, as a pool's kind or engine says it.
var poolKinds = []struct {
	words        []string
	field, value string
}{
	{[]string{"thin"}, "kind", "thin pool"},
	{[]string{"volume group", "vg"}, "kind", "volume group"},
	{[]string{"zpool"}, "kind", "zpool"},
	{[]string{"diskpool", "dsp"}, "kind", "DiskPool"},
	{[]string{"cspi", "cspc", "cstor"}, "engine", string(models.CStor)},
}

// idle reports whether a word for a state states nothing here: "ok, show me volumes", "how full are the pools", "how much
// space is available".
func (q *question) idle(e nlp.Entity) bool {
	if near := q.before(e.Start, 1); len(near) > 0 && (near[0] == "how" || near[0] == "in" && e.Value == "full") {
		return true
	}
	if e.Value == "full" && slices.ContainsFunc(q.parse.Entities, func(p nlp.Entity) bool {
		return p.Type == nlp.Percentage && p.End <= e.Start && q.within(p.End, e.Start, 0)
	}) {
		return true
	}
	if e.Value == "claimed" && q.subject == "" && q.intent.act == actAggregate {
		return true // "how much space is claimed"
	}
	if e.Value == string(models.Rebuilding) && q.intent.act == actReplicas && len(q.targets) > 0 &&
		(!strings.HasSuffix(strings.ToLower(e.Text), "ing") || q.anyWord(setOf("finished done completed complete"))) {
		return true // "how is the rebuild of data-0 going", "has data-0 finished rebuilding"
	}
	if e.Value == "mounted" && q.directlyBefore(e.End, "health") {
		return true // "mounted read-only"
	}
	if e.Value == "no spare" && q.intent.act == actReplicas && len(q.targets) > 0 {
		return true // "did data-0 lose quorum"
	}
	if e.Value == "bound" && slices.Contains(q.before(e.Start, 2), "to") {
		return true // "waiting to be bound"
	}
	if q.intent.act == actConsumers && len(q.targets) > 0 && (e.Value == "mounted" || e.Value == "attached" || e.Value == "bound") {
		return true
	}
	if e.Value == "mounted" && q.intent.act == actAggregate && q.subject == "" {
		return true // "how much storage is in use"
	}
	if e.Value == "mounted" && (q.askedFor() == "engine" || q.grouped == "engine") || q.intent.act == actDescribe && len(q.targets) > 0 {
		return true
	}
	if next := q.after(e.End, 1); e.Value == "unused" && len(next) > 0 && spaces[next[0]] {
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

// directlyBefore reports whether an entity of a type begins right behind an offset.
func (q *question) directlyBefore(end int, kind string) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Type == kind && e.Start >= end && strings.TrimSpace(q.text[end:e.Start]) == ""
	})
}

var (
	spaces        = setOf("space storage capacity room much")
	interjections = setOf("ok okay fine good alright")
)

// fillHealth makes one filter of the words for health: those wanted, or else those not wanted.
func (q *question) fillHealth() *models.Reply {
	if q.intent.act == actImpact && len(q.targets) > 0 && (q.query.Field != "" || q.anyWord(setOf("would stop stops"))) {
		return nil // "if it goes down" says nothing of now
	}
	var wanted, unwanted []string
	places := q.entities("health")
	for _, i := range places {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if q.idle(e) {
			continue
		}
		value, negated := e.Value, e.Negated
		if strings.EqualFold(e.Text, "lost") && q.lostOne(e.End) {
			value = string(models.Degraded)
		}
		if phase := q.phaseOf(e); phase != "" {
			f := eq("phase", phase)
			f.Not = negated
			q.add(f)
			continue
		}
		if value == "unhealthy" {
			value, negated = string(models.Healthy), !negated
		}
		switch {
		case negated:
			unwanted = append(unwanted, value)
		case !slices.Contains(wanted, value):
			wanted = append(wanted, value)
		}
	}
	if q.intent.act == actDescribe && len(q.targets) > 0 {
		return nil // "is mysql ok?" is asked of all that mysql uses
	}
	if len(wanted)+len(unwanted) == 0 && q.intent.act == actList && q.begins(setOf("are is")) && q.words[len(q.words)-1].text == "up" {
		wanted = []string{string(models.Healthy)} // "are all nodes up"
	}
	if len(wanted)+len(unwanted) == 0 || q.intent.act == actOverview && !slices.ContainsFunc(wanted, func(w string) bool { return w != string(models.Healthy) }) {
		return nil
	}
	if q.intent.act == actReplicas && len(q.targets) > 0 && q.begins(yesOrNo) && len(wanted) == 1 && wanted[0] == string(models.Healthy) {
		return nil // "are all copies of data-0 online" is asked of all of them
	}
	if s := subjects[q.query.Subject]; s.lookup("health") == nil {
		if q.query.Subject == models.Events {
			return nil
		}
		return q.cannot(s, "health")
	}
	if q.allHealthy(wanted) {
		wanted, unwanted = nil, []string{string(models.Healthy)}
	}
	if len(wanted) > 0 {
		q.add(models.Filter{Field: "health", Op: models.Eq, Values: wanted})
	} else if len(unwanted) > 0 {
		q.add(models.Filter{Field: "health", Op: models.Eq, Values: unwanted, Not: true})
	}
	return nil
}

// lostOne reports whether what was lost is a copy of many: "volumes that lost their second copy".
func (q *question) lostOne(end int) bool {
	next := q.after(end, 3)
	return slices.ContainsFunc(next, func(w string) bool { return w == "copy" || w == "replica" }) && !slices.ContainsFunc(next, func(w string) bool { return w == "last" || w == "only" || w == "every" })
}

// phaseOf returns the phase that a word for health names where it is one: behind "phase", and "lost" of claims.
func (q *question) phaseOf(e nlp.Entity) string {
	near := q.before(e.Start, 1)
	if s := subjects[q.query.Subject]; s == nil || s.lookup("phase") == nil || strings.Contains(e.Text, " ") {
		return ""
	}
	lost := q.query.Subject == models.Claims && strings.EqualFold(e.Text, "lost")
	if lost || len(near) > 0 && near[0] == "phase" {
		return capital(strings.ToLower(e.Text))
	}
	return ""
}

// allHealthy reports whether the sentence asks whether all are healthy: the answer is the ones that are not.
func (q *question) allHealthy(wanted []string) bool {
	return len(wanted) == 1 && wanted[0] == string(models.Healthy) && (q.begins(setOf("are is all do does")) || q.owns()) && (q.intent.act == actList || q.intent.act == actOverview)
}

// contrary are the conditions that are what is left of another one where it is denied.
var contrary = map[string]string{"claimed": "unclaimed", "unclaimed": "claimed", "unused": "mounted", "thin": "thick", "thick": "thin",
	"active": "inactive", "inactive": "active", "with snapshots": "without snapshots", "without snapshots": "with snapshots",
	"attached": "detached", "detached": "attached", "tainted": "untainted", "untainted": "tainted"}

// engineGroups are words for several engines.
var engineGroups = map[string][]string{"local": {"hostpath", "lvm", "zfs"}, "replicated": {"mayastor", "cstor", "jiva"}}

// enginesOf returns the engines that a word stands for.
func enginesOf(word string) []string {
	if group := engineGroups[word]; group != nil {
		return slices.Clone(group)
	}
	return []string{word}
}

// conditions are what words say of a thing, in order of preference: the first whose field the subject has is taken.
var conditions = map[string][]models.Filter{
	"bound":                {eq("phase", "Bound")},
	"released":             {eq("phase", "Released")},
	"available":            {eq("phase", "Available")},
	"lost":                 {eq("phase", "Lost")},
	"unused":               {not(known("pods")), eq("claimed", "Unclaimed"), {Field: "volumes", Op: models.Le}},
	"mounted":              {known("pods")},
	"attached":             {known("attached"), known("pods")},
	"detached":             {not(known("attached")), not(known("pods"))},
	"tainted":              {known("taints")},
	"untainted":            {not(known("taints"))},
	"nearly empty":         {{Field: "used_percent", Op: models.Le, Number: 20}},
	"thin":                 {eq("thin", "true")},
	"thick":                {eq("thin", "false")},
	"default":              {eq("default", "true")},
	"expandable":           {eq("expandable", "true")},
	"cordoned":             {eq("cordoned", "true")},
	"claimed":              {eq("claimed", "Claimed")},
	"unclaimed":            {eq("claimed", "Unclaimed"), not(known("claim"))},
	"warning":              {not(eq("type", "Normal"))},
	"normal":               {eq("type", "Normal")},
	"nearly full":          {{Field: "used_percent", Op: models.Ge, Number: 80}},
	"full":                 {{Field: "used_percent", Op: models.Ge, Number: 95}},
	"overcommitted":        {{Field: "committed_percent", Op: models.Gt, Number: 100}},
	"without snapshots":    {{Field: "snapshots", Op: models.Lt, Number: 1}},
	"with snapshots":       {{Field: "snapshots", Op: models.Ge, Number: 1}},
	"no redundancy":        {{Field: "redundancy", Op: models.Eq, Values: []string{whatif.Spent, whatif.Single}}},
	"one copy":             {{Field: "copies", Op: models.Le, Number: 1}},
	"able to lose a copy":  {{Field: "spare", Op: models.Ge, Number: 1}},
	"no spare":             {{Field: "spare", Op: models.Lt, Number: 1}},
	"orphaned":             {eq("orphaned", "true"), not(known("pods"))},
	"resizing":             {eq("resize", "pending")},
	"under pressure":       {known("pressure")},
	"ready to use":         {eq("ready", "true")},
	"ReadWriteMany":        {eq("access", "ReadWriteMany")},
	"ReadWriteOnce":        {eq("access", "ReadWriteOnce")},
	"Retain":               {eq("reclaim", "Retain")},
	"delete policy":        {eq("reclaim", "Delete")},
	"WaitForFirstConsumer": {eq("binding", "WaitForFirstConsumer")},
	"Immediate":            {eq("binding", "Immediate")},
	"control-plane":        {eq("roles", "control-plane")},
	"active":               {eq("state", "Active")},
	"inactive":             {eq("state", "Inactive")},
	"CrashLoopBackOff":     {eq("state", "CrashLoopBackOff")},
	"ContainerCreating":    {eq("state", "ContainerCreating")},
	"ImagePullBackOff":     {eq("state", "ImagePullBackOff")},
	"Terminating":          {eq("state", "Terminating")},
}

func eq(field, value string) models.Filter {
	return models.Filter{Field: field, Op: models.Eq, Values: []string{value}}
}

func known(field string) models.Filter { return models.Filter{Field: field, Op: models.Known} }

func not(f models.Filter) models.Filter { f.Not = true; return f }

// suit makes the query about things that a condition can be true of, where the sentence does not say what it is about:
// over-committed are pools, cordoned are nodes, a pod's states are of pods, and what is claimed of disks are block devices.
func (q *question) suit(value string) {
	fits := func(s *subject) bool {
		return slices.ContainsFunc(conditions[value], func(f models.Filter) bool { return s.lookup(f.Field) != nil })
	}
	if strings.HasSuffix(value, "claimed") && disks[strings.ToLower(q.subjectText())] &&
		!slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool { return blockDeviceSubject.lookup(f.Field) == nil }) {
		q.query.Subject = models.BlockDevices
		return
	}
	if q.subject != "" || q.intent.act == actRefine || len(q.query.Filters) > 0 {
		return
	}
	if podStates[value] {
		q.query.Subject = models.Pods
		return
	}
	for _, s := range []*subject{subjects[q.query.Subject], &volumeSubject, &poolSubject, &nodeSubject, &storageClassSubject, &claimSubject, &blockDeviceSubject, &eventSubject} {
		if fits(s) {
			q.query.Subject = s.Subject
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
	s := subjects[q.query.Subject]
	for _, f := range conditions[value] {
		if s != nil && s.lookup(f.Field) != nil {
			f.Values = slices.Clone(f.Values)
			if value == "no redundancy" {
				q.notes = append(q.notes, "Local volumes, which have a single copy by design, are left out: ask “which volumes have only one copy?” for those too.")
			}
			switch value {
			case "nearly full", "full":
				q.notes = append(q.notes, fmt.Sprintf("“%s” means at least %.0f%% used here.", value, f.Number))
			case "nearly empty":
				q.notes = append(q.notes, fmt.Sprintf("“%s” means at most %.0f%% used here.", value, f.Number))
			}
			return f, true
		}
	}
	return models.Filter{}, false
}
