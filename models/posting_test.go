package models

import (
	"testing"
	"time"
)

// TestPostingTimes walks through the times at which something is posted, from one moment on, by clocks that are set forward and back.
func TestPostingTimes(t *testing.T) {
	const berlin, apia = "Europe/Berlin", "Pacific/Apia"
	for what, c := range map[string]struct {
		posting Posting
		from    string
		want    []string
	}{
		"every day in UTC":          {Posting{Days: Daily, At: 9 * 60}, "2026-03-01T08:59:59Z", []string{"2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"}},
		"the moment itself is over": {Posting{Days: Daily, At: 9 * 60}, "2026-03-01T09:00:00Z", []string{"2026-03-02T09:00:00Z"}},
		"weekdays over a weekend":   {Posting{Days: Weekdays, At: 8*60 + 30}, "2026-03-06T00:00:00Z", []string{"2026-03-06T08:30:00Z", "2026-03-09T08:30:00Z", "2026-03-10T08:30:00Z"}},
		"Mondays":                   {Posting{Days: Mondays}, "2026-03-01T00:00:00Z", []string{"2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"}},
		"Sundays, from a Sunday":    {Posting{Days: "sunday", At: 60}, "2026-03-01T02:00:00Z", []string{"2026-03-08T01:00:00Z"}},
		"the zone decides the day":  {Posting{Days: Mondays, At: 60, Zone: "Asia/Tokyo"}, "2026-03-01T00:00:00Z", []string{"2026-03-01T16:00:00Z", "2026-03-08T16:00:00Z"}},
		"an hour that is left out":  {Posting{Days: Daily, At: 2*60 + 30, Zone: berlin}, "2026-03-28T00:00:00Z", []string{"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"}},
		"the end of that hour":      {Posting{Days: Daily, At: 3 * 60, Zone: berlin}, "2026-03-28T12:00:00Z", []string{"2026-03-29T01:00:00Z", "2026-03-30T01:00:00Z"}},
		"an hour that comes twice":  {Posting{Days: Daily, At: 2*60 + 30, Zone: berlin}, "2026-10-24T12:00:00Z", []string{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}},
		"between the two":           {Posting{Days: Daily, At: 2*60 + 30, Zone: berlin}, "2026-10-25T00:45:00Z", []string{"2026-10-26T01:30:00Z"}},
		"over midnight":             {Posting{Days: Daily, At: 23*60 + 30, Zone: "America/Scoresbysund"}, "2025-03-29T12:00:00Z", []string{"2025-03-30T01:00:00Z", "2025-03-31T00:30:00Z"}},
		"from midnight on":          {Posting{Days: Daily, At: 15, Zone: "Africa/Cairo"}, "2026-04-23T12:00:00Z", []string{"2026-04-23T22:00:00Z", "2026-04-24T21:15:00Z"}},
		"a day that was left out":   {Posting{Days: Daily, At: 9 * 60, Zone: apia}, "2011-12-29T00:00:00Z", []string{"2011-12-29T19:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T19:00:00Z"}},
		"nothing":                   {Posting{}, "2026-03-01T00:00:00Z", []string{"0001-01-01T00:00:00Z"}},
		"days that there are not":   {Posting{Days: "someday"}, "2026-03-01T00:00:00Z", []string{"0001-01-01T00:00:00Z"}},
	} {
		at := parsed(t, c.from)
		for i, want := range c.want {
			next := c.posting.Next(at)
			if !next.Equal(parsed(t, want)) {
				t.Errorf("%s: %d: %s, not %s", what, i, next.UTC().Format(time.RFC3339), want)
			}
			if last := c.posting.Last(next); i > 0 && !last.Equal(at) {
				t.Errorf("%s: before %s it was %s, not %s", what, want, last.UTC().Format(time.RFC3339), at)
			}
			at = next
		}
	}
}

// Every day of ten years has one time, and each is after the one before, wherever it is and whatever the hour.
func TestPostingOnceADay(t *testing.T) {
	for _, zone := range []string{"", "Europe/Berlin", "America/New_York", "America/Scoresbysund", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo", "Asia/Kolkata", "Africa/Casablanca"} {
		for at := 0; at < 24*60; at += 105 {
			p := Posting{Days: Daily, At: at, Zone: zone}
			loc, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			from := time.Date(2016, 1, 1, 0, 0, 0, 0, loc).Add(-time.Second)
			n, end := 0, time.Date(2017, 1, 1, 0, 0, 0, 0, loc)
			for next := p.Next(from); next.Before(end); next = p.Next(next) {
				n++
			}
			if n != 366 {
				t.Errorf("%q at %s: %d times in 366 days", zone, Clock(at), n)
			}
		}
	}
}

func TestPostingCheck(t *testing.T) {
	for _, p := range []Posting{{}, {Days: Daily}, {Days: "friday", At: 1439, Zone: "Europe/Berlin"}, {Days: Weekdays, Zone: "UTC"}} {
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	for _, p := range []Posting{{Days: "hourly"}, {Days: Daily, At: 1440}, {Days: Daily, At: -1}, {Days: Daily, Zone: "Berlin"}, {Days: Daily, Zone: "Local"}, {Days: Daily, Zone: "../etc/passwd"}} {
		if err := p.Check(); KindOf(err) != Invalid {
			t.Errorf("%+v: %v", p, err)
		}
	}
	if got := (Posting{Days: Mondays, At: 510, Zone: "Europe/Berlin"}).String(); got != "a summary every Monday at 08:30 (Europe/Berlin)" {
		t.Error(got)
	}
}

func TestParseClock(t *testing.T) {
	for text, want := range map[string]int{"9": 540, "09:00": 540, "8:30": 510, "0:05": 5, "23:59": 1439, "24": -1, "9:7": -1, "": -1, "9am": -1, "123": -1} {
		got, ok := ParseClock(text)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, not %d", text, got, want)
		}
	}
}

func parsed(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
