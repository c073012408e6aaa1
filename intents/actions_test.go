package intents

import (
	"context"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/nlp"
)

// examplesOf returns training data with examples of intents.
func examplesOf(intents ...string) string {
	text := "version: \"3.1\"\nnlu:\n"
	for _, i := range intents {
		text += "- intent: " + i + "\n  examples: |\n    - one of " + i + "\n    - two of " + i + "\n"
	}
	return text
}

func testRules() Rules {
	return Rules{HTTPAllow: []string{"api.example.com", "*.corp.example", "local:8080"}, Taken: []string{"taken"}, CheckPath: func(path string) error {
		if strings.Contains(path, "[[") {
			return errors.New("unclosed")
		}
		return nil
	}}
}

// TestActionsFaults checks that every fault of an actions.yml is told with its place and what to do.
func TestActionsFaults(t *testing.T) {
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
		{"- {intent: lonely, reply: x}", `intent "lonely" has no examples`},
	} {
		files := map[string]string{ActionsFile: "version: \"1\"\nactions:\n" + test.action + "\n", "nlu.yml": examplesOf("a", "list_")}
		_, err := ReadCustom(files, testRules())
		if err == nil || !strings.Contains(strings.Join(Faults(err), "\n"), test.want) {
			t.Errorf("%s\n  gives %v\n  want  %s", test.action, err, test.want)
		}
		for _, line := range Faults(err) {
			if !strings.Contains(line, ".yml:") || !strings.Contains(line, "; ") {
				t.Errorf("%q has no place or no advice", line)
			}
		}
	}
}

func TestCustomFilesFaults(t *testing.T) {
	actions := "version: \"1\"\nactions:\n- {intent: a, reply: x}\n"
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no version":    {map[string]string{ActionsFile: "actions: []\n"}, `actions.yml:1:1: the file says no version`},
		"version":       {map[string]string{ActionsFile: "version: 7\nactions: []\n"}, `version "7" is not supported; write version: "1"`},
		"no actions":    {map[string]string{ActionsFile: "version: \"1\"\n"}, `the file has no "actions"`},
		"no list":       {map[string]string{ActionsFile: "version: \"1\"\nactions: a\n"}, `"actions" is not a list`},
		"empty":         {map[string]string{ActionsFile: ""}, "actions.yml:1:1: the file is empty"},
		"no YAML":       {map[string]string{ActionsFile: "version: [\n"}, "mend the YAML there"},
		"two documents": {map[string]string{ActionsFile: actions + "---\na: b\n"}, "a second YAML document"},
		"no action":     {map[string]string{ActionsFile: actions, "n.yml": examplesOf("a", "b")}, `n.yml:9:7: intent "b" has no action; add it to actions.yml`},
		"built-in":      {map[string]string{ActionsFile: actions, "n.yml": examplesOf("a", "count")}, `"count" is a built-in intent`},
		"both faults":   {map[string]string{ActionsFile: "version: 7\nactions: []\n", "n.yml": "version: \"3.1\"\nnul: []\n"}, `n.yml:2:1: unknown key "nul"`},
		"only examples": {map[string]string{"n.yml": examplesOf("a")}, `intent "a" has no action`},
		"taught":        {map[string]string{TaughtFile: examplesOf("count", "nothing")}, `intent "nothing" has no action`},
	} {
		_, err := ReadCustom(test.files, testRules())
		if got := strings.Join(Faults(err), "\n"); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if c, err := ReadCustom(map[string]string{"README.md": "text"}, testRules()); c != nil || err != nil {
		t.Errorf("a folder without intents gives %v, %v", c, err)
	}
	if _, err := ReadCustom(map[string]string{TaughtFile: examplesOf("count")}, testRules()); err != nil {
		t.Errorf("a phrasing of a built-in intent cannot be taught: %v", err)
	}
}

