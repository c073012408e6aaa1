package bot

import "time"

const (
	// redelivery is longer than Slack goes on sending an event that is not acknowledged: at once again, after a minute, and after five
	// more (https://docs.slack.dev/apis/events-api/#retries).
	redelivery = 7 * time.Minute
	// tooLate is the age from which a message that was not heard is not answered any more.
	tooLate = 30 * time.Minute
	// The history is read every so often at most for legs that are replaced because they are quiet, while that finds nothing: at first, and
	// at last.
	often, seldom = 3 * time.Minute, 20 * time.Minute
)

// missed keeps account of the times in which a workspace may not have been heard, and says when the history is to be read.
//
// Slack sends an event four times within some six minutes, so what a short time keeps back comes by itself. It is lost when one time is
// as long as that, or when several, one after the other, each keep back some of the four. A quiet leg may have been deaf or not: reading
// the history tells, but most are only quiet, so that it is read more and more seldom while it finds nothing.
type missed struct {
	since time.Time // what was said from then on is to be looked for; zero: nothing
	last  time.Time // when a time ended in which nothing could be heard
	quiet time.Time // when a quiet leg was last replaced
	next  time.Time // for a quiet leg, the history is not read before
	wait  time.Duration
}

// gap is a time in which a workspace may not have been heard. Its zero value is none.
type gap struct {
	from, to time.Time
	quiet    bool // perhaps nothing was said: the leg was replaced on suspicion
}

// add takes a gap into account, and reports whether the history is to be read now.
func (m *missed) add(g gap) (due bool) {
	m.owe(g.from.Add(-redelivery)) // what was said then may have had its last delivery
	soon := func(end time.Time) bool { return !end.IsZero() && g.from.Sub(end) < redelivery }
	if g.quiet {
		due = soon(m.last) || !g.to.Before(m.next)
		m.quiet = g.to
		if due {
			m.wait = min(max(2*m.wait, often), seldom)
			m.next = g.to.Add(m.wait)
		}
		return due
	}
	due = g.to.Sub(g.from) >= redelivery || soon(m.last) || soon(m.quiet)
	m.last = g.to
	return due
}

// owe notes that what was said since a time is to be looked for.
func (m *missed) owe(since time.Time) {
	if m.since.IsZero() || since.Before(m.since) {
		m.since = since
	}
}

// take returns since when the history is to be read, and notes that it is.
func (m *missed) take(now time.Time) (since time.Time) {
	since, m.since = m.since, time.Time{}
	if oldest := now.Add(-tooLate); since.Before(oldest) {
		return oldest
	}
	return since
}

// found notes that something was found that had not been heard: the next quiet leg is under suspicion at once.
func (m *missed) found() { m.wait, m.next = 0, time.Time{} }
