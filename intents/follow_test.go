package intents_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/mulebot/mulebot/intents"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

const followModel = "follow.model"

// TestFollowFile checks that the ranker of follow-ups in the program is of its training data. With -update it trains it.
func TestFollowFile(t *testing.T) {
	files, err := filepath.Glob("meant/talks/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations to learn from", err)
	}
	slices.Sort(files)
	sum := sha256.New()
	var talks [][]semantic.Example
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(data)
		talks = append(talks, talksIn(t, data)...)
	}
	for _, model := range []string{"builtin.model", "parser.model"} { // what there is to choose from depends on them
		data, err := os.ReadFile(model)
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(data)
	}
	fmt.Fprintln(sum, intents.FollowVersion)
	if *intents.Update {
		l := nlp.FitRanker(choicesOf(t, talks), 8, 1)
		file, err := l.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(followModel, append(sum.Sum(nil), file...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(followModel)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(file, sum.Sum(nil)) {
		t.Errorf("%s is of other conversations or models; write it with “go test ./intents -run TestFollowFile -update”", followModel)
	}
}

// choicesOf holds conversations, each turn of which is understood as it is meant, and returns what there was to choose from.
func choicesOf(t *testing.T, talks [][]semantic.Example) []nlp.Choice {
	k, claims := newDemoTalk(t)
	var choices []nlp.Choice
	var x semantic.Example
	k.Choose(func(all []intents.Way, none []nlp.Feature) int {
		var c nlp.Choice
		at := -1
		for i, w := range all {
			right := w.Query != nil && k.answersTurn(plainly(x, claims), w.Intent, plain(w.Query, claims), claims)
			if right && at < 0 {
				at = i
			}
			c.Options, c.Right = append(c.Options, w.Features), append(c.Right, right)
		}
		c.Options, c.Right = append(c.Options, none), append(c.Right, at < 0)
		choices = append(choices, c)
		return at
	})
	for _, turns := range talks {
		k.forget()
		for _, x = range turns {
			reply := k.say(x.Text)
			if reply.Query == nil || reply.AskedBack || !k.answersTurn(plainly(x, claims), reply.Intent, plain(reply.Query, claims), claims) {
				k.mean(x)
			}
		}
	}
	return choices
}

// mean makes a conversation go on as if an example had been understood.
func (k *talk) mean(x semantic.Example) {
	if len(x.Queries) == 0 {
		return
	}
	k.send(models.Message{Action: &models.Action{Intent: x.Act, Query: x.Queries[0]}})
}
