package bot

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/slacksim"
)

func TestFetch(t *testing.T) {
	t.Parallel()
	s, w := newServed(t, respond(asking), Options{})
	storage, ann := w.Channel("storage"), w.User("ann")
	submit := func(content []byte, want string) {
		t.Helper()
		w.Command(storage, ann, "/mulebot train")
		file := w.Upload("a.yml", content)
		s.fill(w, map[string]string{"file": file.ID})
		s.await(w, storage, "", want)
	}
	s.sim.FailNext("file", slacksim.Fault{Status: 500}, 2)
	submit([]byte("at the third try"), "at the third try")
	s.sim.FailNext("file", slacksim.Fault{Status: 500}, 3)
	submit([]byte("never"), "Slack did not give me the file a.yml")
	submit(make([]byte, maxFile+1), "larger than 1 MB")
	submit([]byte("\xff\xfe"), "not a text")
	s.sim.FailNext("file", slacksim.Fault{Status: 403}, 1)
	submit([]byte("x"), "does not let me read the file a.yml")
}

// A download that breaks off, before or after its first byte, is tried again, and is no want of a scope.
func TestFetchBreaksOff(t *testing.T) {
	t.Parallel()
	const content = "apiVersion: v1"
	for name, sent := range map[string]string{"at once": "", "later": content[:4]} {
		var calls, whole atomic.Int32
		files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if calls.Add(1) == whole.Load() {
				_, _ = io.WriteString(w, content)
				return
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(content)))
			_, _ = io.WriteString(w, sent)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}))
		t.Cleanup(files.Close)
		o := Options{APIURL: files.URL, MaxWait: time.Millisecond}
		p := newPoster("xoxb-1", o.withDefaults(), newHTTPClient(1), zerolog.Nop())
		a := models.Attachment{Name: "a.yml", URL: files.URL + "/a.yml"}
		if _, err := p.fetch(t.Context(), a); models.KindOf(err) != models.Unavailable || calls.Load() != maxFetches {
			t.Errorf("%s: %v, %d calls", name, err, calls.Load())
		}
		whole.Store(calls.Load() + maxFetches)
		if got, err := p.fetch(t.Context(), a); got != content || err != nil {
			t.Errorf("%s, in the end: %q, %v", name, got, err)
		}
	}
}

// TestTokenStaysAtSlack makes sure that the bot token is sent nowhere but to Slack, whatever a payload says.
func TestTokenStaysAtSlack(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacksim.Options{})
	other := newStage(t, slacksim.Options{})
	w, theirs := s.workspace(nil), other.workspace(nil)
	file := theirs.Upload("a.yml", []byte("x"))
	p := newPoster(models.Secret(w.BotToken()), Options{APIURL: s.sim.URL()}.withDefaults(), newHTTPClient(1), zerolog.Nop())
	before := other.sim.Stats()
	for _, url := range []string{file.URL, "https://files.slack.com.example.com/x", "http://files.slack.com/x", "file:///etc/passwd", ""} {
		if _, err := p.fetch(s.ctx, models.Attachment{Name: "a.yml", URL: url}); models.KindOf(err) != models.Forbidden {
			t.Errorf("%q: %v", url, err)
		}
	}
	if after := other.sim.Stats(); after.Calls != before.Calls {
		t.Error("another host was called")
	}
	mine := w.Upload("b.yml", []byte("x"))
	w.SetScopes("chat:write")
	if _, err := p.fetch(s.ctx, models.Attachment{Name: "b.yml", URL: mine.URL}); models.KindOf(err) != models.Forbidden {
		t.Errorf("without the scope: %v", err)
	}
	// The size that is announced is believed only where it is too large.
	w.SetScopes("files:read")
	long := w.Upload("c.yml", make([]byte, maxFile+1))
	if _, err := p.fetch(s.ctx, models.Attachment{Name: "c.yml", URL: long.URL, Size: 1}); models.KindOf(err) != models.Invalid {
		t.Errorf("larger than announced: %v", err)
	}
}
