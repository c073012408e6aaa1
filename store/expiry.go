package store

import (
	"context"
	"strings"
	"time"

	"github.com/mulebot/mulebot/store/kv"
)

// expire notes that the record under a key may go at a time. The note is rounded up to whole steps, so that a record whose time
// moves on with every message is noted once a step.
func expire(tx kv.Tx, key string, until time.Time, step time.Duration) error {
	return tx.Put(expiryKey(until.Truncate(step).Add(step), key), nil)
}

// Prune removes all that has expired: answers after two hours, conversations after thirty days without one, workspaces thirty
// days after the app was removed from them.
func (s *Store) Prune(ctx context.Context) error {
	const batch = 1000 // notes in a transaction, so that messages need not wait for long
	for {
		var n int
		err := s.update(ctx, func(tx kv.Tx) (err error) {
			n, err = s.prune(tx, batch)
			return err
		})
		if err != nil || n < batch {
			return err
		}
	}
}

// prune follows at most limit notes whose time has come and returns how many it followed. A record goes unless it says that
// its own time is still to come: then there is a later note of it.
func (s *Store) prune(tx kv.Tx, limit int) (n int, err error) {
	now := s.now()
	for note := range tx.Scan(join(expiries)) {
		key, due := expiring(note, now)
		if !due || n == limit {
			break
		}
		n++
		record, ok, err := get[struct{ Until time.Time }](s, tx, key)
		if ok && err == nil && record.Until.After(now) {
			ok = false
		}
		if team, departed := teamOfDeparture(key); departed && ok && err == nil {
			if _, err := deleteTenant(tx, team); err != nil {
				return n, err
			}
		}
		if ok && err == nil && strings.HasPrefix(key, join(audits)) {
			if err := s.forgotten(tx, key); err != nil {
				return n, err
			}
		}
		if ok || err != nil { // one that does not open has nothing to say any more
			if err := tx.Delete(key); err != nil {
				return n, err
			}
		}
		if err := tx.Delete(note); err != nil {
			return n, err
		}
	}
	return n, nil
}
