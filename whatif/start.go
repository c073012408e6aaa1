package whatif

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Start is whether a pod would start again after it has ended, and where.
type Start struct {
	Pod    *models.Pod
	Nodes  []string // that it could start on, as far as its storage and the nodes say
	Pinned string   // the node that a local volume holds it to; "": none does
	By     string   // that volume
	Stuck  string   // why it would not start; "" if nothing that is known hinders it
	Care   []string // what to know first
}

// Starts says whether a pod would start again: on one of the nodes that are given or, if none is, on any.
func Starts(inv *models.Inventory, p *models.Pod, on ...string) Start {
	s := Start{Pod: p}
	for _, name := range p.Volumes {
		if v := inv.Volume(name); v != nil {
			s.mounts(v)
		}
	}
	var refusals []string
	for i := range inv.Nodes {
		n := &inv.Nodes[i]
		if len(on) > 0 && !slices.Contains(on, n.Name) || s.Pinned != "" && n.Name != s.Pinned {
			continue
		}
		if why := cmp.Or(Takes(n), s.cannotMount(inv, n)); why != "" {
			refusals = append(refusals, why)
			continue
		}
		s.Nodes = append(s.Nodes, n.Name)
	}
	switch {
	case s.Stuck != "":
	case s.Pinned != "" && len(on) > 0 && !slices.Contains(on, s.Pinned):
		s.Stuck = "its volume " + s.By + " is local to " + phrase.Code(s.Pinned) + ", and its data is nowhere else"
	case len(s.Nodes) > 0:
	case len(refusals) > 0:
		s.Stuck = phrase.Either(s.Pinned != "", "its volume "+s.By+" is local to "+phrase.Code(s.Pinned)+", and ", "") + strings.Join(refusals, ", ")
	case s.Pinned != "":
		s.Stuck = "its volume " + s.By + " is local to " + phrase.Code(s.Pinned) + ", which is no node of this cluster"
	default:
		s.Stuck = "there is no such node"
	}
	return s
}

// cannotMount says which engine of the pod's volumes has nothing on a node that mounts them; "" if all have, as far as is known.
func (s *Start) cannotMount(inv *models.Inventory, n *models.Node) string {
	for _, name := range s.Pod.Volumes {
		v := inv.Volume(name)
		if v == nil {
			continue
		}
		known, there := false, false
		for i := range inv.Agents {
			a := &inv.Agents[i]
			if a.Role == models.NodeAgent && a.Engine == v.Engine {
				known, there = true, there || a.Node == n.Name && a.Works()
			}
		}
		if known && !there {
			return "on " + phrase.Code(n.Name) + " no node agent of " + v.Engine.Title() + " works, which would mount it"
		}
	}
	return ""
}

// mounts judges one volume of the pod.
func (s *Start) mounts(v *models.Volume) {
	name := phrase.Code(v.KnownAs())
	if v.Local() {
		s.Pinned, s.By = v.Node, name
		if v.Node == "" {
			s.Care = append(s.Care, "which node holds "+name+", and nothing but that will do, is not known")
		}
	}
	switch {
	case v.Health == models.Down || v.Health == models.Awaiting:
		s.Stuck = "its volume " + name + " is " + string(v.Health)
	case v.Health == models.ReadOnly:
		s.Care = append(s.Care, name+" is read-only: what has to write to it does not come up")
	case v.Health == models.Unknown:
		s.Care = append(s.Care, "how "+name+" is, is not known")
	case v.Health == models.Degraded:
		s.Care = append(s.Care, name+" is degraded and serves on")
	}
}
