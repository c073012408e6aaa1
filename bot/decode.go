package bot

import (
	"encoding/json"
	"strings"

	"github.com/slack-go/slack/socketmode"

	"github.com/mulebot/mulebot/models"
)

// decoded is an envelope that is the bot's business.
type decoded struct {
	entry   models.Entry
	trigger string // of Slack's, with which a form can be opened for three seconds; empty: none
	ifPart  bool   // only if the bot takes part in the conversation: the message does not mention it
	said    bool   // a message or mention, the bot's business or not
	sight   sight  // what came, the bot's business or not
	found   bool   // in the history: it did not come as an event
}

// decode turns an envelope into a message. It reports false if the envelope is not the bot's business: something said by the
// bot itself or by another bot, an edit, a message in a channel that does not speak to the bot, a kind of event that the bot
// does not know. A message that mentions the bot in a channel comes twice, as app_mention and as message; the second is
// not the bot's business. Message.At is left to the caller.
func decode(r *socketmode.Request) (d decoded, ok bool) {
	switch r.Type {
	case socketmode.RequestTypeEventsAPI:
		d, ok = decodeEvent(r.Payload)
	case socketmode.RequestTypeSlashCommands:
		d, ok = decodeCommand(r.Payload, r.EnvelopeID)
	case socketmode.RequestTypeInteractive:
		if d, ok = decodePress(r.Payload, r.EnvelopeID); !ok {
			d, ok = decodeSubmission(r.Payload, r.EnvelopeID)
		}
	}
	if ok && d.sight.source == "" {
		d.sight = sight{d.entry.Message.Team, messageSource(d.entry.Message.Kind)}
	}
	return d, ok && complete(d.entry.Message)
}

// complete reports whether a message says whose it is and where it was said.
func complete(m models.Message) bool {
	return m.ID != "" && m.Team != "" && m.Channel != "" && m.User != ""
}

// callback is the payload of an Events API envelope, as far as it is looked at
// (https://docs.slack.dev/apis/events-api/#callback-field).
type callback struct {
	addressee
	Type   string `json:"type"`
	Shared bool   `json:"is_ext_shared_channel"` // the channel is shared with another organisation
	Event  struct {
		Type        string           `json:"type"`
		Subtype     string           `json:"subtype"`
		Hidden      bool             `json:"hidden"`
		User        models.UserID    `json:"user"`
		UserTeam    models.TeamID    `json:"user_team"` // where the channel is shared: the user's own
		BotID       string           `json:"bot_id"`
		Text        string           `json:"text"`
		TS          string           `json:"ts"`
		Thread      models.ThreadID  `json:"thread_ts"`
		Channel     models.ChannelID `json:"channel"`
		ChannelType string           `json:"channel_type"`
	} `json:"event"`
}

// addressee is what the payload of an event says of whom it is for.
type addressee struct {
	TeamID         models.TeamID   `json:"team_id"`         // where it happened: in a shared channel, perhaps another organisation's workspace
	ContextTeamID  models.TeamID   `json:"context_team_id"` // where the app hears it
	Authorizations []authorization `json:"authorizations"`
}

// authorization is an installation that an event is for. Slack names one, even where several workspaces that have the app share a channel.
type authorization struct {
	TeamID models.TeamID `json:"team_id"`
	UserID models.UserID `json:"user_id"`
	IsBot  bool          `json:"is_bot"`
}

// bot returns the installation of the bot that the event is for; none if the payload does not say.
func (a *addressee) bot() authorization {
	for _, x := range a.Authorizations {
		if x.IsBot {
			return x
		}
	}
	return authorization{}
}

// team returns the workspace whose installation the event is for, as Slack's own libraries find it.
func (a *addressee) team() models.TeamID {
	return firstOf(a.bot().TeamID, a.ContextTeamID, a.TeamID)
}

func decodeEvent(payload json.RawMessage) (d decoded, ok bool) {
	var c callback
	if json.Unmarshal(payload, &c) != nil || c.Type != "event_callback" {
		return d, false
	}
	return decodeSaid(&c)
}

// decodeSaid decodes an event of something said, whichever way it came.
func decodeSaid(c *callback) (d decoded, ok bool) {
	e, self, team := &c.Event, c.bot().UserID, c.team()
	d.said = e.Type == "message" || e.Type == "app_mention"
	d.sight = sight{team, eventSource(e.Type, e.ChannelType)}
	if e.TS == "" || e.Hidden || e.BotID != "" || e.User == self || e.User == "USLACKBOT" {
		return d, false
	}
	switch e.Subtype {
	case "", "file_share", "thread_broadcast":
	default:
		return d, false
	}
	text, mentioned := cutMention(e.Text, self)
	m := models.Message{
		ID: messageID(e.Channel, e.TS), Team: team, Channel: e.Channel, Thread: e.Thread, User: e.User,
	}
	switch {
	case e.ChannelType == "im" || strings.HasPrefix(string(e.Channel), "D"):
		m.Kind = models.Direct
	case e.Type == "app_mention":
		m.Kind = models.Mention
		if !mentioned && self == "" {
			text = cutFirstMention(text)
		}
		if m.Thread == "" {
			m.Thread = models.ThreadID(e.TS)
		}
	case e.Type == "message" && !mentioned && m.Thread != "" && string(m.Thread) != e.TS:
		m.Kind = models.InThread
		d.ifPart = true
	default:
		return d, false
	}
	m.Text, m.Mentions = plainText(text), mentions(text)
	m.Shared = c.Shared && e.UserTeam == "" || foreign(e.UserTeam, team)
	d.entry.Message = m
	return d, true
}

