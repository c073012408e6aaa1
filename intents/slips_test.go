package intents

import "testing"

func TestIsSlip(t *testing.T) {
	for word, want := range map[string]bool{"volums": true, "nods": true, "lsit": true, "volumes": false, "volume": false, "health": false, "ever": false, "claim": false} {
		if isSlip(word) != want {
			t.Errorf("%q is a slip: %v", word, !want)
		}
	}
}
