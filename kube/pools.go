package kube

import (
	"github.com/mulebot/mulebot/models"
)

// addPool lists a pool and makes it findable.
func (b *builder) addPool(p models.Pool) {
	k := poolKey(p.Engine, p.Node, p.Name)
	if _, twice := b.pools[k]; twice {
		return
	}
	b.pools[k] = len(b.inv.Pools)
	b.inv.Pools = append(b.inv.Pools, p)
}

// pool returns a pool, or nil.
func (b *builder) pool(engine models.Engine, node, name string) *models.Pool {
	if at, ok := b.pools[poolKey(engine, node, name)]; ok {
		return &b.inv.Pools[at]
	}
	return nil
}

// distrust lowers the health of a pool to down where its node or the pod that serves it does not work, whatever it says of
// itself. A pool that says so itself gets the note all the same: it is the reason.
func (b *builder) distrust(p *models.Pool, says, podTrouble string) {
	for _, trouble := range []string{b.nodeTrouble(p.Node), podTrouble} {
		if trouble == "" {
			continue
		}
		word := ", but its "
		if p.Health == models.Down {
			word = "; its "
		}
		p.Notes = append(p.Notes, says+word+trouble)
		fall(&p.Health, &p.Since, models.Down, b.lost(p.Node))
		return
	}
}

// agentSilent notes on a pool that the agent which reports its figures does not work.
func (b *builder) agentSilent(p *models.Pool, agent string) {
	if trouble := b.podTrouble(agent + p.Node); trouble != "" && p.Health != models.Down {
		p.Notes = append(p.Notes, "these figures may be old: the agent that reports them does not work: "+trouble)
	}
}
