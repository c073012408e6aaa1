package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

// withTenants opens the store for the length of do.
func (c *command) withTenants(ctx context.Context, do func(context.Context, *app.Tenants) error) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	tenants, err := app.OpenTenants(config)
	if err != nil {
		return err
	}
	defer tenants.Close()
	return do(ctx, tenants)
}

// table prints rows under a heading, their columns aligned.
func (c *command) table(heading string, rows [][]string) {
	w := tabwriter.NewWriter(c.Out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, heading)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	w.Flush()
}

func (c *command) workspace() *cobra.Command {
	return group("workspace", "Slack workspaces that are served", c.workspaceAdd(), c.workspaceInstall(), c.workspaceList(), c.workspaceRemove())
}

func (c *command) workspaceAdd() *cobra.Command {
	var w app.NewWorkspace
	var team, appFile, botFile string
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Add a Slack workspace",
		Long: `Add a Slack workspace. Tokens are never arguments: give each in a file, or one of them on standard input (-), or in
SLACK_APP_TOKEN and SLACK_BOT_TOKEN. Slack is asked which workspace the bot token belongs to, unless --team says so.

While "mulebot serve" runs, it serves the workspace at once. One that the app was removed from and is back in is added in the same way,
and so is one whose tokens have changed.`,
		Example: `  mulebot workspace add --app-token-file app.token --bot-token-file bot.token`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			appToken, err := c.readSecret("app-level token (xapp-…)", appFile, "SLACK_APP_TOKEN")
			if err != nil {
				return err
			}
			botToken, err := c.readSecret("bot token (xoxb-…)", botFile, "SLACK_BOT_TOKEN")
			if err != nil {
				return err
			}
			w.Team, w.AppToken, w.BotToken = models.TeamID(team), appToken.Reveal(), botToken.Reveal()
			return c.add(cmd.Context(), w)
		},
	}
	cmd.Flags().StringVar(&team, "team", "", "workspace id (T…); default: ask Slack")
	cmd.Flags().StringVar(&w.Name, "name", "", "a name for it; default: ask Slack")
	cmd.Flags().StringVar(&appFile, "app-token-file", "", "file with the app-level token, - for standard input")
	cmd.Flags().StringVar(&w.Installer, "installer", "", "who is an admin beside Slack's own: a member id (U…), a name or an e-mail address")
	cmd.Flags().StringVar(&botFile, "bot-token-file", "", "file with the bot token, - for standard input")
	return cmd
}

// add adds a workspace, by way of the process that serves, if one does.
func (c *command) add(ctx context.Context, w app.NewWorkspace) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	return app.Do(ctx, config, app.Chore{Name: app.AddWorkspace, Team: w.Team, Workspace: &w}, c.Out)
}

func (c *command) workspaceList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the workspaces", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				workspaces, err := t.Workspaces(ctx)
				var rows [][]string
				for _, w := range workspaces {
					state := ""
					if !w.Until.IsZero() {
						state = "app removed; kept until " + w.Until.Format(time.DateOnly)
					}
					used, err := t.Usage(ctx, w.Team)
					if err != nil {
						return err
					}
					rows = append(rows, []string{string(w.Team), w.Name, w.AddedAt.Format(time.DateOnly), models.Bytes(used.Total()).String(), state})
				}
				c.table("TEAM\tNAME\tADDED\tSTORED\tSTATE", rows)
				return err
			})
		},
	}
}

func (c *command) workspaceRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove TEAM", Short: "Remove a workspace with its clusters, cards and conversations", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				if err := t.DeleteWorkspace(ctx, models.TeamID(args[0])); err != nil {
					return err
				}
				fmt.Fprintln(c.Out, "removed workspace", args[0])
				return nil
			})
		},
	}
}

// teamFlag adds --team, which may be left out while there is one workspace only.
func teamFlag(cmd *cobra.Command, team *string) {
	cmd.Flags().StringVar(team, "team", "", "workspace id (T…); default: the only one")
}

func (c *command) card() *cobra.Command {
	return group("card", "Slack cards: which channel asks about which clusters", c.cardAdd(), c.cardList(), c.cardRemove())
}

func (c *command) cardAdd() *cobra.Command {
	var team, channel string
	var card models.Card
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Link a channel to clusters",
		Example: `  mulebot card add --channel C024BE91L --cluster prod-east --cluster staging
  mulebot card add --channel '*' --cluster prod-east       # every channel without a card of its own`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) (err error) {
				if card.Team, err = t.Team(ctx, team); err != nil {
					return err
				}
				card.Channel, card.AddedAt = models.ChannelID(channel), time.Now()
				if err = t.AddCard(ctx, card); err == nil {
					fmt.Fprintf(c.Out, "channel %s asks about %s\n  → next: mulebot serve\n", channel, strings.Join(card.Clusters, ", "))
				}
				return err
			})
		},
	}
	teamFlag(cmd, &team)
	cmd.Flags().StringVar(&channel, "channel", "", "channel id (C…), or * for every channel without a card of its own")
	cmd.Flags().StringSliceVar(&card.Clusters, "cluster", nil, "name of a cluster; may be repeated")
	cmd.Flags().BoolVar(&card.Outsiders, "outsiders", false, "let people of other organisations ask, where the channel is shared with them")
	cmd.Flags().StringVar(&card.Namespace, "namespace", "", "namespace that questions mean when they name none")
	_ = cmd.MarkFlagRequired("channel")
	_ = cmd.MarkFlagRequired("cluster")
	return cmd
}

func (c *command) cardList() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use: "list", Short: "List the cards", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				cards, err := t.Cards(ctx, id)
				var rows [][]string
				for _, card := range cards {
					outsiders := ""
					if card.Outsiders {
						outsiders = "may ask"
					}
					rows = append(rows, []string{string(card.Channel), strings.Join(card.Clusters, ","), card.Namespace, outsiders})
				}
				c.table("CHANNEL\tCLUSTERS\tNAMESPACE\tOUTSIDERS", rows)
				return err
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}

func (c *command) cardRemove() *cobra.Command {
	var team string
	cmd := &cobra.Command{
		Use: "remove CHANNEL", Short: "Unlink a channel", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withTenants(cmd.Context(), func(ctx context.Context, t *app.Tenants) error {
				id, err := t.Team(ctx, team)
				if err != nil {
					return err
				}
				if err := t.DeleteCard(ctx, id, models.ChannelID(args[0])); err != nil {
					return err
				}
				fmt.Fprintln(c.Out, "removed the card of channel", args[0])
				return nil
			})
		},
	}
	teamFlag(cmd, &team)
	return cmd
}
