package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

// have has a chore done, by the process that serves, if one does. What the chore says is printed.
func (c *command) have(ctx context.Context, chore app.Chore) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	return app.Do(ctx, config, chore, c.Out)
}

// told has a chore done that lists or examines, and returns what it tells.
func told[T any](ctx context.Context, c *command, chore app.Chore) (it T, err error) {
	config, err := c.config()
	if err != nil {
		return it, err
	}
	var told bytes.Buffer
	if err := app.Do(ctx, config, chore, &told); err != nil {
		return it, err
	}
	return it, json.Unmarshal(told.Bytes(), &it)
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
			return c.have(cmd.Context(), app.Chore{Name: app.AddWorkspace, Team: w.Team, Workspace: &w})
		},
	}
	cmd.Flags().StringVar(&team, "team", "", "workspace id (T…); default: ask Slack")
	cmd.Flags().StringVar(&w.Name, "name", "", "a name for it; default: ask Slack")
	cmd.Flags().StringVar(&appFile, "app-token-file", "", "file with the app-level token, - for standard input")
	cmd.Flags().StringVar(&w.Installer, "installer", "", "who is an admin beside Slack's own: a member id (U…), a name or an e-mail address")
	cmd.Flags().StringVar(&botFile, "bot-token-file", "", "file with the bot token, - for standard input")
	return cmd
}

func (c *command) workspaceList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the workspaces", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			workspaces, err := told[[]app.ListedWorkspace](cmd.Context(), c, app.Chore{Name: app.ListWorkspaces})
			if err != nil {
				return err
			}
			var rows [][]string
			for _, w := range workspaces {
				added, state := w.AddedAt.Format(time.DateOnly), ""
				switch {
				case w.Served:
					added, state = "-", "its tokens are in the environment of serve"
				case !w.Until.IsZero():
					state = "app removed; kept until " + w.Until.Format(time.DateOnly)
				}
				rows = append(rows, []string{string(w.Team), w.Name, added, models.Bytes(w.Stored).String(), state})
			}
			c.table("TEAM\tNAME\tADDED\tSTORED\tSTATE", rows)
			return nil
		},
	}
}

func (c *command) workspaceRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove TEAM", Short: "Remove a workspace with its clusters, cards and conversations", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.have(cmd.Context(), app.Chore{Name: app.RemoveWorkspace, Team: models.TeamID(args[0])})
		},
	}
}

// teamFlag adds --team, which may be left out while there is one workspace only.
func teamFlag(cmd *cobra.Command, team *models.TeamID) {
	cmd.Flags().StringVar((*string)(team), "team", "", "workspace id (T…); default: the only one")
}

func (c *command) card() *cobra.Command {
	return group("card", "Slack cards: which channel asks about which clusters", c.cardAdd(), c.cardList(), c.cardRemove())
}

func (c *command) cardAdd() *cobra.Command {
	var card models.Card
	var at string
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Link a channel to clusters",
		Example: `  mulebot card add --channel C024BE91L --cluster prod-east --cluster staging
  mulebot card add --channel '*' --cluster prod-east       # every channel without a card of its own
  mulebot card add --channel C024BE91L --cluster prod-east --summary weekdays --at 08:30 --zone Europe/Berlin`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := setPosting(cmd, &card.Posting, at); err != nil {
				return err
			}
			card.AddedAt = time.Now()
			return c.have(cmd.Context(), app.Chore{Name: app.AddCard, Team: card.Team, Card: &card})
		},
	}
	teamFlag(cmd, &card.Team)
	cmd.Flags().StringVar((*string)(&card.Channel), "channel", "", "channel id (C…), or * for every channel without a card of its own")
	cmd.Flags().StringSliceVar(&card.Clusters, "cluster", nil, "name of a cluster; may be repeated")
	cmd.Flags().BoolVar(&card.Outsiders, "outsiders", false, "let people of other organisations ask, where the channel is shared with them")
	cmd.Flags().StringVar(&card.Namespace, "namespace", "", "namespace that questions mean when they name none")
	cmd.Flags().StringVar((*string)(&card.Posting.Days), "summary", "", "post a summary there: daily, weekdays, or one day of the week such as monday; default: nothing is posted")
	cmd.Flags().StringVar(&at, "at", "09:00", "when it is posted")
	cmd.Flags().StringVar(&card.Posting.Zone, "zone", "UTC", "time zone of that, such as Europe/Berlin")
	_ = cmd.MarkFlagRequired("channel")
	_ = cmd.MarkFlagRequired("cluster")
	return cmd
}

// setPosting completes what is posted by the hour that was given.
func setPosting(cmd *cobra.Command, p *models.Posting, at string) error {
	invalid := func(message, hint string) error {
		return &models.Error{Kind: models.Invalid, Message: message, Hint: hint}
	}
	if p.IsZero() {
		if cmd.Flags().Changed("at") || cmd.Flags().Changed("zone") {
			return invalid("--at and --zone say when a summary is posted, and none is asked for", "add --summary daily, --summary weekdays or --summary monday")
		}
		*p = models.Posting{}
		return nil
	}
	var ok bool
	if p.At, ok = models.ParseClock(at); !ok {
		return invalid(fmt.Sprintf("%q is no time of the day", at), "give it like 09:00")
	}
	return p.Check()
}

func (c *command) cardList() *cobra.Command {
	chore := app.Chore{Name: app.ListCards}
	cmd := &cobra.Command{
		Use: "list", Short: "List the cards", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cards, err := told[[]models.Card](cmd.Context(), c, chore)
			if err != nil {
				return err
			}
			var rows [][]string
			for _, card := range cards {
				outsiders := ""
				if card.Outsiders {
					outsiders = "may ask"
				}
				posts := ""
				if !card.Posting.IsZero() {
					posts = card.Posting.String()
				}
				rows = append(rows, []string{string(card.Channel), strings.Join(card.Clusters, ","), card.Namespace, outsiders, posts})
			}
			c.table("CHANNEL\tCLUSTERS\tNAMESPACE\tOUTSIDERS\tPOSTED", rows)
			return nil
		},
	}
	teamFlag(cmd, &chore.Team)
	return cmd
}

func (c *command) cardRemove() *cobra.Command {
	return c.about(app.RemoveCard, "remove CHANNEL", "Unlink a channel")
}

// about is a command that has a chore done to the cluster, channel or secret that its argument names.
func (c *command) about(name, use, short string) *cobra.Command {
	chore := app.Chore{Name: name}
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			chore.Of = args[0]
			return c.have(cmd.Context(), chore)
		},
	}
	teamFlag(cmd, &chore.Team)
	return cmd
}
