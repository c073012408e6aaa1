package intents

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

var (
	drains = setOf("drain draining drained evacuate evacuating evict maintenance decommission decommissioned decommissioning retire retired retiring " +
		"remove removed removing replaced replace service")
	reboots = setOf("reboot rebooted rebooting reboots restart restarted restarting upgrade upgrading patch patched patching shutdown shut offline unplug unplugged off power powered poweroff")
	fails   = setOf("breaks break broke dies die died dead fails fail failed failing failure lose losing lost loss loses happens affected affect affects gone " +
		"impact impacted suffer suffers hurt hurts survive survives survived crash crashes crashed burns explodes pull pulled pulling safe safely effect disappears vanishes swap swaps swapped swapping replacement " +
		"kill kills killed killing outage without w/o unavailable tolerate tolerates withstand withstands")
	wipes   = setOf("wipe wiped wiping reinstall reinstalled reinstalling reimage reimaged reimaging reformat reformatted reformatting format formatted formatting zap zapped zapping erase erased erasing flatten flattened repave repaved")
	deletes = setOf("delete deleted deleting remove removed removing destroy destroyed destroying")
	goes    = setOf("go goes going gone went would if when with")
	// supposing words make a question of another intent one of what would be, where it names a node or a pool.
	supposing = setOf("drain draining uncordon uncordoned uncordoning wipe wiped wiping reinstall reinstalled reformat reformatted evacuate reboot rebooting survive survives decommission decommissioned decommissioning tolerate tolerates withstand withstands outage")
	adding    = setOf("too also both additionally")
)

// event returns what the sentence supposes to happen; "" if it supposes nothing.
func (q *question) event() whatif.Event {
	pools := len(q.targets) > 0 && !slices.ContainsFunc(q.targets, func(t target) bool { return t.kind != "pool" && t.kind != "blockdevice" })
	switch {
	case q.anyWord(setOf("uncordon uncordoned uncordoning")):
		return answer.Uncordon
	case q.anyWord(wipes), q.phrase("disks", "flat"), q.phrase("from", "scratch"), pools && q.intent.act == actImpact && q.anyWord(deletes):
		return whatif.Wipe
	case pools && (q.anyWord(drains) || q.anyWord(reboots)):
		return whatif.Fail
	case q.anyWord(setOf("cordon cordoning")) && !q.anyWord(setOf("drain draining evict")):
		return answer.Cordon
	case q.anyWord(drains):
		return whatif.Drain
	case q.anyWord(reboots), q.anyWord(setOf("take taking bring")) && q.anyWord(setOf("down")):
		return whatif.Reboot
	case q.anyWord(fails), q.phrase("be", "down"), q.anyWord(setOf("down dark")) && q.anyWord(goes), q.phrase("what", "if"):
		return whatif.Fail
	}
	return ""
}

// phrase reports whether the words stand side by side in the sentence.
func (q *question) phrase(words ...string) bool {
	for i := 0; i+len(words) <= len(q.words); i++ {
		if matches(q.words[i:i+len(words)], words) {
			return true
		}
	}
	return false
}

func matches(have []word, want []string) bool {
	for i := range want {
		if have[i].text != want[i] {
			return false
		}
	}
	return true
}

// zones makes what is supposed of a zone something supposed of its nodes.
func (q *question) zones() {
	zones := q.namesIn("zone")
	if len(zones) == 0 || q.event() == "" || q.intent.act != actImpact && !q.anyWord(supposing) && !q.anyWord(setOf("if")) {
		return
	}
	q.targets = slices.DeleteFunc(q.targets, func(t target) bool { return t.kind == "zone" })
	for _, t := range zones {
		for _, cluster := range t.clusters() {
			inv := q.inventory(cluster)
			if inv == nil {
				continue
			}
			for i := range inv.Nodes {
				if n := &inv.Nodes[i]; n.Zone == t.value {
					c := nlp.Candidate{Name: nlp.Name{Type: "node", Value: n.Name, Group: cluster}, Score: 1}
					q.targets = append(q.targets, target{kind: "node", value: n.Name, names: []nlp.Candidate{c}, entity: t.entity})
				}
			}
		}
		q.notes = append(q.notes, "All nodes of zone "+phrase.Code(t.value)+" are away at once.")
	}
	q.as("impact")
}

