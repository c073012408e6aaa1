package intents

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// Recents remembers what people have asked. It is met by *store.Store.
type Recents interface {
	// Recent returns at most n different questions that a user asked lately and that were answered, the newest first.
	Recent(ctx context.Context, team models.TeamID, user models.UserID, n int) ([]string, error)
}

// recentAsked is how many recent questions a home has.
const recentAsked = 5

// starters are the examples of help and of homes.
func starters() []string {
	return []string{"is everything ok?", "the 5 fullest volumes", "how much space is left?"}
}

// Home says what somebody sees who opens MuleBot in Slack, for a message that they might send in its direct channel. Clusters
// have until the end of ctx, and no longer than for an answer; what did not come by then makes the home a partial one.
func (r *Router) Home(ctx context.Context, m models.Message) (home models.Home) {
	defer func() {
		if p := recover(); p != nil {
			r.Log.Error().Interface("panic", p).Bytes("stack", debug.Stack()).Str("team", string(m.Team)).Msg("making a home panicked")
			home = models.Home{Trouble: r.failed(m, fmt.Errorf("panic: %v", p)).Err}
		}
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // of clusters that nobody waits for any more
	t := &turn{Router: r, Understanding: r.builtin, message: m, rank: Viewer}
	home.Examples = starters()
	admin, err := t.may(ctx, Admin, models.Scope{Anywhere: true})
	home.Admin = admin && err == nil && t.Registry != nil
	if t.card, err = t.findCard(ctx); err != nil {
		if models.KindOf(err) != models.NotFound {
			home.Trouble = t.failed(m, err).Err
		}
		return home
	}
	t.message.Shared = true // Slack does not say whether it is
	if outside, err := t.isOutside(ctx); outside || err != nil {
		if err == nil {
			err = t.outside().Err
		}
		return models.Home{Trouble: t.failed(m, err).Err}
	}
	t.fetch(ctx, nil, func(time.Duration, bool) bool { return false })
	home.Partial = ctx.Err() != nil && slices.Contains(t.inventories, nil)
	for i, name := range t.card.Clusters {
		g := answer.Glance(name, t.inventories[i], t.failures[i])
		if r, reading := t.unread[i]; reading {
			g.Text = "being read for the first time: " + r.String()
		}
		g.Text = models.Redact(g.Text)
		home.Clusters = append(home.Clusters, g)
	}
	slices.SortStableFunc(home.Clusters, func(a, b models.Glance) int { return b.Health.Severity() - a.Health.Severity() })
	ctx = context.WithoutCancel(ctx) // the clusters' time is over, not that of the store
	if t.Directs != nil {
		if home.Cards, err = t.Directs.DirectCards(ctx, m.Team, m.Channel, m.User); err != nil {
			r.Log.Warn().Err(err).Str("team", string(m.Team)).Msg("the cards of a home are not known")
		}
	}
	if t.Recents != nil {
		if home.Recent, err = t.Recents.Recent(ctx, m.Team, m.User, recentAsked); err != nil {
			r.Log.Warn().Err(err).Str("team", string(m.Team)).Msg("what somebody has asked is not known")
		}
	}
	return home
}
