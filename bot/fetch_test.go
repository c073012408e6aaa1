package bot

import (
	"testing"

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
