package slacksim

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// codeLife is how long a code may be exchanged (https://docs.slack.dev/authentication/installing-with-oauth).
const codeLife = 10 * time.Minute

// authorization is what somebody allowed an app, until the app exchanges its code for a token.
type authorization struct {
	ws       *Workspace
	user     string
	scopes   []string
	redirect string // as the app gave it; "": it gave none
	until    time.Time
}

// ClientID names the app where codes are exchanged.
func (a *App) ClientID() string { return a.clientID }

// ClientSecret proves that it is the app itself that exchanges a code.
func (a *App) ClientSecret() string { return a.clientSecret }

// Allow does what a person does who opens the address that an app sends them to, and allows what the app asks for. It returns where
// the browser is sent then.
func (w *Workspace) Allow(address, userID string) (redirected string, err error) {
	query, target, err := w.asked(address)
	if err != nil {
		return "", err
	}
	code := fmt.Sprintf("%d.%d.%s", w.sim.seq.Add(1), w.sim.seq.Add(1), w.sim.secret())
	w.sim.mu.Lock()
	w.sim.codes[code] = &authorization{ws: w, user: userID, scopes: strings.Split(query.Get("scope"), ","), redirect: query.Get("redirect_uri"), until: w.sim.now().Add(codeLife)}
	w.sim.mu.Unlock()
	return target + "?" + url.Values{"code": {code}, "state": {query.Get("state")}}.Encode(), nil
}

// Decline is Allow for somebody who does not.
func (w *Workspace) Decline(address string) (redirected string, err error) {
	query, target, err := w.asked(address)
	if err != nil {
		return "", err
	}
	return target + "?" + url.Values{"error": {"access_denied"}, "state": {query.Get("state")}}.Encode(), nil
}

// asked reads the address that an app sends people to. What Slack would not show, but an error, fails.
func (w *Workspace) asked(address string) (query url.Values, target string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", err
	}
	query = u.Query()
	target = query.Get("redirect_uri")
	if target == "" {
		target = w.app.redirects[0]
	}
	switch {
	case u.Host != w.sim.host() || u.Path != "/oauth/v2/authorize":
		return nil, "", fmt.Errorf("slacksim: %s is not where apps are allowed", address)
	case query.Get("client_id") != w.app.clientID:
		return nil, "", failure("invalid_client_id")
	case query.Get("scope") == "":
		return nil, "", failure("no_scopes")
	case slices.ContainsFunc(strings.Split(query.Get("scope"), ","), func(s string) bool { return !slices.Contains(DefaultScopes(), s) }):
		return nil, "", failure("invalid_scope")
	case !slices.Contains(w.app.redirects, target):
		return nil, "", failure("bad_redirect_uri")
	}
	return query, target, nil
}

// clientCredentials finds the app whose id and secret a call carries, in the Authorization header or as arguments.
func (c *call) clientCredentials(r *http.Request) error {
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = c.args.str("client_id"), c.args.str("client_secret")
	}
	for _, a := range c.sim.allApps() {
		if a.clientID == id {
			c.app = a
		}
	}
	switch {
	case c.app == nil:
		return failure("invalid_client_id")
	case secret != c.app.clientSecret:
		return failure("bad_client_secret")
	}
	return nil
}

// oauthAccess exchanges a code for a bot token (https://docs.slack.dev/reference/methods/oauth.v2.access). A code is good once.
func oauthAccess(c *call) (object, error) {
	c.sim.mu.Lock()
	a := c.sim.codes[c.args.str("code")]
	delete(c.sim.codes, c.args.str("code"))
	c.sim.mu.Unlock()
	switch {
	case a == nil || a.ws.app != c.app || c.sim.now().After(a.until):
		return nil, failure("invalid_code")
	case a.redirect != c.args.str("redirect_uri"):
		return nil, failure("bad_redirect_uri")
	}
	w := a.ws
	if cred, _ := w.sim.credential(w.BotToken()); cred.revoked != "" {
		w.Reinstall()
	}
	w.SetScopes(a.scopes...)
	return object{"access_token": w.BotToken(), "token_type": "bot", "scope": strings.Join(a.scopes, ","), "bot_user_id": w.bot, "app_id": w.app.id,
		"team": object{"id": w.id, "name": w.name}, "enterprise": nil, "is_enterprise_install": false, "authed_user": object{"id": a.user}}, nil
}
