package intents_test

import (
	"strings"
	"testing"
)

// A word that compares a number was understood.
func TestComparisonsAreRead(t *testing.T) {
	k := newTalk(t)
	for _, text := range []string{"pools past 80%", "pools beyond 80%", "pools upwards of 80%", "volumes past 100Gi", "claims past 60 days", "pods past 3 restarts"} {
		k.forget()
		reply := k.say(text)
		if len(reply.Query.Filters) != 1 || strings.Contains(strings.Join(reply.Notes, " "), "did not understand") {
			t.Errorf("%q: %s, %q (%s)", text, brief(reply.Query), reply.Notes, reply.Text)
		}
	}
}
