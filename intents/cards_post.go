package intents

import (
	"context"
	"regexp"
	"slices"
	"strconv"
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

// wish is what a sentence says of when something is to be posted.
type wish struct {
	days   models.Days
	at     int
	timed  bool // at is said
	zone   string
	cannot string   // why it cannot be done
	left   []string // words that say something else
}

// over is what is posted when somebody of a time zone wishes so, where something is posted already or not.
func (w wish) over(p models.Posting, zone string) models.Posting {
	if p.IsZero() {
		p = models.Posting{Days: models.Daily, At: usualHour, Zone: zone}
	}
	if w.days != "" {
		p.Days = w.days
	}
	if w.timed {
		p.At, p.Zone = w.at, zone
	}
	if w.zone != "" {
		p.Zone = w.zone
	}
	return p
}

var (
	clockSaid = regexp.MustCompile(`(?i)\b(?:(?:at|around|by|from|@)\s*(\d{1,2})(?:[:.h]?(\d{2}))?|(\d{1,2}):(\d{2})|(\d{1,2})\s*(?:o'?clock\b|[ap]m\b|[ap]\.m\.))(?:\s*(?:[ap]m\b|[ap]\.m\.))?`)
	alsoAt    = regexp.MustCompile(`(?i)\b(?:and|or)\s+(?:at\s+)?\d`)
	middays   = regexp.MustCompile(`(?i)\b(?:(noon|midday)|midnight)\b`)
	workdays  = regexp.MustCompile(`(?i)\b(?:(?:week|work|working |business )days?|mon(?:day)?s?\s*(?:-|–|to|through|till|until)\s*fri(?:day)?s?)\b`)
	everyDay  = regexp.MustCompile(`(?i)\b(?:daily|(?:every|each|once a|per) ?(?:day|morning|evening|night)|nightly)\b`)
	everyWeek = regexp.MustCompile(`(?i)\b(?:weekly|(?:every|each|once a|per) week)\b`)
	oneDay    = regexp.MustCompile(`(?i)\b(?:(sun)|(mon)|(tue)|(wed)|(thu)|(fri)|(sat))(?:s|day|sday|nesday|rsday|urday)?s?\b`)
	otherwise = regexp.MustCompile(`(?i)\b(?:hourly|hours?|minutes?|monthly|months?|twice|biweekly|fortnight(?:ly)?|every other|every (?:second|third|two|three|\d+)|weekends?|yearly|quarterly|times a)\b`)
	zoneSaid  = regexp.MustCompile(`\b([A-Z][A-Za-z]+(?:/[A-Za-z_+-]+\d*)+|UTC|utc)\b`)
	clockOf   = regexp.MustCompile(`(?i)\b([\p{L}]+) time\b`)
	zoneShort = regexp.MustCompile(`\b(?:[A-Z]{1,3}[SD]?T|GMT)\b`)
)

// numerals are the hours in words.
var numerals = strings.NewReplacer("at one", "at 1", "at two", "at 2", "at three", "at 3", "at four", "at 4", "at five", "at 5", "at six", "at 6",
	"at seven", "at 7", "at eight", "at 8", "at nine", "at 9", "at ten", "at 10", "at eleven", "at 11", "at twelve", "at 12")

// wishOf reads when a sentence wants something to be posted.
func wishOf(text string) wish {
	var w wish
	text = numerals.Replace(text)
	rest := []byte(text)
	w.readDays(text, rest)
	w.readTime(text, rest)
	w.readZone(text, rest)
	for _, word := range wordsOf(string(rest)) {
		if !postingTalk[word.text] {
			w.left = append(w.left, word.text)
		}
	}
	return w
}

// found returns the matches of an expression in a text, and blanks them in rest.
func found(e *regexp.Regexp, text string, rest []byte) (all [][]string) {
	for _, at := range e.FindAllStringSubmatchIndex(text, -1) {
		groups := make([]string, len(at)/2)
		for i := range groups {
			if at[2*i] >= 0 {
				groups[i] = text[at[2*i]:at[2*i+1]]
			}
		}
		all = append(all, groups)
		for i := at[0]; i < at[1]; i++ {
			rest[i] = ' '
		}
	}
	return all
}

func (w *wish) readDays(text string, rest []byte) {
	if other := found(otherwise, text, rest); other != nil {
		w.cannot = "A summary comes once a day, on every day, every weekday or one day of the week, and not " + phrase.Quote(other[0][0])
	}
	if found(workdays, text, rest) != nil {
		w.days = models.Weekdays
		return
	}
	daily, weekly := found(everyDay, text, rest) != nil, found(everyWeek, text, rest) != nil
	for _, groups := range found(oneDay, text, rest) {
		day := time.Weekday(slices.IndexFunc(groups[1:], func(g string) bool { return g != "" }))
		days := models.Days(strings.ToLower(day.String()))
		if w.days != "" && w.days != days {
			w.cannot = "A summary comes on every day, every weekday or one day of the week, and not on two of them"
		}
		w.days = days
	}
	switch {
	case w.days != "":
	case daily:
		w.days = models.Daily
	case weekly:
		w.days = models.Mondays
	}
}

func (w *wish) readTime(text string, rest []byte) {
	for _, groups := range found(middays, text, rest) {
		w.timed = true
		if groups[1] != "" {
			w.at = 12 * 60
		}
	}
	several := alsoAt.MatchString(text)
	for _, groups := range found(clockSaid, text, rest) {
		hour, _ := strconv.Atoi(groups[1] + groups[3] + groups[5])
		minute, _ := strconv.Atoi(groups[2] + groups[4])
		at, ok := clockTime(hour, minute, strings.ToLower(groups[0]))
		if !ok {
			w.cannot = phrase.Quote(strings.TrimSpace(groups[0])) + " is no time of the day"
		}
		several = several || w.timed && at != w.at
		w.at, w.timed = at, true
	}
	if several && w.timed && w.cannot == "" {
		w.cannot = "A summary comes at one time of the day, and you say several"
	}
}

// clockTime returns the minutes after midnight of an hour that was said, with am or pm behind it perhaps.
func clockTime(hour, minute int, said string) (at int, ok bool) {
	said = strings.ReplaceAll(said, ".", "")
	am, pm := strings.HasSuffix(said, "am"), strings.HasSuffix(said, "pm")
	if (am || pm) && (hour < 1 || hour > 12) || hour > 23 || minute > 59 {
		return 0, false
	}
	if am || pm {
		hour %= 12
	}
	if pm {
		hour += 12
	}
	return hour*60 + minute, true
}

func (w *wish) readZone(text string, rest []byte) {
	for _, groups := range found(zoneSaid, text, rest) {
		w.zone = groups[1]
		if strings.EqualFold(w.zone, utc) {
			w.zone = utc
		}
	}
	unknown := ""
	for _, groups := range found(clockOf, text, rest) {
		if !ownTime[strings.ToLower(groups[1])] && !strings.EqualFold(groups[1], utc) {
			unknown = groups[1] + " time"
		}
	}
	for _, groups := range found(zoneShort, text, rest) {
		unknown = groups[0]
	}
	if unknown != "" && w.zone == "" && w.cannot == "" {
		w.cannot = "I do not know which time zone " + phrase.Quote(unknown) + " is: give it like Europe/Berlin or America/New_York"
	}
}

var (
	ownTime = setOf("my our local the this that same a any of")
	// postingTalk are the words of a wish that say no more than that something is to be posted.
	postingTalk = setOf("post posts posting posted send sends sending give gives write publish put share drop deliver show tell get want wants need would like love please can could you i we us me my our should shall will let let's lets have " +
		"a an the this that it one some here channel room there into in on to of for at from from by with and every each all once time o'clock clock sharp new " +
		"summary summaries digest digests report reports overview overviews status update updates briefing briefings recap recaps health storage cluster clusters mulebot bot start begin set up schedule scheduled make " +
		"morning mornings evening evenings afternoon automatically regularly regular also am pm then now is are be about how things what everything going short brief quick")
)
