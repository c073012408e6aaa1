package semantic

import (
	"math"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// candidate is a reading that may be meant.
type candidate struct {
	*Reading
	says     string   // what the answer depends on, to tell candidates apart
	pieces   []string // of the query, without names and numbers
	total    float64  // the logarithm of the probability of all readings that say the same
	features []nlp.Feature
}

// candidates returns the likeliest readings that make a query, or that say that none does, each of which says something else.
// The last may be that of the rules.
func (p *Parser) candidates(text string, heard Heard) []*candidate {
	var all []*candidate
	for _, r := range p.readings(text, heard.Entities) {
		c, ok := draft(r)
		if !ok {
			continue
		}
		if same := slices.IndexFunc(all, func(o *candidate) bool { return o.says == c.says }); same >= 0 {
			all[same].total = math.Log(math.Exp(all[same].total) + math.Exp(c.total))
			continue
		}
		all = append(all, c)
	}
	var theirs []string
	if heard.Ruled != nil {
		theirs = essence(abstract(heard.Ruled.Query))
	}
	if c := p.ruled(text, heard, theirs, all); c != nil {
		all = append(all, c)
	}
	for i, c := range all {
		c.features = c.ranked(i, heard, theirs)
	}
	return all
}

// draft returns what a reading says. It is not ok if that makes no query.
func draft(r *Reading) (c *candidate, ok bool) {
	c = &candidate{Reading: r, total: r.likelihoods.sum()}
	switch {
	case !r.parser.words[shaped(r.Act)]:
		c.says = r.Act + " " + string(r.Subject)
	case slices.Contains(r.Marks, beyondMark):
		c.says = beyondMark
	case slices.Contains(r.Marks, otherMark):
		c.says = otherMark
	default:
		q, err := r.Query(func(e nlp.Entity, _ string, _ bool) ([]string, error) { return []string{e.Value}, nil })
		if err != nil {
			return nil, false
		}
		c.pieces = abstract(q)
		c.says = r.Act + " " + written(q)
	}
	return c, true
}

// weigh returns the shares of candidates, and with them that of none being right behind.
func (p *Parser) weigh(all []*candidate, heard Heard) []float64 {
	shares := make([]float64, len(all)+1)
	for i, c := range all {
		shares[i] = p.ranks.Score(c.features)
	}
	shares[len(all)] = p.ranks.Score(none(all, heard))
	top, sum := slices.Max(shares), 0.0
	for i := range shares {
		shares[i] = math.Exp(shares[i] - top)
		sum += shares[i]
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// written writes a query so that the same ones are written alike.
func written(q *models.Query) string {
	p := Pieces(q)
	slices.Sort(p)
	return string(q.Subject) + " " + strings.Join(p, " ")
}

// abstract are the pieces of a query without names and numbers.
func abstract(q *models.Query) []string {
	var all []string
	for _, p := range Pieces(q) {
		field, op, value := cutPiece(p)
		switch {
		case strings.HasPrefix(p, "@"):
			all = append(all, "@")
		case field == "limit" || field == "each":
			if value != "1" {
				value = "n"
			}
			all = append(all, field+"="+value)
		case field == "name":
			all = append(all, field)
		case settings[field] != nil || op == "" || value == "1" || closed[field] || value == "true" || value == "false" || strings.HasSuffix(op, "?"):
			all = append(all, p)
		default:
			all = append(all, field+op)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// closed are the fields whose values are words of the field.
var closed = map[string]bool{"health": true, "engine": true, "phase": true, "type": true, "locality": true, "redundancy": true, "reclaim": true, "kind": true, "mode": true}
