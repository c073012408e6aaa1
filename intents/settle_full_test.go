package intents_test

import "testing"

// How full a node is, its pools say.
func TestFullNodes(t *testing.T) {
	inv := stagingCluster()
	inv.Pools = append(inv.Pools, inv.Pools[0])
	last := &inv.Pools[len(inv.Pools)-1]
	for i := range inv.Pools {
		if inv.Pools[i].Node == "stg-w1" {
			*last = inv.Pools[i]
		}
	}
	last.Name = "second-pool"
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "staging"}: always(inv)}, oneCard("staging"))
	const pools = "pool node=stg-w1 @staging"
	for text, want := range map[string]string{
		"is stg-w1 full?":                     pools,
		"how full is stg-w1":                  pools,
		"is node stg-w1 running out of space": pools,
		"is stg-w1 nearly full":               pools,
		"describe stg-w1":                     "node name=stg-w1 @staging",
		"is stg-w1 healthy":                   "node name=stg-w1 @staging",
	} {
		k.forget()
		if reply := k.say(text); brief(reply.Query) != want {
			t.Errorf("%q: %s, want %s: %s", text, brief(reply.Query), want, reply.Text)
		}
	}
}
