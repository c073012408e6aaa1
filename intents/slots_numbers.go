package intents

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// fillNumbers turns compared numbers into filters, and a bare count into the limit. Which field is compared is said by the
// words around the number.
func (q *question) fillNumbers() *models.Reply {
	if q.query.Name != "" {
		return nil
	}
	q.fillSeveral()
	for _, i := range q.entities("percentage", "quantity", "duration", "count") {
		e := q.parse.Entities[i]
		q.taken[i] = true
		if e.Type == nlp.Count && q.isDate(e) {
			q.fillDate(e)
			continue
		}
		if e.Type == "duration" && q.intent.Name == "summary" {
			q.query.Filters = append(q.query.Filters, models.Filter{Field: "age", Op: models.Le, Number: e.Number})
			continue
		}
		if e.Type == "duration" && (q.intent.act == actOverview || q.intent.act == actForecast) {
			if near := q.before(e.Start, 1); q.intent.act == actOverview && (len(near) > 0 && near[0] == "since" || strings.Contains(strings.ToLower(e.Text), "since")) {
				q.notes = append(q.notes, "I keep no history, so "+phrase.Quote(e.Text)+" is left out: this is how it is now.")
			}
			continue // "is everything ok today?"
		}
		if e.Type == "duration" && !q.dates(e) {
			q.notes = append(q.notes, "I keep no history, so "+phrase.Quote(e.Text)+" is left out: this is how it is now.")
			continue
		}
		if unit := q.unitBehind(e); unit > 0 && q.countedField(e) == "" {
			e.Type, e.Number = nlp.Quantity, e.Number*unit // "over 100 but under 200Gi"
		}
		if e.Type == "count" && q.intent.act == actReplicas && len(q.targets) > 0 && q.begins(yesOrNo) {
			if e.Op == "" {
				e.Op = string(models.Eq)
			}
			q.counted = &e // "does data-0 have 2 good copies" is answered, and the copies are shown
			continue
		}
		if e.Type == "count" && e.Text == "4" && q.directlyBefore(e.End, "cluster") && len(q.before(e.Start, 1)) > 0 && plural(q.before(e.Start, 1)[0]) {
			continue // "pools 4 prod-east"
		}
		if e.Type == "count" && (e.Op == "" && q.isHowMany(e) || e.Op == string(models.Ge) && e.Number <= 1 && q.countsEach()) {
			continue
		}
		if e.Type == "count" && slices.Equal(q.before(e.Start, 1), []string{"max"}) && q.countedField(e) == "" {
			q.query.Limit = int(e.Number) // "oldest first, max 2"
			continue
		}
		if e.Type == "count" && q.query.Subject == models.Claims && q.countedField(e) == "" {
			q.ofVolumes(e)
		}
		if e.Type == "count" && e.Op != "" && q.intent.act != actRefine && q.ofSuch(e) {
			q.counted = &e // "is there more than one default" is answered of what is found
			continue
		}
		if e.Type == "count" && !q.counts(e) {
			if e.Number >= 1 && q.limits(e) {
				q.query.Limit = int(e.Number)
				continue
			}
			if e.Number >= 1 {
				return q.incomparable(e)
			}
			continue
		}
		f, ok := q.comparison(e)
		if !ok && q.ofVolumes(e) {
			f, ok = q.comparison(e)
		}
		if !ok {
			return q.incomparable(e)
		}
		if q.intent.act == actConsumers && len(q.targets) == 0 {
			q.as("list") // "claims used by 2 pods"
		}
		q.query.Filters = append(q.query.Filters, f)
		q.stated = append(q.stated, statement{e, f})
	}
	return nil
}

// fillSeveral makes a filter of what things have more than one of: "used by several pods", "pools with multiple disks".
func (q *question) fillSeveral() {
	for _, w := range q.words {
		if !several[w.text] || len(q.before(w.start, 1)) == 0 {
			continue
		}
		e := nlp.Entity{Type: nlp.Count, Text: w.text, Start: w.start, End: w.end, Op: string(models.Gt), Number: 1}
		if before := q.before(w.start, 1)[0]; q.countedField(e) == "" || !reckoning[before] && !having[before] {
			continue
		}
		if f, ok := q.comparison(e); ok {
			q.state(e, f)
			q.had = append(q.had, w)
		}
	}
}

var several = setOf("several multiple")

// ofSuch reports whether a number counts things by what is said of them: "more than one default".
func (q *question) ofSuch(e nlp.Entity) bool {
	return slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool {
		return (o.Type == "condition" || o.Type == "health") && o.Start >= e.End && q.within(e.End, o.Start, 0) && q.countedField(e) == "" && !q.directlyBefore(o.End, "subject")
	})
}

