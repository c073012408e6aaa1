// Command mulebot answers questions about Kubernetes storage (OpenEBS) in Slack and in the terminal. See "mulebot help".
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/mulebot/mulebot/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ(), Hangups: hangups})
	stop()
	os.Exit(code)
}

// hangups takes SIGHUP, which ends a program that does not.
func hangups() (<-chan os.Signal, func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals, func() { signal.Stop(signals) }
}
