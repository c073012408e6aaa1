package intents

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// unread returns the words that nothing accounts for: they are neither part of an entity nor in the vocabulary.
func (q *question) unread() []word {
	var left []word
	if q.alias != nil {
		return nil // the phrasing is the workspace's own
	}
	from, to := q.purpose()
	for _, w := range q.words {
		if w.start >= from && w.end <= to || q.besideThePoint(w) || slices.Contains(q.had, w) || q.shows(w) || timeOfDay.MatchString(w.text) || filler[w.text] {
			continue
		}
		if sparing[w.text] && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Negated && e.Start > w.end }) {
			continue
		}
		if !q.misplaced(w) && (q.tells(w.text) || q.known.misspells(w.text) || misspellsEveryday(w.text) || units[w.text] || copiesWord.MatchString(w.text) || q.query != nil && q.fieldOf(w.text) != "") || q.covering(w) != nil {
			continue
		}
		if q.devours(w) || q.compares(w) || !strings.ContainsFunc(w.text, func(r rune) bool { return r >= 'a' && r <= 'z' }) && len(w.text) < 4 {
			continue // a number that no recogniser wanted
		}
		left = append(left, w)
	}
	return left
}

// devours reports whether a word behind a superlative is for what takes space: "biggest eater first".
func (q *question) devours(w word) bool {
	verb, agent := strings.CutSuffix(strings.TrimSuffix(w.text, "s"), "er")
	if !agent || fieldWords[verb] != "used" && fieldWords[verb+"e"] != "used" {
		return false
	}
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == "sort" && e.End <= w.start && q.within(e.End, w.start, 0) })
}

// compares reports whether a word says how the number behind it is compared, and the number was recognised so.
func (q *question) compares(w word) bool {
	return nlp.Compares(w.text) && slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return e.Op != "" && e.Start >= w.end && q.within(w.end, e.Start, 1)
	})
}

// tells reports whether a word is of the phrase of the question itself. Where it picks out things, what training data says of one
// thing only would be a condition: "survive", "died".
func (q *question) tells(w string) bool {
	if q.intent != nil && q.counting() {
		return structural[w] || q.known.picks(w)
	}
	return q.known.knows(w) || structural[w] || swearing[w] || odd[w] || months[w]
}

// structural are words that say how the answer is to be made, or where things are in other words than "in" and "on".
var structural = setOf(`split splits broken break breaks breakdown grouped group ascending descending asc desc increasing decreasing sorted ordered ranking rankings leaderboard
	counted listed ranked compared per living residing sitting located situated placed hosted stored kept lying stay staying reside resides sits lives living found
	earth world hold holds holding contain contains containing carry carries carrying own have has store stores host hosts involving concerning regarding
	held tied waste wastes wasted wasting apart percentage percent part fraction proportion portion share greater fuller healthier became become sit mount mounting belong belongs among amount mode version versions exceed exceeds exceeding newer support supported mentioning desired num raid til regards regard respect terms
	print gather provide searching wonder arent isnt dont doesnt wont cant aren isn wasn weren won don doesn didn hasn haven couldn wouldn shouldn`)

// filler are words that change nothing of what is asked: every cluster is one of Kubernetes, and every time is UTC.
var filler = setOf("k8s kubernetes utc gmt")

// timeOfDay is an hour of the day: "5am", "03:20".
var timeOfDay = regexp.MustCompile(`^(\d{1,2}(:\d\d)?(am|pm)|\d{1,2}:\d\d(:\d\d)?|\d{1,2}h\d\d)$`)

// purpose returns where the sentence says what the answer is for, "for the monthly report"; two zeros if it does not.
func (q *question) purpose() (from, to int) {
	for i, w := range q.words {
		if w.text != "for" && w.text != "to" && !(w.text == "in" && i+1 < len(q.words) && meetings[q.words[i+1].text]) {
			continue
		}
		for _, last := range q.words[i+1 : min(i+6, len(q.words))] {
			if e := q.covering(last); e != nil && e.Type != nlp.UnknownName {
				break
			}
			if purposes[last.text] {
				return w.start, last.end
			}
		}
	}
	return 0, 0
}

