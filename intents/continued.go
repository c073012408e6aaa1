package intents

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// continued reads a sentence again that says nothing by itself of what it is about, with what the conversation is about put in: "since
// when?" behind one volume, "which is the fullest?" behind the pools of an engine. It says how it was read.
func (t *turn) continued(r reading) (reading, string) {
	if means, ok := t.means(r.q); ok {
		return means, "means"
	}
	if whatNext.MatchString(r.q.text) && !r.q.saysOfWhat() {
		return t.asking(r.q, t.intents["overview"], &models.Query{Subject: models.Volumes, Clusters: t.dialogue.Query.Clusters}), "next"
	}
	if again, ok := t.sameOf(r.q); ok {
		return again, "same of"
	}
	if rest, ok := t.others(r.q); ok {
		return rest, "others"
	}
	if there, ok := t.onCluster(r.q); ok {
		return there, "on cluster"
	}
	if free, ok := t.lifted(r.q); ok {
		return free, "lifted"
	}
	if told, ok := t.told(r); ok {
		return told, "told"
	}
	if !r.q.hangs(r) {
		return r.q.keepThere(r), "by itself"
	}
	var best *reading
	for _, full := range r.q.completions() {
		if c, ok := t.completed(r, full.text); ok && !t.repeats(c) && (best == nil || c.worth() > best.worth()) {
			best = &c
		}
		if best != nil && best.worth() == whole {
			return *best, "completed"
		}
	}
	switch {
	case best == nil && r.answered() && (len(semantic.Pieces(r.q.query)) == 0 || t.repeats(r)):
		return r.q.adrift(), "adrift"
	case best == nil || r.answered() && best.worth() < r.worth():
		return r.q.keepThere(r), "hanging"
	}
	return *best, "completed in part"
}

// whatNext asks what is to be done now, and for no page: "fixed, what's next?".
var whatNext = regexp.MustCompile(`(?i)\bwhat(?:['’]?s| is| comes| now| should i do| do i do| to do)? next\b`)

// means says why the one thing that was spoken of is as it is, where a sentence asks what that means. It asks back where there is none.
func (t *turn) means(q *question) (reading, bool) {
	switch {
	case !q.asksSense():
		return reading{}, false
	case q.saysOfWhat():
		return t.readAs(q.text, "why"), true
	}
	if thing, ok := q.lastThing(); ok && q.anyWord(pronouns) {
		intent := "why"
		if t.dialogue.Intent == intent {
			intent = "describe"
		}
		return t.asking(q, t.intents[intent], queryOf(thing)), true
	}
	return q.adrift(), true
}

// adrift asks what a sentence is about of which nothing was understood: all that there is would be no answer.
func (q *question) adrift() reading {
	reply := &models.Reply{AskedBack: true, Text: "I am not sure what you mean by that here. Say it with what it is about."}
	if s := answer.Fields(q.dialogue.Query.Subject); s != nil {
		reply.Text = "I am not sure what you mean by that here. Say it with what it is about, as in “which of the " + s.Many + " …” or with a name."
	}
	return reading{q: q, reply: reply}
}

// repeats reports whether a reading lists or computes what was asked last: then nothing was understood of what the sentence adds.
func (t *turn) repeats(r reading) bool {
	switch r.q.intent.act {
	case actList, actCount, actAggregate, actRefine:
		return reflect.DeepEqual(r.q.query, t.dialogue.Query)
	}
	return false
}

// keepThere keeps to the only cluster of the last question where a sentence says "there", and names nothing else.
func (q *question) keepThere(r reading) reading {
	last := q.dialogue.Query
	if r.reply == nil && r.q.query != nil && len(r.q.query.Clusters) == 0 && len(last.Clusters) == 1 && !q.has("cluster") &&
		(q.anyWord(setOf("there")) && !thereIs.MatchString(q.text) || r.q.intent.act == actOverview && q.anyWord(pronouns)) {
		r.q.query.Clusters = last.Clusters
	}
	return r
}

