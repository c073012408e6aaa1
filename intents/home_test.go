package intents_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// A home has the clusters that are worst off first, says of one that does not answer since when, and waits for none.
func TestHome(t *testing.T) {
	p := prod()
	silent := *p
	silent.Cluster, silent.Stale = "silent", &models.Error{Kind: models.Unavailable, Message: "cluster silent does not answer"}
	hangs := func(ctx context.Context) (*models.Inventory, error) { <-ctx.Done(); return nil, ctx.Err() }
	k := newTalkOver(t, fakeClusters{{Team: "T1", Name: "prod-east"}: always(p), {Team: "T1", Name: "silent"}: always(&silent), {Team: "T1", Name: "hangs"}: hangs},
		models.Card{Team: "T1", Channel: "D1", Clusters: []string{"silent", "hangs", "prod-east"}})
	open := func() models.Home {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		return k.Home(ctx, models.Message{Kind: models.Direct, Team: "T1", Channel: "D1", User: "U1"})
	}
	if home := open(); home.Trouble == nil {
		t.Error("somebody of whom nobody knows where they belong is shown a home")
	}
	k.Members = insiders{}
	home := open()
	if home.Trouble != nil || !home.Partial || len(home.Clusters) != 3 || home.Admin || len(home.Examples) == 0 {
		t.Fatalf("%+v", home)
	}
	for i, want := range []struct {
		cluster string
		health  models.Health
		text    string
	}{
		{"silent", models.Down, "not heard of since 2026-11-23 12:00 UTC; then 1 node is down"},
		{"prod-east", models.Down, "1 node is down"},
		{"hangs", models.Unknown, "not heard of yet"},
	} {
		g := home.Clusters[i]
		if g.Cluster != want.cluster || g.Health != want.health || !strings.Contains(g.Text, want.text) {
			t.Errorf("%+v, want %+v", g, want)
		}
	}
	k.tenants.cards = map[models.TeamID]models.Card{}
	if home = open(); home.Trouble != nil || home.Clusters != nil {
		t.Errorf("without a card: %+v", home)
	}
}

// insiders says of everybody that they are of the workspace.
type insiders struct{}

func (insiders) IsOutsider(context.Context, models.TeamID, models.UserID) (bool, error) {
	return false, nil
}