// meetings are where people talk of storage: "somebody asked in standup".
var meetings = setOf("standup retro")

// purposes are what people want answers for.
var purposes = setOf(`report reports reporting review reviews slides slide deck presentation meeting audit ticket tickets postmortem post-mortem retro
	standup handover chargeback showback billing question document documents documenting boss manager management customer customers docs documentation spreadsheet excel inventory planning paperwork records email mail
	test tests testing benchmark benchmarks experiment experiments demo wiki-page newsletter migration exec execs ceo budget finance compliance`)

// leftover makes sure that no word that may matter is passed over: what stands where a name would is looked for and not
// found; what stands where it would pick things out is asked about; anything else is said to have been ignored.
func (q *question) leftover() *models.Reply {
	if q.pinned || q.pasted {
		return nil
	}
	if i := slices.IndexFunc(q.words, func(w word) bool { return w.text == "whose" }); i > 0 && i+1 < len(q.words) && q.subject != "" && q.intent.act != actImpact && !q.ownedBy(q.words[i+1]) && !hasFilter(q.query, "snapshot_age") && !hasFilter(q.query, "orphaned") {
		return q.notUnderstood(word{q.text[q.words[i].start:], q.words[i].start, len(q.text)}) // of what belongs to the things, not of them
	}
	if reply := q.heedOwner(); reply != nil {
		return reply
	}
	if w, ok := q.strange(); ok {
		if q.subject == "" && len(q.query.Filters) == 0 {
			q.as(nlp.Fallback) // "how many users do we have"
			q.query = nil
			return outOfScopeReply(q.card)
		}
		return q.notUnderstood(w)
	}
	if w, ok := q.undenied(); ok {
		return q.notUnderstood(w)
	}
	if w, ok := q.unranked(); ok {
		return q.notUnderstood(w)
	}
	if w, ok := q.foremost(); ok {
		return q.notUnderstood(w)
	}
	if w, ok := q.wasted(); ok {
		return q.notUnderstood(w)
	}
	if w, ok := q.unapplied(); ok {
		return q.notUnderstood(w)
	}
	for _, w := range q.unread() {
		if e := q.covering(q.wordBehind(w)); w.text == "single" && e != nil && e.Type == "subject" && models.Subject(e.Value) == q.subject {
			continue // "is a single volume degraded"
		}
		if q.qualifies(w) || q.counting() && slices.ContainsFunc(q.before(w.start, 1), func(n string) bool { return exceeding[n] }) {
			return q.notUnderstood(w) // "over banana%" is a limit that is none
		}
		if q.namePosition(w) {
			return q.notFound(-1, q.text[w.start:w.end], w.start, w.end)
		}
		if q.attributive(w) || q.subject == "" && q.counting() && q.query.Field != answer.Placement {
			return q.notUnderstood(w)
		}
		q.ignored = append(q.ignored, phrase.Quote(q.text[w.start:w.end]))
	}
	if q.intent.act == actEvents {
		for _, w := range q.words {
			if timeOfDay.MatchString(w.text) && q.covering(w) == nil {
				q.notes = append(q.notes, phrase.Quote(q.text[w.start:w.end])+" is left out: say since when, as in “since 9am”.")
			}
		}
	}
	if len(q.ignored) > 3 && 2*len(q.ignored) > len(q.words) {
		reply := q.notUnderstood(q.words[0])
		reply.Text = "I did not understand most of that: " + phrase.And(q.ignored) + ". I read English."
		return reply
	}
	if len(q.ignored) > 0 {
		q.notes = append(q.notes, passedOver(q.ignored))
	}
	return nil
}

// notUnderstanding is what a note begins with that says which words were passed over.
const notUnderstanding = "I did not understand "

func passedOver(words []string) string {
	return notUnderstanding + phrase.And(words) + " and answered without it."
}

