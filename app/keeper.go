package app

import (
	"context"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// keeper clears away what belongs to channels and workspaces that are gone. It meets [bot.Keeper].
type keeper struct {
	store *store.Store
	kube  *kube.Clusters
	log   zerolog.Logger
}

// ChannelGone removes the card of a channel, if it has one.
func (k keeper) ChannelGone(ctx context.Context, team models.TeamID, channel models.ChannelID) error {
	err := k.store.DeleteCard(ctx, team, channel)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err == nil {
		k.log.Info().Str("team", string(team)).Str("channel", string(channel)).Msg("a channel is gone, and its card with it")
	}
	return err
}

// AppGone erases the secrets of a workspace and lets go of its clusters.
func (k keeper) AppGone(ctx context.Context, team models.TeamID) error {
	erased, err := k.store.Depart(ctx, team)
	if err != nil {
		return err
	}
	for _, ref := range erased {
		k.kube.Forget(ref)
	}
	k.log.Warn().Str("team", string(team)).Msg("the app was removed from a workspace: its secrets are erased, the rest is kept for thirty days")
	return nil
}
