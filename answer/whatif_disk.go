package answer

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// Disk is the field of a query that asks what the loss of one disk of a pool, or of a node, would do.
const Disk = "disk"

// diskLoss answers for each pool concerned: it survives by what its disks are joined as, or is lost with its replicas.
func diskLoss(req Request) (models.Reply, error) {
	rep := reply(req, &poolSchema)
	var texts, lost []string
	for _, inv := range req.Inventories {
		from := newSource(inv)
		for i := range inv.Pools {
			p := &inv.Pools[i]
			pools, nodes := valuesOf(req.Query, "pool"), valuesOf(req.Query, "node")
			if len(pools) > 0 && !slices.Contains(pools, p.Name) && !slices.Contains(pools, p.Group) || len(nodes) > 0 && !slices.Contains(nodes, p.Node) {
				continue
			}
			r := record{from, p}
			spare, way := spareDisks(&r), joined(p)
			name := "Pool " + label(&poolSchema, &r)
			gone := max(p.Lost, lostDisks(&r))
			if gone > 0 {
				way += ", of which " + phrase.Count(gone, "disk is", "disks are") + " lost already"
			}
			switch {
			case !spare.known:
				texts = append(texts, "What the disks of "+label(&poolSchema, &r)+" are joined as is not known.")
			case spare.number > 0:
				texts = append(texts, name+" ("+way+") survives the loss of a disk: it is degraded until the disk is replaced, and its volumes serve on.")
			default:
				texts = append(texts, name+" ("+way+") does not survive the loss of "+phrase.Either(gone > 0, "another", "a")+" disk.")
				lost = append(lost, p.Name)
			}
		}
	}
	if len(texts) == 0 {
		rep.Text = "No pool is known there, so no volume of a pool is touched."
		return rep, nil
	}
	rep.Text = strings.Join(texts, " ")
	if len(lost) == 0 {
		return rep, nil
	}
	pools := req
	pools.Query = req.Query.Clone()
	pools.Query.Field = string(whatif.Fail)
	pools.Query.Filters = append(slices.DeleteFunc(pools.Query.Filters, func(f models.Filter) bool { return f.Field == "pool" }),
		models.Filter{Field: "pool", Op: models.Eq, Values: phrase.Distinct(lost)})
	outcome, err := Impact(pools)
	if err != nil {
		return rep, err
	}
	outcome.Text, outcome.Query = rep.Text+" "+outcome.Text, req.Query
	return outcome, nil
}
