package intents_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// fakeZones are people's time zones.
type fakeZones map[models.UserID]string

func (z fakeZones) Zone(_ context.Context, _ models.TeamID, user models.UserID) (string, error) {
	return z[user], nil
}

func newPostingBureau(t *testing.T, cards ...models.Card) *bureau {
	t.Helper()
	b := newBureau(t, cards...)
	o := b.Options
	o.Zones = fakeZones{"boss": "Europe/Berlin", "head": "Not/AZone"}
	b.reroute(t, o)
	return b
}

func (b *bureau) posting(channel models.ChannelID) models.Posting {
	for _, c := range b.registry.cards {
		if c.Channel == channel {
			return c.Posting
		}
	}
	return models.Posting{}
}

var own = models.Card{Team: "T1", Channel: "C1", Clusters: []string{"prod-east"}}

func TestPostingForm(t *testing.T) {
	b := newPostingBureau(t, own)
	form := b.as("boss", "setup")
	saved := b.fills(t, "boss", form, nil)
	if got := b.posting("C1"); !got.IsZero() || strings.Contains(saved.Text, "summary") {
		t.Errorf("nothing is posted unless it is chosen: %+v", got)
	}
	saved = b.fills(t, "boss", form, map[string]string{"post": "weekdays", "at": "08:00"})
	if got := b.posting("C1"); got != (models.Posting{Days: models.Weekdays, At: 480, Zone: "Europe/Berlin"}) {
		t.Errorf("%+v", got)
	}
	contains(t, saved.Text, "I post a summary every weekday at 08:00 (Europe/Berlin).")
	contains(t, strings.Join(saved.Notes, " "), "invite me")

	b.fills(t, "head", b.as("head", "setup"), map[string]string{"namespace": "kafka"})
	if got := b.posting("C1"); got.Zone != "Europe/Berlin" || got.At != 480 {
		t.Errorf("who changes something else leaves the hour as it is: %+v", got)
	}
	b.fills(t, "head", b.as("head", "setup"), map[string]string{"zone": " "})
	if got := b.posting("C1"); got.Zone != "UTC" {
		t.Errorf("a zone that there is not: %+v", got)
	}
	b.registry.cards[0].Posting.At = 8*60 + 30
	odd := b.as("boss", "setup").Form.Fields
	i := slices.IndexFunc(odd, func(f models.Field) bool { return f.Key == "at" })
	if odd[i].Initial != "08:30" || len(odd[i].Options) != 25 || odd[i].Options[9].Value != "08:30" {
		t.Errorf("half past eight: %+v", odd[i])
	}
	contains(t, b.as("boss", "cards").Facts[0].Value, "a summary every weekday at 08:30 (UTC)")
	contains(t, b.says("bob", "which clusters are connected here?").Text, "asks about `prod-east`")
	b.fills(t, "boss", b.as("boss", "setup"), map[string]string{"post": "nothing"})
	if got := b.posting("C1"); !got.IsZero() {
		t.Errorf("%+v", got)
	}
	for _, f := range b.send(models.Message{Kind: models.Press, User: "boss", Action: &models.Action{Intent: "setup", Values: map[string]string{"channel": "*"}}}).Form.Fields {
		if f.Key == "post" {
			t.Error("every channel is to be posted in")
		}
	}
}

func TestPostingInWords(t *testing.T) {
	for text, want := range map[string]string{
		"post a summary here every day at 9":                         "daily 09:00 Europe/Berlin",
		"post a summary here on mondays at 8:30":                     "monday 08:30 Europe/Berlin",
		"Please post a summary in this channel every weekday.":       "weekdays 09:00 Europe/Berlin",
		"can you post a summary here from monday to friday at 7pm":   "weekdays 19:00 Europe/Berlin",
		"send a daily summary to this channel at noon UTC":           "daily 12:00 UTC",
		"post a weekly summary here":                                 "monday 09:00 Europe/Berlin",
		"post a summary here every friday at 16:15 America/New_York": "friday 16:15 America/New_York",
		"post the summary every morning at half past":                "daily 09:00 Europe/Berlin",
		"give this channel a summary every tuesday at nine":          "tuesday 09:00 Europe/Berlin",
		"post a summary here at 12am each day":                       "daily 00:00 Europe/Berlin",
		"post a summary here every evening":                          "daily 18:00 Europe/Berlin",
		"post a summary here every day at 8:15 in the evening":       "daily 20:15 Europe/Berlin",
		"post a summary here every night at 2":                       "daily 02:00 Europe/Berlin",
		"post a summary here at 3am every night":                     "daily 03:00 Europe/Berlin",
		"post a summary here every monday morning":                   "monday 09:00 Europe/Berlin",
		"post a summary here on Fridays at noon":                     "friday 12:00 Europe/Berlin",
		"post a summary every day at 0730":                           "daily 07:30 Europe/Berlin",
		"we'd like a summary here every thursday at 5 pm":            "thursday 17:00 Europe/Berlin",
	} {
		b := newPostingBureau(t, own)
		reply := b.says("boss", text)
		p := b.posting("C1")
		if got := strings.Join([]string{string(p.Days), models.Clock(p.At), p.Zone}, " "); got != want || reply.Intent != "cards.post" || reply.Err != nil || !strings.HasPrefix(reply.Text, "Here I post a summary "+p.Days.String()) {
			t.Errorf("%q: %q, not %q: %s: %s", text, got, want, reply.Intent, reply.Text)
		}
	}
	for text, want := range map[string]string{
		"post a summary here every hour":                     "and not “hour”",
		"post a summary here tomorrow at 9":                  "and not “tomorrow”",
		"post a summary here every day until friday":         "“until”",
		"post a summary here every day starting monday":      "“starting”",
		"post a summary here twice a day":                    "“twice”",
		"post a summary here on mondays and thursdays at 9":  "you say several",
		"post a summary here every day at 9 and 17":          "one time of the day",
		"post a summary here every day at 25":                "no time of the day",
		"post a summary here every day at 13pm":              "no time of the day",
		"post a summary here every day at 9 PST":             "which time zone “PST” is",
		"post a summary here every day at 9 new york time":   "which time zone “york time” is",
		"post a summary here":                                "When do you want a summary?",
		"post a summary here every month":                    "“month”",
		"post a summary here every day at 9 Europe/Atlantis": "no time zone \"Europe/Atlantis\"",
	} {
		b := newPostingBureau(t, own)
		reply := b.says("boss", text)
		if !strings.Contains(reply.Text, want) || !b.posting("C1").IsZero() {
			t.Errorf("%q: %s: %q, without %q; %+v", text, reply.Intent, reply.Text, want, b.posting("C1"))
		}
	}
	left := newPostingBureau(t, own).says("boss", "post a summary of the degraded volumes here every day at 9")
	contains(t, strings.Join(left.Notes, " "), "left out “degraded” and “volumes”")
}

