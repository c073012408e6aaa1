package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
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
	for _, form := range []string{w, strings.TrimSuffix(w, "s"), strings.TrimSuffix(w, "es")} {
		key := fieldWords[form]
		for _, k := range []string{key, alternatives[key]} {
			if k != "" && s.Lookup(k) != nil {
				return k
			}
		}
	}
	return ""
}

// alternatives are the fields to take where a subject has not the one that is asked for.
var alternatives = map[string]string{
	"used_percent": "used", "used": "size", "state": "phase", "kind": "engine", "type": "engine", "engine": "provisioner", "cluster": "cluster", "claim": "name", "volume": "name",
	"claims": "orphaned", "pool": "name", "node": "name", "storageclass": "class", "replicas": "volumes", "size": "requested",
}

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
		if q.query.Limit == 0 && e.Value != "name asc" && (q.single(e.End) || q.endsWithIt(e)) {
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
	switch {
	case q.anyWord(setOf("ascending asc increasing upwards bottom")):
		q.query.Desc = false
	case q.anyWord(setOf("descending desc decreasing downwards")):
		q.query.Desc = true
	case q.anyWord(setOf("reverse reversed opposite")):
		q.query.Desc = !q.query.Desc
	}
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

// fillAggregate takes what is to be computed, over which field, and by which groups.
func (q *question) fillAggregate() *models.Reply {
	query := q.query
	if query.Name != "" {
		return nil
	}
	switch q.intent.act {
	case actCount, actTally:
		query.Aggregate, query.Field, query.Offset = models.Count, "", 0
		if q.mentions("sort") && q.anyWord(setOf("per each every")) {
			break // "the fullest volume per node"
		}
		if query.Sort != "" && query.GroupBy == "" && q.intent.act == actCount && q.grouped == "" && q.mentions("sort") {
			q.notes = append(q.notes, "A count has no order: what says “first” or “biggest” is left out.")
		}
		if query.GroupBy == "" {
			query.Sort = ""
		}
	case actAggregate:
		query.Aggregate = models.Sum
	}
	for _, i := range q.entities("aggregate") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if near := q.before(e.Start, 1); strings.EqualFold(e.Text, "mean") && len(near) > 0 && speakers[near[0]] {
			continue // "i mean"
		}
		if q.intent.act == actAggregate || q.intent.act == actCapacity || q.intent.act == actList || q.intent.act == actRefine {
			if e.Value != models.Count || query.Aggregate == "" {
				query.Aggregate = e.Value
			}
		}
	}
	for _, w := range q.words {
		if statistics[w.text] && q.covering(w) == nil {
			err := &models.Error{Kind: models.Invalid, Message: "I cannot compute the " + w.text,
				Hint: "I can compute the total, the average, the median, the smallest and the largest"}
			return &models.Reply{Text: sentence(err.Message), Notes: hints(err), Err: err}
		}
	}
	q.groupBy()
	if values := q.computed(); len(values) > 1 && query.GroupBy == "" && !slices.Contains(values, models.Sum) {
		query.Aggregate = models.Spread
	} else if len(values) > 1 {
		q.notes = append(q.notes, "I compute one thing at a time: this is only the "+aggregateNames[query.Aggregate]+".")
	}
	if q.firstOfEach() {
		return nil
	}
	if q.intent.act == actAggregate && query.GroupBy == "" && query.Sort != "" && query.Limit <= 1 && !q.mentions("aggregate") { // "highest usage of the pools"
		if query.Limit = 1; q.begins(questioning) && plural(q.subjectText()) {
			query.Limit = 0 // "which pvcs use the most space"
		}
		query.Aggregate = ""
		q.as("list")
		return nil
	}
	if q.intent.act == actAggregate && query.GroupBy == "" && query.Limit > 1 && !q.mentions("aggregate") { // "top 5 claims by used space"
		if query.Sort == "" {
			query.Sort, query.Desc = q.measured(), true
		}
		query.Aggregate = ""
		q.as("list")
		return nil
	}
	if query.Aggregate != "" && query.Aggregate != models.Count && (query.Field == "" || q.intent.act != actRefine) {
		if field := q.measured(); field != "" {
			query.Field = field
		} else {
			query.Aggregate = models.Count
		}
	}
	if query.GroupBy != "" && query.Aggregate == "" {
		q.perGroup()
	}
	if query.GroupBy != "" && query.Aggregate == models.Sum && query.Sort != "" && answer.Fields(query.Subject).Lookup(query.Sort).Kind.Numeric() {
		query.Sort = query.Field // "which namespaces take the most space"
	}
	if query.GroupBy != "" && query.Aggregate == models.Sum && query.Sort == "" && q.anyWord(setOf("least fewest smallest lowest")) {
		query.Sort, query.Desc = query.Field, false // "which app stores the least"
	}
	if query.Aggregate != "" && query.GroupBy == "" {
		query.Limit, query.Sort, query.Desc = 0, "", false
	}
	if query.Aggregate == models.Count && query.GroupBy != "" || query.Aggregate == models.Sum {
		for _, figure := range q.figures() {
			if figure != query.Field {
				query.Show = append(query.Show, figure)
			}
		}
	}
	return nil
}

