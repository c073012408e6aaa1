package intents

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// fill turns the utterance into a query, in q.query, or else returns the reply that has to come first: a question back, or
// that something named is not there. Intents without a query leave q.query nil.
func (q *question) fill() *models.Reply {
	if q.script {
		q.as("change")
		return nil
	}
	if q.intent == nil {
		q.reconsider()
	}
	if q.wantsSummary() {
		q.as("summary")
	}
	supposed := q.supposed()
	switch {
	case supposed != nil || q.staysAway() != nil:
		q.as("impact")
	case q.movesIt():
		q.as("capacity")
	}
	q.excuse()
	q.rescue()
	q.elsewhereFrom()
	if q.intent == nil {
		return q.abstain()
	}
	if q.intent.act == actChat {
		return nil
	}
	if reply := q.endsInComparison(); reply != nil {
		return reply
	}
	q.query = &models.Query{}
	q.fillSummary()
	q.findSubject()
	q.leaveAsides()
	q.settle()
	if q.intent.act == actChat {
		q.query = nil
		return nil
	}
	for _, step := range []func() *models.Reply{q.fillClusters, q.findTargets} {
		if reply := step(); reply != nil {
			return reply
		}
	}
	if supposed != nil {
		return q.suppose(supposed)
	}
	if q.setsApart() {
		return q.leftover()
	}
	if q.largest() {
		q.narrow()
		q.place()
		q.query.Field = answer.Largest
		return nil
	}
	if q.placing() {
		q.leaveAskers()
		q.narrow()
		q.place()
		return q.leftover()
	}
	for _, step := range []func() *models.Reply{q.base, q.fillSubject, q.fillTargets} {
		if reply := step(); reply != nil {
			return reply
		}
	}
	for _, step := range []func() *models.Reply{q.leaveTold, q.fillOthers, q.fillNumbers, q.fillNone, q.fillValues, q.fillWords, q.unite, q.fillOrder, q.fillAggregate, q.finishQuery, q.fillShow, q.leftover} {
		if reply := step(); reply != nil {
			return reply
		}
	}
	return nil
}

// as changes the intent to another of the table.
func (q *question) as(name string) { q.intent = q.intents[name] }

var (
	openings = setOf("and but only just")
	those    = setOf("those them these")
	pronouns = setOf("it its this that")

	units     = setOf("gi ti mi gib gb gigs gigabytes gibibytes tib tb terabytes tebibytes bytes megabytes mib")
	contrasts = setOf("vs versus against compare compared differ differs")
)

// finishQuery makes the query of the intent's kind out of what was found, and adds what the card assumes.
func (q *question) finishQuery() *models.Reply {
	query := q.query
	switch q.intent.act {
	case actOverview:
		if q.subject != "" && q.subject != models.Clusters && query.Name == "" {
			q.as("list")
			if !hasFilter(query, "health") && !q.surveys() && !slices.ContainsFunc(query.Filters, func(f models.Filter) bool { return conditional[f.Field] }) {
				query.Filters = append(query.Filters, unhealthyFilter)
			}
		}
	case actDescribe:
		if query.Name == "" {
			if reply := q.describeNothing(); reply != nil {
				return reply
			}
		}
	case actWhy:
		if query.Name == "" {
			if reply := q.whyNothing(); reply != nil {
				return reply
			}
		}
	case actForecast:
		q.presently()
	case actReplicas, actConsumers, actImpact, actEvents:
		if len(q.targets) == 0 && query.Name == "" {
			if reply := q.unnamed(); reply != nil {
				return reply
			}
		}
	}
	q.readOnlySoon()
	q.noHealthyCopy()
	q.onlyThere()
	q.supersede()
	q.notReady()
	q.onlyPool()
	q.askFields()
	q.contrast()
	q.resized()
	q.assumeNamespace()
	if reply := q.judge(); reply != nil {
		return reply
	}
	q.answerCounted()
	q.answerShare()
	q.eitherWay()
	q.requested()
	return nil
}

// unready is what Kubernetes calls a node whose kubelet does not answer.
var unready = regexp.MustCompile(`(?i)\b(?:not[ -]?ready|unready)\b`)

// notReady asks for the nodes in that state where the sentence names it: a node under pressure is not well, and ready.
func (q *question) notReady() {
	if q.query.Subject != models.Nodes || !unready.MatchString(q.text) {
		return
	}
	for i, f := range q.query.Filters {
		if f.Field == "health" && f.Not && slices.Equal(f.Values, unhealthyFilter.Values) {
			q.query.Filters[i] = not(eq("state", "Ready"))
		}
	}
}

