package intents

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// pick is the piece of a sentence that takes one thing of many: "the biggest of them", "the second one", "the node with the most volumes".
type pick struct {
	start, end int            // byte offsets
	noun       models.Subject // what it is one of; "" where it does not say
	place      int            // in the last list, -1 for its end; 0 where an order says which one is meant
	text       string         // without what stands for the things listed before: "biggest cStor", "node with the most volumes"
	where      string         // what follows the noun: "of namespace shop"
	nounFirst  bool
	again      bool // the last question is asked again, of another one of what was listed before it
}

// superlative are the words for an order that one thing comes first in.
var superlative = regexp.MustCompile(`(?i)^(?:the )?(?:[a-z]+est|worst|(?:most|least|fewest|highest|lowest) [a-z -]+)$`)

// pick finds the first pick of a sentence, nil if it has none.
func (q *question) pick() *pick {
	for i, w := range q.words {
		p := q.superlativeAt(i)
		if p == nil && i > 0 && ordinals[w.text] != 0 && w.text != "top" && q.words[i-1].text == "the" {
			p = q.ordinalAt(i)
		}
		if p != nil {
			return p
		}
	}
	return nil
}

// superlativeAt returns the pick whose superlative begins with a word.
func (q *question) superlativeAt(i int) *pick {
	e := q.covering(q.words[i])
	if e == nil || e.Type != "sort" || e.Start != q.words[i].start || !superlative.MatchString(e.Text) {
		return nil
	}
	order := strings.TrimPrefix(strings.ToLower(e.Text), "the ")
	if p := q.nounBefore(i, *e); p != nil {
		return p
	}
	p := &pick{start: e.Start, text: order}
	from := i
	if i > 0 && ordinals[q.words[i-1].text] > 1 {
		from, p.text = i-1, q.words[i-1].text+" "+order
	}
	switch {
	case from > 0 && q.words[from-1].text == "the":
		p.start = q.words[from-1].start
	case order == strings.ToLower(e.Text) && from > 0:
		return nil
	}
	return q.headed(p, e.End, !strings.Contains(order, " "))
}

// nounBefore returns the pick of a noun with a superlative behind it: "the node with the most volumes".
func (q *question) nounBefore(i int, e nlp.Entity) *pick {
	last := i - 1
	for last > 0 && q.words[last].text == "the" {
		last--
	}
	if last < 2 || !havingMost[q.words[last].text] {
		return nil
	}
	if w := q.words[last-1].text; w == "that" || w == "which" {
		last--
	}
	if last < 2 || q.words[last-2].text != "the" {
		return nil
	}
	noun := q.words[last-1]
	p := &pick{start: q.words[last-2].start, end: e.End, nounFirst: true}
	for _, w := range q.words {
		if w.start >= p.end && q.within(p.end, w.start, 0) && fieldWords[w.text] != "" {
			p.end = w.end // "the most free space"
		}
	}
	if s := q.covering(noun); s != nil && s.Type == "subject" && !plural(s.Text) {
		p.noun = models.Subject(s.Value)
	} else if noun.text != "one" {
		return nil
	}
	p.text = q.text[noun.end:p.end]
	return q.placedPick(p)
}

var havingMost = setOf("with has having")

// ordinalAt returns the pick of a place in the last list.
func (q *question) ordinalAt(i int) *pick {
	return q.headed(&pick{start: q.words[i-1].start, place: ordinals[q.words[i].text]}, q.words[i].end, true)
}

// headed completes a pick with the noun behind what says which one is meant. Bare ones need none.
func (q *question) headed(p *pick, end int, bare bool) *pick {
	p.end = end
	words := q.words[len(q.words)-len(q.after(end, len(q.words))):]
	n := 0
	for n < len(words) && n < 3 {
		e := q.covering(words[n])
		if e == nil || e.Type != "engine" && e.Type != "health" && e.Type != "condition" {
			break
		}
		n++
	}
	if n < len(words) {
		e := q.covering(words[n])
		switch subject := e != nil && e.Type == "subject" && !uncountable[strings.ToLower(e.Text)]; {
		case subject && plural(e.Text):
			return nil
		case subject:
			p.noun, p.end = models.Subject(e.Value), e.End
			p.text += q.text[end:e.Start]
			return q.placedPick(p)
		case words[n].text == "one":
			p.text, p.end = p.text+q.text[end:words[n].start], words[n].end
			return q.placedPick(p)
		}
	}
	if !bare || len(words) > 0 && q.isNoun(words[0]) {
		return nil
	}
	return q.placedPick(p)
}