// returns makes a question of what recovers with a pool or a node one about what is not well there.
func (q *question) returns() bool {
	if q.intent.act != actImpact && q.intent.act != actList || !(q.phrase("comes", "back") || q.phrase("is", "back") || q.phrase("back", "online") || q.phrase("gets", "repaired") || q.phrase("is", "repaired") || q.anyWord(setOf("recover recovers heal heals"))) ||
		len(q.namesIn("node", "pool")) == 0 {
		return false
	}
	q.as("list")
	for _, i := range q.entities("health", "condition") {
		q.taken[i] = true
	}
	q.had = append(q.had, q.wordsIn(setOf("recover recovers back comes repaired online"))...)
	q.query.Subject = models.Volumes
	q.query.Filters = append(q.query.Filters, unhealthyFilter)
	q.notes = append(q.notes, "These have a copy there and are not well now: a copy that comes back is brought up to date first, and what else is wrong with them stays.")
	return true
}

// happening makes the question one of what would happen, where it names a node or a pool and supposes something of it: by its
// words, or because the last question did and this one follows it up.
func (q *question) happening() {
	if q.returns() {
		return
	}
	lost := slices.ContainsFunc(q.targets, func(t target) bool { return t.kind == "node" || t.kind == "pool" || t.kind == "blockdevice" })
	last := q.dialogue.Query
	switch q.intent.act {
	case actList, actDescribe, actCount, actConsumers, actOverview, actCapacity, actReplicas, actImpact, actWhy:
		if !lost && q.aboutNodes() && !q.anyWord(setOf("why")) {
			q.as("impact")
			return
		}
	}
	switch q.intent.act {
	case actList, actDescribe, actCount, actConsumers, actOverview, actCapacity, actReplicas:
		if lost && (q.anyWord(supposing) || len(q.namesIn("blockdevice")) > 0 && q.asksHarm() || q.anyWord(setOf("if")) && q.event() != "" || q.phrase("down", "with") || q.phrase("down", "without")) {
			q.as("impact")
		}
	case actRefine:
		if !answer.Supposes(last) {
			return
		}
		if q.as("impact"); lost {
			q.supposeAgain(last)
		}
	case actImpact:
		if lost && answer.Supposes(last) && q.anyWord(adding) {
			q.supposeAgain(last)
		}
	}
}

// aboutNodes reports whether the sentence asks which nodes could go away, or what the loss of any of them would do.
func (q *question) aboutNodes() bool {
	return q.anyNode() || q.subject == models.Nodes && (q.anyWord(supposing) || q.event() != "" && (q.anyWord(possible) || q.phrase("afford", "to", "lose")))
}

// possible are the words that make of what happens to nodes something that may, "which nodes can fail", "whose loss would hurt".
var possible = setOf("can could may might would will safe safely hurts hurt worst whose")

// anyNode reports whether the sentence supposes something of no node in particular: "would it survive the loss of a node".
func (q *question) anyNode() bool {
	if q.has("condition") && q.subject != "" && plural(q.subjectText()) {
		return false // "which volumes survive the loss of a node" picks volumes
	}
	for i, w := range q.words {
		if kinds := cueTypes(w.text); i > 0 && (len(kinds) == 1 && kinds[0] == "node" || machines[w.text]) && unspecific[q.words[i-1].text] {
			return q.event() != "" && q.anyWord(hypothetical) && len(q.namesIn("node", "pool", "blockdevice")) == 0
		}
	}
	return false
}

var (
	machines   = setOf("server servers box boxes vm vms")
	unspecific = setOf("a any one single another every each many")
	// hypothetical are the words of what would be, without which "is any node dead" asks how it is.
	hypothetical = setOf("if would will can could may survive survives tolerate tolerates withstand lose loses losing loss failure failures outage crash crashes fails dies when suppose without")
)

