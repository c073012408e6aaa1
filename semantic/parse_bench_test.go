package semantic_test

import (
	"crypto/sha256"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// parserFile is the file of the built-in parser: the SHA-256 of its training data, and the parser.
const parserFile = "../intents/parser.model"

// builtin reads the built-in parser.
func builtin(t testing.TB) *semantic.Parser {
	t.Helper()
	p, err := semantic.Unmarshal(builtinBytes(t), map[string][]models.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func builtinBytes(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile(parserFile)
	if err != nil {
		t.Fatal(err)
	}
	return file[sha256.Size:]
}

// twelve is a sentence of twelve words, and what is found in it.
const twelve = "which degraded volumes on node harbor-1 are bigger than 20 GiB today"

func entitiesOf(text string) []nlp.Entity {
	var all []nlp.Entity
	for _, e := range []nlp.Entity{
		{Type: "health", Value: "degraded", Text: "degraded", Source: nlp.FromLookup},
		{Type: "subject", Value: "volume", Text: "volumes", Source: nlp.FromLookup},
		{Type: "node", Value: "harbor-1", Text: "harbor-1", Source: nlp.FromName},
		{Type: nlp.Quantity, Value: "21474836480", Text: "20 GiB", Number: 20 << 30, Op: ">"},
	} {
		if at := strings.Index(text, e.Text); at >= 0 {
			e.Start, e.End, e.Score = at, at+len(e.Text), 1
			all = append(all, e)
		}
	}
	return all
}

func hear(text string) semantic.Heard {
	return semantic.Heard{Parse: nlp.Parse{Entities: entitiesOf(text)}}
}

// BenchmarkParse reads a sentence of twelve words in which four things were recognised.
func BenchmarkParse(b *testing.B) {
	p, heard := builtin(b), hear(twelve)
	var took []time.Duration
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		p.Parse(twelve, heard)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-µs(≤300)")
}

// BenchmarkUnmarshal reads the file of the built-in parser, as every program does that starts.
func BenchmarkUnmarshal(b *testing.B) {
	data := builtinBytes(b)
	b.ReportMetric(float64(len(data))/1e6, "file-MB(≤3.1)")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := semantic.Unmarshal(data, nil); err != nil {
			b.Fatal(err)
		}
	}
}
