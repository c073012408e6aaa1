// Package cli is the command line: it turns arguments and environment into calls of package app, and errors into exit codes.
//
// Every command reads and writes only the [Streams] it is given, so that two of them can run in one process.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/models"
)

// Streams is what a program is given by whoever starts it.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Environ  []string // "NAME=value"
	// Hangups begins to take the signals that ask serve to read its configuration anew, until stop; nil: there are none.
	Hangups func() (signals <-chan os.Signal, stop func())
}

// exitCodes are documented in docs/commands.md. 0 is an answer, a question back included.
var exitCodes = map[models.ErrorKind]int{
	models.Internal: 1, models.Invalid: 2, models.NotFound: 3, models.Forbidden: 4, models.Unavailable: 5, models.Conflict: 6,
}

// Main runs one command and returns its exit code.
func Main(ctx context.Context, args []string, s Streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if e, ok := errors.AsType[answered](err); ok { // the reply has said it already
		return exitCodes[models.KindOf(e.error)]
	}
	fmt.Fprintln(s.Err, "mulebot:", app.Describe(err))
	return exitCodes[models.KindOf(err)]
}

// answered wraps an error that the user has been told of.
type answered struct{ error }

func (a answered) Unwrap() error { return a.error }

// command carries what every command needs.
type command struct {
	Streams
	configFile string
	dataDir    string
	logLevel   string
}

func newRoot(s Streams) *cobra.Command {
	c := &command{Streams: s}
	root := &cobra.Command{
		Use:   "mulebot",
		Short: "Answers questions about Kubernetes storage (OpenEBS), in Slack and in the terminal",
		Long: `MuleBot answers questions about Kubernetes storage (OpenEBS), in Slack and in the terminal.

Try it without a cluster:     mulebot chat --demo
Ask your own cluster:         mulebot ask "which volumes are degraded?"
Serve Slack workspaces:       mulebot serve`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVar(&c.configFile, "config", "", "configuration file (YAML)")
	root.PersistentFlags().StringVar(&c.dataDir, "data-dir", "", "folder of the store and its key")
	root.PersistentFlags().StringVar(&c.logLevel, "log-level", "", "debug, info, warn or error")
	root.SetGlobalNormalizationFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "workspace" {
			name = "team"
		}
		return pflag.NormalizedName(name)
	})
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &models.Error{Kind: models.Invalid, Message: err.Error(), Hint: "see " + cmd.CommandPath() + " --help"}
	})
	root.AddCommand(c.serve(), c.workspace(), c.cluster(), c.card(), c.role(), c.secret(), c.store(), c.audit(), c.intents(), c.chat(), c.ask(), c.doctor(), c.nlu(), c.version())
	strict(root)
	return root
}

// strict makes wrong arguments of every command, missing flags and flags that exclude each other an Invalid error, so that
// they exit alike.
func strict(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			for _, err := range []error{check(cmd, args), cmd.ValidateRequiredFlags(), cmd.ValidateFlagGroups()} {
				if err != nil {
					return &models.Error{Kind: models.Invalid, Message: err.Error(), Hint: "see " + cmd.CommandPath() + " --help"}
				}
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		strict(sub)
	}
}

// config reads the configuration; flags win over it.
func (c *command) config() (app.Config, error) { return app.LoadConfig(c.configFile, c.environ()) }

// environ is the environment with the flags over it.
func (c *command) environ() []string {
	environ := slices.Clip(c.Environ)
	if c.dataDir != "" {
		environ = append(environ, "MULEBOT_DATA_DIR="+c.dataDir)
	}
	if c.logLevel != "" {
		environ = append(environ, "MULEBOT_LOG_LEVEL="+c.logLevel)
	}
	return environ
}

// terminal returns the width of w and true if w is a terminal.
func terminal(w io.Writer) (int, bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	return width, err == nil
}

// group is a command that only holds others.
func group(use, short string, subs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(subs...)
	return cmd
}

// readSecret reads a token or kubeconfig from a file ("-": standard input), else from a variable of the environment. What
// names what is read, for errors.
func (c *command) readSecret(what, path, variable string) (models.Secret, error) {
	var raw []byte
	var err error
	switch {
	case path == "-":
		raw, err = io.ReadAll(io.LimitReader(c.In, 1<<20))
	case path != "":
		raw, err = os.ReadFile(path)
	default:
		for _, line := range c.Environ {
			if v, ok := strings.CutPrefix(line, variable+"="); ok {
				raw = []byte(v)
			}
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", &models.Error{Kind: models.NotFound, Message: "there is no file " + path + " with the " + what, Hint: "check the path", Err: err}
	}
	if err != nil {
		return "", &models.Error{Kind: models.Invalid, Message: "the " + what + " cannot be read", Hint: "check the path " + path, Err: err}
	}
	text := strings.TrimSpace(string(raw))
	if text == "" {
		hint := "give it in a file or on standard input (-)"
		if variable != "" {
			hint = "give it in a file, on standard input (-) or in " + variable
		}
		return "", &models.Error{Kind: models.Invalid, Message: "the " + what + " is missing", Hint: hint}
	}
	return models.Secret(text), nil
}
