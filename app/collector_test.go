package app

import "testing"

func TestPace(t *testing.T) {
	for live, want := range map[uint64]int{0: 300, 10 << 20: 300, 64 << 20: 150, 96 << 20: 100, 160 << 20: 60, 1 << 30: 40} {
		if got := pace(live); got != want {
			t.Errorf("%d MB: %d %%, want %d %%", live>>20, got, want)
		}
	}
}
