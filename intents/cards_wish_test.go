package intents

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// FuzzWish makes sure that whatever somebody wants posted is either refused or at a time that there is, but for its time zone.
func FuzzWish(f *testing.F) {
	for _, text := range []string{"post a summary here every day at 9", "on mondays at 8:30 pm America/New_York", "mon-fri at nine", "At half past sixteen, quarter to 12 am", "@five thirty-five p.m. at 99 to zero", "every 2 hours", "at 25 p.m. PST", "weekly at noon until friday", "at 0730 and 8", "every night at 12", "\xff at 9é"} {
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

// The time of a wish is said in digits or in words.
func TestWishTime(t *testing.T) {
	for text, want := range map[string]string{
		"at sixteen": "16:00", "At nine": "09:00", "at six": "06:00", "at one": "01:00", "At Twenty-three": "23:00", "at zero": "00:00",
		"at five thirty": "05:30", "at twenty fifteen": "20:15", "at nine oh five": "09:05", "at seven forty-five": "07:45", "at sixteen hundred": "16:00",
		"around ten": "10:00", "@ ten": "10:00", "at 9 thirty": "09:30", "five thirty pm": "17:30", "nine o'clock": "09:00", "at 9 o'clock": "09:00", "at five thirty in the evening": "17:30",
		"at half past nine": "09:30", "quarter past 8": "08:15", "at quarter to nine": "08:45", "at ten to nine": "08:50", "at twenty five past seven": "07:25",
		"at quarter to one pm": "12:45", "at a quarter to zero": "23:45", "at 9": "09:00", "at 17:45": "17:45", "at nineteen thirty": "19:30",
	} {
		w := wishOf("post a summary every day " + text)
		if got := models.Clock(w.at); got != want || !w.timed || w.cannot != "" || len(w.left) > 0 {
			t.Errorf("%q: %s, not %s (%s; left %s)", text, got, want, w.cannot, strings.Join(w.left, ", "))
		}
	}
	for _, text := range []string{"at half past", "of one cluster", "with two pools", "for all nine"} {
		if w := wishOf("post a summary every day " + text); w.timed {
			t.Errorf("%q is %s", text, models.Clock(w.at))
		}
	}
}