// messageID is the id of something said: the same for each of its events, and in the history.
func messageID(channel models.ChannelID, ts string) string { return string(channel) + ":" + ts }

// decodeCommand decodes a slash command (https://docs.slack.dev/interactivity/implementing-slash-commands).
func decodeCommand(payload json.RawMessage, envelope string) (d decoded, ok bool) {
	var c struct {
		TeamID      models.TeamID    `json:"team_id"`
		ChannelID   models.ChannelID `json:"channel_id"`
		UserID      models.UserID    `json:"user_id"`
		Text        string           `json:"text"`
		ResponseURL models.Secret    `json:"response_url"`
		TriggerID   string           `json:"trigger_id"`
	}
	if json.Unmarshal(payload, &c) != nil {
		return d, false
	}
	d.trigger = c.TriggerID
	d.entry = models.Entry{ResponseURL: c.ResponseURL, Message: models.Message{
		ID: firstOf(envelope, c.TriggerID), Kind: models.Command, Team: c.TeamID, Channel: c.ChannelID, User: c.UserID,
		Text: plainText(c.Text), Mentions: mentions(c.Text),
	}}
	return d, true
}

// interaction is what the payloads of buttons and forms have in common.
type interaction struct {
	Type string `json:"type"`
	Team struct {
		ID models.TeamID `json:"id"`
	} `json:"team"`
	User struct {
		ID     models.UserID `json:"id"`
		TeamID models.TeamID `json:"team_id"`
	} `json:"user"`
	TriggerID string `json:"trigger_id"`
}

// message begins the message of an interaction: who did it, and in which workspace, which for what was done in a view is installed: the
// team of the interaction may there be that of whoever did it (https://github.com/slackapi/bolt-js/issues/1614).
func (i *interaction) message(kind models.MessageKind, envelope string, installed models.TeamID) models.Message {
	team := firstOf(installed, i.Team.ID, i.User.TeamID)
	return models.Message{ID: firstOf(envelope, i.TriggerID), Kind: kind, Team: team, User: i.User.ID, Shared: foreign(i.User.TeamID, team)}
}

// decodePress decodes the press of a button (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload).
func decodePress(payload json.RawMessage, envelope string) (d decoded, ok bool) {
	var c struct {
		interaction
		Channel struct {
			ID models.ChannelID `json:"id"`
		} `json:"channel"`
		Container struct {
			ChannelID models.ChannelID `json:"channel_id"`
			MessageTS string           `json:"message_ts"`
			Thread    models.ThreadID  `json:"thread_ts"`
			Ephemeral bool             `json:"is_ephemeral"`
		} `json:"container"`
		Message struct {
			TS     string          `json:"ts"`
			Thread models.ThreadID `json:"thread_ts"`
		} `json:"message"`
		View struct { // of a button in a home tab
			Private   string        `json:"private_metadata"`
			Installed models.TeamID `json:"app_installed_team_id"`
		} `json:"view"`
		Actions     []press       `json:"actions"`
		ResponseURL models.Secret `json:"response_url"`
	}
	if json.Unmarshal(payload, &c) != nil || c.Type != "block_actions" || len(c.Actions) == 0 {
		return d, false
	}
	action, ok := c.Actions[0].action()
	if !ok {
		return d, false
	}
	var home homePrivate
	_ = json.Unmarshal([]byte(c.View.Private), &home) // a message has none
	m := c.message(models.Press, envelope, c.View.Installed)
	m.Channel, m.Thread, m.Action = firstOf(c.Channel.ID, c.Container.ChannelID, home.Channel), firstOf(c.Message.Thread, c.Container.Thread), action
	switch {
	case c.Container.Ephemeral: // it begins no thread, and what it is answered with is for the same reader
		d.entry.ResponseURL = c.ResponseURL
	case m.Thread == "" && !strings.HasPrefix(string(m.Channel), "D"):
		m.Thread = models.ThreadID(firstOf(c.Message.TS, c.Container.MessageTS))
	}
	d.entry.Message, d.trigger = m, c.TriggerID
	return d, true
}

// foreign reports whether a user's own team is another than the one that an interaction is in.
func foreign(own, team models.TeamID) bool { return own != "" && team != "" && own != team }

// press is the action of a button.
type press struct {
	Type     string `json:"type"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
}

// action returns what a button of [Render] does.
func (p press) action() (*models.Action, bool) {
	var a models.Action
	if p.Type != "button" || !strings.HasPrefix(p.ActionID, actionPrefix) || json.Unmarshal([]byte(p.Value), &a) != nil {
		return nil, false
	}
	return &a, a.Text != "" || a.Intent != "" || a.Query != nil
}

// firstOf returns the first that is not empty.
func firstOf[T ~string](values ...T) T {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
