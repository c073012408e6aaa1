package diagnosis

import (
	"fmt"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// nearlyFull is the share of a pool in percent from which it is said to be full where nothing tells another.
const nearlyFull = 85

// full words how full a pool is, if it is nearly full or was asked about.
func full(e *evidence) string {
	p := e.pool
	share, ok := models.Percent(p.Used, p.Size)
	limit := float64(nearlyFull)
	if p.Limit > 0 {
		limit = min(limit, p.Limit-10)
	}
	if !ok || share < limit && e.asked != Space {
		return ""
	}
	text := fmt.Sprintf("is %.0f %% used (%s free of %s", share, p.Free, p.Size)
	if p.Limit > 0 {
		text += fmt.Sprintf("; it turns read-only at %.0f %%", p.Limit)
	}
	return text + ")"
}

// ofThinPool is for a volume group without free space that is none the fuller for it: a thin pool has it all.
func ofThinPool(e *evidence) *finding {
	p := e.pool
	thin := find(e.inv.Pools, func(t *models.Pool) bool { return t.Group == p.Name && t.Node == p.Node && t.Engine == models.LVM })
	if p.Engine != models.LVM || thin == nil || p.Free > p.Size/20 {
		return nil
	}
	f := because(NoFault, "its space is given to the thin pool %s, which has %s of %s free: thin volumes are judged by that, thick ones find no room", phrase.Code(thin.Name), thin.Free, thin.Size)
	if share, ok := models.Percent(thin.Used, thin.Size); ok && share >= nearlyFull {
		f = because(Certain, "its space is given to the thin pool %s, which is %.0f %% used itself", phrase.Code(thin.Name), share)
	}
	return f.link(spaceLink(thin))
}

// fills says which volumes take the space of a pool.
func fills(e *evidence) *finding {
	p := e.pool
	names, sum := e.takers(p)
	f := because(Likely, "no volume that I know of takes its space")
	if len(names) > 0 {
		f = because(Certain, "%d %s data in it: %s", len(names), phrase.Pick(len(names), "volume has", "volumes have"), phrase.Few(names, 4))
		if p.Used.IsKnown() && sum < p.Used*7/10 {
			f.certainty = Likely
			f.lack(fmt.Sprintf("these explain %s of the %s used; the rest may be snapshots, deleted data that is not freed, or data that OpenEBS does not know of", sum, p.Used))
		}
	} else {
		f.lack(fmt.Sprintf("what takes %s is not known: it may be data that OpenEBS does not know of", p.Used))
	}
	f.link(spaceLink(p))
	if share, ok := models.Percent(p.Committed, p.Size); ok && share > 100 {
		f.risk(fmt.Sprintf("it is over-committed: thin volumes were promised %s, %.0f %% of its size", p.Committed, share))
	}
	return e.fullRisks(f)
}

// takers names the volumes that have data in a pool, with what each takes of it, and adds that up.
func (e *evidence) takers(p *models.Pool) ([]string, models.Bytes) {
	var names []string
	var sum models.Bytes
	for _, v := range e.held(p) {
		takes, word := v.Size, ""
		for _, r := range v.Replicas {
			if r.Pool == p.Name && r.Used.IsKnown() && v.Thin || r.Pool == p.Name && r.Used.IsKnown() && v.Engine == models.CStor {
				takes, word = r.Used, " used"
			}
		}
		if takes.IsKnown() {
			sum += takes
		}
		names = append(names, fmt.Sprintf("%s (%s%s)", phrase.Code(v.KnownAs()), takes, word))
	}
	return names, sum
}

// fullRisks says what happens when the pool fills up, which differs by engine, and what makes room.
func (e *evidence) fullRisks(f *finding) *finding {
	p := e.pool
	switch {
	case p.Engine == models.CStor && p.Limit > 0:
		f.risk(fmt.Sprintf("at %.0f %% it turns read-only (spec.poolConfig.roThresholdLimit), and so do its replicas", p.Limit))
	case p.Engine == models.Mayastor:
		f.risk("when it is full, thin replicas on it fault with OutOfSpace, and no new replica or snapshot fits")
	case p.Engine == models.LVM && p.Group != "":
		f.risk("when a thin pool is full, all of its volumes stop taking writes at once")
	default:
		f.risk(fmt.Sprintf("claims, resizes and snapshots that need more than %s on node %s fail", p.Free, p.Node))
	}
	f.run("see the volumes, the biggest first", "kubectl get pv --sort-by=.spec.capacity.storage")
	f.do = append(f.do, Command{Why: "make room: delete what is not needed there (released volumes and old snapshots first), move a volume, or add a disk to " + phrase.Code(p.Name)})
	return f
}

// overThreshold is cStor's limit, at which a pool takes no more writes.
func overThreshold(e *evidence) *finding {
	p := e.pool
	share, ok := models.Percent(p.Used, p.Used+p.Free)
	if !ok || p.Limit == 0 {
		return nil
	}
	c := Certain
	if share < p.Limit {
		c = Likely
	}
	l := poolLink(p)
	l.Field, l.Says = "status.readOnly", "true"
	f := because(c, "it is %.0f %% used, and at %.0f %% a cStor pool takes no more writes (spec.poolConfig.roThresholdLimit)", share, p.Limit).link(l, spaceLink(p))
	if c == Likely {
		f.lack(fmt.Sprintf("its figures say %.0f %% now, which is below the limit: they may have changed since", share))
	}
	if ev := e.warned("CStorPoolInstance", "", p.Name); ev != nil {
		f.link(eventLink(ev))
	}
	if held := e.held(p); len(held) > 0 {
		f.risk("writes to these replicas fail: " + phrase.Few(volumeNames(held), 8))
	}
	f.run("see the pool", "kubectl -n %s describe cstorpoolinstance %s", e.namespace(models.CStor), p.Name)
	f.do = append(f.do, Command{Why: "make room in it (delete old snapshots and volumes) or add disks to its CStorPoolCluster " + phrase.Code(p.Group) + "; it takes writes again below the limit"})
	return f
}
