package answer

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/whatif"
)

// Of a pool that has failed already it is told what that did, and which workloads it concerns.
func TestHappened(t *testing.T) {
	pools := []models.Pool{{Name: "p", Node: "n1", Engine: models.Mayastor, Health: models.Down}, {Name: "q", Node: "n2", Engine: models.Mayastor, Health: models.Healthy}}
	v := models.Volume{Name: "pv", Namespace: "ml", Claim: "notebooks", Engine: models.Mayastor, Health: models.Down, Desired: 1, Pools: []string{"p"},
		Pods:     []models.PodRef{{Namespace: "ml", Name: "jupyter-0", Workload: "Deployment/jupyter"}},
		Replicas: []models.Replica{{Pool: "p", Node: "n1", Health: models.Down}}}
	inv := &models.Inventory{Cluster: "prod", Pools: pools, Volumes: []models.Volume{v}, Nodes: []models.Node{{Name: "n1", Health: models.Healthy}, {Name: "n2", Health: models.Healthy}}}
	said := func(pool, node string) string {
		loss := whatif.Loss{Event: whatif.Fail, Pools: []whatif.PoolRef{{Node: node, Pool: pool}}}
		s := supposed{newSource(inv), loss, whatif.Simulate(inv, loss)}
		return strings.Join(s.sentences(), " ")
	}
	if text := said("p", "n1"); !strings.HasPrefix(text, "Pool `p` on n1 of prod is down already, which concerns 1 volume now: `ml/notebooks` (it is down now; used by Deployment/jupyter). ") ||
		!strings.Contains(text, "no further volume") {
		t.Error(text)
	}
	if text := said("q", "n2"); strings.Contains(text, "already") {
		t.Error(text)
	}
}
