package nlp

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// orders is training data of three intents, made of a few words.
func orders(n int, seed uint64) []Example {
	rnd := rand.New(rand.NewPCG(seed, seed))
	one := func(words string) string { w := strings.Fields(words); return w[rnd.IntN(len(w))] }
	var examples []Example
	for range n {
		thing := one("coffee tea cake bread juice soup")
		examples = append(examples,
			Example{Intent: "order_food", Text: fmt.Sprintf("%s me a %s", one("bring get order fetch"), thing)},
			Example{Intent: "pay_bill", Text: fmt.Sprintf("%s the bill for the %s", one("settle pay split show"), thing)},
			Example{Intent: "complain", Text: fmt.Sprintf("the %s is %s", thing, one("cold stale late awful"))})
	}
	return examples
}

func ordersModel(tb testing.TB, options Options) *Model {
	tb.Helper()
	m, err := Train(&Data{Examples: orders(12, 1)}, options)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func encoded(c *classifier) []byte {
	var e encoder
	c.encode(&e)
	return e.buf
}

// TestClassifierBytes checks that the same data and seed give the same bytes on any number of processors.
func TestClassifierBytes(t *testing.T) {
	first := encoded(ordersModel(t, Options{}).classifier)
	for _, procs := range []int{1, 2, 3} {
		before := runtime.GOMAXPROCS(procs)
		again := encoded(ordersModel(t, Options{}).classifier)
		runtime.GOMAXPROCS(before)
		if !bytes.Equal(first, again) {
			t.Errorf("on %d processors the model is another", procs)
		}
	}
	if bytes.Equal(first, encoded(ordersModel(t, Options{Seed: 7}).classifier)) {
		t.Error("another seed gives the same model: it is not used")
	}
}

// TestClassifierCodec checks that a classifier that was written and read gives the very same probabilities.
func TestClassifierCodec(t *testing.T) {
	for name, options := range map[string]Options{"all": {}, "linear": {LinearOnly: true}, "no vectors": {NoVectors: true}} {
		m := ordersModel(t, options)
		data := encoded(m.classifier)
		d := decoder{buf: data}
		read := decodeClassifier(&d, len(m.intents))
		if d.err != nil || len(d.buf) > 0 {
			t.Fatalf("%s: %v, %d bytes are left", name, d.err, len(d.buf))
		}
		if !reflect.DeepEqual(read, m.classifier) {
			t.Errorf("%s: what was read is not what was written", name)
		}
		if !bytes.Equal(encoded(read), data) {
			t.Errorf("%s: written again it is another", name)
		}
	}
}

// TestClassifierDamaged checks that a damaged classifier is refused, or else is a usable one.
func TestClassifierDamaged(t *testing.T) {
	m := ordersModel(t, Options{})
	data := encoded(m.classifier)
	tokens := tokenise("bring me the bill")
	features := m.extractor.features(tokens, nil)
	for i := range 3000 {
		rnd := rand.New(rand.NewPCG(uint64(i), 1))
		damaged := bytes.Clone(data)
		damaged[rnd.IntN(min(len(data), 1<<(3+i%18)))] = byte(rnd.Uint32())
		if i%3 == 0 {
			damaged = damaged[:rnd.IntN(len(data))]
		}
		d := decoder{buf: damaged}
		if c := decodeClassifier(&d, len(m.intents)); d.err == nil {
			c.probabilities(new(room), features)
		}
	}
	d := decoder{buf: data}
	if decodeClassifier(&d, len(m.intents)+1); d.err == nil {
		t.Error("a classifier of three classes is accepted for four")
	}
}

// TestVectorsHelp checks that words that no example has are understood by their meaning.
func TestVectorsHelp(t *testing.T) {
	m := ordersModel(t, Options{})
	for text, want := range map[string]string{"the pizza is horrible": "complain", "fetch some lemonade": "order_food"} {
		if p := m.Parse(text, nil); p.Ranking[0].Intent != want {
			t.Errorf("%q is %v, want %s", text, p.Ranking, want)
		}
	}
}

func TestMeaning(t *testing.T) {
	v := builtinVectors()
	of := func(text string) []float32 {
		var hashes []uint64
		for _, w := range strings.Fields(text) {
			hashes = append(hashes, hashString(hashStart, w))
		}
		return v.meaning(hashes)
	}
	near, far := dot(of("my card was stolen"), of("somebody took the card")), dot(of("my card was stolen"), of("a recipe for onion soup"))
	if near <= far {
		t.Errorf("near %v, far %v", near, far)
	}
	if none := of("qxzv zzqy"); dot(none, none) != 0 {
		t.Errorf("unknown words mean %v", none)
	}
}

func TestNameText(t *testing.T) {
	for name, want := range map[string]string{"card_arrival": "card arrival", "CardArrival": "card arrival", "faq/opening-hours2": "faq opening hours2"} {
		if got := nameText(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
