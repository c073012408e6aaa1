package nlp

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func readString(s string) (*Data, []Warning, error) {
	return ReadYAML(fstest.MapFS{"a.yml": {Data: []byte(s)}}, "a.yml")
}

func TestReadYAML(t *testing.T) {
	data, warnings, err := readString(`version: "3.1"
nlu:
- intent: list
  examples: |
    - which volumes on [node-1](node) are full
    - a [b]{"entity": "city", "role": "from", "group": "1", "value": "B"} c [not one] [x] (y)

    -   spaced
- synonym: volume
  examples: |
    - disk
- lookup: subject
  examples: |
    - volume
- regex: ticket
  examples: |
    - OPS-[0-9]+
`)
	if err != nil {
		t.Fatal(err)
	}
	want := &Data{
		Examples: []Example{
			{"list", "which volumes on node-1 are full", []Annotation{{Start: 17, End: 23, Entity: "node"}}, Position{"a.yml", 5, 7}},
			{"list", "a b c [not one] [x] (y)", []Annotation{{Start: 2, End: 3, Entity: "city", Role: "from", Group: "1", Value: "B"}}, Position{"a.yml", 6, 7}},
			{"list", "spaced", nil, Position{"a.yml", 8, 9}},
		},
		Synonyms: []Synonym{{"volume", []string{"disk"}, Position{"a.yml", 9, 12}}},
		Lookups:  []Lookup{{"subject", []string{"volume"}, Position{"a.yml", 12, 11}}},
		Regexes:  []Regex{{"ticket", []string{"OPS-[0-9]+"}, Position{"a.yml", 15, 10}}},
	}
	if diff := cmp.Diff(want, data); diff != "" {
		t.Error(diff)
	}
	if len(warnings) != 2 || !strings.Contains(warnings[0].Message, "only 3 of at least 5 examples") || !strings.Contains(warnings[1].Message, "has a group") {
		t.Errorf("warnings: %v", warnings)
	}
}

