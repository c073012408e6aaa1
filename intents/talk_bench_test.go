package intents_test

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkTalks times the turns of strangers' conversations about the sample clusters: questions that begin one, and what follows them.
func BenchmarkTalks(b *testing.B) {
	k, _ := newDemoTalk(b)
	first, later := &durations{}, &durations{}
	for b.Loop() {
		for file := range blindTalks {
			for _, turns := range readTalks(b, file) {
				k.forget()
				for i, x := range turns {
					start := time.Now()
					k.say(x.Text)
					took := time.Since(start)
					if i == 0 {
						first.add(took)
					} else {
						later.add(took)
					}
				}
			}
		}
	}
	first.report(b, "first")
	later.report(b, "follow-up")
}

// durations are how long something took, time after time.
type durations []time.Duration

func (d *durations) add(took time.Duration) { *d = append(*d, took) }

// report reports the median and the 99th percentile in milliseconds.
func (d *durations) report(b *testing.B, what string) {
	slices.Sort(*d)
	ms := func(at int) float64 { return float64((*d)[at].Microseconds()) / 1000 }
	b.ReportMetric(ms(len(*d)/2), what+"-p50-ms")
	b.ReportMetric(ms(len(*d)*99/100), what+"-p99-ms")
}
