package intents

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// reading is what a text was read as.
type reading struct {
	q     *question
	reply *models.Reply // what has to come first; nil: the query can be answered
	sure  bool          // it is the parser's, and of the message as a whole
}

// The worth of readings: how much of what was said they account for.
const (
	declined = iota // none of MuleBot's business, or not understood
	refused         // a name or a condition of it is not known
	asksBack
	incomplete // some words say nothing that was understood
	whole
)

func (r reading) worth() int {
	switch {
	case r.q.intent == nil || r.q.intent.act == actChat || r.q.intent.act == actCustom:
		return declined
	case r.reply != nil && r.reply.Err != nil, r.reply != nil && !r.reply.AskedBack:
		return refused
	case r.reply != nil:
		return asksBack
	case len(r.q.ignored) > 0, (r.q.intent.act == actRefine || r.q.intent.act == actSort) && r.q.query.Name != "":
		return incomplete // one thing has no order, and of it nothing is picked
	}
	return whole
}

// answered reports whether a reading leads to an answer.
func (r reading) answered() bool { return r.worth() >= incomplete }

// maxClauses is how many clauses of a message are read by themselves; a message of more is read as one.
const maxClauses = 8

// converse answers a message: as one sentence where it reads as one, and question by question where it asks several, or where
// what else it tells stands in the way.
func (t *turn) converse(ctx context.Context, r reading) (models.Reply, error) {
	if clauses := clausesOf(r.q.text); !r.sure && len(clauses) > 1 && len(clauses) <= maxClauses && t.separable(r) {
		before := t.dialogue
		if replies := t.byClause(ctx, r, clauses); len(replies) > 0 {
			return chained(replies), nil
		}
		t.dialogue, t.earlier = before, nil
	}
	return t.answerTo(ctx, r)
}

// separable reports whether the clauses of a message may be read by themselves: those of orders, of pasted lines and of small talk
// are not.
func (t *turn) separable(r reading) bool {
	intent := r.q.intent
	return !r.q.pasted && (intent == nil || intent.Name == nlp.Fallback || intent.act != actChat && intent.act != actCustom)
}

// answerTo answers what was read.
func (t *turn) answerTo(ctx context.Context, r reading) (models.Reply, error) {
	if r.reply != nil {
		reply := *r.reply
		t.answerRest(ctx, r.q, &reply)
		return t.finish(r.q.intent, r.q.parse, r.q.query, reply), nil
	}
	reply, err := t.handle(ctx, r.q.intent, r.q.parse, r.q.query, r.q.notes)
	r.q.doubt(&reply)
	return reply, err
}

// answerRest adds to a reply that says what was not understood what there is to say without it, in a sentence: often that is enough.
func (t *turn) answerRest(ctx context.Context, q *question, reply *models.Reply) {
	if q.without == nil {
		return
	}
	rest, err := t.handle(ctx, q.intent, q.parse, q.without, nil)
	if err != nil || rest.Err != nil || rest.AskedBack {
		return
	}
	reply.Text += " Without it: " + rest.Text
	reply.Clusters, reply.AsOf = rest.Clusters, rest.AsOf
}

// readingOf reads a text by itself.
func (t *turn) readingOf(ctx context.Context, text string) reading {
	q := t.question(text, t.understand(ctx, text))
	q.unspoken()
	if q.intent != nil && q.intent.action != nil {
		return reading{q: q, reply: &models.Reply{}} // custom intents are asked for in messages of their own
	}
	return t.interpret(q)
}

// byClause answers the questions of a message one after another, each as the next one of a conversation, so that "and where is it?"
// follows what it belongs to. It returns nil where the message is better read as one.
func (t *turn) byClause(ctx context.Context, one reading, clauses []clause) []models.Reply {
	var parts []passage
	asked := 0
	for i, c := range clauses {
		if !c.asks {
			t.mention(ctx, c.text)
			continue
		}
		asked++
		if p, ok := t.passage(ctx, one, clauses, i); ok {
			parts = append(parts, p)
			t.dialogue = *p.reply.Dialogue
			if len(p.q.targets) > 0 {
				t.earlier = unplaced(p.q.targets)
			}
		}
	}
	if !better(one, parts, asked) || one.worth() > declined && !one.kept(parts) {
		return nil
	}
	left := unanswered(clauses, parts)
	parts = distinct(parts)
	replies := make([]models.Reply, len(parts))
	for i, p := range parts {
		replies[i] = p.reply
	}
	if len(left) > 0 {
		last := &replies[len(replies)-1]
		last.Notes = append(slices.Clip(last.Notes), "I left out "+phrase.And(left)+": ask it in a message of its own.")
	}
	return replies
}

// better reports whether the answers to the questions of a message are better than one answer to all of it: where it reads well as
// one, all of several questions must have been read as well.
func better(one reading, parts []passage, asked int) bool {
	worst := whole
	for _, p := range parts {
		worst = min(worst, p.worth())
	}
	if one.answered() {
		return asked > 1 && len(parts) == asked && worst >= one.worth()
	}
	return len(parts) > 0
}

// kept reports whether the parts of a message have each name that it holds, or refer to it, and each amount, unless all are about one
// thing, of which the amount only tells something.
func (r reading) kept(parts []passage) bool {
	many := slices.ContainsFunc(parts, func(p passage) bool { return p.q.query.Name == "" })
	return !slices.ContainsFunc(r.q.parse.Entities, func(e nlp.Entity) bool {
		if named := isName(e) && e.Type != "cluster"; !(measures[e.Type] && many) && !(named && (len(e.Candidates) > 0 || strings.ContainsAny(e.Text, "-_./0123456789"))) {
			return false
		}
		return !slices.ContainsFunc(parts, func(p passage) bool {
			return p.start <= e.Start && e.End <= p.end || slices.ContainsFunc(e.Candidates, func(c nlp.Candidate) bool { return concerns(p.q.query, c.Value) })
		})
	})
}

