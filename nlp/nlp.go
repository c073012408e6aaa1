// Package nlp turns an utterance into an intent, entities and a calibrated confidence. It is a library by itself: it
// imports nothing of MuleBot's and knows neither Slack nor Kubernetes.
//
// # The terms
//
// An utterance is what somebody wrote ("which volumes on node-1 are over 80% full?"). An intent is what they want of the
// bot ("list"); an intent is known by its examples. An entity is a piece of the utterance that says what it is about: a
// live name ("node-1", a node), a number with its unit and comparison (over 80 per cent), a word of a list ("volumes", the
// subject), or a trained entity: one that examples annotate and whose values stand in no list ("fly to [Paris](city)"). A
// role tells entities of one type apart: the city that is left and the city that is flown to. The confidence is the
// probability that the intent is right, and the model abstains below a threshold: it would rather ask than guess.
//
// # How it is used
//
//	data, warnings, err := nlp.ReadYAML(os.DirFS("training"), "*.yml") // Rasa NLU YAML 3.1
//	options := nlp.Options{Names: map[string]nlp.NameType{"node": {}}} // the types of live names
//	model, err := nlp.Train(data, options)                             // seconds; Options.LinearOnly: a fraction of one
//	names := nlp.NewIndex()                                            // the names that are live now
//	names.Add(nlp.Name{Type: "node", Value: "node-1", Group: "prod-east"})
//	parse := model.Parse("which volumes on node-1 are over 80% full?", names)
//
// A [Model] is immutable and safe for concurrent use, so one model serves everybody; the names differ from caller to
// caller and change all the time, so they are an argument.
//
// A model is written to a file with [Model.WriteTo] and read again with [ReadModel]. [Model.Explain] says what in an utterance
// decided. Package nlp/eval measures how good a model is.
//
// # How it works
//
// [Model.Parse] runs six stages, each in a file of its own:
//
//  1. tokens.go: the utterance is cut into tokens that keep their byte offsets.
//  2. recognise.go, lookup.go, link.go, meant.go: each recogniser proposes entities: numbers and times, words of the lookup tables,
//     live names of the [Gazetteer], the training data's regular expressions.
//  3. tagger.go, crf.go: where the training data has trained entities or roles, a conditional random field labels the tokens.
//     Its features (tagger_features.go) are words, pieces, shapes, the common words around a name, what the recognisers found,
//     and what training says of a word that the utterance itself did not add to (tagger_clues.go).
//  4. entities.go: of the proposals that overlap those that the tagger is sure of stay, then the longest and surest;
//     negate.go marks what is negated.
//  5. features.go: the tokens become a sparse vector: words, pairs of words and pieces of words. Names and numbers are
//     replaced by their type first, so that a new volume's name does not change an intent. vectors.go adds what the words
//     mean together, after a table of word vectors that comes with the package.
//  6. linear.go and linear_solve.go, network.go, calibrate.go: a linear model and a neural network score every intent. The scores become
//     probabilities, the confidence says how far they are from being spread over many intents, and a threshold that was
//     fitted on held-out examples decides between the likeliest intent and none.
//
// Training (classifier.go) fits the linear model, one class against the rest, and two perceptrons (mlp.go), which are then
// joined to one network with a byte for a weight. A part of the examples is held out from models that are trained beside
// them; how much the two scores count, the confidence and the threshold are fitted on it. Each model is trained on one
// processor or class by class, with random numbers of its own, so the same data and seed give the same bytes on any number
// of processors. [Options] switch the network, or the word vectors alone, off: a linear model is trained in a tenth of the
// time and is a point or two less accurate, four with ten examples an intent.
//
// Parts of speech are not used. To the tagger they are worth nothing: on 5,300 slots of SNIPS held out of training, prose's
// tags as features made its F1 95.4 instead of 95.5, and 93.4 instead of 94.1 in lower case. Nor are classes of words by
// their vectors (95.3, 94.1): what the clues say of a word is what a class would say. The other question that parts of
// speech might answer is whether "data" in "volumes in data" is the live name or the noun; on the 63 sentences of
// everyday_test.go a rule on prose's tags was wrong in 16 (to its tagger "list" and "claims" are nouns, and "sc" and "web"
// adjectives), the rules of meant.go in none, though they were written with those sentences in view. The model of prose's
// tagger would take 41 MB of heap and 86 µs a message.
package nlp

// Name is a live name that an utterance may refer to.
type Name struct {
	Type  string // the entity type it becomes: "volume", "node", …
	Value string // the canonical name
	Scope string // the namespace, where the name is unique only within one
	Group string // the cluster
}

// Gazetteer knows the live names that an utterance may refer to. An implementation is safe for concurrent use. [Index] is
// one, and [Gazetteers] joins several.
type Gazetteer interface {
	// Exact returns the names that a reference spells in full: ignoring case and separators, with its words in any order
	// ("mysql data 0" for data-mysql-0), with or without the scope before a slash ("db/data-mysql-0"). It is called for
	// every few words of an utterance and must be fast. The likeliest come first, at most limit of them.
	Exact(reference string, limit int) []Candidate
	// Lookup returns the names nearest to a reference as somebody wrote it: what Exact returns and, only where that is
	// nothing, names of which it is the beginning, and names that it spells with a typo. The likeliest come first, at most
	// limit of them.
	Lookup(reference string, limit int) []Candidate
}

// Candidate is a name that a reference may mean.
type Candidate struct {
	Name
	Score float64 // 0 to 1; 1 for an exact match
}

// The sources of entities.
const (
	FromName       = "name"       // the gazetteer
	FromLookup     = "lookup"     // a lookup table or synonym of the training data
	FromRecogniser = "recogniser" // numbers and times
	FromRegex      = "regex"      // a regular expression of the training data
	FromTagger     = "tagger"     // the trained tagger
)

// The types of entities that the recognisers give; see [Entity.Number] for their units.
const (
	Quantity   = "quantity"   // an amount of storage: "10Gi", "1.5 TB", "ten gigs"
	Percentage = "percentage" // "80%", "80 percent"
	Count      = "count"      // "top 5", "a dozen"
	Duration   = "duration"   // "2h", "older than 3 days", "since yesterday", "this week"
	Ordinal    = "ordinal"    // "the second one"; -1 for "the last one"
	// UnknownName is something written like a name that is not a live one: "pvc-123". Its Candidates, if any, are near
	// misses to offer, not what it means.
	UnknownName = "unknown_name"
)

// Entity is a piece of the utterance that was recognised.
type Entity struct {
	Type       string
	Role       string
	Value      string  // the canonical form; for numbers, Number in decimal
	Number     float64 // for quantity (bytes), percentage (0 to 100), count, ordinal, duration (seconds; of a time: before now)
	Op         string  // for numbers that are compared: "<", "<=", ">", ">=", "="; "" if they are not
	Text       string  // as written
	Start, End int     // byte offsets in the utterance
	Score      float64
	Source     string      // FromName, FromLookup, …
	Candidates []Candidate // for live names: what it may mean, the likeliest first; the first is Value
	Negated    bool        // "not healthy", "without snapshots"; of a number that Op is denied: "not equal to 3"
}

// Scored is an intent with its calibrated probability.
type Scored struct {
	Intent     string
	Confidence float64
}

// Parse is what an utterance was understood to mean.
type Parse struct {
	Intent     string // "" when the model abstains
	Confidence float64
	Ranking    []Scored // every intent, the likeliest first
	Entities   []Entity // in the order of their offsets; they do not overlap
}
