package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// settleTurns corrects the intent of sentences whose turn of phrase says what they ask, whatever their words are otherwise about.
func (q *question) settleTurns() {
	switch q.intent.act {
	case actAggregate, actList, actOverview:
		if q.intent.act == actAggregate && q.subject == models.Clusters && q.anyWord(amounts) {
			q.subject, q.grouped = models.Volumes, "cluster" // "compare the used space of both clusters"
		}
		switch room := q.anyWord(setOf("squeeze cram fit fits")); {
		case q.has(nlp.Quantity) && (room || q.phrase("capacity", "for") || q.phrase("room", "for") || q.phrase("space", "for") || q.phrase("place", "for")):
			q.as("capacity") // "is there capacity for ten 100Gi volumes"
		case room && q.has("sort") && (q.subject == models.Volumes || q.subject == models.Claims):
			q.as("capacity") // "the biggest claim that still fits"
			q.subject = ""
			q.takeOrder()
		}
		if q.intent.act == actOverview && q.subject == models.Clusters && slices.ContainsFunc(q.entities("sort"), func(i int) bool { return q.parse.Entities[i].Value != "name asc" }) {
			q.as("list") // "the cluster with the most unhealthy things"
		}
	case actCount:
		if q.subject != "" && q.begins(setOf("order sort rank arrange")) && q.anyWord(setOf("by")) {
			q.as("list") // "order the pools by number of replicas"
		}
	case actForecast:
		if q.subject == models.Snapshots || len(q.namesOf("snapshot")) > 0 && len(q.namesOf("pool", "volume", "claim")) == 0 {
			q.as("describe") // "when did mysql-nightly run last"
		}
	case actCompare:
		if len(q.entities("cluster")) < 2 && q.has(nlp.Duration) {
			q.as("events") // "past hour: what's different"
		}
	case actWhy:
		if q.subject != "" && q.subject != models.Pods && plural(q.subjectText()) && q.asksFor(q.subject) {
			q.as("list") // "users complain about search, what volumes does it have"
		}
		if q.begins(setOf("suppose supposing assume assuming imagine say")) && q.has("node", "pool") {
			q.as("impact")
		}
	case actEvents:
		if q.subject == "" && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return strings.HasSuffix(e.Value, "snapshots") }) {
			q.as("list") // "things not backed up in the past week"
		}
		if q.subject == "" && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return redundancy[e.Value] }) {
			q.as("list") // "single points of failure"
		}
	case actImpact:
		if q.subject == models.Clusters && q.has("node", "pool") {
			q.subject = "" // "take worker-3 out of the cluster"
		}
	case actDescribe:
		if q.begins(setOf("why")) && q.namesThing() {
			q.as("why")
			return
		}
		if (q.subject == models.Volumes || q.subject == models.Claims) && len(q.computed()) == 1 && len(q.namesOf("claim", "volume")) == 0 {
			q.as("aggregate") // "the mean volume size for class lvm-fast"
		}
		if len(q.namesOf("storageclass")) == 1 && q.anyWord(setOf("anything everything something stuff")) && q.anyWord(setOf("on in from using")) {
			q.as("list") // "are we running anything on lvm-bulk"
			q.subject = models.Volumes
		}
	case actReplicas, actConsumers:
		if q.subject != "" && (q.numberOf() || q.begins(setOf("number count"))) {
			q.as("count") // "nr of replicas on tank"
		}
	}
	if (q.intent.act == actList || q.intent.act == actCapacity) && len(q.namesOf("storageclass")) == 1 && q.begins(setOf("can could")) && q.anyWord(resizes) && q.anyWord(setOf("be")) {
		q.as("describe") // "can volumes of lvm-fast be expanded"
		q.subject = ""
	}
	if q.subject == "" && (q.intent.act == actList || q.intent.act == actCount) && q.anyWord(setOf("provisioners drivers")) && len(q.targets) == 0 && !q.has("volume", "claim") {
		q.as("count") // "which CSI drivers are in use"
		q.subject, q.grouped = models.StorageClasses, "provisioner"
	}
	if q.intent.act == actList && q.severalQuestions() && q.namesThing() {
		q.as("describe") // "pod kafka-0, which node and which disks"
	}
}

