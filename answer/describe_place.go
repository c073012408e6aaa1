package answer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

func describePool(rep *models.Reply, p *models.Pool, from *source) {
	rep.Title = "Pool " + p.Name
	kind := p.Kind
	if kind == "" {
		kind = "pool"
	}
	text := phrase.Capital(kind) + " " + label(&poolSchema, &record{from, p}) + " of " + from.Cluster + " is " + stateText(p.Health, p.State, p.Since, from)
	if p.ReadOnly {
		text += " and read-only"
	}
	if share, ok := models.Percent(p.Used, p.Size); ok {
		text += ": " + p.Free.String() + " of " + p.Size.String() + " are free, " + phrase.Percent(share) + " used"
	} else {
		text += "; how full it is is not known"
	}
	held := volumesIn(p, from)
	rep.Text = text + ". " + holds(len(held)) + limitText(p)
	if way := joined(p); p.Raid != "" || way != "" && len(p.Disks) > 1 {
		rep.Text += " Its " + phrase.Count(len(p.Disks), "disk is", "disks are") + " joined as " + way + "."
	}

	rep.Facts = poolFacts(p, from)
	rep.Table = heldTable(held)
	if p.Node != "" {
		rep.Buttons = append(rep.Buttons, describeButton(from, models.Nodes, "", p.Node))
	}
	rep.Buttons = append(rep.Buttons, describeButtons(&volumeSchema, window(unhealthyOnly(held), 0, 3))...)
}

// poolUsage makes the description of a pool one of how full it is: the volumes in it are behind a button.
func poolUsage(rep *models.Reply, p *models.Pool, from *source) {
	share, ok := models.Percent(p.Used, p.Size)
	if !ok {
		return
	}
	rep.Text = "Pool " + label(&poolSchema, &record{from, p}) + " of " + from.Cluster + " is " + tenths(share) + " used: " +
		p.Free.String() + " of " + p.Size.String() + " are free. It is " + healthWord(p.Health) + inState(string(p.Health), p.State) + "."
	if p.ReadOnly {
		rep.Text += " It is read-only."
	}
	rep.Text += limitText(p)
	held := volumesIn(p, from)
	rep.Table = nil
	rep.Facts = slices.DeleteFunc(rep.Facts, func(f models.Fact) bool { return !slices.Contains(aboutUsage, f.Label) })
	if len(held) > 0 {
		query := models.Query{Subject: models.Volumes, Clusters: []string{from.Cluster}, Filters: []models.Filter{{Field: "pool", Op: models.Eq, Values: []string{p.Name}}}}
		if p.Node != "" {
			query.Filters = append(query.Filters, models.Filter{Field: "node", Op: models.Eq, Values: []string{p.Node}})
		}
		rep.Buttons = append([]models.Button{button("List its volumes", "list", query)}, rep.Buttons...)
	}
}

// aboutUsage are the labels of the facts that say how full a pool is.
var aboutUsage = []string{"Size", "Used", "Free", "Committed", "As the engine writes it", "Read-only"}

func holds(n int) string {
	if n == 0 {
		return "No volume that is known has data in it."
	}
	return phrase.Count(n, "volume has", "volumes have") + " data in it."
}

func poolFacts(p *models.Pool, from *source) []models.Fact {
	var l factList
	l.health(p.Health, p.State, from.age(p.Since))
	l.add("Engine", engineName(string(p.Engine)))
	l.add("Kind", p.Kind)
	l.add("Node", p.Node)
	l.add("Size", p.Size.String())
	l.add("As the engine writes it", p.Written)
	l.add("Used", usage(p.Used, p.Size))
	l.add("Free", p.Free.String())
	if p.Committed.IsKnown() && p.Committed > 0 {
		l.add("Committed", usage(p.Committed, p.Size))
	}
	if p.ReadOnly || p.Limit > 0 {
		l.add("Read-only", readOnly(p))
	}
	l.add("Group", p.Group)
	if p.Replicas >= 0 {
		l.add("Replicas", strconv.Itoa(p.Replicas))
	}
	l.add("Raid", p.Raid)
	l.add("Disks", phrase.Few(p.Disks, 8))
	l.details(from, p.Details)
	l.add("Age", from.age(p.Created))
	l.events(from, func(e *models.Event) bool {
		return e.Object == p.Name && (strings.Contains(e.Kind, "Pool") || e.Kind == "LVMNode" || e.Kind == "ZFSNode")
	})
	return l
}

