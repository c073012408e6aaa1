package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// liken picks out things by the figure of another one, "claims bigger than data-0": what it reads is no name to filter by. It returns
// a reply where there is no such figure.
func (q *question) liken(t target) *models.Reply {
	if len(t.names) > 1 && !q.pinned {
		if names := q.scoped(t); len(names) > 1 {
			return q.which(slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Start == t.entity.Start }), t.entity, names)
		}
	}
	key, op := "", models.Op("")
	for i, w := range q.before(t.entity.Start, 5) {
		if equal := likenesses[equals[w]]; i == 1 && equal.field != "" { // "as big as data-0"
			key, op = equal.field, models.Eq
			if q.phrase("at", "least") {
				op = models.Ge
			}
			break
		}
		if l, ok := likenesses[w]; ok {
			key, op = l.field, l.op
			break
		}
	}
	s, inv := answer.Fields(q.subject), q.inventory(t.names[0].Group)
	field := own[q.subject][t.kind]
	if s == nil || inv == nil || key == "" || s.Lookup(key) == nil || field == "" {
		return likening(t)
	}
	figure := &models.Query{Subject: q.subject, Filters: []models.Filter{eq(field, t.value)}}
	if ns := t.names[0].Scope; ns != "" && s.Lookup("namespace") != nil {
		figure.Filters = append(figure.Filters, eq("namespace", ns))
	}
	res, err := answer.Evaluate(figure, []*models.Inventory{inv})
	if err != nil {
		return likening(t)
	}
	number, written, known := res.Figure(key)
	if !known {
		return likening(t)
	}
	q.query.Filters = append(q.query.Filters, models.Filter{Field: key, Op: op, Number: number})
	q.notes = append(q.notes, "The "+s.Lookup(key).Name()+" of "+phrase.Code(t.value)+" is "+written+".")
	q.targets = slices.DeleteFunc(q.targets, func(o target) bool { return o.entity.Start == t.entity.Start })
	q.versus = true
	return nil
}

// likeness is what a comparative compares.
type likeness struct {
	field string
	op    models.Op
}

var likenesses = map[string]likeness{"bigger": {"size", models.Gt}, "larger": {"size", models.Gt}, "greater": {"size", models.Gt}, "smaller": {"size", models.Lt},
	"older": {"age", models.Gt}, "newer": {"age", models.Lt}, "younger": {"age", models.Lt}, "fuller": {"used_percent", models.Gt}, "emptier": {"used_percent", models.Lt}}

// equals are the adjectives of the comparatives.
var equals = map[string]string{"big": "bigger", "large": "bigger", "old": "older", "full": "fuller", "small": "smaller"}

// likening says how to ask what things are bigger, older or fuller than another one.
func likening(t target) *models.Reply {
	return &models.Reply{AskedBack: true, Text: "I have no figure of " + phrase.Code(t.value) + " to compare these things with. Say how big, old or full, as in “volumes bigger than 100Gi”; “describe " +
		t.value + "” tells it of " + phrase.Code(t.value) + "."}
}

// placeBefore returns the word for a place that a name says which one it is of, "the node of kafka-0", "the node where kafka-0 runs"; nil if
// none does.
func (q *question) placeBefore(t target) *nlp.Entity {
	if !movable[t.kind] || t.negated {
		return nil
	}
	near := q.before(t.entity.Start, 1)
	same := len(near) > 0 && near[0] == "as" && q.anyWord(setOf("same"))
	if len(near) == 0 || near[0] != "of" && near[0] != "where" && near[0] != "with" && !same {
		return nil
	}
	for i := range q.parse.Entities {
		e := &q.parse.Entities[i]
		if same && e.Type == "scope" && q.within(e.End, t.entity.Start, 1) && e.End <= t.entity.Start && own[q.query.Subject]["namespace"] != "" {
			return e
		}
		if e.Type != "subject" || e.End > t.entity.Start || !q.within(e.End, t.entity.Start, 1) || models.Subject(e.Value) == q.query.Subject || own[q.query.Subject][e.Value] == "" {
			continue
		}
		if before := q.before(e.Start, 3); localities[e.Value] && slices.ContainsFunc(before, func(w string) bool { return naming[w] }) {
			return e
		}
	}
	return nil
}

var (
	movable    = setOf("pod claim volume workload")
	localities = setOf("node pool storageclass")
)

// filterByPlace picks out what is in the same place as a thing: "volumes on the node of kafka-0".
func (q *question) filterByPlace(t target) *models.Reply {
	place := q.placeBefore(t)
	if place.Type == "scope" {
		q.add(eq("namespace", t.names[0].Scope))
		return nil
	}
	var values []string
	for _, v := range q.volumesOf(t) {
		switch models.Subject(place.Value) {
		case models.Pools:
			values = append(values, v.Pools...)
		case models.StorageClasses:
			values = append(values, v.StorageClass)
		case models.Nodes:
			if v.Node != "" {
				values = append(values, v.Node)
			} else {
				values = append(values, answer.NodesOf(v)...)
			}
		}
	}
	if values = phrase.Distinct(values); len(values) == 0 {
		return q.unjoined(t)
	}
	q.notes = append(q.notes, "The "+strings.ToLower(place.Text)+" of "+phrase.Code(t.value)+": "+phrase.And(phrase.Codes(values))+".")
	q.add(models.Filter{Field: own[q.query.Subject][place.Value], Op: models.Eq, Values: values})
	for i := range q.parse.Entities {
		if q.parse.Entities[i].Start == place.Start {
			q.taken[i] = true
		}
	}
	return nil
}

// isDriver reports whether what begins at an offset is said to be a driver: "with driver ebs.csi.aws.com".
func (q *question) isDriver(offset int) bool {
	near := q.before(offset, 2)
	return len(near) > 0 && (driving[near[0]] || len(near) > 1 && driving[near[1]] && (glue[near[0]] || near[0] == "="))
}

var driving = setOf("driver drivers provisioner provisioners")

// fillDriver takes the driver that made things.
func (q *question) fillDriver() {
	s := answer.Fields(q.query.Subject)
	for _, w := range q.words {
		if s == nil || !strings.Contains(w.text, ".") || !q.isDriver(w.start) {
			continue
		}
		for _, key := range []string{"driver", "provisioner"} {
			if s.Lookup(key) != nil {
				f := eq(key, w.text)
				f.Not = slices.ContainsFunc(q.before(w.start, 4), func(o string) bool { return denying[o] })
				q.add(f)
				q.had = append(q.had, w)
			}
		}
	}
}
