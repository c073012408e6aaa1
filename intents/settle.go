package intents

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// commands reports whether the sentence, politeness apart, begins with a verb that changes something and names what: then it is
// no question, whatever else it speaks of.
func (q *question) commands() bool {
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
		case changingVerbs[w.text]:
			if next := q.after(w.end, 1); q.intent != nil && q.intent.act == actWhy || len(next) == 0 || next[0] == "of" || next[0] == "policy" {
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

// settlePer finds questions for the average number of things that others have, "average number of replicas per volume": they are
// about the others.
func (q *question) settlePer() {
	if q.intent.act != actCount && q.intent.act != actAggregate || !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "aggregate" && e.Value == models.Average }) {
		return
	}
	q.as("aggregate")
	if i := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "subject" && e.Value == string(models.Volumes) }); q.subject == models.Replicas && (i >= 0 || q.anyWord(setOf("count number"))) {
		q.subject = models.Volumes // "average number of replicas of volumes"
		return
	}
	for _, e := range q.parse.Entities {
		near := q.before(e.Start, 1)
		if e.Type != "subject" || len(near) == 0 || near[0] != "per" || q.subject == "" {
			continue
		}
		if s := answer.Fields(models.Subject(e.Value)); s != nil && s.Counting(string(q.subject)) != "" && !q.anyWord(magnitudes) {
			q.subject = models.Subject(e.Value)
		}
	}
}

// magnitudes are the words for what one thing has much or little of: "average volume size per class" averages no number of volumes.
var magnitudes = setOf("size sizes usage fullness fill age")

// goesDown reports whether the sentence asks what goes down together with something.
func (q *question) goesDown() bool {
	for i := 0; i+2 < len(q.words); i++ {
		if w := q.words[i].text; (w == "go" || w == "goes") && q.words[i+1].text == "down" && (q.words[i+2].text == "with" || q.words[i+2].text == "together" || q.words[i+2].text == "if" || q.words[i+2].text == "when") {
			return true
		}
	}
	return false
}

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

// takeOrder uses up the words for an order.
func (q *question) takeOrder() {
	for _, i := range q.entities("sort") {
		q.taken[i] = true
	}
}

// settleRanking finds questions that put groups in an order, "top 3 namespaces by used space", or list them, "namespaces that
// have claims": there is no such subject, but a field to group by.
func (q *question) settleRanking(follows bool) {
	switch q.intent.act {
	case actList, actCount, actAggregate, actConsumers:
	case actSort, actRefine:
		if follows {
			return
		}
	case actOverview:
		if !q.manyGroups() {
			return
		}
	default:
		return
	}
	if field := placesOf[q.subject]; field != "" && q.ranksByAmount() {
		q.as("aggregate")
		q.grouped, q.subject = field, models.Volumes
		return
	}
	if order := q.entities("sort"); q.subject == models.Nodes && len(order) > 0 && strings.HasPrefix(q.parse.Entities[order[0]].Value, "replicas") {
		q.as("count")
		q.takeOrder()
		q.grouped, q.subject = "node", models.Replicas
		return
	}
	field := q.rankedGroup()
	if field == "" && q.begins(setOf("who")) && (q.subject == "" || uncountable[q.subjectText()]) && q.has("sort") && len(q.namesOf(nameTypes...)) == len(q.namesOf("cluster")) {
		field = "namespace" // "who has the most claims"
	}
	if field == "" {
		return
	}
	if counted := q.rankedBy(); counted != "" {
		q.as("count")
		q.grouped, q.subject = field, counted
		return
	}
	order := q.entities("sort")
	ranks := len(order) > 0 || q.begins(ranking) || q.has(nlp.Count)
	switch {
	case !ranks:
		if q.subject == "" && !q.anyWord(differing) && !q.manyGroups() {
			return
		}
		q.as("count")
	case len(order) > 0 && strings.HasPrefix(q.parse.Entities[order[0]].Value, "volumes"):
		q.as("count")
		q.takeOrder()
	case len(order) > 0 && (strings.HasPrefix(q.parse.Entities[order[0]].Value, "used") || strings.HasPrefix(q.parse.Entities[order[0]].Value, "size")):
		q.as("aggregate")
	case q.subject != "" && !q.anyWord(amounts) && !q.anyWord(setOf("size provisioned consumption usage")):
		q.as("count")
		q.takeOrder()
	default:
		q.as("aggregate")
	}
	q.grouped, q.subject = field, cmp.Or(q.subject, q.ranked(), models.Volumes)
}

