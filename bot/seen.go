package bot

import (
	"maps"
	"sync"
	"time"

	"github.com/mulebot/mulebot/models"
)

// Source is something that Slack sends to an app whose settings say so, and to no other.
type Source struct {
	Name string // as slack-manifest.yml has it: a bot event, a slash command, or "interactivity"
	When string // what somebody has done when it comes
	Page string // of the app's settings
}

// The pages of an app's settings at https://api.slack.com/apps.
const (
	pageEvents    = "Event Subscriptions → Subscribe to bot events"
	pageCommands  = "Slash Commands"
	pageInteract  = "Interactivity & Shortcuts"
	interactivity = "interactivity"
	slashCommand  = "/mulebot"
)

// Sources returns what MuleBot needs to be sent, those first that people notice first.
func Sources() []Source {
	return []Source{
		{"app_mention", "mentioned MuleBot in a channel that it is in", pageEvents},
		{"message.im", "written MuleBot a direct message", pageEvents},
		{"message.channels", "said something in a public channel that MuleBot is in", pageEvents},
		{"message.groups", "said something in a private channel that MuleBot is in", pageEvents},
		{"message.mpim", "said something in a direct message of several that MuleBot is in", pageEvents},
		{slashCommand, "typed " + slashCommand, pageCommands},
		{interactivity, "pressed a button or filled in a form", pageInteract},
		{homeOpened, "opened MuleBot's home tab", pageEvents},
		{"channel_archive", "archived a public channel", pageEvents},
		{"channel_deleted", "deleted a public channel", pageEvents},
		{"group_archive", "archived a private channel that MuleBot was in", pageEvents},
		{"group_deleted", "deleted a private channel that MuleBot was in", pageEvents},
		{"app_uninstalled", "removed the app from the workspace", pageEvents},
		{"tokens_revoked", "revoked a token of the app", pageEvents},
	}
}

// sight is that something came for a workspace.
type sight struct {
	team   models.TeamID
	source string // the name of one of Sources
}

// eventSource returns the name of the source of an event; "" if it is none of [Sources].
func eventSource(kind, channelType string) string {
	switch kind {
	case "message":
		switch channelType {
		case "im", "mpim":
			return "message." + channelType
		case "channel", "group":
			return "message." + channelType + "s"
		}
	case "app_mention", homeOpened, "channel_archive", "channel_deleted", "group_archive", "group_deleted", "app_uninstalled", "tokens_revoked":
		return kind
	}
	return ""
}

// messageSource returns the name of the source of a message that is no event.
func messageSource(kind models.MessageKind) string {
	switch kind {
	case models.Command:
		return slashCommand
	case models.Press, models.Submitted:
		return interactivity
	}
	return ""
}

// sightings is when what last came for a workspace. It is safe for concurrent use.
type sightings struct {
	since time.Time

	mu   sync.Mutex
	last map[string]time.Time // by the name of the source
}

func newSightings(since time.Time) *sightings {
	return &sightings{since: since, last: map[string]time.Time{}}
}

func (s *sightings) note(source string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[source] = at
}

// Sightings is what came from Slack for a workspace while this process served it.
type Sightings struct {
	Since time.Time            // when it began to
	Last  map[string]time.Time // when each of [Sources] last came, by name; of those that never came nothing
}

// Seen returns what came for a workspace. It reports false if the workspace is not served.
func (b *Bot) Seen(team models.TeamID) (Sightings, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.workspaces {
		if w.team == team {
			w.seen.mu.Lock()
			defer w.seen.mu.Unlock()
			return Sightings{Since: w.seen.since, Last: maps.Clone(w.seen.last)}, true
		}
	}
	return Sightings{}, false
}

// saw notes what came, whether or not it is of the bot's business: the echo of an answer shows as well as a question that the app is
// subscribed to it.
func (c *connection) saw(s sight) {
	if w := c.workspace(s.team); w != nil && s.source != "" {
		w.seen.note(s.source, c.opts.Now())
	}
}
