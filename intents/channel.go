package intents

import (
	"context"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// withoutCard answers a message in a channel that is connected to nothing: what admins say to connect it, and else, once in a
// conversation and day at length, that it is not.
func (t *turn) withoutCard(ctx context.Context, text string, action *models.Action) (models.Reply, error) {
	if t.Registry == nil {
		return t.noCard(), nil
	}
	if action == nil && text != "" && len(text) <= longest {
		parse := t.Understanding.Model.ParseAt(text, nil, t.Now())
		q := t.question(text, parse)
		if action = q.spoken(); action != nil && q.intent.Role == Admin {
			return t.administer(ctx, q.intent, action), nil
		}
	}
	err := &models.Error{Kind: models.NotFound, Message: "This channel is not connected to a cluster yet", Hint: "An admin connects it with `/mulebot setup`"}
	again := t.dialogue.Intent == "setup"
	reply := models.Reply{Err: err, Text: sentence(err.Message), Dialogue: &models.Dialogue{Intent: "setup", At: t.Now()}}
	if strings.HasPrefix(string(t.message.Channel), "D") {
		reply.Text = "You are in no channel that is connected to a cluster, so there is nothing that I could tell you about here."
	}
	if again {
		reply.Text = "This channel is still not connected to a cluster. " + sentence(err.Hint)
		return reply, nil
	}
	reply.Text += " I answer questions about the storage of Kubernetes clusters, as in “which volumes are not healthy?”, once there is one to ask about."
	reply.Notes, reply.Buttons = hints(err), []models.Button{setupButton}
	if allowed, err := t.may(ctx, Admin, models.Scope{Anywhere: true}); err == nil && !allowed {
		reply.People = t.superiors(ctx, onlyAdmins(connectsCards, nil))
	}
	return reply, nil
}

// direct reports whether a message is between the asker and MuleBot.
func (t *turn) direct() bool {
	return t.message.Kind == models.Direct || strings.HasPrefix(string(t.message.Channel), "D")
}

// findCard finds the card of the message's channel; in a direct message, that of the channels that the asker is in.
func (t *turn) findCard(ctx context.Context) (models.Card, error) {
	if t.direct() && t.Directs != nil {
		return t.Directs.DirectCard(ctx, t.message.Team, t.message.Channel, t.message.User)
	}
	return t.Tenants.Card(ctx, t.message.Team, t.message.Channel)
}

// isOutside reports whether the asker is of another organisation, and the card does not let such people ask.
func (t *turn) isOutside(ctx context.Context) (bool, error) {
	if !t.message.Shared || t.card.Outsiders {
		return false, nil
	}
	if t.Members == nil {
		return true, nil
	}
	return t.Members.IsOutsider(ctx, t.message.Team, t.message.User)
}

// outside is the answer to whom the card does not let ask.
func (t *turn) outside() models.Reply {
	err := &models.Error{Kind: models.Forbidden, Message: "I answer only people of the organisation that runs me in this channel",
		Hint: "One of its admins may allow others in the channel's card: `/mulebot setup`"}
	return t.finish(nil, nlp.Parse{}, nil, models.Reply{Text: sentence(err.Message), Notes: hints(err), Err: err, Private: true})
}
