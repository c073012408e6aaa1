package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/intents/actions"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/nlp/eval"
)

// Language is the tools for training data and models: what "mulebot nlu" does.
type Language struct {
	Model string   // a model file
	Data  []string // or files and folders of training data; neither: the built-in data
	Seed  uint64   // of the training

	LinearOnly, NoVectors bool // as in nlp.Options
}

// String names the model: its file, its data, or the built-in one.
func (l Language) String() string {
	switch {
	case l.Model != "":
		return l.Model
	case len(l.Data) > 0:
		return strings.Join(l.Data, ", ")
	}
	return "the built-in model"
}

// What the tools give, by names that the command line may use: it does not know package nlp.
type (
	// LanguageReport is what a test has shown.
	LanguageReport = eval.Report
	// Explanation is a parse and why.
	Explanation = nlp.Explanation
	// Entity is one of a parse.
	Entity = nlp.Entity
	// Fault is what is wrong with training data.
	Fault = nlp.DataError
	// Warning is what is probably wrong with it.
	Warning = nlp.Warning
)

// TrainingData is what was read of files, and what is wrong with them.
type TrainingData struct {
	*nlp.Data
	Warnings []Warning
	Faults   []*Fault
}

// Intents returns the number of intents that have examples.
func (d *TrainingData) Intents() int {
	seen := map[string]bool{}
	for _, ex := range d.Examples {
		if ex.Intent != nlp.Fallback {
			seen[ex.Intent] = true
		}
	}
	return len(seen)
}

// ReadTrainingData reads files and folders. Faults in them are no error: they are told in the result.
func ReadTrainingData(paths []string) (*TrainingData, error) {
	if len(paths) == 0 {
		data, warnings, err := nlp.ReadYAML(intents.Builtin())
		return &TrainingData{data, warnings, nil}, err
	}
	files, err := trainingFiles(paths)
	if err != nil {
		return nil, err
	}
	data, warnings, err := nlp.Read(disk{}, files...)
	faults, rest := splitFaults(err)
	if rest != nil {
		return nil, &models.Error{Kind: models.Invalid, Message: "the training data cannot be read", Hint: "check the files and who may read them", Err: rest}
	}
	if !slices.ContainsFunc(paths, hasActions) {
		warnings = append(warnings, data.CheckRoles()...)
	}
	return &TrainingData{data, warnings, faults}, nil
}

// hasActions reports whether a folder is one of custom intents.
func hasActions(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, actions.File))
	return err == nil
}

// disk is the file system with the paths that users write, which [os.DirFS] does not take.
type disk struct{}

// Open implements fs.FS.
func (disk) Open(name string) (fs.File, error) { return os.Open(name) }

// trainingFiles returns the files that paths stand for, as patterns. What a custom intent does ("actions.yml") stands in
// the folder of its examples and is none.
func trainingFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		before := len(files)
		err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			known := slices.Contains([]string{".yml", ".yaml", ".tsv", ".jsonl", ".json"}, filepath.Ext(name))
			if name == path || known && entry.Name() != actions.File {
				files = append(files, filepath.ToSlash(name))
			}
			return nil
		})
		if err != nil {
			return nil, &models.Error{Kind: models.NotFound, Message: "there is no training data at " + path, Hint: "give a file or a folder", Err: err}
		}
		if len(files) == before {
			return nil, &models.Error{Kind: models.NotFound, Message: "there is no training data in the folder " + path,
				Hint: "give one with files that end in .yml, .yaml, .tsv, .jsonl or .json"}
		}
	}
	escape := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)
	for i, file := range files {
		files[i] = escape.Replace(file)
	}
	return files, nil
}

