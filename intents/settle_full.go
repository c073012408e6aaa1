package intents

import (
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// fullNode reports whether the sentence asks of a node only how full it is, which its pools say.
func (q *question) fullNode() bool {
	if q.intent.act != actDescribe || q.subject != "" && q.subject != models.Nodes || q.anyWord(computing) {
		return false
	}
	return q.anyWord(fullness) || slices.ContainsFunc(q.parse.Entities, saysHowFull)
}

// saysHowFull reports whether an entity is a word for how full something is.
func saysHowFull(e nlp.Entity) bool {
	return e.Type == "condition" && (e.Value == "full" || e.Value == "nearly full" || e.Value == "nearly empty")
}

var (
	fullness  = setOf("full fuller fullness fills filling headroom utilisation utilization")
	computing = setOf("memory ram cpu cpus cores inode inodes pods")
)

// poolsOf makes the query one for the pools of a node: all of them with how full they are, since what is full is a matter of opinion.
func (q *question) poolsOf(node, cluster string) {
	q.as("capacity")
	q.query.Subject, q.query.Clusters = models.Pools, []string{cluster}
	q.query.Show = []string{"used_percent"}
	q.add(eq("node", node))
	for _, e := range q.parse.Entities {
		if saysHowFull(e) {
			q.had = append(q.had, slices.DeleteFunc(slices.Clone(q.words), func(w word) bool { return w.start < e.Start || w.end > e.End })...)
		}
	}
	q.parse.Entities = slices.DeleteFunc(slices.Clone(q.parse.Entities), saysHowFull)
}
