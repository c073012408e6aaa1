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
	note := expiryKey(until.Truncate(step).Add(step), key)
	if _, ok := tx.Get(note); ok {
		return nil // to write it again would cost a page
	}
	return tx.Put(note, nil)
}

// expireRow is expire for the records under a prefix whose times come in the order of their keys, as those of a log do: only the
// first of each step is noted, and stands for those behind it. They do not when the time for which records are kept was made shorter:
// see pruneRow.
func expireRow(tx kv.Tx, prefix, key string, until time.Time, step time.Duration) error {
	for range tx.Scan(expiryKey(until.Truncate(step).Add(step), prefix)) {
		return nil
	}
	return expire(tx, key, until, step)
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

// prune follows the notes whose time has come, until it has cleared away some limit of them and of records of rows. It returns
// how many it has.
func (s *Store) prune(tx kv.Tx, limit int) (n int, err error) {
	now := s.now()
	for note := range tx.Scan(join(expiries)) {
		key, due := expiring(note, now)
		if !due || n >= limit {
			break
		}
		if prefix, ok := rowOf(key); ok {
			gone, rest, err := s.pruneRow(tx, prefix, key, limit-n)
			n += gone
			if err != nil || rest {
				return n, err
			}
		} else if err := s.pruneRecord(tx, key); err != nil {
			return n, err
		}
		n++
		if err := tx.Delete(note); err != nil {
			return n, err
		}
	}
	return n, nil
}

// pruneRecord removes the record under a key, if it is there and its time has come: else there is a later note of it.
func (s *Store) pruneRecord(tx kv.Tx, key string) error {
	sealed, ok := tx.Get(key)
	if !ok {
		return nil
	}
	over, opens := s.over(key, sealed)
	if !over {
		return nil
	}
	if team, departed := teamOf(departures, key); departed && opens {
		if _, err := deleteTenant(tx, team); err != nil {
			return err
		}
	}
	return tx.Delete(key)
}

// pruneRow removes the records under a prefix from a key on, up to the first whose time is still to come, but a limit of them
// at most. It returns how many it removed, and whether it left some whose time has come. Of an audit log, which is a chain, it removes
// the first entries only: one whose time comes sooner than that of an earlier one goes with that, whose note is still there.
func (s *Store) pruneRow(tx kv.Tx, prefix, from string, limit int) (n int, rest bool, err error) {
	if strings.HasPrefix(prefix, join(audits)) {
		from = prefix
	}
	for key, sealed := range tx.ScanFrom(from) {
		if !strings.HasPrefix(key, prefix) {
			break
		}
		over, opens := s.over(key, sealed)
		if !over {
			break
		}
		if n == limit {
			return n, true, nil
		}
		if opens && strings.HasPrefix(key, join(audits)) {
			if err := s.forgotten(tx, key); err != nil {
				return n, false, err
			}
		}
		if err := tx.Delete(key); err != nil {
			return n, false, err
		}
		n++
	}
	return n, false, nil
}

// rowOf returns the prefix of the row that the record under a key stands in, if it does.
func rowOf(key string) (prefix string, ok bool) {
	if !strings.HasPrefix(key, join(audits)) && !strings.HasPrefix(key, join(auditTexts)) {
		return "", false
	}
	return key[:strings.LastIndexByte(strings.TrimSuffix(key, "/"), '/')+1], true
}

// over reports whether a record's time has come, and whether it opens: one that does not has nothing to say any more.
func (s *Store) over(key string, sealed []byte) (over, opens bool) {
	record, err := decode[struct{ Until time.Time }](s, key, sealed)
	return err != nil || !record.Until.After(s.now()), err == nil
}