// TestReadRasa reads what Rasa's own projects have: no version, metadata, examples as a list, and files of other things.
func TestReadRasa(t *testing.T) {
	data, warnings, err := ReadYAML(fstest.MapFS{
		"data/nlu.yml": {Data: []byte(`nlu:
- intent: inform
  metadata:
    sentiment: neutral
  examples:
  - text: |
      - i am from [Rome](city)
    metadata: {x: y}
  - text: |
      oslo [x]
  - text: "berlin"
  - text: paris
- synonym: Rome
  examples: |
    - roma
stories: []
`)},
		"data/stories.yml": {Data: []byte("version: \"3.1\"\nstories:\n- story: x\n  steps:\n  - intent: greet\n")},
		"data/rules.yml":   {Data: []byte("version: \"3.1\"\nrules:\n- rule: x\n")},
		"domain.yml":       {Data: []byte("version: \"3.1\"\nintents: [inform]\nactions: [utter_greet]\nresponses: {utter_greet: [{text: hi}]}\n")},
		"config.yml":       {Data: []byte("recipe: default.v1\nlanguage: en\npipeline:\n- name: x\npolicies: []\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []Example{
		{"inform", "i am from Rome", []Annotation{{Start: 10, End: 14, Entity: "city"}}, Position{"data/nlu.yml", 7, 9}},
		{"inform", "oslo [x]", nil, Position{"data/nlu.yml", 10, 7}},
		{"inform", "berlin", nil, Position{"data/nlu.yml", 11, 11}}, {"inform", "paris", nil, Position{"data/nlu.yml", 12, 11}},
	}
	if diff := cmp.Diff(want, data.Examples); diff != "" {
		t.Error(diff)
	}
	said := fmt.Sprint(warnings)
	for _, w := range []string{"data/nlu.yml:1:1: the file's stories are not read: only nlu is", "data/rules.yml:1:1: the file's rules", "the file's intents, actions, responses are"} {
		if !strings.Contains(said, w) {
			t.Errorf("%s does not say %s", said, w)
		}
	}
}

func TestReadYAMLFaults(t *testing.T) {
	const head = "version: \"3.1\"\nnlu:\n"
	rows := []struct{ name, text, want string }{
		{"empty", "", "a.yml:1:1: the file is empty"},
		{"not YAML", "version: [", "a.yml:1:1: "},
		{"tab", "version: \"3.1\"\nnlu:\n\t- intent: x\n", "a.yml:3:1: "},
		{"version", "version: \"2.0\"\nnlu: []\n", `a.yml:1:10: version "2.0" is not supported`},
		{"no nlu", "version: \"3.1\"\n", `a.yml:1:1: the file has no "nlu"`},
		{"nlu no list", "version: \"3.1\"\nnlu: x\n", `a.yml:2:6: "nlu" is not a list`},
		{"unknown key", "version: \"3.1\"\nstories: x\nnlu: []\n", `a.yml:2:1: unknown key "stories"; the keys here are version, nlu`},
		{"unknown item key", head + "- intent: a\n  metadatum: x\n  examples: |\n    - b\n", `a.yml:4:3: unknown key "metadatum"`},
		{"actions", head + "- intent: a\n  examples: |\n    - b\nactions:\n- intent: a\n  reply: x\n", `a.yml:6:1: unknown key "actions"`},
		{"no text", head + "- intent: a\n  examples:\n  - metadata: x\n", "a.yml:5:5: an example has no text"},
		{"two lines of text", head + "- intent: a\n  examples:\n  - text: \"a\\nb\"\n", "a.yml:5:11: an example has more than one line"},
		{"not UTF-8", head + "- intent: a\n  examples: |\n    - caf\xe9\n", "a.yml:5:10: the text is not UTF-8; save the file as UTF-8"},
		{"too little indentation", head + "- intent: a\n  examples: |\n    - b\n    - c\n   - d\n    - e\n- intent: f\n  examples: |\n    - g\n", "a.yml:7:4: the indentation is not that of the lines before; indent the line as far as those"},
		{"too little indentation of all", head + "- intent: a\n  examples: |\n    - b\n  - c\n  - d\n", "a.yml:6:3: the indentation"},
		{"tab later", head + "- intent: a\n  examples: |\n    - b\n    - c\n\t- d\n", "a.yml:7:1: the indentation is not that of the lines before; indent with spaces"},
		{"tab before a key", head + "- intent: a\n\texamples: |\n    - b\n", "a.yml:4:1: the indentation"},
		{"a bracket", head + "- intent: a\n  examples: [\n- intent: b\n", "mend the YAML there or after it"},
		{"repeated key", head + "- intent: a\n  intent: b\n  examples: |\n    - b\n", "a.yml:4:3: "},
		{"one fault for one key", head + "- intnt: a\n  examples: |\n    - b\n", `unknown key "intnt"`},
		{"two kinds", head + "- intent: a\n  lookup: b\n  examples: |\n    - b\n", "a.yml:4:11: an item is both intent and lookup"},
		{"no kind", head + "- examples: |\n    - b\n", "a.yml:3:3: an item says not what it is"},
		{"no name", head + "- intent:\n  examples: |\n    - b\n", "a.yml:3:10: the intent has no name"},
		{"no examples", head + "- intent: a\n", `a.yml:3:3: intent "a" has no examples`},
		{"list", head + "- intent: a\n  examples:\n  - b\n", "a.yml:5:3: examples are not a block of text"},
		{"empty block", head + "- intent: a\n  examples: |\n", "a.yml:4:13: there is not one example"},
		{"no dash", head + "- intent: a\n  examples: |\n    - b\n    c\n", `a.yml:6:5: "c" is not an example; start the line with "- "`},
		{"dash only", head + "- intent: a\n  examples: |\n    -\n    - b\n", "a.yml:5:5: an example is empty"},
		{"unclosed", head + "- intent: a\n  examples: |\n    - see [b](c\n", "a.yml:5:11: "},
		{"old form", head + "- intent: a\n  examples: |\n    - [b](c:d)\n", "a.yml:5:7: "},
		{"bad JSON", head + "- intent: a\n  examples: |\n    - [b]{\"entity\": }\n", "a.yml:5:7: an annotation is not valid"},
		{"unknown JSON", head + "- intent: a\n  examples: |\n    - [b]{\"entity\": \"c\", \"roll\": \"d\"}\n", `unknown field "roll"`},
		{"number", head + "- intent: a\n  examples: |\n    - [b]{\"entity\": \"c\", \"value\": 5}\n", `"value" is a number and should be text in quotes`},
		{"no entity", head + "- intent: a\n  examples: |\n    - [b]{\"role\": \"c\"}\n", "a.yml:5:7: an annotation names no entity"},
		{"bad regex", head + "- regex: a\n  examples: |\n    - b(\n", "a.yml:5:7: error parsing regexp"},
		{"two documents", head + "- intent: a\n  examples: |\n    - b\n---\nx: y\n", "second YAML document"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			_, _, err := readString(row.text)
			fault, ok := errors.AsType[*DataError](err)
			if !ok || !strings.Contains(err.Error(), row.want) || fault.Hint == "" {
				t.Errorf("error %v, want %q", err, row.want)
			}
		})
	}
}

func TestReadYAMLReportsEveryFault(t *testing.T) {
	_, _, err := ReadYAML(fstest.MapFS{
		"a/a.yml": {Data: []byte("version: \"3.1\"\nnlu:\n- intnt: a\n")}, "a/b.yaml": {Data: []byte("nlu: x\n")}, "a/c.txt": {Data: []byte("x")},
	}, "a")
	for _, want := range []string{"a/a.yml:3:3", `"intnt"`, "a/b.yaml:1:6"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
	if _, _, err := ReadYAML(fstest.MapFS{}, "*.yml"); err == nil || !strings.Contains(err.Error(), "*.yml") {
		t.Errorf("no file: %v", err)
	}
}

func TestCheck(t *testing.T) {
	_, warnings, err := readString(`version: "3.1"
nlu:
- intent: a
  examples: |
    - one two
    - One  two
    - three
    - four
    - five
- intent: b
  examples: |
    - three
- synonym: lonely
  examples: |
    - alone
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a.yml:6:7: \"One two\" is an example of a twice", "a.yml:12:7: \"three\" is an example of b and, at a.yml:7:7, of a",
		"a.yml:12:7: intent b has only 1 of at least 5 examples", "synonyms of \"lonely\""}
	for i, w := range want {
		if i >= len(warnings) || !strings.Contains(strings.ReplaceAll(warnings[i].String(), "  ", " "), w) {
			t.Errorf("warning %d of %v, want %s", i, warnings, w)
		}
	}
	if len(warnings) != len(want) {
		t.Errorf("%d warnings, want %d: %v", len(warnings), len(want), warnings)
	}
}

// TestCheckMarks checks what is said of annotations and patterns that teach nothing, and that nothing is said of those that do.
func TestCheckMarks(t *testing.T) {
	const learnt = `version: "3.1"
nlu:
- intent: fly
  examples: |
    - fly to [LA]{"entity": "city", "role": "to"}
    - fly to [oslo]{"entity": "city", "role": "to"} soon
    - a seat in [row 5](row)
    - a seat in [row 17](row) please
    - for [two](count)
- synonym: Los Angeles
  examples: |
    - LA
- regex: row
  examples: |
    - row \d+
`
	for text, want := range map[string][]string{
		learnt: nil,
		learnt + "- lookup: city\n  examples: |\n    - Los Angeles\n": {`"oslo" is marked as city, whose lookup or regex does not have it`, "the roles of city are not learnt"},
		learnt + "- synonym: Paris\n  examples: |\n    - pari\n":      {`the synonyms of "Paris" belong to nothing that a lookup or an example has; mark one in the examples`},
		learnt + "- regex: row\n  examples: |\n    - '[0-9]*'\n":      nil,
		learnt + "- regex: seat\n  examples: |\n    - \\d*\n":         {`the regex \d* of seat matches nothing at all as well`},
	} {
		data, warnings, err := readString(text)
		if err != nil {
			t.Fatal(err)
		}
		warnings = append(warnings, data.CheckRoles()...)
		for i, w := range warnings {
			if i >= len(want) || !strings.Contains(w.Message, want[i]) {
				t.Errorf("warning %d is %s, want %q", i, w, want)
			}
		}
		if len(warnings) < len(want) {
			t.Errorf("warnings are %v, want %q", warnings, want)
		}
	}
}

// TestEmptyMatches checks that a pattern which matches nothing as well marks no words by that.
func TestEmptyMatches(t *testing.T) {
	const text = "row 5 of it"
	found := matches([]namedRegex{{"seat", regexp.MustCompile("[0-9]*")}}, text, tokenise(text))
	if len(found) != 1 || found[0].Value != "5" {
		t.Errorf("found %+v", found)
	}
}

func TestWriteYAMLRefuses(t *testing.T) {
	for _, d := range []*Data{
		{Examples: []Example{{Intent: "a", Text: "b\nc"}}},
		{Examples: []Example{{Intent: "a", Text: "[b](c)"}}},
		{Examples: []Example{{Intent: "a", Text: "bc", Entities: []Annotation{{Start: 1, End: 5, Entity: "e"}}}}},
		{Lookups: []Lookup{{Entity: "a"}}},
		{Synonyms: []Synonym{{Value: "a", Examples: []string{" b"}}}},
	} {
		var b bytes.Buffer
		if err := WriteYAML(&b, d); err == nil || b.Len() > 0 {
			t.Errorf("%+v is written as %q, %v", d, &b, err)
		}
	}
}

// FuzzYAML checks that nothing panics and that what can be read means the same when it has been written and read again.
func FuzzYAML(f *testing.F) {
	src, err := os.ReadFile("testdata/storage.yml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(src))
	f.Add("version: \"3.1\"\nnlu:\n- intent: \"yes\"\n  examples: |\n    - a [b]{\"entity\": \"c:d\", \"value\": \"}\"} e\n- lookup: \"1\\n2\"\n  examples: |2\n     - x: y # z\n")
	f.Add("nlu:\n- intent: a\n  metadata: b\n  examples:\n  - text: |\n      - x [y](z)\n  - text: \"- v\"\n")
	f.Add("version: 3.1\nnlu: [{intent: a}, {synonym: null, examples: 5}]\n")
	f.Add("version: \"3.1\"\nnlu: &a\n- intent: ~\n  examples: |+\n    - a\u2028b\u0085c\n\n")
	f.Fuzz(func(t *testing.T, s string) {
		data, _, err := readString(s)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WriteYAML(&b, data); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, _, err := readString(b.String())
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, &b)
		}
		if diff := cmp.Diff(data, again, cmpopts.IgnoreTypes(Position{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s\n%s", diff, &b)
		}
	})
}
