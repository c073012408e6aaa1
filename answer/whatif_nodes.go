package answer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// Cordon is the field of a query that asks what a cordon would do, which is nothing to what runs.
const Cordon = "cordon"

// Uncordon is the field of a query that asks what the end of a cordon would do.
const Uncordon = "uncordon"

// everyNode simulates an event on each node by itself, "which nodes can I drain?", or on every two of them at once.
func everyNode(req Request, event whatif.Event) (models.Reply, error) {
	together, _ := wanted(req.Query, Together)
	if together == 2 {
		if rep, ok, err := everyPair(req, event); ok || err != nil {
			return rep, err
		}
	}
	rep := reply(req, &nodeSchema)
	byVerdict := map[whatif.Verdict][]string{}
	t := &models.Table{Columns: []models.Column{{Key: "name", Title: "Node"}, {Key: "verdict", Title: "Verdict"}, {Key: "down", Title: "Go down", Right: true},
		{Key: "readonly", Title: "Read-only", Right: true}, {Key: "thinned", Title: "Lose a copy", Right: true}, {Key: "stuck", Title: "Pods that cannot move", Right: true}}}
	several := len(req.Inventories) > 1
	if several {
		t.Columns = append(t.Columns[:1:1], append([]models.Column{{Key: clusterField.key, Title: clusterField.title}}, t.Columns[1:]...)...)
	}
	var rows []record
	for _, inv := range req.Inventories {
		only, err := among(req.Query, inv)
		if err != nil {
			return models.Reply{}, err
		}
		from := newSource(inv)
		for i := range inv.Nodes {
			n := &inv.Nodes[i]
			loss := whatif.Loss{Event: event, Nodes: []string{n.Name}}
			if only != nil {
				loss.Only = func(v *models.Volume) bool { return only[v] }
			}
			o := whatif.Simulate(inv, loss)
			name := phrase.Code(n.Name)
			if only != nil && len(o.Of(whatif.Stops)) > 0 {
				s := supposed{from, loss, o}
				name += " (" + s.names(o.Of(whatif.Stops), false) + ")"
			}
			if several {
				name += " (on " + inv.Cluster + ")"
			}
			byVerdict[o.Verdict] = append(byVerdict[o.Verdict], name)
			t.Rows = append(t.Rows, nodeRow(inv, n, &o, several))
			rows = append(rows, record{from, n})
		}
	}
	t.Total = len(t.Rows)
	rep.Table = t
	rep.Text = hedge(tooMany(int(together))+nodesText(event, byVerdict), &volumeSchema, req.Inventories)
	rep.Notes = append(rep.Notes, "Each node is judged by itself, as things are now, and by its storage alone; ask “can I drain NODE?” for names and reasons.",
		"I know no PodDisruptionBudgets, tolerations, affinities and no pods without claims.")
	rep.Notes = append(rep.Notes, unseenPods(req.Inventories)...)
	rep.Dialogue.Listed = listed(&nodeSchema, rows)
	return rep, nil
}

// unseenPods says how nodes are judged where pods could not be read.
func unseenPods(inventories []*models.Inventory) []string {
	if !slices.ContainsFunc(inventories, func(inv *models.Inventory) bool { return inv.Unread["Pod"] }) {
		return nil
	}
	return []string{"Where pods could not be read, whether a volume is in use is not known, and neither is which targets run on a node: every volume that is bound to a claim counts as in use."}
}

func nodeRow(inv *models.Inventory, n *models.Node, o *whatif.Outcome, several bool) []models.Cell {
	word, health := safetyOf(o.Verdict)
	row := []models.Cell{{Text: n.Name, Value: n.Name}}
	if several {
		row = append(row, models.Cell{Text: inv.Cluster, Value: inv.Cluster})
	}
	row = append(row, models.Cell{Text: word, Value: word, Health: health})
	for _, count := range []int{len(o.Of(whatif.Stops)), len(o.Of(whatif.Freezes)), len(o.Of(whatif.Thins)), stuckPods(o)} {
		row = append(row, models.Cell{Text: strconv.Itoa(count), Value: int64(count)})
	}
	return row
}

// safetyOf words a verdict for a table.
func safetyOf(v whatif.Verdict) (string, models.Health) {
	switch v {
	case whatif.Yes:
		return "yes", models.Healthy
	case whatif.YesBut:
		return "with care", models.Degraded
	}
	return "no", models.Down
}

// stuckPods counts the pods that run now and cannot start elsewhere.
func stuckPods(o *whatif.Outcome) int {
	stuck := 0
	for _, m := range o.Moves {
		if m.Stuck != "" && !m.Down {
			stuck++
		}
	}
	return stuck
}

// undergone words what is done to nodes, behind "can be".
var undergone = map[whatif.Event]string{whatif.Drain: "drained", whatif.Reboot: "away for a while", whatif.Fail: "lost", whatif.Wipe: "wiped"}

