package diagnosis

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// told is all that a diagnosis says in words.
func told(d *Diagnosis) string {
	return strings.Join(append(append(append([]string{d.Cause}, d.Beside...), d.Missing...), d.Endangers...), "\n")
}

// stick has the pod of an engine's volume wait for it.
func stick(inv *models.Inventory, e models.Engine) {
	p := find(inv.Pods, func(p *models.Pod) bool { return p.Name == string(e) })
	p.State, p.Health = "ContainerCreating", models.Awaiting
}

// withoutAgents takes the pods of an engine out of the inventory.
func withoutAgents(inv *models.Inventory, e models.Engine) {
	var kept []models.Agent
	for _, a := range inv.Agents {
		if a.Engine != e {
			kept = append(kept, a)
		}
	}
	inv.Agents = kept
}

// Nothing is said to be well of which the inventory says otherwise, or nothing.
func TestStatesAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		about  Thing
		change func(*models.Inventory)
		says   string
		never  string
	}{
		"a volume that is down, with a pod that waits": {about(models.Claims, "mayastor"), func(inv *models.Inventory) {
			sick(inv, models.Mayastor, models.Down, "Faulted", bad("n1", "Faulted", models.Down), bad("n2", "Faulted", models.Down))
			stick(inv, models.Mayastor)
		}, "a pod that does not start: `a/mayastor` (ContainerCreating)", "healthy by"},
		"a healthy volume with a pod that waits": {about(models.Claims, "mayastor"), func(inv *models.Inventory) { stick(inv, models.Mayastor) },
			"is healthy by what its engine says, but its pod", "also"},
		"a healthy volume whose engine says nothing": {about(models.Claims, "hostpath"), func(inv *models.Inventory) { stick(inv, models.Hostpath) },
			"is healthy by all that was read, but its pod", "its engine says"},
		"the node of a local volume, where nodes are not read": {about(models.Volumes, "pvc-lvm"), func(inv *models.Inventory) { inv.Nodes = nil },
			"its single copy is on node `n1`", "Ready"},
		"the volume of a pod, where it is not known": {about(models.Pods, "lvm"), func(inv *models.Inventory) { inv.Pods[3].Volumes = []string{"pvc-other"} },
			"it is not known how `pvc-other` is", "is healthy"},
		"the volume of a pod that ends again and again": {about(models.Pods, "cstor"), func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Degraded, "Degraded", bad("n2", "Offline", models.Down))
			inv.Pods[0].State, inv.Pods[0].Health = "CrashLoopBackOff", models.Down
		}, "its volume `a/cstor` is degraded and serves, so", "is healthy"},
		"a pod without volumes": {about(models.Pods, "lvm"), func(inv *models.Inventory) { inv.Pods[3].Volumes = nil }, "no volume of it is known", "healthy"},
		"the pods of a pool, where none is known": {about(models.Pools, "disk-n1"), func(inv *models.Inventory) {
			withoutAgents(inv, models.Mayastor)
			poolNamed(inv, "disk-n1", "n1").Health = models.Unknown
		}, "its pod is not among the pods that I know", "seems to work"},
		"the io-engine, where none is known": {about(models.Volumes, "pvc-mayastor"), func(inv *models.Inventory) {
			withoutAgents(inv, models.Mayastor)
			sick(inv, models.Mayastor, models.Down, "Unknown")
		}, "the io-engine of node n1 is not among the pods that I know", "seems to work"},
		"a replica of a pool and a node that are not known": {about(models.Volumes, "pvc-mayastor"), func(inv *models.Inventory) {
			inv.Pools, inv.Nodes = nil, nil
			sick(inv, models.Mayastor, models.Degraded, "Degraded", bad("n2", "Unknown", models.Unknown))
		}, "of unknown health", "works"},
		"a replica whose node is not known": {about(models.Volumes, "pvc-mayastor"), func(inv *models.Inventory) {
			inv.Nodes = nil
			sick(inv, models.Mayastor, models.Degraded, "Degraded", bad("n2", "Unknown", models.Unknown))
		}, "though its pool works", "node work"},
	} {
		inv := calm()
		c.change(inv)
		d, found := Why(inv, c.about)
		if !found {
			t.Errorf("%s: not found", name)
			continue
		}
		if text := told(&d); !strings.Contains(text, c.says) || strings.Contains(text, c.never) {
			t.Errorf("%s: %q has to be said, and %q not:\n%s", name, c.says, c.never, text)
		}
	}
}

// What an engine says of a volume is its own word, and not what MuleBot makes of it.
func TestEnginesWordIsItsOwn(t *testing.T) {
	inv := calm()
	sick(inv, models.CStor, models.Down, "Healthy")
	p := find(inv.Pods, func(p *models.Pod) bool { return p.Name == "cstor" })
	p.State, p.Health, p.LastExit = "CrashLoopBackOff", models.Down, "write /data/x: read-only file system"
	f := toldByContainer(&evidence{inv: inv, pod: p})
	if f == nil || !strings.Contains(f.missing[0], "is down (though it says Healthy): ") {
		t.Errorf("%+v", f)
	}
}
