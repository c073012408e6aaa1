package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// fieldWords are the words for fields in "per X", "sort by X" and "total X".
var fieldWords = map[string]string{
	"namespace": "namespace", "ns": "namespace", "project": "namespace", "engine": "engine", "backend": "engine", "driver": "engine",
	"node": "node", "host": "node", "worker": "node", "machine": "node", "server": "node", "pool": "pool", "zpool": "pool", "vg": "pool", "diskpool": "pool", "datastore": "pool", "class": "storageclass", "storageclass": "storageclass",
	"sc": "storageclass", "health": "health", "status": "health", "state": "state", "phase": "phase", "cluster": "cluster", "environment": "cluster",
	"workload": "workload", "app": "workload", "application": "workload", "team": "namespace", "reclaim": "reclaim", "kind": "kind", "type": "type",
	"reason": "reason", "claim": "claim", "pvc": "claim", "volume": "volume", "pod": "pods", "group": "group", "provisioner": "provisioner",
	"size": "size", "capacity": "size", "bytes": "size", "storage": "size", "space": "size", "provisioned": "size", "allocated": "size", "big": "size", "large": "size",
	"used": "used", "usage": "used_percent", "use": "used", "uses": "used", "consumed": "used", "consumption": "used", "utilisation": "used_percent",
	"utilization": "used_percent", "percent": "used_percent", "fullness": "used_percent", "fill": "used_percent", "filled": "used_percent", "full": "used_percent", "raw": "size", "free": "free", "available": "free", "left": "free",
	"remaining": "free", "waste": "free", "wasted": "free", "wasting": "free", "requested": "requested", "request": "requested", "requests": "requested", "age": "age", "date": "age", "created": "age", "creation": "age", "time": "age", "old": "age",
	"replica": "replicas", "replicas": "replicas", "name": "name", "count": "count", "restarts": "restarts", "restart": "restarts",
	"target": "target", "zone": "zone", "zones": "zone", "az": "zone", "filesystem": "filesystem", "fs": "filesystem", "fstype": "filesystem", "format": "filesystem", "compression": "compression", "committed": "committed", "progress": "progress", "redundancy": "redundancy",
	"occupy": "used", "occupies": "used", "unused": "free", "claimed": "requested", "burn": "used", "hog": "used", "gobble": "used", "swallow": "used", "devour": "used", "eaten": "used", "taken": "used", "occupied": "used", "hogged": "used", "eating": "used", "consuming": "used", "taking": "used", "fills": "used_percent", "du": "used", "room": "free", "headroom": "free", "copy": "replicas", "copies": "replicas", "commitment": "committed_percent", "overcommitment": "committed_percent", "footprint": "used", "data": "used", "store": "used", "stored": "used", "eat": "used", "consume": "used", "hold": "used", "take": "used",
}

// fieldOf returns the query's subject's field for a word; "" if it has none.
func (q *question) fieldOf(w string) string {
	s := answer.Fields(q.query.Subject)
	if s == nil {
		return ""
	}
	for _, form := range []string{w, strings.TrimSuffix(w, "s"), strings.TrimSuffix(w, "es"), exchanged(w)} {
		key := fieldWords[form]
		for _, k := range []string{key, alternatives[key]} {
			if k != "" && s.Lookup(k) != nil {
				return k
			}
		}
	}
	return ""
}

// exchanged returns the word for a field that a long word is with two neighbouring letters exchanged: "utilistaion"; "" if it is none.
func exchanged(w string) string {
	for i := 1; i+1 < len(w) && len(w) > 6; i++ {
		if other := w[:i] + w[i+1:i+2] + w[i:i+1] + w[i+2:]; fieldWords[other] != "" {
			return other
		}
	}
	return ""
}

