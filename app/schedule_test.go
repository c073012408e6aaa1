package app

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store"
)

// agenda is a schedule over a store, whose journal says what is new, in a bubble of synctest. Its clock may be set.
type agenda struct {
	*testing.T
	store  *store.Store
	offset atomic.Int64

	mu     sync.Mutex
	took   []string // when, in which team and channel
	refuse func(models.Message) (bool, error)
	reads  int
}

func newAgenda(t *testing.T, cards ...models.Card) *agenda {
	a := &agenda{T: t}
	a.store = store.Memory(a.now)
	for i, card := range cards {
		if card.Team == "" {
			card.Team = "T1"
		}
		if card.Channel == "" {
			card.Channel = models.ChannelID(fmt.Sprint("C", i+1))
		}
		a.put(card)
	}
	return a
}

func (a *agenda) now() time.Time { return time.Now().Add(time.Duration(a.offset.Load())) }

func (a *agenda) put(card models.Card) {
	a.Helper()
	ref := models.ClusterRef{Team: card.Team, Name: twin}
	if err := errors.Join(a.store.PutCluster(a.Context(), models.Cluster{Ref: ref}), a.store.PutCard(a.Context(), withTwin(card))); err != nil {
		a.Fatal(err)
	}
}

func withTwin(card models.Card) models.Card {
	card.Clusters = []string{twin}
	return card
}

// Card counts how often a card is read.
func (a *agenda) Card(ctx context.Context, team models.TeamID, channel models.ChannelID) (models.Card, error) {
	a.mu.Lock()
	a.reads++
	a.mu.Unlock()
	return a.store.Card(ctx, team, channel)
}

func (a *agenda) Cards(ctx context.Context, team models.TeamID) ([]models.Card, error) {
	return a.store.Cards(ctx, team)
}

func (a *agenda) Teams(ctx context.Context) ([]models.TeamID, error) { return a.store.Teams(ctx) }

// take answers a message at once, if the journal takes it.
func (a *agenda) take(ctx context.Context, m models.Message) (bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.refuse != nil {
		if taken, err := a.refuse(m); !taken {
			return false, err
		}
	}
	fresh, err := a.store.Append(ctx, models.Entry{Message: m})
	if fresh && err == nil {
		a.took = append(a.took, fmt.Sprintf("%s %s %s", strings.TrimSuffix(a.now().UTC().Format("Mon 15:04:05"), ":00"), m.Team, m.Channel))
		err = a.store.Done(ctx, m, nil, nil)
	}
	return err == nil, err
}

// serve runs a schedule of a new process for a while.
func (a *agenda) serve(d time.Duration, during ...func()) {
	s := newSchedule(a, a.now, zerolog.Nop())
	s.take, a.store.Carded = a.take, s.put
	ctx, stop := context.WithCancel(a.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	for _, f := range during {
		synctest.Wait()
		f()
	}
	time.Sleep(d)
	synctest.Wait()
	stop()
	if err := <-done; err != nil {
		a.Error(err)
	}
}

func (a *agenda) want(what string, took ...string) {
	a.Helper()
	slices.Sort(a.took)
	slices.Sort(took)
	if !slices.Equal(a.took, took) {
		a.Errorf("%s: %q, not %q", what, a.took, took)
	}
	a.took = nil
}

// set sets the clock to a time.
func (a *agenda) set(text string) {
	a.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		a.Fatal(err)
	}
	a.offset.Store(int64(time.Until(at)))
}

var (
	atNine   = models.Posting{Days: models.Daily, At: 9 * 60}
	weekdays = models.Posting{Days: models.Weekdays, At: 9 * 60}
)

