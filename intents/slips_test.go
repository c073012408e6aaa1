package intents

import (
	"testing"

	"github.com/mulebot/mulebot/nlp"
)

// TestSpeller has slips in words of everyday and of storage, and what is none.
func TestSpeller(t *testing.T) {
	known, err := readVocabulary(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for slip, want := range map[string]string{
		"wrng": "wrong", "faild": "failed", "presure": "pressure", "wth": "with", "nodse": "nodes", "spcae": "space", "ofline": "offline", "bigest": "biggest",
		"moutned": "mounted", "orphand": "orphaned", "volums": "volumes", "lsit": "list", "cpacity": "capacity",
		"volumes": "", "health": "", "ever": "", "tank": "", "form": "", "backend": "", // words
		"pvcs": "", "etcd": "", "sdd": "", "mysqk": "", "db1": "", // what is no word at all
	} {
		if got := known.spelt.correct(slip); got != want {
			t.Errorf("%q: %q, want %q", slip, got, want)
		}
	}
	if known.knows("volums") || known.knows("lsit") {
		t.Error("a slip of an example is a word of the vocabulary")
	}
}

// TestContractions has contractions without their apostrophe.
// TestContractions has contractions without their apostrophe.
func TestContractions(t *testing.T) {
	for short, want := range map[string]string{"wont": "won't", "Wont": "won't", "cant": "can't", "dont": "don't", "want": ""} {
		if got, _ := spelledOut(short, wordsOf(short)[0]); got != want {
			t.Errorf("%q: %q, want %q", short, got, want)
		}
	}
}

// TestSlipsOfCustomIntents leaves the words of a custom intent as they were said.
func TestSlipsOfCustomIntents(t *testing.T) {
	known, err := readVocabulary(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	own := &turn{Router: &Router{known: known}, Understanding: &Understanding{intents: map[string]*Intent{"own": {Name: "own", act: actCustom}}}}
	const said = "open a ticket on the faild backup"
	if got, mended := own.unslipped(said, nlp.Parse{Intent: "own"}); mended || got != said {
		t.Errorf("%q became %q", said, got)
	}
}
