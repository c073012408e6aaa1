package intents

import (
	"cmp"
	"context"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// pointing reads a sentence that means things which the questions before the last one were about, or picks one out of many.
func (t *turn) pointing(ctx context.Context, q *question) (reading, bool) {
	if r, ok := t.restOf(q); ok {
		return r, true
	}
	if r, ok := t.doneTo(q); ok {
		return r, true
	}
	if r, ok := t.other(q); ok {
		return r, true
	}
	if both := bothThings.FindStringIndex(q.text); both != nil && len(q.dialogue.Lately) == 2 && saysOnly(q.words, both) {
		return t.ofOthers(q, q.dialogue.Lately)
	}
	if two := t.latelyOf(""); len(two) > 0 && strings.Contains(q.text, phrase.And(two)) && !strings.Contains(t.message.Text, phrase.And(two)) {
		if r := t.reread(q.text); r.worth() == whole {
			return r, true // what the last question asked of one of them says nothing of both
		}
	}
	if r, ok := t.picked(ctx, q); ok {
		return r, true
	}
	if said := another.FindString(q.text); said != "" && !strings.HasSuffix(said, "one") && q.dialogue.Query != nil && len(q.dialogue.Query.Clusters) == 0 && len(q.card.Clusters) == 2 {
		return t.whichCluster(q), true
	}
	t.stepBack(q)
	return reading{}, false
}

// keepThings writes into what is remembered which things a question and the ones before it were about.
func (t *turn) keepThings(next *models.Dialogue) {
	before := &t.dialogue
	next.Lately, next.Supposed = before.Lately, before.Supposed
	if answer.Supposes(next.Query) {
		next.Supposed = next.Query
	}
	now, ok := aboutNow(next)
	if !ok {
		return
	}
	is := func(n models.Named) bool { return t.same(n, now) }
	_, about := aboutOne(next.Query)
	switch {
	case next.Query.Name == "" && !about && !supposes(next.Query) && next.Query.Limit != 1: // a list of one is none of one thing
	case len(before.Listed) > 1 && slices.ContainsFunc(before.Listed, is):
		next.Among, next.From = before.Listed, before.Query
	case slices.ContainsFunc(before.Among, is):
		next.Among, next.From = before.Among, before.From
	}
	next.Lately = append(slices.DeleteFunc(slices.Clone(before.Lately), is), now)
	next.Lately = next.Lately[max(0, len(next.Lately)-2):]
}

// aboutNow is the one thing that a question was about, or supposed something of.
func aboutNow(d *models.Dialogue) (models.Named, bool) {
	if d.Query == nil || !supposes(d.Query) {
		return thingOf(d)
	}
	if _, about := aboutOne(d.Query); about || d.Query.Name != "" || len(d.Query.Clusters) != 1 {
		return thingOf(&models.Dialogue{Query: d.Query})
	}
	thing, ok := pickedBy(d.Query)
	if name := oneOf(d.Query, "name"); !ok && name != "" {
		thing, ok = models.Named{Subject: d.Query.Subject, Name: name, Scope: oneOf(d.Query, "namespace")}, true
	}
	thing.Cluster = d.Query.Clusters[0]
	return thing, ok
}

// oneOf is the one value that a query wants a field to have, "" if it wants none or several.
func oneOf(query *models.Query, field string) string {
	for _, f := range query.Filters {
		if f.Field == field && f.Op == models.Eq && !f.Not && len(f.Values) == 1 && len(f.Or) == 0 {
			return f.Values[0]
		}
	}
	return ""
}

// same reports whether two names mean the same thing: a volume is called by its claim.
func (t *turn) same(a, b models.Named) bool {
	return a.Cluster == b.Cluster && t.calling(a) == t.calling(b) &&
		(a.Node == b.Node || a.Node == "" || b.Node == "") && (a.Scope == b.Scope || a.Scope == "" || b.Scope == "")
}

// saysOnly reports whether a sentence says nothing but what stands between two offsets: "and the third?", "what about both at once".
func saysOnly(words []word, at []int) bool {
	return !slices.ContainsFunc(words, func(w word) bool {
		return (w.start < at[0] || w.start >= at[1]) && !fillers[w.text] && !atOnce[w.text] && w.text != "at"
	})
}

// ofOthers asks the last question of other things than the one that it was about.
func (t *turn) ofOthers(q *question, things []models.Named) (reading, bool) {
	last, intent := t.dialogue.Query, t.intents[t.dialogue.Intent]
	now, ok := aboutNow(&t.dialogue)
	switch {
	case !ok || intent == nil || slices.ContainsFunc(things, func(n models.Named) bool { return n.Subject != things[0].Subject }):
		return reading{}, false
	case len(things) == 1 && (now.Subject != things[0].Subject || intent.act == actConsumers && !supposes(last)):
		r := t.readAs(spelled(things[0]), intent.Name)
		return r, r.answered()
	case last.Name != "" && len(things) > 1:
		query := called(things)
		query.Show = slices.Clone(last.Show)
		if intent.act != actWhy {
			intent = t.intents["list"]
		}
		return t.asking(q, intent, query), true
	}
	query, names := last.Clone(), called(things)
	query.Offset, query.Clusters = 0, names.Clusters
	if query.Name != "" {
		query.Name, query.Scope = things[0].Name, things[0].Scope
	}
	replace := map[string][]string{"node": valuesOf(names, "node"), "namespace": valuesOf(names, "namespace")}
	found := query.Name != ""
	for i, f := range query.Filters {
		switch values := replace[f.Field]; {
		case slices.Equal(f.Values, []string{now.Name}) && !f.Not:
			query.Filters[i].Values, found = valuesOf(names, "name"), true
		case len(values) > 0 && len(f.Values) > 0 && !f.Not:
			query.Filters[i].Values = values
		}
	}
	return t.asking(q, intent, query), found
}

// valuesOf are the values that a query wants a field to have.
func valuesOf(query *models.Query, field string) []string {
	for _, f := range query.Filters {
		if f.Field == field {
			return f.Values
		}
	}
	return nil
}

// other reads a sentence about the other one of several things, of which the last question was about one: of those listed or asked about before,
// or of those that a word says, as "the other mysql".
func (t *turn) other(q *question) (reading, bool) {
	at := otherThing.FindStringIndex(q.text)
	now, one := t.aboutLately()
	if at == nil || !one {
		return reading{}, false
	}
	rest := func(all []models.Named) []models.Named {
		return slices.DeleteFunc(slices.Clone(all), func(n models.Named) bool { return t.same(n, now) })
	}
	var things []models.Named
	if said := t.kindred(q, at, now); len(said) > 0 {
		things = rest(said)
	} else if _, still := aboutNow(&t.dialogue); !still || !t.headsNothing(q, at, now) {
		return reading{}, false
	} else if things = rest(t.dialogue.Among); len(things) == 0 {
		things = rest(t.dialogue.Lately)
	}
	asking := func(name string) string { return q.text[:at[0]] + name + q.text[at[1]:] }
	switch {
	case len(things) == 0:
		return reading{}, false
	case len(things) > 1:
		reply := q.whichOf(things, func(thing models.Named) models.Action {
			if r, ok := t.ofOthers(q, []models.Named{thing}); ok && saysOnly(q.words, at) {
				return models.Action{Intent: r.q.intent.Name, Query: r.q.query}
			}
			return models.Action{Text: asking(spelled(thing))}
		})
		reply.Text = "There are " + phrase.Count(len(things), "other", "others") + ": " + reply.Text
		return reading{q: q, reply: reply}, true
	case saysOnly(q.words, at):
		if r, ok := t.ofOthers(q, things); ok {
			return r, true
		}
		return t.asking(q, t.intents["describe"], queryOf(things[0])), true // the last question was about many
	}
	r := t.reread(asking(spelled(things[0])))
	return r, r.answered()
}

// doneTo asks what was supposed last of another node or pool, where a sentence says that it is done to that, and other questions have come since:
// "what about doing dock-4 first".
func (t *turn) doneTo(q *question) (reading, bool) {
	d := &t.dialogue
	if d.Supposed == nil || answer.Supposes(d.Query) || !q.anyWord(doing) || slices.ContainsFunc(q.words, func(w word) bool {
		e := q.covering(w)
		return (e == nil || !isName(*e)) && !fillers[w.text] && !doing[w.text] && !besideDoing[w.text]
	}) {
		return reading{}, false
	}
	names := slices.DeleteFunc(slices.Clone(q.parse.Entities), func(e nlp.Entity) bool { return !isName(e) || len(e.Candidates) == 0 })
	if len(names) != 1 {
		return reading{}, false
	}
	before := *d
	d.Intent, d.Query, d.Listed = "impact", d.Supposed, nil
	if thing, ok := q.thingNamed(names[0]); ok {
		if r, ok := t.ofOthers(q, []models.Named{thing}); ok {
			return r, true
		}
	}
	*d = before
	return reading{}, false
}

var (
	doing       = setOf("do doing did done take taking took taken pick picking")
	besideDoing = setOf("first before after next if i we i'd we'd would rather to just only let lets")
)

// restOf reads a sentence about the others of those listed before, of which the last question was about one: "and the others?", "how old are the
// other pending claims".
func (t *turn) restOf(q *question) (reading, bool) {
	at := otherThings.FindStringSubmatchIndex(q.text)
	now, one := aboutNow(&t.dialogue)
	among := listing(t.dialogue.From, t.dialogue.Among)
	if at == nil || !one || among == nil || among.Subject != now.Subject && !(claimed[among.Subject] && claimed[now.Subject]) {
		return reading{}, false
	}
	rest := slices.DeleteFunc(slices.Clone(t.dialogue.Among), func(n models.Named) bool { return t.same(n, now) })
	switch {
	case len(rest) == 0 || len(rest) == len(t.dialogue.Among):
		return reading{}, false
	case !saysOnly(q.words, at):
		return t.ofRest(q, at, among, rest)
	case len(rest) > 1 && supposes(t.dialogue.Query):
		return reading{q: q, reply: q.whichOf(rest, func(thing models.Named) models.Action {
			return models.Action{Text: q.text[:at[0]] + spelled(thing) + q.text[at[1]:]}
		})}, true // all at once are another matter
	}
	for i, n := range rest {
		if now.Subject == models.Claims && n.Subject == models.Volumes {
			rest[i] = models.Named{Subject: models.Claims, Name: t.calling(n), Scope: q.namespaceOf(n), Cluster: n.Cluster}
		}
	}
	return t.ofOthers(q, rest)
}

// ofRest reads what a sentence says of the rest of a list: it follows a question that lists no more than that.
func (t *turn) ofRest(q *question, at []int, among *models.Query, rest []models.Named) (reading, bool) {
	d, all, named := &t.dialogue, among.Clone(), called(rest)
	if now, _ := aboutNow(d); now.Subject == among.Subject {
		other := models.Filter{Field: "name", Op: models.Eq, Values: []string{now.Name}, Not: true}
		if among.Filters = append(among.Filters, other); slices.ContainsFunc(rest, func(n models.Named) bool { return n.Name == now.Name && n.Node != now.Node }) {
			among.Filters[len(among.Filters)-1].Or = []models.Filter{{Field: "node", Op: models.Eq, Values: []string{now.Node}, Not: true}}
			named = among
		}
	} else {
		among = named
	}
	how := ""
	if at[2] >= 0 {
		how = q.text[at[2]:at[3]]
	}
	r := t.reread(q.text[:at[0]] + "the " + how + answer.Fields(among.Subject).Many + q.text[at[1]:])
	if r.answered() && r.q.query != nil && r.q.query.Subject == all.Subject && len(r.q.query.Show) == 0 {
		if said := joined(all, r.q.unassumed()); how != "" || reflect.DeepEqual(plainly(said), plainly(all)) && said.Aggregate == "" {
			said.Filters = joined(among, r.q.unassumed()).Filters
			return t.asking(q, t.intents["list"], said), sound(said)
		}
	}
	d.Intent, d.Query, d.Listed, d.Among, d.From = "list", named, rest, nil, nil
	text := q.text[:at[0]] + "those" + q.text[at[1]:]
	return t.followed(t.interpret(t.question(text, t.reparse(text)))), true
}

// aboutLately is the one thing that the last question was about, or that the last one which was about one thing.
func (t *turn) aboutLately() (models.Named, bool) {
	if now, one := aboutNow(&t.dialogue); one {
		return now, true
	}
	if n := len(t.dialogue.Lately); n > 0 {
		return t.dialogue.Lately[n-1], true
	}
	return models.Named{}, false
}

// kindred are the things of a kind, the one spoken of among them, that the word behind "the other" says: those of an application, of a namespace,
// or with a piece of the name in common. It takes the word, and the noun behind it, into what stands at a place.
func (t *turn) kindred(q *question, at []int, now models.Named) []models.Named {
	next := wordsOf(q.text[at[1]:])
	if len(next) > 1 && next[0].text == "of" {
		next = next[1:]
	}
	if len(next) == 0 || nouns[next[0].text] != "" {
		return nil
	}
	end := next[0].end
	if len(next) > 1 && (next[1].text == "one" || nouns[next[1].text] != "" && !plural(next[1].text)) {
		if kind := subjectOfType[nouns[next[1].text]]; next[1].text != "one" && kind != now.Subject && !(claimed[kind] && claimed[now.Subject]) {
			return nil
		}
		end = next[1].end
	}
	fields := []string{"workload", own[now.Subject]["claim"], "namespace"}
	if !claimed[now.Subject] {
		fields[1] = "name"
	}
	inventories, _ := t.of(&models.Query{Clusters: []string{now.Cluster}})
	for _, field := range fields {
		query := &models.Query{Subject: now.Subject, Clusters: []string{now.Cluster}, Filters: []models.Filter{eq(field, next[0].text)}}
		if field == fields[1] {
			if !slices.Contains(strings.Split(t.calling(now), "-"), next[0].text) {
				continue
			}
			query.Filters[0].Op = models.Match
		}
		res, err := answer.Evaluate(query, inventories)
		if err != nil || res.Len() < 2 || res.Len() > maxRecalled {
			continue
		}
		if things := res.Things(); slices.ContainsFunc(things, func(n models.Named) bool { return t.same(n, now) }) {
			at[1] += end
			return things
		}
	}
	return nil
}

// whichCluster asks which cluster is the other one, where the last question was about all.
func (t *turn) whichCluster(q *question) reading {
	reply := &models.Reply{AskedBack: true, Text: "The last answer was about both clusters, " + phrase.And(phrase.Codes(q.card.Clusters)) + ". Which one do you mean?"}
	for _, c := range q.card.Clusters {
		reply.Buttons = append(reply.Buttons, models.Button{Label: c, Action: models.Action{Text: another.ReplaceAllLiteralString(q.text, c)}})
	}
	return reading{q: q, reply: reply}
}

// headsNothing takes the noun behind "the other" into what stands at a place, and reports whether it may be one of the thing that was spoken of.
func (t *turn) headsNothing(q *question, at []int, now models.Named) bool {
	next := wordsOf(q.text[at[1]:])
	if len(next) == 0 {
		return true
	}
	w := next[0]
	if kind := nouns[w.text]; kind != "" && !plural(w.text) {
		at[1] += w.end
		return subjectOfType[kind] == now.Subject || claimed[subjectOfType[kind]] && claimed[now.Subject]
	}
	w.start, w.end = w.start+at[1], w.end+at[1]
	return w.text != "ones" && cueTypes(w.text) == nil && !q.isNoun(w)
}

// claimed are the subjects that share their names: people call a volume by its claim.
var claimed = map[models.Subject]bool{models.Volumes: true, models.Claims: true}

// stepBack has a sentence about many things follow the question that listed them, where those since were about one of these: "which of them is the
// oldest?".
func (t *turn) stepBack(q *question) {
	d := &t.dialogue
	among := listing(d.From, d.Among)
	if among == nil || len(d.Listed) > 1 || !(q.anyWord(those) || q.anyWord(setOf("ones")) || q.has("sort") && !q.mentions("subject")) {
		return
	}
	if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && len(e.Candidates) > 0 && e.Type != "cluster" }) {
		return
	}
	d.Intent, d.Query, d.Listed, d.Among, d.From = "list", among, d.Among, nil, nil
}

