package bot

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/mulebot/mulebot/models"
)

// appManifest is an app's manifest as far as MuleBot needs something of it (https://docs.slack.dev/reference/app-manifest).
type appManifest struct {
	Features struct {
		Home struct {
			Home     bool `json:"home_tab_enabled"`
			Messages bool `json:"messages_tab_enabled"`
			ReadOnly bool `json:"messages_tab_read_only_enabled"`
		} `json:"app_home"`
		Commands []struct {
			Command string `json:"command"`
			Escapes bool   `json:"should_escape"`
		} `json:"slash_commands"`
	} `json:"features"`
	OAuth struct {
		Scopes struct {
			Bot      []string `json:"bot"`
			Optional []string `json:"bot_optional"`
		} `json:"scopes"`
	} `json:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `json:"bot_events"`
		} `json:"event_subscriptions"`
		Interactivity struct {
			On bool `json:"is_enabled"`
		} `json:"interactivity"`
		SocketMode bool `json:"socket_mode_enabled"`
		Org        bool `json:"org_deploy_enabled"`
		Rotation   bool `json:"token_rotation_enabled"`
	} `json:"settings"`
}

// Flaw is where an app's settings are not those of slack-manifest.yml.
type Flaw struct {
	What string
	Mend string // where in the app's settings, and how
	Mild bool   // all works nevertheless
}

// flaws compares an app's manifest with what MuleBot needs, one flaw for each page of the settings.
func (m *appManifest) flaws() (flaws []Flaw) {
	if missing := lacking(m.Settings.Events.Bot, eventNames()); len(missing) > 0 {
		flaws = append(flaws, Flaw{What: "it is not subscribed to " + strings.Join(missing, ", "), Mend: pageEvents + ", and install the app again if Slack asks for it"})
	}
	var scopes []string
	for _, s := range Scopes() {
		scopes = append(scopes, s.Name)
	}
	if missing := lacking(slices.Concat(m.OAuth.Scopes.Bot, m.OAuth.Scopes.Optional), scopes); len(missing) > 0 {
		flaws = append(flaws, Flaw{What: "it does not ask for the scopes " + strings.Join(missing, ", "), Mend: "OAuth & Permissions → Bot Token Scopes, and install the app again"})
	}
	if !m.Settings.SocketMode {
		flaws = append(flaws, Flaw{What: "Socket Mode is off", Mend: "Socket Mode → Enable Socket Mode"})
	}
	if !m.Settings.Interactivity.On {
		flaws = append(flaws, Flaw{What: "interactivity is off: buttons and forms do nothing", Mend: pageInteract + " → Interactivity"})
	}
	return append(append(flaws, m.commandFlaws()...), m.otherFlaws()...)
}

func (m *appManifest) commandFlaws() []Flaw {
	for _, c := range m.Features.Commands {
		switch {
		case c.Command != slashCommand:
		case !c.Escapes:
			return []Flaw{{What: slashCommand + " does not say who is meant by @somebody", Mend: pageCommands + " → " + slashCommand + " → Escape channels, users, and links sent to your app"}}
		default:
			return nil
		}
	}
	return []Flaw{{What: "it has no slash command " + slashCommand, Mend: pageCommands + " → Create New Command, with Escape channels, users, and links ticked"}}
}

func (m *appManifest) otherFlaws() (flaws []Flaw) {
	home := m.Features.Home
	if !home.Home {
		flaws = append(flaws, Flaw{What: "its home tab is off", Mend: "App Home → Show Tabs → Home Tab"})
	}
	if !home.Messages || home.ReadOnly {
		flaws = append(flaws, Flaw{What: "people cannot write it direct messages", Mend: "App Home → Show Tabs → Messages Tab, and allow messages from it"})
	}
	if m.Settings.Rotation {
		flaws = append(flaws, Flaw{What: "its tokens expire (token rotation), and that cannot be switched off again", Mend: "Create New App → From a manifest, with slack-manifest.yml: another app"})
	}
	if m.Settings.Org {
		flaws = append(flaws, Flaw{What: "it may be installed for a whole organisation; MuleBot serves workspaces that it was installed in one by one", Mend: "Org Level Apps", Mild: true})
	}
	return flaws
}

// eventNames returns the bot events among Sources.
func eventNames() (names []string) {
	for _, s := range Sources() {
		if s.Page == pageEvents {
			names = append(names, s.Name)
		}
	}
	return names
}

// lacking returns those of what is wanted that are not there.
func lacking(there, wanted []string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), func(name string) bool { return slices.Contains(there, name) })
}

// AppID asks Slack which app a bot token is of. It fails like [Inspect].
func AppID(ctx context.Context, base string, token models.Secret, bot string) (string, error) {
	client := newHTTPClient(1)
	defer client.CloseIdleConnections()
	b, err := newAPI(apiURL(base), token, client).GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: bot})
	if err != nil {
		return "", unlisted("which app this is", "users:read", err)
	}
	return b.AppID, nil
}

// CheckSettings compares the settings of an app with those of slack-manifest.yml. Slack shows them to whoever has an app configuration
// token (xoxe.xoxp-…) of somebody who may change the app. It fails with a *models.Error: Forbidden if Slack refuses the token,
// NotFound if the token is not of somebody who may, Unavailable if Slack does not answer.
func CheckSettings(ctx context.Context, base string, token models.Secret, app string) ([]Flaw, error) {
	client := newHTTPClient(1)
	defer client.CloseIdleConnections()
	raw, err := newAPI(apiURL(base), "", client).ExportManifestRawContext(ctx, token.Reveal(), app)
	if err != nil {
		return nil, unexported(base, app, err)
	}
	var m appManifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, &models.Error{Kind: models.Internal, Message: "Slack's manifest of app " + app + " cannot be read", Hint: "compare it with slack-manifest.yml in the app's settings, App Manifest", Err: err}
	}
	return m.flaws(), nil
}

// unexported words why Slack did not show an app's manifest.
func unexported(base, app string, err error) error {
	o := judge(err)
	switch {
	case o.verdict != refused:
		return unanswered(base, err)
	case slices.Contains([]string{"invalid_app_id", "app_not_found", "app_not_eligible", "app_not_owned_by_manager_app", "no_permission"}, o.code):
		return &models.Error{Kind: models.NotFound, Message: "by the app configuration token, Slack does not show app " + app + " (" + o.code + ")",
			Hint: "it has to be of somebody who may change the app, and of the workspace that the app was made in", Err: scrub(err)}
	}
	return &models.Error{Kind: models.Forbidden, Message: "Slack refuses the app configuration token (" + o.code + ")",
		Hint: "generate one at https://api.slack.com/apps under Your App Configuration Tokens: the access token (xoxe.xoxp-…), good for twelve hours", Err: scrub(err)}
}
