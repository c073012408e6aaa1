package answer

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// TestWhyContrast is about two volumes, of which one has its only copy in a pool that is down.
func TestWhyContrast(t *testing.T) {
	volume := func(claim, pool string, health models.Health) models.Volume {
		return models.Volume{Name: "pv-" + claim, Claim: claim, Namespace: "db", ClaimPhase: "Bound", Engine: models.Mayastor, Health: health, Desired: 1,
			Replicas: []models.Replica{{Volume: "pv-" + claim, Node: "n1", Pool: pool, Health: health}}}
	}
	inv := &models.Inventory{Cluster: "prod", Nodes: []models.Node{{Name: "n1", Ready: true}},
		Pools:   []models.Pool{{Name: "p1", Node: "n1", Engine: models.Mayastor, Health: models.Down, State: "Offline"}, {Name: "p2", Node: "n1", Engine: models.Mayastor, Health: models.Healthy}},
		Volumes: []models.Volume{volume("data-0", "p1", models.Down), volume("data-1", "p2", models.Healthy)}}
	rep, err := Why(Request{Query: &models.Query{Subject: models.Volumes, Field: Contrast}, Inventories: []*models.Inventory{inv}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"`db/data-0` is down because its only replica", "`db/data-1` is healthy: it has no copy in `p1` on n1 (its copy is in `p2` on n1)."} {
		if !strings.Contains(rep.Text, want) {
			t.Errorf("%q is not in %s", want, rep.Text)
		}
	}
}

// TestShared is about the pools that two namespaces have in common, and what the failure of one does to both.
func TestShared(t *testing.T) {
	inv := &models.Inventory{Cluster: "prod", Nodes: []models.Node{{Name: "n1", Ready: true}},
		Pools: []models.Pool{{Name: "vg", Node: "n1", Engine: models.LVM, Health: models.Healthy}, {Name: "tank", Node: "n1", Engine: models.ZFS, Health: models.Healthy}}}
	for _, v := range [][3]string{{"a", "x", "vg"}, {"b", "y", "vg"}, {"b", "z", "tank"}} {
		inv.Volumes = append(inv.Volumes, models.Volume{Name: "pv-" + v[1], Namespace: v[0], Claim: v[1], Engine: models.LVM, Health: models.Healthy, Desired: 1, Node: "n1", Pools: []string{v[2]}})
	}
	rep, err := Impact(Request{Query: &models.Query{Subject: models.Volumes, Field: Shared, Filters: []models.Filter{{Field: "namespace", Op: models.Eq, Values: []string{"a", "b"}}}}, Inventories: []*models.Inventory{inv}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "Yes: a and b share 1 pool: `vg` on n1. The failure of one of these hits both:\n• `vg` on n1 fails: `a/x` and `b/y` go down."; rep.Text != want {
		t.Errorf("got  %s\nwant %s", rep.Text, want)
	}
}
