package semantic

import (
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// ruling returns what rules would read as a query.
func ruling(t *testing.T, act, query string, sure Sureness) *Ruling {
	t.Helper()
	q, err := Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	return &Ruling{Act: act, Query: q, Sure: sure}
}

// TestRuledIsACandidate makes sure that what the rules read is weighed where it is an answer and no candidate says the same.
func TestRuledIsACandidate(t *testing.T) {
	p, find := testParser(t)
	text, entities := find("[volumes|subject=volume] of [prod|NAMESPACE=prod] with zone")
	for name, c := range map[string]struct {
		ruled *Ruling
		want  bool
	}{
		"none":           {nil, false},
		"other":          {ruling(t, "list", "volume zone=a limit=3", Whole), true},
		"other, partial": {ruling(t, "list", "volume zone=a limit=3", Partial), true},
		"no answer yet":  {ruling(t, "list", "volume zone=a limit=3", Asking), false},
		"the same":       {ruling(t, "list", "volume namespace=prod show=zone", Whole), false},
		"same elsewhere": {ruling(t, "list", "volume namespace=shop show=zone @harbor", Whole), false}, // names are resolved by others
	} {
		all := p.candidates(text, Heard{Parse: nlp.Parse{Entities: entities}, Ruled: c.ruled})
		if got := all[len(all)-1].Ruled; got != c.want {
			t.Errorf("%s: the rules' reading is a candidate: %v, want %v", name, got, c.want)
		}
	}
}

// TestRulesAreHeeded learns that the rules are right where they account for the whole, and follows them.
func TestRulesAreHeeded(t *testing.T) {
	var examples []Example
	hear := func(text string) Heard { return Heard{Ruled: ruling(t, "list", "node", Whole)} }
	for range 200 {
		for _, text := range []string{"what is there", "all there is", "show things", "things please"} {
			examples = append(examples, Example{Text: text, Act: "list", Queries: []*models.Query{{Subject: models.Nodes}}})
		}
	}
	p := Train(examples, hear, nil, 1)
	if r := p.Parse("show things", hear("")); r.Subject != models.Nodes || r.Confidence < 0.5 {
		t.Errorf("the rules are right and the reading is %s, %.2f", r.Subject, r.Confidence)
	}
	other := Heard{Ruled: ruling(t, "list", "pool", Whole)}
	if r := p.Parse("things", other); r.Confidence > 0.9 {
		t.Errorf("against the rules the reading has confidence %.2f", r.Confidence)
	}
}
