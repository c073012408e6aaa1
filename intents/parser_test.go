package intents

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mulebot/mulebot/kube"
	"github.com/mulebot/mulebot/kube/demo"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

const parserModel = "parser.model"

// dataTime is the clock of the sample clusters while the parser is trained.
var dataTime = time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)

// meant reads what the parser is trained from, and its SHA-256.
func meant(t testing.TB) ([]semantic.Example, []byte) {
	t.Helper()
	files, err := filepath.Glob("meant/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatal("no training data", err)
	}
	slices.Sort(files)
	var examples []semantic.Example
	sum := sha256.New()
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		some, err := semantic.ReadExamples(io.TeeReader(bytes.NewReader(data), sum))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		examples = append(examples, some...)
	}
	for i, x := range examples {
		examples[i].Bare = !shapes[x.Act]
	}
	for _, text := range foreign(t) {
		fmt.Fprintln(sum, text)
		examples = append(examples, semantic.Example{Text: text, Foreign: true})
	}
	fmt.Fprintln(sum, parserVersion)
	return examples, sum.Sum(nil)
}

// foreign returns the examples of what is said to MuleBot and is no question about storage.
func foreign(t testing.TB) []string {
	t.Helper()
	data, _, err := nlp.ReadYAML(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	chats := map[string]bool{}
	for _, i := range table() {
		chats[i.Name] = i.act == actChat
	}
	var texts []string
	for _, x := range data.Examples {
		if chats[x.Intent] {
			texts = append(texts, x.Text)
		}
	}
	if len(texts) == 0 {
		t.Fatal("no examples of what is no question about storage")
	}
	return texts
}

// demoClusters has the sample clusters, of which the training data speaks.
type demoClusters map[string]*models.Inventory

func newDemoClusters(t testing.TB) demoClusters {
	t.Helper()
	all := demoClusters{}
	for _, c := range demo.Clusters() {
		inv, err := kube.ReadDir(c.Name, c.Files, dataTime)
		if err != nil {
			t.Fatal(err)
		}
		all[c.Name] = inv
	}
	return all
}

func (d demoClusters) Inventory(_ context.Context, ref models.ClusterRef) (*models.Inventory, error) {
	return d[ref.Name], nil
}
func (d demoClusters) Reading(models.ClusterRef) (models.Reading, bool) {
	return models.Reading{}, false
}

func (d demoClusters) Card(context.Context, models.TeamID, models.ChannelID) (models.Card, error) {
	return models.Card{Team: "T1", Channel: "C1", Clusters: slices.Sorted(maps.Keys(d))}, nil
}

func (d demoClusters) Dialogue(context.Context, models.Conversation) (models.Dialogue, error) {
	return models.Dialogue{}, nil
}

// hearer returns what the parser is told of a sentence about the sample clusters.
func hearer(t testing.TB, model *nlp.Model) func(text string) semantic.Heard {
	t.Helper()
	clusters := newDemoClusters(t)
	r, err := New(Options{Model: model, Parser: &semantic.Parser{}, Inventory: clusters, Tenants: clusters, Now: func() time.Time { return dataTime }, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	return func(text string) semantic.Heard {
		turn := &turn{Router: r, Understanding: r.builtin, message: models.Message{Team: "T1", Channel: "C1", At: dataTime}}
		turn.card, _ = clusters.Card(t.Context(), "T1", "C1")
		q := turn.question(text, turn.understand(t.Context(), text))
		q.unspoken()
		ruled := q.ruled()
		return turn.heard(q, ruled)
	}
}

// TestParserFile checks that the parser in the program is of its training data. With -update it trains the parser, which takes minutes.
func TestParserFile(t *testing.T) {
	examples, sum := meant(t)
	if *update {
		model, err := Model(func() time.Time { return dataTime })
		if err != nil {
			t.Fatal(err)
		}
		hear := hearer(t, model)
		file, err := semantic.Train(examples, hear, conditions, 1).MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(parserModel, append(sum, file...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(parserModel)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(file, sum) {
		t.Errorf("%s is of other training data; write it with “go test ./intents -run TestParserFile -update”", parserModel)
	}
}
