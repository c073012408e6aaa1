package store

import (
	"context"
	"slices"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// heardRecord says until when a workspace is known to have been heard.
type heardRecord struct {
	Until time.Time `json:"until"`
}

// Heard notes until when workspaces are known to have been heard, all in one write that waits for others. Of those that are gone
// nothing is noted.
func (s *Store) Heard(ctx context.Context, until map[models.TeamID]time.Time) error {
	return s.updateSoon(ctx, func(tx kv.Tx) error {
		for team, t := range until {
			if !s.listens(tx, team) {
				continue
			}
			if err := put(s, tx, heardKey(team), heardRecord{t}); err != nil {
				return err
			}
		}
		return nil
	})
}

// HeardUntil returns until when a workspace is known to have been heard; a zero time if nothing is known.
func (s *Store) HeardUntil(ctx context.Context, team models.TeamID) (until time.Time, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		record, _, err := get[heardRecord](s, tx, heardKey(team))
		until = record.Until
		return err
	})
	return until, err
}

// Known reports whether a message is in the journal or was answered within the last two hours.
func (s *Store) Known(ctx context.Context, team models.TeamID, message string) (known bool, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		if _, known = tx.Get(journalKey(team, message)); !known {
			_, known = tx.Get(answeredKey(team, message))
		}
		return nil
	})
	return known, err
}

// Talks returns the conversations of a team in which something was answered since a time, the latest first. What does not open is
// left out.
func (s *Store) Talks(ctx context.Context, team models.TeamID, since time.Time) (talks []models.Talk, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		for key, sealed := range tx.Scan(tenantPrefix(conversations, team)) {
			c, ok := talkOf(key)
			record, err := decode[conversationRecord](s, key, sealed)
			if at := record.Until.Add(-rememberDialogue); ok && err == nil && !at.Before(since) {
				talks = append(talks, models.Talk{Conversation: c, At: at})
			}
		}
		return ctx.Err()
	})
	slices.SortStableFunc(talks, func(a, b models.Talk) int { return b.At.Compare(a.At) })
	return talks, err
}
