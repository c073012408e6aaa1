package answer

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/diagnosis"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Contrast is the field of a query that asks why some of the things that it picks are not as the others: why one is down and the other
// is not, or why one is so full.
const Contrast = "contrast"

// whyContrast tells why those are not well that are not, and what the others have that spares them.
func whyContrast(req Request) (models.Reply, error) {
	plain := req
	plain.Query = req.Query.Clone()
	plain.Query.Field = ""
	res, err := Evaluate(plain.Query, req.Inventories)
	if err != nil {
		return models.Reply{}, err
	}
	rows := window(res.rows, 0, mostContrasted)
	if len(rows) < 2 || req.Query.Subject != models.Volumes && req.Query.Subject != models.Pools {
		return whyAll(plain)
	}
	rep := reply(req, res.schema)
	if req.Query.Subject == models.Pools {
		rep.Text = fillings(rows)
	} else {
		var sick []record
		if sick, rep.Text = sickFirst(rows); len(sick) == 1 {
			rep = diagnosed(rep, whyOf(res.schema, &sick[0]))
			_, rep.Text = sickFirst(rows)
		}
	}
	rep.Text = hedge(rep.Text, res.schema, req.Inventories)
	if rep.Table == nil {
		rep.Table = tableOf(columnsOf(res, rows), rows, len(rows))
	}
	rep.Buttons = describeButtons(res.schema, rows)
	rep.Dialogue.Listed = listed(res.schema, rows)
	return rep, nil
}

// mostContrasted is how many things are held against each other.
const mostContrasted = 12

// sickFirst words why those volumes that are not well are so, and why the others are spared; it returns the former.
func sickFirst(rows []record) ([]record, string) {
	var sick, well []record
	for _, r := range rows {
		if r.item.(*models.Volume).Health == models.Healthy {
			well = append(well, r)
		} else {
			sick = append(sick, r)
		}
	}
	if len(sick) == 0 {
		return nil, "None of " + phrase.Few(shortLabels(rows), 5) + " is unwell now: all are healthy."
	}
	var texts []string
	for _, c := range causesOf(&volumeSchema, sick) {
		texts = append(texts, phrase.Stop(phrase.Few(shortLabels(c.rows), 4)+phrase.Pick(len(c.rows), " is ", " are ")+string(c.rows[0].item.(*models.Volume).Health)+" because "+c.Because))
	}
	for i := range well {
		texts = append(texts, spared(&well[i], sick))
	}
	return sick, strings.Join(texts, " ")
}

// spared says what a healthy volume has that those which are not well have not: its copies are elsewhere, or more of them are left.
func spared(r *record, sick []record) string {
	v := r.item.(*models.Volume)
	var bad, shared []string
	for i := range sick {
		for _, place := range badPlaces(sick[i].item.(*models.Volume)) {
			if slices.ContainsFunc(copyPlaces(v), func(p string) bool { return p == place }) {
				shared = append(shared, place)
			} else {
				bad = append(bad, place)
			}
		}
	}
	bad, shared = phrase.Distinct(bad), phrase.Distinct(shared)
	text := shortLabel(&volumeSchema, r) + " is healthy"
	switch {
	case len(bad) > 0 && len(shared) > 0:
		text += ": it has no copy in " + phrase.Few(bad, 3) + ", and its own in " + phrase.Few(shared, 3) + " is well"
	case len(bad) > 0:
		text += ": it has no copy in " + phrase.Few(bad, 3)
	case len(shared) > 0:
		text += ": its own copy in " + phrase.Few(shared, 3) + " is well"
	}
	if own := copyPlaces(v); len(own) > 0 && len(shared) == 0 {
		text += " (" + phrase.Pick(len(own), "its copy is", "its copies are") + " in " + phrase.Few(own, 4) + ")"
	}
	return text + "."
}

// copyPlaces names where the copies of a volume are.
func copyPlaces(v *models.Volume) []string {
	return placesWhere(v, func(models.Replica) bool { return true })
}

// badPlaces names where those copies of a volume are that are not healthy.
func badPlaces(v *models.Volume) []string {
	return placesWhere(v, func(r models.Replica) bool { return r.Health != models.Healthy })
}

func placesWhere(v *models.Volume, want func(models.Replica) bool) []string {
	var names []string
	for _, r := range v.Replicas {
		switch {
		case !want(r):
		case r.Pool != "":
			names = append(names, phrase.Code(r.Pool)+" on "+r.Node)
		default:
			names = append(names, phrase.Code(r.Node))
		}
	}
	if len(v.Replicas) == 0 && v.Node != "" {
		names = append(names, strings.TrimSpace(phrase.Either(len(v.Pools) > 0, phrase.Code(strings.Join(v.Pools, ", "))+" on ", "")+v.Node))
	}
	return names
}

// fillings words what fills pools, the fullest first.
func fillings(rows []record) string {
	rows = slices.Clone(rows)
	order(rows, poolSchema.Lookup("used_percent"), true)
	texts := make([]string, len(rows))
	for i := range rows {
		thing := thingOf(&poolSchema, &rows[i])
		thing.Asked = diagnosis.Space
		d, _ := diagnosis.Why(rows[i].from.Inventory, thing)
		texts[i] = phrase.Stop(d.Cause)
	}
	return strings.Join(texts, " ")
}
