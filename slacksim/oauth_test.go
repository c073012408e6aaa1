package slacksim

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// TestOAuth exchanges codes as they should be, and as they should not.
func TestOAuth(t *testing.T) {
	w := newWorld(t, Options{})
	authorize := func(values ...string) string {
		query := url.Values{"client_id": {w.app.ClientID()}, "scope": {"chat:write,commands"}, "redirect_uri": {"https://localhost/mulebot"}, "state": {"s"}}
		for i := 0; i < len(values); i += 2 {
			query.Set(values[i], values[i+1])
		}
		return strings.TrimSuffix(w.sim.URL(), "api/") + "oauth/v2/authorize?" + query.Encode()
	}
	code := func() string {
		t.Helper()
		at, err := w.Allow(authorize(), w.User("ann"))
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(at)
		if err != nil || u.Query().Get("state") != "s" || !strings.HasPrefix(at, "https://localhost/mulebot?") {
			t.Fatalf("%s, %v", at, err)
		}
		return u.Query().Get("code")
	}
	for _, c := range []struct{ key, value, want string }{
		{"client_id", "1", "invalid_client_id"}, {"scope", "", "no_scopes"}, {"scope", "chat:write,everything", "invalid_scope"},
		{"redirect_uri", "https://elsewhere.example.com", "bad_redirect_uri"},
	} {
		if at, err := w.Allow(authorize(c.key, c.value), w.User("ann")); err == nil || err.Error() != c.want {
			t.Errorf("%s: %s, %v", c.want, at, err)
		}
	}
	good := code()
	const redirect = "https://localhost/mulebot"
	id, secret := w.app.ClientID(), w.app.ClientSecret()
	for _, c := range []struct{ id, secret, code, redirect, want string }{
		{"1", secret, good, redirect, "invalid_client_id"}, {id, "x", good, redirect, "bad_client_secret"}, {id, secret, "x", redirect, "invalid_code"},
		{id, secret, code(), "", "bad_redirect_uri"}, {id, secret, good, redirect, ""}, {id, secret, good, redirect, "invalid_code"},
	} {
		r := w.form("oauth.v2.access", "client_id", c.id, "client_secret", c.secret, "code", c.code, "redirect_uri", c.redirect)
		if r.Error != c.want {
			t.Errorf("%+v: %q", c, r.Error)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/api/oauth.v2.access", strings.NewReader(url.Values{"code": {code()}, "redirect_uri": {redirect}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(id, secret)
	answer := httptest.NewRecorder()
	w.sim.serveMethod(answer, r)
	if !strings.Contains(answer.Body.String(), `"access_token":"`+w.BotToken()) || !strings.Contains(answer.Body.String(), `"authed_user":{"id":"`+w.User("ann")) {
		t.Error(answer.Body.String())
	}
	if w.scope("users:read") || !w.scope("commands") {
		t.Errorf("the token has %v", w.scopeList())
	}
}
