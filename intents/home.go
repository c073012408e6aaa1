package intents

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

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
		g := glance(name, t.inventories[i], t.failures[i])
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

// glance says how a cluster is, of which either an inventory or an error is there.
func glance(name string, inv *models.Inventory, err error) models.Glance {
	if inv == nil {
		g := models.Glance{Cluster: name, Health: models.Unknown, Text: "not heard of yet", Silent: true}
		if e, ok := errors.AsType[*models.Error](err); ok {
			g.Text += ": " + models.Redact(e.Message)
		}
		return g
	}
	from := newSource(inv)
	g := models.Glance{Cluster: name, Health: models.Healthy, AsOf: inv.AsOf, Silent: inv.Stale != nil}
	var wrong []string
	if sick := unhealthy(from, nil); len(sick) > 0 {
		g.Health = sick[0].health
		wrong = append(wrong, tally(sick))
	}
	if broken := brokenPods(inv.Components); len(broken) > 0 {
		wrong = append(wrong, broken...)
		g.Health = g.Health.Worse(models.Degraded)
	}
	g.Text = strings.Join(wrong, "; ")
	if len(wrong) == 0 {
		g.Text = "healthy: " + sizes(from, nil)
	}
	if g.Silent {
		g.Health = g.Health.Worse(models.Unknown)
		g.Text = "not heard of since " + moment(inv.AsOf) + "; then " + g.Text
	}
	return g
}
