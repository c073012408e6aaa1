package intents_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// wantHeldOut is the share of the held-out phrasings, in percent, that must be understood: intent and query.
const wantHeldOut = 95

// TestHeldOut measures how many phrasings that the model was never trained on are understood in full.
func TestHeldOut(t *testing.T) {
	data, err := os.ReadFile("testdata/heldout.tsv")
	if err != nil {
		t.Fatal(err)
	}
	clusters := []*models.Inventory{prod(), stagingCluster()}
	k := newTalk(t)
	total, intentRight, right := 0, 0, 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 3 {
			t.Fatalf("%q has %d columns; write utterance, intent, query", line, len(columns))
		}
		k.tenants.dialogues = map[models.Conversation]models.Dialogue{}
		reply := k.say(columns[0])
		total++
		wanted := strings.Split(columns[1], "|")
		isIntent := columns[1] == "?" || slices.Contains(wanted, reply.Intent) || reply.AskedBack && slices.Contains(wanted, "")
		if isIntent {
			intentRight++
		}
		got := named(brief(reply.Query), clusters...)
		if isIntent && (columns[2] == "?" || oneOf(columns[2], got) && (got == "-" || !reply.AskedBack) || columns[2] == "-" && reply.AskedBack) {
			right++
			continue
		}
		t.Logf("%s\n   want %s: %s\n   got  %s (%.2f): %s  %s", columns[0], columns[1], columns[2], reply.Intent, reply.Confidence, got, reply.Text)
	}
	t.Logf("held-out: %d of %d intents right (%.1f%%), %d of %d fully right (%.1f%%)", intentRight, total, 100*float64(intentRight)/float64(total),
		right, total, 100*float64(right)/float64(total))
	if total < 150 || 100*right < wantHeldOut*total {
		t.Errorf("only %d of %d are right; %d%% are wanted", right, total, wantHeldOut)
	}
}

// named writes {claim} for the generated names of volumes.
func named(query string, clusters ...*models.Inventory) string {
	for _, inv := range clusters {
		for _, v := range inv.Volumes {
			query = strings.ReplaceAll(query, v.Name, "{"+v.Claim+"}")
		}
	}
	return query
}

// canonical puts the parts of a brief query in order.
func canonical(query string) string {
	parts := strings.Fields(query)
	if len(parts) > 1 {
		slices.Sort(parts[1:])
	}
	return strings.Join(parts, " ")
}
