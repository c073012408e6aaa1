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
	"cmp"
	"context"
	"fmt"
	"math"
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
	return report(answers, m.Threshold()), nil
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

func report(answers []answer, threshold float64) *Report {
	r := &Report{Threshold: threshold, Entities: entities(answers), Latency: latency(answers)}
	var inside, outside []answer
	for _, a := range answers {
		if a.outside() {
			outside = append(outside, a)
		} else {
			inside = append(inside, a)
		}
	}
	r.Examples, r.Outside = len(inside), len(outside)
	r.scoreIntents(inside)
	r.Confusions = confusions(inside)
	r.CalibrationError = calibrationError(inside)
	answered, right := 0, 0
	for _, a := range inside {
		if a.parse.Intent != "" {
			answered++
		}
		if a.parse.Intent == a.Intent {
			right++
		}
	}
	r.AtThreshold = AtThreshold{Accuracy: share(right, len(inside)), Answered: share(answered, len(inside)), Right: share(right, answered)}
	if len(outside) > 0 {
		declined := 0
		for _, a := range outside {
			if a.parse.Intent == "" {
				declined++
			}
		}
		r.OutOfScope = &OutOfScope{Recall: share(declined, len(outside)), AUROC: auroc(inside, outside)}
	}
	return r
}

// share returns n/of, and 0 of nothing.
func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// f1 returns precision, recall and their harmonic mean.
func f1(right, found, support int) (p, r, f float64) {
	p, r = share(right, found), share(right, support)
	if p+r > 0 {
		f = 2 * p * r / (p + r)
	}
	return p, r, f
}

// scoreIntents fills in the table of intents, accuracy and F1. Intents without an example in the test data are in the
// table if something was taken for them, and do not count in the means.
func (r *Report) scoreIntents(inside []answer) {
	rows := map[string]*IntentScore{}
	row := func(intent string) *IntentScore {
		if rows[intent] == nil {
			rows[intent] = &IntentScore{Intent: intent}
		}
		return rows[intent]
	}
	total := 0
	for _, a := range inside {
		row(a.Intent).Support++
		row(a.taken()).Taken++
		if a.Intent == a.taken() {
			row(a.Intent).Right++
			total++
		}
	}
	r.Accuracy = share(total, len(inside))
	tested := 0
	for _, s := range rows {
		s.Precision, s.Recall, s.F1 = f1(s.Right, s.Taken, s.Support)
		r.Intents = append(r.Intents, *s)
		if s.Support > 0 {
			tested++
		}
	}
	slices.SortFunc(r.Intents, func(a, b IntentScore) int { return cmp.Compare(a.Intent, b.Intent) })
	for _, s := range r.Intents {
		if s.Support > 0 {
			r.MacroF1 += s.F1 / float64(tested)
			r.WeightedF1 += s.F1 * share(s.Support, len(inside))
		}
	}
}

// someTexts is how many examples of a confusion are shown.
const someTexts = 5

func confusions(inside []answer) []Confusion {
	pairs := map[[2]string]*Confusion{}
	for _, a := range inside {
		if a.Intent == a.taken() {
			continue
		}
		key := [2]string{a.Intent, a.taken()}
		c := pairs[key]
		if c == nil {
			c = &Confusion{Intent: a.Intent, Taken: a.taken()}
			pairs[key] = c
		}
		if c.Count++; len(c.Texts) < someTexts {
			c.Texts = append(c.Texts, a.Text)
		}
	}
	list := make([]Confusion, 0, len(pairs))
	for _, c := range pairs {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Confusion) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Intent, b.Intent), cmp.Compare(a.Taken, b.Taken))
	})
	return list
}

// entities compares the entities found with those marked.
func entities(answers []answer) *Entities {
	type span struct {
		start, end int
		kind, role string
	}
	rows := map[string]*EntityScore{}
	for _, a := range answers {
		for _, e := range a.Entities {
			if rows[e.Entity] == nil {
				rows[e.Entity] = &EntityScore{Type: e.Entity}
			}
			rows[e.Entity].Support++
		}
	}
	if len(rows) == 0 {
		return nil
	}
	for _, a := range answers {
		marked := map[span]bool{}
		for _, e := range a.Entities {
			marked[span{e.Start, e.End, e.Entity, e.Role}] = true
		}
		for _, e := range a.parse.Entities {
			kind, right := e.Type, false
			for _, t := range types(e) {
				if marked[span{e.Start, e.End, t, e.Role}] {
					kind, right = t, true
					break
				}
			}
			row := rows[kind]
			if row == nil {
				continue
			}
			row.Found++
			if right {
				row.Right++
			}
		}
	}
	all := &Entities{EntityScore: EntityScore{Type: "all"}}
	for _, row := range rows {
		row.Precision, row.Recall, row.F1 = f1(row.Right, row.Found, row.Support)
		all.Types = append(all.Types, *row)
		all.Support, all.Found, all.Right = all.Support+row.Support, all.Found+row.Found, all.Right+row.Right
	}
	all.Precision, all.Recall, all.F1 = f1(all.Right, all.Found, all.Support)
	slices.SortFunc(all.Types, func(a, b EntityScore) int { return cmp.Compare(a.Type, b.Type) })
	return all
}

// types returns the types that an entity has: of a live name, those of the names that it means alike, between which the
// user is asked.
func types(e nlp.Entity) []string {
	list := []string{e.Type}
	for _, c := range e.Candidates {
		if c.Score == e.Candidates[0].Score {
			list = append(list, c.Type)
		}
	}
	return list
}

// calibrationBins is how many bins of confidence the calibration error is taken over.
const calibrationBins = 15

func calibrationError(inside []answer) float64 {
	var count, right [calibrationBins]int
	var confidence [calibrationBins]float64
	for _, a := range inside {
		c := a.parse.Ranking[0].Confidence
		bin := min(int(c*calibrationBins), calibrationBins-1)
		count[bin]++
		confidence[bin] += c
		if a.Intent == a.taken() {
			right[bin]++
		}
	}
	sum := 0.0
	for b := range count {
		sum += math.Abs(confidence[b] - float64(right[b]))
	}
	if len(inside) == 0 {
		return 0
	}
	return sum / float64(len(inside))
}

// auroc returns how often an example in scope has more confidence than one out of scope; ties count half.
func auroc(inside, outside []answer) float64 {
	if len(inside) == 0 || len(outside) == 0 {
		return 0
	}
	confidences := make([]float64, len(outside))
	for i, a := range outside {
		confidences[i] = a.parse.Confidence
	}
	slices.Sort(confidences)
	sum := 0.0
	for _, a := range inside {
		below, _ := slices.BinarySearch(confidences, a.parse.Confidence)
		above, _ := slices.BinarySearch(confidences, math.Nextafter(a.parse.Confidence, 2))
		sum += float64(below+above) / 2
	}
	return sum / float64(len(inside)*len(outside))
}

func latency(answers []answer) Latency {
	if len(answers) == 0 {
		return Latency{}
	}
	took := make([]time.Duration, len(answers))
	for i, a := range answers {
		took[i] = a.took
	}
	slices.Sort(took)
	at := func(q float64) float64 {
		return float64(took[min(int(q*float64(len(took))), len(took)-1)].Nanoseconds()) / 1000
	}
	return Latency{P50: at(0.5), P99: at(0.99)}
}