// supposeAgain follows a supposition up with one of other things or, if the sentence says so, of other things besides.
func (q *question) supposeAgain(last *models.Query) {
	q.query = last.Clone()
	if q.anyWord(adding) || q.phrase("as", "well") {
		return
	}
	q.query.Clusters = nil
	q.query.Filters = slices.DeleteFunc(q.query.Filters, func(f models.Filter) bool { return f.Field == "node" || f.Field == "pool" })
}

// impact asks for the volumes that a node or a pool holds, or what would become of them, and for the pods that use a volume.
func (q *question) impact() {
	event := string(q.event())
	if event == "" && answer.Supposes(q.query) {
		event = q.query.Field
	}
	if event == string(whatif.Fail) && q.ofDisk() {
		event = answer.Disk
	}
	q.query.Subject, q.query.Field = models.Volumes, ""
	places := 0
	for i, t := range q.targets {
		switch t.kind {
		case "claim", "volume":
			q.query.Subject = models.Pods
		case "node", "pool":
			places++
		case "blockdevice":
			pool := q.poolOf(t)
			if pool == nil {
				q.describeDisk(t)
				return
			}
			q.targets[i] = *pool
			places++
		}
	}
	if event == "" && places > 0 && q.anyWord(foreseeing) {
		event = string(whatif.Reboot)
	}
	if (places > 0 || q.aboutNodes()) && event != "" {
		q.query.Subject = models.Volumes // "would data-0 survive if worker-2 went away"
	}
	if event != "" && q.query.Subject == models.Volumes && (q.aboutNodes() || places > 0 || answer.Supposes(q.dialogue.Query) || len(q.targets) == 0) {
		q.query.Field = event
		for _, w := range q.words {
			if drains[w.text] || reboots[w.text] || wipes[w.text] || w.text == "dark" || fails[w.text] || supposing[w.text] {
				q.had = append(q.had, w)
			}
		}
		for _, i := range q.entities("subject", "duration", "count") {
			q.taken[i] = true // "which apps", "for an hour": the answer has them all
		}
		for _, i := range q.entities("health", "condition") {
			picks := q.directlyBefore(q.parse.Entities[i].End, "subject") // "the degraded volumes", but not "goes down"
			q.taken[i] = q.taken[i] || !picks && (len(q.targets) > 0 || q.aboutNodes())
		}
		return
	}
	if q.subject != "" && q.subject != models.Nodes {
		q.query.Subject = q.subject
	}
}

// foreseeing are the words of a question of what will be of what is in a place, though it says of nothing that it happens there.
var foreseeing = setOf("will would tomorrow tonight happens happen")

// ofDisk reports whether the sentence supposes something of a disk in a machine or a pool, rather than of all of that.
func (q *question) ofDisk() bool {
	inside := len(q.targets) > 0 && !slices.ContainsFunc(q.targets, func(t target) bool { return t.kind != "node" && t.kind != "pool" && t.kind != "blockdevice" })
	return inside && (len(q.namesIn("blockdevice")) > 0 || q.anyWord(setOf("disk disks drive drives nvme ssd")))
}

// there makes a supposition that names nothing one about the node or the pool that the last question was about: "can I drain
// it?"
func (q *question) there() bool {
	last := q.dialogue.Query
	if q.intent.act != actImpact || q.query.Field == "" || q.aboutNodes() || last == nil || last.Subject != models.Volumes || last.Name != "" ||
		hasFilter(q.query, "node") || hasFilter(q.query, "pool") {
		return false
	}
	for _, f := range last.Filters {
		if (f.Field == "node" || f.Field == "pool") && !f.Not {
			q.query.Filters = append(q.query.Filters, f)
		}
	}
	if len(q.query.Filters) > 0 && len(q.query.Clusters) == 0 {
		q.query.Clusters = last.Clusters
	}
	return len(q.query.Filters) > 0
}

// poolOf returns the pool that uses a block device as a target in its place.
func (q *question) poolOf(t target) *target {
	for _, cluster := range t.clusters() {
		inv := q.inventory(cluster)
		if inv == nil {
			continue
		}
		for i := range inv.BlockDevices {
			d := &inv.BlockDevices[i]
			if d.Name != t.value || d.Pool == "" {
				continue
			}
			q.notes = append(q.notes, "Disk "+phrase.Code(d.Name)+" is part of pool "+phrase.Code(d.Pool)+".")
			return &target{kind: "pool", value: d.Pool, entity: t.entity,
				names: []nlp.Candidate{{Name: nlp.Name{Type: "pool", Value: d.Pool, Group: cluster}}}}
		}
	}
	return nil
}

