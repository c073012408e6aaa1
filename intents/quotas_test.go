package intents_test

import "testing"

// TestQuotasAreNamed asks about a quota by its name, or by that of its namespace, however common the word is.
func TestQuotasAreNamed(t *testing.T) {
	k, _ := newDemoTalk(t)
	for text, want := range map[string]string{
		"kafka-storage":                        "quota name=kafka-storage @harbor",
		"how full is the quota kafka-storage?": "quota name=kafka-storage @harbor",
		"what's left of kafka-storage":         "quota name=kafka-storage @harbor",
		"volumes in ml-storage":                "quota name=ml-storage @harbor",
		"quota billing":                        "quota namespace=billing @quarry",
	} {
		k.forget()
		if got := brief(k.say(text).Query); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
