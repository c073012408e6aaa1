package answer

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/whatif"
)

// supposes asks what an event on a node would do.
func supposes(t *testing.T, inv *models.Inventory, event whatif.Event, node string) models.Reply {
	t.Helper()
	rep, err := Impact(Request{Query: &models.Query{Subject: models.Volumes, Field: string(event), Filters: []models.Filter{{Field: "node", Op: models.Eq, Values: []string{node}}}},
		Inventories: []*models.Inventory{inv}})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// replicated is a cluster of four nodes, with a cStor volume on three of them.
func replicated(health models.Health) *models.Inventory {
	replicas := []models.Replica{rep("n1", "p1", health), rep("n2", "p2", health), rep("n3", "p3", health)}
	v := vol("db", "mysql", models.CStor, health, 10*models.GiB, 10, "n1", replicas...)
	v.Quorum = 2
	inv := &models.Inventory{Cluster: "prod", Volumes: []models.Volume{v}}
	for _, name := range []string{"n1", "n2", "n3", "n4"} {
		inv.Nodes = append(inv.Nodes, models.Node{Name: name, Ready: true})
	}
	return inv
}

// A node that only serves a volume is told of with the volume's name, and what serves it is not known where no pods are.
func TestTargetsTold(t *testing.T) {
	inv := replicated(models.Healthy)
	inv.Agents = []models.Agent{{Engine: models.CStor, Role: models.TargetAgent, Serves: "pvc-mysql", Node: "n4", State: "Running", Ready: true}}
	rep := supposes(t, inv, whatif.Drain, "n4")
	if want := "Safe, but: if node `n4` of prod is drained, no volume goes down. I/O of 1 volume pauses until its target, which runs there, has started elsewhere: `db/mysql`."; rep.Text != want {
		t.Errorf("got %s", rep.Text)
	}
	if notes := strings.Join(rep.Notes, " "); strings.Contains(notes, "not known") {
		t.Errorf("it is known: %s", notes)
	}
	inv.Agents, inv.Unread = nil, map[string]bool{"Pod": true}
	if notes := strings.Join(supposes(t, inv, whatif.Drain, "n4").Notes, " "); !strings.Contains(notes, "which targets of cStor and controllers of Jiva run there is not known") {
		t.Errorf("it is not known: %s", notes)
	}
}

// What can only be read is not lost, and what is read-only is not down.
func TestReadOnlyTold(t *testing.T) {
	inv := replicated(models.ReadOnly)
	if rep := supposes(t, inv, whatif.Drain, "n2"); !strings.HasPrefix(rep.Text, "Safe, but: ") || strings.Contains(rep.Text, "lost already") || !strings.Contains(strings.Join(rep.Notes, " "), "make room in the pools that are read-only") {
		t.Errorf("one of three: %s %v", rep.Text, rep.Notes)
	}
	tolerance, err := Impact(Request{Query: &models.Query{Subject: models.Volumes, Field: Tolerance}, Inventories: []*models.Inventory{inv}})
	if want := "is read-only now: it has 0 healthy copies of 3, 3 that can only be read, and its quorum is 2. It can lose 1 of these and still be read."; err != nil || !strings.Contains(tolerance.Text, want) {
		t.Errorf("what it can lose: %s, %v", tolerance.Text, err)
	}
}

// Where pods could not be read, that none uses a volume is not known, and no loss of it is safe.
func TestUseNotKnown(t *testing.T) {
	inv := replicated(models.Healthy)
	inv.Volumes = append(inv.Volumes, local("db", "cache", models.LVM, models.GiB, "n1", "vg"))
	inv.Unread = map[string]bool{"Pod": true}
	for i := range inv.Volumes {
		inv.Volumes[i].Pods = nil
	}
	rep := supposes(t, inv, whatif.Drain, "n1")
	if want := "1 volume goes down, and whether a pod uses it is not known: `db/cache` (its only copy is on `n1`)"; !strings.Contains(rep.Text, "ot safe: ") || !strings.Contains(rep.Text, want) || strings.Contains(rep.Text, "no pod") {
		t.Errorf("got %s", rep.Text)
	}
	all, err := Impact(Request{Query: &models.Query{Subject: models.Volumes, Field: string(whatif.Drain)}, Inventories: []*models.Inventory{inv}})
	if err != nil || !strings.Contains(all.Text, "1 node cannot be drained") || !strings.Contains(strings.Join(all.Notes, " "), "every volume that is bound to a claim counts as in use") {
		t.Errorf("which nodes: %s %v, %v", all.Text, all.Notes, err)
	}
	one, err := To(Request{Query: &models.Query{Subject: models.Volumes, Name: "pvc-cache"}, Inventories: []*models.Inventory{inv}})
	for _, f := range one.Facts {
		if f.Label == "Pods" && f.Value != "not known: pods could not be read" {
			t.Errorf("its pods: %s", f.Value)
		}
	}
	if err != nil || len(one.Facts) == 0 {
		t.Errorf("it is not described: %v", err)
	}
	inv.Unread = nil
	if rep := supposes(t, inv, whatif.Drain, "n1"); !strings.Contains(rep.Text, "1 volume that no pod uses is out of reach: `db/cache`") {
		t.Errorf("with pods: %s", rep.Text)
	}
}