// describeDisk answers what the loss of a disk would do that no pool uses.
func (q *question) describeDisk(t target) {
	q.as("describe")
	q.query.Subject, q.query.Field = models.BlockDevices, ""
	q.had = append(q.had, q.words...) // whatever happens to it
	q.notes = append(q.notes, "No pool uses disk "+phrase.Code(t.value)+": no volume of a pool depends on it.")
}

// permitted turns "can I drain …?" and "could I create a 10Gi volume?", which ask for no change, from orders into questions.
func (q *question) permitted() {
	if q.intent.Name != "change" || !q.conditional() {
		return
	}
	switch {
	case q.has("quantity") && q.anyWord(making):
		q.as("capacity")
	case q.has("node", "pool") && q.anyWord(supposing):
		q.as("impact")
	}
}

// askable reports whether the sentence is understood, or likely, as one of what would be.
func (q *question) askable() bool {
	if q.intent != nil {
		return q.intent.act == actCapacity || q.intent.act == actImpact
	}
	return q.has("node", "pool") && q.anyWord(supposing) || q.has("quantity") && q.anyWord(making)
}

var making = setOf("create make provision fit fits place put add have get")

// rooming are the words that ask whether something fits rather than how much is free.
var rooming = setOf("fit fits room create make place put provision another new host accommodate enough add hold where space take takes squeeze cram possible feasible doable")

// largest reports whether the sentence asks how big a new volume could be made: "the biggest volume that still fits".
func (q *question) largest() bool {
	switch q.intent.act {
	case actCapacity, actList, actAggregate, actDescribe, actImpact:
	default:
		return false
	}
	return q.anyWord(setOf("volume pvc pv claim disk")) && !plural(q.subjectText()) && !q.has("quantity") && q.anyWord(setOf("biggest largest max maximum maximal big large")) &&
		q.anyWord(setOf("fit fits create created make made provision possible")) && (q.anyWord(setOf("can could possible still fit fits would")))
}

// placing reports whether the sentence asks where a volume of some size would fit.
func (q *question) placing() bool {
	if q.moving() || q.otherSize() {
		return true
	}
	switch q.intent.act {
	case actCapacity, actList, actOverview, actCount:
	case actDescribe, actImpact, actWhy:
		if !q.anyWord(setOf("fit fits room place space")) || q.anyWord(setOf("why")) {
			return false
		}
	case actRefine:
		last := q.dialogue.Query
		return last != nil && last.Field == answer.Placement
	default:
		return false
	}
	if q.tooTight() || q.anyWord(setOf("less under below fewer larger bigger smaller used over")) || q.adds() {
		return false
	}
	if len(q.entities("quantity")) != 1 {
		return false
	}
	e := q.parse.Entities[q.entities("quantity")[0]]
	if q.intent.act != actCapacity && !q.anyWord(setOf("fit fits room squeeze cram place")) && !q.phrase("capacity", "for") {
		return false
	}
	return (e.Op == "" || e.Op == "=" || e.Op == ">=" || slices.Equal(q.before(e.Start, 1), []string{"more"}) || strings.HasPrefix(strings.ToLower(e.Text), "more ") && !strings.Contains(e.Text, "than")) && (q.anyWord(rooming) || q.phrase("capacity", "for") || q.conditional() && q.anyWord(making))
}

// moving reports whether the sentence asks if a volume that it names would have a place on a node or in a pool that it names too: "can
// data-0 be moved to worker-2".
func (q *question) moving() bool {
	return (q.anyWord(relocating) || q.anyWord(setOf("fit fits"))) && q.conditional() && !q.mentions(nlp.Quantity) &&
		len(q.namesIn("claim", "volume", "workload")) == 1 && len(q.namesIn("node", "pool")) == 1
}

