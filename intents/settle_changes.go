package intents

import (
	"regexp"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// settleChanges makes a question of what got worse, or went from one state to another, one of the changes that were so.
func (q *question) settleChanges() {
	switch q.intent.act {
	case actEvents:
	case actOverview, actList, actCompare, actCount:
		if !q.mentions("duration") || q.namesThing() {
			return
		}
	default:
		return
	}
	worse, flips := worsening.FindStringIndex(q.text), transitions.FindStringIndex(q.text)
	if worse == nil && flips == nil {
		return
	}
	if worse != nil {
		q.query.Filters = append(q.query.Filters, eq("worse", "true"))
		q.haveSaid(worse)
	}
	if flips != nil {
		q.query.Filters = append(q.query.Filters, eq("kind", "state"))
		q.haveSaid(flips)
	}
	if thing := q.subject; turning[thing] {
		q.query.Filters = append(q.query.Filters, eq("thing", string(thing)))
	}
	q.as("events")
	q.subject = models.Changes
	for _, i := range q.entities("health", "condition", "subject") {
		q.taken[i] = true
	}
}

// turning are the subjects whose changes of state are known.
var turning = map[models.Subject]bool{models.Volumes: true, models.Replicas: true, models.Pools: true, models.Nodes: true}

var (
	worsening   = regexp.MustCompile(`(?i)\b(?:(?:get|got|gotten|getting|go|gone|went|become|became|turn|turned|is|are) (?:any )?(?:worse|bad|red|downhill)|worsen(?:ed|ing)?|deteriorat(?:e|ed|es|ing|ions?))\b`)
	transitions = regexp.MustCompile(`(?i)\b(?:(?:flip|chang|switch|toggl)\w*(?: (?:its|their|the))? (?:states?|status|health)|(?:states?|status|health) (?:change|transition|flip)s?|(?:state )?transitions)\b`)
)

// haveSaid notes that the query says what stands in a piece of the text.
func (q *question) haveSaid(span []int) {
	for _, w := range q.words {
		if w.start >= span[0] && w.end <= span[1] {
			q.had = append(q.had, w)
		}
	}
}

// settleUrgent limits an overview of which only the first is asked for: "the single most urgent problem", "the three worst problems".
func (q *question) settleUrgent() {
	if q.intent.act != actOverview || q.namesThing() || q.mentions("duration") {
		return
	}
	limit := 0
	for _, i := range q.entities(nlp.Count) {
		limit = int(q.parse.Entities[i].Number)
	}
	for i, w := range q.words {
		if !urgent[w.text] {
			continue
		}
		behind := q.words[i+1 : min(i+4, len(q.words))]
		if len(behind) == 0 || i > 0 && q.words[i-1].text == "most" && q.covering(behind[0]) != nil {
			behind = []word{w} // "what is the most urgent on worker-1?"
		}
		for _, next := range behind {
			if next != w && !troubles.inflected(next.text) {
				continue
			}
			if limit == 0 && (next == w || !plural(next.text)) {
				limit = 1
			}
			q.query.Limit = limit
			for _, i := range q.entities("sort", nlp.Count, nlp.Ordinal) {
				q.taken[i] = true
			}
			return
		}
	}
}

var (
	urgent   = setOf("worst urgent pressing important critical severe serious single biggest top")
	troubles = setOf("problem issue trouble fire thing incident priority fault worry concern")
)