// ownedBy reports whether a word behind "whose" is for a property of the things themselves.
func (q *question) ownedBy(w word) bool {
	if e := q.covering(w); e != nil && e.Type == "subject" && (q.took(*e) || q.sameThing(models.Subject(e.Value))) {
		return true
	}
	field := q.fieldOf(w.text)
	if field == "" {
		return false
	}
	numbers := slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return measures[e.Type] })
	if answer.Fields(q.query.Subject).Lookup(field).Kind.Numeric() && !numbers && !q.mentions("sort") && !q.mentions("aggregate") && !q.mentions("health") {
		return false // "whose replicas are all on one node" is of the replicas
	}
	if hasFilter(q.query, field) {
		return true
	}
	kind := answer.Fields(q.query.Subject).Lookup(field).Kind
	return kind.Numeric() || kind == answer.HealthKind || field == "phase" || field == "state"
}

// took reports whether a slot has used an entity up.
func (q *question) took(e nlp.Entity) bool {
	return q.taken[slices.IndexFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Start == e.Start })]
}

// unranked returns a "most" or "least" by which the query does not rank: "which claims cost the most".
func (q *question) unranked() (word, bool) {
	if !q.counting() || q.query.Name != "" || q.query.Sort != "" || q.query.GroupBy != "" || q.query.Subject == models.Clusters || q.query.Limit > 0 {
		return word{}, false
	}
	for i, w := range q.words {
		if (w.text == "most" || w.text == "least") && q.covering(w) == nil && i > 0 && q.words[i-1].text != "at" && i+1 >= len(q.words)-1 {
			from := q.words[max(0, i-2)]
			return word{q.text[from.start:], from.start, len(q.text)}, true
		}
	}
	return word{}, false
}

// undenied returns what stands from a word of denial on that has denied nothing that the query says: to answer as if it were not
// there would be to answer the opposite.
func (q *question) undenied() (word, bool) {
	if act := q.intent.act; act != actList && act != actCount && act != actAggregate && act != actCapacity || q.query.Name != "" {
		return word{}, false
	}
	for i, w := range q.words {
		if !denials[w.text] || q.covering(w) != nil || i == 0 || i+1 == len(q.words) || slices.Contains(q.had, w) {
			continue
		}
		if before, after := q.words[i-1].text, q.words[i+1].text; aside[before] || aside[after] || w.text == "without" && q.covering(q.words[i+1]) != nil && q.covering(q.words[i+1]).Type != "subject" {
			continue
		}
		if !slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
			return e.Start >= w.end && (e.Negated || e.Op != "") || e.Negated && strings.Contains(e.Value, " ")
		}) && !slices.ContainsFunc(q.query.Filters, func(f models.Filter) bool {
			return f.Not || slices.Contains(f.Values, "false") || f.Op == models.Lt && (f.Number == 1 || q.phrase("not", "even"))
		}) {
			return word{q.text[w.start:], w.start, len(q.text)}, true
		}
	}
	return word{}, false
}

var (
	denials = setOf("neither not never except excluding without nobody nothing")
	// aside are words beside a denial that is about something else: "if not", "not sure", "why not", "not only".
	aside = setOf("if or why sure only just know i could would can yet to")
)

// strange returns the word behind "how many" if the sentence says of nothing that MuleBot knows how many.
func (q *question) strange() (word, bool) {
	if q.intent.act != actCount || q.subject == "" && len(q.targets) > 0 {
		return word{}, false
	}
	for i := 0; i+2 < len(q.words); i++ {
		w := q.words[i+2]
		if q.words[i].text == "how" && q.words[i+1].text == "many" && !verbs[w.text] && (q.subject == "" || !everyday[w.text] && fieldWords[strings.TrimSuffix(w.text, "s")] == "") && q.covering(w) == nil {
			return w, true
		}
	}
	return word{}, false
}

// foremost returns what says which group of many things is meant by its place in an order, "the biggest namespace": that is not looked up.
func (q *question) foremost() (word, bool) {
	if !q.counting() || q.query.GroupBy != "" || q.query.Name != "" {
		return word{}, false
	}
	for _, e := range q.parse.Entities {
		if next := q.after(e.End, 1); e.Type == "sort" && len(next) > 0 && rankable[next[0]] != "" && len(q.before(e.Start, 2)) == 2 && naming[q.before(e.Start, 2)[1]] {
			return word{q.text[e.Start:], e.Start, len(q.text)}, true
		}
	}
	return word{}, false
}

