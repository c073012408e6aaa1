package whatif

import (
	"slices"

	"github.com/mulebot/mulebot/models"
)

// Uncordoned is what the end of a cordon would do. It moves nothing and stops nothing.
type Uncordoned struct {
	Node    *models.Node
	Starts  []*models.Pod    // that wait for a node and could be placed there
	Barred  []*models.Pool   // on the node, that stay away for a reason of their own
	Repairs []*models.Volume // of Mayastor, that lack a replica and could get it there
}

// Uncordon says what it would do if a node, or Mayastor on it, were no longer cordoned.
func Uncordon(inv *models.Inventory, n *models.Node) Uncordoned {
	u := Uncordoned{Node: n}
	room := false
	for i := range inv.Pools {
		p := &inv.Pools[i]
		if p.Node != n.Name {
			continue
		}
		room = room || p.Engine == models.Mayastor && p.Health == models.Healthy
		if p.Health == models.Down {
			u.Barred = append(u.Barred, p)
		}
	}
	for i := range inv.Pods {
		if p := &inv.Pods[i]; n.Cordoned && p.Node == "" && waitsFor(inv, p, n.Name) {
			u.Starts = append(u.Starts, p)
		}
	}
	for i := range inv.Volumes {
		v := &inv.Volumes[i]
		if n.Closed == "" || !room || v.Engine != models.Mayastor || v.HealthyReplicas() >= v.Desired {
			continue
		}
		here := func(r models.Replica) bool { return r.Node == n.Name }
		mending := func(r models.Replica) bool { return r.Health == models.Rebuilding }
		if !slices.ContainsFunc(v.Replicas, here) && !slices.ContainsFunc(v.Replicas, mending) {
			u.Repairs = append(u.Repairs, v)
		}
	}
	return u
}

// waitsFor reports whether a pod that is on no node could be placed on one: none of its volumes is pending, down or local to another.
func waitsFor(inv *models.Inventory, p *models.Pod, node string) bool {
	for _, name := range p.Volumes {
		v := inv.Volume(name)
		if v == nil || v.Health == models.Down || v.Health == models.Awaiting || v.Local() && v.Node != node {
			return false
		}
	}
	return len(p.Volumes) > 0 && len(p.Volumes) == len(p.Claims)
}
