package models

import (
	"net/http"
	"time"
)

// Skew returns by how much a server's clock is ahead of this machine's, as far as the Date header of an answer proves it, and whether
// it has one that can be read. The header tells whole seconds, and the answer was on its way between two times.
func Skew(h http.Header, sent, received time.Time) (skew time.Duration, known bool) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0, false
	}
	switch latest := date.Add(time.Second); {
	case latest.Before(sent):
		return latest.Sub(sent), true
	case date.After(received):
		return date.Sub(received), true
	}
	return 0, true
}
