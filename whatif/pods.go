package whatif

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Move is a pod that uses storage and has to leave a node.
type Move struct {
	Pod   *models.Pod
	Stuck string // why it cannot start elsewhere; "" if nothing that is known hinders it
	Down  bool   // a volume of it is down as it is, so that it loses nothing
	Bare  bool   // nobody owns it, so nobody makes it anew
}

// moves says what becomes of the pods on the nodes that go away. Those of DaemonSets stay with their node.
func (s *simulation) moves(effects []Effect) []Move {
	stopped := map[string]string{} // why, by volume
	for _, e := range effects {
		if e.Change >= Stops && !(e.Later && s.loss.Event == Drain) {
			stopped[e.Volume.Name] = e.Why
		}
	}
	nowhere := s.nowhere()
	var stuck, free []Move
	for i := range s.inv.Pods {
		p := &s.inv.Pods[i]
		if !s.nodeGone(p.Node) || !s.uses(p) || strings.HasPrefix(p.Workload, "DaemonSet/") || p.State == "Completed" || p.State == "Succeeded" {
			continue
		}
		m := Move{Pod: p, Stuck: nowhere, Bare: strings.HasPrefix(p.Workload, "Pod/")}
		for _, name := range p.Volumes {
			v := s.volume(name)
			why, stops := stopped[name]
			m.Down = m.Down || v != nil && v.Health == models.Down
			if v == nil || !stops {
				continue
			}
			m.Stuck = phrase.Code(v.KnownAs()) + ": " + why
			if v.Local() {
				break // nothing but its node will do
			}
		}
		if m.Stuck != "" {
			stuck = append(stuck, m)
		} else {
			free = append(free, m)
		}
	}
	return append(stuck, free...)
}

// uses reports whether a pod uses one of the volumes that are asked about.
func (s *simulation) uses(p *models.Pod) bool {
	return s.loss.Only == nil || slices.ContainsFunc(p.Volumes, func(name string) bool {
		v := s.volume(name)
		return v != nil && s.loss.Only(v)
	})
}

// Takes says why a node takes no new pods; "" if it does, as far as is known.
func Takes(n *models.Node) string {
	switch {
	case !n.Ready:
		return phrase.Code(n.Name) + " is not ready"
	case n.Cordoned:
		return phrase.Code(n.Name) + " is cordoned"
	case slices.ContainsFunc(n.Taints, forbids):
		return phrase.Code(n.Name) + " has a taint"
	}
	return ""
}

func forbids(taint string) bool {
	return strings.HasSuffix(taint, ":NoSchedule") || strings.HasSuffix(taint, ":NoExecute")
}

// nowhere says why no other node takes pods; "" if one does.
func (s *simulation) nowhere() string {
	var reasons []string
	for i := range s.inv.Nodes {
		n := &s.inv.Nodes[i]
		if s.nodeGone(n.Name) {
			continue
		}
		why := Takes(n)
		if why == "" {
			return ""
		}
		reasons = append(reasons, why)
	}
	if len(reasons) == 0 {
		return "there is no other node"
	}
	return "no other node takes it: " + strings.Join(reasons, ", ")
}
