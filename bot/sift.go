package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// reading is what is known of a channel whose history is read.
type reading struct {
	team    models.TeamID
	channel models.ChannelID
	self    models.UserID            // the bot
	part    map[models.ThreadID]bool // threads that the bot took part in when the reading began
	oldest  time.Time                // what was said before is not answered any more
}

// sift returns what was said to the bot and has no answer in the history, the oldest first. Decode says what is said to the bot. A
// message of a thread that does not mention it is, if the bot took part before that was said: it posted or was mentioned earlier, or it
// took part before the history begins, which cannot be told where it is mentioned later.
func (r reading) sift(said []slack.Message) (all []decoded) {
	slices.SortStableFunc(said, func(a, b slack.Message) int { return cmp.Compare(a.Timestamp, b.Timestamp) })
	said = slices.CompactFunc(said, func(a, b slack.Message) bool { return a.Timestamp == b.Timestamp })
	answered, mentioned := map[string]bool{}, map[models.ThreadID]bool{}
	decodes := make([]*decoded, len(said))
	for i := range said {
		if id, ok := answerTo(&said[i]); ok {
			answered[id] = true
		}
		if d, ok := decodeSaid(r.callback(&said[i])); ok && complete(d.entry.Message) {
			decodes[i] = &d
			mentioned[d.entry.Message.Thread] = mentioned[d.entry.Message.Thread] || !d.ifPart
		}
	}
	began := map[models.ThreadID]bool{}
	for i := range said {
		d := decodes[i]
		if d == nil {
			if said[i].User == string(r.self) {
				began[models.ThreadID(said[i].ThreadTimestamp)] = true
			}
			continue
		}
		thread := d.entry.Message.Thread
		if d.ifPart && !began[thread] && (mentioned[thread] || !r.part[thread]) {
			continue
		}
		began[thread] = true
		if !answered[d.entry.Message.ID] && !saidAt(said[i].Timestamp).Before(r.oldest) {
			d.found = true
			all = append(all, *d)
		}
	}
	return all
}

// callback makes of a message of the history the event that it was, or should have been. The history does not say whether the channel is
// shared.
func (r reading) callback(m *slack.Message) *callback {
	c := &callback{Type: "event_callback", Shared: true}
	c.Authorizations = append(c.Authorizations, authorization{TeamID: r.team, UserID: r.self, IsBot: true})
	e := &c.Event
	e.Type, e.Subtype, e.Hidden = "message", m.SubType, m.Hidden
	e.User, e.BotID, e.Text, e.TS, e.Channel = models.UserID(m.User), m.BotID, m.Text, m.Timestamp, r.channel
	if m.ThreadTimestamp != m.Timestamp { // a message has begun a thread only when somebody replies
		e.Thread = models.ThreadID(m.ThreadTimestamp)
	}
	if _, mentions := cutMention(m.Text, r.self); mentions {
		e.Type = "app_mention"
	}
	return c
}

// answerTo returns the id of the message that a post of the bot answers.
func answerTo(m *slack.Message) (id string, ok bool) {
	id, ok = m.Metadata.EventPayload[idKey].(string)
	return id, ok && m.Metadata.EventType == answerEvent
}

// livelier returns, of what a channel shows, the messages that began threads with replies since a time: those that somebody other than the
// bot has replied to, and those that are not known to have been answered.
func (r reading) livelier(said []slack.Message, since string, known func(id string) bool) (roots []slack.Message) {
	for i := range said {
		m := &said[i]
		if m.ReplyCount == 0 || m.ThreadTimestamp != m.Timestamp || m.LatestReply <= since {
			continue
		}
		others := slices.ContainsFunc(m.ReplyUsers, func(id string) bool { return id != string(r.self) && !strings.HasPrefix(id, "B") })
		if others || !known(messageID(r.channel, m.Timestamp)) {
			roots = append(roots, *m)
		}
	}
	return roots
}

// saidAt returns the time that a ts tells.
func saidAt(ts string) time.Time {
	seconds, fraction, _ := strings.Cut(ts, ".")
	s, _ := strconv.ParseInt(seconds, 10, 64)
	micros, _ := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	return time.Unix(s, micros*1000)
}

// stamp returns the ts of a time.
func stamp(t time.Time) string { return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000) }
