package intents

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// fillAggregate takes what is to be computed, over which field, and by which groups.
func (q *question) fillAggregate() *models.Reply {
	query := q.query
	if query.Name != "" {
		return nil
	}
	switch q.intent.act {
	case actCount, actTally:
		query.Aggregate, query.Field, query.Offset = models.Count, "", 0
		if q.intent.act == actTally && q.measuring() && answer.Fields(query.Subject).Lookup("size") != nil {
			query.Aggregate, query.Field = models.Sum, "size" // "how many GiB is that"
		}
		if q.mentions("sort") && q.anyWord(setOf("per each every")) {
			break // "the fullest volume per node"
		}
		if query.Sort != "" && query.GroupBy == "" && q.intent.act == actCount && q.grouped == "" && q.mentions("sort") {
			q.notes = append(q.notes, "A count has no order: what says “first” or “biggest” is left out.")
		}
		if query.GroupBy == "" {
			query.Sort = ""
		}
	case actAggregate:
		query.Aggregate = models.Sum
	}
	for _, i := range q.entities("aggregate") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if q.intent.act == actAggregate || q.intent.act == actCapacity || q.intent.act == actList || q.intent.act == actRefine {
			if e.Value != models.Count || query.Aggregate == "" {
				query.Aggregate = e.Value
			}
		}
	}
	for _, w := range q.words {
		if !statistics[w.text] || q.covering(w) != nil {
			continue
		}
		err := &models.Error{Kind: models.Invalid, Message: "I cannot compute the " + w.text,
			Hint: "I can compute the total, the average, the median, the smallest and the largest"}
		if len(q.computed()) == 0 {
			return &models.Reply{Text: sentence(err.Message), Notes: hints(err), Err: err}
		}
		q.notes = append(q.notes, phrase.Stop(err.Message)+" "+err.Hint+".")
		q.had = append(q.had, w)
	}
	q.groupBy()
	if by := q.splitBy(); by != "" && query.Aggregate == models.Count {
		if query.GroupBy != "" {
			query.ThenBy = by
		} else {
			query.GroupBy = by
		}
	}
	if q.firstOfEach() {
		return nil
	}
	if q.intent.act == actAggregate && query.GroupBy == "" && query.Sort != "" && query.Limit <= 1 && !q.mentions("aggregate") { // "highest usage of the pools"
		if query.Limit = 1; q.begins(questioning) && plural(q.subjectText()) {
			query.Limit = 0 // "which pvcs use the most space"
		}
		query.Aggregate = ""
		q.as("list")
		return nil
	}
	if q.intent.act == actAggregate && query.GroupBy == "" && query.Limit > 1 && !q.mentions("aggregate") { // "top 5 claims by used space"
		if query.Sort == "" {
			query.Sort, query.Desc = q.measured(), true
		}
		query.Aggregate = ""
		q.as("list")
		return nil
	}
	if query.Aggregate != "" && query.Aggregate != models.Count && (query.Field == "" || q.intent.act != actRefine) {
		if field := q.measured(); field != "" {
			query.Field = field
		} else {
			query.Aggregate = models.Count
		}
	}
	if query.Subject == models.Volumes && query.Field == "replicas" && query.Aggregate != "" && !q.mentions("health") {
		query.Field = "desired" // how many they have, and not how many of these are well
	}
	q.fillAlso()
	if query.GroupBy != "" && query.Aggregate == "" {
		q.perGroup()
	}
	if query.GroupBy != "" && query.Aggregate == models.Sum && query.Sort != "" && answer.Fields(query.Subject).Lookup(query.Sort).Kind.Numeric() {
		query.Sort = query.Field // "which namespaces take the most space"
	}
	if query.GroupBy != "" && query.Aggregate == models.Sum && query.Sort == "" && q.anyWord(setOf("least fewest smallest lowest")) {
		query.Sort, query.Desc = query.Field, false // "which app stores the least"
	}
	if query.Aggregate != "" && query.GroupBy == "" {
		query.Limit, query.Sort, query.Desc = 0, "", false
	}
	if query.Aggregate == models.Count && query.GroupBy != "" || query.Aggregate == models.Sum {
		for _, key := range q.figures() {
			m := models.Measure{Aggregate: models.Sum, Field: key}
			if key == "health" {
				m.Aggregate = models.Count
			}
			if !slices.ContainsFunc(query.Also, func(o models.Measure) bool { return o.Field == key }) && key != query.Field {
				query.Also = append(query.Also, m)
			}
		}
	}
	return nil
}

