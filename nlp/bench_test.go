package nlp

import (
	"bufio"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
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
			m.classify(tokens, found)
		}
	})
}
