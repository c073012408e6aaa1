package intents_test

import "testing"

// TestChatterIsNoCondition asks with words around the question that the rules stumble over, and with conditions that no field holds.
func TestChatterIsNoCondition(t *testing.T) {
	k := newTalk(t)
	for text, said := range map[string]bool{
		"for rebalancing purposes, which pools are over 80% full":                     false,
		"for the sake of completeness list storage classes with their reclaim policy": false,
		"platinum volumes":              true,
		"list every refurbished node":   true,
		"volumes with trim enabled":     true,
		"volumes grouped by contract":   true,
		"count volumes by landlord":     true,
		"volumes named zorg":            true,
		"how many volumes per landlord": true,
	} {
		k.forget()
		if reply := k.say(text); saysWhatIsLeft(reply) != said {
			t.Errorf("%q: that something is left out is said: %v, want %v; the answer is %q %q", text, !said, said, reply.Text, reply.Notes)
		}
	}
}
