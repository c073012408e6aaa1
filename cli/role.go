package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

func (c *command) role() *cobra.Command {
	return group("role", "Roles: who may do what in a workspace", c.roleGrant(), c.roleList(), c.roleRevoke())
}

func (c *command) roleGrant() *cobra.Command {
	cmd := c.aboutGrant(app.Grant)
	cmd.Use, cmd.Short, cmd.Args = "grant WHO ROLE", "Give a role to a person or a user group", cobra.ExactArgs(2)
	cmd.Long = `Give a role (viewer, operator or admin) to a person or a user group, for the whole workspace or for some clusters and namespaces.
WHO is an id (U… or S…), or what they are called at Slack, which is asked then.`
	cmd.Example = `  mulebot role grant @bob admin
  mulebot role grant @storage-team operator --cluster prod-east --namespace db`
	return cmd
}

func (c *command) roleRevoke() *cobra.Command {
	cmd := c.aboutGrant(app.Revoke)
	cmd.Use, cmd.Short, cmd.Args = "revoke WHO [ROLE]", "Take away all roles of a person or a user group, or those that are named", cobra.RangeArgs(1, 2)
	return cmd
}

// aboutGrant is a command that has a chore done about a grant.
func (c *command) aboutGrant(name string) *cobra.Command {
	var g models.Grant
	chore := app.Chore{Name: name, Grant: &g}
	cmd := &cobra.Command{
		RunE: func(cmd *cobra.Command, args []string) error {
			g.Who = args[0]
			if len(args) > 1 {
				g.Role = models.Role(strings.ToLower(args[1]))
			}
			return c.have(cmd.Context(), chore)
		},
	}
	teamFlag(cmd, &chore.Team)
	cmd.Flags().StringSliceVar(&g.Clusters, "cluster", nil, "on this cluster only; may be repeated")
	cmd.Flags().StringSliceVar(&g.Namespaces, "namespace", nil, "in this namespace only; may be repeated")
	return cmd
}

func (c *command) roleList() *cobra.Command {
	chore := app.Chore{Name: app.ListGrants}
	cmd := &cobra.Command{
		Use: "list", Short: "List who was given which role", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			grants, err := told[[]models.Grant](cmd.Context(), c, chore)
			if err != nil {
				return err
			}
			var rows [][]string
			for _, g := range grants {
				rows = append(rows, []string{g.Who, string(g.Role), orDash(g.Clusters), orDash(g.Namespaces), string(g.By)})
			}
			c.table("WHO\tROLE\tCLUSTERS\tNAMESPACES\tBY", rows)
			return nil
		},
	}
	teamFlag(cmd, &chore.Team)
	return cmd
}
