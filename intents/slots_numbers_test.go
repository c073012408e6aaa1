package intents_test

import "testing"

// TestNumbers has how the words around a number say what it compares, and in which direction.
func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"pools with 20% or more free":                "pool used_percent<=80",
		"pools with 5% or less free":                 "pool used_percent>=95",
		"pools with 5% free or less":                 "pool used_percent>=95",
		"pools with 5% left at most":                 "pool used_percent>=95",
		"pools with less than 5% free":               "pool used_percent>95",
		"claims with at least 20% empty":             "claim used_percent<=80",
		"claims with 80% or more used":               "claim used_percent>=80",
		"pools with 100Gi or more free":              "pool free>=100Gi",
		"pools with 100Gi free or less":              "pool free<=100Gi",
		"volumes with 3 or more replicas":            "volume replicas>=3",
		"pools 95% full or more":                     "pool used_percent>=95",
		"pools with more than 60% available":         "pool used_percent<40",
		"claims using over 80,5 %":                   "claim used_percent>80.5",
		"snapshots older than half of an hour":       "snapshot age>1800",
		"claims bigger than 2 hundred gigs":          "claim size>200Gi",
		"claims over a hundred and fifty gigs":       "claim size>150Gi",
		"volumes older than one and a half days":     "volume age>129600",
		"pools 50-80% full":                          "pool used_percent>=50 used_percent<=80",
		"claims from 10 to 20 GiB":                   "claim size>=10Gi size<=20Gi",
		"claims not equal to 20 GiB":                 "claim size!=20Gi",
		"claims that are not exactly 20GiB":          "claim size!=20Gi",
		"volumes with replicas not equal to 3":       "volume desired!=3",
		"volumes with 1 desired replica":             "volume desired=1",
		"which volumes have only 1 desired replica":  "volume desired=1",
		"which volumes have only 2 desired replicas": "volume desired=2",
		"volumes with replicas > 2":                  "volume replicas>2",
	} {
		reply := newTalk(t).say(text)
		if got := brief(reply.Query); canonical(got) != canonical(want) {
			t.Errorf("%q: got %s, want %s (%s)", text, got, want, reply.Text)
		}
	}
}
