package intents

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// commands reports whether the sentence, politeness apart, begins with a verb that changes something and names what: then it is
// no question, whatever else it speaks of.
func (q *question) commands() bool {
	if q.script {
		return true
	}
	if q.asksUse() || q.asksHarm() || q.asksRemedy() || !q.mentions("subject") && !slices.ContainsFunc(q.parse.Entities, isName) || q.conditional() && q.askable() || q.supposed() != nil || q.foreign() {
		return false
	}
	if q.begins(setOf("snapshot")) && q.snapshots() {
		return true
	}
	for i, w := range q.words {
		switch e := q.covering(w); {
		case e != nil && e.Type == "subject" && strings.Contains(e.Text, " "):
			return false // "restore points of data-0"
		case changingVerbs[w.text] || w.text == "drop" && !q.follows(): // else it takes something off the last answer
			if next := q.after(w.end, 1); q.intent != nil && q.intent.act == actWhy || len(next) == 0 || next[0] == "of" || next[0] == "in" || next[0] == "policy" {
				return false // "resize of data-0 hangs"
			}
			return i == 0 || q.words[i-1].text != "to" || i > 1 && wishes[q.words[i-2].text]
		case !polite[w.text] && !wishes[w.text]:
			return false
		}
	}
	return false
}

// snapshots reports whether "snapshot" at the beginning is a verb: what follows is something to take a snapshot of, and no
// snapshot's name.
func (q *question) snapshots() bool {
	for _, e := range q.parse.Entities {
		if isName(e) && e.Start > q.words[0].end && q.within(q.words[0].end, e.Start, 0) {
			return len(keepTypes(e.Candidates, []string{"claim", "volume"})) > 0 && len(keepTypes(e.Candidates, []string{"snapshot"})) == 0
		}
	}
	return false
}

var (
	changingVerbs = setOf(`delete remove destroy wipe purge erase resize expand extend enlarge shrink scale increase decrease bump
		create provision migrate relocate restart reboot kill evict rebalance convert unmount detach recreate reattach uncordon
		clone upgrade rename reformat deleting removing resizing switch spread reclaim promote mark retry trigger move grow enable disable restore repair lower raise reduce`)
	polite = setOf("please pls plz can could would will you u kindly just go ahead and hey hi hello mulebot bot lets let us now ok okay mind i we d")
	wishes = setOf("want need like have to")
)

// settleComponents makes what is asked of versions of engines, "which mayastor version do we run", a question about what runs of them.
func (q *question) settleComponents() {
	versions := q.asksVersions()
	if q.subject != models.Components && !(versions && (q.subject == "" || q.subject == models.Clusters)) {
		return
	}
	follows := q.follows()
	switch act := q.intent.act; act {
	case actCount, actAggregate, actRefine, actSort:
		if !versions || follows && (act == actRefine || act == actSort) {
			return
		}
		fallthrough
	case actList, actDescribe, actOverview, actCompare, actConsumers, actForecast, actCapacity:
		q.as("list")
		q.subject = models.Components
		if q.upToDate() {
			q.notes = append(q.notes, "Which releases are the newest stands in no cluster: compare these versions with those that OpenEBS has published.")
		}
		for _, i := range q.entities("health") {
			q.taken[i] = q.taken[i] || q.begins(yesOrNo) // the answer says of each whether it works
		}
		if q.anyWord(setOf("ndm")) && !q.anyWord(setOf("operators drivers driver pods openebs")) {
			q.query.Filters = append(q.query.Filters, eq("name", "node disk manager"))
		}
		for _, w := range q.words {
			if versions && (releasing[w.text] || w.text == "openebs" || q.upToDate() && dated[w.text]) {
				q.had = append(q.had, w)
			}
		}
		if versions && q.perNode() {
			q.query.Show = append(q.query.Show, "node") // of each engine all pods have the versions that are told
			q.each = true
		}
	}
}

