package answer

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// Placement is the field of a query that asks where a volume would fit: its filters say what volume.
const Placement = "placement"

// Capacity answers what space there is: of pools or, where a volume of some size is asked about, of places for it.
func Capacity(req Request) (models.Reply, error) {
	if req.Query != nil && req.Query.Field == Growth {
		return grow(req)
	}
	if req.Query == nil || req.Query.Field != Placement && req.Query.Field != Largest {
		return To(req)
	}
	if err := nothing(req); err != nil {
		return models.Reply{}, err
	}
	if req.Query.Field == Largest {
		return largest(req), nil
	}
	var found []placed
	for _, inv := range req.Inventories {
		want, why := wantOf(inv, req.Query)
		if why == "" {
			found = append(found, placed{newSource(inv), want, whatif.Place(inv, want), ""})
		} else {
			found = append(found, placed{newSource(inv), want, whatif.Placement{Verdict: whatif.No}, why})
		}
	}
	slices.SortStableFunc(found, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(len(a.cannot), len(b.cannot)))
	})
	return placementReply(req, found), nil
}

// placed is where a volume would fit on a cluster.
type placed struct {
	from *source
	want whatif.Want
	whatif.Placement
	cannot string // why nothing was looked at
}

// wantOf reads the volume from a query. Its storage class says what the query leaves open.
func wantOf(inv *models.Inventory, q *models.Query) (want whatif.Want, cannot string) {
	if names := valuesOf(q, "storageclass"); len(names) > 0 {
		cannot = "it has no storage class " + phrase.Code(names[0])
		if i := slices.IndexFunc(inv.StorageClasses, func(c models.StorageClass) bool { return c.Name == names[0] }); i >= 0 {
			want, cannot = wantOfClass(&inv.StorageClasses[i]), ""
			want.Class = names[0]
		}
	}
	class := want
	for _, f := range q.Filters {
		switch f.Field {
		case "free":
			want.Size = models.Bytes(f.Number)
		case "replicas":
			want.Replicas = int(f.Number)
		case "engine":
			want.Engine = models.Engine(f.Values[0])
		case "node":
			want.Node = f.Values[0]
		case "pool":
			want.Pool = f.Values[0]
		case "namespace":
			want.Namespace = f.Values[0]
		case "thin":
			thin := f.Values[0] == "true"
			want.Thin = &thin
		}
	}
	switch {
	case cannot != "":
		return want, cannot
	case want.Engine != "" && !slices.Contains(inv.Engines, want.Engine):
		return want, "it has no " + engineName(string(want.Engine))
	case outside(inv, &class, want.Pool):
		return want, "storage class " + phrase.Code(want.Class) + " makes no volume in " + phrase.Code(want.Pool)
	case want.Replicas > 1 && want.Engine.Local():
		return want, engineName(string(want.Engine)) + " keeps a single copy and has no replicas"
	}
	return want, ""
}

// outside reports whether there is a pool, or a group of pools, of a name, and a class takes none of that name.
func outside(inv *models.Inventory, class *whatif.Want, name string) bool {
	there, taken := false, false
	for i := range inv.Pools {
		if p := &inv.Pools[i]; name != "" && class.Class != "" && (p.Name == name || p.Group == name) {
			there = true
			taken = taken || p.Engine == class.Engine && class.Allows(p)
		}
	}
	return there && !taken
}

// wantOfClass reads what a storage class says of the volumes that it makes.
func wantOfClass(c *models.StorageClass) whatif.Want {
	want := whatif.Want{Engine: c.Engine, Nodes: c.Nodes, Unjudged: c.Unjudged()}
	if _, key, value := c.VolumeGroups(); c.Engine == models.LVM && key == "vgpattern" {
		want.Pattern, want.Holds = value, c.Holds
	}
	for key, value := range c.Parameters {
		switch strings.ToLower(key) {
		case "repl", "replicacount":
			want.Replicas, _ = strconv.Atoi(value)
		case "volgroup", "cstorpoolcluster":
			want.Pool = value
		case "poolname":
			want.Pool, _, _ = strings.Cut(value, "/")
		case "thin", "thinprovision":
			thin := value == "true" || value == "yes"
			want.Thin = &thin
		}
	}
	return want
}

