package intents

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
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
			if near := q.before(e.Start, 1); q.intent.act == actOverview && (len(near) > 0 && near[0] == "since" || strings.Contains(strings.ToLower(e.Text), "since")) {
				q.notes = append(q.notes, "I keep no history, so "+quoted(e.Text)+" is left out: this is how it is now.")
			}
			continue // "is everything ok today?"
		}
		if e.Type == "duration" && !q.dates(e) {
			q.notes = append(q.notes, "I keep no history, so "+quoted(e.Text)+" is left out: this is how it is now.")
			continue
		}
		if unit := q.unitBehind(e); unit > 0 && q.countedField(e) == "" {
			e.Type, e.Number = nlp.Quantity, e.Number*unit // "over 100 but under 200Gi"
		}
		if e.Type == "count" && q.intent.act == actReplicas && len(q.targets) > 0 && q.begins(yesOrNo) {
			if e.Op == "" {
				e.Op = string(models.Eq)
			}
			q.counted = &e // "does data-0 have 2 good copies" is answered, and the copies are shown
			continue
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
		if copying[next.text] && slices.ContainsFunc(q.targets, func(t target) bool {
			return t.negated && t.entity.Start >= next.end && q.within(next.end, t.entity.Start, 2)
		}) {
			continue // "no replica on worker-3" says where
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
			q.had = append(q.had, q.words[i], next)
			break
		}
	}
	return nil
}

// fillSome makes filters of what things have at all: "pods with volumes", "block devices with a file system on them". Nothing that a
// number or another word says more of is taken.
func (q *question) fillSome() {
	s := subjects[q.query.Subject]
	if s == nil || q.query.Name != "" {
		return
	}
	for i := 1; i+1 < len(q.words); i++ {
		if !possessing[q.words[i].text] || lacking[q.words[i-1].text] || notHaving[q.words[i-1].text] || askers[q.words[i-1].text] || q.covering(q.words[i]) != nil {
			continue
		}
		next := q.words[i+1]
		for j := i + 2; articles[next.text] && j < len(q.words); j++ {
			next = q.words[j]
		}
		if e := q.covering(next); e != nil && e.Type != "subject" {
			continue // "with the least replicas"
		}
		behind := q.wordBehind(next)
		if e := q.covering(behind); behind != next && (e != nil || !trailing[behind.text]) {
			continue
		}
		if slices.ContainsFunc(q.targets, func(t target) bool { return t.entity.Start >= next.end && q.within(next.end, t.entity.Start, 2) }) {
			continue // "with a replica on worker-1" says where
		}
		key := someThings[strings.TrimSuffix(next.text, "s")]
		if q.query.Subject == models.Pods && (key == "volumes" || key == "claims" || next.text == "storage") {
			q.had = append(q.had, next) // every pod that is known has
			continue
		}
		f := s.lookup(key)
		if f == nil || key == "name" || hasFilter(q.query, key) {
			continue
		}
		switch f.kind {
		case countKind:
			q.add(models.Filter{Field: key, Op: models.Ge, Number: 1})
		case listKind, textKind:
			q.add(known(key))
		default:
			continue
		}
		q.had = append(q.had, next)
	}
}

var (
	possessing = setOf("with have has having carrying holding")
	articles   = setOf("a an any some at least one the")
	trailing   = setOf("on in at already attached to and or please left mounted on them it for")
	// someThings are the fields that say which, or how many, of a thing things have.
	someThings = map[string]string{"pool": "pools", "volume": "volumes", "pv": "volumes", "claim": "claims", "pvc": "claims", "disk": "volumes", "replica": "replicas",
		"snapshot": "snapshots", "pod": "pods", "taint": "taints", "filesystem": "filesystem", "restart": "restarts", "workload": "workload", "application": "workload",
		"app": "workload", "error": "error", "role": "roles", "consumer": "pods", "mountpoint": "mount", "owner": "workload"}
)

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
	"replica": "replicas", "restart": "restarts", "snapshot": "snapshots", "pod": "pods", "taint": "taints", "disk": "disks", "class": "storageclass", "storageclass": "storageclass",
	"error": "error"}

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
	if excerpting[before[0]] || slices.Contains(before, "top") || happens[q.query.Subject] {
		return true
	}
	return slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool {
		ranked := o.Type == "sort" || o.Type == "subject" && models.Subject(o.Value) == q.query.Subject
		return ranked && (o.Start >= e.End && q.within(e.End, o.Start, 3) || o.End <= e.Start && q.within(o.End, e.Start, 0))
	})
}

// excerpting are the words before a number that says how many are wanted.
var excerpting = setOf("top first last limit only just next show list give me get the these worst best bottom any max")

var having = setOf("wanting wants want desiring needing with have has having holds hold holding only exactly just less least")

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
		case "disk", "drive", "device":
			if q.query.Subject == models.Pools {
				return "disks"
			}
		case "time":
			if q.query.Subject == models.Pods {
				return "restarts" // "restarted more than 5 times"
			}
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
	if slices.Equal(q.before(e.Start, 2), []string{"even", "not"}) {
		f.Op = models.Lt // "not even 20% used"
	}
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
	s := subjects[q.query.Subject]
	if s != nil && e.Type == nlp.Quantity && f.Field == "free" && s.lookup("free") == nil && s.lookup("size") != nil && q.query.Subject != models.Claims {
		f.Field = "size" // "spare block devices larger than 1Ti"
	}
	return f, s != nil && s.lookup(f.Field) != nil
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