// alternatives are the fields to take where a subject has not the one that is asked for.
var alternatives = map[string]string{
	"used_percent": "used", "used": "size", "state": "phase", "kind": "engine", "type": "engine", "engine": "provisioner", "claim": "name", "volume": "name",
	"claims": "orphaned", "pool": "name", "node": "name", "storageclass": "class", "replicas": "volumes", "size": "requested",
}

// theMost reports whether a superlative means one thing: "the newest of these", or "the newest?" and nothing else behind a question.
func (q *question) theMost(e nlp.Entity) bool {
	if next := q.after(e.End, 1); len(next) > 0 && next[0] == "of" && q.begins(setOf("the")) {
		return true // "the newest of the snapshots"
	}
	return q.follows() && len(q.words) < 5 && strings.HasSuffix(strings.ToLower(e.Text), "est") && !q.anyWord(setOf("first last top sort sorted order by")) && !q.anyWord(setOf("ones"))
}

// inOrder makes an order of a word for a field with its direction right behind it, as one types it: "usage desc". What stands behind "by" may be
// what things are grouped by.
func (q *question) inOrder() {
	for i := 1; i < len(q.words); i++ {
		field, w := q.words[i-1], q.words[i]
		key := fieldWords[field.text]
		if key == "" || !directions[w.text] || slices.Contains(q.before(field.start, 3), "by") || q.clauseEnds(field.end, w.start) || slices.ContainsFunc(q.found.Entities, func(e nlp.Entity) bool { return e.Type == "sort" }) {
			continue
		}
		start, direction := field.start, "desc"
		if strings.HasPrefix(w.text, "asc") {
			direction = "asc"
		}
		q.found.Entities = slices.DeleteFunc(slices.Clone(q.found.Entities), func(e nlp.Entity) bool { return e.Start < w.end && start < e.End })
		q.found.Entities = append(q.found.Entities, nlp.Entity{Type: "sort", Value: key + " " + direction, Text: q.text[start:w.end], Start: start, End: w.end, Score: 1, Source: nlp.FromLookup})
		slices.SortStableFunc(q.found.Entities, func(a, b nlp.Entity) int { return a.Start - b.Start })
		return
	}
}

var directions = setOf("asc ascending desc descending")

// fillOrder takes the order and the limit from words such as "biggest" and "sort by age".
func (q *question) fillOrder() *models.Reply {
	if q.query.Name != "" && q.intent.act != actSort {
		return nil
	}
	for _, i := range q.entities("sort") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		field, direction, _ := strings.Cut(e.Value, " ")
		s := answer.Fields(q.query.Subject)
		if next := q.after(e.End, 1); field == "size" && len(next) > 0 && amountWords[next[0]] != "" && s.Lookup(amountWords[next[0]]) != nil {
			field = amountWords[next[0]] // "largest used space"
		}
		if field == "size" && q.intent.act == actCapacity && q.anyWord(setOf("free")) && s.Lookup("free") != nil {
			field = "free" // "biggest chunk of free space"
		}
		if field == "volumes" && q.query.Subject == models.Nodes && q.anyWord(attaching) {
			field = "attached" // "the node with the most volumes mounted"
		}
		if field == "unhealthy" && s.Lookup(field) == nil || field == "health" && q.query.Subject == models.Clusters {
			field = map[bool]string{true: "health", false: "unhealthy"}[field == "unhealthy"]
		}
		if pools := answer.Fields(models.Pools); s.Lookup(field) == nil && q.subject == "" && len(q.query.Filters) == 0 && pools.Lookup(field) != nil {
			q.query.Subject, s = models.Pools, pools // "the overcommit ratio of each pool"
		}
		if field == "volumes" && q.query.Subject == models.Pools {
			field = "replicas" // what a pool has of volumes
		}
		if s.Lookup(field) == nil {
			field = alternatives[field]
		}
		if field == "" || s.Lookup(field) == nil {
			return q.cannot(s, e.Text)
		}
		q.query.Sort, q.query.Desc, q.query.Offset = field, direction == "desc", 0
		if next := q.after(e.End, 1); len(next) > 0 && next[0] == "last" {
			q.query.Desc = !q.query.Desc // "biggest last"
		}
		if q.query.Limit == 0 && e.Value != "name asc" && (q.single(e.End) || q.endsWithIt(e) || q.theMost(e)) {
			q.query.Limit = 1
		}
		if near := q.before(e.Start, 1); q.query.Limit == 1 && len(near) > 0 && ordinals[near[0]] > 1 {
			q.query.Offset = ordinals[near[0]] - 1 // "the second biggest volume"
		}
	}
	q.sortBy()
	q.lastOne()
	return nil
}

