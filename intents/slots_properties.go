package intents

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// property is what a thing can be asked for.
type property struct {
	keys    []string       // of the field; the first that the subject can tell
	words   [][]string     // that ask for it
	plain   bool           // the words introduce names too, and ask only where the sentence says so: "which node", "size, class and node"
	subject models.Subject // that the words name: nobody asks a node for its node
}

// properties are the fields that questions ask for by name.
var properties = []property{
	{keys: []string{"target_ip"}, words: phrases("target ip", "ip of the target", "ip")},
	{keys: []string{"iqn"}, words: phrases("iqn")},
	{keys: []string{"portal"}, words: phrases("portal")},
	{keys: []string{"target"}, words: phrases("target node", "target runs", "target run", "target of", "its target", "target pod")},
	{keys: []string{"reclaim"}, words: phrases("reclaim policy", "reclaim")},
	{keys: []string{"policy"}, words: phrases("deletion policy")},
	{keys: []string{"access"}, words: phrases("access mode", "access modes")},
	{keys: []string{"since"}, words: phrases("since when", "how long has", "how long have", "for how long")},
	{keys: []string{"age"}, words: phrases("created", "creation", "made", "old", "age", "exist", "existed", "born")},
	{keys: []string{"snapshots"}, words: phrases("snapshot", "snapshots", "backup", "backups", "snap", "snaps"), subject: models.Snapshots},
	{keys: []string{"version", "kubelet"}, words: phrases("version")},
	{keys: []string{"kubelet"}, words: phrases("kubelet")},
	{keys: []string{"claim", "source"}, words: phrases("source", "source volume", "origin")},
	{keys: []string{"reason"}, words: phrases("message", "error message", "exact error")},
	{keys: []string{"state", "phase"}, words: phrases("state", "status", "ready", "phase"), plain: true},
	{keys: []string{"uuid"}, words: phrases("uuid", "volume handle", "handle")},
	{keys: []string{"volume", "name"}, words: phrases("pv name", "volume name", "name of the pv", "volume handle", "handle")},
	{keys: []string{"filesystem"}, words: phrases("file system", "filesystem", "fstype", "fs type", "formatted")},
	{keys: []string{"mode"}, words: phrases("volume mode", "volumemode")},
	{keys: []string{"thin"}, words: phrases("thin or thick", "thick or thin", "is it thin", "is it thick", "thin provisioned", "thinly provisioned", "thin", "thick", "provisioning"), plain: true},
	{keys: []string{"compression"}, words: phrases("compression")},
	{keys: []string{"dedup"}, words: phrases("dedup", "deduplication")},
	{keys: []string{"recordsize"}, words: phrases("record size", "recordsize")},
	{keys: []string{"progress"}, words: phrases("rebuild progress", "progress", "rebuild eta", "rebuild", "eta", "resync")},
	{keys: []string{"eta"}, words: phrases("eta", "time left", "how long until", "how much longer")},
	{keys: []string{"quorum"}, words: phrases("quorum", "consistency factor")},
	{keys: []string{"binding"}, words: phrases("binding mode")},
	{keys: []string{"provisioner", "driver"}, words: phrases("provisioner", "driver")},
	{keys: []string{"pool"}, words: phrases("volume group", "vg", "pool", "pools", "zpool", "diskpool"), plain: true, subject: models.Pools},
	{keys: []string{"zone"}, words: phrases("zone", "availability zone", "az"), plain: true},
	{keys: []string{"storageclass", "class"}, words: phrases("storage class", "storageclass", "class", "sc"), plain: true, subject: models.StorageClasses},
	{keys: []string{"engine"}, words: phrases("engine", "engines", "backend"), plain: true},
	{keys: []string{"storageclass"}, words: phrases("backend"), plain: true},
	{keys: []string{"pool"}, words: phrases("backend"), plain: true},
	{keys: []string{"attached", "node"}, words: phrases("node", "host", "worker", "machine", "node name"), plain: true, subject: models.Nodes},
	{keys: []string{"claim"}, words: phrases("claim", "pvc"), plain: true, subject: models.Claims},
	{keys: []string{"pods"}, words: phrases("pod", "pods", "app", "consumer", "consumer pod"), plain: true, subject: models.Pods},
	{keys: []string{"size"}, words: phrases("size", "capacity"), plain: true},
	{keys: []string{"free"}, words: phrases("free", "free space", "room left", "space left"), plain: true},
	{keys: []string{"used_percent"}, words: phrases("usage", "fill", "used", "fill level", "utilization", "utilisation"), plain: true},
	{keys: []string{"used_percent"}, words: phrases("how full", "how much data")},
	{keys: []string{"copies", "desired"}, words: phrases("copies", "replicas", "replication"), plain: true, subject: models.Replicas},
	{keys: []string{"readonly"}, words: phrases("ro", "read only", "read-only", "readonly"), plain: true},
	{keys: []string{"health"}, words: phrases("health"), plain: true},
	{keys: []string{"namespace"}, words: phrases("namespace", "ns"), plain: true},
	{keys: []string{"workload"}, words: phrases("workload", "owner"), plain: true},
	{keys: []string{"restarts"}, words: phrases("restarts", "restart count"), plain: true},
	{keys: []string{"committed"}, words: phrases("committed", "commitment"), plain: true},
}

