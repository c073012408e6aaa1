package intents

import (
	"context"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// ways collects the ways to understand a sentence, each once.
type ways struct {
	*turn
	all   []*option
	seen  map[string]*option
	asked string // the key of the last question
}

// add adds a reading that came about in some way, if it leads to an answer that has not been given just now. The first one, that of the rules,
// may ask back.
func (w *ways) add(way string, r reading) {
	if r.q == nil || r.q.intent == nil {
		return
	}
	key := ""
	if r.answered() && r.q.query != nil {
		key = r.key()
	} else if len(w.all) > 0 {
		return
	}
	if known := w.seen[key]; known != nil {
		known.ways = append(known.ways, way)
		return
	}
	if len(w.all) > 0 && key == w.asked {
		return
	}
	o := &option{r, []string{way}}
	w.seen[key] = o
	w.all = append(w.all, o)
}

// ways returns the ways to understand a sentence: as the rules do, and how they came to that; as a change of the last question; by itself, or
// completed with what the conversation is about; these joined to the last question; and as another question about the same things, or the
// same one about others.
func (t *turn) ways(ctx context.Context, said string, rules reading, how string) []*option {
	w := &ways{turn: t, seen: map[string]*option{}}
	if intent := t.intents[t.dialogue.Intent]; intent != nil {
		w.asked = kindOfQuery(intent, t.dialogue.Query) + " " + contentOf(t.dialogue.Query)
	}
	w.add(how, rules)
	q := rules.q
	w.changes(ctx, q)
	w.fragments(ctx, said, q)
	w.others(ctx, q)
	w.again(ctx, q)
	w.edited(q)
	return w.all
}

// changes reads a sentence as a change of the last question, and as what its words alone say.
func (w *ways) changes(ctx context.Context, q *question) {
	for _, name := range []string{"followup.refine", "followup.sort", "followup.count", "followup.item"} {
		w.add(name, w.readAs(ctx, q.text, name))
	}
	for _, s := range q.parse.Ranking[:min(3, len(q.parse.Ranking))] {
		if i := w.intents[s.Intent]; i != nil && i.act < actCustom {
			w.add("intent", w.readAs(ctx, q.text, s.Intent))
		}
	}
}

// fragments reads a sentence by itself, as it is and completed, and joins what it says to the last question.
func (w *ways) fragments(ctx context.Context, said string, q *question) {
	texts := []completion{{"text", q.text}, {"said", said}}
	texts = append(append(texts, q.withThing()...), q.withNouns()...)
	s := answer.Fields(w.dialogue.Query.Subject)
	if s == nil {
		return
	}
	listed := s.Many + " " + q.uncoordinated()
	read := map[string]bool{}
	for _, full := range append(texts, completion{"nouns", listed}) {
		if !read[full.text] {
			w.fragment(full.way, w.afresh(func() reading { return w.readingOf(ctx, full.text) }))
		}
		read[full.text] = true
	}
	w.fragment("listed", w.afresh(func() reading { return w.readAs(ctx, listed, "list") }))
	w.fragment("added up", w.afresh(func() reading { return w.readAs(ctx, listed, "aggregate") }))
}

// fragment adds what a sentence says by itself, and joined to the last question.
func (w *ways) fragment(way string, r reading) {
	w.add(way, r)
	if !r.answered() || r.q.query == nil {
		return
	}
	before := w.intents[w.dialogue.Intent]
	for _, m := range merges {
		intent := r.q.intent
		if m.keeps {
			intent = before
		}
		query := m.merge(w.dialogue.Query, r.q.query)
		if intent == nil || query == nil || !sound(query) || !m.keeps && !picks(intent) {
			continue
		}
		q := *r.q
		q.intent, q.query = intent, query
		w.add(way+": "+m.name, reading{q: &q})
	}
}

// picks reports whether the conditions of what an intent asks are those of the sentence: why something is as it is picks what is not healthy.
func picks(intent *Intent) bool {
	return shapes[intent.Name] || intent.act == actRefine || intent.act == actSort || intent.act == actTally || intent.act == actConsumers || intent.act == actForecast
}

// ofOne are the intents that ask something of one thing.
var ofOne = []string{"describe", "why", "replicas", "events", "consumers", "impact", "forecast"}

// others asks the last question of the things that the sentence names, and of those called like the last one.
func (w *ways) others(ctx context.Context, q *question) {
	for _, e := range q.parse.Entities {
		if !isName(e) || len(e.Candidates) == 0 {
			continue
		}
		for _, intent := range append([]string{w.dialogue.Intent}, ofOne...) {
			w.add("name "+intent, w.afresh(func() reading { return w.readAs(ctx, e.Type+" "+e.Value, intent) }))
		}
	}
	last := w.dialogue.Query
	for _, name := range q.callings() {
		w.add("sibling", w.afresh(func() reading {
			r := w.readAs(ctx, name, w.dialogue.Intent)
			if r.q.query != nil && r.q.query.Name != "" {
				r.q.query.Show = last.Show
			}
			return r
		}))
	}
}

// callings are the live names that differ from that of the last thing in a word of the sentence: "carol's?" behind workspace-alice.
func (q *question) callings() []string {
	thing, ok := q.lastThing()
	if !ok {
		return nil
	}
	pieces := strings.Split(thing.Name, "-")
	var all []string
	for _, w := range q.words {
		said := strings.TrimSuffix(strings.TrimPrefix(w.text, "-"), "'s")
		for i := range pieces {
			other := append(append(append([]string{}, pieces[:i]...), said), pieces[i+1:]...)
			if name := strings.Join(other, "-"); said != pieces[i] && len(q.gazetteer().Exact(name, 1)) > 0 {
				all = append(all, name)
			}
		}
	}
	return all
}

// again asks something else of what the conversation was about: of the one thing, and of all that the last question picked.
func (w *ways) again(ctx context.Context, q *question) {
	for _, thing := range q.things() {
		s := answer.Fields(thing.Subject)
		if s == nil {
			continue
		}
		for _, intent := range ofOne {
			w.add("thing "+intent, w.afresh(func() reading { return w.readAs(ctx, s.One+" "+thing.Name, intent) }))
		}
	}
	for _, intent := range []string{"list", "count", "why", "events", "forecast", "consumers", "overview", "capacity"} {
		if len(w.dialogue.Listed) == 1 && slices.Contains(ofOne, intent) {
			continue // asked of the thing
		}
		same := *q
		same.as(intent)
		same.query = plainly(w.dialogue.Query)
		if intent != "count" && intent != "list" && w.dialogue.Query.Aggregate == "" {
			same.query.Sort, same.query.Desc, same.query.Limit = w.dialogue.Query.Sort, w.dialogue.Query.Desc, w.dialogue.Query.Limit // why the fullest is full
		}
		if intent == "count" {
			same.query.Aggregate = models.Count
		}
		w.add("same "+intent, reading{q: &same})
	}
}

// edited changes one thing of the last question.
func (w *ways) edited(q *question) {
	for _, e := range q.edits() {
		if !sound(e.query) {
			continue
		}
		same := *q
		same.as("followup.refine")
		same.query = e.query
		w.add(e.way, reading{q: &same})
	}
}

// things are the single things that the conversation was about.
func (q *question) things() []models.Named {
	var all []models.Named
	if thing, ok := q.lastThing(); ok {
		all = append(all, thing)
	}
	if thing, ok := pickedBy(q.dialogue.Query); ok {
		all = append(all, thing)
	}
	if thing, ok := q.happenedTo(q.dialogue.Query); ok {
		all = append(all, thing)
	}
	return all
}

// afresh runs what reads a sentence as if nothing had been said before.
func (t *turn) afresh(read func() reading) reading {
	before, earlier := t.dialogue, t.earlier
	t.dialogue, t.earlier = models.Dialogue{}, nil
	defer func() { t.dialogue, t.earlier = before, earlier }()
	return read()
}

// readAs reads a text as an intent.
func (t *turn) readAs(ctx context.Context, text, intent string) reading {
	q := t.question(text, t.understand(ctx, text))
	q.as(intent)
	return reading{q: q, reply: q.fill()}
}
