package diagnosis

import (
	"fmt"
	"slices"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// slowRebuild is the age from which a rebuild is said to take long.
const slowRebuild = 12 * time.Hour

// rebuildRules say how a rebuild goes and what slows it down.
func rebuildRules() []rule {
	return []rule{
		{"no source", func(e *evidence) *finding {
			if len(e.volume.Replicas) == 0 || e.volume.HealthyReplicas() > 0 {
				return nil
			}
			return because(Certain, "no replica is healthy to rebuild from").link(replicaLinks(e.volume)...)
		}},
		{"pool in the way", func(e *evidence) *finding {
			for _, r := range e.rebuilt() {
				p := e.poolOf(e.volume, r)
				if p == nil || p.Health == models.Healthy && !p.ReadOnly {
					continue
				}
				deeper := e.poolDown(p)
				f := because(Likely, "%s is rebuilt on a pool that is %s", e.where(e.volume, r), word(p.Health, p.State)).link(replicaLink(e.volume, r), poolLink(p))
				if deeper != nil {
					f.through(deeper)
				}
				return e.redundancy(f)
			}
			return nil
		}},
		{"several at once", func(e *evidence) *finding {
			for _, r := range e.rebuilt() {
				others := e.rebuildsOn(r)
				if len(others) == 0 {
					continue
				}
				deeper := e.replicaDown(e.volume, r)
				f := because(Certain, "%s; %d other %s rebuilt on the same pool at once, which shares its bandwidth: %s", deeper.cause, len(others),
					phrase.Pick(len(others), "volume is", "volumes are"), phrase.Few(others, 4)).from(deeper)
				return e.redundancy(e.age(f, r))
			}
			return nil
		}},
		{"under way", func(e *evidence) *finding {
			sick := e.sick(e.volume)
			if sick == nil {
				return nil
			}
			f := because(Certain, "%s", sick.cause).from(sick)
			for _, r := range e.rebuilt() {
				e.age(f, r)
			}
			return e.redundancy(f)
		}},
	}
}

func replicaLinks(v *models.Volume) []Link {
	var all []Link
	for i := range v.Replicas {
		all = append(all, replicaLink(v, &v.Replicas[i]))
	}
	return all
}

func (e *evidence) rebuilt() []*models.Replica {
	return filter(e.volume.Replicas, func(r *models.Replica) bool { return r.Health == models.Rebuilding })
}

// rebuildsOn returns the other volumes that are rebuilt on a replica's pool.
func (e *evidence) rebuildsOn(r *models.Replica) []string {
	var names []string
	for i := range e.inv.Volumes {
		v := &e.inv.Volumes[i]
		if v.Name != e.volume.Name && r.Pool != "" && slices.ContainsFunc(v.Replicas, func(o models.Replica) bool {
			return o.Health == models.Rebuilding && o.Pool == r.Pool && o.Node == r.Node
		}) {
			names = append(names, phrase.Code(v.KnownAs()))
		}
	}
	return names
}

// age says how long a rebuild has been going on, and that one look does not tell its speed.
func (e *evidence) age(f *finding, r *models.Replica) *finding {
	if !r.Since.IsZero() && e.inv.AsOf.Sub(r.Since) > slowRebuild {
		f.risk(fmt.Sprintf("it has been going on for %.0f hours, which is long: compare its progress an hour from now", e.inv.AsOf.Sub(r.Since).Hours()))
	}
	if r.Progress < 0 {
		f.lack("how far the rebuild is: " + e.volume.Engine.Title() + " does not report it in its objects")
	} else {
		f.lack("how fast it goes: one look does not tell; ask again later and compare")
	}
	return f
}
