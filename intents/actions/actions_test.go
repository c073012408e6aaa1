package actions

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/nlp"
)

func testRules() Rules {
	return Rules{HTTPAllow: []string{"api.example.com", "*.corp.example", "local:8080"}, Taken: []string{"taken"}, Most: 3, CheckPath: func(path string) error {
		if strings.Contains(path, "[[") {
			return errors.New("unclosed")
		}
		return nil
	}}
}

// lines are faults as they are told.
func lines(faults []error) []string {
	var told []string
	for _, fault := range faults {
		told = append(told, fault.Error())
	}
	return told
}

// testBuiltin are the built-in intents of the tests.
var testBuiltin = []Builtin{{Name: "list", Queries: true}, {Name: "count", Queries: true}, {Name: "help"}}

// TestFaults checks that every fault of an actions.yml is told with its place and what to do.
func TestFaults(t *testing.T) {
	for _, test := range []struct{ action, want string }{
		{"- intent: a", `actions.yml:3:3: the intent does nothing; give exactly one of reply, query, kubernetes, http, alias`},
		{"- {intent: a, reply: x, query: {subject: volume}}", `does more than one thing: reply and query`},
		{"- {intent: a, replay: x}", `actions.yml:3:15: unknown key "replay"; the keys here are intent, does, role`},
		{"- {intent: a, reply: x, reply: y}", `key "reply" stands here twice`},
		{"- reply: x", "an action says not whose it is"},
		{"- x", "an action is not a mapping"},
		{"- {intent: list, reply: x}", `actions.yml:3:12: "list" is a built-in intent; choose another name`},
		{"- {intent: nlu_fallback, reply: x}", `is a built-in intent`},
		{"- {intent: taken, reply: x}", `is an intent of the whole deployment`},
		{"- {intent: a b, reply: x}", `cannot be the name of an intent`},
		{"- {intent: a, reply: x}\n- {intent: a, reply: y}", `actions.yml:4:12: intent "a" has an action already`},
		{"- {intent: a, reply: ''}", "the reply is empty"},
		{"- {intent: a, reply: [x]}", "the reply is not a text"},
		{"- {intent: a, role: king, reply: x}", `there is no role "king"; use viewer, operator or admin`},
		{"- intent: a\n  reply: |\n    fine\n    {{.slots.who}}", `actions.yml:6:1: there is no slot "who"; the intent has no slots`},
		{"- intent: a\n  reply: '{{if}}'", "actions.yml:4:10: missing value for if"},
		{"- intent: a\n  reply: '{{env \"HOME\"}}'", `function "env" not defined`},
		{"- intent: a\n  reply: '{{call .x}}'", `there is no function "call"; the functions are and, bytes`},
		{"- intent: a\n  reply: '{{define \"x\"}}{{end}}'", "a template defines another"},
		{"- intent: a\n  reply: '{{template \"template\" .}}'", "a template calls another"},
		{"- {intent: a, reply: x, slots: {name: b}}", "slots is not a list"},
		{"- {intent: a, reply: x, slots: [{entity: b}]}", `"" cannot be the name of a slot`},
		{"- {intent: a, reply: x, slots: [{name: b}, {name: b}]}", `slot "b" stands there twice`},
		{"- {intent: a, reply: x, slots: [{name: b, required: maybe}]}", `required cannot be "maybe"; write true or false`},
		{"- {intent: a, reply: x, slots: [{name: b, required: true, default: c}]}", "a required slot has a default"},
		{"- {intent: a, reply: x, slots: [{name: b, ask: c}]}", "a slot that is not required has a question"},
		{"- {intent: a, query: {}}", `there is no subject ""; the subjects are blockdevice, change, claim`},
		{"- {intent: a, query: {subject: cow}}", `there is no subject "cow"`},
		{"- {intent: a, query: {subject: volume, sort: colour}}", "has no field “colour”"},
		{"- {intent: a, query: {subject: volume, filters: [{field: colour, value: red}]}}", "has no field “colour”"},
		{"- {intent: a, query: {subject: volume, filters: [{value: red}]}}", "a filter has no field"},
		{"- {intent: a, query: {subject: volume, filters: [{field: health}]}}", "a filter has no value, or two"},
		{"- {intent: a, query: {subject: volume, filters: [{field: size, op: '!', number: 1}]}}", `there is no operator "!"`},
		{"- {intent: a, query: {subject: volume, aggregate: mode}}", `there is no aggregate "mode"`},
		{"- {intent: a, query: {subject: volume, limit: few}}", `limit cannot be "few"`},
		{"- {intent: a, query: {subject: volume, desc: 1}}", `desc cannot be "1"`},
		{"- {intent: a, kubernetes: {version: v1, resource: pods}}", "there are no columns"},
		{"- {intent: a, kubernetes: {resource: pods, columns: [{title: N, path: .a}]}}", "version or resource is missing"},
		{"- {intent: a, kubernetes: {version: v1, resource: secrets, columns: [{title: N, path: .a}]}}", "secrets are not read"},
		{"- {intent: a, kubernetes: {version: v1, resource: a/b, columns: [{title: N, path: .a}]}}", "is not written as in the API"},
		{"- {intent: a, kubernetes: {version: v1, resource: pods, columns: [{title: N}]}}", "a column has no title or no path"},
		{"- {intent: a, kubernetes: {version: v1, resource: pods, columns: [{title: N, path: '[['}]}}", "is not a JSONPath: unclosed"},
		{"- {intent: a, kubernetes: {version: v1, resource: pods, limit: 0, columns: [{title: N, path: .a}]}}", "limit cannot be"},
		{"- {intent: a, http: {reply: x}}", "there is no url"},
		{"- {intent: a, http: {url: 'https://api.example.com/'}}", "the answer of the request is not worded"},
		{"- {intent: a, http: {url: 'https://evil.example.org/', reply: x}}", `host "evil.example.org" is not on the allow-list; ask whoever runs MuleBot to add it to intents.http_allow, which has api.example.com`},
		{"- {intent: a, slots: [{name: h}], http: {url: 'https://{{.slots.h}}/', reply: x}}", "the url does not name its host in full"},
		{"- {intent: a, slots: [{name: h}], http: {url: 'https://api.example.com{{.slots.h}}', reply: x}}", "the url does not name its host in full"},
		{"- {intent: a, http: {url: 'https://u:p@api.example.com/', reply: x}}", "the url does not name its host in full"},
		{"- {intent: a, http: {url: 'file:///etc/passwd', reply: x}}", "the url does not name its host in full"},
		{"- {intent: a, http: {url: 'https://api.example.com/', method: TRACE, reply: x}}", `there is no method "TRACE"`},
		{"- {intent: a, http: {url: 'https://api.example.com/', timeout: 2h, reply: x}}", `timeout cannot be "2h"`},
		{"- {intent: a, http: {url: 'https://api.example.com/', headers: {Host: x}, reply: x}}", "header Host is not for intents to set"},
		{"- {intent: a, http: {url: 'https://api.example.com/', headers: {A: {text: x}}, reply: x}}", "the header names no secret"},
		{"- {intent: a, http: {url: 'https://api.example.com/', headers: {'A b': x}, reply: x}}", "cannot be a header"},
		{"- {intent: a, http: {url: 'https://api.example.com/', body: {a: '{{.slots.x}}'}, reply: x}}", `there is no slot "x"`},
		{"- {intent: a, alias: {intent: dance}}", `there is no built-in intent "dance"; the built-in intents are list, count`},
		{"- {intent: a, alias: {intent: help, query: {subject: volume}}}", "intent help has no query"},
		{"- {intent: a, reply: x}\n- {intent: b, reply: x}\n- {intent: c, reply: x}\n- {intent: d, reply: x}", `actions.yml:6:12: there are 4 intents, and 3 at most are allowed; leave some out`},
	} {
		_, faults := Read("version: \"1\"\nactions:\n"+test.action+"\n", testBuiltin, testRules())
		told := lines(faults)
		if !strings.Contains(strings.Join(told, "\n"), test.want) {
			t.Errorf("%s\n  gives %v\n  want  %s", test.action, told, test.want)
		}
		for _, line := range told {
			if !strings.HasPrefix(line, "actions.yml:") || !strings.Contains(line, "; ") {
				t.Errorf("%q has no place or no advice", line)
			}
		}
	}
}