var (
	bothThings = regexp.MustCompile(`(?i)\b(?:both|(?:the|these|those) (?:two|three))(?: of (?:them|these|those))?\b`)
	otherThing = regexp.MustCompile(`(?i)\bthe other(?: one)?\b`)
	// otherThings are those listed before but for the one that was spoken of.
	otherThings = regexp.MustCompile(`(?i)\b(?:(?:the|which|what|any) (?:others|other ((?:[\w-]+ ){0,2})ones)|the other (?:two|three|four|five|\d+)|the (?:rest|remaining ones|remainder))(?: of (?:them|those|these))?\b`)
)

// bothNamed writes the names of the two things listed last, or asked about last, for "both" and "the two".
func (t *turn) bothNamed(text string) string {
	at := bothThings.FindStringIndex(text)
	if at == nil || strings.Contains(text[at[1]:], " and ") {
		return text
	}
	only, kind := saysOnly(wordsOf(text), at), ""
	if next := wordsOf(text[at[1]:]); len(next) > 0 {
		switch noun := nouns[next[0].text]; {
		case noun != "":
			kind, at[1] = noun, at[1]+next[0].end
		case rankable[next[0].text] != "" || cueTypes(next[0].text) != nil:
			return text // "both clusters"
		}
	}
	_, one := aboutNow(&t.dialogue)
	if one && only && len(t.dialogue.Lately) == 2 {
		return text // the last question is asked of both
	}
	var names []string
	if one {
		names = t.latelyOf(kind)
	}
	if len(names) == 0 {
		names = t.spokenOf(cmp.Or(kind, typeOf(t.dialogue.Query.Subject)))
	}
	if !fitting(text[at[0]:at[1]], len(names)) {
		return text
	}
	return text[:at[0]] + phrase.And(names) + t.ofTwo(text[at[1]:])
}

