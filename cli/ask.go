package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/mulebot/mulebot/app"
	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/models"
)

// source is the flags that say which clusters a console command asks.
type source struct {
	demo       bool
	from       []string
	kubeconfig string
	context    string
	now        string
	intents    string
}

func (s *source) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&s.demo, "demo", false, "ask the sample clusters inside the binary")
	f.StringArrayVar(&s.from, "from", nil, "ask a folder of manifests, DIR or NAME=DIR; may be repeated, one cluster each")
	f.StringVar(&s.kubeconfig, "kubeconfig", "", "kubeconfig file (default: as kubectl finds it)")
	f.StringVar(&s.context, "context", "", "context of the kubeconfig (default: its current one)")
	f.StringVar(&s.intents, "intents", "", "folder of custom intents (see docs/intents.md)")
	f.StringVar(&s.now, "now", "", "clock of --from, RFC 3339 (default: the newest timestamp in each folder)")
}

func (s *source) options(thread string) (app.ConsoleOptions, error) {
	if (s.demo || len(s.from) > 0) && s.kubeconfig+s.context != "" {
		return app.ConsoleOptions{}, &models.Error{Kind: models.Invalid, Message: "--demo and --from ask no live cluster",
			Hint: "leave them out, or else --kubeconfig and --context"}
	}
	o := app.ConsoleOptions{Demo: s.demo, Kubeconfig: s.kubeconfig, Context: s.context, Thread: thread}
	for _, f := range s.from {
		name, dir, named := strings.Cut(f, "=")
		if !named {
			dir = f
			whole, err := filepath.Abs(dir)
			if err != nil {
				return o, err
			}
			name = filepath.Base(whole)
		}
		o.From = append(o.From, app.Folder{Name: name, Dir: dir})
	}
	if s.now != "" {
		now, err := time.Parse(time.RFC3339, s.now)
		if err != nil {
			return o, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("--now %q is not a time", s.now),
				Hint: "write it like 2026-06-15T10:00:00Z", Err: err}
		}
		o.Now = now
	}
	return o, nil
}

// open opens a console over the source's clusters.
func (c *command) open(ctx context.Context, s *source, thread string) (*app.Console, error) {
	config, err := c.config()
	if err != nil {
		return nil, err
	}
	options, err := s.options(thread)
	if err != nil {
		return nil, err
	}
	if s.intents != "" {
		config.Intents.Dir = s.intents
	}
	log := c.consoleLog(config)
	return app.OpenConsole(ctx, config, options, log)
}

// consoleLog is silent unless asked for: what goes wrong is in the answers.
func (c *command) consoleLog(config app.Config) zerolog.Logger {
	if c.logLevel == "" {
		return zerolog.Nop()
	}
	return c.log(config)
}

func (c *command) ask() *cobra.Command {
	var (
		from           source
		output, thread string
	)
	cmd := &cobra.Command{
		Use:   "ask QUESTION",
		Short: "Answer one question and exit",
		Example: `  mulebot ask --demo "which volumes are degraded?"
  mulebot ask "the 5 biggest volumes" --context prod-east
  mulebot ask --from bundle/ --output json "which pools are over 80% full?"
  mulebot ask --thread t1 "list the pools" && mulebot ask --thread t1 "only the cstor ones"`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if output != "text" && output != "json" {
				return &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("--output cannot be %q", output), Hint: "use text or json"}
			}
			console, err := c.open(cmd.Context(), &from, thread)
			if err != nil {
				return err
			}
			defer console.Close()
			done := c.progress("asking " + strings.Join(console.Clusters, ", "))
			reply, err := console.Ask(cmd.Context(), thread, strings.Join(args, " "))
			done()
			if err != nil {
				return err
			}
			return c.print(reply, output)
		},
	}
	from.flags(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "text", "text or json")
	cmd.Flags().StringVar(&thread, "thread", "", "keep the conversation under this name, for follow-up questions")
	return cmd
}

// print writes a reply; a reply that tells of an error makes the command fail with that error's exit code.
func (c *command) print(reply models.Reply, output string) error {
	if output == "json" {
		raw, err := bot.JSON(reply)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "%s\n", raw)
	} else {
		fmt.Fprintln(c.Out, bot.Text(reply, c.textOptions()))
	}
	if reply.Err != nil {
		return answered{reply.Err}
	}
	return nil
}

func (c *command) textOptions() bot.TextOptions {
	width, isTerminal := terminal(c.Out)
	return bot.TextOptions{Width: width, Color: isTerminal && os.Getenv("NO_COLOR") == ""}
}

// progress says on a terminal what is being waited for, once it has taken two seconds; the function it returns ends that.
func (c *command) progress(what string) func() {
	return c.progressOf(func() string { return what })
}

// progressOf is progress whose words change.
func (c *command) progressOf(what func() string) func() {
	if _, ok := terminal(c.Err); !ok {
		return func() {}
	}
	start := time.Now()
	ticker := time.NewTicker(time.Second)
	finished := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-finished:
				return
			case <-ticker.C:
				if waited := time.Since(start).Round(time.Second); waited >= 2*time.Second {
					fmt.Fprintf(c.Err, "\r\033[K%s … %s", what(), waited)
				}
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(finished)
		<-ended
		if time.Since(start) >= 2*time.Second {
			fmt.Fprint(c.Err, "\r\033[K")
		}
	}
}
