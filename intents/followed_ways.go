package intents

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// ways collects the ways to understand a sentence, each once.
type ways struct {
	*turn
	all   []*option
	seen  map[string]*option
	asked string // the key of the last question
}

// add adds a reading that came about in some way, if it leads to an answer that has not been given just now.
func (w *ways) add(way string, r reading) {
	if !r.answered() || r.q.query == nil {
		return
	}
	key := r.key()
	if known := w.seen[key]; known != nil {
		known.ways = append(known.ways, way)
		known.repeats = known.repeats && way != "text"
		return
	}
	if key != w.asked {
		w.put(key, &option{reading: r, ways: []string{way}})
	}
}

func (w *ways) put(key string, o *option) {
	w.all = append(w.all, o)
	w.seen[key] = o
}

// ways returns the ways to understand a sentence: as the rules do, and how they came to that; as a change of the last question; by itself, or
// completed with what the conversation is about; these joined to the last question; and as another question about the same things, or the
// same one about others. The first is that of the rules, which may ask back. Where they refuse, as something is not there, all that may be
// meant is that it is a piece of a name.
func (t *turn) ways(q *question, rules reading, how string) []*option {
	w := &ways{turn: t, seen: map[string]*option{}, asked: t.lastKey()}
	first, key := &option{reading: rules, ways: []string{how}}, ""
	if rules.answered() {
		key = rules.key()
		first.repeats = key == w.asked
	}
	w.put(key, first)
	w.callings(q)
	if rules.worth() == refused {
		return w.all
	}
	w.byIntent(q)
	w.fragments(q)
	w.named(q)
	w.again(q)
	w.belonging(q)
	w.edited(q)
	return w.all
}

// byIntent reads a sentence as each kind of follow-up, and as what the model holds likely.
func (w *ways) byIntent(q *question) {
	for _, name := range []string{"followup.refine", "followup.sort", "followup.count", "followup.item"} {
		w.add(name, q.readAs(name))
	}
	for _, s := range q.parse.Ranking[:min(3, len(q.parse.Ranking))] {
		if i := w.intents[s.Intent]; i != nil && i.act < actCustom {
			w.add("intent", q.readAs(s.Intent))
		}
	}
}

// fragments reads a sentence by itself, as it is and completed, and joins what it says to the last question.
func (w *ways) fragments(q *question) {
	s := answer.Fields(w.dialogue.Query.Subject)
	if s == nil {
		return
	}
	listed := s.Many + " " + q.uncoordinated()
	alike := [][]completion{{{"text", q.text}}, q.withThing(), q.withNouns()} // the same in other words
	for _, other := range append(q.withPlaces(), q.withObject()...) {
		alike = append(alike, []completion{other})
	}
	for _, texts := range alike {
		for _, full := range texts {
			r := w.reread(full.text)
			w.fragment(full.way, r)
			if r.worth() == whole {
				break
			}
		}
	}
	w.fragment("listed", w.readAs(listed, "list"))
	w.fragment("added up", w.readAs(listed, "aggregate"))
}

// fragment adds what a sentence says by itself, and joined to the last question.
func (w *ways) fragment(way string, r reading) {
	w.add(way, r)
	if !r.answered() || r.q.query == nil {
		return
	}
	said := r.q.unassumed()
	for _, m := range merges {
		intent := r.q.intent
		if m.keeps {
			intent = w.intents[w.dialogue.Intent]
		}
		query := m.merge(w.dialogue.Query, said)
		if intent == nil || query == nil || !sound(query) || !m.keeps && !picks(intent) {
			continue
		}
		q := *r.q
		q.intent, q.query = intent, query
		if m.keeps && intent.act == actForecast {
			q.presently()
		}
		w.add(way+": "+m.name, reading{q: &q})
	}
}

// picks reports whether the conditions of what an intent asks are those of the sentence: why something is as it is picks what is not healthy.
func picks(intent *Intent) bool {
	return shapes[intent.Name] || intent.act == actConsumers || intent.act == actForecast
}

// unassumed is the query without the namespace that is the card's and not the sentence's.
func (q *question) unassumed() *models.Query {
	if q.card.Namespace == "" || slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Value == q.card.Namespace }) {
		return q.query
	}
	query := q.query.Clone()
	query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool {
		return f.Field == "namespace" && slices.Equal(f.Values, []string{q.card.Namespace})
	})
	return query
}

// ofOne are the intents that ask something of one thing.
var ofOne = []string{"describe", "why", "replicas", "events", "consumers", "impact"}

// named asks the last question, or another one, of the things that the sentence names.
func (w *ways) named(q *question) {
	intents := append([]string{w.dialogue.Intent}, ofOne...)
	n := 0
	for _, e := range q.parse.Entities {
		if !isName(e) || len(e.Candidates) == 0 || n == maxPutIn {
			continue
		}
		n++
		for _, intent := range intents {
			w.add("name "+intent, w.readAs(e.Type+" "+e.Value, intent))
		}
	}
}

// callings asks the last question of what is called like the thing that it was asked of, but for a word of the sentence: "carol's?" behind
// workspace-alice.
func (w *ways) callings(q *question) {
	last, intent := w.dialogue.Query, w.dialogue.Intent
	for _, name := range q.calledAlike() {
		r := w.readAs(name, intent)
		if r.answered() && r.q.query.Name != "" {
			r.q.query.Show = slices.Clone(last.Show)
		}
		w.add("sibling", r)
	}
}

