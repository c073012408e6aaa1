package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

func (c *command) nlu() *cobra.Command {
	cmd := group("nlu", "Train, test and explain how language is understood",
		c.nluValidate(), c.nluTrain(), c.nluTest(), c.nluCrossValidate(), c.nluExplain(), c.nluShell(), c.nluConvert())
	cmd.Long = `Train, test and explain how language is understood. Without --model or --data it is the built-in model.

Training and test data is Rasa NLU YAML (.yml), lines of text, tab and intent (.tsv), JSON lines of tokens and BIO tags
(.jsonl) or Rasa's former JSON (.json). See docs/nlu.md.`
	return cmd
}

// modelFlags adds the flags that say which model is meant.
func modelFlags(cmd *cobra.Command, l *app.Language) {
	cmd.Flags().StringVar(&l.Model, "model", "", "a model file (default: the built-in model)")
	dataFlags(cmd, l)
	cmd.MarkFlagsMutuallyExclusive("model", "data")
}

func dataFlags(cmd *cobra.Command, l *app.Language) {
	cmd.Flags().StringArrayVar(&l.Data, "data", nil, "a file or folder of training data; may be repeated (default: the built-in data)")
	cmd.Flags().Uint64Var(&l.Seed, "seed", 0, "decides every random choice of the training")
	cmd.Flags().BoolVar(&l.LinearOnly, "linear-only", false, "train --data in a fraction of the time, a little less accurate")
	cmd.Flags().BoolVar(&l.NoVectors, "no-vectors", false, "train --data without the word vectors, which are of English")
}

// openModel reads the model that is meant, or trains it, with a note of progress. It fails with an error that the user has been told
// of where the training data is faulty.
func (c *command) openModel(ctx context.Context, l *app.Language) (*app.Trained, error) {
	done := c.progress("training")
	m, err := l.Open(ctx)
	done()
	if err != nil {
		return nil, c.faults(err)
	}
	return m, nil
}

func outputFlag(cmd *cobra.Command, output *string) {
	cmd.Flags().StringVarP(output, "output", "o", "text", "text or json")
}

func checkOutput(output string) error {
	if output != "text" && output != "json" {
		return &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("--output cannot be %q", output), Hint: "use text or json"}
	}
	return nil
}

// printJSON writes a value as indented JSON.
func (c *command) printJSON(v any) error {
	e := json.NewEncoder(c.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// paint colours text on a terminal.
func (c *command) paint(code, text string) string {
	if !c.textOptions().Color {
		return text
	}
	return "\033[" + code + "m" + text + "\033[0m"
}

const (
	bold  = "1"
	faint = "2"
	red   = "31"
	green = "32"
	amber = "33"
)

// faults tells of every fault in training data, one a line, so that an editor can jump to it. Other errors it leaves alone.
func (c *command) faults(err error) error {
	bad, ok := errors.AsType[*app.BadData](err)
	if !ok {
		return err
	}
	for _, f := range bad.Faults {
		fmt.Fprintf(c.Err, "%s: error: %s\n  → %s\n", f.At, f.Problem, f.Hint)
	}
	return answered{err}
}

func (c *command) nluValidate() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "validate PATH…",
		Short: "Check training data: every error and every warning, with its place",
		Long: `Check training data: every error and every warning, with its place. In a folder with actions.yml, the actions are checked
too: as intents of your own, whose requests may go where the setting intents.http_allow lets them.`,
		Example: `  mulebot nlu validate training/
  mulebot nlu validate -o json training/nlu.yml`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkOutput(output); err != nil {
				return err
			}
			config, err := c.config()
			if err != nil {
				return err
			}
			data, err := app.ReadTrainingData(args)
			if err != nil {
				return err
			}
			if err := data.CheckIntents(config, args); err != nil {
				return err
			}
			if output == "json" {
				err = c.printJSON(findings(data))
			} else {
				c.printFindings(data)
			}
			if err == nil && len(data.Faults) > 0 {
				err = answered{&app.BadData{Faults: data.Faults}}
			}
			return err
		},
	}
	outputFlag(cmd, &output)
	return cmd
}