func TestFileFaults(t *testing.T) {
	for name, test := range map[string]struct{ source, want string }{
		"no version":    {"actions: []\n", `actions.yml:1:1: the file says no version`},
		"version":       {"version: 7\nactions: []\n", `version "7" is not supported; write version: "1"`},
		"no actions":    {"version: \"1\"\n", `the file has no "actions"`},
		"no list":       {"version: \"1\"\nactions: a\n", `"actions" is not a list`},
		"empty":         {"", "actions.yml:1:1: the file is empty"},
		"no YAML":       {"version: [\n", "mend the YAML there"},
		"two documents": {"version: \"1\"\nactions: []\n---\na: b\n", "a second YAML document"},
	} {
		_, faults := Read(test.source, testBuiltin, testRules())
		if got := strings.Join(lines(faults), "\n"); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestNames(t *testing.T) {
	if got := Names("version: 7\nactions:\n- {intent: a, replay: x}\n- {intent: list, alias: {intent: count}}\n- {reply: x}\n- {intent: b, reply: y}\n"); !slices.Equal(got, []string{"a", "list", "b"}) {
		t.Errorf("the names are %q", got)
	}
}

// FuzzActions checks that no actions.yml brings the reader down, and that every fault has a place.
func FuzzActions(f *testing.F) {
	sample, err := os.ReadFile("../../docs/examples/intents/" + File)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(sample))
	f.Add("version: \"1\"\nactions:\n- {intent: a, http: {url: '{{', body: [1, {a: *b}]}}")
	f.Add("version: 1\nactions: [{intent: a, slots: [&x {name: b}, *x], reply: \"{{range 9}}{{.}}{{end}}\"}]")
	f.Fuzz(func(t *testing.T, source string) {
		actions, faults := Read(source, testBuiltin, testRules())
		for _, fault := range faults {
			var at *nlp.DataError
			if !errors.As(fault, &at) || at.At.Line < 1 || at.At.Column < 1 || at.Hint == "" {
				t.Fatalf("a fault has no place or no advice: %v", fault)
			}
		}
		for _, a := range actions {
			if a.Reply != nil && len(faults) == 0 {
				_, _ = a.Reply.Render(t.Context(), map[string]any{"slots": map[string]any{}})
			}
		}
	})
}
