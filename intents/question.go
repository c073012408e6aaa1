package intents

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// question is an utterance on its way to a query: its words, its entities and the slots filled so far.
type question struct {
	*turn
	text   string
	words  []word
	parse  nlp.Parse
	found  nlp.Parse // as it was before its entities were looked at
	intent *Intent

	query   *models.Query
	notes   []string
	subject models.Subject // that the sentence names; "" if it names none
	targets []target       // the live names that it refers to
	taken   map[int]bool   // entities that another slot has used up, by their place
	pinned  bool           // a name was chosen for the asker: ask no further
	pasted  bool           // a line of a log: its other words are not the asker's
	grouped string         // the field that the question groups by, where settling the intent has found it
	counted *nlp.Entity    // the number that the count is to be compared with: "are there more than 10 volumes?"
	had     []word         // what the things have at all, where the query says it
	versus  bool           // two things are compared
	without *models.Query  // what can be answered where a part of the sentence cannot; nil: nothing
	split   string         // what the answer is broken down by: whether this is so or not
	ignored []string       // words, in quotes, that were passed over
	each    bool           // what is asked of each thing is a field of it: they are listed
	greps   []grep         // what the output of kubectl was to be searched for
	aside   []restriction  // parts of the sentence that say nothing of what is asked
	stated  []statement    // the filters that words of the sentence have become
	stuck   word           // what the reading ends at, as it is not understood or not found
	alias   *models.Query  // what a custom intent has decided of the query; nil: it is none
	housed  bool           // a place is looked for, for what it names or calls "it"
	script  bool           // it is an order in the words of a database or a shell
	begun   *question      // as it was before its slots were filled
}

// question begins to read an utterance.
func (t *turn) question(text string, parse nlp.Parse) *question {
	q := t.opened(text, parse)
	if !q.pasted && !q.echo() {
		q.excerpt()
	}
	q.script = !q.pasted && scripted(text)
	return q.ready()
}

// opened sorts out what was recognised in a text.
func (t *turn) opened(text string, parse nlp.Parse) *question {
	q := &question{turn: t, text: text, words: wordsOf(text), parse: parse, found: parse, intent: t.intents[parse.Intent], taken: map[int]bool{}, notes: slices.Clone(t.guessed)}
	for _, other := range []func(nlp.Entity) bool{q.isChannel, q.isBreakdown, q.isSpelt, q.isPeople, q.isStoring, q.isOver, q.isSense, q.isNod} {
		q.found.Entities = slices.DeleteFunc(slices.Clone(q.found.Entities), other)
	}
	q.inNamespaces()
	q.retract()
	q.expandable()
	q.oftenest()
	q.inOrder()
	q.parse.Entities = slices.DeleteFunc(slices.Clone(q.found.Entities), q.isVerb)
	q.leaveManner()
	q.addClusters()
	q.addNames()
	q.possess()
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, q.isSomebody)
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, q.isLimit)
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, q.isHour)
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, q.isProduct)
	q.outlive()
	q.restate()
	q.deny()
	q.exclude()
	q.usedBy()
	q.refuse()
	q.command()
	q.row()
	return q
}

// ready makes a question ready for its slots to be filled.
func (q *question) ready() *question {
	q.spell()
	q.findWindow()
	if q.nodded() && !q.pasted {
		q.intent = q.intents["thanks"]
	}
	q.begun = q.clone()
	return q
}

// again returns the question as it was before its slots were filled.
func (q *question) again() *question {
	again := q.begun.clone()
	again.begun = q.begun
	return again
}

// renewed is again with the entities as they are now.
func (q *question) renewed() *question {
	again := q.again()
	again.parse.Entities = slices.Clone(q.parse.Entities)
	return again
}

// clone returns a question that can be filled without a change of this one.
func (q *question) clone() *question {
	c := *q
	c.words, c.parse.Entities, c.found.Entities = slices.Clone(q.words), slices.Clone(q.parse.Entities), slices.Clone(q.found.Entities)
	c.taken = maps.Clone(q.taken)
	c.notes, c.targets, c.had, c.ignored = slices.Clip(q.notes), slices.Clone(q.targets), slices.Clip(q.had), slices.Clip(q.ignored)
	c.greps, c.aside, c.stated = slices.Clip(q.greps), slices.Clip(q.aside), slices.Clip(q.stated)
	return &c
}

// isLimit reports whether what is elsewhere an aggregate says how many are wanted, "max 2", or what is elsewhere a limit tells how many clusters
// there are.
func (q *question) isLimit(e nlp.Entity) bool {
	next := q.after(e.End, 1)
	if e.Type == nlp.Count && e.Op == "" && len(next) > 0 && (next[0] == "clusters" || next[0] == "cluster") && slices.Equal(q.before(e.Start, 1), []string{"the"}) {
		return true // "are the two clusters on one version" limits no list
	}
	return e.Type == "aggregate" && strings.EqualFold(e.Text, "max") && len(next) > 0 && strings.Trim(next[0], "0123456789") == ""
}

