package app

import (
	"context"
	"sync"
	"time"
	_ "time/tzdata" // cards name time zones, and not every machine has them

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
)

const (
	// glanceEvery is how often the clock is looked at, which may have been set since.
	glanceEvery = time.Minute
	// offerAgain is when something is offered again that the door did not take.
	offerAgain = 15 * time.Second
	// offeredAtOnce is how many are offered at a time, so that they share writes to the disk.
	offeredAtOnce = 64
)

// cardShelf has the cards of all workspaces. It is met by *store.Store.
type cardShelf interface {
	Teams(ctx context.Context) ([]models.TeamID, error)
	Cards(ctx context.Context, team models.TeamID) ([]models.Card, error)
	Card(ctx context.Context, team models.TeamID, channel models.ChannelID) (models.Card, error)
}

// schedule hands in, when its time has come, what cards want to be posted: one timer for all cards of all workspaces. When a time
// comes it reads the card anew, so that nobody need tell it that one is gone; only of new ones it must hear ([schedule.put]). What
// it hands in is known by card and time, and the journal takes it once, however often the clock or the process begins again.
type schedule struct {
	cards cardShelf
	take  func(context.Context, models.Message) (taken bool, err error) // by the door; false: offer it again
	now   func() time.Time
	log   zerolog.Logger
	woken chan struct{}

	// Of Run.
	listed bool                   // it is known which workspaces there are
	unread map[models.TeamID]bool // those whose cards were not read yet; true: that failed, and was logged

	mu  sync.Mutex // guards due
	due map[place]appointment
}

// place is where something is posted.
type place struct {
	team    models.TeamID
	channel models.ChannelID
}

// appointment is what is posted in a place, and when the next time is.
type appointment struct {
	posting models.Posting
	next    time.Time
}

func newSchedule(cards cardShelf, now func() time.Time, log zerolog.Logger) *schedule {
	return &schedule{cards: cards, now: now, log: log, due: map[place]appointment{}, unread: map[models.TeamID]bool{}, woken: make(chan struct{}, 1)}
}

// put notes a card that was added or replaced.
func (s *schedule) put(card models.Card) {
	s.mu.Lock()
	s.note(card)
	s.mu.Unlock()
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// note keeps what a card wants to be posted, from an hour ago on. The caller holds mu.
func (s *schedule) note(card models.Card) {
	at := place{card.Team, card.Channel}
	if card.Posting.IsZero() {
		delete(s.due, at)
		return
	}
	s.due[at] = appointment{card.Posting, nextOf(card.Posting, s.now())}
}

// nextOf returns the next time of a posting, or one that is past and not yet too late.
func nextOf(p models.Posting, now time.Time) time.Time {
	from := now.Add(-models.Late - 1)
	if p.Since.After(from) {
		from = p.Since
	}
	return p.Next(from)
}

// Run hands in what is due until ctx ends.
func (s *schedule) Run(ctx context.Context) error {
	for last := s.now(); ; {
		now := s.now().Round(0) // by the clock on the wall, which may be set
		if now.Before(last) {   // what is due by a clock that was set back may have been handed in: the journal knows
			s.begin(now)
		}
		last = now
		s.read(ctx)
		timer := time.NewTimer(s.offer(ctx, now))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		case <-s.woken:
			timer.Stop()
		}
	}
}

// begin finds the next times anew.
func (s *schedule) begin(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for at, a := range s.due {
		a.next = nextOf(a.posting, now)
		s.due[at] = a
	}
}

// read reads the cards of workspaces that were not read before. What was put meanwhile is newer.
func (s *schedule) read(ctx context.Context) {
	if !s.listed {
		teams, err := s.cards.Teams(ctx)
		if err != nil {
			s.log.Error().Err(err).Msg("it is not known which workspaces there are, and nothing is posted unasked")
			return
		}
		for _, team := range teams {
			s.unread[team] = false
		}
		s.listed = true
	}
	for team, said := range s.unread {
		cards, err := s.cards.Cards(ctx, team)
		if err != nil {
			if !said {
				s.log.Error().Err(err).Str("team", string(team)).Msg("the cards of a workspace cannot be read, and nothing is posted by them")
			}
			s.unread[team] = true
			continue
		}
		delete(s.unread, team)
		s.mu.Lock()
		for _, card := range cards {
			if _, newer := s.due[place{team, card.Channel}]; !newer {
				s.note(card)
			}
		}
		s.mu.Unlock()
	}
}

// offer hands in what is due, and returns how long to wait then.
func (s *schedule) offer(ctx context.Context, now time.Time) time.Duration {
	var group errgroup.Group
	group.SetLimit(offeredAtOnce)
	for at, a := range s.ripe(now) {
		group.Go(func() error { s.hand(ctx, at, a, now); return nil })
	}
	_ = group.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := glanceEvery
	for _, a := range s.due {
		if until := a.next.Sub(now); until > 0 {
			wait = min(wait, until)
		} else { // it was not taken
			wait = min(wait, offerAgain)
		}
	}
	return wait
}

// ripe returns what is due.
func (s *schedule) ripe(now time.Time) map[place]appointment {
	s.mu.Lock()
	defer s.mu.Unlock()
	ripe := map[place]appointment{}
	for at, a := range s.due {
		if !a.next.After(now) {
			ripe[at] = a
		}
	}
	return ripe
}

// hand hands in what is due in a place, if its card still wants it, and notes what is next there.
func (s *schedule) hand(ctx context.Context, at place, a appointment, now time.Time) {
	log := s.log.With().Str("team", string(at.team)).Str("channel", string(at.channel)).Time("due", a.next).Logger()
	card, err := s.cards.Card(ctx, at.team, at.channel)
	next := appointment{card.Posting, nextOf(card.Posting, now)}
	switch {
	case models.KindOf(err) == models.NotFound || err == nil && card.Channel != at.channel:
		next = appointment{}
	case err != nil:
		log.Error().Err(err).Msg("a card cannot be read, and nothing is posted by it")
		return
	case !card.Posting.Equal(a.posting):
	case now.Sub(a.next) > models.Late:
		log.Info().Msg("it is too late for a summary")
	default:
		taken, err := s.take(ctx, intents.Scheduled(card, a.next))
		if err != nil {
			log.Error().Err(err).Msg("a summary cannot be handed in yet")
		}
		if !taken {
			return
		}
		next.next = card.Posting.Next(a.next)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.due[at] != a {
		return // another card was put meanwhile
	}
	if s.due[at] = next; next.posting.IsZero() {
		delete(s.due, at)
	}
}
