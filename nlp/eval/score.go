package eval

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/mulebot/mulebot/nlp"
)

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
