package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// settleTurns corrects the intent of sentences whose turn of phrase says what they ask, whatever their words are otherwise about.
func (q *question) settleTurns() {
	if q.occupies() {
		q.as("list")
		q.subject = models.Volumes
		if q.query.Sort, q.query.Desc = "size", true; q.anyReplicated() {
			q.subject, q.query.Sort = models.Replicas, "used"
		}
		return
	}
	switch q.intent.act {
	case actCapacity:
		q.settleRoom()
	case actAggregate, actList, actOverview, actCount, actReplicas, actConsumers, actEvents, actCompare:
		q.settleMany()
	case actDescribe, actWhy, actForecast, actImpact:
		q.settleOne()
	}
	if q.intent.act == actList || q.intent.act == actCount || q.intent.act == actCapacity {
		q.settleListed()
	}
}

// settleMany is settleTurns for what was taken for a question about many things.
func (q *question) settleMany() {
	switch q.intent.act {
	case actAggregate, actList, actOverview:
		q.settleRoom()
		if q.intent.act == actAggregate && q.subject == models.Clusters && q.anyWord(amounts) {
			q.subject, q.grouped = models.Volumes, "cluster" // "compare the used space of both clusters"
		}
		if q.intent.act == actOverview && q.subject == models.Clusters && q.ranks() {
			q.as("list") // "the cluster with the most unhealthy things"
		}
	case actCount:
		if q.anyWord(setOf("quorum")) && q.namesThing() {
			q.as("describe") // "the quorum of data-0: how many does it need"
			q.subject = ""
			return
		}
		if q.anyWord(setOf("restarts restart restarted")) && len(q.namesOf("pod")) == 1 {
			q.as("describe") // "how many restarts does kafka-0 have"
			q.subject = models.Pods
			return
		}
		if q.subject != "" && q.begins(setOf("order sort rank arrange")) && q.anyWord(setOf("by")) {
			q.as("list") // "order the pools by number of replicas"
		}
	case actCompare:
		switch several := len(q.entities("cluster")) > 1; {
		case !several && q.has(nlp.Duration):
			q.as("events") // "past hour: what's different"
		case !several && q.has("sort") && q.subject != "" && q.subject != models.Clusters && !q.namesThing() && !q.anyWord(contrasts):
			q.as("list") // "which pool is in the worst shape"
		}
	case actEvents:
		if q.subject == "" && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return strings.HasSuffix(e.Value, "snapshots") || redundancy[e.Value] }) {
			q.as("list") // "things not backed up in the past week", "single points of failure"
		}
	case actReplicas, actConsumers:
		if q.subject != "" && (q.numberOf() || q.begins(setOf("number count"))) {
			q.as("count") // "nr of replicas on tank"
		}
	}
}

// settleRoom finds questions whether something fits.
func (q *question) settleRoom() {
	if q.phrase("how", "big", "a") || q.phrase("how", "large", "a") || q.phrase("how", "big", "can") || q.phrase("how", "big", "could") {
		if len(q.namesOf("claim", "volume", "workload")) == 0 && q.anyWord(setOf("can could may")) && !q.has(nlp.Quantity) {
			q.as("capacity") // "how big a volume can i make"
			q.subject, q.query.Sort, q.query.Desc, q.query.Limit = "", "free", true, 1
			return
		}
	}
	if q.anyWord(spaces) && q.subject == "" && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Value == string(models.Awaiting) && strings.Contains(e.Text, "provision")
	}) {
		q.as("capacity") // "space that is not provisioned yet"
		return
	}
	switch fits := q.anyWord(setOf("squeeze cram fit fits")) || q.anyWord(setOf("could can")) && q.anyWord(setOf("make create provision have")) && q.anyWord(setOf("i we")); {
	case q.has(nlp.Quantity) && (fits || q.phrase("capacity", "for") || q.phrase("room", "for") || q.phrase("space", "for") || q.phrase("place", "for")):
		q.as("capacity") // "is there capacity for ten 100Gi volumes"
	case fits && q.has("sort") && (q.subject == models.Volumes || q.subject == models.Claims):
		q.as("capacity") // "the biggest claim that still fits" is as big as what is free
		q.subject = ""
		q.had = append(q.had, q.wordsIn(setOf("fit fits"))...)
		for _, i := range q.entities("sort") {
			q.parse.Entities[i].Value = "free desc"
		}
	}
}

// ranks reports whether the sentence puts things in an order that is not that of their names.
func (q *question) ranks() bool {
	return slices.ContainsFunc(q.entities("sort"), func(i int) bool { return q.parse.Entities[i].Value != "name asc" })
}

