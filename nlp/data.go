package nlp

import (
	"fmt"
	"strings"
)

// Fallback is the intent whose examples are out of scope: what the model must decline. It is never an answer.
const Fallback = "nlu_fallback"

// Data is what a model is trained on. The order of its slices is the order of the files and of what stands in them.
type Data struct {
	Examples []Example
	Synonyms []Synonym
	Lookups  []Lookup
	Regexes  []Regex
}

// Example is one phrasing of an intent.
type Example struct {
	Intent   string
	Text     string // without the annotations
	Entities []Annotation
	At       Position
}

// Annotation marks an entity in an example's text.
type Annotation struct {
	Start, End int // byte offsets in Text
	Entity     string
	Role       string
	Group      string
	Value      string // the canonical form, where it differs from what is written
}

// Synonym lists other words for a value. They extend every lookup table that has the value.
type Synonym struct {
	Value    string
	Examples []string
	At       Position
}

// Lookup is a table of the values of an entity.
type Lookup struct {
	Entity   string
	Examples []string
	At       Position
}

// Regex recognises an entity by regular expressions (RE2 syntax).
type Regex struct {
	Entity   string
	Patterns []string
	At       Position
}

// Position is a place in a training file. Lines and columns (characters) count from 1; 0 means unknown.
type Position struct {
	File         string
	Line, Column int
}

func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Warning is something that training tolerates and that is probably a mistake.
type Warning struct {
	At      Position
	Message string
}

func (w Warning) String() string { return w.At.String() + ": " + w.Message }

// fewExamples is the number of examples below which an intent is warned about.
const fewExamples = 5

// Check returns warnings about duplicates, phrasings under two intents, intents with fewer than five examples,
// synonyms that no lookup table and no annotation uses, and annotations that teach nothing. See [Data.CheckRoles] for roles.
func (d *Data) Check() []Warning {
	var warnings []Warning
	warn := func(at Position, format string, args ...any) {
		warnings = append(warnings, Warning{at, fmt.Sprintf(format, args...)})
	}
	seen := map[string]Example{}
	counts := map[string]int{}
	for _, ex := range d.Examples {
		key := strings.ToLower(strings.Join(strings.Fields(ex.Text), " "))
		first, again := seen[key]
		switch {
		case !again:
			seen[key] = ex
		case first.Intent == ex.Intent:
			warn(ex.At, "%q is an example of %s twice, first at %s; remove one", ex.Text, ex.Intent, first.At)
		default:
			warn(ex.At, "%q is an example of %s and, at %s, of %s; the model cannot tell them apart, so keep one",
				ex.Text, ex.Intent, first.At, first.Intent)
		}
		counts[ex.Intent]++
	}
	for _, ex := range d.Examples {
		if n := counts[ex.Intent]; n < fewExamples && n > 0 {
			warn(ex.At, "intent %s has only %d of at least %d examples; write more, in different words", ex.Intent, n, fewExamples)
			counts[ex.Intent] = 0 // warned
		}
	}
	warnings = append(warnings, d.checkSynonyms()...)
	return append(warnings, d.checkMarks()...)
}