// wasted returns the word for waste of a sentence that does not say what is wasted.
func (q *question) wasted() (word, bool) {
	at := slices.IndexFunc(q.words, func(w word) bool { return wasting[w.text] })
	if at < 0 || !q.counting() || len(q.query.Filters) > 0 || q.query.Name != "" || q.query.Field == "free" {
		return word{}, false
	}
	return q.words[at], true
}

var wasting = setOf("waste wasted wasting wastes")

var verbs = setOf("are is were do does did have has of in on there things which that with use")

// counting reports whether the question is about many things, which a word that was not understood may be.
func (q *question) counting() bool {
	act := q.intent.act
	return act == actList || act == actCount || act == actAggregate || act == actCapacity
}

// attributive reports whether a word stands where it says which things are meant: before the subject ("gold volumes") or
// behind "are".
func (q *question) attributive(w word) bool {
	if w.start == q.words[0].start && len(q.words) > 2 || q.query.Name != "" || q.query.Subject == models.Clusters {
		return false
	}
	for _, e := range q.parse.Entities {
		if e.Type == "subject" && models.Subject(e.Value) == q.subject && e.Start >= w.end && strings.TrimSpace(q.text[w.end:e.Start]) == "" {
			return true
		}
	}
	near := q.before(w.start, 1)
	return len(near) > 0 && (near[0] == "are" || near[0] == "only") && q.subject != ""
}

// notUnderstood says which word was not understood, and offers the answer without it.
func (q *question) notUnderstood(w word) *models.Reply {
	q.without, q.stuck = q.query, w
	many := "things"
	if s := answer.Fields(q.query.Subject); s != nil {
		many = s.Many
	}
	return &models.Reply{AskedBack: true,
		Text: "I do not know what " + phrase.Quote(q.text[w.start:w.end]) + " says of " + many + ", so I cannot pick them out by it.",
		Buttons: []models.Button{{Label: "Without it: " + offer(q.intent, q.query),
			Action: models.Action{Intent: q.intent.Name, Query: q.query.Clone()}}}}
}

// namePosition reports whether an unread word stands where a name would, or looks like one.
func (q *question) namePosition(w word) bool {
	if len(q.words) == 1 {
		return true
	}
	if q.loose(w) || q.does(w) || q.isDue(w) {
		return false
	}
	if strings.ContainsAny(w.text, "-_./0123456789") && !q.compound(w.text) {
		return true
	}
	switch q.intent.act {
	case actDescribe, actWhy, actReplicas, actConsumers, actImpact:
		if q.intent.act == actImpact && q.query.Field != "" {
			return false
		}
		if q.query.Name == "" && len(q.targets) == 0 {
			return true
		}
	}
	near := q.beside(w)
	if nlp.Describes(w.text) && (len(near) == 0 || !introduces(near[0]) || nlp.IsWeekday(w.text)) {
		return false // "the volume awfully slow", "full by Thursday"
	}
	if !q.counting() && len(q.targets) > 0 && !strings.ContainsAny(w.text, "-_./0123456789") {
		return false // "reboot worker-5 for a kernel update" names what it is about
	}
	if q.intent.act == actOverview && len(near) > 0 && near[0] == "the" {
		return false // "the state of the union"
	}
	for i, n := range near {
		if naming[n] || i == 0 && auxiliary[n] || cueTypes(n) != nil && !plural(n) && (i+1 == len(near) || !questioning[near[i+1]] && !indefinite[near[i+1]]) {
			return true
		}
		if !glue[n] {
			break
		}
	}
	next := q.after(w.end, 1)
	return len(next) > 0 && behind[next[0]]
}

// indefinite are the articles of what is not named: "which classes let me grow a volume twice".
var indefinite = setOf("a an")

