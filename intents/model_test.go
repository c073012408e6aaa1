package intents

import (
	"bytes"
	"flag"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the model file")

// TestModelFile trains the built-in model and holds the one in the program against it: they understand the held-out phrasings alike.
// With -update it writes that one.
func TestModelFile(t *testing.T) {
	fresh, err := trainedModel(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		sum, err := dataSum()
		if err != nil {
			t.Fatal(err)
		}
		file := bytes.NewBuffer(sum)
		if _, err := fresh.WriteTo(file); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("builtin.model", file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		modelFile = file.Bytes()
	}
	m, err := embeddedModel(time.Now)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	lines, err := os.ReadFile("testdata/heldout.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(lines)) {
		text, _, _ := strings.Cut(line, "\t")
		want, got := fresh.Parse(text, nil), m.Parse(text, nil)
		if want.Intent != got.Intent || math.Abs(want.Confidence-got.Confidence) > 1e-3 {
			t.Fatalf("%q is %q (%.3f), and trained anew %q (%.3f); write the model with -update", text, got.Intent, got.Confidence, want.Intent, want.Confidence)
		}
	}
}

// TestTrainingHasNoClock trains at night and in the afternoon: "since noon" has been at one time and not at the other, and the model is the
// same.
func TestTrainingHasNoClock(t *testing.T) {
	var files []string
	for _, hour := range []int{3, 15} {
		m, err := trainedModel(func() time.Time { return time.Date(2026, 3, 1, hour, 0, 0, 0, time.UTC) })
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if _, err := m.WriteTo(&file); err != nil {
			t.Fatal(err)
		}
		files = append(files, file.String())
	}
	if files[0] != files[1] {
		t.Error("the model depends on the hour in which it is trained")
	}
}

// TestModelOfOtherData makes sure that a model of other data is not taken.
func TestModelOfOtherData(t *testing.T) {
	defer func(file []byte) { modelFile = file }(modelFile)
	modelFile = append([]byte("another sum"), modelFile...)
	if _, err := embeddedModel(time.Now); err == nil {
		t.Error("a model of other data was taken")
	}
}
