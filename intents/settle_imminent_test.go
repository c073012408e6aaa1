package intents_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// What is about to turn read-only is not what is read-only.
func TestReadOnlySoon(t *testing.T) {
	inv := prod()
	inv.Pools = []models.Pool{
		{Name: "near", Node: "worker-1", Engine: models.CStor, Health: models.Healthy, Size: 100, Used: 81, Free: 19, Limit: 85},
		{Name: "over", Node: "worker-2", Engine: models.CStor, Health: models.Healthy, Size: 100, Used: 90, Free: 10, Limit: 85, ReadOnly: true},
		{Name: "far", Node: "worker-2", Engine: models.CStor, Health: models.Healthy, Size: 100, Used: 20, Free: 80, Limit: 85},
		{Name: "never", Node: "worker-2", Engine: models.LVM, Health: models.Healthy, Size: 100, Used: 99, Free: 1},
	}
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(inv)}, oneCard("prod-east"))
	for text, want := range map[string]string{
		"is there any cstor pool that's about to go readonly?": "until_readonly",
		"which cstor pool is close to read only":               "until_readonly",
		"which pools are about to turn read-only":              "until_readonly",
		"which pools are close to their read only limit":       "until_readonly",
		"is any pool going to go read-only soon":               "until_readonly",
		"pools that will soon be read-only":                    "until_readonly",
		"how many pools will become read only soon":            "until_readonly",
		"which pools are read-only":                            "readonly",
		"are there read-only pools":                            "readonly",
	} {
		k.forget()
		reply := k.say(text)
		if reply.Query == nil || len(reply.Query.Filters) == 0 || reply.Query.Filters[len(reply.Query.Filters)-1].Field != want && reply.Query.Filters[0].Field != want {
			t.Errorf("%q: %s: %s", text, brief(reply.Query), reply.Text)
			continue
		}
		if near := strings.Contains(reply.Text, "`near`"); near != (want == "until_readonly") || strings.Contains(reply.Text, "`over`") == near || strings.Contains(strings.Join(reply.Notes, " "), "not known") {
			t.Errorf("%q: %s %q", text, reply.Text, reply.Notes)
		}
	}
	k.forget()
	if reply := k.say("which volumes are about to go read-only"); !strings.Contains(strings.Join(reply.Notes, " "), "known of pools only") {
		t.Errorf("%s %q", reply.Text, reply.Notes)
	}
}

// TestReadOnlyFrom asks from which share on pools are read-only, and not which are.
func TestReadOnlyFrom(t *testing.T) {
	k, _ := newDemoTalk(t)
	for text, want := range map[string]string{
		"what is the threshold where cstor pools go read only":        "pool engine=cstor",
		"at what usage do cstor pools turn read-only":                 "pool engine=cstor",
		"how full may a cstor pool get before it turns read-only":     "pool engine=cstor",
		"what's the cutoff at which pools become read-only on harbor": "pool @harbor",
		"show the read-only limit of each cstor pool":                 "pool engine=cstor",
	} {
		k.forget()
		if q := k.say(text).Query; brief(q) != want || !slices.Contains(q.Show, "readonly_from") {
			t.Errorf("%q is %s with %v", text, brief(q), q.Show)
		}
	}
	k.forget()
	k.say("pools on harbor")
	if q := k.say("what is the threshold where they go read only").Query; brief(q) != "pool @harbor" || !slices.Contains(q.Show, "readonly_from") {
		t.Errorf("of the pools that were told it is %s with %v", brief(q), q.Show)
	}
	k.forget()
	if q := k.say("which pools are over their read-only limit").Query; slices.Contains(q.Show, "readonly_from") {
		t.Errorf("which are over it is %s with %v", brief(q), q.Show)
	}
}
