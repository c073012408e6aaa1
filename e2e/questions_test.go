package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/mulebot/mulebot/cli"
)

// question is one question with the facts that its answer must and must not hold. Facts are compared without regard to
// case and white space.
type question struct {
	Ask   string   `yaml:"ask"`
	From  string   `yaml:"from"` // a folder of testdata; else the sample clusters
	Must  []string `yaml:"must"`
	Never []string `yaml:"never"`
	// Offline must be in the answer too where the moments are those of the manifests.
	Offline []string `yaml:"offline"`
}

func questions(t testing.TB) []question {
	t.Helper()
	raw, err := os.ReadFile("testdata/questions.yml")
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	var all []question
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	for _, q := range all {
		if q.Ask == "" || len(q.Must) == 0 {
			t.Fatalf("question %q has nothing that must be in its answer", q.Ask)
		}
	}
	return all
}

// source is the flag that names the clusters to ask.
func (q question) source() string {
	if q.From != "" {
		return "--from=testdata/" + q.From
	}
	return "--demo"
}

// judge reports what is wrong with an answer.
func (q question) judge(answer string) []string {
	var wrong []string
	answer = fold(answer)
	for _, fact := range q.Must {
		if !strings.Contains(answer, fold(fact)) {
			wrong = append(wrong, "misses "+fact)
		}
	}
	timeless := asOf.ReplaceAllLiteralString(answer, "")
	for _, fact := range q.Never {
		if strings.Contains(timeless, fold(fact)) {
			wrong = append(wrong, "must not say "+fact)
		}
	}
	return wrong
}

// asOf is when the data is of: at ten past ten it says a number that a wrong answer would say, too.
var asOf = regexp.MustCompile(`as of \d{4}-\d\d-\d\d \d\d:\d\d utc`)

func TestJudge(t *testing.T) {
	q := question{Must: []string{"4 volumes"}, Never: []string{"10"}}
	for answer, wrong := range map[string]int{
		"There are 4 volumes.\nharbor · as of 2026-10-10 10:10 UTC": 0,
		"There are 10 volumes. as of 2026-11-27 01:11 UTC":          2,
		"There are 4 volumes, and 10 pools.":                        1,
	} {
		if got := q.judge(answer); len(got) != wrong {
			t.Errorf("%q: %q", answer, got)
		}
	}
}

func fold(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(s, "`", ""))), " ")
}

// ask asks on the command line and returns the text of the answer. What is remembered between questions is kept in home.
func ask(home string, args ...string) (text string, err error) {
	var out, stderr bytes.Buffer
	code := cli.Main(context.Background(), append([]string{"ask", "-o", "json"}, args...),
		cli.Streams{In: strings.NewReader(""), Out: &out, Err: &stderr, Environ: []string{"HOME=" + home}})
	var answer struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		return "", fmt.Errorf("exit %d, %w\n%s%s", code, err, &out, &stderr)
	}
	return answer.Text, nil
}

// TestQuestionsOffline asks every question of the sample clusters inside the binary.
func TestQuestionsOffline(t *testing.T) {
	right := 0
	all := questions(t)
	home := t.TempDir()
	for _, q := range all {
		text, err := ask(home, q.source(), q.Ask)
		if err != nil {
			t.Errorf("%q: %v", q.Ask, err)
			continue
		}
		q.Must = append(q.Must, q.Offline...)
		if wrong := q.judge(text); len(wrong) > 0 {
			t.Errorf("%q: %s\n%s", q.Ask, strings.Join(wrong, "; "), text)
			continue
		}
		right++
	}
	t.Logf("%d of %d questions answered right", right, len(all))
}

// testdataFolder is how a section of docs/questions.md names the folder that its answers are of.
var testdataFolder = regexp.MustCompile(`testdata/\w+`)

// TestQuestionsDocument asks what docs/questions.md says one can ask. The answers are those that it promises, but for what it leaves
// out with an ellipsis. What it says of follow-ups is one conversation; a section that names a folder of testdata asks that.
func TestQuestionsDocument(t *testing.T) {
	raw, err := os.ReadFile("../docs/questions.md")
	if err != nil {
		t.Fatal(err)
	}
	home, asked := t.TempDir(), 0
	for _, section := range strings.Split(string(raw), "\n## ") {
		args := []string{"--demo"}
		if folder := testdataFolder.FindString(section); folder != "" {
			args = []string{"--from=" + folder}
		}
		if strings.HasPrefix(section, "Follow-ups") {
			args = append(args, "--thread", "document")
		}
		_, table, _ := strings.Cut(section, "|---|---|\n")
		for line := range strings.Lines(table) {
			cells := strings.Split(line, " | ")
			if len(cells) != 2 {
				break // the table is over
			}
			asked++
			question, promised := strings.TrimPrefix(cells[0], "| "), strings.TrimSuffix(cells[1], " |\n")
			text, err := ask(home, append(args, question)...)
			if err != nil {
				t.Errorf("%q: %v", question, err)
				continue
			}
			rest := fold(text)
			for _, part := range strings.Split(strings.ReplaceAll(promised, "⚠️", ""), "…") {
				_, behind, found := strings.Cut(rest, fold(part))
				if !found {
					t.Errorf("%q: %q is not in the answer, or not in its place:\n%s", question, strings.TrimSpace(part), text)
					break
				}
				rest = behind
			}
		}
	}
	if asked < 50 {
		t.Errorf("the document has %d questions with their answers: are its tables read?", asked)
	}
}
