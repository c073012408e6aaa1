package intents

import (
	"context"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/whatif"
)

// impact is the handler of what depends on a node or a pool: what it holds or, if the query's field is an event, what the
// event would do to it.
func impact(ctx context.Context, req Request) (models.Reply, error) {
	if !supposes(req.Query) {
		return Answer(ctx, req)
	}
	if err := nothing(req); err != nil {
		return models.Reply{}, err
	}
	event := whatif.Event(req.Query.Field)
	switch {
	case event == cordon:
		return cordoned(req), nil
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
			Message: "there is no " + and(lostNames(req.Query)) + " on " + and(clusterNames(req.Inventories)),
			Hint:    "Ask for the nodes or the pools to see which there are"}
	}
	return suppositionReply(req, event, found), nil
}

// supposes reports whether a query asks what an event would do.
func supposes(q *models.Query) bool {
	if q == nil || q.Subject != models.Volumes || q.Name != "" || q.Aggregate != "" {
		return false
	}
	switch whatif.Event(q.Field) {
	case whatif.Drain, whatif.Reboot, whatif.Fail, cordon:
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
	return slices.Concat(prefixed("node ", coded(valuesOf(q, "node"))), prefixed("pool ", coded(valuesOf(q, "pool"))))
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
		if f.Field != "node" && f.Field != "pool" {
			rest.Filters = append(rest.Filters, f)
		}
	}
	if len(rest.Filters) == 0 {
		return nil, nil
	}
	res, err := evaluate(rest, []*models.Inventory{inv})
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
	rep := reply(req, &volumeSubject)
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
	rep.Text = hedge(strings.Join(texts, " "), &volumeSubject, req.Inventories)
	rep.Notes = append(rep.Notes, limits(event, found)...)
	rep.Table = effectsTable(found)
	rep.Buttons = suppositionButtons(req.Query, event, found, rows)
	rep.Dialogue.Listed = listed(&volumeSubject, rows)
	return rep
}

// called names what goes away.
func (s *supposed) called() string {
	var names []string
	for _, n := range s.loss.Nodes {
		names = append(names, "node "+code(n))
	}
	for _, p := range s.loss.Pools {
		names = append(names, "pool "+code(p.Pool)+" on "+p.Node)
	}
	return and(names) + " of " + s.from.Cluster
}

// condition words the event.
func (s *supposed) condition() string {
	many := len(s.loss.Nodes)+len(s.loss.Pools) > 1
	switch {
	case s.loss.Event == whatif.Drain && len(s.loss.Pools) == 0:
		return "if " + s.called() + pick2(many, " are drained", " is drained")
	case s.loss.Event == whatif.Fail:
		return "if " + s.called() + pick2(many, " fail", " fails")
	}
	return "while " + s.called() + pick2(many, " are away", " is away")
}

func pick2(many bool, several, one string) string {
	if many {
		return several
	}
	return one
}

// verdict is the first word of the answer.
func (s *supposed) verdict() string {
	switch {
	case s.Verdict == whatif.Yes && len(s.Away) > 0:
		return "Nothing more than now: "
	case s.Verdict == whatif.No && s.loss.Event == whatif.Fail:
		return "It would hurt: "
	case s.Verdict == whatif.No:
		return "No: "
	case s.loss.Event == whatif.Fail && s.Verdict == whatif.YesBut:
		return "It would be survived: "
	case s.loss.Event == whatif.Fail:
		return "Nothing breaks: "
	case s.Verdict == whatif.YesBut:
		return "Yes, but: "
	}
	return "Yes: "
}

// sentences say what happens, the worst first.
func (s *supposed) sentences() []string {
	stops := s.Of(whatif.Stops)
	used := func(e whatif.Effect) bool { return e.InUse() && !e.Later }
	idle := func(e whatif.Effect) bool { return !e.InUse() && !e.Later }
	later := func(e whatif.Effect) bool { return e.Later }
	freezes, thins, unsure := s.Of(whatif.Freezes), s.Of(whatif.Thins), s.Of(whatif.Unsure)
	var head []string
	add := func(effects []whatif.Effect, one, many string, why bool) {
		if len(effects) > 0 {
			head = append(head, number(len(effects), one, many)+": "+s.names(effects, why))
		}
	}
	add(keepEffects(stops, used), "volume in use goes down", "volumes in use go down", true)
	add(keepEffects(stops, later), "volume goes down once it is shut down", "volumes go down once it is shut down", true)
	add(freezes, "volume becomes read-only", "volumes become read-only", true)
	add(keepEffects(stops, idle), "volume that no pod uses is out of reach", "volumes that no pod uses are out of reach", false)
	add(unsure, "volume cannot be judged, since its replicas are not known", "volumes cannot be judged, since their replicas are not known", false)
	text := s.verdict() + s.condition() + ", "
	switch {
	case len(head) > 0:
		text += strings.Join(head, "; ") + "."
	case len(s.Effects) == 0:
		text += "no volume is touched."
	default:
		text += "no volume goes down."
	}
	all := []string{text}
	if len(thins) > 0 {
		all = append(all, s.thinned(thins))
	}
	if now := s.Of(whatif.Same); len(now) > 0 {
		all = append(all, number(len(now), "volume there is", "volumes there are")+" no worse off than now: "+s.names(now, true)+".")
	}
	if moved := s.Of(whatif.Interrupts); len(moved) > 0 {
		all = append(all, number(len(moved), "volume moves with its pod", "volumes move with their pods")+": "+s.names(moved, false)+".")
	}
	all = append(all, s.pods()...)
	if pools := s.pools(); len(pools) > 0 {
		all = append(all, pick(len(pools), "Its pool ", "Its pools ")+few(pools, 5)+pick(len(pools), " is", " are")+" away with it.")
	}
	return all
}

