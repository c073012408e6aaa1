package whatif

import (
	"cmp"
	"slices"

	"github.com/mulebot/mulebot/models"
)

// roomIn is how much a pool takes of a thick volume or a replica of one: what is free, for cStor up to where it turns read-only.
func roomIn(p *models.Pool) models.Bytes {
	left := p.Free
	if p.Engine == models.CStor && p.Limit > 0 {
		left = min(left, models.Bytes(float64(p.Used+p.Free)*p.Limit/100)-p.Used)
	}
	return max(0, left)
}

// Largest returns the size of the largest volume of a kind that fits, and the pools that would take it, the roomiest first; no pools
// if none of any size does. The size of what is wanted does not count.
func Largest(inv *models.Inventory, w Want) (models.Bytes, []*models.Pool) {
	w.Size = models.MiB
	p := Place(inv, w)
	roomiest := map[string]map[string]*models.Pool{} // of each family, by node
	for _, s := range p.Spots {
		if s.Fit == Cannot || !s.Pool.Free.IsKnown() {
			continue
		}
		f := family(s.Pool)
		if roomiest[f] == nil {
			roomiest[f] = map[string]*models.Pool{}
		}
		if best := roomiest[f][s.Pool.Node]; best == nil || roomIn(s.Pool) > roomIn(best) {
			roomiest[f][s.Pool.Node] = s.Pool
		}
	}
	var size models.Bytes
	var takes []*models.Pool
	for _, byNode := range roomiest {
		pools := make([]*models.Pool, 0, len(byNode))
		for _, pool := range byNode {
			pools = append(pools, pool)
		}
		if len(pools) < p.Needed {
			continue
		}
		slices.SortFunc(pools, func(a, b *models.Pool) int {
			return cmp.Or(cmp.Compare(roomIn(b), roomIn(a)), cmp.Compare(a.Node, b.Node))
		})
		if room := roomIn(pools[p.Needed-1]); takes == nil || room > size || room == size && pools[0].Name < takes[0].Name {
			size, takes = room, pools[:p.Needed]
		}
	}
	return size, takes
}
