package whatif_test

import (
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/whatif"
)

// The largest volume is as big as the least roomy of the nodes that its replicas need.
func TestLargest(t *testing.T) {
	pool := func(name, node string, free models.Bytes) models.Pool {
		return models.Pool{Name: name, Node: node, Engine: models.Mayastor, Health: models.Healthy, State: "Online", Size: 500 * models.GiB, Free: free * models.GiB,
			Used: (500 - free) * models.GiB, Committed: models.UnknownBytes}
	}
	inv := &models.Inventory{Pools: []models.Pool{pool("a", "n1", 300), pool("b", "n2", 100), pool("c", "n2", 200), pool("d", "n3", 50)}}
	inv.Pools = append(inv.Pools, models.Pool{Name: "e", Node: "n4", Engine: models.CStor, Health: models.Healthy, Size: 100 * models.GiB, Used: 80 * models.GiB, Free: 20 * models.GiB, Limit: 85})
	if size, _ := whatif.Largest(inv, whatif.Want{Engine: models.CStor}); size != 5*models.GiB {
		t.Errorf("a cStor pool takes %s, want 5 GiB: it turns read-only then", size)
	}
	for replicas, want := range map[int]models.Bytes{1: 300, 2: 200, 3: 50, 4: 0} {
		size, pools := whatif.Largest(inv, whatif.Want{Engine: models.Mayastor, Replicas: replicas})
		if size != want*models.GiB || want > 0 && len(pools) != replicas {
			t.Errorf("%d replicas: %s in %d pools, want %d GiB", replicas, size, len(pools), want)
		}
	}
}
