package intents

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// supposition is something that a sentence may suppose to be done with what it names, and what it asks with that.
type supposition struct {
	words  set      // of which it has one; nil: it is said in other ways
	of     []string // the types of the names that it can be said of
	field  string   // of the query, for package answer
	about  models.Subject
	intent string // whose handler answers; "": impact
	// says reports whether the sentence supposes it, where a word alone does not tell; nil: it does.
	says func(*question) bool
	// want returns what is supposed in numbers and places, as filters; nil: nothing.
	want func(*question) []models.Filter
}

// suppositions returns what can be supposed of volumes, pods and pools. What is supposed of nodes is in event.
func suppositions() [9]supposition {
	volumes := []string{"claim", "volume", "workload", "pod", "namespace"}
	return [9]supposition{
		{of: volumes, field: answer.Shared, about: models.Volumes, says: (*question).sharesPools},
		{of: volumes, field: answer.Tolerance, about: models.Volumes, says: (*question).losesCopies},
		{of: volumes, field: answer.Replicate, about: models.Volumes, says: (*question).changesCopies, want: (*question).copies},
		{words: shrinking, of: volumes[:4], field: answer.Shrink, about: models.Volumes, says: (*question).conditional, want: (*question).sizes},
		{words: deleting, of: volumes, field: answer.Deletion, about: models.Pods, intent: "consumers", says: (*question).deletes},
		{words: restarting, of: []string{"pod", "workload"}, field: answer.Restart, about: models.Pods, says: (*question).endsPods},
		{words: relocating, of: []string{"pod", "workload"}, field: answer.Move, about: models.Pods, says: (*question).movesPods, want: (*question).destination},
		{of: volumes[:4], field: answer.Growth, about: models.Volumes, intent: "capacity", says: (*question).growsTo, want: (*question).sizes},
		{of: []string{"pool"}, field: answer.Extend, about: models.Pools, says: (*question).extendsPool},
	}
}

var (
	shrinking  = setOf("shrink shrinks shrunk shrinking reduce reduces reduced reducing downsize downsized downsizing smaller decrease decreased")
	restarting = setOf("restart restarts restarted restarting bounce bounced bouncing rollout delete deleted deleting kill killed killing recreate recreated evict evicted")
	// relocating are the words that ask whether what is in one place could be in another.
	relocating = setOf("move moves moved moving migrate migrated migrating relocate relocated relocating shift shifted transfer transferred rehome reschedule rescheduled rescheduling elsewhere run start land lands put place placed")
	// feasible are the words of a sentence that asks whether something may be done, or what it would do.
	feasible = setOf(`if would could may might should shall can safe safely risk risks risky feasible possible possibly doable okay fine allowed suppose supposing simulate impact
		cost costs consequence consequences effect permitted viable realistic wise worth downside downsides drawback`)
)

// conditional reports whether the sentence asks whether something may or could be done, or what it would do, rather than for it to be
// done, or what has been.
func (q *question) conditional() bool {
	if q.anyWord(setOf("why did")) || q.phrase("can", "you") || q.phrase("could", "you") || q.phrase("would", "you") || q.phrase("if", "possible") || q.begins(setOf("how")) && !q.phrase("how", "much") && !q.phrase("how", "many") {
		return false
	}
	return q.anyWord(feasible) || q.phrase("is", "it") && q.anyWord(setOf("ok")) || q.phrase("ok", "to") || q.phrase("what", "happens") || q.begins(setOf("will what is am")) && q.anyWord(setOf("happen mean means ok"))
}

// supposed returns what the sentence supposes of something that it names, or that "it" is; nil if it supposes nothing of the kind.
func (q *question) supposed() *supposition {
	if q.pasted || q.intent != nil && (q.intent.act == actCustom || q.intent.act == actEvents && q.anyWord(setOf("happened did was were had"))) {
		return nil
	}
	all := suppositions()
	for i := range all {
		s := &all[i]
		if s.words != nil && !q.anyWord(s.words) {
			continue
		}
		named := slices.ContainsFunc(q.namesOf(s.of...), func(i int) bool { return !q.parse.Entities[i].Negated }) // "outside of kafka" supposes nothing of it
		if (named || q.ofIt(s)) && (s.says == nil || s.says(q)) {
			return s
		}
	}
	return nil
}

// ofIt reports whether the sentence names nothing and says "it" of what the conversation is about, or of nothing what is to be done to it,
// "ok to delete?", and that is of a type of which the supposition can be made.
func (q *question) ofIt(s *supposition) bool {
	elliptic := s.words != nil && q.follows() && len(q.words) > 1 && len(q.words) < 6 && s.words[q.words[len(q.words)-1].text]
	return (q.anyWord(pronouns) || elliptic) && len(q.namesOf(nameTypes...)) == 0 && slices.ContainsFunc(q.meantBefore(), func(t target) bool { return slices.Contains(s.of, t.kind) })
}

