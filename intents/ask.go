package intents

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

const (
	// maxOptions is how many buttons a question back has at most.
	maxOptions = 5
	// likelyEnough is the confidence from which an intent is offered when none is certain.
	likelyEnough = 0.08
	// likely is the confidence from which an intent is taken where the sentence names something that it can be about,
	// although the model by itself would abstain; likelyTogether is that of two intents that come to the same query.
	likely         = 0.5
	likelyTogether = 0.55
)

// which asks which of several things a name means, the likeliest first.
func (q *question) which(place int, e nlp.Entity, options []nlp.Candidate) *models.Reply {
	reply := &models.Reply{AskedBack: true, Text: fmt.Sprintf("Which %s do you mean?", quoted(e.Text))}
	for _, c := range options[:min(len(options), maxOptions)] {
		if action, ok := q.with(place, c); ok {
			reply.Buttons = append(reply.Buttons, models.Button{Label: q.label(c, options), Action: action})
		}
	}
	if extra := len(options) - maxOptions; extra > 0 {
		reply.Text += fmt.Sprintf(" %s have such a name; a longer piece of it would do.", number(len(options), "thing", "things"))
	}
	return reply
}

// label names a candidate so that it is told from the others.
func (q *question) label(c nlp.Candidate, others []nlp.Candidate) string {
	differ := func(get func(nlp.Candidate) string) bool {
		return slices.ContainsFunc(others, func(o nlp.Candidate) bool { return get(o) != get(c) })
	}
	label := c.Value
	if differ(func(c nlp.Candidate) string { return c.Type }) {
		label = typeNoun(c.Type) + " " + label
	}
	if c.Scope != "" && differ(func(c nlp.Candidate) string { return c.Scope }) {
		label = c.Scope + "/" + label
	}
	if len(q.card.Clusters) > 1 && differ(func(c nlp.Candidate) string { return c.Group }) {
		label += " on " + c.Group
	}
	return label
}

// typeNoun is what a sentence calls the type of a name.
func typeNoun(kind string) string {
	switch kind {
	case "storageclass":
		return "storage class"
	case "blockdevice":
		return "block device"
	case "workload":
		return "application"
	}
	return kind
}

// with returns the action of the same question with a name decided.
func (q *question) with(place int, c nlp.Candidate) (models.Action, bool) {
	again := q.turn.question(q.text, q.parse)
	again.intent, again.pinned = q.intent, true
	again.parse.Entities = slices.Clone(q.parse.Entities)
	e := again.parse.Entities[place]
	e.Type, e.Value, e.Candidates = c.Type, c.Value, []nlp.Candidate{c}
	again.parse.Entities[place] = e
	if reply := again.fill(); reply != nil || again.query == nil {
		return models.Action{}, false
	}
	return models.Action{Intent: again.intent.Name, Query: again.query}, true
}

// notFound says that nothing has a name, and offers the nearest that have one like it.
func (q *question) notFound(place int, text string, start, end int) *models.Reply {
	kinds := q.cueAt(start)
	what := "nothing called"
	if len(kinds) > 0 {
		what = "no " + typeNoun(kinds[0])
	}
	err := &models.Error{Kind: models.NotFound, Message: fmt.Sprintf("I know %s %s %s", what, quoted(text), q.whereabouts())}
	reply := &models.Reply{Err: err}
	near := q.nearest(text, kinds)
	if place < 0 {
		place = len(q.parse.Entities)
		q.parse.Entities = append(slices.Clip(q.parse.Entities), nlp.Entity{Type: nlp.UnknownName, Text: text, Start: start, End: end})
		slices.SortFunc(q.parse.Entities, func(a, b nlp.Entity) int { return cmp.Compare(a.Start, b.Start) })
		place = slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Start == start })
	}
	for _, c := range near {
		if action, ok := q.with(place, c); ok && len(reply.Buttons) < maxOptions {
			reply.Buttons = append(reply.Buttons, models.Button{Label: q.label(c, near), Action: action})
		}
	}
	err.Hint = "Check the name, or list what there is"
	if len(reply.Buttons) > 0 {
		err.Hint = "Did you mean one of these?"
		reply.AskedBack = true
	}
	if len(kinds) > 0 && kinds[0] == "cluster" {
		err.Hint = "The clusters here are " + and(coded(q.card.Clusters))
	}
	if missing := q.silent(); len(missing) > 0 {
		err.Hint += ". It may be on " + or(coded(missing)) + ", which did not answer"
	}
	reply.Text, reply.Notes = sentence(err.Message), hints(err)
	return reply
}

