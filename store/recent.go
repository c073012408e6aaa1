package store

import (
	"context"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// lookBack is how many entries of a workspace's audit log are looked through for what somebody asked lately.
const lookBack = 1000

// Recent returns at most n different questions that a user asked lately and that were answered, the newest first. What was said in
// a thread is left out: it may mean nothing elsewhere.
func (s *Store) Recent(ctx context.Context, team models.TeamID, user models.UserID, n int) (questions []string, err error) {
	err = s.Latest(ctx, team, lookBack, func(a models.Audit) bool {
		asked := a.User == user && a.Text != "" && a.Query != nil && a.Outcome == models.Answered && a.Kind != models.InThread
		again := slices.ContainsFunc(questions, func(q string) bool { return strings.EqualFold(q, a.Text) })
		if asked && !again {
			questions = append(questions, a.Text)
		}
		return len(questions) < n
	})
	return questions, err
}

// Latest calls each with at most most entries of a workspace's audit log, the newest first, until it returns false.
func (s *Store) Latest(ctx context.Context, team models.TeamID, most int, each func(models.Audit) bool) error {
	return s.view(ctx, func(tx kv.Tx) error {
		end, _, err := get[auditEnd](s, tx, auditEndKey(team))
		if err != nil {
			return err
		}
		for seq := end.Seq; seq > 0 && most > 0 && ctx.Err() == nil; seq, most = seq-1, most-1 {
			key := auditKey(team, seq)
			sealed, ok := tx.Get(key)
			if !ok {
				return nil // the time of those before is over
			}
			a, err := s.readAudit(tx, key, sealed)
			if err != nil {
				return err
			}
			if !each(a) {
				return nil
			}
		}
		return ctx.Err()
	})
}