// limitText says how much more a pool takes until it turns read-only; "" where it does not, or has.
func limitText(p *models.Pool) string {
	if p.Limit == 0 || p.ReadOnly || !p.Used.IsKnown() || !p.Free.IsKnown() {
		return ""
	}
	left := models.Bytes(float64(p.Used+p.Free)*p.Limit/100) - p.Used
	if left <= 0 {
		return " It turns read-only at " + phrase.Percent(p.Limit) + ", which it is over."
	}
	return " It turns read-only at " + phrase.Percent(p.Limit) + ", after " + left.String() + " more."
}

// readOnly words whether a pool is read-only, and when it will be.
func readOnly(p *models.Pool) string {
	if p.ReadOnly {
		return "yes"
	}
	return "no, from " + phrase.Percent(p.Limit) + " used on"
}

// volumesIn returns the volumes that have data in a pool, the least healthy first.
func volumesIn(p *models.Pool, from *source) []record {
	return volumesWhere(from, func(v *models.Volume) bool {
		for i := range v.Replicas {
			if v.Replicas[i].Pool == p.Name && (v.Replicas[i].Node == p.Node || v.Replicas[i].Node == "") {
				return true
			}
		}
		return len(v.Replicas) == 0 && slices.Contains(v.Pools, p.Name) && (v.Node == p.Node || p.Node == "")
	})
}

func volumesWhere(from *source, holds func(*models.Volume) bool) []record {
	var rows []record
	for i := range from.Volumes {
		if holds(&from.Volumes[i]) {
			rows = append(rows, record{from, &from.Volumes[i]})
		}
	}
	order(rows, volumeSchema.Lookup("health"), true)
	return rows
}

func unhealthyOnly(rows []record) []record {
	return slices.DeleteFunc(slices.Clone(rows), func(r record) bool { return r.item.(*models.Volume).Health == models.Healthy })
}

func heldTable(rows []record) *models.Table {
	if len(rows) == 0 {
		return nil
	}
	return tableOf(fieldsOf(&volumeSchema, []string{"claim", "namespace", "engine", "health", "size", "used_percent", "workload", "name"}), rows, len(rows))
}

func describeNode(rep *models.Reply, n *models.Node, from *source) {
	held := volumesWhere(from, func(v *models.Volume) bool { return slices.Contains(NodesOf(v), n.Name) })
	rep.Text = nodeText(n, held, from)
	var l factList
	l.health(n.Health, n.State, from.age(n.Since))
	l.yes("Cordoned", n.Cordoned)
	l.add("Pressure", phrase.And(n.Pressure))
	l.add("Roles", phrase.And(n.Roles))
	l.add("Volumes with data here", strconv.Itoa(n.Volumes))
	l.add("Volumes attached here", strconv.Itoa(n.Attached))
	l.add("Pools", phrase.Few(poolsOn(n, from), 8))
	l.add("Pods with claims", phrase.Few(podsOn(n, from), 8))
	l.add("Taints", phrase.And(n.Taints))
	l.add("Zone", n.Zone)
	l.add("Kubelet", n.Kubelet)
	l.add("Age", from.age(n.Created))
	l.events(from, func(e *models.Event) bool { return e.Kind == "Node" && e.Object == n.Name })
	rep.Facts = l
	rep.Table = heldTable(held)
	if rep.Table != nil {
		addHere(rep.Table, held, n.Name)
	}
	for i := range from.Pools {
		if p := &from.Pools[i]; p.Node == n.Name && len(rep.Buttons) < 3 {
			r := record{from, p}
			rep.Buttons = append(rep.Buttons, models.Button{Label: "Describe pool " + p.Name, Action: models.Action{Intent: "describe", Query: queryFor(&poolSchema, &r)}})
		}
	}
	rep.Buttons = append(rep.Buttons, button("List its replicas", "replicas", models.Query{Subject: models.Replicas, Clusters: []string{from.Cluster}, Filters: []models.Filter{{Field: "node", Op: models.Eq, Values: []string{n.Name}}}}))
}

