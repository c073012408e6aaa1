package nlp

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func readFile(name, text string) (*Data, []Warning, error) {
	return Read(fstest.MapFS{name: {Data: []byte(text)}}, name)
}

const rasaJSON = `{"rasa_nlu_data": {
  "common_examples": [
    {"text": "größe of data-mysql-0", "intent": "describe",
     "entities": [{"start": 9, "end": 21, "value": "data-mysql-0", "entity": "claim", "role": "of"}]},
    {"text": "sing", "intent": "oos", "entities": []}
  ],
  "regex_features": [{"name": "ticket", "pattern": "OPS-[0-9]+"}],
  "lookup_tables": [{"name": "subject", "elements": ["volume"]}],
  "entity_synonyms": [{"value": "volume", "synonyms": ["disk"]}]
}}`

func TestRead(t *testing.T) {
	example := func(intent, text string, marks ...Annotation) Example {
		return Example{Intent: intent, Text: text, Entities: marks}
	}
	for name, row := range map[string]struct {
		text string
		want Data
	}{
		"a.tsv": {"\ufeffwhat is full\tlist\r\n\n sing a song \toos\n", Data{Examples: []Example{example("list", "what is full"), example(Fallback, "sing a song")}}},
		"a.jsonl": {`{"tokens": ["add", "Größe", "zwei", "to", "my", "list"], "tags": ["O", "B-song", "I-song", "O", "I-owner", "B-list"], "intent": "add"}
{"text": " über x ", "intent": "add", "entities": [{"start": 6, "end": 7, "entity": "song", "value": "X", "group": "1"}]}
`, Data{Examples: []Example{
			example("add", "add Größe zwei to my list", Annotation{Start: 4, End: 16, Entity: "song"}, Annotation{Start: 20, End: 22, Entity: "owner"},
				Annotation{Start: 23, End: 27, Entity: "list"}),
			example("add", "über x", Annotation{Start: 6, End: 7, Entity: "song", Group: "1", Value: "X"})}}},
		"a.json": {rasaJSON, Data{
			Examples: []Example{example("describe", "größe of data-mysql-0", Annotation{Start: 11, End: 23, Entity: "claim", Role: "of"}), example(Fallback, "sing")},
			Regexes:  []Regex{{Entity: "ticket", Patterns: []string{"OPS-[0-9]+"}}}, Lookups: []Lookup{{Entity: "subject", Examples: []string{"volume"}}},
			Synonyms: []Synonym{{Value: "volume", Examples: []string{"disk"}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			data, _, err := readFile(name, row.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&row.want, data, cmpopts.IgnoreTypes(Position{}), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			var b bytes.Buffer
			if err := WriteYAML(&b, data); err != nil {
				t.Fatal(err)
			}
			again, _, err := readString(b.String())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(data, again, cmpopts.IgnoreTypes(Position{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("as YAML it means something else: %s", diff)
			}
		})
	}
}

// TestReadJSONValues checks that values which are no texts stay as they are written.
func TestReadJSONValues(t *testing.T) {
	for value, want := range map[string]string{`1000000`: "1000000", `1.50`: "1.50", `{"from": 3, "to": 5}`: `{"from":3,"to":5}`, `true`: "true", `"a b"`: "a b", `null`: ""} {
		data, _, err := readFile("a.jsonl", `{"text": "pay x now", "intent": "pay", "entities": [{"start": 4, "end": 5, "entity": "amount", "value": `+value+`}]}`)
		if err != nil {
			t.Fatal(err)
		}
		if got := data.Examples[0].Entities[0].Value; got != want {
			t.Errorf("%s is %q, want %q", value, got, want)
		}
		var b bytes.Buffer
		if err := WriteYAML(&b, data); err != nil {
			t.Fatal(err)
		}
		if again, _, err := readString(b.String()); err != nil || again.Examples[0].Entities[0].Value != want {
			t.Errorf("%s is written as %s (%v)", value, &b, err)
		}
	}
}

// TestWriteYAMLSaysWhere checks that what cannot be written is told with its place.
func TestWriteYAMLSaysWhere(t *testing.T) {
	data, _, err := readFile("a.tsv", "one\ta\n[x](y)\ta\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteYAML(&bytes.Buffer{}, data); err == nil || !strings.HasPrefix(err.Error(), "a.tsv:2:1: ") {
		t.Errorf("the error is %v", err)
	}
}

func TestReadFaults(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"a.tsv", "", "a.tsv:1:1: the file is empty"},
		{"a.tsv", "one\ta\ntwo\n", "a.tsv:2:1: the line has 1 columns; write the text, one tab, and the intent"},
		{"a.tsv", "\ta\n", "a.tsv:1:1: the example has no text"},
		{"a.tsv", "one\t\n", "a.tsv:1:1: the example has no intent"},
		{"a.tsv", "\xff\ta\n", "a.tsv:1:1: the text is not UTF-8"},
		{"a.txt", "one\ta\n", "a.txt:1:1: the format of the file is not known"},
		{"a.jsonl", "{\"tokens\": [\"a\"],\n", "a.jsonl:1:"},
		{"a.jsonl", "\n{\"tokens\": [\"a\"], \"tags\": [], \"intent\": \"b\"}", "a.jsonl:2:1: the example has 1 tokens and 0 tags"},
		{"a.jsonl", `{"tokens": ["a"], "tags": ["X-y"], "intent": "b"}`, `token "a" has the tag "X-y"; use O, B-name and I-name`},
		{"a.jsonl", `{"text": "ü", "intnt": "b"}`, `unknown field "intnt"`},
		{"a.jsonl", `{"text": "ü", "intent": "b", "entities": [{"start": 1, "end": 3, "entity": "c"}]}`, `entity "c", at 1 to 3, lies outside the text, which has 1 characters`},
		{"a.jsonl", `{"text": "ab cd", "intent": "b", "entities": [{"start": 0, "end": 3, "entity": "c"}, {"start": 2, "end": 5, "entity": "c"}]}`, "overlaps another"},
		{"a.jsonl", `{"text": 5}`, "a.jsonl:1:10: "},
		{"a.json", `{"nlu": 1}`, "unknown field \"nlu\""},
		{"a.json", `{}`, `a.json:1:1: the file has no "rasa_nlu_data"`},
		{"a.json", "{\"rasa_nlu_data\": {\"common_examples\": [\n  {\"text\": \"a\", \"intent\": \"b\"},\n  {\"text\": 5}\n]}}", "a.json:3:3: "},
		{"a.json", "{\"rasa_nlu_data\": {\n  \"regex_features\": [{\"name\": \"a\", \"pattern\": \"(\"}]}}", "a.json:2:22: error parsing regexp"},
		{"a.json", `{"rasa_nlu_data": {"lookup_tables": [{"name": "a", "elements": "words.txt"}]}}`, `a.json:1:38: "elements" is a string and should be a list; write {"name": "…", "elements": ["…"]}`},
		{"a.json", `{"rasa_nlu_data": {"lookup_tables": [{"name": "a", "elements": []}]}}`, `a.json:1:38: lookup "a" has no name or no values`},
		{"a.json", "{\"rasa_nlu_data\": {\n\"entity_synonyms\": [{\"value\": \"a\", \"synonyms\": []}]}}", `a.json:2:21: synonym "a" has no name or no values`},
		{"a.json", `{"rasa_nlu_data": {"lookup_tables": [{"name": "a", "elements": ["b", " "]}]}}`, `the value " " of lookup "a" is not one line`},
	} {
		t.Run(row.name+" "+row.text, func(t *testing.T) {
			_, _, err := readFile(row.name, row.text)
			fault, ok := errors.AsType[*DataError](err)
			if !ok || !strings.Contains(err.Error(), row.want) || fault.Hint == "" {
				t.Errorf("error %v, want %q", err, row.want)
			}
		})
	}
}

// TestReadWithFaults checks that what is right in a file with faults is there, and its warnings too.
func TestReadWithFaults(t *testing.T) {
	data, warnings, err := readFile("a.tsv", "one\ta\nbroken\none\ta\n")
	if err == nil || len(data.Examples) != 2 || len(warnings) == 0 {
		t.Errorf("%v, %v, %v", data, warnings, err)
	}
}

func TestReadFolder(t *testing.T) {
	fsys := fstest.MapFS{"d/a.tsv": {Data: []byte("one\ta\n")}, "d/e/b.jsonl": {Data: []byte(`{"text": "two", "intent": "b"}`)}, "d/readme.txt": {Data: []byte("x")}}
	data, _, err := Read(fsys, "d")
	if err != nil || len(data.Examples) != 2 {
		t.Errorf("%v, %v", data, err)
	}
	if _, _, err := ReadYAML(fsys, "d"); err == nil {
		t.Error("a folder without YAML is read as YAML")
	}
}

// FuzzRead checks that no TSV and no JSON makes a reader panic, and that what is read can be trained on or written.
func FuzzRead(f *testing.F) {
	f.Add(uint8(0), "one two\ta\nthree\toos\n")
	f.Add(uint8(1), `{"tokens": ["a", "b"], "tags": ["B-x", "I-x"], "intent": "c"}`)
	f.Add(uint8(1), `{"text": "über x", "intent": "add", "entities": [{"start": 5, "end": 6, "entity": "song", "value": 5}]}`)
	f.Add(uint8(2), rasaJSON)
	f.Fuzz(func(t *testing.T, kind uint8, s string) {
		data, _, err := readFile("a"+[...]string{".tsv", ".jsonl", ".json"}[kind%3], s)
		if err != nil {
			return
		}
		for _, ex := range data.Examples {
			for _, a := range ex.Entities {
				if a.Start < 0 || a.End <= a.Start || a.End > len(ex.Text) {
					t.Fatalf("%q has %+v", ex.Text, a)
				}
			}
		}
		var b bytes.Buffer
		_ = WriteYAML(&b, data) // a text with brackets may not be writable
	})
}
