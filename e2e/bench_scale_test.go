//go:build bench

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/mulebot/mulebot/slacksim"
)

// TestBenchScale prints, for a cluster of 10,000 volumes with 30,000 replicas on a real API server, what it takes to know it
// and how soon questions are answered, in peace and while twenty of its objects change each second.
func TestBenchScale(t *testing.T) {
	begin := time.Now()
	server := largeCluster(t)
	t.Logf("the cluster took %v to make", time.Since(begin).Round(time.Second))

	measureScale(t, server.Kubeconfig(), env.Cluster(t, "small").Kubeconfig(), server.Config())
}

func measureScale(t *testing.T, large, small string, writer *rest.Config) {
	idle := newFleetOver(t, 1, slacksim.Options{}, map[string]string{"small": small})
	idle.start()
	idle.answer("how many volumes are there?", "")
	baseline := idle.memory()
	idle.stop()

	f := newFleetOver(t, 1, slacksim.Options{}, map[string]string{"large": large})
	start := time.Now()
	f.start()
	f.answer("how many volumes are there?", "11000 volumes")
	t.Logf("first answer after start: %.1f s [≤ 15], of which the program computed %.1f s", time.Since(start).Seconds(), f.computed().Seconds())
	t.Logf("memory above idle (%d MB): %d MB then [≤ 350]", baseline>>20, (f.memory()-baseline)>>20)

	f.measure("in peace")
	t.Logf("memory above idle: %d MB in peace [≤ 350]", (f.memory()-baseline)>>20)
	ctx, stop := context.WithCancel(t.Context())
	changed := make(chan int)
	go func() { changed <- changing(ctx, t, writer) }()
	f.measure("20 changes a second")
	t.Logf("memory above idle: %d MB with 20 changes a second [≤ 350]", (f.memory()-baseline)>>20)
	stop()
	t.Logf("changes made: %d", <-changed)
	f.stop()
}

// measure asks each question two hundred times, about other things each time, ten a second.
func (f *fleet) measure(when string) {
	f.t.Helper()
	number := 0
	for _, q := range []struct {
		what, target string
		ask          func(i int) string
	}{
		{"a filtered, sorted list", "p99 ≤ 60 ms", func(i int) string {
			return fmt.Sprintf("list the 10 largest cstor volumes in namespace team-%02d sorted by used", i%largeTeams)
		}},
		{"why", "p99 ≤ 100 ms", func(i int) string {
			i = largeCStor - largeDegraded + i%largeDegraded
			return fmt.Sprintf("why is data-app-%06d-0 degraded?", i)
		}},
		{"how many", "", func(i int) string { return "how many volumes are degraded?" }},
		{"a description", "", func(i int) string { return fmt.Sprintf("describe volume data-app-%06d-0", 37*i%largeCStor) }},
	} {
		f.sim.ResetStats()
		ws := f.workspaces[0]
		tick := time.NewTicker(100 * time.Millisecond)
		for range 200 {
			<-tick.C
			channel := ws.Channel(fmt.Sprintf("storage-%d", number%channelsEach))
			ws.Say(channel, ws.User("ann"), ws.Mention()+" "+q.ask(number), slacksim.SayOptions{})
			number++
		}
		tick.Stop()
		f.drain(time.Minute)
		f.t.Logf("%s, %s: said → reply %v [%s]", when, q.what, f.sim.Stats().Reply, q.target)
	}
}

// answer asks until the answer holds a text, and is any answer at all where the text is empty.
func (f *fleet) answer(ask, holds string) string {
	f.t.Helper()
	ws := f.workspaces[0]
	for begin, n := time.Now(), 0; time.Since(begin) < 2*time.Minute; n++ {
		channel := ws.Channel(fmt.Sprintf("storage-%d", n%channelsEach))
		said := ws.Say(channel, ws.User("ann"), ws.Mention()+" "+ask, slacksim.SayOptions{})
		reply, err := ws.Reply(f.t.Context(), said)
		switch {
		case err != nil:
			f.t.Fatal(err)
		case strings.Contains(reply.Text, holds):
			return reply.Text
		}
		f.t.Logf("after %v: %s", time.Since(begin).Round(time.Millisecond), reply.Text)
	}
	f.t.Fatalf("%q: no answer with %q\n%s", ask, holds, f.stderr)
	return ""
}

// changing has twenty replicas a second write that they use more, and returns how many did before ctx ended.
func changing(ctx context.Context, t testing.TB, writer *rest.Config) int {
	client, err := dynamic.NewForConfig(writer)
	if err != nil {
		t.Error(err)
		return 0
	}
	replicas := client.Resource(schema.GroupVersionResource{Group: "cstor.openebs.io", Version: "v1", Resource: "cstorvolumereplicas"}).Namespace("openebs")
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return n
		case <-tick.C:
		}
		i := 131 * n % (largeCStor - largeDegraded)
		name := fmt.Sprintf("pvc-%s-cspc-p%02d", largeVolume(i), i%largeNodes)
		patch := fmt.Sprintf(`{"status":{"capacity":{"used":"%dG"},"lastUpdateTime":%q}}`, 1+n%60, time.Now().UTC().Format(time.RFC3339))
		if _, err := replicas.Patch(ctx, name, types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil && ctx.Err() == nil {
			t.Errorf("changing %s: %v", name, err)
		}
	}
}
