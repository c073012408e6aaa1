package answer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// Growth is the field of a query that asks whether the volume that it names can grow: its filter says to what size, or, of what is
// free, by how much. Without one it is asked how far.
const Growth = "growth"

// grow answers whether a volume can become a size, with the objects that decide.
func grow(req Request) (models.Reply, error) {
	if err := nothing(req); err != nil {
		return models.Reply{}, err
	}
	if req.Query.Name == "" {
		return growAll(req)
	}
	plain := req
	plain.Query = req.Query.Clone()
	plain.Query.Filters, plain.Query.Field = nil, ""
	s, found, err := find(&volumeSchema, plain)
	switch {
	case err != nil:
		return models.Reply{}, err
	case len(found) == 0:
		return models.Reply{}, notFound(s, plain)
	case len(found) > 1:
		return homonyms(plain, s, found), nil
	}
	v, ok := found[0].item.(*models.Volume)
	if !ok { // a claim without a volume
		return To(plain)
	}
	req.Inventories = []*models.Inventory{found[0].from.Inventory}
	rep := reply(req, s)
	rep.Title = "Volume " + v.Name
	to := grownTo(v, req.Query)
	g := whatif.Grow(found[0].from.Inventory, v, to)
	rep.Text = growthText(&g, to, &found[0])
	rep.Table = factorsTable(g.Factors)
	if share, ok := models.Percent(v.Used, v.Capacity()); ok {
		rep.Facts = append(rep.Facts, models.Fact{Label: "Used now", Value: v.Used.String() + " of " + v.Capacity().String() + " (" + phrase.Percent(share) + ")"})
	}
	if to > v.Size && g.Verdict != whatif.No && v.Claim != "" {
		rep.Facts = append(rep.Facts, models.Fact{Label: "Do", Value: "`kubectl -n " + v.Namespace + " patch pvc " + v.Claim + ` -p '{"spec":{"resources":{"requests":{"storage":"` + plainSize(to) + "\"}}}}'` — a claim never shrinks again"})
	}
	if found[0].from.Unread["ResourceQuota"] && g.Verdict != whatif.No {
		rep.Notes = append(rep.Notes, "Whether a quota of namespace "+phrase.Code(v.Namespace)+" allows it is not known: the quotas of "+found[0].from.Cluster+" were not read.")
	}
	rep.Buttons = describeButtons(s, found)
	rep.Dialogue.Listed = listed(s, found)
	return rep, nil
}

// growAll answers whether several volumes can grow together, as far as their pools have room for all of them.
func growAll(req Request) (models.Reply, error) {
	res, err := picked(req)
	if err != nil || len(res.rows) == 0 {
		return models.Reply{}, cmp.Or(err, error(&models.Error{Kind: models.NotFound, Message: "there is no such volume", Hint: "Ask for the volumes to see which there are"}))
	}
	rep := reply(req, res.schema)
	var no, care, yes, short []string
	var cells [][]string
	var health []models.Health
	more := models.Bytes(0)
	for _, inv := range req.Inventories {
		rows := slices.DeleteFunc(slices.Clone(res.rows), func(r record) bool { return r.from.Inventory != inv })
		var volumes []*models.Volume
		for i := range rows {
			volumes = append(volumes, rows[i].item.(*models.Volume))
		}
		grown := whatif.GrowAll(inv, volumes, func(v *models.Volume) models.Bytes { return grownTo(v, req.Query) })
		for _, b := range whatif.Burdens(inv, grown) {
			if b.Pool.Free.IsKnown() && b.More > b.Room {
				short = append(short, label(&poolSchema, &record{newSource(inv), b.Pool})+" has room for "+b.Room.String()+" of the "+b.More.String()+" more")
			}
		}
		for i, g := range grown {
			name, says := nameIn(req, &rows[i]), ""
			switch to := grownTo(g.Volume, req.Query); {
			case to > 0 && to < g.Volume.Size:
				says = "it has " + g.Volume.Size.String() + ", and a claim never shrinks"
				no = append(no, name+" ("+says+")")
				g.Verdict = whatif.No
			case g.Verdict == whatif.No:
				says = decisive(&g, func(f whatif.Factor) bool { return f.Fit == whatif.Cannot })
				no = append(no, name+" ("+says+")")
			case g.Unclear || g.Verdict == whatif.YesBut:
				says = decisive(&g, func(f whatif.Factor) bool { return f.Blind || f.Fit == whatif.Tight })
				care = append(care, name)
			default:
				yes = append(yes, name)
			}
			fit := map[whatif.Verdict]whatif.Fit{whatif.Yes: whatif.Fits, whatif.YesBut: whatif.Tight, whatif.No: whatif.Cannot}[g.Verdict]
			cells = append(cells, []string{strings.ReplaceAll(name, "`", ""), g.Volume.Size.String(), g.To.String(), strings.ReplaceAll(says, "`", ""), allowWords[fit]})
			health = append(health, fitHealth[fit])
			more += g.To - g.Volume.Size
		}
	}
	rep.Text = phrase.Either(len(no) > 0, "No: ", phrase.Either(len(care) > 0, "Yes, but: ", "Yes: "))
	var parts []string
	if len(no) > 0 {
		parts = append(parts, phrase.Few(no, 4)+" cannot")
	}
	if len(care) > 0 {
		parts = append(parts, phrase.Few(care, 4)+" can, with something to know first")
	}
	if len(yes) > 0 {
		parts = append(parts, phrase.Few(yes, 6)+" can")
	}
	rep.Text += strings.Join(parts, "; ") + "."
	if more > 0 {
		rep.Text += " Together they would have " + more.String() + " more."
	}
	if len(short) > 0 {
		rep.Text += " Not enough for all of it once it is filled: " + phrase.Few(short, 5) + "."
	}
	rep.Text = hedge(rep.Text, res.schema, req.Inventories)
	rep.Table = table([]string{"Volume", "Size", "Then", "Says", "Possible"}, cells, health)
	rep.Buttons = describeButtons(res.schema, window(res.rows, 0, 3))
	rep.Dialogue.Listed = listed(res.schema, res.rows)
	return rep, nil
}

