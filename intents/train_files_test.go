package intents

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mulebot/mulebot/models"
)

const coffee = `version: "3.1"
nlu:
- intent: order_coffee
  examples: |
    - a coffee
actions:
- intent: order_coffee
  reply: "Here you are"
`

func TestAddTraining(t *testing.T) {
	for name, test := range map[string]struct {
		file, text string
		want       map[string]string
	}{
		"both": {"", coffee, map[string]string{
			"order-coffee.yml": "version: \"3.1\"\nnlu:\n- intent: order_coffee\n  examples: |\n    - a coffee\n",
			"actions.yml":      "version: \"1\"\n\n\n\n\nactions:\n- intent: order_coffee\n  reply: \"Here you are\"\n",
		}},
		"named": {`C:\Nlu\My Coffee.YAML.yml`, "nlu: []", map[string]string{"my-coffee-yaml.yml": "nlu: []\n"}},
		"actions in front": {"", "actions: {}\n# examples\nnlu:\n- synonym: Big One\n  examples: |\n    - xl\n", map[string]string{
			"actions.yml": "actions: {}\n# examples\nversion: \"1\"\n", "big-one.yml": "version: \"3.1\"\n\nnlu:\n- synonym: Big One\n  examples: |\n    - xl\n",
		}},
		"only actions, with a version": {"actions.yml", "version: \"3.1\"\nactions:\n  a: {reply: x}\n", map[string]string{
			"actions.yml": "version: \"3.1\"\nactions:\n  a: {reply: x}\n"}},
		"documents": {"c.yml", "nlu:\n- intent: a\n---\nnlu:\n- intent: b\n---\nactions:\n  a: 1\n", map[string]string{
			"c.yml": "nlu:\n- intent: a\n", "c-2.yml": "version: \"3.1\"\n\n\nnlu:\n- intent: b\n", "actions.yml": "version: \"1\"\n\n\n\n\n\nactions:\n  a: 1\n"}},
		"documents that were pasted": {"", "nlu:\n- intent: a\n---\nnlu:\n- intent: b\n", map[string]string{
			"a.yml": "nlu:\n- intent: a\nversion: \"3.1\"\n", "b.yml": "version: \"3.1\"\n\n\nnlu:\n- intent: b\n"}},
		"fences":         {"", "\n```\nnlu:\n- intent: a\n```\n", map[string]string{"a.yml": "nlu:\n- intent: a\nversion: \"3.1\"\n"}},
		"Windows":        {"a.yml", "nlu:\r\n- intent: a\r\n", map[string]string{"a.yml": "nlu:\n- intent: a\n"}},
		"no YAML":        {"", "nlu: [", map[string]string{"pasted.yml": "nlu: ["}},
		"one line":       {"x.yml", "{nlu: [], actions: {}}", map[string]string{"x.yml": "{nlu: [], actions: {}}"}},
		"another thing":  {"x.yml", "- a\n- b\n", map[string]string{"x.yml": "- a\n- b\n"}},
		"a strange name": {"../../etc/passwd", "nlu: []\n", map[string]string{"passwd.yml": "nlu: []\n"}},
		"an intent of that name": {"", "version: \"3.1\"\nnlu:\n- intent: actions\nactions:\n- intent: actions\n", map[string]string{
			"pasted.yml": "version: \"3.1\"\nnlu:\n- intent: actions\n", "actions.yml": "version: \"1\"\n\n\nactions:\n- intent: actions\n"}},
		"no name": {"…", "nlu: []\n", map[string]string{"pasted.yml": "nlu: []\n"}},
		"nothing": {"x.yml", " \n ", map[string]string{}},
	} {
		files := map[string]string{}
		if err := addTraining(files, test.file, test.text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, files); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	files := map[string]string{"a.yml": "there"}
	if err := addTraining(files, "a.yml", "nlu: []"); models.KindOf(err) != models.Invalid || files["a.yml"] != "there" {
		t.Errorf("a file was replaced: %v, %v", files, err)
	}
}

func TestMergeActions(t *testing.T) {
	for name, test := range map[string]struct{ was, is, want string }{
		"one of two": {"version: \"1\"\nactions:\n- intent: a\n  reply: old a\n- intent: b\n  reply: |\n    old\n    b\n", "actions:\n- intent: a\n  reply: new a\nversion: \"1\"\n",
			"actions:\n- intent: a\n  reply: new a\n- intent: b\n  reply: |\n    old\n    b\nversion: \"1\"\n"},
		"indented": {"actions:\n- intent: b\n  slots:\n  - {name: c}\n", "\n\nactions:\n    - intent: a\n",
			"\n\nactions:\n    - intent: a\n    - intent: b\n      slots:\n        - {name: c}\n"},
		"nothing is left of the old ones": {"actions:\n- intent: a\n", "actions:\n- intent: a\n", "actions:\n- intent: a\n"},
		"another kind":                    {"actions:\n- intent: b\n", "actions:\n  a: 2\n", "actions:\n  a: 2\n"},
		"one that is damaged":             {"actions: [", "actions:\n- intent: a\n", "actions:\n- intent: a\n"},
	} {
		if diff := cmp.Diff(test.want, mergeActions(test.was, test.is)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// FuzzAddTraining: no text makes it panic, and every line stands in some file where it stands in the text, or is between
// documents.
func FuzzAddTraining(f *testing.F) {
	f.Add("a.yml", coffee)
	f.Add("", "nlu:\n- intent: a\n---\n# x\nactions:\n  a: 1\n...\n")
	f.Add("", "? a\n: b\nactions: x")
	f.Add("", "actions:\n  a: &x {b: *x}\n\nnlu: |\n  ---\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		files := map[string]string{}
		if addTraining(files, name, text) != nil {
			return
		}
		original := strings.Split(unfence(text), "\n")
		for file, content := range files {
			if file == "" || strings.ContainsAny(file, `/\`) {
				t.Errorf("a file is called %q", file)
			}
			for n, line := range strings.Split(content, "\n") {
				if line != "" && line != actionVersion && line != exampleVersion && (n >= len(original) || original[n] != line) {
					t.Errorf("%s:%d: %q is not there in %q", file, n+1, line, text)
				}
			}
		}
		mergeActions(coffee, text)
		mergeActions(text, coffee)
	})
}
