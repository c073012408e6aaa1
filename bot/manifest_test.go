package bot

import (
	"os"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

// TestManifest makes sure that the app as it is shipped hears and may do what the bot was tested with.
func TestManifest(t *testing.T) {
	content, err := os.ReadFile("../slack-manifest.yml")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		OAuth struct {
			Scopes struct{ Bot []string }
		} `json:"oauth_config"`
		Settings struct {
			Events struct {
				Bot []string `json:"bot_events"`
			} `json:"event_subscriptions"`
		}
	}
	if err := yaml.Unmarshal(content, &manifest); err != nil {
		t.Fatal(err)
	}
	for _, s := range Scopes() {
		if !slices.Contains(manifest.OAuth.Scopes.Bot, s.Name) {
			t.Errorf("the manifest lacks the scope %s, which is checked for", s.Name)
		}
	}
	if len(Scopes()) != len(manifest.OAuth.Scopes.Bot) {
		t.Error("not every scope of the manifest is checked for")
	}
	unused := []string{"im:read", "im:write", "mpim:read", "reactions:write", "team:read"} // that the simulator has beside
	for what, lists := range map[string][2][]string{
		"event": {manifest.Settings.Events.Bot, slacksim.DefaultEvents()}, "scope": {manifest.OAuth.Scopes.Bot, slacksim.DefaultScopes()},
	} {
		for _, name := range lists[1] {
			if !slices.Contains(lists[0], name) && !slices.Contains(unused, name) {
				t.Errorf("the manifest lacks the %s %s", what, name)
			}
		}
		for _, name := range lists[0] {
			if !slices.Contains(lists[1], name) {
				t.Errorf("the manifest has the %s %s, which the bot was not tested with", what, name)
			}
		}
	}
}

// shipped is the manifest that MuleBot comes with.
func shipped(t *testing.T) *appManifest {
	t.Helper()
	content, err := os.ReadFile("../slack-manifest.yml")
	if err != nil {
		t.Fatal(err)
	}
	m := &appManifest{}
	if err := yaml.Unmarshal(content, m); err != nil {
		t.Fatal(err)
	}
	return m
}

// An app made from the manifest has no flaw, and one that lacks any of it has one, which is named with its place.
func TestFlaws(t *testing.T) {
	whole := shipped(t)
	if flaws := whole.flaws(); len(flaws) > 0 {
		t.Errorf("%+v", flaws)
	}
	if events := whole.Settings.Events.Bot; len(events) != len(eventNames()) {
		t.Errorf("not every event of %q is compared", events)
	}
	type breach struct {
		breaks     func(m *appManifest)
		what, mend string
	}
	breaches := []breach{
		{func(m *appManifest) { m.Settings.SocketMode = false }, "Socket Mode", "Socket Mode"},
		{func(m *appManifest) { m.Settings.Interactivity.On = false }, "buttons", "Interactivity"},
		{func(m *appManifest) { m.Settings.Rotation = true }, "expire", "another app"},
		{func(m *appManifest) { m.Settings.Org = true }, "organisation", "Org Level"},
		{func(m *appManifest) { m.Features.Commands = nil }, "/mulebot", "Create New Command"},
		{func(m *appManifest) { m.Features.Commands[0].Command = "/other" }, "/mulebot", "Create New Command"},
		{func(m *appManifest) { m.Features.Commands[0].Escapes = false }, "@somebody", "Escape channels"},
		{func(m *appManifest) { m.Features.Home.Home = false }, "home tab", "App Home"},
		{func(m *appManifest) { m.Features.Home.Messages = false }, "direct messages", "App Home"},
		{func(m *appManifest) { m.Features.Home.ReadOnly = true }, "direct messages", "App Home"},
	}
	for i, name := range whole.Settings.Events.Bot {
		breaches = append(breaches, breach{func(m *appManifest) { m.Settings.Events.Bot = slices.Delete(m.Settings.Events.Bot, i, i+1) }, "subscribed to " + name, "Event Subscriptions"})
	}
	for i, name := range whole.OAuth.Scopes.Bot {
		breaches = append(breaches, breach{func(m *appManifest) { m.OAuth.Scopes.Bot = slices.Delete(m.OAuth.Scopes.Bot, i, i+1) }, "scopes " + name, "OAuth & Permissions"})
	}
	for _, b := range breaches {
		m := shipped(t)
		b.breaks(m)
		flaws := m.flaws()
		if len(flaws) != 1 || !strings.Contains(flaws[0].What, b.what) || !strings.Contains(flaws[0].Mend, b.mend) || flaws[0].Mild != m.Settings.Org {
			t.Errorf("%s: %+v", b.what, flaws)
		}
	}
	m := shipped(t)
	m.OAuth.Scopes.Optional, m.OAuth.Scopes.Bot = m.OAuth.Scopes.Bot, nil
	if flaws := m.flaws(); len(flaws) > 0 {
		t.Errorf("optional scopes are not counted: %+v", flaws)
	}
}

func TestCheckSettings(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	w := s.workspace(nil)
	app, err := AppID(s.ctx, s.sim.URL(), models.Secret(w.BotToken()), w.BotID())
	if err != nil || app != w.App().ID() {
		t.Errorf("%q, %v", app, err)
	}
	token := w.App().ConfigToken()
	check := func(token, app string) ([]Flaw, error) {
		return CheckSettings(s.ctx, s.sim.URL(), models.Secret(token), app)
	}
	if flaws, err := check(token, app); err != nil || len(flaws) > 0 {
		t.Errorf("%+v, %v", flaws, err)
	}
	w.App().Subscribe("message.im", false)
	w.App().Subscribe("group_archive", false)
	if flaws, err := check(token, app); err != nil || len(flaws) != 1 || flaws[0].What != "it is not subscribed to message.im, group_archive" {
		t.Errorf("%+v, %v", flaws, err)
	}
	expired := w.App().ConfigToken()
	w.App().ExpireToken(expired)
	for _, c := range []struct {
		token, app, hint string
		kind             models.ErrorKind
	}{
		{"xoxe.xoxp-1-wrong", app, "xoxe.xoxp-", models.Forbidden}, {expired, app, "twelve hours", models.Forbidden},
		{w.BotToken(), app, "App Configuration Tokens", models.Forbidden}, {token, "A404", "may change the app", models.NotFound},
	} {
		_, err := check(c.token, c.app)
		if models.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.hint) || strings.Contains(err.Error(), c.token) {
			t.Errorf("%s: %v", c.app, err)
		}
	}
	s.sim.Close()
	if _, err := check(token, app); models.KindOf(err) != models.Unavailable {
		t.Errorf("no Slack: %v", err)
	}
}
