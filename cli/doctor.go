package cli

import (
	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
)

func (c *command) doctor() *cobra.Command {
	return c.chore(app.Examine, "Check all that serving needs, and say how to mend what is wrong",
		`Check all that serving needs, and say how to mend what is wrong: the store and its disk, the language model, the address of
health and metrics; of each workspace the tokens, their scopes, the connection, the channels with cards, the clock; of each cluster
whether it answers, its version, engines, permissions and clock. Each line is written when it is known.

While "mulebot serve" runs, it is serve that is asked, and its own connections that are looked at. Otherwise a connection to Slack is
opened for a moment: if another machine serves the same app, a command typed in that moment may be lost.`)
}
