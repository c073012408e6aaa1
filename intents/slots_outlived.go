package intents

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// outlive makes a bound of a time that is the age which things are past: "snapshots past 90 days" are older. What happens, or what was made or
// changed, did so within that time: "events past 2 hours", "claims created past 2 days".
func (q *question) outlive() {
	if q.happens() || q.anyWord(changing) || q.anyWord(arising) || q.anyWord(befalling) {
		return
	}
	for i, e := range q.parse.Entities {
		if e.Type == nlp.Duration && pastSpan.MatchString(e.Text) && q.lastsUntil(e.Start) {
			q.parse.Entities[i].Op = string(models.Gt)
		}
	}
}

// pastSpan is a time that is said to be past with how long it is; "past week" is the week before now.
var pastSpan = regexp.MustCompile(`(?i)^past\s+(?:\d|\S+\s+\S)`)

// happens reports whether a sentence is about what happens.
func (q *question) happens() bool {
	return q.intent != nil && q.intent.act == actEvents || slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Type == "subject" && models.Subject(e.Value).Happens()
	})
}

// lastsUntil reports whether what stands right before an offset is something that lasts, the state in which it is, or a verb that says so of it.
func (q *question) lastsUntil(offset int) bool {
	near := q.wordsBefore(offset, 1)
	if len(near) == 0 || strings.TrimSpace(q.text[near[0].end:offset]) != "" {
		return false
	}
	if e := q.covering(near[0]); e != nil {
		return e.Type == "subject" || e.Type == "health" || e.Type == "condition" || isName(*e) && e.Type != "cluster"
	}
	return outlasting[near[0].text]
}

var (
	// outlasting are the words behind which "past" says how old something is, and not when something happened.
	outlasting = setOf("is are be being that those these ones anything everything kept keep well way far long already")
	// befalling are verbs of how something came to be in a state.
	befalling = setOf("went go goes gone became become turned got get getting failed broke crashed restarted died fell happened")
)
