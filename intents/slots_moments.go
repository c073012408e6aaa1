package intents

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

const clock = `(\d{1,2}(?::\d\d)?(?::\d\d)? ?(?:am|pm)?|noon|midnight)`

var (
	// windows are times from and to: "between 4 and 5 am", "from 04:30 until 05:00".
	windows = regexp.MustCompile(`(?i)\b(?:between|from) ` + clock + ` ?(?:utc )?(?:and|to|till|until|-|–) ?` + clock + `\b`)
	// moments are times that something happened at: "around 8:46", "at 5am".
	moments = regexp.MustCompile(`(?i)\b(?:around|about|at|near|circa) (\d{1,2}:\d\d(?: ?(?:am|pm))?|\d{1,2} ?(?:am|pm))\b`)
	// from is a time since when something is asked about that the recogniser does not know: "since 8 o'clock".
	from = regexp.MustCompile(`(?i)\b(?:since|after) (\d{1,2}) ?o['’]?clock\b`)
	// hours are times of the day that are written as numbers: "6 o'clock".
	hours = regexp.MustCompile(`(?i)^ ?(?:o['’]?clock|hrs?\b|:\d\d|[ap]m\b)`)
)

// isHour reports whether a number is a time of the day.
func (q *question) isHour(e nlp.Entity) bool {
	return e.Type == nlp.Count && hours.MatchString(q.text[e.End:])
}

// around is how long before and after a moment the things are that happened about then.
const around = 15 * time.Minute

// findWindow turns a time of the day from when and one until when into two ages, where the sentence says both or asks what happened
// about then.
func (q *question) findWindow() {
	if at := windows.FindStringSubmatchIndex(q.text); at != nil {
		from, to := q.text[at[2]:at[3]], q.text[at[4]:at[5]]
		if !strings.Contains(from+to, ":") && !meridiem.MatchString(to) && !strings.HasPrefix(strings.ToLower(q.text[at[1]:]), " utc") {
			return // "between 2 and 5 replicas"
		}
		if !strings.Contains(from, ":") && !meridiem.MatchString(from) {
			from += meridiem.FindString(to) // "between 4 and 5 am"
		}
		q.window(at[0], at[1], q.today(from), q.today(to))
		return
	}
	if at := from.FindStringSubmatchIndex(q.text); at != nil && !q.mentions("duration") {
		q.window(at[0], at[1], q.today(q.text[at[2]:at[3]]), q.clock())
		return
	}
	if at := moments.FindStringSubmatchIndex(q.text); at != nil && q.intent != nil && q.intent.act == actEvents && !q.mentions("duration") {
		if t := q.today(q.text[at[2]:at[3]]); !t.IsZero() {
			q.window(at[0], at[1], t.Add(-around), t.Add(around))
		}
	}
}

var meridiem = regexp.MustCompile(`(?i) ?(?:am|pm)$`)

// today returns when it was last that time of the day; a zero time for what is none.
func (q *question) today(text string) time.Time {
	text = strings.ToLower(strings.ReplaceAll(text, " ", ""))
	now := q.clock()
	for _, layout := range [...]string{"15:04", "15:04:05", "3pm", "3:04pm", "15"} {
		if t, err := time.Parse(layout, map[string]string{"noon": "12", "midnight": "0"}[text]+strings.NewReplacer("noon", "", "midnight", "").Replace(text)); err == nil {
			at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, now.Location())
			if at.After(now) {
				at = at.AddDate(0, 0, -1)
			}
			return at
		}
	}
	return time.Time{}
}

