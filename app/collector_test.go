package app

import "testing"

func TestPace(t *testing.T) {
	for live, want := range map[uint64]int{0: 120, 10 << 20: 120, 72 << 20: 120, 144 << 20: 70, 200 << 20: 30, 288 << 20: 30, 1 << 30: 30} {
		if got := pace(live); got != want {
			t.Errorf("%d MB: %d %%, want %d %%", live>>20, got, want)
		}
	}
}
