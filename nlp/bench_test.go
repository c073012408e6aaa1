package nlp

import (
	"bufio"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// readTSV reads text<TAB>intent lines of the public data sets, which stand beside the repository and not in it. It
// returns none where they are not there.
func readTSV(tb testing.TB, name string) []Example {
	tb.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "nlu", name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var examples []Example
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		text, intent, _ := strings.Cut(lines.Text(), "\t")
		examples = append(examples, Example{Intent: intent, Text: text})
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return examples
}

// benchmarkAccuracy trains on a public data set and reports the accuracy on its validation split, how many utterances are
// answered at the fitted threshold, how many of those rightly, and, given out-of-scope utterances, how well the confidence
// tells them from the others (AUROC) and how many are declined.
func benchmarkAccuracy(b *testing.B, train, val, outside []Example) {
	for b.Loop() {
		if len(train) == 0 {
			b.Log("the data set is not beside the repository: nothing to measure")
			return
		}
		start := time.Now()
		m, err := Train(&Data{Examples: train}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "train-s")
		var confidences []float64
		var took []time.Duration
		right, answered, answeredRight := 0, 0, 0
		for _, ex := range val {
			start := time.Now()
			p := m.Parse(ex.Text, nil)
			took = append(took, time.Since(start))
			confidences = append(confidences, p.Confidence)
			if p.Ranking[0].Intent == ex.Intent {
				right++
			}
			if p.Intent != "" {
				answered++
			}
			if p.Intent == ex.Intent {
				answeredRight++
			}
		}
		slices.Sort(took)
		percent := func(n, of int) float64 { return 100 * float64(n) / float64(of) }
		b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1000, "p50-µs")
		b.ReportMetric(percent(right, len(val)), "accuracy-%")
		b.ReportMetric(percent(answered, len(val)), "answered-%")
		b.ReportMetric(percent(answeredRight, answered), "answered-right-%")
		if len(outside) == 0 {
			continue
		}
		declined, above := 0, 0.0
		for _, ex := range outside {
			p := m.Parse(ex.Text, nil)
			if p.Intent == "" {
				declined++
			}
			for _, c := range confidences {
				if c > p.Confidence {
					above++
				}
			}
		}
		b.ReportMetric(percent(declined, len(outside)), "outside-declined-%")
		b.ReportMetric(above/float64(len(outside)*len(confidences)), "outside-AUROC")
	}
}

func BenchmarkCLINC150(b *testing.B) {
	benchmarkAccuracy(b, readTSV(b, "clinc150/train.tsv"), readTSV(b, "clinc150/val.tsv"), readTSV(b, "clinc150/oos_val.tsv"))
}

func BenchmarkBANKING77(b *testing.B) {
	benchmarkAccuracy(b, readTSV(b, "banking77/train.tsv"), readTSV(b, "banking77/val.tsv"), nil)
}

func BenchmarkIndexMemory(b *testing.B) {
	names := manyNames(100_000, rand.New(rand.NewPCG(1, 2)))
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		x := NewIndex(names...)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		runtime.KeepAlive(x)
	}
}

// BenchmarkParse parses utterances of twelve words against 100,000 names.
func BenchmarkParse(b *testing.B) {
	m := testModel(b)
	x := NewIndex(manyNames(100_000, rand.New(rand.NewPCG(1, 2)))...)
	exact := "which volumes on " + x.names[5].Value + " in namespace db are over 80% full?"
	unsure := "how are the volumez of postgrs doing on the cluster right nao please"
	for name, text := range map[string]string{"exact": exact, "typos": unsure} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.Parse(text, x)
			}
		})
	}
	b.Run("classify", func(b *testing.B) {
		tokens := tokenise(exact)
		found := m.extractor.extract(exact, tokens, nil, m.extractor.now())
		for b.Loop() {
			m.classify(m.extractor.features(tokens, found))
		}
	})
}
