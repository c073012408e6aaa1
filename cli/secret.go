package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
)

func (c *command) secret() *cobra.Command {
	return group("secret", "Secrets of a workspace, for the HTTP requests of its custom intents", c.secretSet(), c.secretList(), c.secretRemove())
}

func (c *command) secretSet() *cobra.Command {
	var team, file string
	cmd := &cobra.Command{
		Use:   "set NAME",
		Short: "Store a secret, or replace it",
		Long: `Store a secret, or replace it. Its value is never an argument: give it in a file, on standard input (--file -) or in
MULEBOT_SECRET. It is stored sealed, and nothing shows it again. Custom intents name it in a header: {secret: NAME}.`,
		Example: `  mulebot secret set oncall-token --file oncall.token`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			value, err := c.readSecret("secret "+args[0], file, "MULEBOT_SECRET")
			if err != nil {
				return err
			}
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				if err := t.PutSecret(ctx, id, args[0], value); err != nil {
					return err
				}
				fmt.Fprintln(c.Out, "stored secret", args[0])
				return nil
			})
		},
	}
	teamFlag(cmd, &team)
	cmd.Flags().StringVar(&file, "file", "", "file with the secret, - for standard input")
	return cmd
}

func (c *command) secretList() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use: "list", Short: "List the names of the secrets", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				names, err := t.Secrets(ctx, id)
				var rows [][]string
				for _, name := range names {
					rows = append(rows, []string{name})
				}
				c.table("NAME", rows)
				return err
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}

func (c *command) secretRemove() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use: "remove NAME", Short: "Remove a secret", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				if err := t.DeleteSecret(ctx, id, args[0]); err != nil {
					return err
				}
				fmt.Fprintln(c.Out, "removed secret", args[0])
				return nil
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}
