package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

func (c *command) workspaceInstall() *cobra.Command {
	var o app.InstallOptions
	var appFile, secretFile string
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Install the app in a Slack workspace, by way of a browser",
		Long: `Install the app in a Slack workspace, by way of a browser, and add the workspace. It shows an address that somebody of the workspace
opens, who then is the first admin; Slack sends the browser on to the redirect URL, where nobody needs to listen, and the address that
the browser ends at is pasted here. So no public address is needed. The app must be distributed (api.slack.com, Manage
Distribution) and have the redirect URL under OAuth & Permissions.

The secrets are given in files, or in SLACK_CLIENT_SECRET and SLACK_APP_TOKEN.`,
		Example: `  mulebot workspace install --client-id 123.456 --client-secret-file client.secret --app-token-file app.token`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if appFile == "-" || secretFile == "-" {
				return &models.Error{Kind: models.Invalid, Message: "standard input is where the browser's address is pasted", Hint: "give secrets in files, or in SLACK_CLIENT_SECRET and SLACK_APP_TOKEN"}
			}
			if o.ClientSecret, err = c.readSecret("client secret", secretFile, "SLACK_CLIENT_SECRET"); err != nil {
				return err
			}
			if o.AppToken, err = c.readSecret("app-level token (xapp-…)", appFile, "SLACK_APP_TOKEN"); err != nil {
				return err
			}
			config, err := c.config()
			if err != nil {
				return err
			}
			o.Pasted = func(address string) (string, error) {
				fmt.Fprintf(c.Out, "Open this address in a browser, and let MuleBot into the workspace:\n\n  %s\n\n"+
					"The browser ends at an address that begins with %s. It may say that nothing is there.\nPaste that address here: ", address, o.Redirect)
				line, err := bufio.NewReader(io.LimitReader(c.In, 1<<16)).ReadString('\n')
				if errors.Is(err, io.EOF) {
					err = nil
				}
				return line, err
			}
			return app.Install(cmd.Context(), config, o, c.Out)
		},
	}
	cmd.Flags().StringVar(&o.ClientID, "client-id", "", "the app's client id, from its Basic Information")
	cmd.Flags().StringVar(&secretFile, "client-secret-file", "", "file with the app's client secret")
	cmd.Flags().StringVar(&appFile, "app-token-file", "", "file with the app-level token")
	cmd.Flags().StringVar(&o.Redirect, "redirect-url", "https://localhost/mulebot", "one of the app's redirect URLs")
	_ = cmd.MarkFlagRequired("client-id")
	return cmd
}
