package answer

import (
	"slices"

	"github.com/mulebot/mulebot/diagnosis"
	"github.com/mulebot/mulebot/models"
)

// Causes returns the pools and nodes by which it is explained why a thing is as it is. A pool whose name others have is left out: the
// explanation does not tell them apart.
func Causes(inv *models.Inventory, thing models.Named) []models.Named {
	d, known := diagnosis.Why(inv, diagnosis.Thing{Subject: thing.Subject, Namespace: thing.Scope, Name: thing.Name, Node: thing.Node})
	if !known {
		return nil
	}
	var all []models.Named
	put := func(n models.Named) {
		if n.Name != thing.Name && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	for _, l := range d.Chain {
		if l.Kind == "Node" {
			put(models.Named{Subject: models.Nodes, Name: l.Name, Cluster: inv.Cluster})
			continue
		}
		same := 0
		for i := range inv.Pools {
			if inv.Pools[i].Name == l.Name {
				same++
			}
		}
		if same == 1 {
			put(models.Named{Subject: models.Pools, Name: l.Name, Cluster: inv.Cluster})
		}
	}
	return all
}
