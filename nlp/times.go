package nlp

import (
	"math"
	"strconv"
	"time"
)

// span is a time that is said by the calendar: how long before now it began.
type span struct {
	first, last int // tokens[first:last]
	since       time.Duration
	op          string
}

func (s span) found() found {
	seconds := math.Round(s.since.Seconds())
	return found{first: s.first, last: s.last, Entity: Entity{
		Type: Duration, Value: strconv.FormatFloat(seconds, 'f', -1, 64), Number: seconds, Op: s.op, Score: 1, Source: FromRecogniser,
	}}
}

// windowBegins returns where the window begins whose length stands at tokens[first]: "in the last 24 hours", "past 2 days".
// It returns first if there is none.
func windowBegins(tokens []token, first int) int {
	if first == 0 {
		return first
	}
	switch tokens[first-1].norm {
	case "last", "past", "previous", "recent":
		return first - 1
	}
	return first
}

// timeAt reads a time of the calendar that begins at tokens[i]: "today", "yesterday noon", "this week", "the last hour",
// "monday", "2026-03-01 10:30", "9am" and "10:30" behind "since". Times of the day are of the day that came last.
func timeAt(tokens []token, i int, now time.Time) (span, bool) {
	s := span{first: i, last: i + 1, op: "<="}
	before := ""
	if i > 0 {
		before = tokens[i-1].norm
	}
	if before == "before" || i > 1 && before == "than" && upWords[tokens[i-2].norm] {
		s.op = ">"
	}
	next := ""
	if i+1 < len(tokens) {
		next = tokens[i+1].norm
	}
	begin, words, ok := dayBefore(tokens, i, now)
	isDay := ok || tokens[i].norm == "today" || tokens[i].norm == "yesterday"
	if !ok {
		begin, words, ok = calendar(tokens[i].norm, next, now)
	}
	if !ok && sinces[before] {
		if begin, ok = dayOf(tokens[i].norm, now); ok {
			words, isDay = 1, true
		} else {
			begin, words, ok = sinceWhen(tokens, i, now)
		}
	}
	if !ok {
		return s, false
	}
	s.last = i + words
	if h, m, n, ok := timeOfDay(tokens, s.last); ok && (isDay || words == 1 && next == "at") {
		begin = time.Date(begin.Year(), begin.Month(), begin.Day(), h, m, 0, 0, begin.Location())
		if s.last += n; begin.After(now) && weekdays[tokens[i].norm] {
			begin = begin.AddDate(0, 0, -7)
		}
	}
	s.since = max(now.Sub(begin), 0)
	return s, true
}

// sinces are the words before a day or a time of the day since when or before when something was.
var sinces = wordSet("since after before on last")

// dayBefore reads "day before yesterday".
func dayBefore(tokens []token, i int, now time.Time) (time.Time, int, bool) {
	if i+2 >= len(tokens) || tokens[i].norm != "day" || tokens[i+1].norm != "before" || tokens[i+2].norm != "yesterday" {
		return time.Time{}, 0, false
	}
	return time.Date(now.Year(), now.Month(), now.Day()-2, 0, 0, 0, 0, now.Location()), 3, true
}

// calendar returns when a time that is said in one or two words began, and how many words say it.
func calendar(word, next string, now time.Time) (time.Time, int, bool) {
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch word {
	case "today", "tonight":
		return midnight, 1, true
	case "overnight":
		return midnight.Add(-6 * time.Hour), 1, true
	case "over", "during":
		if next == "night" {
			return midnight.Add(-6 * time.Hour), 2, true
		}
	case "weekend":
		return midnight.AddDate(0, 0, -(int(now.Weekday())+1)%7), 1, true
	case "yesterday":
		return midnight.AddDate(0, 0, -1), 1, true
	case "this":
		switch next {
		case "morning":
			return midnight.Add(6 * time.Hour), 2, !midnight.Add(6 * time.Hour).After(now)
		case "afternoon":
			return midnight.Add(12 * time.Hour), 2, !midnight.Add(12 * time.Hour).After(now)
		case "week":
			return midnight.AddDate(0, 0, -(int(now.Weekday())+6)%7), 2, true
		case "month":
			return time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location()), 2, true
		case "year":
			return time.Date(now.Year(), 1, 1, 0, 0, 0, 0, now.Location()), 2, true
		case "hour":
			return now.Truncate(time.Hour), 2, true
		}
	case "last", "past", "previous":
		switch next {
		case "night":
			return midnight.Add(-6 * time.Hour), 2, true
		case "minute", "hour", "day", "week", "fortnight", "month", "year":
			return now.Add(-time.Duration(durations[next]) * time.Second), 2, true
		}
	}
	return time.Time{}, 0, false
}

