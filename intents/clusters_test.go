package intents_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mulebot/mulebot/models"
)

// halfRead are clusters that have been read for the first time only after a while.
type halfRead struct {
	fakeClusters
	began   time.Time
	reading map[string]time.Duration // by name
}

func (h *halfRead) Inventory(ctx context.Context, ref models.ClusterRef) (*models.Inventory, error) {
	select {
	case <-time.After(time.Until(h.began.Add(h.reading[ref.Name]))):
		return h.fakeClusters.Inventory(ctx, ref)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *halfRead) Reading(ref models.ClusterRef) (models.Reading, bool) {
	return models.Reading{Kinds: 30, AllKinds: 36, Objects: 41000, Left: 49000}, time.Since(h.began) < h.reading[ref.Name]
}

// A cluster that is being read for the first time is waited for, if nothing else can be said; and is said to be.
func TestClustersThatAreBeingRead(t *testing.T) {
	for _, c := range []struct {
		ask       string
		east, stg time.Duration // until they have been read
		took      time.Duration
		answer    []string // in its text and notes
		never     string
	}{
		{"how many volumes are there on prod-east", 13 * time.Second, 0, 13 * time.Second, []string{"volumes"}, "being read"},
		{"how many volumes are there", 13 * time.Second, 0, 2500 * time.Millisecond, []string{"volumes",
			"Cluster `prod-east` is being read for the first time: 30 of 36 kinds of objects, 41000 of about 90000 objects so far. Ask again"}, "did not answer"},
		{"how many volumes are there", 2 * time.Second, 0, 2 * time.Second, []string{"volumes"}, "being read"},
		{"how many volumes are there", 13 * time.Second, 5 * time.Second, 5 * time.Second, []string{"volumes", "`prod-east` is being read"}, "`staging` is"},
		{"how many volumes are there", time.Hour, time.Hour, 30 * time.Second, []string{"2 clusters are being read for the first time: `prod-east` (30 of 36 kinds), `staging` (30 of 36 kinds). Ask again"}, "did not answer"},
		{"hello", time.Hour, time.Hour, 2500 * time.Millisecond, []string{"Ask"}, "being read"},
	} {
		synctest.Test(t, func(t *testing.T) {
			k := newTalkWithin(t, 8*time.Second, nil, oneCard("prod-east", "staging"))
			k.Inventory = &halfRead{began: time.Now(), reading: map[string]time.Duration{"prod-east": c.east, "staging": c.stg},
				fakeClusters: fakeClusters{{Team: "T1", Name: "prod-east"}: always(prod()), {Team: "T1", Name: "staging"}: always(stagingCluster())}}
			begin := time.Now()
			reply := k.say(c.ask)
			if took := time.Since(begin); took < c.took || took > c.took+100*time.Millisecond {
				t.Errorf("%q was answered after %v, not %v", c.ask, took, c.took)
			}
			text := reply.Text + " " + strings.Join(reply.Notes, " ")
			for _, part := range c.answer {
				contains(t, text, part)
			}
			if strings.Contains(text, c.never) {
				t.Errorf("%q was answered %q", c.ask, text)
			}
			synctest.Wait()
		})
	}
}

// The home says how far a first reading is, and is a partial one until it has been read.
func TestHomeWhileReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newTalkWithin(t, 8*time.Second, nil, oneCard("prod-east", "staging"))
		k.Members = insiders{}
		k.Inventory = &halfRead{began: time.Now(), reading: map[string]time.Duration{"prod-east": 7 * time.Second},
			fakeClusters: fakeClusters{{Team: "T1", Name: "prod-east"}: always(prod()), {Team: "T1", Name: "staging"}: always(stagingCluster())}}
		open := func(limit time.Duration) models.Home {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			return k.Home(ctx, models.Message{Kind: models.Direct, Team: "T1", Channel: "D1", User: "U1"})
		}
		home := open(1500 * time.Millisecond)
		text := ""
		for _, g := range home.Clusters {
			text += g.Cluster + ": " + g.Text + "\n"
		}
		if contains(t, text, "prod-east: being read for the first time: 30 of 36 kinds of objects"); !home.Partial {
			t.Error("it is not partial")
		}
		if home = open(10 * time.Second); home.Partial {
			t.Errorf("it is still partial: %+v", home)
		}
	})
}