// ofVolumes makes a question about claims one about their volumes where a number is known of these alone: "claims with less than 5Gi left",
// "claims with fewer than 3 replicas".
func (q *question) ofVolumes(e nlp.Entity) bool {
	if q.query.Subject != models.Claims {
		return false
	}
	q.query.Subject = models.Volumes
	if _, ok := q.comparison(e); !ok || slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool {
		return f.Field == "phase" || answer.Fields(models.Volumes).Lookup(f.Field) == nil
	}) {
		q.query.Subject = models.Claims
		return false
	}
	for i, f := range q.query.Filters {
		switch f.Field {
		case "name":
			q.query.Filters[i].Field = "claim"
		case "volume":
			q.query.Filters[i].Field = "name"
		}
	}
	return true
}

// isHowMany reports whether a number says how many there are of what is named, and picks none out: "all three", "which of the two".
func (q *question) isHowMany(e nlp.Entity) bool {
	near := append(q.before(e.Start, 2), "", "")
	return near[0] == "all" || near[1] == "of" && (near[0] == "the" || near[0] == "these" || near[0] == "those" || near[0] == "our" || near[0] == "my") &&
		!slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Type == "sort" && o.Start >= e.End && q.within(e.End, o.Start, 0) })
}

// unitBehind returns the unit of a compared number that takes it from the next one: of 100 in "over 100 but under 200 GiB". It is
// 0 for every other number.
func (q *question) unitBehind(e nlp.Entity) float64 {
	if e.Type != nlp.Count || e.Op == "" {
		return 0
	}
	for _, other := range q.parse.Entities {
		if other.Type != nlp.Quantity || other.Start < e.End || !q.within(e.End, other.Start, 3) {
			continue
		}
		digits := strings.TrimLeft(other.Text, "<>=≤≥ ")
		digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789."))]
		if n, err := strconv.ParseFloat(digits, 64); err == nil && n > 0 {
			return other.Number / n
		}
	}
	return 0
}

// counts reports whether a count is compared with a field, rather than a limit ("top 5").
func (q *question) counts(e nlp.Entity) bool {
	if _, fold, ok := strings.Cut(e.Text, "-"); ok && fold != "" {
		return q.countedField(e) != ""
	}
	if before := q.before(e.Start, 1); len(before) > 0 && reckoning[before[0]] && q.countedField(e) != "" {
		return true // "a replica count of 3", "used by 2 pods"
	}
	if next := q.after(e.End, 2); len(next) > 0 && (next[0] == "replica" || next[0] == "copy" || len(next) > 1 && (next[0] == "copies" || next[0] == "replicas") && cueTypes(next[1]) != nil) && e.Number > 1 {
		return true // "3 replica volumes"
	}
	return e.Op != "" && e.Op != "=" || q.countedField(e) != "" && slices.ContainsFunc(q.before(e.Start, 3), func(w string) bool {
		return having[w]
	}) || e.Op == "=" && q.countedField(e) != ""
}

// limits reports whether a bare number says how many are wanted: "top 5", "5 biggest volumes", "the first 3".
func (q *question) limits(e nlp.Entity) bool {
	before, after := q.before(e.Start, 2), q.after(e.End, 1)
	if len(before) == 0 || len(after) == 0 || q.intent.act == actRefine || q.intent.act == actMore || q.intent.act == actConsumers || q.intent.act == actReplicas {
		return true
	}
	if before[0] == "of" || before[0] == "is" || before[0] == "to" && before[len(before)-1] != "limit" {
		return false // "a replica count of 3"
	}
	if excerpting[before[0]] || slices.Contains(before, "top") || q.query.Subject.Happens() {
		return true
	}
	return slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool {
		ranked := o.Type == "sort" || o.Type == "subject" && models.Subject(o.Value) == q.query.Subject
		return ranked && (o.Start >= e.End && q.within(e.End, o.Start, 3) || o.End <= e.Start && q.within(o.End, e.Start, 0))
	})
}

// excerpting are the words before a number that says how many are wanted.
var excerpting = setOf("top first last limit only just next show list give me get the these worst best bottom any max")

// reckoning are the words right before the number of what things have.
var reckoning = setOf("of factor by on across over to")

var having = setOf("give giving makes make making keeps keep keeping gives creates create creating asks wanting wants want desiring needing with have has having holds hold holding only exactly just less least")

