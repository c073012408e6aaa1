package slacksim

import (
	"cmp"
	"slices"
	"sync"
)

// Workspace is a workspace with the app installed. Its ids are strings, as they are on the wire.
type Workspace struct {
	sim      *Sim
	app      *App
	id, name string
	bot      string // user id of the bot
	botID    string // B…
	limits   limiter

	mu          sync.Mutex // guards what follows
	token       string     // of the installation
	scopes      []string
	users       map[string]*user
	userIDs     map[string]string // by name
	channels    map[string]*channel
	names       map[string]string // ids of channels by name
	direct      map[string]string // ids of DMs by user
	views       map[string][]View // by user
	homes       map[string]View   // by user
	publishings int               // of homes
	groups      map[string]*group // user groups by id
	triggers    map[string]*Interaction
	changed     chan struct{} // closed at the next change; nil: nobody waits
}

type user struct {
	id, name string
	bot      bool
	admin    bool
	zone     string // the time zone that they have chosen; empty: Etc/UTC
	home     string // the workspace of a stranger; empty: this one
}

// channel is a conversation: a channel, or a DM with the bot.
type channel struct {
	id, name string
	private  bool
	im       string // the person at the other end of a DM; empty: not a DM
	archived bool
	members  map[string]bool
	messages []*Message          // oldest first
	byTS     map[string]*Message // those that are not deleted
	asked    map[string]*inquiry // by thread
}

// AddWorkspace creates a workspace and installs the app in it.
func (s *Sim) AddWorkspace(app *App, o TeamOptions) *Workspace {
	if o.ID == "" {
		o.ID = s.id("T")
	}
	if o.Name == "" {
		o.Name = o.ID
	}
	if o.Scopes == nil {
		o.Scopes = DefaultScopes()
	}
	w := &Workspace{
		sim: s, app: app, id: o.ID, name: o.Name, bot: s.id("U"), botID: s.id("B"), scopes: o.Scopes,
		token: s.botToken(),
		users: map[string]*user{}, userIDs: map[string]string{}, channels: map[string]*channel{},
		names: map[string]string{}, direct: map[string]string{}, views: map[string][]View{}, homes: map[string]View{},
		groups: map[string]*group{}, triggers: map[string]*Interaction{},
	}
	w.users[w.bot] = &user{id: w.bot, name: app.name, bot: true}
	w.userIDs[app.name] = w.bot
	for _, u := range o.Users {
		w.AddUser(u)
	}
	for _, c := range o.Channels {
		w.AddChannel(c, ChannelOptions{})
	}
	app.mu.Lock()
	app.workspaces = append(app.workspaces, w)
	app.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[w.token] = &credential{app: app, workspace: w}
	return w
}

// ID returns the team id, T….
func (w *Workspace) ID() string { return w.id }

// Name returns the workspace's name.
func (w *Workspace) Name() string { return w.name }

// App returns the app that is installed.
func (w *Workspace) App() *App { return w.app }

// BotToken returns the token of the installation, xoxb-….
func (w *Workspace) BotToken() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.token
}

// BotUser returns the id of the bot's user, U…; BotID that of the bot, B….
func (w *Workspace) BotUser() string { return w.bot }

// BotID returns the id of the bot, B…, which its messages carry as bot_id.
func (w *Workspace) BotID() string { return w.botID }

// Revoke makes the bot token fail with token_revoked, and sends tokens_revoked; events still come.
func (w *Workspace) Revoke() {
	w.sim.revoke(w.BotToken(), "token_revoked")
	w.sendRevoked()
}

// Uninstall removes the app from the workspace: the bot token fails with account_inactive. It sends app_uninstalled and
// tokens_revoked, which come in any order (https://docs.slack.dev/reference/events/app_uninstalled).
func (w *Workspace) Uninstall() {
	w.sim.revoke(w.BotToken(), "account_inactive")
	w.send("app_uninstalled", object{"type": "app_uninstalled"})
	w.sendRevoked()
}

// sendRevoked sends the event that the bot token was revoked. It names the bot's user and not the token
// (https://docs.slack.dev/reference/events/tokens_revoked).
func (w *Workspace) sendRevoked() {
	w.send("tokens_revoked", object{"type": "tokens_revoked", "tokens": object{"oauth": []string{}, "bot": []string{w.bot}}})
}

// Restore undoes [Workspace.Revoke] and [Workspace.Uninstall].
func (w *Workspace) Restore() { w.sim.revoke(w.BotToken(), "") }

// Reinstall installs the app anew: there is another bot token, and the one from before stays as it is.
func (w *Workspace) Reinstall() {
	token := w.sim.botToken()
	w.mu.Lock()
	w.token = token
	w.mu.Unlock()
	w.sim.mu.Lock()
	defer w.sim.mu.Unlock()
	w.sim.tokens[token] = &credential{app: w.app, workspace: w}
}

// SetScopes replaces the scopes of the bot token.
func (w *Workspace) SetScopes(scopes ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.scopes = slices.Clone(scopes)
}

func (w *Workspace) scopeList() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.scopes
}

func (w *Workspace) scope(s string) bool { return slices.Contains(w.scopeList(), s) }

// AddUser adds a person and returns the id, U….
func (w *Workspace) AddUser(name string) string {
	id := w.sim.id("U")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users[id] = &user{id: id, name: name}
	w.userIDs[name] = id
	return id
}

