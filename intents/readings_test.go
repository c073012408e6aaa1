package intents_test

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// TestMessagesOfSeveralClauses asks in one message several things, or one beside others that are only told.
func TestMessagesOfSeveralClauses(t *testing.T) {
	for ask, want := range map[string]string{
		"how many volumes are degraded? and how many pools?":                   "volume health=degraded count; pool count",
		"is data-kafka-0 healthy? who uses it?":                                "volume name={data-kafka-0} @prod-east; pod volumes={data-kafka-0} @prod-east",
		"which volumes are degraded, and which pools are they in?":             "volume health=degraded; pool name=pool-on-worker-5|pool-on-worker-6|pool-on-worker-7|cspc-prod-7hqd|cspc-prod-k2xm|cspc-prod-w9tz @prod-east",
		"is data-kafka-0 degraded? why?":                                       "volume name={data-kafka-0} @prod-east",
		"data-kafka-0 is all over my dashboards - which pool is it in":         "volume name={data-kafka-0} @prod-east",
		"we had a meeting about costs. which engine has the most volumes?":     "volume count by=engine",
		"hello there! which volumes are degraded? thanks a lot":                "volume health=degraded",
		"which volumes are degraded and which pools are full? both on staging": "volume health=degraded @staging; pool used_percent>=95 @staging",
	} {
		k := newTalk(t)
		var got []string
		reply := k.say(ask)
		for part := &reply; part != nil; part = part.Then {
			got = append(got, named(brief(part.Query), prod(), stagingCluster()))
		}
		wanted := strings.Split(want, "; ")
		if len(got) != len(wanted) {
			t.Errorf("%q: got %q, want %q", ask, got, wanted)
			continue
		}
		for i := range got {
			if canonical(got[i]) != canonical(wanted[i]) {
				t.Errorf("%q: got %q, want %q", ask, got, wanted)
			}
		}
	}
}

// TestOtherText has sentences in which a name was looked for at the place where it stands in another text: in the clause before, and in the
// sentence as it was before something was taken out of it.
func TestOtherText(t *testing.T) {
	k, _ := newDemoTalk(t)
	for _, text := range []string{"I have to place 80 gigs of something on dock-2. Will its pools swallow that?",
		"0/7 nodes are available: 1 node(s) were unschedulable. Which are unschedulable on harbor?"} {
		k.forget()
		if reply := k.say(text); reply.Err != nil && models.KindOf(reply.Err) == models.Internal {
			t.Errorf("%q: %v", text, reply.Err)
		}
	}
}
