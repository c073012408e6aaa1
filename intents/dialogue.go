package intents

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// rowsAPage is how many rows "more" goes on by where the last query had no limit: as many as a dialogue remembers.
const rowsAPage = 20

// chosen returns the action of the offered button that a text names, by its label, words of that or its number; nil if it names none.
func chosen(text string, pending *models.Pending) *models.Action {
	if pending == nil || len(pending.Options) == 0 {
		return nil
	}
	text = strings.ToLower(strings.Trim(text, " .!`'\"“”"))
	place := placeOnly(text)
	if place == -1 {
		place = len(pending.Options)
	}
	if place >= 1 && place <= len(pending.Options) {
		return &pending.Options[place-1].Action
	}
	said := slices.DeleteFunc(wordsOf(strings.ReplaceAll(text, "/", " ")), func(w word) bool { return besidePlaces[w.text] || besideChoices[w.text] })
	var found *models.Action
	for i := range pending.Options {
		label := strings.ToLower(pending.Options[i].Label)
		if label == text {
			return &pending.Options[i].Action
		}
		words := strings.Fields(strings.ReplaceAll(label, "/", " "))
		if len(text) >= 2 && len(said) > 0 && !slices.ContainsFunc(said, func(w word) bool { return !slices.Contains(words, w.text) }) {
			if found != nil {
				return nil // two labels have the words
			}
			found = &pending.Options[i].Action
		}
	}
	return found
}

// ordinals are the words for places in a list; -1 is its end.
var ordinals = map[string]int{"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
	"sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9, "tenth": 10, "10th": 10, "last": -1, "top": 1}

// ordinal returns the place that a text such as "the second one" or "number 3" means; 0 for none.
func ordinal(text string) int {
	for _, w := range wordsOf(text) {
		if n := ordinals[w.text]; n != 0 {
			return n
		}
	}
	words := wordsOf(text)
	for i, w := range words {
		if n, err := strconv.Atoi(w.text); err == nil && n > 0 && (len(words) <= 3 || i > 0 && (words[i-1].text == "number" || words[i-1].text == "no")) {
			return n
		}
	}
	return 0
}

// placeOnly is ordinal for a text that says nothing else: "the second one, please" and not "the last hour".
func placeOnly(text string) int {
	for _, w := range wordsOf(text) {
		if _, err := strconv.Atoi(w.text); err != nil && ordinals[w.text] == 0 && !besidePlaces[w.text] {
			return 0
		}
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(text, "#")); err == nil {
		return n
	}
	return ordinal(text)
}

// besidePlaces are the words beside that for a place in a list.
var besidePlaces = setOf("the one number no nr option choice i mean meant it's its please pls take that this and")

// besideChoices are the words beside those of what is chosen: "I mean the one in harbor".
var besideChoices = setOf("on in of from at with sorry ok okay well i'm")

// settleFollowing corrects the intent of what follows another question.
func (q *question) settleFollowing() {
	switch {
	case (q.intent.act == actTally || q.intent.act == actMore) && q.names() && !q.anyWord(setOf("more next many count number other rest")):
		q.as("followup.refine") // "list them" behind how many there are
	case q.intent.act == actMore && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Type == "health" || e.Type == "condition" || e.Type == "engine" || isName(e) && len(e.Candidates) > 0 && e.Type != "cluster"
	}):
		q.as("followup.refine") // "and the other kafka volumes": what is picked anew has no next page
	case (q.intent.act == actDescribe || q.intent.act == actList) && q.subject == "" && len(q.words) < 6 && len(q.words) > 1 && introduces(q.words[0].text) && q.namesThing() &&
		len(q.dialogue.Query.Filters) > 0:
		q.as("followup.refine") // "on the zfs class" behind a list of claims
	}
}