// asksVersions reports whether the sentence asks which release of an engine or of OpenEBS runs.
func (q *question) asksVersions() bool {
	return (q.anyWord(releasing) || q.upToDate()) && (q.has("engine") || q.anyWord(setOf("openebs ndm"))) && !q.anyWord(setOf("kubernetes k8s kubelet api"))
}

// upToDate reports whether the sentence asks whether something is of the newest release.
func (q *question) upToDate() bool {
	return q.phrase("up", "to", "date") || q.phrase("out", "of", "date") || q.anyWord(setOf("up-to-date outdated"))
}

var releasing = setOf("version versions release releases build builds")

// dated are the words of "up to date" and the like.
var dated = setOf("up out of to date up-to-date outdated")

// perNode reports whether the sentence asks for something of each node.
func (q *question) perNode() bool {
	return q.phrase("per", "node") || q.phrase("each", "node") || q.phrase("every", "node") || q.phrase("by", "node")
}

// measuring reports whether "how many" asks for an amount: "how many TiB do the pools have".
func (q *question) measuring() bool {
	for i := 2; i < len(q.words); i++ {
		if (units[q.words[i].text] || q.words[i].text == "percent") && q.words[i-1].text == "many" && q.words[i-2].text == "how" {
			return true
		}
	}
	return false
}

// settleClusters finds questions that compare clusters: they are counts or sums by cluster, or, where the sentence does not say
// what to compare, all that there is to say.
func (q *question) settleClusters() {
	switch q.intent.act {
	case actList, actCount, actAggregate, actOverview, actCompare, actCapacity:
	default:
		return
	}
	named := len(q.entities("cluster")) > 1 || q.begins(setOf("compare")) && q.anyWord(setOf("clusters environments"))
	if !named && !q.whichCluster() || !q.comparesThings() && !q.anyWord(contrasts) && !q.anyWord(setOf("difference differences")) && q.intent.act != actCompare {
		return
	}
	if !named && !q.has("health", "engine", "condition", nlp.Percentage, nlp.Quantity) && !q.anyWord(comparatives) {
		return // "which cluster has the most volumes" is an order of clusters
	}
	compared := models.Subject("")
	for _, e := range q.parse.Entities {
		if e.Type == "subject" && e.Value != string(models.Clusters) && compared == "" {
			compared = models.Subject(e.Value)
		}
	}
	switch {
	case (compared == "" || compared == models.Volumes || compared == models.Claims) && len(q.namesOf("namespace", "workload")) == 1 && named && q.anyWord(unlike):
		q.as("list") // "how does prometheus differ between staging and prod"
		q.subject, q.versus = models.Volumes, true
		return
	case compared != "" && (q.anyWord(freeing) || q.anyWord(footprints)) && !q.begins(setOf("how number count")) && !q.has("health", "condition"):
		q.as("aggregate") // "free pool space of both clusters"
		q.subject, q.grouped = compared, "cluster"
	case compared != "" && q.mentions("aggregate"):
		q.as("aggregate") // "average pool usage, prod-east vs staging"
		q.subject, q.grouped = compared, "cluster"
	case compared != "" && (q.intent.act != actCompare || q.has("health", "condition") || q.anyWord(setOf("number count many"))):
		q.as("count")
		q.subject, q.grouped = compared, "cluster"
	case compared == "" && (q.intent.act != actCompare || q.anyWord(setOf("free used usage room left space capacity headroom"))) && q.anyWord(amounts),
		compared == "" && len(q.namesOf("namespace", "workload")) > 0: // "minio on staging versus prod"
		q.as("aggregate")
		q.subject, q.grouped = models.Volumes, "cluster"
		if q.anyWord(freeing) || q.anyWord(setOf("room")) {
			q.subject = models.Pools
		}
	case compared == "":
		q.as("compare")
	default:
		return
	}
	if q.grouped != "" {
		q.takeOrder()
	}
}

