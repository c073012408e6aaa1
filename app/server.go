package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// pruneEvery is how often the store drops what it need not keep: marks of answered messages, old dialogues.
const pruneEvery = time.Hour

// OpenStore opens the store of the data directory, and makes it and its key on the first start. Close it.
func OpenStore(c Config) (*store.Store, error) {
	key, err := storeKey(c)
	if err != nil {
		return nil, err
	}
	st, err := store.Open(storePath(c), key, time.Now)
	if err == nil {
		s := settingsOf(c)
		st.Retention, st.Limits = s.retention, s.limits
	}
	return st, err
}

func storeKey(c Config) (store.Key, error) {
	if c.Key != "" {
		return store.ParseKey(c.Key)
	}
	return store.LoadKey(keyPath(c))
}

// Server is the bot: every workspace of the store, and the one of the environment, served until its context ends.
type Server struct {
	settings *Settings
	config   Config // at the start, for what does not change
	log      zerolog.Logger
	store    *store.Store
	kube     *kube.Clusters
	corridor
	registry *Registry
	schedule *schedule
	solo     *solo // the workspace of the environment; nil if there is none
}

// NewServer builds a server whose settings may change while it runs. It opens the store, which no other process may hold; Run
// closes it.
func NewServer(settings *Settings, log zerolog.Logger) (*Server, error) {
	c := *settings.Now()
	st, err := OpenStore(c)
	if err != nil {
		return nil, err
	}
	st.Retention, st.Limits = settings.retention, settings.limits
	return newServer(settings, st, log)
}

// newServer builds a server around a store, which it closes if it fails.
func newServer(settings *Settings, st *store.Store, log zerolog.Logger) (*Server, error) {
	c := *settings.Now()
	s := &Server{settings: settings, config: c, log: log, store: st, solo: soloOf(c)}
	tenants := overlay{Store: st, solo: s.solo}
	s.kube = kube.New(kube.Options{
		Source: tenants.Cluster, Tune: settings.tuning, Log: part(log, "kube"),
	})
	admins := bot.NewAdmins(c.Slack.APIURL, s.botToken, time.Now)
	directory := bot.NewDirectory(c.Slack.APIURL, s.botToken, time.Now)
	s.registry = &Registry{overlay: tenants, kube: s.kube, directory: directory, config: settings.Now}
	var err error
	s.corridor, err = newCorridor(s.kube, tenants, office{
		admins: admins, members: admins, zones: admins,
		registry: s.registry,
		directs:  &Directs{tenants: tenants, directory: directory, log: part(log, "directs")},
		standing: s.kube,
		recents:  st,
		roles:    &Roles{config: settings.Now, store: st, admins: admins, directory: directory},
	}, st, st.Secret, settings, log)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	s.schedule = newSchedule(st, func() time.Time { return s.router.Now() }, part(log, "schedule"))
	st.Carded = s.schedule.put
	return s, nil
}

