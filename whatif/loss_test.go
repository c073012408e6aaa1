package whatif

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// cluster reads a small cluster: a line for each thing.
//
//	node NAME [notready|cordoned|tainted]
//	volume NAME ENGINE HEALTH ATTACHED NODE/POOL:HEALTH,… [desired=N] [unused]
func cluster(t *testing.T, text string) *models.Inventory {
	t.Helper()
	inv := &models.Inventory{Cluster: "test"}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		has := func(word string) bool { return slices.Contains(f, word) }
		switch f[0] {
		case "node":
			n := models.Node{Name: f[1], Ready: !has("notready"), Cordoned: has("cordoned")}
			if has("tainted") {
				n.Taints = []string{"node-role.kubernetes.io/control-plane:NoSchedule"}
			}
			inv.Nodes = append(inv.Nodes, n)
		case "volume":
			v := models.Volume{Name: "pv-" + f[1], Namespace: "ns", Claim: f[1], Engine: models.Engine(f[2]), Health: models.Health(f[3]), Desired: 1}
			if f[4] != "-" {
				v.Node = f[4]
			}
			readReplicas(&v, f[5])
			for _, word := range f[6:] {
				fmt.Sscanf(word, "desired=%d", &v.Desired)
			}
			if !has("unused") {
				v.Pods = []models.PodRef{{Namespace: "ns", Name: "pod-" + f[1], Workload: "StatefulSet/" + f[1]}}
				inv.Pods = append(inv.Pods, models.Pod{Namespace: "ns", Name: "pod-" + f[1], Workload: "StatefulSet/" + f[1], Node: v.Node,
					State: "Running", Claims: []string{f[1]}, Volumes: []string{v.Name}})
			}
			inv.Volumes = append(inv.Volumes, v)
		default:
			t.Fatalf("no such thing: %s", line)
		}
	}
	return inv
}

func readReplicas(v *models.Volume, text string) {
	if v.Local() {
		v.Pools = []string{text}
		return
	}
	if text == "-" {
		return
	}
	for i, word := range strings.Split(text, ",") {
		place, health, _ := strings.Cut(word, ":")
		node, pool, _ := strings.Cut(place, "/")
		v.Replicas = append(v.Replicas, models.Replica{Name: fmt.Sprint(i), Volume: v.Name, Node: node, Pool: pool, Health: models.Health(health), Progress: -1})
	}
	v.Desired = len(v.Replicas)
}

