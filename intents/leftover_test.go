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

// TestLeftOverIsSaid has words that pick things out or break them down by what no field holds: the answer says that it does not.
func TestLeftOverIsSaid(t *testing.T) {
	k := newTalk(t)
	for text, says := range map[string]string{
		"volumes in the biggest namespace": "I do not know what “biggest namespace” says of volumes",
		"how many volumes are a waste":     "I do not know what “waste” says of volumes",
		"volume count per owner":           "I cannot break this down by “owner”",
	} {
		k.forget()
		reply := k.say(text)
		if said := reply.Text + " " + strings.Join(reply.Notes, " "); !strings.Contains(said, says) {
			t.Errorf("%q: %s\nwant %s", text, said, says)
		}
	}
}
