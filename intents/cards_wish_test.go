package intents

import (
	"testing"

	"github.com/mulebot/mulebot/models"
)

// FuzzWish makes sure that whatever somebody wants posted is either refused or at a time that there is, but for its time zone.
func FuzzWish(f *testing.F) {
	for _, text := range []string{"post a summary here every day at 9", "on mondays at 8:30 pm America/New_York", "mon-fri at nine", "every 2 hours", "at 25 p.m. PST", "weekly at noon until friday", "at 0730 and 8", "every night at 12", "\xff at 9é"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := wishOf(text)
		p := w.over(models.Posting{}, utc)
		p.Zone = utc
		if err := p.Check(); err != nil && w.cannot == "" {
			t.Errorf("%q: %+v: %v", text, w, err)
		}
	})
}