// sameOf asks the last question of another thing, where the sentence is no more than its name: "and pool-2?" behind "when is pool-1 full".
func (t *turn) sameOf(q *question) (reading, bool) {
	last, intent := t.dialogue.Query, t.intents[t.dialogue.Intent]
	if intent == nil || q.intent == nil || q.intent.act == actChat || q.intent.act == actCustom {
		return reading{}, false
	}
	_, about := aboutOne(last)
	switch supposed := answer.Supposes(last); {
	case intent.act == actImpact && supposed:
		intent = t.intents["followup.refine"]
	case supposes(last) && len(q.parse.Entities) == 1 && q.onlyNames():
		if thing, ok := q.thingNamed(q.parse.Entities[0]); ok {
			return t.ofOthers(q, []models.Named{thing})
		}
		return reading{}, false
	case intent.act == actWhy, intent.act == actForecast, intent.act == actReplicas, intent.act == actConsumers, intent.act == actDescribe:
		if last.Name == "" && !about {
			return reading{}, false
		}
	default:
		return reading{}, false
	}
	names := 0
	for _, e := range q.parse.Entities {
		if isName(e) && subjectOfType[e.Type] != "" && len(e.Candidates) > 0 {
			names++
		}
	}
	if names != 1 || !q.onlyNames() {
		return reading{}, false
	}
	again := q.again()
	again.intent = intent
	r := reading{q: again, reply: again.fill()}
	if again.query != nil && intent.act == actDescribe && again.query.Name != "" && again.query.Subject == last.Subject && len(again.query.Show) == 0 {
		again.query.Show, again.query.Field = last.Show, last.Field
	}
	return r, true
}

// thingNamed is the one thing of the kind of the last one that a name means: a volume may be called by its claim.
func (q *question) thingNamed(e nlp.Entity) (models.Named, bool) {
	now, ok := aboutNow(&q.dialogue)
	var found []models.Named
	for _, c := range e.Candidates {
		thing := models.Named{Subject: subjectOfType[c.Type], Name: c.Value, Scope: c.Scope, Cluster: c.Group}
		if inv := q.inventory(c.Group); inv != nil && c.Type == "claim" && now.Subject == models.Volumes {
			if claim := inv.Claim(c.Scope, c.Value); claim != nil && claim.Volume != "" {
				thing = models.Named{Subject: models.Volumes, Name: claim.Volume, Cluster: c.Group}
			}
		}
		if thing.Subject == now.Subject {
			found = append(found, thing)
		}
	}
	if !ok || len(found) != 1 {
		return now, false
	}
	return found[0], true
}

// onlyNames reports whether a sentence is no more than nouns and names.
func (q *question) onlyNames() bool {
	return !slices.ContainsFunc(q.words, func(w word) bool {
		e := q.covering(w)
		return (e == nil || !isName(*e) && e.Type != "subject") && !fillers[w.text]
	})
}

// onCluster asks the last question of other clusters, where the sentence is no more than their names: "staging?".
func (t *turn) onCluster(q *question) (reading, bool) {
	named := false
	for _, w := range q.words {
		e := q.covering(w)
		if e == nil && !fillers[w.text] && !glue[w.text] && w.text != "on" && w.text != "in" || e != nil && !q.onlyWhere(*e) {
			return reading{}, false
		}
		named = named || e != nil
	}
	if !named || len(q.words) > 4 {
		return reading{}, false
	}
	if last, intent := t.dialogue.Query, t.intents[t.dialogue.Intent]; intent != nil && intent.act == actImpact && last.Name == "" && len(last.Filters) == 0 {
		q.query = &models.Query{} // "which nodes could I drain then?"
		q.fillClusters()
		return t.asking(q, intent, edited(last, func(query *models.Query) { query.Clusters = q.query.Clusters })), true
	}
	again := q.again()
	again.as("followup.refine")
	return reading{q: again, reply: again.fill()}, true
}

// others asks for the things that the last question left out: "and which don't?", "the rest?".
func (t *turn) others(q *question) (reading, bool) {
	last := t.dialogue.Query
	if n := len(last.Filters); n == 0 || last.Name != "" || !leftOut.MatchString(q.text) {
		return reading{}, false
	}
	rest := q.again()
	rest.as("list")
	rest.query = last.Clone()
	f := &rest.query.Filters[len(last.Filters)-1]
	if subjectOfType[f.Field] != "" || f.Field == "name" || f.Field == "namespace" || f.Field == "workload" {
		return reading{}, false
	}
	f.Not = !f.Not || f.Field == "health" // "are all healthy?" has found those that are not
	rest.query.Offset, rest.query.Limit = 0, 0
	if rest.query.GroupBy == "" {
		rest.query.Aggregate, rest.query.Field = "", ""
	}
	return reading{q: rest}, true
}

