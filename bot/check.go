package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/mulebot/mulebot/models"
)

// Scope is a right that a bot token has at Slack.
type Scope struct {
	Name string
	For  string // what does not work without
}

// Scopes returns the scopes of slack-manifest.yml, which a bot token needs.
func Scopes() []Scope {
	return []Scope{
		{"app_mentions:read", "questions that mention MuleBot"},
		{"channels:history", "follow-up questions in threads of public channels"},
		{"groups:history", "the same in private channels"},
		{"im:history", "direct messages"},
		{"mpim:history", "direct messages of several people"},
		{"chat:write", "answers"},
		{"files:write", "answers too long for a message"},
		{"files:read", "files submitted with /mulebot train and import"},
		{"users:read", "who is an admin, and who is of another organisation"},
		{"channels:read", "which public channels somebody is in"},
		{"groups:read", "which private channels somebody is in"},
		{"usergroups:read", "roles of user groups"},
		{"commands", "/mulebot"},
	}
}

// Installation is what Slack says of a bot token.
type Installation struct {
	Team   models.TeamID
	Name   string
	Bot    models.UserID
	BotID  string        // what bots.info knows it by
	Scopes []string      // nil: Slack does not say
	Skew   time.Duration // by which Slack's clock is ahead
}

// Missing returns the scopes that the token needs and does not have.
func (i Installation) Missing() (missing []Scope) {
	for _, s := range Scopes() {
		if i.Scopes != nil && !slices.Contains(i.Scopes, s.Name) {
			missing = append(missing, s)
		}
	}
	return missing
}

// Inspect asks Slack what a bot token is worth. It fails with a *models.Error: Forbidden if Slack refuses the token, Unavailable
// if Slack does not answer.
func Inspect(ctx context.Context, base string, token models.Secret) (Installation, error) {
	client := newHTTPClient(1)
	defer client.CloseIdleConnections()
	sent := time.Now()
	r, err := newAPI(apiURL(base), token, client).AuthTestContext(ctx)
	if err != nil {
		return Installation{}, uninspected(base, err)
	}
	i := Installation{Team: models.TeamID(r.TeamID), Name: r.Team, Bot: models.UserID(r.UserID), BotID: r.BotID}
	i.Skew, _ = models.Skew(r.Header, sent, time.Now())
	for scope := range strings.SplitSeq(r.Header.Get("X-OAuth-Scopes"), ",") {
		if scope = strings.TrimSpace(scope); scope != "" {
			i.Scopes = append(i.Scopes, scope)
		}
	}
	return i, nil
}

// uninspected words why a bot token was not inspected.
func uninspected(base string, err error) error {
	if o := judge(err); o.verdict == refused {
		return &models.Error{Kind: models.Forbidden, Message: "Slack refuses the bot token (" + o.code + ")",
			Hint: "copy it again from OAuth & Permissions, Bot User OAuth Token (xoxb-…)", Err: scrub(err)}
	}
	return unanswered(base, err)
}

func unanswered(base string, err error) error {
	return &models.Error{Kind: models.Unavailable, Message: "Slack does not answer",
		Hint: "can this machine reach " + apiURL(base) + "?", Err: scrub(err)}
}

// Identify asks Slack which workspace a bot token belongs to. It fails like [Inspect].
func Identify(ctx context.Context, base string, token models.Secret) (team models.TeamID, name string, err error) {
	i, err := Inspect(ctx, base, token)
	return i.Team, i.Name, err
}

// tripLimit is how long CheckSocket waits at most.
const tripLimit = 15 * time.Second

// CheckSocket opens a connection over Socket Mode, waits for Slack's greeting, has Slack answer a ping, and closes it. It returns
// how many connections the app had then, this one included. It fails with a *models.Error: Forbidden if Slack refuses the app-level
// token, Unavailable if Slack does not answer. Slack may send events over the connection; it sends them again, but a command
// typed within that moment is lost, so that a server that has a connection asks that instead.
func CheckSocket(ctx context.Context, base string, token models.Secret) (connections int, err error) {
	ctx, cancel := context.WithTimeout(ctx, tripLimit)
	defer cancel()
	client := newHTTPClient(1)
	defer client.CloseIdleConnections()
	api := slack.New("", slack.OptionAppLevelToken(token.Reveal()), slack.OptionAPIURL(apiURL(base)),
		slack.OptionHTTPClient(client), slack.OptionLog(silence()))
	_, url, err := api.StartSocketModeContext(ctx)
	if err == nil {
		connections, err = roundTrip(ctx, url)
	}
	if err == nil {
		return connections, nil
	}
	if o := judge(err); o.verdict == refused {
		return 0, &models.Error{Kind: models.Forbidden, Message: "Slack refuses the app-level token (" + o.code + ")",
			Hint: "generate one with the scope connections:write under Basic Information, App-Level Tokens (xapp-…), and switch Socket Mode on",
			Err:  scrub(err)}
	}
	return 0, unanswered(base, err)
}

// roundTrip opens a WebSocket and waits for a greeting and for the answer to a ping.
func roundTrip(ctx context.Context, url string) (connections int, err error) {
	socket, response, err := newDialer().DialContext(ctx, url, nil)
	if err != nil {
		return 0, refusal(response, err)
	}
	defer socket.Close()
	defer context.AfterFunc(ctx, func() { _ = socket.SetReadDeadline(time.Now()) })()
	answered := errors.New("answered")
	socket.SetPongHandler(func(string) error { return answered })
	for {
		_, data, err := socket.ReadMessage()
		if errors.Is(err, answered) {
			bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
			_ = socket.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
			return connections, nil
		}
		if err != nil {
			return 0, scrub(err)
		}
		var r socketmode.Request
		switch _ = json.Unmarshal(data, &r); r.Type {
		case socketmode.RequestTypeDisconnect:
			return 0, slack.SlackErrorResponse{Err: r.Reason}
		case socketmode.RequestTypeHello:
			connections = r.NumConnections
			if err := socket.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeLimit)); err != nil {
				return 0, err
			}
		}
	}
}

// CheckChannel asks Slack about a channel that the bot is not a member of, as far as that is known, and words what is wrong with
// it; nil: the bot is a member.
func CheckChannel(ctx context.Context, base string, token models.Secret, channel models.ChannelID) error {
	client := newHTTPClient(1)
	defer client.CloseIdleConnections()
	c, err := newAPI(apiURL(base), token, client).GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: string(channel)})
	e, answered := errors.AsType[slack.SlackErrorResponse](err)
	switch {
	case answered && e.Err == "channel_not_found":
		return &models.Error{Kind: models.NotFound, Message: "is not there, or is private and MuleBot is not in it", Hint: "invite MuleBot there, or remove its card"}
	case err != nil:
		return unlisted("about "+string(channel), "channels:read and groups:read", err)
	case c.IsArchived:
		return &models.Error{Kind: models.Conflict, Message: "#" + c.Name + " is archived", Hint: "remove its card"}
	case !c.IsMember && !c.IsIM:
		return &models.Error{Kind: models.Forbidden, Message: "#" + c.Name + " does not have MuleBot as a member, so that nothing said there arrives", Hint: "type /invite @mulebot there"}
	}
	return nil
}
