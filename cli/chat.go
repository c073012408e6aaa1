package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/bot"
)

func (c *command) chat() *cobra.Command {
	var from source
	cmd := &cobra.Command{
		Use:   "chat",
		Short: "Ask questions in the terminal",
		Example: `  mulebot chat --demo
  mulebot chat --context prod-east
  mulebot chat --from prod=bundle/prod --from staging=bundle/staging`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			console, err := c.open(cmd.Context(), &from, "")
			if err != nil {
				return err
			}
			defer console.Close()
			config, err := c.config()
			if err != nil {
				return err
			}
			return (&bot.Console{
				In: c.In, Out: c.Out, Responder: console.Router, Journal: console, Clusters: console.Clusters,
				Text: c.textOptions(), History: filepath.Join(config.DataDir, "history"),
			}).Run(cmd.Context())
		},
	}
	from.flags(cmd)
	return cmd
}
