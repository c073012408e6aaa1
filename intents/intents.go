package intents

import (
	"context"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// Inventory gives what is known of clusters. It is met by *kube.Clusters.
type Inventory interface {
	// Inventory returns the newest inventory of a cluster, with Stale set when the cluster does not answer but was known
	// before. It fails with a *models.Error when there is nothing to show: no such cluster, or it never answered.
	Inventory(ctx context.Context, ref models.ClusterRef) (*models.Inventory, error)
}

// Tenants gives the cards and the dialogues of tenants. It is met by *store.Store.
type Tenants interface {
	// Card returns the card of the channel, else the workspace's card for [models.AnyChannel], else a NotFound error.
	Card(ctx context.Context, team models.TeamID, channel models.ChannelID) (models.Card, error)
	// Dialogue returns what is remembered of a conversation; a zero Dialogue if nothing is.
	Dialogue(ctx context.Context, c models.Conversation) (models.Dialogue, error)
}

// Request is a question that was understood, on its way to a handler.
type Request struct {
	Message     models.Message
	Parse       nlp.Parse
	Card        models.Card
	Query       *models.Query
	Dialogue    models.Dialogue
	Inventories []*models.Inventory // of the clusters asked about, in the card's order; those that failed are absent
	Failed      []error             // one *models.Error for each cluster that gave nothing
}

// Handler answers a request. It is a pure function of it.
type Handler func(ctx context.Context, req Request) (models.Reply, error)
