package nlp

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// giveaways give a label away: more than one, since training drops some at each look.
func giveaways(word string) []Feature {
	return []Feature{NewFeature("word", word), NewFeature("letter", word)}
}

// labelled are examples whose labels they give away: "a" has the label A, "b" B, and the rest are noise.
func labelled(n int, many bool) []Labelled {
	rnd := rand.New(rand.NewPCG(7, 7))
	var examples []Labelled
	for range n {
		x := Labelled{Features: []Feature{NewFeature("any"), NewFeature("noise", fmt.Sprint(rnd.IntN(9)))}}
		for _, word := range []string{"a", "b", "c"} {
			if many && rnd.IntN(2) == 0 || !many && len(x.Labels) == 0 && (word == "c" || rnd.IntN(3) == 0) {
				x.Features, x.Labels = append(x.Features, giveaways(word)...), append(x.Labels, "is "+word)
			}
		}
		examples = append(examples, x)
	}
	return examples
}

func anyLabel(string) bool { return true }

// one returns the likeliest label.
func one(l *Labeller, features []Feature, allowed func(string) bool) (string, float64) {
	best := l.Best(nil, features, 1, 0, allowed)
	if len(best) == 0 {
		return "", 0
	}
	return best[0].Labels[0], best[0].Probability
}

// likely returns the likeliest labels.
func likely(l *Labeller, features []Feature, allowed func(string) bool) ([]string, float64) {
	best := l.BestSets(features, 1, 0, l.Those(allowed))[0]
	return best.Labels, best.Probability
}

func TestLabellerOfOne(t *testing.T) {
	l := FitLabeller(labelled(300, false), false, 1)
	for _, word := range []string{"a", "b", "c"} {
		label, p := one(l, append(giveaways(word), NewFeature("noise", "3")), nil)
		if label != "is "+word || p < 0.9 || p > 1 {
			t.Errorf("%q is labelled %q with probability %.2f", word, label, p)
		}
	}
	allowed := func(label string) bool { return label == "is b" }
	if label, p := one(l, []Feature{NewFeature("word", "a")}, allowed); label != "is b" || p > 0.1 {
		t.Errorf("of those allowed %q with probability %.2f, want “is b”, and hardly likely", label, p)
	}
	if label, p := one(l, nil, func(string) bool { return false }); label != "" || p != 0 {
		t.Errorf("none is allowed and it is %q, %v", label, p)
	}
}

func TestLabellerOfMany(t *testing.T) {
	l := FitLabeller(labelled(300, true), true, 1)
	for _, words := range [][]string{nil, {"a"}, {"b", "c"}, {"a", "b", "c"}} {
		features := []Feature{NewFeature("any")}
		var want []string
		for _, w := range words {
			features, want = append(features, giveaways(w)...), append(want, "is "+w)
		}
		got, p := likely(l, features, anyLabel)
		if !slices.Equal(got, want) || p < 0.4 || p > 1 { // three labels at once, and dropping features leaves doubt
			t.Errorf("%v is labelled %v with probability %.2f", words, got, p)
		}
	}
	got, _ := likely(l, []Feature{NewFeature("word", "a"), NewFeature("word", "b")}, func(label string) bool { return label != "is a" })
	if !slices.Equal(got, []string{"is b"}) {
		t.Errorf("of those allowed %v, want “is b”", got)
	}
}

// TestLabellerOpen learns nothing from what an example leaves open.
func TestLabellerOpen(t *testing.T) {
	examples := labelled(300, true)
	for i := range examples {
		if i%2 == 0 {
			examples[i].Labels = slices.DeleteFunc(examples[i].Labels, func(l string) bool { return l == "is a" })
			examples[i].Open = func(l string) bool { return l == "is a" }
		}
	}
	if got, _ := likely(FitLabeller(examples, true, 1), []Feature{NewFeature("word", "a")}, anyLabel); !slices.Equal(got, []string{"is a"}) {
		t.Errorf("labelled %v, want “is a”", got)
	}
}

func TestLabellerIgnoresWhatItDoesNotKnow(t *testing.T) {
	l := FitLabeller(labelled(300, false), false, 1)
	known := []Feature{NewFeature("word", "a")}
	strange := append(slices.Clone(known), NewFeature("word", "zebra"), NewFeature("kind"), known[0].With("company"))
	label, p := one(l, known, nil)
	if l2, p2 := one(l, strange, nil); l2 != label || p2 != p {
		t.Errorf("strange features make %q %v of %q %v", l2, p2, label, p)
	}
}

func TestFitLabellerIsDeterministic(t *testing.T) {
	for _, many := range []bool{false, true} {
		first := marshalled(t, FitLabeller(labelled(200, many), many, 3))
		before := runtime.GOMAXPROCS(1)
		second := marshalled(t, FitLabeller(labelled(200, many), many, 3))
		runtime.GOMAXPROCS(before)
		if !bytes.Equal(first, second) {
			t.Errorf("many=%v: the same examples give other labellers", many)
		}
	}
}

func marshalled(t testing.TB, l *Labeller) []byte {
	t.Helper()
	b, err := l.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLabellerFile(t *testing.T) {
	l := FitLabeller(labelled(300, true), true, 1)
	file := marshalled(t, l)
	read, err := UnmarshalLabeller(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(marshalled(t, read), file) {
		t.Error("written again it is another file")
	}
	for _, word := range []string{"a", "b", "c", "zebra"} {
		features := []Feature{NewFeature("word", word), NewFeature("noise", "1")}
		want, p := likely(l, features, anyLabel)
		if got, q := likely(read, features, anyLabel); !slices.Equal(got, want) || p != q {
			t.Errorf("%q: read it says %v %v, before %v %v", word, got, q, want, p)
		}
	}
}

func TestUnmarshalDamagedLabeller(t *testing.T) {
	file := marshalled(t, FitLabeller(labelled(100, true), true, 1))
	for n := range file {
		if _, err := UnmarshalLabeller(file[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes are read", n, len(file))
		}
	}
	if _, err := UnmarshalLabeller(append(slices.Clone(file), 0)); err == nil {
		t.Error("a file with more behind it is read")
	}
	for i := range file {
		damaged := slices.Clone(file)
		damaged[i] ^= 0xff
		use(UnmarshalLabeller(damaged))
	}
}

// use labels with what was read, if anything was.
func use(l *Labeller, err error) {
	if err == nil {
		features := []Feature{NewFeature("word", "a"), NewFeature("noise", "1")}
		one(l, features, nil)
		likely(l, features, anyLabel)
	}
}

func FuzzUnmarshalLabeller(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x000000\x00")) // no labels
	for _, many := range []bool{false, true} {
		var e encoder
		FitLabeller(labelled(30, many), many, 1).encode(&e)
		f.Add(e.buf)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		use(UnmarshalLabeller(data))
		packed, err := pack(data)
		if err != nil {
			t.Fatal(err)
		}
		use(UnmarshalLabeller(packed))
	})
}

func BenchmarkLabeller(b *testing.B) {
	l := FitLabeller(labelled(300, true), true, 1)
	features := []Feature{NewFeature("word", "a"), NewFeature("noise", "1"), NewFeature("word", "zebra")}
	b.ReportAllocs()
	for b.Loop() {
		likely(l, features, anyLabel)
	}
}
