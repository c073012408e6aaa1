package intents

import (
	"cmp"
	"regexp"
	"slices"

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
	// supposingAloud are the words by which somebody says that what follows is not so yet.
	supposingAloud = setOf("if suppose supposing imagine assume assuming say")
	adding         = setOf("too also both additionally")
)

// event returns what the sentence supposes to happen; "" if it supposes nothing.
func (q *question) event() whatif.Event {
	pools := len(q.targets) > 0 && !slices.ContainsFunc(q.targets, func(t target) bool { return t.kind != "pool" && t.kind != "blockdevice" })
	switch {
	case q.staysAway() != nil:
		return whatif.Fail
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
	again := q.intent.act == actRefine && answer.Supposes(q.dialogue.Query) // "and zone b?"
	if len(zones) == 0 || !again && (q.event() == "" || q.intent.act != actImpact && !q.anyWord(supposing) && !q.anyWord(setOf("if"))) {
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
	if again {
		q.supposeAgain(q.dialogue.Query)
	}
}

// falling are the words before "down" and the like of what would become so.
var falling = setOf("go goes going gone went come comes become becomes taken take takes taking bring brings end ends")

// backAgain is what becomes well again, and stayingAway what does not, denied or not: "dock-3 never comes back", "it stays down".
var (
	backAgain = `(?:(?:come|comes|coming|get|gets|be|is)(?: (?:up|back|online|well|repaired|fixed))+|back|returns?|returning|recovers?|recovered|heals?|repaired|fixed|revived)`
	awayStays = regexp.MustCompile(`(?i)(?:\b(?:never|not|cannot|won['’]?t|can['’]?t|don['’]?t|doesn['’]?t|isn['’]?t)(?: (?:ever|be|get|been))? ` + backAgain + `|\b(?:stays?|remains?|staying|remaining)(?: \w+)? (?:down|away|dead|gone|off|offline|lost|broken|unreachable)|(?:vanish|disappear)(?:es|s)?)\b(?: (?:any ?more|again|up|online|at all|forever|for good|like (?:this|that)))*`)
)

// staysAway returns where the sentence says of a node or a pool that it names, or that it calls "it", that this will not be there again.
func (q *question) staysAway() []int {
	at := awayStays.FindStringIndex(q.text)
	if at == nil || q.anyWord(setOf("why which")) {
		return nil
	}
	near := q.wordsBefore(at[0], 2)
	if i := slices.IndexFunc(q.words, func(w word) bool { return w.text == "that" }); i > 0 && slices.Contains(near, q.words[i]) && q.covering(q.words[i-1]) != nil {
		return nil // "volumes on dock-3 that are not back" picks volumes
	}
	if slices.ContainsFunc(near, func(w word) bool { return pronouns[w.text] }) {
		thing, ok := pickedBy(cmp.Or(q.dialogue.Query, &models.Query{}))
		if one, found := q.lastThing(); found {
			thing, ok = one, true
		}
		if ok && (thing.Subject == models.Nodes || thing.Subject == models.Pools) {
			return at
		}
	}
	for _, e := range q.parse.Entities {
		if isName(e) && e.End <= at[0] && len(near) > 0 && e.End >= near[0].start && len(keepTypes(e.Candidates, []string{"node", "pool", "zone", "blockdevice"})) > 0 {
			return at
		}
	}
	return nil
}

// returns makes a question of what recovers with a pool or a node one about what is not well there.
func (q *question) returns() bool {
	if q.intent.act != actImpact && q.intent.act != actList || !(q.phrase("comes", "back") || q.phrase("is", "back") || q.phrase("back", "online") || q.phrase("gets", "repaired") || q.phrase("is", "repaired") || q.anyWord(setOf("recover recovers heal heals"))) ||
		len(q.namesIn("node", "pool")) == 0 || q.staysAway() != nil {
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
	if q.intent.act == actImpact && !lost && q.subject != "" && plural(q.subjectText()) && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Value == "able to lose a copy" }) {
		q.as("list") // "which claims survive the loss of a node"
		return
	}
	switch q.intent.act {
	case actList, actDescribe, actCount, actConsumers, actOverview, actCapacity, actReplicas, actImpact:
		if !lost && q.aboutNodes() && !q.anyWord(setOf("why")) {
			q.as("impact")
			return
		}
	}
	switch q.intent.act {
	case actList, actDescribe, actCount, actConsumers, actOverview, actCapacity, actReplicas:
		if lost && (q.anyWord(supposing) || len(q.namesIn("blockdevice")) > 0 && q.asksHarm() || q.anyWord(supposingAloud) && q.event() != "" || q.phrase("down", "with") || q.phrase("down", "without")) {
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
		if lost && answer.Supposes(last) && q.besidesThat() {
			q.supposeAgain(last)
		}
	}
}

// besidesThat reports whether the sentence adds to what the last one supposed.
func (q *question) besidesThat() bool {
	return q.anyWord(adding) || q.phrase("as", "well") || q.phrase("same", "time")
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
	unnamed := q.atOnce() > 1 || slices.ContainsFunc(q.words[min(1, len(q.words)):], func(w word) bool {
		return isMachine(w.text) && slices.ContainsFunc(q.before(w.start, 1), func(before string) bool { return unspecific[before] })
	})
	return unnamed && q.event() != "" && q.anyWord(hypothetical) && len(q.namesIn("node", "pool", "blockdevice")) == 0
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
	if q.besidesThat() {
		return
	}
	q.query.Clusters = nil
	q.query.Filters = slices.DeleteFunc(q.query.Filters, func(f models.Filter) bool {
		return f.Field == "node" || f.Field == "pool" || f.Field == answer.Together
	})
}

// impact asks for the volumes that a node or a pool holds, or what would become of them, and for the pods that use a volume.
func (q *question) impact() {
	for _, i := range q.entities("health") {
		if near := q.before(q.parse.Entities[i].Start, 1); len(near) > 0 && falling[near[0]] {
			q.taken[i] = true // "what would go down" asks about what is up
		}
	}
	away := q.staysAway()
	if away != nil {
		q.haveSaid(away)
		q.takeBetween(away[0], away[1])
	}
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
		if n := q.atOnce(); n > 1 && q.aboutNodes() && !hasFilter(q.query, answer.Together) {
			q.query.Filters = append(q.query.Filters, models.Filter{Field: answer.Together, Op: models.Eq, Number: float64(n)})
			q.had = append(q.had, q.wordsIn(atOnce)...)
		}
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
			q.taken[i] = q.taken[i] || !picks && (len(q.targets) > 0 || q.aboutNodes() || away != nil || q.anyWord(pronouns) || q.anyWord(supposingAloud))
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

// askable reports whether the sentence is understood, or likely, as one of what would be.
func (q *question) askable() bool {
	if q.intent != nil {
		return q.intent.act == actCapacity || q.intent.act == actImpact
	}
	return q.has("node", "pool") && q.anyWord(supposing) || q.has("quantity") && q.anyWord(making)
}

// wordsIn returns the words of the sentence that are in a set.
func (q *question) wordsIn(of set) []word {
	return slices.DeleteFunc(slices.Clone(q.words), func(w word) bool { return !of[w.text] })
}
