// Package eval measures how well a model of package nlp understands test data.
//
// [Test] asks a model every example and [CrossValidate] trains on parts of the data and asks about the rest. Both give a
// [Report]: pure figures, with writers for people ([Report.WriteText], [Report.WriteHTML]) and json tags for programs.
//
// Two questions are kept apart. Which intent is likeliest, whatever the confidence? That is Accuracy, F1, the table of
// intents and the confusions, over the examples in scope: what published results state. And does the model abstain when
// it should? That is the part AtThreshold and OutOfScope.
package eval

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/mulebot/mulebot/nlp"
)

// Report is what a test has shown. Shares are from 0 to 1.
type Report struct {
	Examples   int           `json:"examples"` // in scope
	Outside    int           `json:"outside"`  // out of scope
	Folds      int           `json:"folds,omitempty"`
	Unknown    []string      `json:"unknown_intents,omitempty"` // of the test data, that the model does not have: their examples count as wrong
	Intents    []IntentScore `json:"intents"`
	Confusions []Confusion   `json:"confusions"` // the commonest first
	Entities   *Entities     `json:"entities"`   // nil: the test data marks none

	Accuracy     float64   `json:"accuracy"` // the likeliest intent is the right one
	FoldAccuracy []float64 `json:"fold_accuracy,omitempty"`
	MacroF1      float64   `json:"macro_f1"`
	WeightedF1   float64   `json:"weighted_f1"`

	Threshold   float64     `json:"threshold"` // below which the model abstains; the mean of the folds
	AtThreshold AtThreshold `json:"at_threshold"`
	OutOfScope  *OutOfScope `json:"out_of_scope"` // nil: the test data has no example out of scope

	// CalibrationError is the expected one (ECE) over 15 bins: how far confidence is from the share of right answers.
	CalibrationError float64 `json:"calibration_error"`
	Latency          Latency `json:"latency"`
}

// IntentScore is how well one intent is told from the others.
type IntentScore struct {
	Intent    string  `json:"intent"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Support   int     `json:"support"` // its examples in the test data
	Taken     int     `json:"taken"`   // examples that were taken for it
	Right     int     `json:"right"`   // of those, its own
}

// Confusion is how often one intent was taken for another.
type Confusion struct {
	Intent string   `json:"intent"`
	Taken  string   `json:"taken_for"`
	Count  int      `json:"count"`
	Texts  []string `json:"texts"` // some of them
}

// AtThreshold is what happens to examples in scope when the model may abstain.
type AtThreshold struct {
	Accuracy float64 `json:"accuracy"` // answered, and with the right intent
	Answered float64 `json:"answered"`
	Right    float64 `json:"answered_right"` // of those answered
}

// OutOfScope is how well examples in scope and out of it are told apart.
type OutOfScope struct {
	Recall float64 `json:"recall"` // of examples out of scope, those declined
	AUROC  float64 `json:"auroc"`  // how often an example in scope has more confidence than one out of it
}

// Entities is how well entities are found: by their exact span, type and role. Only types that the test data marks count,
// since it says nothing of others.
type Entities struct {
	EntityScore
	Types []EntityScore `json:"types"`
}

// EntityScore is how well the entities of a type are found.
type EntityScore struct {
	Type      string  `json:"type"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Support   int     `json:"support"`
	Found     int     `json:"found"`
	Right     int     `json:"right"`
}

// Latency is how long one utterance takes, in microseconds.
type Latency struct {
	P50 float64 `json:"p50_us"`
	P99 float64 `json:"p99_us"`
}

// Options are the settings of a test. The zero value is ready to use.
type Options struct {
	// Names are the live names that utterances may refer to.
	Names nlp.Gazetteer
	// Progress is called before each example with how many there are and how many are done. Nil: nobody asks.
	Progress func(done, of int)
}

// Test asks a model the examples of test data, one by one. It ends early, with an error, when the context does.
func Test(ctx context.Context, m *nlp.Model, data *nlp.Data, o Options) (*Report, error) {
	answers, err := ask(ctx, m, data.Examples, o)
	if err != nil {
		return nil, err
	}
	r := report(answers, m.Threshold())
	known := m.Intents()
	for _, s := range r.Intents {
		if s.Support > 0 && !slices.Contains(known, s.Intent) {
			r.Unknown = append(r.Unknown, s.Intent)
		}
	}
	return r, nil
}

// CrossValidate deals the examples of each intent out over folds at random, and for each fold trains a model on the other
// folds and asks about it. The report is over all folds.
func CrossValidate(ctx context.Context, data *nlp.Data, folds int, training nlp.Options, o Options) (*Report, error) {
	if folds < 2 || folds > len(data.Examples) {
		return nil, fmt.Errorf("%d examples cannot be dealt out over %d folds", len(data.Examples), folds)
	}
	fold := deal(data.Examples, folds, training.Seed)
	var all []answer
	var accuracies []float64
	threshold := 0.0
	for f := range folds {
		rest := *data
		rest.Examples = nil
		var held []nlp.Example
		for i, ex := range data.Examples {
			if fold[i] == f {
				held = append(held, ex)
			} else {
				rest.Examples = append(rest.Examples, ex)
			}
		}
		m, err := nlp.Train(&rest, training)
		if err != nil {
			return nil, fmt.Errorf("fold %d: %w", f+1, err)
		}
		part := o
		if o.Progress != nil {
			part.Progress = func(done, _ int) { o.Progress(len(all)+done, len(data.Examples)) }
		}
		answers, err := ask(ctx, m, held, part)
		if err != nil {
			return nil, err
		}
		all = append(all, answers...)
		accuracies = append(accuracies, report(answers, 0).Accuracy)
		threshold += m.Threshold() / float64(folds)
	}
	r := report(all, threshold)
	r.Folds, r.FoldAccuracy = folds, accuracies
	return r, nil
}

// deal returns the fold of each example. Those of an intent are spread evenly.
func deal(examples []nlp.Example, folds int, seed uint64) []int {
	byIntent := map[string][]int{}
	var intents []string
	for i, ex := range examples {
		if byIntent[ex.Intent] == nil {
			intents = append(intents, ex.Intent)
		}
		byIntent[ex.Intent] = append(byIntent[ex.Intent], i)
	}
	slices.Sort(intents)
	rnd := rand.New(rand.NewPCG(seed, 2))
	fold := make([]int, len(examples))
	next := 0
	for _, intent := range intents {
		members := byIntent[intent]
		rnd.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
		for _, i := range members {
			fold[i] = next % folds
			next++
		}
	}
	return fold
}

// answer is what a model said to an example.
type answer struct {
	nlp.Example
	parse nlp.Parse
	took  time.Duration
}

func (a *answer) outside() bool { return a.Intent == nlp.Fallback }
func (a *answer) taken() string { return a.parse.Ranking[0].Intent }

func ask(ctx context.Context, m *nlp.Model, examples []nlp.Example, o Options) ([]answer, error) {
	answers := make([]answer, len(examples))
	for i, ex := range examples {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if o.Progress != nil {
			o.Progress(i, len(examples))
		}
		start := time.Now()
		p := m.Parse(ex.Text, o.Names)
		answers[i] = answer{ex, p, time.Since(start)}
	}
	return answers, nil
}
