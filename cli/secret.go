package cli

import (
	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
)

func (c *command) secret() *cobra.Command {
	return group("secret", "Secrets of a workspace, for the HTTP requests of its custom intents", c.secretSet(), c.secretList(), c.secretRemove())
}

func (c *command) secretSet() *cobra.Command {
	chore := app.Chore{Name: app.SetSecret}
	var file string
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
			chore.Of, chore.Value = args[0], value.Reveal()
			return c.have(cmd.Context(), chore)
		},
	}
	teamFlag(cmd, &chore.Team)
	cmd.Flags().StringVar(&file, "file", "", "file with the secret, - for standard input")
	return cmd
}

func (c *command) secretList() *cobra.Command {
	chore := app.Chore{Name: app.ListSecrets}
	cmd := &cobra.Command{
		Use: "list", Short: "List the names of the secrets", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			names, err := told[[]string](cmd.Context(), c, chore)
			if err != nil {
				return err
			}
			var rows [][]string
			for _, name := range names {
				rows = append(rows, []string{name})
			}
			c.table("NAME", rows)
			return nil
		},
	}
	teamFlag(cmd, &chore.Team)
	return cmd
}

func (c *command) secretRemove() *cobra.Command {
	return c.about(app.RemoveSecret, "remove NAME", "Remove a secret")
}