// isSense reports whether a word for an average is a verb: "i mean", "what does degraded mean".
func (q *question) isSense(e nlp.Entity) bool {
	near := q.before(e.Start, 1)
	return e.Type == "aggregate" && strings.EqualFold(e.Text, "mean") && len(near) > 0 && (speakers[near[0]] || !articles[near[0]] && !pronouns[near[0]] && sense.MatchString(q.text))
}

// sense asks what something means.
var sense = regexp.MustCompile(`(?i)\bwhat(?:['’]?s)?\b[^.;?!]*\b(?:do|does|did|would|could|might) [^.;?!]*\bmean\b`)

// asksSense reports whether a sentence asks what a word or a state means, and not what would be.
func (q *question) asksSense() bool {
	return sense.MatchString(q.text) && !q.has("aggregate") && !q.anyWord(setOf("if when")) && !q.pasted && q.supposed() == nil
}

// saysOfWhat reports whether a sentence names anything but a cluster.
func (q *question) saysOfWhat() bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && len(e.Candidates) > 0 && e.Type != "cluster" })
}

// isNod reports whether a word for health only says that the asker has heard: "lol ok", "ok, which are full".
func (q *question) isNod(e nlp.Entity) bool {
	if e.Type != "health" || !nods[strings.ToLower(e.Text)] || slices.ContainsFunc(q.wordsBefore(e.Start, len(q.words)), func(w word) bool { return !nods[w.text] }) {
		return false
	}
	i := slices.IndexFunc(q.words, func(w word) bool { return w.start >= e.End })
	if i < 0 {
		return !strings.Contains(q.text[e.End:], "?")
	}
	next := q.words[i]
	if strings.ContainsAny(q.text[e.End:next.start], ",.;!") {
		return true
	}
	noun := q.covering(next)
	return (noun == nil || noun.Type != "subject" && noun.Type != "engine") && !judged[next.text]
}

// judged are the words behind one for health of which it is said: "ok to reboot", "fine ones".
var judged = setOf("or to if for with one ones things stuff")

// nods are the words by which somebody says no more than to have heard.
var nods = setOf(`ok okay k kk fine good great alright right cool nice lol haha hah heh hehe ha hmm hm ah aha oh well so sounds makes sense fair enough
	gotcha understood noted`)

// nodded reports whether a sentence says nothing else.
func (q *question) nodded() bool {
	return len(q.words) > 1 && !strings.Contains(q.text, "?") && !slices.ContainsFunc(q.words, func(w word) bool { return !nods[w.text] })
}

// isSomebody reports whether what a lookup took for a mistyped word stands where a person or a tool does: "created by alice".
func (q *question) isSomebody(e nlp.Entity) bool {
	near := q.before(e.Start, 1)
	if w := strings.ToLower(e.Text); e.Source == nlp.FromLookup && e.Score < 1 && (structural[w] || everyday[w] || len(w) > 4 && e.Type != "subject" && nlp.IsEnglish(w)) {
		return true // "residing" is no "resizing", "brokers" are not "broken"
	}
	return e.Source == nlp.FromLookup && e.Score < 1 && e.Type != "subject" && len(near) > 0 && (near[0] == "by" || near[0] == "from") && !strings.Contains(e.Text, " ")
}

// isProduct reports whether a name is part of a saying, or the product's rather than that of the namespace where it is installed: "is OpenEBS ok?".
func (q *question) isProduct(e nlp.Entity) bool {
	if isName(e) && strings.EqualFold(e.Text, "scratch") && slices.Equal(q.before(e.Start, 1), []string{"from"}) {
		return true // "installed anew from scratch"
	}
	if !isName(e) || !strings.EqualFold(e.Text, "openebs") {
		return false
	}
	near, next := q.before(e.Start, 1), q.after(e.End, 1)
	return !(len(near) > 0 && (prepositionTypes(near[0]) != nil || cueTypes(near[0]) != nil) || len(next) > 0 && cueTypes(next[0]) != nil) || len(near) > 0 && near[0] == "is"
}

// possess makes snapshots what is asked about where it is the asker who has them: "do we have snapshots".
func (q *question) possess() {
	for i, e := range q.parse.Entities {
		at := strings.Index(strings.ToLower(e.Text), "snap")
		if near := q.before(e.Start, 1); e.Value != "with snapshots" || at < 0 || len(near) == 0 || !askers[near[0]] {
			continue
		}
		q.parse.Entities[i].Type, q.parse.Entities[i].Value = "subject", string(models.Snapshots)
		q.parse.Entities[i].Text, q.parse.Entities[i].Start = e.Text[at:], e.Start+at
	}
}

