package intents_test

import "testing"

// TestQuotasAreNamed asks about a quota by its name.
func TestQuotasAreNamed(t *testing.T) {
	k, _ := newDemoTalk(t)
	for text, want := range map[string]string{
		"kafka-storage":                        "quota name=kafka-storage @harbor",
		"how full is the quota kafka-storage?": "quota name=kafka-storage @harbor",
		"what's left of kafka-storage":         "quota name=kafka-storage @harbor",
		"volumes in ml-storage":                "quota name=ml-storage @harbor",
	} {
		k.forget()
		if got := brief(k.say(text).Query); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
