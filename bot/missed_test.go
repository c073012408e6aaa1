package bot

import (
	"testing"
	"time"
)

func TestMissed(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	at := func(minutes float64) time.Time { return noon.Add(time.Duration(minutes * float64(time.Minute))) }
	loss := func(from, to float64) gap { return gap{from: at(from), to: at(to)} }
	quiet := func(from, to float64) gap { return gap{from: at(from), to: at(to), quiet: true} }
	for _, c := range []struct {
		name string
		gaps []gap
		want string // whether each is due
	}{
		{"Slack brings by itself what was said in a short one", []gap{loss(0, 2)}, "-"},
		{"a long one", []gap{loss(0, 7)}, "x"},
		{"one after the other", []gap{loss(0, 1), loss(5, 6)}, "-x"},
		{"two that have nothing to do with each other", []gap{loss(0, 1), loss(9, 10)}, "--"},
		{"the first quiet leg", []gap{quiet(0, 3)}, "x"},
		{"quiet legs are most often only quiet", []gap{quiet(0, 3), quiet(3, 6.5), quiet(6.5, 9.5), quiet(9.5, 13), quiet(13, 16), quiet(16, 20)}, "xx-x--"},
		{"a quiet leg after a loss", []gap{quiet(0, 3), quiet(3, 5), loss(5, 6), quiet(6, 8)}, "x-xx"},
		{"a loss after a quiet leg", []gap{quiet(0, 3), loss(4, 4.5)}, "xx"},
	} {
		var m missed
		got := ""
		for _, g := range c.gaps {
			if m.add(g) {
				got += "x"
			} else {
				got += "-"
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestMissedSince(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var m missed
	m.add(gap{from: noon, to: noon.Add(time.Second)})
	m.add(gap{from: noon.Add(time.Minute), to: noon.Add(2 * time.Minute)})
	if got, want := m.take(noon.Add(2*time.Minute)), noon.Add(-redelivery); !got.Equal(want) {
		t.Errorf("since %v, want %v: what was said before the first gap may have had its last delivery in it", got, want)
	}
	if !m.since.IsZero() {
		t.Error("it is looked for twice")
	}
	m.owe(noon)
	if got, want := m.take(noon.Add(time.Hour)), noon.Add(time.Hour-tooLate); !got.Equal(want) {
		t.Errorf("since %v, want %v: what is older is not answered", got, want)
	}
	for range 4 {
		m.add(gap{noon, noon, true})
		noon = noon.Add(seldom)
	}
	m.found()
	if !m.add(gap{noon, noon.Add(-seldom), true}) {
		t.Error("a quiet leg is not suspected although the one before was deaf")
	}
}
