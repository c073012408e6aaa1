package answer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/whatif"
)

// twoCopies is a cluster of four nodes with a volume on two of them, which either of them alone can be lost without.
func twoCopies() *models.Inventory {
	inv := &models.Inventory{Cluster: "prod"}
	for _, name := range []string{"n1", "n2", "n3", "n4"} {
		inv.Nodes = append(inv.Nodes, models.Node{Name: name, Ready: true, Health: models.Healthy})
	}
	inv.Volumes = []models.Volume{{Name: "pv", Namespace: "db", Claim: "data", Engine: models.Mayastor, Health: models.Healthy, Desired: 2,
		Pods:     []models.PodRef{{Namespace: "db", Name: "db-0"}},
		Replicas: []models.Replica{{Pool: "p", Node: "n1", Health: models.Healthy}, {Pool: "q", Node: "n2", Health: models.Healthy}}}}
	return inv
}

// impactOf answers what an event would do, with filters.
func impactOf(t *testing.T, inv *models.Inventory, event whatif.Event, filters ...models.Filter) models.Reply {
	t.Helper()
	rep, err := Impact(Request{Query: &models.Query{Subject: models.Volumes, Field: string(event), Filters: filters}, Inventories: []*models.Inventory{inv}})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// What is asked of two nodes that are named is judged for both together, and said so.
func TestNamedTogether(t *testing.T) {
	both := models.Filter{Field: "node", Op: models.Eq, Values: []string{"n1", "n2"}}
	for event, says := range map[whatif.Event]string{whatif.Fail: "fail at once, 1 volume in use goes down", whatif.Reboot: "are away at once, 1 volume in use goes down",
		whatif.Drain: "are drained at once, 1 volume goes down once it is shut down", whatif.Wipe: "are wiped at once, 1 volume has no copy elsewhere"} {
		if text := impactOf(t, twoCopies(), event, both).Text; !strings.Contains(text, says) {
			t.Errorf("%s: %q is not in %s", event, says, text)
		}
	}
}

// Of two nodes that are not named every pair is judged, both together.
func TestPairs(t *testing.T) {
	two := models.Filter{Field: Together, Op: models.Eq, Number: 2}
	rep := impactOf(t, twoCopies(), whatif.Fail, two)
	for _, says := range []string{"5 of the 6 pairs of nodes of prod can be lost at once, and nothing in use goes down.", "Without anything noticing: `n3` with `n4`.",
		"Not together, though each of the two alone: `n1` with `n2` (`db/data`)."} {
		if !strings.Contains(rep.Text, says) {
			t.Errorf("%q is not in %s", says, rep.Text)
		}
	}
	if rep.Table == nil || len(rep.Table.Rows) != 6 || rep.Table.Rows[0][0].Text != "n1 + n2" || rep.Table.Rows[0][6].Text != "no" {
		t.Errorf("the table is %+v", rep.Table)
	}
	single := twoCopies()
	single.Volumes[0].Replicas = single.Volumes[0].Replicas[:1]
	if text := impactOf(t, single, whatif.Fail, two).Text; !strings.Contains(text, "Not even alone, and so with no other: `n1`.") {
		t.Error(text)
	}
}

// Where pairs are too many, or more than two nodes are asked about, it is said that each is judged by itself.
func TestTooManyTogether(t *testing.T) {
	three := impactOf(t, twoCopies(), whatif.Fail, models.Filter{Field: Together, Op: models.Eq, Number: 3})
	large := twoCopies()
	for i := range 1500 {
		large.Nodes = append(large.Nodes, models.Node{Name: fmt.Sprint("m", i), Ready: true})
	}
	for says, rep := range map[string]models.Reply{"Of any 3 nodes at once I judge only those that you name; here is each node by itself. ": three,
		"There are too many pairs of nodes": impactOf(t, large, whatif.Fail, models.Filter{Field: Together, Op: models.Eq, Number: 2})} {
		if !strings.HasPrefix(rep.Text, says) || !strings.Contains(rep.Text, "can be lost without anything noticing") {
			t.Errorf("%q is not in %.300s", says, rep.Text)
		}
	}
}