func placementReply(req Request, found []placed) models.Reply {
	rep := reply(req, &poolSchema)
	var texts []string
	var rows []record
	for i := range found {
		p := &found[i]
		if i > 0 && p.cannot != "" {
			rep.Notes = append(rep.Notes, "Not looked at on "+p.from.Cluster+": "+p.cannot+".")
			continue
		}
		texts = append(texts, p.sentence(i == 0))
		rep.Notes = append(rep.Notes, p.notes()...)
		for j := range p.Spots {
			if p.Spots[j].Fit > whatif.Cannot {
				rows = append(rows, record{p.from, p.Spots[j].Pool})
			}
		}
	}
	rep.Text = hedge(strings.Join(texts, " "), &poolSchema, req.Inventories)
	rep.Table = spotsTable(found)
	rep.Buttons = describeButtons(&poolSchema, window(rows, 0, 3))
	rep.Dialogue.Listed = listed(&poolSchema, rows)
	return rep
}

// volume words what is to be placed.
func (p *placed) volume() string {
	w := p.want
	words := []string{"a", w.Size.String()}
	if w.Thin != nil {
		words = append(words, phrase.Either(*w.Thin, "thin", "thick"))
	}
	if w.Engine != "" {
		words = append(words, engineName(string(w.Engine)))
	}
	text := strings.Join(append(words, "volume"), " ")
	if p.Needed > 1 || w.Replicas == 1 {
		text += " with " + phrase.Count(max(1, w.Replicas), "replica", "replicas")
	}
	return text
}

// where words where it was looked.
func (p *placed) where() string {
	var parts []string
	if p.want.Pool != "" {
		parts = append(parts, "in "+phrase.Code(p.want.Pool))
	}
	if p.want.Pattern != "" && p.want.Pool == "" {
		parts = append(parts, "in a volume group that matches "+phrase.Code(p.want.Pattern))
	}
	if p.want.Node != "" {
		parts = append(parts, "on node "+phrase.Code(p.want.Node))
	}
	if p.want.Namespace != "" {
		parts = append(parts, "in namespace "+phrase.Code(p.want.Namespace))
	}
	return strings.Join(append(parts, phrase.Either(p.want.Node != "", "of ", "on ")+p.from.Cluster), " ")
}

// sentence answers for one cluster. The first one names what is to be placed.
func (p *placed) sentence(first bool) string {
	what := "it"
	if first {
		what = p.volume()
	}
	fit := p.fitting()
	switch {
	case p.cannot != "":
		return phrase.Either(first, "No: ", "") + what + " does not fit " + p.where() + ": " + p.cannot + "."
	case p.Forbidden() != nil:
		return phrase.Capital(phrase.Either(first, "No: ", "") + p.forbidden(what))
	case p.Verdict == whatif.No && len(p.Spots) == 0 && len(p.Blind) > 0:
		return "Whether " + what + " fits " + p.where() + " nobody knows: " + phrase.And(engineNames(engineKeys(p.Blind))) + " has no pools, only the file systems of the nodes."
	case p.Verdict == whatif.No:
		return phrase.Capital(phrase.Either(first, "No: ", "") + p.refusal(what))
	case p.Verdict == whatif.Yes:
		what = phrase.Either(first, "Yes: ", "") + what
	case p.Short:
		what = phrase.Either(first, "Not for all of its data: ", "") + what
	default:
		what = phrase.Either(first, "Yes, but: ", "") + what
	}
	text := phrase.Capital(what) + phrase.Either(p.Short, " can be made ", " fits ") + p.where() + ", "
	if p.Needed > 1 {
		text += "which has a pool for it on " + strconv.Itoa(p.Nodes) + " nodes and needs " + strconv.Itoa(p.Needed)
	} else {
		text += phrase.Pick(len(fit), "in 1 pool", "in any of "+strconv.Itoa(len(fit))+" pools")
	}
	text += ": " + phrase.Few(p.named(fit), 5) + "." + unjudged(&p.want)
	for _, r := range p.Quotas {
		text += " Quota " + phrase.Code(r.Quota.Name) + " of namespace " + phrase.Code(r.Quota.Namespace) + phrase.Either(r.Fit == whatif.Fits, " allows it: ", ": ") + r.Why + "."
	}
	return text
}

// unjudged says by what a class picks pools that nothing here knows; "" if by nothing.
func unjudged(w *whatif.Want) string {
	if len(w.Unjudged) == 0 {
		return ""
	}
	return " Its class restricts pools by " + phrase.And(phrase.Codes(w.Unjudged)) + ", which I do not judge."
}

// forbidden says which quota forbids the volume, and whether there would be a pool for it.
func (p *placed) forbidden(what string) string {
	r := p.Forbidden()
	text := what + " may not be made " + p.where() + ": quota " + phrase.Code(r.Quota.Name) + " forbids it: " + r.Why + "."
	if fit := p.fitting(); p.Nodes >= p.Needed && len(fit) > 0 {
		text += " There would be room for it in " + phrase.Few(p.named(fit), 3) + "."
	}
	return text
}