// TestRules holds what a loss does to one volume against the rules of its engine. The lost node is a; b, c and d stay.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		name, volume string
		loss         Loss
		want         Change
		spare        int
		verdict      Verdict
		why          string
	}{
		{"cStor, one of three", "cstor healthy b a/p:healthy,b/q:healthy,c/r:healthy", fail("a"), Thins, 0, YesBut, "2 of 3 replicas are healthy then; its quorum is 2"},
		{"cStor, one of five", "cstor healthy b a/p:healthy,b/q:healthy,c/r:healthy,d/s:healthy,e/t:healthy", fail("a"), Thins, 1, YesBut, "4 of 5"},
		{"cStor, one of two is no quorum", "cstor healthy b a/p:healthy,b/q:healthy", fail("a"), Stops, 0, No, "1 of 2 replicas would be healthy and its quorum is 2"},
		{"cStor, a second of three", "cstor degraded b a/p:healthy,b/q:healthy,c/r:down", fail("a"), Stops, 0, No, "1 of 3 replicas would be healthy"},
		{"cStor, a rebuilding one is no quorum", "cstor degraded b a/p:healthy,b/q:healthy,c/r:rebuilding", fail("a"), Stops, 0, No, "not whole yet does not count"},
		{"cStor, the rebuilding one itself", "cstor degraded b a/p:rebuilding,b/q:healthy,c/r:healthy", fail("a"), Thins, 0, YesBut, "was not whole yet"},
		{"cStor, the dead one", "cstor degraded b a/p:down,b/q:healthy,c/r:healthy", fail("a"), Same, 0, Yes, "lost already"},
		{"cStor, its only one", "cstor healthy b a/p:healthy", fail("a"), Stops, 0, No, "its only replica is on `p` (`a`)"},
		{"cStor, down before", "cstor down b a/p:healthy,b/q:down,c/r:down", fail("a"), Same, 0, Yes, "down now"},
		{"cStor, attached there only", "cstor healthy a b/p:healthy,c/q:healthy,d/r:healthy", fail("a"), Interrupts, 1, YesBut, "moves with its pod"},
		{"cStor, its pool", "cstor healthy b a/p:healthy,b/q:healthy", Loss{Event: Fail, Pools: []PoolRef{{"b", "q"}}}, Stops, 0, No, "quorum is 2"},
		{"cStor, a pool of that name elsewhere", "cstor healthy b a/p:healthy,b/p:healthy,c/p:healthy", Loss{Event: Fail, Pools: []PoolRef{{"b", "p"}}}, Thins, 0, YesBut, "2 of 3"},

		{"cStor, read-only, one of three", "cstor read-only b a/p:read-only,b/q:read-only,c/r:read-only", fail("a"), Thins, 0, YesBut, "read-only now and stays so, with 2 replicas left to read from"},
		{"cStor, read-only, below its quorum", "cstor read-only c a/p:read-only,b/q:read-only,c/r:read-only", fail("a", "b"), Stops, 0, No, "1 of 3 replicas would be left to read from and it needs 2"},
		{"cStor, read-only, its only one", "cstor read-only b a/p:read-only", fail("a"), Stops, 0, No, "its only replica is on `p` (`a`)"},
		{"cStor, the read-only one", "cstor degraded b a/p:read-only,b/q:healthy,c/r:healthy", fail("a"), Thins, 0, YesBut, "the one that goes could only be read"},
		{"cStor, a healthy one beside a read-only one", "cstor degraded b a/p:healthy,b/q:healthy,c/r:read-only", fail("a"), Freezes, 0, No, "1 of 3 replicas would be healthy and it needs 2 to be written to, with 2 replicas left to read from"},
		{"cStor, read-only, the dead one", "cstor read-only b a/p:down,b/q:read-only,c/r:read-only", fail("a"), Same, 0, Yes, "lost already"},
		{"cStor, one that waits", "cstor healthy b a/p:pending,b/q:healthy,c/r:healthy", fail("a"), Same, 0, Yes, "pending and does not count now"},
		{"Mayastor, one that is not known", "mayastor unknown b a/p:unknown", fail("a"), Unsure, 0, No, "not known"},

		{"Jiva, one of three", "jiva healthy b a/:healthy,b/:healthy,c/:healthy", fail("a"), Thins, 0, YesBut, "2 of 3"},
		{"Jiva, a second of three", "jiva healthy b a/:healthy,b/:healthy,c/:rebuilding", fail("a"), Freezes, 0, No, "1 of 3 replicas would be RW and it needs 2"},
		{"Jiva, the last", "jiva read-only b a/:healthy,b/:down,c/:rebuilding", fail("a"), Stops, 0, No, "last healthy replica"},
		{"Jiva, read-only before", "jiva read-only c a/:rebuilding,b/:down,c/:healthy", fail("a"), Same, 0, Yes, "read-only now and stays so"},

		{"Mayastor, one of two", "mayastor healthy b a/p:healthy,b/q:healthy", fail("a"), Thins, 0, YesBut, "1 of 2"},
		{"Mayastor, one of three", "mayastor healthy b a/p:healthy,b/q:healthy,c/r:healthy", fail("a"), Thins, 1, YesBut, "2 of 3"},
		{"Mayastor, the last healthy one", "mayastor degraded b a/p:healthy,b/q:down", fail("a"), Stops, 0, No, "its last healthy replica is on `p` (`a`)"},
		{"Mayastor, the source of a rebuild", "mayastor degraded b a/p:healthy,b/q:rebuilding", fail("a"), Stops, 0, No, "not whole yet does not count"},
		{"Mayastor, its target", "mayastor healthy a b/p:healthy,c/q:healthy", fail("a"), Interrupts, 1, YesBut, "moves with its pod"},
		{"Mayastor, not read", "mayastor unknown a - desired=2", fail("a"), Unsure, 0, No, "not known"},

		{"LVM, its node", "lvm healthy a vg", fail("a"), Stops, 0, No, "its only copy is on `a`"},
		{"LVM, its group", "lvm healthy a vg", Loss{Event: Fail, Pools: []PoolRef{{"a", "vg"}}}, Stops, 0, No, "in pool `vg` on `a`"},
		{"ZFS, used by nobody", "zfs healthy a tank unused", fail("a"), Stops, 0, YesBut, "only copy"},
		{"hostpath, down before", "hostpath down a -", fail("a"), Same, 0, Yes, "down now"},
		{"another driver, attached there", "other healthy a -", fail("a"), Interrupts, 0, YesBut, "I do not know"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv := cluster(t, "node a\nnode b\nnode c\nnode d\nnode e\nvolume v "+c.volume)
			inv.Pods = nil // the pods have a test of their own
			o := Simulate(inv, c.loss)
			if len(o.Effects) != 1 {
				t.Fatalf("%d effects", len(o.Effects))
			}
			e := o.Effects[0]
			if e.Change != c.want || e.Spare != c.spare || o.Verdict != c.verdict || !strings.Contains(e.Why, c.why) {
				t.Errorf("change %d, spare %d, verdict %d, %q; want %d, %d, %d, %q", e.Change, e.Spare, o.Verdict, e.Why, c.want, c.spare, c.verdict, c.why)
			}
		})
	}
}

