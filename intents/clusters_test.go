package intents_test

import (
	"context"
	"strings"
	"sync/atomic"
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

// A message that is read in several ways asks each cluster once, and waits once for one that hangs.
func TestClustersAreAskedOnce(t *testing.T) {
	const limit = 8 * time.Second
	hangs := func(ctx context.Context) (*models.Inventory, error) { <-ctx.Done(); return nil, ctx.Err() }
	for _, ask := range []string{"how many volumes are there", "how meny volumes",
		"how many volumes are there? which pools are there? which nodes are down? and how many claims are there?",
		"mysql-0 is slow. where is its volume? how many volumes does staging have? how many does prod-east have?"} {
		synctest.Test(t, func(t *testing.T) {
			asked := map[string]*atomic.Int32{"prod-east": {}, "staging": {}}
			counted := func(name string, answer func(context.Context) (*models.Inventory, error)) func(context.Context) (*models.Inventory, error) {
				return func(ctx context.Context) (*models.Inventory, error) {
					asked[name].Add(1)
					return answer(ctx)
				}
			}
			k := newTalkWithin(t, limit, fakeClusters{{Team: "T1", Name: "prod-east"}: counted("prod-east", always(prod())),
				{Team: "T1", Name: "staging"}: counted("staging", hangs)}, oneCard("prod-east", "staging"))
			begin := time.Now()
			k.say(ask)
			if took := time.Since(begin); took > limit+100*time.Millisecond {
				t.Errorf("%q was answered after %v", ask, took)
			}
			for name, times := range asked {
				if n := times.Load(); n != 1 {
					t.Errorf("%q asked %s %d times", ask, name, n)
				}
			}
			synctest.Wait()
		})
	}
}
