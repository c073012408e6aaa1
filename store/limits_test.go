package store

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/store/kv"
)

// limited is a store in memory with limits.
func limited(c *clock, l Limits) *Store {
	s := Memory(c.now)
	s.Limits = func() Limits { return l }
	return s
}

func TestLimitsOfNumber(t *testing.T) {
	s := limited(newClock(), Limits{Clusters: 2, Cards: 1, Bytes: 1 << 20})
	ok(t, s.PutCluster(ctx, cluster("T1", "n1")), s.PutCluster(ctx, cluster("T1", "n2")), s.PutCard(ctx, card("T1", "C1", "n1")),
		s.PutCluster(ctx, cluster("T1", "n2")), s.PutCard(ctx, card("T1", "C1", "n2")), // in the place of those
		s.PutCluster(ctx, cluster("T2", "n3")))
	wantError(t, s.PutCluster(ctx, cluster("T1", "n3")), models.Conflict, "has 2 clusters", "tenants.max_clusters", "mulebot cluster remove")
	wantError(t, s.PutCard(ctx, card("T1", "C2", "n1")), models.Conflict, "has 1 cards", "tenants.max_cards", "mulebot card remove")
	for name, want := range map[string]bool{"n1": true, "n3": false} {
		replaces, err := s.AdmitCluster(ctx, models.ClusterRef{Team: "T1", Name: name})
		if replaces != want || (err == nil) != want {
			t.Errorf("%s: %v, %v", name, replaces, err)
		}
	}
	_, err := s.DeleteCluster(ctx, models.ClusterRef{Team: "T1", Name: "n1"})
	ok(t, err, s.PutCluster(ctx, cluster("T1", "n3")))
}

// TestLimitOfBytes fills what people may set up: what comes beyond is refused whole, the neighbour and messages are not.
func TestLimitOfBytes(t *testing.T) {
	s := limited(newClock(), Limits{Clusters: math.MaxInt, Cards: math.MaxInt, Bytes: 20_000})
	ok(t, s.PutTrainingFiles(ctx, "T1", map[string]string{"nlu.yml": strings.Repeat("x", 8000)}))
	draft := map[string]string{"a.yml": strings.Repeat("y", 3000)}
	secret := models.Secret(strings.Repeat("z", 3000))
	big := cluster("T1", "big")
	big.Kubeconfig = secret
	for _, err := range []error{s.PutDraft(ctx, "T1", "d", draft), s.PutSecret(ctx, "T1", "token", secret), s.PutCluster(ctx, big)} {
		wantError(t, err, models.Conflict, "at most", "/mulebot forget", "tenants.max_megabytes")
	}
	if all, err := s.Clusters(ctx, "T1"); err != nil || len(all) > 0 {
		t.Errorf("%v, %v", all, err)
	}
	ok(t, s.PutDraft(ctx, "T2", "d", draft), s.PutCluster(ctx, cluster("T1", "small")))
	appends(t, s, entry("T1", "m1"), true)
	ok(t, s.Done(ctx, message("T1", "m1"), &models.Audit{Team: "T1", Text: "hello"}, &models.Dialogue{}))
	ok(t, s.PutTrainingFiles(ctx, "T1", nil), s.PutCluster(ctx, big))
}

// TestMessagesAreNeverRefused lets a workspace ask for far longer than there is room for: the oldest entries go, the chain of the
// others stays whole, and what is set up stays.
func TestMessagesAreNeverRefused(t *testing.T) {
	const room = 60_000
	c := newClock()
	s := limited(c, Limits{Clusters: 9, Cards: 9, Bytes: room})
	ok(t, s.PutCluster(ctx, cluster("T1", "n1")), s.PutSecret(ctx, "T1", "token", "hush"))
	for i := range 500 {
		m := message("T1", fmt.Sprint("m", i))
		m.Thread, m.Text = models.ThreadID(m.ID), "which volumes are degraded?"
		appends(t, s, models.Entry{Message: m}, true)
		ok(t, s.Done(ctx, m, &models.Audit{Team: "T1", User: "U1", Text: m.Text, At: c.now()}, &models.Dialogue{Intent: "list"}))
		if u, err := s.Usage(ctx, "T1"); err != nil || u.Total() > room+2000 {
			t.Fatalf("after %d messages %+v, %v", i, u, err)
		}
		if d, err := s.Dialogue(ctx, m.Conversation()); err != nil || d.Intent != "list" {
			t.Fatalf("the dialogue is gone at once: %+v, %v", d, err)
		}
		c.pass(time.Minute)
	}
	entries, gone, err := s.VerifyAudit(ctx, "T1")
	if err != nil || gone == 0 || entries+gone != 500 {
		t.Errorf("%d entries and %d gone, %v", entries, gone, err)
	}
	if all, err := s.Clusters(ctx, "T1"); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
}