// Bubbles begin on Saturday, the first of January 2000, at midnight.
func TestSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgenda(t, models.Card{Posting: atNine}, models.Card{Posting: weekdays}, models.Card{}, models.Card{Team: "T2", Posting: models.Posting{Days: "sunday", At: 30, Zone: "Asia/Tokyo"}})
		a.serve(72 * time.Hour)
		a.want("three days", "Sat 09:00 T1 C1", "Sat 15:30 T2 C4", "Sun 09:00 T1 C1", "Mon 09:00 T1 C1", "Mon 09:00 T1 C2")
		a.serve(12*time.Hour, func() {
			a.put(models.Card{Team: "T1", Channel: "C1", Posting: models.Posting{Days: models.Daily, At: 10 * 60}})
			a.put(models.Card{Team: "T1", Channel: "C2"})
			a.put(models.Card{Team: "T1", Channel: "C3", Posting: models.Posting{Days: models.Daily, At: 11*60 + 1}})
		})
		a.want("cards that are changed", "Tue 10:00 T1 C1", "Tue 11:01 T1 C3")
		a.serve(12*time.Hour, func() {
			if err := errors.Join(a.store.DeleteCard(t.Context(), "T1", "C1"), a.store.DeleteWorkspace(t.Context(), "T2")); err != nil {
				t.Fatal(err)
			}
		})
		a.serve(11*time.Hour + 58*time.Second)
		a.serve(13 * time.Hour) // one that begins two seconds before
		a.want("a card that is gone", "Wed 11:01 T1 C3")
	})
}

// A card that is changed while it is handed in is the changed one from then on.
func TestScheduleChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgenda(t, models.Card{Posting: atNine})
		a.refuse = func(models.Message) (bool, error) {
			a.refuse = nil
			a.put(models.Card{Team: "T1", Channel: "C1", Posting: models.Posting{Days: models.Daily, At: 10 * 60}})
			return true, nil
		}
		a.serve(34*time.Hour + time.Minute)
		a.want("another hour", "Sat 09:00 T1 C1", "Sat 10:00 T1 C1", "Sun 10:00 T1 C1")
	})
}

// What became due while no process ran is posted when one does within an hour, and once; what a card wants since later is not.
func TestScheduleDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgenda(t, models.Card{Posting: atNine})
		time.Sleep(10 * time.Hour)
		for range 5 {
			a.serve(time.Minute)
		}
		a.want("an hour late", "Sat 10:00 T1 C1")
		time.Sleep(24*time.Hour - 4*time.Minute)
		a.serve(time.Minute)
		a.want("later than that")
		time.Sleep(22*time.Hour + 55*time.Minute)
		a.put(models.Card{Team: "T1", Channel: "C2", Posting: atNine})
		a.serve(10 * time.Minute)
		a.want("one that is put before", "Mon 09:00 T1 C1", "Mon 09:00 T1 C2")
		time.Sleep(24*time.Hour + 10*time.Minute)
		a.put(models.Card{Team: "T1", Channel: "C3", Posting: atNine})
		a.serve(time.Minute, func() { a.put(models.Card{Team: "T1", Channel: "C4", Posting: atNine}) })
		a.want("those that are put after", "Tue 09:17 T1 C1", "Tue 09:17 T1 C2")
	})
}

// A clock that is set neither posts twice nor forgets.
func TestScheduleClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgenda(t, models.Card{Posting: atNine})
		set := func(d time.Duration) func() { return func() { a.offset.Add(int64(d)); time.Sleep(2 * glanceEvery) } }
		a.serve(8*time.Hour + 45*time.Minute)
		a.serve(10*time.Minute, set(30*time.Minute))
		a.want("forward over the time", "Sat 09:16 T1 C1")
		a.serve(3*time.Hour, set(-2*time.Hour)) // it is nine once more
		a.want("back over it")
		prune := func() {
			if err := a.store.Prune(t.Context()); err != nil {
				t.Error(err)
			}
		}
		a.serve(time.Hour, set(23*time.Hour), set(70*time.Hour), prune, set(-93*time.Hour))
		a.want("a day ahead and back", "Sun 09:30 T1 C1")
		a.serve(24*time.Hour, set(-30*time.Hour), set(60*time.Hour), set(-30*time.Hour))
		a.want("far back, far forward and back, and over the time that was seen ahead")
		a.serve(20*time.Hour, set(24*time.Hour))
		a.want("over it and two hours more")
		a.serve(24 * time.Hour)
		a.want("the day after", "Tue 09:00 T1 C1")
		a.serve(24*time.Hour, set(47*time.Hour), set(-47*time.Hour))
		a.want("days ahead and back before the time", "Wed 09:00 T1 C1")
	})
}

