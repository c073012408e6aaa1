package semantic

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// FieldType is the type of an anchor that is the name of a field of the subject.
const FieldType = "field"

// longestField is how many words the name of a field has at most.
const longestField = 3

// rare stands for every word that the training data does not have often enough to know what it says.
const rare = "<rare>"

// sentence is an utterance in the eyes of a subject: its anchors, and its symbols.
type sentence struct {
	text    string
	subject models.Subject // "" while it is not known
	anchors []nlp.Entity
	symbols []symbol
}

// symbol is a word that is no part of an anchor, or an anchor as a whole.
type symbol struct {
	text   string // the word's stem; of an anchor, what kind it is and, unless it is a name or a number, what it says
	raw    string
	anchor int // -1 for a word

	start, end int // byte offsets of a word
}

// sentence finds the anchors of an utterance: what was recognised in it, and the names of the subject's fields.
func (p *Parser) sentence(text string, entities []nlp.Entity, subject models.Subject) *sentence {
	return p.sentenceOf(nlp.Words(text), text, entities, subject)
}

// sentenceOf is sentence for who has the words of the text.
func (p *Parser) sentenceOf(words []nlp.Said, text string, entities []nlp.Entity, subject models.Subject) *sentence {
	s := &sentence{text: text, subject: subject, anchors: slices.Clone(entities), symbols: make([]symbol, 0, len(words))}
	s.anchors = slices.DeleteFunc(s.anchors, func(e nlp.Entity) bool {
		return e.Score == Mentioned && p.Knows(nlp.Words(e.Text)[0].Stem) && !joined(text, entities, e)
	})
	if schema := answer.Fields(subject); schema != nil {
		s.addFields(schema, words)
	}
	last := -1
	for _, w := range words {
		at := slices.IndexFunc(s.anchors, func(e nlp.Entity) bool { return e.Start < w.End && w.Start < e.End })
		switch {
		case at < 0 && !p.Knows(w.Stem):
			s.symbols = append(s.symbols, symbol{rare, w.Text, -1, w.Start, w.End})
		case at < 0:
			s.symbols = append(s.symbols, symbol{w.Stem, w.Text, -1, w.Start, w.End})
		case at != last:
			s.symbols = append(s.symbols, symbol{text: kindOf(s.anchors[at]), raw: strings.ToLower(s.anchors[at].Text), anchor: at})
		}
		last = at
	}
	return s
}

// joined reports whether what may be a name stands in a row with one of the same type: "in kafka, media or billing".
func joined(text string, all []nlp.Entity, e nlp.Entity) bool {
	return slices.ContainsFunc(all, func(o nlp.Entity) bool {
		if o.Score == Mentioned && (o.Start >= e.Start || !joined(text, all, o)) || !slices.ContainsFunc(e.Candidates, func(c nlp.Candidate) bool { return c.Type == o.Type }) {
			return false
		}
		first, second := min(o.End, e.End), max(o.Start, e.Start)
		return first < second && conjunctions[strings.ToLower(strings.TrimSpace(text[first:second]))]
	})
}

var conjunctions = map[string]bool{"or": true, "and": true, ",": true, "/": true, "&": true, "nor": true, ", or": true, ", and": true}

// addFields adds the names of fields, the longest first, where nothing else was recognised.
func (s *sentence) addFields(schema *answer.Schema, words []nlp.Said) {
	for i := 0; i < len(words); i++ {
		for n := min(longestField, len(words)-i); n > 0; n-- {
			start, end := words[i].Start, words[i+n-1].End
			if slices.ContainsFunc(s.anchors, func(e nlp.Entity) bool {
				return e.Type != nlp.UnknownName && e.Score != Mentioned && e.Start < end && start < e.End
			}) {
				continue
			}
			f := schema.Called(s.text[start:end])
			if f == nil {
				f = schema.Lookup(sayings[strings.ToLower(strings.Trim(s.text[start:end], ".,;:?!()"))])
			}
			if f == nil {
				continue
			}
			s.anchors = slices.DeleteFunc(s.anchors, func(e nlp.Entity) bool { return e.Start < end && start < e.End })
			s.anchors = append(s.anchors, nlp.Entity{Type: FieldType, Value: f.Key(), Text: s.text[start:end], Start: start, End: end, Score: 1, Source: FieldType})
			i += n - 1
			break
		}
	}
	slices.SortStableFunc(s.anchors, func(a, b nlp.Entity) int { return a.Start - b.Start })
}

