package intents

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

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
	if q.housed = q.moving() || q.rehousing(); q.housed || q.otherSize() {
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
	if q.intent.act == actCapacity && e.Op == "" && len(q.namesIn("storageclass")) > 0 {
		return true // "400Gi on cstor-3, do we have it?"
	}
	return (e.Op == "" || e.Op == "=" || e.Op == ">=" || slices.Equal(q.before(e.Start, 1), []string{"more"}) || strings.HasPrefix(strings.ToLower(e.Text), "more ") && !strings.Contains(e.Text, "than")) && (q.anyWord(rooming) || q.phrase("capacity", "for") || q.conditional() && q.anyWord(making))
}

// moving reports whether the sentence asks if what it names, or calls "it", would have a place in another one, which it may name: "can data-0 be
// moved to worker-2", "could I move it somewhere else".
func (q *question) moving() bool {
	if q.mentions(nlp.Quantity) || !(q.anyWord(relocating) || q.anyWord(fittings)) || !q.conditional() && !q.anyWord(fittings) || len(q.toPlace()) == 0 {
		return false
	}
	named := 0
	for _, e := range q.parse.Entities {
		if isName(e) && len(keepTypes(e.Candidates, []string{"node", "pool"})) > 0 {
			named++
		}
	}
	return named == 1 || named == 0 && q.anyWord(relocating) && otherPlace.MatchString(q.text)
}

// rehousing reports whether the sentence asks if there is room of an engine, of a class or in a pool for what it names, or calls "it": "is there
// room on mayastor-2 for both".
func (q *question) rehousing() bool {
	at := roomFor.FindStringIndex(q.text)
	if at == nil || q.mentions(nlp.Quantity) || !q.has("engine") && len(q.namesIn("node", "pool", "storageclass")) == 0 {
		return false
	}
	return slices.ContainsFunc(q.toPlace(), func(t target) bool {
		return t.entity.End == 0 || !q.anyWord(setOf("room space")) || q.precedes("for", t.entity.Start)
	})
}

// precedes reports whether a word is one of the last before an offset.
func (q *question) precedes(w string, offset int) bool {
	return slices.Contains(q.before(offset, 5), w)
}

// toPlace is what is to find a place, by its name or as what the conversation is about.
func (q *question) toPlace() []target {
	named := q.namesIn("claim", "volume", "workload")
	switch {
	case len(named) > 0 || len(q.namesIn("pod")) > 0:
		return named
	case q.anyWord(setOf("them those these")) && !q.anyWord(relocating) && len(q.dialogue.Listed) < rowsAPage:
		for _, n := range q.dialogue.Listed {
			if claimed[n.Subject] {
				named = append(named, targetOf(n))
			}
		}
		return named
	case !q.anyWord(pronouns):
		return nil
	}
	return slices.DeleteFunc(slices.Clone(q.meantBefore()), func(t target) bool { return t.kind != "claim" && t.kind != "volume" })
}

// movesIt reports whether the sentence asks if the one volume that the conversation is about could be somewhere else.
func (q *question) movesIt() bool {
	return q.follows() && len(q.namesOf("claim", "volume", "workload", "pod", "snapshot")) == 0 && q.anyWord(pronouns) && q.moving()
}

var (
	fittings   = setOf("fit fits")
	roomFor    = regexp.MustCompile(`(?i)\b(?:(?:room|space|place)\b.*\bfor|fits?)\b`)
	otherPlace = regexp.MustCompile(`(?i)\b(?:elsewhere|somewhere|anywhere|(?:an)?other (?:place|pools?|nodes?|machines?|servers?|workers?|ones?|engine|class)|different (?:pool|node|worker|engine|class))\b`)
)

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
	things := q.toPlace()
	for _, t := range q.targets {
		switch t.kind {
		case "node", "pool", "storageclass", "namespace":
			q.ask(eq(t.kind, t.value))
		case "claim", "volume", "workload":
		default:
			things = append(things, t)
		}
	}
	q.keepPools()
	q.placeLike(things)
	if span := untroubled.FindStringIndex(q.text); span != nil {
		q.haveSaid(span) // which is what is looked at
	}
	if many := q.entities("count"); len(things) < 2 && len(many) > 0 && q.parse.Entities[many[0]].Number > 1 && q.copiesWanted() == 0 {
		q.notes = append(q.notes, "This is about one such volume; several are not added up.")
	}
	for i := range q.parse.Entities {
		q.taken[i] = true
	}
}

// placedBy are the conditions on pools that a place for a volume can be looked for under.
var placedBy = setOf("engine node pool")

// amongThem points at some of those listed last: "does it fit in one of them".
var amongThem = regexp.MustCompile(`(?i)\b(?:in|on) (?:(?:one|any|either) of )?(?:them|these|those)\b`)