// What is said later changes what was said before in what it says.
func TestPostingChanged(t *testing.T) {
	b := newPostingBureau(t, own)
	asked := b.says("boss", "post a summary here")
	b.press(t, "boss", asked, "Every weekday")
	b.says("boss", "post the summary here at 10:30")
	if got := b.posting("C1"); got != (models.Posting{Days: models.Weekdays, At: 630, Zone: "Europe/Berlin"}) {
		t.Errorf("%+v", got)
	}
	b.says("boss", "post the summary here on mondays")
	if got := b.posting("C1"); got.Days != models.Mondays || got.At != 630 {
		t.Errorf("%+v", got)
	}
	for _, text := range []string{"stop posting here", "stop posting summaries in this channel", "no more summaries here please", "don't post here any more", "stop the daily summary"} {
		b.says("boss", "post a summary here every day")
		reply := b.says("boss", text)
		if reply.Intent != "cards.quiet" || !b.posting("C1").IsZero() || b.card() != "prod-east" {
			t.Errorf("%q: %s: %q", text, reply.Intent, reply.Text)
		}
	}
	contains(t, b.says("boss", "stop posting here").Text, "I post nothing unasked here")
}

// Only an admin of all clusters of the channel says what is posted there, and only where there is a card.
func TestPostingIsForAdmins(t *testing.T) {
	card := own
	card.Clusters = []string{"prod-east", "staging"}
	b := newPostingBureau(t, card)
	for _, user := range []models.UserID{"bob", "head"} {
		if reply := b.says(user, "post a summary here every day at 9"); models.KindOf(reply.Err) != models.Forbidden || !b.posting("C1").IsZero() {
			t.Errorf("%s: %q", user, reply.Text)
		}
	}
	b = newPostingBureau(t, models.Card{Team: "T1", Channel: models.AnyChannel, Clusters: []string{"prod-east"}})
	reply := b.says("boss", "post a summary here every day at 9")
	contains(t, reply.Text, "This channel has no card of its own")
	if len(reply.Buttons) != 1 || reply.Buttons[0].Action.Intent != "setup" {
		t.Errorf("%+v", reply.Buttons)
	}
	b = newPostingBureau(t)
	contains(t, b.says("boss", "post a summary here every day at 9").Text, "no card of its own")
	b = newPostingBureau(t, models.Card{Team: "T1", Channel: models.AnyChannel, Clusters: []string{"staging"}}, models.Card{Team: "T1", Channel: "C2", Clusters: []string{"prod-east"}})
	says := func(text string) models.Reply {
		return b.send(models.Message{Kind: models.Mention, User: "boss", Text: text, Mentions: map[string]string{"#alerts": "C2"}})
	}
	contains(t, says("post a summary in #alerts every day at 9").Text, "In that channel I post a summary every day")
	if b.posting("C2").IsZero() {
		t.Error("another channel")
	}
	contains(t, says("stop posting in #alerts").Text, "no more")
}

// What sounds like it is a question.
func TestNoPosting(t *testing.T) {
	for _, text := range []string{"give me a summary", "give me the summary", "is there a volume called post", "what happened here today?", "which volumes are degraded?", "send me the list of pools", "stop"} {
		b := newPostingBureau(t, own)
		if reply := b.says("boss", text); strings.HasPrefix(reply.Intent, "cards.") {
			t.Errorf("%q: %s", text, reply.Intent)
		}
	}
	b := newPostingBureau(t, own)
	if reply := b.says("boss", "stop watching prod-east here"); reply.Intent != "cards.disconnect" {
		t.Errorf("%s", reply.Intent)
	}
}
