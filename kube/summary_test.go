package kube

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mulebot/mulebot/models"
)

func TestParseSummary(t *testing.T) {
	content, err := os.ReadFile("testdata/kubelet/summary.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseSummary(bytes.NewReader(content), noon)
	if err != nil {
		t.Fatal(err)
	}
	want := &Summary{Node: "n1", Claims: map[string]models.Filesystem{
		"d/c":   {Size: 10464022528, Used: 4508876800, Free: 5905580032, Inodes: 655360, InodesUsed: 11, At: time.Date(2026, 3, 1, 11, 59, 20, 0, time.UTC), Source: "the kubelet"},
		"d/odd": {Size: 1024, Used: 1000, Free: 24, At: noon, Source: "the kubelet"}, // what cannot be read is not told
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestParseSummaryRefuses(t *testing.T) {
	for _, text := range []string{"", "[]", "{}", "<html>", `{"node": 5}`, `{"pods": []}`, `{"node": {"nodeName": "n1"}, "pods": {}}`} {
		if s, err := parseSummary(strings.NewReader(text), noon); s != nil || !errors.Is(err, errNoSummary) {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
	}
	endless := io.MultiReader(strings.NewReader(`{"node": {"nodeName": "n1"}, "pods": [`), &repeat{text: "{}, "})
	if s, err := parseSummary(endless, noon); s != nil || !errors.Is(err, errTooLong) {
		t.Errorf("an answer without an end: %+v, %v", s, err)
	}
}

// repeat reads as the same text again and again.
type repeat struct {
	text string
	read int
}

func (r *repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.text[r.read%len(r.text)]
		r.read++
	}
	return len(p), nil
}

// plausible reports whether figures can be those of a file system.
func plausible(f models.Filesystem) bool {
	return f.Size > 0 && f.Used >= 0 && f.Free >= 0 && f.Used+f.Free <= f.Size && f.Inodes >= 0 && f.InodesUsed >= 0 && f.Source != ""
}

// Whatever a kubelet answers, no figure comes of it that no file system can have.
func FuzzSummary(f *testing.F) {
	content, err := os.ReadFile("testdata/kubelet/summary.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	for _, seed := range []string{"", "null", `{"node":{"nodeName":"n"},"pods":null}`,
		`{"node":{"nodeName":"n"},"pods":[{"volume":[{"capacityBytes":9223372036854775807,"usedBytes":9223372036854775807,"availableBytes":1,"pvcRef":{"name":"c"}}]}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := parseSummary(bytes.NewReader(content), noon)
		if (s == nil) == (err == nil) {
			t.Fatalf("%+v, %v", s, err)
		}
		if err != nil {
			return
		}
		for claim, fs := range s.Claims {
			if !plausible(fs) || !strings.Contains(claim, "/") {
				t.Fatalf("%s: %+v", claim, fs)
			}
		}
	})
}
