package nlp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// fewShot is a public data set as workspaces see it: a base that knows some of its intents, and others of which a workspace
// has a few examples.
type fewShot struct {
	base           *Model
	negatives      *Negatives
	intents        []string             // that the base has not
	examples       map[string][]Example // of them
	known          []Example            // questions to the base that nothing was trained on
	asked, outside []Example            // such questions of the other intents, and of none
}

func newFewShot(b *testing.B, seed uint64) *fewShot {
	train, val := readTSV(b, "clinc150/train.tsv"), readTSV(b, "clinc150/val.tsv")
	if len(train) == 0 {
		b.Skip("the data set is not beside the repository: nothing to measure")
	}
	var names []string
	for _, ex := range val {
		if !slices.Contains(names, ex.Intent) {
			names = append(names, ex.Intent)
		}
	}
	slices.Sort(names)
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	const ofBase = 40
	f := &fewShot{examples: map[string][]Example{}, intents: names[ofBase:], outside: readTSV(b, "clinc150/oos_val.tsv")}
	isBase := func(intent string) bool { return slices.Contains(names[:ofBase], intent) }
	data := &Data{}
	for _, ex := range train {
		if isBase(ex.Intent) {
			data.Examples = append(data.Examples, ex)
		} else {
			f.examples[ex.Intent] = append(f.examples[ex.Intent], ex)
		}
	}
	for _, ex := range readTSV(b, "clinc150/oos_train.tsv") {
		data.Examples = append(data.Examples, Example{Intent: Fallback, Text: ex.Text})
	}
	for _, ex := range val {
		if isBase(ex.Intent) {
			f.known = append(f.known, ex)
		} else {
			f.asked = append(f.asked, ex)
		}
	}
	var err error
	if f.base, err = Train(data, Options{LinearOnly: true}); err != nil {
		b.Fatal(err)
	}
	f.negatives = NewNegatives(f.base, data)
	return f
}

// workspace returns an extension with some intents, of so many examples each.
func (f *fewShot) workspace(b *testing.B, rnd *rand.Rand, count, each int) *extension {
	data := &Data{}
	for _, i := range rnd.Perm(len(f.intents))[:count] {
		examples := f.examples[f.intents[i]]
		for _, j := range rnd.Perm(len(examples))[:each] {
			data.Examples = append(data.Examples, examples[j])
		}
	}
	m, err := Extend(f.base, data, f.negatives, Options{})
	if err != nil {
		b.Fatal(err)
	}
	return m.extension
}

// fates counts what becomes of questions: those of the workspace's own intents, of the base's, and of neither.
type fates struct{ own, right, confused, known, stolen, others, taken int }

func (t *fates) count(f *fewShot, x *extension) {
	mine := func(intent string) bool { return intent != "" && slices.Contains(x.classes, intent) }
	for _, ex := range f.asked {
		got := x.takes(ex)
		switch {
		case mine(ex.Intent):
			t.own++
			if got == ex.Intent {
				t.right++
			} else if mine(got) {
				t.confused++
			}
		default:
			t.others++
			if mine(got) {
				t.taken++
			}
		}
	}
	for _, ex := range f.known {
		t.known++
		if mine(x.takes(ex)) {
			t.stolen++
		}
	}
}

// BenchmarkFewShot reports what becomes of the questions of workspaces whose own intents have few examples: the share of
// their own that are recognised and that are taken for another own one, and of the base's and of all others that they take.
func BenchmarkFewShot(b *testing.B) {
	f := newFewShot(b, 2)
	for _, each := range []int{5, 10, 20} {
		for _, count := range []int{1, 20} {
			b.Run(fmt.Sprintf("%dx%d", count, each), func(b *testing.B) {
				var t fates
				for b.Loop() {
					rnd := rand.New(rand.NewPCG(uint64(each), uint64(count)))
					for range 20/count + 1 {
						t.count(f, f.workspace(b, rnd, count, each))
					}
				}
				percent := func(n, of int) float64 { return 100 * float64(n) / float64(of) }
				b.ReportMetric(percent(t.right, t.own), "recognised-%")
				b.ReportMetric(percent(t.confused, t.own), "confused-%")
				b.ReportMetric(percent(t.stolen, t.known), "base-taken-%")
				b.ReportMetric(percent(t.taken, t.others), "others-taken-%")
			})
		}
	}
}

// judged is an utterance's evidence and what it was.
type judged struct {
	all   []evidence
	class int // in all; -1: none of them
	cost  float64
}

// judge returns the evidence of questions to a workspace. Of those that are not its own, it takes a few, which weigh more.
func (f *fewShot) judge(x *extension) []judged {
	var list []judged
	for i, ex := range slices.Concat(f.asked, f.known, f.outside) {
		class, own := slices.BinarySearch(x.classes, ex.Intent)
		cost := 1.0
		if !own {
			class, cost = 0, float64(len(x.classes))/10
		}
		if !own && i%4 != 0 {
			continue
		}
		tokens := tokenise(ex.Text)
		if all := x.evidence(new(room), x.extractor.features(tokens, nil), f.base.classify(tokens, nil)); all != nil {
			list = append(list, judged{all, class - 1, cost})
		}
	}
	return list
}

// step moves weights against the gradient of one loss, by AdaGrad, and returns the loss.
func (j judged) step(w, squares *evidence) float64 {
	sum := 1.0
	p := make([]float64, len(j.all))
	for i, e := range j.all {
		z := 0.0
		for k, v := range e {
			z += w[k] * v
		}
		p[i] = math.Exp(z)
		sum += p[i]
	}
	loss := math.Log(sum)
	var gradient evidence
	for i, e := range j.all {
		d := p[i] / sum
		if i == j.class {
			loss -= math.Log(p[i])
			d--
		}
		for k, v := range e {
			gradient[k] += j.cost * d * v
		}
	}
	for k, g := range gradient {
		squares[k] += g * g
		w[k] -= 0.3 * g / math.Sqrt(squares[k]+1e-9)
	}
	return j.cost * loss
}

// BenchmarkEvidence fits evidenceWeights and logs them.
func BenchmarkEvidence(b *testing.B) {
	for b.Loop() {
		var list []judged
		for _, seed := range []uint64{10, 11} {
			f := newFewShot(b, seed)
			rnd := rand.New(rand.NewPCG(seed, 3))
			for _, each := range []int{5, 5, 10, 20} {
				for _, count := range []int{1, 1, 1, 1, 4, 4, 10, 20} {
					list = append(list, f.judge(f.workspace(b, rnd, count, each))...)
				}
			}
		}
		w := evidenceWeights
		var squares evidence
		rnd := rand.New(rand.NewPCG(5, 5))
		for range 12 {
			loss := 0.0
			rnd.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			for _, j := range list {
				loss += j.step(&w, &squares)
			}
			b.Logf("loss %.4f, weights %.3f", loss/float64(len(list)), w)
		}
	}
}
