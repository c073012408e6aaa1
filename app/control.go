package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// The trailers: a chore that was done has doneTrailer, one that failed the error in JSON. One with neither was not finished.
const (
	doneTrailer  = "Mulebot-Done"
	errorTrailer = "Mulebot-Error"
)

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
	patience  func(Chore) time.Duration // with whoever reads nothing of what a chore writes
}

// patience is long for somebody who pages through what a command prints, and shorter where that holds up the store: while a backup is
// written, its file can neither be compacted nor grow beyond what is mapped.
func patience(chore Chore) time.Duration {
	if chore.Name == Backup {
		return time.Minute
	}
	return 15 * time.Minute
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
	w.Header().Set("Trailer", doneTrailer+", "+errorTrailer)
	c.log.Info().Str("chore", chore.Name).Str("team", string(chore.Team)).Msg("doing a chore")
	out := flushed{w, http.NewResponseController(w), c.patience(chore)}
	err := c.caretaker.do(r.Context(), chore, out)
	_ = out.extend() // for the trailers
	if err == nil {
		w.Header().Set(doneTrailer, "ok")
		return
	}
	c.log.Warn().Err(err).Str("chore", chore.Name).Msg("a chore failed")
	f := failure{Kind: models.KindOf(err), Message: err.Error()}
	if e, ok := errors.AsType[*models.Error](err); ok {
		f.Message, f.Hint = e.Message, e.Hint
	}
	text, _ := json.Marshal(f) // of strings: cannot fail
	w.Header().Set(errorTrailer, string(text))
}

// flushed sends on at once what is written, so that whoever waits sees how far a chore is. Who takes nothing of it for long is given up.
type flushed struct {
	io.Writer
	control  *http.ResponseController
	patience time.Duration
}

func (f flushed) extend() error { return f.control.SetWriteDeadline(time.Now().Add(f.patience)) }

// Write implements io.Writer.
func (f flushed) Write(p []byte) (int, error) {
	if err := f.extend(); err != nil {
		return 0, err
	}
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
	if len(body) > mostChore {
		return true, &models.Error{Kind: models.Invalid, Message: fmt.Sprintf("that is %s, and the mulebot that serves takes %s at once", models.Bytes(len(body)), models.Bytes(mostChore)),
			Hint: "give it less; while nobody serves, there is no such limit"}
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
	return true, outcome(response, w)
}

// outcome copies what a chore writes, and returns how it ended.
func outcome(response *http.Response, w io.Writer) error {
	if response.StatusCode != http.StatusOK {
		return interrupted(fmt.Errorf("status %s", response.Status))
	}
	if _, err := io.Copy(w, response.Body); err != nil {
		return interrupted(err)
	}
	text := response.Trailer.Get(errorTrailer)
	switch {
	case response.Trailer.Get(doneTrailer) == "ok":
		return nil
	case text == "":
		return interrupted(errors.New("it does not say how the chore ended"))
	}
	var f failure
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return interrupted(err)
	}
	return &models.Error{Kind: f.Kind, Message: f.Message, Hint: f.Hint}
}

func interrupted(err error) error {
	return &models.Error{Kind: models.Unavailable, Message: "the mulebot that serves did not finish", Err: err,
		Hint: "look at its log, and try again; if it is of another version than this one, restart it"}
}
