package intents_test

import (
	"slices"
	"strings"
	"testing"
)

// A volume without any healthy copy is another thing than one that is not healthy.
func TestNoHealthyCopy(t *testing.T) {
	k := newTalk(t)
	for text, want := range map[string]string{
		"is there a volume without any healthy copy?": "volume copies<1",
		"which volumes without healthy copies":        "volume copies<1",
		"which volumes don't have a healthy replica":  "volume copies<1",
		"volumes that have no healthy copy left":      "volume copies<1",
		"volumes of kafka without a single good copy": "volume copies<1 namespace=kafka @prod-east",
		"how many claims have no healthy copy":        "volume copies<1 count",
		"volumes with unhealthy copies":               "volume health!=healthy",
		"which volumes are not healthy":               "volume health!=healthy",
	} {
		k.forget()
		if reply := k.say(text); brief(reply.Query) != want {
			t.Errorf("%q: %s, want %s: %s", text, brief(reply.Query), want, reply.Text)
		}
	}
}

// Volumes with all of their copies in a place are fewer than those with a copy there.
func TestOnlyCopies(t *testing.T) {
	inv := prod()
	for i := range inv.Nodes {
		inv.Nodes[i].Zone = []string{"zone-a", "zone-b"}[i%2]
	}
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(inv)}, oneCard("prod-east"))
	for text, want := range map[string]string{
		"volumes with all replicas in zone-a":           "volume zone=zone-a zones<2 @prod-east",
		"which volumes only have copies in zone zone-a": "volume zone=zone-a zones<2 @prod-east",
		"volumes with all their copies in zone zone-b":  "volume zone=zone-b zones<2 @prod-east",
		"volumes in zone zone-a":                        "volume zone=zone-a @prod-east",
		"which volumes have a copy in zone-a":           "volume zone=zone-a @prod-east",
	} {
		k.forget()
		reply := k.say(text)
		if got := strings.TrimSuffix(brief(reply.Query), " @prod-east"); got != strings.TrimSuffix(want, " @prod-east") {
			t.Errorf("%q: %s, want %s: %s", text, got, want, reply.Text)
		}
	}
	k.forget()
	reply := k.say("volumes with all their replicas on worker-5")
	if !slices.ContainsFunc(reply.Notes, func(n string) bool { return strings.Contains(n, "left out") }) {
		t.Errorf("%s: %s %q", brief(reply.Query), reply.Text, reply.Notes)
	}
}
