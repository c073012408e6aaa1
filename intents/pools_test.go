package intents_test

import (
	"testing"

	"github.com/mulebot/mulebot/models"
)

// TestPoolsOfOneName asks on about one of two pools of a name: each is of its node.
func TestPoolsOfOneName(t *testing.T) {
	inv := &models.Inventory{Cluster: "prod-east", AsOf: sampleTime, Pools: []models.Pool{
		{Name: "vg", Node: "a", Engine: models.LVM, Health: models.Degraded, Lost: 1, Size: 100 << 30, Used: 50 << 30, Free: 50 << 30},
		{Name: "vg", Node: "b", Engine: models.LVM, Health: models.Healthy, Size: 100 << 30, Used: 90 << 30, Free: 10 << 30},
	}}
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(inv)}, oneCard("prod-east"))
	k.say("list the pools")
	contains(t, k.say("which one is the fullest").Text, "`vg` on b")
	contains(t, k.say("why").Text, "`b`")
	k.forget()
	k.say("the fullest pool")
	contains(t, k.say("why is it so full").Text, "`b`")
}
