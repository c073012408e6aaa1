package kubetest

import (
	"testing"
	"testing/fstest"
	"time"
)

func TestShift(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"at: 2026-01-15T09:00:00Z", "at: 2026-01-16T10:00:00Z"},
		{"at: '2026-12-31T23:30:00Z'", "at: '2027-01-02T00:30:00Z'"},
		{`"at":"2026-01-15T09:00:00.123456Z"`, `"at":"2026-01-16T10:00:00.123456Z"`},
		{"  creationTime: 1768467600000000000\n", "  creationTime: 1768557600000000000\n"},
		{`"creationTime": 1768467600000000000}`, `"creationTime": 1768557600000000000}`},
		{"size: 1768467600000000000", "size: 1768467600000000000"},
		{"date: 2026-01-15", "date: 2026-01-15"},
		{"at: 2026-13-45T09:00:00Z", "at: 2026-13-45T09:00:00Z"},
		{"from 2026-01-15T09:00:00Z to 2026-01-15T10:00:00Z", "from 2026-01-16T10:00:00Z to 2026-01-16T11:00:00Z"},
	} {
		if got := string(shift([]byte(test.in), 25*time.Hour)); got != test.want {
			t.Errorf("shift(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestNewest(t *testing.T) {
	got, err := newest(fstest.MapFS{
		"a.yaml":   {Data: []byte("a: 2026-01-15T08:00:00Z\nb: 2025-01-15T09:00:00Z")},
		"b/c.json": {Data: []byte(`"2026-01-15T08:59:00Z"`)},
	})
	if want := time.Date(2026, 1, 15, 8, 59, 0, 0, time.UTC); err != nil || !got.Equal(want) {
		t.Errorf("%v %v, want %v", got, err, want)
	}
	if _, err := newest(fstest.MapFS{"a.yaml": {Data: []byte("a: 1")}}); err == nil {
		t.Error("no timestamp and no error")
	}
}
