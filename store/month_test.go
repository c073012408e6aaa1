package store

import (
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// TestFileStaysBounded lets messages come and be answered day by day, with dialogues and the audit log, until long after the first
// of them are forgotten: from then on the file does not grow, but for a page here and there.
func TestFileStaysBounded(t *testing.T) {
	const day, perDay = 24 * time.Hour, 60
	for _, c := range []struct {
		retention Retention
		full, end int // days
	}{
		{Retention{Entries: 30 * day, Texts: 7 * day}, 35, 80},
		{Retention{Entries: 90 * day, Texts: 30 * day}, 95, 140},
	} {
		t.Run(fmt.Sprint(int(c.retention.Entries/day), " days"), func(t *testing.T) {
			now := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
			s := openStore(t, filepath.Join(t.TempDir(), "mulebot.db"), testKey(t), func() time.Time { return now })
			s.Retention = func() Retention { return c.retention }
			most := int64(0)
			for d := 1; d <= c.end; d++ {
				trafficOf(t, s, d, perDay, now)
				now = now.Add(day)
				ok(t, s.Prune(ctx))
				size := sizeOf(t, s)
				if d <= c.full {
					most = max(most, size)
				}
				if d%10 == 5 {
					t.Logf("day %d: %d KiB", d, size>>10)
				}
				if d > c.full && size > most+most/50 {
					t.Fatalf("on day %d %d KiB of the file are used, and %d were at most until day %d", d, size>>10, most>>10, c.full)
				}
			}
			if n, gone, err := s.VerifyAudit(ctx, "T1"); err != nil || n == 0 || gone == 0 {
				t.Errorf("the audit log has %d entries, and %d have gone: %v", n, gone, err)
			}
		})
	}
}

// trafficOf answers a day's messages, each in a conversation of its own, many at a time.
func trafficOf(t *testing.T, s *Store, day, n int, at time.Time) {
	t.Helper()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			m := message("T1", fmt.Sprintf("m%d-%d", day, i))
			m.Thread, m.Text, m.At = models.ThreadID(m.ID), fmt.Sprintf("describe data-mysql-%d in namespace db-%d", i, day), at
			if _, err := s.Append(ctx, models.Entry{Message: m}); err != nil {
				t.Error(err)
			}
			d := &models.Dialogue{Intent: "list", At: at, Query: &models.Query{Subject: models.Volumes}}
			for k := range 20 {
				d.Listed = append(d.Listed, models.Named{Subject: models.Volumes, Name: fmt.Sprintf("pvc-%08x-0000-%d-%d", i, day, k), Cluster: "prod-east"})
			}
			if err := s.Done(ctx, m, models.NewAudit(m, models.Reply{Intent: "list", Query: d.Query, Clusters: []string{"prod-east"}}, true), d); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// sizeOf returns how much of its file a store has ever used, which is what a backup holds: the file itself grows by 16 MiB.
func sizeOf(t *testing.T, s *Store) int64 {
	t.Helper()
	size, err := s.Backup(ctx, io.Discard)
	ok(t, err)
	return size
}