// statistics are what is not computed.
var statistics = setOf("percentile percentiles quartile quartiles quantile deviation variance p50 p90 p95 p99 histogram distribution")

// computed returns the different aggregates that the sentence asks for.
func (q *question) computed() []string {
	var values []string
	for _, e := range q.parse.Entities {
		value := e.Value
		if e.Type == "sort" && q.mentions("aggregate") {
			value = extremes[strings.ToLower(e.Text)] // "smallest, average and largest size"
		} else if e.Type != "aggregate" || value == models.Count {
			value = ""
		}
		if value != "" && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}

// extremes are the superlatives that say which end of a range is asked for.
var extremes = map[string]string{"smallest": models.Minimum, "lowest": models.Minimum, "largest": models.Maximum, "biggest": models.Maximum, "highest": models.Maximum}

var aggregateNames = map[string]string{models.Sum: "total", models.Average: "average", models.Median: "median", models.Minimum: "smallest", models.Maximum: "largest", models.Count: "number"}

// firstOfEach lists the first things of each group: "the biggest volume per storage class", "the top 3 volumes of each namespace".
func (q *question) firstOfEach() bool {
	query := q.query
	if query.GroupBy == "" || q.mentions("aggregate") || q.intent.act != actAggregate && q.intent.act != actList && q.intent.act != actCount || !q.anyWord(setOf("per each every")) {
		return false
	}
	switch at := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "sort" }); {
	case query.Limit > 1 && q.limitsSubject():
	case at >= 0 && query.Sort != "" && q.single(q.parse.Entities[at].End):
	default:
		return false
	}
	q.eachFirst()
	return true
}

// limitsSubject reports whether the number of things that is asked for stands before the noun for them, and not before that for the groups.
func (q *question) limitsSubject() bool {
	at := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "count" })
	return at >= 0 && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		start := q.parse.Entities[at].End
		return e.Type == "subject" && e.Start >= start && e.Text == q.subjectText() && q.within(start, e.Start, 2)
	})
}

// eachFirst lists the first things of each group in the order that is asked for, the biggest or fullest if none is.
func (q *question) eachFirst() {
	query := q.query
	if query.Sort == "" {
		query.Sort, query.Desc = q.measured(), true
	}
	query.Each, query.Limit = max(query.Limit, 1), 0
	query.Aggregate, query.Field = "", ""
	q.as("list")
}

// perGroup decides what is computed for each group where the sentence does not say it: the extreme of what it sorts by
// ("the biggest volume in each namespace"), the space of pools that is asked for, or else the number.
func (q *question) perGroup() {
	query := q.query
	query.Aggregate = models.Count
	s := answer.Fields(query.Subject)
	by := s.Lookup(query.Sort)
	switch {
	case query.Sort != "" && by.Kind.Numeric() && q.anyWord(setOf("each every")):
		q.eachFirst()
	case q.intent.act == actCapacity && s.Lookup("free") != nil:
		query.Aggregate, query.Field = models.Sum, "free"
	}
}

