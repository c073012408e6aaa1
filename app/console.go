package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// Folder is a cluster in files.
type Folder struct {
	Name string // of the cluster
	Dir  string
}

// ConsoleOptions says which clusters a console answers about. One of Demo, From, or a kubeconfig.
type ConsoleOptions struct {
	Demo       bool
	From       []Folder
	Kubeconfig string    // path; empty: as kubectl finds it
	Context    string    // empty: the current one
	Now        time.Time // the clock of folders; zero: the newest timestamp in each
	Thread     string    // names a conversation kept on disk between calls; empty: forgotten on Close
}

// Console answers one local user, without Slack and, for folders, without a cluster.
type Console struct {
	Clusters []string
	Router   *intents.Router
	Store    *store.Store

	stop func()
	done chan error
}

// OpenConsole builds a console and, for a live cluster, begins to follow it. Close it.
func OpenConsole(ctx context.Context, c Config, o ConsoleOptions, log zerolog.Logger) (*Console, error) {
	st, err := consoleStore(c, o.Thread)
	if err != nil {
		return nil, err
	}
	from, names, run, err := consoleClusters(c, o, log)
	if err != nil {
		st.Close()
		return nil, err
	}
	tenants := oneCard{Store: st, card: models.Card{Team: models.Local, Channel: models.AnyChannel, Clusters: names}}
	inside, err := newCorridor(from, tenants, office{}, st, c.environment.secret, settingsOf(c), log)
	if err != nil {
		st.Close()
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	console := &Console{Clusters: names, Router: inside.router, Store: st, stop: stop, done: make(chan error, 2)}
	go func() { console.done <- run(ctx) }()
	go func() { console.done <- inside.customs.Run(ctx) }()
	return console, nil
}

// Close ends what OpenConsole began.
func (c *Console) Close() error {
	c.stop()
	return errors.Join(<-c.done, <-c.done, c.Store.Close())
}

// Ask answers one question of a conversation and remembers it.
func (c *Console) Ask(ctx context.Context, thread, text string) (models.Reply, error) {
	m := models.Message{
		ID: "ask", Kind: models.Typed, Team: models.Local, Channel: "console", Thread: models.ThreadID(thread), User: "you",
		Text: text, At: time.Now(),
	}
	reply := c.Router.Respond(ctx, m)
	return reply, c.Done(ctx, m, nil, reply.Dialogue)
}

// Done remembers what is to be remembered of a message that was answered. It meets [bot.Recorder].
func (c *Console) Done(ctx context.Context, m models.Message, a *models.Audit, d *models.Dialogue) error {
	return c.Store.DoneAtOnce(ctx, m, a, d)
}

// consoleStore is in memory unless the conversation is to outlive the process.
func consoleStore(c Config, thread string) (*store.Store, error) {
	if thread == "" {
		return store.Memory(time.Now), nil
	}
	key, err := storeKey(c)
	if err != nil {
		return nil, err
	}
	return store.Open(consolePath(c), key, time.Now)
}

// consoleClusters returns the clusters asked about, their names and what has to run meanwhile.
func consoleClusters(c Config, o ConsoleOptions, log zerolog.Logger) (inventories, []string, func(context.Context) error, error) {
	idle := func(ctx context.Context) error { <-ctx.Done(); return nil }
	if o.Demo || len(o.From) > 0 {
		offline, names, err := readFolders(o)
		return offline, names, idle, err
	}
	path := o.Kubeconfig
	if path == "" {
		path = c.environment.Kubeconfig
	}
	cluster, err := kube.Kubeconfig(path, o.Context)
	if err != nil {
		return nil, nil, nil, err
	}
	cluster.Ref.Team, cluster.Prometheus = models.Local, c.Kube.Prometheus
	live := kube.New(kube.Options{
		Source: func(_ context.Context, ref models.ClusterRef) (models.Cluster, error) {
			if ref != cluster.Ref {
				return models.Cluster{}, &models.Error{Kind: models.NotFound, Message: "there is no cluster " + ref.Name,
					Hint: "the console knows " + cluster.Ref.Name}
			}
			return cluster, nil
		},
		Idle: c.Kube.Idle, SyncTimeout: c.Kube.SyncTimeout, Log: part(log, "kube"),
	})
	return live, []string{cluster.Ref.Name}, live.Run, nil
}

func readFolders(o ConsoleOptions) (kube.Offline, []string, error) {
	offline, names := kube.Offline{}, []string(nil)
	read := func(name string, files fs.FS) error {
		if offline[name] != nil {
			return &models.Error{Kind: models.Invalid, Message: "two folders are named " + name, Hint: "name them apart: --from NAME=DIR"}
		}
		inventory, err := kube.ReadDir(name, files, o.Now)
		offline[name], names = inventory, append(names, name)
		return err
	}
	if o.Demo {
		for _, cluster := range demo.Clusters() {
			if err := read(cluster.Name, cluster.Files); err != nil {
				return nil, nil, err
			}
		}
	}
	for _, folder := range o.From {
		if info, err := os.Stat(folder.Dir); err != nil || !info.IsDir() {
			return nil, nil, &models.Error{Kind: models.NotFound, Message: "there is no folder " + folder.Dir,
				Hint: "--from takes a folder of manifests, such as kubectl get -A -o yaml writes", Err: err}
		}
		if err := read(folder.Name, os.DirFS(folder.Dir)); err != nil {
			return nil, nil, err
		}
	}
	return offline, names, nil
}

// oneCard is a store in which every channel has the same card.
type oneCard struct {
	*store.Store
	card models.Card
}

// Card returns the one card.
func (o oneCard) Card(context.Context, models.TeamID, models.ChannelID) (models.Card, error) {
	return o.card, nil
}
