package intents

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// settleGroups finds questions for a number or an amount of each of many: "which node has how many copies", "who uses how much",
// "namespaces with their used space", "does kafka store more than payments".
func (q *question) settleGroups() {
	if q.begins(setOf("who whos")) && q.anyWord(hogging) && (q.subject == "" || q.subject == models.Volumes) && !q.has("sort", "condition") {
		q.as("aggregate")
		q.subject, q.grouped = models.Volumes, "namespace"
		return
	}
	switch q.intent.act {
	case actList, actCount, actAggregate, actConsumers, actCapacity, actOverview, actCompare, actDescribe, actReplicas:
	default:
		return
	}
	if q.phrase("snapshot", "class") || q.phrase("snapshot", "classes") || q.anyWord(setOf("volumesnapshotclass volumesnapshotclasses")) {
		q.as("count")
		q.subject, q.grouped = models.Snapshots, "class"
		q.notes = append(q.notes, "I know snapshot classes only by the snapshots that were made with them; `kubectl get volumesnapshotclass` lists all.")
		return
	}
	if q.subject == models.StorageClasses && q.intent.act != actDescribe && len(q.namesOf(nameTypes...)) == len(q.namesOf("cluster", "namespace")) && slices.ContainsFunc(q.words, func(w word) bool { return rankable[w.text] == "workload" }) && q.anyWord(consuming) {
		q.as("list") // "which application uses which storage class"
		q.subject = models.Pods
		q.query.Filters = append(q.query.Filters, known("storageclass"))
		return
	}
	if q.settleVersus() || q.settleEither() {
		return
	}
	if group := q.spaceOf(); group != "" {
		q.as("aggregate")
		q.subject, q.grouped = models.Volumes, group
		return
	}
	at := slices.IndexFunc(q.words, func(w word) bool { return w.text == "how" })
	if at < 0 || at+1 >= len(q.words) {
		return
	}
	switch q.words[at+1].text {
	case "many":
		q.settleEach(at)
	case "much":
		if group := q.askedOf(at); group != "" && !q.has("pool") {
			q.as("aggregate")
			q.subject, q.grouped = models.Volumes, group
		}
	}
}

// hogging are what those do who leave little to others.
var hogging = setOf("eating eats hogging hogs gobbling gobbles devouring devours swallowing swallows")

// settleEach groups what is counted behind the "how many" at a place by what the sentence asks for beside: "which node has how many
// copies", "how many replicas in which state".
func (q *question) settleEach(at int) {
	counted, i := models.Subject(""), -1
	for j, e := range q.parse.Entities {
		if e.Type == "subject" && e.Start >= q.words[at+1].end && q.within(q.words[at+1].end, e.Start, 2) {
			counted, i = models.Subject(e.Value), j
			break
		}
	}
	if i < 0 {
		return
	}
	group := q.groupIn(counted, q.askedOf(at))
	if group == "" {
		group = q.groupIn(counted, q.askedBehind(q.parse.Entities[i].End))
	}
	if group == "" {
		return
	}
	q.as("count")
	q.subject, q.grouped = counted, group
	for j, e := range q.parse.Entities {
		if e.Type == "subject" {
			q.taken[j] = true
		}
	}
}

// groupIn returns the field of a subject by which a word for a group groups it, or "".
func (q *question) groupIn(s models.Subject, field string) string {
	for _, key := range []string{field, alternatives[field]} {
		if f := answer.Fields(s).Lookup(key); key != "" && f != nil && !f.Kind.Numeric() && key != "name" {
			return key
		}
	}
	return ""
}

// askedOf returns the field for the thing that is asked for before the "how" at a place: node for "which node has how many", the
// namespace for "who uses how much".
func (q *question) askedOf(at int) string {
	for i, w := range q.words[:at] {
		switch {
		case w.text == "who" && at-i <= 3:
			return "namespace"
		case (w.text == "which" || w.text == "what") && i+1 < at:
			return groupWord(q.words[i+1].text)
		}
	}
	return ""
}

// askedBehind returns the field for the word behind "in which", "on what" or "per which" from an offset on, or "".
func (q *question) askedBehind(offset int) string {
	for i := 1; i+1 < len(q.words); i++ {
		if q.words[i].start >= offset && (q.words[i].text == "which" || q.words[i].text == "what") && (naming[q.words[i-1].text] || q.words[i-1].text == "per") {
			return groupWord(q.words[i+1].text)
		}
	}
	return ""
}

// groupWord returns the field that a word is for, in the singular or in the plural, or "".
func groupWord(w string) string {
	if field := fieldWords[w]; field != "" {
		return field
	}
	return cmp.Or(fieldWords[strings.TrimSuffix(w, "s")], fieldWords[strings.TrimSuffix(w, "es")])
}

