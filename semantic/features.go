package semantic

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/nlp"
)

// The symbols before the first and behind the last.
const (
	symbolFirst = "<s>"
	symbolLast  = "</s>"
)

// features are those of the whole sentence: its symbols, pairs and triples of them, and pairs with a gap.
func (s *sentence) features() []nlp.Feature {
	all := make([]string, 0, len(s.symbols)+2)
	all = append(all, symbolFirst)
	for _, y := range s.symbols {
		all = append(all, y.text)
	}
	all = append(all, symbolLast)
	f := make([]nlp.Feature, 0, 6*len(all)) // most have five features
	for i, y := range all {
		f = append(f, nlp.NewFeature("1", y))
		if i+1 < len(all) {
			f = append(f, nlp.NewFeature("2", y, all[i+1]))
		}
		if i+2 < len(all) {
			f = append(f, nlp.NewFeature("3", y, all[i+1], all[i+2]), nlp.NewFeature("2_", y, all[i+2]))
		}
		if i+3 < len(all) {
			f = append(f, nlp.NewFeature("2__", y, all[i+3]))
		}
	}
	for _, y := range s.symbols {
		if y.anchor < 0 {
			continue
		}
		e := s.anchors[y.anchor]
		f = append(f, nlp.NewFeature("type", e.Type))
		if e.Type == FieldType {
			f = append(f, nlp.NewFeature("field", e.Value))
		}
		for _, w := range s.called(y) {
			f = append(f, nlp.NewFeature("raw", w))
		}
	}
	return distinct(f)
}

// called are the words of an anchor that is called by several names, each of which may say more: "vgs" are pools, but not all pools.
func (s *sentence) called(y symbol) []string {
	if y.anchor < 0 || s.anchors[y.anchor].Source != nlp.FromLookup {
		return nil
	}
	return strings.Fields(y.raw)
}

// about are the features, the same in the company of the subject, since words mean something else of pools than of claims, and which
// anchors stand before which others.
func (s *sentence) about() []nlp.Feature {
	plain := s.features()
	all := slices.Grow(slices.Clone(plain), len(plain))
	for _, f := range plain {
		all = append(all, f.With(string(s.subject)))
	}
	for i := range s.anchors {
		for j := range s.anchors[:i] {
			all = append(all, nlp.NewFeature("pair", kindOf(s.anchors[j]), kindOf(s.anchors[i])))
		}
	}
	return distinct(all)
}

// reach is how many symbols on each side of an anchor say what it is.
const reach = 4

// anchorFeatures are those of an anchor by which its role is told.
func (s *sentence) anchorFeatures(i int, roles []string, act string, marks []string) []nlp.Feature {
	return append(s.standing(i), s.decided(i, roles, act, marks)...)
}

// decided are the features of what was decided before the role of an anchor: the roles of others, the act, and the marks.
func (s *sentence) decided(i int, roles []string, act string, marks []string) []nlp.Feature {
	e, at := s.anchors[i], s.place(i)
	if at < 0 {
		return nil
	}
	before := symbolFirst
	if i > 0 {
		before = roles[i-1]
	}
	f := append(make([]nlp.Feature, 0, len(marks)+4), nlp.NewFeature("before", before), nlp.NewFeature("act", act, e.Type))
	for _, m := range marks {
		f = append(f, nlp.NewFeature("mark", m, e.Type))
	}
	return distinct(append(f, s.likes(i, at, roles)...))
}

// place returns which symbol an anchor is, -1 if none.
func (s *sentence) place(anchor int) int {
	return slices.IndexFunc(s.symbols, func(y symbol) bool { return y.anchor == anchor })
}

// standing are the features of what an anchor is, and what stands around it.
func (s *sentence) standing(i int) []nlp.Feature {
	e, kind := s.anchors[i], kindOf(s.anchors[i])
	at := s.place(i)
	if at < 0 {
		return []nlp.Feature{nlp.NewFeature("nowhere")}
	}
	symbol := func(j int) string {
		switch {
		case j < 0:
			return symbolFirst
		case j >= len(s.symbols):
			return symbolLast
		}
		return s.symbols[j].text
	}
	subject := string(s.subject)
	f := []nlp.Feature{nlp.NewFeature("any"), nlp.NewFeature("own", kind), nlp.NewFeature("type", e.Type), nlp.NewFeature("op", e.Type, e.Op),
		nlp.NewFeature("raw", s.symbols[at].raw), nlp.NewFeature("subject", subject), nlp.NewFeature("own+", kind, subject),
		nlp.NewFeature("op+", e.Type, e.Op, subject), nlp.NewFeature("negated", strconv.FormatBool(e.Negated)), nlp.NewFeature("exact", strconv.FormatBool(e.Score == 1))}
	for d := -reach; d <= reach; d++ {
		if d == 0 {
			continue
		}
		w, side := symbol(at+d), "left"
		if d > 0 {
			side = "right"
		}
		f = append(f, nlp.NewFeature("at", strconv.Itoa(d), w), nlp.NewFeature("at+", strconv.Itoa(d), w, e.Type), nlp.NewFeature(side, w, e.Type))
	}
	f = append(f, nlp.NewFeature("left2", symbol(at-2), symbol(at-1)), nlp.NewFeature("right2", symbol(at+1), symbol(at+2)),
		nlp.NewFeature("between", symbol(at-1), symbol(at+1)), nlp.NewFeature("between+", symbol(at-1), symbol(at+1), e.Type),
		nlp.NewFeature("left2+", symbol(at-2), symbol(at-1), e.Type))
	last, next := symbolFirst, symbolLast
	if i > 0 {
		last = kindOf(s.anchors[i-1])
	}
	if i+1 < len(s.anchors) {
		next = kindOf(s.anchors[i+1])
	}
	f = append(f, nlp.NewFeature("last", last, e.Type), nlp.NewFeature("next", next, e.Type))
	for _, c := range e.Candidates {
		f = append(f, nlp.NewFeature("may", c.Type))
	}
	if e.Type == FieldType {
		f = append(f, nlp.NewFeature("field", e.Value), nlp.NewFeature("field+", e.Value, subject), nlp.NewFeature("field<", e.Value, symbol(at-1)),
			nlp.NewFeature("field>", e.Value, symbol(at+1)))
	}
	return distinct(f)
}

// likes are features of the anchors of the same type: how many there are, which of them it is, and the role of the one before with what
// stands between.
func (s *sentence) likes(i, at int, roles []string) []nlp.Feature {
	e := s.anchors[i]
	nth, all, last := 0, 0, -1
	for j, o := range s.anchors {
		if o.Type != e.Type {
			continue
		}
		all++
		if j < i {
			nth, last = nth+1, j
		}
	}
	f := []nlp.Feature{nlp.NewFeature("nth", e.Type, strconv.Itoa(min(nth, 3)), strconv.Itoa(min(all, 4)))}
	if last < 0 {
		return f
	}
	from := s.place(last)
	f = append(f, nlp.NewFeature("like", e.Type, roles[last]))
	if from >= 0 && at-from <= reach {
		between := []string{e.Type, roles[last]}
		for _, y := range s.symbols[from+1 : at] {
			between = append(between, y.text)
		}
		f = append(f, nlp.NewFeature("chain", between...))
	}
	return f
}

func distinct(f []nlp.Feature) []nlp.Feature {
	slices.Sort(f)
	return slices.Compact(f)
}
