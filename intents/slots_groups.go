package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

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
			if before := q.words[i+j]; j > 0 && next.text != "class" && next.text != "cluster" && before.text != "the" && before.text != "their" && before.text != "its" && before.text != "storage" && !q.describes(before) {
				break
			}
			if next.text == "storage" || q.describes(next) {
				continue // "per mayastor node"
			}
			if driving[next.text] && strings.Contains(q.wordBehind(next).text, ".") {
				break // "by driver ebs.csi.aws.com"
			}
			field := q.fieldOf(next.text)
			if further := q.wordBehind(next); further != next && models.Subject(next.text) == q.query.Subject && q.fieldOf(further.text) != "" {
				field = q.fieldOf(further.text) // "per pool engine"
			}
			if slices.ContainsFunc(q.targets, func(t target) bool {
				return t.entity.Start >= next.end && q.within(next.end, t.entity.Start, 0) && !strings.Contains(q.text[next.end:t.entity.Start], ",")
			}) {
				break // "by storage class lvm-fast" is no group
			}
			if field == "cluster" && w == "every" && q.words[i-1].text != "for" {
				break // "down on every cluster" is everywhere
			}
			if field == "name" && q.query.Sort == "" && q.intent.act == actCapacity { // "free space per pool" is the pools by their free space
				q.query.Sort, q.query.Desc = "free", true
			}
			if field == "node" && q.query.Subject == models.Volumes && q.anyWord(targets) {
				field = "target" // "targets per node"
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
		q.ungrouped(i)
	}
}

// describes reports whether a word says how the things behind it are: "healthy", "cStor".
func (q *question) describes(w word) bool {
	e := q.covering(w)
	return e != nil && (e.Type == "engine" || e.Type == "health" || e.Type == "condition")
}

// ungrouped says that the answer cannot be broken down by what stands behind the "per" at a place.
func (q *question) ungrouped(place int) {
	by := q.words[place+1]
	if q.words[place].text != "per" || q.fieldOf(by.text) != "" || models.Subject(groupWord(by.text)) == q.query.Subject || q.describes(by) || len(q.query.Filters) > 0 && q.covering(by) != nil && q.covering(by).Type != "subject" {
		return
	}
	q.had = append(q.had, q.words[place], by)
	q.notes = append(q.notes, "I cannot break this down by "+phrase.Quote(by.text)+": "+answer.Fields(q.query.Subject).Many+" have no such field.")
}

// splitBy returns the field that tells what is so from what is not, where the answer is broken down by that.
func (q *question) splitBy() string {
	if q.split == "" {
		return ""
	}
	s := answer.Fields(q.query.Subject)
	for _, f := range conditions[q.split] {
		if s.Lookup(f.Field) != nil && !s.Lookup(f.Field).Kind.Numeric() {
			return f.Field
		}
	}
	if q.query.Subject == models.Snapshots {
		return "state" // ready or failed says more than a health
	}
	return q.fieldOf("health")
}

// secondGroup takes the field that the groups are broken down by once more: "per engine and namespace", "by engine and by storage class".
func (q *question) secondGroup(place int) {
	for place < len(q.words) && (partitions[q.words[place].text] || q.words[place].text == "down" || q.words[place].text == "then") {
		place++ // "per namespace, split by health"
	}
	if place+1 >= len(q.words) || q.words[place].text != "and" && q.words[place].text != "per" && q.words[place].text != "by" {
		return
	}
	for _, w := range q.words[place+1 : min(place+4, len(q.words))] {
		switch {
		case w.text == "per" || w.text == "by" || w.text == "each" || w.text == "then" || w.text == "storage":
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

// targets are the words for what serves volumes.
var targets = setOf("target targets")

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
			q.had = append(q.had, q.words[name.first:name.last+1]...)
			return key
		}
	}
	return ""
}
