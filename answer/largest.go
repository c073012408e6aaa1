package answer

import (
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
	"github.com/mulebot/mulebot/whatif"
)

// Largest is the field of a query that asks how big a volume could be made: its filters say what volume.
const Largest = "largest"

// largest answers how big a volume could be made on each cluster.
func largest(req Request) models.Reply {
	rep := reply(req, &poolSchema)
	var texts []string
	var rows []record
	for _, inv := range req.Inventories {
		want, cannot := wantOf(inv, req.Query)
		from := newSource(inv)
		if cannot != "" {
			rep.Notes = append(rep.Notes, "Not looked at on "+inv.Cluster+": "+cannot+".")
			continue
		}
		size, pools := whatif.Largest(inv, want)
		what := "volume"
		if want.Engine != "" {
			what = engineName(string(want.Engine)) + " volume"
		}
		if want.Replicas > 0 {
			what += " with " + phrase.Count(want.Replicas, "replica", "replicas")
		}
		if len(pools) == 0 || size == 0 {
			texts = append(texts, "No "+what+" of any size fits on "+inv.Cluster+".")
			continue
		}
		var names []string
		for _, p := range pools {
			r := record{from, p}
			names = append(names, label(&poolSchema, &r, p.Free.String()+" free"))
			rows = append(rows, r)
		}
		texts = append(texts, "The biggest "+what+" that fits on "+inv.Cluster+" has "+size.String()+": in "+phrase.And(names)+"."+unjudged(&want))
	}
	rep.Text = hedge(strings.Join(texts, " "), &poolSchema, req.Inventories)
	rep.Notes = append(rep.Notes, "A thick volume, or what a thin one can grow into; a cStor pool is filled up to where it turns read-only.")
	if len(rows) > 0 {
		rep.Table = tableOf(fieldsOf(&poolSchema, []string{"name", "node", "engine", "free", "used_percent"}), rows, len(rows))
	}
	rep.Buttons = describeButtons(&poolSchema, window(rows, 0, 3))
	rep.Dialogue.Listed = listed(&poolSchema, rows)
	return rep
}
