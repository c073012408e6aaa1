package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

const (
	// foreignWords is how many words that no example has make a sentence one of another subject, where it names nothing that lives here
	// and the model is not surer than surely.
	foreignWords = 2
	surely       = 0.8
)

// elsewhereFrom declines what borrows a word of storage and is about something else: "the sales volume dropped in Q3", "lymph nodes
// are swollen".
func (q *question) elsewhereFrom() {
	if q.intent == nil || q.intent.act == actCustom || q.alias != nil || q.parse.Confidence >= surely || q.follows() || q.has("engine", "health", "condition", "sort", "aggregate", nlp.Quantity, nlp.Percentage) {
		return
	}
	if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && len(e.Candidates) > 0 }) {
		return
	}
	if len(q.foreigners()) >= foreignWords && !q.unmistakable() {
		q.as(nlp.Fallback)
	}
}

// unmistakable reports whether the sentence speaks of what nobody but us has, or of two kinds of things that are stored.
func (q *question) unmistakable() bool {
	if q.anyWord(setOf("storage openebs")) {
		return true
	}
	kinds := set{}
	for _, i := range q.entities("subject") {
		e := q.parse.Entities[i]
		if s := models.Subject(e.Value); s == models.StorageClasses || s == models.BlockDevices || strings.HasPrefix(strings.ToLower(e.Text), "pv") {
			return true
		}
		kinds[e.Value] = true
	}
	return len(kinds) > 1
}

// foreigners are the words that no example of what MuleBot does has.
func (q *question) foreigners() []word {
	from, to := q.purpose()
	return slices.DeleteFunc(slices.Clone(q.words), func(w word) bool {
		return q.known.knows(w.text) || q.known.misspells(w.text) || structural[w.text] || swearing[w.text] || odd[w.text] || months[w.text] || units[w.text] || w.start >= from && w.end <= to ||
			q.covering(w) != nil && q.covering(w).Type != nlp.UnknownName || len(w.text) < 3 && !strings.ContainsAny(w.text, "0123456789") || timeOfDay.MatchString(w.text)
	})
}

// changesOthers reports whether an order to change something is none about storage: it speaks of no storage and names no live thing,
// or it is about the cluster itself.
func (q *question) changesOthers() bool {
	named := slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return isName(e) && len(e.Candidates) > 0 && len(keepTypes(e.Candidates, []string{"cluster", "namespace"})) < len(e.Candidates)
	})
	about := slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "subject" && models.Subject(e.Value) != models.Clusters })
	return !named && !about && len(q.foreigners()) > 0
}
