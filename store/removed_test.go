package store

import (
	"slices"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// What was under way when a workspace was removed, or the app from it, leaves no record behind.
func TestNothingAfterRemoval(t *testing.T) {
	s, noon := Memory(newClock().now), newClock().now()
	for _, team := range []models.TeamID{"T1", "T2", "T3"} {
		ok(t, s.PutWorkspace(ctx, models.Workspace{Team: team}), s.PutCluster(ctx, cluster(team, "a")))
	}
	entry := func(team models.TeamID, id string) models.Entry {
		return models.Entry{Message: models.Message{Team: team, ID: id, Channel: "C1", Thread: "1", Text: "which volumes are down?"}}
	}
	if fresh, err := s.Append(ctx, entry("T1", "under way")); err != nil || !fresh {
		t.Fatal(fresh, err)
	}
	ok(t, s.DeleteWorkspace(ctx, "T1"))
	_, err := s.Depart(ctx, "T3")
	ok(t, err)
	for _, team := range []models.TeamID{"T1", "T3"} {
		if fresh, err := s.Append(ctx, entry(team, "late")); err != nil || fresh {
			t.Errorf("a late message of %s: %t, %v", team, fresh, err)
		}
	}
	ok(t, s.Heard(ctx, map[models.TeamID]time.Time{"T1": noon, "T2": noon, "T3": noon}),
		s.Done(ctx, entry("T1", "under way").Message, &models.Audit{Team: "T1"}, &models.Dialogue{}))
	for what, err := range map[string]error{
		"a cluster": s.PutCluster(ctx, cluster("T1", "b")),
		"a role":    s.PutGrant(ctx, models.Grant{Team: "T1", Who: "U01", Role: models.Admin}),
		"an entry":  s.Record(ctx, models.Audit{Team: "T1"}),
	} {
		if models.KindOf(err) != models.NotFound {
			t.Errorf("%s was kept: %v", what, err)
		}
	}
	if teams, err := s.Teams(ctx); err != nil || !slices.Equal(teams, []models.TeamID{"T2", "T3"}) {
		t.Errorf("teams: %v, %v", teams, err)
	}
	for team, want := range map[models.TeamID]time.Time{"T1": {}, "T2": noon, "T3": {}} {
		if heard, err := s.HeardUntil(ctx, team); err != nil || !heard.Equal(want) {
			t.Errorf("%s was heard until %v, %v", team, heard, err)
		}
	}
	if left, err := s.Unanswered(ctx, "T3"); err != nil || len(left) > 0 {
		t.Errorf("%v waits in T3, %v", left, err)
	}
	ok(t, s.PutWorkspace(ctx, models.Workspace{Team: "T1"}), s.PutWorkspace(ctx, models.Workspace{Team: "T3"}))
	for _, team := range []models.TeamID{"T1", "T3"} {
		if fresh, err := s.Append(ctx, entry(team, "anew")); err != nil || !fresh {
			t.Errorf("a message of %s, which is back: %t, %v", team, fresh, err)
		}
	}
	if err := s.DeleteWorkspace(ctx, "T9"); models.KindOf(err) != models.NotFound {
		t.Error(err)
	}
}
