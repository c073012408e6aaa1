package answer

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// shares says which pools the volumes of several applications, namespaces or claims have in common, and what the failure of each
// would do to all of them.
func shares(req Request, rows []record) models.Reply {
	rep := reply(req, &volumeSchema)
	groups := sharers(req.Query)
	only := map[*models.Volume]bool{}
	for i := range rows {
		only[rows[i].item.(*models.Volume)] = true
	}
	var common, alone, effects []string
	for _, inv := range req.Inventories {
		from := newSource(inv)
		for i := range inv.Pools {
			p := &inv.Pools[i]
			users := map[string]bool{}
			for _, r := range volumesIn(p, from) {
				if only[r.item.(*models.Volume)] {
					for _, g := range groups.of(&r) {
						users[g] = true
					}
				}
			}
			name := label(&poolSchema, &record{from, p})
			if len(users) < len(groups.values) {
				if len(users) > 0 {
					alone = append(alone, name)
				}
				continue
			}
			common = append(common, name)
			if p.Health == models.Down {
				continue // what its failure does has been done
			}
			loss := whatif.Loss{Event: whatif.Fail, Pools: []whatif.PoolRef{{Node: p.Node, Pool: p.Name}}, Only: func(v *models.Volume) bool { return only[v] }}
			s := supposed{from, loss, whatif.Simulate(inv, loss)}
			effects = append(effects, "\n• "+name+" fails: "+s.toll()+".")
		}
	}
	who := phrase.And(groups.values)
	switch {
	case len(common) == 0 && len(alone) == 0:
		rep.Text = "Which pools hold the volumes of " + who + " is not known."
	case len(common) == 0:
		rep.Text = "No: " + who + " have no pool in common, so that the failure of one pool hits only one of them."
	default:
		rep.Text = "Yes: " + who + " share " + phrase.Count(len(common), "pool", "pools") + ": " + phrase.Few(common, 5) + ". The failure of one of these hits " + phrase.Either(len(groups.values) == 2, "both", "all") + ":" + strings.Join(effects, "")
	}
	return rep
}

// tolls are the words for what a loss does to one volume, and to several.
var tolls = map[whatif.Change][2]string{whatif.Stops: {"goes down", "go down"}, whatif.Freezes: {"becomes read-only", "become read-only"},
	whatif.Unsure: {"cannot be judged", "cannot be judged"}, whatif.Thins: {"loses a copy and serves on", "lose a copy and serve on"},
	whatif.Same: {"is no worse off than now", "are no worse off than now"}}

// toll says in a few words what a loss does to volumes.
func (s *supposed) toll() string {
	var parts []string
	for _, c := range []whatif.Change{whatif.Stops, whatif.Freezes, whatif.Unsure, whatif.Thins, whatif.Same} {
		if all := s.Of(c); len(all) > 0 {
			verb := tolls[c]
			parts = append(parts, s.names(all, false)+" "+phrase.Pick(len(all), verb[0], verb[1]))
		}
	}
	if len(parts) == 0 {
		return "no volume of them is touched"
	}
	return strings.Join(parts, "; ")
}

// groupsOf are what a query tells apart by a field: applications, namespaces or claims.
type groupsOf struct {
	field  *Field
	values []string
}

// sharers returns what a query names several of.
func sharers(q *models.Query) groupsOf {
	for _, field := range []string{"workload", "pods", "claim", "name", "namespace"} {
		if values := valuesOf(q, field); len(values) > 1 {
			return groupsOf{volumeSchema.Lookup(field), values}
		}
	}
	return groupsOf{volumeSchema.Lookup("namespace"), nil}
}

// of returns the groups that a volume belongs to.
func (g groupsOf) of(r *record) []string {
	v := g.field.get(r)
	said := append(slices.Clone(v.list), v.text)
	return slices.DeleteFunc(slices.Clone(g.values), func(value string) bool {
		return !slices.ContainsFunc(said, func(s string) bool { return s == value || strings.HasSuffix(s, "/"+value) })
	})
}

// extensions says how pools can become larger.
func extensions(req Request, rows []record) models.Reply {
	rep := reply(req, &poolSchema)
	var texts []string
	for i := range window(rows, 0, 5) {
		texts = append(texts, extensionText(&rows[i]))
	}
	rep.Text = strings.Join(texts, " ")
	return rep
}

func extensionText(r *record) string {
	p := r.item.(*models.Pool)
	name := p.Kind + " " + label(&poolSchema, r) + " of " + r.from.Cluster
	var free []string
	for i := range r.from.BlockDevices {
		if d := &r.from.BlockDevices[i]; d.Node == p.Node && d.Claimed == "Unclaimed" && d.State == "Active" {
			free = append(free, d.Path+" ("+d.Size.String()+")")
		}
	}
	disks := "Whether node " + phrase.Code(p.Node) + " has a disk to spare is not known."
	if len(r.from.BlockDevices) > 0 {
		disks = "No disk of node " + phrase.Code(p.Node) + " that the node disk manager knows is free."
	}
	if len(free) > 0 {
		disks = "Free on node " + phrase.Code(p.Node) + ": " + phrase.Few(free, 4) + "."
	}
	switch {
	case p.Health == models.Down:
		return "No: " + name + " is down, and only a pool that works is extended."
	case p.Engine == models.Mayastor:
		return "Not by another disk: " + name + " is a DiskPool of Mayastor, which has exactly one. It grows only with its disk, and only where it was made to (spec.maxExpansion, in newer releases); else a further pool on another disk of node " + phrase.Code(p.Node) + " takes new replicas. " + disks
	case p.Engine == models.CStor:
		return "Yes: " + name + " grows by disks that are added to its CStorPoolCluster " + phrase.Code(p.Group) + " (" + phrase.Either(p.Raid == "" || p.Raid == "stripe", "one at least", "as many as a "+p.Raid+" group has") + ", on node " + phrase.Code(p.Node) + "), or with its disks. " + disks
	case p.Engine == models.ZFS:
		return "Yes: " + name + " grows by disks that `zpool add` joins to it on node " + phrase.Code(p.Node) + ", while it is used; they cannot all be taken out again. " + disks
	case p.Kind == "thin pool":
		return "Yes, as far as its volume group has room: " + name + " grows by `lvextend`, and " + groupRoom(r) + ". " + disks
	}
	return "Yes: " + name + " grows by disks that `vgextend` joins to it on node " + phrase.Code(p.Node) + ", while it is used. " + disks
}

// groupRoom says what is free in the volume group of a thin pool.
func groupRoom(r *record) string {
	p := r.item.(*models.Pool)
	for i := range r.from.Pools {
		if g := &r.from.Pools[i]; g.Name == p.Group && g.Node == p.Node && g.Free.IsKnown() {
			return phrase.Code(g.Name) + " has " + g.Free.String() + " free"
		}
	}
	return "what is free in its volume group is not known"
}
