package bot

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mulebot/mulebot/models"
)

func TestRestraint(t *testing.T) {
	now := time.Unix(1000, 0)
	limit := AskLimit{2, 3}
	r := newRestraint(func() AskLimit { return limit })
	allowed := 0
	for range 10 {
		if r.allows(now) {
			allowed++
		}
	}
	if allowed != 3 {
		t.Errorf("%d of a burst of 10 are allowed", allowed)
	}
	if now = now.Add(500 * time.Millisecond); !r.allows(now) || r.allows(now) {
		t.Error("at 2 a second, one is allowed after half a second")
	}
	limit = AskLimit{1000, 1} // while it is in use
	if now = now.Add(time.Second); !r.allows(now) || r.allows(now) || !r.allows(now.Add(time.Millisecond)) {
		t.Error("another limit is not taken over")
	}
	for _, c := range []struct {
		channel models.ChannelID
		after   time.Duration
		tells   bool
	}{{"C1", 0, true}, {"C1", time.Second, false}, {"C2", time.Second, true}, {"C1", sayEvery, true}} {
		if got := r.tells(c.channel, now.Add(c.after)); got != c.tells {
			t.Errorf("%s after %s: %v", c.channel, c.after, got)
		}
	}
}

// A workspace that floods the bot is answered as much as it may ask, and its channels are told once a minute; nothing of the rest is
// written to the journal, and everything is acknowledged.
func TestFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSolo(t, respond(echo), Options{Asks: func() AskLimit { return AskLimit{10, 20} }})
		const seconds, each = 60, 100
		for n := range seconds * each {
			if !s.hear(t, said("C1", fmt.Sprint(n), n)) {
				t.Fatalf("message %d was not acknowledged", n)
			}
			time.Sleep(time.Second / each)
		}
		synctest.Wait()
		told := 0
		for _, text := range s.slack.took() {
			if strings.Contains(text, "more than I can answer") {
				told++
			}
		}
		if answered := len(s.slack.took()) - told; told != 1 || answered < 20+10*seconds-1 || answered > 20+10*seconds+1 {
			t.Errorf("%d were answered, and it was told %d times", answered, told)
		}
		if n := s.journal.appends; n != len(s.slack.took())-told {
			t.Errorf("%d were written to the journal", n)
		}
		s.end()
	})
}