// whereabouts says where was looked.
func (q *question) whereabouts() string {
	switch where := q.query.Clusters; {
	case len(where) > 0:
		return "on " + and(coded(where))
	case len(q.card.Clusters) == 1:
		return "on " + code(q.card.Clusters[0])
	}
	return "on any of this channel's clusters"
}

// silent returns the clusters of the question that did not answer.
func (q *question) silent() []string {
	var names []string
	for i, c := range q.card.Clusters {
		if q.inventories[i] == nil && (len(q.query.Clusters) == 0 || slices.Contains(q.query.Clusters, c)) {
			names = append(names, c)
		}
	}
	return names
}

// cueAt returns the types of the name that begins at an offset, by the word before it; nil if that does not say.
func (q *question) cueAt(start int) []string {
	for _, w := range q.before(start, 4) {
		if kinds := cueTypes(w); kinds != nil {
			return kinds
		}
		if !glue[w] {
			break
		}
	}
	return nil
}

// nearest returns the names most like a text, of the given types if there are any.
func (q *question) nearest(text string, kinds []string) []nlp.Candidate {
	const enough = 50
	names := q.gazetteer()
	found := names.Lookup(text, enough)
	if len(found) == 0 {
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '-' || r == '.' || r == '_' || r == '/' }) {
			if len(part) > 2 {
				found = append(found, names.Lookup(part, enough)...)
			}
		}
	}
	found = q.inClusters(found)
	if len(kinds) > 0 {
		found = keepTypes(found, kinds)
	}
	return distinctNames(found)
}

// elsewhere says that a name is not in the clusters that the sentence names, but in others.
func (q *question) elsewhere(place int, e nlp.Entity) *models.Reply {
	var where []string
	for _, c := range e.Candidates {
		if c.Score >= e.Candidates[0].Score-closeness && !slices.Contains(where, c.Group) {
			where = append(where, c.Group)
		}
	}
	err := &models.Error{Kind: models.NotFound,
		Message: fmt.Sprintf("There is no %s on %s, but there is on %s", code(e.Candidates[0].Value), or(coded(q.query.Clusters)), and(coded(where)))}
	reply := &models.Reply{Text: sentence(err.Message), Err: err, AskedBack: true}
	for _, cluster := range where {
		again := q.turn.question(q.text, q.parse)
		again.intent, again.pinned = q.intent, true
		again.parse.Entities = slices.Clone(q.parse.Entities)
		for i, other := range again.parse.Entities {
			if other.Type == "cluster" {
				other.Value, other.Candidates = cluster, nil
				again.parse.Entities[i] = other
			}
		}
		if again.fill() == nil {
			reply.Buttons = append(reply.Buttons, models.Button{Label: "On " + cluster,
				Action: models.Action{Intent: again.intent.Name, Query: again.query}})
		}
	}
	return reply
}

// whichOne asks what a question is about that names nothing.
func (q *question) whichOne() *models.Reply {
	reply := &models.Reply{AskedBack: true, Text: "Which one do you mean? Tell me its name, or a piece of it."}
	for _, n := range q.dialogue.Listed {
		if len(reply.Buttons) == maxOptions {
			break
		}
		reply.Buttons = append(reply.Buttons, models.Button{Label: n.Name, Action: models.Action{Intent: q.intent.Name, Query: &models.Query{
			Subject: n.Subject, Name: n.Name, Scope: n.Scope, Clusters: []string{n.Cluster}}}})
	}
	if len(reply.Buttons) > 0 {
		reply.Text = "Which of these do you mean?"
	}
	if q.intent.act != actDescribe && q.intent.act != actWhy {
		for i := range reply.Buttons {
			reply.Buttons[i].Action = models.Action{Text: strings.TrimRight(q.text, "?!. ") + " " + reply.Buttons[i].Label}
		}
	}
	return reply
}

