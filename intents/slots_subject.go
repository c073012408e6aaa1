package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// findSubject finds the subject that the sentence names: the first one that is no more than a cue for a name beside it
// ("node worker-1"), a group ("per node") or what is counted ("2 replicas").
func (q *question) findSubject() {
	for _, i := range q.entities("subject") {
		e := q.parse.Entities[i]
		each, listed := q.listsEach(e)
		if q.isCue(e) || q.isGroup(e.Start) && !listed || q.isCounted(e) || q.saysWhere(e) || q.isBought(e) || q.isExcluded(e) {
			continue
		}
		if listed {
			q.as("list")
			q.subject, q.taken[i], q.each = each, true, true
		}
		if q.subject == "" {
			q.subject = models.Subject(e.Value)
			q.taken[i] = true
			q.freeDisks(e)
		}
	}
	q.findAsked()
	if q.subject == "" {
		q.findCounted()
	}
}

// isBought reports whether a forecast is asked for to know when to buy what a word is for: something else is getting full.
func (q *question) isBought(e nlp.Entity) bool {
	return q.intent.act == actForecast && slices.ContainsFunc(q.before(e.Start, 2), func(w string) bool { return buying[w] })
}

var buying = setOf("buy buying order ordering purchase purchasing procure procuring get add adding")

// isExcluded reports whether the word for things says what is to be left out: "what uses jiva, excluding its replicas". What is asked about
// is something else, and so what is said of those is dropped.
func (q *question) isExcluded(e nlp.Entity) bool {
	near := q.wordsBefore(e.Start, 4)
	at := slices.IndexFunc(near, func(w word) bool { return sparing[w.text] && w.text != "unless" })
	if not := slices.IndexFunc(near, func(w word) bool { return w.text == "counting" || w.text == "including" }); not > 0 && near[not-1].text == "not" {
		at = not - 1
	}
	if at < 0 || slices.ContainsFunc(near[at+1:], func(w word) bool { return those[w.text] || w.text == "in" || w.text == "on" }) {
		return false
	}
	for i, o := range q.parse.Entities {
		q.taken[i] = q.taken[i] || o.Start >= near[at].start && o.End <= e.End
	}
	q.had = append(q.had, near[at:]...)
	return true
}

// findAsked prefers what a later clause asks for to what an earlier one only tells of: "something hammers the disks, which pod is it".
func (q *question) findAsked() {
	first := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "subject" && models.Subject(e.Value) == q.subject })
	if q.subject == "" || first < 0 {
		return
	}
	for i, e := range q.parse.Entities {
		near := q.before(e.Start, 1)
		if e.Type != "subject" || e.Start <= q.parse.Entities[first].Start || len(near) == 0 || near[0] != "which" && near[0] != "what" || slices.ContainsFunc(q.after(e.End, 2), func(w string) bool { return w == "each" || w == "they" }) {
			continue // "what are its replicas, and which node holds each"
		}
		if clause := q.text[q.parse.Entities[first].End:e.Start]; strings.ContainsAny(clause, ",;:.!?") && !q.asksFor(q.subject) {
			q.taken[first], q.taken[i] = true, true
			q.subject = models.Subject(e.Value)
			return
		}
	}
}

// saysWhere reports whether the word for clusters only says where things are: "everything degraded across both clusters".
func (q *question) saysWhere(e nlp.Entity) bool {
	if e.Value != string(models.Clusters) || len(q.namesOf("cluster")) > 0 {
		return false
	}
	near := q.before(e.Start, 3)
	if len(near) > 0 && (near[0] == "both" || near[0] == "all") && q.has("health", "condition") && strings.TrimRight(q.text[e.End:], " ?!.") == "" {
		return true // "everything pending, both clusters"
	}
	at := slices.IndexFunc(near, func(w string) bool { return spanning[w] })
	return at >= 0 && !slices.ContainsFunc(near[:at], func(w string) bool { return !every[w] && !glue[w] && w != "these" && w != "our" && w != "two" })
}

var spanning = setOf("across on in over throughout from")

