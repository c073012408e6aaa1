package nlp

import (
	"math"
	"slices"
	"testing"
)

// TestSpellFeatures checks that every feature of an utterance has its words: that spellFeatures follows featurise.
func TestSpellFeatures(t *testing.T) {
	e, x := testExtractor(t), liveNames()
	for _, text := range []string{"which volumes on node-1 are over 80% full?", "why isn't data-mysql-0 healthy", "a", "", "größe 😀 extraordinarilylongwordthatgoesonandonandonandon"} {
		tokens := tokenise(text)
		words, values := e.words(nil, nil, tokens, e.extract(text, tokens, x, e.now()))
		spelt := spellFeatures(words, values)
		for b, hashes := range featurise(words, values) {
			for _, h := range hashes {
				if spelt[h] == "" {
					t.Errorf("%q: a feature of block %d has no words", text, b)
				}
			}
		}
	}
}

func TestExplain(t *testing.T) {
	m, x := testModel(t), liveNames()
	got := m.Explain("how many gizmos are degraded on node-1", x)
	if got.Intent != "count" || len(got.Because) == 0 || got.Threshold != m.Threshold() || len(got.Entities) == 0 {
		t.Fatalf("%+v", got)
	}
	if !slices.ContainsFunc(got.Because[:5], func(r Reason) bool { return r.Feature == "how many" || r.Feature == "many" }) {
		t.Errorf("what decided: %v", got.Because[:5])
	}
	if !slices.Contains(got.Unseen, "gizmos") {
		t.Errorf("unseen: %v", got.Unseen)
	}
	// The reasons and the bias make up the margin.
	text := "how many volumes are degraded"
	tokens := tokenise(text)
	score := m.classifier.linear.score(m.classifier.vocabulary.vector(m.extractor.features(tokens, m.extractor.extract(text, tokens, nil, testNow()))))
	top := slices.Index(m.intents, "count")
	sum := float64(m.classifier.linear.bias[top])
	for _, r := range m.Explain(text, nil).Because {
		sum += r.Weight
	}
	if math.Abs(sum-float64(score[top])) > 1e-4 {
		t.Errorf("reasons add up to %v, the margin is %v", sum, score[top])
	}
	for _, text := range []string{"", "😀", "\xff"} {
		m.Explain(text, nil)
	}
}