func TestScheduleSavesDaylight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		half := models.Posting{Days: models.Daily, At: 2*60 + 30, Zone: "Europe/Berlin"}
		a := newAgenda(t)
		for from, want := range map[string][]string{
			"2026-03-28T12:00:00Z": {"Sun 01:00 T1 C1", "Mon 00:30 T1 C1"}, // there is no half past two
			"2026-10-24T12:00:00Z": {"Sun 00:30 T1 C1", "Mon 01:30 T1 C1"}, // there are two
		} {
			a.set(from)
			a.put(models.Card{Team: "T1", Channel: "C1"})
			a.put(models.Card{Team: "T1", Channel: "C1", Posting: half})
			a.serve(48 * time.Hour)
			a.want(from, want...)
		}
	})
}

// What is not taken is offered again for an hour, and what fails in one workspace hinders no other.
func TestScheduleRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgenda(t, models.Card{Posting: atNine}, models.Card{Team: "T2", Posting: atNine}, models.Card{Team: "T3", Posting: atNine})
		until := time.Now().Add(9*time.Hour + 20*time.Minute)
		a.refuse = func(m models.Message) (bool, error) {
			if m.Team == "T3" {
				return false, errors.New("its journal is full")
			}
			return m.Team != "T1" || time.Now().After(until), nil
		}
		a.serve(24 * time.Hour)
		a.want("one is paused, one fails", "Sat 09:00 T2 C2", "Sat 09:20:15 T1 C1")
		a.refuse = nil
		a.serve(10 * time.Hour)
		a.want("the day after", "Sun 09:00 T1 C1", "Sun 09:00 T2 C2", "Sun 09:00 T3 C3")
	})
}

// Ten thousand cards cost no goroutine each, and no look into the store but for what is due.
func TestScheduleOfMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many, soon = 10_000, 30
		a := newAgenda(t)
		s := newSchedule(a, a.now, zerolog.Nop())
		s.take, s.listed = a.take, true
		for n := range many {
			posting := atNine
			if n < soon {
				posting.At = 60
				a.put(models.Card{Team: "T1", Channel: models.ChannelID(fmt.Sprint("C", n)), Posting: posting})
			}
			s.put(models.Card{Team: "T1", Channel: models.ChannelID(fmt.Sprint("C", n)), Posting: posting})
		}
		before := runtime.NumGoroutine()
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if n := runtime.NumGoroutine() - before; n > 1 {
			t.Errorf("%d goroutines", n)
		}
		if a.reads < soon || a.reads > 2*soon || len(a.took) != soon {
			t.Errorf("%d of %d were due; %d were posted, and cards were read %d times", soon, many, len(a.took), a.reads)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestScheduleUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgenda(t, models.Card{Posting: atNine})
		log := &strings.Builder{}
		shelf := &shut{agenda: a, until: time.Now().Add(8 * time.Hour)}
		s := newSchedule(shelf, a.now, zerolog.New(log))
		s.take = a.take
		ctx, stop := context.WithTimeout(t.Context(), 12*time.Hour)
		defer stop()
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
		a.want("the store was out of order until eight", "Sat 09:00 T1 C1")
		if n := strings.Count(log.String(), "cannot be read"); n != 1 {
			t.Errorf("it is logged %d times", n)
		}
	})
}

// shut is a shelf that cannot be read for a while.
type shut struct {
	*agenda
	until time.Time
}

func (s *shut) Cards(ctx context.Context, team models.TeamID) ([]models.Card, error) {
	if time.Now().Before(s.until) {
		return nil, errors.New("the disk is out of order")
	}
	return s.agenda.Cards(ctx, team)
}
