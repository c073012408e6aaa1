package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/nlp"
)

// say is an answer of a model that takes an utterance of an intent for another with a confidence; "" abstains below 0.5.
func say(intent, taken string, confidence float64) answer {
	p := nlp.Parse{Confidence: confidence, Ranking: []nlp.Scored{{Intent: taken, Confidence: confidence}}}
	if confidence >= 0.5 {
		p.Intent = taken
	}
	return answer{nlp.Example{Intent: intent, Text: intent + " text"}, p, time.Duration(confidence*1000) * time.Microsecond}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestReport compares the figures of a few answers with those worked out by hand.
func TestReport(t *testing.T) {
	r := report([]answer{
		say("a", "a", 0.9), say("a", "a", 0.8), say("a", "b", 0.7), say("a", "a", 0.4),
		say("b", "b", 0.9), say("b", "c", 0.3),
		say(nlp.Fallback, "a", 0.8), say(nlp.Fallback, "b", 0.2),
	}, 0.5)
	if r.Examples != 6 || r.Outside != 2 {
		t.Errorf("%d in scope, %d out of it", r.Examples, r.Outside)
	}
	near(t, "accuracy", r.Accuracy, 4.0/6)
	fa := 2 * 1.0 * 0.75 / 1.75 // precision 3/3, recall 3/4
	fb := 0.5                   // precision 1/2, recall 1/2
	near(t, "macro F1", r.MacroF1, (fa+fb)/2)
	near(t, "weighted F1", r.WeightedF1, (4*fa+2*fb)/6)
	near(t, "accuracy at the threshold", r.AtThreshold.Accuracy, 3.0/6)
	near(t, "answered", r.AtThreshold.Answered, 4.0/6)
	near(t, "answered right", r.AtThreshold.Right, 3.0/4)
	near(t, "recall out of scope", r.OutOfScope.Recall, 0.5)
	// Above 0.8: two, and one tie; above 0.2: all six.
	near(t, "AUROC", r.OutOfScope.AUROC, (2.5+6)/12)
	// Bins of 1/15: 0.9 and 0.9 both right, 0.8 right, 0.7 wrong, 0.4 right, 0.3 wrong.
	near(t, "calibration error", r.CalibrationError, (0.2+0.2+0.7+0.6+0.3)/6)
	want := []Confusion{{"a", "b", 1, []string{"a text"}}, {"b", "c", 1, []string{"b text"}}}
	if !slices.EqualFunc(r.Confusions, want, func(a, b Confusion) bool { return a.Intent == b.Intent && a.Taken == b.Taken && a.Count == b.Count }) {
		t.Errorf("confusions %v", r.Confusions)
	}
	if len(r.Intents) != 3 || r.Intents[2].Intent != "c" || r.Intents[2].Taken != 1 || r.Intents[2].Support != 0 {
		t.Errorf("intents %v", r.Intents)
	}
	if r.Latency.P50 != 800 || r.Latency.P99 != 900 {
		t.Errorf("latency %+v", r.Latency)
	}
}

func TestReportEntities(t *testing.T) {
	a := say("a", "a", 1)
	a.Entities = []nlp.Annotation{{Start: 0, End: 1, Entity: "x"}, {Start: 2, End: 4, Entity: "x", Role: "from"}, {Start: 5, End: 6, Entity: "y"}}
	a.parse.Entities = []nlp.Entity{{Start: 0, End: 1, Type: "x"}, {Start: 2, End: 4, Type: "x", Role: "to"}, {Start: 7, End: 8, Type: "unmarked"}}
	e := report([]answer{a}, 0).Entities
	near(t, "precision", e.Precision, 1.0/2)
	near(t, "recall", e.Recall, 1.0/3)
	if len(e.Types) != 2 || e.Types[1].Type != "y" || e.Types[1].Support != 1 || e.Types[1].Found != 0 {
		t.Errorf("types %v", e.Types)
	}
	if report([]answer{say("a", "a", 1)}, 0).Entities != nil {
		t.Error("entities are scored where none is marked")
	}
}

func testData(t *testing.T) *nlp.Data {
	t.Helper()
	data, _, err := nlp.ReadYAML(os.DirFS("../testdata"), "storage.yml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTestAndWriters(t *testing.T) {
	data := testData(t)
	m, err := nlp.Train(data, nlp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	r, err := Test(t.Context(), m, data, Options{Progress: func(done, of int) { asked = of }})
	if err != nil || asked != len(data.Examples) {
		t.Fatal(err, asked)
	}
	if r.Accuracy < 0.98 || r.Threshold != m.Threshold() {
		t.Errorf("on its own training data the accuracy is %.2f", r.Accuracy)
	}
	var text, html, raw bytes.Buffer
	if err := r.WriteText(&text); err != nil || !strings.Contains(text.String(), "accuracy") || !strings.Contains(text.String(), "describe") {
		t.Errorf("%v\n%s", err, &text)
	}
	if err := r.WriteHTML(&html, "a <b> title"); err != nil || !strings.Contains(html.String(), "a &lt;b&gt; title") || !strings.Contains(html.String(), "<svg") {
		t.Errorf("%v\n%s", err, &html)
	}
	for _, outer := range []string{"http:", "https:", "<script", "src="} {
		if strings.Contains(html.String(), outer) {
			t.Errorf("the page is not self-contained: %s", outer)
		}
	}
	if err := json.NewEncoder(&raw).Encode(r); err != nil {
		t.Error(err)
	}
}

// TestUnknownIntents checks that the intents of test data which a model does not have are told.
func TestUnknownIntents(t *testing.T) {
	m, err := nlp.Train(testData(t), nlp.Options{LinearOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	known := m.Intents()[0]
	r, err := Test(t.Context(), m, &nlp.Data{Examples: []nlp.Example{{Intent: known, Text: "a"}, {Intent: "zzz", Text: "b"}, {Intent: nlp.Fallback, Text: "c"}}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil || !slices.Equal(r.Unknown, []string{"zzz"}) || !strings.Contains(b.String(), "count as wrong: zzz") {
		t.Errorf("unknown are %q, and the report is %s", r.Unknown, &b)
	}
}

func TestCrossValidate(t *testing.T) {
	data := testData(t)
	r, err := CrossValidate(t.Context(), data, 3, nlp.Options{Seed: 5}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Examples+r.Outside != len(data.Examples) || len(r.FoldAccuracy) != 3 || r.Accuracy < 0.5 {
		t.Errorf("%d + %d of %d examples, %v, %.2f", r.Examples, r.Outside, len(data.Examples), r.FoldAccuracy, r.Accuracy)
	}
	again, err := CrossValidate(t.Context(), data, 3, nlp.Options{Seed: 5}, Options{})
	if err != nil || again.Accuracy != r.Accuracy || again.CalibrationError != r.CalibrationError {
		t.Errorf("the same seed gives other figures: %v", err)
	}
	for _, folds := range []int{0, 1, len(data.Examples) + 1} {
		if _, err := CrossValidate(t.Context(), data, folds, nlp.Options{}, Options{}); err == nil {
			t.Errorf("%d folds are accepted", folds)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := CrossValidate(ctx, data, 3, nlp.Options{}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// TestDeal checks that every fold has its share of every intent.
func TestDeal(t *testing.T) {
	var examples []nlp.Example
	for i := range 60 {
		examples = append(examples, nlp.Example{Intent: []string{"a", "b", "c"}[i%3]})
	}
	count := map[string]int{}
	for i, f := range deal(examples, 5, 1) {
		count[examples[i].Intent+string(rune('0'+f))]++
	}
	for key, n := range count {
		if n != 4 {
			t.Errorf("%s has %d examples, want 4", key, n)
		}
	}
}
