package models

import (
	"net/http"
	"testing"
	"time"
)

func TestSkew(t *testing.T) {
	sent := time.Date(2026, 6, 15, 10, 0, 0, 400e6, time.UTC)
	received := sent.Add(2 * time.Second)
	for date, want := range map[string]time.Duration{
		"Mon, 15 Jun 2026 10:00:00 GMT": 0,
		"Mon, 15 Jun 2026 10:00:02 GMT": 0,
		"Mon, 15 Jun 2026 10:00:03 GMT": 600 * time.Millisecond,
		"Mon, 15 Jun 2026 10:05:02 GMT": 5*time.Minute - 400*time.Millisecond,
		"Mon, 15 Jun 2026 09:59:00 GMT": -59*time.Second - 400*time.Millisecond,
	} {
		if got, known := Skew(http.Header{"Date": {date}}, sent, received); !known || got != want {
			t.Errorf("%s: %v, %v, want %v", date, got, known, want)
		}
	}
	if _, known := Skew(http.Header{}, sent, received); known {
		t.Error("a clock that is not told is known")
	}
}
