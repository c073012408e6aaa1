package nlp

import (
	"slices"
)

// Trial is an example and what it was taken for by a model that was not trained on it.
type Trial struct {
	Example
	TakenFor string // "" for nothing
	Own      bool   // whether the example is the extension's, and not the base's
}

// TryExtension cross-validates an extension: each example is parsed by a model that was trained on the others, the base's
// examples too as far as extensions are trained against them. Of the base's, only those are returned that it answers and that
// the extension would take.
func TryExtension(base *Model, data *Data, negatives *Negatives, options Options) ([]Trial, error) {
	names := map[string]int{}
	classes := make([]int, len(data.Examples))
	for i, ex := range data.Examples {
		if _, ok := names[ex.Intent]; !ok {
			names[ex.Intent] = len(names)
		}
		classes[i] = names[ex.Intent]
	}
	fold := assignFolds(classes, len(names), options.Seed)
	var trials []Trial
	for f := range folds {
		rest, others := *data, &Negatives{rarity: negatives.rarity}
		rest.Examples = nil
		for i, ex := range data.Examples {
			if fold[i] != f {
				rest.Examples = append(rest.Examples, ex)
			}
		}
		for i, ex := range negatives.examples {
			if i%folds != f {
				others.examples, others.features = append(others.examples, ex), append(others.features, negatives.features[i])
			}
		}
		if len(rest.Examples) == 0 {
			continue
		}
		m, err := Extend(base, &rest, others, options)
		if err != nil {
			return nil, err
		}
		for i, ex := range data.Examples {
			if fold[i] == f {
				trials = append(trials, Trial{ex, m.extension.takes(ex), true})
			}
		}
		for i, ex := range negatives.examples {
			if i%folds != f || ex.Intent == Fallback {
				continue
			}
			if intent := m.extension.takes(ex); intent != ex.Intent && slices.Contains(m.extension.classes, intent) && intent != "" {
				trials = append(trials, Trial{ex, intent, false})
			}
		}
	}
	return trials, nil
}

// takes returns the intent that an annotated example is taken for.
func (x *extension) takes(ex Example) string {
	tokens := tokenise(ex.Text)
	basic := x.base.classify(tokens, x.base.extractor.annotated(ex, tokens))
	top, p := x.verdict(new(room), x.extractor.features(tokens, x.extractor.annotated(ex, tokens)), basic)
	switch {
	case top == 0:
		return basic.Intent
	case x.classes[top] == Fallback || p[top] < x.threshold:
		return ""
	}
	return x.classes[top]
}
