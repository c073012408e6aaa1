package diagnosis

import (
	"fmt"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// degradedRules find why a volume has lost redundancy.
func degradedRules() []rule {
	return []rule{
		{"replicas", func(e *evidence) *finding {
			sick := e.sick(e.volume)
			if sick == nil {
				return nil
			}
			f := because(Certain, "%s", sick.cause).from(sick)
			return e.redundancy(f)
		}},
		{"engine says so", func(e *evidence) *finding {
			v := e.volume
			return because(NotKnown, "%s, and %s, so its own word may be old", v.State, healthyWords(v)).
				lack("when " + volumeLink(v).Kind + " was last written: it may not have noticed yet")
		}},
	}
}

// redundancy says how much a degraded volume can still lose.
func (e *evidence) redundancy(f *finding) *finding {
	v := e.volume
	left, needed := v.HealthyReplicas(), max(1, v.Quorum)
	switch spare := left - needed; {
	case left == 1 && needed == 1:
		r := lastHealthy(v)
		f.risk(fmt.Sprintf("one copy is left, on node %s: if it is lost the data is lost or the volume is down", phrase.Code(r.Node)))
	case spare <= 0:
		f.risk("no other replica may be lost: the volume would stop serving")
	default:
		f.risk(fmt.Sprintf("%d more %s may be lost before the volume stops serving", spare, phrase.Pick(spare, "replica", "replicas")))
	}
	for i := range v.Replicas {
		r := &v.Replicas[i]
		if p := e.poolOf(v, r); p != nil && r.Health == models.Healthy && p.Limit > 0 {
			if share, ok := models.Percent(p.Used, p.Used+p.Free); ok && share >= p.Limit-5 && !p.ReadOnly {
				f.risk(fmt.Sprintf("pool %s, which holds a healthy replica, is %.0f %% used and turns read-only at %.0f %%", phrase.Code(p.Name), share, p.Limit))
			}
		}
		if n := e.findNode(r.Node); r.Health == models.Healthy && n != nil && n.Cordoned {
			f.risk(fmt.Sprintf("node %s, which holds a healthy replica, is cordoned: if it is being drained for maintenance, wait", phrase.Code(n.Name)))
		}
	}
	if v.Engine == models.CStor {
		f.risk("snapshots and resizes of it fail until all replicas are healthy")
	}
	return f
}

func lastHealthy(v *models.Volume) *models.Replica {
	return find(v.Replicas, func(r *models.Replica) bool { return r.Health == models.Healthy })
}
