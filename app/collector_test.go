package app

import "testing"

func TestPace(t *testing.T) {
	for live, want := range map[uint64]int{0: 300, 10 << 20: 300, 72 << 20: 250, 144 << 20: 70, 200 << 20: 30, 288 << 20: 30, 1 << 30: 30} {
		if got := pace(live); got != want {
			t.Errorf("%d MB: %d %%, want %d %%", live>>20, got, want)
		}
	}
}
