package intents_test

import (
	"testing"
)

// TestLifted takes conditions away, by their field, by their value, or as what was left out.
func TestLifted(t *testing.T) {
	wantTurn(t, map[string]string{
		"volumes on dock-1 / only cstor / all engines":                                   "followup.refine volume node=dock-1 @harbor",
		"volumes on dock-1 / only cstor / forget the cstor part":                         "followup.refine volume node=dock-1 @harbor",
		"volumes on dock-1 / only cstor / drop cstor":                                    "followup.refine volume node=dock-1 @harbor",
		"volumes on dock-1 / only healthy / widen it to all nodes":                       "followup.refine volume health=healthy @harbor",
		"volumes on dock-1 / only healthy / whatever the state":                          "followup.refine volume node=dock-1 @harbor",
		"volumes on dock-1 / only healthy / regardless of node":                          "followup.refine volume health=healthy @harbor",
		"volumes of pool-dock-5 / degraded ones / no matter which pool":                  "followup.refine volume health=degraded @harbor",
		"claims in namespace shop / bigger than 40Gi / any namespace":                    "followup.refine claim size>40Gi @harbor",
		"volumes over 50Gi / on dock-1 / any size":                                       "followup.refine volume node=dock-1 @harbor",
		"volumes over 50Gi / on dock-1 / scrap the 50Gi bit":                             "followup.refine volume node=dock-1 @harbor",
		"volumes over 50Gi / on dock-1 / only cstor / clear all filters":                 "followup.refine volume @harbor",
		"pools on quarry / over 60% full / regardless of usage":                          "followup.refine pool @quarry",
		"unused volumes / on harbor / drop the unused condition":                         "followup.refine volume @harbor",
		"mayastor volumes / over 50Gi / without the degraded ones / include them again":  "followup.refine volume engine=mayastor size>50Gi",
		"mayastor volumes / without the degraded ones / include the degraded ones again": "followup.refine volume engine=mayastor",
		"volumes on dock-1 / not the cstor ones / put cstor back in":                     "followup.refine volume node=dock-1 @harbor",
		"claims in shop / without the mysql ones / include them after all":               "followup.refine claim namespace=shop @harbor",
		"pods on dock-2 / that are not healthy / forget dock-2":                          "followup.refine pod health!=healthy @harbor",
	})
}

// TestNotLifted says words of such a wish that wish nothing away.
func TestNotLifted(t *testing.T) {
	wantTurn(t, map[string]string{
		"cstor volumes / without the degraded ones":  "followup.refine volume engine=cstor health!=degraded",
		"volumes on dock-1 / only cstor / forget it": "?",
		"volumes on dock-1 / show all nodes":         "list node",
		"volumes on dock-1 / all volumes on dock-2":  "list volume node=dock-2 @harbor",
	})
}

// TestOnlyThere picks what is in a place, which says nothing of how many copies it has.
func TestOnlyThere(t *testing.T) {
	wantTurn(t, map[string]string{
		"volumes on harbor / only on dock-5":            "followup.refine volume node=dock-5 @harbor",
		"volumes of kafka / only in pool-dock-4":        "followup.refine volume pool=pool-dock-4 workload=kafka @harbor",
		"claims in gitlab / only on pit-1":              "followup.refine claim namespace=gitlab node=pit-1 @quarry",
		"volumes of class lvm-data / only on pit-2":     "followup.refine volume node=pit-2 storageclass=lvm-data @quarry",
		"volumes only on dock-5":                        "list volume node=dock-5 @harbor",
		"which volumes are only on dock-5":              "list volume copies<=1 node=dock-5 @harbor",
		"what data lives only on dock-4":                "list volume copies<=1 node=dock-4 @harbor",
		"volumes on harbor / only on dock-5 / how many": "followup.count volume node=dock-5 count @harbor",
	})
}

// TestSenses says words that mean something else elsewhere.
func TestSenses(t *testing.T) {
	wantTurn(t, map[string]string{
		"describe data-mysql-1 / lol ok":                                        "?",
		"which volumes are degraded? / oh fine":                                 "?",
		"volumes on harbor / are they ok?":                                      "followup.refine volume health=healthy @harbor",
		"ok, which volumes are down":                                            "list volume health=down",
		"ok volumes on dock-1":                                                  "list volume health=healthy node=dock-1 @harbor",
		"what does degraded mean for data-kafka-1":                              "why volume name=data-kafka-1 @harbor",
		"describe wiki-data / what does that mean?":                             "why volume name=wiki-data @harbor",
		"which volumes are degraded / what does degraded mean?":                 "?",
		"what would the mean size of the volumes be":                            "aggregate volume avg:size",
		"replicas on harbor / per node / no, pools":                             "followup.refine pool count by=node @harbor",
		"volumes on dock-4 / sorry, replicas":                                   "followup.refine replica node=dock-4 @harbor",
		"volumes under 20% used / in the shop namespace / hmm, monitoring then": "followup.refine volume namespace=monitoring used_percent<20 @harbor",
		"volumes under 20% used / on dock-1 / hmm, dock-2 then":                 "followup.refine volume node=dock-2 used_percent<20 @harbor",
		"what changed on quarry / only worse / ok I fixed that, what's next":    "overview volume @quarry",
		"volumes on harbor / next":                                              "followup.more volume limit=20 offset=20 @harbor",
	})
	k, _ := newDemoTalk(t)
	k.say("describe wiki-data")
	if got := k.say("what does that mean").Intent; got != "why" {
		t.Errorf("what that means is %s", got)
	}
	k.say("volumes on dock-1")
	if reply := k.say("what does read-only mean for wiki?"); reply.Intent != "why" || reply.AskedBack {
		t.Errorf("what read-only means for a workload is %s: %s", reply.Intent, reply.Text)
	}
	k.say("what changed on quarry")
	if got := k.say("what's next").Intent; got != "overview" {
		t.Errorf("what is next is %s", got)
	}
}

// TestInState asks how long something has been as it is, which is not how old it is.
func TestInState(t *testing.T) {
	k, _ := newDemoTalk(t)
	k.say("what do I do about mysql-1?")
	contains(t, k.say("how long has it been like this?").Text, "Time in its state: 312 days") // as its node, and not its 325 days of age
	contains(t, k.say("how old is it").Text, "Age: ")
	k.say("claim data-mysql-0")
	contains(t, k.say("since when is it so").Text, "since 2026-01-15 07:41 UTC")
	k.say("describe claim registry-storage")
	contains(t, k.say("for how long?").Text, "Time in its state: ")
}
