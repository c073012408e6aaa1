package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
)

// The store belongs to the process that serves. So that an operator can have chores done meanwhile, that process listens at a
// Unix socket in its data directory, which only its own user can open: a request is a Chore in JSON, the response what the
// chore writes, and a trailer says how it ended.

// outcomeTrailer holds the error that a chore ended with, in JSON; empty: none.
const outcomeTrailer = "Mulebot-Error"

// controlPath returns the path of the socket.
func controlPath(c Config) string { return filepath.Join(c.DataDir, "mulebot.sock") }

// mostChore is how many bytes a chore may have: kubeconfigs and intents are the largest.
const mostChore = 8 << 20

// failure is how an error crosses the socket.
type failure struct {
	Kind    models.ErrorKind `json:"kind"`
	Message string           `json:"message"`
	Hint    string           `json:"hint,omitempty"`
}

// control does chores for other processes.
type control struct {
	path      string
	caretaker *caretaker
	log       zerolog.Logger
}

// Run listens until ctx ends. A socket that cannot be made is logged, and everything else goes on.
func (c *control) Run(ctx context.Context) error { return c.listen(ctx, func() {}) }

// listen calls listening when others can connect.
func (c *control) listen(ctx context.Context, listening func()) error {
	_ = os.Remove(c.path) // of a process that was killed: the store is ours
	listener, err := net.Listen("unix", c.path)
	if err == nil {
		err = os.Chmod(c.path, 0o600)
	}
	if err != nil {
		c.log.Warn().Err(err).Msg("commands cannot reach this process, and have to wait until it has ended; a shorter data_dir may help")
		return nil
	}
	server := &http.Server{Handler: c, ReadTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	listening()
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ServeHTTP implements http.Handler.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var chore Chore
	if err := json.NewDecoder(io.LimitReader(r.Body, mostChore)).Decode(&chore); err != nil {
		http.Error(w, "the body is no chore", http.StatusBadRequest)
		return
	}
	w.Header().Set("Trailer", outcomeTrailer)
	c.log.Info().Str("chore", chore.Name).Str("team", string(chore.Team)).Msg("doing a chore")
	err := c.caretaker.do(r.Context(), chore, flushed{w, http.NewResponseController(w)})
	if err == nil {
		return
	}
	c.log.Warn().Err(err).Str("chore", chore.Name).Msg("a chore failed")
	f := failure{Kind: models.KindOf(err), Message: err.Error()}
	if e, ok := errors.AsType[*models.Error](err); ok {
		f.Message, f.Hint = e.Message, e.Hint
	}
	text, _ := json.Marshal(f) // of strings: cannot fail
	w.Header().Set(outcomeTrailer, string(text))
}

// flushed sends on at once what is written, so that whoever waits sees how far a chore is.
type flushed struct {
	io.Writer
	control *http.ResponseController
}

// Write implements io.Writer.
func (f flushed) Write(p []byte) (int, error) {
	n, err := f.Writer.Write(p)
	if err == nil {
		err = f.control.Flush()
	}
	return n, err
}

// callControl has a chore done by the process that serves. There is false if none listens.
func callControl(ctx context.Context, c Config, chore Chore, w io.Writer) (there bool, err error) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", controlPath(c))
	}
	conn, err := dial(ctx, "", "")
	if err != nil {
		return false, err
	}
	_ = conn.Close()
	body, err := json.Marshal(chore)
	if err != nil {
		return true, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://mulebot/", bytes.NewReader(body))
	if err != nil {
		return true, err
	}
	transport := &http.Transport{DialContext: dial}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return true, interrupted(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(w, response.Body); err != nil {
		return true, interrupted(err)
	}
	text := response.Trailer.Get(outcomeTrailer)
	if text == "" {
		return true, nil
	}
	var f failure
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return true, interrupted(err)
	}
	return true, &models.Error{Kind: f.Kind, Message: f.Message, Hint: f.Hint}
}

func interrupted(err error) error {
	return &models.Error{Kind: models.Unavailable, Message: "the mulebot that serves did not finish", Err: err,
		Hint: "look at its log, and try again"}
}
