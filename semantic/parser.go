package semantic

import (
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// Parser reads queries. It is immutable and safe for concurrent use.
type Parser struct {
	conditions map[string][]models.Filter
	subjects   *nlp.Labeller
	acts       *nlp.Labeller
	marks      *nlp.Labeller
	roles      *nlp.Labeller
	ranks      *nlp.Labeller
	words      map[nlp.Feature]bool          // that the training data has, by their stems; and what is known of acts
	possible   map[models.Subject]nlp.Labels // the marks that a subject may have
	frequent   map[string]bool               // filters, while training
}

// Parse reads an utterance. It always returns a reading; how far to trust it, its confidence says.
func (p *Parser) Parse(text string, heard Heard) *Reading {
	all := p.candidates(text, heard)
	if len(all) == 0 {
		return p.readings(text, heard.Entities)[0]
	}
	shares := p.weigh(all, heard)
	best := 0
	for i := range all {
		if shares[i] > shares[best] {
			best = i
		}
	}
	all[best].Confidence = shares[best]
	return all[best].Reading
}

// shaped is known of the acts of whose queries more is learnt than the subject.
func shaped(act string) nlp.Feature { return nlp.NewFeature("shaped", act) }

// index notes what of the labels is possible.
func (p *Parser) index() {
	p.possible = map[models.Subject]nlp.Labels{}
	for _, subject := range p.subjects.Labels() {
		s := models.Subject(subject)
		p.possible[s] = p.marks.Those(func(mark string) bool { return possible(s, mark) })
	}
}

// possible reports whether a subject has the field of a mark.
func possible(subject models.Subject, mark string) bool {
	piece := strings.TrimPrefix(mark, orRole)
	if _, field, ok := strings.Cut(piece, ":"); ok && !strings.ContainsAny(piece, "<>~?") {
		return field == "health" || lookup(subject, field) != nil
	}
	field, _, value := cutPiece(piece)
	switch field {
	case otherMark, beyondMark, "agg", "limit", "each", "also", models.Count, "name":
		return true
	case "by", "then", "show", "over":
		return lookup(subject, value) != nil
	case "sort":
		return lookup(subject, strings.TrimLeft(value, "+-")) != nil
	}
	return lookup(subject, field) != nil
}

// plays reports whether an anchor can have a role with a subject.
func (p *Parser) plays(subject models.Subject, e nlp.Entity, role string) bool {
	named, role := p.fieldOf(subject, e, strings.TrimPrefix(role, orRole))
	if piece, ok := strings.CutPrefix(role, isRole); ok {
		f, err := filterOf(subject, piece)
		return err == nil && lookup(subject, f.Field) != nil && says(e, f)
	}
	if strings.HasPrefix(role, alsoRole+" ") {
		return named != ""
	}
	switch role {
	case NoRole:
		return true
	case alsoRole:
		return e.Type == "aggregate" || e.Type == "health"
	case ClusterRole:
		return e.Type == "cluster"
	case LimitRole, eachRole:
		return (e.Type == nlp.Count || e.Type == nlp.Ordinal) && e.Number >= 1
	case sortRole, extremeRole:
		key, _, _ := strings.Cut(e.Value, " ")
		return e.Type == "sort" && lookup(subject, key) != nil
	case sumRole:
		return e.Type == "aggregate"
	case HealthRole:
		return e.Type == "health" && lookup(subject, "health") != nil
	case condRole:
		return p.condition(subject, e) != nil
	case byRole, thenRole, ShowRole, overRole, descRole, ascRole, knownRole, unknownRole:
		return named != ""
	}
	field, op, _ := cutPiece(role)
	f := lookup(subject, field)
	if f == nil {
		return false
	}
	if strings.ContainsAny(op, "<>") {
		return isAmount(e) && (f.Kind != answer.AgeKind || e.Type == nlp.Duration)
	}
	return isName(e) || e.Source == nlp.FromLookup || f.Kind.Numeric() && isAmount(e)
}

// Knows reports whether the training data has a word often enough for the parser to know what it says.
func (p *Parser) Knows(stem string) bool { return p.words[nlp.NewFeature("1", stem)] }

// Reads reports whether the training data has examples of an act.
func (p *Parser) Reads(act string) bool {
	_, ok := slices.BinarySearch(p.acts.Labels(), act)
	return ok
}
