package cli

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

func (c *command) intents() *cobra.Command {
	return group("intents", "A workspace's own intents", c.intentsCheck(), c.intentsSet(), c.intentsList(), c.intentsRemove())
}

func (c *command) intentsCheck() *cobra.Command {
	chore := app.Chore{Name: app.CheckIntents}
	cmd := &cobra.Command{
		Use:   "check DIR",
		Short: "Tell what a folder of intents would do in a workspace, and change nothing",
		Long: `Tell what a folder of intents would do in a workspace, and change nothing: what is wrong with the files, how well each intent
is recognised (cross-validated), and which phrasings would be taken for another intent than their own.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if chore.Files, err = app.ReadIntents(args[0]); err != nil {
				return err
			}
			e, err := told[app.IntentsReport](cmd.Context(), c, chore)
			if err != nil {
				return err
			}
			return c.intentsReport(e)
		},
	}
	teamFlag(cmd, &chore.Team)
	return cmd
}

// intentsReport prints what an examination of intents found.
func (c *command) intentsReport(e app.IntentsReport) error {
	for _, line := range slices.Concat(e.Errors, e.Warnings) {
		fmt.Fprintln(c.Out, line)
	}
	if len(e.Errors) > 0 {
		return answered{&models.Error{Kind: models.Invalid, Message: "the files are refused"}}
	}
	var rows [][]string
	percent := func(share float64) string { return strconv.Itoa(int(100*share+0.5)) + "%" }
	for _, s := range e.Scores {
		rows = append(rows, []string{s.Intent, strconv.Itoa(s.Examples), percent(s.Precision), percent(s.Recall), percent(s.F1)})
	}
	c.table("INTENT\tEXAMPLES\tPRECISION\tRECALL\tF1", rows)
	for _, x := range e.Confusions {
		fmt.Fprintf(c.Out, "%q of %s would be taken for %s\n", x.Phrase, x.Intent, x.TakenFor)
	}
	return nil
}

func (c *command) intentsSet() *cobra.Command {
	chore := app.Chore{Name: app.SetIntents}
	cmd := &cobra.Command{
		Use: "set DIR", Short: "Put a folder of intents in the place of the workspace's own", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if chore.Files, err = app.ReadIntents(args[0]); err != nil {
				return err
			}
			return c.have(cmd.Context(), chore)
		},
	}
	teamFlag(cmd, &chore.Team)
	return cmd
}

func (c *command) intentsList() *cobra.Command {
	chore := app.Chore{Name: app.ListIntents}
	cmd := &cobra.Command{
		Use: "list", Short: "List the files of the workspace's own intents", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			files, err := told[map[string]string](cmd.Context(), c, chore)
			if err != nil {
				return err
			}
			var rows [][]string
			for _, name := range slices.Sorted(maps.Keys(files)) {
				rows = append(rows, []string{name, models.Bytes(len(files[name])).String()})
			}
			c.table("FILE\tSIZE", rows)
			return nil
		},
	}
	teamFlag(cmd, &chore.Team)
	return cmd
}

func (c *command) intentsRemove() *cobra.Command {
	chore := app.Chore{Name: app.RemoveIntents}
	cmd := &cobra.Command{
		Use: "remove", Short: "Remove the workspace's own intents, and what it was taught", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.have(cmd.Context(), chore) },
	}
	teamFlag(cmd, &chore.Team)
	return cmd
}