var askers = setOf("we i you they")

// isSpelt reports whether what may be a slip is the name of something that lives: "media" is no "median" where a namespace is called so.
func (q *question) isSpelt(e nlp.Entity) bool {
	if e.Source != nlp.FromLookup || e.Score == 1 || strings.Contains(e.Text, " ") {
		return false
	}
	named := q.gazetteer().Exact(strings.ToLower(e.Text), 1)
	return len(named) > 0 && named[0].Score == 1
}

// isBreakdown reports whether a word for health is part of "break down by engine", of "down to one copy", or of "for good".
func (q *question) isBreakdown(e nlp.Entity) bool {
	before, after := q.before(e.Start, 4), q.after(e.End, 2)
	switch strings.ToLower(e.Text) {
	case "down":
		return len(after) > 0 && (after[0] == "to" || slices.ContainsFunc(before, func(w string) bool { return breaking[w] }) && !slices.Contains(before, "and"))
	case "broken", "broken down":
		return len(after) > 1 && (after[0] == "down" || after[0] == "by") || len(after) > 0 && (after[0] == "by" || after[0] == "per")
	case "good":
		return len(before) > 0 && before[0] == "for"
	}
	return false
}

var breaking = setOf("break breaks breaking broken split splits drill")

// isPeople reports whether a name is one of a namespace in the plural, which there is one of: "the devs" are people.
func (q *question) isPeople(e nlp.Entity) bool {
	return e.Type == "namespace" && strings.EqualFold(e.Text, e.Value+"s") && !slices.ContainsFunc(e.Candidates, func(c nlp.Candidate) bool { return c.Type != e.Type })
}

// isOver reports whether a time is what things have come out of, "came out of the weekend degraded": how they are now is asked.
func (q *question) isOver(e nlp.Entity) bool {
	near := slices.DeleteFunc(q.before(e.Start, 3), func(w string) bool { return glue[w] })
	return e.Type == nlp.Duration && len(near) > 1 && near[0] == "of" && near[1] == "out"
}

// isStoring reports whether a word for what becomes of data says where it is: "keep their data on worker-1".
func (q *question) isStoring(e nlp.Entity) bool {
	next := q.after(e.End, 1)
	return e.Type == "condition" && e.Value == "Retain" && len(next) > 0 && (next[0] == "on" || next[0] == "in") && slices.ContainsFunc(q.found.Entities, func(o nlp.Entity) bool {
		return isName(o) && o.Start > e.End && q.within(e.End, o.Start, 2)
	})
}

// isChannel reports whether what may be a name is that of a channel: "#dev".
func (q *question) isChannel(e nlp.Entity) bool {
	return isName(e) && e.Start > 0 && q.text[e.Start-1] == '#'
}

// isVerb reports whether what looks like an unknown name is a word behind a subject, "which node carries …", says how many replicas there are,
// "a 3-replica volume", or is a compound of plain words, "customer-facing".
func (q *question) isVerb(e nlp.Entity) bool {
	if w := strings.ToLower(e.Text); e.Type == nlp.UnknownName && (copiesWord.MatchString(w) || comparatives[w] || w == "worse" || w == "better") {
		return true
	}
	if e.Type == nlp.UnknownName && adjectival.MatchString(e.Text) {
		return true // "the customer-facing app"
	}
	if e.Type == nlp.UnknownName && strings.Contains(e.Text, "/") && q.compound(strings.ToLower(e.Text)) {
		return true // "healthy/desired"
	}
	if e.Type != nlp.UnknownName || strings.ContainsAny(e.Text, "-_./0123456789") {
		return false
	}
	near := q.before(e.Start, 2)
	return len(near) > 0 && cueTypes(near[0]) != nil && (plural(near[0]) || len(near) == 2 && questioning[near[1]])
}

// leaveManner passes over the phrases that say how an answer is wanted: what they look like is no name.
func (q *question) leaveManner() {
	for _, span := range manner.FindAllStringIndex(q.text, -1) {
		q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool {
			return e.Type == nlp.UnknownName && e.Start >= span[0] && e.End <= span[1]
		})
		q.haveSaid(span)
	}
}

// manner are the phrases of how long, in which unit and how beside one another an answer is wanted.
var manner = regexp.MustCompile(`(?i)\b(?:in (?:short|brief|general|(?:a )?nutshell|(?:a )?few words|minutes|hours|days|weeks|months|quarters|years)|side by side|head to head|next to (?:each other|one another))\b`)

// adjectival are compounds that tell what kind of a thing something is.
var adjectival = regexp.MustCompile(`(?i)^[a-z]+-(?:facing|critical|related|visible|side|wide|based|running|backed|ready|heavy|hungry|owned|wise)$`)