// phrases takes phrases to words.
func phrases(all ...string) [][]string {
	cut := make([][]string, len(all))
	for i, p := range all {
		cut[i] = strings.Fields(p)
	}
	return cut
}

// askFields takes the fields that the sentence asks for beside what the query says already, in the order of the sentence.
func (q *question) askFields() {
	query := q.query
	s := answer.Fields(query.Subject)
	if s == nil || query.Aggregate != "" || query.GroupBy != "" || q.intent.act == actWhy && !q.anyWord(setOf("and also plus")) {
		return // "why is it still the old size" asks for neither age nor size
	}
	places := map[string]int{}
	if query.Name != "" && q.begins(yesOrNo) {
		for i, e := range q.parse.Entities { // "is data-0 thin"
			for _, f := range conditions[e.Value] {
				if e.Type == "condition" && s.Shows(f.Field) {
					places[f.Field], q.taken[i] = e.Start, true
					break
				}
			}
		}
	}
	if by := q.splitBy(); by != "" {
		places[by] = 0 // "is data-0 thin or thick"
	}
	for _, p := range properties {
		key := slices.IndexFunc(p.keys, func(key string) bool { return s.Lookup(key) != nil })
		if key < 0 {
			key = slices.IndexFunc(p.keys, s.Shows)
		}
		if at := q.wants(p); key >= 0 && at >= 0 && p.subject != query.Subject && (query.Name != "" || !hasFilter(query, p.keys[key])) {
			places[p.keys[key]] = q.words[at].start
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(places), func(a, b string) int { return cmp.Or(places[a]-places[b], strings.Compare(a, b)) }) {
		if !slices.Contains(query.Show, key) {
			query.Show = append(query.Show, key)
		}
	}
}

// settleColumns lets words that name the columns of a table pick nothing out: "status column and read-only column".
func (q *question) settleColumns() {
	for i, e := range q.parse.Entities {
		if next := q.after(e.End, 1); len(next) > 0 && ofColumns[next[0]] && (e.Type == "health" || e.Type == "condition") {
			q.taken[i] = true
		}
	}
}

// settleProperties makes a sentence that asks for several fields of one thing, or for one that only descriptions tell, a question about
// that thing: "data-0: engine, copies, target node", "on which node and in which pool is mysql".
func (q *question) settleProperties() {
	if q.intent.act == actAggregate && q.subject != "" && plural(q.subjectText()) && !q.mentions("aggregate") && !q.anyWord(setOf("per each by total sum")) && q.wanted() > 1 {
		q.as("list") // "name, size and age of all snapshots"
		return
	}
	if !q.namesThing() || q.anyWord(setOf("why explain reason cause if")) || q.mentions("sort") || q.anyWord(setOf("sorted ordered")) {
		return // what is put in an order is listed
	}
	place := len(q.namesOf("node", "pool", "storageclass")) > 0
	switch q.intent.act {
	case actWhy, actImpact, actEvents, actConsumers, actForecast:
		return
	}
	if !q.listsProperties() && (place || q.wanted() < 2) {
		return
	}
	switch {
	case !place, q.subject == subjectOfType[q.parse.Entities[q.onlyNamed()].Type]:
		q.subject = ""
	case q.subject != "" && q.subject != models.Pools:
		return // "the snapshot on worker-1" is not the node
	}
	for _, p := range properties {
		if at := q.wants(p); at >= 0 {
			q.takeBetween(q.words[at].start, q.words[at].end) // "rebuild eta"
		}
	}
	q.as("describe")
	if len(q.namesOf("workload")) > 0 && len(q.namesOf("claim", "volume", "pod")) == 0 {
		q.as("list")
		q.subject = models.Volumes
	}
}

// wanted returns for how many properties the sentence asks.
func (q *question) wanted() int {
	n := 0
	for _, p := range properties {
		if q.wants(p) >= 0 {
			n++
		}
	}
	return n
}

// wants returns where the sentence asks for a property, -1 if it does not.
func (q *question) wants(p property) int {
	if p.keys[0] == "age" && q.anyWord(setOf("snapshot snapshots backup backups")) {
		return -1 // of the snapshot, not of the volume
	}
	for _, words := range p.words {
		if at := q.asksProperty(words, p.plain); at >= 0 && (at == 0 || !unasked[p.keys[0]][q.words[at-1].text]) {
			return at
		}
	}
	return -1
}

// unasked are the words behind which the word for a field asks for none: "read-only file system", "the short version".
var unasked = map[string]set{"filesystem": setOf("only readonly read-only ro"), "version": setOf("short brief long full")}

// asksProperty returns where words ask for a property, -1 if they do not.
func (q *question) asksProperty(words []string, plain bool) int {
	for i := 0; i+len(words) <= len(q.words); i++ {
		if !matches(q.words[i:i+len(words)], words) {
			continue
		}
		first, last := q.words[i], q.words[i+len(words)-1]
		if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && e.Start <= first.start && first.start < e.End }) {
			continue // part of a name
		}
		if !plain || q.announced(i, asksFor) {
			return i
		}
		if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
			return isName(e) && e.Start >= last.end && q.within(last.end, e.Start, 0) && onlyGlue(q.text[last.end:e.Start])
		}) {
			continue // a word that introduces a name: "class lvm-fast"
		}
		if q.listed(first.start, last.end) || q.announced(i, columnar) {
			return i
		}
		if next := q.after(last.end, 1); len(next) > 0 && (next[0] == "of" && words[0] != "free" || next[0] == "name" || ofColumns[next[0]]) {
			return i // "storage class of data-0", "status column"
		}
	}
	return -1
}