// dayOf returns when the last day began that is a weekday or a date.
func dayOf(word string, now time.Time) (time.Time, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := normalise(d.String()); word == name || word == name[:3] {
			back := (int(now.Weekday()) - int(d) + 7) % 7
			return time.Date(now.Year(), now.Month(), now.Day()-back, 0, 0, 0, 0, now.Location()), true
		}
	}
	t, err := time.ParseInLocation(time.DateOnly, word, now.Location())
	return t, err == nil && !t.After(now)
}

// sinceWhen returns the last time that was a time of the day, or a time stamp, and how many tokens say it.
func sinceWhen(tokens []token, i int, now time.Time) (time.Time, int, bool) {
	if t, n, ok := stamp(tokens, i, now); ok {
		return t, n, true
	}
	h, m, n, ok := timeOfDay(tokens, i)
	if !ok {
		return time.Time{}, 0, false
	}
	t := time.Date(now.Year(), now.Month(), now.Day(), h, m, 0, 0, now.Location())
	if t.After(now) {
		t = t.AddDate(0, 0, -1)
	}
	return t, n, true
}

// stamp reads a time stamp, whose offset from UTC may stand in tokens of its own: "2026-01-10T10:00:00", "…+02:00".
func stamp(tokens []token, i int, now time.Time) (time.Time, int, bool) {
	text, n := upper(tokens[i].norm), 1
	if i+2 < len(tokens) && tokens[i+1].norm == "+" && tokens[i].end == tokens[i+1].start && tokens[i+1].end == tokens[i+2].start {
		text, n = text+"+"+tokens[i+2].norm, 3
	}
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil && !t.After(now) {
			return t.In(now.Location()), n, true
		}
	}
	return time.Time{}, 0, false
}

// upper restores the capitals of a time stamp.
func upper(word string) string {
	b := []byte(word)
	for i, c := range b {
		if c == 't' || c == 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// timeOfDay reads "noon", "10:30", "9am", "9 pm", "at 14:00" at tokens[i] and returns how many tokens it takes.
func timeOfDay(tokens []token, i int) (hour, minute, n int, ok bool) {
	if i < len(tokens) && tokens[i].norm == "at" {
		hour, minute, n, ok = timeOfDay(tokens, i+1)
		return hour, minute, n + 1, ok
	}
	if i >= len(tokens) {
		return 0, 0, 0, false
	}
	word := tokens[i].norm
	switch word {
	case "noon", "midday":
		return 12, 0, 1, true
	case "midnight":
		return 0, 0, 1, true
	case "morning":
		return 6, 0, 1, true
	case "afternoon":
		return 12, 0, 1, true
	case "evening":
		return 18, 0, 1, true
	}
	if n = 1; i+1 < len(tokens) && (tokens[i+1].norm == "am" || tokens[i+1].norm == "pm") {
		word, n = word+tokens[i+1].norm, 2
	}
	for _, layout := range [...]string{"15:04", "15:04:05", "3pm", "3:04pm"} {
		if t, err := time.Parse(layout, word); err == nil {
			return t.Hour(), t.Minute(), n, true
		}
	}
	return 0, 0, 0, false
}