// comparesThings reports whether the sentence compares things with each other, rather than with a number: "more than one default".
func (q *question) comparesThings() bool {
	return slices.ContainsFunc(q.words, func(w word) bool {
		return comparisons[w.text] && !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
			return measures[e.Type] && e.Op != "" && e.Start >= w.end && q.within(w.end, e.Start, 1) && !slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool {
				return o.Type == "subject" && o.Start >= e.End && q.within(e.End, o.Start, 1) // "the cluster with more than 5 degraded volumes"
			})
		})
	})
}

var (
	comparatives = setOf("more fewer less bigger larger smaller greater fuller")
	comparisons  = setOf("more fewer less bigger larger smaller greater fuller most fewest least biggest largest smallest than vs versus compared")
	amounts      = setOf("storage space used use uses using data capacity room free left")
)

// whichCluster reports whether the sentence asks which cluster something is so of.
func (q *question) whichCluster() bool {
	for i, w := range q.words {
		if questioning[w.text] && slices.ContainsFunc(q.words[i+1:min(i+4, len(q.words))], func(w word) bool {
			return w.text == "cluster" || w.text == "clusters" || w.text == "environment"
		}) {
			return true
		}
	}
	return false
}

// settleOpposed finds counts of what is so and what is not, "ready / not ready": neither picks anything out, and the answer is broken down
// by what they say.
func (q *question) settleOpposed() {
	switch q.intent.act {
	case actCount, actList, actAggregate, actDescribe:
	default:
		return
	}
	places := q.entities("health", "condition")
	for i := 1; i < len(places); i++ {
		a, b := q.parse.Entities[places[i-1]], q.parse.Entities[places[i]]
		opposed := a.Value == b.Value && a.Negated != b.Negated || contrary[a.Value] == b.Value ||
			a.Type == "health" && b.Type == "health" && a.Value != b.Value && (a.Value == string(models.Healthy) || b.Value == string(models.Healthy)) && (a.Value == "unhealthy" || b.Value == "unhealthy")
		counts := q.intent.act == actCount || q.anyWord(partitions)
		if between := strings.TrimSpace(strings.ToLower(q.text[a.End:b.Start])); opposed && opposing[between] && (counts || between == "or" && q.namesThing()) {
			if counts {
				q.as("count")
			}
			q.taken[places[i-1]], q.taken[places[i]], q.split = true, true, a.Value
		}
	}
}

// opposing is what stands between what is so and what is not.
var opposing = map[string]bool{"/": true, "vs": true, "vs.": true, "versus": true, "and": true, "or": true, "against": true, "and how many": true}

// covering returns the entity that a word is part of, or nil.
func (q *question) covering(w word) *nlp.Entity {
	for i := range q.parse.Entities {
		if e := &q.parse.Entities[i]; w.start < e.End && e.Start < w.end {
			return e
		}
	}
	return nil
}

var yesOrNo = setOf("are is do does did have has can there got")

// answerCounted says whether the count is what was asked.
func (q *question) answerCounted() {
	if q.counted == nil || q.query.GroupBy != "" {
		return
	}
	res, err := answer.Evaluate(q.query, q.asked())
	if err != nil {
		return
	}
	q.notes = append(q.notes, res.Compare(models.Op(q.counted.Op), q.counted.Number))
}

// asksShare reports whether the sentence asks which part of many things are so.
func (q *question) asksShare() bool {
	shares := slices.ContainsFunc(q.words, func(w word) bool {
		near := append(q.before(w.start, 1), "")
		return w.text == "share" && (naming[near[0]] || questioning[near[0]] || articles[near[0]]) // and not "share the list"
	})
	return !q.mentions(nlp.Percentage) && (shares || q.anyWord(setOf("percentage percent fraction proportion portion ratio")))
}

// asked returns the inventories of the clusters that the query asks about.
func (q *question) asked() []*models.Inventory {
	inventories, _ := q.of(q.query)
	return inventories
}

