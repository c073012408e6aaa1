package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// settleReports corrects the intent of what people say rather than ask: that something is the matter with a thing, and what goes
// on with it, what is left of it, what uses it.
func (q *question) settleReports() {
	switch q.intent.act {
	case actEvents, actImpact, actList, actOverview, actDescribe:
		if q.intent.act == actEvents && (q.phrase("happened", "to") || q.phrase("happened", "with")) && q.anyWord(copying) && q.namesThing() {
			q.as("why") // "what happened to the second copy of data-0"
			return
		}
		if q.intent.act == actDescribe && q.has("health") && len(q.namesOf("claim", "volume", "pod")) == 1 && (q.swears() || q.anyWord(setOf("while although though despite"))) {
			q.as("why") // "data-0 is pending though there is room"
			return
		}
		if q.subject == "" && q.namesThing() && (q.goingOn() || q.swears() && !q.anyWord(whatIfs)) {
			q.as("why") // "what is going on with data-0", "damn worker-4 again"
			return
		}
	}
	q.settleProperties()
	if q.subject == models.Snapshots && (q.intent.act == actImpact && len(q.namesOf("node", "pool")) == 0 || q.intent.act == actCapacity) {
		q.as("list") // "how much room does the mysql snapshot take"
	}
	if q.runsOn() {
		q.as("list")
		q.subject = models.Pods
	}
	switch q.intent.act {
	case actImpact:
		if q.leftIn() && len(q.namesOf("pool")) > 0 {
			q.as("capacity") // "what remains in tank"
		}
	case actDescribe:
		switch {
		case q.uses() && len(q.namesOf("storageclass", "pool")) > 0:
			q.as("consumers") // "whats using the lvm-fast class"
		case (q.subject == models.Snapshots || q.subject == models.Events) && (plural(q.subjectText()) || q.has("sort") && !q.begins(setOf("how"))) && len(q.namesOf(nameTypes...)) > 0:
			q.as("list") // "snaps of data-0"
		case listable[q.subject] && plural(q.subjectText()) && len(q.namesOf("node", "pool", "storageclass")) == 1 && len(q.namesOf("claim", "volume")) == 0 && !q.owns():
			q.as("list") // "worker-6 pools"
		}
	case actWhy:
		if q.gotSize() {
			q.as("describe") // "did data-0 get what it asked for"
		}
		if q.anyWord(setOf("state status")) && !q.has("health") && !q.anyWord(setOf("why wrong up matter happened")) {
			q.as("describe") // "data-0, what's its state"
		}
	case actCount:
		if q.subject == "" && q.anyWord(elsewhere) {
			q.as(nlp.Fallback) // "how many services are in namespace kafka"
		}
	case actCapacity:
		if q.subject == models.BlockDevices {
			q.as("list")
		}
	case actForecast:
		if q.anyWord(weather) {
			q.as(nlp.Fallback)
		}
	}
	if q.owns() && !q.anyWord(setOf("why")) && (q.intent.act == actWhy || q.intent.act == actDescribe || q.intent.act == actImpact || q.intent.act == actConsumers) {
		q.as("list") // "pod wiki-0 is gone, are its volumes fine"
	}
}

// listable are the subjects whose things are listed where a description is asked of the place that they are in.
var listable = map[models.Subject]bool{models.Pools: true, models.Volumes: true, models.Claims: true, models.Pods: true}

// odd are the words for what is not as usual.
var odd = setOf("odd strange weird unusual suspicious funny abnormal")

// namesThing reports whether the sentence names one live thing.
func (q *question) namesThing() bool {
	return q.onlyNamed() >= 0
}

// onlyNamed returns the place of the only thing that the sentence names, -1 if it names none or several.
func (q *question) onlyNamed() int {
	names := slices.DeleteFunc(q.namesOf(nameTypes...), func(i int) bool {
		e := q.parse.Entities[i]
		return e.Type == "cluster" || e.Type == "namespace" && len(keepTypes(e.Candidates, describable)) == 0
	})
	if len(names) != 1 || len(keepTypes(q.parse.Entities[names[0]].Candidates, describable)) == 0 {
		return -1
	}
	return names[0]
}

// describable are the types of names of things whose state can be explained.
var describable = []string{"claim", "volume", "node", "pool", "pod", "snapshot", "blockdevice", "workload"}

// namesIn returns the targets of the kinds.
func (q *question) namesIn(kinds ...string) []target {
	return slices.DeleteFunc(slices.Clone(q.targets), func(t target) bool { return !slices.Contains(kinds, t.kind) })
}

// namesOf returns the places of the names that may be of one of the types.
func (q *question) namesOf(types ...string) []int {
	return slices.DeleteFunc(q.entities(nameTypes...), func(i int) bool { return len(keepTypes(q.parse.Entities[i].Candidates, types)) == 0 })
}

// goingOn reports whether the sentence asks what goes on with something now.
func (q *question) goingOn() bool {
	text := strings.ToLower(q.text)
	return strings.Contains(text, "going on with") || strings.Contains(text, "up with") && q.anyWord(setOf("what whats wtf sup"))
}

func (q *question) swears() bool { return q.anyWord(swearing) }

var (
	swearing = setOf("damn damned dammit goddamn fuck fucking fucked shit shitty crap bloody hell argh ugh wtf ffs omg")
	// whatIfs are the words of questions about what would be.
	whatIfs = setOf("if when lose losing loss without would could take reboot restart drain")
	weather = setOf("weather rain raining rainy sun sunny snow snowing wind windy temperature storm umbrella")
)

