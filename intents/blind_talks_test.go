package intents_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/semantic"
)

// blindTalks are conversations of strangers about the sample clusters, with the share of their follow-ups, in percent, that must be right: a
// floor that work on the language raises.
var blindTalks = map[string]int{"talks1.tsv": 67, "talks2.tsv": 60, "talks3.tsv": 58, "talks4.tsv": 62, "talks5.tsv": 72, "talks6.tsv": 65, "talks7.tsv": 66, "talks8.tsv": 67, "talks9.tsv": 72}

// TestBlindTalks measures how many turns of strangers' conversations are understood in full. A turn that was misunderstood stays in the
// conversation, as it does for people.
func TestBlindTalks(t *testing.T) {
	k, claims := newDemoTalk(t)
	for file, floor := range blindTalks {
		t.Run(file, func(t *testing.T) { blindTalksOf(t, k, claims, file, floor) })
	}
}

func blindTalksOf(t *testing.T, k *talk, claims map[string]string, file string, floor int) {
	talks := readTalks(t, file)
	if len(talks) < 45 {
		t.Fatalf("there are only %d conversations", len(talks))
	}
	first, later, firstRight, laterRight := 0, 0, 0, 0
	for _, turns := range talks {
		k.forget()
		var log []string
		wrong := false
		for i, x := range turns {
			reply := k.say(x.Text)
			right := !reply.AskedBack && reply.Query != nil && k.answersTurn(plainly(x, claims), reply.Intent, plain(reply.Query, claims), claims)
			mark := "  "
			if !right {
				mark, wrong = "✗ ", true
				if len(x.Queries) > 0 {
					mark += x.Act + " " + semantic.Notation(x.Queries[0]) + "\n     "
				}
			}
			log = append(log, mark+x.Text+"\n       → "+reply.Intent+": "+brief(reply.Query)+"  "+reply.Text)
			if i == 0 {
				first++
				firstRight += count(right)
				continue
			}
			later++
			laterRight += count(right)
		}
		if wrong {
			t.Log("\n   " + strings.Join(log, "\n   "))
		}
	}
	t.Logf("talks: %d of %d first turns right (%.1f%%), %d of %d follow-ups (%.1f%%)", firstRight, first, percent(firstRight, first),
		laterRight, later, percent(laterRight, later))
	if 100*laterRight < floor*later {
		t.Errorf("only %d of %d follow-ups are right; %d%% are wanted", laterRight, later, floor)
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// readTalks reads conversations: a line for a turn, an empty line between two.
func readTalks(t testing.TB, file string) [][]semantic.Example {
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return talksIn(t, data)
}

// talksIn reads the conversations of a file.
func talksIn(t testing.TB, data []byte) [][]semantic.Example {
	t.Helper()
	var talks [][]semantic.Example
	for _, part := range strings.Split(strings.TrimSpace(string(data)), "\n\n") {
		turns, err := semantic.ReadExamples(strings.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		if len(turns) > 0 {
			talks = append(talks, turns)
		}
	}
	return talks
}

// answersTurn is answers, where the same things may be named one by one or by what picks them.
func (k *talk) answersTurn(x semantic.Example, intent string, got *models.Query, claims map[string]string) bool {
	if answers(x, intent, got) {
		return true
	}
	return slices.ContainsFunc(x.Queries, func(want *models.Query) bool {
		if loose[x.Act] != loose[intent] || loose[x.Act] && intent != x.Act || want.Aggregate != got.Aggregate || want.Field != got.Field && got.Aggregate != "" ||
			want.GroupBy != got.GroupBy || want.Sort != got.Sort || want.Desc != got.Desc {
			return false
		}
		rows := k.rows(want, claims)
		return len(rows) > 0 && slices.Equal(rows, k.rows(got, claims))
	})
}

// rows returns the things that a query finds, claims for volumes.
func (k *talk) rows(q *models.Query, claims map[string]string) []string {
	var inventories []*models.Inventory
	for _, c := range k.tenants.cards["T1"].Clusters {
		if inv, err := k.Inventory.Inventory(context.Background(), models.ClusterRef{Team: "T1", Name: c}); err == nil && (len(q.Clusters) == 0 || slices.Contains(q.Clusters, c)) {
			inventories = append(inventories, inv)
		}
	}
	q = q.Clone()
	q.Aggregate, q.Field, q.GroupBy, q.ThenBy = "", "", "", ""
	if q.Name != "" {
		q.Filters = append(q.Filters, models.Filter{Field: "name", Op: models.Eq, Values: []string{q.Name}})
	}
	res, err := answer.Evaluate(q, inventories)
	if err != nil {
		return nil
	}
	names := res.Values("name")
	for i, n := range names {
		if c := claims[n]; c != "" {
			names[i] = c
		}
	}
	if q.Sort == "" {
		slices.Sort(names)
	}
	return names
}
