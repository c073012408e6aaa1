package intents

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// grep is what lines of the output of kubectl were to hold, or were not to.
type grep struct {
	pattern string
	not     bool
}

// piped is a grep or a wc behind a pipe: its flags and its pattern.
var piped = regexp.MustCompile(`\|\s*(e?grep|wc)((?:\s+-[a-zA-Z]+)*)(?:\s+['"]?([^\s'"|]+)['"]?)?`)

// others are commands behind a pipe that only say how the output is to look.
var others = regexp.MustCompile(`\|\s*(?:sort|less|more|column|tee|uniq|cut|awk|sed|jq|yq|xargs|cat|tr|head|tail)\b[^|]*`)

// pipe reads what the output of kubectl is piped through: "| grep -v Bound", "| wc -l".
func (q *question) pipe() {
	for _, at := range others.FindAllStringIndex(q.text, -1) {
		q.words = slices.DeleteFunc(q.words, func(w word) bool { return w.start >= at[0] && w.end <= at[1] })
		q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Start >= at[0] && e.End <= at[1] })
		q.notes = append(q.notes, "I read no "+phrase.Quote(strings.TrimSpace(q.text[at[0]:at[1]]))+": this is the whole list.")
	}
	for _, at := range piped.FindAllStringSubmatchIndex(q.text, -1) {
		part := func(n int) string {
			if at[2*n] < 0 {
				return ""
			}
			return q.text[at[2*n]:at[2*n+1]]
		}
		not := strings.Contains(part(2), "v")
		if part(1) == "wc" || strings.Contains(part(2), "c") {
			q.as("count")
		}
		named := slices.IndexFunc(q.parse.Entities, func(e nlp.Entity) bool {
			return at[6] >= 0 && e.Start >= at[6]-1 && e.End <= at[7]+1 && (isName(e) && e.Type != nlp.UnknownName || e.Type == "engine")
		})
		if named >= 0 {
			q.parse.Entities[named].Negated = not
		} else if part(3) != "" && part(1) != "wc" {
			q.greps = append(q.greps, grep{part(3), not})
		}
		var kept nlp.Entity
		if named >= 0 {
			kept = q.parse.Entities[named]
		}
		inside := func(start, end int) bool { return start >= at[0] && end <= at[1] && (named < 0 || start != kept.Start) }
		q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return inside(e.Start, e.End) })
		q.words = slices.DeleteFunc(q.words, func(w word) bool { return inside(w.start, w.end) && w.start != at[2] })
		q.had = append(q.had, word{part(1), at[2], at[3]})
	}
}

// stateWords are what the columns of kubectl say of how things are.
var stateWords = setOf(`bound released available failed pending lost running crash crashloop crashloopbackoff error err completed terminating evicted containercreating
	imagepull imagepullbackoff ready notready schedulingdisabled unknown online offline faulted degraded healthy init`)

// wholeStates are those of them that no other one has in it.
var wholeStates = setOf("bound released available failed pending lost running terminating crashloopbackoff containercreating")

// fillGreps makes filters of what the output of kubectl was to be searched for: of a word for a state in the column that has it,
// of any other in the names.
func (q *question) fillGreps() {
	s := answer.Fields(q.query.Subject)
	for _, g := range q.greps {
		fields := []string{"name"}
		if stateWords[strings.ToLower(g.pattern)] {
			fields = []string{"phase", "state", "health"}
		}
		if at := slices.IndexFunc(fields, func(f string) bool { return s != nil && s.Lookup(f) != nil }); at >= 0 {
			f := models.Filter{Field: fields[at], Op: models.Match, Values: []string{g.pattern}, Not: g.not}
			if wholeStates[strings.ToLower(g.pattern)] {
				f.Op = models.Eq
			}
			q.add(f)
		}
	}
}

// kinds adds the subjects of the short names of kubectl that mean something else elsewhere: "get vs", "get sts".
func (q *question) kinds() {
	for i, w := range q.words[:min(4, len(q.words))] {
		subject := shortKinds[w.text]
		if i == 0 || q.words[i-1].text != "get" || subject == "" {
			continue
		}
		q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return w.start < e.End && e.Start < w.end })
		q.parse.Entities = append(q.parse.Entities, nlp.Entity{Type: "subject", Value: string(subject), Text: string(subject) + "s", Start: w.start, End: w.end,
			Score: 1, Source: nlp.FromLookup})
		slices.SortStableFunc(q.parse.Entities, func(a, b nlp.Entity) int { return a.Start - b.Start })
		q.as("list")
	}
}

// shortKinds are short names of kinds for kubectl. Of what owns pods, the pods are known.
var shortKinds = map[string]models.Subject{"vs": models.Snapshots, "volumesnapshot": models.Snapshots, "sts": models.Pods, "statefulset": models.Pods,
	"statefulsets": models.Pods, "deploy": models.Pods, "deployments": models.Pods, "ds": models.Pods, "po": models.Pods, "no": models.Nodes, "ev": models.Events}
