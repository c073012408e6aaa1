package nlp

import (
	"cmp"
	"slices"
)

// tagger finds trained entities: those that examples annotate and that no list, expression or recogniser gives.
type tagger struct {
	labels   []label // 0 is outside; the others in pairs, the beginning of an entity and its inside
	features *keyTable
	crf      *crf
	largest  float32 // the size of the largest weight
	clues    *clues
	values   map[string]string // by what is written, in lower case: its canonical value
}

// label says of a token that it begins an entity or continues one. The zero value is outside of any.
type label struct {
	entity, role string
	inside       bool
}

// tagged is an example with a label for each token.
type tagged struct {
	units  []seen
	labels []label
}

// taggerOptions are the settings of a tagger's training.
type taggerOptions struct {
	minimum int // how many examples must have a feature
	crf     crfOptions
}

// train fits the tagger to examples, some of which have entities.
func (t *tagger) train(examples []tagged, o taggerOptions) {
	t.labels = labelsOf(examples)
	numbers := make([][]uint16, len(examples))
	for i, ex := range examples {
		for _, l := range ex.labels {
			numbers[i] = append(numbers[i], uint16(slices.Index(t.labels, l)))
		}
	}
	var saying [][]told
	t.clues, saying = learnClues(examples, numbers)
	written, lower := make([]observed, len(examples)), make([]observed, len(examples))
	for i, ex := range examples {
		w := padded(ex.units)
		written[i] = observe(ex.units, w, saying[i], false)
		lower[i] = observe(ex.units, w, saying[i], true)
	}
	t.features = newKeyTable(frequent(written, o.minimum))
	lessons := make([]lesson, len(examples))
	for i := range examples {
		lessons[i] = lesson{t.sequence(written[i]), t.sequence(lower[i]), numbers[i]}
	}
	t.crf = newCRF(lessons, t.features.size, t.arcs(numbers))
	trainCRF(t.crf, lessons, o.crf)
	t.compress()
}

// labelsOf returns the labels of examples in order.
func labelsOf(examples []tagged) []label {
	found := map[label]bool{}
	var begins []label
	for _, ex := range examples {
		for _, l := range ex.labels {
			l.inside = false
			if l.entity != "" && !found[l] {
				found[l] = true
				begins = append(begins, l)
			}
		}
	}
	slices.SortFunc(begins, func(a, b label) int {
		return cmp.Or(cmp.Compare(a.entity, b.entity), cmp.Compare(a.role, b.role))
	})
	labels := []label{{}}
	for _, l := range begins {
		labels = append(labels, l, label{l.entity, l.role, true})
	}
	return labels
}

// frequent returns the keys of the features that at least minimum of the utterances have, in order.
func frequent(all []observed, minimum int) []uint32 {
	var keys []uint32
	for _, o := range all {
		from := len(keys)
		keys = append(append(keys, o.keys...), o.all...)
		slices.Sort(keys[from:])
		keys = keys[:from+len(slices.Compact(keys[from:]))]
	}
	slices.Sort(keys)
	var often []uint32
	for i := 0; i < len(keys); {
		j := i
		for j < len(keys) && keys[j] == keys[i] {
			j++
		}
		if j-i >= minimum {
			often = append(often, keys[i])
		}
		i = j
	}
	return often
}

// sequence numbers the features of an utterance.
func (t *tagger) sequence(o observed) sequence {
	s := sequence{ids: make([]int32, 0, len(o.keys)), ends: make([]int32, len(o.ends)), all: make([]int32, 0, len(o.all))}
	from := int32(0)
	for i, to := range o.ends {
		s.ids = t.appendIDs(s.ids, o.keys[from:to])
		s.ends[i] = int32(len(s.ids))
		from = to
	}
	s.all = t.appendIDs(s.all, o.all)
	return s
}

func (t *tagger) appendIDs(to []int32, keys []uint32) []int32 {
	for _, k := range keys {
		if id := t.features.id(k); id >= 0 {
			to = append(to, id)
		}
	}
	return to
}

// arcs returns the pairs of labels that may follow one another: those that training shows, from and to what is outside,
// and from the beginning of an entity to its inside.
func (t *tagger) arcs(numbers [][]uint16) arcs {
	k := len(t.labels)
	pairs := make([]bool, k*k)
	for _, ys := range numbers {
		for i := 1; i < len(ys); i++ {
			pairs[int(ys[i-1])*k+int(ys[i])] = true
		}
	}
	a := arcs{begins: make([]bool, k), into: make([]int32, k+1)}
	for y, to := range t.labels {
		a.begins[y] = !to.inside
		for x, from := range t.labels {
			legal := pairs[x*k+y] || x == 0 || y == 0
			if to.inside {
				legal = from.entity == to.entity && from.role == to.role
			}
			if legal {
				a.from = append(a.from, uint16(x))
			}
		}
		a.into[y+1] = int32(len(a.from))
	}
	a.weights = make([]float32, len(a.from))
	return a
}

// mention is an entity that the tagger found: units[first:last].
type mention struct {
	label
	first, last int
	score       float64
}

// leastScore is the score of an entity that is the least unlikely.
const leastScore = 1e-6

// tag returns the entities of an utterance in order.
func (t *tagger) tag(units []seen) []mention {
	units = units[:min(len(units), maxWords)]
	w := padded(units)
	s := t.sequence(observe(units, w, t.clues.of(w), false))
	var l lattice
	t.crf.score(&l, &s)
	var spans []mention
	path := t.crf.best(&l)
	for i, y := range path {
		switch l := t.labels[y]; {
		case y == 0:
		case l.inside && len(spans) > 0:
			spans[len(spans)-1].last = i + 1
		default:
			spans = append(spans, mention{label: l, first: i, last: i + 1})
		}
	}
	if len(spans) == 0 {
		return nil
	}
	t.crf.prepare(&l)
	t.crf.forward(&l)
	t.crf.backward(&l, nil)
	for i := range spans {
		f := &spans[i]
		f.score = 1
		for j := f.first; j < f.last; j++ {
			f.score = min(f.score, l.alpha[j*l.labels+int(path[j])])
		}
		if !(f.score > leastScore) {
			f.score = leastScore
		}
	}
	return spans
}
