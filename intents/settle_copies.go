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

// onlyCopies matches what says that all copies of a volume, or its only ones, are in a place.
var onlyCopies = regexp.MustCompile(`(?i)\b(?:(?:all|every|each)(?: (?:of|the|their|its|healthy))* (?:copy|copies|replicas?)\b(?: (?:are|is|sit|live|lie|located|placed|stored|kept))*|` +
	`(?:only|exclusively|solely)(?: (?:have|has|with|having|keep|keeps|store|stores|the|their|its))* (?:copy|copies|replicas?|data)\b|(?:copy|copies|replicas?|data) (?:\w+ )?(?:only|exclusively|solely))\s+(?:in|on|within|inside)\b`)

// onlyThere leaves, of the volumes with a copy in a zone, those with all copies there, where the sentence says so. Of nodes and pools no
// query can say it, and the answer says that.
func (q *question) onlyThere() {
	if q.query == nil || q.query.Name != "" || q.query.Subject != models.Volumes || !onlyCopies.MatchString(q.text) || hasFilter(q.query, "zones") {
		return
	}
	for _, f := range q.query.Filters {
		switch {
		case f.Not || len(f.Or) > 0:
		case f.Field == "zone" && len(f.Values) == 1:
			q.add(models.Filter{Field: "zones", Op: models.Lt, Number: 2})
			return
		case f.Field == "node" || f.Field == "pool" || f.Field == "zone":
			q.notes = append(q.notes, "These have a copy there; that all of their copies are there I left out.")
			return
		}
	}
}
