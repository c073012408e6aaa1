package app

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// Workshop keeps a workspace's own intents in the store, and puts them into use. It meets [intents.Workshop].
type Workshop struct {
	customs *Customs
}

// IntentsReport is what an examination of training files found.
type IntentsReport = intents.Examination

// Examine checks training files as they would be in the place of the workspace's own. What was taught stays with them.
func (w *Workshop) Examine(ctx context.Context, team models.TeamID, files map[string]string) (intents.Examination, error) {
	var e intents.Examination
	files, err := w.whole(ctx, team, files)
	if err != nil {
		return e, err
	}
	own, err := w.customs.read(w.customs.deployment.Load(), files, w.customs.rules().Most)
	if err != nil {
		e.Errors = intents.Faults(err)
		return e, nil
	}
	if own == nil {
		e.Warnings = []string{"there is no file *.yml, so nothing would be left of the workspace's own intents"}
		return e, nil
	}
	e.Warnings = own.Warnings
	l := &w.customs.language
	trials, err := nlp.TryExtension(l.model, dataOf(w.customs.deployment.Load().custom, own), l.negatives(), intents.TrainingOptions())
	if err != nil {
		return e, err
	}
	e.Scores, e.Confusions = score(own.Names(), trials)
	return e, nil
}

// mostConfusions is how many confusions are told.
const mostConfusions = 20

// score counts trials up, for the intents of that name.
func score(names []string, trials []nlp.Trial) (scores []intents.IntentScore, confusions []intents.Confusion) {
	for _, name := range names {
		var right, taken int
		s := intents.IntentScore{Intent: name}
		for _, t := range trials {
			if t.Own && t.Intent == name {
				s.Examples++
				if t.TakenFor == name {
					right++
				}
			}
			if t.TakenFor == name {
				taken++
			}
		}
		s.Recall = ratio(right, s.Examples)
		s.Precision = ratio(right, taken)
		if s.Precision+s.Recall > 0 {
			s.F1 = 2 * s.Precision * s.Recall / (s.Precision + s.Recall)
		}
		scores = append(scores, s)
	}
	for _, t := range trials {
		if t.TakenFor != t.Intent && t.TakenFor != "" && slices.Contains(names, t.Intent) != slices.Contains(names, t.TakenFor) && len(confusions) < mostConfusions {
			confusions = append(confusions, intents.Confusion{Phrase: t.Text, Intent: t.Intent, TakenFor: t.TakenFor})
		}
	}
	slices.SortStableFunc(confusions, func(a, b intents.Confusion) int { return cmp.Compare(a.Intent, b.Intent) })
	return scores, confusions
}

func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// whole returns the files with what was taught, unless they have that themselves. What was taught to intents that are no more
// is left out.
func (w *Workshop) whole(ctx context.Context, team models.TeamID, files map[string]string) (map[string]string, error) {
	if _, own := files[intents.TaughtFile]; own {
		return files, nil
	}
	old, err := w.Files(ctx, team)
	if err != nil || old[intents.TaughtFile] == "" {
		return files, err
	}
	data, _, err := nlp.ParseYAML(map[string]string{intents.TaughtFile: old[intents.TaughtFile]})
	if err != nil {
		return files, nil // it is ours, and damaged: nothing to keep
	}
	known := w.customs.model.Intents()
	known = append(known, w.customs.deployment.Load().custom.Names()...)
	for name, text := range files {
		if name == actions.File {
			known = append(known, actions.Names(text)...)
		}
	}
	data.Examples = slices.DeleteFunc(data.Examples, func(ex nlp.Example) bool { return !slices.Contains(known, ex.Intent) })
	if len(data.Examples) == 0 {
		return files, nil
	}
	whole := maps.Clone(files)
	if whole == nil {
		whole = map[string]string{}
	}
	whole[intents.TaughtFile], err = written(data)
	return whole, err
}

func written(data *nlp.Data) (string, error) {
	var b bytes.Buffer
	err := nlp.WriteYAML(&b, data)
	return b.String(), err
}

// Activate puts training files in the place of the workspace's own: into the store and, at once, into use.
func (w *Workshop) Activate(ctx context.Context, team models.TeamID, files map[string]string) error {
	c := w.customs
	c.changing.Lock()
	defer c.changing.Unlock()
	files, err := w.whole(ctx, team, files)
	if err != nil {
		return err
	}
	return w.activate(ctx, team, files, c.rules().Most)
}