// concerns reports whether a query is about a thing of a name.
func concerns(query *models.Query, name string) bool {
	return query != nil && (query.Name == name || slices.ContainsFunc(query.Filters, func(f models.Filter) bool { return slices.Contains(f.Values, name) }))
}

// passage is a question of a message with the clauses that it was read from, and its answer.
type passage struct {
	reading
	start, end int // byte offsets
	reply      models.Reply
}

// passage answers the question of a clause, read together with as many of the clauses beside it, which ask nothing, as make the most
// sense. It fails where no reading is an answer.
func (t *turn) passage(ctx context.Context, one reading, clauses []clause, at int) (passage, bool) {
	var best passage
	for from := at; from >= 0 && (from == at || !clauses[from].asks); from-- {
		if from > 0 && clauses[from-1].heads {
			continue
		}
		for to := at; to < len(clauses) && (to == at || !clauses[to].asks); to++ {
			p := passage{start: clauses[from].start, end: clauses[to].end}
			p.reading = t.readingOf(ctx, one.q.text[p.start:p.end])
			if best.q == nil || p.worth() > best.worth() || p.worth() == best.worth() && p.end-p.start > best.end-best.start {
				best = p
			}
		}
	}
	if best.q == nil || !best.answered() || !t.follows(one, best) {
		return best, false
	}
	best.within(one)
	var err error
	best.reply, err = t.answerTo(ctx, best.reading)
	return best, err == nil && best.reply.Err == nil && best.reply.Dialogue != nil
}

// follows reports whether a passage is about what the message has named before it: it names something itself, or refers to that.
func (t *turn) follows(one reading, p passage) bool {
	named := func(from, to int) bool {
		return slices.ContainsFunc(one.q.parse.Entities, func(e nlp.Entity) bool {
			return isName(e) && len(e.Candidates) > 0 && e.Type != "cluster" && from <= e.Start && e.End <= to
		})
	}
	if !named(0, p.start) || named(p.start, p.end) || len(p.q.targets) > 0 || p.q.anyWord(besides) {
		return true
	}
	last := t.dialogue.Query
	return last != nil && (last.Name != "" && concerns(p.q.query, last.Name) || slices.ContainsFunc(last.Filters, func(f models.Filter) bool {
		return slices.ContainsFunc(f.Values, func(v string) bool { return concerns(p.q.query, v) })
	}) || slices.ContainsFunc(t.dialogue.Listed, func(n models.Named) bool { return concerns(p.q.query, n.Name) }))
}

// besides are the words of a question that has nothing to do with the one before it.
var besides = setOf("also plus besides btw additionally separately")

// within asks what a passage asks without naming a cluster of the clusters that the rest of its message names.
func (p *passage) within(one reading) {
	if len(p.q.query.Clusters) > 0 || p.q.everywhere() {
		return
	}
	for _, e := range one.q.parse.Entities {
		if e.Type == "cluster" && !e.Negated && one.q.isCluster(e) && !slices.Contains(p.q.query.Clusters, e.Value) {
			p.q.query.Clusters = append(p.q.query.Clusters, e.Value)
		}
	}
}

// questionsIn counts the clauses that ask.
func questionsIn(clauses []clause) int {
	n := 0
	for _, c := range clauses {
		if c.asks {
			n++
		}
	}
	return n
}

// mention lets what follows refer to the one thing that a clause names which asks nothing: "data-0 is slow. Where is it?"
func (t *turn) mention(ctx context.Context, text string) {
	q := t.question(text, t.understand(ctx, text))
	if q.intent = q.intents["describe"]; q.fill() == nil && q.query != nil && q.query.Name != "" {
		t.dialogue = models.Dialogue{Intent: "describe", Query: q.query, At: t.Now()}
	}
}

// distinct leaves of the parts of a message those that say something of their own: what is asked twice is answered once, what is
// narrowed down is answered as it was narrowed, and why a thing is as it is says how it is.
func distinct(parts []passage) []passage {
	var kept []passage
	for _, p := range parts {
		if n := len(kept); n > 0 {
			last := kept[n-1]
			switch {
			case reflect.DeepEqual(last.q.query, p.q.query) && last.q.intent == p.q.intent:
				continue
			case (p.q.intent.act == actRefine || p.q.intent.act == actSort) && last.q.query.Subject == p.q.query.Subject && p.q.query.Name == "", last.q.intent.act == actDescribe && p.q.intent.act == actWhy && sameThing(last.q.query, p.q.query):
				kept = kept[:n-1]
			}
		}
		kept = append(kept, p)
	}
	return kept
}

// sameThing reports whether two queries are about the same one thing.
func sameThing(a, b *models.Query) bool {
	return a.Name != "" && a.Name == b.Name && a.Subject == b.Subject && a.Scope == b.Scope && slices.Equal(a.Clusters, b.Clusters)
}

// unanswered returns the questions, in quotes, that are in no part.
func unanswered(clauses []clause, parts []passage) []string {
	var left []string
	for _, c := range clauses {
		if c.asks && !slices.ContainsFunc(parts, func(p passage) bool { return p.start <= c.start && c.end <= p.end }) {
			left = append(left, phrase.Quote(c.text))
		}
	}
	return left
}

// chained makes one reply of several.
func chained(replies []models.Reply) models.Reply {
	first := replies[0]
	first.Dialogue = replies[len(replies)-1].Dialogue
	if len(replies) > 1 {
		then := chained(replies[1:])
		first.Then = &then
	}
	return first
}
