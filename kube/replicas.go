package kube

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
)

func sortReplicas(v *models.Volume) {
	slices.SortFunc(v.Replicas, func(x, y models.Replica) int {
		return cmp.Or(strings.Compare(x.Node, y.Node), strings.Compare(x.Pool, y.Pool), strings.Compare(x.Name, y.Name))
	})
	for _, r := range v.Replicas {
		if r.Pool != "" && !slices.Contains(v.Pools, r.Pool) {
			v.Pools = append(v.Pools, r.Pool)
		}
	}
}

// judgeReplicas lowers the health of a volume to what its replicas, judged before, allow: quorum of them must serve. It
// never raises it. says is what the engine's object says of the volume, and word translates the engine's states.
func judgeReplicas(v *models.Volume, says string, quorum int, word func(string) models.Health) {
	healthy, serving, readable := 0, 0, 0
	var bad []string
	for _, r := range v.Replicas {
		switch r.Health {
		case models.Healthy:
			healthy++
			serving++
		case models.Rebuilding, models.Degraded:
			if r.State != "NewReplicaDegraded" && r.State != "ReconstructingNewReplica" {
				serving++
			}
		case models.ReadOnly:
			readable++
		}
		if r.Health != models.Healthy {
			bad = append(bad, describeReplica(r, word(r.State) == r.Health))
		}
	}
	missing := v.Desired - len(v.Replicas)
	if missing > 0 {
		bad = append(bad, fmt.Sprintf("%d of %d does not exist", missing, v.Desired))
	}
	health := models.Healthy
	switch {
	case healthy >= v.Desired:
	case serving >= quorum:
		health = models.Degraded
	case serving+readable >= quorum:
		health = models.ReadOnly
	default:
		health = models.Down
	}
	switch {
	case health.Severity() > v.Health.Severity():
		v.Notes = append(v.Notes, fmt.Sprintf("%s, but only %d of %d replicas are healthy: %s", says, healthy, v.Desired, strings.Join(bad, "; ")))
		v.Health, v.Since = health, fallen(v)
	case len(bad) > 0:
		v.Notes = append(v.Notes, fmt.Sprintf("%d of %d replicas are healthy: %s", healthy, v.Desired, strings.Join(bad, "; ")))
	}
}

// fallen returns when the last of the replicas that are not healthy became so; zero if that is not known of all.
func fallen(v *models.Volume) time.Time {
	var last time.Time
	for _, r := range v.Replicas {
		switch {
		case r.Health == models.Healthy:
		case r.Since.IsZero():
			return time.Time{}
		case r.Since.After(last):
			last = r.Since
		}
	}
	if len(v.Replicas) < v.Desired {
		return time.Time{}
	}
	return last
}

// describeReplica says in a few words what is the matter with a replica. Since when holds only if its state is believed.
func describeReplica(r models.Replica, believed bool) string {
	where := r.Pool
	if where == "" {
		where = r.Name
	}
	text := fmt.Sprintf("the one on `%s`", where)
	if r.Node != "" {
		text += fmt.Sprintf(" (node `%s`)", r.Node)
	}
	text += " is " + string(r.Health)
	if r.Progress >= 0 {
		text += fmt.Sprintf(", %.0f %% done", r.Progress)
	}
	if believed {
		text += since(r.Since)
	}
	if len(r.Notes) > 0 {
		text += ": " + r.Notes[0]
	}
	return text
}

// distrustReplica lowers the health of a replica to that of the pool and the node that it is on.
func (b *builder) distrustReplica(r *models.Replica, engine models.Engine, says string) {
	p := b.pool(engine, r.Node, r.Pool)
	trouble, at := b.nodeTrouble(r.Node), b.lost(r.Node)
	switch {
	case trouble != "":
		trouble = "its " + trouble
	case p != nil && p.Health == models.Down:
		trouble, at = fmt.Sprintf("its pool `%s` is down", r.Pool), p.Since
		if mayastorHealth(p.State) == models.Down || cstorHealth(p.State) == models.Down {
			trouble = fmt.Sprintf("its pool `%s` is %s", r.Pool, p.State)
		}
	case p != nil && p.ReadOnly:
		r.Notes = append(r.Notes, fmt.Sprintf("its pool `%s` is read-only", r.Pool))
		fall(&r.Health, &r.Since, models.ReadOnly, p.Since)
		return
	default:
		return
	}
	if r.Health == models.Down {
		r.Notes = append(r.Notes, trouble)
	} else {
		r.Notes = append(r.Notes, says+", but "+trouble)
	}
	fall(&r.Health, &r.Since, models.Down, at)
}
