package bot

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
)

// fakeSlack takes posts without a network, so that a test may run in a bubble of synctest.
type fakeSlack struct {
	mu      sync.Mutex
	texts   []string
	refuses string // the error that it answers; empty: none
}

func (f *fakeSlack) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	answer := `{"ok":true,"ts":"1.0","channel":"C1"}`
	if code := f.refusal(); code != "" {
		answer = fmt.Sprintf(`{"ok":false,"error":%q}`, code)
	} else if strings.HasSuffix(r.URL.Path, post) {
		f.mu.Lock()
		f.texts = append(f.texts, strings.TrimPrefix(form.Get("text"), "echo: "))
		f.mu.Unlock()
	} else {
		answer = `{"ok":true,"messages":[]}`
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
}

// refuse makes every call fail, or none.
func (f *fakeSlack) refuse(code string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuses = code
}

// took returns the texts that were posted.
func (f *fakeSlack) took() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.texts)
}

func (f *fakeSlack) refusal() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refuses
}

// solo is a workspace by itself, in a bubble of synctest.
type solo struct {
	*workspace
	journal *memory
	slack   *fakeSlack
	end     context.CancelFunc
	answers sync.WaitGroup
}

func newSolo(t *testing.T, r Responder, o Options, left ...models.Entry) *solo {
	s := &solo{journal: newMemory(), slack: &fakeSlack{}}
	s.journal.entries = left
	o.Responder, o.Journal, o.Log = r, s.journal, zerolog.Nop()
	if o.PostRate == 0 {
		o.PostRate = -1
	}
	s.workspace = newWorkspace(models.Workspace{Team: "T1", BotToken: "xoxb-1"}, o.withDefaults(), &http.Client{Transport: s.slack})
	ctx, cancel := context.WithCancel(t.Context())
	s.end = func() { cancel(); s.answers.Wait() }
	s.start(ctx, ctx, &s.answers)
	return s
}

// hear takes a message as if it came over a socket, and reports whether it is acknowledged.
func (s *solo) hear(t *testing.T, e models.Entry) bool {
	p := s.reserve(decoded{entry: e, ifPart: e.Message.Kind == models.InThread})
	return s.admit(t.Context(), p)
}

func said(channel, thread string, n int) models.Entry {
	return models.Entry{Message: models.Message{
		ID: fmt.Sprintf("%s:%s:%d", channel, thread, n), Kind: models.Mention, Team: "T1", Channel: models.ChannelID(channel),
		Thread: models.ThreadID(thread), User: "U1", Text: fmt.Sprint(n),
	}}
}

// More messages than are kept in memory wait in the journal and are answered, each once and in order, and so is what comes
// meanwhile, and what an earlier process left.
func TestSpill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := respond(func(ctx context.Context, m models.Message) models.Reply {
			time.Sleep(time.Second)
			return echo(ctx, m)
		})
		left := []models.Entry{said("C1", "1", 0), said("C1", "1", 1)}
		s := newSolo(t, slow, Options{Queue: 4}, left...)
		for n := 2; n < 30; n++ {
			if !s.hear(t, said("C1", "1", n)) {
				t.Fatalf("message %d was not acknowledged", n)
			}
			if got := s.waiting(); got > 4 {
				t.Fatalf("%d messages in memory", got)
			}
			if n%7 == 0 {
				time.Sleep(3500 * time.Millisecond)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		var want []string
		for n := range 30 {
			want = append(want, fmt.Sprint(n))
		}
		if !slices.Equal(s.slack.took(), want) {
			t.Errorf("answered %v", s.slack.took())
		}
		if s.spill.on || len(s.held) != 0 || len(s.talks) != 0 || s.journal.left() != 0 {
			t.Errorf("left over: %+v, held %v, talks %v, journal %d", s.spill, s.held, s.talks, s.journal.left())
		}
		s.end()
	})
}

