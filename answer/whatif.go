package answer

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// Impact answers what depends on a node or a pool: what it holds or, if the query's field is an event, what the event would
// do to it.
func Impact(req Request) (models.Reply, error) {
	if SupposesOf(req.Query) {
		return supposition(req)
	}
	if !Supposes(req.Query) {
		return To(withUsers(req))
	}
	if err := nothing(req); err != nil {
		return models.Reply{}, err
	}
	event := whatif.Event(req.Query.Field)
	switch {
	case event == Cordon:
		return cordoned(req), nil
	case event == Uncordon:
		return uncordoned(req), nil
	case event == Disk:
		return diskLoss(req)
	case len(lostNames(req.Query)) == 0:
		return everyNode(req, event)
	}
	var found []supposed
	for _, inv := range req.Inventories {
		loss := lossOf(inv, req.Query)
		if len(loss.Nodes)+len(loss.Pools) == 0 {
			continue
		}
		only, err := among(req.Query, inv)
		if err != nil {
			return models.Reply{}, err
		}
		if only != nil {
			loss.Only = func(v *models.Volume) bool { return only[v] }
		}
		found = append(found, supposed{newSource(inv), loss, whatif.Simulate(inv, loss)})
	}
	if len(found) == 0 {
		return models.Reply{}, &models.Error{Kind: models.NotFound,
			Message: "there is no " + phrase.And(lostNames(req.Query)) + " on " + phrase.And(clusterNames(req.Inventories)),
			Hint:    "Ask for the nodes or the pools to see which there are"}
	}
	return suppositionReply(req, event, found), nil
}

// Supposes reports whether a query asks what an event would do.
func Supposes(q *models.Query) bool {
	if q == nil || q.Subject != models.Volumes || q.Name != "" || q.Aggregate != "" {
		return false
	}
	switch whatif.Event(q.Field) {
	case whatif.Drain, whatif.Reboot, whatif.Fail, whatif.Wipe, Cordon, Uncordon, Disk:
		return true
	}
	return false
}

// supposed is what an event does on a cluster.
type supposed struct {
	from *source
	loss whatif.Loss
	whatif.Outcome
}

// lossOf returns what of a cluster a query takes away. A pool that is on a node which the query names too is that pool alone.
func lossOf(inv *models.Inventory, q *models.Query) whatif.Loss {
	loss := whatif.Loss{Event: whatif.Event(q.Field)}
	nodes, pools := valuesOf(q, "node"), valuesOf(q, "pool")
	var on []string // nodes that say where a pool is
	for i := range inv.Pools {
		p := &inv.Pools[i]
		if !slices.Contains(pools, p.Name) && !slices.Contains(pools, p.Group) {
			continue
		}
		elsewhere := slices.ContainsFunc(inv.Pools, func(o models.Pool) bool { return o.Name == p.Name && slices.Contains(nodes, o.Node) })
		if elsewhere && !slices.Contains(nodes, p.Node) {
			continue
		}
		on = append(on, p.Node)
		loss.Pools = append(loss.Pools, whatif.PoolRef{Node: p.Node, Pool: p.Name})
	}
	for i := range inv.Nodes {
		if n := inv.Nodes[i].Name; slices.Contains(nodes, n) && !slices.Contains(on, n) {
			loss.Nodes = append(loss.Nodes, n)
		}
	}
	return loss
}

// valuesOf returns the values that a query's filters ask of a field.
func valuesOf(q *models.Query, field string) []string {
	var all []string
	for _, f := range q.Filters {
		if f.Field == field && !f.Not && (f.Op == models.Eq || f.Op == "") {
			all = append(all, f.Values...)
		}
	}
	return all
}

func lostNames(q *models.Query) []string {
	return slices.Concat(prefixed("node ", phrase.Codes(valuesOf(q, "node"))), prefixed("pool ", phrase.Codes(valuesOf(q, "pool"))))
}

func clusterNames(inventories []*models.Inventory) []string {
	names := make([]string, len(inventories))
	for i, inv := range inventories {
		names[i] = inv.Cluster
	}
	return names
}

func prefixed(before string, words []string) []string {
	for i := range words {
		words[i] = before + words[i]
	}
	return words
}

// among returns the volumes that the query's other filters pick; nil for all.
func among(q *models.Query, inv *models.Inventory) (map[*models.Volume]bool, error) {
	rest := &models.Query{Subject: models.Volumes}
	for _, f := range q.Filters {
		if f.Field != "node" && f.Field != "pool" && f.Field != Together {
			rest.Filters = append(rest.Filters, f)
		}
	}
	if len(rest.Filters) == 0 {
		return nil, nil
	}
	res, err := Evaluate(rest, []*models.Inventory{inv})
	if err != nil {
		return nil, err
	}
	only := map[*models.Volume]bool{}
	for i := range res.rows {
		only[res.rows[i].item.(*models.Volume)] = true
	}
	return only, nil
}

func suppositionReply(req Request, event whatif.Event, found []supposed) models.Reply {
	rep := reply(req, &volumeSchema)
	var texts []string
	var rows []record
	for i := range found {
		s := &found[i]
		texts = append(texts, s.sentences()...)
		for _, e := range s.Effects {
			rows = append(rows, record{s.from, e.Volume})
		}
		rep.Notes = append(rep.Notes, s.advice()...)
	}
	rep.Text = hedge(strings.Join(texts, " "), &volumeSchema, req.Inventories)
	rep.Notes = append(rep.Notes, limits(event, found)...)
	rep.Table = effectsTable(found)
	rep.Buttons = suppositionButtons(req.Query, event, found, rows)
	rep.Dialogue.Listed = listed(&volumeSchema, rows)
	return rep
}
