package nlp

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// checkSynonyms warns about synonyms that nothing uses: they are other words for the values of lookups, and for what examples mark of
// entities that are learnt.
func (d *Data) checkSynonyms() []Warning {
	used := map[string]bool{}
	for _, l := range d.Lookups {
		for _, v := range l.Examples {
			used[strings.ToLower(v)] = true
		}
	}
	tables, learnt := d.tableTypes(), false
	for _, ex := range d.Examples {
		for _, a := range ex.Entities {
			used[strings.ToLower(a.Value)] = true
			if !tables[a.Entity] {
				used[strings.ToLower(ex.Text[a.Start:a.End])], learnt = true, true
			}
		}
	}
	hint := "add the value to a lookup"
	if learnt {
		hint = "mark one in the examples, or add the value to the lookup of an entity that has one"
	}
	var warnings []Warning
	for _, s := range d.Synonyms {
		if !slices.ContainsFunc(append([]string{s.Value}, s.Examples...), func(text string) bool { return used[strings.ToLower(text)] }) {
			warnings = append(warnings, Warning{s.At, fmt.Sprintf("the synonyms of %q belong to nothing that a lookup or an example has; %s", s.Value, hint)})
		}
	}
	return warnings
}

// tableTypes are the types of entities whose values are known, and which no tagger learns.
func (d *Data) tableTypes() map[string]bool {
	tables := map[string]bool{Quantity: true, Percentage: true, Count: true, Duration: true, Ordinal: true}
	for _, l := range d.Lookups {
		tables[l.Entity] = true
	}
	for _, r := range d.Regexes {
		tables[r.Entity] = true
	}
	return tables
}

// checkMarks warns about annotations that teach nothing, of each kind once, and about regular expressions that match nothing at all.
func (d *Data) checkMarks() []Warning {
	var warnings []Warning
	told := map[string]bool{}
	warn := func(at Position, message string) {
		if !told[message] {
			told[message] = true
			warnings = append(warnings, Warning{at, message})
		}
	}
	has := d.tableValues()
	for _, ex := range d.Examples {
		for _, a := range ex.Entities {
			if text := ex.Text[a.Start:a.End]; !has(a.Entity, text) && a.Value == "" {
				warn(ex.At, fmt.Sprintf("%q is marked as %s, whose lookup or regex does not have it; add it there, or remove them to have %s learnt from the examples", text, a.Entity, a.Entity))
			}
			if a.Group != "" {
				warn(ex.At, fmt.Sprintf("entity %s has a group, which nothing uses; tell entities of one type apart by their role", a.Entity))
			}
		}
	}
	for _, r := range d.Regexes {
		for _, p := range r.Patterns {
			if pattern, err := regexp.Compile(p); err == nil && pattern.MatchString("") {
				warn(r.At, fmt.Sprintf("the regex %s of %s matches nothing at all as well, which is no entity; write + for *, say", p, r.Entity))
			}
		}
	}
	return warnings
}

// tableValues returns a function that reports whether a text may be of a type: its lookup or regex has it, or it has neither.
func (d *Data) tableValues() func(entity, text string) bool {
	lookups := newLookups(d)
	tables, patterns := map[string]bool{}, map[string][]*regexp.Regexp{}
	for _, l := range d.Lookups {
		tables[l.Entity] = true
	}
	for _, r := range d.Regexes {
		tables[r.Entity] = true
		for _, p := range r.Patterns {
			if pattern, err := regexp.Compile(p); err == nil {
				patterns[r.Entity] = append(patterns[r.Entity], pattern)
			}
		}
	}
	return func(entity, text string) bool {
		if !tables[entity] || slices.ContainsFunc(patterns[entity], func(p *regexp.Regexp) bool { return p.MatchString(text) }) {
			return true
		}
		meaning, last := lookups.phrases.longest([][]string{phraseWords(normalise(text))}, 0)
		return meaning >= 0 && last == 1
	}
}

// CheckRoles returns warnings about roles of entities that have a lookup or a regex, of each type once: [Train] learns the roles of other
// entities only. [Extend] learns them all.
func (d *Data) CheckRoles() []Warning {
	tables := d.tableTypes()
	told := map[string]bool{}
	var warnings []Warning
	for _, ex := range d.Examples {
		for _, a := range ex.Entities {
			if a.Role != "" && tables[a.Entity] && !told[a.Entity] {
				told[a.Entity] = true
				warnings = append(warnings, Warning{ex.At, fmt.Sprintf(
					"the roles of %s are not learnt, since its values are known; remove its lookup or regex, and mark it in some dozen examples", a.Entity)})
			}
		}
	}
	return warnings
}
