package nlp

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// references are how a live name is referred to, by the kind of reference. Short is its shortest beginning that no other
// name has.
var references = []struct {
	kind  string
	write func(n Name, short string, rnd *rand.Rand) string
}{
	{"prefix", func(_ Name, short string, _ *rand.Rand) string { return "describe " + short }},
	{"typo", func(n Name, _ string, rnd *rand.Rand) string { return "how is " + misspell(n.Value, rnd) + " doing" }},
	{"separators", func(n Name, _ string, _ *rand.Rand) string {
		return "how is " + strings.ReplaceAll(n.Value, "-", " ") + " doing"
	}},
	{"joined", func(n Name, _ string, _ *rand.Rand) string {
		return "how is " + strings.ReplaceAll(n.Value, "-", "") + " doing"
	}},
	{"possessive", func(n Name, _ string, _ *rand.Rand) string { return "show " + n.Value + "'s replicas" }},
	{"quoted", func(n Name, _ string, _ *rand.Rand) string { return "why is '" + n.Value + "' slow" }},
	{"log line", func(n Name, _ string, _ *rand.Rand) string {
		return `E0304 12:00:01.123456 1 controller.go:114] MountVolume failed for "` + n.Value + `" : rpc error: code = Internal`
	}},
}

// beginnings returns for each name the shortest beginning that no other has, of four characters at least.
func beginnings(names []Name) map[string]string {
	values := make([]string, len(names))
	for i, n := range names {
		values[i] = n.Value
	}
	slices.Sort(values)
	common := func(a, b string) int {
		n := 0
		for n < min(len(a), len(b)) && a[n] == b[n] {
			n++
		}
		return n
	}
	short := make(map[string]string, len(values))
	for i, v := range values {
		n := 3
		if i > 0 {
			n = max(n, common(v, values[i-1]))
		}
		if i+1 < len(values) {
			n = max(n, common(v, values[i+1]))
		}
		short[v] = v[:min(n+1, len(v))]
	}
	return short
}

// outcome says how a reference to a name was understood.
func outcome(found []found, n Name) string {
	worst := "missed"
	for _, f := range found {
		if f.Source != FromName || len(f.Candidates) == 0 {
			continue
		}
		at := slices.IndexFunc(f.Candidates, func(c Candidate) bool { return c.Name == n })
		alone := f.Type != UnknownName && (len(f.Candidates) == 1 || f.Candidates[1].Score < f.Candidates[0].Score)
		switch {
		case at == 0 && alone:
			return "right"
		case at == 0:
			return "asked, right first"
		case at > 0 && f.Candidates[at].Score == f.Candidates[0].Score:
			worst = "asked, among equals"
		case alone:
			worst = "wrong"
		}
	}
	return worst
}

// BenchmarkLinking refers to names among 100,000 in the ways that people do. Where a beginning or a misspelling is that of
// several names, none of which is nearer, the right one counts if it is among them.
func BenchmarkLinking(b *testing.B) {
	rnd := rand.New(rand.NewPCG(11, 12))
	names := manyNames(100_000, rnd)
	x := NewIndex(names...)
	e := testExtractor(b)
	begin := beginnings(names)
	const asked = 1000
	for b.Loop() {
		counts := map[string]int{}
		for i := range asked {
			n, kind := names[rnd.IntN(len(names))], references[i%len(references)]
			text := kind.write(n, begin[n.Value], rnd)
			o := outcome(e.extract(text, tokenise(text), x, e.now()), n)
			if o == "missed" || o == "wrong" {
				b.Logf("%s: %s: %q", o, n.Value, text)
			}
			counts[o]++
		}
		b.Logf("%d references: %v", asked, counts)
		good := counts["right"] + counts["asked, right first"] + counts["asked, among equals"]
		b.ReportMetric(100*float64(good)/asked, "right-or-asked-%(≥98)")
		b.ReportMetric(float64(counts["wrong"]), "wrong(0)")
	}
}

// BenchmarkParseNames parses utterances of twelve words against 100,000 names, which they refer to in every way.
func BenchmarkParseNames(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 2))
	names := manyNames(100_000, rnd)
	x, m := NewIndex(names...), testModel(b)
	texts := make([]string, 2000)
	for i := range texts {
		n := names[rnd.IntN(len(names))]
		ref := []string{n.Value, misspell(n.Value, rnd), strings.ToUpper(n.Value), "`" + n.Value + "`", n.Value[:len(n.Value)-2]}[i%5]
		texts[i] = "which degraded volumes on " + ref + " in namespace db are over 80% full?"
	}
	took := make([]time.Duration, 0, len(texts))
	for b.Loop() {
		took = took[:0]
		for _, text := range texts {
			start := time.Now()
			m.Parse(text, x)
			took = append(took, time.Since(start))
		}
	}
	slices.SortFunc(took, cmp.Compare[time.Duration])
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-µs(≤250)")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-µs(≤1000)")
}
