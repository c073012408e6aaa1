package cli

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
)

func (c *command) serve() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve Slack workspaces until stopped",
		Long: `Serve Slack workspaces until stopped, over Socket Mode: no public address is needed.

It serves the workspaces added with "mulebot workspace add". With SLACK_APP_TOKEN, SLACK_BOT_TOKEN and a kubeconfig
in the environment it serves that workspace too, and every channel of it may ask about the kubeconfig's current cluster.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := c.config()
			if err != nil {
				return err
			}
			server, err := app.NewServer(config, c.log(config))
			if err != nil {
				return err
			}
			c.tuneCollector()
			return server.Run(cmd.Context())
		},
	}
}

// tuneCollector lets the heap grow further between collections than Go does by itself, unless GOGC says otherwise. What lives
// is small (inventories, the model) and what an answer takes is short-lived, so that it costs little memory, and answers are
// seldom slowed down by a collection. What the training of the model has left behind goes back to the system first.
func (c *command) tuneCollector() {
	for _, line := range c.Environ {
		if strings.HasPrefix(line, "GOGC=") {
			return
		}
	}
	debug.FreeOSMemory()
	debug.SetGCPercent(300)
}

// log builds the logger that the configuration asks for; it writes to standard error.
func (c *command) log(config app.Config) zerolog.Logger {
	level, err := zerolog.ParseLevel(config.Log.Level)
	if err != nil {
		level = zerolog.InfoLevel
	}
	w := c.Err
	if config.Log.Format == "console" {
		w = zerolog.ConsoleWriter{Out: c.Err}
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger()
}

func (c *command) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info, _ := debug.ReadBuildInfo()
			revision := "unknown revision"
			for _, s := range info.Settings {
				if s.Key == "vcs.revision" {
					revision = s.Value
				}
			}
			fmt.Fprintf(c.Out, "mulebot %s (%s, %s)\n", info.Main.Version, revision, info.GoVersion)
			return nil
		},
	}
}