// base lets a follow-up begin from the last question.
func (q *question) base() *models.Reply {
	last := q.dialogue.Query
	switch q.intent.act {
	case actRefine, actSort, actMore, actTally, actItem:
	default:
		return nil
	}
	if q.intent.act == actItem {
		return q.item()
	}
	if last == nil {
		return q.nothingBefore()
	}
	clusters := q.query.Clusters
	q.query = last.Clone()
	q.query.Offset = 0
	q.leaveForecast()
	if last.GroupBy == "" && (q.names() || q.intent.act == actSort) {
		q.query.Aggregate, q.query.Field = "", "" // "which ones?", "biggest first" behind how many there are
	}
	if len(clusters) > 0 {
		q.query.Clusters = clusters
		if q.widens() && len(last.Clusters) > 0 {
			q.query.Clusters = slices.DeleteFunc(slices.Clone(q.card.Clusters), func(c string) bool { return !slices.Contains(clusters, c) && !slices.Contains(last.Clusters, c) })
		}
	} else if q.everywhere() {
		q.query.Clusters = nil
	}
	switch q.intent.act {
	case actMore:
		if last.Name != "" {
			return q.nothingBefore()
		}
		step := last.Limit
		if step == 0 {
			step = rowsAPage
		}
		q.query.Limit, q.query.Offset = step, last.Offset+step
	case actRefine:
		q.refine()
		before := q.intents[q.dialogue.Intent]
		if before != nil && before.act == actForecast && q.subject == "" && q.query.Name == "" {
			q.as(before.Name) // "only the cstor ones" behind what will be full
		}
		if before != nil && before.act == actOverview && len(q.parse.Entities) > 0 &&
			!slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return !q.isCluster(e) }) {
			q.as(before.Name) // "and staging?" behind how everything is on prod
		}
	case actTally:
		if q.query.Name != "" {
			return q.nothingBefore()
		}
	}
	return nil
}

// leaveForecast lets go of what a forecast has added to the question that came before it.
func (q *question) leaveForecast() {
	if last := q.intents[q.dialogue.Intent]; last == nil || last.act != actForecast || q.query.Name != "" {
		return
	}
	q.query.Filters = slices.DeleteFunc(q.query.Filters, func(f models.Filter) bool { return f.Field == "used_percent" && f.Op == models.Known })
	q.query.Sort, q.query.Desc, q.query.Limit = "", false, 0
}

// names reports whether the sentence asks which the things are that were counted or added up.
func (q *question) names() bool {
	return q.begins(setOf("which list name display")) || q.anyWord(setOf("list show name")) && (q.anyWord(those) || len(q.words) <= 3)
}

// nothingBefore is the reply to a follow-up that follows nothing.
func (q *question) nothingBefore() *models.Reply {
	q.query = nil
	return &models.Reply{AskedBack: true,
		Text: "I do not know what that refers to: there is no earlier question of this kind in this conversation. Ask it in full, as in “the 5 biggest volumes”."}
}

// refine lets go of what the new words replace: another subject, filters of the fields that are filtered anew, and the name
// of the thing that was described, unless only the cluster changes.
func (q *question) refine() {
	query := q.query
	if q.subject != "" && q.subject != query.Subject {
		if query.Name != "" {
			if field := own[q.subject][string(query.Subject)]; field != "" {
				query.Filters = append(query.Filters, eq(field, query.Name))
			}
			query.Name, query.Scope = "", ""
		}
		query.Subject = q.subject
		s := answer.Fields(q.subject)
		query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool { return s == nil || s.Lookup(f.Field) == nil })
		if s != nil && query.Sort != "" && s.Lookup(query.Sort) == nil {
			query.Sort, query.Desc = "", false
		}
		if s != nil && query.ThenBy != "" && s.Lookup(query.ThenBy) == nil {
			query.ThenBy = ""
		}
		if s != nil && query.GroupBy != "" && s.Lookup(query.GroupBy) == nil {
			query.GroupBy, query.ThenBy, query.Each, query.Aggregate, query.Field, query.Show = "", "", 0, "", "", nil
		}
	}
	replaced := map[string]bool{}
	for i, e := range q.parse.Entities {
		if q.taken[i] && e.Type != "subject" && !isName(e) || q.widens() {
			continue
		}
		if e.Negated && (isName(e) || e.Type == "engine" || e.Type == "health") {
			q.leaveOut(e)
			continue
		}
		switch e.Type {
		case "health":
			replaced["health"] = true
		case "engine", "namespace", "node", "pool", "storageclass", "workload", "zone":
			replaced[e.Type] = true
		case "percentage":
			replaced["used_percent"] = true
		}
	}
	query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool { return replaced[f.Field] })
	if len(replaced) > 0 {
		query.Name, query.Scope = "", ""
		q.follow()
	}
	if q.everyNamespace() {
		query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool { return f.Field == "namespace" })
	}
	q.carryName()
}

