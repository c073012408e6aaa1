package answer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// The fields of queries that ask what would be of volumes, pods or pools that their filters pick.
const (
	Tolerance = "tolerance" // of volumes: what they can lose
	Replicate = "replicate" // of volumes: another number of replicas, which the filter "replicas" says, or "more" how many more
	Shrink    = "shrink"    // of volumes: to be smaller, by the filter "size" or "free"
	Shared    = "shared"    // of volumes: which pools those of several applications have in common
	Restart   = "restart"   // of pods: to end and start again
	Move      = "move"      // of pods: to run elsewhere, on the nodes of the filter "target" if there is one
	Extend    = "extend"    // of pools: to become larger
)

// supposing answers what would be of the things that a query picks, by its field.
func supposing(field string) func(Request, []record) models.Reply {
	switch field {
	case Tolerance:
		return tolerances
	case Replicate:
		return recopies
	case Shrink:
		return shrinks
	case Shared:
		return shares
	case Restart:
		return restarts
	case Move:
		return moves
	case Extend:
		return extensions
	}
	return nil
}

// SupposesOf reports whether a query asks what would be of the things that it picks.
func SupposesOf(q *models.Query) bool { return q != nil && supposing(q.Field) != nil }

// wants are the filters that say what is supposed, rather than of which things.
var wants = []string{"replicas", "more", "size", "free", "times", "target"}

// picked returns the things that a query is about which supposes something of them.
func picked(req Request) (*Result, error) {
	rest := req.Query.Clone()
	rest.Field = ""
	rest.Filters = slices.DeleteFunc(rest.Filters, func(f models.Filter) bool { return slices.Contains(wants, f.Field) })
	return Evaluate(rest, req.Inventories)
}

// supposition answers such a query.
func supposition(req Request) (models.Reply, error) {
	if err := nothing(req); err != nil {
		return models.Reply{}, err
	}
	res, err := picked(req)
	if err != nil {
		return models.Reply{}, err
	}
	if len(res.rows) == 0 {
		none := req
		none.Query = res.query
		return To(none)
	}
	rep := supposing(req.Query.Field)(req, res.rows)
	rep.Text = hedge(rep.Text, res.schema, req.Inventories)
	rep.Buttons = append(rep.Buttons, describeButtons(res.schema, window(res.rows, 0, 3))...)
	rep.Dialogue.Listed = listed(res.schema, res.rows)
	return rep, nil
}

// wanted returns the number that a query's filter of a field has, and whether there is one.
func wanted(q *models.Query, field string) (float64, bool) {
	for _, f := range q.Filters {
		if f.Field == field {
			return f.Number, true
		}
	}
	return 0, false
}

// nameIn names a volume in a sentence, with its cluster where several are asked.
func nameIn(req Request, r *record) string {
	return shortLabel(&volumeSchema, r) + phrase.Either(len(req.Inventories) > 1, " (on "+r.from.Cluster+")", "")
}

