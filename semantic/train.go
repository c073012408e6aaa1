package semantic

import (
	"slices"
	"strings"
	"sync"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// Example is an utterance and what it means.
type Example struct {
	Text    string
	Act     string
	Queries []*models.Query // any of them
	Other   bool            // the sentence takes more than one query
	Beyond  bool            // the sentence asks for what no field holds
	// Vague says that the query need not have all that the sentence does: fields that are to be shown, and it may have the
	// places of what the sentence names.
	Vague bool
	// Bare says that only act and subject of the query are learnt.
	Bare bool
}

// common is how often the examples have a word, else it is not known what it says.
const common = 3

// leastMarks is how many examples have a mark, else it is not learnt.
const leastMarks = 2

// Train learns a parser from examples. Entities finds what is recognised in an utterance, as it will be when it is parsed; conditions
// says which filters words for conditions are: the first whose field the subject has.
func Train(examples []Example, entities func(text string) []nlp.Entity, conditions map[string][]models.Filter, seed uint64) *Parser {
	p := &Parser{conditions: conditions}
	p.learnWords(examples, entities)
	p.learnFilters(examples)
	var subjects, acts, marks, roles []nlp.Labelled
	for _, x := range examples {
		found := entities(x.Text)
		a := p.closest(x, found)
		plain := p.sentence(x.Text, found, "")
		subjects = append(subjects, nlp.Labelled{Features: plain.features(), Labels: []string{string(a.subject)}})
		features := a.about()
		acts = append(acts, nlp.Labelled{Features: features, Labels: []string{x.Act}})
		if x.Bare {
			continue
		}
		p.words[shaped(x.Act)] = true
		marks = append(marks, nlp.Labelled{Features: features, Labels: a.marks, Open: x.open()})
		for i, role := range a.roles {
			if !x.Vague && !x.Beyond || role != NoRole || p.field(a.subject, a.anchors[i]) == "" {
				roles = append(roles, nlp.Labelled{Features: a.anchorFeatures(i, a.roles[:i], x.Act, a.marks), Labels: []string{role}})
			}
		}
	}
	rareOut(marks)
	var all sync.WaitGroup
	for _, fit := range []func(){
		func() { p.subjects = nlp.FitLabeller(subjects, false, seed) },
		func() { p.acts = nlp.FitLabeller(acts, false, seed) },
		func() { p.marks = nlp.FitLabeller(marks, true, seed) },
		func() { p.roles = nlp.FitLabeller(roles, false, seed) },
	} {
		all.Go(fit)
	}
	all.Wait()
	return p
}

// often is how many examples have a filter, else no word is learnt that says it.
const often = 4

// learnFilters finds the filters that are frequent.
func (p *Parser) learnFilters(examples []Example) {
	p.frequent = map[string]bool{}
	seen := map[string]int{}
	for _, x := range examples {
		for _, f := range x.Queries[0].Filters {
			f.Or = nil
			notation := filterNotation(x.Queries[0].Subject, f)
			seen[notation]++
			p.frequent[notation] = seen[notation] >= often
		}
	}
}

// learnWords finds the words that are known: those that are no names.
func (p *Parser) learnWords(examples []Example, entities func(text string) []nlp.Entity) {
	p.words = map[nlp.Feature]bool{}
	seen := map[nlp.Feature]int{}
	for _, x := range examples {
		names := slices.DeleteFunc(slices.Clone(entities(x.Text)), func(e nlp.Entity) bool { return !isName(e) })
		for _, said := range nlp.Words(x.Text) {
			if slices.ContainsFunc(names, func(e nlp.Entity) bool { return e.Start < said.End && said.Start < e.End }) {
				continue
			}
			w := nlp.NewFeature("1", said.Stem)
			seen[w]++
			p.words[w] = seen[w] >= common
		}
	}
}

// closest aligns an example with the one of its queries of which the sentence says the most.
func (p *Parser) closest(x Example, found []nlp.Entity) *alignment {
	var best *alignment
	defer func() {
		if x.Other {
			best.mark(otherMark)
		}
		if x.Beyond {
			best.mark(beyondMark)
		}
	}()
	for _, q := range x.Queries {
		a := p.align(p.sentence(x.Text, found, q.Subject), x.Act, q)
		a.marks = slices.DeleteFunc(a.marks, isPlace)
		if best == nil || len(a.marks) < len(best.marks) {
			best = a
		}
	}
	return best
}

// isPlace reports whether a mark says where something is: that is never known of a name that the sentence does not have.
func isPlace(mark string) bool {
	field, op, _ := cutPiece(strings.TrimPrefix(mark, orRole))
	return (op == "=" || op == "!=") &&
		slices.Contains([]string{"name", "namespace", "workload", "storageclass", "node", "pool", "claim", "volume", "object", "volumes", "claims"}, field)
}

// open returns which marks it is not known of an example whether it has them; nil for none.
func (x Example) open() func(string) bool {
	if x.Beyond {
		return func(mark string) bool { return strings.HasPrefix(mark, "show=") || strings.HasPrefix(mark, overMark) }
	}
	if !x.Vague {
		return nil
	}
	return func(mark string) bool { return len(mark) > 5 && mark[:5] == "show=" }
}

// rareOut takes the marks away that too few examples have.
func rareOut(examples []nlp.Labelled) {
	count := map[string]int{}
	for _, x := range examples {
		for _, m := range x.Labels {
			count[m]++
		}
	}
	for i, x := range examples {
		var kept []string
		for _, m := range x.Labels {
			if count[m] >= leastMarks {
				kept = append(kept, m)
			}
		}
		examples[i].Labels = kept
	}
}
