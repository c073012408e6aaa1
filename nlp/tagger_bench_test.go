package nlp

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// readSlots reads JSON lines of tokens and BIO tags of a public data set, which stands beside the repository and not in
// it. The tokens become a text with spaces between them. It returns none where they are not there.
func readSlots(tb testing.TB, name string) []Example {
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
		var line struct {
			Tokens, Tags []string
			Intent       string
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			tb.Fatal(err)
		}
		ex := Example{Intent: line.Intent, Text: strings.Join(line.Tokens, " ")}
		at := 0
		for i, word := range line.Tokens {
			if entity, ok := strings.CutPrefix(line.Tags[i], "B-"); ok {
				ex.Entities = append(ex.Entities, Annotation{Start: at, Entity: entity})
			}
			at += len(word)
			if line.Tags[i] != "O" {
				ex.Entities[len(ex.Entities)-1].End = at
			}
			at++
		}
		examples = append(examples, ex)
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return examples
}

// spanScore counts entities by exact span, type and role.
type spanScore struct{ right, found, wanted int }

func (s *spanScore) add(ex Example, entities []Entity, counts func(Entity) bool) {
	s.wanted += len(ex.Entities)
	for _, e := range entities {
		if !counts(e) {
			continue
		}
		s.found++
		if slices.ContainsFunc(ex.Entities, func(a Annotation) bool {
			return a.Start == e.Start && a.End == e.End && a.Entity == e.Type && a.Role == e.Role
		}) {
			s.right++
		}
	}
}

// f1 returns the harmonic mean of precision and recall in per cent.
func (s *spanScore) f1() float64 { return 200 * float64(s.right) / float64(s.found+s.wanted) }

// BenchmarkSNIPS trains on SNIPS and reports the F1 of its slots on the validation split by exact span: as written and in
// lower case, and, beside those of the tagger, of all that Parse finds.
func BenchmarkSNIPS(b *testing.B) {
	train, val := readSlots(b, "snips/train.slots.jsonl"), readSlots(b, "snips/val.slots.jsonl")
	for b.Loop() {
		if len(train) == 0 || len(val) == 0 {
			b.Log("the data set is not beside the repository: nothing to measure")
			return
		}
		start := time.Now()
		m, err := Train(&Data{Examples: train}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "train-s")
		e := m.extractor

		var tagged, all, lower spanScore
		var took []time.Duration
		right := 0
		for _, ex := range val {
			p := m.Parse(ex.Text, nil)
			if p.Ranking[0].Intent == ex.Intent {
				right++
			}
			tagged.add(ex, p.Entities, func(e Entity) bool { return e.Source == FromTagger })
			all.add(ex, p.Entities, func(Entity) bool { return true })
			if low := strings.ToLower(ex.Text); len(low) == len(ex.Text) {
				lower.add(ex, m.Parse(low, nil).Entities, func(e Entity) bool { return e.Source == FromTagger })
			}
			tokens := tokenise(ex.Text)
			units := e.units(tokens, e.recognised(ex.Text, tokens, nil, e.now()))
			if len(units) == 12 {
				start := time.Now()
				e.tagger.tag(units)
				took = append(took, time.Since(start))
			}
		}
		slices.Sort(took)
		b.ReportMetric(float64(len(encodedTagger(e.tagger)))/1e6, "MB")
		b.ReportMetric(tagged.f1(), "F1")
		b.ReportMetric(all.f1(), "F1-all")
		b.ReportMetric(lower.f1(), "F1-lower")
		b.ReportMetric(100*float64(right)/float64(len(val)), "intent-%")
		b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1000, "tag-p50-µs")
		b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1000, "tag-p99-µs")
	}
}
