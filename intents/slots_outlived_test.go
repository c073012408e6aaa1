package intents_test

import "testing"

// What lasts is past a time when it is older; what happens or was made past a time was so within it.
func TestPastATime(t *testing.T) {
	k := newTalk(t)
	for text, want := range map[string]string{
		"snapshots past 90 days":               "snapshot age>7776000",
		"backups past 30 days":                 "snapshot age>2592000",
		"claims past 60 days":                  "claim age>5184000",
		"any snapshots past a week":            "snapshot age>604800",
		"which snapshots are past 90 days":     "snapshot age>7776000",
		"snapshots that are well past 1 day":   "snapshot age>86400",
		"snapshots that are not past 90 days":  "snapshot age<=7776000",
		"claims pending past 1 hour":           "claim phase=Pending since>3600",
		"snapshots of the past 36 hours":       "snapshot age<=129600",
		"volumes created past 2 days":          "volume age<=172800",
		"new claims past 2 days":               "claim age<=172800",
		"claims in any namespace, past 3 days": "claim age<=259200",
		"events past 2 hours":                  "event age<=7200",
		"warnings past 2 hours":                "event type!=Normal age<=7200",
		"what happened past 24h":               "event age<=86400",
		"changes past 2 hours":                 "change age<=7200",
	} {
		k.forget()
		reply := k.say(text)
		if got := brief(reply.Query); canonical(got) != canonical(want) {
			t.Errorf("%q: got %s, want %s (%s)", text, got, want, reply.Text)
		}
	}
}
