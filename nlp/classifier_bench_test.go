package nlp

import (
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"
)

// benchmarkTraining trains on a public data set and reports how long that takes, how large the model is, and how accurate
// on the validation split: see report.
func benchmarkTraining(b *testing.B, set string, options Options) {
	train, val, outside := readTSV(b, set+"/train.tsv"), readTSV(b, set+"/val.tsv"), readTSV(b, set+"/oos_val.tsv")
	if len(train) == 0 {
		b.Skip("the data set is not beside the repository: nothing to measure")
	}
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		m, err := Train(&Data{Examples: train}, options)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "train-s")
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "resident-MB")
		b.ReportMetric(float64(len(encoded(m.classifier)))/1e6, "file-MB")
		report(b, m, val, outside)
	}
}

// report reports the accuracy on in-scope utterances, the calibration error of the confidence (20 bins), and, given
// utterances that are out of scope, how well the confidence tells them from the others: the area under the ROC curve, and the
// accuracy and the share of those declined at the threshold that makes the sum of both the greatest while the accuracy is
// at least 94 %, if there is one.
func report(b *testing.B, m *Model, val, outside []Example) {
	right := 0
	var in, out []float64
	var rights []bool
	for _, ex := range val {
		p := m.Parse(ex.Text, nil)
		in, rights = append(in, p.Confidence), append(rights, p.Ranking[0].Intent == ex.Intent)
		if p.Ranking[0].Intent == ex.Intent {
			right++
		}
	}
	percent := func(n, of int) float64 { return 100 * float64(n) / float64(of) }
	b.ReportMetric(percent(right, len(val)), "accuracy-%")
	var gap [20]float64
	for i, c := range in {
		at := min(int(c*20), 19)
		gap[at] += c
		if rights[i] {
			gap[at]--
		}
	}
	sum := 0.0
	for _, g := range gap {
		sum += math.Abs(g)
	}
	b.ReportMetric(100*sum/float64(len(in)), "calibration-error-%")
	if len(outside) == 0 {
		return
	}
	for _, ex := range outside {
		out = append(out, m.Parse(ex.Text, nil).Confidence)
	}
	above, bestRight, bestDeclined := 0.0, 0, 0
	for _, threshold := range out {
		answered, declined := 0, 0
		for i, c := range in {
			if c > threshold {
				above++
				if rights[i] {
					answered++
				}
			}
		}
		for _, c := range out {
			if c <= threshold {
				declined++
			}
		}
		if percent(answered, len(in)) >= 94 && answered*len(out)+declined*len(in) > bestRight*len(out)+bestDeclined*len(in) {
			bestRight, bestDeclined = answered, declined
		}
	}
	b.ReportMetric(above/float64(len(in)*len(out)), "outside-AUROC")
	b.ReportMetric(percent(bestRight, len(in)), "answered-right-%")
	b.ReportMetric(percent(bestDeclined, len(out)), "outside-declined-%")
}

func BenchmarkCLINC150(b *testing.B) { benchmarkTraining(b, "clinc150", Options{}) }
func BenchmarkCLINC150Linear(b *testing.B) {
	benchmarkTraining(b, "clinc150", Options{LinearOnly: true})
}
func BenchmarkBANKING77(b *testing.B) { benchmarkTraining(b, "banking77", Options{}) }

// BenchmarkFewCLINC150 and BenchmarkFewBANKING77 train on ten examples of each intent, drawn with three seeds.
func BenchmarkFewCLINC150(b *testing.B)  { benchmarkFew(b, "clinc150") }
func BenchmarkFewBANKING77(b *testing.B) { benchmarkFew(b, "banking77") }

func benchmarkFew(b *testing.B, set string) {
	train, val := readTSV(b, set+"/train.tsv"), readTSV(b, set+"/val.tsv")
	if len(train) == 0 {
		b.Skip("the data set is not beside the repository: nothing to measure")
	}
	for b.Loop() {
		sum := 0.0
		seeds := []uint64{1, 2, 3}
		for _, seed := range seeds {
			m, err := Train(&Data{Examples: draw(train, 10, seed)}, Options{})
			if err != nil {
				b.Fatal(err)
			}
			right := 0
			for _, ex := range val {
				if m.Parse(ex.Text, nil).Ranking[0].Intent == ex.Intent {
					right++
				}
			}
			accuracy := 100 * float64(right) / float64(len(val))
			b.ReportMetric(accuracy, "seed-"+strconv.FormatUint(seed, 10)+"-accuracy-%")
			sum += accuracy
		}
		b.ReportMetric(sum/float64(len(seeds)), "mean-accuracy-%")
	}
}

// draw returns so many examples of each intent.
func draw(examples []Example, each int, seed uint64) []Example {
	rnd := rand.New(rand.NewPCG(seed, 0))
	examples = slices.Clone(examples)
	rnd.Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
	drawn := map[string]int{}
	return slices.DeleteFunc(examples, func(ex Example) bool {
		drawn[ex.Intent]++
		return drawn[ex.Intent] > each
	})
}

// BenchmarkClassify times the classification alone of the validation split's utterances among CLINC150's intents: from
// tokens and entities to a ranking.
func BenchmarkClassify(b *testing.B) {
	train, val := readTSV(b, "clinc150/train.tsv"), readTSV(b, "clinc150/val.tsv")
	if len(train) == 0 {
		b.Skip("the data set is not beside the repository: nothing to measure")
	}
	for name, options := range map[string]Options{"linear": {LinearOnly: true}, "all": {}} {
		m, err := Train(&Data{Examples: train}, options)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				for _, ex := range val {
					tokens := tokenise(ex.Text)
					found := m.extractor.extract(ex.Text, tokens, nil, m.extractor.now())
					start := time.Now()
					m.classify(tokens, found)
					took = append(took, time.Since(start))
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1000, "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1000, "p99-µs")
		})
	}
}

// BenchmarkTrainBuiltin trains on the bot's own data without knowing its live names, which become trained entities: most of
// the time goes to them. The bot's own training is intents.BenchmarkTrain.
func BenchmarkTrainBuiltin(b *testing.B) {
	data, _, err := ReadYAML(os.DirFS("../intents/builtin"), "*.yml")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m, err := Train(data, Options{LinearOnly: true})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(encoded(m.classifier)))/1e6, "file-MB")
	}
}