// rankedBy returns what a sentence orders groups by the number of: "top 3 teams by claims"; "" for other orders.
func (q *question) rankedBy() models.Subject {
	for i, w := range q.words {
		if e := q.covering(w); i > 0 && q.words[i-1].text == "by" && e != nil && e.Type == "subject" && plural(e.Text) && q.subject == "" && (q.begins(ranking) || q.has(nlp.Count)) {
			return models.Subject(e.Value)
		}
	}
	return ""
}

// ranked returns claims where an order is by their number, "which app has the most claims"; "" for other orders.
func (q *question) ranked() models.Subject {
	if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Type == "sort" && strings.HasPrefix(e.Value, "volumes") && (strings.Contains(e.Text, "claim") || strings.Contains(e.Text, "pvc"))
	}) {
		return models.Claims
	}
	return ""
}

// manyGroups reports whether the sentence asks for groups of volumes by what is said of those: "namespaces without snapshots", "how many
// namespaces have storage".
func (q *question) manyGroups() bool {
	for i, w := range q.words[:min(3, len(q.words))] {
		if rankable[w.text] != "" && plural(w.text) {
			return i > 0 && q.words[i-1].text == "many" || i == 0 && q.has("condition", "health")
		}
	}
	return false
}

// placesOf are the subjects that volumes are grouped by where what is in them is added up.
var placesOf = map[models.Subject]string{models.StorageClasses: "storageclass", models.Nodes: "node"}

// ranksByAmount reports whether the sentence orders things by an amount that only their volumes have: "which storage class holds
// the most data".
func (q *question) ranksByAmount() bool {
	for _, i := range q.entities("sort") {
		key, _, _ := strings.Cut(q.parse.Entities[i].Value, " ")
		if (key == "used" || key == "size") && answer.Fields(q.subject).Lookup(key) == nil {
			return true
		}
	}
	return false
}

// differing are the words for each of several once.
var differing = setOf("different distinct unique")

var ranking = setOf("rank order sort top ranking rankings leaderboard")

// rankedGroup returns the field whose values are put in an order, or listed, by a sentence that begins with them.
func (q *question) rankedGroup() string {
	for i, w := range q.words[:min(6, len(q.words))] {
		field := rankable[w.text]
		if field == "" {
			if e := q.covering(w); e != nil && (e.Type == "subject" || isName(*e) && e.Source == nlp.FromName) {
				return ""
			}
			continue
		}
		if (w.text == "team" || w.text == "tenant") && (i == 0 || !questioning[q.words[i-1].text]) {
			return "" // "order lunch for the team"
		}
		listed := i == 2 && q.words[1].text == "of" && ranking[q.words[0].text] // "ranking of namespaces"
		if i > 0 && (every[q.words[i-1].text] || naming[q.words[i-1].text] && !listed || q.words[i-1].text == "per") || field == "workload" && !q.has("sort") && !q.begins(ranking) && !q.manyGroups() {
			return ""
		}
		if next := q.after(w.end, 1); len(next) > 0 && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && e.Start >= w.end && q.within(w.end, e.Start, 0) }) {
			return ""
		}
		return field
	}
	return ""
}

// covering returns the entity that a word is part of, or nil.
func (q *question) covering(w word) *nlp.Entity {
	for i := range q.parse.Entities {
		if e := &q.parse.Entities[i]; w.start < e.End && e.Start < w.end {
			return e
		}
	}
	return nil
}

// rankable are the words for groups of volumes that are no subjects.
var rankable = map[string]string{"namespaces": "namespace", "namespace": "namespace", "ns": "namespace", "teams": "namespace", "projects": "namespace", "engines": "engine",
	"team": "namespace", "tenant": "namespace", "tenants": "namespace", "apps": "workload", "applications": "workload", "workloads": "workload", "app": "workload", "application": "workload", "workload": "workload", "engine": "engine"}

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
