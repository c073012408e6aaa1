package intents_test

import "testing"

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
