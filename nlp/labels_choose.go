package nlp

import (
	"cmp"
	"math"
	"slices"
)

// Likely is a label, or several that go together, and how probable it is that they are right.
type Likely struct {
	Labels      []string
	Probability float64
}

// Best returns the likeliest labels that are allowed, each by itself, the likeliest first: at most so many, and but for the first none
// that is less probable than least; none if there are no labels. The features speak on top of a tally, which may be nil. It is for a labeller
// of one.
func (l *Labeller) Best(before Tally, features []Feature, most int, least float64, allowed func(label string) bool) []Likely {
	if len(l.labels) == 0 {
		return nil
	}
	room := l.scores(before, features)
	defer l.rooms.Put(room)
	top, sum := slices.Max(*room), 0.0
	for _, s := range *room {
		if s-top > unlikely {
			sum += math.Exp(float64(s - top))
		}
	}
	probability := func(s float32) float64 { return math.Exp(float64(s-top)) / sum }
	var all []Likely
	first, enough := -1, top+float32(math.Log(max(least, math.SmallestNonzeroFloat32)*sum))
	for i, s := range *room {
		if s < enough && (first >= 0 && s <= (*room)[first] || len(all) > 0) || allowed != nil && !allowed(l.labels[i]) {
			continue
		}
		if first < 0 || s > (*room)[first] {
			first = i
		}
		if s >= enough {
			all = append(all, Likely{l.labels[i : i+1], probability(s)})
		}
	}
	if len(all) == 0 && first >= 0 {
		return []Likely{{l.labels[first : first+1], probability((*room)[first])}}
	}
	sortLikely(all)
	return all[:min(most, len(all))]
}

// Labels are some of the labels of a labeller, by their numbers.
type Labels []bool

// Those returns the labels that are such.
func (l *Labeller) Those(such func(label string) bool) Labels {
	some := make(Labels, len(l.labels))
	for i, label := range l.labels {
		some[i] = such(label)
	}
	return some
}

// BestSets returns the likeliest sets of labels that are allowed, the likeliest first: at most so many. They differ in the labels, at
// most turns of them, that are the least certain, but in none that is as good as certain. It is for a labeller of many.
func (l *Labeller) BestSets(features []Feature, most, turns int, allowed Labels) []Likely {
	const certain = 0.03 // how many times as probable as the rest a turned label is at the least
	room := l.scores(nil, features)
	defer l.rooms.Put(room)
	best := Likely{Probability: 1}
	type turn struct {
		label string
		on    bool
		odds  float64
	}
	var doubtful []turn
	for i, s := range *room {
		if s < unlikely || !allowed[i] {
			continue
		}
		odds := math.Exp(-math.Abs(float64(s)))
		best.Probability /= 1 + odds
		if s > 0 {
			best.Labels = append(best.Labels, l.labels[i])
		}
		if odds >= certain {
			doubtful = append(doubtful, turn{l.labels[i], s > 0, odds})
		}
	}
	slices.SortStableFunc(doubtful, func(a, b turn) int { return cmp.Compare(b.odds, a.odds) })
	sets := []Likely{best}
	for _, d := range doubtful[:min(turns, len(doubtful))] {
		for _, s := range sets {
			sets = append(sets, Likely{turned(s.Labels, d.label, d.on), s.Probability * d.odds})
		}
	}
	sortLikely(sets)
	return sets[:min(most, len(sets))]
}

// turned returns labels with another one, or without it if it is on.
func turned(labels []string, label string, on bool) []string {
	at, _ := slices.BinarySearch(labels, label)
	if on {
		return slices.Delete(slices.Clone(labels), at, at+1)
	}
	return slices.Insert(slices.Clone(labels), at, label)
}

func sortLikely(all []Likely) {
	slices.SortStableFunc(all, func(a, b Likely) int { return cmp.Compare(b.Probability, a.Probability) })
}

// Score returns the score of what has these features, for a labeller that ranks; see [FitRanker].
func (l *Labeller) Score(features []Feature) float64 {
	score := l.base[0]
	for _, f := range features {
		for _, c := range l.of(f) {
			score += l.step * float32(c.weight())
		}
	}
	return float64(score)
}
