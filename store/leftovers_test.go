package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// Roles that were left of clusters that are gone go at the first start, and nothing else does.
func TestForgetLeftRoles(t *testing.T) {
	s := Memory(newClock().now)
	gone := []string{"gone", "past", "own", "east"} // what an older version let stay
	give := func(team models.TeamID, who string, role models.Role, clusters ...string) {
		t.Helper()
		ok(t, s.PutGrant(ctx, models.Grant{Team: team, Who: who, Role: role, Clusters: clusters}, gone...))
	}
	for _, team := range []models.TeamID{"T1", "T2"} {
		ok(t, s.PutWorkspace(ctx, models.Workspace{Team: team}), s.PutCluster(ctx, cluster(team, "a")))
	}
	ok(t, s.PutCard(ctx, models.Card{Team: "T1", Channel: "C1", Clusters: []string{"a", "own"}}, "own"))
	give("T1", "U01", models.Admin, "gone")
	give("T1", "U02", models.Operator, "a", "gone", "past")
	give("T1", "U03", models.Admin, "a")
	give("T1", "U04", models.Operator, "own") // of the environment, as its card tells
	give("T1", "U05", models.Admin)
	give("T2", "U01", models.Operator, "east") // of the environment that is served now
	give("T3", "U01", models.Admin, "gone")    // no workspace of the store
	lost, err := s.ForgetLeftRoles(ctx, "T2")
	ok(t, err)
	said := func(all []models.Grant) string {
		var texts []string
		for _, g := range all {
			texts = append(texts, fmt.Sprintf("%s %s %s", g.Team, g.Who, g.Gives()))
		}
		return strings.Join(texts, "; ")
	}
	if got := said(lost); got != "T1 U01 admin on gone; T1 U02 operator on gone; T1 U02 operator on past" {
		t.Errorf("lost: %s", got)
	}
	var left []models.Grant
	for _, team := range []models.TeamID{"T1", "T2", "T3"} {
		all, err := s.Grants(ctx, team)
		ok(t, err)
		left = append(left, all...)
	}
	if got := said(left); got != "T1 U02 operator on a; T1 U03 admin on a; T1 U04 operator on own; T1 U05 admin of the whole workspace; T2 U01 operator on east; T3 U01 admin on gone" {
		t.Errorf("left: %s", got)
	}
	if log := entries(t, s, "T1", time.Time{}); len(log) != 2 || !slices.ContainsFunc(log, func(a models.Audit) bool { return strings.Contains(a.Text, "U01 is no more admin on gone;") }) {
		t.Errorf("the log is %+v", log)
	}
	if all, err := s.Clusters(ctx, "T1"); err != nil || len(all) != 1 {
		t.Errorf("clusters: %v, %v", all, err)
	}
	give("T1", "U06", models.Operator, "gone") // such as a cluster of the environment, which is missing for a while
	if lost, err := s.ForgetLeftRoles(ctx, "T2"); err != nil || len(lost) > 0 {
		t.Errorf("a second time it lost %v, %v", lost, err)
	}
}