// redundancy are the conditions that speak of copies.
var redundancy = map[string]bool{"one copy": true, "no spare": true, "no redundancy": true, "able to lose a copy": true}

// asksFor reports whether the sentence asks which things of a subject there are: "what volumes".
func (q *question) asksFor(s models.Subject) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		near := q.before(e.Start, 1)
		return e.Type == "subject" && models.Subject(e.Value) == s && len(near) > 0 && (near[0] == "what" || near[0] == "which")
	})
}

// severalQuestions reports whether a sentence that begins with a name asks several things of it.
func (q *question) severalQuestions() bool {
	asked := 0
	for _, w := range q.words {
		if w.text == "which" || w.text == "what" || w.text == "where" || w.text == "how" {
			asked++
		}
	}
	first := len(q.words) > 0 && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && q.within(0, e.Start, 2) })
	return asked > 1 && first
}

// excuse finds in what seems to be an order to change something, or none of MuleBot's business, the question that it is.
func (q *question) excuse() {
	change := q.intent != nil && q.intent.Name == "change"
	declined := q.intent == nil || q.intent.Name == nlp.Fallback
	if q.phrase("meeting", "room") {
		q.as(nlp.Fallback)
		return
	}
	if !change && !declined || q.foreign() {
		return
	}
	thing := q.namesThing()
	switch {
	case change && q.asksUse():
		q.as("consumers")
	case change && q.asksHarm():
		q.as("impact")
	case change && q.asksRemedy():
		q.as("why")
	case q.intent == nil && q.has("duration") && q.anyWord(setOf("different changed changes new")):
		q.as("events")
	case declined && q.begins(setOf("who what which")) && slices.ContainsFunc(q.entities("health", "condition"), func(i int) bool { return strings.Contains(q.parse.Entities[i].Text, " ") }):
		q.as("list") // "who lost a replica"
	case declined && q.has("sort") && q.rankedGroup() != "":
		q.as("aggregate") // "which namespace is the hungriest"
	case declined && thing && q.lasts():
		q.as("forecast") // "at this rate does tank last till christmas"
	case declined && q.exactly() && (q.has("health") || q.anyWord(setOf("check look okay healthy blocking blocked wrong problem issue slow"))):
		q.as("describe")
	}
}

// asksUse reports whether the sentence asks whether something is needed, whatever it says is to be done: "can i delete sandbox-a or
// does somebody still need it".
func (q *question) asksUse() bool {
	return q.namesThing() && q.anyWord(somebody) && q.anyWord(needing)
}

// asksHarm reports whether the sentence asks what would be hurt by what is going to be done: "we'll reboot worker-5 tonight, anything
// that would break?".
func (q *question) asksHarm() bool {
	if !q.has("node", "pool") {
		return false
	}
	agrees := strings.HasSuffix(strings.TrimSpace(q.text), "?") && q.anyWord(setOf("ok okay safe fine alright possible")) // "drain worker-7, ok?"
	return q.anyWord(hurting) && q.anyWord(asksWhat) || agrees && q.anyWord(supposing)
}

// asksRemedy reports whether the sentence asks how something is mended.
func (q *question) asksRemedy() bool {
	return q.namesThing() && (q.begins(setOf("fix solution remedy workaround")) || q.begins(setOf("how")) && q.anyWord(setOf("fix repair mend solve resolve")))
}

var (
	somebody = setOf("somebody someone anybody anyone who anything something nobody")
	needing  = setOf("need needs needed use uses using used mount mounts mounting depend depends")
	hurting  = setOf("break breaks broken hurt hurts affected affect affects suffer suffers fallout impact safe lose loses down wrong trouble problem problems consequences")
	asksWhat = setOf("anything what whats who which would will is does any something")
)

// lasts reports whether the sentence asks how long something will do.
func (q *question) lasts() bool {
	return q.anyWord(setOf("last lasts suffice survive enough hold")) && q.anyWord(setOf("till until long rate through"))
}

// exactly reports whether the sentence names one live thing as it is written, with more than letters in its name.
func (q *question) exactly() bool {
	return q.namesThing() && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return isName(e) && e.Score == 1 && strings.ContainsAny(e.Text, "-0123456789") && len(keepTypes(e.Candidates, describable)) > 0
	})
}