// CheckIntents adds to training data what is wrong with the actions of its folders, as custom intents under a configuration.
// Folders without [actions.File] have none.
func (d *TrainingData) CheckIntents(c Config, paths []string) error {
	for _, dir := range paths {
		if !hasActions(dir) {
			continue
		}
		files, err := readTraining(dir)
		if err != nil {
			return err
		}
		_, err = intents.ReadCustom(files, c.intentRules())
		faults, rest := splitFaults(err)
		if rest != nil {
			return rest
		}
		for _, f := range faults {
			f.At.File = filepath.Join(dir, f.At.File)
			if !slices.ContainsFunc(d.Faults, func(known *Fault) bool { return *known == *f }) {
				d.Faults = append(d.Faults, f)
			}
		}
	}
	return nil
}

// splitFaults parts faults in training data from other errors.
func splitFaults(err error) (faults []*Fault, rest error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			some, other := splitFaults(e)
			faults, rest = append(faults, some...), errors.Join(rest, other)
		}
		return faults, rest
	}
	if fault, ok := errors.AsType[*Fault](err); ok {
		return []*Fault{fault}, nil
	}
	return nil, err
}

// sound reads training data that must have no fault.
func sound(paths []string) (*TrainingData, error) {
	data, err := ReadTrainingData(paths)
	if err == nil && len(data.Faults) > 0 {
		err = &BadData{data.Faults}
	}
	return data, err
}

// BadData is the error of training data with faults.
type BadData struct{ Faults []*Fault }

func (b *BadData) Error() string {
	return fmt.Sprintf("the data has %d faults, the first at %s", len(b.Faults), b.Faults[0])
}

// Unwrap makes it an error of the user's.
func (b *BadData) Unwrap() error {
	return &models.Error{Kind: models.Invalid, Message: b.Error(), Hint: b.Faults[0].Hint}
}

// options returns the options of a training: those of the built-in data or, for other data, how live names are spoken of
// of the types that it marks.
func (l Language) options(data *nlp.Data) nlp.Options {
	o := intents.TrainingOptions()
	o.Seed = l.Seed
	if len(l.Data) == 0 {
		return o
	}
	o.LinearOnly, o.NoVectors = l.LinearOnly, l.NoVectors
	all := o.Names
	o.Names = map[string]nlp.NameType{}
	for _, ex := range data.Examples {
		for _, a := range ex.Entities {
			if t, ok := all[a.Entity]; ok {
				o.Names[a.Entity] = t
			}
		}
	}
	return o
}

// Trained is a model and, if it was trained just now, what it was trained on.
type Trained struct {
	*nlp.Model
	Data *TrainingData // nil: the model was read from a file
}

// Open reads the model or trains it.
func (l Language) Open(ctx context.Context) (*Trained, error) {
	if l.Model == "" {
		return l.train(ctx)
	}
	f, err := os.Open(l.Model)
	if err != nil {
		return nil, &models.Error{Kind: models.NotFound, Message: "there is no model file " + l.Model, Hint: "train one: mulebot nlu train --data DIR --out " + l.Model, Err: err}
	}
	defer f.Close()
	m, err := nlp.ReadModel(f, nil)
	if bad, ok := errors.AsType[*nlp.FileError](err); ok {
		return nil, &models.Error{Kind: models.Invalid, Message: l.Model + ": " + bad.Problem, Hint: bad.Hint}
	} else if err != nil {
		return nil, &models.Error{Kind: models.Invalid, Message: "the model file cannot be read", Hint: "check who may read it", Err: err}
	}
	return &Trained{Model: m}, nil
}

func (l Language) train(ctx context.Context) (*Trained, error) {
	data, err := sound(l.Data)
	if err != nil {
		return nil, err
	}
	m, err := interruptible(ctx, func() (*nlp.Model, error) { return nlp.Train(data.Data, l.options(data.Data)) })
	if err != nil {
		return nil, cannotTrain(err)
	}
	return &Trained{m, data}, nil
}

func cannotTrain(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return &models.Error{Kind: models.Invalid, Message: "the data cannot be trained on", Hint: "mend it; mulebot nlu validate lists what else is wrong", Err: err}
}

