package intents_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// TestFewest ranks by the least of what is counted as by the fewest.
func TestFewest(t *testing.T) {
	wantQueries(t, map[string]string{
		"which node has the least pools":              "list node sort=+pools limit=1",
		"the node with least pods":                    "list node sort=+pods limit=1",
		"which storage class has the least volumes":   "list storageclass sort=+volumes limit=1",
		"which nodes have at least 2 pools":           "list node pools>=2",
		"which pool on harbor has the least replicas": "list pool sort=+replicas limit=1 @harbor",
	})
}

// TestRunsOn asks what runs on a node: pods do, and volumes lie there.
func TestRunsOn(t *testing.T) {
	wantQueries(t, map[string]string{
		"what's running on node dock-5":    "list pod node=dock-5 @harbor",
		"what runs on dock-1?":             "list pod node=dock-1 @harbor",
		"anything running on pit-3":        "list pod node=pit-3 @quarry",
		"what lies on dock-5":              "impact volume node=dock-5 @harbor",
		"what would run on if dock-5 dies": "impact volume node=dock-5 @harbor",
	})
}

// TestMostUrgent asks for what comes first without saying of what.
func TestMostUrgent(t *testing.T) {
	wantQueries(t, map[string]string{
		"what's the most urgent?":           "overview volume limit=1",
		"what is most urgent":               "overview volume limit=1",
		"the most urgent problem on quarry": "overview volume limit=1 @quarry",
	})
}

// TestWhySupposed asks why behind what would be if something were: the answer has its reasons, and why something is unwell is none of them.
func TestWhySupposed(t *testing.T) {
	k, _ := newDemoTalk(t)
	for _, first := range []string{"can I drain dock-5?", "is it safe to reboot dock-1", "what if pool-dock-4 fails?", "would a 900Gi mayastor volume with 3 replicas fit?"} {
		for _, why := range []string{"why not?", "why?", "how come?", "and why is that"} {
			k.forget()
			before := k.say(first)
			if reply := k.say(why); reply.Text != before.Text || reply.Intent != before.Intent || !strings.Contains(strings.Join(reply.Notes, " "), "The reasons") {
				t.Errorf("%q, %q: %s: %s", first, why, reply.Intent, reply.Text)
			}
		}
	}
}

// TestUnheeded says words behind an answer of which no answer makes use: to tell again of what was spoken of would be none, to decline them
// is as good as to name them.
func TestUnheeded(t *testing.T) {
	k, _ := newDemoTalk(t)
	for _, c := range []struct{ first, then, word string }{
		{"jupyter is stuck, why?", "can it be recovered?", "recovered"},
		{"list volumes in gitlab", "are they encrypted?", ""},
		{"describe data-kafka-1", "is it audited?", "audited"},
		{"why is data-postgres-1 degraded", "can that be repaired", "repaired"},
		{"pools on quarry", "who paid for them", "paid"},
		{"describe pool-dock-5", "how noisy is it", "noisy"},
		{"is jupyter ok?", "which disk was it", "it"},
	} {
		k.forget()
		k.say(c.first)
		if reply := k.say(c.then); reply.Intent != nlp.Fallback && !reply.AskedBack && !strings.Contains(strings.Join(reply.Notes, " "), c.word) || reply.AskedBack && !strings.Contains(reply.Text, c.word) {
			t.Errorf("%q, %q: %s: %s", c.first, c.then, reply.Intent, reply.Text)
		}
	}
}

// TestComponentOfEngine asks for what belongs to a component: that is of its engine.
func TestComponentOfEngine(t *testing.T) {
	k, _ := newDemoTalk(t)
	for _, c := range []struct{ first, then, want string }{
		{"what version of lvm do we have?", "how many volumes use it", "volume engine=lvm count"},
		{"is the zfs component healthy?", "how many volumes use it?", "volume engine=zfs count"},
	} {
		k.forget()
		k.say(c.first)
		if got := brief(k.say(c.then).Query); !strings.HasPrefix(got, c.want) {
			t.Errorf("%q, %q: %s", c.first, c.then, got)
		}
	}
}

// TestWaysOfThings asks for fields of what was spoken of, what it lies on and what explains it, and for the data of another owner: among the
// ways to understand that must be what is meant, and none that asks for what two owners have in common.
func TestWaysOfThings(t *testing.T) {
	k, _ := newDemoTalk(t)
	for _, c := range []struct{ first, then, want, not string }{
		{"why is jupyter-8f6d4c7b95-tq8zw stuck?", "which disk was it", "pool name=pool-dock-6 show=disks", ""},
		{"is notebooks ok?", "what disk is it on", "pool name=pool-dock-6 show=disks", ""},
		{"why is data-postgres-1 degraded", "and what state is the pool in", "pool name=pool-dock-6 show=state", ""},
		{"who uses data-clickhouse-0?", "and the mysql one?", "pod workload=mysql", "clickhouse"},
		{"replicas of data-kafka-1", "what about data-postgres-0", "replica claim=data-postgres-0 namespace=db", "data-kafka-1"},
		{"volumes of mysql", "and kafka-2's?", "volume pods=kafka-2", "workload=mysql pods"},
	} {
		k.forget()
		k.Choose(func([]intents.Way, []nlp.Feature) int { return -1 })
		k.say(c.first)
		var all []string
		k.Choose(func(ways []intents.Way, _ []nlp.Feature) int {
			for _, w := range ways {
				if w.Query != nil {
					all = append(all, semantic.Notation(w.Query))
				}
			}
			return -1
		})
		k.say(c.then)
		if !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s+" ", c.want+" ") }) {
			t.Errorf("%q, %q: %q is no way:\n%s", c.first, c.then, c.want, strings.Join(all, "\n"))
		}
		if c.not != "" && slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, c.want) && strings.Contains(s, c.not) }) {
			t.Errorf("%q, %q: what both have in common:\n%s", c.first, c.then, strings.Join(all, "\n"))
		}
	}
}