// Run serves until ctx ends. It returns nil after an orderly end.
func (s *Server) Run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, s.store.Close()) }()
	workspaces, err := s.workspaces(ctx)
	if err != nil {
		return err
	}
	if err := s.tidy(ctx); err != nil {
		return err
	}
	figures := newMeter(intents.Names())
	var door *bot.Bot
	records := keeper{store: s.store, kube: s.kube, apiURL: s.config.Slack.APIURL, gone: func(team models.TeamID) { door.Remove(team) }, log: part(s.log, "keeper")}
	door, err = bot.New(bot.Options{
		Workspaces: workspaces, Responder: s.router, Journal: s.store, Past: s.store, Keeper: records, Homes: s.router,
		APIURL: s.config.Slack.APIURL, Asks: s.settings.asks, Meter: figures, Now: s.router.Now, Log: part(s.log, "bot"),
	})
	if err != nil {
		return err
	}
	s.schedule.take = door.Take
	figures.watch(door.Status, s.kube.States)
	group, ctx := errgroup.WithContext(ctx)
	behind, letGo := context.WithCancel(context.WithoutCancel(ctx)) // what answers need that are finished when ctx has ended
	group.Go(func() error { return s.kube.Run(behind) })
	group.Go(func() error { defer letGo(); return door.Run(ctx) })
	group.Go(func() error { return s.customs.Run(ctx) })
	group.Go(func() error { return s.prune(ctx) })
	group.Go(func() error { return s.schedule.Run(ctx) })
	group.Go(func() error { return s.settings.Run(ctx, part(s.log, "settings")) })
	if s.config.Listen != "" {
		dog := &watchdog{s.config.Listen, figures, door.Status, time.Now, part(s.log, "watchdog")}
		group.Go(func() error { return dog.Run(ctx) })
	}
	desk := &control{controlPath(s.config), &caretaker{s.settings, s.store, &live{door.Status, door.Seen, door.Put, door.Remove, s.registry, s.workshop}}, part(s.log, "control"), patience}
	group.Go(func() error { return desk.Run(ctx) })
	s.log.Info().Int("workspaces", len(workspaces)).Msg("serving")
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	s.log.Info().Msg("stopped")
	return nil
}

// workspaces returns whom to serve: those of the store and the one of the environment.
func (s *Server) workspaces(ctx context.Context) ([]models.Workspace, error) {
	workspaces, err := s.store.Workspaces(ctx)
	if err != nil {
		return nil, err
	}
	workspaces = slices.DeleteFunc(workspaces, func(w models.Workspace) bool { return !w.Until.IsZero() })
	if s.solo != nil {
		if err := s.solo.identify(ctx, s.config.Slack.APIURL, s.log); err != nil {
			return nil, err
		}
		if s.solo.unread != nil {
			s.log.Warn().Err(s.solo.unread).Msg("KUBECONFIG gives no cluster: the bot serves without it")
		}
		if err := s.store.Return(ctx, s.solo.workspace.Team); err != nil {
			return nil, err
		}
		stored := slices.ContainsFunc(workspaces, func(w models.Workspace) bool { return w.Team == s.solo.workspace.Team })
		if stored {
			s.log.Info().Str("team", string(s.solo.workspace.Team)).Msg("the workspace of SLACK_BOT_TOKEN is in the store: the store's tokens are used")
		} else {
			workspaces = append(workspaces, s.solo.workspace)
		}
	}
	if len(workspaces) == 0 {
		return nil, &models.Error{Kind: models.NotFound, Message: "there is no workspace to serve",
			Hint: "set SLACK_APP_TOKEN and SLACK_BOT_TOKEN, or run: mulebot workspace add"}
	}
	return workspaces, nil
}

// tidy takes out of the store what an older version left in it.
func (s *Server) tidy(ctx context.Context) error {
	var environment models.TeamID
	if s.solo != nil {
		environment = s.solo.workspace.Team
	}
	lost, err := s.store.ForgetLeftRoles(ctx, environment)
	for _, g := range lost {
		s.log.Info().Str("team", string(g.Team)).Str("who", g.Who).Str("role", g.Gives()).Msg("a role went that was left of a cluster that had been removed")
	}
	return err
}

// botToken returns the bot token of a workspace that is served.
func (s *Server) botToken(ctx context.Context, team models.TeamID) (models.Secret, error) {
	w, err := s.store.Workspace(ctx, team)
	if models.KindOf(err) == models.NotFound && s.solo != nil && s.solo.workspace.Team == team {
		return s.solo.workspace.BotToken, nil
	}
	return w.BotToken, err
}

func (s *Server) prune(ctx context.Context) error {
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := s.store.Prune(ctx); err != nil {
				s.log.Error().Err(err).Msg("pruning the store failed")
			}
		}
	}
}

func part(log zerolog.Logger, name string) zerolog.Logger {
	return log.With().Str("part", name).Logger()
}