// announced reports whether a word at a place is what one of some words announces, or one of several such: "which node and pool", "with
// their zone and version".
func (q *question) announced(place int, announcing set) bool {
	for i := place - 1; i >= 0; i-- {
		switch w := q.words[i].text; {
		case announcing[w]:
			return true
		case glue[w] && w != "is" && w != "with", w == "and" || w == "or" || w == "storage", propertyWords[w]:
		default:
			return false
		}
	}
	return false
}

// propertyWords are all words of properties.
var propertyWords = func() set {
	words := set{}
	for _, p := range properties {
		for _, phrase := range p.words {
			for _, w := range phrase {
				words[w] = true
			}
		}
	}
	return words
}()

// columnar are the words before what a table is to show.
var columnar = setOf("with including plus alongside their its")

// asksFor are the words before what is asked for.
var asksFor = setOf("which what whose same")

// ofColumns are said behind a field of which a table is to have a column.
var ofColumns = setOf("col cols column columns field fields")

// listed reports whether what stands between two offsets is one of several with commas or the like between them.
func (q *question) listed(from, to int) bool {
	before, after := strings.TrimRight(q.text[:from], " "), strings.TrimLeft(q.text[to:], " ")
	return strings.HasSuffix(before, ",") || strings.HasSuffix(before, ":") || strings.HasPrefix(after, ",") ||
		(strings.HasSuffix(before, " and") || strings.HasSuffix(before, "+")) && strings.ContainsAny(before, ",:")
}

// listsProperties reports whether the sentence asks for several properties in a row: "data-0: size, class and node".
func (q *question) listsProperties() bool {
	several := 0
	for _, p := range properties {
		for _, words := range p.words {
			for i := range q.words {
				last := i + len(words) - 1
				if last < len(q.words) && matches(q.words[i:last+1], words) && q.listed(q.words[i].start, q.words[last].end) {
					several++
				}
			}
		}
	}
	return several > 1 && strings.ContainsAny(q.text, ",:")
}

// shows reports whether a word is one that asked for a field that the query shows.
func (q *question) shows(w word) bool {
	return q.query != nil && len(q.query.Show) > 0 && ofColumns[w.text] || slices.ContainsFunc(properties, func(p property) bool {
		return q.query != nil && slices.ContainsFunc(p.keys, func(key string) bool { return slices.Contains(q.query.Show, key) }) &&
			slices.ContainsFunc(p.words, func(words []string) bool { return slices.Contains(words, w.text) })
	})
}
