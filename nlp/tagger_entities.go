package nlp

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// nameWord stands for a live name, whatever its type. As an entity of a label it is one that has a role.
const nameWord = "<name>"

// trainTagger gives the extractor a tagger if the training data has trained entities, or live names with roles.
func (e *extractor) trainTagger(data *Data, seed uint64) error {
	if !slices.ContainsFunc(data.Examples, func(ex Example) bool { return slices.ContainsFunc(ex.Entities, e.isTagged) }) {
		return nil
	}
	e.tagger = &tagger{values: map[string]string{}} // from here on names are not guessed where all entities are trained
	for _, s := range data.Synonyms {
		for _, text := range s.Examples {
			e.tagger.values[strings.ToLower(text)] = s.Value
		}
	}
	examples := make([]tagged, len(data.Examples))
	for i, ex := range data.Examples {
		examples[i] = e.tagged(ex)
		for _, a := range ex.Entities {
			if a.Value != "" && e.isTrained(a.Entity) {
				e.tagger.values[strings.ToLower(ex.Text[a.Start:a.End])] = a.Value
			}
		}
	}
	if n := len(labelsOf(examples)); n > maxLabels {
		return fmt.Errorf("training data has %d kinds of trained entities and roles, more than %d; split it", n/2, maxLabels/2)
	}
	e.tagger.train(examples, defaultTagger(len(examples), seed))
	return nil
}

// isTagged reports whether an annotation teaches the tagger anything.
func (e *extractor) isTagged(a Annotation) bool {
	return e.isTrained(a.Entity) || a.Role != "" && e.isLive(a.Entity)
}

// tagged returns an example as the tagger is trained on it.
func (e *extractor) tagged(ex Example) tagged {
	tokens := tokenise(ex.Text)
	entities := e.recognised(ex.Text, tokens, nil, exampleTime, given(ex, tokens, e.isLive, FromName)...)
	units := e.units(tokens, entities)
	t := tagged{units, make([]label, len(units))}
	for _, f := range append(given(ex, tokens, e.isTrained, FromTagger), entities...) {
		l := label{entity: f.Type, role: f.Role}
		if f.Source == FromName && f.Role != "" {
			l.entity = nameWord
		} else if f.Source != FromTagger {
			continue
		}
		for i, u := range units {
			if u.first < f.last && f.first < u.last && t.labels[i].entity == "" {
				t.labels[i] = l
				l.inside = true
			}
		}
	}
	return t
}

// units returns the tokens as the tagger sees them. A live name is one unit and hidden, since it is another one tomorrow.
func (e *extractor) units(tokens []token, entities []found) []seen {
	units := make([]seen, 0, len(tokens))
	next := 0
	for i := 0; i < len(tokens); i++ {
		for next < len(entities) && entities[next].last <= i {
			next++
		}
		u := seen{word: tokens[i].norm, text: tokens[i].text, first: i, last: i + 1}
		if next < len(entities) && entities[next].first <= i {
			switch f := entities[next]; {
			case f.Source == FromName && len(e.live) > 0:
				u = seen{word: nameWord, text: nameWord, kind: cmp.Or(e.masks[f.Type], f.Type), first: i, last: f.last}
				i = f.last - 1
			case f.Source != FromName:
				u.kind = f.Type
			}
		}
		units = append(units, u)
	}
	return units
}

// tag adds what the tagger finds to the entities that were recognised. A live name keeps its place and gets its role.
func (e *extractor) tag(utterance string, tokens []token, entities []found) []found {
	units := e.units(tokens, entities)
	var proposals []found
	for _, s := range e.tagger.tag(units) {
		f := found{first: units[s.first].first, last: units[s.last-1].last}
		same := slices.IndexFunc(entities, func(o found) bool {
			return o.Source == FromName && o.first == f.first && (s.entity == nameWord || o.last == f.last && o.Type == s.entity)
		})
		if same >= 0 {
			entities[same].Role = s.role
		}
		if same >= 0 || s.entity == nameWord {
			continue
		}
		text := utterance[tokens[f.first].start:tokens[f.last-1].end]
		f.Entity = Entity{Type: s.entity, Role: s.role, Value: cmp.Or(e.tagger.values[strings.ToLower(text)], text), Score: s.score, Source: FromTagger}
		proposals = append(proposals, f)
	}
	return resolve(tokens, append(entities, proposals...))
}

// defaultTagger returns the settings for a number of examples: few are looked at more often, and a feature that only one
// example has teaches nothing but that example, unless there is hardly any other.
func defaultTagger(examples int, seed uint64) taggerOptions {
	o := taggerOptions{minimum: 2, crf: crfOptions{rate: 0.1, drop: 0.3, lower: 0.15, members: 2, seed: seed}}
	if examples < 100 {
		o.minimum = 1
	}
	o.crf.epochs = min(max(10_000/max(examples, 1), 8), 40)
	return o
}