// follow goes where the names of the sentence are, if none of them is where the last question was asked: "and in shop?".
func (q *question) follow() {
	if len(q.entities("cluster")) > 0 || len(q.targets) == 0 || slices.ContainsFunc(q.targets, func(t target) bool {
		return t.negated || slices.ContainsFunc(t.clusters(), func(c string) bool { return len(q.query.Clusters) == 0 || slices.Contains(q.query.Clusters, c) })
	}) {
		return
	}
	q.query.Clusters = nil
	q.narrow()
}

// supersede leaves out the filters of the last question on numbers and reasons that the sentence compares anew: "and over 50Gi?".
func (q *question) supersede() {
	last := q.dialogue.Query
	if q.intent.act != actRefine || last == nil || q.widens() {
		return
	}
	said := func(f models.Filter) bool {
		return slices.ContainsFunc(q.query.Filters, func(o models.Filter) bool {
			return o.Field == f.Field && len(o.Values) == 0 && len(f.Values) == 0 && o.Op != models.Known && f.Op != models.Known && bound(o) == bound(f) && o.Number != f.Number &&
				!slices.ContainsFunc(last.Filters, func(l models.Filter) bool { return l.Field == o.Field && l.Op == o.Op && l.Number == o.Number })
		})
	}
	q.query.Filters = slices.DeleteFunc(q.query.Filters, func(f models.Filter) bool {
		return slices.ContainsFunc(last.Filters, func(l models.Filter) bool { return l.Field == f.Field && l.Op == f.Op && l.Number == f.Number }) && said(f)
	})
}

// bound is the side on which a comparison of numbers has its bound.
func bound(f models.Filter) string { return strings.Trim(string(f.Op), "=") }

// leaveOut lets go of the filters that say nothing but what is to be left out now: of those that remain, less is left.
func (q *question) leaveOut(e nlp.Entity) {
	q.query.Filters = slices.DeleteFunc(q.query.Filters, func(f models.Filter) bool {
		return f.Field == e.Type && f.Op == models.Eq && !f.Not && !slices.ContainsFunc(f.Values, func(v string) bool { return v != e.Value })
	})
	q.query.Name, q.query.Scope = "", ""
}

// carryName finds the volume that was asked about in the cluster that is asked about now: it is another one there under
// its claim's name.
func (q *question) carryName() {
	query, last := q.query, q.dialogue.Query
	if len(last.Clusters) != 1 || len(query.Clusters) != 1 || query.Clusters[0] == last.Clusters[0] {
		return
	}
	from, to := q.inventory(last.Clusters[0]), q.inventory(query.Clusters[0])
	if from == nil || to == nil {
		return
	}
	if query.Name != "" && query.Subject == models.Volumes {
		if v, w := counterpart(query.Name, from, to); w != nil {
			query.Name = w.Name
		} else if v != nil && v.Claim != "" {
			query.Subject, query.Name, query.Scope = models.Claims, v.Claim, v.Namespace
		}
	}
	for i, f := range query.Filters {
		if (f.Field == "volume" || f.Field == "volumes") && len(f.Values) == 1 {
			if _, w := counterpart(f.Values[0], from, to); w != nil {
				query.Filters[i].Values = []string{w.Name}
			}
		}
	}
}

// counterpart returns the volume of a name in one cluster and the one of the same claim in another.
func counterpart(name string, from, to *models.Inventory) (v, w *models.Volume) {
	if v = from.Volume(name); v == nil {
		return nil, nil
	}
	for i := range to.Volumes {
		if w := &to.Volumes[i]; w.Claim != "" && w.Claim == v.Claim && w.Namespace == v.Namespace {
			return v, w
		}
	}
	return v, nil
}

// item takes one of the things that the last answer listed.
func (q *question) item() *models.Reply {
	listed := q.dialogue.Listed
	n := ordinal(q.text)
	if n == -1 {
		n = len(listed)
	}
	switch {
	case len(listed) == 0 && q.follows():
		q.query = nil
		return &models.Reply{AskedBack: true, Text: "The last answer listed nothing to choose from. Ask for a list, or name the thing."}
	case len(listed) == 0:
		return q.nothingBefore()
	case n == 0 && len(listed) == 1:
		n = 1
	case n < 1 || n > len(listed):
		q.as("describe")
		return q.whichOne()
	}
	q.as("describe")
	if q.anyWord(setOf("why")) {
		q.as("why") // "why is the second one down?"
	}
	q.query = queryOf(listed[n-1])
	for i := range q.parse.Entities {
		q.taken[i] = true
	}
	return nil
}

