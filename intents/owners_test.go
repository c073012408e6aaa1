package intents_test

import (
	"strings"
	"testing"
)

// Whose a thing is, is a piece of its name where one thing alone is called so.
func TestOwnedThings(t *testing.T) {
	wantQueries(t, map[string]string{
		"bob's workspace pvc":               "describe claim name=workspace-bob @quarry",
		"how big is bob's volume":           "describe volume name=pvc-25a5d5d0-56c7-5067-b8bb-5473676cf051 @quarry",
		"dave's workspace claim":            "describe claim name=workspace-dave @quarry",
		"who uses alice's workspace":        "consumers pod claims=workspace-alice namespace=dev @quarry",
		"kafka's claims":                    "list claim namespace=kafka @harbor",
		"today's events on harbor":          "events event age<=43200 @harbor",
		"how old's the newest snapshot":     "describe snapshot name=mysql-0-pre-upgrade @harbor",
		"each team's biggest volume":        "list volume by=namespace each=1 sort=-size",
		"dave's pvc workspace-dave, phase?": "describe claim name=workspace-dave @quarry",
	})
}

// An owner that nothing is known of is asked about where it picks things out, and told of where one thing is named.
func TestUnknownOwners(t *testing.T) {
	k, _ := newDemoTalk(t)
	for _, text := range []string{"acme's volumes", "acme's biggest volume", "the acme team's volumes", "my team's volumes", "show zed's degraded claims"} {
		k.forget()
		if reply := k.say(text); !reply.AskedBack || !strings.Contains(reply.Text, "I do not know what “") {
			t.Errorf("%q: %s: %s", text, brief(reply.Query), reply.Text)
		}
	}
	for _, text := range []string{"is acme's data-mysql-0 healthy", "acme's data-mysql-0", "why is zed's data-mysql-0 degraded"} {
		k.forget()
		if reply := k.say(text); reply.Err != nil || !strings.Contains(strings.Join(reply.Notes, " "), "I did not understand “") {
			t.Errorf("%q: %q %s", text, reply.Notes, reply.Text)
		}
	}
	for _, text := range []string{"my team's claims (namespace ml), fullest first", "harbor's pools", "what's data-mysql-0's size", "the dev team's pods", "the pod's volume of kafka-0"} {
		k.forget()
		if reply := k.say(text); strings.Contains(reply.Text+strings.Join(reply.Notes, " "), "understand “") || reply.AskedBack {
			t.Errorf("%q: %q %s", text, reply.Notes, reply.Text)
		}
	}
}