// grownTo is the size that a query asks for; 0 if it asks for none.
func grownTo(v *models.Volume, q *models.Query) models.Bytes {
	for _, f := range q.Filters {
		switch {
		case f.Field == "size":
			return models.Bytes(f.Number)
		case f.Field == "free" && v.Size.IsKnown():
			return v.Size + models.Bytes(f.Number)
		case f.Field == "times" && v.Size.IsKnown():
			return models.Bytes(float64(v.Size) * f.Number)
		}
	}
	return 0
}

// plainSize writes a size as a manifest does, without losing any of it.
func plainSize(b models.Bytes) string {
	if b%models.GiB == 0 {
		return numberText(CountKind, float64(b/models.GiB)) + "Gi"
	}
	return numberText(CountKind, float64((b+models.MiB-1)/models.MiB)) + "Mi"
}

// growthText answers in words, with what decides.
func growthText(g *whatif.Growth, to models.Bytes, r *record) string {
	v := g.Volume
	name := "volume " + listLabel(&volumeSchema, r) + " on " + r.from.Cluster
	limit := ""
	if most, bound := g.Most(); bound {
		limit = "by at most " + most.String() + ", to " + (v.Size + most).String()
	}
	step := "from " + v.Size.String() + " to " + g.To.String()
	if to == 0 {
		step = limit
	}
	switch {
	case to > 0 && v.Size.IsKnown() && to < v.Size:
		return shrinkText(name, v, to)
	case to > 0 && v.Size.IsKnown() && to == v.Size:
		return phrase.Capital(name) + " has " + v.Size.String() + " already."
	case g.Verdict == whatif.No:
		text := "No: " + name + " cannot grow" + strings.TrimRight(" "+step, " ") + ": " + decisive(g, func(f whatif.Factor) bool { return f.Fit == whatif.Cannot }) + "."
		if bounded(g) && limit != "" && to > 0 {
			text += " It can grow " + limit + "."
		}
		return text
	case g.Unclear:
		return "Unclear: nothing forbids that " + name + " grows" + strings.TrimRight(" "+step, " ") + ", but not all that decides is known: " +
			decisive(g, func(f whatif.Factor) bool { return f.Blind }) + "."
	case to == 0 && limit == "":
		return "Nothing that I know bounds how far " + name + " can grow: its pools reserve no space for it."
	}
	text := "Yes: "
	if g.Verdict == whatif.YesBut {
		text = "Yes, but: "
	}
	text += name + " can grow " + step
	if g.Verdict == whatif.YesBut {
		text += ": " + decisive(g, func(f whatif.Factor) bool { return f.Fit == whatif.Tight })
	}
	if limit != "" && to > 0 && g.Verdict == whatif.Yes {
		text += "; it can grow " + limit
	}
	return text + "."
}

// bounded reports whether only a lack of room speaks against growing.
func bounded(g *whatif.Growth) bool {
	return !slices.ContainsFunc(g.Factors, func(f whatif.Factor) bool { return f.Fit == whatif.Cannot && !f.Room.IsKnown() })
}

// decisive words the factors that are wanted.
func decisive(g *whatif.Growth, wanted func(whatif.Factor) bool) string {
	var parts []string
	for _, f := range g.Factors {
		switch {
		case !wanted(f):
		case f.Kind == "engine" || f.Kind == "volume":
			parts = append(parts, f.Says)
		default:
			parts = append(parts, f.Kind+" "+phrase.Code(f.Name)+": "+f.Says)
		}
	}
	return strings.Join(parts, "; ")
}

// factorsTable lists the objects that decide.
func factorsTable(factors []whatif.Factor) *models.Table {
	t := &models.Table{Total: len(factors), Columns: []models.Column{{Key: "object", Title: "Object"}, {Key: "allows", Title: "Allows it"}, {Key: "says", Title: "Says"}}}
	for _, f := range factors {
		object, allows := f.Kind+" "+f.Name, models.Cell{Text: allowWords[f.Fit], Value: allowWords[f.Fit], Health: fitHealth[f.Fit]}
		if f.Blind {
			allows = models.Cell{Text: "not known", Value: "not known", Health: models.Unknown}
		}
		t.Rows = append(t.Rows, []models.Cell{{Text: object, Value: object}, allows, {Text: f.Says, Value: f.Says}})
	}
	return t
}

var allowWords = map[whatif.Fit]string{whatif.Fits: "yes", whatif.Tight: "with care", whatif.Cannot: "no"}
