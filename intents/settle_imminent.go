package intents

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// soonReadOnly is how much less than the share at which it turns read-only a pool's usage is at most, in percent of the pool, that is
// said to be about to.
const soonReadOnly = 10

// readOnlyFrom is the field of pools for the share from which on they are read-only.
const readOnlyFrom = "readonly_from"

// imminent matches what says of things that they are not read-only yet.
var imminent = regexp.MustCompile(`(?i)\b(?:(?:about|going|likely|due|set|bound|soon) to|close(?:r|st)? to|near(?:ly|ing|er|est)?|almost|soon|will|gonna|approach\w*|on the verge of|in danger of|at risk of|risk\w*|threaten\w*)\b` +
	`(?: (?:to|the|their|its|a|an|go|going|gone|be|being|become|becoming|get|getting|turn|turning|turned|switch|switching|into|of|soon))*[ -]+(?:r/?o|read[ -]?only)\b`)

// imminentLater matches the same where it is said behind: "read-only soon".
var imminentLater = regexp.MustCompile(`(?i)\b(?:will|going to|gonna|soon|about to|be|go|turn|become|get)\b[^,.;?]*?\bread[ -]?only (?:soon|next|shortly|any (?:time|moment|minute)|before long)\b`)

// readOnlySoon makes a query for things that are read-only one for those that are about to be, where the sentence says so: of pools it is
// known how much they take until then.
func (q *question) readOnlySoon() {
	isReadOnly := func(f models.Filter) bool {
		return !f.Not && len(f.Or) == 0 && (f.Field == "readonly" || f.Field == "health" && slices.Equal(f.Values, []string{string(models.ReadOnly)}))
	}
	if q.query == nil || q.query.Name != "" || !slices.ContainsFunc(q.query.Filters, isReadOnly) {
		return
	}
	if limitOf.MatchString(q.text) && !crossed.MatchString(q.text) {
		q.query.Filters = slices.DeleteFunc(q.query.Filters, isReadOnly)
		q.readOnlyFrom()
		return
	}
	if !imminent.MatchString(q.text) && !imminentLater.MatchString(q.text) {
		return
	}
	q.had = append(q.had, q.wordsIn(approaching)...)
	if q.query.Subject != models.Pools {
		q.notes = append(q.notes, "Which turn read-only next is known of pools only: ask “which pools are about to turn read-only?”. These are so now.")
		return
	}
	soon := models.Filter{Field: "until_readonly", Op: models.Le, Number: soonReadOnly}
	q.query.Filters = slices.DeleteFunc(q.query.Filters, func(f models.Filter) bool { return isReadOnly(f) || f.Field == "used_percent" && f.Op == models.Known })
	q.query.Filters = append(q.query.Filters, soon)
	q.query.Show = slices.DeleteFunc(slices.Clone(q.query.Show), func(key string) bool { return key == "readonly" })
	if q.query.Aggregate == "" && q.query.Sort != soon.Field {
		q.query.Sort, q.query.Desc = soon.Field, false
	}
	q.notes = slices.DeleteFunc(q.notes, func(n string) bool { return strings.HasPrefix(n, "I cannot forecast") })
	q.notes = append(q.notes, fmt.Sprintf("“About to turn read-only” means at most %d%% of the pool before the share at which it does.", soonReadOnly))
}

// limitOf matches a question of the share from which on something is read-only, and crossed what says of things that they are there.
var (
	limitOf = regexp.MustCompile(`(?i)\b(?:thresholds?|limits?|cut-?off|how full|(?:at|from|by|above|over|beyond|until) (?:what|which) (?:(?:fill(?:ing)?|usage|used) )?(?:usage|fill(?:ing)?|level|percent(?:age)?|point|mark|share|value|%))\b`)
	crossed = regexp.MustCompile(`(?i)\b(?:over|above|beyond|past|exceed\w*|cross\w*|reach\w*|hit|near\w*|close\w*|approach\w*|below|under|within) (?:(?:to|of|the|their|its|a) )*(?:read[ -]?only )?(?:thresholds?|limits?)\b`)
)

// readOnlyFrom shows from which share on pools are read-only, which no other things have: those that are named, or that "they" are.
func (q *question) readOnlyFrom() {
	last := q.dialogue.Query
	if q.query.Subject != models.Pools && last != nil && last.Subject == models.Pools && q.anyWord(setOf("they these those them it")) {
		q.query.Filters = last.Clone().Filters
		q.query.Clusters = last.Clone().Clusters
	}
	pools := answer.Fields(models.Pools)
	q.query.Filters = slices.DeleteFunc(q.query.Filters, func(f models.Filter) bool { return pools.Lookup(f.Field) == nil })
	q.as("list")
	*q.query = models.Query{Subject: models.Pools, Clusters: q.query.Clusters, Filters: q.query.Filters, Show: []string{readOnlyFrom}}
	q.had = append(q.had, q.wordsIn(approaching)...)
	q.had = append(q.had, q.wordsIn(setOf("threshold thresholds cutoff cut-off level mark point share until from above"))...)
}

var approaching = setOf("turn turns turning become becoming switch switching go going about close near nearly approaching verge danger risk limit soon")