// isNoun reports whether the word behind an adjective may be the noun that it belongs to: "the first hour", "the lowest usage".
func (q *question) isNoun(w word) bool {
	e := q.covering(w)
	return fieldWords[w.text] != "" && w.text != "full" && !saidOfOne[w.text] || rankable[w.text] != "" || e != nil && e.Type != "health" && e.Type != "condition" && e.Type != "engine" || everyTime[w.text]
}

var everyTime = setOf("time times place step thing things part day hour week month minute copy half")

// placedPick completes a pick with where its things are: "of them", "of namespace shop", "on dock-2". What says more of them is not understood.
func (q *question) placedPick(p *pick) *pick {
	p.text = strings.TrimSpace(p.text)
	for {
		words := q.words[len(q.words)-len(q.after(p.end, len(q.words))):]
		if len(words) == 0 || strings.ContainsAny(q.text[p.end:words[0].start], ",:;?!") {
			return p
		}
		if narrowing[words[0].text] || p.noun != "" && saidOfOne[words[0].text] || p.noun == "" && (words[0].text == "first" || words[0].text == "last" && len(words) > 1) {
			return nil
		}
		end := q.placeEnd(words)
		if end == 0 {
			return p
		}
		if listed := wordsOf(q.text[p.end:end]); !those[listed[len(listed)-1].text] {
			p.where += q.text[p.end:end]
		}
		p.end = end
	}
}

// placeEnd returns where the phrase ends that says of which things one is, 0 if the words begin with none.
func (q *question) placeEnd(words []word) int {
	if !pickedIn[words[0].text] {
		return 0
	}
	for _, w := range words[1:min(len(words), 4)] {
		e := q.covering(w)
		switch {
		case those[w.text]:
			return w.end
		case e != nil && isName(*e) && (len(e.Candidates) > 0 || e.Type == "cluster"):
			return e.End
		case !glue[w.text] && cueTypes(w.text) == nil:
			return 0
		}
	}
	return 0
}

var (
	pickedIn = setOf("of in on from at within inside")
	// narrowing are the words behind which it is said which things one is picked from, in a way that is not looked at.
	narrowing = setOf("with without that whose which using having over under than by per each every for older newer bigger smaller larger")
	saidOfOne = setOf("used owned created mounted attached made taken")
	// pointless are the words that ask for nothing but the thing itself: "show me the biggest".
	pointless = setOf(`which what whats who is are was were s the a show list give me tell display find get and or so ok okay now just please pls only then about how mean i
		want need see no not but hmm hm sorry rather instead with of them these those one`)
	equating = setOf("is are was were s")
	asksIf   = setOf("is are was were does do did can could will would should has have may might")
)

// asksOf reports whether a sentence asks something of the thing that it picks, and not which one that is. apart says that it does so behind
// the pick: "the smallest one, who uses it?".
func (q *question) asksOf(p *pick) (of, apart bool) {
	before, after := q.wordsBefore(p.start, len(q.words)), q.words[len(q.words)-len(q.after(p.end, len(q.words))):]
	said := slices.DeleteFunc(slices.Clone(before), func(w word) bool { return pointless[w.text] })
	more := slices.ContainsFunc(after, func(w word) bool { return !pointless[w.text] && !besidePick[w.text] })
	if len(before) > 0 && (before[len(before)-1].text == "by" || before[len(before)-1].text == "as") {
		return false, false
	}
	if more && len(said) == 0 && strings.ContainsAny(q.text[p.end:after[0].start], ",:–-") {
		return true, true
	}
	for len(before) > 0 && (coordinating[before[0].text] || before[0].text == "then") {
		before = before[1:]
	}
	if len(before) == 0 || slices.ContainsFunc(before, func(w word) bool { return pronouns[w.text] || those[w.text] }) {
		return false, false
	}
	ends := len(after) == 0 || coordinating[after[0].text]
	switch first := before[0].text; {
	case asksIf[first]:
		return slices.ContainsFunc(after, func(w word) bool { return !besidePick[w.text] }) || len(said) > 0 && pickedIn[before[len(before)-1].text] || len(said) > 1 && !equating[first], false
	case ends && equating[before[len(before)-1].text] && (first == "which" || first == "what" || first == "who"):
		return false, false // "which pool of harbor is the fullest"
	}
	return len(said) > 0 || before[0].text == "how" && len(before) > 1 && before[1].text != "about", false
}

var besidePick = setOf("though again exactly really please")

