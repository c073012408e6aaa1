package intents

import "testing"

func TestIsSlip(t *testing.T) {
	for word, want := range map[string]bool{"volums": true, "nods": true, "lsit": true, "volumes": false, "volume": false, "health": false, "ever": false, "claim": false} {
		if isSlip(word) != want {
			t.Errorf("%q is a slip: %v", word, !want)
		}
	}
}

// TestContractions has contractions without their apostrophe.
func TestContractions(t *testing.T) {
	for short, want := range map[string]string{"wont": "won't", "Wont": "won't", "cant": "can't", "dont": "don't", "want": ""} {
		if got, _ := spelledOut(short, wordsOf(short)[0]); got != want {
			t.Errorf("%q: %q, want %q", short, got, want)
		}
	}
}