// fillers are the words around a name that is put in the place of another.
var fillers = setOf("and so what how about or then ok okay also too the same for of with is s now please pls maybe instead")

// hangs reports whether nothing in the sentence says what it is about, and nothing of the conversation was taken for that.
func (q *question) hangs(r reading) bool {
	switch {
	case r.houses():
		return false
	case q.intent == nil || q.intent.Name == nlp.Fallback || q.intent.Name == "change":
	case q.misheard():
	case q.intent.act == actOverview && r.worth() == whole && !q.anyWord(pronouns) && !q.anyWord(pointers):
		return false // "summary please"
	case q.intent.action != nil || q.alias != nil || q.intent.act == actChat || q.intent.act == actMore || q.intent.act == actItem:
		return false
	case q.intent.act >= actRefine:
		return r.worth() < whole || q.intent.act == actRefine && q.repeats(r)
	}
	if whichBare.MatchString(q.text) {
		return r.worth() < whole || !q.keeps(r.q.query)
	}
	if q.bare() && q.dialogue.Query.Name != "" {
		return !r.answered() || !q.keeps(r.q.query)
	}
	if q.mentions("subject") || !q.begins(setOf("any")) && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && len(e.Candidates) > 0 && !q.onlyWhere(e) }) {
		return false
	}
	return !r.answered() || !q.keeps(r.q.query) || q.repeats(r)
}

// bare reports whether a sentence has nothing but nouns that could tell what it is about, and asks neither for all there are nor for a list:
// "how many replicas?", "what is the replica state".
func (q *question) bare() bool {
	return len(q.words) < 9 && q.mentions("subject") && !q.anyWord(setOf("all every each other others we our us you overall total everywhere list show display any both cluster clusters there exist exists")) &&
		!slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type != "subject" && e.Type != "aggregate" })
}

// onlyWhere reports whether a name is that of a cluster to ask, in a sentence whose intent may not be known.
func (q *question) onlyWhere(e nlp.Entity) bool {
	return e.Type == "cluster" && (q.intent == nil || q.isCluster(e))
}

// misheard reports whether a sentence was taken for small talk of which it has no word: "how far along?" is no greeting.
func (q *question) misheard() bool {
	words := smallTalk[q.intent.Name]
	if q.intent.Name == "cancel" && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type != nlp.UnknownName }) {
		return true // "forget worker-2"
	}
	return words != nil && len(q.words) > 2 && !q.anyWord(words) && !q.nodded()
}

// smallTalk are the words without which a sentence is no small talk of a kind.
var smallTalk = map[string]map[string]bool{
	"greet":  setOf("hi hello hey morning afternoon evening yo howdy greetings hallo salut moin how's hows are"),
	"thanks": setOf("thanks thank thx ty cheers tnx great perfect awesome nice good cool super danke merci appreciated appreciate helpful"),
	"cancel": setOf("cancel forget stop nevermind never nothing abort quit leave drop skip scratch"),
}

// keeps reports whether a query is about what the last one was about.
func (q *question) keeps(query *models.Query) bool {
	last := q.dialogue.Query
	if last.Name != "" && concerns(query, last.Name) {
		return true
	}
	for _, n := range q.dialogue.Listed {
		if concerns(query, n.Name) {
			return true
		}
	}
	if len(last.Filters) == 0 {
		return query.Subject == last.Subject
	}
	return !slices.ContainsFunc(last.Filters, func(f models.Filter) bool { return !hasFilter(query, f.Field) })
}

// completed reads a sentence in full and joins it to the last question. It fails where it is about something else.
func (t *turn) completed(r reading, text string) (reading, bool) {
	c := t.reread(text)
	if c.q.intent == nil || !c.answered() || c.q.query == nil || c.q.intent.act == actForecast && !r.q.anyWord(future) {
		return c, false
	}
	if _, one := r.q.spokenOfOne(); one {
		return c, true
	}
	if c.q.query.Subject != t.dialogue.Query.Subject {
		return c, false
	}
	c.q.query = joined(t.dialogue.Query, c.q.unassumed())
	return c, sound(c.q.query)
}