// otherSize reports whether the sentence asks whether a claim that has no volume yet would get one of another size.
func (q *question) otherSize() bool {
	if !q.conditional() || !q.mentions(nlp.Quantity) {
		return false
	}
	for _, t := range q.namesIn("claim") {
		for _, n := range t.names {
			if inv := q.inventory(n.Group); inv != nil && inv.Claim(n.Scope, n.Value) != nil && inv.Claim(n.Scope, n.Value).Volume == "" {
				return true
			}
		}
	}
	return false
}

// awaited makes a question of whether a claim would get its volume with more nodes or pools one of what it waits for now.
func (q *question) awaited() bool {
	thing := q.thing()
	if thing == nil || thing.kind != "claim" && thing.kind != "pod" || !q.adds() || q.intent.act != actCapacity && q.intent.act != actImpact && q.intent.act != actList {
		return false
	}
	q.as("why")
	q.notes = append(q.notes, "I cannot look at what is not there yet: this is what it waits for now.")
	return true
}

// adds reports whether the sentence speaks of pools or nodes that there are not yet, which nobody can look at: "if we add a node with 1Ti".
func (q *question) adds() bool {
	return q.anyWord(setOf("add added adding buy")) && q.anyWord(setOf("node nodes pool pools server disk disks"))
}

// place makes a query for the places of a volume: pools with that much free space, of the engine and on the node that the
// sentence names, and how many replicas there shall be. A follow-up changes what it names of the last one.
func (q *question) place() {
	if last := q.dialogue.Query; q.intent.act == actRefine {
		clusters := q.query.Clusters
		if q.query = last.Clone(); len(clusters) > 0 {
			q.query.Clusters = clusters
		}
	}
	q.as("capacity")
	q.query.Subject, q.query.Field = models.Pools, answer.Placement
	for _, size := range q.sizes() {
		q.ask(models.Filter{Field: "free", Op: models.Ge, Number: size.Number})
	}
	for _, i := range q.entities("engine") {
		q.ask(eq("engine", q.parse.Entities[i].Value))
	}
	if n := q.copiesWanted(); n > 0 {
		q.ask(models.Filter{Field: "replicas", Op: models.Eq, Number: float64(n)})
	} else if q.moving() {
		q.ask(models.Filter{Field: "replicas", Op: models.Eq, Number: 1})
		q.notes = append(q.notes, "This is about one copy of it. Kubernetes moves no volume: engines that replicate add a replica there and drop another; with others the data is copied into a new volume.")
		q.had = append(q.had, q.wordsIn(relocating)...)
	}
	for _, i := range q.entities("condition") {
		if v := q.parse.Entities[i].Value; v == "thin" || v == "thick" {
			q.ask(eq("thin", strconv.FormatBool(v == "thin")))
		}
	}
	for _, t := range q.targets {
		switch t.kind {
		case "node", "pool", "storageclass", "namespace":
			q.ask(eq(t.kind, t.value))
		default:
			q.placeLike(t)
		}
	}
	if many := q.entities("count"); len(many) > 0 && q.parse.Entities[many[0]].Number > 1 && q.copiesWanted() == 0 {
		q.notes = append(q.notes, "This is about one such volume; several are not added up.")
	}
	for i := range q.parse.Entities {
		q.taken[i] = true
	}
}

// wordsIn returns the words of the sentence that are in a set.
func (q *question) wordsIn(of set) []word {
	return slices.DeleteFunc(slices.Clone(q.words), func(w word) bool { return !of[w.text] })
}

// placeLike makes what is to be placed like the volume or claim that is named, in what the sentence does not say of it: "would data-0 fit
// with 3 replicas".
func (q *question) placeLike(t target) {
	class, size, found := "", models.UnknownBytes, false
	for _, v := range q.volumesOf(t) {
		class, size, found = v.StorageClass, v.Size, true
		if q.moving() && !hasFilter(q.query, "engine") {
			q.ask(eq("engine", string(v.Engine)))
		}
	}
	for _, n := range t.names {
		inv := q.inventory(n.Group)
		if inv == nil || found {
			continue
		}
		for i := range inv.Claims { // those that have no volume yet
			c := &inv.Claims[i]
			if c.Namespace == n.Scope && (t.kind == "claim" && c.Name == n.Value || t.kind == "pod" && slices.ContainsFunc(c.Pods, func(p models.PodRef) bool { return p.Name == n.Value })) {
				class, size, found = c.StorageClass, c.Requested, true
			}
		}
	}
	if !found {
		return
	}
	if !hasFilter(q.query, "free") && size.IsKnown() {
		q.query.Filters = append(q.query.Filters, models.Filter{Field: "free", Op: models.Ge, Number: float64(size)})
	}
	if class != "" && !hasFilter(q.query, "storageclass") && !hasFilter(q.query, "engine") && !hasFilter(q.query, "replicas") {
		q.query.Filters = append(q.query.Filters, eq("storageclass", class))
	}
}