// loose reports whether nothing introduces a word as a name, in a sentence that is about something that lives here: "change CHG-12: reboot
// of worker-2". Where nothing of the kind is named the word may be what picks things out, and is not passed over.
func (q *question) loose(w word) bool {
	about := len(q.targets) > 0 || q.query.Name != "" || slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool {
		return isName(e) && e.Type != nlp.UnknownName && e.Type != "cluster"
	})
	english := !slices.ContainsFunc(strings.FieldsFunc(w.text, func(r rune) bool { return r == '-' || r == '/' }), func(part string) bool { return !nlp.IsEnglish(part) })
	if near := q.beside(w); len(near) > 0 && !(english && (near[0] == "to" || about && relating[near[0]])) &&
		(introduces(near[0]) || coupling[near[0]] || cueTypes(near[0]) != nil && !english) {
		return false
	}
	return about
}

// relating are the words behind which a word of English is no name, if the sentence is about something else: "room for 40 GB of images".
var relating = setOf("of for from about by")

// coupling are the words that join a name to another one.
var coupling = setOf("and or with than vs versus to between nor")

// qualifies reports whether a word stands between "a" and a thing, and so says what kind of thing it is: "on a single node".
func (q *question) qualifies(w word) bool {
	near, next := q.beside(w), q.wordBehind(w)
	e := q.covering(next)
	return q.counting() && len(near) > 0 && (near[0] == "a" || near[0] == "an") && next != w && e != nil && e.Type == "subject"
}

// beside returns up to three words before a word that no punctuation parts from it, the nearest first.
func (q *question) beside(w word) []string {
	var near []string
	for i := slices.IndexFunc(q.words, func(o word) bool { return o.start == w.start }); i > 0 && len(near) < 3; i-- {
		if strings.ContainsAny(q.text[q.words[i-1].end:q.words[i].start], ",;?!") {
			break
		}
		near = append(near, q.words[i-1].text)
	}
	return near
}

// compound reports whether a word is made of words that are known: "no-longer-needed".
func (q *question) compound(w string) bool {
	if strings.ContainsAny(w, "_.0123456789") || strings.HasPrefix(w, "/") {
		return false
	}
	return !slices.ContainsFunc(strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '/' }), func(part string) bool {
		return !everyday[part] && !structural[part] && !q.known.knows(part) && cueTypes(part) == nil
	})
}

// exceeding are the words right behind which a limit stands.
var exceeding = setOf("over above under below exceeding")

// auxiliary are the verbs whose subject follows them in a question: "how many volumes does X have".
var auxiliary = setOf("does did")

var naming = setOf("in on of for from by using called named at inside under within about")

// introduces reports whether a name is to be expected behind a word: a preposition, or what says of which kind the name is.
func introduces(w string) bool { return naming[w] || bareCues[w] }

// bareCues are the words before a name that hardly anything but a name follows.
var bareCues = setOf("namespace ns project statefulset deployment")

// localising are the words behind which a word such as "billing" is a name and no activity.
var localising = setOf("in inside within namespace ns project statefulset deployment")

// misplaced reports whether a word that says something elsewhere stands where a name would, and is none here: "orders" in
// "volumes in namespace orders". What the training data has in that place is no name.
func (q *question) misplaced(w word) bool {
	i := slices.IndexFunc(q.words, func(other word) bool { return other.start == w.start })
	j := beforeGlue(q.words[:max(i, 0)])
	if j < 0 || strings.ContainsAny(q.text[q.words[j].end:w.start], ",;?!") || !introduces(q.words[j].text) || len(w.text) < 3 || strings.HasSuffix(w.text, "ing") && !localising[q.words[j].text] || everyday[w.text] || partitions[w.text] || units[w.text] || fieldWords[strings.TrimSuffix(w.text, "s")] != "" {
		return false
	}
	if bareCues[q.words[j].text] && j > 0 {
		if e := q.covering(q.words[j-1]); questioning[q.words[j-1].text] || e != nil && isName(*e) {
			return false // "which namespace uses …", "the orders namespace sorted by …"
		}
	}
	return !q.known.places(q.words[j].text, w.text)
}
