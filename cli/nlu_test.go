package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// result is what a command has said, and its exit code.
type result struct {
	out, err string
	code     int
}

// run runs one command of the program.
func run(t *testing.T, in string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := Main(t.Context(), args, Streams{In: strings.NewReader(in), Out: &out, Err: &errs,
		Environ: []string{"HOME=" + t.TempDir()}})
	return result{out.String(), errs.String(), code}
}

// wants checks the exit code of a result and what it must say, on either stream.
func (r result) wants(t *testing.T, code int, texts ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d", r.code, code)
	}
	for _, text := range texts {
		if !strings.Contains(r.out+r.err, text) {
			t.Errorf("it does not say %q:\n%s%s", text, r.out, r.err)
		}
	}
}

const lunchYAML = `version: "3.1"
nlu:
- intent: order
  examples: |
    - order a pizza
    - I want lunch with [ann](person)
    - get me a salad
    - bring some soup
    - pizza for two please
- intent: cancel
  examples: |
    - cancel my lunch
    - no lunch today
    - forget the pizza
    - stop the order
    - I changed my mind
- intent: nlu_fallback
  examples: |
    - sing a song
    - who won the game
    - translate this
    - tell me a joke
    - what is the capital of France
`

// folder writes files into a folder of their own and returns its path.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestNLUValidate(t *testing.T) {
	dir := folder(t, map[string]string{
		"good.yml":    lunchYAML,
		"bad.yml":     "version: \"3.1\"\nnlu:\n- intnt: a\n- intent: b\n  examples: |\n    - see [x](y\n",
		"rest.tsv":    "order a pizza\tcancel\n",
		"actions.yml": "actions: {}\n",
	})
	run(t, "", "nlu", "validate", filepath.Join(dir, "good.yml")).wants(t, 0, "15 examples of 2 intents: 0 errors, 0 warnings")
	bad := run(t, "", "nlu", "validate", dir)
	bad.wants(t, 2, filepath.Join(dir, "bad.yml")+`:3:3: error: unknown key "intnt"`, "bad.yml:6:11: error: an annotation", "→ end it with )",
		"rest.tsv:1:1: warning: \"order a pizza\" is an example of cancel and, at "+dir, "4 errors, 1 warning")
	if strings.Contains(bad.out, "the keys here are version, nlu") || !strings.Contains(bad.out, "actions.yml:1:") {
		t.Errorf("actions.yml is not taken for actions: %s", bad.out)
	}
	own := folder(t, map[string]string{"lunch.yml": "version: \"3.1\"\nnlu:\n- intent: lunch\n  examples: |\n    - lunch\n", "actions.yml": "version: \"1\"\nactions:\n- {intent: dinner, reply: x}\n"})
	run(t, "", "nlu", "validate", own).wants(t, 2, filepath.Join(own, "lunch.yml")+`:5:7: error: intent "lunch" has no action`,
		filepath.Join(own, "actions.yml")+`:3:`, `intent "dinner" has no examples`)
	var found struct {
		Errors, Warnings []struct {
			File, Message, Hint string
			Line, Column        int
		}
	}
	raw := run(t, "", "nlu", "validate", "-o", "json", dir)
	if err := json.Unmarshal([]byte(raw.out), &found); err != nil || raw.code != 2 {
		t.Fatalf("%v, exit code %d: %s", err, raw.code, raw.out)
	}
	if len(found.Errors) != 4 || len(found.Warnings) != 1 || found.Errors[0].Line != 3 || found.Errors[0].Hint == "" {
		t.Errorf("%+v", found)
	}
	run(t, "", "nlu", "validate", filepath.Join(dir, "nowhere")).wants(t, 3, "there is no training data at", "→")
	run(t, "", "nlu", "validate", t.TempDir()).wants(t, 3, "there is no training data in the folder")
	run(t, "", "nlu", "validate").wants(t, 2, "→ see mulebot nlu validate --help")
}

func TestNLUTrainAndTest(t *testing.T) {
	dir := folder(t, map[string]string{"lunch.yml": lunchYAML, "test.tsv": "please order a pizza\torder\ncancel lunch\tcancel\nsing me a joke\toos\n"})
	model, page := filepath.Join(dir, "lunch.model"), filepath.Join(dir, "report.html")
	run(t, "", "nlu", "train", "--data", filepath.Join(dir, "lunch.yml"), "--out", model).wants(t, 0, "trained 2 intents on 15 examples", "→ next: mulebot nlu test")
	run(t, "", "nlu", "test", "--model", model, "--test", filepath.Join(dir, "test.tsv"), "--html", page).wants(t, 0, "accuracy", "100.0 %", "AUROC", "wrote "+page)
	if html, err := os.ReadFile(page); err != nil || !strings.Contains(string(html), "<svg") {
		t.Errorf("%v\n%s", err, html)
	}
	raw := run(t, "", "nlu", "test", "--data", filepath.Join(dir, "lunch.yml"), "--test", filepath.Join(dir, "test.tsv"), "-o", "json")
	var report map[string]any
	if err := json.Unmarshal([]byte(raw.out), &report); err != nil || report["accuracy"] != 1.0 || report["out_of_scope"] == nil {
		t.Errorf("%v: %s", err, raw.out)
	}
	run(t, "", "nlu", "cross-validate", "--data", filepath.Join(dir, "lunch.yml"), "-k", "3").wants(t, 0, "folds", "accuracies from")
	run(t, "", "nlu", "cross-validate", "--data", filepath.Join(dir, "lunch.yml"), "-k", "1").wants(t, 2, "over 1 folds", "→ use -k 5")
}

