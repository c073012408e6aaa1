package semantic

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

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
	// Foreign says that the sentence is none of those that queries are read in; it has none.
	Foreign bool
	// Weight is how many times the example counts where readings are weighed; 0: once.
	Weight int
	// Bare says that only act and subject of the query are learnt.
	Bare bool
}

// common is how often the examples have a word, else it is not known what it says.
const common = 3

// leastMarks is how many examples have a mark, else it is not learnt.
const leastMarks = 2

// rankLeast is how many examples have a feature of a reading, else it is not weighed.
const rankLeast = 20

// lesson is an example and what is heard in it.
type lesson struct {
	Example
	heard Heard
}

// Train learns a parser from examples. Hear returns what is heard in an utterance, as it will be when it is parsed; it is called by several
// goroutines. Conditions says which filters words for conditions are: the first whose field the subject has.
func Train(examples []Example, hear func(text string) Heard, conditions map[string][]models.Filter, seed uint64) *Parser {
	lessons := make([]lesson, len(examples))
	each(len(examples), func(i int) {
		lessons[i] = lesson{examples[i], hear(examples[i].Text)}
	})
	p := newParser(lessons, conditions, seed)
	p.learnRanks(lessons, seed)
	return p
}

// each does the work of the numbers below n, on all processors.
func each(n int, work func(i int)) {
	var all sync.WaitGroup
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	all.Wait()
}

// newParser learns all but the ranks.
func newParser(lessons []lesson, conditions map[string][]models.Filter, seed uint64) *Parser {
	p := &Parser{conditions: conditions}
	p.learnWords(lessons)
	p.learnFilters(lessons)
	var subjects, acts, marks, roles []nlp.Labelled
	for _, x := range lessons {
		if x.Foreign {
			continue
		}
		found := x.heard.Entities
		a := p.closest(x.Example, found)
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
			if !x.Beyond || role != NoRole || p.field(a.subject, a.anchors[i]) == "" {
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
	p.index()
	return p
}

// How the examples are cut for learning ranks: what a parser has learnt it is sure of, so each part is read by one that was trained
// from the others. Neighbours are alike, and stay together.
const (
	folds      = 3
	neighbours = 64
)

// learnRanks learns to tell the right one among candidates.
func (p *Parser) learnRanks(lessons []lesson, seed uint64) {
	var choices []nlp.Choice
	near := max(1, min(neighbours, len(lessons)/(4*folds)))
	for fold := range folds {
		var others, own []lesson
		for i, x := range lessons {
			if i/near%folds == fold {
				own = append(own, x)
			} else {
				others = append(others, x)
			}
		}
		q := newParser(others, p.conditions, seed)
		some := make([]nlp.Choice, len(own))
		each(len(own), func(i int) { some[i] = q.choice(own[i]) })
		for i, x := range own {
			for range max(1, x.Weight) {
				choices = append(choices, some[i])
			}
		}
	}
	p.ranks = nlp.FitRanker(choices, rankLeast, seed)
}

// choice returns the candidates of an example, and which of them say what it means.
func (p *Parser) choice(x lesson) nlp.Choice {
	var c nlp.Choice
	meant := p.meant(x.Example, x.heard.Entities)
	all := p.candidates(x.Text, x.heard)
	for _, o := range all {
		c.Options = append(c.Options, o.features)
		c.Right = append(c.Right, o.Ruled && p.rules(x.Example, x.heard.Ruled) || slices.Contains(meant, o.says))
	}
	c.Options, c.Right = append(c.Options, none(all, x.heard)), append(c.Right, !slices.Contains(c.Right, true))
	return c
}

// meant returns what a candidate says that is right.
func (p *Parser) meant(x Example, found []nlp.Entity) []string {
	var all []string
	for _, q := range x.Queries {
		a := p.align(p.sentence(x.Text, found, q.Subject), x.Act, q)
		a.marks = slices.DeleteFunc(a.marks, isPlace)
		switch {
		case x.Other:
			a.mark(otherMark)
		case x.Beyond:
			a.mark(beyondMark)
		}
		if c, ok := draft(&Reading{Act: x.Act, Subject: a.subject, Anchors: a.anchors, Roles: a.roles, Marks: a.marks, parser: p, sentence: a.sentence}); ok {
			all = append(all, c.says)
		}
	}
	return all
}

// often is how many examples have a filter, else no word is learnt that says it.
const often = 4

// learnFilters finds the filters that are frequent.
func (p *Parser) learnFilters(lessons []lesson) {
	p.frequent = map[string]bool{}
	seen := map[string]int{}
	for _, x := range lessons {
		if x.Foreign {
			continue
		}
		for _, f := range x.Queries[0].Filters {
			f.Or = nil
			notation := filterNotation(x.Queries[0].Subject, f)
			seen[notation]++
			p.frequent[notation] = seen[notation] >= often
		}
	}
}

// learnWords finds the words that are known: those that are no names.
func (p *Parser) learnWords(lessons []lesson) {
	p.words = map[nlp.Feature]bool{}
	seen := map[nlp.Feature]int{}
	for _, x := range lessons {
		if x.Foreign {
			continue
		}
		names := slices.DeleteFunc(slices.Clone(x.heard.Entities), func(e nlp.Entity) bool { return !isName(e) })
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
		slices.Contains([]string{"name", "namespace", "workload", "storageclass", "node", "zone", "pool", "claim", "volume", "object", "volumes", "claims"}, field)
}

// open returns which marks it is not known of an example whether it has them; nil for none.
func (x Example) open() func(string) bool {
	if x.Beyond {
		return func(mark string) bool { return strings.HasPrefix(mark, "show=") || strings.HasPrefix(mark, overMark) }
	}
	return nil
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