// answerShare says which part of the things a count is, where the sentence asks for that.
func (q *question) answerShare() {
	if q.intent.act != actCount || q.query.GroupBy != "" || !q.asksShare() {
		return
	}
	if res, err := answer.Evaluate(q.query, q.asked()); err == nil {
		q.notes = append(q.notes, res.Share()...)
	}
}

// settle corrects the intent by what the classifier cannot see: what the entities are, turns of phrase, and whether there is something that a
// follow-up could follow. The steps correct one another, so their order counts.
func (q *question) settle() {
	follows := q.follows()
	if q.pasted {
		return // what was copied says what is asked
	}
	if q.commands() {
		q.as("change")
		return
	}
	if (q.intent.act == actList || q.intent.act == actOverview) && q.anyWord(setOf("why explain")) && q.has("health") {
		q.as("why")
	}
	if follows {
		q.settleFollowing()
	}
	if q.settleQuotas() || q.settleDeletions() {
		return
	}
	q.settleShort()
	q.settleReclaim()
	q.settleComponents()
	q.settleReasons()
	q.settlePer()
	q.settleColumns()
	q.settleOpposed()
	q.settleReports()
	q.settleMoments()
	q.settleChanges()
	q.settleUrgent()
	q.settleTurns()
	q.contrasted()
	q.settleClusters()
	q.settleGroups()
	if q.grouped == "" {
		q.settleRanking(follows)
	}
	switch q.intent.act {
	case actCapacity:
		if (q.subject == models.Volumes || q.subject == models.Claims) && plural(q.subjectText()) && (q.has("aggregate") || q.anyWord(setOf("together"))) {
			q.as("aggregate") // "free space in all cstor volumes together"
		}
	case actForecast:
		switch {
		case q.foresees():
		case q.countsThings():
			q.as("count")
		case len(q.entities(nameTypes...)) > 0:
			q.as("describe")
		default:
			q.as("capacity")
		}
	case actConsumers:
		if q.subject != "" && q.begins(setOf("number count")) {
			q.as("count")
		}
	case actOverview:
		if len(q.entities("cluster")) > 1 && q.anyWord(contrasts) {
			q.as("compare")
		}
	case actAggregate:
		if q.subject != "" && q.anyWord(setOf("number count")) && !q.mentions("aggregate") {
			q.as("count")
		}
	case actCompare:
		if len(q.entities("cluster")) == 1 && q.has("health") && !q.anyWord(comparisons) && !q.anyWord(contrasts) {
			q.as("overview") // "is prod-east down"
			return
		}
		if len(q.entities("cluster")) == 0 && q.has("volume", "claim", "pool", "node") {
			q.as("list")
		}
	case actRefine, actItem, actSort, actMore, actTally:
		if follows {
			return
		}
		switch {
		case q.intent.act == actTally && (q.subject != "" || q.has("health", "engine", "condition")):
			q.as("count")
		case q.subject != "" || len(q.entities("health", "engine", "condition")) > 0 && q.intent.act == actRefine:
			q.as("list")
		case q.anyWord(setOf("ones")) && !q.anyWord(those) && len(q.namesOf("namespace", "workload", "node", "pool")) > 0:
			q.as("list") // "the 30Gi ones in redis"
		case q.anyWord(those) || q.anyWord(setOf("ones")):
			return // it follows nothing, and says so
		case q.has("volume", "claim", "node", "pool", "pod", "snapshot", "blockdevice"):
			q.as("describe")
		case q.intent.act == actRefine && len(q.namesOf("namespace", "workload")) > 0 && q.anyWord(setOf("everything all anything about")):
			q.as("list") // "everything about the mysql namespace"
		}
	case actReplicas:
		if q.has("health") && (q.subject == models.Volumes || q.subject == models.Claims) && plural(q.subjectText()) {
			q.as("list") // "which of its volumes have all their copies"
		}
	case actList, actDescribe, actCount:
		if q.intent.act != actCount && q.begins(setOf("how")) && q.anyWord(setOf("big large")) && q.subject == "" && len(q.namesOf("namespace")) == 1 && q.anyWord(bareCues) {
			q.as("aggregate") // "how large is namespace minio"
			return
		}
		if q.intent.act == actList && q.begins(setOf("amount")) && plural(q.subjectText()) {
			q.as("aggregate") // "amount requested by the claims"
			return
		}
		if q.intent.act == actList && q.anyWord(setOf("together")) && !q.phrase("together", "with") && q.anyWord(amounts) && plural(q.subjectText()) {
			q.as("aggregate")
			return
		}
		if q.intent.act == actDescribe && q.anyWord(setOf("soon until till when date")) && (exhausting.MatchString(q.text) || slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Value == "full" })) {
			q.as("forecast")
			return
		}
		if q.intent.act == actCount && q.phrase("list", "of") && q.grouped == "" && !q.anyWord(setOf("how many count number")) {
			q.as("list") // "share the list of claims"
			return
		}
		if q.intent.act == actCount && q.subject != "" && q.grouped == "" && q.anyWord(setOf("ranked sorted ordered")) {
			q.as("list") // "nodes sorted by number of volumes"
			return
		}
		if q.intent.act != actCount && q.subject == "" && !slices.ContainsFunc(q.parse.Entities, isName) && !q.anyWord(pronouns) && q.begins(setOf("is are")) && q.onlyHealthy() {
			q.as("overview")
			return
		}
		if q.intent.act == actList && q.subject != "" && (q.begins(setOf("number count")) || q.numberOf() || q.asksShare() && q.has("health", "condition", "engine")) {
			q.as("count")
			return
		}
		if q.intent.act == actCount && (q.subject == "" && q.anyWord(units) || q.measuring()) {
			q.as("aggregate")
			return
		}
		if follows && q.subject == "" && q.begins(openings) {
			q.as("followup.refine")
		} else if follows && q.intent.act == actList && q.anyWord(those) && (q.subject == "" || q.anyWord(setOf("of"))) && !q.anyWord(setOf("all")) {
			q.as("followup.refine")
		}
	}
}

