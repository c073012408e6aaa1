package intents

import (
	"context"
	"regexp"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// dueKey is the value of an action that says for when a summary is.
const dueKey = "due"

// Scheduled is the message that asks for what a card wants to be posted at a time. It is the same message whoever makes it.
func Scheduled(card models.Card, due time.Time) models.Message {
	due = due.UTC()
	return models.Message{ID: "summary-" + string(card.Channel) + "-" + due.Format("20060102T150405Z"), Kind: models.Scheduled, Team: card.Team, Channel: card.Channel,
		User: models.Itself, Action: &models.Action{Intent: "summary", Values: map[string]string{dueKey: due.Format(time.RFC3339)}}}
}

// scheduled makes the summary that a card wants at a time. Nothing is said if that is too long ago, or the card wants it no more.
func (t *turn) scheduled(ctx context.Context) (models.Reply, error) {
	silent := models.Reply{Text: "Nobody wants a summary any more.", Silent: true}
	due, err := time.Parse(time.RFC3339, t.message.Action.Values[dueKey])
	if err != nil || t.Now().Sub(due) > models.Late {
		return silent, nil
	}
	t.card, err = t.Tenants.Card(ctx, t.message.Team, t.message.Channel)
	posting := t.card.Posting
	switch {
	case models.KindOf(err) == models.NotFound:
		return silent, nil
	case err != nil:
		return models.Reply{}, err
	case t.card.Channel != t.message.Channel || !posting.Since.Before(due) || !posting.Last(due.Add(1)).Equal(due):
		return silent, nil
	}
	query := t.summaryQuery(due.Sub(posting.Last(due)))
	t.fetch(ctx, nil, usually)
	reply, err := t.handle(ctx, t.intents["summary"], nlp.Parse{Intent: "summary", Confidence: 1}, query, nil)
	if reply.Err != nil {
		reply.Text = "I have no summary for you: " + reply.Text
	}
	reply.Dialogue = nil // nobody has asked, so nothing is followed up
	return reply, err
}

// summaryQuery asks for a summary of what the card is about, that looks back a while.
func (t *turn) summaryQuery(back time.Duration) *models.Query {
	query := &models.Query{Subject: models.Volumes, Filters: []models.Filter{lookingBack(back)}}
	if ns := t.card.Namespace; ns != "" {
		query.Filters = append(query.Filters, eq("namespace", ns))
	}
	return query
}

// summaryAsked is how people ask for what cards post: "the summary", "today's digest", "a summary of the last 3 days". What else they
// call a summary is how things are now.
var summaryAsked = regexp.MustCompile(`(?i)(?:\b(?:the|your|daily|weekly|morning|(?:to|yester)day's|this week's) (?:(?:daily|weekly|morning|latest|last) )?(?:summary|digest)\b|\b(?:summary|digest) (?:of|for|over|since) (?:the )?(?:last|past|today|yesterday|this week)\b)`)

// wantsSummary reports whether a sentence asks for a summary such as cards post.
func (q *question) wantsSummary() bool {
	if q.pasted || q.intent != nil && q.intent.Name != "overview" && q.intent.Name != nlp.Fallback && q.intent.act != actEvents {
		return false
	}
	return summaryAsked.MatchString(q.text) && !q.namesThing()
}

// fillSummary has a weekly summary look back a week.
func (q *question) fillSummary() {
	if q.intent.Name != "summary" {
		return
	}
	if asked := summaryAsked.FindStringIndex(q.text); asked != nil {
		q.haveSaid(asked)
	}
	if !q.has("duration") && q.anyWord(setOf("weekly week week's")) {
		q.query.Filters = append(q.query.Filters, lookingBack(7*24*time.Hour))
	}
}

func lookingBack(d time.Duration) models.Filter {
	return models.Filter{Field: "age", Op: models.Le, Number: d.Seconds()}
}
