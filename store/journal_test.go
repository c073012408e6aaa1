package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

func message(team models.TeamID, id string) models.Message {
	return models.Message{ID: id, Team: team, Channel: "C1", Thread: "1700000000.000100", Kind: models.Mention, Text: "hush " + id}
}

func entry(team models.TeamID, id string) models.Entry {
	return models.Entry{Message: message(team, id), ResponseURL: "https://hooks.example/hush"}
}

func appends(t *testing.T, s *Store, e models.Entry, want bool) {
	t.Helper()
	if fresh, err := s.Append(ctx, e); err != nil || fresh != want {
		t.Fatalf("Append of %s: fresh is %v, %v; want %v", e.Message.ID, fresh, err, want)
	}
}

func unanswered(t *testing.T, s *Store, team models.TeamID) (ids []string) {
	t.Helper()
	entries, err := s.Unanswered(ctx, team)
	ok(t, err)
	for _, e := range entries {
		ids = append(ids, e.Message.ID)
	}
	return ids
}

func records(t *testing.T, s *Store) (n int) {
	t.Helper()
	ok(t, s.db.View(ctx, func(tx kv.Tx) error {
		for range tx.Scan("") {
			n++
		}
		return nil
	}))
	return n
}

func TestJournal(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	for i, id := range []string{"C1:3", "C1:1", "C1:2"} { // as they came
		e := entry("T1", id)
		e.Message.At = c.now().Add(time.Duration(i) * time.Nanosecond)
		appends(t, s, e, true)
		appends(t, s, e, false)
	}
	appends(t, s, entry("T2", "C1:1"), true)
	if got := unanswered(t, s, "T1"); !slices.Equal(got, []string{"C1:3", "C1:1", "C1:2"}) {
		t.Errorf("unanswered: %v", got)
	}
	ok(t, s.Done(ctx, message("T1", "C1:1"), nil, nil))
	appends(t, s, entry("T1", "C1:1"), false) // was answered
	if got := unanswered(t, s, "T1"); !slices.Equal(got, []string{"C1:3", "C1:2"}) {
		t.Errorf("unanswered: %v", got)
	}
	if got := unanswered(t, s, "T2"); !slices.Equal(got, []string{"C1:1"}) {
		t.Errorf("unanswered of another team: %v", got)
	}
	e := entry("T1", "C1:9")
	e.Message.At = c.now()
	e.Message.Action = &models.Action{Intent: "volumes", Query: &models.Query{Subject: models.Volumes, Limit: 5}}
	appends(t, s, e, true)
	entries, err := s.Unanswered(ctx, "T1")
	ok(t, err)
	i := slices.IndexFunc(entries, func(e models.Entry) bool { return e.Message.ID == "C1:9" })
	got := entries[i]
	if got.ResponseURL != e.ResponseURL || got.Message.Text != e.Message.Text || got.Message.Action.Query.Limit != 5 || got.Message.Kind != models.Mention {
		t.Errorf("an entry came back as %+v", got)
	}
}

func TestAppendRefuses(t *testing.T) {
	s := Memory(newClock().now)
	for name, e := range map[string]models.Entry{"no id": entry("T1", ""), "no team": entry("", "m"), "a long id": entry("T1", strings.Repeat("/", 513))} {
		if fresh, err := s.Append(ctx, e); fresh || models.KindOf(err) == models.NotFound || err == nil {
			t.Errorf("%s: %v, %v", name, fresh, err)
		}
		if err := s.Done(ctx, e.Message, nil, nil); err == nil {
			t.Errorf("%s: was answered", name)
		}
	}
	longest := strings.Repeat("/", 512)
	appends(t, s, entry(models.TeamID(longest), longest), true)
	ok(t, s.Done(ctx, message(models.TeamID(longest), longest), nil, nil))
}

// TestDoneOfWhatIsGone answers a message whose workspace was removed meanwhile, and one twice: neither leaves anything.
func TestDoneOfWhatIsGone(t *testing.T) {
	s := Memory(newClock().now)
	before := records(t, s)
	m := message("T1", "m1")
	done := func() {
		ok(t, s.Done(ctx, m, models.NewAudit(m, models.Reply{Intent: "list"}, true), &models.Dialogue{Intent: "list"}))
	}
	appends(t, s, models.Entry{Message: m}, true)
	ok(t, s.DeleteWorkspace(ctx, "T1"))
	done()
	if teams, err := s.Teams(ctx); err != nil || len(teams) > 0 || records(t, s) != before {
		t.Errorf("%v are there again, with %d records, %v", teams, records(t, s)-before, err)
	}
	ok(t, s.PutWorkspace(ctx, models.Workspace{Team: "T1"}))
	appends(t, s, models.Entry{Message: m}, true)
	done()
	done()
	if log := entries(t, s, "T1", time.Time{}); len(log) != 1 {
		t.Errorf("the log is %+v", log)
	}
}

func TestAnswersAreRememberedForTwoHours(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	ok(t, s.DoneAtOnce(ctx, message("T1", "m"), nil, nil))
	c.pass(rememberAnswer)
	ok(t, s.Prune(ctx))
	appends(t, s, entry("T1", "m"), false)
	c.pass(2 * time.Minute)
	ok(t, s.Prune(ctx))
	appends(t, s, entry("T1", "m"), true)
}

