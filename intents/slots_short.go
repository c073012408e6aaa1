package intents

import (
	"regexp"
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// fallsShort is a comparison with what is wanted: "fewer than specified", "below their spec'd count".
var fallsShort = regexp.MustCompile(`(?i)\b(?:fewer|less|lower|smaller|below|under|short of|beneath)\b(?:\s+\S+){0,5}?\s+` +
	`(?:they should|their replica count|their number of (?:replicas|copies)|desired|wanted|configured|spec(?:['’]?d|ified|ification)?|requested|asked for|declared|target(?:ed)?|should|supposed|expected|intended|set)\b(?:\s+(?:replica count|number of (?:replicas|copies)|count|number|replicas|copies|factor|be|have|run|there be))*`)

// settleShort finds what is asked of volumes that have fewer healthy copies than they are to have. What is said in other words is a state,
// "degraded", which more than a missing copy can be the cause of.
func (q *question) settleShort() {
	at := fallsShort.FindStringIndex(q.text)
	if at == nil || !q.anyWord(copying) || q.subject != "" && q.subject != models.Volumes && q.subject != models.Claims && q.subject != models.Replicas {
		return
	}
	if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Start < at[1] && e.End > at[0] && (e.Type == "health" || e.Op != "" || isName(e) && e.Type != nlp.UnknownName)
	}) {
		return
	}
	switch q.intent.act {
	case actList, actCount, actReplicas, actOverview, actAggregate:
	default:
		return
	}
	if !q.phrase("how", "many") || q.subject == models.Replicas {
		q.as("list")
	}
	q.subject = models.Volumes
	q.query.Filters = append(q.query.Filters, models.Filter{Field: "missing", Op: models.Ge, Number: 1})
	q.query.Show = append(q.query.Show, "replicas", "desired")
	for i, e := range q.parse.Entities {
		next := q.after(e.End, 1)
		q.taken[i] = q.taken[i] || e.Start < at[1] && e.End > at[0] || e.Value == string(models.Replicas) || e.Type == "health" && len(next) > 0 && copying[next[0]]
	}
	q.haveSaid(at)
}
