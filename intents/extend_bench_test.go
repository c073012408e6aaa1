package intents_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/nlp"
)

// ownIntents returns the examples of a workspace's own intents, which differ from workspace to workspace: so many intents
// of so many examples.
func ownIntents(workspace, count, each int) *nlp.Data {
	topics := strings.Fields(`oncall runbook deploy invoice budget ticket incident vacation lunch certificate secret pipeline release
rollback database password license laptop meeting office backup quota firewall domain latency traffic tenant contract customer supplier`)
	forms := []string{"who looks after the %s of %s", "show the %s for %s", "when was the last %s of %s", "open a %s with %s please",
		"what is our %s in %s", "is the %s done for %s", "tell me about %s at %s", "any news of the %s from %s", "I need the %s of team %s",
		"can you find %s %s for me", "%s status %s", "how do I get a %s for %s", "list each %s under %s", "did somebody change the %s of %s",
		"where does %s live in %s", "explain our %s to %s", "next %s %s", "compare the %s with the one of %s", "latest %s %s", "give %s to %s"}
	teams := strings.Fields("payments search checkout billing mobile platform growth legal finance support")
	data := &nlp.Data{}
	for i := range count {
		topic := fmt.Sprintf("%s %s", topics[(i+workspace)%len(topics)], topics[(i*7+workspace*3+5)%len(topics)])
		for j := range each {
			data.Examples = append(data.Examples, nlp.Example{Intent: fmt.Sprintf("own_%d", i),
				Text: fmt.Sprintf(forms[j%len(forms)], topic, teams[(i+j+workspace)%len(teams)])})
		}
	}
	return data
}

// BenchmarkTrain trains the model of the built-in data: what "mulebot ask" waits for when it starts.
func BenchmarkTrain(b *testing.B) {
	data, _, err := nlp.ReadYAML(intents.Builtin())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := nlp.Train(data, intents.TrainingOptions()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWorkspaces trains the models of workspaces with 20 intents of 20 examples each over the shared built-in model,
// and says what one takes: time, and memory that stays.
func BenchmarkWorkspaces(b *testing.B) {
	base, err := trained()
	if err != nil {
		b.Fatal(err)
	}
	builtin, _, err := nlp.ReadYAML(intents.Builtin())
	if err != nil {
		b.Fatal(err)
	}
	negatives := nlp.NewNegatives(base, builtin)
	var before, after runtime.MemStats
	for b.Loop() {
		const workspaces = 1000
		own := make([]*nlp.Data, workspaces)
		for i := range own {
			own[i] = ownIntents(i, 20, 20)
		}
		models := make([]*nlp.Model, workspaces)
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		var longest time.Duration
		for i := range models {
			one := time.Now()
			if models[i], err = nlp.Extend(base, own[i], negatives, intents.TrainingOptions()); err != nil {
				b.Fatal(err)
			}
			longest = max(longest, time.Since(one))
		}
		took := time.Since(start)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/workspaces/1e6, "MB/workspace")
		b.ReportMetric(took.Seconds()/workspaces, "train-s")
		b.ReportMetric(longest.Seconds(), "longest-train-s")
		runtime.KeepAlive(models)
		runtime.KeepAlive(own)
	}
}
