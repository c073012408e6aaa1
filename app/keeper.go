package app

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// keeper clears away what belongs to channels and workspaces that are gone. It meets [bot.Keeper].
type keeper struct {
	store  *store.Store
	kube   *kube.Clusters
	apiURL string
	gone   func(models.TeamID) // a workspace is to be served no longer
	log    zerolog.Logger
}

// ChannelGone removes the card of a channel, if it has one.
func (k keeper) ChannelGone(ctx context.Context, team models.TeamID, channel models.ChannelID) error {
	err := k.store.DeleteCard(ctx, team, channel)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	k.log.Info().Str("team", string(team)).Str("channel", string(channel)).Msg("a channel is gone, and its card with it")
	k.note(ctx, models.Audit{Team: team, Channel: channel, Intent: "channel gone", Text: "the channel is archived or deleted, and its card removed"})
	return nil
}

// note notes in the audit log of a workspace what has gone. An entry that cannot be written is logged: Slack need not tell again.
func (k keeper) note(ctx context.Context, a models.Audit) {
	a.At, a.Kind, a.Outcome = time.Now(), models.Noticed, models.Answered
	if err := k.store.Record(ctx, a); err != nil {
		k.log.Error().Err(err).Str("team", string(a.Team)).Msg("what has gone could not be noted in the audit log")
	}
}

// AppGone erases the secrets of a workspace, lets go of its clusters and serves it no longer.
func (k keeper) AppGone(ctx context.Context, team models.TeamID, at time.Time) error {
	if back, err := k.back(ctx, team, at); back || err != nil {
		return err
	}
	erased, err := k.store.Depart(ctx, team)
	if err != nil {
		return err
	}
	for _, ref := range erased {
		k.kube.Forget(ref)
	}
	k.gone(team)
	k.note(ctx, models.Audit{Team: team, Intent: "app gone", Text: "the app was removed from the workspace, and its secrets erased"})
	k.log.Warn().Str("team", string(team)).Msg("the app was removed from a workspace: its secrets are erased, the rest is kept for thirty days")
	return nil
}

// allowance is more than Slack's clock and this machine's differ by.
const allowance = 5 * time.Minute

// back reports whether the app was removed before it was added the last time: Slack repeats an event that was not acknowledged,
// such as the second of two that come when an app is removed. Of one that comes that soon, the bot token tells: it is good again.
func (k keeper) back(ctx context.Context, team models.TeamID, at time.Time) (bool, error) {
	w, err := k.store.Workspace(ctx, team)
	switch {
	case models.KindOf(err) == models.NotFound:
		return false, nil
	case err != nil:
		return false, err
	case !w.Until.IsZero() || at.After(w.AddedAt.Add(allowance)):
		return false, nil
	}
	_, _, err = bot.Identify(ctx, k.apiURL, w.BotToken)
	if models.KindOf(err) == models.Forbidden {
		return false, nil
	}
	return err == nil, err
}
