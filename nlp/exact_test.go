package nlp

import (
	"fmt"
	"testing"
)

// TestExact teaches an intent one sentence that is like all those of another: the model is certain of it, with and without a
// question mark, and of a sentence that two intents have it is not.
func TestExact(t *testing.T) {
	data := &Data{}
	for i := range 40 {
		data.Examples = append(data.Examples, Example{Intent: "list", Text: fmt.Sprintf("show the volumes of node %d", i)},
			Example{Intent: "greet", Text: fmt.Sprintf("hello number %d", i)})
	}
	data.Examples = append(data.Examples, Example{Intent: "greet", Text: "show the volumes of the world"},
		Example{Intent: "list", Text: "good morning"}, Example{Intent: "greet", Text: "good morning"})
	m, err := Train(data, Options{LinearOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"show the volumes of the world", "Show the volumes of the world?"} {
		if p := m.Parse(text, nil); p.Intent != "greet" || p.Confidence < exactly {
			t.Errorf("%q is %q (%.2f)", text, p.Intent, p.Confidence)
		}
	}
	if p := m.Parse("show the volumes of the town", nil); p.Ranking[0].Intent != "list" {
		t.Errorf("another one is %q", p.Ranking[0].Intent)
	}
	if p := m.Parse("good morning", nil); p.Confidence == exactly {
		t.Errorf("what two intents have is %q (%.2f)", p.Intent, p.Confidence)
	}
}