func nodeText(n *models.Node, held []record, from *source) string {
	text := "Node " + phrase.Code(n.Name) + " of " + from.Cluster + " is " + stateText(n.Health, n.State, n.Since, from)
	if n.Cordoned {
		text += " and cordoned"
	}
	if len(n.Pressure) > 0 {
		text += ", under " + phrase.And(n.Pressure)
	}
	text += ": " + phrase.Count(n.Volumes, "volume has", "volumes have") + " data here, " + phrase.Count(n.Attached, "is", "are") + " attached here, and it has " + phrase.Count(n.Pools, "pool", "pools") + "."
	alone := 0
	for i := range held {
		if onlyCopy(held[i].item.(*models.Volume), n.Name) {
			alone++
		}
	}
	if alone > 0 {
		text += " " + phrase.Count(alone, "volume has its", "volumes have their") + " only healthy copy here."
	}
	return text
}

// onlyCopy reports whether a volume's last healthy copy is on the node.
func onlyCopy(v *models.Volume, node string) bool {
	if v.Local() {
		return v.Node == node
	}
	here := false
	for i := range v.Replicas {
		if v.Replicas[i].Health == models.Healthy {
			if v.Replicas[i].Node != node {
				return false
			}
			here = true
		}
	}
	return here
}

// addHere adds a column that says what of each volume is on the node.
func addHere(t *models.Table, rows []record, node string) {
	t.Columns = append(t.Columns, models.Column{Key: "here", Title: "Here"})
	for i := range rows {
		v := rows[i].item.(*models.Volume)
		var what []string
		if v.Local() && v.Node == node || slices.ContainsFunc(v.Replicas, func(r models.Replica) bool { return r.Node == node }) {
			what = append(what, "data")
		}
		if v.Node == node && (!v.Local() || len(v.Pods) > 0) {
			what = append(what, "attached")
		}
		t.Rows[i] = append(t.Rows[i], models.Cell{Text: strings.Join(what, ", "), Value: what})
	}
}

func poolsOn(n *models.Node, from *source) []string {
	var names []string
	for i := range from.Pools {
		if p := &from.Pools[i]; p.Node == n.Name {
			names = append(names, phrase.Code(p.Name)+" ("+p.Free.String()+" free)")
		}
	}
	return names
}

func podsOn(n *models.Node, from *source) []string {
	var names []string
	for i := range from.Pods {
		if p := &from.Pods[i]; p.Node == n.Name {
			names = append(names, phrase.Scoped(p.Namespace, p.Name))
		}
	}
	return names
}

func describePod(rep *models.Reply, r *record, p *models.Pod) {
	from := r.from
	rep.Text = introduce(&podSchema, r)
	rep.Facts = facts(&podSchema, r)
	var l factList
	l.events(from, func(e *models.Event) bool { return e.Kind == "Pod" && e.Object == p.Name && e.Namespace == p.Namespace })
	rep.Facts = append(rep.Facts, l...)
	var rows []record
	for _, name := range p.Claims {
		if c := from.Claim(p.Namespace, name); c != nil {
			rows = append(rows, record{from, c})
		}
	}
	rep.Text += " It mounts " + phrase.Count(len(p.Claims), "claim", "claims") + "."
	if len(rows) > 0 {
		rep.Table = tableOf(fieldsOf(&claimSchema, []string{"name", "phase", "health", "volume", "engine", "size", "used_percent", "storageclass"}), rows, len(rows))
		rep.Buttons = describeButtons(&claimSchema, rows)
	}
}

func describeStorageClass(rep *models.Reply, r *record, sc *models.StorageClass) {
	rep.Text = "Storage class " + phrase.Code(sc.Name) + " on " + r.from.Cluster + " provisions " + engineName(string(sc.Engine)) + " volumes; " + phrase.Count(sc.Volumes, "was", "were") + " made by it."
	if sc.Default {
		rep.Text += " It is the default."
	}
	l := factList(facts(&storageClassSchema, r))
	keys := make([]string, 0, len(sc.Parameters))
	for k := range sc.Parameters {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		l.add("Parameter "+k, shorten(sc.Parameters[k], 200))
	}
	rep.Facts = l
	if sc.Volumes > 0 {
		rep.Buttons = append(rep.Buttons, button("List its volumes", "list", models.Query{Subject: models.Volumes, Clusters: []string{r.from.Cluster}, Filters: []models.Filter{{Field: "storageclass", Op: models.Eq, Values: []string{sc.Name}}}}))
	}
}
