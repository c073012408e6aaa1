package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
)

// What somebody has asked lately is theirs alone, of their workspace, answered, each once, and understood without a thread.
func TestRecent(t *testing.T) {
	now := time.Date(2026, 6, 15, 10, 0, 0, 0, time.UTC)
	s := Memory(func() time.Time { return now })
	n := 0
	done := func(team models.TeamID, user models.UserID, kind models.MessageKind, text string, reply models.Reply) {
		t.Helper()
		n++
		m := models.Message{ID: fmt.Sprint("m", n), Team: team, Channel: "C1", User: user, Kind: kind, Text: text, At: now}
		if err := s.DoneAtOnce(t.Context(), m, models.NewAudit(m, reply, true), nil); err != nil {
			t.Fatal(err)
		}
	}
	recent := func(most int, want ...string) {
		t.Helper()
		got, err := s.Recent(t.Context(), "T1", "U1", most)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	recent(5)
	asked := models.Reply{Query: &models.Query{Subject: models.Volumes}}
	done("T1", "U1", models.Mention, "first", asked)
	done("T1", "U1", models.Direct, "Again", asked)
	done("T1", "U1", models.InThread, "and on staging?", asked)
	done("T1", "U1", models.Mention, "hello", models.Reply{})
	done("T1", "U1", models.Mention, "failed", models.Reply{Query: asked.Query, Err: &models.Error{Kind: models.Unavailable}})
	done("T1", "U2", models.Mention, "of somebody else", asked)
	done("T2", "U1", models.Mention, "elsewhere", asked)
	done("T1", "U1", models.Command, "last", asked)
	done("T1", "U1", models.Mention, "again", asked)
	recent(5, "again", "last", "first")
	recent(2, "again", "last")

	now = now.Add(31 * 24 * time.Hour) // their texts go
	if err := s.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	recent(5)
}
