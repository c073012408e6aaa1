package bot

import (
	"context"
	"encoding/json"
	"time"

	"github.com/slack-go/slack/socketmode"

	"github.com/mulebot/mulebot/models"
)

// Keeper is told when something is gone that MuleBot keeps records of. Slack is told in turn that its event has arrived once these
// return without an error, and else sends it again: they do no harm when they are called twice.
type Keeper interface {
	// ChannelGone is called for a channel that was archived or deleted.
	ChannelGone(ctx context.Context, team models.TeamID, channel models.ChannelID) error
	// AppGone is called for a workspace that the app was removed from, or whose bot token was revoked, by Slack's clock at a time.
	AppGone(ctx context.Context, team models.TeamID, at time.Time) error
}

// notice is an event that says that something is gone: a channel, or, with none, the app.
type notice struct {
	team    models.TeamID
	channel models.ChannelID
	at      time.Time // zero: Slack does not say
}

// decodeNotice turns an envelope into a notice. It reports false for every other envelope.
func decodeNotice(r *socketmode.Request) (n notice, ok bool) {
	var c struct {
		addressee
		Type  string `json:"type"`
		Time  int64  `json:"event_time"`
		Event struct {
			Type    string          `json:"type"`
			Channel json.RawMessage `json:"channel"`
			Tokens  struct {
				Bot []string `json:"bot"`
			} `json:"tokens"`
		} `json:"event"`
	}
	if r.Type != socketmode.RequestTypeEventsAPI || json.Unmarshal(r.Payload, &c) != nil || c.Type != "event_callback" || c.team() == "" {
		return n, false
	}
	n.team = c.team()
	if c.Time > 0 {
		n.at = time.Unix(c.Time, 0)
	}
	switch c.Event.Type {
	case "channel_archive", "channel_deleted", "group_archive", "group_deleted":
		return n, json.Unmarshal(c.Event.Channel, &n.channel) == nil && n.channel != ""
	case "app_uninstalled":
		return n, true
	case "tokens_revoked": // it lists the users whose tokens were; those of people are not ours
		return n, len(c.Event.Tokens.Bot) > 0
	}
	return n, false
}

// heed tells the keeper of a notice. It reports whether to acknowledge the event.
func (c *connection) heed(ctx context.Context, n notice) bool {
	if c.opts.Keeper == nil {
		return true
	}
	var err error
	if n.channel != "" {
		err = c.opts.Keeper.ChannelGone(ctx, n.team, n.channel)
	} else {
		err = c.opts.Keeper.AppGone(ctx, n.team, n.at)
	}
	if err != nil {
		c.log.Error().Err(err).Str("team", string(n.team)).Str("channel", string(n.channel)).Msg("what is gone could not be cleared away")
	}
	return err == nil
}
