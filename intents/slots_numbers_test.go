package intents_test

import "testing"

// TestNumbers has how the words around a number say what it compares, and in which direction.
func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"pools with 20% or more free":        "pool used_percent<=80",
		"pools with 5% or less free":         "pool used_percent>=95",
		"pools with 5% free or less":         "pool used_percent>=95",
		"pools with 5% left at most":         "pool used_percent>=95",
		"pools with less than 5% free":       "pool used_percent>95",
		"claims with at least 20% empty":     "claim used_percent<=80",
		"claims with 80% or more used":       "claim used_percent>=80",
		"pools with 100Gi or more free":      "pool free>=100Gi",
		"pools with 100Gi free or less":      "pool free<=100Gi",
		"volumes with 3 or more replicas":    "volume replicas>=3",
		"pools 95% full or more":             "pool used_percent>=95",
		"pools with more than 60% available": "pool used_percent<40",
	} {
		reply := newTalk(t).say(text)
		if got := brief(reply.Query); canonical(got) != canonical(want) {
			t.Errorf("%q: got %s, want %s (%s)", text, got, want, reply.Text)
		}
	}
}
