package answer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// verdict is whether a record satisfies a filter.
type verdict int

const (
	no verdict = iota
	yes
	unknown // the record's value is not known: neither it nor its negation is satisfied
)

// test is a filter made ready for the records of a subject.
type test struct {
	models.Filter
	field   *Field
	holds   func(v value) verdict // before Not
	scoping bool                  // says which records the question is about, rather than what is asked of them
	or      []test                // what may hold instead
}

// judge applies the test to a record. Of alternatives one must hold; where none is known to, one that is not known leaves it open.
func (t *test) judge(r *record) verdict {
	verdict := t.holds(t.field.get(r))
	if t.Not && verdict != unknown {
		verdict = yes - verdict
	}
	for i := range t.or {
		switch other := t.or[i].judge(r); {
		case verdict == yes || other == yes:
			return yes
		case other == unknown:
			verdict = unknown
		}
	}
	return verdict
}

// compile makes filters ready, or says with an Invalid error what is wrong with one.
func compile(s *Schema, filters []models.Filter) ([]test, error) {
	tests := make([]test, len(filters))
	for i, f := range filters {
		field, err := s.Field(f.Field)
		if err != nil {
			return nil, err
		}
		holds, err := predicate(field, f)
		if err != nil {
			return nil, err
		}
		or, err := compile(s, f.Or)
		if err != nil {
			return nil, err
		}
		tests[i] = test{Filter: f, field: field, holds: holds, scoping: scoping(field, f), or: or}
	}
	return tests, nil
}

// predicate returns what a filter demands of a value.
func predicate(f *Field, filter models.Filter) (func(value) verdict, error) {
	switch filter.Op {
	case models.Known:
		return func(v value) verdict { return verdictOf(v.known && (f.Kind != ListKind || len(v.list) > 0)) }, nil
	case models.Match:
		if f.Kind.Numeric() || f.Kind == FlagKind {
			return nil, misfit(f, filter)
		}
		return matching(f, filter.Values), nil
	case models.Lt, models.Le, models.Gt, models.Ge:
		if !f.Kind.Numeric() && f.Kind != ListKind {
			return nil, misfit(f, filter)
		}
		return comparing(f, filter.Op, filter.Number), nil
	case models.Eq, "":
		if f.Kind == ListKind && len(filter.Values) == 0 {
			return func(v value) verdict { return verdictOf(float64(len(v.list)) == filter.Number) }, nil
		}
		return equalling(f, filter)
	}
	return nil, misfit(f, filter)
}

func misfit(f *Field, filter models.Filter) error {
	return &models.Error{Kind: models.Invalid,
		Message: "the " + f.Name() + " cannot be compared with " + phrase.Quote(string(filter.Op)),
		Hint:    "Words compare with = and ~, numbers with <, <=, >, >= and =, and everything with known"}
}

func verdictOf(holds bool) verdict {
	if holds {
		return yes
	}
	return no
}

// matching demands that the value, or an element of it, contains one of the texts.
func matching(f *Field, texts []string) func(value) verdict {
	texts = lowered(texts)
	contains := func(s string) bool {
		s = strings.ToLower(s)
		return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(s, t) })
	}
	if f.Kind == ListKind {
		return func(v value) verdict { return verdictOf(slices.ContainsFunc(v.list, contains)) }
	}
	return func(v value) verdict { return verdictOf(contains(v.text)) }
}

// comparing demands that the value, or the length of a list, stands so to a number.
func comparing(f *Field, op models.Op, number float64) func(value) verdict {
	return func(v value) verdict {
		n := v.number
		switch {
		case v.known:
		case f.endless != "":
			n = math.Inf(1)
		default:
			return unknown
		}
		if f.Kind == ListKind {
			n = float64(len(v.list))
		}
		if v.least && (op == models.Lt || op == models.Le || n <= number) {
			if n <= number {
				return unknown
			}
			return no
		}
		switch op {
		case models.Lt:
			return verdictOf(n < number)
		case models.Le:
			return verdictOf(n <= number)
		case models.Gt:
			return verdictOf(n > number)
		default:
			return verdictOf(n >= number)
		}
	}
}

// equalling demands that the value, or an element of it, is one of the filter's values, or its number.
func equalling(f *Field, filter models.Filter) (func(value) verdict, error) {
	switch {
	case f.Kind == FlagKind:
		want := !slices.ContainsFunc(filter.Values, func(s string) bool { return strings.EqualFold(s, "false") || strings.EqualFold(s, "no") })
		return func(v value) verdict { return verdictOf((v.number == 1) == want) }, nil
	case f.Kind.Numeric():
		return equallingNumber(filter), nil
	case f.Kind == HealthKind:
		for _, w := range filter.Values {
			if !slices.Contains(healthWords, models.Health(strings.ToLower(w))) {
				return nil, &models.Error{Kind: models.Invalid, Message: phrase.Quote(w) + " is not a word for health",
					Hint: "Health is " + phrase.Or(healthWords)}
			}
		}
	}
	values := filter.Values
	equals := func(s string) bool {
		return slices.ContainsFunc(values, func(w string) bool {
			return strings.EqualFold(s, w) || f.path && strings.EqualFold(s[strings.LastIndexByte(s, '/')+1:], w)
		})
	}
	if f.Kind == ListKind {
		return func(v value) verdict { return verdictOf(slices.ContainsFunc(v.list, equals)) }, nil
	}
	return func(v value) verdict {
		if f.open && !v.known {
			return unknown
		}
		return verdictOf(equals(v.text) || f.Kind == HealthKind && slices.ContainsFunc(v.list, equals))
	}, nil
}

// equallingNumber demands the filter's number or, if it has any, one of its values read as numbers.
func equallingNumber(filter models.Filter) func(value) verdict {
	numbers := []float64{filter.Number}
	if len(filter.Values) > 0 {
		numbers = nil
	}
	for _, s := range filter.Values {
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			numbers = append(numbers, n)
		}
	}
	return func(v value) verdict {
		if !v.known {
			return unknown
		}
		return verdictOf(slices.Contains(numbers, v.number))
	}
}

// healthWords are the words of health from best to worst.
var healthWords = []models.Health{models.Healthy, models.Rebuilding, models.Awaiting, models.Unknown, models.Degraded, models.ReadOnly, models.Down}

func lowered(texts []string) []string {
	low := make([]string, len(texts))
	for i, t := range texts {
		low[i] = strings.ToLower(t)
	}
	return low
}
