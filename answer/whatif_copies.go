package answer

import (
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// recopies says what another number of replicas would mean for volumes: what it costs, where the new ones would be, and what could be
// lost then.
func recopies(req Request, rows []record) models.Reply {
	rep := reply(req, &volumeSchema)
	number, absolute := wanted(req.Query, "replicas")
	more, _ := wanted(req.Query, "more")
	var texts, do []string
	var cells [][]string
	var health []models.Health
	before, after, possible := models.Bytes(0), models.Bytes(0), 0
	for i := range rows {
		v := rows[i].item.(*models.Volume)
		to := max(v.Desired, 1) + int(more)
		if absolute {
			to = int(number)
		}
		r := whatif.Copied(rows[i].from.Inventory, v, to)
		text, fits := recopyText(nameIn(req, &rows[i]), &r, rows[i].from)
		texts = append(texts, text)
		cells = append(cells, []string{nameIn(req, &rows[i]), strconv.Itoa(r.From), strconv.Itoa(r.To), r.Raw(r.From).String(), r.Raw(r.To).String(), phrase.Either(fits, "yes", "no")})
		health = append(health, fitHealth[map[bool]whatif.Fit{true: whatif.Fits, false: whatif.Cannot}[fits]])
		if r.Each.IsKnown() && fits {
			possible++
			before, after = before+r.Raw(r.From), after+r.Raw(r.To)
		}
		if fits && r.From != r.To {
			do = append(do, recopyCommand(v, to))
		}
	}
	rep.Text = strings.Join(texts[:min(len(texts), 4)], " ")
	if len(rows) > 1 {
		if possible > 1 {
			rep.Text = "Together " + phrase.Count(possible, "volume", "volumes") + " would take " + after.String() + " of their pools in place of " + before.String() + ". " + rep.Text
		}
		rep.Table = table([]string{"Volume", "Replicas", "Then", "Raw", "Raw then", "Possible"}, cells, health)
	}
	if len(do) > 0 {
		rep.Facts = append(rep.Facts, models.Fact{Label: "Do", Value: strings.Join(window(do, 0, mostCommands), "\n")})
	}
	return rep
}

// recopyText answers of one volume, and reports whether it can be done.
func recopyText(name string, r *whatif.Recopy, from *source) (string, bool) {
	n := func(i int) string { return phrase.Count(i, "replica", "replicas") }
	switch {
	case r.Cannot != "":
		return "No: " + name + " cannot have " + n(r.To) + ": " + r.Cannot + ".", false
	case r.To == r.From:
		return name + " is to have " + n(r.From) + " as it is: they take " + r.Raw(r.From).String() + " of their pools.", true
	}
	cost := "A copy takes what is written of it, up to " + r.Volume.Size.String() + "; how much that is now is not known."
	if r.Each.IsKnown() {
		differs := r.Raw(r.To) - r.Raw(r.From)
		cost = "It would take " + r.Raw(r.To).String() + " of raw space in place of " + r.Raw(r.From).String() + ", " + phrase.Either(differs > 0, differs.String()+" more", (-differs).String()+" less")
		if r.Grows {
			cost += " as it is filled now (up to " + r.Volume.Size.String() + " a copy)"
		}
		cost += "."
	}
	cost += " It could then lose " + phrase.Count(r.Spare(), "copy", "copies") + " of " + strconv.Itoa(r.To) + phrase.Either(r.Needed > 1, ", with a quorum of "+strconv.Itoa(r.Needed), "") + "."
	lacks := ""
	if r.Healthy < r.From {
		lacks = " Only " + strconv.Itoa(r.Healthy) + " of its " + n(r.From) + phrase.Pick(r.Healthy, " is", " are") + " healthy now: mend that first."
	}
	if r.To < r.From || r.Volume.Engine == models.Jiva {
		return "Yes: " + name + " can have " + n(r.To) + " in place of " + strconv.Itoa(r.From) + ". " + cost + lacks, true
	}
	p := &placed{from: from}
	var fit, not []whatif.Spot
	for _, s := range r.Spots {
		if s.Fit > whatif.Cannot {
			fit = append(fit, s)
		} else {
			not = append(not, s)
		}
	}
	if !r.Fits() {
		text := "No: " + name + " cannot get " + n(r.To) + " in place of " + strconv.Itoa(r.From) + ": each new one needs a pool on a node that has none of it yet, and " + phrase.Either(r.Nodes == 0, "no such node has", "only "+phrase.Count(r.Nodes, "node has", "nodes have")) + " room"
		if len(not) > 0 {
			text += ": not " + phrase.Few(p.named(window(not, 0, 4)), 4)
		}
		return text + ". " + cost + lacks, false
	}
	return "Yes: " + name + " can have " + n(r.To) + " in place of " + strconv.Itoa(r.From) + ": there is room in " + phrase.Few(p.named(fit), 4) + ". " + cost + lacks, true
}

// recopyCommand is what changes the number of replicas of a volume.
func recopyCommand(v *models.Volume, to int) string {
	number := strconv.Itoa(to)
	switch v.Engine {
	case models.Mayastor:
		return "`kubectl openebs mayastor scale volume " + strings.TrimPrefix(v.Name, "pvc-") + " " + number + "` — the storage class changes nothing of volumes that are there"
	case models.CStor:
		return "`kubectl -n openebs edit cvc " + v.Name + "` — one pool more or less in spec.policy.replicaPoolInfo, one at a time"
	}
	return "`kubectl -n openebs edit jivavolume " + v.Name + "` — spec.desiredReplicationFactor: " + number
}

// shrinks says why volumes cannot be smaller, and whether what is in them would fit into smaller ones.
func shrinks(req Request, rows []record) models.Reply {
	rep := reply(req, &volumeSchema)
	var cells [][]string
	var health []models.Health
	for i := range rows {
		v := rows[i].item.(*models.Volume)
		cells = append(cells, []string{nameIn(req, &rows[i]), v.Size.String(), v.Used.String(), "no"})
		health = append(health, models.Down)
	}
	rep.Text = "No: none of " + phrase.Few(shortLabels(rows), 5) + " can shrink: Kubernetes refuses a claim that asks for less than before, and no engine makes a volume smaller."
	rep.Table = table([]string{"Volume", "Size", "Used", "Can shrink"}, cells, health)
	if len(rows) == 1 {
		v := rows[0].item.(*models.Volume)
		rep.Text, rep.Table = shrinkText(nameIn(req, &rows[0]), v, grownTo(v, req.Query)), nil
	}
	rep.Notes = append(rep.Notes, smaller)
	return rep
}

// smaller says how one gets a smaller volume all the same.
const smaller = "To get a smaller one, make a new claim of that size, copy the data into it and point the application at it."

func shrinkText(name string, v *models.Volume, to models.Bytes) string {
	if to > 0 && v.Size.IsKnown() && to >= v.Size {
		return name + " has " + v.Size.String() + ": " + to.String() + " would be no less."
	}
	text := "No: " + name + " cannot shrink from " + v.Size.String()
	if to > 0 {
		text += " to " + to.String()
	}
	text += ": Kubernetes refuses a claim that asks for less than before, and " + v.Engine.Title() + " makes no volume smaller."
	switch used := v.Used; {
	case !used.IsKnown() || to <= 0:
		if used.IsKnown() {
			text += " " + used.String() + " of it are used."
		} else {
			text += " How much of it is used is not known."
		}
	case used < to:
		text += " The " + used.String() + " that are used would fit into a new one of " + to.String() + "."
	default:
		text += " Nor would the " + used.String() + " that are used fit into " + to.String() + "."
	}
	return text
}