// One conversation that is stuck holds one slot, and posting holds none: the others go on.
func TestSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		running, most := 0, 0
		s := newSolo(t, respond(func(ctx context.Context, m models.Message) models.Reply {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			if m.Channel == "stuck" {
				<-ctx.Done()
			}
			time.Sleep(time.Second)
			mu.Lock()
			running--
			mu.Unlock()
			return echo(ctx, m)
		}), Options{Workers: 3, PostRate: 1, PostBurst: 1})
		synctest.Wait()
		s.hear(t, said("stuck", "1", 0))
		for n := range 20 {
			s.hear(t, said("C1", fmt.Sprint(n), n))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(s.slack.took()) != 20 || most != 3 {
			t.Errorf("%d answers, at most %d at a time", len(s.slack.took()), most)
		}
		s.end()
		if got := s.journal.left(); got != 1 {
			t.Errorf("%d entries left in the journal", got)
		}
	})
}

// So it is while messages go to the journal only, whether the one before is on its way there or still has a place in memory.
func TestTakesPartSpilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSolo(t, respond(echo), Options{Queue: 2})
		synctest.Wait()
		admit := func(p *place, acked chan<- bool) { acked <- s.admit(t.Context(), p) }
		follow := func(channel string, n int) *place {
			e := said(channel, "1", n)
			e.Message.Kind = models.InThread
			return s.reserve(decoded{entry: e, ifPart: true})
		}
		places := []*place{s.reserve(decoded{entry: said("C0", "1", 0)}), s.reserve(decoded{entry: said("C1", "1", 1)}), follow("C1", 2),
			s.reserve(decoded{entry: said("C2", "1", 3)}), follow("C2", 4), follow("C2", 5), follow("C3", 6)}
		acked := make(chan bool, len(places))
		for _, p := range slices.Backward(places) {
			go admit(p, acked)
			synctest.Wait()
		}
		for range places {
			if !<-acked {
				t.Error("not acknowledged")
			}
		}
		synctest.Wait()
		took := slices.Sorted(slices.Values(s.slack.took()))
		if want := []string{"0", "1", "2", "3", "4", "5"}; !slices.Equal(took, want) || s.journal.left() != 0 {
			t.Errorf("answered %v, %d left", took, s.journal.left())
		}
		if len(s.spill.last) != 0 || s.spill.writing != 0 || s.spill.on {
			t.Errorf("left over: %+v", s.spill)
		}
		s.end()
	})
}

// More questions in one channel than Slack takes answers there hold up no other channel, and are answered at the pace of theirs.
func TestCrowdedChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSolo(t, respond(echo), Options{PostRate: 1, PostBurst: 1})
		synctest.Wait()
		const many = 2 * maxUnposted
		for n := range many {
			s.hear(t, said("C1", fmt.Sprint(n), n))
		}
		synctest.Wait()
		s.hear(t, said("C2", "1", many))
		synctest.Wait()
		if last := fmt.Sprint(many); !slices.Contains(s.slack.took(), last) || len(s.slack.took()) != 2 {
			t.Errorf("answered at once: %v", s.slack.took())
		}
		time.Sleep(many * time.Second)
		synctest.Wait()
		if len(s.slack.took()) != many+1 || len(s.room.channels) != 0 || len(s.room.all) != 0 {
			t.Errorf("%d answers, %d channels and %d answers in the room", len(s.slack.took()), len(s.room.channels), len(s.room.all))
		}
		s.end()
	})
}

// lateJournal writes an entry and then says that it failed.
type lateJournal struct{ *memory }

func (j lateJournal) Append(ctx context.Context, e models.Entry) (bool, error) {
	if _, err := j.memory.Append(ctx, e); err != nil {
		return false, err
	}
	return false, errDisk
}

