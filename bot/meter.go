package bot

import (
	"time"

	"github.com/mulebot/mulebot/models"
)

// Meter is told what happens, to count it. Its methods may be called from many goroutines and must not block.
type Meter interface {
	// Envelope: Slack sent an envelope of a type ("events_api", "interactive", "slash_commands").
	Envelope(kind string)
	// Acknowledged: an envelope was acknowledged so long after it came.
	Acknowledged(after time.Duration)
	// Answered: a message was answered so long after it came.
	Answered(intent string, outcome models.Outcome, after time.Duration)
	// Held: a message was not answered because its workspace asks too much.
	Held()
	// Recovered: a message was found in the history that had not been heard.
	Recovered()
	// CaughtUp: the history of a workspace was read for what had not been heard, to the end or not.
	CaughtUp(whole bool)
	// Failed: a call of a method of Slack's failed, as [Failure] words it.
	Failed(method string, how Failure)
}

// Failure is how a call to Slack failed.
type Failure string

// The failures.
const (
	NoAnswer    Failure = "no_answer"    // nobody knows whether it took effect
	Unreachable Failure = "unreachable"  // Slack was not reached
	RateLimited Failure = "rate_limited" // Slack says later
	Refused     Failure = "refused"      // Slack says no
)

// failure tells for metrics what a verdict is.
func (v verdict) failure() Failure {
	switch v {
	case unsent:
		return Unreachable
	case limited:
		return RateLimited
	case refused, unfit:
		return Refused
	}
	return NoAnswer
}

// unmetered is the meter of a bot without one.
type unmetered struct{}

func (unmetered) Envelope(string)                                {}
func (unmetered) Acknowledged(time.Duration)                     {}
func (unmetered) Answered(string, models.Outcome, time.Duration) {}
func (unmetered) Held()                                          {}
func (unmetered) Recovered()                                     {}
func (unmetered) CaughtUp(bool)                                  {}
func (unmetered) Failed(string, Failure)                         {}
