package intents

import (
	"crypto/sha256"
	_ "embed"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// parserFile is the parser of queries, written by "go test ./intents -run TestParserFile -update".
//
//go:embed parser.model
var parserFile []byte

// parserVersion is raised when the parser sees something else of its training data, so that it is trained anew.
const parserVersion = 8

// Parser returns the parser of queries, read once. Its file begins with the SHA-256 of what it was trained from.
var Parser = sync.OnceValues(func() (*semantic.Parser, error) { return semantic.Unmarshal(parserFile[sha256.Size:], conditions) })

// shapes are the acts whose queries the parser makes. Of the others it only says which one it is: their queries say what to look at.
var shapes = map[string]bool{"list": true, "count": true, "describe": true, "aggregate": true, "events": true, "replicas": true}

// errOther is why a reading of the parser is left to the rules: a name has several meanings, or none that fits.
var errOther = errors.New("a name of the reading has no single meaning")

// interpret turns a question into a query: as the parser reads it where it has an idea of it, and else as the rules do, which also ask
// about names.
func (t *turn) interpret(q *question) reading {
	readable, doubtful := q.readable(), q.doubtful()
	ruled := q.ruled()
	if !readable || ruled.houses() {
		return ruled
	}
	r := t.Parser.Parse(q.text, t.heard(q, ruled))
	if r.Ruled || q.intents[r.Act] == nil || r.Confidence < least(r, doubtful) || q.follows() && len(r.Anchors) == 0 {
		return ruled
	}
	p := &parsed{question: q.again(), reading: r}
	p.parse.Confidence = r.Confidence
	switch {
	case !shapes[r.Act] && r.Confidence >= p.even(ruled):
		p.as(r.Act)
		return reading{q: p.question, reply: p.question.fill()}
	case r.Beyond():
		return p.beyond(ruled)
	case r.Confidence < p.even(ruled), p.makeQuery() != nil, p.same(ruled), p.misses(ruled), p.contradicts():
		return ruled
	}
	reply := p.unheard()
	if reply != nil && ruled.worth() == whole {
		return ruled // they know the word
	}
	return reading{q: p.question, reply: reply, sure: p.answersAll()}
}

// houses reports whether a reading accounts for all of a sentence that looks for a place for something: there is no doubt of it.
func (r reading) houses() bool { return r.worth() == whole && r.q.housed }

// answersAll reports whether a reading answers all that a message asks: it has a use for something in each of its questions.
func (p *parsed) answersAll() bool {
	clauses := clausesOf(p.text)
	return questionsIn(clauses) < 2 || len(p.ignored) == 0 && p.reading.Confidence >= trustedBefore && !slices.ContainsFunc(clauses, func(c clause) bool {
		return c.asks && !p.accounts(word{start: c.start, end: c.end}) && !p.reading.Tells(c.start, c.end)
	})
}

// same reports whether the rules read the same, or, where they account for all of the sentence, the same with more to show: they say what they
// pass over.
func (p *parsed) same(ruled reading) bool {
	if !ruled.answered() || ruled.q.intent != p.intent || ruled.q.query.Subject != p.query.Subject || len(beyond(p.query, ruled.q.query)) > 0 {
		return false
	}
	more := beyond(ruled.q.query, p.query)
	return len(more) == 0 || ruled.worth() == whole && onlyShows(more)
}

// contradicts reports whether a reading has no use for a word of denial: it would answer the opposite.
func (p *parsed) contradicts() bool {
	_, is := p.undenied()
	return is
}

// beyond returns the pieces of a query that another one does not have.
func beyond(query, other *models.Query) []string {
	known := semantic.Pieces(other)
	return slices.DeleteFunc(semantic.Pieces(query), func(piece string) bool { return slices.Contains(known, piece) })
}

// misses reports whether the rules account for all of the sentence, and use what the reading has no use for: a time, a name, "which orders
// volumes", or a word for a condition.
func (p *parsed) misses(ruled reading) bool {
	if ruled.worth() < whole {
		return false
	}
	if timed(ruled.q.query) && !timed(p.query) {
		return true // "between 8:00 and 8:15"
	}
	for i, e := range p.reading.Anchors {
		if e.Type == "condition" && p.reading.Roles[i] == semantic.NoRole && p.reading.Confidence < heeded {
			return true
		}
	}
	return slices.ContainsFunc(ruled.q.targets, func(t target) bool {
		return t.kind != "cluster" && t.entity.End > 0 && !p.accounts(word{start: t.entity.Start, end: t.entity.End})
	})
}

// timed reports whether a query picks by when something was, or since when it is.
func timed(q *models.Query) bool {
	return slices.ContainsFunc(q.Filters, func(f models.Filter) bool { return timing[f.Field] > 0 })
}

func onlyShows(pieces []string) bool {
	return !slices.ContainsFunc(pieces, func(piece string) bool { return !strings.HasPrefix(piece, "show=") })
}

// ruled reads a question by the rules.
func (q *question) ruled() reading { return reading{q: q, reply: q.fill()} }

// parsed is a question on its way to the query that the parser reads in it.
type parsed struct {
	*question
	reading *semantic.Reading
}

// makeQuery makes the query. It fails where names have to be asked about, which the rules do.
func (p *parsed) makeQuery() error {
	p.as(p.reading.Act)
	p.subject, p.query = p.reading.Subject, &models.Query{}
	p.fillClusters()
	p.mend()
	query, err := p.reading.Query(p.nameAt)
	if err != nil {
		return err
	}
	if p.invents() || p.unplaced() || p.reading.Confidence < heeded && p.forgets() {
		return errOther
	}
	query.Clusters = p.query.Clusters
	p.query = query
	p.mendCounted()
	p.mendOrder()
	if err := p.house(); err != nil {
		return err
	}
	p.readOnlySoon()
	p.noHealthyCopy()
	p.onlyThere()
	if query.Name != "" {
		return p.one()
	}
	p.narrow()
	p.withinNamespaces()
	p.assumeNamespace()
	p.answerShare()
	return nil
}

// invents reports whether a reading has a name that the sentence does not have.
func (p *parsed) invents() bool {
	return slices.ContainsFunc(p.reading.Marks, func(m string) bool {
		return semantic.Compares(m) && kindsOf(p.reading.Subject, semantic.FieldOf(m)) != nil
	})
}

// forgets reports whether a reading has no use for a name or a word for a condition that the sentence has. What is told of one thing shows
// what it belongs to.
func (p *parsed) forgets() bool {
	for i, e := range p.reading.Anchors {
		if p.reading.Roles[i] == semantic.NoRole && e.Type == "condition" || p.unusedName(i) {
			return true
		}
	}
	return false
}

// unusedName reports whether an anchor is a name that the reading has no use for.
func (p *parsed) unusedName(i int) bool {
	e := p.reading.Anchors[i]
	if p.reading.Roles[i] != semantic.NoRole || !isName(e) || len(e.Candidates) == 0 || e.Type == "cluster" || e.Score == semantic.Mentioned && !p.placed(e) {
		return false
	}
	one := slices.ContainsFunc(p.reading.Roles, func(role string) bool { return role == "name=" || role == "claim=" || role == "volume=" })
	return !one || e.Type != "namespace" && e.Type != "workload"
}

// unplaced reports whether a reading has no use for what stands where a name does, and is none: "in zone b".
func (p *parsed) unplaced() bool {
	for i, w := range p.words[min(2, len(p.words)):] {
		cue := p.words[i+1]
		if introduces(p.words[i].text) && len(cueTypes(cue.text)) > 0 && !p.accounts(w) && !p.accounts(cue) && p.covering(w) == nil && !everyday[w.text] && !structural[w.text] {
			return true
		}
	}
	return false
}

// nameAt says which things a name means where a field wants one.
func (p *parsed) nameAt(e nlp.Entity, field string, not bool) ([]string, error) {
	kinds := kindsOf(p.subject, field)
	if kinds == nil {
		return []string{e.Value}, nil // any text
	}
	found := keepTypes(p.inClusters(e.Candidates), kinds)
	if len(found) == 0 {
		return nil, errOther
	}
	first := found[0]
	same := slices.DeleteFunc(slices.Clone(found), func(c nlp.Candidate) bool { return c.Type != first.Type || c.Value != first.Value })
	if others := distinctNames(found); len(others) > 1 && others[1].Score > first.Score-closeness && others[1].Type == first.Type {
		return nil, errOther
	}
	t := target{kind: first.Type, value: first.Value, names: same, entity: e, negated: not}
	p.targets = append(p.targets, t)
	switch {
	case t.kind == "pool" && field == "pool":
		return p.poolNames(t), nil
	case field == "object":
		return p.relatives(t), nil
	}
	return []string{t.value}, nil
}

// withinNamespaces adds the namespace of the things named, whose names are unique within one only.
func (p *parsed) withinNamespaces() {
	if hasFilter(p.query, "namespace") || answer.Fields(p.subject).Lookup("namespace") == nil || p.subject.Happens() {
		return
	}
	for _, t := range p.targets {
		if ns := t.scope(); ns != "" && t.kind != "workload" && t.kind != "namespace" && !t.negated {
			p.add(eq("namespace", ns))
		}
	}
}

// one makes the query of one thing.
func (p *parsed) one() error {
	if p.query.Aggregate != "" && p.query.Field != "" {
		p.query.Show = append(p.query.Show, p.query.Field) // the sum over one thing is its own
		p.query.Aggregate, p.query.Field = "", ""
	}
	show, filters := p.query.Show, p.query.Filters
	thing := p.thing()
	if thing == nil || len(p.scoped(*thing)) > 1 || len(filters) > 0 && thing.kind != "pool" {
		return errOther
	}
	if reply := p.describe(*thing); reply != nil || hasFilter(p.query, "group") {
		return errOther // of a group of pools there are several
	}
	if p.query.Name != "" {
		p.as("describe")
	}
	if s := answer.Fields(p.query.Subject); slices.ContainsFunc(show, func(key string) bool { return s.Lookup(key) == nil }) {
		return errOther
	}
	p.query.Show = show
	p.mendPlace()
	if p.resized(); p.query.Field != "" { // the answer is whether it worked
		p.query.Show = slices.DeleteFunc(slices.Clone(show), func(key string) bool { return key == p.query.Field })
	}
	return nil
}

// kindsOf returns the types of the names that a subject's field holds; nil for a field of other texts.
func kindsOf(s models.Subject, field string) []string {
	switch field {
	case "name":
		for kind, subject := range subjectOfType {
			if subject == s {
				if s == models.Volumes || s == models.Claims {
					return []string{"claim", "volume"}
				}
				return []string{kind}
			}
		}
	case "claims", "volumes", "pods", "nodes", "pools":
		return []string{field[:len(field)-1]}
	case "attached", "target":
		return []string{"node"}
	case "object", "thing":
		return []string{"claim", "volume", "pod", "node", "pool", "workload", "snapshot", "blockdevice", "storageclass"}
	case "namespace", "workload", "node", "pool", "storageclass", "claim", "volume", "zone":
		return []string{field}
	}
	return nil
}