// statistics are what is not computed.
var statistics = setOf("percentile percentiles quartile quartiles quantile deviation variance p50 p90 p95 p99 histogram distribution")

// computed returns the measures that the sentence asks for, in its order. What is computed stands behind the word for it, or behind that of
// a later one: "mean and max usage".
func (q *question) computed() []models.Measure {
	var all []models.Measure
	from := len(q.text)
	for i, e := range slices.Backward(q.parse.Entities) {
		aggregate, field := "", ""
		switch {
		case e.Type == "aggregate":
			aggregate = e.Value
		case e.Type == "sort" && q.enumerated(e):
			key, direction, _ := strings.Cut(e.Value, " ")
			aggregate = models.Minimum
			if direction == "desc" {
				aggregate = models.Maximum
			}
			field = key
		case e.Type == "health" && e.Value == "unhealthy" && q.beingCounted(e) && q.enumerated(e):
			aggregate, field = models.Count, "health"
		}
		if aggregate == "" {
			continue
		}
		s := answer.Fields(q.query.Subject)
		for _, w := range q.words {
			if f := q.fieldOf(w.text); field == "" && w.start >= e.End && w.end <= from && f != "" && s.Lookup(f).Kind.Numeric() && aggregate != models.Count {
				field = f
			}
		}
		if field == "" && aggregate != models.Count && len(all) > 0 {
			field = all[0].Field
		}
		if field == "used_percent" && aggregate == models.Sum && s.Lookup("used") != nil {
			field = "used"
		}
		from = q.parse.Entities[i].Start
		if m := (models.Measure{Aggregate: aggregate, Field: field}); !slices.Contains(all, m) {
			all = slices.Insert(all, 0, m)
		}
	}
	return all
}

// fillAlso takes what the sentence wants computed beside the first thing.
func (q *question) fillAlso() {
	query := q.query
	query.Also = nil
	if query.Aggregate == "" {
		return
	}
	all := q.computed()
	if at := slices.IndexFunc(all, func(m models.Measure) bool { return m.Aggregate != models.Count }); at >= 0 && len(all) > 1 {
		query.Aggregate, query.Field = all[at].Aggregate, cmp.Or(all[at].Field, query.Field)
		query.Also = slices.Delete(all, at, at+1)
	} else if len(all) > 0 && all[len(all)-1].Field == "health" && query.GroupBy != "" {
		query.Also = all
	}
	for i := range query.Also {
		if m := &query.Also[i]; m.Aggregate != models.Count {
			m.Field = cmp.Or(m.Field, query.Field)
		}
		if query.Also[i].Field == "health" { // it is counted, and picks nothing out
			query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool { return f.Field == "health" })
		}
	}
	if query.Aggregate != models.Count && q.namesCount() && !slices.ContainsFunc(query.Also, func(m models.Measure) bool { return m.Aggregate == models.Count && m.Field == "" }) {
		query.Also = slices.Insert(query.Also, 0, models.Measure{Aggregate: models.Count})
	}
}

// namesCount reports whether the sentence asks for a number beside other measures: "count, total size per engine".
func (q *question) namesCount() bool {
	return slices.ContainsFunc(q.words, func(w word) bool { return (w.text == "count" || w.text == "number") && q.listed(w.start, w.end) })
}

// beingCounted reports whether a word beside an entity says that what it says is counted: "unhealthy count", "number of unhealthy".
func (q *question) beingCounted(e nlp.Entity) bool {
	near := append(q.before(e.Start, 2), q.after(e.End, 1)...)
	return slices.Contains(near, "count") || slices.Contains(near, "number")
}

// enumerated reports whether an entity is one of several measures: a comma or an "and" is before it, or behind it.
func (q *question) enumerated(e nlp.Entity) bool {
	before := strings.TrimRight(strings.ToLower(q.text[:e.Start]), " ")
	for _, lead := range []string{" number of", " number"} {
		before = strings.TrimSuffix(before, lead)
	}
	joined := strings.HasSuffix(before, ",") || strings.HasSuffix(before, " and") || strings.HasSuffix(before, "+") || strings.HasSuffix(before, "&") || strings.HasPrefix(q.text[e.End:], ",")
	behind := slices.ContainsFunc(q.after(e.End, 1), func(w string) bool { return w == "and" || w == "or" })
	others := slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Type == "aggregate" })
	return others && (joined || behind)
}