// meantBefore returns what "it" stands for: what the clause before named, or the thing that the conversation is about.
func (q *question) meantBefore() []target {
	if len(q.earlier) > 0 {
		return q.earlier
	}
	if thing, found := q.lastThing(); found {
		return []target{targetOf(thing)}
	}
	return nil
}

// suppose makes the query of a supposition: its things are what the sentence names of the types that it can be said of.
func (q *question) suppose(s *supposition) *models.Reply {
	q.as(cmp.Or(s.intent, "impact"))
	q.query.Subject, q.query.Field = s.about, s.field
	if s.field == answer.Deletion && len(q.namesIn("claim", "volume")) == 0 {
		q.query.Subject = models.Volumes // of an application or a namespace
	}
	if len(q.targets) == 0 {
		q.targets = q.meantBefore()
	}
	if s.field == answer.Shared {
		q.atHome(q.namesIn(s.of...))
	}
	q.narrow()
	var things []target
	for _, t := range q.targets {
		if own[q.query.Subject][t.kind] != "" && (t.kind != "node" && t.kind != "pool" || slices.Contains(s.of, t.kind)) {
			things = append(things, t)
		}
	}
	for _, t := range things {
		if t.kind == "namespace" && len(things) > 1 && s.field != answer.Shared {
			continue // "data-0 in namespace db": filterBy says so
		}
		if reply := q.filterBy(t); reply != nil {
			return reply
		}
	}
	if s.about == models.Pools {
		for _, t := range q.namesIn("node") {
			q.add(eq("node", t.value))
		}
	}
	if s.field == answer.Growth {
		q.grow()
		if q.otherSize() {
			q.query.Filters, q.query.Name = nil, ""
			q.place()
			return q.leftover()
		}
	}
	if s.want != nil {
		q.query.Filters = append(q.query.Filters, s.want(q)...)
	}
	for i := range q.parse.Entities {
		q.taken[i] = true
	}
	for _, of := range []set{s.words, enlarging, doubling, feasible, setOf("raw each scale scaled down")} {
		q.had = append(q.had, q.wordsIn(of)...)
	}
	if s.field == answer.Deletion && q.mentions(nlp.Percentage) {
		q.notes = append(q.notes, "How full the pools are after that I cannot tell: what a volume gives back depends on its snapshots and on what its engine has allocated for it.")
	}
	if s.field == answer.Deletion && q.anyWord(setOf("can could may should ok okay")) {
		q.notes = append(q.notes, "I delete nothing, and only those who know the data can tell whether it is still wanted. This is what uses it.")
	}
	return q.leftover()
}

// sharesPools reports whether the sentence asks which pools several things have in common.
func (q *question) sharesPools() bool {
	return q.anyWord(setOf("share shares sharing shared common same")) && q.anyWord(setOf("pool pools disk disks")) && len(q.namesOf("claim", "volume", "workload", "namespace")) > 1
}

// losesCopies reports whether the sentence asks what a volume can still lose, or which loss would be too much.
func (q *question) losesCopies() bool {
	lost := q.anyWord(setOf("lose loses losing lost loss losses fail fails failing failure failures die dies dying tolerate tolerates withstand survive survives break breaks breaking"))
	if q.anyWord(setOf("why did")) || !lost && !q.anyWord(setOf("stop stops kill kills down cost costs")) {
		return false
	}
	parts := q.anyWord(setOf("replica replicas copy copies pool pools quorum"))
	whole := q.anyWord(setOf("node nodes disk disks server servers worker workers")) && len(q.namesOf("claim", "volume")) > 0
	next := q.anyWord(setOf("next")) && lost && len(q.namesOf("claim", "volume")) > 0
	asks := q.phrase("how", "many") || q.conditional() || q.anyWord(setOf("which what whats")) && q.anyWord(setOf("next more another further also quorum before until loss losing must"))
	return asks && (parts && lost || whole || next || q.anyWord(setOf("quorum"))) && len(q.namesOf("node", "pool")) == 0
}

// changesCopies reports whether the sentence supposes another number of replicas.
func (q *question) changesCopies() bool {
	return q.conditional() && len(q.copies()) > 0 && !q.anyWord(setOf("lose loses losing lost loss fail fails die dies survive survives without")) && !q.mentions(nlp.Quantity)
}

// copies returns the number of replicas that the sentence supposes, or how many more or fewer than now.
func (q *question) copies() []models.Filter {
	if n := q.copiesWanted(); n > 0 && !(n == 1 && q.phrase("one", "replica")) {
		return []models.Filter{{Field: "replicas", Op: models.Eq, Number: float64(n)}}
	}
	for i, w := range q.words {
		if !replicating[strings.TrimSuffix(w.text, "s")] || i == 0 {
			continue
		}
		for _, before := range q.words[max(0, i-2):i] {
			if n := nth[before.text]; n > 0 {
				return []models.Filter{{Field: "replicas", Op: models.Eq, Number: float64(n)}}
			}
			one := before.text == "a" || before.text == "one"
			switch {
			case setOf("another additional extra more further")[before.text], one && q.anyWord(setOf("add added adding give got get had")):
				return []models.Filter{{Field: "more", Op: models.Eq, Number: 1}}
			case setOf("fewer less")[before.text], one && q.anyWord(setOf("drop dropped dropping remove removed removing cut less without")):
				return []models.Filter{{Field: "more", Op: models.Eq, Number: -1}}
			}
		}
	}
	return nil
}

