package slacksim

import (
	"slices"
	"testing"

	"github.com/slack-go/slack"
)

// TestExportManifest asks for an app's manifest as it should be asked for, and not.
func TestExportManifest(t *testing.T) {
	w := newWorld(t, Options{})
	other := w.sim.AddApp(AppOptions{NoHome: true})
	token, expired := w.app.ConfigToken(), w.app.ConfigToken()
	w.app.ExpireToken(expired)
	call := func(method, token, body string) reply {
		return w.post(w.sim.URL()+method, token, "application/x-www-form-urlencoded", body)
	}
	for _, c := range []struct{ token, app, want string }{
		{token, w.app.ID(), ""}, {"", w.app.ID(), "not_authed"}, {"xoxe.xoxp-1-made-up", w.app.ID(), "invalid_auth"}, {expired, w.app.ID(), "token_expired"},
		{w.BotToken(), w.app.ID(), "not_allowed_token_type"}, {w.app.AppToken(), w.app.ID(), "not_allowed_token_type"},
		{token, "", "invalid_arguments"}, {token, "T1", "invalid_app_id"}, {token, "A404", "app_not_found"}, {token, other.ID(), "app_not_found"},
	} {
		if r := call("apps.manifest.export", c.token, "app_id="+c.app); r.Error != c.want {
			t.Errorf("%+v: %q", c, r.Error)
		}
	}
	for _, method := range []string{"auth.test", "apps.connections.open"} {
		if r := call(method, token, ""); r.Error != "not_allowed_token_type" {
			t.Errorf("%s takes a configuration token: %q", method, r.Error)
		}
	}

	w.app.Subscribe("message.im", false)
	w.app.EnableSocketMode(false)
	api := slack.New("", slack.OptionAPIURL(w.sim.URL()))
	m, err := api.ExportManifestContext(w.ctx, token, w.app.ID())
	if err != nil {
		t.Fatal(err)
	}
	events := m.Settings.EventSubscriptions.BotEvents
	if len(events) != len(DefaultEvents())-1 || slices.Contains(events, "message.im") || m.Settings.SocketModeEnabled || !m.Settings.Interactivity.IsEnabled ||
		!m.Features.AppHome.HomeTabEnabled || len(m.OAuthConfig.Scopes.Bot) != len(DefaultScopes()) || m.Features.SlashCommands[0].Command != "/mulebot" {
		t.Errorf("%+v", m)
	}
	if m, err = api.ExportManifestContext(w.ctx, other.ConfigToken(), other.ID()); err != nil || m.Features.AppHome.HomeTabEnabled {
		t.Errorf("%+v, %v", m, err)
	}
}