// settleOne is settleTurns for what was taken for a question about one thing.
func (q *question) settleOne() {
	if q.begins(setOf("when")) && q.anyWord(setOf("backed snapshotted backup")) && len(q.namesOf("claim", "volume", "workload", "namespace")) == 1 {
		q.as("list") // "when was data-0 last backed up"
		q.subject = models.Snapshots
		q.query.Sort, q.query.Limit = "age", 1
		for i, e := range q.parse.Entities {
			q.taken[i] = q.taken[i] || e.Type == "condition" || e.Type == "subject"
		}
		return
	}
	volumes := q.subject == models.Volumes || q.subject == models.Claims
	switch q.intent.act {
	case actForecast:
		if q.subject == models.Snapshots || len(q.namesOf("snapshot")) > 0 && len(q.namesOf("pool", "volume", "claim")) == 0 {
			q.as("describe") // "when did mysql-nightly run last"
		}
	case actWhy:
		if q.subject != "" && q.subject != models.Pods && plural(q.subjectText()) && q.asksFor(q.subject) {
			q.as("list") // "users complain about search, what volumes does it have"
		}
		if q.begins(setOf("suppose supposing assume assuming imagine say")) && q.has("node", "pool") {
			q.as("impact")
		}
	case actImpact:
		if q.phrase("how", "many") && volumes && len(q.namesOf(nameTypes...)) == 0 {
			q.as("count") // "how many volumes would a dead disk cost us"
			q.add(conditions["no spare"][0])
		}
		if q.subject == models.Clusters && q.has("node", "pool") {
			q.subject = "" // "take worker-3 out of the cluster"
		}
	case actDescribe:
		switch {
		case q.begins(setOf("why")) && q.namesThing():
			q.as("why")
		case len(q.namesOf("claim", "volume")) == 1 && q.subject == "" && !q.anyWord(setOf("how much")) && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Value == "unused" || e.Value == "mounted" }):
			q.as("consumers") // "data-0, is it unused"
		case volumes && len(q.computed()) == 1 && len(q.namesOf("claim", "volume")) == 0:
			q.as("aggregate") // "the mean volume size for class lvm-fast"
		case len(q.namesOf("storageclass")) == 1 && q.anyWord(setOf("anything everything something stuff")) && q.anyWord(setOf("on in from using")):
			q.as("list") // "are we running anything on lvm-bulk"
			q.subject = models.Volumes
		}
	}
}

// occupies reports whether the sentence asks what takes the space of a pool: "what occupies tank".
func (q *question) occupies() bool {
	if q.intent.act == actChat || len(q.namesOf("pool")) != 1 || q.subject != "" || !q.begins(setOf("what whats which who")) || q.anyWord(setOf("if would when")) {
		return false
	}
	for _, w := range q.words[1:min(len(q.words), 3)] {
		if occupying[w.text] {
			for _, i := range q.entities("sort", "condition") {
				q.taken[i] = true // "the most space", "is full of"
			}
			return true
		}
	}
	return false
}

var occupying = setOf("occupies occupying occupy fills filling eats eating hogs hogging takes taking")

// anyReplicated reports whether a pool that the sentence names may hold replicas: local volumes have none.
func (q *question) anyReplicated() bool {
	for _, i := range q.namesOf("pool") {
		for _, c := range q.parse.Entities[i].Candidates {
			inv := q.inventory(c.Group)
			if inv != nil && slices.ContainsFunc(inv.Pools, func(p models.Pool) bool { return p.Name == c.Value && !p.Engine.Local() }) {
				return true
			}
		}
	}
	return false
}

// settleListed is settleTurns for what was taken for a list and is none of volumes.
func (q *question) settleListed() {
	list := q.intent.act == actList
	switch {
	case list && q.subject == "" && len(q.words) <= 3 && len(q.namesOf("cluster")) == 1 && len(q.parse.Entities) == 2 && q.has("health"):
		q.as("overview") // "prod down??"
	case list && q.begins(setOf("space storage capacity")) && q.covering(q.words[0]) == nil && plural(q.subjectText()) && q.has("condition", "health"):
		q.as("aggregate") // "space held by unused volumes"
	case list && q.anyWord(costly) && plural(q.subjectText()) && !q.has("sort"):
		q.as("aggregate") // "what are the unused volumes costing us"
		q.had = append(q.had, q.wordsIn(costly)...)
	case list && q.phrase("unused", "space"):
		q.as("aggregate")
	case q.intent.act != actCount && len(q.namesOf("storageclass")) == 1 && q.begins(setOf("can could")) && q.anyWord(resizes) && q.anyWord(setOf("be")):
		q.as("describe") // "can volumes of lvm-fast be expanded"
		q.subject = ""
	case q.intent.act != actCapacity && q.subject == "" && q.anyWord(setOf("provisioners drivers")) && len(q.targets) == 0 && !q.has("volume", "claim"):
		q.as("count") // "which CSI drivers are in use"
		q.subject, q.grouped = models.StorageClasses, "provisioner"
	}
}

// costly are the words that ask how much space things take for nothing.
var costly = setOf("cost costs costing wasted wasting")

// redundancy are the conditions that speak of copies.
var redundancy = map[string]bool{"one copy": true, "no spare": true, "no redundancy": true, "able to lose a copy": true}

// asksFor reports whether the sentence asks which things of a subject there are: "what volumes".
func (q *question) asksFor(s models.Subject) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		near := q.before(e.Start, 1)
		return e.Type == "subject" && models.Subject(e.Value) == s && len(near) > 0 && (near[0] == "what" || near[0] == "which")
	})
}