// onlyPool describes the only pool of a node where the sentence asks for one: "the pool of worker-4".
func (q *question) onlyPool() {
	query := q.query
	switch q.intent.act {
	case actList, actDescribe, actImpact:
	default:
		return
	}
	if query.Subject != models.Pools || query.Name != "" || plural(q.subjectText()) || len(query.Filters) != 1 || query.Filters[0].Field != "node" || query.Filters[0].Not || len(query.Clusters) != 1 {
		return
	}
	inv := q.inventory(query.Clusters[0])
	if inv == nil {
		return
	}
	if res, err := answer.Evaluate(query, []*models.Inventory{inv}); err == nil && res.Len() == 1 {
		q.as("describe")
		query.Name = res.Values("name")[0]
	}
}

// surveys reports whether the sentence asks how all of some things are, and not only which of them are not well: "node status".
func (q *question) surveys() bool {
	return q.anyWord(setOf("all every each list status state overview summary")) && !q.begins(yesOrNo) && !q.anyWord(setOf("any anything problem problems issue issues wrong trouble"))
}

// conditional are the fields that say how things are beside their health.
var conditional = setOf("snapshots snapshot_age copies spare redundancy orphaned pods attached used_percent resize raid lost")

var unhealthyFilter = not(eq("health", string(models.Healthy)))

func hasFilter(query *models.Query, field string) bool {
	return slices.ContainsFunc(query.Filters, func(f models.Filter) bool { return f.Field == field })
}

// presently answers what will be full with what is full now.
func (q *question) presently() {
	query := q.query
	q.notes = append(q.notes, "I cannot forecast yet: I keep no history of usage. This is how it is now.")
	query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool { return f.Field == "used_percent" && f.Op == models.Ge })
	q.notes = slices.DeleteFunc(q.notes, func(n string) bool {
		return strings.HasPrefix(n, "“nearly full”") || strings.HasPrefix(n, "“full”")
	})
	switch s := answer.Fields(query.Subject); {
	case query.Name != "":
	case s.Lookup("used_percent") == nil:
		query.Subject = models.Volumes
		fallthrough
	default:
		query.GroupBy, query.ThenBy, query.Each, query.Aggregate, query.Field = "", "", 0, "", ""
		query.Sort, query.Desc, query.Limit = "used_percent", true, cmp.Or(query.Limit, fullest)
		query.Filters = append(query.Filters, known("used_percent"))
	}
}

// fullest is how many of the fullest things answer a question about which will be full.
const fullest = 5

// assumeNamespace adds the card's namespace where the question names neither a namespace nor a thing of one.
func (q *question) assumeNamespace() {
	query, ns := q.query, q.card.Namespace
	if ns == "" || query.Name != "" || hasFilter(query, "namespace") || answer.Fields(query.Subject).Lookup("namespace") == nil || q.everyNamespace() {
		return
	}
	if slices.ContainsFunc(q.targets, func(t target) bool { return t.scope() != "" || t.kind == "volume" }) {
		return
	}
	query.Filters = append(query.Filters, eq("namespace", ns))
	q.notes = append(q.notes, "Only namespace "+phrase.Code(ns)+", which this channel assumes; say “in all namespaces” for every one.")
}

// everyNamespace reports whether the sentence asks for all namespaces.
func (q *question) everyNamespace() bool {
	for i, w := range q.words {
		if (w.text == "namespaces" || w.text == "namespace") && i > 0 && every[q.words[i-1].text] || w.text == "cluster-wide" || w.text == "clusterwide" {
			return true
		}
	}
	return false
}

var every = setOf("all every any each both across")

// judge makes sure that the subject has the fields that the query needs, and says which it has not.
func (q *question) judge() *models.Reply {
	s := answer.Fields(q.query.Subject)
	if s == nil {
		return nil // the handler says what there is
	}
	for _, f := range q.query.Filters {
		for _, f := range append([]models.Filter{f}, f.Or...) {
			if q.intent.act != actOverview && s.Lookup(f.Field) == nil && !(f.Field == answer.Together && answer.Supposes(q.query)) {
				return q.cannot(s, f.Field)
			}
		}
	}
	if g := q.query.GroupBy; g != "" && s.Lookup(g) == nil {
		return q.cannot(s, g)
	}
	return nil
}

// cannot says that a subject has no such property, rather than to answer without it.
func (q *question) cannot(s *answer.Schema, field string) *models.Reply {
	q.without = q.query.Clone()
	q.without.Filters = slices.DeleteFunc(q.without.Filters, func(f models.Filter) bool { return s.Lookup(f.Field) == nil })
	if q.without.GroupBy == field {
		q.without = nil
	}
	err := &models.Error{Kind: models.Invalid,
		Message: phrase.Capital(s.Many) + " cannot be told apart by " + strings.ReplaceAll(field, "_", " "),
		Hint:    "Ask for " + s.Many + " without that, or for volumes or claims"}
	return &models.Reply{Text: sentence(err.Message), Notes: hints(err), Err: err}
}