// countedField returns the field of what is counted after a number ("3 replicas"), or "".
func (q *question) countedField(e nlp.Entity) string {
	near := q.behind(e, 3) // "2 or more replicas"
	if before := q.before(e.Start, 4); e.Op == "" && slices.ContainsFunc(before, func(w string) bool { return w == "replica" || w == "replicas" || w == "replication" }) &&
		slices.ContainsFunc(before, func(w string) bool { return w == "count" || w == "factor" || w == "desired" || w == "number" }) {
		return "desired"
	}
	if _, fold, ok := strings.Cut(e.Text, "-"); ok && fold != "" {
		near = append([]string{fold}, near...) // "3-replica volumes"
	}
	for _, w := range q.wordsBefore(e.Start, 4) {
		if signs.MatchString(q.text[w.end:e.Start]) {
			near = []string{w.text} // "replicas > 2"
			break
		}
	}
	s := answer.Fields(q.query.Subject)
	for i, w := range near {
		switch noun := strings.TrimSuffix(w, "s"); {
		case noun == "way" || noun == "fold" || copying[w] && i == 0 && (e.Op == "" || e.Op == "=") && s.Lookup("desired") != nil:
			return "desired"
		case noun == "one" && i > 0 && q.anyWord(copying) && near[0] != "attached" && near[0] != "active":
			return "replicas" // "3-replica volumes with fewer than 3 healthy ones"
		case noun == "time" && q.query.Subject == models.Pods:
			return "restarts" // "restarted more than 5 times"
		case noun == "time":
			return "count"
		}
		key := s.Counting(w)
		if i+1 < len(near) {
			if f := s.Called(w + strings.TrimSuffix(near[i+1], "s") + "s"); f != nil && f.Kind == answer.CountKind {
				key = f.Key() // "1 desired replica"
			}
		}
		if key == "node" && slices.ContainsFunc(q.before(e.Start, 3), func(w string) bool { return attaching[w] }) {
			return "" // "mounted on two nodes" is of the nodes that mount it, and not of those that have its data
		}
		if key != "" {
			return key
		}
		if i == 0 && !countable[w] {
			return ""
		}
	}
	return ""
}

// signs are those that compare what stands before them, and "equal".
var signs = regexp.MustCompile(`(?i)^ ?(?:[!<>=≠≤≥]{1,2}|(?:(?:is|are) )?(?:not )?equal(?:s| to)?) ?$`)

// countable are the words between a number and what it counts.
var countable = setOf("healthy good online working active attached different distinct separate single")

// behind returns up to n words behind a number and behind what compares it there: "free" of "20% or more free".
func (q *question) behind(e nlp.Entity, n int) []string {
	near := q.after(e.End, n+2)
	if len(near) > 2 && (near[0] == "or" || near[0] == "and") && moreOrLess[near[1]] || len(near) > 2 && near[0] == "at" && (near[1] == "least" || near[1] == "most") {
		near = near[2:]
	}
	return near[:min(n, len(near))]
}

// leaves reports whether a share is one of what is not used, by the word behind it: "20% free", "5% or less empty".
func (q *question) leaves(e nlp.Entity) bool {
	near := q.behind(e, 1)
	return len(near) > 0 && (freeing[near[0]] || near[0] == "empty" || near[0] == "unused")
}

var moreOrLess = setOf("more fewer less above up over below under higher lower upwards")

// comparison returns the filter of a compared number.
func (q *question) comparison(e nlp.Entity) (models.Filter, bool) {
	f := models.Filter{Op: models.Op(e.Op), Number: e.Number, Not: e.Negated}
	if slices.Equal(q.before(e.Start, 2), []string{"even", "not"}) {
		f.Op = models.Lt // "not even 20% used"
	}
	near := append(q.leadingTo(e), q.behind(e, 2)...)
	says := func(words set) bool { return slices.ContainsFunc(near, func(w string) bool { return words[w] }) }
	switch e.Type {
	case "count":
		f.Field, f.Op = q.countedField(e), orElse(f.Op, models.Eq)
		if next := q.after(e.End, 3); len(next) == 3 && next[1] == "or" && moreOrLess[next[2]] && f.Op == models.Eq { // "2 pools or more"
			f.Op = models.Ge
			if next[2] == "fewer" || next[2] == "less" || next[2] == "below" || next[2] == "under" {
				f.Op = models.Le
			}
		}
		q.takeBetween(e.End, e.End+24)
	case "percentage":
		f.Field, f.Op = "used_percent", orElse(f.Op, models.Ge)
		switch {
		case says(committing):
			f.Field = "committed_percent"
		case q.query.Subject == models.Replicas && says(rebuilt):
			f.Field = "progress"
		case says(freeing) || q.leaves(e):
			f.Op, f.Number = mirrored(f.Op), 100-f.Number
		}
	case "quantity":
		f.Field, f.Op = "size", orElse(f.Op, models.Eq)
		switch {
		case says(freeing) || q.intent.act == actCapacity:
			f.Field = "free"
			if e.Op == "" {
				f.Op = models.Ge
			}
			if e.Op == "" && q.tooTight() {
				f.Op = models.Lt
			}
		case says(committing):
			f.Field = "committed"
		case says(requesting):
			f.Field = "requested"
		case says(using):
			f.Field = "used"
		}
	case "duration":
		if q.ofSnapshots() {
			return q.snapshotAge(e), true
		}
		f.Field = "age"
		if q.lasting() && (says(staying) || !q.anyWord(dating)) {
			f.Field = "since"
		}
		if f.Op == "" || f.Op == models.Eq { // nothing is an hour old to the second
			f.Op = models.Le
			if says(longer) && !(q.query.Subject == models.Changes && says(setOf("ago"))) { // "what changed an hour ago"
				f.Op = models.Ge
			}
		}
		if strings.HasPrefix(strings.ToLower(e.Text), "before") && (f.Op == models.Le || f.Op == models.Lt) || e.Op != ">" && e.Op != ">=" && slices.Contains(q.before(e.Start, 2), "before") {
			f.Op = models.Gt
		}
		if says(newer) && (f.Op == models.Gt || f.Op == models.Ge) {
			f.Op = mirrored(f.Op)
		}
	}
	s := answer.Fields(q.query.Subject)
	if s != nil && e.Type == nlp.Quantity && f.Field == "free" && s.Lookup("free") == nil && s.Lookup("size") != nil && q.query.Subject != models.Claims {
		f.Field = "size" // "spare block devices larger than 1Ti"
	}
	return f, s != nil && s.Lookup(f.Field) != nil
}

