package nlp

import (
	"maps"
	"regexp"
	"slices"
	"time"
)

// encode writes what the extractor was made of; decodeExtractor makes it again.
func (e *extractor) encode(to *encoder) {
	encodeList(to, e.lookups.terms, func(to *encoder, t term) {
		to.string(t.entity)
		to.string(t.value)
		to.string(t.form)
	})
	encodeList(to, slices.Sorted(maps.Keys(e.lexicon.trained)), (*encoder).string)
	encodeList(to, e.cued, func(to *encoder, c announcement) {
		to.string(c.phrase)
		encodeList(to, c.types, (*encoder).string)
	})
	encodeList(to, slices.Sorted(maps.Keys(e.masks)), func(to *encoder, kind string) {
		to.string(kind)
		to.string(e.masks[kind])
	})
	encodeList(to, e.regexes, func(to *encoder, r namedRegex) {
		to.string(r.entity)
		to.string(r.pattern.String())
	})
}

func decodeExtractor(d *decoder, now func() time.Time) *extractor {
	e := &extractor{lookups: &lookups{spelt: map[string][]string{}, forms: map[string][]string{}}, masks: map[string]string{}, now: now}
	if e.now == nil {
		e.now = time.Now
	}
	for _, t := range decodeList(d, 3, func(d *decoder) term { return term{d.string(), d.string(), d.string()} }) {
		e.lookups.add(t.entity, t.value, t.form)
	}
	e.lookups.sort()
	e.lexicon = newLexicon(&Data{})
	for _, w := range decodeList(d, 1, (*decoder).string) {
		e.lexicon.trained[w] = true
	}
	for _, c := range decodeList(d, 2, func(d *decoder) announcement {
		return announcement{d.string(), decodeList(d, 1, (*decoder).string)}
	}) {
		e.announce(c)
	}
	for _, mask := range decodeList(d, 2, func(d *decoder) [2]string { return [2]string{d.string(), d.string()} }) {
		e.masks[mask[0]] = mask[1]
	}
	e.regexes = decodeList(d, 2, func(d *decoder) namedRegex {
		r := namedRegex{entity: d.string()}
		var err error
		if r.pattern, err = regexp.Compile(d.string()); err != nil {
			d.fail()
		}
		return r
	})
	e.sortTypes()
	return e
}
