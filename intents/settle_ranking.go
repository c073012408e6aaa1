package intents

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// settlePer finds questions for the average number of things that others have, "average number of replicas per volume": they are
// about the others.
func (q *question) settlePer() {
	if q.intent.act != actCount && q.intent.act != actAggregate || !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "aggregate" && e.Value == models.Average }) {
		return
	}
	q.as("aggregate")
	if i := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "subject" && e.Value == string(models.Volumes) }); q.subject == models.Replicas && (i >= 0 || q.anyWord(setOf("count number"))) {
		q.subject = models.Volumes // "average number of replicas of volumes"
		return
	}
	for _, e := range q.parse.Entities {
		near := q.before(e.Start, 1)
		if e.Type != "subject" || len(near) == 0 || near[0] != "per" || q.subject == "" {
			continue
		}
		if s := answer.Fields(models.Subject(e.Value)); s != nil && s.Counting(string(q.subject)) != "" && !q.anyWord(magnitudes) {
			q.subject = models.Subject(e.Value)
		}
	}
}

// magnitudes are the words for what one thing has much or little of: "average volume size per class" averages no number of volumes.
var magnitudes = setOf("size sizes usage fullness fill age")

// takeOrder uses up the words for an order.
func (q *question) takeOrder() {
	for _, i := range q.entities("sort") {
		q.taken[i] = true
	}
}

// settleRanking finds questions that put groups in an order, "top 3 namespaces by used space", or list them, "namespaces that
// have claims": there is no such subject, but a field to group by.
func (q *question) settleRanking(follows bool) {
	switch q.intent.act {
	case actList, actCount, actAggregate, actConsumers:
	case actSort, actRefine:
		if follows {
			return
		}
	case actOverview:
		if !q.manyGroups() {
			return
		}
	default:
		return
	}
	if field := placesOf[q.subject]; field != "" && q.ranksByAmount() {
		q.as("aggregate")
		q.grouped, q.subject = field, models.Volumes
		return
	}
	if order := q.entities("sort"); q.subject == models.Nodes && len(order) > 0 && strings.HasPrefix(q.parse.Entities[order[0]].Value, "replicas") {
		q.as("count")
		q.takeOrder()
		q.grouped, q.subject = "node", models.Replicas
		return
	}
	field := q.rankedGroup()
	if field == "" && q.begins(setOf("who")) && (q.subject == "" || uncountable[q.subjectText()]) && q.has("sort") && len(q.namesOf(nameTypes...)) == len(q.namesOf("cluster")) {
		field = "namespace" // "who has the most claims"
	}
	if field == "" {
		return
	}
	if counted := q.rankedBy(); counted != "" {
		q.as("count")
		q.grouped, q.subject = field, counted
		return
	}
	order := q.entities("sort")
	ranks := len(order) > 0 || q.begins(ranking) || q.has(nlp.Count)
	switch {
	case !ranks:
		if q.subject == "" && !q.anyWord(differing) && !q.manyGroups() {
			return
		}
		q.as("count")
	case len(order) > 0 && strings.HasPrefix(q.parse.Entities[order[0]].Value, "volumes"):
		q.as("count")
		q.takeOrder()
	case len(order) > 0 && (strings.HasPrefix(q.parse.Entities[order[0]].Value, "used") || strings.HasPrefix(q.parse.Entities[order[0]].Value, "size")):
		q.as("aggregate")
	case q.subject != "" && !q.anyWord(amounts) && !q.anyWord(setOf("size provisioned consumption usage")):
		q.as("count")
		q.takeOrder()
	default:
		q.as("aggregate")
	}
	q.grouped, q.subject = field, cmp.Or(q.subject, q.ranked(), models.Volumes)
}

// rankedBy returns what a sentence orders groups by the number of: "top 3 teams by claims"; "" for other orders.
func (q *question) rankedBy() models.Subject {
	for i, w := range q.words {
		if e := q.covering(w); i > 0 && q.words[i-1].text == "by" && e != nil && e.Type == "subject" && plural(e.Text) && q.subject == "" && (q.begins(ranking) || q.has(nlp.Count)) {
			return models.Subject(e.Value)
		}
	}
	return ""
}

// ranked returns claims where an order is by their number, "which app has the most claims"; "" for other orders.
func (q *question) ranked() models.Subject {
	if slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Type == "sort" && strings.HasPrefix(e.Value, "volumes") && (strings.Contains(e.Text, "claim") || strings.Contains(e.Text, "pvc"))
	}) {
		return models.Claims
	}
	return ""
}

// manyGroups reports whether the sentence asks for groups of volumes by what is said of those: "namespaces without snapshots", "how many
// namespaces have storage".
func (q *question) manyGroups() bool {
	for i, w := range q.words[:min(3, len(q.words))] {
		if rankable[w.text] != "" && plural(w.text) {
			return i > 0 && q.words[i-1].text == "many" || i == 0 && q.has("condition", "health")
		}
	}
	return false
}

// placesOf are the subjects that volumes are grouped by where what is in them is added up.
var placesOf = map[models.Subject]string{models.StorageClasses: "storageclass", models.Nodes: "node"}

// ranksByAmount reports whether the sentence orders things by an amount that only their volumes have: "which storage class holds
// the most data".
func (q *question) ranksByAmount() bool {
	for _, i := range q.entities("sort") {
		key, _, _ := strings.Cut(q.parse.Entities[i].Value, " ")
		if (key == "used" || key == "size") && answer.Fields(q.subject).Lookup(key) == nil {
			return true
		}
	}
	return false
}

// differing are the words for each of several once.
var differing = setOf("different distinct unique")

var ranking = setOf("rank order sort top ranking rankings leaderboard")

// rankedGroup returns the field whose values are put in an order, or listed, by a sentence that begins with them.
func (q *question) rankedGroup() string {
	for i, w := range q.words[:min(6, len(q.words))] {
		field := rankable[w.text]
		if field == "" {
			if e := q.covering(w); e != nil && (e.Type == "subject" || isName(*e) && e.Source == nlp.FromName) {
				return ""
			}
			continue
		}
		if (w.text == "team" || w.text == "tenant") && (i == 0 || !questioning[q.words[i-1].text]) {
			return "" // "order lunch for the team"
		}
		listed := i == 2 && q.words[1].text == "of" && ranking[q.words[0].text] // "ranking of namespaces"
		if i > 0 && (every[q.words[i-1].text] || naming[q.words[i-1].text] && !listed || q.words[i-1].text == "per") || field == "workload" && !q.has("sort") && !q.begins(ranking) && !q.manyGroups() {
			return ""
		}
		if next := q.after(w.end, 1); len(next) > 0 && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && e.Start >= w.end && q.within(w.end, e.Start, 0) }) {
			return ""
		}
		return field
	}
	return ""
}

// rankable are the words for groups of volumes that are no subjects.
var rankable = map[string]string{"namespaces": "namespace", "namespace": "namespace", "ns": "namespace", "teams": "namespace", "projects": "namespace", "engines": "engine",
	"team": "namespace", "tenant": "namespace", "tenants": "namespace", "apps": "workload", "applications": "workload", "workloads": "workload", "app": "workload", "application": "workload", "workload": "workload", "engine": "engine"}
