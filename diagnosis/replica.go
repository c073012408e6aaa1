package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// replicaDown finds why a replica is not healthy. It always finds something to say; what it does not know is not known.
func (e *evidence) replicaDown(v *models.Volume, r *models.Replica) *finding {
	where := e.where(v, r)
	p := e.poolOf(v, r)
	if down := e.nodeDown(r.Node); down != nil {
		f := because(Certain, "%s is lost: %s", where, down.cause).link(replicaLink(v, r))
		if r.Backing != "" && r.State == "" {
			f.cause = fmt.Sprintf("%s is not connected: its PersistentVolume %s is pinned to a node that is lost: %s", where, phrase.Code(r.Backing), down.cause)
			f.link(Link{Kind: "PersistentVolume", Name: r.Backing, Field: "spec.nodeAffinity", Says: r.Node})
		}
		return f.from(down)
	}
	if p != nil && p.Health == models.Down {
		deeper := e.poolDown(p)
		if deeper == nil {
			deeper = because(NotKnown, "why is not known").link(poolLink(p))
		}
		f := because(Certain, "%s is lost: the pool is %s because %s", where, word(p.Health, p.State), deeper.cause)
		if deeper.certainty == NotKnown {
			f.cause = fmt.Sprintf("%s is lost: the pool is %s", where, word(p.Health, p.State))
			f.lack(fmt.Sprintf("why pool %s is %s: no condition, event or disk tells", phrase.Code(p.Name), word(p.Health, p.State)))
			deeper.certainty = Certain
		}
		return f.link(replicaLink(v, r)).from(deeper)
	}
	for _, find := range []func(*models.Volume, *models.Replica, *models.Pool, string) *finding{e.replicaRebuilds, e.replicaReadOnly, e.replicaPool, e.replicaPod, e.replicaReason} {
		if f := find(v, r, p, where); f != nil {
			f.chain = append([]Link{replicaLink(v, r)}, f.chain...)
			return f
		}
	}
	return because(NotKnown, "%s is %s%s%s", where, word(r.Health, r.State), since(r.Since), e.groundWords(p, r.Node)).link(replicaLink(v, r)).
		lack(fmt.Sprintf("why replica %s is %s: neither its pool, its node nor an event tells", phrase.Code(r.Name), word(r.Health, r.State)))
}

// groundWords says what of that which is under a replica works, as far as it is known.
func (e *evidence) groundWords(p *models.Pool, node string) string {
	var work []string
	if p != nil && p.Health == models.Healthy {
		work = append(work, "its pool")
	}
	if e.nodeWorks(node) {
		work = append(work, "its node")
	}
	if len(work) == 0 {
		return ""
	}
	return ", though " + phrase.And(work) + phrase.Pick(len(work), " works", " work")
}

// where names a replica by the place where it is.
func (e *evidence) where(v *models.Volume, r *models.Replica) string {
	switch {
	case v.Desired <= 1 && len(v.Replicas) == 1 && r.Pool != "":
		return fmt.Sprintf("its only replica (pool %s, node %s)", phrase.Code(r.Pool), phrase.Code(r.Node))
	case r.Pool != "" && r.Node != "":
		return fmt.Sprintf("its replica on pool %s (node %s)", phrase.Code(r.Pool), phrase.Code(r.Node))
	case r.Pool != "":
		return "its replica on pool " + phrase.Code(r.Pool)
	case r.Node != "" && r.Pod != "":
		return fmt.Sprintf("its replica %s (node %s)", phrase.Code(strings.TrimPrefix(r.Pod, v.Name+"-")), phrase.Code(r.Node))
	}
	return "its replica " + phrase.Code(strings.TrimPrefix(r.Name, v.Name+"-"))
}

// replicaRebuilds is for a replica whose data is being copied to it, which explains why it does not count.
func (e *evidence) replicaRebuilds(_ *models.Volume, r *models.Replica, p *models.Pool, where string) *finding {
	if r.Health != models.Rebuilding {
		return nil
	}
	f := because(Certain, "%s is being rebuilt%s", where, since(r.Since))
	if r.State == "ReconstructingNewReplica" {
		f.cause = where + " is new and is being filled" + since(r.Since)
	}
	if r.Progress >= 0 {
		f.cause += fmt.Sprintf(" and %.0f %% done", r.Progress)
	}
	f.lack("why replica " + phrase.Code(r.Name) + " has to be rebuilt: its last fault stands in no object any more")
	if p != nil && p.Health != models.Healthy {
		f.missing = nil
		f.cause += fmt.Sprintf(", and the pool is %s", word(p.Health, p.State))
		f.through(e.poolDown(p))
	}
	return f
}

func (e *evidence) replicaReadOnly(_ *models.Volume, _ *models.Replica, p *models.Pool, where string) *finding {
	if p == nil || !p.ReadOnly {
		return nil
	}
	f := because(Certain, "%s takes no writes: the pool is read-only", where).link(poolLink(p))
	if deeper := overThreshold(&evidence{inv: e.inv, pool: p}); deeper != nil {
		f.cause += ", since " + strings.Replace(deeper.cause, "it is", "the pool is", 1)
		f.from(deeper)
	}
	return f
}