// joined returns a query for what another one found: its filters hold, but for those of a field that is filtered anew, and so do its
// groups and its order where the query has none.
func joined(last, next *models.Query) *models.Query {
	q := next.Clone()
	held := slices.DeleteFunc(slices.Clone(last.Filters), func(f models.Filter) bool { return hasFilter(next, f.Field) })
	q.Filters = append(held, q.Filters...)
	if len(q.Clusters) == 0 {
		q.Clusters = last.Clusters
	}
	switch summed := last.Aggregate != "" && last.Aggregate != models.Count; {
	case (q.Aggregate == "" || q.Aggregate == models.Count) && q.GroupBy != "" && summed:
		q.Aggregate, q.Field = last.Aggregate, last.Field
	case q.Aggregate != "" && q.GroupBy == "":
		q.GroupBy, q.ThenBy = last.GroupBy, last.ThenBy
	case q.Aggregate == "" && q.GroupBy == "" && q.Sort == "":
		q.Sort, q.Desc = last.Sort, last.Desc
	}
	return q
}

// told shows of what was spoken of what a sentence asks that is no more than the words for it: "for how long?", "and their versions?".
func (t *turn) told(r reading) (reading, bool) {
	last := t.dialogue.Query
	s := answer.Fields(last.Subject)
	if s == nil || len(r.q.words) > 8 || pickingOut.MatchString(r.q.text) || t.picksAnew(r) || r.worth() == whole && r.q.keeps(r.q.query) && (len(r.q.query.Show) > 0 || r.q.mentions("subject")) {
		return reading{}, false
	}
	fields := fieldsAsked(s, r.q)
	if len(fields) == 0 {
		return reading{}, false
	}
	q := r.q.again()
	q.as("list")
	if thing, ok := r.q.lastThing(); ok && (last.Name != "" || r.q.anyWord(pronouns)) {
		q.as("describe")
		q.query = queryOf(thing)
	} else {
		q.query = last.Clone()
		q.query.Aggregate, q.query.Field, q.query.GroupBy, q.query.ThenBy, q.query.Offset, q.query.Also = "", "", "", "", 0, nil
	}
	for _, f := range fields {
		if !slices.Contains(q.query.Show, f) {
			q.query.Show = append(q.query.Show, f)
		}
	}
	return reading{q: q}, true
}

// picksAnew reports whether a sentence asks which things of a kind are such: "which volumes do have snapshots".
func (t *turn) picksAnew(r reading) bool {
	return r.worth() == whole && r.q.mentions("subject") && r.q.query != nil && r.q.query.Name == "" &&
		slices.ContainsFunc(r.q.query.Filters, func(f models.Filter) bool { return !hasSame(t.dialogue.Query, f) && subjectOfType[f.Field] == "" })
}

// fieldsAsked returns the fields of a subject that a sentence is the words for, and has nothing else but small words.
func fieldsAsked(s *answer.Schema, q *question) []string {
	text := strings.ToLower(strings.Trim(coordination.ReplaceAllString(q.text, ""), " ?!.,"))
	for _, a := range askings {
		if !a.words.MatchString(text) {
			continue
		}
		for _, f := range a.fields {
			if s.Lookup(f) != nil {
				return []string{f}
			}
		}
	}
	if m := fieldOf.FindStringSubmatch(text); m != nil {
		if n, field := calledAt(s, wordsOf(m[1])); n > 0 && n == len(wordsOf(m[1])) {
			return []string{field}
		}
	}
	var fields []string
	for i := 0; i < len(q.words); {
		n, field := calledAt(s, q.words[i:])
		switch {
		case n > 0:
			if e := q.covering(q.words[i]); e != nil && e.Type == "subject" && (i == 0 || !havingField[q.words[i-1].text]) {
				return nil // "and nodes?" is about others
			}
			fields = append(fields, field)
			i += n
		case columns[q.words[i].text]:
			i++
		default:
			return nil
		}
	}
	return fields
}

// havingField are the words before a noun that is a field of what was spoken of.
var havingField = setOf("its their which what whose with on each")

// calledAt returns how many words from the first on are a name of a field, and its key.
func calledAt(s *answer.Schema, words []word) (int, string) {
	for n := min(3, len(words)); n > 0; n-- {
		var name []string
		for _, w := range words[:n] {
			name = append(name, w.text)
		}
		called := strings.Join(name, " ")
		for _, name := range []string{called, strings.TrimSuffix(called, "s"), called + "s"} {
			if f := s.Called(name); f != nil && f.Key() != "health" {
				return n, f.Key()
			}
		}
	}
	return 0, ""
}