// TestSampleFolder reads the folder that docs/intents.md explains.
func TestSampleFolder(t *testing.T) {
	files := map[string]string{}
	for _, name := range []string{"questions.yml", ActionsFile} {
		text, err := os.ReadFile("../docs/examples/intents/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	c, err := ReadCustom(files, Rules{HTTPAllow: []string{"oncall.example.com"}})
	if err != nil || len(c.Names()) != 5 || len(c.Warnings) > 0 {
		t.Errorf("the sample folder: %v, %+v", err, c)
	}
}

func TestAllowedHost(t *testing.T) {
	allow := testRules().HTTPAllow
	for address, want := range map[string]bool{
		"https://api.example.com/x": true, "http://API.example.com": true, "https://api.example.com:443/": true, "http://local:8080/": true,
		"https://a.corp.example/": true, "https://a.b.corp.example/": true,
		"https://corp.example/": false, "https://evilcorp.example/": false, "https://api.example.com:8443/": false, "http://local/": false,
		"https://api.example.com.evil.org/": false, "https://example.com/": false, "https://api.example.com@evil.org/": false, "https:///x": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := AllowedHost(u, allow); got != want {
			t.Errorf("%s is allowed: %v, want %v", address, got, want)
		}
	}
}

// TestTemplatesGetOnlyData checks what templates cannot do, and that none takes more than its share.
func TestTemplatesGetOnlyData(t *testing.T) {
	data := map[string]any{"slots": map[string]any{"n": int64(3)}, "result": map[string]any{"list": []any{"a", int64(2)}, "name": "x"}}
	for source, want := range map[string]string{
		`{{.slots.n}} {{.result.missing}} {{upper .result.name}} {{join .result.list ", "}}`: "3 – X a, 2",
		`{{.result.missing | default "none"}} {{bytes 1073741824}} {{len .result.list}}`:     "none 1 GiB 2",
		`{{range .result.list}}[{{.}}]{{else}}-{{end}}{{if eq .slots.n 3}}!{{end}}`:          "[a][2]!",
		`{{printf "%05d" .slots.n}}{{print 1 2}}`:                                            "000031 2",
	} {
		p, err := newPattern(source, []string{"n"})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := p.render(t.Context(), data); err != nil || got != want {
			t.Errorf("%s is %q, %v, want %q", source, got, err, want)
		}
	}
	for _, source := range []string{
		`{{range 1000000000}}{{end}}`, `{{range 100000}}{{range 100000}}{{end}}{{end}}`, `{{range 100000}}x{{end}}`,
		`{{$s := "aaaaaaaa"}}{{range 60}}{{$s = print $s $s}}{{end}}`, `{{$s := "aaaaaaaa"}}{{range 60}}{{$s = printf "%s%s" $s $s}}{{end}}`,
		`{{printf "%999999d" 1}}`, `{{index .result.list 9}}`, `{{.result.name.first}}`,
	} {
		p, err := newPattern(source, nil)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := p.render(t.Context(), data); err == nil {
			t.Errorf("%s gives %d bytes", source, len(got))
		}
	}
	for _, source := range []string{`{{readFile "/etc/passwd"}}`, `{{env "HOME"}}`, `{{html "x"}}`, `{{js "x"}}`, `{{call .f}}`, `{{"x" | urlquery}}`,
		`{{with call .f}}{{end}}`, `{{if (call .f)}}{{end}}`, `{{block "x" .}}{{end}}`} {
		if _, err := newPattern(source, nil); err == nil {
			t.Errorf("%s is taken", source)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if p, _ := newPattern(`{{range 3}}x{{end}}`, nil); p != nil {
		if _, err := p.render(ended, data); err == nil {
			t.Error("a template goes on when nobody waits for it")
		}
	}
}

func TestSlotsCannotLeaveTheirPlaceInURLs(t *testing.T) {
	p, err := newPattern("https://api.example.com/v1/{{.slots.a}}?q={{.slots.b}}", []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{
		"../admin": "/v1/..%2Fadmin", "..": "/v1/%252E%252E", "a?x=1#y": "/v1/a%3Fx%3D1%23y", "a b": "/v1/a%20b", "ä": "/v1/%C3%A4",
	} {
		text, err := p.render(t.Context(), map[string]any{"slots": escapedSlots(map[string]any{"a": given, "b": "x&y=z"})})
		if err != nil || text != "https://api.example.com"+want+"?q=x%26y%3Dz" {
			t.Errorf("%q makes %s, %v", given, text, err)
		}
	}
}

// FuzzActions checks that no actions.yml brings the reader down, and that every fault has a place.
func FuzzActions(f *testing.F) {
	sample, err := os.ReadFile("../docs/examples/intents/" + ActionsFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(sample))
	f.Add("version: \"1\"\nactions:\n- {intent: a, http: {url: '{{', body: [1, {a: *b}]}}")
	f.Add("version: 1\nactions: [{intent: a, slots: [&x {name: b}, *x], reply: \"{{range 9}}{{.}}{{end}}\"}]")
	f.Fuzz(func(t *testing.T, source string) {
		actions, faults := readActions(ActionsFile, source, testRules())
		for _, fault := range faults {
			var at *nlp.DataError
			if !errors.As(fault, &at) || at.At.Line < 1 || at.At.Column < 1 || at.Hint == "" {
				t.Fatalf("a fault has no place or no advice: %v", fault)
			}
		}
		for _, a := range actions {
			if a.reply != nil && len(faults) == 0 {
				_, _ = a.reply.render(t.Context(), map[string]any{"slots": map[string]any{}})
			}
		}
	})
}
