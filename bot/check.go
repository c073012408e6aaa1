package bot

import (
	"context"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// CheckSocket asks Slack for a Socket Mode URL and throws it away: it fails if the app-level token would not open a
// connection, with a *models.Error that is Forbidden if Slack refuses the token and Unavailable if Slack does not answer.
func CheckSocket(ctx context.Context, base string, token models.Secret) error {
	client := newHTTPClient(1)
	defer client.CloseIdleConnections()
	api := slack.New("", slack.OptionAppLevelToken(token.Reveal()), slack.OptionAPIURL(apiURL(base)),
		slack.OptionHTTPClient(client), slack.OptionLog(silence()))
	_, _, err := api.StartSocketModeContext(ctx)
	if err == nil {
		return nil
	}
	if o := judge(err); o.verdict == refused {
		return &models.Error{Kind: models.Forbidden, Message: "Slack refuses the app-level token: " + o.code,
			Hint: "generate one with the scope connections:write under Basic Information, App-Level Tokens (xapp-…), and switch Socket Mode on",
			Err:  scrub(err)}
	}
	return &models.Error{Kind: models.Unavailable, Message: "Slack does not answer",
		Hint: "can this machine reach " + apiURL(base) + "?", Err: scrub(err)}
}
