package app

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// TrainingStore keeps the training files of workspaces. It is met by *store.Store.
type TrainingStore interface {
	TrainingFiles(ctx context.Context, team models.TeamID) (map[string]string, error)
	PutTrainingFiles(ctx context.Context, team models.TeamID, files map[string]string) error
}

// Customs gives each workspace what it understands: the built-in intents, those of the deployment's folder, and its own out
// of the store. What it gives is immutable; a change builds the new one aside and puts it in the place of the old, so that
// no answer waits for it.
type Customs struct {
	language
	store TrainingStore
	dir   string // of the deployment's intents; empty: none
	rules func() actions.Rules
	log   zerolog.Logger

	deployment atomic.Pointer[layer]
	changing   sync.Mutex // held while an understanding that is in use is replaced
	mu         sync.Mutex
	teams      map[models.TeamID]*tenant
}

// layer is what the whole deployment understands.
type layer struct {
	files         map[string]string
	custom        *intents.Custom // nil: none
	understanding *intents.Understanding
}

// tenant is what one workspace understands.
type tenant struct {
	once          sync.Once
	err           error
	own           atomic.Bool // it has files of its own; else the deployment's understanding is its
	understanding atomic.Pointer[intents.Understanding]
}

// newCustoms reads the folder, which must be right at the start: what is wrong with it is the error.
func newCustoms(l language, store TrainingStore, dir string, rules func() actions.Rules, log zerolog.Logger) (*Customs, error) {
	c := &Customs{language: l, store: store, dir: dir, rules: rules, log: log, teams: map[models.TeamID]*tenant{}}
	files, err := readTraining(dir)
	if err != nil {
		return nil, err
	}
	first, err := c.layer(files)
	if err != nil {
		return nil, refused(dir, err)
	}
	for _, warning := range first.warnings() {
		c.log.Warn().Str("dir", dir).Msg(warning)
	}
	c.deployment.Store(first)
	return c, nil
}

// refused words what is wrong with training files.
func refused(where string, err error) error {
	lines := intents.Faults(err)
	return &models.Error{Kind: models.Invalid, Message: "the intents of " + where + " are refused:\n  " + strings.Join(lines, "\n  "),
		Hint: "mend the files; see docs/intents.md"}
}

// readTraining returns the training files of a folder, by their paths in it; none for no folder.
func readTraining(dir string) (map[string]string, error) {
	if dir == "" {
		return nil, nil
	}
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != "." && strings.HasPrefix(name, ".") {
			return fs.SkipDir // such as the ..data of a mounted ConfigMap
		}
		if ext := filepath.Ext(name); d.IsDir() || ext != ".yml" && ext != ".yaml" || strings.HasPrefix(name, ".") {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(text)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &models.Error{Kind: models.NotFound, Message: "there is no folder " + dir + " of intents", Hint: "check intents.dir or --intents"}
	}
	if err != nil {
		return nil, &models.Error{Kind: models.Invalid, Message: "the intents of " + dir + " cannot be read", Hint: "check the folder's permissions", Err: err}
	}
	return files, nil
}

// layer builds what the deployment's files make of the built-in understanding.
func (c *Customs) layer(files map[string]string) (*layer, error) {
	custom, err := intents.ReadCustom(files, c.rules())
	if err != nil {
		return nil, err
	}
	l := &layer{files: files, custom: custom}
	l.understanding, err = c.understand(custom)
	return l, err
}

func (l *layer) warnings() []string {
	if l.custom == nil {
		return nil
	}
	return l.custom.Warnings
}

// understand trains what sets of intents, of which some may be nil, make of the built-in understanding.
func (l *language) understand(sets ...*intents.Custom) (*intents.Understanding, error) {
	data := dataOf(sets...)
	if len(data.Examples) == 0 {
		return intents.Understand(l.model, sets...)
	}
	model, err := nlp.Extend(l.model, data, l.negatives(), intents.TrainingOptions())
	if err != nil {
		return nil, err
	}
	return intents.Understand(model, sets...)
}

// dataOf joins the training data of sets.
func dataOf(sets ...*intents.Custom) *nlp.Data {
	data := &nlp.Data{}
	for _, s := range sets {
		if s != nil {
			data.Examples = append(data.Examples, s.Data.Examples...)
			data.Synonyms = append(data.Synonyms, s.Data.Synonyms...)
			data.Lookups = append(data.Lookups, s.Data.Lookups...)
			data.Regexes = append(data.Regexes, s.Data.Regexes...)
		}
	}
	return data
}