// onlyHealthy reports whether the sentence says of how things are only that they are healthy.
func (q *question) onlyHealthy() bool {
	places := q.entities("health", "condition")
	return len(places) > 0 && !slices.ContainsFunc(places, func(i int) bool { e := q.parse.Entities[i]; return e.Value != string(models.Healthy) || e.Negated })
}

// foresees reports whether the sentence asks of what will be: "do we run these days" does not, "do we run out" does.
func (q *question) foresees() bool {
	for i, w := range q.words {
		next := append(slices.Clone(q.words[i+1:]), word{})[0].text
		if future[w.text] && !(w.text == "run" && !exhausted[next]) && !(w.text == "days" && slices.Equal(q.before(w.start, 1), []string{"these"})) {
			return true
		}
	}
	return false
}

// countsThings reports whether the sentence asks how many things there are.
func (q *question) countsThings() bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Type == "subject" && slices.Equal(q.before(e.Start, 2), []string{"many", "how"})
	})
}

// exhausted are the words behind "run" of what comes to its end.
var exhausted = setOf("out full dry low short")

// exhausting matches what is said of what comes to its end.
var exhausting = regexp.MustCompile(`(?i)\b(?:runs? (?:out|full|dry|low|short)|(?:get|gets|be|is) exhausted)\b`)

// future are the words without which nothing is asked of what will be.
var future = setOf(`when until till will would long soon next predict prediction predicted forecast forecasts forecasting trend trends grow grows growing
	growth grown fast quickly quick rate eta days weeks months last lasts going projected projection estimate expect expected date first
	run runs fill fills filling ahead planning plan soonest still need enough time becomes become`)