// spaceOf returns the field to group by in "namespaces with their used space" and "du -sh of all namespaces"; "" for other sentences.
func (q *question) spaceOf() string {
	measured := q.begins(setOf("du"))
	for i, w := range q.words {
		field := rankable[w.text]
		if i > 0 && (q.words[i-1].text == "every" || q.words[i-1].text == "each") && i > 2 && q.words[i-2].text == "of" && footprints[q.words[i-3].text] && field != "" {
			return field
		}
		if field == "" || !plural(w.text) || w.text == "ns" {
			continue
		}
		if measured {
			return field
		}
		if (i == 3 || i == 4) && len(q.words) == i+1 && q.begins(setOf("how")) && (q.words[1].text == "big" || q.words[1].text == "large") {
			return field // "how big are the namespaces"
		}
		if i > 2 && every[q.words[i-1].text] && q.words[i-2].text == "of" && footprints[q.words[i-3].text] {
			return field // "used space of all namespaces"
		}
		next := q.after(w.end, 3)
		if i <= 3 && len(next) == 3 && (next[0] == "with" || next[0] == "and") && (next[1] == "their" || next[1] == "its" || next[1] == "the") && footprints[next[2]] {
			return field
		}
	}
	if measured {
		return "namespace"
	}
	return ""
}

// footprints are the words for how much space things have or take.
var footprints = setOf("used usage space size footprints consumption disk storage total capacity provisioned consumed footprint")

// settleVersus finds questions whether one thing has more of something than another of its kind; they are answered by the figures of
// both.
func (q *question) settleVersus() bool {
	names := slices.DeleteFunc(q.namesOf(nameTypes...), func(i int) bool { return q.parse.Entities[i].Type == "cluster" })
	compares := q.begins(setOf("compare"))
	if len(names) != 2 || !compares && (!q.anyWord(comparatives) || !q.begins(yesOrNo) && !q.begins(setOf("who which what"))) {
		return false
	}
	a, b := q.parse.Entities[names[0]], q.parse.Entities[names[1]]
	if !compares && !q.setAgainst(a, b) {
		return false
	}
	both := func(kind string) bool {
		return len(keepTypes(a.Candidates, []string{kind})) > 0 && len(keepTypes(b.Candidates, []string{kind})) > 0
	}
	counts := q.subject != "" && plural(q.subjectText()) && q.subject != models.Pools && q.subject != models.Nodes
	switch {
	case counts && !compares:
		q.as("count")
	case both("pool"), both("node") && compares:
		q.as("list")
		q.subject = q.subjectIn("node")
		if both("pool") {
			q.subject = models.Pools
		}
	case (both("claim") || both("volume")) && (compares || q.anyWord(setOf("fuller emptier older newer younger"))):
		q.as("list")
		q.subject = models.Volumes
	case both("workload"), both("namespace"), both("claim"), both("volume"), both("storageclass"), both("node"):
		q.as("aggregate")
		if q.subject == "" || q.subject == models.Claims {
			q.subject = models.Volumes
		}
	default:
		return false
	}
	q.versus = true
	return true
}

// settleEither finds questions of which of two engines there is more, "do we have more lvm or zfs volumes": they are answered by the
// figures of both.
func (q *question) settleEither() bool {
	places := q.entities("engine")
	if len(places) != 2 || !q.anyWord(comparisons) && !q.begins(setOf("compare")) || q.has("sort") && !q.anyWord(comparatives) {
		return false
	}
	a, b := q.parse.Entities[places[0]], q.parse.Entities[places[1]]
	if a.Negated || b.Negated || a.Value == b.Value || !q.begins(setOf("compare")) && !slices.ContainsFunc(q.words, func(w word) bool {
		return w.start >= a.End && w.end <= b.Start && (w.text == "or" || w.text == "than" || contrasts[w.text])
	}) {
		return false
	}
	q.as("count")
	if q.anyWord(footprints) || q.anyWord(amounts) {
		q.as("aggregate")
	}
	if q.subject == "" || q.subject == models.Claims {
		q.subject = models.Volumes
	}
	q.grouped, q.versus = "engine", true
	return true
}

// setAgainst reports whether the second of two names is what the first is compared with: "than redis", "kafka or redis".
func (q *question) setAgainst(a, b nlp.Entity) bool {
	near := append(q.before(b.Start, 2), "", "")
	than := near[0] == "than" || near[1] == "than" && (glue[near[0]] || cueTypes(near[0]) != nil)
	return than || near[0] == "or" && q.within(a.End, b.Start, 2)
}

// comparedBy groups the answer by the things that the sentence compares.
func (q *question) comparedBy() string {
	if !q.versus || q.intent.act == actList || len(q.targets) < 2 || q.targets[0].kind != q.targets[1].kind {
		return ""
	}
	return own[q.query.Subject][q.targets[0].kind]
}
