package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

func (c *command) intents() *cobra.Command {
	return group("intents", "A workspace's own intents", c.intentsCheck(), c.intentsSet(), c.intentsList(), c.intentsRemove())
}

// withWorkshop opens the store and the workspace's workshop for the length of do.
func (c *command) withWorkshop(ctx context.Context, team string, do func(context.Context, models.TeamID, *app.Workshop) error) error {
	return c.withTenants(ctx, func(ctx context.Context, t *app.Tenants) error {
		id, err := t.Team(ctx, team)
		if err != nil {
			return err
		}
		w, err := t.Workshop()
		if err != nil {
			return err
		}
		return do(ctx, id, w)
	})
}

func (c *command) intentsCheck() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use:   "check DIR",
		Short: "Tell what a folder of intents would do in a workspace, and change nothing",
		Long: `Tell what a folder of intents would do in a workspace, and change nothing: what is wrong with the files, how well each intent
is recognised (cross-validated), and which phrasings would be taken for another intent than their own.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := app.ReadIntents(args[0])
			if err != nil {
				return err
			}
			return c.withWorkshop(cmd.Context(), team, func(ctx context.Context, id models.TeamID, w *app.Workshop) error {
				e, err := w.Examine(ctx, id, files)
				if err != nil {
					return err
				}
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
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}

func (c *command) intentsSet() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use: "set DIR", Short: "Put a folder of intents in the place of the workspace's own", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := app.ReadIntents(args[0])
			if err != nil {
				return err
			}
			return c.withWorkshop(cmd.Context(), team, func(ctx context.Context, id models.TeamID, w *app.Workshop) error {
				if err := w.Activate(ctx, id, files); err != nil {
					return err
				}
				fmt.Fprintf(c.Out, "workspace %s has the intents of %s\n", id, strings.Join(slices.Sorted(maps.Keys(files)), ", "))
				return nil
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}

func (c *command) intentsList() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use: "list", Short: "List the files of the workspace's own intents", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				files, err := t.TrainingFiles(ctx, id)
				var rows [][]string
				for _, name := range slices.Sorted(maps.Keys(files)) {
					rows = append(rows, []string{name, models.Bytes(len(files[name])).String()})
				}
				c.table("FILE\tSIZE", rows)
				return err
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}

func (c *command) intentsRemove() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use: "remove", Short: "Remove the workspace's own intents, and what it was taught", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				if err := t.PutTrainingFiles(ctx, id, nil); err != nil {
					return err
				}
				fmt.Fprintln(c.Out, "removed the intents of workspace", id)
				return nil
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}