// fillSubject decides what the query is about.
func (q *question) fillSubject() *models.Reply {
	query := q.query
	if query.Name != "" || q.intent.act == actRefine || q.intent.act == actItem || q.intent.act == actSort || q.intent.act == actMore || q.intent.act == actTally {
		return nil
	}
	switch {
	case q.intent.act == actReplicas:
		query.Subject = models.Replicas
	case q.intent.act == actEvents && q.subject == models.Changes:
		query.Subject = models.Changes
	case q.intent.act == actEvents && q.subject != models.Events && (q.anyWord(changing) || q.anyWord(setOf("miss missed"))):
		query.Subject = models.Changes
	case q.intent.act == actEvents:
		query.Subject = models.Events
	case q.intent.act == actCompare:
		query.Subject = models.Clusters
	case q.intent.act == actAggregate && q.subject == models.Claims && (q.anyWord(freeing) || q.anyWord(wasting) || q.anyWord(setOf("unused"))):
		query.Subject = models.Volumes // what is free in them is known of volumes
	case q.intent.act == actCapacity && (q.subject == models.Volumes || q.subject == models.Claims) && (q.has("sort") || q.saysMoreThan(models.Pools)):
		q.as("list") // "the volume with the most free space", "released volumes that could still hold data"
		query.Subject = q.subject
	case q.intent.act == actCapacity && (q.subject == models.Volumes || q.subject == models.Claims) && !q.has(nlp.Quantity) && len(q.namesIn("workload", "namespace", "claim", "pod")) > 0:
		q.as("list") // "mysql disk on staging: how full?"
		query.Subject = models.Volumes
	case q.intent.act == actCapacity && q.subject == "" && q.has(nlp.Quantity) && !q.has("pool", "node") && q.anyWord(setOf("app apps application applications workload workloads")):
		q.as("list") // "where an application has less than 10Gi left"
		query.Subject = models.Volumes
	case q.intent.act == actCapacity && (q.subject == models.Volumes || q.subject == models.Claims) && !plural(q.subjectText()):
		query.Subject = models.Pools // "room for a 2Ti volume"
	case q.intent.act == actCapacity && q.subject == "" && len(q.namesIn("workload", "pod", "namespace")) > 0 && len(q.namesIn("node", "pool", "storageclass")) == 0:
		q.as("list") // "how much free space does prometheus have"
		query.Subject = models.Volumes
	case q.intent.act == actCapacity && (q.subject == models.Volumes || q.subject == models.Claims) && q.has(nlp.Count) && !q.has(nlp.Quantity):
		q.as("list") // "bottom three volumes by free space"
		query.Subject = q.subject
	case q.intent.act == actOverview && q.subject == models.Clusters:
		query.Subject = models.Volumes
	case q.intent.act == actCapacity && q.subject == models.Nodes && len(q.namesIn("pool")) > 0:
		query.Subject = models.Pools // "free in vg-data on each of the nodes"
	case q.subject != "":
		query.Subject = q.subject
	case q.ofNamed() != "":
		query.Subject = q.ofNamed()
	case q.has(nlp.Count) && q.anyWord(setOf("restarts restarted")):
		query.Subject = models.Pods // nothing else restarts
	case q.intent.act == actAggregate && q.anyWord(setOf("deleting delete removing remove dropping drop")):
		query.Subject = models.Volumes // "what would we free by deleting kafka"
	case q.intent.act == actAggregate && q.anyWord(setOf("free")):
		query.Subject = models.Pools // "total free space per engine"
	case q.intent.act == actWhy && q.awaits():
		query.Subject = models.Claims // "why is everything pending": what is not made yet is a claim
	case q.intent.Subject != "":
		query.Subject = q.intent.Subject
	default:
		query.Subject = models.Volumes
	}
	return nil
}

// ofNamed returns the subject of several things of one kind that are all that the sentence names, where it asks for a field of these: "reclaim
// policy of gold and silver", "taints of worker-1 and worker-2". Of what things are on, a field that volumes have is theirs.
func (q *question) ofNamed() models.Subject {
	if len(q.targets) < 2 || q.intent.act != actList && q.intent.act != actDescribe {
		return ""
	}
	kind := q.targets[0].kind
	s := answer.Fields(subjectOfType[kind])
	if s == nil || s.Subject == models.Claims || s.Subject == models.Volumes || len(q.namesIn(kind)) < len(q.targets) {
		return ""
	}
	was := q.query.Subject
	q.query.Subject = s.Subject
	fields := q.fieldNames()
	q.query.Subject = was
	if !slices.ContainsFunc(fields, func(f fieldName) bool {
		return s.Subject == models.StorageClasses || answer.Fields(models.Volumes).Lookup(f.field.Key()) == nil
	}) {
		return ""
	}
	return s.Subject
}

// saysMoreThan reports whether the sentence has a condition that nothing tells of a subject's things.
func (q *question) saysMoreThan(s models.Subject) bool {
	return slices.ContainsFunc(q.entities("condition"), func(i int) bool {
		return !slices.ContainsFunc(conditions[q.parse.Entities[i].Value], func(f models.Filter) bool { return answer.Fields(s).Lookup(f.Field) != nil })
	})
}

