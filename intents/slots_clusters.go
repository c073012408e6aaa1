package intents

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// fillClusters takes the clusters that the sentence names; without any, the question is about all of the card's, or, for a
// follow-up, about those that it was about before.
func (q *question) fillClusters() *models.Reply {
	var wanted, excluded []string
	for i, e := range q.parse.Entities {
		if e.Type != "cluster" || !q.isCluster(e) {
			continue
		}
		q.taken[i] = true
		if e.Negated {
			excluded = append(excluded, e.Value)
		} else if !slices.Contains(wanted, e.Value) {
			wanted = append(wanted, e.Value)
		}
	}
	if len(excluded) > 0 && len(wanted) == 0 {
		for _, c := range q.card.Clusters {
			if !slices.Contains(excluded, c) {
				wanted = append(wanted, c)
			}
		}
	}
	if len(excluded) > 0 && len(wanted) > 0 && !slices.ContainsFunc(excluded, func(c string) bool { return slices.Contains(wanted, c) }) && q.anyWord(setOf("exist exists also present")) {
		q.notes = append(q.notes, "I do not compare what clusters have by name: what "+phrase.Or(excluded)+" has too is not left out.")
	}
	slices.SortFunc(wanted, func(a, b string) int {
		return cmp.Compare(slices.Index(q.card.Clusters, a), slices.Index(q.card.Clusters, b))
	})
	q.query.Clusters = wanted
	return nil
}

// isCluster reports whether a name that may be a cluster is meant as one.
func (q *question) isCluster(e nlp.Entity) bool {
	kinds, firm := q.expected(e)
	if firm && !slices.Contains(kinds, "cluster") && !q.apart(e) && !q.besideOne(e, kinds) {
		return false
	}
	return slices.Contains(q.card.Clusters, e.Value)
}

// apart reports whether the word before a name does not introduce it: "its disk: prod or staging", "per namespace prod-east".
func (q *question) apart(e nlp.Entity) bool {
	near := q.wordsBefore(e.Start, 2)
	return len(near) == 2 && (near[0].text == "per" || near[0].text == "by" || near[1].text != "cluster" && strings.Contains(q.text[near[1].end:e.Start], ":") && len(q.entities("cluster")) > 1)
}

// besideOne reports whether the noun before a cluster's name is no part of it, since a word before that noun picks the things that it is for:
// "fullest pool prod-east", "default sc staging".
func (q *question) besideOne(cluster nlp.Entity, kinds []string) bool {
	if cluster.Type != "cluster" || len(keepTypes(cluster.Candidates, kinds)) > 0 {
		return false
	}
	noun := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "subject" && q.adjoins(e, cluster.Start) })
	return noun >= 0 && slices.ContainsFunc(q.parse.Entities[:noun], func(e nlp.Entity) bool {
		return (e.Type == "sort" || e.Type == "condition" || e.Type == "health") && q.adjoins(e, q.parse.Entities[noun].Start)
	})
}

// adjoins reports whether nothing stands between an entity and an offset behind it.
func (q *question) adjoins(e nlp.Entity, offset int) bool {
	return e.End <= offset && strings.TrimSpace(q.text[e.End:offset]) == ""
}

// everywhere reports whether the sentence asks for all clusters.
func (q *question) everywhere() bool {
	for i, w := range q.words {
		if w.text == "everywhere" || (w.text == "clusters" || w.text == "cluster" || w.text == "environments") && i > 0 && every[strings.TrimSuffix(q.words[i-1].text, "the")] {
			return true
		}
	}
	return strings.Contains(strings.ToLower(q.text), "all the clusters")
}
