package store

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// asked answers n messages of a workspace, the first at a time and each a minute after the other.
func asked(t testing.TB, s *Store, team models.TeamID, n int, at time.Time) {
	t.Helper()
	for i := range n {
		m := message(team, fmt.Sprintf("m%d-%d", at.Unix(), i))
		m.Text, m.At = fmt.Sprintf("question %d", i), at.Add(time.Duration(i)*time.Minute)
		ok(t, s.DoneAtOnce(ctx, m, models.NewAudit(m, models.Reply{Intent: "list"}, true), nil))
	}
}

func entries(t testing.TB, s *Store, team models.TeamID, since time.Time) []models.Audit {
	t.Helper()
	var all []models.Audit
	for a, err := range s.Audit(ctx, team, since) {
		ok(t, err)
		all = append(all, a)
	}
	return all
}

func TestAudit(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s := Memory(func() time.Time { return now })
	asked(t, s, "T1", 3, now)
	asked(t, s, "T2", 1, now)
	all := entries(t, s, "T1", time.Time{})
	if len(all) != 3 || all[2].Seq != 3 || all[2].Text != "question 2" || all[2].Previous != all[1].Hash || all[0].Previous != "" {
		t.Errorf("the log is %+v", all)
	}
	if late := entries(t, s, "T1", now.Add(time.Minute)); len(late) != 2 {
		t.Errorf("since a minute later there are %d", len(late))
	}
	if n, gone, err := s.VerifyAudit(ctx, "T1"); n != 3 || gone != 0 || err != nil {
		t.Errorf("verified %d, %d gone, %v", n, gone, err)
	}
}

// TestAuditHoldsNothingUp compacts the store and removes entries while its audit log is read: neither waits for the reader.
func TestAuditHoldsNothingUp(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "mulebot.db"), testKey(t), time.Now)
	const n = 2*auditPage + 3
	ok(t, s.update(ctx, func(tx kv.Tx) error {
		for range n {
			if err := s.audit(tx, models.Audit{Team: "T1"}); err != nil {
				return err
			}
		}
		return s.audit(tx, models.Audit{Team: "T10"})
	}))
	var got []uint64
	for a, err := range s.Audit(ctx, "T1", time.Time{}) {
		ok(t, err)
		if got = append(got, a.Seq); len(got) == auditPage {
			_, _, err := s.Compact(ctx)
			ok(t, err, s.update(ctx, func(tx kv.Tx) error {
				for seq := range uint64(auditPage + 1) {
					if err := s.forget(tx, auditKey("T1", 1+seq)); err != nil {
						return err
					}
				}
				return nil
			}))
		}
	}
	if len(got) != n-1 || got[auditPage-1] != auditPage || got[auditPage] != auditPage+2 || got[len(got)-1] != n {
		t.Errorf("read %v", got)
	}
}

func TestAuditForgets(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s := Memory(func() time.Time { return now })
	s.Retention = func() Retention { return Retention{Entries: 90 * 24 * time.Hour, Texts: 7 * 24 * time.Hour} }
	asked(t, s, "T1", 2, now)
	now = now.Add(60 * 24 * time.Hour)
	asked(t, s, "T1", 1, now)
	ok(t, s.Prune(ctx))
	all := entries(t, s, "T1", time.Time{})
	if len(all) != 3 || all[0].Text != "" || all[0].TextHash == "" || all[2].Text == "" {
		t.Errorf("after the texts' time the log is %+v", all)
	}
	now = now.Add(35 * 24 * time.Hour)
	ok(t, s.Prune(ctx))
	if all := entries(t, s, "T1", time.Time{}); len(all) != 1 || all[0].Seq != 3 {
		t.Errorf("after the entries' time the log is %+v", all)
	}
	if n, gone, err := s.VerifyAudit(ctx, "T1"); n != 1 || gone != 2 || err != nil {
		t.Errorf("verified %d, %d gone, %v", n, gone, err)
	}
}

// TestAuditForgetsSooner makes the time for which entries are kept shorter, and longer again: those from before keep theirs, the later
// ones wait for them, and the chain holds all the while.
func TestAuditForgetsSooner(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s := Memory(func() time.Time { return now })
	const day = 24 * time.Hour
	for _, kept := range []time.Duration{400 * day, day, 200 * day} {
		s.Retention = func() Retention { return Retention{Entries: kept, Texts: day} }
		for range 5 {
			ok(t, s.Record(ctx, models.Audit{Team: "T1", Kind: models.Operated, Text: "changed something"}))
		}
	}
	for _, then := range []struct {
		after   time.Duration
		entries uint64
	}{{5 * day, 15}, {250 * day, 15}, {402 * day, 0}} {
		now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).Add(then.after)
		ok(t, s.Prune(ctx))
		n, gone, err := s.VerifyAudit(ctx, "T1")
		if ok(t, err); n != then.entries || n+gone != 15 {
			t.Errorf("after %v, %d entries are there and %d gone", then.after, n, gone)
		}
	}
	ok(t, s.Record(ctx, models.Audit{Team: "T1", Kind: models.Operated}))
	if n, gone, err := s.VerifyAudit(ctx, "T1"); n != 1 || gone != 15 || err != nil {
		t.Errorf("the chain goes on with %d entries, %d gone, %v", n, gone, err)
	}
}

