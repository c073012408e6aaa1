package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// maxRecalled is how many things a pronoun stands for at most.
const maxRecalled = 20

// recall takes the things that the last answer was about for those that a pronoun stands for, in a sentence that names none itself and
// asks about something else: "which nodes are they on".
func (q *question) recall() {
	last := q.dialogue.Query
	if len(q.targets) > 0 || last == nil || q.subject == "" || q.subject == last.Subject || !q.refers() && !(q.intent.act == actRefine && q.loses(last)) {
		return
	}
	switch q.intent.act {
	case actList, actCount, actAggregate, actCapacity, actConsumers, actOverview, actRefine:
	default:
		return
	}
	things := q.earlier
	if len(things) == 0 {
		things = q.recalled(last)
	}
	if len(things) == 0 {
		return
	}
	if q.intent.act == actOverview || q.intent.act == actRefine {
		q.as("list")
	}
	q.targets = things
	q.query = &models.Query{Subject: q.subject}
	q.narrow()
}

// loses reports whether of what the last question was about something could not be said of what is asked about now: "and the nodes?"
// behind "the volumes of kafka" means theirs.
func (q *question) loses(last *models.Query) bool {
	s := answer.Fields(q.subject)
	return s != nil && last.Name == "" && slices.ContainsFunc(last.Filters, func(f models.Filter) bool { return s.Lookup(f.Field) == nil })
}

// recalled returns what a query was about: the volume whose replicas, pods, … it asked for, or else what it found.
func (q *question) recalled(last *models.Query) []target {
	if thing, ok := aboutOne(last); ok {
		return []target{targetOf(thing)}
	}
	found := last.Clone()
	found.GroupBy, found.ThenBy, found.Aggregate, found.Field = "", "", "", ""
	if found.Name != "" {
		found.Filters = append(found.Filters, eq("name", found.Name))
	}
	inventories, _ := q.of(last)
	res, err := answer.Evaluate(found, inventories)
	if err != nil || res.Len() > maxRecalled {
		return nil
	}
	var things []target
	named := res.Things()
	slices.SortStableFunc(named, func(a, b models.Named) int { return phrase.Natural(a.Name, b.Name) })
	for _, thing := range named {
		things = append(things, targetOf(thing))
	}
	return things
}

// targetOf makes of a thing that an answer was about what a sentence names.
func targetOf(thing models.Named) target {
	kind := string(thing.Subject)
	return target{kind: kind, value: thing.Name, node: thing.Node, names: []nlp.Candidate{{Name: nlp.Name{Type: kind, Value: thing.Name, Scope: thing.Scope, Group: thing.Cluster}}}}
}

// refers reports whether a pronoun stands for something that was named before the sentence. One behind what the sentence is about may
// stand for that: "volumes with their sizes", "which pools are full and what is on them".
func (q *question) refers() bool {
	about := slices.IndexFunc(q.words, func(w word) bool { e := q.covering(w); return e != nil && e.Type == "subject" })
	for i, w := range q.words {
		between := q.words[max(about, 0):max(i, about, 0)]
		if w.text == "it" && q.stands(i) || w.text == "there" && i == len(q.words)-1 && i > 2 && !auxiliaries[q.words[i-1].text] {
			return !slices.ContainsFunc(between, func(w word) bool { return joining[w.text] }) // "how full is the fullest pool, and who is on it"
		}
		if !standing[w.text] {
			continue
		}
		if about < 0 || i < about || !slices.ContainsFunc(between, func(w word) bool { return joining[w.text] || w.text == "with" || w.text == "of" && i > about+2 }) {
			return !(i+1 < len(q.words) && relatives[q.words[i+1].text])
		}
	}
	return false
}

// stands reports whether the "it" at a place stands for a thing, and is not that of "is it possible".
func (q *question) stands(i int) bool {
	before := i > 0 && prepositionTypes(q.words[i-1].text) != nil
	return before || i+1 == len(q.words) || located[q.words[i+1].text] || strings.HasSuffix(q.words[i+1].text, "ing")
}

var (
	standing = setOf("they them their its these those")
	located  = setOf("on in at from use uses have has had belong live lives sit sits run runs come came")
)