// pools names the pools that go away with their nodes. Those of Mayastor outlast a drain.
func (s *supposed) pools() []string {
	var pools []string
	for _, p := range s.Outcome.Pools {
		if slices.Contains(s.loss.Nodes, p.Node) && p.Health != models.Down && (s.loss.Event != whatif.Drain || p.Engine != models.Mayastor) {
			pools = append(pools, code(p.Name))
		}
	}
	return pools
}

// thinned tells of the volumes that lose a copy, and which of them can lose no other.
func (s *supposed) thinned(effects []whatif.Effect) string {
	text := capital(number(len(effects), "volume loses", "volumes lose")) + " a copy and " + pick(len(effects), "serves", "serve") + " on"
	last := keepEffects(effects, func(e whatif.Effect) bool { return e.Spare == 0 })
	switch {
	case len(last) == len(effects):
		return text + ", with none to spare: " + s.names(effects, false) + "."
	case len(last) > 0:
		return text + "; " + number(len(last), "of them has", "of them have") + " none to spare then: " + s.names(last, false) + "."
	}
	return text + ": " + s.names(effects, false) + "."
}

// pods tells what becomes of the pods.
func (s *supposed) pods() []string {
	var free, stuck []string
	for _, m := range s.Moves {
		name := code(m.Pod.Namespace + "/" + m.Pod.Name)
		switch {
		case m.Stuck != "":
			stuck = append(stuck, name+" ("+m.Stuck+")")
		case !m.Down: // else its volume, which is told of, keeps it down
			free = append(free, name)
		}
	}
	var all []string
	if len(stuck) > 0 {
		all = append(all, capital(number(len(stuck), "pod", "pods"))+" cannot start elsewhere: "+few(stuck, 5)+".")
	}
	if len(free) > 0 {
		all = append(all, capital(number(len(free), "pod", "pods"))+" can start on another node: "+few(free, 5)+".")
	}
	return all
}

// names names the volumes of effects, with what becomes of them if why.
func (s *supposed) names(effects []whatif.Effect, why bool) string {
	const most = 8
	names := make([]string, len(effects))
	for i, e := range effects {
		names[i] = shortLabel(&volumeSubject, &record{s.from, e.Volume})
		if why && len(effects) <= most/2 {
			names[i] += " (" + e.Why + ")"
		}
	}
	return few(names, most)
}

func keepEffects(effects []whatif.Effect, keep func(whatif.Effect) bool) []whatif.Effect {
	return slices.DeleteFunc(slices.Clone(effects), func(e whatif.Effect) bool { return !keep(e) })
}

// advice says what to do first.
func (s *supposed) advice() []string {
	var all []string
	for i, step := range s.First {
		all = append(all, []string{"First: ", "Then: "}[min(i, 1)]+step)
	}
	for _, n := range s.Away {
		all = append(all, "Node "+code(n)+" is not ready now: what depends on it alone is down already.")
	}
	if s.loss.Event == whatif.Drain && slices.ContainsFunc(s.Effects, func(e whatif.Effect) bool { return e.Volume.Engine == models.Mayastor && e.Change >= whatif.Thins }) {
		all = append(all, "Mayastor's replicas serve on while a node is drained (its io-engine is a DaemonSet): they are lost only once it is shut down.")
	}
	return all
}

// targeted reports whether volumes are concerned that are served by a pod of their own.
func (s *supposed) targeted() bool {
	return slices.ContainsFunc(s.Effects, func(e whatif.Effect) bool {
		return (e.Volume.Engine == models.CStor || e.Volume.Engine == models.Jiva) && e.Change > whatif.Same
	})
}

