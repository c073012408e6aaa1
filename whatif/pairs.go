package whatif

import "github.com/mulebot/mulebot/models"

// pairWork is how many volumes and pods are looked at for the pairs of a cluster, all pairs together: some tenths of a second.
const pairWork = 1_000_000

// Pair is what the loss of two nodes at once comes to.
type Pair struct {
	Nodes   [2]*models.Node
	Outcome Outcome
}

// Couples is what the losses of any two nodes of a cluster at once come to.
type Couples struct {
	Alone []*models.Node // those whose loss alone is not safe, and so neither that of a pair with one of them
	Pairs []Pair         // of the others
	All   int            // how many pairs there are, those with a node of Alone included
}

// Two judges the loss of any two nodes at once, each pair for both together. It reports false if the cluster is so large that
// this would take too long: then only Alone is known.
func Two(inv *models.Inventory, loss Loss) (Couples, bool) {
	var c Couples
	var fine []*models.Node
	for i := range inv.Nodes {
		n := &inv.Nodes[i]
		if loss.Nodes = []string{n.Name}; Simulate(inv, loss).Verdict == No {
			c.Alone = append(c.Alone, n)
		} else {
			fine = append(fine, n)
		}
	}
	c.All = len(inv.Nodes) * (len(inv.Nodes) - 1) / 2
	if len(fine)*(len(fine)-1)/2*(len(inv.Volumes)+len(inv.Pods)) > pairWork {
		return c, false
	}
	for i, a := range fine {
		for _, b := range fine[i+1:] {
			loss.Nodes = []string{a.Name, b.Name}
			c.Pairs = append(c.Pairs, Pair{[2]*models.Node{a, b}, Simulate(inv, loss)})
		}
	}
	return c, true
}
