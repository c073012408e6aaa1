package intents

import (
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// enlarging are the words that ask whether a volume could be larger.
var enlarging = setOf("grow grows growing grown resize resized resizing expand expanded expanding expansion extend extended extending enlarge enlarged enlarging increase increased bump bumped larger bigger")

// growsTo reports whether the sentence asks whether a thing that it names could be larger, or how far it could grow: and not for it to be made so,
// nor whether that has happened.
func (q *question) growsTo() bool {
	switch q.intent.act {
	case actCapacity, actList, actDescribe, actOverview, actCount, actAggregate, actForecast, actImpact, actWhy:
	default:
		return false
	}
	sized := (q.phrase("how", "big") || q.phrase("how", "large")) && q.anyWord(setOf("get become make"))
	if !q.anyWord(enlarging) && !sized && !q.addsTo() && !q.makesIt() || len(q.goals()) > 1 || q.begins(setOf("why did has have was were do does is")) && !q.anyWord(setOf("room space enough possible allowed ok okay safe")) || q.phrase("can", "you") || q.phrase("could", "you") {
		return false
	}
	asks := q.begins(setOf("can could may might would will should is are how what by")) || q.anyWord(setOf("room space enough possible")) || q.phrase("can", "i") || q.phrase("can", "we")
	if !asks {
		return false
	}
	q.ofApplication()
	return (q.mentions(nlp.Quantity) || q.phrase("how", "far") || q.phrase("how", "much") || q.phrase("how", "big") || q.phrase("how", "large") || q.begins(setOf("can could"))) && q.grower() != nil
}

// addsTo reports whether the sentence asks whether a volume can have more: "can I add 20Gi to data-0", "can data-0 get 20Gi more".
func (q *question) addsTo() bool {
	return q.mentions(nlp.Quantity) && q.anyWord(setOf("add give get take have")) && q.begins(setOf("can could may would")) && q.grower() != nil && (q.anyWord(setOf("more another extra additional")) || q.phrase("to", q.grower().entity.Text))
}

// makesIt reports whether the sentence asks to make a thing of another size: "can I make it 40Gi".
func (q *question) makesIt() bool {
	return slices.ContainsFunc(q.goals(), func(i int) bool { return slices.Contains(q.before(q.parse.Entities[i].Start, 7), "make") })
}

// goals returns the places of the sizes that the sentence says, but for the one that a thing has now: "from 200Gi to 300Gi".
func (q *question) goals() []int {
	return slices.DeleteFunc(q.entities(nlp.Quantity), func(i int) bool { return slices.Contains(q.before(q.parse.Entities[i].Start, 1), "from") })
}

// grower returns the volume or claim that the sentence names, or nil.
func (q *question) grower() *target {
	at := slices.IndexFunc(q.targets, func(t target) bool { return (t.kind == "claim" || t.kind == "volume") && !t.negated })
	if at < 0 {
		return nil
	}
	return &q.targets[at]
}

// ofApplication takes an application or a pod for the volumes that it uses: one of them is the one that grows.
func (q *question) ofApplication() {
	at := slices.IndexFunc(q.targets, func(t target) bool { return (t.kind == "workload" || t.kind == "pod") && !t.negated })
	if at < 0 || q.grower() != nil {
		return
	}
	t := target{kind: "claim", entity: q.targets[at].entity}
	for _, name := range q.targets[at].names {
		one := q.targets[at]
		one.names = []nlp.Candidate{name}
		for _, v := range q.volumesOf(one) {
			if v.Claim != "" {
				t.value = v.Claim
				t.names = append(t.names, nlp.Candidate{Name: nlp.Name{Type: "claim", Value: v.Claim, Scope: v.Namespace, Group: name.Group}})
			}
		}
	}
	if len(t.names) > 0 {
		q.targets[at] = t
	}
}

// grow makes a query for whether a volume can grow: "to 100Gi" is the size, "by 50Gi" and "another 50Gi" what it would have more.
func (q *question) grow() *models.Reply {
	thing := *q.grower()
	q.as("describe")
	if reply := q.describe(thing); reply != nil {
		return reply
	}
	q.as("capacity")
	q.query.Subject, q.query.Field = models.Volumes, answer.Growth
	for _, i := range q.goals() {
		e, field := q.parse.Entities[i], "size"
		near, next := append(q.before(e.Start, 2), "", ""), append(q.after(e.End, 1), "")
		if near[0] == "by" || near[0] == "another" || near[0] == "extra" || near[0] == "additional" || near[0] == "with" || near[0] == "of" && near[1] == "growth" || next[0] == "more" || next[0] == "bigger" || next[0] == "larger" || q.addsTo() {
			field = "free"
		}
		q.query.Filters = append(q.query.Filters, models.Filter{Field: field, Op: models.Ge, Number: e.Number})
	}
	for i := range q.parse.Entities {
		q.taken[i] = true
	}
	for _, w := range q.words {
		if enlarging[w.text] {
			q.had = append(q.had, w)
		}
	}
	return nil
}
