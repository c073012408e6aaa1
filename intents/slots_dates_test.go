package intents_test

import "testing"

// A month that is another word too is one where something says that there is a date; a number beside it counts otherwise.
func TestMonthsThatAreWords(t *testing.T) {
	k := newTalk(t)
	for text, want := range map[string]string{
		"the 3 may fill up: list the 3 fullest pools": "pool sort=-used_percent limit=3",
		"show the 3 may volumes":                      "volume limit=3",
	} {
		k.forget()
		if reply := k.say(text); brief(reply.Query) != want {
			t.Errorf("%q: %s, want %s: %s", text, brief(reply.Query), want, reply.Text)
		}
	}
	for _, text := range []string{"volumes created since 3 may", "volumes created before May 3", "volumes created after 1 march"} {
		k.forget()
		if reply := k.say(text); reply.Query == nil || len(reply.Query.Filters) != 1 || reply.Query.Filters[0].Field != "age" {
			t.Errorf("%q: %s: %s", text, brief(reply.Query), reply.Text)
		}
	}
}
