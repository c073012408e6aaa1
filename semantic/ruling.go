package semantic

import (
	"slices"
	"strconv"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// Heard is what others make of an utterance before the parser reads it.
type Heard struct {
	nlp.Parse         // the entities that a model hears, and how likely which intents are
	Ruled     *Ruling // what the rules read; nil: nothing
}

// Ruling is what rules, another reader of queries, read in an utterance. It is one more candidate for what is meant, and speaks for those
// that say the same.
type Ruling struct {
	Act   string
	Query *models.Query
	Sure  Sureness
}

// Sureness is how much of an utterance a ruling accounts for.
type Sureness int

// The steps of sureness.
const (
	Asking  Sureness = iota // something in it is not known or not clear: there is no answer yet
	Partial                 // some words say nothing that was understood
	Whole
)

// ruled returns what the rules read as a candidate, nil if they have no answer, or one of the candidates says the same.
func (p *Parser) ruled(text string, heard Heard, theirs []string, all []*candidate) *candidate {
	r := heard.Ruled
	if r == nil || r.Sure == Asking || slices.ContainsFunc(all, func(c *candidate) bool { return c.as(r, theirs) }) {
		return nil
	}
	reading := &Reading{Act: r.Act, Subject: r.Query.Subject, Ruled: true, parser: p, sentence: p.sentence(text, heard.Entities, r.Query.Subject)}
	c := &candidate{Reading: reading, says: "ruled"}
	if p.words[shaped(r.Act)] {
		c.pieces = abstract(r.Query)
	}
	return c
}

// as reports whether a candidate says what the rules do, whose pieces are theirs, but for names and numbers.
func (c *candidate) as(r *Ruling, theirs []string) bool {
	if c.Act != r.Act || c.Subject != r.Query.Subject || c.says == beyondMark || c.says == otherMark {
		return false
	}
	return !c.parser.words[shaped(c.Act)] || slices.Equal(essence(c.pieces), theirs)
}

// rules reports whether the rules read in an example what it means.
func (p *Parser) rules(x Example, r *Ruling) bool {
	return x.Act == r.Act && !x.Beyond && !x.Other && slices.ContainsFunc(x.Queries, func(q *models.Query) bool {
		return q.Subject == r.Query.Subject && (!p.words[shaped(x.Act)] || slices.Equal(essence(abstract(q)), essence(abstract(r.Query))))
	})
}

// essence leaves of pieces what both readers say alike: which clusters are meant is found by other means, and the namespace of a thing
// goes without saying.
func essence(pieces []string) []string {
	named := slices.Contains(pieces, "name") || slices.Contains(pieces, "claim=")
	return slices.DeleteFunc(slices.Clone(pieces), func(p string) bool { return p == "@" || named && p == "namespace=" })
}

// heeds are the features of what a candidate and the rules, whose pieces are theirs, have in common.
func (c *candidate) heeds(heard Heard, theirs []string) []nlp.Feature {
	r := heard.Ruled
	if r == nil {
		return []nlp.Feature{nlp.NewFeature("unruled")}
	}
	sure := strconv.Itoa(int(r.Sure))
	length := strconv.Itoa(min(len(c.sentence.symbols)/3, 7))
	certain := strconv.Itoa(int(5 * share(heard.Ranking, r.Act)))
	strange := strconv.Itoa(min(c.sentence.strange(), 2))
	f := []nlp.Feature{nlp.NewFeature("ruled", sure, strconv.FormatBool(c.Ruled)),
		nlp.NewFeature("ruled act", sure, strconv.FormatBool(c.Act == r.Act)), nlp.NewFeature("ruled acts", r.Act, c.Act),
		nlp.NewFeature("ruled subject", sure, strconv.FormatBool(c.Subject == r.Query.Subject))}
	if c.pieces == nil || !c.parser.words[shaped(r.Act)] {
		same := strconv.FormatBool(c.Act == r.Act && c.Subject == r.Query.Subject)
		return append(f, nlp.NewFeature("ruled apart", sure, c.Act), nlp.NewFeature("ruled alike", sure, length, same),
			nlp.NewFeature("ruled alike_", sure, certain, same), nlp.NewFeature("ruled alike?", sure, strange, same))
	}
	ours := essence(c.pieces)
	more, less := 0, 0
	for _, p := range ours {
		if !slices.Contains(theirs, p) {
			more++
			f = append(f, nlp.NewFeature("ruled without", sure, kindOfPiece(p)))
		}
	}
	for _, p := range theirs {
		if !slices.Contains(ours, p) {
			less++
			f = append(f, nlp.NewFeature("ruled with", sure, kindOfPiece(p)))
		}
	}
	same := strconv.FormatBool(more+less == 0 && c.Act == r.Act && c.Subject == r.Query.Subject)
	return append(f, nlp.NewFeature("ruled more", sure, strconv.Itoa(min(more, 3)), strconv.Itoa(min(less, 3))),
		nlp.NewFeature("ruled same", sure, same), nlp.NewFeature("ruled same+", sure, length, same), nlp.NewFeature("ruled same_", sure, certain, same),
		nlp.NewFeature("ruled same?", sure, strange, same), nlp.NewFeature("ruled all", sure, strange, certain, length, same))
}

// kindOfPiece is what a piece of a query is about, whatever it says of that.
func kindOfPiece(p string) string {
	field, op, value := cutPiece(p)
	if field == "show" || settings[field] != nil {
		return field + op
	}
	return field + op + strconv.FormatBool(value == "")
}
