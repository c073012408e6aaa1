package store

import (
	"maps"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

func files(content string) map[string]string { return map[string]string{"a.yml": content} }

func TestDrafts(t *testing.T) {
	c := newClock()
	s := Memory(c.now)
	empty := records(t, s)
	ok(t, s.PutDraft(ctx, "T1", "d/1", files("one")), s.PutDraft(ctx, "T1", "d", files("two")), s.PutDraft(ctx, "T2", "d", files("theirs")))
	if got, err := s.Draft(ctx, "T1", "d/1"); err != nil || !maps.Equal(got, files("one")) {
		t.Errorf("%v, %v", got, err)
	}
	ok(t, s.DeleteDraft(ctx, "T1", "d"), s.DeleteDraft(ctx, "T1", "d"))
	_, err := s.Draft(ctx, "T1", "d")
	wantError(t, err, models.NotFound, "gone", "again")
	c.pass(rememberDraft - time.Second)
	if got, err := s.Draft(ctx, "T2", "d"); err != nil || !maps.Equal(got, files("theirs")) {
		t.Errorf("%v, %v", got, err)
	}
	c.pass(time.Second)
	_, err = s.Draft(ctx, "T2", "d")
	wantError(t, err, models.NotFound, "gone", "again")
	c.pass(time.Minute)
	ok(t, s.Prune(ctx))
	if n := records(t, s) - empty; n != 0 {
		t.Errorf("%d records are left of drafts that expired", n)
	}
	wantError(t, s.PutDraft(ctx, "no team", "d", nil), models.Invalid, "no team", "T024BE7LD")
}
