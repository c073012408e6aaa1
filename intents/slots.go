package intents

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// fill turns the utterance into a query, in q.query, or else returns the reply that has to come first: a question back, or
// that something named is not there. Intents without a query leave q.query nil.
func (q *question) fill() *models.Reply {
	if q.intent == nil {
		q.reconsider()
	}
	if q.wantsSummary() {
		q.as("summary")
	}
	supposed := q.supposed()
	if supposed != nil {
		q.as("impact")
	}
	q.excuse()
	q.rescue()
	q.elsewhereFrom()
	if q.intent == nil {
		return q.abstain()
	}
	q.permitted()
	if q.intent.act == actChat {
		return nil
	}
	q.query = &models.Query{}
	q.fillSummary()
	q.findSubject()
	q.leaveAsides()
	q.settle()
	if q.intent.act == actChat {
		q.query = nil
		return nil
	}
	for _, step := range []func() *models.Reply{q.fillClusters, q.findTargets} {
		if reply := step(); reply != nil {
			return reply
		}
	}
	if supposed != nil {
		return q.suppose(supposed)
	}
	if q.setsApart() {
		return q.leftover()
	}
	if q.largest() {
		q.narrow()
		q.place()
		q.query.Field = answer.Largest
		return nil
	}
	if q.placing() {
		q.narrow()
		q.place()
		return q.leftover()
	}
	for _, step := range []func() *models.Reply{q.base, q.fillSubject, q.fillTargets} {
		if reply := step(); reply != nil {
			return reply
		}
	}
	for _, step := range []func() *models.Reply{q.leaveTold, q.fillOthers, q.fillNumbers, q.fillNone, q.fillValues, q.fillWords, q.unite, q.fillOrder, q.fillAggregate, q.finishQuery, q.fillShow, q.leftover} {
		if reply := step(); reply != nil {
			return reply
		}
	}
	return nil
}

