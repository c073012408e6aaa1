package intents

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/mulebot/mulebot/nlp"
)

// word is a word of an utterance, in lower case, with its byte offsets. An apostrophe and what follows it is not part of
// the word.
type word struct {
	text       string
	start, end int
}

// wordsOf splits an utterance. Dashes, dots, slashes and underscores inside a word stay in it, as in names.
func wordsOf(text string) []word {
	var words []word
	start := -1
	end := func(i int) {
		if start < 0 {
			return
		}
		w := strings.Trim(text[start:i], "-._/:")
		at := start + strings.Index(text[start:i], w)
		if len(w) > 4 && strings.EqualFold(w[:4], "per-") { // "per-engine"
			words = append(words, word{"per", at, at + 3})
			w, at = w[4:], at+4
		}
		if w != "" {
			words = append(words, word{strings.ToLower(w), at, at + len(w)})
		}
		start = -1
	}
	for i, r := range text {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-._/:%", r)
		switch {
		case !inside:
			end(i)
		case start < 0:
			start = i
		}
	}
	end(len(text))
	return joinPossessives(text, words)
}

// joinPossessives drops the "s" of "mysql's" and the "t" of "isn't".
func joinPossessives(text string, words []word) []word {
	kept := words[:0]
	for _, w := range words {
		if len(kept) > 0 && len(w.text) <= 2 && kept[len(kept)-1].end < w.start {
			if gap := text[kept[len(kept)-1].end:w.start]; gap == "'" || gap == "’" {
				continue
			}
		}
		kept = append(kept, w)
	}
	return kept
}

// hasWord reports whether there is anything to read in a text beside emoji and punctuation.
func hasWord(text string) bool {
	text = emoji.ReplaceAllString(text, " ")
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

var emoji = regexp.MustCompile(`:[a-z0-9_+-]+:`)

// set is a set of words.
type set map[string]bool

// sets has those that were made, by their words: questions ask for the same ones again and again.
var sets sync.Map

// setOf returns the set of the words of a text, which nobody may add to.
func setOf(words string) set {
	if s, ok := sets.Load(words); ok {
		return s.(set)
	}
	s := set{}
	for _, w := range strings.Fields(words) {
		s[w] = true
	}
	sets.Store(words, s)
	return s
}

// inflected reports whether a word is in the set, in the singular or in the plural.
func (s set) inflected(w string) bool { return s[w] || s[strings.TrimSuffix(w, "s")] || s[w+"s"] }

// vocabulary is every word that the built-in training data has outside of annotations and phrases of lookups, in examples of
// what MuleBot does. A word of a question that is neither there nor part of an entity was not understood.
type vocabulary struct {
	words  set
	placed set            // words with the preposition or the like before them: "in total", "by size"
	picked set            // words of the examples that are about many things: what says something of one thing, "died", picks none out
	asked  set            // words with the intent of the examples that have them before them
	often  map[string]int // how often the examples have a word
	spelt  *speller
}

var annotation = regexp.MustCompile(`\[[^\]]*\](\([^)]*\)|\{[^}]*\})`)

// talk are the intents whose words say nothing of what is asked about storage.
var talk = setOf(nlp.Fallback + " change help about greet thanks bye cancel")

// picking are the intents that are about many things, of which the question says which.
var picking = setOf("list count aggregate capacity consumers replicas followup.refine followup.sort followup.count")

// annotated stands for an annotation in an example.
const annotated = "annotated0"

// readVocabulary reads the words of the examples of a folder of training data, but not of the folders in it.
func readVocabulary(files fs.FS) (vocabulary, error) {
	known := vocabulary{words: maps.Clone(setOf(commonWords)), placed: set{}, picked: maps.Clone(setOf(commonWords)), asked: set{}, often: map[string]int{}}
	paths, err := fs.Glob(files, "*.yml")
	if err != nil {
		return known, err
	}
	var phrases []string
	examples := map[string][]string{} // by intent
	for _, path := range paths {
		data, err := fs.ReadFile(files, path)
		if err != nil {
			return known, err
		}
		section, intent, skipped := "", "", false
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSpace(line)
			for _, key := range [...]string{"intent", "lookup", "synonym", "regex"} {
				if name, ok := strings.CutPrefix(line, "- "+key+": "); ok {
					section, intent, skipped = key, name, key == "intent" && talk[name]
				}
			}
			switch example, ok := strings.CutPrefix(line, "- "); {
			case !ok || skipped || strings.HasPrefix(example, section+": "):
			case section == "intent":
				examples[intent] = append(examples[intent], example)
			case section != "regex":
				known.meet(example, leastMet)
				if strings.Contains(example, " ") {
					phrases = append(phrases, example)
				}
			}
		}
	}
	slices.SortFunc(phrases, func(a, b string) int { return len(b) - len(a) })
	var blanks []string
	for _, p := range phrases {
		blanks = append(blanks, " "+strings.ToLower(p)+" ", " / ")
	}
	blank := strings.NewReplacer(blanks...)
	for _, all := range examples {
		for _, example := range all {
			known.meet(annotation.ReplaceAllString(example, annotated), 1)
		}
	}
	known.meet(steering, leastMet)
	known.spelt = newSpeller(known.often)
	for intent := range examples {
		known.learn(intent, examples[intent], blank)
	}
	return known, nil
}

