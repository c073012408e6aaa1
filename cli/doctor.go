package cli

import (
	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
)

func (c *command) doctor() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check all that serving needs, and say how to mend what is wrong", Args: cobra.NoArgs,
		Long: `Check all that serving needs, and say how to mend what is wrong: the store and its disk, the language model, the address of
health and metrics; of each workspace the tokens, their scopes, the connection, the app's events and settings, the channels with cards,
the clock; of each cluster whether it answers, its version, engines, permissions and clock. Each line is written when it is known.

Slack shows an app's settings, and so the events that it is subscribed to, only by an app configuration token (xoxe.xoxp-…), which whoever
may change the app generates at https://api.slack.com/apps and which is good for twelve hours. Given in SLACK_CONFIG_TOKEN or in a file,
it is used for this one check and not kept. Without it, the doctor says what Slack has sent so far.

While "mulebot serve" runs, it is serve that is asked, and its own connections that are looked at. Otherwise a connection to Slack is
opened for a moment: if another machine serves the same app, a command typed in that moment may be lost.`,
		Example: `  mulebot doctor
  mulebot doctor --config-token-file config.token`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			token, err := c.readSecret("app configuration token (xoxe.xoxp-…)", file, "SLACK_CONFIG_TOKEN")
			if err != nil && file != "" {
				return err
			}
			return c.have(cmd.Context(), app.Chore{Name: app.Examine, Value: token.Reveal()})
		},
	}
	cmd.Flags().StringVar(&file, "config-token-file", "", "file with an app configuration token, - for standard input")
	return cmd
}
