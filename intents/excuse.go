package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/nlp"
)

// excuse finds in what seems to be an order to change something, or none of MuleBot's business, the question that it is.
func (q *question) excuse() {
	change := q.intent != nil && q.intent.Name == "change"
	declined := q.intent == nil || q.intent.Name == nlp.Fallback
	if q.wantsNotice() || (q.phrase("meeting", "room") || q.anyWord(setOf("hr payroll recruiting"))) && !q.namesThing() {
		q.as(nlp.Fallback)
		return
	}
	if !change && !declined || q.foreign() {
		return
	}
	thing := q.namesThing()
	switch {
	case change && thing && q.follows() && q.onlyNames():
		q.as("followup.refine") // "dock-2 then"
	case change && thing && q.begins(setOf("did has have was")) && q.anyWord(growing):
		q.as("describe") // "did data-0 grow to 60Gi"
	case change && q.begins(yesOrNo) && len(q.namesOf("storageclass")) > 0 && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Value == "expandable" }):
		q.as("describe") // "does lvm-thin let me expand volumes"
	case change && q.juxtaposes():
		q.as("compare")
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
	case declined && q.anyWord(symptoms) && len(q.foreigners()) == 0 && len(q.namesOf("workload", "claim", "volume", "pod", "pool", "node")) == 1:
		q.as("why") // "wiki is slow"
	case declined && thing && q.lasts():
		q.as("forecast") // "at this rate does tank last till christmas"
	case declined && q.exactly() && len(q.foreigners()) == 0 && (q.has("health") || q.anyWord(setOf("check look okay healthy blocking blocked wrong problem issue slow"))):
		q.as("describe")
	}
}

// juxtaposes reports whether the sentence has two things of a kind shown beside each other: "put data-0 next to data-1".
func (q *question) juxtaposes() bool {
	places := q.phrase("next", "to") || q.phrase("side", "by") || q.anyWord(setOf("beside alongside"))
	return places && q.begins(setOf("put set lay place hold")) && slices.ContainsFunc([]string{"claim", "volume", "pool", "node", "storageclass"}, func(kind string) bool { return len(q.namesOf(kind)) > 1 })
}

// wantsNotice reports whether the sentence asks to be told of something when it comes to pass: "notify me when a volume is degraded".
func (q *question) wantsNotice() bool {
	for _, verb := range [...]string{"notify", "alert", "remind", "warn", "ping", "page", "message"} {
		if q.phrase(verb, "me") || q.phrase(verb, "us") {
			return q.anyWord(setOf("when if once as before whenever"))
		}
	}
	return false
}

var symptoms = setOf("created creating provisioned mounted starting slow hangs hanging stuck crashed crashes crawling outage broken save write fails failing down dead lagging sluggish")

// asksUse reports whether the sentence asks whether something is needed, whatever it says is to be done: "can i delete sandbox-a or
// does somebody still need it".
func (q *question) asksUse() bool {
	return q.namesThing() && q.anyWord(somebody) && q.anyWord(needing)
}

// asksHarm reports whether the sentence asks what would be hurt by what is going to be done: "we'll reboot worker-5 tonight, anything
// that would break?".
func (q *question) asksHarm() bool {
	if !q.has("node", "pool", "blockdevice") {
		return false
	}
	agrees := strings.HasSuffix(strings.TrimSpace(q.text), "?") && q.anyWord(setOf("ok okay safe fine alright possible")) // "drain worker-7, ok?"
	return q.anyWord(hurting) && q.anyWord(asksWhat) || agrees && q.anyWord(supposing) || q.announces()
}

// announces reports whether the sentence tells what somebody is going to do, and asks in another clause whom or what it concerns: "I have
// to reboot worker-5, who will notice?". An order is given to MuleBot.
func (q *question) announces() bool {
	return q.begins(setOf("i we")) && slices.ContainsFunc(q.parts(), func(c restriction) bool { return concerning[c.words[0].text] })
}

var concerning = setOf("who whom whose what which anyone anybody anything")

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