// interruptible calls f and does not wait for it when the context ends, which it does when the program does.
func interruptible[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := f()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// Save writes a model to a file, all of it or nothing, and returns its size.
func (t *Trained) Save(path string) (int64, error) {
	var b bytes.Buffer
	if _, err := t.WriteTo(&b); err != nil {
		return 0, err
	}
	return int64(b.Len()), writeFile(path, b.Bytes())
}

// writeFile writes a file, all of it or nothing.
func writeFile(path string, content []byte) error {
	cannot := func(err error) error {
		return &models.Error{Kind: models.Invalid, Message: path + " cannot be written", Hint: "check the folder, and who may write there", Err: err}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".mulebot-*")
	if err != nil {
		return cannot(err)
	}
	defer os.Remove(f.Name()) // nothing is there by this name once it is renamed
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return cannot(err)
	}
	return nil
}

// Test asks the model what test data asks. Progress is told how many utterances are done.
func (l Language) Test(ctx context.Context, test []string, progress func(done, of int)) (*LanguageReport, error) {
	data, err := sound(test)
	if err != nil {
		return nil, err
	}
	if len(data.Examples) == 0 {
		return nil, &models.Error{Kind: models.Invalid, Message: "the test data has no example", Hint: "give files with examples of intents: " + strings.Join(test, ", ") + " has none"}
	}
	m, err := l.Open(ctx)
	if err != nil {
		return nil, err
	}
	return eval.Test(ctx, m.Model, data.Data, eval.Options{Names: markedNames(data.Data), Progress: progress})
}

// CrossValidate tests the training data on itself, in folds.
func (l Language) CrossValidate(ctx context.Context, folds int, progress func(done, of int)) (*LanguageReport, error) {
	data, err := sound(l.Data)
	if err != nil {
		return nil, err
	}
	if folds < 2 || folds > len(data.Examples) {
		return nil, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%d examples cannot be dealt out over %d folds", len(data.Examples), folds), Hint: "use -k 5"}
	}
	report, err := interruptible(ctx, func() (*LanguageReport, error) {
		return eval.CrossValidate(ctx, data.Data, folds, l.options(data.Data), eval.Options{Names: markedNames(data.Data), Progress: progress})
	})
	if err != nil {
		return nil, cannotTrain(err)
	}
	return report, nil
}

// markedNames takes the volumes, nodes and so on that test data marks for live ones: they are what its utterances are about.
func markedNames(data *nlp.Data) *nlp.Index {
	kinds := intents.TrainingOptions().Names
	x := nlp.NewIndex()
	for _, ex := range data.Examples {
		for _, a := range ex.Entities {
			if _, ok := kinds[a.Entity]; ok {
				value := a.Value
				if value == "" {
					value = ex.Text[a.Start:a.End]
				}
				x.Add(nlp.Name{Type: a.Entity, Value: value})
			}
		}
	}
	return x
}

// Names makes live names of words TYPE=NAME.
func Names(words []string) (nlp.Gazetteer, error) {
	x := nlp.NewIndex()
	for _, w := range words {
		kind, value, ok := strings.Cut(w, "=")
		if !ok || kind == "" || value == "" {
			return nil, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("%q is not a live name", w), Hint: "write TYPE=NAME, such as claim=data-mysql-0"}
		}
		x.Add(nlp.Name{Type: kind, Value: value})
	}
	return x, nil
}

// Convert writes training data in any format that is read as Rasa NLU YAML.
func Convert(in string, out io.Writer) (*TrainingData, error) {
	data, err := sound([]string{in})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := nlp.WriteYAML(&b, data.Data); err != nil {
		return nil, &models.Error{Kind: models.Invalid, Message: in + " cannot be written as YAML", Hint: "change the text it names", Err: err}
	}
	_, err = out.Write(b.Bytes())
	return data, err
}
