package app

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
)

// A chore that is too large for the socket is refused and not taken for done.
func TestControlRefusesALargeChore(t *testing.T) {
	c := kept(t)
	served(t, c)
	chore := Chore{Name: SetIntents, Files: map[string]string{"nlu.yml": strings.Repeat("x", mostChore)}}
	err := Do(t.Context(), c, chore, &bytes.Buffer{})
	if models.KindOf(err) != models.Invalid || err == nil || !strings.Contains(err.Error(), models.Bytes(mostChore).String()) {
		t.Errorf("a chore of over 8 MiB: %v", err)
	}
}

// failures tells of each chore that failed, by the log.
type failures chan struct{}

// Write implements io.Writer.
func (f failures) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("a chore failed")) {
		close(f)
	}
	return len(line), nil
}

// Whoever asks for the audit log and reads nothing of it is given up.
func TestControlGivesUpWhoReadsNothing(t *testing.T) {
	c, failed := kept(t), make(failures)
	st := servedWith(t, c, zerolog.New(failed), func(Chore) time.Duration { return 10 * time.Millisecond })
	for range 30 { // more than a socket holds
		if err := st.Record(t.Context(), models.Audit{Team: "T1", Text: strings.Repeat("x", 100_000)}); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := net.Dial("unix", controlPath(c))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{"name": "` + ExportAudit + `"}`
	if _, err := fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: mulebot\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		t.Fatal(err)
	}
	<-failed
	if _, _, err := st.Compact(t.Context()); err != nil {
		t.Error(err)
	}
}

// Only what says that it was done counts as done.
func TestControlWantsAnOutcome(t *testing.T) {
	for what, answer := range map[string]http.HandlerFunc{
		"a refusal": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Trailer", doneTrailer)
			w.WriteHeader(http.StatusBadRequest)
			w.Header().Set(doneTrailer, "ok")
		},
		"an answer without an outcome": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("half")) },
		"an answer that is cut":        func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
	} {
		c := kept(t)
		listener, err := net.Listen("unix", filepath.Join(c.DataDir, "mulebot.sock"))
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: answer}
		ended := make(chan error)
		go func() { ended <- server.Serve(listener) }()
		there, err := callControl(t.Context(), c, Chore{Name: Compact}, &bytes.Buffer{})
		if !there || models.KindOf(err) != models.Unavailable {
			t.Errorf("%s: %v, %v", what, there, err)
		}
		_ = server.Close()
		<-ended
	}
}
