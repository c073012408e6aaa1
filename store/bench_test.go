package store

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// copyFile copies a file as a crash would leave it.
func copyFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	ok(t, err)
	copied := filepath.Join(t.TempDir(), filepath.Base(path))
	ok(t, os.WriteFile(copied, data, 0o600))
	return copied
}

// BenchmarkJournal prints the latencies of Append and Done at 200 and 500 messages a second, of 100 conversations, and then measures
// both for one message alone.
func BenchmarkJournal(b *testing.B) {
	s := openStore(b, filepath.Join(b.TempDir(), "mulebot.db"), testKey(b), time.Now)
	dialogue := &models.Dialogue{Intent: "volumes", Query: &models.Query{Subject: models.Volumes, Clusters: []string{"prod"}}}
	for i := range 20 {
		dialogue.Listed = append(dialogue.Listed, models.Named{Subject: models.Volumes, Name: fmt.Sprintf("pvc-%036d", i), Cluster: "prod"})
	}
	one := func(i int) (appended, done time.Duration) {
		m := models.Message{ID: fmt.Sprintf("C%d:17%d.000100", i%100, i), Team: models.TeamID(fmt.Sprintf("T%d", i%10)), Channel: models.ChannelID(fmt.Sprintf("C%d", i%100)),
			Thread: models.ThreadID(fmt.Sprint(i / 300)), User: "U1", Text: "which volumes of the db namespace on prod-east are degraded?", At: time.Now()}
		start := time.Now()
		if _, err := s.Append(ctx, models.Entry{Message: m}); err != nil {
			b.Error(err)
		}
		appended = time.Since(start)
		start = time.Now()
		if err := s.Done(ctx, m, models.NewAudit(m, models.Reply{Intent: "list", Query: dialogue.Query}, true), dialogue); err != nil {
			b.Error(err)
		}
		return appended, time.Since(start)
	}
	const workers = 100
	total := 0
	for _, rate := range []int{200, 500} {
		n := 5 * rate
		appends, dones := make([]time.Duration, n), make([]time.Duration, n)
		start := time.Now()
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := w; i < n; i += workers {
					<-time.After(time.Until(start.Add(time.Duration(i) * time.Second / time.Duration(rate))))
					appends[i], dones[i] = one(total + i)
				}
			})
		}
		wg.Wait()
		slices.Sort(appends)
		slices.Sort(dones)
		b.Logf("Append at %d a second  p50 %v p99 %v", rate, appends[n/2], appends[n*99/100])
		b.Logf("Done   at %d a second  p50 %v p99 %v", rate, dones[n/2], dones[n*99/100])
		total += n
	}
	for i := total; b.Loop(); i++ {
		one(i)
	}
}

func BenchmarkReads(b *testing.B) {
	s := openStore(b, filepath.Join(b.TempDir(), "mulebot.db"), testKey(b), time.Now)
	ok(b, s.PutCluster(ctx, models.Cluster{Ref: models.ClusterRef{Team: "T1", Name: "a"}}),
		s.PutCard(ctx, models.Card{Team: "T1", Channel: "C1", Clusters: []string{"a"}}),
		s.DoneAtOnce(ctx, message("T1", "m"), nil, &models.Dialogue{Intent: "x"}))
	talk := message("T1", "m").Conversation()
	b.Run("Card", func(b *testing.B) {
		for b.Loop() {
			_, _ = s.Card(ctx, "T1", "C1")
		}
	})
	b.Run("Dialogue", func(b *testing.B) {
		for b.Loop() {
			_, _ = s.Dialogue(ctx, talk)
		}
	})
	b.Run("TakesPart", func(b *testing.B) {
		for b.Loop() {
			_, _ = s.TakesPart(ctx, talk)
		}
	})
}
