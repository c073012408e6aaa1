package nlp

import (
	"cmp"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// testNow is a Wednesday, three in the afternoon.
func testNow() time.Time { return time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC) }

func testOptions() Options {
	return Options{Now: testNow, Names: map[string]NameType{
		"claim":        {Mask: "volume", Words: []string{"claim", "pvc", "volume"}},
		"namespace":    {Words: []string{"namespace", "ns"}},
		"storageclass": {Words: []string{"storage class", "class", "sc"}},
		"pool":         {}, "node": {}, "cluster": {}, "pod": {},
	}}
}

func testData(tb testing.TB) *Data {
	tb.Helper()
	data, warnings, err := ReadYAML(os.DirFS("testdata"), "storage.yml")
	if err != nil || len(warnings) > 0 {
		tb.Fatal(err, warnings)
	}
	return data
}

func testModel(tb testing.TB) *Model {
	tb.Helper()
	m, err := Train(testData(tb), testOptions())
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func TestParse(t *testing.T) {
	m, x := testModel(t), liveNames()
	for text, want := range map[string]string{
		"show me the degraded volumes on node-1": "list",
		"list volumes over 90% full":             "list",
		"how many volumes are degraded":          "count",
		"count the pools":                        "count",
		"describe data-mysql-1":                  "describe",
		"tell me about postgres-data":            "describe",
		"why is postgres-data degraded":          "why",
		"why isn't pvc-689b healthy":             "why",
		"hello there":                            "greet",
		"":                                       "",
		"   \n\t ":                               "",
		"😀🎉👍":                                    "",
		"\x00\x01\x02\x7f":                       "",
		"\xff\xfe\xfd":                           "",
		"?!?!":                                   "",
		"sing me a song about mules and their hay":   "",
		"translate this sentence into french for me": "",
		"zxcvb qwert yuiop":                          "",
	} {
		p := m.Parse(text, x)
		if p.Intent != want {
			t.Errorf("%q is %q (%.2f, %v), want %q", text, p.Intent, p.Confidence, p.Ranking[0], want)
		}
		if len(p.Ranking) != len(m.Intents()) {
			t.Errorf("%q ranks %d intents of %d", text, len(p.Ranking), len(m.Intents()))
		}
	}
}

// TestParseNames checks that a name never seen leaves the intent and its confidence as they are.
func TestParseNames(t *testing.T) {
	m := testModel(t)
	x := NewIndex(Name{Type: "claim", Value: "data-mysql-0"}, Name{Type: "claim", Value: "zz-new-thing-99"}, Name{Type: "claim", Value: "why"})
	known, unseen := m.Parse("describe data-mysql-0", x), m.Parse("describe zz-new-thing-99", x)
	if known.Intent != "describe" || unseen.Intent != known.Intent || unseen.Confidence != known.Confidence {
		t.Errorf("known %v %v, unseen %v %v", known.Intent, known.Confidence, unseen.Intent, unseen.Confidence)
	}
}

func TestParseLong(t *testing.T) {
	m, x := testModel(t), liveNames()
	for name, text := range map[string]string{
		"one word":    strings.Repeat("a", 40_000),
		"words":       strings.Repeat("volume ", 6_000),
		"unknown":     strings.Repeat("zxcvbn ", 6_000),
		"brackets":    strings.Repeat("(", 40_000),
		"numbers":     strings.Repeat("1", 40_000),
		"emoji":       strings.Repeat("😀", 10_000),
		"names":       strings.Repeat("data-mysql-7 ", 3_000),
		"slashes":     strings.Repeat("/a", 20_000),
		"dashes":      strings.Repeat("a-", 20_000),
		"quotes":      strings.Repeat("'s", 20_000),
		"split runes": strings.Repeat("a", maxUtterance-1) + "😀",
	} {
		start := time.Now()
		p := m.Parse(text, x)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		for _, e := range p.Entities {
			if text[e.Start:e.End] != e.Text {
				t.Fatalf("%s: entity %+v", name, e)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	m, x := testModel(f), liveNames()
	for _, s := range []string{"which volumes on node-1 are over 80% full?", "why isn't 'data-mysql-0' healthy", "between 10 and 20Gi since yesterday noon",
		"the second one", "\x00\xff", "half a", "1d12h and", "/a/b//c", "no more than", "between 5 and", "twenty-", "non-", "node 3", "<@U1> `x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, e := range m.Parse(s, x).Entities {
			if e.Start < at || e.End <= e.Start || e.End > len(s) || s[e.Start:e.End] != e.Text || e.Score <= 0 || e.Score > 1 {
				t.Fatalf("%q: entity %+v after %d", s, e, at)
			}
			at = e.End
		}
	})
}

func TestTrainIsDeterministic(t *testing.T) {
	var models []*Model
	for _, procs := range []int{1, 2, 2} {
		before := runtime.GOMAXPROCS(procs)
		models = append(models, testModel(t))
		runtime.GOMAXPROCS(before)
	}
	for _, m := range models[1:] {
		if !reflect.DeepEqual(m.classifier.linear, models[0].classifier.linear) || !reflect.DeepEqual(m.classifier.vocabulary, models[0].classifier.vocabulary) || m.classifier.calibration != models[0].classifier.calibration {
			t.Error("the same data and seed give different models")
		}
	}
	options := testOptions()
	options.Seed = 7
	other, err := Train(testData(t), options)
	if err != nil {
		t.Fatal(err)
	}
	if reflect.DeepEqual(other.classifier.linear, models[0].classifier.linear) {
		t.Error("another seed gives the same weights: it is not used")
	}
}

func TestTrainRefuses(t *testing.T) {
	if _, err := Train(&Data{Examples: []Example{{Intent: "a", Text: "b"}, {Intent: Fallback, Text: "c"}}}, Options{}); err == nil {
		t.Error("one intent is enough")
	}
	if _, err := Train(&Data{Examples: []Example{{Intent: "a", Text: "b"}, {Intent: "c", Text: "d"}}, Regexes: []Regex{{Entity: "r", Patterns: []string{"("}}}}, Options{}); err == nil {
		t.Error("a broken regex is accepted")
	}
	if _, err := Train(&Data{Examples: []Example{{Intent: "a", Text: "b"}, {Intent: "c", Text: "d"}}}, Options{}); err != nil {
		t.Error("two examples are too few:", err)
	}
}

func TestThresholdOption(t *testing.T) {
	options := testOptions()
	options.Threshold = 1.1
	m, err := Train(testData(t), options)
	if err != nil {
		t.Fatal(err)
	}
	if p := m.Parse("list all volumes", nil); p.Intent != "" || p.Ranking[0].Intent != "list" {
		t.Errorf("above the threshold: %v %v", p.Intent, p.Ranking[0])
	}
}

// TestCalibration checks on synthetic margins that confidences are how often the likeliest class is right.
func TestCalibration(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var held []heldOut
	for range 4000 {
		h := heldOut{margins: make([]float32, 4), class: rnd.IntN(4)}
		for i := range h.margins {
			h.margins[i] = float32(rnd.NormFloat64()*0.6 - 1)
		}
		h.margins[h.class] += 1.2
		held = append(held, h)
	}
	c := calibrate(held, -1)
	var sum, right [10]float64
	for _, h := range held {
		p := c.probabilities(nil, h.margins, nil)
		total := 0.0
		for _, v := range p {
			total += v
		}
		if total > 1+1e-6 || argmax(h.margins) != argmax(p) {
			t.Fatalf("probabilities %v of %v", p, h.margins)
		}
		top := p[argmax(h.margins)]
		bin := min(9, int(top*10))
		sum[bin]++
		if argmax(h.margins) == h.class {
			right[bin]++
		}
	}
	for b := range sum {
		if middle := (float64(b) + 0.5) / 10; sum[b] > 200 && math.Abs(right[b]/sum[b]-middle) > 0.1 {
			t.Errorf("of confidences about %.2f, %.2f are right", middle, right[b]/sum[b])
		}
	}
	if c.threshold < 0.3 || c.threshold > 0.8 {
		t.Errorf("threshold %.2f", c.threshold)
	}
}

// TestRank checks that classes are ranked by their probability, and equals by their order.
func TestRank(t *testing.T) {
	var r room
	many := make([]float64, 400)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range many {
		many[i] = math.Exp(-float64(rnd.IntN(100)) / 7)
	}
	for _, p := range [][]float64{{1}, {0.2, 0.5, 0.2, 0.1}, {0, 1e-300, 0, 1}, {0.25, 0.25, 0.25, 0.25}, many, many[:150]} {
		want := make([]uint16, len(p))
		for i := range want {
			want[i] = uint16(i)
		}
		slices.SortStableFunc(want, func(a, b uint16) int { return cmp.Compare(p[b], p[a]) })
		if got := r.rank(p); !slices.Equal(got, want) {
			t.Errorf("%v is ranked %v, want %v", p, got, want)
		}
	}
}