// nth are the words for the number of replicas that there are with one that is supposed.
var nth = map[string]int{"second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}

var deleting = setOf("delete deletes deleted deleting deletion remove removes removed removing drop drops dropped wipe wipes wiped purge purged destroy destroyed kill rid")

// deletes reports whether the sentence supposes that claims, or all of an application or a namespace, are deleted.
func (q *question) deletes() bool {
	fate := q.anyWord(setOf("data kept keep stay stays gone lost survive survives harm hurting anybody anyone too")) && !q.begins(setOf("which list show why"))
	if q.anyWord(setOf("free freed much reclaim")) {
		return false // "what would we free by deleting kafka"
	}
	return (q.conditional() || fate || q.anyWord(setOf("when happens happen")) || q.endsByDeleting()) && len(q.namesOf("node", "pool", "blockdevice", "pod")) == 0
}

// endsByDeleting reports whether the sentence says what deletions lead to: "deleting it gets us below 80%".
func (q *question) endsByDeleting() bool {
	at := slices.IndexFunc(q.words, func(w word) bool { return !fillers[w.text] && !askingIf[w.text] })
	if at < 0 || at+1 == len(q.words) || !deleting[q.words[at].text] || !strings.HasSuffix(q.words[at].text, "ing") || !pronouns[q.words[at+1].text] && q.covering(q.words[at+1]) == nil {
		return false
	}
	return q.anyWord(setOf("get gets bring brings take takes put puts make makes help helps be leave leaves"))
}

// askingIf are the words of a question of yes or no before what it is of.
var askingIf = setOf("does do will would is that just simply if only")

// endsPods reports whether the sentence supposes that pods end and start again.
func (q *question) endsPods() bool {
	removed := q.anyWord(setOf("delete deleted deleting kill killed killing recreate recreated evict evicted"))
	return q.conditional() && (!removed || len(q.namesOf("pod")) > 0 && q.anyWord(setOf("pod pods"))) && len(q.namesOf("node", "pool", "claim", "volume")) == 0 && !q.asksForNode()
}

// asksForNode reports whether the sentence speaks of nodes at large.
func (q *question) asksForNode() bool {
	return q.anyWord(setOf("node nodes worker workers server servers machine"))
}

// movesPods reports whether the sentence supposes that pods run on another node.
func (q *question) movesPods() bool {
	where := len(q.namesOf("node")) > 0 || q.begins(setOf("where")) || otherPlace.MatchString(q.text)
	firm := q.anyWord(setOf("pod pods")) || len(keepTypes(q.candidates(), []string{"pod"})) > 0 || !q.anyWord(setOf("volume volumes claim pvc data replica replicas"))
	return q.conditional() && where && firm && len(q.namesOf("pool")) == 0 && !q.mentions(nlp.Quantity)
}

// candidates returns what the names of the sentence may be.
func (q *question) candidates() []nlp.Candidate {
	var all []nlp.Candidate
	for _, i := range q.entities(nameTypes...) {
		all = append(all, q.parse.Entities[i].Candidates...)
	}
	return all
}

// destination returns the nodes that pods are to run on: those that the sentence names and on which none of them runs now.
func (q *question) destination() []models.Filter {
	now := map[string]bool{}
	res, err := answer.Evaluate(&models.Query{Subject: models.Pods, Filters: q.query.Filters}, q.asked())
	if err == nil {
		for _, node := range res.Values("node") {
			now[node] = true
		}
	}
	var nodes []string
	for _, t := range q.namesIn("node") {
		if !now[t.value] {
			nodes = append(nodes, t.value)
		}
	}
	if len(nodes) == 0 {
		return nil
	}
	return []models.Filter{{Field: "target", Op: models.Eq, Values: nodes}}
}

var losing = setOf("lose loses losing lost loss losses tolerate tolerates survive survives fail fails failing failed")

// extendsPool reports whether the sentence supposes that a pool becomes larger.
func (q *question) extendsPool() bool {
	more := q.anyWord(enlarging) || q.anyWord(setOf("disk disks drive drives")) && q.anyWord(setOf("add added adding another more additional extra")) && !q.anyWord(losing) // "how many more disks can it lose"
	return more && (q.conditional() || q.begins(setOf("how"))) && len(q.namesOf("claim", "volume", "workload", "pod")) == 0 && !q.mentions(nlp.Quantity)
}
