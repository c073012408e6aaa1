//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/kube/kubetest"
	"github.com/mulebot/mulebot/slacksim"
)

// TestManyClustersSomeHang asks about fifty clusters, five of which accept connections and never answer: from the start, and
// another five later. Every answer comes in time and names them, and the answers about others know nothing of it. The first one does
// not wait until all have been read.
func TestManyClustersSomeHang(t *testing.T) {
	const all, hanging, limit = 50, 5, 3 * time.Second
	w := newWorld(t, slacksim.Options{})
	server := cluster(t, "quarry")
	tunnels := make([]*kubetest.Tunnel, all)
	name := func(i int) string { return fmt.Sprintf("site-%02d", i) }
	w.addWorkspace()
	card := []string{"card", "add", "--channel", "*"}
	for i := range tunnels {
		tunnels[i] = server.Tunnel(t)
		w.mustRun(tunnels[i].Kubeconfig(), "cluster", "add", name(i), "--kubeconfig", "-")
		card = append(card, "--cluster", name(i))
		if i < hanging {
			tunnels[i].Hang()
		}
	}
	w.mustRun("", card...)
	w.serve()
	slowest := time.Duration(0)
	ask := func(question string, silent []int, limit time.Duration) string {
		t.Helper()
		begin := time.Now()
		_, answer := w.say("storage", "", "@mulebot "+question)
		took := time.Since(begin)
		slowest = max(slowest, took)
		if took > limit {
			t.Errorf("%q was answered after %v", question, took)
		}
		for _, i := range silent {
			if !strings.Contains(answer, name(i)) {
				t.Errorf("%q: the answer does not name %s, which hangs:\n%s", question, name(i), answer)
			}
		}
		return answer
	}
	never := []int{0, 1, 2, 3, 4}
	questions := []string{"how many volumes are there on all clusters?", "list the degraded volumes on all clusters", "how is the storage on all clusters?", "why are volumes degraded on all clusters?"}
	everybody := make([]int, all)
	for i := range everybody {
		everybody[i] = i
	}
	begin := time.Now()
	first := ask(questions[0], everybody, patience) // the others have to be read first, which takes what the machine needs for forty-five
	t.Logf("the very first question was answered within %v [≤ %v], while %d clusters were being read", slowest, limit, strings.Count(first, " kinds)"))
	eventually(t, "read", func() bool { return !strings.Contains(ask(questions[0], never, patience), "being read") })
	t.Logf("all clusters had been read within %v", time.Since(begin))
	slowest = 0
	for _, q := range questions {
		ask(q, never, limit)
	}
	if answer := ask("how many volumes are there on site-07?", nil, limit); strings.Contains(answer, name(0)) {
		t.Errorf("the answer about a cluster that is well tells of another:\n%s", answer)
	}
	t.Logf("slowest answer with %d clusters that never answered: %v", hanging, slowest)

	slowest = 0
	for i := hanging; i < 2*hanging; i++ {
		tunnels[i].Hang()
	}
	eventually(t, "noticed", func() bool {
		return strings.Contains(ask("how many volumes are there on site-05?", nil, limit), "does not answer since")
	})
	for _, q := range questions {
		ask(q, append(never, 5, 6, 7, 8, 9), limit)
	}
	t.Logf("slowest answer with %d more that ceased to answer: %v", hanging, slowest)
	w.home(t, limit, name(0), name(5))
	for _, tunnel := range tunnels {
		tunnel.Release()
	}
	eventually(t, "used again", func() bool {
		answer := ask("how many volumes are there on all clusters?", nil, limit)
		return !strings.Contains(answer, "not answer")
	})
}

// home opens somebody's home: it is there in time, without the clusters that do not answer, and then says of each what is known.
func (w *world) home(t *testing.T, limit time.Duration, never, ceased string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	begin := time.Now()
	user := w.workspace.User("ann")
	w.workspace.OpenHome(user)
	if _, err := w.workspace.Home(ctx, user); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > limit {
		t.Errorf("the home was shown after %v", took)
	} else {
		t.Logf("the home of fifty clusters, ten of which hang, was shown within %v", took)
	}
	_, err := w.workspace.AwaitHome(ctx, user, func(v slacksim.View) bool {
		text := string(v.Raw)
		return strings.Contains(text, "*"+never+"* not heard of yet: ") && strings.Contains(text, "*"+ceased+"* not heard of since 2") && !strings.Contains(text, "still waiting")
	})
	if err != nil {
		t.Error("the home does not say which clusters do not answer:", err)
	}
}