// sayings are words for fields beside their names, which by themselves may mean something else.
var sayings = map[string]string{
	"app": "workload", "apps": "workload", "application": "workload", "applications": "workload", "owner app": "workload", "owning app": "workload",
	"team": "namespace", "teams": "namespace", "ns": "namespace", "fill": "used_percent", "fill level": "used_percent", "fill levels": "used_percent",
	"fullness": "used_percent", "fill percentage": "used_percent", "how full": "used_percent", "percentage used": "used_percent", "usage percentage": "used_percent", "usage": "used_percent",
	"capacity": "size", "how big": "size", "how large": "size", "old": "age", "how old": "age", "created": "age", "creation date": "age",
	"far": "progress", "how far": "progress", "far along": "progress", "how long": "since", "how often": "restarts", "room": "free", "room left": "free",
	"space left": "free", "where": "node", "readiness": "ready", "expandability": "expandable", "target ip": "target_ip", "access modes": "access",
	"newest snapshot": "snapshot_age", "last snapshot": "snapshot_age", "latest snapshot": "snapshot_age", "commitment": "committed_percent",
	"overcommitment": "committed_percent", "openebs release": "releases", "openebs releases": "releases", "openebs version": "releases",
	"what happens": "reclaim", "wanted replicas": "desired", "wanted copies": "desired", "desired copies": "desired", "missing replicas": "missing",
	"missing copies": "missing", "lost disks": "lost", "broken pods": "broken", "claims left": "claims_free", "limit": "size", "limits": "size",
}

// kindOf is what the model sees of an anchor.
func kindOf(e nlp.Entity) string {
	not := ""
	if e.Negated {
		not = "!"
	}
	switch e.Source {
	case nlp.FromLookup:
		if e.Type == "subject" && strings.HasSuffix(strings.ToLower(e.Text), "s") {
			return not + "subject=" + e.Value + "s" // "the fullest pool" is one, "the fullest pools" are many
		}
		return not + e.Type + "=" + e.Value
	case nlp.FromName:
		return not + "<" + e.Type + ">"
	}
	return not + "<" + e.Type + e.Op + ">"
}

// isName reports whether an anchor is a name, of something that lives or not.
func isName(e nlp.Entity) bool { return e.Source == nlp.FromName || e.Type == nlp.UnknownName }

// isAmount reports whether an anchor is an amount of something.
func isAmount(e nlp.Entity) bool {
	switch e.Type {
	case nlp.Quantity, nlp.Percentage, nlp.Count, nlp.Duration:
		return true
	}
	return false
}

// field returns the field of the subject that an anchor is a word for, "" for none: its name, the noun for what it says which or how
// many of a thing has, or what an order or a condition is over.
func (p *Parser) field(subject models.Subject, e nlp.Entity) string {
	schema := answer.Fields(subject)
	if schema == nil {
		return ""
	}
	has := func(key string) bool { return schema.Lookup(key) != nil }
	switch e.Type {
	case FieldType:
		return e.Value
	case "subject":
		if f := schema.Called(e.Text); f != nil {
			return f.Key()
		}
		if key := schema.Having(e.Value); key != "" {
			return key
		}
		if has(e.Value) {
			return e.Value
		}
	case "scope":
		if has(e.Value) {
			return e.Value
		}
	case "sort":
		if key, _, _ := strings.Cut(e.Value, " "); has(key) {
			return key
		}
	case "health":
		if has("health") {
			return "health"
		}
	case "condition":
		if f := p.condition(subject, e); f != nil {
			return f.Field
		}
	}
	return ""
}

// fieldOf returns the field that an anchor stands for in a role, and the role without what says which of its field's it is.
func (p *Parser) fieldOf(subject models.Subject, e nlp.Entity, role string) (field, plain string) {
	field = p.field(subject, e)
	switch {
	case strings.HasSuffix(role, inPercent):
		field, role = field+percentKey, strings.TrimSuffix(role, inPercent)
	case strings.HasSuffix(role, noPercent):
		field, role = strings.TrimSuffix(field, percentKey), strings.TrimSuffix(role, noPercent)
	}
	if lookup(subject, field) == nil {
		field = ""
	}
	return field, role
}

// condition returns the filter that an anchor is a word for with a subject, or nil.
func (p *Parser) condition(subject models.Subject, e nlp.Entity) *models.Filter {
	all := p.conditions[e.Value]
	if e.Type != "condition" {
		return nil
	}
	for i := range all {
		if lookup(subject, all[i].Field) != nil {
			return &all[i]
		}
	}
	return nil
}

// healthFilter returns the filter that a word for health is.
func healthFilter(e nlp.Entity) models.Filter {
	value, not := e.Value, e.Negated
	if value == "unhealthy" {
		value, not = string(models.Healthy), !not
	}
	return models.Filter{Field: "health", Op: models.Eq, Values: []string{value}, Not: not}
}