// calledAlike are the live names that differ from that of the last thing in a word of the sentence.
func (q *question) calledAlike() []string {
	thing, ok := q.lastThing()
	if !ok || len(q.words) > 8 {
		return nil
	}
	pieces := strings.Split(q.calling(thing), "-")
	names := q.gazetteer()
	var all []string
	for _, w := range q.words {
		said := strings.TrimSuffix(strings.TrimPrefix(w.text, "-"), "'s")
		for i := range pieces {
			for _, piece := range []string{said, strings.TrimSuffix(said, "s")} {
				other := slices.Clone(pieces)
				other[i] = piece
				if name := strings.Join(other, "-"); piece != pieces[i] && len(names.Exact(name, 1)) > 0 && !slices.Contains(all, name) {
					all = append(all, name)
				}
			}
		}
	}
	return all
}

// calling is what people call a thing: a volume by its claim.
func (t *turn) calling(thing models.Named) string {
	if inv := t.inventory(thing.Cluster); inv != nil && thing.Subject == models.Volumes {
		if v := inv.Volume(thing.Name); v != nil && v.Claim != "" {
			return v.Claim
		}
	}
	return thing.Name
}

// again asks something else of what the conversation was about: of the one thing, and of all that the last question picked.
func (w *ways) again(q *question) {
	for _, thing := range q.things() {
		text := spelled(thing)
		if text == "" {
			continue
		}
		for _, intent := range ofOne {
			w.add("thing "+intent, w.readAs(text, intent))
		}
	}
	last := w.dialogue.Query
	for _, intent := range []string{"list", "count", "why", "forecast", "consumers", "overview", "capacity"} {
		if supposes(last) || len(w.dialogue.Listed) == 1 && slices.Contains(ofOne, intent) || last.Name != "" && intent == "count" {
			continue // of one thing it is asked above
		}
		query := plainly(last)
		switch {
		case intent == "count":
			query.Aggregate = models.Count
		case intent != "list" && last.Aggregate == "":
			query.Sort, query.Desc, query.Limit = last.Sort, last.Desc, last.Limit // why the fullest is full
		}
		w.add("same "+intent, w.asking(q, w.intents[intent], query))
	}
}

// spelled is what a sentence calls a thing that there may be others of its name of; "" for what has no name of its own.
func spelled(thing models.Named) string {
	s := answer.Fields(thing.Subject)
	if s == nil {
		return ""
	}
	text := s.One + " " + thing.Name
	if s.Lookup("namespace") != nil && thing.Scope != "" && thing.Subject != models.Volumes {
		text = s.One + " " + thing.Scope + "/" + thing.Name
	}
	for _, place := range []string{thing.Node, thing.Cluster} {
		if place != "" {
			text += " on " + place
		}
	}
	return text
}

// edited changes one thing of the last question.
func (w *ways) edited(q *question) {
	intent := w.intents[w.dialogue.Intent]
	if intent == nil || shapes[intent.Name] || intent.act >= actRefine {
		intent = w.intents["followup.refine"]
	}
	for _, e := range q.edits() {
		if sound(e.query) {
			w.add(e.way, w.asking(q, intent, e.query))
		}
	}
}

// asking is a sentence that asks a query whatever its words are: nothing is noted of them.
func (t *turn) asking(q *question, intent *Intent, query *models.Query) reading {
	asks := *q
	asks.intent, asks.query, asks.notes, asks.ignored, asks.without = intent, query, slices.Clone(t.guessed), nil, nil
	if intent.act == actForecast {
		asks.presently()
	}
	return reading{q: &asks}
}

// things are the single things that the conversation was about.
func (q *question) things() []models.Named {
	var all []models.Named
	put := func(thing models.Named, ok bool) {
		if ok && !slices.ContainsFunc(all, func(n models.Named) bool { return n.Subject == thing.Subject && n.Name == thing.Name }) {
			all = append(all, thing)
		}
	}
	put(q.lastThing())
	put(pickedBy(q.dialogue.Query))
	put(q.happenedTo(q.dialogue.Query))
	return all
}

// afresh runs what reads a sentence as if nothing had been said before.
func (t *turn) afresh(read func() reading) reading {
	before, earlier := t.dialogue, t.earlier
	t.dialogue, t.earlier = models.Dialogue{}, nil
	defer func() { t.dialogue, t.earlier = before, earlier }()
	return read()
}

// reread reads a text that nobody has said by itself, once. It waits for no cluster: those that the message is about have been waited for.
func (t *turn) reread(text string) reading {
	r, ok := t.madeUp.read[text]
	if !ok {
		r = t.afresh(func() reading {
			q := t.begin(text).again()
			q.unspoken()
			if q.intent != nil && q.intent.action != nil {
				return reading{q: q, reply: &models.Reply{}}
			}
			return t.interpret(q)
		})
		t.madeUp.read[text] = r
	}
	q := *r.q
	return reading{q: &q, reply: r.reply, sure: r.sure}
}

// readAs reads a text that nobody has said by itself, as an intent.
func (t *turn) readAs(text, intent string) reading {
	return t.afresh(func() reading { return t.begin(text).readAs(intent) })
}

// readAs reads a question again, as an intent.
func (q *question) readAs(intent string) reading {
	again := q.again()
	again.as(intent)
	return reading{q: again, reply: again.fill()}
}

// madeUp are the texts of a turn that nobody has said, each of which is read once.
type madeUp struct {
	begun map[string]*question
	read  map[string]reading
}

func newMadeUp() madeUp { return madeUp{begun: map[string]*question{}, read: map[string]reading{}} }

// begin begins to read a text that nobody has said, with the names that are known by now. It is no echo of what a cluster says.
func (t *turn) begin(text string) *question {
	q := t.madeUp.begun[text]
	if q == nil {
		q = t.opened(text, t.reparse(text)).ready()
		t.madeUp.begun[text] = q
	}
	return q
}

// reparse parses a text with the names that are known by now.
func (t *turn) reparse(text string) nlp.Parse {
	return t.Understanding.Model.ParseAt(text, t.gazetteer(), t.clock())
}