// For returns what a workspace understands. Its own intents are trained when it is first asked for; if they are broken, the
// deployment's go on without them.
func (c *Customs) For(ctx context.Context, team models.TeamID) (*intents.Understanding, error) {
	t := c.tenant(team)
	t.once.Do(func() {
		files, err := c.store.TrainingFiles(ctx, team)
		if err != nil {
			t.err = err
			return
		}
		if len(files) == 0 {
			return
		}
		for {
			under := c.deployment.Load()
			understanding, err := c.ofTeam(under, files, anyNumber)
			switch {
			case c.deployment.Load() != under:
				continue // it was replaced meanwhile
			case err != nil:
				c.complain(team, err)
			default:
				t.put(understanding)
			}
			return
		}
	})
	if t.err != nil {
		c.forget(team, t)
		return nil, t.err
	}
	if t.own.Load() {
		return t.understanding.Load(), nil
	}
	return c.deployment.Load().understanding, nil
}

func (t *tenant) put(u *intents.Understanding) {
	t.understanding.Store(u)
	t.own.Store(u != nil)
}

func (c *Customs) tenant(team models.TeamID) *tenant {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.teams[team]
	if t == nil {
		t = &tenant{}
		c.teams[team] = t
	}
	return t
}

// forget lets the next question try again.
func (c *Customs) forget(team models.TeamID, t *tenant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.teams[team] == t {
		delete(c.teams, team)
	}
}

func (c *Customs) complain(team models.TeamID, err error) {
	c.log.Error().Str("team", string(team)).Strs("reasons", intents.Faults(err)).Msg("the workspace's own intents are refused; it goes on without the change")
}

// anyNumber of intents may be in files that were taken once: a limit that was lowered keeps what is there.
const anyNumber = 0

// ofTeam builds what a workspace with files of its own understands, which may hold so many intents.
func (c *Customs) ofTeam(under *layer, files map[string]string, most int) (*intents.Understanding, error) {
	own, err := c.read(under, files, most)
	if err != nil || own == nil {
		return nil, err
	}
	return c.understand(under.custom, own)
}

// read reads the files of a workspace, which may hold so many intents.
func (c *Customs) read(under *layer, files map[string]string, most int) (*intents.Custom, error) {
	rules := c.rules()
	rules.Taken, rules.Most = under.custom.Names(), most
	return intents.ReadCustom(files, rules)
}

// watchEvery is how often the folder of intents is looked at.
const watchEvery = 2 * time.Second

// Run reads the folder anew when it has changed, until ctx ends.
func (c *Customs) Run(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	return c.watch(ctx, tick.C)
}

// watch is Run with a clock.
func (c *Customs) watch(ctx context.Context, tick <-chan time.Time) error {
	if c.dir == "" {
		<-ctx.Done()
		return nil
	}
	seen := c.deployment.Load().files
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
			files, err := readTraining(c.dir)
			switch {
			case err != nil:
				files = nil
			case maps.Equal(files, seen):
				continue
			default:
				err = c.reload(ctx, files)
			}
			if err != nil && !(files == nil && seen == nil) {
				c.log.Error().Str("dir", c.dir).Strs("reasons", intents.Faults(err)).Msg("the intents of the folder are refused; the old ones go on")
			}
			seen = files
		}
	}
}

// reload puts new files of the deployment in the place of the old, and then those of every workspace that stand on them.
func (c *Customs) reload(ctx context.Context, files map[string]string) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	next, err := c.layer(files)
	if err != nil {
		return err
	}
	for _, warning := range next.warnings() {
		c.log.Warn().Str("dir", c.dir).Msg(warning)
	}
	c.deployment.Store(next)
	c.log.Info().Str("dir", c.dir).Strs("intents", next.custom.Names()).Msg("the intents of the folder are taken over")
	c.mu.Lock()
	teams := maps.Clone(c.teams)
	c.mu.Unlock()
	for team, t := range teams {
		if ctx.Err() != nil {
			return nil
		}
		if !t.own.Load() {
			continue
		}
		own, err := c.store.TrainingFiles(ctx, team)
		if err == nil {
			var understanding *intents.Understanding
			if understanding, err = c.ofTeam(next, own, anyNumber); err == nil {
				t.put(understanding)
			}
		}
		if err != nil {
			c.complain(team, err)
		}
	}
	return nil
}
