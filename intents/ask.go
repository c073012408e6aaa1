package intents

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

const (
	// maxOptions is how many buttons a question back has at most.
	maxOptions = 5
	// likelyEnough is the confidence from which an intent is offered when none is certain.
	likelyEnough = 0.08
)

// which asks which of several things a name means, the likeliest first.
func (q *question) which(place int, e nlp.Entity, options []nlp.Candidate) *models.Reply {
	reply := &models.Reply{AskedBack: true, Text: fmt.Sprintf("Which %s do you mean?", phrase.Quote(e.Text))}
	for _, c := range options[:min(len(options), maxOptions)] {
		if action, ok := q.with(place, c); ok {
			reply.Buttons = append(reply.Buttons, models.Button{Label: q.label(c, options), Action: action})
		}
	}
	if extra := len(options) - maxOptions; extra > 0 {
		reply.Text += fmt.Sprintf(" %s have such a name; a longer piece of it would do.", phrase.Count(len(options), "thing", "things"))
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
	if c.Type != "cluster" && len(q.card.Clusters) > 1 && differ(func(c nlp.Candidate) string { return c.Group }) {
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
	again := q.renewed()
	again.intent, again.pinned = q.intent, true
	e := again.parse.Entities[place]
	e.Type, e.Value, e.Candidates = c.Type, c.Value, []nlp.Candidate{c}
	again.parse.Entities[place] = e
	if reply := again.fill(); reply != nil || again.query == nil {
		return models.Action{}, false
	}
	return models.Action{Intent: again.intent.Name, Query: again.query}, true
}

// notFound says that nothing has a name, and offers the nearest that have one like it: of the type that is expected there,
// if the words around it say one.
func (q *question) notFound(place int, text string, start, end int) *models.Reply {
	q.stuck = word{text, start, end}
	kinds, firm := q.kindsAt(start, end)
	what := "nothing called"
	if firm {
		what = "no " + typeNoun(kinds[0])
	}
	err := &models.Error{Kind: models.NotFound, Message: fmt.Sprintf("I know %s %s %s", what, phrase.Quote(text), q.whereabouts())}
	reply := &models.Reply{Err: err}
	near, alike := q.nearest(text, kinds, firm)
	if place < 0 {
		q.parse.Entities = append(slices.Clip(q.parse.Entities), nlp.Entity{Type: nlp.UnknownName, Text: text, Start: start, End: end})
		slices.SortFunc(q.parse.Entities, func(a, b nlp.Entity) int { return cmp.Compare(a.Start, b.Start) })
		place = slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Start == start })
	}
	for _, c := range near {
		if len(reply.Buttons) == maxOptions {
			break
		}
		if action, ok := q.with(place, c); ok {
			reply.Buttons = append(reply.Buttons, models.Button{Label: q.label(c, near), Action: action})
		}
	}
	reply.AskedBack = len(reply.Buttons) > 0
	err.Hint = q.instead(near, alike, reply.AskedBack, kinds)
	if missing := q.silent(); len(missing) > 0 {
		err.Hint = sentence(err.Hint) + " It may be on " + phrase.Or(phrase.Codes(missing)) + ", which did not answer"
	}
	reply.Text, reply.Notes = sentence(err.Message), hints(err)
	return reply
}

