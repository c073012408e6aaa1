package intents

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

var (
	// openThan is a comparison at the end of a sentence, with nothing behind it.
	openThan = regexp.MustCompile(`(?i)\b([a-z]+ than(?: or equal to)?)[\s?.!…]*$`)
	// openSign is the same as a sign.
	openSign = regexp.MustCompile(`([<>]=?)[\s?.!…]*$`)
	// openLimits are words that compare what stands before them with what should stand behind them.
	openLimits = setOf("over under exceeding beyond")
)

// signWords are the words for comparisons that are written as signs.
var signWords = map[string]string{">": "more than", ">=": "at least", "<": "less than", "<=": "at most"}

// compared returns the comparison that the sentence ends in, and of which it does not say with what: "bigger than"; "" for none.
func (q *question) compared() string {
	if q.pasted || len(q.words) == 0 {
		return ""
	}
	if m := openThan.FindStringSubmatch(q.text); m != nil {
		return strings.ToLower(m[1])
	}
	last := q.words[len(q.words)-1]
	if m := openSign.FindStringSubmatchIndex(q.text); m != nil && m[2] >= last.end {
		return q.text[m[2]:m[3]]
	}
	after := slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Type == "subject" && e.End <= last.start && strings.TrimSpace(q.text[e.End:last.start]) == ""
	})
	if openLimits[last.text] && after && !q.begins(yesOrNo) { // "are the deletions over" asks whether they have ended
		return last.text
	}
	return ""
}

// endsInComparison asks with what to compare where the sentence ends before it says; nil: it does not end so.
func (q *question) endsInComparison() *models.Reply {
	said := q.compared()
	if said == "" {
		return nil
	}
	if words := signWords[said]; words != "" {
		said = words
	}
	return &models.Reply{AskedBack: true, Text: phrase.Capital(said) + " what? Say it with an amount, as in “volumes bigger than 100Gi”, “pools over 80% used” or “snapshots older than 3 days”."}
}