// An entry of which the journal says that it failed is answered if the journal has it all the same: Slack's next delivery
// would be taken for a repetition.
func TestWrittenAndFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSolo(t, respond(echo), Options{})
		synctest.Wait()
		s.workspace.journal = lateJournal{s.journal}
		if s.hear(t, said("C1", "1", 0)) {
			t.Error("a message that was not written was acknowledged")
		}
		synctest.Wait()
		if !slices.Equal(s.slack.took(), []string{"0"}) || s.journal.left() != 0 {
			t.Errorf("answered %v, %d left", s.slack.took(), s.journal.left())
		}
		s.end()
	})
}

// An answer is posted once even if its record fails for a while.
func TestRecordFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSolo(t, respond(func(ctx context.Context, m models.Message) models.Reply {
			return echo(ctx, m)
		}), Options{})
		synctest.Wait()
		s.hear(t, said("C1", "1", 0))
		s.journal.setFails(true)
		s.hear(t, said("C1", "1", 1))
		time.Sleep(10 * time.Minute)
		s.journal.setFails(false)
		time.Sleep(10 * time.Minute)
		if !s.hear(t, said("C1", "1", 1)) {
			t.Error("not acknowledged")
		}
		synctest.Wait()
		if !slices.Equal(s.slack.took(), []string{"0", "1"}) || s.trouble() != "" {
			t.Errorf("answered %v, trouble %q", s.slack.took(), s.trouble())
		}
		s.end()
	})
}

// An answer that Slack refuses for the token waits until it takes the token again, or another, but no longer than posts are tried.
func TestTokenRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSolo(t, respond(echo), Options{})
		for n, refused := range []struct {
			code string
			over func()
		}{
			{"account_inactive", func() { time.Sleep(20 * time.Minute); s.slack.refuse(""); time.Sleep(5 * time.Minute) }},
			{"invalid_auth", func() { time.Sleep(20 * time.Minute); s.slack.refuse(""); s.poster.use("xoxb-2") }},
			{"token_revoked", func() { time.Sleep(giveUp + 10*time.Minute); s.slack.refuse("") }},
			{"token_revoked", func() { s.poster.renewal.end(); synctest.Wait(); s.slack.refuse("") }},
		} {
			s.slack.refuse(refused.code)
			s.hear(t, said("C1", "1", n))
			synctest.Wait()
			if got := s.trouble(); !strings.HasSuffix(got, refused.code) || s.journal.left() != 1 {
				t.Errorf("%s: trouble %q, %d left", refused.code, got, s.journal.left())
			}
			refused.over()
			synctest.Wait()
			if n < 2 != (s.trouble() == "") || s.journal.left() != 0 {
				t.Errorf("%s, in the end: trouble %q, %d left", refused.code, s.trouble(), s.journal.left())
			}
		}
		if !slices.Equal(s.slack.took(), []string{"0", "1"}) {
			t.Errorf("answered %v", s.slack.took())
		}
		s.end()
	})
}

// A message in a thread is kept if the bot takes part, even if the message that makes it take part is only on its way to the
// journal.
func TestTakesPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSolo(t, respond(echo), Options{})
		synctest.Wait()
		follow := said("C1", "1", 2)
		follow.Message.Kind = models.InThread
		stranger := said("C1", "9", 3)
		stranger.Message.Kind = models.InThread

		first := s.reserve(decoded{entry: said("C1", "1", 1)})
		second := s.reserve(decoded{entry: follow, ifPart: true})
		acked := make(chan bool)
		go func() { acked <- s.admit(t.Context(), second) }()
		synctest.Wait()
		if !s.admit(t.Context(), first) || !<-acked {
			t.Error("not acknowledged")
		}
		if !s.hear(t, stranger) {
			t.Error("a message in another thread was not acknowledged")
		}
		synctest.Wait()
		if !slices.Equal(s.slack.took(), []string{"1", "2"}) {
			t.Errorf("answered %v", s.slack.took())
		}
		if s.journal.appends != 2 {
			t.Errorf("%d messages were written", s.journal.appends)
		}
		s.end()
	})
}
