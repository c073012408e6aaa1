package semantic

import (
	"testing"

	"github.com/mulebot/mulebot/nlp"
)

func TestMentions(t *testing.T) {
	names := nlp.NewIndex()
	for _, n := range []string{"shop", "search", "kafka"} {
		names.Add(nlp.Name{Type: "namespace", Value: n})
	}
	text := "kafka: the shop's volumes, and (search) pvcs"
	known := nlp.Entity{Type: "namespace", Value: "kafka", Text: "kafka", End: 5, Score: 1, Source: nlp.FromName}
	all := Mentions(text, []nlp.Entity{known}, names)
	if len(all) != 3 || all[0].Score != 1 || all[1].Text != "shop" || all[2].Text != "search" {
		t.Fatalf("found %+v", all)
	}
	for _, e := range all[1:] {
		if e.Score != Mentioned || e.Type != "namespace" || text[e.Start:e.End] != e.Value || len(e.Candidates) == 0 {
			t.Errorf("found %+v", e)
		}
	}

	p := &Parser{words: map[nlp.Feature]bool{nlp.NewFeature("1", nlp.Words("search")[0].Stem): true}}
	if s := p.sentence(text, all, ""); len(s.anchors) != 2 {
		t.Errorf("a word that the training data knows is a name in %+v", s.anchors)
	}
}

// TestJoined takes a word for a name where it stands in a row with one, though the training data has it as a word.
func TestJoined(t *testing.T) {
	shop := nlp.Entity{Type: "namespace", Value: "shop", Text: "shop", Start: 11, End: 15, Score: 1, Source: nlp.FromName}
	for text, want := range map[string]bool{"volumes of shop or billing": true, "volumes of shop, billing": true, "volumes of shop for billing": false} {
		word := nlp.Entity{Type: "namespace", Value: "billing", Text: "billing", Start: len(text) - 7, End: len(text), Score: Mentioned, Source: nlp.FromName,
			Candidates: []nlp.Candidate{{Name: nlp.Name{Type: "namespace", Value: "billing"}}}}
		if got := joined(text, []nlp.Entity{shop, word}, word); got != want {
			t.Errorf("%q: joined is %v", text, got)
		}
	}
	const row = "volumes of shop, search and billing"
	between := nlp.Entity{Start: 17, End: 23, Score: Mentioned, Type: "namespace", Candidates: []nlp.Candidate{{Name: nlp.Name{Type: "namespace", Value: "search"}}}}
	last := between
	last.Start, last.End = 28, 35
	if !joined(row, []nlp.Entity{shop, between, last}, last) || joined(row, []nlp.Entity{between, last}, last) {
		t.Error("a row of three begins with a name, or is none")
	}
}
