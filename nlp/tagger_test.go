package nlp

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// taggerData are examples with trained entities, one of them with roles, and with live names that have roles.
func taggerData(tb testing.TB) *Data {
	tb.Helper()
	data := &Data{Synonyms: []Synonym{{Value: "New York", Examples: []string{"nyc"}}}}
	add := func(intent, annotated string) {
		text, entities, err := parseAnnotated(annotated)
		if err != nil {
			tb.Fatal(err)
		}
		data.Examples = append(data.Examples, Example{Intent: intent, Text: text, Entities: entities})
	}
	cities := []string{"Paris", "Rome", "New York", "nyc", "Santa Fe", "berlin", "lagos"}
	for i, from := range cities {
		to := cities[(i+3)%len(cities)]
		for _, form := range []string{"fly from %s to %s", "book a flight to %[2]s from %[1]s please", "I want to go from %s to %s tomorrow"} {
			add("fly", fmt.Sprintf(form, fmt.Sprintf(`[%s]{"entity": "city", "role": "from"}`, from), fmt.Sprintf(`[%s]{"entity": "city", "role": "to"}`, to)))
		}
		add("rate", fmt.Sprintf("give the book [%s stories](title) [%d stars](stars)", from, i+1))
		add("rate", fmt.Sprintf("rate [the road to %s](title) [%d stars](stars)", to, i+1))
		add("move", fmt.Sprintf(`move the replica from [node-%d]{"entity": "node", "role": "source"} to [worker-%d]{"entity": "node", "role": "target"}`, i, i+2))
		add("move", fmt.Sprintf(`move it to [worker-%d]{"entity": "node", "role": "target"}`, i))
		add("show", fmt.Sprintf("show [node-%d](node) please", i))
	}
	return data
}

func taggerModel(tb testing.TB) *Model {
	tb.Helper()
	m, err := Train(taggerData(tb), Options{Now: testNow, Names: map[string]NameType{"node": {}}})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// TestTagger checks entities that stand in no list, with their roles, and the roles of live names.
func TestTagger(t *testing.T) {
	m := taggerModel(t)
	names := NewIndex(Name{Type: "node", Value: "zeta-77"}, Name{Type: "node", Value: "alpha-1"})
	for text, want := range map[string]string{
		"fly from Oslo to Rome":                     "city/from=Oslo city/to=Rome",
		"book a flight to Santa Fe from nyc please": "city/to=Santa Fe city/from=New York",
		"give the book old stories 7 stars":         "title=old stories stars=7 stars",
		"move the replica from zeta-77 to alpha-1":  "node/source=zeta-77 node/target=alpha-1",
		"move it to zeta-77":                        "node/target=zeta-77",
		"show zeta-77 please":                       "node=zeta-77",
		"move the replica from node-99 to alpha-1":  "unknown_name/source=node-99 node/target=alpha-1",
	} {
		var got []string
		for _, e := range m.Parse(text, names).Entities {
			role := ""
			if e.Role != "" {
				role = "/" + e.Role
			}
			got = append(got, e.Type+role+"="+e.Value)
			if (e.Type == "city" || e.Type == "title") != (e.Source == FromTagger) && e.Type != "stars" {
				t.Errorf("%q: source of %+v", text, e)
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q has %q, want %q", text, s, want)
		}
	}
}

// TestNoTagger checks that data without trained entities and roles pays for no tagger.
func TestNoTagger(t *testing.T) {
	if testModel(t).extractor.tagger != nil {
		t.Error("a tagger was trained for live names without roles")
	}
}

// TestTaggerAlone checks that where all entities are trained nothing is guessed to be a live name.
func TestTaggerAlone(t *testing.T) {
	data := taggerData(t)
	data.Examples = slices.DeleteFunc(data.Examples, func(ex Example) bool { return ex.Intent == "move" || ex.Intent == "show" })
	m, err := Train(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"fly from x-99 to Rome", "is flight ab-123 on time"} {
		for _, e := range m.Parse(text, nil).Entities {
			if e.Type == UnknownName {
				t.Errorf("%q: %+v", text, e)
			}
		}
	}
}

func encodedTagger(t *tagger) []byte {
	var e encoder
	t.encode(&e)
	return e.buf
}

func TestTaggerIsDeterministic(t *testing.T) {
	var first []byte
	for _, procs := range []int{1, 2, 4} {
		before := runtime.GOMAXPROCS(procs)
		b := encodedTagger(taggerModel(t).extractor.tagger)
		runtime.GOMAXPROCS(before)
		if first == nil {
			first = b
		}
		if !bytes.Equal(b, first) {
			t.Errorf("on %d processors the same data and seed give another tagger", procs)
		}
	}
}

func TestTaggerRoundTrip(t *testing.T) {
	want := taggerModel(t).extractor.tagger
	d := decoder{buf: encodedTagger(want)}
	got := decodeTagger(&d)
	if d.err != nil || len(d.buf) > 0 {
		t.Fatal(d.err, len(d.buf))
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("what was read is not what was written")
	}
}

// FuzzDecodeTagger checks that a damaged tagger is refused or at least works without a panic.
func FuzzDecodeTagger(f *testing.F) {
	whole := encodedTagger(taggerModel(f).extractor.tagger)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte{})
	units := []seen{{word: "fly", text: "Fly"}, {word: "to", text: "to"}, {word: "rome", text: "Rome"}}
	f.Fuzz(func(t *testing.T, b []byte) {
		d := decoder{buf: b}
		tagger := decodeTagger(&d)
		if (tagger == nil) != (d.err != nil) {
			t.Fatal(tagger, d.err)
		}
		if tagger == nil {
			return
		}
		for _, m := range tagger.tag(units) {
			if m.first < 0 || m.last <= m.first || m.last > len(units) || !(m.score > 0 && m.score <= 1) {
				t.Fatalf("%+v", m)
			}
		}
	})
}
