package answer

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// restarts says whether pods would start again if they ended.
func restarts(req Request, rows []record) models.Reply {
	return starts(req, rows, func(r *record) whatif.Start {
		return whatif.Starts(r.from.Inventory, r.item.(*models.Pod))
	}, func(s *whatif.Start) string {
		if s.Pinned != "" {
			return "can start again, on " + phrase.Code(s.Pinned) + " only, where the volume is local"
		}
		return "can start again, on " + phrase.Either(len(s.Nodes) == 1, "", "any of ") + phrase.Few(phrase.Codes(s.Nodes), 3)
	})
}

// moves says whether pods could run on other nodes: on those that the query names, or on any.
func moves(req Request, rows []record) models.Reply {
	targets := valuesOf(req.Query, "target")
	return starts(req, rows, func(r *record) whatif.Start {
		p := r.item.(*models.Pod)
		on := targets
		if len(on) == 0 {
			on = otherNodes(r.from.Inventory, p.Node)
		}
		return whatif.Starts(r.from.Inventory, p, on...)
	}, func(s *whatif.Start) string {
		if slices.Contains(s.Nodes, s.Pod.Node) {
			return "runs on " + phrase.Code(s.Pod.Node) + " already"
		}
		return "can move from " + phrase.Code(s.Pod.Node) + " to " + phrase.Either(len(s.Nodes) == 1, "", "any of ") + phrase.Few(phrase.Codes(s.Nodes), 5)
	})
}

func otherNodes(inv *models.Inventory, node string) []string {
	var names []string
	for i := range inv.Nodes {
		if n := inv.Nodes[i].Name; n != node {
			names = append(names, n)
		}
	}
	return names
}

// starts judges pods and words the answer: those that would not start come first.
func starts(req Request, rows []record, judge func(*record) whatif.Start, fine func(*whatif.Start) string) models.Reply {
	rep := reply(req, &podSchema)
	var bad, ways, care, reach []string
	good := map[string][]string{} // by what they can do
	var cells [][]string
	var health []models.Health
	for i := range rows {
		p := rows[i].item.(*models.Pod)
		s := judge(&rows[i])
		name := phrase.Scoped(p.Namespace, p.Name) + phrase.Either(len(req.Inventories) > 1, " (on "+rows[i].from.Cluster+")", "")
		row := []string{strings.ReplaceAll(name, "`", ""), p.Node, phrase.Either(s.Stuck == "", strings.Join(window(s.Nodes, 0, 6), ", "), "nowhere"), strings.ReplaceAll(strings.Join(append(nonEmpty([]string{s.Stuck}), s.Care...), "; "), "`", "")}
		if s.Stuck != "" {
			bad = append(bad, name+" ("+s.Stuck+")")
			health = append(health, models.Down)
		} else {
			way := fine(&s)
			if good[way] == nil {
				ways = append(ways, way)
			}
			good[way] = append(good[way], name)
			health = append(health, map[bool]models.Health{true: models.Degraded, false: models.Healthy}[len(s.Care) > 0])
		}
		cells = append(cells, row)
		care = append(care, s.Care...)
		reach = append(reach, reaches(rows[i].from.Inventory, p)...)
	}
	for i, way := range ways {
		ways[i] = phrase.Few(good[way], 4) + " " + way
	}
	switch {
	case len(bad) > 0:
		rep.Text = "No: " + phrase.Count(len(bad), "pod could", "pods could") + " not: " + phrase.Few(bad, 5) + "." + phrase.Either(len(ways) > 0, " "+phrase.Few(ways, 4)+".", "")
	default:
		rep.Text = phrase.Either(len(care) > 0, "Yes, but: ", "Yes: ") + phrase.Few(ways, 4) + "."
	}
	if care = phrase.Distinct(care); len(care) > 0 {
		rep.Text += " Know first: " + phrase.Few(care, 5) + "."
	}
	if reach = phrase.Distinct(reach); len(reach) > 0 {
		rep.Text += " " + strings.Join(reach, " ")
	}
	rep.Table = table([]string{"Pod", "Node", "Could run on", "Why"}, cells, health)
	rep.Notes = append(rep.Notes, "I judge by storage and by the nodes being ready and open: affinities, tolerations, resources and PodDisruptionBudgets I do not know.")
	return rep
}

// reaches says how a pod reaches its volumes from another node.
func reaches(inv *models.Inventory, p *models.Pod) []string {
	var all []string
	for _, name := range p.Volumes {
		v := inv.Volume(name)
		if v == nil || v.Local() {
			continue
		}
		way := map[models.Engine]string{models.Mayastor: "NVMe over TCP", models.CStor: "iSCSI", models.Jiva: "iSCSI"}[v.Engine]
		if way != "" {
			all = append(all, v.Engine.Title()+"'s volumes are reached over the network ("+way+") from any node: their replicas stay where they are.")
		}
		if t := whatif.Tolerate(inv, v); t.Spare == 0 && len(t.Single) > 0 && t.Single[0].Stops() {
			all = append(all, phrase.Code(v.KnownAs())+" depends on "+placeOf(&t.Single[0])+" wherever its pod runs.")
		}
	}
	return all
}