// measured returns the numeric field that an aggregate is computed over.
func (q *question) measured() string {
	if q.anyWord(setOf("deleting removing dropping")) && answer.Fields(q.query.Subject).Lookup("used") != nil {
		return "used"
	}
	s := answer.Fields(q.query.Subject)
	if q.anyWord(setOf("minus")) && s.Lookup("free") != nil {
		return "free" // "allocated minus used"
	}
	fallback := ""
	for i, w := range q.words {
		field := q.fieldOf(w.text)
		if (w.text == "unused" || wasting[w.text]) && (hasFilter(q.query, "pods") || hasFilter(q.query, "orphaned") || hasFilter(q.query, "phase")) {
			continue // "what do unused claims cost us"
		}
		if wasting[w.text] && field == "free" {
			q.notes = append(q.notes, "“"+phrase.Capital(w.text)+"” means here what volumes have been given and is not used.")
		}
		if field == "used" && i+1 < len(q.words) && shares[q.words[i+1].text] {
			field = "used_percent"
		}
		if field == "used_percent" && q.query.Aggregate == models.Sum && s.Lookup("used") != nil {
			field = "used"
		}
		if field == "" || field == q.query.GroupBy || !s.Lookup(field).Kind.Numeric() {
			continue
		}
		if w.text != "storage" && w.text != "space" && w.text != "capacity" {
			return field
		}
		fallback = field
	}
	if fallback != "" {
		return fallback
	}
	for _, field := range []string{"size", "volumes", "count"} {
		if s.Lookup(field) != nil {
			return field
		}
	}
	return ""
}

// shares are the words that make of used space its share.
var shares = setOf("percent percentage pct % share ratio")

// groupBy takes the field that the answer is to be broken down by: "per namespace", "by engine", "for each node", and what
// is asked for in "which namespace uses the most?".
func (q *question) groupBy() {
	if q.grouped == "" {
		q.grouped = q.comparedBy()
	}
	if q.grouped != "" {
		q.query.GroupBy, q.query.ThenBy = q.grouped, ""
		return
	}
	if field := q.askedFor(); field != "" && !q.each {
		q.query.GroupBy, q.query.ThenBy = field, ""
		return
	}
	if q.each || q.query.Subject == models.Quotas && q.query.Aggregate == "" {
		return // each is of one namespace
	}
	for i := 0; i+1 < len(q.words); i++ {
		w := q.words[i].text
		grouping := w == "per" || w == "each" || w == "every" && i > 0 && (q.words[i-1].text == "for" || q.words[i-1].text == "of" || q.words[i-1].text == "in" || q.words[i-1].text == "on") ||
			w == "by" && q.intent.act != actSort && (q.query.Sort == "" || q.anyWord(partitions))
		if !grouping || i > 0 && w == "by" && takenBy(q.words[i-1].text, []string{q.words[i+1].text}) {
			continue
		}
		for j, next := range q.words[i+1 : min(i+4, len(q.words))] {
			if j > 0 && next.text != "class" && next.text != "cluster" && q.words[i+j].text != "the" && q.words[i+j].text != "their" && q.words[i+j].text != "its" && q.words[i+j].text != "storage" {
				break
			}
			if next.text == "storage" {
				continue
			}
			if driving[next.text] && strings.Contains(q.wordBehind(next).text, ".") {
				break // "by driver ebs.csi.aws.com"
			}
			field := q.fieldOf(next.text)
			if further := q.wordBehind(next); further != next && models.Subject(next.text) == q.query.Subject && q.fieldOf(further.text) != "" {
				field = q.fieldOf(further.text) // "per pool engine"
			}
			if slices.ContainsFunc(q.targets, func(t target) bool { return t.entity.Start >= next.end && q.within(next.end, t.entity.Start, 0) }) {
				break // "by storage class lvm-fast" is no group
			}
			if field == "cluster" && w == "every" && q.words[i-1].text != "for" {
				break // "down on every cluster" is everywhere
			}
			if field == "name" && q.query.Sort == "" && q.intent.act == actCapacity { // "free space per pool" is the pools by their free space
				q.query.Sort, q.query.Desc = "free", true
			}
			if s := answer.Fields(q.query.Subject); field != "" && !s.Lookup(field).Kind.Numeric() && field != "name" {
				q.query.GroupBy, q.query.ThenBy = field, ""
				q.secondGroup(i + j + 2)
				if q.intent.act == actRefine {
					q.query.Sort, q.query.Desc, q.query.Limit = "", false, 0
				}
				return
			}
		}
	}
}