// refusal says why it fits nowhere, with what comes nearest.
func (p *placed) refusal(what string) string {
	text := what + " does not fit " + p.where()
	switch {
	case len(p.Spots) == 0:
		return text + ": there is no such pool."
	case p.Needed > 1:
		text += ": it needs a pool on each of " + strconv.Itoa(p.Needed) + " nodes, and " + phrase.Count(p.Nodes, "node has", "nodes have") + " one that takes it"
		if fit := p.fitting(); len(fit) > 0 {
			text += " (" + phrase.Few(p.named(fit), 5) + ")"
		}
		text += "."
	default:
		text += ": no pool takes it."
	}
	var misses []whatif.Spot
	for _, s := range p.Spots {
		if s.Fit == whatif.Cannot {
			misses = append(misses, s)
		}
	}
	if len(misses) > 0 {
		text += " Not in " + phrase.Few(p.named(window(misses, 0, 4)), 4) + "."
	}
	return text
}

func (p *placed) fitting() []whatif.Spot {
	var fit []whatif.Spot
	for _, s := range p.Spots {
		if s.Fit > whatif.Cannot {
			fit = append(fit, s)
		}
	}
	return fit
}

// named names pools with what is free in them and what there is to know.
func (p *placed) named(spots []whatif.Spot) []string {
	names := make([]string, len(spots))
	for i, s := range spots {
		var said []string
		if s.Pool.Free.IsKnown() {
			said = append(said, s.Pool.Free.String()+" free")
		}
		if s.Why != "" {
			said = append(said, s.Why)
		}
		names[i] = label(&poolSchema, &record{p.from, s.Pool}, strings.Join(said, "; "))
	}
	return names
}

func (p *placed) notes() []string {
	var all []string
	if len(p.Blind) > 0 && len(p.Spots) > 0 {
		all = append(all, "Not counted on "+p.from.Cluster+": "+phrase.And(engineNames(engineKeys(p.Blind)))+", whose volumes are directories on the nodes' file systems; how much room those have is not known.")
	}
	if p.want.Size.IsKnown() && p.want.Engine == "" && p.Needed == 1 && p.Verdict != whatif.No {
		all = append(all, "A volume is in one pool: free space of different pools and nodes is never added up.")
	}
	if n := p.from.limited(); p.want.Namespace == "" && n > 0 {
		all = append(all, "Quotas are not looked at: "+phrase.Count(n, "namespace", "namespaces")+" of "+p.from.Cluster+phrase.Pick(n, " has one", " have some")+" on storage; say in which namespace it shall be.")
	}
	if p.want.Namespace != "" && p.from.Unread["ResourceQuota"] {
		all = append(all, "Whether a quota of namespace "+phrase.Code(p.want.Namespace)+" allows it is not known: the quotas of "+p.from.Cluster+" were not read.")
	}
	return all
}

var fitWords = map[whatif.Fit]string{whatif.Fits: "fits", whatif.Tight: "with care", whatif.Cannot: "no"}

// fitWord says whether a pool takes a volume.
func fitWord(s whatif.Spot) string { return phrase.Either(s.Short, "in part", fitWords[s.Fit]) }

var fitHealth = map[whatif.Fit]models.Health{whatif.Fits: models.Healthy, whatif.Tight: models.Degraded, whatif.Cannot: models.Down}

// spotsTable lists every pool that was looked at.
func spotsTable(found []placed) *models.Table {
	keys := []string{"node", "name", "engine", "kind", "free", "used_percent"}
	if len(found) > 1 {
		keys = slices.Insert(keys, 1, "cluster")
	}
	var t *models.Table
	for i := range found {
		p := &found[i]
		rows := make([]record, len(p.Spots))
		for j := range p.Spots {
			rows[j] = record{p.from, p.Spots[j].Pool}
		}
		part := tableOf(fieldsOf(&poolSchema, keys), rows, len(rows))
		part.Columns = append(part.Columns, models.Column{Key: "fits", Title: "Fits"}, models.Column{Key: "why", Title: "Why"})
		for j, s := range p.Spots {
			why := models.Cell{Text: noText}
			if s.Why != "" {
				why = models.Cell{Text: s.Why, Value: s.Why}
			}
			part.Rows[j] = append(part.Rows[j], models.Cell{Text: fitWord(s), Value: fitWord(s), Health: fitHealth[s.Fit]}, why)
		}
		t = below(t, part)
	}
	return t
}
