package answer

import (
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// change is one thing that happened, as the cluster itself remembers it: something was made, entered the state that it is in,
// or had an event for the first time. What recurs changes nothing.
type change struct {
	at              time.Time
	kind            string // "created", "state" or "event"
	subject         models.Subject
	namespace, name string
	what            string    // for people
	worse           bool      // it is for the worse
	mended          bool      // it is healthy since then …
	made            time.Time // … and was made at this time
}

var changeSchema = Schema{
	Subject: models.Changes, One: "change", Many: "changes",
	columns: []string{"age", "kind", "thing", "name", "namespace", "what"},
	order:   "age",
	records: changes,
	fields: []Field{
		ageField("age", "When", func(c *change) time.Time { return c.at }).called("age"),
		textField("kind", "Kind", func(c *change) string { return c.kind }),
		textField("thing", "Thing", func(c *change) string { return string(c.subject) }),
		textField("name", "Name", func(c *change) string { return c.name }),
		textField("namespace", "Namespace", func(c *change) string { return c.namespace }),
		textField("what", "What", func(c *change) string { return c.what }),
		flagField("worse", "For the worse", func(c *change) bool { return c.worse }),
	},
}

// changes reads the changes out of an inventory. What was there and is gone leaves no trace in it.
func changes(to []record, from *source) []record {
	add := func(at time.Time, kind string, s models.Subject, namespace, name, what string, worse bool) {
		if !at.IsZero() && name != "" {
			to = append(to, record{from, &change{at: at, kind: kind, subject: s, namespace: namespace, name: name, what: what, worse: worse}})
		}
	}
	created := func(at time.Time, s models.Subject, namespace, name, what string) {
		add(at, "created", s, namespace, name, what, false)
	}
	state := func(at, made time.Time, s models.Subject, namespace, name string, h models.Health, word string) {
		before := len(to)
		add(at, "state", s, namespace, name, "since then "+healthWord(h)+inState(string(h), word), h.Severity() >= models.Degraded.Severity())
		if len(to) > before {
			c := to[before].item.(*change)
			c.mended, c.made = h == models.Healthy, made
		}
	}
	for i := range from.Volumes {
		v := &from.Volumes[i]
		namespace, name := v.Namespace, v.Claim
		if name == "" {
			name = v.Name
		}
		if v.ClaimPhase == "" { // else its claim tells
			created(v.Created, models.Volumes, namespace, name, "volume of "+v.Size.String()+" made")
		}
		state(v.Since, v.Created, models.Volumes, namespace, name, v.Health, v.State)
		for _, r := range v.Replicas {
			state(r.Since, r.Created, models.Replicas, namespace, name, r.Health, r.State+" on "+r.Node)
		}
	}
	for i := range from.Claims {
		c := &from.Claims[i]
		created(c.Created, models.Claims, c.Namespace, c.Name, "claim made, now "+c.Phase)
	}
	for i := range from.Pools {
		p := &from.Pools[i]
		created(p.Created, models.Pools, "", p.Name, "pool made on "+p.Node)
		state(p.Since, p.Created, models.Pools, "", p.Name, p.Health, p.State)
	}
	for i := range from.Nodes {
		n := &from.Nodes[i]
		created(n.Created, models.Nodes, "", n.Name, "node joined")
		state(n.Since, n.Created, models.Nodes, "", n.Name, n.Health, n.State)
	}
	for i := range from.Snapshots {
		s := &from.Snapshots[i]
		created(s.Created, models.Snapshots, s.Namespace, s.Name, "snapshot of "+s.Claim+" taken, "+s.State)
	}
	for i := range from.Pods {
		p := &from.Pods[i]
		created(p.Created, models.Pods, p.Namespace, p.Name, "pod started on "+orNone(p.Node)+", now "+p.State)
	}
	for i := range from.StorageClasses {
		c := &from.StorageClasses[i]
		created(c.Created, models.StorageClasses, "", c.Name, "storage class made")
	}
	for i := range from.Events {
		e := &from.Events[i]
		at, again := e.First, ""
		if at.IsZero() {
			at = e.Last
		}
		if e.Last.After(at) {
			again = ", again and again until " + moment(e.Last)
		}
		add(at, "event", models.Events, e.Namespace, e.Object, e.Reason+" of "+e.Kind+": "+e.Message+again, e.Type != "Normal")
	}
	return to
}

// mostTold is up to how many events and changes are told of in the text too.
const mostTold = 5

// told tells of events and changes one by one: when, and what.
func told(rows []record) string {
	text := ""
	for i := range rows {
		at, who, what := time.Time{}, "", ""
		switch it := rows[i].item.(type) {
		case *models.Event:
			at, who, what = it.Last, it.Kind+" "+phrase.Code(it.Object), it.Reason+": "+shorten(it.Message, 160)
		case *change:
			at, who, what = it.at, strings.TrimPrefix(string(it.subject)+" ", "event ")+phrase.Code(it.name), shorten(it.what, 160)
		}
		when := "at a time that is not known"
		if !at.IsZero() {
			when = moment(at)
		}
		text += "\n• " + when + ", " + rows[i].from.Cluster + ": " + who + ": " + what
	}
	return text
}

// ofChanges says of what kinds changes are.
func ofChanges(rows []record) string {
	kinds := map[string]int{}
	for i := range rows {
		kinds[rows[i].item.(*change).kind]++
	}
	var parts []string
	if n := kinds["created"]; n > 0 {
		parts = append(parts, phrase.Count(n, "is a new thing", "are new things"))
	}
	if n := kinds["state"]; n > 0 {
		parts = append(parts, phrase.Count(n, "is a change of state", "are changes of state"))
	}
	if n := kinds["event"]; n > 0 {
		parts = append(parts, phrase.Count(n, "is an event", "are events"))
	}
	if len(parts) == 0 {
		return ""
	}
	return " " + phrase.And(parts) + "."
}

func orNone(node string) string {
	if node == "" {
		return "no node"
	}
	return node
}
