package intents_test

import (
	"strings"
	"testing"
)

// TestPremises says how a thing is where a question takes it to be otherwise, and gives no reason that is none.
func TestPremises(t *testing.T) {
	k, _ := newDemoTalk(t)
	for text, says := range map[string]string{
		"prometheus-db is degraded, what caused that?":                "Volume `monitoring/prometheus-db` on harbor is healthy, but not resized from 150 GiB to 200 GiB because",
		"why is prometheus-db not resized?":                           "Volume `monitoring/prometheus-db` on harbor is not resized from 150 GiB to 200 GiB because",
		"dock-5 NotReady, reason?":                                    "Node `dock-5` of harbor is Ready, but takes nothing new because it is cordoned",
		"thin provisioned volumes in namespace analytics?":            "but it is not one that is thin-provisioned.",
		"data-kafka-0 is degraded. which other volumes are degraded?": "but it is not one that is degraded: its health is healthy.",
		"did data-kafka-0 grow to 200Gi?":                             "No: it has 150 GiB, not 200 GiB, and its claim asks for no more.",
		"do we have more than 10 pools":                               "Yes, that is more than 10.",
	} {
		k.forget()
		reply := k.say(text)
		if said := reply.Text + " " + strings.Join(reply.Notes, " "); !strings.Contains(said, says) {
			t.Errorf("%q: %s\nwant %s", text, said, says)
		}
	}
}
