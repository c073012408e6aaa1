package intents_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
)

// TestSummaryAsked asks for the summary in words, and for what is none.
func TestSummaryAsked(t *testing.T) {
	for text, want := range map[string]struct {
		intent string
		days   float64
	}{
		"give me the summary":                        {"summary", 0},
		"the summary please":                         {"summary", 0},
		"show me today's summary":                    {"summary", 0.5},
		"what is in the daily summary?":              {"summary", 0},
		"the summary of the last 3 days":             {"summary", 3},
		"give me a summary of the last week":         {"summary", 7},
		"can I get the weekly summary of prod-east?": {"summary", 7},
		"give me a summary":                          {"overview", 0},
		"health summary of all clusters":             {"overview", 0},
		"is everything ok?":                          {"overview", 0},
	} {
		reply := newTalk(t).say(text)
		if reply.Intent != want.intent || reply.Err != nil {
			t.Errorf("%q: %q, not %q: %s", text, reply.Intent, want.intent, reply.Text)
			continue
		}
		days := 0.0
		for _, f := range reply.Query.Filters {
			if f.Field == "age" {
				days = f.Number / 86400
			}
		}
		if days != want.days {
			t.Errorf("%q: %v days back, not %v", text, days, want.days)
		}
		if want.intent == "summary" && (!strings.Contains(reply.Text, "ullest pool") || len(reply.Notes) > 0) {
			t.Errorf("%q: %s, %q", text, reply.Text, reply.Notes)
		}
	}
}

// scheduled sends what the card wants to be posted at a time.
func (k *talk) scheduled(card models.Card, due time.Time) models.Reply {
	return k.send(intents.Scheduled(card, due))
}

func TestSummaryScheduled(t *testing.T) {
	nine := models.Posting{Days: models.Weekdays, At: 11*60 + 30}
	card := models.Card{Team: "T1", Channel: "C1", Clusters: []string{"prod-east", "staging"}, Namespace: "kafka", Posting: nine}
	due := sampleTime.Truncate(24 * time.Hour).Add(11*time.Hour + 30*time.Minute) // a Monday, half an hour ago
	for what, c := range map[string]struct {
		change func(*models.Card)
		due    time.Time
		says   bool
	}{
		"as it is":                    {nil, due, true},
		"at another time":             {nil, due.Add(time.Minute), false},
		"too late":                    {nil, due.Add(-24 * time.Hour), false},
		"of a card that wants none":   {func(c *models.Card) { c.Posting = models.Posting{} }, due, false},
		"of one that does since then": {func(c *models.Card) { c.Posting.Since = due.Add(time.Minute) }, due, false},
		"of one that did before":      {func(c *models.Card) { c.Posting.Since = due.Add(-time.Minute) }, due, true},
		"of one for other days":       {func(c *models.Card) { c.Posting.Days = "tuesday" }, due, false},
		"of that for every channel":   {func(c *models.Card) { c.Channel = models.AnyChannel }, due, false},
	} {
		k := newTalk(t)
		changed := card
		if c.change != nil {
			c.change(&changed)
		}
		k.tenants.cards["T1"] = changed
		reply := k.scheduled(card, c.due)
		if reply.Silent == c.says {
			t.Errorf("%s: silent %v: %s", what, reply.Silent, reply.Text)
		}
		if !c.says {
			continue
		}
		if reply.Intent != "summary" || reply.Private || reply.Dialogue != nil || !slices.Equal(reply.Clusters, card.Clusters) {
			t.Errorf("%s: %+v", what, reply)
		}
		contains(t, reply.Text, "in namespace kafka")
		if back := reply.Query.Filters[0]; back.Number != (72 * time.Hour).Seconds() {
			t.Errorf("on Monday it looks back to Friday, and not %v hours", back.Number/3600)
		}
	}
	k := newTalkOver(t, fakeClusters{}, card)
	if reply := k.scheduled(card, due); reply.Silent || reply.Err == nil || !strings.HasPrefix(reply.Text, "I have no summary for you: ") {
		t.Errorf("no cluster answers: %q", reply.Text)
	}
	delete(k.tenants.cards, "T1")
	if reply := k.scheduled(card, due); !reply.Silent || reply.Err != nil {
		t.Errorf("of a card that is gone: %q", reply.Text)
	}
	if a, b := intents.Scheduled(card, due), intents.Scheduled(card, due.In(time.FixedZone("", 3600))); a.ID != b.ID || a.ID == intents.Scheduled(card, due.Add(time.Minute)).ID || a.User != models.Itself {
		t.Errorf("%q, %q", a.ID, b.ID)
	}
}
