package slacksim

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// ConfigToken returns a new app configuration token, xoxe.xoxp-…, of somebody who may change this app and no other
// (https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests/#config-tokens).
func (a *App) ConfigToken() string {
	token := fmt.Sprintf("xoxe.xoxp-1-%s", a.sim.secret())
	a.sim.mu.Lock()
	defer a.sim.mu.Unlock()
	a.sim.tokens[token] = &credential{app: a, config: true}
	return token
}

// ExpireToken makes a token fail with token_expired, as a configuration token does after twelve hours.
func (a *App) ExpireToken(token string) { a.sim.revoke(token, "token_expired") }

// Subscribe adds a bot event to those that the app is sent, or takes it away.
func (a *App) Subscribe(event string, on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events[event] = on
}

// hears reports whether the app subscribes to a bot event.
func (a *App) hears(event string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.events[event]
}

// appID is what the id of an app looks like.
var appID = regexp.MustCompile(`^A[A-Z0-9]+$`)

// exportManifest returns an app as it is configured (https://docs.slack.dev/reference/methods/apps.manifest.export). Settings that are
// off or empty are left out or not, as Slack has them.
func exportManifest(c *call) (object, error) {
	if err := c.args.required("app_id"); err != nil {
		return nil, err
	}
	switch id := c.args.str("app_id"); {
	case !appID.MatchString(id):
		return nil, failure("invalid_app_id")
	case id != c.app.id: // not there, or not theirs
		return nil, failure("app_not_found")
	}
	return object{"manifest": c.app.manifest()}, nil
}

// manifest is the app's manifest (https://docs.slack.dev/reference/app-manifest).
func (a *App) manifest() object {
	a.mu.Lock()
	defer a.mu.Unlock()
	settings := object{"interactivity": object{"is_enabled": true}, "org_deploy_enabled": false, "socket_mode_enabled": a.socketMode, "token_rotation_enabled": false}
	events := slices.DeleteFunc(slices.Sorted(maps.Keys(a.events)), func(e string) bool { return !a.events[e] })
	if len(events) > 0 {
		settings["event_subscriptions"] = object{"bot_events": events}
	}
	return object{
		"_metadata":           object{"major_version": 1, "minor_version": 1},
		"display_information": object{"name": a.name},
		"features": object{
			"app_home":       object{"home_tab_enabled": !a.homeless, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
			"bot_user":       object{"display_name": a.name, "always_online": true},
			"slash_commands": []object{{"command": "/mulebot", "description": "Ask", "should_escape": true}},
		},
		"oauth_config": object{"redirect_urls": a.redirects, "scopes": object{"bot": DefaultScopes()}},
		"settings":     settings,
	}
}