// leftIn reports whether the sentence asks what remains in something.
func (q *question) leftIn() bool {
	return len(q.words) > 2 && (q.words[0].text == "what" || q.words[0].text == "whats") && slices.ContainsFunc(q.words[1:min(4, len(q.words))], func(w word) bool {
		return w.text == "remains" || w.text == "left" || w.text == "remaining"
	})
}

// uses reports whether the sentence asks what uses something.
func (q *question) uses() bool {
	return q.begins(setOf("what whats who whos")) && slices.ContainsFunc(q.words[1:min(3, len(q.words))], func(w word) bool { return consuming[w.text] })
}

var consuming = setOf("using uses use consuming consumes eating eats filling occupying hogging taking")

// owns reports whether the subject is what belongs to a thing named before: "its volumes".
func (q *question) owns() bool {
	for _, e := range q.parse.Entities {
		near := q.before(e.Start, 1)
		if e.Type == "subject" && models.Subject(e.Value) == q.subject && len(near) > 0 && (near[0] == "its" || near[0] == "their") && plural(e.Text) {
			return slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool { return isName(o) && o.End <= e.Start })
		}
	}
	return false
}

// runsOn reports whether the sentence asks what runs on a node: that is pods, and not the volumes that lie there.
func (q *question) runsOn() bool {
	act := q.intent.act
	return (act == actImpact || act == actConsumers || act == actList || act == actDescribe) && q.subject == "" && q.anyWord(setOf("run runs running")) &&
		q.begins(setOf("what whats which anything something who")) && !q.anyWord(setOf("if would could lose version")) && len(q.namesOf("node")) > 0 && len(q.namesOf(nameTypes...)) == len(q.namesOf("node", "cluster"))
}

// numberOf reports whether the sentence begins with "no. of" or "# of".
func (q *question) numberOf() bool {
	return len(q.words) > 1 && q.words[1].text == "of" && q.begins(setOf("no num nr cnt"))
}

// foreign reports whether the sentence speaks of what other tools than storage are for, and of no live thing.
func (q *question) foreign() bool {
	return q.anyWord(elsewhere) && !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && e.Type != nlp.UnknownName && e.Type != "cluster" })
}

var elsewhere = setOf(`deployment deployments hpa replicaset replicasets cronjob cronjobs ingress ingresses configmap configmaps secret secrets rds ebs s3
	ec2 efs aws gcp azure role roles rolebinding rolebindings permission permissions emails email mails inbox dropbox laptop vm vms lambda bucket buckets autoscaler helm service services endpoints certificates serviceaccounts git rebase commit branch`)

// rescue corrects an intent that the sentence's words rule out: a change of what is no storage is declined, and the version of a
// cluster is known.
func (q *question) rescue() {
	release := q.anyWord(setOf("version versions")) && q.anyWord(setOf("kubernetes k8s kube")) && (q.has("cluster") || q.anyWord(setOf("cluster clusters")))
	declined := q.intent == nil || q.intent.Name == nlp.Fallback || q.intent.Name == "change" && !q.commands() && !q.begins(setOf("snapshot"))
	switch {
	case q.asksSense():
		q.as("why") // "what does read-only mean for wiki"
		if !q.saysOfWhat() {
			q.as(nlp.Fallback)
		}
	case declined && q.subject == "" && q.anyWord(setOf("clusters")) && q.begins(setOf("which what list name")) && q.anyWord(setOf("see know watch reach access look")) && len(q.words) < 7:
		q.as("list") // "which clusters can you see"
	case declined && q.spaceOf() != "" && !q.foreign():
		q.as("aggregate") // "apps with their space"
	case q.intent != nil && q.intent.Name == "change" && len(q.words) > 1 && q.covering(q.words[0]) != nil && q.covering(q.words[0]).Value == string(models.Snapshots) && q.covering(q.words[1]) == q.covering(q.words[0]):
		q.as("list") // "restore points of data-0"
	case declined && (q.intent == nil || q.intent.Name == nlp.Fallback) && len(q.namesOf("claim", "volume", "workload", "namespace")) == 1 && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Value == string(models.Snapshots) }):
		q.as("list") // "how old is the newest backup of mysql"
	case declined && q.has("engine") && q.asksVersions():
		q.as("list") // "io-engine build per node"
	case q.corrects():
		q.as("followup.refine")
		q.had = append(q.had, q.words[:min(2, len(q.words)-1)]...)
		for i := range q.parse.Entities {
			q.parse.Entities[i].Negated = false
		}
	case q.wider():
		q.as("followup.refine")
		q.had = append(q.had, q.words[0])
	case q.intent != nil && (q.intent.Name == "change" || q.intent.Name == "cancel" && len(q.words) > 2) && (q.foreign() || q.changesOthers()):
		q.as(nlp.Fallback)
	case declined && q.swears() && q.namesThing() && !q.has("subject"):
		q.as("why") // "damn worker-4 again"
	case q.intent != nil && q.intent.act >= actRefine && q.intent.act <= actTally && !q.follows() && q.anyWord(setOf("handover handoff")) && !q.namesThing():
		q.as("overview")
	case declined && (q.anyWord(setOf("handover handoff")) || q.begins(setOf("anything something")) && q.anyWord(odd)) && !q.namesThing():
		q.as("overview") // what the next shift has to know
	case declined && q.plainly():
		q.as("list")
	case release:
		q.as("list")
		q.subject = models.Clusters
		q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == nlp.UnknownName })
	}
}