func fail(nodes ...string) Loss { return Loss{Event: Fail, Nodes: nodes} }

func TestUntouched(t *testing.T) {
	inv := cluster(t, `
node a
node b
volume local lvm healthy b vg
volume far mayastor healthy b b/p:healthy,c/q:healthy
volume pending cstor pending - -
volume elsewhere lvm healthy b tank
`)
	if o := Simulate(inv, Loss{Event: Drain, Nodes: []string{"a"}, Pools: []PoolRef{{"a", "vg"}}}); o.Verdict != Yes || len(o.Effects) > 0 || len(o.First) > 0 {
		t.Errorf("%+v", o)
	}
}

// TestDrain is about what a drain does not do by itself: Mayastor's replicas serve on until the node is shut down.
func TestDrain(t *testing.T) {
	inv := cluster(t, `
node a
node b
volume m mayastor healthy b a/p:healthy
volume c cstor healthy b a/p:healthy
`)
	for _, e := range Simulate(inv, Loss{Event: Drain, Nodes: []string{"a"}}).Effects {
		if want := e.Volume.Engine == models.Mayastor; e.Later != want || e.Change != Stops {
			t.Errorf("%s: later %v, change %d", e.Volume.Claim, e.Later, e.Change)
		}
	}
}

func TestOnly(t *testing.T) {
	inv := cluster(t, "node a\nnode b\nvolume l lvm healthy a vg\nvolume m mayastor healthy a b/p:healthy")
	loss := fail("a")
	loss.Only = func(v *models.Volume) bool { return v.Engine == models.Mayastor }
	if o := Simulate(inv, loss); o.Verdict != YesBut || len(o.Effects) != 1 || len(o.Moves) != 1 || len(o.First) != 0 {
		t.Errorf("%+v", o)
	}
}

