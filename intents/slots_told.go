package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// leaveTold uses up what the sentence tells of a thing that it names, beside what it asks of others: "worker-7 is cordoned, who has data
// there", "tank: 87 % used, which claims cause it". What is not so is said.
func (q *question) leaveTold() *models.Reply {
	for _, t := range q.targets {
		other := subjectOfType[t.kind]
		if q.subject == "" || other == "" || other == q.subject || t.negated || !q.opens(t.entity.Start) {
			continue
		}
		told := q.toldOf(t.entity)
		for _, i := range told {
			q.taken[i] = true
		}
		if sub, ok := q.subquery(other, told, false, t.entity); len(told) > 0 && ok {
			q.contradict(t, sub)
		}
	}
	return nil
}

// opens reports whether a clause begins at an offset, but for a noun that introduces what stands there and a word such as "since".
func (q *question) opens(offset int) bool {
	near := q.wordsBefore(offset, 1)
	if len(near) == 0 || strings.ContainsAny(q.text[near[0].end:offset], ",;.!?") {
		return true
	}
	if cueTypes(near[0].text) != nil {
		return q.opens(near[0].start)
	}
	return opening[near[0].text]
}

// opening are the words before a clause that only tells something.
var opening = setOf("and but since because as given though although while so now")

// toldOf returns the places of the entities that are said of a name, behind "is", "has" or a colon, and of what is joined to them.
func (q *question) toldOf(name nlp.Entity) []int {
	var told []int
	end := name.End
	for i, e := range q.parse.Entities {
		if e.Start < end || q.taken[i] || !measures[e.Type] && e.Type != "health" && e.Type != "engine" {
			continue
		}
		gap := q.text[end:e.Start]
		words := wordsOf(gap)
		says := len(told) > 0 || strings.Contains(gap, ":") || slices.ContainsFunc(words, func(w word) bool { return w.text == "is" || w.text == "has" || w.text == "was" })
		if !says || strings.ContainsAny(gap, ".;?!") || slices.ContainsFunc(words, func(w word) bool { return !copular[w.text] }) {
			break
		}
		told, end = append(told, i), e.End
	}
	return told
}

// copular are the words between a thing and what is told of it.
var copular = setOf("is has was are currently now still and but also only in the a an at already full used committed of")

// contradict says so where what a sentence tells of a thing is not so.
func (q *question) contradict(t target, sub *models.Query) {
	sub.Filters = append(sub.Filters, eq("name", t.value))
	inv := q.inventory(t.names[0].Group)
	if inv == nil {
		return
	}
	if res, err := answer.Evaluate(sub, []*models.Inventory{inv}); err == nil && res.Len() == 0 {
		q.notes = append(q.notes, res.Headline())
	}
}