// TestAuditForgetsInSteps lets the time of many entries be over at once, noted as they are now, once a day, or one by one, as an
// older version did: a few go at a time, the first ones first, and the chain holds all the while.
func TestAuditForgetsInSteps(t *testing.T) {
	for _, each := range []bool{false, true} {
		now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
		s := Memory(func() time.Time { return now })
		before := records(t, s)
		asked(t, s, "T1", 50, now)
		s.Retention = func() Retention { return Retention{Entries: 400 * 24 * time.Hour, Texts: time.Hour} } // from now on
		asked(t, s, "T1", 1, now.Add(time.Hour))
		const answers, talks, ends, usage = 51 * 2, 1, 1, 1
		if got := records(t, s) - before - answers - talks - ends - usage; got != 51*2+1+2 {
			t.Errorf("beside the entries and their texts there are %d notes of them, want one of a day's entries and one a day of texts", got-51*2)
		}
		for seq := range uint64(50) {
			if each {
				key := auditKey("T1", 1+seq)
				ok(t, s.update(ctx, func(tx kv.Tx) error { return expire(tx, key, now.Add(400*24*time.Hour), 24*time.Hour) }))
			}
		}
		now = now.Add(3 * 24 * time.Hour)
		ok(t, s.Prune(ctx))
		if all := entries(t, s, "T1", time.Time{}); all[49].Text == "" || all[50].Text != "" {
			t.Error("a text whose time is short outlives it, or others do not")
		}
		now = now.Add(400 * 24 * time.Hour)
		for last := uint64(0); last < 51; {
			ok(t, s.update(ctx, func(tx kv.Tx) error { _, err := s.prune(tx, 7); return err }))
			n, gone, err := s.VerifyAudit(ctx, "T1")
			if ok(t, err); n+gone != 51 || gone < last || gone > last+7 {
				t.Fatalf("%d entries are there and %d gone, after %d", n, gone, last)
			}
			last = gone
		}
		ok(t, s.Prune(ctx))
		if got := records(t, s); got != before+3 { // where the chain begins and ends, the usage
			t.Errorf("%d records are left", got-before)
		}
	}
}

func TestAuditShowsWhatWasDoneToIt(t *testing.T) {
	change := func(s *Store, tx kv.Tx, seq uint64, how func(*auditRecord)) error {
		record, _, err := get[auditRecord](s, tx, auditKey("T1", seq))
		if err != nil {
			return err
		}
		how(&record)
		return put(s, tx, auditKey("T1", seq), record)
	}
	for what, harm := range map[string]func(*Store, kv.Tx) error{
		"entry 2: it was changed": func(s *Store, tx kv.Tx) error {
			return change(s, tx, 2, func(r *auditRecord) { r.User = "U9" })
		},
		"entry 2: it is missing":                     func(s *Store, tx kv.Tx) error { return tx.Delete(auditKey("T1", 2)) },
		"entry 1: it is missing":                     func(s *Store, tx kv.Tx) error { return tx.Delete(auditKey("T1", 1)) },
		"entry 4: it is missing; the last one was 4": func(s *Store, tx kv.Tx) error { return tx.Delete(auditKey("T1", 4)) },
		"entry 3: its text is another one": func(s *Store, tx kv.Tx) error {
			return put(s, tx, auditTextKey("T1", 3), auditTextRecord{Text: "other"})
		},
		"entry 3: it does not follow the one before": func(s *Store, tx kv.Tx) error {
			return change(s, tx, 2, func(r *auditRecord) {
				r.User = "U9"
				r.Hash, _ = auditHash(r.Audit)
			})
		},
	} {
		now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
		s := Memory(func() time.Time { return now })
		asked(t, s, "T1", 4, now)
		ok(t, s.update(ctx, func(tx kv.Tx) error { return harm(s, tx) }))
		if _, _, err := s.VerifyAudit(ctx, "T1"); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// FuzzAudit puts anything in the place of an entry: the chain is whole only if it is what was written.
func FuzzAudit(f *testing.F) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s := Memory(func() time.Time { return now })
	asked(f, s, "T1", 3, now)
	var written []byte
	ok(f, s.view(ctx, func(tx kv.Tx) error {
		record, _, err := get[auditRecord](s, tx, auditKey("T1", 2))
		if err == nil {
			written, err = json.Marshal(record)
		}
		return err
	}))
	for _, seed := range []string{string(written), "", "{}", "null", "[]", `{"seq": 2}`, strings.Replace(string(written), "list", "count", 1),
		strings.Replace(string(written), `"T1"`, `"T2"`, 1), strings.Replace(string(written), `"seq":2`, `"seq":18446744073709551615`, 1)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ok(t, s.update(ctx, func(tx kv.Tx) error {
			if json.Valid(data) {
				return put(s, tx, auditKey("T1", 2), json.RawMessage(data))
			}
			return tx.Put(auditKey("T1", 2), data)
		}))
		if _, _, err := s.VerifyAudit(ctx, "T1"); err == nil && !sameEntry(written, data) {
			t.Errorf("%s passes for what was written", data)
		}
		for _, err := range s.Audit(ctx, "T1", time.Time{}) {
			_ = err // it may say anything, and must end
		}
	})
}

// sameEntry reports whether two records hold the same entry, however they are written.
func sameEntry(a, b []byte) bool {
	var x, y auditRecord
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	one, _ := auditHash(x.Audit)
	other, _ := auditHash(y.Audit)
	return one == other && x.Hash == y.Hash
}
