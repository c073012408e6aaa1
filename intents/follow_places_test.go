package intents_test

import (
	"slices"
	"testing"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/nlp"
)

// waysOf holds a conversation and returns what there was to choose from at its last turn, or what was in no doubt.
func waysOf(t *testing.T, k *talk, turns ...string) []string {
	t.Helper()
	var all []string
	k.forget()
	for i, text := range turns {
		all = nil
		if i == len(turns)-1 {
			k.Choose(func(ways []intents.Way, _ []nlp.Feature) int {
				for _, w := range ways {
					if w.Query != nil {
						all = append(all, w.Intent+" "+brief(w.Query))
					}
				}
				return -1
			})
		}
		if reply := k.say(text); all == nil && reply.Query != nil {
			all = []string{reply.Intent + " " + brief(reply.Query)}
		}
	}
	return all
}

// TestPlacesAreWays points at a place that was spoken of, whichever kind of place that is: the place is put in.
func TestPlacesAreWays(t *testing.T) {
	for _, c := range []struct {
		turns []string
		want  string
	}{
		{[]string{"quota of kafka", "who uses most of it?", "could I add another 100Gi volume there?"}, "capacity pool free>=100Gi namespace=kafka @harbor"},
		{[]string{"volumes in shop", "the biggest", "could I create a new 70Gi claim in that namespace?"}, "capacity pool free>=70Gi namespace=shop @harbor"},
		{[]string{"quotas", "describe quota kafka-storage", "is there room for one more 100Gi claim there"}, "capacity pool free>=100Gi namespace=kafka @harbor"},
		{[]string{"data-kafka-2", "degraded volumes in that namespace"}, "list volume health=degraded namespace=kafka @harbor"},
		{[]string{"cstor volumes on dock-1", "which pods are not running there"}, "list pod health!=healthy node=dock-1 @harbor"},
		{[]string{"vg-data on pit-1", "any volumes without pods in it"}, "list volume node=pit-1 pods!? pool=vg-data @quarry"},
		{[]string{"volumes of class cstor-2", "the fullest", "snapshots there"}, "list snapshot @harbor"},
		{[]string{"describe dock-4", "volumes without snapshots there"}, "list volume node=dock-4 snapshots<1 @harbor"},
	} {
		k, _ := newDemoTalk(t)
		if all := waysOf(t, k, c.turns...); !slices.Contains(all, c.want) {
			t.Errorf("%q: no way leads to %s, only %q", c.turns, c.want, all)
		}
	}
}

// TestSameNameElsewhere asks about what is called like the last thing in another place.
func TestSameNameElsewhere(t *testing.T) {
	for _, c := range []struct{ first, then, want string }{
		{"tank on pit-3", "and on pit-1", "followup.refine pool name=tank node=pit-1 @quarry"},
		{"vg-data on pit-2", "the one on pit-3?", "followup.refine pool name=vg-data node=pit-3 @quarry"},
		{"how full is vg-data on pit-1", "pit-2?", "followup.refine pool name=vg-data node=pit-2 @quarry"},
		{"claim data-redis-0 in gitlab", "and in shop", "followup.refine volume name=pvc-4f8cc95f-90cf-5adc-aca8-d7c88aabe131 @harbor"},
	} {
		k, _ := newDemoTalk(t)
		if all := waysOf(t, k, c.first, c.then); !slices.Contains(all, c.want) {
			t.Errorf("%q, %q: no way leads to %s, only %q", c.first, c.then, c.want, all)
		}
	}
	k, _ := newDemoTalk(t)
	for _, way := range waysOf(t, k, "vg-thin on pit-2", "and on pit-1?") {
		if way == "followup.refine pool name=vg-thin node=pit-1 @quarry" {
			t.Error("there is no vg-thin on pit-1")
		}
	}
}

// TestCompleteQuestions asks something complete, or complete but for its object, behind a narrow question.
func TestCompleteQuestions(t *testing.T) {
	for _, c := range []struct {
		turns []string
		want  string
	}{
		{[]string{"describe old-orders-export", "does it have a snapshot?", "ok, which volumes do have snapshots"}, "list volume snapshots>=1"},
		{[]string{"snapshots of postgres", "which volumes have none?"}, "list volume snapshots<1"},
		{[]string{"pods using data-kafka-0", "and which volumes have none"}, "list volume pods!?"},
		{[]string{"why is mysql-1 not running", "is any other pod unhealthy"}, "list pod health!=healthy name!=mysql-1 @harbor"},
		{[]string{"describe dock-3", "are there other nodes with problems?"}, "list node health!=healthy name!=dock-3 @harbor"},
		{[]string{"warnings in kafka on harbor", "anything about disks?"}, "events event reason~disk/message~disk @harbor"},
		{[]string{"pools of pit-1", "volums ovr 70% on quary"}, "list volume used_percent>70 @quarry"},
		{[]string{"pools of pit-1", "nods with pressure"}, "list node pressure?"},
		{[]string{"tank on pit-3", "select * from pools"}, "list pool"},
	} {
		k, _ := newDemoTalk(t)
		if all := waysOf(t, k, c.turns...); !slices.Contains(all, c.want) {
			t.Errorf("%q: no way leads to %s, only %q", c.turns, c.want, all)
		}
	}
}
