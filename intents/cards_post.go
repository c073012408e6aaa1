package intents

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// Zones says in which time zone people are. It is met by *bot.Admins.
type Zones interface {
	// Zone returns the name of somebody's time zone in the IANA database; empty if it is not known.
	Zone(ctx context.Context, team models.TeamID, user models.UserID) (string, error)
}

const (
	postKey = "post" // the days of a posting, or nothingValue
	atKey   = "at"   // its hour, as a clock shows it
	zoneKey = "zone"

	nothingValue = "nothing"
	usualHour    = 9 * 60
	utc          = "UTC"
)

// zone returns the asker's time zone; UTC if it is not known.
func (t *turn) zone(ctx context.Context) string {
	if t.Zones == nil {
		return utc
	}
	zone, err := t.Zones.Zone(ctx, t.message.Team, t.message.User)
	if err != nil {
		t.Log.Warn().Err(err).Str("team", string(t.message.Team)).Msg("the time zone of an asker is not known")
	}
	if zone == "" || (models.Posting{Days: models.Daily, Zone: zone}).Check() != nil {
		return utc
	}
	return zone
}

// postingFields are the fields of a card's form that say what is posted in its channel.
func (t *turn) postingFields(ctx context.Context, p models.Posting) []models.Field {
	days, zone := string(p.Days), p.Zone
	if p.IsZero() {
		days, p.At, zone = nothingValue, usualHour, t.zone(ctx)
	}
	options := []models.Option{{Label: "Nothing", Value: nothingValue}}
	for _, d := range models.AllDays() {
		options = append(options, models.Option{Label: "A summary " + d.String(), Value: string(d)})
	}
	hours := []int{p.At}
	for hour := range 24 {
		hours = append(hours, 60*hour)
	}
	slices.Sort(hours)
	var clocks []string
	for _, at := range slices.Compact(hours) {
		clocks = append(clocks, models.Clock(at))
	}
	return []models.Field{
		{Key: postKey, Label: "What is posted here", Kind: models.ChoiceField, Options: options, Initial: days,
			Hint: "A summary says what is not healthy, what changed since the last one, and which pools are fullest."},
		{Key: atKey, Label: "At", Kind: models.ChoiceField, Options: toChoose(clocks), Initial: models.Clock(p.At)},
		{Key: zoneKey, Label: "Time zone", Kind: models.TextField, Initial: zone, Optional: true, Hint: "Such as Europe/Berlin. Leave it empty for your own."},
	}
}

// filledPosting is what the form says of what is posted; what was before, if it had no such fields.
func (t *turn) filledPosting(ctx context.Context, values map[string]string, before models.Posting) models.Posting {
	days, asked := values[postKey]
	switch {
	case !asked:
		return before
	case days == nothingValue || days == "":
		return models.Posting{}
	}
	p := models.Posting{Days: models.Days(days), At: usualHour, Zone: strings.TrimSpace(values[zoneKey]), Since: before.Since}
	if at, ok := models.ParseClock(values[atKey]); ok {
		p.At = at
	}
	if p.Zone == "" {
		p.Zone = t.zone(ctx)
	}
	return p
}

// postHere has a summary posted in a channel, in words or by a button.
func (t *turn) postHere(ctx context.Context, action *models.Action) (models.Reply, error) {
	card, err := t.cardAt(ctx, t.channelOf(action))
	if err != nil || len(card.Clusters) == 0 {
		return t.nowhereToPost(card), err
	}
	said := wishOf(action.Values[saidKey])
	if days := action.Values[postKey]; days != "" {
		said.days, said.at, said.timed = models.Days(days), usualHour, true
	}
	if said.cannot != "" {
		return models.Reply{}, &models.Error{Kind: models.Invalid, Message: said.cannot,
			Hint: "Say it like “post a summary here every weekday at 8:30”, or choose in the form of `/mulebot setup`"}
	}
	if said.days == "" && !said.timed && card.Posting.IsZero() {
		return whenToPost(card), nil
	}
	card.Posting = said.over(card.Posting, t.zone(ctx))
	if err := card.Posting.Check(); err != nil {
		return models.Reply{}, err
	}
	reply, err := t.put(ctx, card, nil)
	if err != nil {
		return reply, err
	}
	reply.Text = phrase.Capital(t.postedAt(card.Channel)) + " I post " + card.Posting.String() + ", first on " + t.first(card.Posting) + "."
	if len(said.left) > 0 {
		reply.Notes = append([]string{"It is about all that the channel asks about: I left out " + phrase.And(phrase.Quotes(said.left)) + "."}, reply.Notes...)
	}
	reply.Buttons = []models.Button{{Label: "Change it", Action: models.Action{Intent: "setup", Values: map[string]string{channelKey: string(card.Channel)}}}}
	return reply, nil
}

// first says when something is posted for the first time from now on.
func (t *turn) first(p models.Posting) string {
	next := p.Next(t.Now())
	if loc, err := time.LoadLocation(p.Zone); err == nil {
		next = next.In(loc)
	}
	return next.Format("Monday, 2 January")
}

// postedAt names a channel as where something is posted.
func (t *turn) postedAt(channel models.ChannelID) string {
	if channel == t.message.Channel {
		return "here"
	}
	return "in " + t.placeOf(channel)
}

// nowhereToPost says that a channel has no card of its own, which says what is posted in it.
func (t *turn) nowhereToPost(card models.Card) models.Reply {
	return models.Reply{Text: phrase.Capital(t.placeOf(card.Channel)) + " has no card of its own, which would say what I post and about which clusters.",
		Buttons: []models.Button{{Label: "A card for this channel", Action: models.Action{Intent: "setup", Values: map[string]string{channelKey: string(card.Channel)}}}}}
}

// whenToPost asks when a summary is wanted.
func whenToPost(card models.Card) models.Reply {
	reply := models.Reply{AskedBack: true, Text: "When do you want a summary?"}
	at := map[string]string{channelKey: string(card.Channel)}
	for _, d := range models.AllDays()[:3] {
		reply.Buttons = append(reply.Buttons, models.Button{Label: phrase.Capital(d.String()) + " at " + models.Clock(usualHour),
			Action: models.Action{Intent: "cards.post", Values: map[string]string{channelKey: string(card.Channel), postKey: string(d)}}})
	}
	reply.Buttons = append(reply.Buttons, models.Button{Label: "At another time", Action: models.Action{Intent: "setup", Values: at}})
	return reply
}

// postNoMore has nothing posted in a channel any more.
func (t *turn) postNoMore(ctx context.Context, action *models.Action) (models.Reply, error) {
	card, err := t.cardAt(ctx, t.channelOf(action))
	if err != nil {
		return models.Reply{}, err
	}
	if card.Posting.IsZero() {
		return models.Reply{Text: "I post nothing unasked " + t.postedAt(card.Channel) + "."}, nil
	}
	before := card.Posting
	card.Posting = models.Posting{}
	reply, err := t.put(ctx, card, nil)
	if err != nil {
		return reply, err
	}
	reply.Text = "Done: " + t.postedAt(card.Channel) + " I post " + before.String() + " no more. Questions are answered as before."
	return reply, nil
}