// TestTargets is about nodes that hold no copy of a volume, but what serves it.
func TestTargets(t *testing.T) {
	runs := func(volume, node, state string) models.Agent {
		return models.Agent{Role: models.TargetAgent, Serves: "pv-" + volume, Node: node, State: state, Ready: state == "Running"}
	}
	for _, c := range []struct {
		name, volume, nexus string
		targets             []models.Agent
		nodes               string // that are closed
		want                Change
		pauses              bool
		verdict             Verdict
		why                 string
	}{
		{"cStor", "cstor healthy b b/p:healthy,c/q:healthy,d/r:healthy", "", []models.Agent{runs("v", "a", "Running")}, "", Interrupts, true, YesBut, "its target runs there; I/O pauses"},
		{"Jiva", "jiva healthy b b/:healthy,c/:healthy,d/:healthy", "", []models.Agent{runs("v", "a", "Running")}, "", Interrupts, true, YesBut, "its controller runs there"},
		{"Mayastor", "mayastor healthy b b/p:healthy,c/q:healthy", "a", nil, "", Interrupts, true, YesBut, "its target runs there"},
		{"with a copy", "cstor healthy b a/p:healthy,c/q:healthy,d/r:healthy", "", []models.Agent{runs("v", "a", "Running")}, "", Thins, true, YesBut, "its target runs there too"},
		{"with a copy that is lost", "cstor degraded b a/p:down,c/q:healthy,d/r:healthy", "", []models.Agent{runs("v", "a", "Running")}, "", Interrupts, true, YesBut, "its target runs there too"},
		{"beside its pod", "cstor healthy a b/p:healthy,c/q:healthy,d/r:healthy", "", []models.Agent{runs("v", "a", "Running")}, "", Interrupts, false, YesBut, "moves with its pod"},
		{"started elsewhere already", "cstor healthy a b/p:healthy", "", []models.Agent{runs("v", "a", "Terminating"), runs("v", "b", "Running")}, "", Interrupts, false, YesBut, "moves with its pod"},
		{"down before", "cstor down b b/p:down", "", []models.Agent{runs("v", "a", "Running")}, "", Same, false, Yes, "down now"},
		{"down before, with copies not known", "cstor down b -", "", []models.Agent{runs("v", "a", "Running")}, "", Same, false, Yes, "down now"},
		{"nowhere to go", "cstor healthy b b/p:healthy,c/q:healthy,d/r:healthy", "", []models.Agent{runs("v", "a", "Running")}, "cordoned", Stops, false, No, "cannot start elsewhere: no other node takes it"},
		{"a nexus is in no pod", "mayastor healthy b b/p:healthy", "a", nil, "cordoned", Interrupts, true, YesBut, "its target runs there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv := cluster(t, "node a\nnode b "+c.nodes+"\nvolume v "+c.volume)
			inv.Pods, inv.Agents, inv.Volumes[0].Target = nil, c.targets, c.nexus
			o := Simulate(inv, Loss{Event: Drain, Nodes: []string{"a"}})
			if len(o.Effects) != 1 {
				t.Fatalf("%d effects", len(o.Effects))
			}
			if e := o.Effects[0]; e.Change != c.want || e.Pauses != c.pauses || o.Verdict != c.verdict || !strings.Contains(e.Why, c.why) {
				t.Errorf("change %d, pauses %t, verdict %d, %q; want %d, %t, %d, %q", e.Change, e.Pauses, o.Verdict, e.Why, c.want, c.pauses, c.verdict, c.why)
			}
		})
	}
	inv := cluster(t, "node a\nnode b\nvolume v cstor healthy b b/p:healthy")
	inv.Agents = []models.Agent{runs("v", "a", "Terminating"), runs("v", "b", "Running"), runs("other", "a", "Running")}
	if o := Simulate(inv, fail("a")); o.Verdict != Yes || len(o.Effects) > 0 {
		t.Errorf("the target is elsewhere already: %+v", o.Effects)
	}
}

// TestUseNotKnown: where pods were not read, a volume that is bound may be in use; one that is released is not.
func TestUseNotKnown(t *testing.T) {
	inv := cluster(t, "node a\nnode b\nvolume v lvm healthy a vg unused")
	inv.Unread = map[string]bool{"Pod": true}
	for phase, want := range map[string]Verdict{"Bound": No, "Released": YesBut} {
		inv.Volumes[0].Phase = phase
		if o := Simulate(inv, fail("a")); o.Verdict != want || o.Effects[0].InUse() != (want == No) {
			t.Errorf("%s: verdict %d, %+v", phase, o.Verdict, o.Effects[0])
		}
	}
}

func TestTwoLosses(t *testing.T) {
	inv := cluster(t, "node a\nnode b\nnode c\nvolume v cstor healthy c a/p:healthy,b/q:healthy,c/r:healthy")
	if o := Simulate(inv, Loss{Event: Fail, Nodes: []string{"a"}, Pools: []PoolRef{{"b", "q"}}}); o.Effects[0].Change != Stops {
		t.Errorf("%+v", o.Effects[0])
	}
}