// picked reads a sentence that asks something of the one thing that it picks out: the thing is found first, and then the sentence is read with
// its name.
func (t *turn) picked(ctx context.Context, q *question) (reading, bool) {
	if q.pasted || q.alias != nil || q.intent != nil && (q.intent.act == actCustom || q.intent.action != nil) || questionsIn(clausesOf(q.text)) > 1 {
		return reading{}, false
	}
	p := q.pick()
	if p == nil {
		return reading{}, false
	}
	of, apart := q.asksOf(p)
	if !of {
		return t.nextPicked(q, p)
	}
	things, how := q.thingsPicked(p)
	if len(things) == 0 {
		return reading{}, false
	}
	before := t.guessed
	t.guessed = append(slices.Clip(before), how...)
	text := q.withPicked(p, spelled(things[0]), apart)
	if next, ok := t.picked(ctx, t.question(text, t.understand(ctx, text))); ok && len(things) == 1 {
		return next, true // "compare the biggest with the smallest"
	}
	r := t.afresh(func() reading { return t.readingOf(ctx, text) })
	if !r.answered() || r.q.query == nil || t.better(q, r, things[0]) {
		t.guessed = before
		return reading{}, false
	}
	if len(things) > 1 {
		return q.whichPicked(p, things, apart), true
	}
	return r, true
}

// nextPicked asks what was asked of one of the things listed before of the one that a sentence picks, and says nothing else of: "and the third?".
func (t *turn) nextPicked(q *question, p *pick) (reading, bool) {
	if len(q.dialogue.Among) == 0 || !saysOnly(q.words, []int{p.start, p.end}) {
		return reading{}, false
	}
	p.again = len(q.wordsBefore(p.start, 1)) > 0
	things, how := q.thingsPicked(p)
	if len(things) > 1 {
		return q.whichPicked(p, things, false), true
	}
	if len(things) == 0 {
		return reading{}, false
	}
	t.guessed = append(t.guessed, how...)
	return t.ofOthers(q, things)
}

// better reports whether a sentence that opens a conversation is better read in one step than with the thing that it picks put in: where that asks
// the same, or nothing of it.
func (t *turn) better(q *question, r reading, thing models.Named) bool {
	plain := r.kind() == "describe" && len(r.q.query.Show) == 0 && r.q.query.Field == "" && interrogative[q.words[0].text]
	if q.follows() {
		return plain
	}
	one := t.interpret(q.again())
	if one.worth() < whole || one.q.query == nil {
		return false
	}
	shown := r.kind() == "describe" && one.q.query.Subject == thing.Subject && one.q.query.Limit == 1 && len(r.q.query.Show) > 0 &&
		!slices.ContainsFunc(r.q.query.Show, func(f string) bool { return f != one.q.query.Sort && !slices.Contains(one.q.query.Show, f) })
	same := one.kind() == r.kind() && one.q.query.Subject == r.q.query.Subject && (one.q.query.Subject == thing.Subject || one.q.query.Sort == "")
	told := one.q.query.Name != "" && len(one.q.query.Show) > 0 // "the age of the newest snapshot of" is a field of a volume
	return plain || shown || same || told
}

// withPicked writes a name for a pick.
func (q *question) withPicked(p *pick, name string, apart bool) string {
	if !apart {
		return q.text[:p.start] + name + q.text[p.end:]
	}
	return substituted(strings.TrimLeft(q.text[p.end:], " ,:–-"), name)
}

// thingsPicked returns the thing that a pick means, or those that may be meant, and how it was found.
func (q *question) thingsPicked(p *pick) ([]models.Named, []string) {
	if p.place != 0 {
		return q.listedAtPlace(p), nil
	}
	query := q.ordering(p)
	if query == nil {
		return nil, nil
	}
	inventories, _ := q.of(query)
	res, err := answer.Evaluate(query, inventories)
	if err != nil {
		return nil, nil
	}
	things := res.First()
	if hasFilter(query, "name") && len(things) > 0 {
		return things, []string{fmt.Sprintf("%s of the %d listed before is %s.", phrase.Capital(q.text[p.start:p.end]), len(query.Filters[0].Values), phrase.Code(q.calling(things[0])))}
	}
	return things, []string{res.Headline()}
}

// listedAtPlace returns what stands at a place of the last list.
func (q *question) listedAtPlace(p *pick) []models.Named {
	listed := q.dialogue.Listed
	if (len(listed) < 2 || p.again) && len(q.dialogue.Among) > 0 {
		listed = q.dialogue.Among
	}
	n := p.place
	if n == -1 {
		n = len(listed)
	}
	if n < 1 || n > len(listed) || p.where != "" || p.noun != "" && p.noun != listed[0].Subject || typeOf(listed[0].Subject) == "" {
		return nil
	}
	return listed[n-1 : n]
}