func queryOf(n models.Named) *models.Query {
	query := &models.Query{Subject: n.Subject, Name: n.Name, Scope: n.Scope, Clusters: []string{n.Cluster}}
	if n.Node != "" {
		query.Filters = []models.Filter{eq("node", n.Node)}
	}
	return query
}

// referred makes the question about the thing that the conversation is about: the one described, or the only one listed.
func (q *question) referred() (*models.Reply, bool) {
	thing, found := q.lastThing()
	switch {
	case found:
	case len(q.dialogue.Listed) > 1 && q.anyWord(pronouns):
		return q.whichOne(), true
	default:
		return nil, false
	}
	t := targetOf(thing)
	q.targets = append(q.targets, t)
	q.query.Clusters = []string{thing.Cluster}
	switch q.intent.act {
	case actDescribe, actWhy:
		q.query = queryOf(thing)
		return nil, true
	case actConsumers:
		q.consumers()
	case actImpact:
		q.impact()
	}
	return q.filterBy(t), true
}

// lastThing returns the thing that the conversation is about: the one described, or the only one listed.
func (q *question) lastThing() (models.Named, bool) { return thingOf(&q.dialogue) }

// thingOf returns the one thing that a question was about: the one described, or the only one listed.
func thingOf(d *models.Dialogue) (models.Named, bool) {
	last := d.Query
	thing, about := aboutOne(last)
	switch {
	case about:
		return thing, true
	case last != nil && last.Name != "" && len(last.Clusters) == 1:
		thing := models.Named{Subject: last.Subject, Name: last.Name, Scope: last.Scope, Cluster: last.Clusters[0]}
		for _, f := range last.Filters {
			if last.Subject == models.Pools && f.Field == "node" && f.Op == models.Eq && !f.Not && len(f.Values) == 1 {
				thing.Node = f.Values[0]
			}
		}
		return thing, true
	case len(d.Listed) == 1:
		return d.Listed[0], true
	}
	return models.Named{}, false
}

// aboutOne returns the volume or claim that a query asked about the replicas, pods, … of.
func aboutOne(q *models.Query) (models.Named, bool) {
	if q == nil || len(q.Clusters) != 1 {
		return models.Named{}, false
	}
	scope := ""
	for _, f := range q.Filters {
		if f.Field == "namespace" && len(f.Values) == 1 {
			scope = f.Values[0]
		}
	}
	for _, f := range q.Filters {
		if len(f.Values) != 1 || f.Not {
			continue
		}
		switch f.Field {
		case "volume", "volumes":
			return models.Named{Subject: models.Volumes, Name: f.Values[0], Cluster: q.Clusters[0]}, true
		case "claim", "claims":
			return models.Named{Subject: models.Claims, Name: f.Values[0], Scope: scope, Cluster: q.Clusters[0]}, true
		}
	}
	return models.Named{}, false
}

// remember writes into a reply what the conversation can refer to next.
func (t *turn) remember(intent *Intent, reply *models.Reply) {
	next := &models.Dialogue{At: t.Now()}
	if reply.Dialogue != nil {
		*next = *reply.Dialogue
		next.At = t.Now()
	}
	switch {
	case reply.AskedBack:
		next.Intent, next.Query, next.Listed = t.dialogue.Intent, t.dialogue.Query, t.dialogue.Listed
		next.Among, next.From, next.Lately, next.Supposed = t.dialogue.Among, t.dialogue.From, t.dialogue.Lately, t.dialogue.Supposed
		if len(reply.Buttons) > 0 && next.Pending == nil {
			next.Pending = &models.Pending{Intent: nameOf(intent), Query: reply.Query, Slot: "name", Options: reply.Buttons}
		}
	case reply.Query != nil && reply.Err == nil:
		next.Intent, next.Query = nameOf(intent), reply.Query
		t.keepThings(next)
	case intent != nil && intent.Name == "cancel":
	case asksSlot(t.dialogue.Pending): // nobody asks any more
		next.Intent, next.Query, next.Listed = t.dialogue.Intent, t.dialogue.Query, t.dialogue.Listed
		next.Among, next.From, next.Lately, next.Supposed = t.dialogue.Among, t.dialogue.From, t.dialogue.Lately, t.dialogue.Supposed
	default:
		return // nothing new to refer to
	}
	reply.Dialogue = next
}

func nameOf(i *Intent) string {
	if i == nil {
		return ""
	}
	return i.Name
}