func TestPods(t *testing.T) {
	const volumes = `
volume local hostpath healthy a -
volume free mayastor healthy a b/p:healthy
volume lost cstor healthy a a/p:healthy
`
	for _, c := range []struct {
		name, nodes string
		stuck       map[string]string
	}{
		{"another node", "node a\nnode b", map[string]string{"pod-local": "its only copy is on `a`", "pod-lost": "its only replica"}},
		{"no other node", "node a\nnode b cordoned\nnode c notready\nnode d tainted", map[string]string{"pod-local": "only copy", "pod-lost": "only replica",
			"pod-free": "no other node takes it: `b` is cordoned, `c` is not ready, `d` has a taint"}},
		{"none at all", "node a", map[string]string{"pod-local": "only copy", "pod-lost": "only replica", "pod-free": "there is no other node"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := Simulate(cluster(t, c.nodes+volumes), Loss{Event: Drain, Nodes: []string{"a"}})
			if len(o.Moves) != 3 {
				t.Fatalf("%d pods move", len(o.Moves))
			}
			for _, m := range o.Moves {
				if want := c.stuck[m.Pod.Name]; (want == "") != (m.Stuck == "") || !strings.Contains(m.Stuck, want) {
					t.Errorf("%s: %q, want %q", m.Pod.Name, m.Stuck, want)
				}
			}
		})
	}
}

func TestPodsThatStay(t *testing.T) {
	inv := cluster(t, "node a\nnode b")
	inv.Pods = []models.Pod{{Name: "agent", Workload: "DaemonSet/agent", Node: "a"}, {Name: "done", Workload: "Job/j", Node: "a", State: "Completed"},
		{Name: "by-hand", Workload: "Pod/by-hand", Node: "a", State: "Running"}}
	o := Simulate(inv, Loss{Event: Drain, Nodes: []string{"a"}})
	if len(o.Moves) != 1 || !o.Moves[0].Bare || len(o.First) != 1 || !strings.Contains(o.First[0], "by-hand") {
		t.Errorf("%+v", o)
	}
}

// TestPodsDownAlready is about a pod whose volume is down as it is: that it starts nowhere is no reason against a reboot.
func TestPodsDownAlready(t *testing.T) {
	o := Simulate(cluster(t, "node a\nnode b\nvolume v mayastor down a b/p:down"), Loss{Event: Reboot, Nodes: []string{"a"}})
	if o.Verdict == No || len(o.Moves) != 1 || !o.Moves[0].Down {
		t.Errorf("%+v", o)
	}
}

// TestPodsOfADrain is about Mayastor's last replica on a drained node: it serves on, so that the pod starts elsewhere, until
// the node is shut down.
func TestPodsOfADrain(t *testing.T) {
	inv := cluster(t, "node a\nnode b\nvolume v mayastor healthy a a/p:healthy")
	for event, stuck := range map[Event]bool{Drain: false, Reboot: true} {
		if o := Simulate(inv, Loss{Event: event, Nodes: []string{"a"}}); o.Verdict != No || (o.Moves[0].Stuck != "") != stuck {
			t.Errorf("%s: %+v", event, o)
		}
	}
}

func TestFirst(t *testing.T) {
	inv := cluster(t, `
node a
node b
volume rebuilt cstor degraded b a/p:healthy,b/q:healthy,c/r:rebuilding
volume broken cstor degraded b a/p:healthy,b/q:healthy,c/r:down
volume single mayastor healthy b a/p:healthy
volume local lvm healthy a vg
volume fine mayastor healthy b a/p:healthy,b/q:healthy,c/r:healthy
`)
	got := strings.Join(Simulate(inv, fail("a")).First, "\n")
	want := "wait until the replicas that are not whole yet are: `ns/rebuilt`.\n" +
		"mend what is degraded: `ns/broken` (its replica on `r` (`c`)).\n" +
		"give another replica elsewhere to `ns/single`, or plan a downtime.\n" +
		"plan a downtime for what exists there only, and take a backup: `ns/local`."
	if got != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestRedundancy(t *testing.T) {
	for text, want := range map[string]string{
		"cstor healthy b a/p:healthy,b/q:healthy,c/r:healthy":   Full,
		"cstor degraded b a/p:healthy,b/q:healthy,c/r:down":     Spent, // at its quorum
		"mayastor degraded b a/p:healthy,b/q:healthy,c/r:down":  Reduced,
		"mayastor degraded b a/p:healthy,b/q:down":              Spent,
		"mayastor healthy b a/p:healthy":                        Single,
		"lvm healthy a vg":                                      Local,
		"mayastor unknown a - desired=3":                        "",
		"jiva read-only b a/:healthy,b/:rebuilding,c/:down":     Spent,
		"mayastor degraded b a/p:healthy,b/q:healthy desired=3": Reduced,
	} {
		if got := Redundancy(&cluster(t, "volume v "+text).Volumes[0]); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