// User returns the id of the person with that name, and adds the person if there is none.
func (w *Workspace) User(name string) string {
	w.mu.Lock()
	id, ok := w.userIDs[name]
	w.mu.Unlock()
	if !ok {
		id = w.AddUser(name)
	}
	return id
}

// AddStranger adds a person of another workspace, as channels have that are shared with one, and returns the id, U….
func (w *Workspace) AddStranger(name, team string) string {
	id := w.AddUser(name)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users[id].home = team
	return id
}

// SetAdmin makes a person an admin of their workspace, or no longer one.
func (w *Workspace) SetAdmin(userID string, admin bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users[userID].admin = admin
}

// SetZone changes the time zone of a person: a name of the IANA time zone database.
func (w *Workspace) SetZone(userID, zone string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users[userID].zone = zone
}

// AddChannel adds a channel and returns the id, C….
func (w *Workspace) AddChannel(name string, o ChannelOptions) string {
	c := &channel{id: w.sim.id("C"), name: name, private: o.Private, members: map[string]bool{}}
	w.mu.Lock()
	defer w.mu.Unlock()
	if o.Members == nil {
		for id := range w.users {
			c.members[id] = true
		}
	}
	for _, id := range o.Members {
		c.members[id] = true
	}
	if o.NoBot {
		delete(c.members, w.bot)
	} else {
		c.members[w.bot] = true
	}
	w.channels[c.id] = c
	w.names[name] = c.id
	return c.id
}

// Channel returns the id of the channel with that name, and adds the channel if there is none.
func (w *Workspace) Channel(name string) string {
	w.mu.Lock()
	id, ok := w.names[name]
	w.mu.Unlock()
	if !ok {
		id = w.AddChannel(name, ChannelOptions{})
	}
	return id
}

// DM returns the id, D…, of the conversation of a person and the bot.
func (w *Workspace) DM(userID string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id, ok := w.direct[userID]; ok {
		return id
	}
	c := &channel{id: w.sim.id("D"), im: userID, members: map[string]bool{userID: true, w.bot: true}}
	w.channels[c.id] = c
	w.direct[userID] = c.id
	return c.id
}

// Archive archives a channel, and sends channel_archive (https://docs.slack.dev/reference/events/channel_archive), or, of a
// private one that the bot is a member of, group_archive.
func (w *Workspace) Archive(channelID string) {
	w.mu.Lock()
	c := w.channels[channelID]
	c.archived = true
	w.mu.Unlock()
	w.sendGone(c, "channel_archive", "group_archive")
}

// DeleteChannel deletes a channel with its messages, and sends channel_deleted
// (https://docs.slack.dev/reference/events/channel_deleted) or group_deleted.
func (w *Workspace) DeleteChannel(channelID string) {
	w.mu.Lock()
	c := w.channels[channelID]
	delete(w.channels, channelID)
	delete(w.names, c.name)
	w.mu.Unlock()
	w.sendGone(c, "channel_deleted", "group_deleted")
}

// sendGone sends the event of a channel that is gone: of a public one under one name, to apps with the scope channels:read; of a
// private one under another, to its members.
func (w *Workspace) sendGone(c *channel, public, private string) {
	w.mu.Lock()
	member := c.members[w.bot]
	w.mu.Unlock()
	ts, _ := w.sim.ts()
	event := object{"channel": c.id, "event_ts": ts}
	switch {
	case !c.private && w.scope("channels:read"):
		event["type"] = public
		w.send(public, event)
	case c.private && member && w.scope("groups:read"):
		event["type"] = private
		w.send(private, event)
	}
}

// Rename gives a channel another name. Its id stays.
func (w *Workspace) Rename(channelID, name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.channels[channelID]
	delete(w.names, c.name)
	c.name = name
	w.names[name] = channelID
}

// group is a user group.
type group struct {
	id, handle string
	members    []string
}

// AddGroup adds a user group and returns the id, S….
func (w *Workspace) AddGroup(handle string, members ...string) string {
	g := &group{id: w.sim.id("S"), handle: handle, members: members}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.groups[g.id] = g
	return g.id
}

// shared reports whether somebody of another workspace is in the channel. The caller holds w.mu.
func (w *Workspace) shared(c *channel) bool {
	for id := range c.members {
		if u := w.users[id]; u != nil && u.home != "" {
			return true
		}
	}
	return false
}

// home returns the id of the workspace that a person is of. The caller holds w.mu.
func (w *Workspace) home(userID string) string { return cmp.Or(w.users[userID].home, w.id) }

// Join makes a user, perhaps the bot, a member of a channel.
func (w *Workspace) Join(channelID, userID string) { w.member(channelID, userID, true) }

// Leave ends a membership.
func (w *Workspace) Leave(channelID, userID string) { w.member(channelID, userID, false) }

func (w *Workspace) member(channelID, userID string, in bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if in {
		w.channels[channelID].members[userID] = true
	} else {
		delete(w.channels[channelID].members, userID)
	}
}

// kind is the channel's kind, as in the event that messages in it make ("message.channels").
func (c *channel) kind() string {
	switch {
	case c.im != "":
		return "im"
	case c.private:
		return "groups"
	}
	return "channels"
}

// channelType is the channel_type of a message event.
func (c *channel) channelType() string {
	switch {
	case c.im != "":
		return "im"
	case c.private:
		return "group"
	}
	return "channel"
}
