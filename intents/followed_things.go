package intents

import (
	"slices"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// belonging asks for the fields that the sentence calls of the things that the conversation was about, of those that they lie on, and of those
// that explain how they are.
func (w *ways) belonging(q *question) {
	for _, thing := range append(q.things(), q.beneath()...) {
		s := answer.Fields(thing.Subject)
		if thing = q.placedAt(thing); s == nil || thing.Cluster == "" {
			continue
		}
		for _, f := range q.fieldsCalled(s) {
			query := queryOf(thing)
			query.Show = []string{f}
			w.add("field of thing", w.asking(q, w.intents["describe"], query))
		}
	}
}

// beneath are the pool and the node of what the conversation was about, and what explained why it is as it is.
func (q *question) beneath() []models.Named {
	var all []models.Named
	for _, kind := range []string{"pool", "node"} {
		if names := q.spokenOf(kind); len(names) == 1 && subjectOfType[kind] != q.dialogue.Query.Subject {
			all = append(all, models.Named{Subject: subjectOfType[kind], Name: names[0]})
		}
	}
	thing, ok := q.lastThing()
	if intent := q.intents[q.dialogue.Intent]; !ok || intent == nil || intent.act != actWhy && intent.act != actConsumers {
		return all
	}
	if inv := q.inventory(thing.Cluster); inv != nil {
		all = append(all, answer.Causes(inv, thing)...)
	}
	return all
}

// placedAt is a thing with the cluster that it is on, which is left open where several have one of that name.
func (q *question) placedAt(thing models.Named) models.Named {
	if thing.Cluster != "" {
		return thing
	}
	named := slices.DeleteFunc(q.gazetteer().Exact(thing.Name, maxPutIn), func(c nlp.Candidate) bool {
		return subjectOfType[c.Type] != thing.Subject || len(q.dialogue.Query.Clusters) > 0 && !slices.Contains(q.dialogue.Query.Clusters, c.Group)
	})
	if len(named) == 1 {
		thing.Cluster = named[0].Group
	}
	return thing
}