// instead words what to do where a name is not found: which names are like it, or else which there are.
func (q *question) instead(near []nlp.Candidate, alike, offered bool, kinds []string) string {
	var names []string
	for _, c := range near {
		if name := phrase.Code(c.Value); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	where := ""
	if len(kinds) == 0 || kinds[0] == "cluster" {
		where = " The clusters here are " + phrase.And(phrase.Codes(q.card.Clusters)) + "."
	}
	switch {
	case len(kinds) == 0 && !offered:
		return "Ask for a list, as in “list volumes” or “list pools”." + where
	case alike && offered:
		if len(kinds) == 0 {
			where = ""
		}
		return "Did you mean one of these?" + where
	case kinds[0] == "cluster":
		return strings.TrimSpace(where)
	case len(near) > 0 && !alike:
		return "The " + pluralOf(near[0].Type) + " here are " + phrase.Few(names, maxOptions) + "."
	}
	return "Ask for a list of " + pluralOf(kinds[0]) + "."
}

// pluralOf is what a sentence calls many things of a type of name.
func pluralOf(kind string) string {
	if kind == "storageclass" {
		return "storage classes"
	}
	return typeNoun(kind) + "s"
}

// whereabouts says where was looked.
func (q *question) whereabouts() string {
	switch where := q.query.Clusters; {
	case len(where) > 0:
		return "on " + phrase.And(phrase.Codes(where))
	case len(q.card.Clusters) == 1:
		return "on " + phrase.Code(q.card.Clusters[0])
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

// kindsAt returns the types of the name between two offsets, the likeliest first, by the words around it, and whether they
// say so for certain; nil if they do not say.
func (q *question) kindsAt(start, end int) (kinds []string, firm bool) {
	near := q.before(start, 6)
	for i, w := range near[:min(4, len(near))] {
		if kinds := cueTypes(w); kinds != nil && !asked(near, i) {
			return kinds, true
		}
		if doneToNodes[w] {
			return []string{"node"}, true
		}
		if i == 0 {
			kinds = prepositionTypes(w)
		}
		if !glue[w] {
			break
		}
	}
	if next := q.after(end, 1); len(next) > 0 && behind[next[0]] && strings.TrimSpace(q.text[end:]) != "" {
		return cueTypes(next[0]), true
	}
	return kinds, false
}

// doneToNodes are the verbs of what is done to nodes only.
var doneToNodes = setOf("drain draining drained cordon cordoning cordoned uncordon reboot rebooting rebooted evacuate evacuating decommission")

// nearest returns the names most like a text, those of the likeliest types first and, if that is certain, no others, and
// whether they are like it at all: where none is and the type is certain, or a cluster, they are just those there are.
func (q *question) nearest(text string, kinds []string, firm bool) (names []nlp.Candidate, alike bool) {
	const enough = 50
	fit := func(found []nlp.Candidate) []nlp.Candidate {
		if found = q.inClusters(found); firm {
			found = keepTypes(found, kinds)
		}
		return distinctNames(found)
	}
	found := fit(q.gazetteer().Lookup(text, enough))
	if len(found) == 0 {
		found = fit(q.sharing(text))
	}
	rank := func(c nlp.Candidate) int {
		if i := slices.Index(kinds, c.Type); i >= 0 {
			return i
		}
		return len(kinds)
	}
	slices.SortStableFunc(found, func(a, b nlp.Candidate) int { return cmp.Compare(rank(a), rank(b)) })
	if len(kinds) == 0 || len(found) > 0 && rank(found[0]) < len(kinds) {
		return found, true
	}
	if !places[kinds[0]] {
		return nil, false
	}
	there := fit(keepTypes(q.everyName(), kinds[:1]))
	slices.SortFunc(there, func(a, b nlp.Candidate) int { return phrase.Natural(a.Value, b.Value) })
	if kinds[0] == "cluster" || firm {
		return append(there, found...), false
	}
	return nil, false
}

// places are the types of names that there are few of, so that listing them helps.
var places = setOf("cluster node pool namespace storageclass")

// sharing returns the names that have a piece in common with a text, as vg-data has with vg-fast, those with the most in
// common first.
func (q *question) sharing(text string) []nlp.Candidate {
	wanted := pieces(text)
	common := func(c nlp.Candidate) int {
		n := 0
		for _, p := range pieces(c.Value) {
			if slices.Contains(wanted, p) {
				n++
			}
		}
		return n
	}
	found := slices.DeleteFunc(q.everyName(), func(c nlp.Candidate) bool { return common(c) == 0 })
	slices.SortFunc(found, func(a, b nlp.Candidate) int {
		return cmp.Or(common(b)-common(a), len(a.Value)-len(b.Value), strings.Compare(a.Value, b.Value), strings.Compare(a.Type, b.Type))
	})
	return found
}

// pieces returns what stands between the dashes, dots and the like of a name, numbers excepted.
func pieces(name string) []string {
	all := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-._/", r) })
	return slices.DeleteFunc(all, func(p string) bool { return strings.Trim(p, "0123456789") == "" })
}

// everyName returns every live name of the card's clusters that can be asked about.
func (q *question) everyName() []nlp.Candidate {
	var all []nlp.Candidate
	for i, cluster := range q.card.Clusters {
		all = append(all, nlp.Candidate{Name: nlp.Name{Type: "cluster", Value: cluster, Group: cluster}})
		if inv := q.inventories[i]; inv != nil {
			for name := range q.turn.names.of(q.refs[i], inv).set {
				all = append(all, nlp.Candidate{Name: name})
			}
		}
	}
	return all
}

// elsewhere says that a name is not in the clusters that the sentence names, but in others.
func (q *question) elsewhere(e nlp.Entity) *models.Reply {
	var where []string
	for _, c := range e.Candidates {
		if c.Score >= e.Candidates[0].Score-closeness && !slices.Contains(where, c.Group) {
			where = append(where, c.Group)
		}
	}
	err := &models.Error{Kind: models.NotFound,
		Message: fmt.Sprintf("There is no %s on %s, but there is on %s", phrase.Code(e.Candidates[0].Value), phrase.Or(phrase.Codes(q.query.Clusters)), phrase.And(phrase.Codes(where)))}
	reply := &models.Reply{Text: sentence(err.Message), Err: err, AskedBack: true}
	for _, cluster := range where {
		again := q.renewed()
		again.intent, again.pinned = q.intent, true
		for i, other := range again.parse.Entities {
			if other.Type == "cluster" {
				other.Value, other.Candidates, other.Negated = cluster, nil, false
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

// plainly reports whether the sentence is no more than what is listed and which of it: every word that is not part of a subject, a
// name, a number or a condition is a small one.
func (q *question) plainly() bool {
	if !q.has("subject") || q.has(nlp.UnknownName) || q.anyWord(elsewhere) && !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "workload" }) || len(q.parse.Entities) < 2 && len(q.words) > 3 {
		return false
	}
	return !slices.ContainsFunc(q.words, func(w word) bool { return !small[w.text] && q.covering(w) == nil })
}

// small are the words that add nothing to what is listed.
var small = setOf(`a an the all any every our my your of in on at with and or are is there now right currently please pls that which what show list get give
	me us still only just do does we have has used usage full free filled`)

// abstain is the reply to what the model does not understand: the likely intents to choose from, or what MuleBot can do.
func (q *question) abstain() *models.Reply {
	declined := q.outside()
	if w, ok := q.missingName(); ok && len(q.parse.Ranking) > 0 && (declined < q.parse.Ranking[0].Confidence || q.onlyName(w)) {
		q.as("describe")
		q.query = &models.Query{}
		return q.notFound(-1, q.text[w.start:w.end], w.start, w.end)
	}
	if len(q.parse.Ranking) == 0 || declined >= q.parse.Ranking[0].Confidence {
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
		if intent.act == actCustom {
			if q.rank.May(intent.Role) {
				reply.Buttons = append(reply.Buttons, models.Button{Label: intent.says(), Action: models.Action{Intent: intent.Name}})
			}
			continue
		}
		again := q.renewed()
		again.intent = intent
		if again.fill() == nil && again.query != nil {
			reply.Buttons = append(reply.Buttons, models.Button{Label: offer(again.intent, again.query),
				Action: models.Action{Intent: again.intent.Name, Query: again.query, Values: q.saying()}})
		}
	}
	if len(reply.Buttons) == 0 {
		reply.Text = "I am not sure what you mean. I answer questions about storage; say “help” for examples."
	}
	reply.Buttons = append(reply.Buttons, models.Button{Label: "Help", Action: models.Action{Intent: "help"}})
	return reply
}

// onlyName reports whether a sentence says nothing but a word: "can you look into registry-data".
func (q *question) onlyName(name word) bool {
	return !slices.ContainsFunc(q.words, func(w word) bool { return w.start != name.start && !everyday[w.text] })
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
	if near := q.before(w.start, 1); len(near) > 0 && (near[0] == "a" || near[0] == "an") {
		return word{}, false // "describe a sunset"
	}
	named := len(w.text) > 4 && strings.ContainsAny(w.text, "-_0123456789") && strings.ContainsAny(w.text, "abcdefghijklmnopqrstuvwxyz")
	return w, named || len(q.words) <= 4 && q.begins(setOf("describe inspect check status show"))
}

// offer words a query for a button.
func offer(intent *Intent, query *models.Query) string {
	switch intent.act {
	case actOverview:
		return "What is not healthy"
	case actDescribe, actWhy:
		if query.Name != "" {
			return "Describe " + query.Name
		}
	case actCount:
		return "Count " + answer.Fields(query.Subject).Many
	case actAggregate:
		return phrase.Capital(query.Aggregate) + " of " + strings.ReplaceAll(query.Field, "_", " ")
	}
	return "List " + answer.Fields(query.Subject).Many
}