// replicaPool is for a pool that works, but not well: it may be behind a replica that does not.
func (e *evidence) replicaPool(_ *models.Volume, r *models.Replica, p *models.Pool, where string) *finding {
	if p == nil || p.Health == models.Healthy {
		return nil
	}
	f := because(Likely, "%s is %s%s, and the pool is %s", where, word(r.Health, r.State), since(r.Since), word(p.Health, p.State))
	return f.through(e.poolDown(p))
}

// replicaPod is for a replica with a pod of its own, as Jiva's have.
func (e *evidence) replicaPod(v *models.Volume, r *models.Replica, _ *models.Pool, where string) *finding {
	if r.Pod == "" {
		return nil
	}
	for _, a := range e.agents(v.Engine, models.ReplicaAgent, v.Name) {
		if a.Name != r.Pod || a.Works() {
			continue
		}
		deeper := e.podBroken(a)
		return because(Certain, "%s is not connected: %s", where, deeper.cause).from(deeper)
	}
	return nil
}

// replicaReason takes the engine's own reason.
func (e *evidence) replicaReason(v *models.Volume, r *models.Replica, p *models.Pool, where string) *finding {
	switch {
	case says(r.Reason, "OutOfSpace", "NoSpace", "no space") || says(r.State, "OutOfSpace"):
		f := because(Certain, "%s ran out of space: its pool is full", where)
		if p != nil {
			f.link(spaceLink(p))
			f.cause += fmt.Sprintf(" (%s free of %s)", p.Free, p.Size)
		}
		return f
	case says(r.Reason, "io"):
		return because(Likely, "%s had I/O errors (%s)", where, r.Reason).
			lack("whether the disk or the network caused them stands in no object: see the io-engine's log on node " + r.Node)
	case r.Reason != "":
		return because(Likely, "%s is %s, and Mayastor gives the reason %s", where, r.State, r.Reason)
	case r.State == "NewReplicaDegraded":
		return because(Certain, "%s is new and holds no data yet: it counts when it is filled", where)
	}
	if a := e.poolPod(v, r); a != nil {
		deeper := e.podBroken(a)
		return because(Likely, "%s is %s, and %s", where, word(r.Health, r.State), deeper.cause).from(deeper)
	}
	return nil
}

func (e *evidence) poolPod(v *models.Volume, r *models.Replica) *models.Agent {
	if p := e.poolOf(v, r); p != nil {
		return e.storagePod(p)
	}
	return nil
}

// sick finds what is behind all replicas of a volume that are not healthy, replicas of one node told once; nil if all are
// healthy and all are there.
func (e *evidence) sick(v *models.Volume) *finding {
	var f *finding
	told := map[string]int{}
	var causes []string
	bad := filter(v.Replicas, func(r *models.Replica) bool { return r.Health != models.Healthy })
	slices.SortStableFunc(bad, func(x, y *models.Replica) int { return y.Health.Severity() - x.Health.Severity() })
	for _, r := range bad {
		deeper := e.replicaDown(v, r)
		if f == nil {
			f = &finding{certainty: Certain}
		}
		f.from(deeper)
		if place := r.Node; told[place] == 0 || place == "" {
			causes = append(causes, deeper.cause)
			told[place]++
		}
	}
	if n := v.Desired - len(v.Replicas); n > 0 && !v.Local() {
		if f == nil {
			f = &finding{certainty: Certain}
		}
		missing := e.tooFew(v, n)
		f.from(missing)
		causes = append(causes, missing.cause)
	}
	if f == nil {
		return nil
	}
	f.cause = strings.Join(causes, "; ")
	return f
}

// tooFew is for replicas that were never made, or were given up.
func (e *evidence) tooFew(v *models.Volume, n int) *finding {
	f := because(Likely, "%d of its %d replicas %s not exist", n, v.Desired, phrase.Pick(n, "does", "do"))
	if v.Engine == models.Mayastor {
		fits := e.fitting(v.Size, v.Thin, v)
		if len(fits.fit) == 0 {
			f = because(Certain, "%d of its %d replicas %s not exist, and no pool can take another: %s", n, v.Desired, phrase.Pick(n, "does", "do"), phrase.Few(fits.why, 6))
			f.link(fits.links...)
			f.do = append(f.do, Command{Why: "make room in one of these pools, or add a DiskPool on another node: Mayastor then makes the replica by itself"})
		} else {
			f.lack("by now " + phrase.Few(fits.fit, 3) + " could take another: Mayastor should make it by itself")
		}
	}
	if v.Engine == models.Jiva {
		for _, a := range e.agents(v.Engine, models.ReplicaAgent, v.Name) {
			if !a.Works() {
				return f.through(e.podBroken(a))
			}
		}
	}
	return f
}
