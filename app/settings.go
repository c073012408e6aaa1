package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"
	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/store"
)

// Settings hold the configuration of a process that serves. What they give out is immutable; a change of the file, or a hangup,
// puts another in its place, so whoever wants to know of changes asks each time that a setting is used.
type Settings struct {
	path    string
	environ []string
	// Hangups ask for the file to be read anew, as SIGHUP does; nil: nothing does but its change.
	Hangups <-chan os.Signal

	changing sync.Mutex // held while the configuration is replaced
	current  atomic.Pointer[Config]
}

// LoadSettings reads the configuration as LoadConfig does, and can do so again.
func LoadSettings(path string, environ []string) (*Settings, error) {
	c, err := LoadConfig(path, environ)
	if err != nil {
		return nil, err
	}
	s := settingsOf(c)
	s.path, s.environ = path, environ
	return s, nil
}

// settingsOf are settings that nothing changes.
func settingsOf(c Config) *Settings {
	s := &Settings{}
	s.current.Store(&c)
	return s
}

// Now returns the configuration that is in force. It is not to be changed.
func (s *Settings) Now() *Config { return s.current.Load() }

// What others ask for at each use.
func (s *Settings) tuning() kube.Tuning {
	c := s.Now()
	return kube.Tuning{Guard: c.guard, Idle: c.Kube.Idle, SyncTimeout: c.Kube.SyncTimeout}
}

func (s *Settings) retention() store.Retention {
	c := s.Now()
	return store.Retention{Entries: c.Audit.Entries, Texts: c.Audit.Texts}
}

func (s *Settings) limits() store.Limits {
	c := s.Now().Tenants
	return store.Limits{Clusters: c.MaxClusters, Cards: c.MaxCards, Bytes: int64(c.MaxMegabytes) << 20}
}

func (s *Settings) asks() bot.AskLimit {
	c := s.Now()
	return bot.AskLimit{PerSecond: c.Slack.AskRate, Burst: c.Slack.AskBurst}
}

func (s *Settings) answerTimeout() time.Duration { return s.Now().AnswerTimeout }

// Run reads the configuration anew when its file has changed and at every hangup, until ctx ends. It looks at the file like
// [Customs.Run] at its folder: files of a mounted ConfigMap are replaced by links, which tells no watcher of files anything.
func (s *Settings) Run(ctx context.Context, log zerolog.Logger) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	return s.watch(ctx, tick.C, log)
}

// watch is Run with a clock.
func (s *Settings) watch(ctx context.Context, tick <-chan time.Time, log zerolog.Logger) error {
	file := watched{taken: s.content()}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.Hangups:
			file = watched{taken: s.content()}
		case <-tick:
			if !file.changed(s.content()) {
				continue
			}
		}
		s.reload(log)
	}
}

// watched is a file that is looked at again and again.
type watched struct {
	taken string // its content when it was last read
	seen  string // its content when it was last looked at
}

// changed reports whether a file with this content is to be read: it is another than before, and twice the same, for somebody may
// be writing it.
func (w *watched) changed(content string) bool {
	steady := content == w.seen
	w.seen = content
	if !steady || content == w.taken {
		return false
	}
	w.taken = content
	return true
}

// content returns the text of the file; that of one that cannot be read is how it cannot.
func (s *Settings) content() string {
	if s.path == "" {
		return ""
	}
	text, err := os.ReadFile(s.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "unreadable: " + err.Error()
	}
	return string(text)
}

// reload puts what the file says now in the place of what it said, as far as that can be while serving. What is wrong is refused as
// a whole.
func (s *Settings) reload(log zerolog.Logger) {
	s.changing.Lock()
	defer s.changing.Unlock()
	next, err := LoadConfig(s.path, s.environ)
	if err != nil {
		log.Error().Err(err).Str("file", s.path).Msg("the configuration is refused; the old one goes on")
		return
	}
	old := s.Now()
	waiting := next.keep(old)
	taken := changed(old, &next)
	s.current.Store(&next)
	if len(waiting) > 0 {
		log.Warn().Str("file", s.path).Strs("settings", waiting).Msg("settings have changed that take effect after a restart only")
	}
	log.Info().Str("file", s.path).Strs("settings", taken).Msg("the configuration is taken over")
}

// keep gives the settings that cannot change while serving the values that they have in another configuration, and returns those
// whose values were others.
func (c *Config) keep(old *Config) (waiting []string) {
	for _, s := range []struct {
		key  string
		same bool
		keep func()
	}{
		{"data_dir", c.DataDir == old.DataDir, func() { c.DataDir = old.DataDir }},
		{"key", c.Key == old.Key, func() { c.Key = old.Key }},
		{"log.format", c.Log.Format == old.Log.Format, func() { c.Log.Format = old.Log.Format }},
		{"listen", c.Listen == old.Listen, func() { c.Listen = old.Listen }},
		{"slack.api_url", c.Slack.APIURL == old.Slack.APIURL, func() { c.Slack.APIURL = old.Slack.APIURL }},
		{"kube.prometheus", c.Kube.Prometheus == old.Kube.Prometheus, func() { c.Kube.Prometheus = old.Kube.Prometheus }},
		{"intents.dir", c.Intents.Dir == old.Intents.Dir, func() { c.Intents.Dir = old.Intents.Dir }},
	} {
		if !s.same {
			waiting = append(waiting, s.key)
			s.keep()
		}
	}
	c.environment = old.environment
	return waiting
}

// changed returns the keys of the settings that differ, in order.
func changed(a, b *Config) (keys []string) {
	of := func(c *Config) *koanf.Koanf {
		k := koanf.New(".")
		_ = k.Load(structs.Provider(*c, "koanf"), nil) // of a struct: cannot fail
		return k
	}
	was, is := of(a), of(b)
	for _, key := range is.Keys() {
		if !reflect.DeepEqual(was.Get(key), is.Get(key)) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// Leveled returns a logger that writes what the level of the configuration lets through, whatever it is at that moment.
func (s *Settings) Leveled(log zerolog.Logger) zerolog.Logger { return log.Sample(level{s}) }

// level lets an event pass if the level in force says so. It implements zerolog.Sampler.
type level struct{ *Settings }

// Sample implements zerolog.Sampler.
func (l level) Sample(of zerolog.Level) bool {
	least, err := zerolog.ParseLevel(l.Now().Log.Level)
	return err != nil || of >= least
}