// table makes a table of rows of texts, without the backticks of names, each with the health that its last column shows.
func table(titles []string, rows [][]string, health []models.Health) *models.Table {
	t := &models.Table{Total: len(rows)}
	for _, title := range titles {
		t.Columns = append(t.Columns, models.Column{Key: strings.ToLower(strings.ReplaceAll(title, " ", "_")), Title: title})
	}
	for i, row := range rows {
		cells := make([]models.Cell, len(row))
		for j, text := range row {
			text = strings.ReplaceAll(text, "`", "")
			cells[j] = models.Cell{Text: text, Value: text}
		}
		cells[len(cells)-1].Health = health[i]
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// placeOf names a place that holds a copy.
func placeOf(s *whatif.Strike) string {
	switch {
	case s.Pool == "":
		return "node " + phrase.Code(s.Node)
	case s.Node == "":
		return "pool " + phrase.Code(s.Pool)
	}
	return phrase.Either(strings.HasPrefix(s.Pool, "pool"), "", "pool ") + phrase.Code(s.Pool) + " on " + s.Node
}

// tolerances says what volumes can still lose.
func tolerances(req Request, rows []record) models.Reply {
	rep := reply(req, &volumeSchema)
	if len(rows) == 1 {
		t := whatif.Tolerate(rows[0].from.Inventory, rows[0].item.(*models.Volume))
		rep.Text = toleranceText(nameIn(req, &rows[0]), &t)
		rep.Table = strikesTable(&t)
		return rep
	}
	bySpare := map[string][]string{}
	var order []string
	var cells [][]string
	var health []models.Health
	for i := range rows {
		t := whatif.Tolerate(rows[i].from.Inventory, rows[i].item.(*models.Volume))
		word := spareWord(&t)
		if bySpare[word] == nil {
			order = append(order, word)
		}
		bySpare[word] = append(bySpare[word], nameIn(req, &rows[i]))
		var stops []string
		for j := range t.Single {
			if t.Single[j].Stops() {
				stops = append(stops, placeOf(&t.Single[j]))
			}
		}
		cells = append(cells, []string{nameIn(req, &rows[i]), phrase.Count(t.Copies, "copy", "copies"), strconv.Itoa(t.Needed), phrase.Either(len(stops) > 0, phrase.Or(stops), noText), word})
		health = append(health, phraseHealth(&t))
	}
	slices.Sort(order)
	var texts []string
	for _, word := range order {
		texts = append(texts, phrase.Capital(canLose(len(bySpare[word]), word))+": "+phrase.Few(bySpare[word], 6)+".")
	}
	rep.Text = strings.Join(texts, " ")
	rep.Table = table([]string{"Volume", "Healthy", "Needed", "Stopped by the loss of", "Can lose"}, cells, health)
	return rep
}

// What a table says of volumes of which no copy can be counted off.
const (
	spareUnknown = "nobody knows how many copies"
	spareDown    = "down now"
)

// canLose words what so many volumes can lose.
func canLose(volumes int, word string) string {
	switch word {
	case spareUnknown:
		return spareUnknown + " " + phrase.Count(volumes, "volume", "volumes") + " can lose"
	case spareDown:
		return phrase.Count(volumes, "volume is", "volumes are") + " " + spareDown
	}
	return phrase.Count(volumes, "volume", "volumes") + " can lose " + word
}

// spareWord says how many copies a volume can lose.
func spareWord(t *whatif.Tolerance) string {
	switch {
	case !t.Known:
		return spareUnknown
	case t.Volume.Health == models.Down:
		return spareDown
	case t.Spare == 0:
		return "no copy"
	}
	return phrase.Count(t.Spare, "copy", "copies")
}

func phraseHealth(t *whatif.Tolerance) models.Health {
	switch {
	case !t.Known:
		return models.Unknown
	case t.Volume.Health == models.Down:
		return models.Down
	case t.Spare == 0:
		return models.Degraded
	}
	return models.Healthy
}

// toleranceText says of one volume what it can lose and which loss would be the end of that.
func toleranceText(name string, t *whatif.Tolerance) string {
	v := t.Volume
	var stops, harmless []string
	for i := range t.Single {
		place := placeOf(&t.Single[i])
		switch {
		case t.Single[i].Stops():
			stops = append(stops, place)
		case !t.Single[i].Counts:
			harmless = append(harmless, place)
		}
	}
	have := phrase.Count(t.Copies, "healthy copy", "healthy copies") + " of " + strconv.Itoa(max(v.Desired, 1))
	need := "it needs " + strconv.Itoa(t.Needed)
	switch v.Engine {
	case models.CStor:
		need = "its quorum is " + strconv.Itoa(t.Needed)
	case models.Jiva:
		need += " to be written to"
	}
	switch {
	case v.Local():
		text := name + " can lose nothing: " + v.Engine.Title() + " keeps a single copy, on " + phrase.Either(v.Node == "", "a node that is not known", "node "+phrase.Code(v.Node))
		if len(v.Pools) > 0 {
			text += " in " + phrase.Code(v.Pools[0])
		}
		return text + ". It is down while that is away, and its data is gone with the disks."
	case !t.Known:
		return "Where the copies of " + name + " are is not known, so nobody can tell what it can lose."
	case v.Health == models.ReadOnly && t.Readable > 0:
		return name + " is read-only now: it has " + have + ", " + strconv.Itoa(t.Readable) + " that can only be read, and " + need + ". It can lose " +
			phrase.Either(t.Reads == 0, "none of these", strconv.Itoa(t.Reads)+" of these") + " and still be read."
	case v.Health == models.Down || t.Copies == 0:
		return name + " has nothing left to lose: it is down now, with " + have + "."
	case v.Health == models.ReadOnly || t.Copies < t.Needed:
		return name + " is below its quorum already: it has " + have + " and " + need + "."
	}
	text := name + " can lose " + phrase.Either(t.Spare == 0, "no further copy", phrase.Count(t.Spare, "further copy", "further copies")+", and "+phrase.Either(t.Nodes == 0, "no node", "any "+phrase.Count(t.Nodes, "node", "nodes"))) + ": it has " + have + " and " + need + "."
	switch {
	case len(stops) > 0:
		text += " The loss of " + phrase.Or(stops) + phrase.Either(v.Engine == models.Jiva && t.Copies > 1, " would make it read-only", " would stop it")
		if len(harmless) > 0 {
			text += "; that of " + phrase.Or(harmless) + " would not: its copy there does not count now"
		}
		text += "."
	case t.Nodes < len(placeNodes(t)):
		text += " No single pool or node stops it; " + phrase.Either(t.Nodes+1 == len(placeNodes(t)), "all of ", "any "+strconv.Itoa(t.Nodes+1)+" of ") + phrase.And(placeNodes(t)) + " at once would."
	}
	return text
}

// placeNodes names the places of the copies that count.
func placeNodes(t *whatif.Tolerance) []string {
	var names []string
	for i := range t.Single {
		if t.Single[i].Counts {
			names = append(names, placeOf(&t.Single[i]))
		}
	}
	return names
}

func strikesTable(t *whatif.Tolerance) *models.Table {
	var cells [][]string
	var health []models.Health
	for i := range t.Single {
		s := &t.Single[i]
		cells = append(cells, []string{strings.ReplaceAll(placeOf(s), "`", ""), s.Why, thenWords[s.Change]})
		health = append(health, thenHealth[s.Change])
	}
	return table([]string{"If lost", "Why", "Then"}, cells, health)
}