// secondGroup takes the field that the groups are broken down by once more: "per engine and namespace", "by engine and by storage class".
func (q *question) secondGroup(place int) {
	if place+1 >= len(q.words) || q.words[place].text != "and" && q.words[place].text != "per" && q.words[place].text != "by" {
		return
	}
	for _, w := range q.words[place+1 : min(place+4, len(q.words))] {
		switch {
		case w.text == "per" || w.text == "by" || w.text == "each" || w.text == "storage":
			continue
		case q.covering(w) != nil && isName(*q.covering(w)):
			return // "per engine and prod-east"
		}
		second := q.fieldOf(w.text)
		if f := answer.Fields(q.query.Subject).Lookup(second); second != "" && second != "name" && second != q.query.GroupBy && !f.Kind.Numeric() {
			q.query.ThenBy = second
		}
		return
	}
}

var speakers = setOf("i you it that this does")

// taking are the verbs before a "by" that says by whom, and not by what to group.
var taking = setOf("used taken occupied consumed eaten held mounted owned hosted")

// takenBy reports whether a "by" between a verb and what follows says by whom: "used by pods", "requested by claims".
func takenBy(verb string, next []string) bool {
	return taking[verb] || asks[verb] && len(next) > 0 && plural(next[0])
}

// asks are the verbs before a "by" that says by whom, if those are many: "requested by namespace" is an order to group.
var asks = setOf("requested claimed allocated asked reserved")

var partitions = setOf("group grouped grouping split break broken breakdown")

// askedFor returns the field whose values are asked for: "which namespaces have degraded volumes", "what engines are in
// use". Fields that are subjects themselves are asked for as such, unless something is added up.
func (q *question) askedFor() string {
	if field := q.valuesInUse(); field != "" {
		return field
	}
	if len(q.words) < 3 || q.words[0].text != "which" && q.words[0].text != "what" {
		return ""
	}
	w := q.words[1].text
	if w == "storage" || w == "openebs" || differing[w] {
		w = q.words[2].text
	}
	field := q.fieldOf(w)
	if field == "name" && q.subject != "" || field == "namespace" && q.query.Subject == models.Quotas {
		return "" // each thing is a group of its own, and a quota is of one namespace
	}
	if field == "" || answer.Fields(q.query.Subject).Lookup(field).Kind.Numeric() {
		return ""
	}
	if q.intent.act == actAggregate || (field == "namespace" || field == "engine") && plural(w) && (q.intent.act == actList || q.intent.act == actConsumers) {
		return field
	}
	return ""
}

// valuesInUse returns the field that a sentence begins with to ask which values of it there are: "what file systems are in use", "access
// modes, counted".
func (q *question) valuesInUse() string {
	for _, name := range q.fieldNames() {
		kind, key := name.field.Kind, name.field.Key()
		if name.first > 0 && q.words[0].text != "which" && q.words[0].text != "what" || name.first > 1 || kind != answer.TextKind && kind != answer.ListKind || slices.Contains(nameTypes, key) || key == "name" {
			continue
		}
		next := append(q.after(q.words[name.last].end, 3), "", "", "")
		if next[0] == "in" && next[1] == "use" || next[0] == "are" && (next[1] == "in" && next[2] == "use" || next[1] == "used" || next[1] == "there") || next[0] == "do" && next[1] == "we" || next[0] == "exist" || q.anyWord(setOf("counted")) {
			return key
		}
	}
	return ""
}