// as changes the intent to another of the table.
func (q *question) as(name string) { q.intent = q.intents[name] }

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
	if q.intent.act == actList && q.has("node", "pool") && q.goesDown() {
		q.as("impact")
	}
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
		if !q.anyWord(future) {
			q.as("capacity")
			if len(q.entities(nameTypes...)) > 0 {
				q.as("describe")
			}
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
		if q.intent.act == actDescribe && q.anyWord(setOf("soon until till when date")) && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Value == "full" }) {
			q.as("forecast")
			return
		}
		if q.intent.act == actCount && (q.picksOut() || q.phrase("list", "of") && q.grouped == "" && !q.anyWord(setOf("how many count number"))) {
			q.as("list") // "pools with more than 2 replicas", "share the list of claims"
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

// future are the words without which nothing is asked of what will be.
var future = setOf(`when until till will would long soon next predict prediction predicted forecast forecasts forecasting trend trends grow grows growing
	growth grown fast quickly quick rate eta days weeks months last lasts going projected projection estimate expect expected date first
	run runs fill fills filling ahead planning plan soonest still need enough time becomes become`)

var (
	openings = setOf("and but only just")
	those    = setOf("those them these")
	pronouns = setOf("it its this that")

	units     = setOf("gi ti mi gib gb gigs gigabytes gibibytes tib tb terabytes tebibytes bytes megabytes mib")
	contrasts = setOf("vs versus against compare compared differ differs")
)

// findSubject finds the subject that the sentence names: the first one that is no more than a cue for a name beside it
// ("node worker-1"), a group ("per node") or what is counted ("2 replicas").
func (q *question) findSubject() {
	for _, i := range q.entities("subject") {
		e := q.parse.Entities[i]
		each, listed := q.listsEach(e)
		if q.isCue(e) || q.isGroup(e.Start) && !listed || q.isCounted(e) || q.saysWhere(e) || q.isExcluded(e) {
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

// finishQuery makes the query of the intent's kind out of what was found, and adds what the card assumes.
func (q *question) finishQuery() *models.Reply {
	query := q.query
	switch q.intent.act {
	case actOverview:
		if q.subject != "" && q.subject != models.Clusters && query.Name == "" {
			q.as("list")
			if !hasFilter(query, "health") && !q.surveys() && !slices.ContainsFunc(query.Filters, func(f models.Filter) bool { return conditional[f.Field] }) {
				query.Filters = append(query.Filters, unhealthyFilter)
			}
		}
	case actDescribe:
		if query.Name == "" {
			if reply := q.describeNothing(); reply != nil {
				return reply
			}
		}
	case actWhy:
		if query.Name == "" {
			if reply := q.whyNothing(); reply != nil {
				return reply
			}
		}
	case actForecast:
		q.presently()
	case actReplicas, actConsumers, actImpact, actEvents:
		if len(q.targets) == 0 && query.Name == "" {
			if reply := q.unnamed(); reply != nil {
				return reply
			}
		}
	}
	q.onlyPool()
	q.askFields()
	q.contrast()
	q.resized()
	q.assumeNamespace()
	if reply := q.judge(); reply != nil {
		return reply
	}
	q.answerCounted()
	q.answerShare()
	q.eitherWay()
	q.requested()
	return nil
}

// onlyPool describes the only pool of a node where the sentence asks for one: "the pool of worker-4".
func (q *question) onlyPool() {
	query := q.query
	switch q.intent.act {
	case actList, actDescribe, actImpact:
	default:
		return
	}
	if query.Subject != models.Pools || query.Name != "" || plural(q.subjectText()) || len(query.Filters) != 1 || query.Filters[0].Field != "node" || query.Filters[0].Not || len(query.Clusters) != 1 {
		return
	}
	inv := q.inventory(query.Clusters[0])
	if inv == nil {
		return
	}
	if res, err := answer.Evaluate(query, []*models.Inventory{inv}); err == nil && res.Len() == 1 {
		q.as("describe")
		query.Name = res.Values("name")[0]
	}
}

// surveys reports whether the sentence asks how all of some things are, and not only which of them are not well: "node status".
func (q *question) surveys() bool {
	return q.anyWord(setOf("all every each list status state overview summary")) && !q.begins(yesOrNo) && !q.anyWord(setOf("any anything problem problems issue issues wrong trouble"))
}

// conditional are the fields that say how things are beside their health.
var conditional = setOf("snapshots snapshot_age copies spare redundancy orphaned pods attached used_percent resize raid lost")

var unhealthyFilter = not(eq("health", string(models.Healthy)))

func hasFilter(query *models.Query, field string) bool {
	return slices.ContainsFunc(query.Filters, func(f models.Filter) bool { return f.Field == field })
}

// presently answers what will be full with what is full now.
func (q *question) presently() {
	query := q.query
	q.notes = append(q.notes, "I cannot forecast yet: I keep no history of usage. This is how it is now.")
	query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool { return f.Field == "used_percent" && f.Op == models.Ge })
	q.notes = slices.DeleteFunc(q.notes, func(n string) bool {
		return strings.HasPrefix(n, "“nearly full”") || strings.HasPrefix(n, "“full”")
	})
	switch s := answer.Fields(query.Subject); {
	case query.Name != "":
	case s.Lookup("used_percent") == nil:
		query.Subject = models.Volumes
		fallthrough
	default:
		query.GroupBy, query.ThenBy, query.Each, query.Aggregate, query.Field = "", "", 0, "", ""
		query.Sort, query.Desc, query.Limit = "used_percent", true, cmp.Or(query.Limit, fullest)
		query.Filters = append(query.Filters, known("used_percent"))
	}
}

// fullest is how many of the fullest things answer a question about which will be full.
const fullest = 5

func (q *question) subjectText() string {
	for i := range q.parse.Entities {
		if e := q.parse.Entities[i]; e.Type == "subject" && models.Subject(e.Value) == q.subject {
			return e.Text
		}
	}
	return ""
}

// assumeNamespace adds the card's namespace where the question names neither a namespace nor a thing of one.
func (q *question) assumeNamespace() {
	query, ns := q.query, q.card.Namespace
	if ns == "" || query.Name != "" || hasFilter(query, "namespace") || answer.Fields(query.Subject).Lookup("namespace") == nil || q.everyNamespace() {
		return
	}
	if slices.ContainsFunc(q.targets, func(t target) bool { return t.scope() != "" || t.kind == "volume" }) {
		return
	}
	query.Filters = append(query.Filters, eq("namespace", ns))
	q.notes = append(q.notes, "Only namespace "+phrase.Code(ns)+", which this channel assumes; say “in all namespaces” for every one.")
}

// everyNamespace reports whether the sentence asks for all namespaces.
func (q *question) everyNamespace() bool {
	for i, w := range q.words {
		if (w.text == "namespaces" || w.text == "namespace") && i > 0 && every[q.words[i-1].text] || w.text == "cluster-wide" || w.text == "clusterwide" {
			return true
		}
	}
	return false
}

var every = setOf("all every any each both across")

// judge makes sure that the subject has the fields that the query needs, and says which it has not.
func (q *question) judge() *models.Reply {
	s := answer.Fields(q.query.Subject)
	if s == nil {
		return nil // the handler says what there is
	}
	for _, f := range q.query.Filters {
		for _, f := range append([]models.Filter{f}, f.Or...) {
			if q.intent.act != actOverview && s.Lookup(f.Field) == nil {
				return q.cannot(s, f.Field)
			}
		}
	}
	if g := q.query.GroupBy; g != "" && s.Lookup(g) == nil {
		return q.cannot(s, g)
	}
	return q.exclusive(s)
}

// exclusive says so where two bounds of a field leave nothing between them, rather than that nothing was found there.
func (q *question) exclusive(s *answer.Schema) *models.Reply {
	for _, low := range q.query.Filters {
		for _, high := range q.query.Filters {
			f := s.Lookup(low.Field)
			if f == nil || low.Field != high.Field || low.Not || high.Not || low.Op != models.Gt && low.Op != models.Ge || high.Op != models.Lt && high.Op != models.Le || low.Number <= high.Number {
				continue
			}
			err := &models.Error{Kind: models.Invalid, Message: "I read two limits of the " + f.Name() + " of which no " + s.One + " can keep both",
				Hint: "Ask with one of them"}
			return &models.Reply{Text: sentence(err.Message), Notes: hints(err), Err: err}
		}
	}
	return nil
}

// cannot says that a subject has no such property, rather than to answer without it.
func (q *question) cannot(s *answer.Schema, field string) *models.Reply {
	q.without = q.query.Clone()
	q.without.Filters = slices.DeleteFunc(q.without.Filters, func(f models.Filter) bool { return s.Lookup(f.Field) == nil })
	if q.without.GroupBy == field {
		q.without = nil
	}
	err := &models.Error{Kind: models.Invalid,
		Message: phrase.Capital(s.Many) + " cannot be told apart by " + strings.ReplaceAll(field, "_", " "),
		Hint:    "Ask for " + s.Many + " without that, or for volumes or claims"}
	return &models.Reply{Text: sentence(err.Message), Notes: hints(err), Err: err}
}
