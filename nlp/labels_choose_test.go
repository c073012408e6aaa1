package nlp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBest(t *testing.T) {
	l := FitLabeller(labelled(300, false), false, 1)
	all := l.Best(nil, giveaways("b"), 9, 0, nil)
	sum := 0.0
	for i, x := range all {
		sum += x.Probability
		if i > 0 && x.Probability > all[i-1].Probability {
			t.Errorf("%v comes behind what is less likely", x)
		}
	}
	if len(all) != 3 || math.Abs(sum-1) > 1e-9 || !slices.Equal(all[0].Labels, []string{"is b"}) {
		t.Errorf("the likeliest of three are %v", all)
	}
	if one := l.Best(nil, giveaways("b"), 1, 0, nil); len(one) != 1 {
		t.Errorf("one is wanted: %v", one)
	}
	if sure := l.Best(nil, giveaways("b"), 9, 0.5, nil); len(sure) != 1 {
		t.Errorf("only one is as likely as not: %v", sure)
	}
	if others := l.Best(nil, giveaways("b"), 1, 0.5, func(label string) bool { return label != "is b" }); len(others) != 1 || others[0].Probability > 0.2 {
		t.Errorf("the first stays however unlikely it is: %v", others)
	}
}

func TestBestSets(t *testing.T) {
	l := FitLabeller(labelled(300, true), true, 1)
	features := append(giveaways("a"), giveaways("b")...)
	sets := l.BestSets(features, 8, 3, l.Those(anyLabel))
	if !slices.Equal(sets[0].Labels, []string{"is a", "is b"}) || sets[0].Probability < 0.5 {
		t.Errorf("the likeliest set is %v", sets[0])
	}
	seen := map[string]bool{}
	for i, s := range sets {
		if seen[fmt.Sprint(s.Labels)] || !slices.IsSorted(s.Labels) || i > 0 && s.Probability > sets[i-1].Probability {
			t.Errorf("%v is there twice, not sorted or in the wrong place", s)
		}
		seen[fmt.Sprint(s.Labels)] = true
	}
	if few := l.BestSets(features, 2, 3, l.Those(anyLabel)); len(few) > 2 {
		t.Errorf("two sets are wanted: %v", few)
	}
	if one := l.BestSets(features, 8, 0, l.Those(anyLabel)); len(one) != 1 {
		t.Errorf("nothing may be turned: %v", one)
	}
}

// TestFitRanker learns that what is good wins against what is bad, and that noise decides nothing.
func TestFitRanker(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	option := func(kind string) []Feature {
		return []Feature{NewFeature("kind", kind), NewFeature("sign", kind), NewFeature("noise", fmt.Sprint(rnd.IntN(9)))}
	}
	var choices []Choice
	for range 200 {
		good := rnd.IntN(3)
		var c Choice
		for i := range 3 {
			c.Options, c.Right = append(c.Options, option(map[bool]string{true: "good", false: "bad"}[i == good])), append(c.Right, i == good)
		}
		choices = append(choices, c, Choice{Options: c.Options, Right: make([]bool, 3)}) // the second teaches nothing
	}
	l := FitRanker(choices, 20, 1)
	if good, bad := l.Score(option("good")), l.Score(option("bad")); good < bad+2 {
		t.Errorf("what is good scores %.2f and what is bad %.2f", good, bad)
	}
	again := FitRanker(choices, 20, 1)
	if f := option("good"); l.Score(f) != again.Score(f) {
		t.Error("the same choices and seed give another ranker")
	}
}
