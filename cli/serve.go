package cli

import (
	"fmt"
	"runtime/debug"
	"slices"
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
in the environment it serves that workspace too, and every channel of it may ask about the kubeconfig's current cluster.

It reads its configuration file anew when that has changed and at SIGHUP, and finishes what is under way at SIGTERM.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := app.LoadSettings(c.configFile, c.environ())
			if err != nil {
				return err
			}
			if c.Hangups != nil {
				hangups, stop := c.Hangups()
				defer stop()
				settings.Hangups = hangups
			}
			server, err := app.NewServer(settings, settings.Leveled(c.writer(settings.Now())))
			if err != nil {
				return err
			}
			if !c.given("GOGC") {
				go app.TuneCollector(cmd.Context())
			}
			return server.Run(cmd.Context())
		},
	}
}

// given reports whether the environment has a variable.
func (c *command) given(name string) bool {
	return slices.ContainsFunc(c.Environ, func(line string) bool { return strings.HasPrefix(line, name+"=") })
}

// log builds the logger that the configuration asks for; it writes to standard error.
func (c *command) log(config app.Config) zerolog.Logger {
	level, err := zerolog.ParseLevel(config.Log.Level)
	if err != nil {
		level = zerolog.InfoLevel
	}
	return c.writer(&config).Level(level)
}

// writer builds a logger of the form that the configuration asks for, of every level.
func (c *command) writer(config *app.Config) zerolog.Logger {
	w := c.Err
	if config.Log.Format == "console" {
		w = zerolog.ConsoleWriter{Out: c.Err}
	}
	return zerolog.New(app.Discreet(w)).With().Timestamp().Logger()
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
