package models

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Posting is what is posted in a channel unasked: a summary, at an hour of some days. The zero Posting is nothing.
type Posting struct {
	Days  Days      `json:"days,omitempty"` // empty: nothing is posted
	At    int       `json:"at,omitempty"`   // minutes after midnight
	Zone  string    `json:"zone,omitempty"` // a name of the IANA time zone database; empty: UTC
	Since time.Time `json:"since,omitzero"` // when it became so: nothing is posted for a time before that
}

// Days are the days of a [Posting].
type Days string

// The days of a posting.
const (
	Daily    Days = "daily"
	Weekdays Days = "weekdays"
	Mondays  Days = "monday"
)

// AllDays are the days that there are to choose from.
func AllDays() []Days {
	return []Days{Daily, Weekdays, Mondays, "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
}

// String says when the days are: "every day".
func (d Days) String() string {
	switch d {
	case Daily:
		return "every day"
	case Weekdays:
		return "every weekday"
	}
	for day := range time.Weekday(7) {
		if d.include(day) {
			return "every " + day.String()
		}
	}
	return "never"
}

func (d Days) include(day time.Weekday) bool {
	switch d {
	case Daily:
		return true
	case Weekdays:
		return day != time.Saturday && day != time.Sunday
	}
	return string(d) == weekdayNames[day]
}

var weekdayNames = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// Late is how long after its time something is still posted.
const Late = time.Hour

// IsZero reports whether nothing is posted.
func (p Posting) IsZero() bool { return p.Days == "" }

// Same reports whether two say the same, whenever they became so.
func (p Posting) Same(o Posting) bool {
	p.Since, o.Since = time.Time{}, time.Time{}
	return p == o
}

// Equal reports whether two say the same since the same time.
func (p Posting) Equal(o Posting) bool { return p.Same(o) && p.Since.Equal(o.Since) }

// String says what is posted: "a summary every day at 09:00 (Europe/Berlin)".
func (p Posting) String() string {
	if p.IsZero() {
		return "nothing"
	}
	return fmt.Sprintf("a summary %s at %s (%s)", p.Days, Clock(p.At), p.zone())
}

// Clock prints minutes after midnight as a clock does.
func Clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

var clockForm = regexp.MustCompile(`^([01]?\d|2[0-3])(?::([0-5]\d))?$`)

// ParseClock reads "09:00", "9:00" or "9" as minutes after midnight.
func ParseClock(text string) (minutes int, ok bool) {
	m := clockForm.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	return hour*60 + minute, true
}

// Check fails with an Invalid error if there are no such days, hour or time zone.
func (p Posting) Check() error {
	invalid := func(message, hint string) error { return &Error{Kind: Invalid, Message: message, Hint: hint} }
	if p.IsZero() {
		return nil
	}
	if p.Days.String() == "never" {
		return invalid(fmt.Sprintf("%q are no days on which a summary can be posted", string(p.Days)), "choose daily, weekdays, or one day of the week such as monday")
	}
	if p.At < 0 || p.At >= 24*60 {
		return invalid("that is no time of the day", "give it like 09:00")
	}
	if _, err := time.LoadLocation(p.Zone); err != nil || p.Zone == "Local" {
		return invalid(fmt.Sprintf("there is no time zone %q", p.Zone), "give its name in the IANA time zone database, such as Europe/Berlin, America/New_York or UTC")
	}
	return nil
}

func (p Posting) zone() string {
	if p.Zone == "" {
		return "UTC"
	}
	return p.Zone
}

// location returns the time zone; UTC if there is none of the name any more.
func (p Posting) location() *time.Location {
	if loc, err := time.LoadLocation(p.Zone); err == nil {
		return loc
	}
	return time.UTC
}

// Next returns the first time after a moment at which something is to be posted; zero if nothing ever is.
func (p Posting) Next(after time.Time) time.Time { return p.search(after, 1, time.Time.After) }

// Last returns the last time before a moment at which something was to be posted; zero if nothing ever was.
func (p Posting) Last(before time.Time) time.Time { return p.search(before, -1, time.Time.Before) }

// search looks at the days around a moment in one direction. It begins a day early: where the clock leaps over midnight, what was
// due on a day is due on the next.
func (p Posting) search(from time.Time, step int, fits func(at, from time.Time) bool) time.Time {
	if p.IsZero() {
		return time.Time{}
	}
	loc := p.location()
	year, month, day := from.In(loc).Date()
	for n := -1; n <= 8; n++ {
		date := time.Date(year, month, day+step*n, 0, 0, 0, 0, time.UTC)
		if !p.Days.include(date.Weekday()) {
			continue
		}
		if at := onDate(date, p.At, loc); fits(at, from) {
			return at
		}
	}
	return time.Time{}
}

// onDate returns when the clocks of a place show a time on a date: the first time, where they are set back and show it twice; where
// they are set forward and never show it, the moment when they are.
func onDate(date time.Time, minutes int, loc *time.Location) time.Time {
	year, month, day := date.Date()
	at := time.Date(year, month, day, 0, minutes, 0, 0, loc)
	start, end := at.ZoneBounds()
	y, m, d := at.Date()
	shown := time.Date(y, m, d, at.Hour(), at.Minute(), 0, 0, time.UTC)
	switch wanted := date.Add(time.Duration(minutes) * time.Minute); {
	case shown.After(wanted):
		return start
	case shown.Before(wanted):
		return end
	case start.IsZero():
		return at
	}
	_, offset := at.Zone()
	_, before := start.Add(-time.Second).Zone()
	if earlier := at.Add(time.Duration(offset-before) * time.Second); before > offset && earlier.Before(start) {
		return earlier
	}
	return at
}