// activate is Activate with all files, which may hold so many intents. The caller holds changing.
func (w *Workshop) activate(ctx context.Context, team models.TeamID, files map[string]string, most int) error {
	c := w.customs
	understanding, err := c.ofTeam(c.deployment.Load(), files, most)
	if err != nil {
		return refused("the workspace", err)
	}
	if err := c.store.PutTrainingFiles(ctx, team, files); err != nil {
		return err
	}
	t := c.tenant(team)
	t.once.Do(func() {}) // what the first question has begun comes before
	t.put(understanding)
	c.log.Info().Str("team", string(team)).Int("files", len(files)).Msg("the workspace's own intents are taken over")
	return nil
}

// Clear removes the workspace's own files, with what was taught: out of the store and, at once, out of use.
func (w *Workshop) Clear(ctx context.Context, team models.TeamID) error {
	w.customs.changing.Lock()
	defer w.customs.changing.Unlock()
	return w.activate(ctx, team, nil, anyNumber)
}

// Forget has what a workspace understands read anew from the store when it is next asked for.
func (w *Workshop) Forget(team models.TeamID) { w.customs.forget(team, w.customs.tenant(team)) }

// Teach adds a phrasing to an intent, built-in or not, of this workspace only.
func (w *Workshop) Teach(ctx context.Context, team models.TeamID, phrase, intent string) error {
	phrase = strings.Join(strings.Fields(phrase), " ")
	if phrase == "" {
		return &models.Error{Kind: models.Invalid, Message: "there is no phrase to teach", Hint: "give the sentence that was not understood"}
	}
	c := w.customs
	c.changing.Lock()
	defer c.changing.Unlock()
	files, err := w.Files(ctx, team)
	if err != nil {
		return err
	}
	own, err := c.read(c.deployment.Load(), files, anyNumber)
	if err != nil {
		return refused("the workspace", err)
	}
	known := slices.Concat(c.model.Intents(), c.deployment.Load().custom.Names(), own.Names())
	if !slices.Contains(known, intent) {
		slices.Sort(known)
		return &models.Error{Kind: models.NotFound, Message: "there is no intent " + intent, Hint: "the intents are " + strings.Join(known, ", ")}
	}
	data := &nlp.Data{}
	if text := files[intents.TaughtFile]; text != "" {
		if data, _, err = nlp.ParseYAML(map[string]string{intents.TaughtFile: text}); err != nil {
			return refused("the workspace", err)
		}
	}
	data.Examples = slices.DeleteFunc(data.Examples, func(ex nlp.Example) bool { return strings.EqualFold(ex.Text, phrase) })
	data.Examples = append(data.Examples, nlp.Example{Intent: intent, Text: phrase})
	slices.SortStableFunc(data.Examples, func(a, b nlp.Example) int { return cmp.Compare(a.Intent, b.Intent) })
	next := maps.Clone(files)
	if next == nil {
		next = map[string]string{}
	}
	if next[intents.TaughtFile], err = written(data); err != nil {
		return &models.Error{Kind: models.Invalid, Message: "that phrase cannot be taught", Hint: "give it in one line", Err: err}
	}
	return w.activate(ctx, team, next, anyNumber)
}

// Files returns the workspace's own files.
func (w *Workshop) Files(ctx context.Context, team models.TeamID) (map[string]string, error) {
	return w.customs.store.TrainingFiles(ctx, team)
}

// Workshop returns the workshop of the store, for the command line.
func (t *Tenants) Workshop() (*Workshop, error) {
	l, err := builtin()
	if err != nil {
		return nil, err
	}
	customs, err := newCustoms(l, t.Store, t.config.Intents.Dir, t.config.intentRules, zerolog.Nop())
	return &Workshop{customs}, err
}

// ReadIntents returns the files of a folder of intents, by their paths in it.
func ReadIntents(dir string) (map[string]string, error) {
	files, err := readTraining(dir)
	if err == nil && len(files) == 0 {
		return nil, &models.Error{Kind: models.NotFound, Message: "there is no file *.yml in " + dir, Hint: "see docs/intents.md for what belongs there"}
	}
	return files, err
}
