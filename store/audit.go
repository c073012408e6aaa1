package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// Retention says how long the audit log is kept.
type Retention struct {
	Entries time.Duration
	Texts   time.Duration // what was said; the rest of the entry stays
}

// usualRetention is that of a store whose opener said nothing.
func usualRetention() Retention {
	return Retention{Entries: 400 * 24 * time.Hour, Texts: 30 * 24 * time.Hour}
}

// auditRecord is an entry without its text.
type auditRecord struct {
	models.Audit
	Until time.Time `json:"until"`
}

// auditTextRecord is the text of an entry. The salt keeps a text that is gone from being guessed by its hash.
type auditTextRecord struct {
	Text  string    `json:"text"`
	Salt  string    `json:"salt"`
	Until time.Time `json:"until"`
}

func (r auditTextRecord) hash() string { return hashed([]byte(r.Salt + r.Text)) }

// auditEnd is where a workspace's chain begins or ends: its first entry is the one behind Start, its last one is End.
type auditEnd struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
}

// Record appends an entry to the audit log of its workspace that is of no message.
func (s *Store) Record(ctx context.Context, a models.Audit) error {
	if err := checkID("team", string(a.Team)); err != nil {
		return err
	}
	return s.update(ctx, func(tx kv.Tx) error { return s.audit(tx, a) })
}

// audit appends an entry to the log of its workspace.
func (s *Store) audit(tx kv.Tx, a models.Audit) error {
	end, _, err := get[auditEnd](s, tx, auditEndKey(a.Team))
	if err != nil {
		return err
	}
	a.Seq, a.Previous = end.Seq+1, end.Hash
	if a.Text != "" {
		text := auditTextRecord{Text: a.Text, Salt: rand.Text(), Until: s.now().Add(s.Retention().Texts)}
		a.Text, a.TextHash = "", text.hash()
		if err := s.putUntil(tx, tenantPrefix(auditTexts, a.Team), auditTextKey(a.Team, a.Seq), text, text.Until); err != nil {
			return err
		}
	}
	if a.Hash, err = auditHash(a); err != nil {
		return err
	}
	record := auditRecord{a, s.now().Add(s.Retention().Entries)}
	if err := s.putUntil(tx, tenantPrefix(audits, a.Team), auditKey(a.Team, a.Seq), record, record.Until); err != nil {
		return err
	}
	return put(s, tx, auditEndKey(a.Team), auditEnd{a.Seq, a.Hash})
}

// putUntil puts a record of a row that goes after a time, give or take a day.
func (s *Store) putUntil(tx kv.Tx, prefix, key string, record any, until time.Time) error {
	if err := put(s, tx, key, record); err != nil {
		return err
	}
	return expireRow(tx, prefix, key, until, 24*time.Hour)
}

// auditHash returns the hash of an entry: the SHA-256 of its JSON without text and hash, in hexadecimal.
func auditHash(a models.Audit) (string, error) {
	a.Text, a.Hash = "", ""
	text, err := json.Marshal(a)
	return hashed(text), err
}

func hashed(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// auditPage is how many entries of an audit log are read at once.
const auditPage = 256

// Audit yields the entries of a workspace's audit log that are of a time or later, the oldest first. It ends with an error, if
// any. Whoever ranges over it may take as long as they like: they hold nothing up, and find what is written meanwhile too.
func (s *Store) Audit(ctx context.Context, team models.TeamID, since time.Time) iter.Seq2[models.Audit, error] {
	return func(yield func(models.Audit, error) bool) {
		for from := tenantPrefix(audits, team); from != ""; {
			page, next, err := s.auditPage(ctx, team, from)
			for _, a := range page {
				if !a.At.Before(since) && !yield(a, nil) {
					return
				}
			}
			if err != nil {
				yield(models.Audit{}, err)
				return
			}
			from = next
		}
	}
}

// auditPage returns the entries of a workspace from a key on, auditPage of them at most, and where to go on; "" if there are no more.
func (s *Store) auditPage(ctx context.Context, team models.TeamID, from string) (page []models.Audit, next string, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		for key, sealed := range tx.ScanFrom(from) {
			if !strings.HasPrefix(key, tenantPrefix(audits, team)) {
				return nil
			}
			if len(page) == auditPage {
				next = key
				return nil
			}
			a, err := s.readAudit(tx, key, sealed)
			if err != nil {
				return err
			}
			page = append(page, a)
		}
		return nil
	})
	return page, next, err
}

// readAudit returns an entry, with its text if that is still there.
func (s *Store) readAudit(tx kv.Tx, key string, sealed []byte) (models.Audit, error) {
	record, err := decode[auditRecord](s, key, sealed)
	if err != nil {
		return models.Audit{}, err
	}
	text, ok, err := get[auditTextRecord](s, tx, auditTextKey(record.Team, record.Seq))
	if err == nil && ok && text.hash() != record.TextHash {
		err = broken(record.Team, record.Seq, "its text is another one")
	}
	record.Text = text.Text
	return record.Audit, err
}

// VerifyAudit checks the chain of a workspace: that every entry is there, in its place and as it was written, but for those
// whose time is over. It returns how many there are and how many have gone, or a Conflict error that says where the chain
// breaks.
func (s *Store) VerifyAudit(ctx context.Context, team models.TeamID) (entries, gone uint64, err error) {
	err = s.view(ctx, func(tx kv.Tx) error {
		last, _, err := get[auditEnd](s, tx, auditStartKey(team))
		if err != nil {
			return err
		}
		gone = last.Seq
		for key, sealed := range tx.Scan(tenantPrefix(audits, team)) {
			a, err := s.readAudit(tx, key, sealed)
			if err != nil {
				return err
			}
			if last, err = follow(last, a); err != nil {
				return err
			}
			entries++
		}
		end, _, err := get[auditEnd](s, tx, auditEndKey(team))
		if err == nil && end != last {
			err = broken(team, last.Seq+1, fmt.Sprintf("it is missing; the last one was %d", end.Seq))
		}
		return err
	})
	return entries, gone, err
}

// follow checks that an entry is the one behind last, and returns it as the new last one.
func follow(last auditEnd, a models.Audit) (auditEnd, error) {
	hash, err := auditHash(a)
	switch {
	case err != nil:
		return last, err
	case a.Seq != last.Seq+1:
		return last, broken(a.Team, last.Seq+1, "it is missing")
	case a.Previous != last.Hash:
		return last, broken(a.Team, a.Seq, "it does not follow the one before")
	case a.Hash != hash:
		return last, broken(a.Team, a.Seq, "it was changed")
	}
	return auditEnd{a.Seq, a.Hash}, nil
}

func broken(team models.TeamID, seq uint64, how string) error {
	return &models.Error{Kind: models.Conflict, Message: fmt.Sprintf("the audit log of %s is broken at entry %d: %s", team, seq, how),
		Hint: "somebody has changed the store; compare it with a backup, or with what was exported earlier"}
}

// forgotten notes that the first entry of a chain goes, because its time is over.
func (s *Store) forgotten(tx kv.Tx, key string) error {
	record, ok, err := get[auditRecord](s, tx, key)
	if err != nil || !ok {
		return err
	}
	return put(s, tx, auditStartKey(record.Team), auditEnd{record.Seq, record.Hash})
}