// reconsider takes an intent that the model is not certain of, where the sentence has other evidence: it is likelier than
// not and the sentence names what it is about, or the two likeliest intents come to the same query.
func (q *question) reconsider() {
	if len(q.parse.Ranking) == 0 || !q.has("subject") && !slices.ContainsFunc(q.parse.Entities, isName) {
		return
	}
	first := q.parse.Ranking[0]
	if intent := q.intents[first.Intent]; intent == nil || intent.act == actChat {
		return
	}
	if first.Confidence >= likely || q.together() >= likelyTogether {
		q.as(first.Intent)
	}
}

// together sums the confidence of the likeliest intent and of those that come to the same query.
func (q *question) together() float64 {
	sum := 0.0
	var first *models.Query
	for i, s := range q.parse.Ranking {
		if s.Confidence < likelyEnough {
			break
		}
		again := q.turn.question(q.text, q.parse)
		if again.intent = q.intents[s.Intent]; again.intent == nil || again.intent.act == actChat || again.fill() != nil {
			continue
		}
		if i == 0 {
			first = again.query
		}
		if reflect.DeepEqual(first, again.query) {
			sum += s.Confidence
		}
	}
	return sum
}

// abstain is the reply to what the model does not understand: the likely intents to choose from, or what MuleBot can do.
func (q *question) abstain() *models.Reply {
	certain := 0.0
	for _, s := range q.parse.Ranking {
		certain += s.Confidence
	}
	if w, ok := q.missingName(); ok {
		q.as("describe")
		q.query = &models.Query{}
		return q.notFound(-1, q.text[w.start:w.end], w.start, w.end)
	}
	if declined := 1 - certain; len(q.parse.Ranking) == 0 || declined >= q.parse.Ranking[0].Confidence {
		q.intent, q.parse.Confidence = q.intents[nlp.Fallback], declined
		return outOfScopeReply(q.card)
	}
	reply := &models.Reply{AskedBack: true, Text: "I am not sure what you mean. Is it one of these?"}
	for _, s := range q.parse.Ranking {
		intent := q.intents[s.Intent]
		if len(reply.Buttons) == 3 || s.Confidence < likelyEnough || intent == nil {
			break
		}
		if intent.act == actChat || intent.act >= actRefine {
			continue
		}
		again := q.turn.question(q.text, q.parse)
		again.intent = intent
		if again.fill() == nil && again.query != nil {
			reply.Buttons = append(reply.Buttons, models.Button{Label: offer(again.intent, again.query),
				Action: models.Action{Intent: again.intent.Name, Query: again.query}})
		}
	}
	if len(reply.Buttons) == 0 {
		reply.Text = "I am not sure what you mean. I answer questions about storage; say “help” for examples."
	}
	reply.Buttons = append(reply.Buttons, models.Button{Label: "Help", Action: models.Action{Intent: "help"}})
	return reply
}

// missingName returns the word of a sentence that was not understood because of it: what is to be described, or what is
// written like a name.
func (q *question) missingName() (word, bool) {
	unread := q.unread()
	for _, i := range q.entities(nlp.UnknownName) {
		e := q.parse.Entities[i]
		unread = append(unread, word{strings.ToLower(e.Text), e.Start, e.End})
	}
	if len(unread) != 1 || q.has("subject") {
		return word{}, false
	}
	w := unread[0]
	named := len(w.text) > 4 && strings.ContainsAny(w.text, "-_0123456789") && strings.ContainsAny(w.text, "abcdefghijklmnopqrstuvwxyz")
	return w, named || len(q.words) <= 4 && q.begins(setOf("describe inspect check status show"))
}

// offer words a query for a button.
func offer(intent *Intent, query *models.Query) string {
	switch intent.act {
	case actOverview:
		return "What is not healthy"
	case actDescribe, actWhy:
		return "Describe " + query.Name
	case actCount:
		return "Count " + subjects[query.Subject].many
	case actAggregate:
		return capital(query.Aggregate) + " of " + strings.ReplaceAll(query.Field, "_", " ")
	}
	return "List " + subjects[query.Subject].many
}