// window replaces what stands in a piece of the text by two ages: at most that of its beginning, at least that of its end.
func (q *question) window(start, end int, from, to time.Time) {
	if from.IsZero() || to.IsZero() || !to.After(from) {
		return
	}
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Start < end && e.End > start })
	middle := start + (end-start)/2
	for i, t := range []time.Time{from, to} {
		if i == 1 && !to.Before(q.clock()) {
			break // until now
		}
		e := nlp.Entity{Type: "duration", Number: q.clock().Sub(t).Seconds(), Op: string(models.Le), Start: start, End: middle, Score: 1, Source: nlp.FromRecogniser}
		if i == 1 {
			e.Op, e.Start, e.End = string(models.Ge), middle, end
		}
		e.Text, e.Value = q.text[e.Start:e.End], strconv.Itoa(int(e.Number))
		q.parse.Entities = append(q.parse.Entities, e)
	}
	slices.SortStableFunc(q.parse.Entities, func(a, b nlp.Entity) int { return a.Start - b.Start })
	q.haveSaid([]int{start, end})
}

// oftenest makes of "the most" in a question about events how often they were seen: "events that repeat the most".
func (q *question) oftenest() {
	if !slices.ContainsFunc(q.found.Entities, func(e nlp.Entity) bool { return e.Type == "subject" && e.Value == string(models.Events) }) {
		return
	}
	for i, w := range q.words {
		if i < 2 || w.text != "most" || q.words[i-1].text != "the" || slices.ContainsFunc(q.found.Entities, func(e nlp.Entity) bool { return e.Start < w.end && w.start < e.End }) {
			continue
		}
		if i+1 < len(q.words) && !q.clauseEnds(w.end, q.words[i+1].start) && !binding[q.words[i+1].text] {
			continue // "the most pods"
		}
		start := q.words[i-1].start
		q.found.Entities = append(slices.Clone(q.found.Entities), nlp.Entity{Type: "sort", Value: "count desc", Text: q.text[start:w.end], Start: start, End: w.end, Score: 1, Source: nlp.FromLookup})
		slices.SortStableFunc(q.found.Entities, func(a, b nlp.Entity) int { return a.Start - b.Start })
		return
	}
}

// settleMoments makes a question of when something became as it is one of why, and one of what broke first one
// about the oldest warning.
func (q *question) settleMoments() {
	began := q.begins(setOf("when")) || q.phrase("when", "did")
	switch q.intent.act {
	case actEvents, actDescribe, actWhy, actList, actReplicas:
		if began && q.has("health") && q.namesThing() {
			q.as("why") // which says since when
			return
		}
	}
	switch q.intent.act {
	case actEvents, actOverview, actList, actItem:
		if q.phrase("first", "and", "last") || q.phrase("earliest", "and", "latest") {
			q.as("events") // the answer tells both
			q.query.Sort, q.query.Desc = "age", true
			q.had = append(q.had, q.words...)
			break
		}
		if q.phrase("first", "thing") && q.anyWord(breakages) || q.intent.act == actEvents && q.anyWord(setOf("first earliest")) && q.anyWord(breakages) {
			q.as("events")
			q.query.Sort, q.query.Desc, q.query.Limit = "age", true, 1
			for _, w := range q.words {
				if breakages[w.text] || w.text == "first" || w.text == "thing" || w.text == "earliest" {
					q.had = append(q.had, w)
				}
			}
		}
	}
	if q.intent.act == actEvents && (q.subject == "" || q.subject == models.Events) && q.anyWord(breakages) && !q.has("reason") && !q.ofEvents() {
		q.query.Filters = append(q.query.Filters, not(eq("type", "Normal")))
		for _, i := range q.entities("health") {
			q.taken[i] = true
		}
	}
	if q.intent.act == actEvents && (q.phrase("timeline", "of") || q.anyWord(setOf("chronological chronologically chronology chrono"))) && !q.has("sort") {
		q.query.Sort, q.query.Desc = "age", true
		for _, w := range q.words {
			if strings.HasPrefix(w.text, "chrono") || w.text == "timeline" {
				q.had = append(q.had, w)
			}
		}
	}
}

// breakages are words for what went wrong.
var breakages = setOf("wrong broke breaking breakage failure failures fault faults outage outages failed incident incidents trouble")