// limits says what an inventory does not tell.
func limits(event whatif.Event, found []supposed) []string {
	var all []string
	if event == whatif.Fail && slices.ContainsFunc(found, func(s supposed) bool { return len(s.Moves) > 0 }) {
		all = append(all, "Kubernetes evicts the pods of a dead node after 5 minutes, and those of StatefulSets start elsewhere only when the node is back, deleted or tainted out-of-service.")
	}
	for i := range found {
		for _, n := range found[i].from.Nodes {
			if slices.Contains(n.Roles, "control-plane") && slices.Contains(found[i].loss.Nodes, n.Name) {
				all = append(all, "Node "+code(n.Name)+" is part of the control plane; I judge storage only.")
			}
		}
	}
	if slices.ContainsFunc(found, func(s supposed) bool { return len(s.loss.Nodes) > 0 && s.targeted() }) {
		all = append(all, "Targets of cStor and controllers of Jiva that run there start elsewhere, and I/O of their volumes pauses meanwhile; which ones do is not known.")
	}
	if event == whatif.Drain && len(found) == 1 && len(found[0].loss.Nodes) == 1 {
		return append(all, "I know no PodDisruptionBudgets, tolerations, affinities and no pods without claims; "+
			code("kubectl drain "+found[0].loss.Nodes[0]+" --ignore-daemonsets --delete-emptydir-data --dry-run=server")+" shows what it would evict.")
	}
	if slices.ContainsFunc(found, func(s supposed) bool { return len(s.loss.Nodes) > 0 }) {
		all = append(all, "I know no PodDisruptionBudgets, tolerations, affinities and no pods without claims.")
	} else {
		all = append(all, "This is the loss of the whole pool: one disk of a mirror or RAID group costs it no data.")
	}
	return all
}

// thenWords say in a table what an event does.
var thenWords = map[whatif.Change]string{whatif.Same: "no change", whatif.Interrupts: "moves", whatif.Thins: "loses a copy",
	whatif.Unsure: "not known", whatif.Freezes: "read-only", whatif.Stops: "down"}

var thenHealth = map[whatif.Change]models.Health{whatif.Interrupts: models.Healthy, whatif.Thins: models.Degraded, whatif.Unsure: models.Unknown,
	whatif.Freezes: models.ReadOnly, whatif.Stops: models.Down}

// effectsTable lists the volumes concerned with what becomes of each.
func effectsTable(found []supposed) *models.Table {
	keys := []string{"claim", "namespace", "engine", "health", "workload", "name"}
	if len(found) > 1 {
		keys = slices.Insert(keys, 1, "cluster")
	}
	var t *models.Table
	at := slices.Index(keys, "health") + 1
	for i := range found {
		s := &found[i]
		rows := make([]record, len(s.Effects))
		for j, e := range s.Effects {
			rows[j] = record{s.from, e.Volume}
		}
		part := tableOf(fieldsOf(&volumeSubject, keys), rows, len(rows))
		part.Columns = slices.Insert(part.Columns, at, models.Column{Key: "then", Title: "Then"}, models.Column{Key: "why", Title: "Why"})
		for j, e := range s.Effects {
			then := models.Cell{Text: thenWords[e.Change], Value: thenWords[e.Change], Health: thenHealth[e.Change]}
			part.Rows[j] = slices.Insert(part.Rows[j], at, then, models.Cell{Text: e.Why, Value: e.Why})
		}
		if t == nil {
			t = part
			continue
		}
		t.Rows = append(t.Rows, part.Rows...)
		t.Total += part.Total
	}
	if t == nil || len(t.Rows) == 0 {
		return nil
	}
	return t
}

// suppositionButtons offer the worst off, the same question of another event, and what is there.
func suppositionButtons(q *models.Query, event whatif.Event, found []supposed, rows []record) []models.Button {
	buttons := describeButtons(&volumeSubject, window(rows, 0, 3))
	other := map[whatif.Event]whatif.Event{whatif.Drain: whatif.Fail, whatif.Reboot: whatif.Fail, whatif.Fail: whatif.Drain}[event]
	if len(found) != 1 {
		return buttons
	}
	again := q.Clone()
	again.Field, again.Clusters = string(other), []string{found[0].from.Cluster}
	label := map[whatif.Event]string{whatif.Drain: "Can it be drained?", whatif.Fail: "What if it fails?"}[other]
	if len(found[0].loss.Pools) == 0 {
		buttons = append(buttons, models.Button{Label: label, Action: models.Action{Intent: "impact", Query: again}})
	}
	there := again.Clone()
	there.Field = ""
	return append(buttons, models.Button{Label: "What is there now", Action: models.Action{Intent: "impact", Query: there}})
}

func clusterNames(inventories []*models.Inventory) []string {
	names := make([]string, len(inventories))
	for i, inv := range inventories {
		names[i] = inv.Cluster
	}
	return names
}