// Where a limit was lowered below what is set up, messages have half of the room still, and the conversation that is going on stays.
func TestLimitIsLowered(t *testing.T) {
	c := newClock()
	s := limited(c, Limits{Clusters: 9, Cards: 9, Bytes: 1 << 20})
	ok(t, s.PutTrainingFiles(ctx, "T1", map[string]string{"nlu.yml": strings.Repeat("x", 50_000)}))
	answer := func(i int) models.Message {
		m := message("T1", fmt.Sprint("m", i))
		m.Thread = models.ThreadID(m.ID)
		appends(t, s, models.Entry{Message: m}, true)
		ok(t, s.Done(ctx, m, &models.Audit{Team: "T1", Text: "hello"}, &models.Dialogue{Intent: "list"}))
		return m
	}
	for i := range 30 {
		answer(i)
	}
	for _, bytes := range []int64{40_000, 10} {
		s.Limits = func() Limits { return Limits{Clusters: 9, Cards: 9, Bytes: bytes} }
		for i := range 40 {
			m := answer(100_000 + 10*int(bytes) + i)
			if d, err := s.Dialogue(ctx, m.Conversation()); err != nil || d.Intent != "list" {
				t.Fatalf("%d bytes: the dialogue is gone at once: %+v, %v", bytes, d, err)
			}
		}
		if entries, _, err := s.VerifyAudit(ctx, "T1"); err != nil || (entries > 0) != (bytes > 10) {
			t.Errorf("%d bytes: %d entries, %v", bytes, entries, err)
		}
	}
	if files, err := s.TrainingFiles(ctx, "T1"); err != nil || len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
}

// An entry of the audit log that does not open holds up no message.
func TestGivesWayThoughDamaged(t *testing.T) {
	s := limited(newClock(), Limits{Clusters: 9, Cards: 9, Bytes: 10})
	ok(t, s.db.Update(ctx, func(tx kv.Tx) error { return tx.Put(auditKey("T1", 1), bytes.Repeat([]byte("?"), 60)) }))
	for i := range 3 {
		m := message("T1", fmt.Sprint("m", i))
		appends(t, s, models.Entry{Message: m}, true)
		ok(t, s.Done(ctx, m, &models.Audit{Team: "T1", Text: "hello"}, nil))
	}
	if left := unanswered(t, s, "T1"); len(left) > 0 {
		t.Errorf("%v", left)
	}
}

// TestUsageIsExact does whatever can be done to a store, at random, and compares what was counted with what is there.
func TestUsageIsExact(t *testing.T) {
	c := newClock()
	s := limited(c, Limits{Clusters: 5, Cards: 5, Bytes: 30_000})
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		team, n := models.TeamID(fmt.Sprint("T", r.IntN(3))), fmt.Sprint("n", r.IntN(8))
		m := message(team, fmt.Sprint("m", r.IntN(40)))
		m.Thread = models.ThreadID(fmt.Sprint(r.IntN(20)))
		var err error
		switch r.IntN(14) {
		case 0:
			err = s.PutWorkspace(ctx, models.Workspace{Team: team, Name: n})
		case 1:
			err = s.PutCluster(ctx, cluster(team, n))
		case 2:
			_, err = s.DeleteCluster(ctx, models.ClusterRef{Team: team, Name: n})
		case 3:
			err = s.PutCard(ctx, card(team, models.ChannelID("C"+n), n))
		case 4:
			err = s.PutDraft(ctx, team, n, map[string]string{"a": strings.Repeat("x", r.IntN(9000))})
		case 5:
			err = s.DeleteDraft(ctx, team, n)
		case 6:
			err = s.PutSecret(ctx, team, n, models.Secret(n))
		case 7:
			err = s.PutTrainingFiles(ctx, team, map[string]string{"a.yml": strings.Repeat("x", r.IntN(4000))})
		case 8:
			_, err = s.Depart(ctx, team)
		case 9:
			c.pass(time.Duration(r.IntN(24)) * time.Hour)
			err = s.Prune(ctx)
		case 10, 11:
			_, err = s.Append(ctx, models.Entry{Message: m})
		default:
			err = s.Done(ctx, m, &models.Audit{Team: team, Text: n}, &models.Dialogue{Intent: n})
		}
		if kind := models.KindOf(err); err != nil && kind != models.Conflict && kind != models.NotFound {
			t.Fatal(err)
		}
		ok(t, s.view(ctx, func(tx kv.Tx) error {
			all := countAll(tx)
			for _, team := range []models.TeamID{"T0", "T1", "T2"} {
				want := Usage{}
				if u := all[team]; u != nil {
					want = *u
				}
				if got, _, err := get[Usage](s, tx, usageKey(team)); got != want || err != nil {
					return fmt.Errorf("step %d: %s has %+v, and %+v were counted, %w", i, team, want, got, err)
				}
			}
			return nil
		}))
	}
}

// Every kind of record of a tenant counts, and no other.
func TestOwnerOf(t *testing.T) {
	for _, kind := range append(ofTenant(), usages, expiries, "check", "schema", "") {
		team, _, ok := ownerOf(join(kind, "T/1", "more"))
		if want := slices.Contains(ofTenant(), kind); ok != want || ok && team != "T/1" {
			t.Errorf("%s: %q, %v", kind, team, ok)
		}
	}
}

// A store that did not count, and a count that does not open, are counted anew.
func TestUsageIsCountedAnew(t *testing.T) {
	s := Memory(newClock().now)
	ok(t, s.PutCluster(ctx, cluster("T1", "n1")))
	want, err := s.Usage(ctx, "T1")
	ok(t, err)
	ok(t, s.db.Update(ctx, func(tx kv.Tx) error {
		return tx.Put(usageKey("T1"), bytes.Repeat([]byte("?"), 40))
	}))
	ok(t, s.PutCluster(ctx, cluster("T1", "n2")))
	want.SetUp *= 2
	if got, err := s.Usage(ctx, "T1"); got != want || err != nil {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	ok(t, s.db.Update(ctx, func(tx kv.Tx) error {
		return tx.Put(schemaKey, []byte("1"))
	}), s.db.Update(ctx, func(tx kv.Tx) error { return tx.Delete(usageKey("T1")) }), s.prepare(migrations()))
	if got, err := s.Usage(ctx, "T1"); got != want || err != nil {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}