// lastOne takes "the last snapshot" for the newest.
func (q *question) lastOne() {
	s := answer.Fields(q.query.Subject)
	text := q.subjectText()
	if q.query.Sort != "" || text == "" || plural(text) || s.Lookup("age") == nil || q.mentions("duration") {
		return
	}
	for _, e := range q.parse.Entities {
		if near := q.before(e.Start, 1); e.Type == "subject" && e.Text == text && len(near) > 0 && near[0] == "last" {
			q.query.Sort, q.query.Desc, q.query.Limit = "age", false, 1
		}
	}
}

// single reports whether a superlative is followed by a subject in the singular: "the biggest volume".
func (q *question) single(end int) bool {
	if next := q.after(end, 1); len(next) > 0 && next[0] == "among" {
		return q.within(0, end, 6) // "lowest free space among the pools"
	}
	for _, e := range q.parse.Entities {
		if e.Type == "subject" && e.Start >= end && q.within(end, e.Start, 2) {
			if near := q.before(e.Start, 1); near[0] == "each" || near[0] == "every" {
				return false // "the overcommit ratio of every pool"
			}
			return !plural(e.Text) && !uncountable[strings.ToLower(e.Text)]
		}
	}
	if next := q.after(end, 1); len(next) > 0 && next[0] == "one" {
		return true
	}
	text := q.subjectText()
	if near := q.before(end, 3); text != "" && !plural(text) && slices.ContainsFunc(near, func(w string) bool { return originating[w] }) {
		return true // "lvm volume created last"
	}
	return text != "" && !plural(text) && !uncountable[strings.ToLower(text)] && (q.begins(asking) || strings.HasPrefix(q.text, text+" with "))
}

// originating are the participles of superlatives that stand behind what they are said of.
var originating = setOf("created made provisioned added around existed lived")

// amountWords are the words behind "largest" that say of what.
var amountWords = map[string]string{"used": "used", "usage": "used_percent", "free": "free", "requested": "requested", "committed": "committed"}

// endsWithIt reports whether a sentence asks which of many is the first in an order: "which of the pools is the fullest?".
func (q *question) endsWithIt(e nlp.Entity) bool {
	near := q.before(e.Start, 2)
	return len(near) == 2 && near[0] == "the" && near[1] == "is" && len(q.after(e.End, 1)) == 0
}

var asking = setOf("which what the")

var uncountable = setOf("storage capacity space")