// firstOfEach lists the first things of each group: "the biggest volume per storage class", "the top 3 volumes of each namespace".
func (q *question) firstOfEach() bool {
	query := q.query
	if query.GroupBy == "" || q.mentions("aggregate") || q.intent.act != actAggregate && q.intent.act != actList && q.intent.act != actCount || !q.anyWord(setOf("per each every")) {
		return false
	}
	switch at := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "sort" }); {
	case query.Limit > 1 && q.limitsSubject():
	case at >= 0 && query.Sort != "" && q.single(q.parse.Entities[at].End):
	default:
		return false
	}
	q.eachFirst()
	return true
}

// limitsSubject reports whether the number of things that is asked for stands before the noun for them, and not before that for the groups.
func (q *question) limitsSubject() bool {
	at := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "count" })
	return at >= 0 && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		start := q.parse.Entities[at].End
		return e.Type == "subject" && e.Start >= start && e.Text == q.subjectText() && q.within(start, e.Start, 2)
	})
}

// eachFirst lists the first things of each group in the order that is asked for, the biggest or fullest if none is.
func (q *question) eachFirst() {
	query := q.query
	if query.Sort == "" {
		query.Sort, query.Desc = q.measured(), true
	}
	query.Each, query.Limit = max(query.Limit, 1), 0
	query.Aggregate, query.Field = "", ""
	q.as("list")
}

// perGroup decides what is computed for each group where the sentence does not say it: the extreme of what it sorts by
// ("the biggest volume in each namespace"), the space of pools that is asked for, or else the number.
func (q *question) perGroup() {
	query := q.query
	query.Aggregate = models.Count
	s := answer.Fields(query.Subject)
	by := s.Lookup(query.Sort)
	switch {
	case query.Sort != "" && by.Kind.Numeric() && q.anyWord(setOf("each every")):
		q.eachFirst()
	case q.intent.act == actCapacity && s.Lookup("free") != nil:
		query.Aggregate, query.Field = models.Sum, "free"
	}
}

// measured returns the numeric field that an aggregate is computed over.
func (q *question) measured() string {
	if q.anyWord(setOf("deleting removing dropping")) && answer.Fields(q.query.Subject).Lookup("used") != nil {
		return "used"
	}
	s := answer.Fields(q.query.Subject)
	if q.anyWord(setOf("minus")) && s.Lookup("free") != nil {
		return "free" // "allocated minus used"
	}
	fallback := ""
	for i, w := range q.words {
		field := q.fieldOf(w.text)
		if (w.text == "unused" || wasting[w.text]) && (hasFilter(q.query, "pods") || hasFilter(q.query, "orphaned") || hasFilter(q.query, "phase")) {
			continue // "what do unused claims cost us"
		}
		if wasting[w.text] && field == "free" {
			q.notes = append(q.notes, "“"+phrase.Capital(w.text)+"” means here what volumes have been given and is not used.")
		}
		if field == "used" && i+1 < len(q.words) && shares[q.words[i+1].text] {
			field = "used_percent"
		}
		if field == "used_percent" && q.query.Aggregate == models.Sum && s.Lookup("used") != nil {
			field = "used"
		}
		if field == "" || field == q.query.GroupBy || !s.Lookup(field).Kind.Numeric() {
			continue
		}
		if w.text != "storage" && w.text != "space" && w.text != "capacity" {
			return field
		}
		fallback = field
	}
	if fallback != "" {
		return fallback
	}
	for _, field := range []string{"size", "volumes", "count"} {
		if s.Lookup(field) != nil {
			return field
		}
	}
	return ""
}

// shares are the words that make of used space its share.
var shares = setOf("percent percentage pct % share ratio")

// requested adds up what claims ask for, those without a volume too, where every filter is one of claims as well.
func (q *question) requested() {
	query, claims := q.query, answer.Fields(models.Claims)
	if query.Subject != models.Volumes || query.Field != "requested" || query.Aggregate == "" || len(query.Also) > 0 {
		return
	}
	if slices.ContainsFunc(query.Filters, func(f models.Filter) bool { return claims.Lookup(f.Field) == nil }) || query.GroupBy != "" && claims.Lookup(query.GroupBy) == nil {
		return
	}
	q.subject, query.Subject = models.Claims, models.Claims
}

// eitherWay groups by what is asked of things that are so and of those that are not: "average size of thin volumes vs. thick ones".
func (q *question) eitherWay() {
	query := q.query
	for i, f := range query.Filters {
		if f.Op != models.Eq || f.Not || len(f.Or) > 0 || !slices.Contains(f.Values, "true") || !slices.Contains(f.Values, "false") {
			continue
		}
		query.Filters = slices.Delete(slices.Clone(query.Filters), i, i+1)
		if query.Aggregate != "" && query.GroupBy == "" {
			query.GroupBy = f.Field
		}
		return
	}
}