var questioning = setOf("which what whose any each every no how many")

func (q *question) begins(with set) bool { return len(q.words) > 0 && with[q.words[0].text] }

func (q *question) anyWord(of set) bool {
	return slices.ContainsFunc(q.words, func(w word) bool { return of[w.text] })
}

// entities returns the places of the entities of the types.
func (q *question) entities(types ...string) []int {
	var places []int
	for i := range q.parse.Entities {
		if !q.taken[i] && slices.Contains(types, q.parse.Entities[i].Type) {
			places = append(places, i)
		}
	}
	return places
}

func (q *question) has(types ...string) bool { return len(q.entities(types...)) > 0 }

// before returns the words that end at or before a byte offset, the nearest first, at most n of them.
func (q *question) before(offset, n int) []string {
	var near []string
	for i := len(q.words) - 1; i >= 0 && len(near) < n; i-- {
		if q.words[i].end <= offset {
			near = append(near, q.words[i].text)
		}
	}
	return near
}

// wordsBefore returns the words that end at or before a byte offset, in their order, at most n of them.
func (q *question) wordsBefore(offset, n int) []word {
	end := len(q.words)
	for end > 0 && q.words[end-1].end > offset {
		end--
	}
	return q.words[max(0, end-n):end]
}

// after returns the words that begin at or after a byte offset, at most n of them.
func (q *question) after(offset, n int) []string {
	var near []string
	for _, w := range q.words {
		if w.start >= offset && len(near) < n {
			near = append(near, w.text)
		}
	}
	return near
}

// isCue reports whether a subject word stands beside a live name that it introduces.
func (q *question) isCue(subject nlp.Entity) bool {
	for i := range q.parse.Entities {
		e := q.parse.Entities[i]
		if !isName(e) || q.besideOne(e, cueTypes(strings.ToLower(subject.Text))) {
			continue
		}
		if e.Start >= subject.End && onlyGlue(q.text[subject.End:e.Start]) && !plural(subject.Text) {
			near := q.before(e.Start, 6)
			return !slices.ContainsFunc(near, func(w string) bool { return cueTypes(w) != nil && asked(near, slices.Index(near, w)) })
		}
		if e.End <= subject.Start && strings.TrimSpace(q.text[e.End:subject.Start]) == "" && q.fits(e, subject) && behind[strings.ReplaceAll(strings.ToLower(subject.Text), " ", "")] {
			return true
		}
	}
	return false
}

// fits reports whether a name may be that of a thing of the kind that a word is for. Else the word is what is asked for: "which kafka
// claim", "the mongo snapshot".
func (q *question) fits(name, word nlp.Entity) bool {
	return len(name.Candidates) == 0 || len(keepTypes(name.Candidates, cueTypes(strings.ToLower(word.Text)))) > 0
}

// behind are the words that introduce a name that stands before them ("the worker-1 node").
var behind = setOf("namespace ns cluster node class storageclass pool env environment worker pod claim pvc volume snapshot zone az")

// isGroup reports whether the word at an offset says what to group by.
func (q *question) isGroup(start int) bool {
	near := q.before(start, 2)
	if len(near) > 1 && near[0] == "by" && takenBy(near[1], q.after(start, 1)) {
		return false
	}
	return len(near) > 0 && (near[0] == "per" || near[0] == "by" || near[0] == "each" || near[0] == "every" && slices.Contains(near, "for"))
}

// isCounted reports whether the subject word stands behind a compared number: "fewer than 3 replicas".
func (q *question) isCounted(subject nlp.Entity) bool {
	for i := range q.parse.Entities {
		e := q.parse.Entities[i]
		if e.Type == "count" && e.End <= subject.Start && len(q.after(e.End, 3)) > 0 && q.within(e.End, subject.Start, 1) &&
			(e.Op != "" || q.directlyBefore(subject.End, "subject") && (plural(subject.Text) || subject.Value == string(models.Replicas)) || slices.ContainsFunc(q.before(e.Start, 2), func(w string) bool { return w == "with" || w == "have" || w == "has" || w == "having" })) {
			return true
		}
	}
	return false
}

// within reports whether at most n words stand between two offsets.
func (q *question) within(from, to, n int) bool {
	count := 0
	for _, w := range q.words {
		if w.start >= from && w.end <= to {
			count++
		}
	}
	return count <= n
}

func plural(s string) bool {
	return strings.HasSuffix(strings.ToLower(s), "s") && !strings.HasSuffix(s, "ss")
}

// onlyGlue reports whether nothing but articles and the like stand in a text.
func onlyGlue(text string) bool {
	return !slices.ContainsFunc(wordsOf(text), func(w word) bool { return !glue[w.text] })
}

var glue = setOf("the my our a called named is name with id")
