package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

// reportFlags are the flags of what writes a report.
type reportFlags struct{ output, html string }

func (r *reportFlags) flags(cmd *cobra.Command) {
	outputFlag(cmd, &r.output)
	cmd.Flags().StringVar(&r.html, "html", "", "write the report to this file too, as a page with the confusion matrix")
}

func (c *command) nluTest() *cobra.Command {
	var l app.Language
	var r reportFlags
	var test []string
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Test a model on data that it was not trained on",
		Long: `Test a model on data that it was not trained on: how often the intent is right, by intent; what is taken for what; entities
by exact span; what is out of scope (the intent nlu_fallback, or "oos" in TSV); calibration and latency.`,
		Example: `  mulebot nlu test --data train.tsv --test val.tsv --test oos_val.tsv
  mulebot nlu test --model bot.model --test held-out.yml --html report.html`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkOutput(r.output); err != nil {
				return err
			}
			var n counter
			before := "training"
			if l.Model != "" {
				before = "reading the model"
			}
			done := c.progressOf(n.words(before, "testing"))
			report, err := l.Test(cmd.Context(), test, n.set)
			done()
			return c.report(report, err, r, fmt.Sprintf("Test of %s on %s", l, strings.Join(test, ", ")))
		},
	}
	modelFlags(cmd, &l)
	cmd.Flags().StringArrayVar(&test, "test", nil, "a file or folder of test data; may be repeated")
	_ = cmd.MarkFlagRequired("test")
	r.flags(cmd)
	return cmd
}

func (c *command) nluCrossValidate() *cobra.Command {
	var l app.Language
	var r reportFlags
	var folds int
	cmd := &cobra.Command{
		Use:     "cross-validate",
		Short:   "Test training data on itself: train on all parts but one, test on that one, in turn",
		Example: `  mulebot nlu cross-validate --data training/ -k 5 --html report.html`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkOutput(r.output); err != nil {
				return err
			}
			var n counter
			done := c.progressOf(n.words("training", "cross-validating"))
			report, err := l.CrossValidate(cmd.Context(), folds, n.set)
			done()
			return c.report(report, err, r, fmt.Sprintf("Cross-validation of %s", l))
		},
	}
	dataFlags(cmd, &l)
	cmd.Flags().IntVarP(&folds, "folds", "k", 5, "number of parts")
	r.flags(cmd)
	return cmd
}

// report writes a report, or says why there is none.
func (c *command) report(report *app.LanguageReport, err error, r reportFlags, title string) error {
	if err != nil {
		return c.faults(err)
	}
	if r.html != "" {
		if err := writeHTML(report, r.html, title); err != nil {
			return &models.Error{Kind: models.Invalid, Message: r.html + " cannot be written", Hint: "check the folder, and who may write there", Err: err}
		}
		fmt.Fprintln(c.Err, "wrote", r.html)
	}
	if r.output == "json" {
		return c.printJSON(report)
	}
	return report.WriteText(c.Out)
}

func writeHTML(report *app.LanguageReport, path, title string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := report.WriteHTML(f, title); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