// ask adds a filter in place of one of the same field.
func (q *question) ask(f models.Filter) {
	q.query.Filters = append(slices.DeleteFunc(q.query.Filters, func(o models.Filter) bool { return o.Field == f.Field }), f)
}

// resized makes a question of whether a resize worked one about it: of the thing that is named, or of all that wait for one.
func (q *question) resized() {
	grown := q.anyWord(growing) && q.mentions(nlp.Quantity) && q.begins(setOf("did has have is was")) // "did data-0 grow to 60Gi"
	if !q.anyWord(resizes) && !grown && !q.gotSize() {
		return
	}
	q.had = append(q.had, q.wordsIn(growing)...)
	switch query := q.query; {
	case q.intent.act == actDescribe && (query.Subject == models.Volumes || query.Subject == models.Claims):
		query.Field = "resize"
		if grown && q.tooSmall() {
			query.Field = ""
		}
	case q.intent.act == actList && query.Name == "" && !hasFilter(query, "expandable") && answer.Fields(query.Subject).Lookup("resize") != nil:
		if !hasFilter(query, "resize") {
			query.Filters = append(query.Filters, eq("resize", "pending"))
		}
		if q.begins(setOf("did do does have has is are was were")) {
			query.Field = "resize"
		}
	}
}

// gotSize reports whether the sentence asks if a claim got what it asked for.
func (q *question) gotSize() bool {
	return q.begins(yesOrNo) && q.anyWord(setOf("get got getting gets receive received")) && !q.begins(setOf("got get")) && q.anyWord(setOf("asked asks requested request requests wanted wants ordered"))
}

// tooSmall reports whether a volume is smaller than the sentence says that it should be, and nobody waits for that: "did data-0 grow to
// 60Gi".
func (q *question) tooSmall() bool {
	at := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == nlp.Quantity })
	if at < 0 || len(q.query.Clusters) == 0 {
		return false
	}
	inv := q.inventory(q.query.Clusters[0])
	if inv == nil || q.query.Subject != models.Volumes {
		return false
	}
	v, wanted := inv.Volume(q.query.Name), models.Bytes(q.parse.Entities[at].Number)
	if v == nil || v.Size >= wanted || v.Requested > v.Size {
		return false
	}
	q.notes = append(q.notes, "No: it has "+v.Size.String()+", not "+wanted.String()+", and its claim asks for no more.")
	return true
}

var resizes = setOf("resize resizes resized resizing expansion expansions expanded")

// copiesWanted returns the number of replicas that a sentence asks for: "3-replica", "with two copies", "3x"; 0 for none.
func (q *question) copiesWanted() int {
	numbers := map[string]int{"one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
	var words []string
	for _, w := range q.words {
		words = append(words, strings.FieldsFunc(w.text, func(r rune) bool { return r == '-' || r == '/' })...)
	}
	for i, w := range words {
		if n := numbers[strings.TrimSuffix(w, "x")]; n > 0 && len(w) == 2 && strings.HasSuffix(w, "x") {
			return n
		}
		if i+1 < len(words) && numbers[w] > 0 && replicating[strings.TrimSuffix(words[i+1], "s")] {
			return numbers[w]
		}
	}
	return 0
}

// copiesWord is a word such as "3-replica", which is no name.
var copiesWord = regexp.MustCompile(`^\w+-(replicas?|copy|copies|way|replicated)$|^\dx$`)

var replicating = setOf("replica copie copy way replicated fold")
