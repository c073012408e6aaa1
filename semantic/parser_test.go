package semantic

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// testParser learns from sentences about a few things that differ in the names and fields that they have. What is recognised is marked up.
func testParser(t *testing.T) (p *Parser, find func(marked string) (string, []nlp.Entity)) {
	t.Helper()
	known := map[string][]nlp.Entity{}
	var examples []Example
	add := func(marked, act, query string) {
		text, entities := found(t, marked)
		known[text] = entities
		q, err := Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		examples = append(examples, Example{Text: text, Act: act, Queries: []*models.Query{q}})
	}
	for _, field := range []string{"size", "used", "engine"} {
		add("our own [volumes|subject=volume] with "+field, "list", "volume namespace=web show="+field)
	}
	for _, team := range []string{"kafka", "shop", "billing", "ci"} {
		for _, field := range []string{"size", "used", "engine"} {
			name := fmt.Sprintf("[%s|NAMESPACE=%s]", team, team)
			add("[volumes|subject=volume] of "+name+" with "+field, "list", "volume namespace="+team+" show="+field)
			add("[volumes|subject=volume] of "+name+" with "+field+", health", "list", "volume namespace="+team+" show="+field+" show=health")
			add("[volumes|subject=volume] outside of "+name+" by "+field, "list", "volume namespace!="+team+" sort=+"+field)
			add("[claims|subject=claim] of "+name+" grouped per "+field, "list", "claim namespace="+team+" by="+field)
			add("how many [claims|subject=claim] for each "+field, "count", "claim count by="+field)
		}
	}
	p = Train(examples, func(text string) Heard { return Heard{Parse: nlp.Parse{Entities: known[text]}} }, testConditions, 1)
	return p, func(marked string) (string, []nlp.Entity) { return found(t, marked) }
}

func TestParse(t *testing.T) {
	p, find := testParser(t)
	for marked, want := range map[string]string{
		"[volumes|subject=volume] of [prod|NAMESPACE=prod] with zone":         "list volume namespace=prod show=zone",
		"[volumes|subject=volume] outside of [prod|NAMESPACE=prod] by zone":   "list volume namespace!=prod sort=+zone",
		"[claims|subject=claim] of [prod|NAMESPACE=prod] grouped per zone":    "list claim namespace=prod by=zone",
		"how many [claims|subject=claim] for each zone":                       "count claim count by=zone",
		"[volumes|subject=volume] of [prod|NAMESPACE=prod] with zone, engine": "list volume namespace=prod show=zone show=engine",
	} {
		text, entities := find(marked)
		r := p.Parse(text, Heard{Parse: nlp.Parse{Entities: entities}})
		q, err := r.Query(func(e nlp.Entity, _ string, _ bool) ([]string, error) { return []string{e.Value}, nil })
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := r.Act + " " + Notation(q); got != want {
			t.Errorf("%q is read as %q, not %q (roles %q, marks %q)", text, got, want, r.Roles, r.Marks)
		}
	}
}

// TestNoNameIsRemembered checks that no name of the training data gets into queries of sentences that do not have it.
func TestNoNameIsRemembered(t *testing.T) {
	p, _ := testParser(t)
	for _, m := range p.marks.Labels() {
		if strings.Contains(m, "namespace=") || strings.Contains(m, "namespace!=") {
			t.Errorf("%q is learnt as a mark", m)
		}
	}
}
