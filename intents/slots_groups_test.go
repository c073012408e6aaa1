package intents_test

import "testing"

// What is added to a question breaks its answer down by two fields, in whatever words.
func TestGroupsOfGroups(t *testing.T) {
	for _, text := range []string{"per engine and health", "per engine and per health", "per engine and then per health", "by engine, then by health", "group by engine and then by health"} {
		k := newTalk(t)
		k.say("list the volumes")
		if got := brief(k.say(text).Query); got != "volume count by=engine then=health" {
			t.Errorf("%q: %s", text, got)
		}
	}
}
