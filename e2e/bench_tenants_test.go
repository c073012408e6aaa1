//go:build bench

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

// TestBenchTenants prints, for 2,000 workspaces with 200 clusters and 10,000 cards in the store, how soon all are connected, how
// much memory they take, and how long a backup takes while they are served.
func TestBenchTenants(t *testing.T) {
	const size, clusters, cards = 2000, 200, 5
	f := newFleetOver(t, 0, slacksim.Options{}, nil)
	f.fill(size, cards, manyClusters(t, clusters))
	connected := f.start()
	defer f.stop()
	t.Logf("%d workspaces, %d clusters, %d cards: connected after %.1f s [≤ 15]; resident %d MB [≤ 600]", size, clusters, size*cards, connected.Seconds(), f.memory()>>20)

	backup := filepath.Join(f.data, "backup.db")
	begin := time.Now()
	run := exec.Command(binary(t), "store", "backup", backup)
	run.Env = f.environ()
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := time.Since(begin)
	info, err := os.Stat(backup)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("a backup of %d MB takes %v while they are served", info.Size()>>20, took.Round(time.Millisecond))

	for _, ws := range f.workspaces[:clusters] { // which have a cluster each
		f.askIn(ws)
		time.Sleep(100 * time.Millisecond)
	}
	f.drain(2 * time.Minute)
	t.Logf("resident %d MB once all %d clusters were asked about, and are followed", f.memory()>>20, clusters)
	f.report("a question about each cluster")
}

// manyClusters are kubeconfigs of so many clusters, which are few behind many addresses.
func manyClusters(t testing.TB, n int) []string {
	t.Helper()
	benchClusters(t)
	all := make([]string, n)
	for i := range all {
		all[i] = env.Cluster(t, []string{"quarry", "annexe"}[i%2]).Tunnel(t).Kubeconfig()
	}
	return all
}

// fill adds workspaces, each with one of the clusters and so many cards.
func (f *fleet) fill(size, cards int, kubeconfigs []string) {
	f.t.Helper()
	config, err := app.LoadConfig("", f.environ())
	if err != nil {
		f.t.Fatal(err)
	}
	tenants, err := app.OpenTenants(config)
	if err != nil {
		f.t.Fatal(err)
	}
	defer tenants.Close()
	channels := make([]string, channelsEach)
	for c := range channels {
		channels[c] = fmt.Sprintf("storage-%d", c)
	}
	for i := range size {
		application := f.sim.AddApp(slacksim.AppOptions{Name: "mulebot"})
		f.apps = append(f.apps, application)
		f.workspaces = append(f.workspaces, f.sim.AddWorkspace(application, slacksim.TeamOptions{Name: fmt.Sprintf("team %d", i), Users: []string{"ann"}, Channels: channels}))
	}
	var group sync.WaitGroup
	room := make(chan struct{}, 64)
	for i, ws := range f.workspaces {
		room <- struct{}{}
		group.Go(func() {
			defer func() { <-room }()
			if err := f.record(tenants, ws, kubeconfigs[i%len(kubeconfigs)], cards); err != nil {
				f.t.Error(err)
			}
		})
	}
	group.Wait()
}

// record puts what is known of a workspace into the store: a card for every channel, and the others for some.
func (f *fleet) record(tenants *app.Tenants, ws *slacksim.Workspace, kubeconfig string, cards int) error {
	ctx, team := f.t.Context(), models.TeamID(ws.ID())
	if err := tenants.PutWorkspace(ctx, models.Workspace{Team: team, Name: ws.Name(),
		AppToken: models.Secret(ws.App().AppToken()), BotToken: models.Secret(ws.BotToken())}); err != nil {
		return err
	}
	const name = "quarry"
	if err := tenants.PutCluster(ctx, models.Cluster{Ref: models.ClusterRef{Team: team, Name: name}, Kubeconfig: models.Secret(kubeconfig)}); err != nil {
		return err
	}
	channel := models.AnyChannel
	for i := range cards {
		if err := tenants.PutCard(ctx, models.Card{Team: team, Channel: channel, Clusters: []string{name}}); err != nil {
			return err
		}
		channel = models.ChannelID(ws.Channel(fmt.Sprintf("storage-%d", i)))
	}
	return nil
}
