package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

func (c *command) doctor() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check the store, the workspaces' tokens and the clusters, and say how to mend what is wrong",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := c.config()
			if err != nil {
				return err
			}
			failed := 0
			for check := range app.Doctor(cmd.Context(), config) {
				mark := "ok  "
				if check.Err != nil {
					mark = "FAIL"
					failed++
				}
				fmt.Fprintf(c.Out, "%s  %s", mark, check.Name)
				if check.Detail != "" {
					fmt.Fprintf(c.Out, ": %s", check.Detail)
				}
				if check.Err != nil {
					fmt.Fprintf(c.Out, ": %s", describe(check.Err))
				}
				fmt.Fprintln(c.Out)
			}
			if failed > 0 {
				return answered{&models.Error{Kind: models.Unavailable, Message: fmt.Sprintf("%d checks failed", failed)}}
			}
			return nil
		},
	}
}
