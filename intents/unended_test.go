package intents_test

import (
	"strings"
	"testing"
)

// A comparison without anything to compare with is asked back: it says nothing, and to leave it out would list everything.
func TestEndsInComparison(t *testing.T) {
	for text, asks := range map[string]string{
		"volumes bigger than":                      "Bigger than what? ",
		"which pools are fuller than?":             "Fuller than what? ",
		"how many snapshots are older than …":      "Older than what? ",
		"pools with less than":                     "Less than what? ",
		"volumes over":                             "Over what? ",
		"pools used >=":                            "At least what? ",
		"volumes bigger than 100Gi":                "",
		"which volumes are bigger than wiki-data?": "",
		"are the resizes over":                     "",
		"volumes over 100Gi":                       "",
	} {
		k := newTalk(t)
		reply := k.say(text)
		if asked := reply.AskedBack && strings.HasPrefix(reply.Text, asks); asked != (asks != "") {
			t.Errorf("%q: %s", text, reply.Text)
		}
	}
	k := newTalk(t)
	k.say("which pools are over 80% full?")
	if reply := k.say("only those bigger than"); !reply.AskedBack || !strings.HasPrefix(reply.Text, "Bigger than what? ") {
		t.Errorf("a follow-up: %s", reply.Text)
	}
}

// Sizes are those of Kubernetes, G decimal and Gi binary; a gig is what people call the Gi. The answer says the bound in GiB.
func TestSizesAsMeant(t *testing.T) {
	for size, bound := range map[string]string{"100G": "93.1 GiB", "100g": "93.1 GiB", "100 GB": "93.1 GiB", "100gb": "93.1 GiB", "100Gi": "100 GiB", "100 GiB": "100 GiB", "100 gigs": "100 GiB"} {
		k := newTalk(t)
		if reply := k.say("volumes bigger than " + size); !strings.Contains(reply.Text, "larger than "+bound) {
			t.Errorf("%s: %s", size, reply.Text)
		}
	}
}