func (c *command) printFindings(data *app.TrainingData) {
	for _, f := range data.Faults {
		fmt.Fprintf(c.Out, "%s: %s: %s\n  → %s\n", f.At, c.paint(red, "error"), f.Problem, f.Hint)
	}
	for _, w := range data.Warnings {
		fmt.Fprintf(c.Out, "%s: %s: %s\n", w.At, c.paint(amber, "warning"), w.Message)
	}
	fmt.Fprintf(c.Out, "%s of %s: %s, %s\n", count(len(data.Examples), "example"), count(data.Intents(), "intent"),
		count(len(data.Faults), "error"), count(len(data.Warnings), "warning"))
}

// count writes a number and what it counts.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// finding is a fault or a warning in JSON.
type finding struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

func findings(data *app.TrainingData) any {
	out := struct {
		Examples int       `json:"examples"`
		Intents  int       `json:"intents"`
		Errors   []finding `json:"errors"`
		Warnings []finding `json:"warnings"`
	}{len(data.Examples), data.Intents(), []finding{}, []finding{}}
	for _, f := range data.Faults {
		out.Errors = append(out.Errors, finding{f.At.File, f.At.Line, f.At.Column, f.Problem, f.Hint})
	}
	for _, w := range data.Warnings {
		out.Warnings = append(out.Warnings, finding{w.At.File, w.At.Line, w.At.Column, w.Message, ""})
	}
	return out
}

func (c *command) nluTrain() *cobra.Command {
	var l app.Language
	var out string
	cmd := &cobra.Command{
		Use:     "train",
		Short:   "Train a model and write it to a file",
		Example: `  mulebot nlu train --data training/ --out bot.model`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			start := time.Now()
			m, err := c.openModel(cmd.Context(), &l)
			if err != nil {
				return err
			}
			took := time.Since(start)
			size, err := m.Save(out)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.Out, "trained %s on %s in %.1f s: %s has %.2f MB\n", count(m.Data.Intents(), "intent"),
				count(len(m.Data.Examples), "example"), took.Seconds(), out, float64(size)/1e6)
			if n := len(m.Data.Warnings); n > 0 && len(l.Data) > 0 {
				fmt.Fprintf(c.Err, "the data has %s\n  → see mulebot nlu validate %s\n", count(n, "warning"), l.Data[0])
			}
			fmt.Fprintf(c.Out, "  → next: mulebot nlu test --model %s --test PATH; mulebot nlu shell --model %s\n", out, out)
			return nil
		},
	}
	dataFlags(cmd, &l)
	cmd.Flags().StringVar(&out, "out", "", "the file to write")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func (c *command) nluConvert() *cobra.Command {
	return &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Convert training data (.tsv, .jsonl, .json) to Rasa NLU YAML",
		Long:  `Convert a file or folder of training data to one file of Rasa NLU YAML. OUT must not exist; - is standard output.`,
		Example: `  mulebot nlu convert intents.tsv nlu.yml
  mulebot nlu convert rasa.json - | less`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			in, out := args[0], args[1]
			if out == "-" {
				_, err := app.Convert(in, c.Out)
				return c.faults(err)
			}
			if _, err := os.Stat(out); err == nil {
				return &models.Error{Kind: models.Conflict, Message: out + " is there already", Hint: "name another file, or remove it first"}
			}
			f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if err != nil {
				return &models.Error{Kind: models.Invalid, Message: out + " cannot be written", Hint: "check the folder, and who may write there", Err: err}
			}
			data, err := app.Convert(in, f)
			if err = errors.Join(err, f.Close()); err != nil {
				os.Remove(out)
				return c.faults(err)
			}
			fmt.Fprintf(c.Out, "wrote %s of %s to %s\n", count(len(data.Examples), "example"), count(data.Intents(), "intent"), out)
			return nil
		},
	}
}

// counter is how far a test is, for [command.progressOf].
type counter struct{ done, of atomic.Int64 }

func (n *counter) set(done, of int) {
	n.done.Store(int64(done))
	n.of.Store(int64(of))
}

func (n *counter) words(before, during string) func() string {
	return func() string {
		if n.of.Load() == 0 {
			return before
		}
		return fmt.Sprintf("%s, %d of %d", during, n.done.Load(), n.of.Load())
	}
}