// countsEach reports whether the sentence counts the things of each of several others: those with none of them are not listed anyway.
func (q *question) countsEach() bool {
	return q.intent.act == actCount && q.anyWord(setOf("each per by every"))
}

// leadingTo returns up to five words before a number, the nearest first, but for the one right behind an earlier number: that says what
// the earlier one is of, "below 20% used but given 100Gi".
func (q *question) leadingTo(e nlp.Entity) []string {
	var near []string
	for _, w := range slices.Backward(q.words) {
		if w.end > e.Start || slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool {
			return measures[o.Type] && o.Type != "condition" && o.Type != e.Type && o.End <= w.start && q.within(o.End, w.start, 0)
		}) {
			continue
		}
		if near = append(near, w.text); len(near) == 5 {
			break
		}
	}
	return near
}

// tooTight reports whether the sentence asks where something does not fit: "too full for 100Gi", "which pools cannot take 600Gi".
func (q *question) tooTight() bool {
	if q.phrase("too", "full") || q.phrase("too", "small") || q.phrase("too", "tight") {
		return true
	}
	return q.begins(setOf("which what list show")) && cannotTake.MatchString(q.text)
}

var cannotTake = regexp.MustCompile(`(?i)(n['’]?t|cannot|can not|no longer|not) (be able to )?(take|fit|hold|accommodate|have room|have space|handle|enough)`)

var (
	committing = setOf("committed overcommitted over-committed commitment promised")
	rebuilt    = setOf("rebuilt rebuild rebuilding progress synced complete done")
	freeing    = setOf("free left available remain remaining remains spare headroom")
	requesting = setOf("requested request requesting requests asking asked")
	using      = setOf("used using use uses usage consumed consuming consume consumes written data filled holding")
	staying    = setOf("been since for state than")
	longer     = setOf("older longer over ago before beyond exceeding")
	newer      = setOf("newer younger recent fresher")
)

// orElse returns an operator, or another one for none.
func orElse(op, otherwise models.Op) models.Op {
	if op == "" {
		return otherwise
	}
	return op
}

// mirrored returns the operator of the opposite direction: 20 % free is 80 % used.
func mirrored(op models.Op) models.Op {
	switch op {
	case models.Lt:
		return models.Gt
	case models.Le:
		return models.Ge
	case models.Gt:
		return models.Lt
	case models.Ge:
		return models.Le
	}
	return op
}

// mentions reports whether the sentence has an entity of a type, used up or not.
func (q *question) mentions(kind string) bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == kind })
}

// takeBetween uses up the entities between two offsets: "healthy" in "fewer than 2 healthy replicas".
func (q *question) takeBetween(from, to int) {
	for i, e := range q.parse.Entities {
		if e.Start >= from && e.End <= to && (e.Type == "health" || e.Type == "subject") {
			q.taken[i] = true
		}
	}
}

// incomparable says that a subject has no such number.
func (q *question) incomparable(e nlp.Entity) *models.Reply {
	s := answer.Fields(q.query.Subject)
	err := &models.Error{Kind: models.Invalid,
		Message: fmt.Sprintf("I do not know what of %s to compare with %s", s.Many, phrase.Quote(e.Text)),
		Hint:    "Say what you mean, as in “claims over 80% used”, “pools with less than 50Gi free” or “volumes older than 3 days”"}
	return &models.Reply{Text: sentence(err.Message), Notes: hints(err), Err: err}
}
