package intents

import "regexp"

// What takes something out of what is asked stands before it, "not counting the offline ones", or behind it, "jiva must not be counted".
var (
	excludesNext = regexp.MustCompile(`(?i)\b(?:not (?:counting|including|considering|interested in)|without (?:counting|including)|(?:leav|omitt|skipp|ignor|disregard)ing(?: out)?|` +
		`leave out|omit|skip|ignore|disregard|aside from|other than|minus|never mind|(?:don['’]?t|do not) (?:care about|count|include)|no need for)\s+(?:(?:any|the|all|of|those|that|which|are|from)\s+)*$`)
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
}