func TestPostsAreRememberedForAWeek(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	post := entry("T1", "m")
	post.Message.Kind = models.Scheduled
	ok(t, s.DoneAtOnce(ctx, post.Message, nil, nil))
	c.pass(7 * 24 * time.Hour)
	ok(t, s.Prune(ctx))
	appends(t, s, post, false)
	c.pass(25 * time.Hour)
	ok(t, s.Prune(ctx))
	appends(t, s, post, true)
}

func TestConversations(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	talk := message("T1", "m1").Conversation()
	takes := func(want bool) {
		t.Helper()
		if got, err := s.TakesPart(ctx, talk); err != nil || got != want {
			t.Fatalf("takes part: %v, %v; want %v", got, err, want)
		}
	}
	says := func(want string) {
		t.Helper()
		if d, err := s.Dialogue(ctx, talk); err != nil || d.Intent != want {
			t.Fatalf("dialogue %+v, %v; want %q", d, err, want)
		}
	}
	takes(false)
	says("")
	appends(t, s, entry("T1", "m1"), true)
	takes(true) // it is about to answer
	says("")
	ok(t, s.Done(ctx, message("T1", "m1"), nil, &models.Dialogue{Intent: "one", Listed: []models.Named{{Name: "pvc-1"}}}))
	says("one")
	appends(t, s, entry("T1", "m2"), true)
	says("one")
	ok(t, s.Done(ctx, message("T1", "m2"), nil, nil)) // changes nothing
	says("one")
	c.pass(20 * 24 * time.Hour)
	ok(t, s.DoneAtOnce(ctx, message("T1", "m3"), nil, &models.Dialogue{Intent: "two"}))
	c.pass(20 * 24 * time.Hour) // forty days after the first, twenty after the last
	ok(t, s.Prune(ctx))
	says("two")
	takes(true)
	c.pass(12 * 24 * time.Hour)
	ok(t, s.Prune(ctx))
	takes(false)
	says("")
	if got := records(t, s); got != 2 {
		t.Errorf("%d records are left, not only those of the file", got)
	}
}

// TestDoneClearsAway lets a year of traffic pass without a call of Prune.
func TestDoneClearsAway(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	most := 0
	for i := range 3000 {
		m := message("T1", fmt.Sprint(i))
		m.Thread = models.ThreadID(fmt.Sprint(i))
		appends(t, s, models.Entry{Message: m}, true)
		ok(t, s.Done(ctx, m, nil, &models.Dialogue{Intent: "x"}))
		c.pass(3 * time.Hour)
		most = max(most, records(t, s))
	}
	if limit := 2*(31*8+1) + 2*2 + 10; most > limit { // a conversation and its note for 31 days, an answer and its note for two hours
		t.Errorf("there were %d records at once; want at most %d", most, limit)
	}
}

func TestPruneMany(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	ok(t, s.update(ctx, func(tx kv.Tx) error {
		for i := range 2500 {
			key := answeredKey("T1", fmt.Sprint(i))
			ok(t, put(s, tx, key, answeredRecord{c.now()}), expire(tx, key, c.now(), time.Minute))
		}
		return nil
	}))
	appends(t, s, entry("T1", "waits"), true)
	c.pass(time.Hour)
	ok(t, s.Prune(ctx))
	if got := records(t, s); got != 2+3 { // of the file; the entry, its conversation, the usage
		t.Errorf("%d records are left", got)
	}
	c.pass(1000 * 24 * time.Hour)
	ok(t, s.Prune(ctx))
	if got := unanswered(t, s, "T1"); len(got) != 1 {
		t.Error("an entry that waited was pruned")
	}
}

func TestEntryThatDoesNotOpen(t *testing.T) {
	s := Memory(newClock().now)
	appends(t, s, entry("T1", "good"), true)
	appends(t, s, entry("T1", "bad"), true)
	ok(t, s.db.Update(ctx, func(tx kv.Tx) error { return tx.Put(journalKey("T1", "bad"), []byte("torn")) }))
	for range 2 {
		entries, err := s.Unanswered(ctx, "T1")
		wantError(t, err, models.Internal, "does not open", "still there", "backup")
		if len(entries) != 1 || entries[0].Message.ID != "good" {
			t.Errorf("the others are %v", entries)
		}
	}
	appends(t, s, entry("T1", "bad"), false)
}

// TestCrash runs many conversations at once, takes copies of the file's state by reopening it after a hard stop, and checks that
// every message is either waiting or answered, never both and never neither.
func TestCrash(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "mulebot.db"), testKey(t)
	s := openStore(t, path, key, time.Now)
	const workers, each = 8, 10
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				m := message("T1", fmt.Sprintf("%d-%d", w, i))
				if fresh, err := s.Append(ctx, models.Entry{Message: m}); err != nil || !fresh {
					t.Errorf("%v, %v", fresh, err)
				}
				if i == each-1 {
					return // the last one of each is left
				}
				if err := s.Done(ctx, m, nil, &models.Dialogue{Intent: m.ID}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	crashed := openStore(t, copyFile(t, path), key, time.Now)
	if got := unanswered(t, crashed, "T1"); len(got) != workers {
		t.Errorf("left are %v", got)
	}
	for w := range workers {
		for i := range each {
			appends(t, crashed, entry("T1", fmt.Sprintf("%d-%d", w, i)), false)
		}
	}
	appends(t, crashed, entry("T1", "new"), true)
}
