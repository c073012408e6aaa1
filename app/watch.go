package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/bot"
	"github.com/mulebot/mulebot/models"
)

// provenWithin is how long ago a connection to Slack may have proven itself for the bot to be ready.
const provenWithin = 2 * time.Minute

// watchdog tells the outside how the bot is: /healthz that it runs, /readyz whether every workspace is connected and can be
// answered, /metrics in figures.
type watchdog struct {
	address  string
	metrics  *meter
	statuses func() []bot.Status
	now      func() time.Time
	log      zerolog.Logger
}

// Run listens until ctx ends.
func (d *watchdog) Run(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.address)
	if err != nil {
		return unlistened(d.address, err)
	}
	server := &http.Server{Handler: d.handler(), ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	d.log.Info().Str("address", listener.Addr().String()).Msg("telling health and metrics")
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func unlistened(address string, err error) error {
	return &models.Error{Kind: models.Invalid, Message: "cannot listen at " + address, Err: err,
		Hint: "is the address of this machine, and free? Set listen to another one, or to nothing"}
}

func (d *watchdog) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		unready := d.unready()
		if len(unready) > 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		for _, line := range unready {
			fmt.Fprintln(w, line)
		}
		if len(unready) == 0 {
			fmt.Fprintln(w, "ok")
		}
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(d.metrics.registry, promhttp.HandlerOpts{}))
	return mux
}

// unready says which workspaces are not served as they should be, and why.
func (d *watchdog) unready() (lines []string) {
	for _, s := range d.statuses() {
		if line := unready(s, d.now()); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// unready says why a workspace is not served as it should be; "" if it is.
func unready(s bot.Status, now time.Time) string {
	silent := now.Sub(s.Proven).Round(time.Second)
	switch {
	case s.State != bot.Connected:
		return fmt.Sprintf("%s: %s since %s", s.Team, s.State, s.Since.UTC().Format(time.RFC3339))
	case silent > provenWithin:
		return fmt.Sprintf("%s: its connection has not proven itself for %s", s.Team, silent)
	case s.Trouble != "":
		return fmt.Sprintf("%s: %s", s.Team, s.Trouble)
	}
	return ""
}
