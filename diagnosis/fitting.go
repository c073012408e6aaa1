package diagnosis

import (
	"fmt"
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// fit says which Mayastor pools could take a replica, and why the others cannot.
type fit struct {
	fit   []string // names of pools
	nodes []string // their nodes, without repeats: replicas of a volume are on different ones
	why   []string
	links []Link
}

// fitting judges Mayastor's pools for another replica of a size. Nodes that hold a replica of v, which may be nil, are out.
func (e *evidence) fitting(size models.Bytes, thin bool, v *models.Volume) fit {
	var all fit
	taken := func(node string) bool {
		return v != nil && slices.ContainsFunc(v.Replicas, func(r models.Replica) bool { return r.Node == node })
	}
	for i := range e.inv.Pools {
		p := &e.inv.Pools[i]
		if p.Engine != models.Mayastor {
			continue
		}
		n := e.findNode(p.Node)
		no := func(format string, args ...any) {
			all.why = append(all.why, phrase.Code(p.Name)+" "+fmt.Sprintf(format, args...))
		}
		switch {
		case p.Health != models.Healthy && p.Health != models.Degraded:
			no("is %s", word(p.Health, p.State))
			all.links = append(all.links, poolLink(p))
		case e.inv.Ending(p):
			no("is being deleted")
			all.links = append(all.links, poolLink(p))
		case n != nil && n.Closed != "":
			no("is on node %s, which is %s", phrase.Code(p.Node), n.Closed)
			all.links = append(all.links, Link{Kind: "Mayastor node", Name: n.Name, Field: "spec.cordondrainstate", Says: n.Closed})
		case taken(p.Node):
			no("is on node %s, which has a replica of it already", phrase.Code(p.Node))
		case p.Free.IsKnown() && p.Free < size && !thin, p.Free == 0:
			no("has %s free", p.Free)
			all.links = append(all.links, spaceLink(p))
		default:
			all.fit = append(all.fit, phrase.Code(p.Name))
			if !slices.Contains(all.nodes, p.Node) {
				all.nodes = append(all.nodes, p.Node)
			}
		}
	}
	return all
}
