package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// fillOthers reads what is said of other things than those that are asked about: "pods on nodes that are not ready", "volumes on the
// fullest pool", "volumes whose pods crash". It looks those things up, and their names pick out what is asked about. What it has
// read is used up, so that it is not taken to be said of the subject itself.
func (q *question) fillOthers() *models.Reply {
	if !q.counting() || q.query.Name != "" || q.query.Subject == models.Clusters {
		return nil
	}
	for _, i := range q.entities("subject") {
		e := q.parse.Entities[i]
		other := models.Subject(e.Value)
		if field, _ := q.link(other); field == "" {
			continue // what is said of it is said of what is asked about
		}
		if !linked[other] || other == q.query.Subject || q.isCue(e) || q.isGroup(e.Start) || q.isCounted(e) || q.sameThing(other) {
			continue
		}
		said := q.saidOf(e)
		if len(said) == 0 && kindOf(other, e.Text) == nil {
			continue
		}
		lacks := q.lacks(e, said)
		sub, ok := q.subquery(other, said, lacks, e)
		if !ok {
			continue
		}
		if reply := q.pickBy(sub, lacks); reply != nil {
			return reply
		}
		q.taken[i] = true
		for _, j := range said {
			q.taken[j] = true
		}
	}
	return nil
}

// linked are the subjects that others can be picked out by.
var linked = map[models.Subject]bool{models.Nodes: true, models.Pools: true, models.Pods: true, models.Volumes: true, models.Claims: true, models.StorageClasses: true}

// sameThing reports whether what is said of another subject is as true of the query's: a claim is as well as its volume, and
// replicas are asked about by their own fields.
func (q *question) sameThing(other models.Subject) bool {
	pair := func(a, b models.Subject) bool {
		return q.query.Subject == a && other == b || q.query.Subject == b && other == a
	}
	return pair(models.Volumes, models.Claims)
}

// saidOf returns the places of the entities that say how a thing of a kind is: right before its noun ("cordoned nodes") or behind
// it ("nodes that are cordoned").
func (q *question) saidOf(noun nlp.Entity) []int {
	var said []int
	own := answer.Fields(q.query.Subject).Lookup("engine") != nil
	from := noun.Start
	for i := len(q.parse.Entities) - 1; i >= 0; i-- {
		e := q.parse.Entities[i]
		if e.Type == "engine" && own {
			continue // that of its own volumes
		}
		if e.End <= from && saying[e.Type] && !q.taken[i] && strings.TrimSpace(q.text[e.End:from]) == "" {
			said, from = append(said, i), e.Start
		}
	}
	to := noun.End
	if q.query.Subject == models.Replicas {
		return said // "replicas of cstor volumes that are offline" speaks of the replicas
	}
	for i, e := range q.parse.Entities {
		if e.Start < to || !saying[e.Type] || q.taken[i] {
			continue
		}
		if slices.ContainsFunc(wordsOf(q.text[to:e.Start]), func(w word) bool { return !stative[w.text] }) {
			break
		}
		said, to = append(said, i), e.End
	}
	return said
}

var (
	saying  = setOf("health condition sort engine")
	stative = setOf("that which who are is be being been not aren isn in a an the state currently now still all have has with")
)

// lacks reports whether the sentence asks for what has none of the other things: "nodes with no degraded pools". What is said of those is
// not what is denied.
func (q *question) lacks(noun nlp.Entity, said []int) bool {
	from := noun.Start
	for _, i := range said {
		from = min(from, q.parse.Entities[i].Start)
	}
	near := append(q.before(from, 3), "", "", "")
	if near[0] == "no" || near[0] == "without" {
		return true
	}
	return (near[0] == "any" || near[0] == "a") && (near[1] == "without" || near[1] == "have" && notHaving[near[2]] || near[1] == "has" && notHaving[near[2]])
}

// subquery makes the query for the other things. It reports false if what is said of them is not known of their kind.
func (q *question) subquery(other models.Subject, said []int, lacks bool, noun nlp.Entity) (*models.Query, bool) {
	inner := *q
	inner.query = &models.Query{Subject: other, Clusters: slices.Clone(q.query.Clusters)}
	inner.subject, inner.notes, inner.targets = other, nil, nil
	inner.intent = q.intents["list"]
	inner.taken = map[int]bool{}
	inner.parse.Entities = []nlp.Entity{noun}
	for _, i := range said {
		e := q.parse.Entities[i]
		e.Negated = e.Negated && !lacks
		inner.parse.Entities = append(inner.parse.Entities, e)
	}
	for _, step := range []func() *models.Reply{inner.fillWords, inner.fillOrder} {
		if step() != nil {
			return nil, false
		}
	}
	if inner.query.Sort != "" {
		inner.query.Limit = 1
	}
	if len(inner.query.Filters) == 0 && inner.query.Sort == "" {
		return nil, false
	}
	q.notes = append(q.notes, inner.notes...)
	return inner.query, true
}

// pickBy adds a filter of the names that a query for other things finds, or of those that it does not. It returns a reply if it finds none.
func (q *question) pickBy(sub *models.Query, lacks bool) *models.Reply {
	field, from := q.link(sub.Subject)
	if field == "" {
		return nil
	}
	inventories, _ := q.of(sub)
	res, err := answer.Evaluate(sub, inventories)
	if err != nil {
		return nil
	}
	if res.Len() == 0 && lacks {
		q.notes = append(q.notes, res.Headline())
		return nil
	}
	if res.Len() == 0 {
		return &models.Reply{Text: res.Headline() + " So there are no such " + answer.Fields(q.query.Subject).Many + ".", Notes: res.Notes(), Query: q.query}
	}
	if sub.Sort != "" {
		q.notes = append(q.notes, res.Headline())
	} else {
		how := "the "
		if lacks {
			how = "having none of the "
		}
		q.notes = append(q.notes, "They are picked out by "+how+res.Phrase()+".")
	}
	q.add(models.Filter{Field: field, Op: models.Eq, Values: res.Values(from), Not: lacks})
	if lacks {
		return nil
	}
	if node := res.Values("node"); sub.Subject == models.Pools && res.Len() == 1 && len(node) == 1 && answer.Fields(q.query.Subject).Lookup("node") != nil {
		q.add(eq("node", node[0])) // pools of one name are on many nodes
	}
	if clusters := res.Values("cluster"); len(q.query.Clusters) == 0 && len(clusters) < len(q.card.Clusters) {
		q.query.Clusters = clusters
	}
	return nil
}

// link returns the field of the query's subject by which another subject's things pick it out, and the field of those that has its
// values. Claims and pods are unique within their namespace only, and so are met from their side where that can be done.
func (q *question) link(other models.Subject) (field, from string) {
	direct := own[q.query.Subject][string(other)]
	reverse := own[other][string(q.query.Subject)]
	switch {
	case reverse != "" && (other == models.Claims || other == models.Pods || direct == ""):
		return "name", reverse
	case direct != "":
		return direct, "name"
	}
	return "", ""
}