// sortBy takes the order from "sort by X", "ordered by X descending".
func (q *question) sortBy() {
	for i := 1; i < len(q.words); i++ {
		if field := q.fieldOf(q.words[i-1].text); field != "" && q.words[i].text == "order" && q.query.Sort == "" { // "in usage order"
			q.query.Sort, q.query.Desc, q.query.Offset = field, answer.Fields(q.query.Subject).Lookup(field).Kind.Numeric(), 0
		}
	}
	for i := 0; i+1 < len(q.words); i++ {
		w := q.words[i]
		ordered := w.text == "of" && q.words[max(0, i-1)].text == "order" // "in ascending order of size"
		if !ordered && w.text != "by" || !ordered && i > 0 && !sorting[q.words[i-1].text] && q.intent.act != actSort && !q.byNumber(i+1) {
			continue
		}
		for j, next := range q.words[i+1 : min(i+4, len(q.words))] {
			if e := q.covering(next); e != nil && e.Value == "unused" {
				break // "space held by unused volumes"
			}
			field := q.fieldOf(next.text)
			if key := answer.Fields(q.query.Subject).Counting(next.text); key != "" && (q.anyWord(setOf("count number")) || plural(next.text)) {
				field = key // "by volume count"
			}
			if field == "" || next.text == "storage" && i+j+2 < len(q.words) && strings.HasPrefix(q.words[i+j+2].text, "class") {
				continue
			}
			if field == q.query.Sort && q.mentions("sort") {
				break // "by age, newest first"
			}
			numeric := answer.Fields(q.query.Subject).Lookup(field).Kind.Numeric()
			if !numeric && (q.intent.act == actAggregate || q.mentions("aggregate")) {
				break // a sum is broken down by it
			}
			q.query.Sort, q.query.Desc, q.query.Offset = field, numeric, 0
			break
		}
	}
	if q.query.Sort == "" {
		return
	}
	for _, e := range q.parse.Entities {
		if text := strings.ToLower(e.Text); e.Type == "sort" && strings.HasSuffix(text, " first") && !strings.HasPrefix(e.Value, q.query.Sort+" ") {
			q.query.Desc = strings.HasSuffix(e.Value, "desc") // "sorted by free space, smallest first"
		}
	}
	q.direct()
}

// direct takes the direction of the order from "ascending" and the like, and has what is the worst by a threshold ordered by that.
func (q *question) direct() {
	if f := q.threshold(); f != nil && q.query.Sort == "health" && q.anyWord(setOf("worst")) {
		q.query.Sort, q.query.Desc = f.Field, f.Op == models.Gt || f.Op == models.Ge
		return
	}
	switch from := q.orderedFrom(); {
	case smallest[from]:
		q.query.Desc = false
	case greatest[from]:
		q.query.Desc = true
	case q.anyWord(setOf("ascending asc increasing upwards bottom")):
		q.query.Desc = false
	case q.anyWord(setOf("descending desc decreasing downwards")):
		q.query.Desc = true
	case q.anyWord(setOf("reverse reversed opposite")):
		q.query.Desc = !q.query.Desc
	}
}

// orderedFrom returns the word that an order begins with: "from least free to most free".
func (q *question) orderedFrom() string {
	for i, w := range q.words[:max(0, len(q.words)-2)] {
		if next := q.words[i+1].text; w.text == "from" && slices.ContainsFunc(q.words[i+2:], func(o word) bool { return o.text == "to" }) {
			return next
		}
	}
	return ""
}

var (
	smallest = setOf("least lowest smallest fewest shortest little low small")
	greatest = setOf("most highest biggest largest longest high big large")
)

// threshold returns the only filter of the query that is one of a number, nil if there is none or more than one.
func (q *question) threshold() *models.Filter {
	var only *models.Filter
	for i, f := range q.query.Filters {
		if len(f.Values) > 0 || f.Op == models.Known {
			continue
		}
		if only != nil {
			return nil
		}
		only = &q.query.Filters[i]
	}
	return only
}

var sorting = setOf("sort sorted order ordered rank ranked arrange arranged list listed sorting them it this those volumes pvcs claims pools nodes")

// byNumber reports whether the word at a place is a numeric field, by which things are sorted and not grouped.
func (q *question) byNumber(place int) bool {
	w := q.words[place].text
	if w == "storage" && place+1 < len(q.words) && strings.HasPrefix(q.words[place+1].text, "class") {
		return false
	}
	if (w == "number" || w == "count") && place+2 < len(q.words) {
		return answer.Fields(q.query.Subject).Counting(q.words[place+2].text) != "" // "classes by number of volumes"
	}
	field := q.fieldOf(w)
	if field == "" {
		return false
	}
	return answer.Fields(q.query.Subject).Lookup(field).Kind.Numeric()
}
