package semantic

import (
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/nlp"
)

// TestCandidates makes sure that each candidate says something else, and that their shares and that of none make up one.
func TestCandidates(t *testing.T) {
	p, find := testParser(t)
	text, entities := find("[volumes|subject=volume] of [prod|NAMESPACE=prod] by zone")
	heard := Heard{Parse: nlp.Parse{Entities: entities}}
	all := p.candidates(text, heard)
	if len(all) < 2 {
		t.Fatalf("%q has %d candidates; the test needs several", text, len(all))
	}
	seen := map[string]bool{}
	for _, c := range all {
		if seen[c.says] {
			t.Errorf("two candidates say %q", c.says)
		}
		seen[c.says] = true
	}
	sum := 0.0
	for _, share := range p.weigh(all, heard) {
		sum += share
	}
	if sum < 0.999 || sum > 1.001 {
		t.Errorf("the shares make up %v", sum)
	}
}

// TestForeign learns that nothing is right of what is no question.
func TestForeign(t *testing.T) {
	lessons, err := ReadExamples(strings.NewReader("volumes\tlist\tvolume\nshow volumes\tlist\tvolume\nnodes\tlist\tnode\n"))
	if err != nil {
		t.Fatal(err)
	}
	var examples []Example
	for range 60 {
		examples = append(append(examples, lessons...), Example{Text: "lovely weather", Foreign: true}, Example{Text: "sing of volumes", Foreign: true})
	}
	p := Train(examples, func(string) Heard { return Heard{} }, nil, 1)
	asked, foreign := p.Parse("show nodes", Heard{}), p.Parse("lovely volumes sing", Heard{})
	if asked.Confidence < 2*foreign.Confidence {
		t.Errorf("a question has confidence %.2f, and what is none %.2f", asked.Confidence, foreign.Confidence)
	}
}

func TestAbstract(t *testing.T) {
	q, err := Parse("volume engine=cstor namespace!=kafka size>20Gi snapshots<1 sort=-size limit=5 show=node @harbor")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"@", "engine=cstor", "limit=n", "namespace!=", "show=node", "size>", "snapshots<1", "sort=-size"}
	if got := abstract(q); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