// meet counts the words of a text, each as often as it is said to be met.
func (v vocabulary) meet(text string, times int) {
	for _, w := range wordsOf(strings.ToLower(text)) {
		v.often[w.text] += times
	}
}

// learn takes in the words of an intent's examples, but for the phrases of lookups, which are blanked: "memory pressure" teaches
// nothing of memory.
func (v vocabulary) learn(intent string, examples []string, blank *strings.Replacer) {
	for _, example := range examples {
		text := annotation.ReplaceAllString(strings.ToLower(example), annotated)
		words := wordsOf(blank.Replace(" " + strings.TrimRight(text, "?!.") + " "))
		for i, w := range words {
			if w.text == annotated || v.often[w.text] < leastMet && v.spelt.correct(w.text) != "" {
				continue
			}
			v.words[w.text] = true
			v.asked[intent+" "+w.text] = true
			if picking[intent] {
				v.picked[w.text] = true
			}
			if j := beforeGlue(words[:i]); j >= 0 && introduces(words[j].text) {
				v.placed[words[j].text+" "+w.text] = true
			}
		}
	}
}

// beforeGlue returns the place of the last word that is more than an article or the like, or -1.
func beforeGlue(words []word) int {
	i := len(words) - 1
	for i >= 0 && glue[words[i].text] {
		i--
	}
	return i
}

// knows reports whether the word is in the vocabulary, in the singular or in the plural.
func (v vocabulary) knows(w string) bool { return v.words.inflected(w) }

// picks is knows for questions about many things.
func (v vocabulary) picks(w string) bool { return v.picked.inflected(w) }

// asks is knows for the questions of an intent.
func (v vocabulary) asks(intent, w string) bool { return v.asked.inflected(intent + " " + w) }

// places reports whether the vocabulary has a word behind another one.
func (v vocabulary) places(before, w string) bool {
	return v.placed[before+" "+w] || v.placed[before+" "+strings.TrimSuffix(w, "s")] || v.placed[before+" "+w+"s"]
}

// misspellsEveryday reports whether a word is one that says nothing about storage with a letter too many or too few: "evrything".
func misspellsEveryday(w string) bool {
	if len(w) < 6 {
		return false
	}
	longer := append(make([]byte, 0, 32), ' ')
	longer = append(longer, w...)
	for i := range longer {
		for c := byte('a'); c <= 'z'; c++ {
			if longer[i] = c; everyday[string(longer)] {
				return true
			}
		}
		if i < len(w) {
			longer[i] = w[i]
		}
		if i < len(w) && everyday[w[:i]+w[i+1:]] {
			return true
		}
	}
	return false
}

// oneSlip reports whether words differ by one letter: left out, too many, another one, or two exchanged.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b) > len(a)+1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// misspells reports whether exchanging two neighbouring letters makes a word of the vocabulary: "teh", "lsit".
func (v vocabulary) misspells(w string) bool {
	b := []byte(w)
	for i := 0; i+1 < len(b); i++ {
		b[i], b[i+1] = b[i+1], b[i]
		if v.words[string(b)] {
			return true
		}
		b[i], b[i+1] = b[i+1], b[i]
	}
	return false
}

// everyday are the words that say nothing about storage wherever they stand.
var everyday = setOf(commonWords)

// commonWords are words that say nothing about storage; the training data has most others.
const commonWords = `totally entirely completely directly outta plus a mistake accident accidentally existence flight rest backing sitting env envs chronological chronologically care caring cares concerned interested curious wondering matching corresponding bill chunk chunks about above actually after again all almost already also although always am an and another any anybody
across able actual answer answers appreciate asked called named cancel neither nor likely exist exists probably roughly approximately oops previous question questions helpful helps nah nvm supposed talk talking understand useful works you're didn't afternoon amazing awesome brilliant buddy cool evening everyone excellent fantastic folks friend great hiya howdy human job lovely mate nope perfect person quick question super team welcome wonderful eg etc i.e e.g ie altogether shape anymore anyhow anytime afterwards afterward beforehand meanwhile otherwise therefore thereby somehow somewhat different distinct various existing current present presently anywhere asap atm btw cuz der fyi gimme gotta hmm imo lemme lol lately recently currently rn thx tho tia ur u r wanna ya yo 
anyone anything anyway are around as asap at away back be because been before behind being below between both bot bro but by
came can cannot cause check cheers come could couple currently damn dear did do does doing done down dude during each either
else even ever every everybody everyone everything exactly few find first folks for from fyi get gets getting give given go
goes going gonna gosh got great guess guys had happen has have having he hell hello help her here hey hi him his hmm how
however i if im in instead into is it its ive just keep kind kindly know last later least let lets like list little ll look
looking looks lot lots made make makes many may maybe me mean might mine mm moment more morning most mr much mule mulebot must
my myself need needs never new next nice no nobody none nor not now of off often oh ok okay old on once one ones only onto or
other others our ours out over own pal people perhaps please pls plz possible pretty probably put quick quickly quite rather
re real really right s said same saw say says see seem seems seen several shall she should show since so some somebody someone
something sometimes somewhere soon sorry still stuff such sure t take tell than thank thanks that the their them then there these they
thing things think this those though through thx till time to today together tomorrow too try two um under until up upon us
use used uses using ve very via want wanted wants was way we well went were what whatever when where whether which while who
whole whom whose why will wish with within without wonder wondering would wow yes yesterday yet you your yours yourself`
