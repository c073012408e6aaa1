package intents_test

import (
	"testing"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/nlp"
)

// TestBuiltinData makes sure that the training data has no fault and nothing that training warns about.
func TestBuiltinData(t *testing.T) {
	data, warnings, err := nlp.ReadYAML(intents.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range warnings {
		t.Error(w)
	}
	if len(data.Examples) < 1200 {
		t.Errorf("only %d examples", len(data.Examples))
	}
	t.Logf("%d examples", len(data.Examples))
}
