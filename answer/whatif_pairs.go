package answer

import (
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// Together is the filter of a query that supposes something of so many nodes at once, whichever they are.
const Together = "together"

// everyPair simulates an event on every two nodes of a cluster at once: "can we lose two nodes?" It reports false where a cluster is
// too large for that.
func everyPair(req Request, event whatif.Event) (rep models.Reply, ok bool, err error) {
	rep = reply(req, &nodeSchema)
	var texts []string
	var cells [][]string
	var health []models.Health
	for _, inv := range req.Inventories {
		only, err := among(req.Query, inv)
		if err != nil {
			return rep, false, err
		}
		loss := whatif.Loss{Event: event}
		if only != nil {
			loss.Only = func(v *models.Volume) bool { return only[v] }
		}
		c, ok := whatif.Two(inv, loss)
		if !ok {
			return rep, false, nil
		}
		p := pairs{newSource(inv), event, loss, c}
		texts = append(texts, p.sentences()...)
		for i := range c.Pairs {
			row, state := p.row(&c.Pairs[i])
			cells, health = append(cells, row), append(health, state)
		}
	}
	rep.Text = hedge(strings.Join(texts, " "), &volumeSchema, req.Inventories)
	rep.Table = table([]string{"Nodes", "Cluster", "Go down", "Read-only", "Lose a copy", "Pods that cannot move", "Verdict"}, cells, health)
	rep.Notes = append(rep.Notes, "Both nodes of a pair are away at once, as things are now; I judge by storage alone. Name two nodes for names and reasons.",
		"I know no PodDisruptionBudgets, tolerations, affinities and no pods without claims.")
	rep.Notes = append(rep.Notes, unseenPods(req.Inventories)...)
	return rep, true, nil
}

// tooMany says that so many nodes are not judged together, whichever they are; "" where that was not asked.
func tooMany(together int) string {
	switch {
	case together > 2:
		return "Of any " + strconv.Itoa(together) + " nodes at once I judge only those that you name; here is each node by itself. "
	case together == 2:
		return "There are too many pairs of nodes to judge every two at once, so here is each node by itself; name two, and I judge both together. "
	}
	return ""
}

// pairs is what an event does to every two nodes of a cluster at once.
type pairs struct {
	from  *source
	event whatif.Event
	loss  whatif.Loss
	whatif.Couples
}

// sentences say which pairs are safe, and which are not.
func (p *pairs) sentences() []string {
	what, none := undergone[p.event], phrase.Either(p.loss.Only != nil, "none of the volumes that are asked about", "nothing in use")
	if p.All == 0 {
		return []string{p.from.Cluster + " has no two nodes that are known."}
	}
	by := map[whatif.Verdict][]string{}
	for i := range p.Pairs {
		c := &p.Pairs[i]
		by[c.Outcome.Verdict] = append(by[c.Outcome.Verdict], p.named(c))
	}
	safe := len(by[whatif.Yes]) + len(by[whatif.YesBut])
	text := strconv.Itoa(safe) + " of the " + phrase.Count(p.All, "pair", "pairs") + " of nodes of " + p.from.Cluster + " can be " + what + " at once, and " + none + " goes down"
	switch safe {
	case 0:
		text = "No two nodes of " + p.from.Cluster + " can be " + what + " at once without " + phrase.Either(p.loss.Only != nil, "one of the volumes that are asked about", "something in use") + " going down"
	case p.All:
		text = "Any two nodes of " + p.from.Cluster + " can be " + what + " at once, and " + none + " goes down"
	}
	all := []string{text + "."}
	add := func(before string, names []string) {
		if len(names) > 0 {
			all = append(all, before+phrase.Few(names, 6)+".")
		}
	}
	add("Without anything noticing: ", by[whatif.Yes])
	add("With copies lost, or targets or pods that move: ", by[whatif.YesBut])
	add("Not together, though each of the two alone: ", by[whatif.No])
	var alone []string
	for _, n := range p.Alone {
		alone = append(alone, phrase.Code(n.Name))
	}
	add("Not even alone, and so with no other: ", alone)
	return all
}

// named names a pair and, where both together are too much, what goes down.
func (p *pairs) named(c *whatif.Pair) string {
	name := phrase.Code(c.Nodes[0].Name) + " with " + phrase.Code(c.Nodes[1].Name)
	s := supposed{p.from, p.loss, c.Outcome}
	used := keepEffects(s.Of(whatif.Stops), func(e whatif.Effect) bool { return e.InUse() })
	if c.Outcome.Verdict == whatif.No && len(used) > 0 {
		name += " (" + s.names(used, false) + ")"
	}
	return name
}

// row is what a table says of a pair.
func (p *pairs) row(c *whatif.Pair) ([]string, models.Health) {
	word, state := safetyOf(c.Outcome.Verdict)
	o := &c.Outcome
	counts := []int{len(o.Of(whatif.Stops)), len(o.Of(whatif.Freezes)), len(o.Of(whatif.Thins)), stuckPods(o)}
	row := []string{c.Nodes[0].Name + " + " + c.Nodes[1].Name, p.from.Cluster}
	for _, n := range counts {
		row = append(row, strconv.Itoa(n))
	}
	return append(row, word), state
}