func nodesText(event whatif.Event, by map[whatif.Verdict][]string) string {
	what := undergone[event]
	text := ""
	if all := by[whatif.Yes]; len(all) > 0 {
		text += phrase.Count(len(all), "node", "nodes") + " can be " + what + " without anything noticing: " + phrase.Few(all, 6) + ". "
	}
	if all := by[whatif.YesBut]; len(all) > 0 {
		text += phrase.Count(len(all), "node", "nodes") + " can be " + what + " and nothing in use goes down, but copies are lost, or targets or pods move: " + phrase.Few(all, 6) + ". "
	}
	if all := by[whatif.No]; len(all) > 0 {
		text += phrase.Count(len(all), "node", "nodes") + " cannot be " + what + " without something in use going down: " + phrase.Few(all, 6) + "."
	}
	if text == "" {
		return "No node is known."
	}
	return phrase.Stop(text)
}

// cordoned answers what a cordon would do.
func cordoned(req Request) models.Reply {
	rep := reply(req, &nodeSchema)
	names := phrase.And(lostNames(req.Query))
	rep.Text = "Yes: a cordon by itself moves and stops nothing. It keeps new pods off " + names + "; what runs there runs on, but a pod with a local volume there cannot start again after it ends."
	if slices.Contains(valuesOf(req.Query, "engine"), string(models.Mayastor)) {
		rep.Text = "A cordon in Mayastor moves and stops nothing: it keeps new replicas off " + names + ", also those that are to take the place of lost ones; those that are there serve on, and pods are not concerned."
	}
	drain := req.Query.Clone()
	drain.Field = string(whatif.Drain)
	rep.Buttons = []models.Button{button("Can it be drained?", "impact", *drain)}
	return rep
}

// uncordoned answers what the end of a cordon would do.
func uncordoned(req Request) models.Reply {
	rep := reply(req, &nodeSchema)
	var texts []string
	for _, inv := range req.Inventories {
		for i := range inv.Nodes {
			if n := &inv.Nodes[i]; slices.Contains(valuesOf(req.Query, "node"), n.Name) {
				u := whatif.Uncordon(inv, n)
				texts = append(texts, uncordonText(newSource(inv), &u))
				if only, err := among(req.Query, inv); err == nil && len(only) > 0 {
					texts = append(texts, helped(newSource(inv), &u, only))
				}
			}
		}
	}
	if len(texts) == 0 {
		texts = append(texts, "There is no "+phrase.And(lostNames(req.Query))+" on "+phrase.And(clusterNames(req.Inventories))+".")
	}
	rep.Text = hedge(strings.Join(texts, " "), &nodeSchema, req.Inventories)
	return rep
}

// helped says whether the volumes that a question is about get something from the end of a cordon.
func helped(from *source, u *whatif.Uncordoned, only map[*models.Volume]bool) string {
	var yes, no []record
	for i := range from.Volumes {
		v := &from.Volumes[i]
		waits := slices.ContainsFunc(u.Starts, func(p *models.Pod) bool { return slices.Contains(p.Volumes, v.Name) })
		switch {
		case !only[v]:
		case waits || slices.Contains(u.Repairs, v):
			yes = append(yes, record{from, v})
		default:
			no = append(no, record{from, v})
		}
	}
	text := ""
	if len(yes) > 0 {
		text = "It helps " + phrase.Few(shortLabels(yes), 4) + ". "
	}
	if len(no) > 0 {
		text += "It does nothing for " + phrase.Few(shortLabels(no), 4) + ": no pod or replica of it waits for this node."
	}
	return strings.TrimSpace(text)
}

func uncordonText(from *source, u *whatif.Uncordoned) string {
	n := u.Node
	name := "node " + phrase.Code(n.Name) + " of " + from.Cluster
	var text string
	switch {
	case !n.Cordoned && n.Closed == "":
		return phrase.Capital(name) + " is not cordoned, so there is nothing to undo: new pods are placed there" + phrase.Either(n.Ready, ".", " once it is ready.")
	case n.Cordoned:
		text = "Yes: to uncordon " + name + " makes nothing worse for the storage: it only lets new pods be placed there again; nothing moves, stops or is rebuilt by it."
	default:
		text = "Yes: " + name + " is " + n.Closed + ", and the end of that makes nothing worse: it only lets new replicas be placed there again. Kubernetes has not cordoned it."
	}
	if n.Cordoned && n.Closed != "" {
		text += " It is " + n.Closed + " too, which is undone by itself."
	}
	switch {
	case len(u.Starts) > 0:
		var names []string
		for _, p := range u.Starts {
			names = append(names, phrase.Scoped(p.Namespace, p.Name))
		}
		text += " " + phrase.Few(names, 5) + phrase.Pick(len(names), " waits", " wait") + " for a node and could start there."
	case n.Cordoned:
		text += " No pod waits for it."
	}
	if len(u.Repairs) > 0 {
		rows := make([]record, len(u.Repairs))
		for i, v := range u.Repairs {
			rows[i] = record{from, v}
		}
		text += " What lacks a replica could get it there: " + phrase.Few(shortLabels(rows), 5) + "."
	}
	for _, p := range u.Barred {
		text += " It does not bring back pool " + phrase.Code(p.Name) + ", which is down for a reason of its own" + phrase.Either(p.Error != "", ": "+strings.TrimRight(shorten(p.Error, 120), "."), "") + "."
	}
	return text
}
