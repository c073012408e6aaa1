package intents

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

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
	clockSaid = regexp.MustCompile(`(?i)\b(?:(?:at|around|by|from|@)\s*(\d{1,2})(?:[:.h]?(\d{2}))?|(\d{1,2}):(\d{2})|(\d{1,2})\s*(?:o'?clock\b|[ap]m\b|[ap]\.m\.))(?:\s*(?:o'?clock\b|[ap]m\b|[ap]\.m\.))?`)
	alsoAt    = regexp.MustCompile(`(?i)\b(?:and|or)\s+(?:at\s+)?\d`)
	middays   = regexp.MustCompile(`(?i)\b(?:(noon|midday)|midnight)\b`)
	workdays  = regexp.MustCompile(`(?i)\b(?:(?:week|work|working |business )days?|mon(?:day)?s?\s*(?:-|–|to|through|till|until)\s*fri(?:day)?s?)\b`)
	everyDay  = regexp.MustCompile(`(?i)\b(?:daily|(?:every|each|once a|per) ?(?:day|morning|evening|night)|nightly)\b`)
	everyWeek = regexp.MustCompile(`(?i)\b(?:weekly|(?:every|each|once a|per) week)\b`)
	oneDay    = regexp.MustCompile(`(?i)\b(?:(sun)|(mon)|(tue)|(wed)|(thu)|(fri)|(sat))(?:s|day|sday|nesday|rsday|urday)?s?\b`)
	otherwise = regexp.MustCompile(`(?i)\b(?:hourly|hours?|minutes?|monthly|months?|twice|biweekly|fortnight(?:ly)?|every other|every (?:second|third|two|three|\d+)|weekends?|yearly|quarterly|times a|tomorrow|today|tonight|(?:just|only) once|next (?:week|month|time))\b`)
	untilSaid = regexp.MustCompile(`(?i)\b(?:until|till|starting|beginning|after|before)\b`)
	lateSaid  = regexp.MustCompile(`(?i)\b(?:(afternoon)|(evening)|(night))s?\b`)
	zoneSaid  = regexp.MustCompile(`\b([A-Z][A-Za-z]+(?:/[A-Za-z_+-]+\d*)+|UTC|utc)\b`)
	clockOf   = regexp.MustCompile(`(?i)\b([\p{L}]+) time\b`)
	zoneShort = regexp.MustCompile(`\b(?:[A-Z]{1,3}[SD]?T|GMT)\b`)
)

// wishOf reads when a sentence wants something to be posted.
func wishOf(text string) wish {
	var w wish
	text = clockInDigits(text)
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
	if bound := untilSaid.FindString(string(rest)); bound != "" {
		w.cannot = "A summary comes until nobody wants it any more, and I cannot read what you say with " + phrase.Quote(bound)
	}
	daily, weekly := found(everyDay, text, rest) != nil, found(everyWeek, text, rest) != nil
	for _, groups := range found(oneDay, text, rest) {
		day := time.Weekday(slices.IndexFunc(groups[1:], func(g string) bool { return g != "" }))
		days := models.Days(strings.ToLower(day.String()))
		if w.cannot == "" && (daily || w.days != "" && w.days != days) {
			w.cannot = "A summary comes on every day, every weekday or one day of the week, and you say several"
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
	late := ""
	if groups := lateSaid.FindStringSubmatch(text); groups != nil {
		late = strings.ToLower(groups[1] + groups[2] + groups[3])
	}
	several := alsoAt.MatchString(text)
	for _, groups := range found(clockSaid, text, rest) {
		hour, _ := strconv.Atoi(groups[1] + groups[3] + groups[5])
		minute, _ := strconv.Atoi(groups[2] + groups[4])
		at, ok := clockTime(hour, minute, strings.ToLower(groups[0]), late)
		if !ok {
			w.cannot = phrase.Quote(strings.TrimSpace(groups[0])) + " is no time of the day"
		}
		several = several || w.timed && at != w.at
		w.at, w.timed = at, true
	}
	if at, ok := lateHours[late]; ok && !w.timed {
		w.at, w.timed = at, true
	}
	if several && w.timed && w.cannot == "" {
		w.cannot = "A summary comes at one time of the day, and you say several"
	}
}

// clockTime returns the minutes after midnight of an hour that was said, with am or pm behind it perhaps, or in the evening.
func clockTime(hour, minute int, said, late string) (at int, ok bool) {
	said = strings.ReplaceAll(said, ".", "")
	am, pm := strings.HasSuffix(said, "am"), strings.HasSuffix(said, "pm")
	if (am || pm) && (hour < 1 || hour > 12) || hour > 23 || minute > 59 {
		return 0, false
	}
	if am || pm {
		hour %= 12
	}
	if pm || !am && late != "" && hour < 12 && (late != "night" || hour >= 6) {
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

// lateHours are the hours that are meant by parts of the day that are no mornings.
var lateHours = map[string]int{"afternoon": 15 * 60, "evening": 18 * 60, "night": 21 * 60}

var (
	ownTime = setOf("my our local the this that same a any of")
	// postingTalk are the words of a wish that say no more than that something is to be posted.
	postingTalk = setOf("post posts posting posted send sends sending give gives write publish put share drop deliver show tell get want wants need would like love please can could you i we us me my our should shall will let let's lets have " +
		"a an the this that it one some here channel room there into in on to of for at from from by with and every each all once time o'clock clock sharp new " +
		"summary summaries digest digests report reports overview overviews status update updates briefing briefings recap recaps health storage cluster clusters mulebot bot start begin set up schedule scheduled make " +
		"morning mornings evening evenings afternoon afternoons night nights automatically regularly regular also am pm then now is are be about how things what everything going short brief quick")
)