// ordering is the query whose first row is picked; nil if there is none.
func (q *question) ordering(p *pick) *models.Query {
	among := q.among(p.again)
	if among != nil && (p.noun != "" && p.noun != among.Subject || p.where != "") {
		among = nil
	}
	noun := p.noun
	if noun == "" && among != nil {
		noun = among.Subject
	}
	s := answer.Fields(noun)
	if s == nil || typeOf(noun) == "" {
		return nil
	}
	text := "the " + p.text + " " + s.One + p.where
	if p.nounFirst {
		text = "the " + s.One + " " + p.text + p.where
	}
	r := q.reread(text)
	if first := r.q.query; !r.answered() || first == nil || first.Sort == "" || first.Limit != 1 || first.Subject != noun || first.Aggregate != "" || first.GroupBy != "" {
		return nil
	}
	query := plainly(r.q.unassumed())
	query.Sort, query.Desc, query.Limit, query.Offset = r.q.query.Sort, r.q.query.Desc, 1, r.q.query.Offset
	switch {
	case among != nil:
		query.Filters = append(among.Filters, query.Filters...)
		query.Clusters = among.Clusters
	case len(query.Clusters) == 0 && q.dialogue.Query != nil:
		query.Clusters = q.dialogue.Query.Clusters
	}
	return query
}

// among is the query for the things that something is picked from: those of the last question or, if it was about one thing, those that this
// one was of; nil if there are none.
func (q *question) among(before bool) *models.Query {
	if query := listing(q.dialogue.Query, q.dialogue.Listed); query != nil && !before {
		return query
	}
	return listing(q.dialogue.From, q.dialogue.Among)
}

// listing is the query for the things that a question has listed, nil if it was about one.
func listing(query *models.Query, listed []models.Named) *models.Query {
	switch {
	case query == nil || query.Subject.Happens() || len(listed) == 1:
		return nil
	case len(listed) > 1 && (supposes(query) || query.Name != "" || query.Limit > 0 || query.Subject != listed[0].Subject):
		return called(listed)
	case query.Name != "" || supposes(query):
		return nil
	}
	return plainly(query)
}

// called is the query for things by their names.
func called(things []models.Named) *models.Query {
	query := &models.Query{Subject: things[0].Subject}
	var names, scopes, nodes []string
	for _, n := range things {
		names, scopes, nodes, query.Clusters = append(names, n.Name), append(scopes, n.Scope), append(nodes, n.Node), append(query.Clusters, n.Cluster)
	}
	query.Clusters = phrase.Distinct(query.Clusters)
	for _, f := range []models.Filter{{Field: "name", Values: names}, {Field: "namespace", Values: scopes}, {Field: "node", Values: nodes}} {
		if f.Values = phrase.Distinct(f.Values); len(f.Values) > 0 && f.Values[0] != "" && answer.Fields(query.Subject).Lookup(f.Field) != nil {
			f.Op = models.Eq
			query.Filters = append(query.Filters, f)
		}
	}
	return query
}

// whichPicked asks which of things that are alike a pick means.
func (q *question) whichPicked(p *pick, things []models.Named, apart bool) reading {
	reply := q.whichOf(things, func(thing models.Named) models.Action {
		return models.Action{Text: q.withPicked(p, spelled(thing), apart)}
	})
	reply.Text = phrase.Count(len(things), "thing", "things") + " may be " + phrase.Quote(q.text[p.start:p.end]) + ", as they are alike in that: " + reply.Text
	return reading{q: q, reply: reply}
}

// whichOf asks which of things is meant; asking is what to do where one of them is.
func (q *question) whichOf(things []models.Named, asking func(thing models.Named) models.Action) *models.Reply {
	reply := &models.Reply{AskedBack: true}
	var names []string
	for _, thing := range things {
		name := q.calling(thing)
		if thing.Scope != "" {
			name = thing.Scope + "/" + name
		}
		places := []string{thing.Node}
		if slices.ContainsFunc(things, func(o models.Named) bool { return o.Cluster != thing.Cluster }) {
			places = append(places, thing.Cluster)
		}
		label, coded := name, phrase.Code(name)
		for _, place := range phrase.Distinct(places) {
			label, coded = label+" on "+place, coded+" on "+place
		}
		names = append(names, coded)
		if len(reply.Buttons) < maxOptions {
			reply.Buttons = append(reply.Buttons, models.Button{Label: label, Action: asking(thing)})
		}
	}
	reply.Text = phrase.Few(names, maxOptions) + ". Which one do you mean?"
	return reply
}
