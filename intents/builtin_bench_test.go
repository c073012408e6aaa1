package intents_test

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/nlp"
)

// BenchmarkBuiltinModel trains the built-in model, and reports how long that takes, how large its file is and how much
// memory it takes once it is read back.
func BenchmarkBuiltinModel(b *testing.B) {
	for b.Loop() {
		file := builtinFile(b)
		b.ReportMetric(float64(file.Len())/1e6, "file-MB(≤4)")
		before := heap()
		m, err := nlp.ReadModel(file, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(heap()-before)/1e6, "heap-MB(≤30)")
		runtime.KeepAlive(m)
		runtime.KeepAlive(file)
	}
}

// builtinFile trains the built-in model and returns its file.
func builtinFile(b *testing.B) *bytes.Buffer {
	data, _, err := nlp.ReadYAML(intents.Builtin())
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	m, err := nlp.Train(data, intents.TrainingOptions())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(start).Seconds(), "train-s(≤2)")
	var file bytes.Buffer
	if _, err := m.WriteTo(&file); err != nil {
		b.Fatal(err)
	}
	return &file
}

// heap returns the bytes that live.
func heap() int64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}
