package bot

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// OAuth is how an app comes into a workspace (https://docs.slack.dev/authentication/installing-with-oauth): somebody opens
// [OAuth.Address] in a browser and allows what is asked for; Slack sends the browser to Redirect with a code, and [OAuth.Exchange]
// makes a bot token of that. Nobody has to listen at Redirect: the address that the browser is sent to is all that is needed.
type OAuth struct {
	Base     string // of Slack's Web API; empty: Slack's own
	ClientID string
	Secret   models.Secret
	Redirect string // one of the app's redirect URLs
	State    string // comes back with the code, and tells that it is the answer to this question
}

// Address returns where somebody allows the app what it needs.
func (o OAuth) Address() string {
	var scopes []string
	for _, s := range Scopes() {
		scopes = append(scopes, s.Name)
	}
	query := url.Values{"client_id": {o.ClientID}, "scope": {strings.Join(scopes, ",")}, "redirect_uri": {o.Redirect}, "state": {o.State}}
	return strings.TrimSuffix(apiURL(o.Base), "api/") + "oauth/v2/authorize?" + query.Encode()
}

// Installed is what Slack gives an app that was let into a workspace.
type Installed struct {
	Team     models.TeamID
	Name     string
	BotToken models.Secret
	By       models.UserID // who let it in
}

// Exchange makes a bot token of the address that the browser was sent to. It fails with a *models.Error, which holds no code.
func (o OAuth) Exchange(ctx context.Context, address string) (Installed, error) {
	code, err := o.code(address)
	if err != nil {
		return Installed{}, err
	}
	client := newHTTPClient(1)
	defer client.CloseIdleConnections()
	r, err := slack.GetOAuthV2ResponseContext(ctx, client, o.ClientID, o.Secret.Reveal(), code, o.Redirect, slack.OAuthOptionAPIURL(apiURL(o.Base)))
	if err != nil {
		return Installed{}, o.unexchanged(err)
	}
	switch {
	case r.IsEnterpriseInstall || r.Team.ID == "":
		return Installed{}, &models.Error{Kind: models.Invalid, Message: "the app was installed for a whole organisation", Hint: "choose one workspace where Slack asks for it"}
	case r.RefreshToken != "":
		return Installed{}, &models.Error{Kind: models.Invalid, Message: "the app's tokens expire", Hint: "make an app without token rotation: it cannot be switched off again"}
	}
	return Installed{Team: models.TeamID(r.Team.ID), Name: r.Team.Name, BotToken: models.Secret(r.AccessToken), By: models.UserID(r.AuthedUser.ID)}, nil
}

// code returns the code out of the address that the browser was sent to.
func (o OAuth) code(address string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Query().Get("state") == "" {
		return "", &models.Error{Kind: models.Invalid, Message: "that is not the address that Slack sent the browser to",
			Hint: "it begins with " + o.Redirect + " and has a code and a state in it; copy all of it from the browser's address bar"}
	}
	query := u.Query()
	switch {
	case query.Get("state") != o.State:
		return "", &models.Error{Kind: models.Forbidden, Message: "that address answers another question than this one", Hint: "begin again, and open the address that is shown then"}
	case query.Get("error") != "":
		return "", &models.Error{Kind: models.Forbidden, Message: "Slack did not let the app in (" + query.Get("error") + ")", Hint: "somebody who may install apps there has to allow it"}
	}
	return query.Get("code"), nil
}

// unexchanged words why Slack gave no token.
func (o OAuth) unexchanged(err error) error {
	e := &models.Error{Kind: models.Forbidden, Err: scrub(err)}
	switch code := judge(err).code; code {
	case "invalid_client_id", "bad_client_secret":
		e.Message, e.Hint = "Slack does not know this client id and secret ("+code+")", "copy both again from the app's Basic Information"
	case "invalid_code", "code_expired", "code_already_used":
		e.Message, e.Hint = "the code in that address is good no more ("+code+")", "it is good once, for ten minutes: begin again"
	case "bad_redirect_uri":
		e.Message, e.Hint = "Slack expected another redirect URL", fmt.Sprintf("add %s to the app's under OAuth & Permissions, and begin again", o.Redirect)
	default:
		if judge(err).verdict != refused {
			return unanswered(o.Base, err)
		}
		e.Message, e.Hint = "Slack gave no token ("+code+")", "begin again"
	}
	return e
}