// awaits reports whether the sentence says of things that they are pending.
func (q *question) awaits() bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "health" && e.Value == string(models.Awaiting) && !e.Negated })
}

var changing = setOf("changed change changes changing different new news fresh created made added appeared")

func (q *question) subjectText() string {
	for i := range q.parse.Entities {
		if e := q.parse.Entities[i]; e.Type == "subject" && models.Subject(e.Value) == q.subject {
			return e.Text
		}
	}
	return ""
}

// freeDisks makes "free disks" block devices that nobody has claimed: of volumes nobody would say that they are free.
func (q *question) freeDisks(subject nlp.Entity) {
	noun := strings.ToLower(subject.Text)
	if q.ofMachine(noun) || q.ofPool(noun) {
		q.subject = models.BlockDevices
		return
	}
	if (disks[noun] || noun == "devices") && q.anyWord(hardware) {
		q.subject = models.BlockDevices
	}
	if noun != "disks" && noun != "drives" && noun != "devices" && noun != "disk" && noun != "drive" && q.subject != models.BlockDevices {
		return
	}
	before := q.before(subject.Start, 1)
	if len(before) > 0 && spare[before[0]] || q.saidFree(subject.End) {
		q.subject = models.BlockDevices
		q.query.Filters = append(q.query.Filters, eq("claimed", "Unclaimed"))
	}
}

// ofMachine reports whether a word for disks is for those in a node: "which drive of worker-3 is broken". Volumes are not replaced.
func (q *question) ofMachine(noun string) bool {
	if noun = strings.TrimSuffix(noun, "s"); noun != "disk" && noun != "drive" || len(q.namesOf("node")) == 0 || !q.anyWord(repairing) {
		return false
	}
	for _, i := range q.namesOf("node") {
		for _, c := range q.parse.Entities[i].Candidates {
			if inv := q.inventory(c.Group); inv != nil && slices.ContainsFunc(inv.BlockDevices, func(d models.BlockDevice) bool { return d.Node == c.Value }) {
				return true
			}
		}
	}
	return false
}

// ofPool reports whether a word for disks is for those that a pool consists of: "which disks is tank made of".
func (q *question) ofPool(noun string) bool {
	if !disks[noun] && noun != "devices" || len(q.namesOf("pool")) != 1 || !q.anyWord(consisting) {
		return false
	}
	return slices.ContainsFunc(q.parse.Entities[q.namesOf("pool")[0]].Candidates, func(c nlp.Candidate) bool {
		inv := q.inventory(c.Group)
		return inv != nil && slices.ContainsFunc(inv.BlockDevices, func(d models.BlockDevice) bool { return d.Pool == c.Value })
	})
}

// consisting are words for what a pool is made of, which is not what is in it.
var consisting = setOf("made built consist consists comprise comprises sit sits rest rests behind under underneath underlying backing backs back member members belong belongs")

// repairing are words that are said of a disk as a piece of hardware.
var repairing = setOf("broken failed failing faulty dead bad defective serial slot replace replaced swap swapped smart")

// hardware are words for disks that are no volumes.
var hardware = setOf("ndm unformatted physical nvme ssd ssds hdd hdds sata raw bare serial serials slot slots bay bays swap swapping")

// saidFree reports whether what stands from an offset on says that things are free, and at most where they are before that.
func (q *question) saidFree(from int) bool {
	for _, w := range q.words {
		e := q.covering(w)
		switch {
		case w.start < from || stating[w.text] || e != nil && isName(*e):
		default:
			return w.text == "free"
		}
	}
	return false
}

// stating are the words between things and what they are: "disks that are still free".
var stating = setOf("that which are is still currently now being on in node worker")

var spare = setOf("free spare raw blank empty idle")

// findCounted finds what a question of yes or no counts, "are there more than 10 volumes on worker-1?", and with what number
// it compares the count.
func (q *question) findCounted() {
	if !q.begins(yesOrNo) || q.intent.act != actList && q.intent.act != actCount && q.intent.act != actConsumers && q.intent.act != actOverview {
		return
	}
	for _, i := range q.entities("subject") {
		subject := q.parse.Entities[i]
		for _, j := range q.entities(nlp.Count) {
			e := q.parse.Entities[j]
			if e.Op == "" || e.End > subject.Start || !q.within(e.End, subject.Start, 1) {
				continue
			}
			q.as("count")
			q.subject, q.counted = models.Subject(subject.Value), &e
			q.taken[i], q.taken[j] = true, true
			return
		}
	}
}
