package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/nlp"
)

// property is something of one thing that can be asked for.
type property struct {
	name  string   // that a query's Field has; the answer's labels are looked up by it
	words []string // that ask for it
	plain bool     // the words introduce names too, and ask only where the sentence says so: "which node", "size, class and node"
}

// properties are what a description begins with where it is asked for.
var properties = []property{
	{name: "target IP", words: []string{"target ip", "ip of the target", "ip"}},
	{name: "IQN", words: []string{"iqn"}},
	{name: "portal", words: []string{"portal"}},
	{name: "target node", words: []string{"target node", "target runs", "target run"}},
	{name: "reclaim policy", words: []string{"reclaim policy", "reclaim"}},
	{name: "access modes", words: []string{"access mode", "access modes"}},
	{name: "age", words: []string{"created", "creation", "made", "old", "age", "exist", "existed", "born"}},
	{name: "snapshots", words: []string{"snapshot", "snapshots", "backup", "backups", "snap", "snaps"}},
	{name: "version", words: []string{"version"}},
	{name: "source", words: []string{"source", "source volume"}},
	{name: "state", words: []string{"state", "status", "ready"}, plain: true},
	{name: "UUID", words: []string{"uuid", "volume handle", "handle"}},
	{name: "volume name", words: []string{"pv name", "volume name", "name of the pv", "volume handle", "handle"}},
	{name: "file system", words: []string{"file system", "filesystem", "fstype", "fs type", "formatted"}},
	{name: "volume mode", words: []string{"volume mode", "volumemode"}},
	{name: "compression", words: []string{"compression"}},
	{name: "deduplication", words: []string{"dedup", "deduplication"}},
	{name: "record size", words: []string{"record size", "recordsize"}},
	{name: "quorum", words: []string{"quorum", "consistency factor"}},
	{name: "binding mode", words: []string{"binding mode"}},
	{name: "provisioner", words: []string{"provisioner", "driver"}},
	{name: "volume group", words: []string{"volume group", "vg"}, plain: true},
	{name: "zone", words: []string{"zone", "availability zone"}, plain: true},
	{name: "storage class", words: []string{"storage class", "storageclass", "class", "sc"}, plain: true},
	{name: "engine", words: []string{"engine", "backend"}, plain: true},
	{name: "pool", words: []string{"pool", "pools"}, plain: true},
	{name: "node", words: []string{"node", "host", "worker", "machine"}, plain: true},
	{name: "claim", words: []string{"claim", "pvc"}, plain: true},
	{name: "pods", words: []string{"pod", "pods", "app"}, plain: true},
	{name: "size", words: []string{"size", "capacity"}, plain: true},
	{name: "usage", words: []string{"usage", "fill", "used"}, plain: true},
	{name: "copies", words: []string{"copies", "replicas", "replication"}, plain: true},
}

// askedProperties returns the names of the properties that the sentence asks for of the one thing that it names, with commas between
// them.
func (q *question) askedProperties() string {
	var names []string
	for _, p := range properties {
		if p.name == "age" && q.anyWord(setOf("snapshot snapshots backup backups")) {
			continue // of the snapshot, not of the volume
		}
		if slices.ContainsFunc(p.words, func(words string) bool { return q.asksProperty(strings.Fields(words), p.plain) }) {
			names = append(names, p.name)
		}
	}
	return strings.Join(names, ",")
}

func (q *question) asksProperty(words []string, plain bool) bool {
	for i := 0; i+len(words) <= len(q.words); i++ {
		if !matches(q.words[i:i+len(words)], words) {
			continue
		}
		first, last := q.words[i], q.words[i+len(words)-1]
		if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
			return isName(e) && (e.Start <= first.start && first.start < e.End || e.Start >= last.end && q.within(last.end, e.Start, 0) && onlyGlue(q.text[last.end:e.Start]))
		}) {
			continue // part of a name, or a word that introduces one: "class lvm-fast"
		}
		if !plain || q.listed(first.start, last.end) {
			return true
		}
		if i > 0 && questioning[q.words[i-1].text] || i > 1 && questioning[q.words[i-2].text] && glue[q.words[i-1].text] {
			return true // "which node", "what storage class"
		}
		if next := q.after(last.end, 1); len(next) > 0 && next[0] == "of" {
			return true // "storage class of data-0"
		}
	}
	return false
}

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
				last := i + len(strings.Fields(words)) - 1
				if last < len(q.words) && matches(q.words[i:last+1], strings.Fields(words)) && q.listed(q.words[i].start, q.words[last].end) {
					several++
				}
			}
		}
	}
	return several > 1 && strings.ContainsAny(q.text, ",:")
}