// keepPools looks for a place in the pools of the last question, where the sentence points at these: by what they were picked by, as only one
// pool can be looked at by its name.
func (q *question) keepPools() {
	last := q.dialogue.Query
	named := 0
	for _, t := range q.targets {
		if t.kind == "pool" {
			named++
		}
	}
	them := amongThem.FindString(q.text)
	switch {
	case last == nil || last.Subject != models.Pools || last.Name != "" || named < 2 && them == "":
		return
	case slices.ContainsFunc(last.Filters, func(f models.Filter) bool { return !placedBy[f.Field] || f.Not || len(f.Values) != 1 || len(f.Or) > 0 }):
		if them != "" {
			q.ignored = append(q.ignored, phrase.Quote(them))
		}
		return
	}
	q.query.Filters = slices.DeleteFunc(q.query.Filters, func(f models.Filter) bool { return f.Field == "pool" && named > 1 })
	for _, f := range last.Filters {
		q.ask(f)
	}
	q.query.Clusters = slices.Clone(last.Clusters)
}

// untroubled matches what is said of how well something is to fit.
var untroubled = regexp.MustCompile(`(?i)\bwithout (?:any |much )?(?:troubles?|problems?|issues?|pain|risks?|worry|worries|hassle|fuss)\b`)

// leaveAskers passes over the namespaces that are in no cluster with the class that the sentence names: they say who asks, and not where.
func (q *question) leaveAskers() {
	q.targets = slices.DeleteFunc(q.targets, func(t target) bool {
		asker := t.kind == "namespace" && q.elsewhereThan(t, "storageclass")
		if asker {
			q.ignored = append(q.ignored, phrase.Quote(t.entity.Text))
		}
		return asker
	})
}

// elsewhereThan reports whether a thing is in none of the clusters where a thing of a kind is that the sentence names as well.
func (q *question) elsewhereThan(t target, kind string) bool {
	others := q.namesIn(kind)
	return len(others) > 0 && !slices.ContainsFunc(others, func(o target) bool {
		return slices.ContainsFunc(o.clusters(), func(c string) bool { return slices.Contains(t.clusters(), c) })
	})
}

// placeLike makes what is to be placed like the volumes or claims that are named, in what the sentence does not say of them: "would data-0 fit
// with 3 replicas". Several are looked at as one of their sizes together.
func (q *question) placeLike(things []target) {
	class, size, found := "", models.UnknownBytes, 0
	put := func(of string, n models.Bytes, engine models.Engine) {
		class, found = of, found+1
		if q.moving() && engine != "" && !hasFilter(q.query, "engine") && !hasFilter(q.query, "storageclass") {
			q.ask(eq("engine", string(engine)))
		}
		if n.IsKnown() {
			size = max(size, 0) + n
		}
	}
	var now []string
	for _, t := range things {
		volumes := q.volumesOf(t)
		for _, v := range volumes {
			put(v.StorageClass, v.Size, v.Engine)
			for i := range v.Replicas {
				now = append(now, cmp.Or(v.Replicas[i].Pool, v.Replicas[i].Node))
			}
		}
		for _, n := range t.names {
			inv := q.inventory(n.Group)
			if inv == nil || len(volumes) > 0 {
				continue
			}
			for i := range inv.Claims { // those that have no volume yet
				c := &inv.Claims[i]
				if c.Namespace == n.Scope && (t.kind == "claim" && c.Name == n.Value || t.kind == "pod" && slices.ContainsFunc(c.Pods, func(p models.PodRef) bool { return p.Name == n.Value })) {
					put(c.StorageClass, c.Requested, "")
				}
			}
		}
	}
	if found == 0 {
		return
	}
	if len(q.query.Clusters) == 0 {
		q.query.Clusters = phrase.Distinct(things[0].clusters())
	}
	if !hasFilter(q.query, "free") && size.IsKnown() {
		q.query.Filters = append(q.query.Filters, models.Filter{Field: "free", Op: models.Ge, Number: float64(size)})
	}
	if now = phrase.Distinct(now); q.moving() && len(now) > 0 {
		q.notes = append(q.notes, "Now it is in "+phrase.And(phrase.Codes(now))+".")
	}
	if found > 1 {
		q.notes = append(q.notes, "The "+strconv.Itoa(found)+" volumes have "+size.String()+" together, and are looked at as one of that size"+phrase.Either(hasFilter(q.query, "pool"), ".", ": where it does not fit, they still may, each in a pool of its own."))
	}
	if class != "" && found == 1 && !hasFilter(q.query, "storageclass") && !hasFilter(q.query, "engine") && !hasFilter(q.query, "replicas") {
		q.query.Filters = append(q.query.Filters, eq("storageclass", class))
	}
}

// ask adds a filter in place of one of the same field.
func (q *question) ask(f models.Filter) {
	q.query.Filters = append(slices.DeleteFunc(q.query.Filters, func(o models.Filter) bool { return o.Field == f.Field }), f)
}

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
