package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
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
	for _, fact := range q.Never {
		if strings.Contains(answer, fold(fact)) {
			wrong = append(wrong, "must not say "+fact)
		}
	}
	return wrong
}

func fold(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(s, "`", ""))), " ")
}

// TestQuestionsOffline asks every question of the sample clusters inside the binary.
func TestQuestionsOffline(t *testing.T) {
	right := 0
	all := questions(t)
	for _, q := range all {
		var out, stderr bytes.Buffer
		code := cli.Main(context.Background(), []string{"ask", q.source(), "-o", "json", q.Ask},
			cli.Streams{In: strings.NewReader(""), Out: &out, Err: &stderr, Environ: []string{"HOME=" + t.TempDir()}})
		var answer struct {
			Text      string   `json:"text"`
			AskedBack bool     `json:"asked_back"`
			Clusters  []string `json:"clusters"`
		}
		if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
			t.Errorf("%q: exit %d, %v\n%s%s", q.Ask, code, err, &out, &stderr)
			continue
		}
		q.Must = append(q.Must, q.Offline...)
		if wrong := q.judge(answer.Text); len(wrong) > 0 {
			t.Errorf("%q: %s\n%s", q.Ask, strings.Join(wrong, "; "), answer.Text)
			continue
		}
		right++
	}
	t.Logf("%d of %d questions answered right", right, len(all))
}
