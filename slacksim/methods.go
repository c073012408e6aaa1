package slacksim

import (
	"cmp"
	"maps"
	"slices"
)

// methods returns the methods of the Web API that are simulated. Tiers and scopes are those of
// https://docs.slack.dev/reference/methods.
func methods() map[string]method {
	read := []string{"channels:read", "groups:read", "im:read", "mpim:read"}
	history := []string{"channels:history", "groups:history", "im:history", "mpim:history"}
	write := []string{"chat:write"}
	return map[string]method{
		"api.test":              {run: func(*call) (object, error) { return nil, nil }, json: true},
		"apps.connections.open": {run: openConnection, tier: 3, json: true, xapp: true},
		"apps.manifest.export":  {run: exportManifest, tier: 3, json: true, config: true},
		"auth.test":             {run: authTest, json: true},
		"bots.info":             {run: botsInfo, scopes: []string{"users:read"}, tier: 3},
		"team.info":             {run: teamInfo, scopes: []string{"team:read"}, tier: 3},

		"oauth.v2.access": {run: oauthAccess, json: true, client: true},

		"chat.postMessage":   {run: postMessage, scopes: write, json: true},
		"chat.postEphemeral": {run: postEphemeral, scopes: write, tier: 4, json: true},
		"chat.update":        {run: updateMessage, scopes: write, tier: 3, json: true},
		"chat.delete":        {run: deleteMessage, scopes: write, tier: 3, json: true},
		"reactions.add":      {run: addReaction, scopes: []string{"reactions:write"}, tier: 3, json: true},

		"conversations.history": {run: conversationsHistory, scopes: history, tier: 3, json: true},
		"conversations.info":    {run: conversationsInfo, scopes: read, tier: 3},
		"conversations.list":    {run: conversationsList, scopes: read, tier: 2},
		"conversations.members": {run: conversationsMembers, scopes: read, tier: 4},
		"conversations.open":    {run: conversationsOpen, scopes: []string{"im:write", "mpim:write"}, tier: 3, json: true},
		"conversations.replies": {run: conversationsReplies, scopes: history, tier: 3},
		"usergroups.list":       {run: usergroupsList, scopes: []string{"usergroups:read"}, tier: 2},
		"usergroups.users.list": {run: usergroupsUsersList, scopes: []string{"usergroups:read"}, tier: 2},
		"users.conversations":   {run: usersConversations, scopes: read, tier: 3},
		"users.list":            {run: usersList, scopes: []string{"users:read"}, tier: 2},
		"users.info":            {run: usersInfo, scopes: []string{"users:read"}, tier: 4},

		"files.getUploadURLExternal":   {run: getUploadURL, scopes: []string{"files:write"}, tier: 4},
		"files.completeUploadExternal": {run: completeUpload, scopes: []string{"files:write"}, tier: 4, json: true},

		"views.open":    {run: viewsOpen, tier: 4, json: true},
		"views.publish": {run: viewsPublish, tier: 4, json: true},
	}
}

func authTest(c *call) (object, error) {
	return object{
		"url": "https://" + c.ws.name + ".slack.com/", "team": c.ws.name, "user": c.app.name, "team_id": c.ws.id,
		"user_id": c.ws.bot, "bot_id": c.ws.botID, "is_enterprise_install": false,
	}, nil
}

func botsInfo(c *call) (object, error) {
	if id := c.args.str("bot"); id != "" && id != c.ws.botID {
		return nil, failure("bot_not_found")
	}
	return object{"bot": object{
		"id": c.ws.botID, "deleted": false, "name": c.app.name, "app_id": c.app.id, "user_id": c.ws.bot,
	}}, nil
}

func teamInfo(c *call) (object, error) {
	if id := c.args.str("team"); id != "" && id != c.ws.id {
		return nil, failure("team_not_found")
	}
	return object{"team": object{"id": c.ws.id, "name": c.ws.name, "domain": c.ws.name}}, nil
}

// usergroupsList returns the user groups (https://docs.slack.dev/reference/methods/usergroups.list).
func usergroupsList(c *call) (object, error) {
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	all := []object{}
	for _, id := range slices.Sorted(maps.Keys(c.ws.groups)) {
		g := c.ws.groups[id]
		all = append(all, object{"id": id, "team_id": c.ws.id, "is_usergroup": true, "name": g.handle, "handle": g.handle,
			"description": "", "is_external": false, "date_delete": 0})
	}
	return object{"usergroups": all}, nil
}

// usergroupsUsersList returns the members of a user group (https://docs.slack.dev/reference/methods/usergroups.users.list).
func usergroupsUsersList(c *call) (object, error) {
	if err := c.args.required("usergroup"); err != nil {
		return nil, err
	}
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	g := c.ws.groups[c.args.str("usergroup")]
	if g == nil {
		return nil, failure("no_such_subteam")
	}
	return object{"users": append([]string{}, g.members...)}, nil
}

func usersInfo(c *call) (object, error) {
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	u := c.ws.users[c.args.str("user")]
	if u == nil {
		return nil, failure("user_not_found")
	}
	return object{"user": c.ws.person(u)}, nil
}

// usersList returns a page of the people and bots (https://docs.slack.dev/reference/methods/users.list).
func usersList(c *call) (object, error) {
	c.ws.mu.Lock()
	defer c.ws.mu.Unlock()
	var all []object
	for _, id := range slices.Sorted(maps.Keys(c.ws.users)) {
		all = append(all, c.ws.person(c.ws.users[id]))
	}
	return page(c, "members", all, 1000)
}

// person describes somebody. An e-mail address takes a scope that the app does not have. The caller holds w.mu.
func (w *Workspace) person(u *user) object {
	team := cmp.Or(u.home, w.id)
	return object{
		"id": u.id, "team_id": team, "is_stranger": u.home != "", "name": u.name, "deleted": false, "real_name": u.name, "is_bot": u.bot,
		"is_admin": u.admin, "is_owner": false, "is_primary_owner": false, "is_restricted": false, "is_ultra_restricted": false,
		"tz": cmp.Or(u.zone, "Etc/UTC"), "tz_offset": 0,
		"profile": object{"real_name": u.name, "display_name": u.name, "team": team},
	}
}