func TestNLURefuses(t *testing.T) {
	dir := folder(t, map[string]string{"lunch.yml": lunchYAML, "bad.yml": "nlu: x\n", "none.yml": "nlu: []\n", "one.tsv": "hello\tgreet\n", "test.tsv": "x\n"})
	at := func(name string) string { return filepath.Join(dir, name) }
	run(t, "", "nlu", "train", "--data", at("lunch.yml")).wants(t, 2, `"out" not set`)
	run(t, "", "nlu", "train", "--data", at("bad.yml"), "--out", at("m")).wants(t, 2, `bad.yml:1:6: error: "nlu" is not a list`, "→ start each of its items")
	run(t, "", "nlu", "test", "--data", at("lunch.yml"), "--test", at("none.yml")).wants(t, 2, "the test data has no example", "→ give files with examples of intents")
	run(t, "", "nlu", "train", "--data", at("one.tsv"), "--out", at("m")).wants(t, 2, "at least two intents", "→")
	run(t, "", "nlu", "train", "--data", at("lunch.yml"), "--out", at("no/m")).wants(t, 2, "cannot be written", "→")
	run(t, "", "nlu", "test", "--model", at("nowhere"), "--test", at("lunch.yml")).wants(t, 3, "there is no model file", "→ train one")
	run(t, "", "nlu", "test", "--model", at("lunch.yml"), "--test", at("lunch.yml")).wants(t, 2, "this is no model file", "→")
	run(t, "", "nlu", "test", "--model", "m", "--data", "d", "--test", "t").wants(t, 2, "→")
	run(t, "", "nlu", "test", "--data", at("lunch.yml"), "--test", at("test.tsv")).wants(t, 2, "test.tsv:1:1: error: the line has 1 columns")
	run(t, "", "nlu", "test", "--data", at("lunch.yml"), "--test", at("lunch.yml"), "-o", "xml").wants(t, 2, `--output cannot be "xml"`)
	if _, err := os.Stat(at("m")); err == nil {
		t.Error("a model that was refused is there")
	}
}

func TestNLUExplain(t *testing.T) {
	run(t, "", "nlu", "explain", "--name", "claim=data-mysql-0", "which disks of mysql data 0 are over 80% full").wants(t, 0,
		"intent", "because", "claim data-mysql-0", "by name", "percentage > 80", "by recogniser")
	run(t, "", "nlu", "explain", "how", "many", "cstor", "volumes", "per", "node").wants(t, 0, "count volume engine=cstor count by=node", "engine=  \"cstor\"", "by  \"node\"")
	raw := run(t, "", "nlu", "explain", "-o", "json", "list", "volumes")
	var x struct {
		Intent   string
		Ranking  []struct{ Confidence float64 }
		Because  []struct{ Feature string }
		Entities []struct{ Type, Source string }
	}
	if err := json.Unmarshal([]byte(raw.out), &x); err != nil || x.Intent != "list" || len(x.Ranking) < 2 || len(x.Because) == 0 || len(x.Entities) == 0 {
		t.Errorf("%v: %s", err, raw.out)
	}
	if strings.Contains(raw.out, "\033") {
		t.Error("colours where there is no terminal")
	}
	run(t, "", "nlu", "explain", "--name", "mysql", "hello").wants(t, 2, "is not a live name", "→ write TYPE=NAME")
}

func TestNLUShell(t *testing.T) {
	run(t, "order soup\nwhy\n\nexit\nnot read\n", "nlu", "shell", "--data", filepath.Join(folder(t, map[string]string{"l.yml": lunchYAML}), "l.yml")).wants(t, 0,
		"2 intents", "nlu> ", "order", "because")
	run(t, "list volumes", "nlu", "shell").wants(t, 0, "list")
}

func TestNLUConvert(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.tsv":   "order a pizza\torder\nsing\toos\n",
		"b.jsonl": `{"tokens": ["order", "soup"], "tags": ["O", "B-dish"], "intent": "order"}` + "\n",
		"c.json":  `{"rasa_nlu_data": {"common_examples": [{"text": "order soup", "intent": "order", "entities": [{"start": 6, "end": 10, "value": "soup", "entity": "dish"}]}]}}`,
		"d.tsv":   "[a](b)\tc\n",
	})
	for name, want := range map[string]string{"a.tsv": "- intent: nlu_fallback", "b.jsonl": "- order [soup](dish)", "c.json": "- order [soup](dish)"} {
		out := filepath.Join(dir, name+".yml")
		run(t, "", "nlu", "convert", filepath.Join(dir, name), out).wants(t, 0, "wrote ")
		if text, err := os.ReadFile(out); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%v\n%s", err, text)
		}
		run(t, "", "nlu", "validate", out).wants(t, 0, "0 errors")
		run(t, "", "nlu", "convert", filepath.Join(dir, name), "-").wants(t, 0, want)
		run(t, "", "nlu", "convert", filepath.Join(dir, name), out).wants(t, 6, "is there already", "→")
	}
	out := filepath.Join(dir, "d.yml")
	run(t, "", "nlu", "convert", filepath.Join(dir, "d.tsv"), out).wants(t, 2, "cannot be written", "→")
	if _, err := os.Stat(out); err == nil {
		t.Error("half a file stays")
	}
}
