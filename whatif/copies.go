package whatif

import (
	"fmt"
	"slices"

	"github.com/mulebot/mulebot/models"
)

// Recopy is what another number of replicas would mean for a volume.
type Recopy struct {
	Volume   *models.Volume
	From, To int
	Each     models.Bytes // that one copy takes of its pool; UnknownBytes if that is not known
	Grows    bool         // a copy takes what is written, up to the size of the volume
	Cannot   string       // why its engine or its state does not let the number change
	Spots    []Spot       // pools without a copy of it, and whether they take one, the fitting ones first
	Nodes    int          // distinct nodes among those that take one
	Needed   int          // healthy copies to be read and written, of the new number
	Healthy  int          // copies that are healthy now
}

// Raw is what the copies take of their pools, of so many.
func (r *Recopy) Raw(copies int) models.Bytes {
	if !r.Each.IsKnown() {
		return models.UnknownBytes
	}
	return r.Each * models.Bytes(copies)
}

// Fits reports whether there is a pool on a node of its own for each further copy.
func (r *Recopy) Fits() bool { return r.Nodes >= r.To-r.From }

// Spare is how many copies the volume can lose, of so many healthy ones where each needs a quorum of its own.
func (r *Recopy) Spare() int { return max(0, r.To-r.Needed) }

// Copied says what it would mean for a volume to have so many replicas.
func Copied(inv *models.Inventory, v *models.Volume, to int) Recopy {
	r := Recopy{Volume: v, From: max(v.Desired, 1), To: to, Each: v.Size, Needed: neededOf(v, to)}
	r.Healthy, _ = Copies(v)
	if v.Thin || v.Engine == models.CStor || v.Engine == models.Jiva {
		r.Each, r.Grows = written(v), true
	}
	r.Cannot = fixed(v, to)
	if v.Local() || to <= r.From || v.Engine == models.Jiva {
		return r
	}
	want := Want{Engine: v.Engine, Size: r.Each, Replicas: 1, Pool: groupOf(inv, v)}
	if v.Engine == models.Mayastor {
		want.Thin, want.Size = &v.Thin, v.Size
	}
	if i := slices.IndexFunc(inv.StorageClasses, func(c models.StorageClass) bool { return c.Name == v.StorageClass }); i >= 0 {
		want.Unjudged = inv.StorageClasses[i].Unjudged()
	}
	if !want.Size.IsKnown() {
		want.Size = v.Size
	}
	taken := map[string]bool{}
	for _, replica := range v.Replicas {
		taken[replica.Node] = true
	}
	nodes := map[string]bool{}
	for _, s := range Place(inv, want).Spots {
		if taken[s.Pool.Node] {
			continue
		}
		r.Spots = append(r.Spots, s)
		if s.Fit > Cannot {
			nodes[s.Pool.Node] = true
		}
	}
	r.Nodes = len(nodes)
	return r
}

// neededOf is the quorum of a volume that has so many replicas.
func neededOf(v *models.Volume, replicas int) int {
	if v.Engine == models.CStor || v.Engine == models.Jiva {
		return replicas/2 + 1
	}
	return 1
}

// written is what a copy of a volume takes that reserves nothing: the most that one of its replicas does.
func written(v *models.Volume) models.Bytes {
	most := models.UnknownBytes
	for _, r := range v.Replicas {
		for _, used := range []models.Bytes{r.Used, r.Occupied} {
			if used.IsKnown() && used > 0 && r.Health == models.Healthy {
				most = max(most, used)
				break
			}
		}
	}
	if most <= 0 {
		return v.Used
	}
	return most
}

// groupOf is the pool cluster that the replicas of a volume of cStor's are spread in; "" for other engines.
func groupOf(inv *models.Inventory, v *models.Volume) string {
	if v.Engine != models.CStor {
		return ""
	}
	for _, p := range holding(inv, v) {
		return p.Group
	}
	return ""
}

// fixed says why the number of a volume's replicas cannot become another.
func fixed(v *models.Volume, to int) string {
	switch {
	case v.Local():
		return v.Engine.Title() + " keeps a single copy, on one node, and has no replicas: more copies take another engine, or an application that replicates by itself"
	case v.Engine == models.OtherCSI:
		return "how the driver " + v.Driver + " keeps copies is not known"
	case to < 1:
		return "a volume has one copy at least"
	case v.Engine == models.Jiva && to < v.Desired:
		return "Jiva adds replicas (spec.desiredReplicationFactor of its JivaVolume) and takes none away"
	case v.Health == models.Down:
		return "it is down now: there is no healthy copy to go by"
	case to < v.Desired && !slices.ContainsFunc(v.Replicas, func(r models.Replica) bool { return r.Health == models.Healthy }):
		return fmt.Sprintf("none of its %d replicas is healthy", len(v.Replicas))
	}
	return ""
}
