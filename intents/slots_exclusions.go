package intents

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/nlp"
)

// What takes something out of what is asked stands before it, "not counting the offline ones", or behind it, "jiva must not be counted".
var (
	excludesNext = regexp.MustCompile(`(?i)\b(?:not (?:counting|including|considering|interested in)|without (?:counting|including)|(?:leav|omitt|skipp|ignor|disregard)ing(?: out)?|` +
		`leave out|omit|skip|ignore|disregard|aside from|other than|minus|never mind|(?:don['’]?t|do not) (?:care about|count|include)|no need for)\s+(?:(?:any|the|all|of|those|ones|that|which|are|from|on|in)\s+)*$`)
	excludesLast = regexp.MustCompile(`(?i)^(?:\s+(?:ones?|volumes?|pvs?|pvcs?|claims?|pools?|nodes?|replicas?|copies|stuff|things?))*[\s,(]*(?:\b(?:are|is|do|does|must|should|shall|need|can|to|be)\s+)*` +
		`(?:(?:not|n['’]?t)\s+(?:be\s+)?(?:counted|count|included|considered|needed|interesting)|(?:are|is|does|do)n['’]?t (?:counted|count|included|needed)|excluded|left out|aside|ignored|omitted|skipped|don['’]?t count)\b`)
)

// exclude denies what the sentence takes out.
func (q *question) exclude() {
	for i, e := range q.parse.Entities {
		if !isName(e) && e.Type != "engine" && e.Type != "health" && e.Type != "condition" {
			continue
		}
		before, behind := excludesNext.FindStringIndex(q.text[:e.Start]), excludesLast.FindStringIndex(q.text[e.End:])
		if before == nil && behind == nil {
			continue
		}
		q.parse.Entities[i].Negated = true
		for _, w := range q.words {
			if before != nil && w.start >= before[0] && w.end <= e.Start || behind != nil && w.start >= e.End && w.end <= e.End+behind[1] {
				q.had = append(q.had, w)
			}
		}
	}
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, q.isTakenOut)
}

// isTakenOut reports whether a name is told of before or behind the place where it is taken out: "dock-3 is dead, what besides dock-3 is down?"
func (q *question) isTakenOut(e nlp.Entity) bool {
	if strings.HasPrefix(strings.TrimSpace(q.text[e.End:]), "/dev/") {
		return false // it says where a device is: "dock-1 /dev/sdd"
	}
	if !isName(e) || e.Negated || !slices.ContainsFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Negated && o.Type == e.Type && o.Value == e.Value }) {
		return false
	}
	q.haveSaid([]int{e.Start, e.End})
	return true
}
