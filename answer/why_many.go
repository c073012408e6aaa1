package answer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/diagnosis"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// mostExplained is how many things are looked into for one answer.
const mostExplained = 60

// whyAll answers why several things are as they are: a cause once for all that it explains, those that explain most first.
func whyAll(req Request) (models.Reply, error) {
	if !diagnosis.Explains(req.Query.Subject) || req.Query.GroupBy != "" || req.Query.Aggregate != "" {
		return To(req)
	}
	if err := nothing(req); err != nil {
		return models.Reply{}, err
	}
	res, err := Evaluate(req.Query, req.Inventories)
	if err != nil {
		return models.Reply{}, err
	}
	rows := window(res.page(), 0, mostExplained)
	if req.Query.Subject == models.Volumes && res.scope == 0 { // that has no volume yet
		claims := req
		claims.Query = req.Query.Clone()
		claims.Query.Subject = models.Claims
		if found, err := Evaluate(claims.Query, req.Inventories); err == nil && len(found.rows) > 0 {
			return whyAll(claims)
		}
	}
	switch {
	case len(rows) == 0:
		return To(req)
	case len(rows) == 1 && !res.cut():
		return whyReply(req, res.schema, &rows[0], whyOf(res.schema, &rows[0])), nil
	}
	return causesReply(req, res, rows), nil
}

// whyOf is why a record is as it is.
func whyOf(s *Schema, r *record) diagnosis.Diagnosis {
	d, _ := diagnosis.Why(r.from.Inventory, thingOf(s, r))
	return d
}

// cause is why some things are as they are.
type cause struct {
	diagnosis.Diagnosis
	root string // the object that is behind it
	rows []record
	said map[string]int // how it is worded, and of how many of them
}

// add adds a record that the cause explains too, and words the cause as it is of most of them.
func (c *cause) add(r record, d diagnosis.Diagnosis) {
	c.rows = append(c.rows, r)
	c.said[d.Because]++
	most := c.said[c.Because]
	if n := c.said[d.Because]; n > most || n == most && len(d.Because) < len(c.Because) {
		c.Diagnosis = d
	}
}

// causesOf finds why records are as they are. Those whose chains end at the same object have one cause.
func causesOf(s *Schema, rows []record) []cause {
	var all []cause
	for i := range rows {
		d := whyOf(s, &rows[i])
		root := rows[i].from.Cluster + " " + d.Root().Kind + " " + d.Root().Namespace + "/" + d.Root().Name + " " + d.Root().Field
		if d.Because == "" {
			root = ""
		}
		if at := slices.IndexFunc(all, func(c cause) bool { return c.root == root }); at >= 0 {
			all[at].add(rows[i], d)
			continue
		}
		all = append(all, cause{d, root, rows[i : i+1 : i+1], map[string]int{d.Because: 1}})
	}
	slices.SortStableFunc(all, func(a, b cause) int {
		if (a.root == "") != (b.root == "") {
			return len(a.root) - len(b.root)
		}
		return len(b.rows) - len(a.rows)
	})
	return all
}

// causesReply lists what was found, and then causes with what each explains.
func causesReply(req Request, res *Result, rows []record) models.Reply {
	rep := reply(req, res.schema)
	causes := causesOf(res.schema, rows)
	known := len(causes)
	if causes[known-1].root == "" {
		known--
	}
	rep.Text = res.headline(rows)
	if !res.cut() {
		rep.Text += res.byCluster(rows)
	}
	switch {
	case known == 1 && len(causes) == 1:
		rep.Text += " All of them have one cause:"
	case known == 1:
		rep.Text += " I see one cause:"
	case known > 1:
		rep.Text += " There are " + strconv.Itoa(known) + " causes:"
	}
	for i := range causes {
		rep.Text += "\n• " + phrase.Stop(causes[i].sentence(res))
	}
	rep.Text = hedge(rep.Text, res.schema, req.Inventories)
	rep.Table = causesTable(res, causes)
	if rest := len(res.page()) - len(rows); rest > 0 {
		rep.Notes = append(rep.Notes, "Only the first "+strconv.Itoa(len(rows))+" were looked into.")
	}
	rep.Notes = append(rep.Notes, res.Notes()...)
	for i := range rows[:min(len(rows), offered)] {
		rep.Buttons = append(rep.Buttons, models.Button{Label: "Why " + listLabel(res.schema, &rows[i]),
			Action: models.Action{Intent: "why", Query: queryFor(res.schema, &rows[i])}})
	}
	rep.Dialogue.Listed = listed(res.schema, rows)
	return rep
}

// sentence names what a cause explains, and the cause.
func (c *cause) sentence(res *Result) string {
	names := make([]string, len(c.rows))
	for i := range c.rows {
		names[i] = listLabel(res.schema, &c.rows[i])
	}
	who := phrase.Few(names, 6)
	if len(res.sources) > 1 {
		who += " (on " + c.rows[0].from.Cluster + ")"
	}
	switch {
	case c.root == "":
		return who + ": nothing that I can read says why"
	case c.Certainty == diagnosis.NoFault:
		return who + ": no fault: " + c.Because
	case c.Certainty == diagnosis.Likely:
		return who + ": most likely because " + c.Because
	case c.Certainty == diagnosis.NotKnown:
		return who + ": " + c.Because
	}
	return who + ": because " + c.Because
}

// causesTable lists the things with the object that is behind their state.
func causesTable(res *Result, causes []cause) *models.Table {
	keys := []string{"name", "namespace", "node", "health"}
	if res.schema.Subject == models.Volumes {
		keys = []string{"claim", "namespace", "health"}
	}
	if len(res.sources) > 1 {
		keys = slices.Insert(keys, 1, "cluster")
	}
	keys = slices.DeleteFunc(keys, func(k string) bool { return res.schema.Lookup(k) == nil })
	var rows []record
	var behind, since []string
	for _, c := range causes {
		for range c.rows {
			root := c.Root()
			behind = append(behind, strings.TrimSpace(root.Kind+" "+root.Name+": "+root.Says))
			at := noText
			if !root.Since.IsZero() {
				at = moment(root.Since)
			}
			since = append(since, at)
		}
		rows = append(rows, c.rows...)
	}
	t := tableOf(fieldsOf(res.schema, keys), rows, len(res.rows))
	t.Columns = append(t.Columns, models.Column{Key: "behind", Title: "Behind it"}, models.Column{Key: "since", Title: "Since"})
	for i := range t.Rows {
		t.Rows[i] = append(t.Rows[i], models.Cell{Text: shorten(behind[i], 120), Value: behind[i]}, models.Cell{Text: since[i], Value: since[i]})
	}
	return t
}
