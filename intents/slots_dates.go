package intents

import (
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// isDate reports whether a number is that of a day: "1 March". A month that is a word of everyday language too is one where something
// else speaks of a date: "the 3 may fill up" has none.
func (q *question) isDate(e nlp.Entity) bool {
	before := q.before(e.Start, 3)
	dated := slices.ContainsFunc(before, func(w string) bool { return datedBy[w] })
	if len(before) > 0 && months[before[0]] {
		return !alsoWords[before[0]] || dated || q.isCapital(before[0])
	}
	next := q.after(e.End, 2)
	if len(next) == 0 || !months[next[0]] {
		return false
	}
	return !alsoWords[next[0]] || dated || len(next) == 1 || q.isCapital(next[0])
}

// isCapital reports whether the sentence has a word with a capital.
func (q *question) isCapital(w string) bool { return strings.Contains(q.text, phrase.Capital(w)) }

var (
	alsoWords = setOf("may march mar sep")
	datedBy   = setOf("on than since before after until till by from between created made added")
)

// fillDate makes a filter of a day: "created after november 10" is of the last 10 November that there was.
func (q *question) fillDate(e nlp.Entity) {
	s := answer.Fields(q.query.Subject)
	if s == nil || s.Lookup("age") == nil || q.intent.act == actForecast {
		return
	}
	near := append(q.before(e.Start, 3), q.after(e.End, 1)...)
	at := slices.IndexFunc(near, func(w string) bool { return months[w] })
	if at < 0 || e.Number < 1 || e.Number > 31 {
		return
	}
	now := q.clock()
	month := time.Month(1 + slices.IndexFunc(monthNames, func(m string) bool { return strings.HasPrefix(near[at], m) }))
	day := time.Date(now.Year(), month, int(e.Number), 0, 0, 0, 0, now.Location())
	if day.After(now) {
		day = day.AddDate(-1, 0, 0)
	}
	f := models.Filter{Field: "age", Op: models.Le, Number: now.Sub(day).Seconds()}
	switch {
	case slices.ContainsFunc(near, func(w string) bool { return w == "before" || w == "until" || w == "till" || w == "by" }):
		f.Op = models.Gt
	case !slices.ContainsFunc(near, func(w string) bool { return w == "after" || w == "since" || w == "from" }):
		q.notes = append(q.notes, "“"+q.text[min(e.Start, len(q.text)):e.End]+"” of "+near[at]+" is left out: say since or before when.")
		return
	}
	q.query.Filters = append(q.query.Filters, f)
	q.had = append(q.had, q.wordsIn(months)...)
}

var monthNames = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

var months = setOf("january jan february feb march mar april apr may june jun july jul august aug september sep sept october oct november nov december dec")

// dates reports whether a time says how old things are or since when they are as they are: it is compared with expressly,
// or the sentence speaks of age, or the things are ones that happen.
func (q *question) dates(e nlp.Entity) bool {
	switch {
	case q.query.Subject.Happens() || q.query.Subject == models.Snapshots || q.intent.act == actRefine || q.intent.act == actEvents:
		return true
	case q.ofSnapshots():
		return true
	case e.Op == ">" || e.Op == ">=" || e.Op == "<":
		return true
	case slices.Contains(q.before(e.Start, 3), "from"):
		return true // "claims from the last 3 days"
	}
	return q.anyWord(dating) || q.lasting()
}

// lasting reports whether the sentence asks since when things are as they are, and their subject says it.
func (q *question) lasting() bool {
	s := answer.Fields(q.query.Subject)
	return q.mentions("health") && s != nil && s.Lookup("since") != nil
}

// ofSnapshots reports whether a time says how old the snapshots of volumes or claims are: "no snapshot in 7 days".
func (q *question) ofSnapshots() bool {
	s := answer.Fields(q.query.Subject)
	return s != nil && s.Lookup("snapshot_age") != nil && slices.ContainsFunc(q.words, func(w word) bool {
		return strings.HasPrefix(w.text, "snapshot") || strings.HasPrefix(w.text, "backup") || w.text == "backed"
	})
}

// snapshotAge makes a filter of a time and uses up the words that say whether there is a snapshot of it.
func (q *question) snapshotAge(e nlp.Entity) models.Filter {
	f := models.Filter{Field: "snapshot_age", Op: models.Le, Number: e.Number}
	lacks := q.anyWord(setOf("no not without never lack lacks lacking missing none"))
	older := slices.ContainsFunc(q.before(e.Start, 5), func(w string) bool { return longer[w] }) || e.Op == ">" || e.Op == ">="
	if lacks != older {
		f.Op = models.Gt
	}
	if older && !lacks && q.phrase("a", "snapshot") {
		q.add(conditions["with snapshots"][0]) // "with a snapshot older than 3 days"
	}
	for i, c := range q.parse.Entities {
		if c.Type == "sort" || strings.HasSuffix(c.Value, "snapshots") || c.Type == "subject" && c.Value == string(models.Snapshots) {
			q.taken[i] = true
		}
	}
	return f
}

// beginnings are words of how something came to be.
const beginnings = "created creation create made make provisioned new newer newest recent recently added appeared born restored taken built started came"

var (
	arising = setOf(beginnings)
	dating  = setOf(beginnings + " old older oldest age ages aged young younger youngest dated date than")
)