// fitting reports whether as many things were listed as a sentence says.
func fitting(said string, n int) bool {
	return n == 2 || n == 3 && strings.Contains(strings.ToLower(said), "three")
}

// ofTwo has the comparatives behind two names be the superlatives that they stand for: "which of the two is bigger".
func (t *turn) ofTwo(text string) string {
	for _, w := range wordsOf(text) {
		order := strings.TrimSuffix(w.text, "er") + "est"
		if w.text == "worse" {
			order = "worst"
		} else if !strings.HasSuffix(w.text, "er") {
			continue
		}
		if slices.ContainsFunc(t.reparse(order).Entities, func(e nlp.Entity) bool { return e.Type == "sort" }) {
			return text[:w.start] + "the " + order + text[w.end:]
		}
	}
	return text
}

// latelyOf returns what the two things are called that were asked about last, or one of which was, if they are of one cluster, and of a kind.
func (t *turn) latelyOf(kind string) []string {
	two := slices.Clone(t.dialogue.Lately)
	if len(two) < 2 {
		two = slices.Clone(t.dialogue.Among)
	}
	if len(two) != 2 || two[0].Cluster != two[1].Cluster {
		return nil
	}
	if two[0].Subject != two[1].Subject {
		two[0], two[1] = t.claimOf(two[0]), t.claimOf(two[1])
	}
	for _, n := range two {
		if kind != "" && subjectOfType[kind] != n.Subject && !(claimed[n.Subject] && claimed[subjectOfType[kind]]) {
			return nil
		}
	}
	return []string{t.calling(two[0]), t.calling(two[1])}
}

// claimOf is the only claim of a pod; any other thing is itself.
func (t *turn) claimOf(thing models.Named) models.Named {
	inv := t.inventory(thing.Cluster)
	if inv == nil || thing.Subject != models.Pods {
		return thing
	}
	for i := range inv.Pods {
		if p := &inv.Pods[i]; p.Name == thing.Name && (thing.Scope == "" || p.Namespace == thing.Scope) && len(p.Claims) == 1 {
			return models.Named{Subject: models.Claims, Name: p.Claims[0], Scope: p.Namespace, Cluster: thing.Cluster}
		}
	}
	return thing
}
