package intents

import (
	"regexp"
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// withoutHealthyCopy matches what says of volumes that none of their copies is healthy. Where the copies are to be is another question.
var withoutHealthyCopy = regexp.MustCompile(`(?i)\b(?:no|without|w/o|zero|lack|lacks|lacking|(?:\w+n['’]?t|not|never) (?:have|having|got)|(?:have|has)n['’]?t(?: got)?)` +
	`(?: (?:a|an|any|one|single|even|at|least|of|their|its))* (?:healthy|good|online|working|intact|usable|functioning) (?:data )?(?:copy|copies|replicas?)\b(?: (?:left|remaining|anymore|any more|at all|now))*(?:\s*$|[^\w\s]|\s+(?:and|or|but|of|per|by|for|that|which)\b)`)

// noHealthyCopy makes a query for volumes that are not healthy one for those without a healthy copy, where the sentence says that: a
// degraded one has some.
func (q *question) noHealthyCopy() {
	sick := func(f models.Filter) bool {
		one := (f.Field == "copies" || f.Field == "replicas") && f.Op == models.Eq && f.Number == 1 // "not a single one"
		return len(f.Or) == 0 && (one || f.Field == "health" && slices.Equal(f.Values, []string{string(models.Healthy)}))
	}
	if q.query == nil || q.query.Name != "" || !slices.ContainsFunc(q.query.Filters, sick) || !withoutHealthyCopy.MatchString(q.text) {
		return
	}
	if q.query.Subject == models.Claims && q.query.GroupBy+q.query.Sort+q.query.Field == "" && len(q.query.Show) == 0 &&
		!slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool { return answer.Fields(models.Volumes).Lookup(f.Field) == nil }) {
		q.query.Subject = models.Volumes // a claim has its copies by its volume
	}
	if s := answer.Fields(q.query.Subject); s == nil || s.Lookup("copies") == nil {
		return
	}
	q.query.Filters = slices.DeleteFunc(q.query.Filters, sick)
	if !hasFilter(q.query, "copies") {
		q.query.Filters = append(q.query.Filters, models.Filter{Field: "copies", Op: models.Lt, Number: 1})
	}
}
