package nlp

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Options are the settings of training. The zero value is ready to use.
type Options struct {
	// Seed decides every random choice: the same data and seed give the same model.
	Seed uint64
	// Names says which types are live names and how they are spoken of. An entity that examples annotate and that is neither
	// one of them, nor a mask of theirs, nor one whose values are known, is a trained one. Where Words says nothing, a type is
	// announced by its own name and by the words that a lookup of the data has for that value.
	Names map[string]NameType
	// Threshold is the confidence below which the model abstains; 0 means that it is fitted on held-out examples.
	Threshold float64
	// LinearOnly trains the linear model alone: in a fraction of the time, a little less accurate.
	LinearOnly bool
	// NoVectors leaves out the word vectors that come with the package, which are of English.
	NoVectors bool
	// Now is the clock that "since yesterday" is counted from; its zone decides when a day begins. Nil means time.Now.
	Now func() time.Time
}

// NameType says how the live names of a type are spoken of.
type NameType struct {
	// Mask is what the classifier sees of the type; "" means the type itself. Types that people do not tell apart ("how is
	// mysql doing?": a claim, a pod, a workload) are better off with one mask.
	Mask string
	// Words announce such a name, in the singular: "namespace", "ns".
	Words []string
}

// Model understands utterances. It is immutable and safe for concurrent use.
type Model struct {
	intents    []string // sorted; without Fallback
	fallback   int      // its class; -1: it has no examples
	classifier *classifier
	exact      exact
	extractor  *extractor
	extension  *extension // over the rest, which is its base's; nil: none
	rooms      sync.Pool  // to classify in
}

// Intents returns the names of the intents, sorted, without [Fallback].
func (m *Model) Intents() []string { return slices.Clone(m.intents) }

// Threshold returns the confidence below which the model abstains. It is fitted on held-out examples, so that a wrong answer
// weighs as much as two right ones that are not given; [Options.Threshold] sets it instead.
func (m *Model) Threshold() float64 { return m.classifier.calibration.threshold }

// Train makes a model of training data. It fails if the data has fewer than two intents or names an entity that cannot be
// recognised.
func Train(data *Data, options Options) (*Model, error) {
	m := &Model{fallback: -1}
	for _, ex := range data.Examples {
		if ex.Intent != Fallback && !slices.Contains(m.intents, ex.Intent) {
			m.intents = append(m.intents, ex.Intent)
		}
	}
	if len(m.intents) < 2 {
		return nil, fmt.Errorf("training needs examples of at least two intents; there are %d", len(m.intents))
	}
	slices.Sort(m.intents)
	var err error
	if m.extractor, err = newExtractor(data, options); err != nil {
		return nil, err
	}

	featurise := func(ex Example) [blocks][]uint64 {
		tokens := tokenise(ex.Text)
		return m.extractor.features(tokens, m.extractor.annotated(ex, tokens))
	}
	features := make([][blocks][]uint64, len(data.Examples))
	classes := make([]int, len(data.Examples))
	turned := make([][blocks][]uint64, len(data.Examples))
	parallel(len(features), func(i int) {
		ex := data.Examples[i]
		features[i] = featurise(ex)
		ex.Text = asked(ex.Text)
		turned[i] = featurise(ex)
	})
	for i, ex := range data.Examples {
		if ex.Intent == Fallback {
			m.fallback = len(m.intents)
			classes[i] = m.fallback
		} else {
			classes[i], _ = slices.BinarySearch(m.intents, ex.Intent)
		}
	}
	count := len(m.intents)
	if m.fallback >= 0 {
		count++
	}
	if count > 1<<16 {
		return nil, errors.New("training data has more than 65,536 intents; split it")
	}
	var names [][blocks][]uint64
	for _, intent := range m.intents {
		names = append(names, featurise(Example{Text: nameText(intent)}))
	}
	m.exact = make(exact, 2*len(features))
	for i, class := range classes {
		m.exact.learn(features[i], int32(class))
		m.exact.learn(turned[i], int32(class))
	}
	m.classifier = fitClassifier(features, classes, count, m.fallback, names, options)
	return m, nil
}

// nameText returns the words of an intent's name: "card arrival" of card_arrival, CardArrival and card-arrival.
func nameText(intent string) string {
	var b strings.Builder
	before := ' '
	for _, r := range intent {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(before):
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		before = r
	}
	return b.String()
}
