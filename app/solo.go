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

// solo is the workspace that the environment alone describes: SLACK_APP_TOKEN, SLACK_BOT_TOKEN and a kubeconfig, whose
// current cluster every channel may ask about. Nothing of it but its conversations is stored.
type solo struct {
	workspace models.Workspace
	cluster   models.Cluster
	unread    error // why the kubeconfig gave no cluster; nil: it gave one, or there is none
}

func newSolo(e environment) *solo {
	if e.AppToken == "" || e.BotToken == "" {
		return nil
	}
	s := &solo{workspace: models.Workspace{AppToken: e.AppToken, BotToken: e.BotToken}}
	if e.Kubeconfig != "" {
		s.cluster, s.unread = kube.Kubeconfig(e.Kubeconfig, "")
	}
	return s
}

// soloOf is newSolo with what the configuration adds.
func soloOf(c Config) *solo {
	s := newSolo(c.environment)
	if s != nil {
		s.cluster.Prometheus = c.Kube.Prometheus
	}
	return s
}

// identify asks Slack which workspace the bot token belongs to, again and again while Slack does not answer.
func (s *solo) identify(ctx context.Context, apiURL string, log zerolog.Logger) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		team, name, err := bot.Identify(ctx, apiURL, s.workspace.BotToken)
		if err == nil {
			s.workspace.Team, s.workspace.Name = team, name
			s.cluster.Ref.Team = team
			return nil
		}
		if models.KindOf(err) != models.Unavailable {
			return err
		}
		log.Warn().Err(err).Dur("again_in", wait).Msg("Slack does not answer")
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// overlay is the store with the solo workspace over it.
type overlay struct {
	*store.Store
	solo *solo
}

// Card returns the store's card, or, for a channel of the solo workspace that has none, one for its cluster.
func (o overlay) Card(ctx context.Context, team models.TeamID, channel models.ChannelID) (models.Card, error) {
	card, err := o.Store.Card(ctx, team, channel)
	if o.solo != nil && team == o.solo.workspace.Team && o.solo.cluster.Ref.Name != "" && models.KindOf(err) == models.NotFound {
		return models.Card{Team: team, Channel: models.AnyChannel, Clusters: []string{o.solo.cluster.Ref.Name}}, nil
	}
	return card, err
}

// Cluster returns the store's cluster, or the solo workspace's.
func (o overlay) Cluster(ctx context.Context, ref models.ClusterRef) (models.Cluster, error) {
	if o.solo != nil && ref.Team == o.solo.cluster.Ref.Team && ref.Name == o.solo.cluster.Ref.Name {
		return o.solo.cluster, nil
	}
	return o.Store.Cluster(ctx, ref)
}
