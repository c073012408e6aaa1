package diagnosis

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// ruleCase is a calm cluster with one thing changed, and what is found out about a thing of it.
type ruleCase struct {
	rule      string // "symptom/rule"
	certainty Certainty
	about     Thing
	change    func(*models.Inventory)
	says      []string // in the cause
}

func about(s models.Subject, name string) Thing {
	t := Thing{Subject: s, Name: name}
	if s == models.Claims || s == models.Pods || s == models.Snapshots {
		t.Namespace = "a"
	}
	return t
}

func asked(c Concern, t Thing) Thing { t.Asked = c; return t }

func on(node string, t Thing) Thing { t.Node = node; return t }

func ruleCases() []ruleCase {
	var all []ruleCase
	for _, cases := range [][]ruleCase{volumeCases(), claimCases(), refusedCases(), deletionCases(), podCases(), poolCases(), snapshotCases()} {
		all = append(all, cases...)
	}
	return all
}

func TestRules(t *testing.T) {
	for _, c := range ruleCases() {
		inv := calm()
		c.change(inv)
		d, found := Why(inv, c.about)
		if !found {
			t.Errorf("%s: %v is not there", c.rule, c.about)
			continue
		}
		if got := d.Symptom + "/" + d.Rule; got != c.rule || d.Certainty != c.certainty {
			t.Errorf("%s (%s): got %s (%s)\n%s", c.rule, c.certainty, got, d.Certainty, d.Cause)
		}
		for _, s := range c.says {
			if !strings.Contains(d.Cause, s) {
				t.Errorf("%s: %q is not in %s", c.rule, s, d.Cause)
			}
		}
		if strings.Contains(d.Cause, "%!") || strings.Contains(d.Cause, "  ") || len(d.Chain) == 0 {
			t.Errorf("%s: badly worded, or without a chain: %s %v", c.rule, d.Cause, d.Chain)
		}
		if d.Certainty == NotKnown && len(d.Missing) == 0 {
			t.Errorf("%s: it is not known why, and nothing is said to be missing", c.rule)
		}
		for _, do := range d.Do {
			if strings.Contains(do.Run, "%!") || strings.Contains(do.Run, " /") || strings.Contains(do.Run, "  ") {
				t.Errorf("%s: a command with a name missing: %q", c.rule, do.Run)
			}
		}
	}
}

// Every rule has a case.
func TestEveryRuleIsTested(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range ruleCases() {
		symptom, rule, _ := strings.Cut(c.rule, "/")
		tested[original(symptom)+"/"+rule] = true
	}
	for _, s := range []models.Subject{models.Claims, models.Volumes, models.Pods, models.Pools, models.Nodes, models.Snapshots, models.BlockDevices, models.StorageClasses} {
		for _, symptom := range append(symptomsOf(s), refusedSymptoms()...) {
			for _, r := range symptom.rules {
				if r.name != "nothing wrong" && !tested[original(symptom.name)+"/"+r.name] {
					t.Errorf("no case for %s/%s", symptom.name, r.name)
				}
			}
		}
	}
}

// original returns the first of the symptoms that have the same rules.
func original(symptom string) string {
	switch symptom {
	case "pool degraded", "pool being made", "pool unknown":
		return "pool down"
	case "snapshot not ready":
		return "snapshot failed"
	case "pod pending":
		return "pod waits for its volume"
	}
	return symptom
}

// In a calm cluster nothing is wrong, whatever is asked about.
func TestCalm(t *testing.T) {
	inv := calm()
	var things []Thing
	for i := range inv.Volumes {
		things = append(things, about(models.Volumes, inv.Volumes[i].Name), about(models.Claims, inv.Claims[i].Name), about(models.Pods, inv.Pods[i].Name))
	}
	for i := range inv.Pools {
		things = append(things, on(inv.Pools[i].Node, about(models.Pools, inv.Pools[i].Name)))
	}
	for i := range inv.Nodes {
		things = append(things, about(models.Nodes, inv.Nodes[i].Name), about(models.BlockDevices, inv.BlockDevices[i].Name))
	}
	things = append(things, about(models.Snapshots, "snap"), about(models.StorageClasses, "lvm"))
	for _, thing := range things {
		if d, found := Why(inv, thing); !found || d.Certainty != NoFault || d.Symptom != healthy {
			t.Errorf("%v: found %t: %s", thing, found, d.Cause)
		}
	}
	if _, found := Why(inv, about(models.Volumes, "pvc-nothing")); found {
		t.Error("a volume that is not there was found")
	}
}

// What an inventory lacks must never break a diagnosis, and nothing may be certain about what was not read.
func TestUnread(t *testing.T) {
	inv := calm()
	inv.Nodes, inv.Agents, inv.Events, inv.StorageClasses, inv.Pools = nil, nil, nil, nil, nil
	inv.Unread = map[string]bool{"Node": true, "Pod": true, "Event": true, "StorageClass": true, "LVMNode": true, "ZFSNode": true, "DiskPool": true, "CStorPoolCluster": true}
	pend(inv, models.LVM)
	wait(inv, "new", "", "Pending")
	sick(inv, models.CStor, models.Degraded, "Degraded", bad("n3", "Offline", models.Down))
	for _, thing := range []Thing{about(models.Claims, "new"), about(models.Pods, "waiting"), about(models.Volumes, "pvc-cstor")} {
		d, _ := Why(inv, thing)
		if d.Certainty == Certain || len(d.Missing) == 0 {
			t.Errorf("%s: %s, missing %v", d.Cause, d.Certainty, d.Missing)
		}
	}
}

// TestCounted words one thing as one, and several as several.
func TestCounted(t *testing.T) {
	for _, c := range []struct {
		about  Thing
		change func(*models.Inventory)
		says   string
	}{
		{about(models.Nodes, "n1"), func(inv *models.Inventory) { inv.Nodes[0].Volumes = 1 }, "1 volume has data on it"},
		{about(models.Nodes, "n1"), func(inv *models.Inventory) { inv.Nodes[0].Volumes = 2 }, "2 volumes have data on it"},
		{about(models.Nodes, "n1"), func(inv *models.Inventory) {
			crash(inv, models.LVM, models.StorageAgent, "n1")
			find(inv.Agents, func(a *models.Agent) bool { return a.Engine == models.LVM }).Restarts = 1
		}, "after 1 restart"},
		{about(models.Volumes, "pvc-cstor"), func(inv *models.Inventory) {
			v := sick(inv, models.CStor, models.Down, "Offline", bad("n3", "Offline", models.Down))
			v.Quorum, v.Desired = 3, 5
		}, "only 2 of 5 replicas are healthy and it needs 3"},
		{about(models.Volumes, "pvc-cstor"), func(inv *models.Inventory) {
			sick(inv, models.CStor, models.Down, "Offline", bad("n2", "Offline", models.Down), bad("n3", "Offline", models.Down))
		}, "only 1 of 3 replicas is healthy and it needs 2"},
	} {
		inv := calm()
		c.change(inv)
		d, _ := Why(inv, c.about)
		text := d.Cause
		for _, l := range d.Chain {
			text += "; " + l.Says
		}
		if !strings.Contains(text, c.says) || strings.Contains(text, "1 restarts") {
			t.Errorf("%q is not in %s", c.says, text)
		}
	}
}
