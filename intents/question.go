package intents

import (
	"cmp"
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
}

// question begins to read an utterance.
func (t *turn) question(text string, parse nlp.Parse) *question {
	q := &question{turn: t, text: text, words: wordsOf(text), parse: parse, found: parse, intent: t.intents[parse.Intent], taken: map[int]bool{}, notes: slices.Clone(t.guessed)}
	q.found.Entities = slices.DeleteFunc(slices.DeleteFunc(slices.DeleteFunc(slices.Clone(parse.Entities), q.isChannel), q.isBreakdown), q.isSpelt)
	q.retract()
	q.parse.Entities = slices.DeleteFunc(slices.Clone(q.found.Entities), q.isVerb)
	q.addClusters()
	q.addNames()
	q.possess()
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, q.isSomebody)
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, q.isLimit)
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, q.isHour)
	q.parse.Entities = slices.DeleteFunc(q.parse.Entities, q.isProduct)
	q.respell()
	q.restate()
	q.deny()
	q.exclude()
	q.usedBy()
	q.refuse()
	q.command()
	q.row()
	if !q.pasted && !q.echo() {
		q.excerpt()
	}
	q.spell()
	q.findWindow()
	return q
}

// deny marks what the recognisers have not seen to be denied: names that a preposition stands between and their negation, "not on worker-1",
// conditions with it behind them, "with expansion turned off", and what is in a row with something denied.
func (q *question) deny() {
	for i, e := range q.parse.Entities {
		if next := q.after(e.End, 2); e.Type == "condition" && len(next) > 0 && (disabling[next[0]] || len(next) > 1 && next[0] == "turned" && next[1] == "off") {
			q.parse.Entities[i].Negated = !e.Negated // "with expansion turned off"
		}
		if next := q.after(e.End, 2); e.Type == "condition" && len(next) > 1 && next[0] == "by" && nobodies[next[1]] {
			q.parse.Entities[i].Negated = !e.Negated // "claimed by nobody"
			q.had = append(q.had, q.words[slices.IndexFunc(q.words, func(w word) bool { return w.start >= e.End })+1])
		}
		if e.Type == "health" && q.notAll(e) {
			q.parse.Entities[i].Negated = true
		}
		if unequal.MatchString(q.text[:e.Start]) {
			q.parse.Entities[i].Negated = true // "phase != Bound"
		}
		near := q.before(e.Start, 6)
		if at := slices.Index(near, "not"); at >= 0 && at+1 < len(near) && near[at+1] == "or" {
			q.parse.Entities[i].Negated = false // "expandable or not, on prod"
			continue
		}
		for _, w := range near {
			if denying[w] || w == "no" && q.anyWord(copying) || w == "but" && q.allBut(e.Start) {
				q.parse.Entities[i].Negated = isName(e) || e.Negated
			}
			if w == "not" && (e.Type == "engine" || e.Type == "health" || e.Type == "condition") {
				q.parse.Entities[i].Negated = true // "not those waiting for first consumer"
			}
			if sparing[w] && (e.Type == "engine" || e.Type == "health" || e.Type == "condition") {
				q.parse.Entities[i].Negated = w != "unless" || !e.Negated
			}
			if !between[w] && !(pronouns[w] || w == "they" || w == "are") {
				break
			}
		}
		if i > 0 && (isName(e) || e.Type == "engine") && q.parse.Entities[i-1].End <= e.Start {
			last := q.parse.Entities[i-1]
			switch strings.TrimSpace(strings.ToLower(q.text[last.End:e.Start])) {
			case "and", "or", ",", ", and":
				q.parse.Entities[i].Negated = e.Negated || last.Negated && isName(last) == isName(e)
			}
		}
	}
}

// notAll reports whether the sentence denies that all are so: "doesn't report all its pools as healthy".
func (q *question) notAll(e nlp.Entity) bool {
	near := q.wordsBefore(e.Start, 8)
	all := slices.IndexFunc(near, func(w word) bool { return w.text == "all" || w.text == "every" })
	return all > 0 && slices.ContainsFunc(near[:all], func(w word) bool { return notHaving[w.text] || w.text == "isn" || w.text == "aren" }) &&
		!q.clauseEnds(near[0].end, e.Start)
}

// usedBy takes "not used by kafka" for what kafka does not use, and not for what nobody does.
func (q *question) usedBy() {
	for i := 0; i+1 < len(q.parse.Entities); i++ {
		e, by := q.parse.Entities[i], q.parse.Entities[i+1]
		if e.Value == "unused" && strings.HasSuffix(e.Text, "ed") && isName(by) && strings.TrimSpace(q.text[e.End:by.Start]) == "by" {
			q.parse.Entities[i+1].Negated = !e.Negated
			q.parse.Entities = slices.Delete(q.parse.Entities, i, i+1)
			return
		}
	}
}

// allBut reports whether the last "but" before an offset is that of "all volumes but the ones in kafka".
func (q *question) allBut(offset int) bool {
	near := q.before(offset, 9)
	i := slices.Index(near, "but")
	return i >= 0 && slices.ContainsFunc(near[i+1:min(len(near), i+4)], func(w string) bool { return w == "all" || w == "every" || w == "everything" })
}

// isLimit reports whether what is elsewhere an aggregate says how many are wanted: "max 2".
func (q *question) isLimit(e nlp.Entity) bool {
	next := q.after(e.End, 1)
	return e.Type == "aggregate" && strings.EqualFold(e.Text, "max") && len(next) > 0 && strings.Trim(next[0], "0123456789") == ""
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

// sparing are the words that take out of what is meant what is so: "unless they are healthy", "besides the cstor ones".
var sparing = setOf("apart unless besides except excluding")

var nobodies = setOf("no none nobody nothing noone")

// unequal ends where what follows is denied with a sign.
var unequal = regexp.MustCompile(`(?:!==?|≠|<>|=/=)\s*["'` + "`" + `]?$`)

var disabling = setOf("off disabled forbidden switched disallowed denied")

var copying = setOf("replica replicas copy copies")

var (
	denying = setOf("apart not except excluding outside besides without")
	between = setOf("a any replica replicas copy copies in on of from the those ones namespace node cluster pool class storage zone for at")
)

// addClusters adds the card's clusters that the text names in full and the parser took for a plain word, unless it is a
// word that the training data uses as one.
func (q *question) addClusters() {
	lower := strings.ToLower(q.text)
	type spelling struct{ name, text string }
	var spellings []spelling
	for _, name := range namedIn(q.text, q.card.Clusters) {
		spellings = append(spellings, spelling{name, strings.ToLower(name)})
	}
	for _, w := range q.words {
		if name := q.environment(w.text); name != "" {
			spellings = append(spellings, spelling{name, w.text})
		} else if name := q.misspelt(w); name != "" {
			spellings = append(spellings, spelling{name, w.text})
		}
	}
	for _, s := range spellings {
		name := s.name
		start := strings.Index(lower, s.text)
		end := start + len(s.text)
		if environments[s.text] != "" && s.text != strings.ToLower(name) { // "stg" begins the names of nodes too
			q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && e.Start == start && e.End == end && e.Score < 1 })
		}
		if q.known.knows(s.text) && s.text == strings.ToLower(name) || slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return start < e.End && e.Start < end }) {
			continue
		}
		c := nlp.Candidate{Name: nlp.Name{Type: "cluster", Value: name, Group: name}, Score: 1}
		q.parse.Entities = append(q.parse.Entities, nlp.Entity{Type: c.Type, Value: name, Text: q.text[start:end], Start: start, End: end,
			Score: 1, Source: nlp.FromName, Candidates: []nlp.Candidate{c}})
	}
	slices.SortStableFunc(q.parse.Entities, func(a, b nlp.Entity) int { return cmp.Compare(a.Start, b.Start) })
}

// misspelt returns the cluster of whose name, or of a word for whose environment, a word differs in one letter: "stageing".
func (q *question) misspelt(w word) string {
	if len(w.text) < 6 || q.known.knows(w.text) || everyday[w.text] || nlp.IsEnglish(w.text) || q.covering(w) != nil && q.covering(w).Type != nlp.UnknownName {
		return ""
	}
	for _, name := range q.card.Clusters {
		if oneSlip(w.text, strings.ToLower(name)) {
			return name
		}
	}
	for right := range environments {
		if name := q.environment(right); name != "" && oneSlip(w.text, right) {
			return name
		}
	}
	return ""
}

// environment returns the only cluster that has the short form of a word for an environment in its name: prod-east for "production".
func (q *question) environment(w string) string {
	short := environments[w]
	found := ""
	for _, name := range q.card.Clusters {
		if short == "" || !slices.Contains(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_./", r) }), short) {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// environments are words for environments and what stands for them in the names of clusters.
var environments = map[string]string{"production": "prod", "prd": "prod", "development": "dev", "testing": "test", "stg": "staging"}

// addNames adds the live names that stand right before what the sentence is about, "which orders volumes", or "team", where the parser took
// them for plain words.
func (q *question) addNames() {
	var found []nlp.Entity
	for i, w := range q.words[:max(0, len(q.words)-1)] {
		named := q.whose(i) ||
			i > 1 && (q.words[i-1].text == "and" || q.words[i-1].text == "or") && q.covering(q.words[i-2]) != nil && isName(*q.covering(q.words[i-2])) ||
			i+2 < len(q.words) && (q.words[i+1].text == "vs" || q.words[i+1].text == "versus") && q.covering(q.words[i+2]) != nil && isName(*q.covering(q.words[i+2]))
		if !named || everyday[w.text] || q.covering(w) != nil || q.text[w.end:q.words[i+1].start] != " " {
			continue
		}
		var candidates []nlp.Candidate
		for _, form := range []string{w.text, w.text + "s", strings.TrimSuffix(w.text, "s")} {
			if form == w.text || i > 0 && q.ofData(i) {
				candidates = append(candidates, keepTypes(q.turn.gazetteer().Exact(form, 20), []string{"namespace", "workload"})...)
			}
		}
		if len(candidates) == 0 {
			continue
		}
		found = append(found, nlp.Entity{Type: candidates[0].Type, Value: candidates[0].Value, Text: q.text[w.start:w.end], Start: w.start, End: w.end,
			Score: 1, Source: nlp.FromName, Candidates: candidates})
	}
	for _, w := range q.words {
		if !strings.ContainsAny(w.text, "0123456789") || len(w.text) < 2 || q.covering(w) != nil || timeOfDay.MatchString(w.text) {
			continue
		}
		if ends := q.pieces(w.text); ends != nil { // "w3" of stg-w3
			found = append(found, nlp.Entity{Type: ends[0].Type, Value: ends[0].Value, Text: q.text[w.start:w.end], Start: w.start, End: w.end,
				Score: 1, Source: nlp.FromName, Candidates: ends})
		}
	}
	found = append(found, q.devicePaths()...)
	found = append(found, q.siblings()...)
	found = append(found, q.byTrade()...)
	q.parse.Entities = append(q.parse.Entities, found...)
	slices.SortStableFunc(q.parse.Entities, func(a, b nlp.Entity) int { return cmp.Compare(a.Start, b.Start) })
}

// whose reports whether the word at a place stands where it says whose things are meant: before a word for them, alone or with others,
// "payments and orders volumes".
func (q *question) whose(i int) bool {
	if i+1 >= len(q.words) || q.text[q.words[i].end:q.words[i+1].start] != " " {
		return false
	}
	next := q.words[i+1]
	if e := q.covering(next); e != nil {
		return e.Type == "subject" && e.Start == next.start || owning[next.text]
	}
	return owning[next.text] || next.text == "data" || (next.text == "or" || next.text == "and") && i+2 < len(q.words) && !everyday[q.words[i+2].text] && q.whose(i+2)
}

// ofData reports whether the word at a place says whose data is meant, for which a singular does too: "payment or order data".
func (q *question) ofData(i int) bool {
	for ; q.whose(i); i += 2 {
		if q.words[i+1].text == "data" {
			return true
		}
	}
	return false
}

// byTrade finds the applications that are called by what they do, "the brokers", where the clusters have some of that kind.
func (q *question) byTrade() []nlp.Entity {
	var found []nlp.Entity
	for _, w := range q.words {
		kinds := trades[strings.TrimSuffix(w.text, "s")]
		if e := q.covering(w); kinds == nil || e != nil && e.Score == 1 {
			continue
		}
		q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Start < w.end && w.start < e.End }) // brokers are not broken
		all := slices.DeleteFunc(q.everyName(), func(c nlp.Candidate) bool {
			return c.Type != "workload" || !slices.ContainsFunc(kinds, func(kind string) bool { return strings.Contains(c.Value, kind) })
		})
		if len(all) > 0 {
			for i := range all {
				all[i].Score = 1
			}
			found = append(found, nlp.Entity{Type: "workload", Value: all[0].Value, Text: q.text[w.start:w.end], Start: w.start, End: w.end, Score: 1,
				Source: nlp.FromName, Candidates: all})
		}
	}
	return found
}

// trades are the words for what applications do by which people call them, with pieces of the names of those that do it.
var trades = map[string][]string{"broker": {"kafka", "rabbitmq", "activemq", "pulsar"}}

// siblings finds the names that are said by their numbers alone: "mysql-0 and -1".
func (q *question) siblings() []nlp.Entity {
	var found []nlp.Entity
	for _, at := range sibling.FindAllStringIndex(q.text, -1) {
		start := at[0] + strings.IndexByte(q.text[at[0]:at[1]], '-')
		for _, e := range slices.Backward(q.parse.Entities) {
			cut := strings.LastIndexByte(e.Value, '-')
			if e.End > at[0] || !isName(e) || cut < 0 || strings.Trim(e.Value[cut+1:], "0123456789") != "" {
				continue
			}
			if all := keepTypes(q.turn.gazetteer().Exact(e.Value[:cut]+q.text[start:at[1]], 20), []string{e.Type}); len(all) > 0 {
				q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(o nlp.Entity) bool { return o.Start < at[1] && at[0] < o.End })
				found = append(found, nlp.Entity{Type: e.Type, Value: all[0].Value, Text: q.text[start:at[1]], Start: start, End: at[1], Score: 1,
					Source: nlp.FromName, Candidates: all})
			}
			break
		}
	}
	return found
}

// sibling is a number as the end of a name: the "-1" of "mysql-0 and -1".
var sibling = regexp.MustCompile(`[\s,/(]-\d+\b`)

// devicePaths finds the block devices that the text names by their path and node: "/dev/sdb of worker-1".
func (q *question) devicePaths() []nlp.Entity {
	var found []nlp.Entity
	for _, w := range q.words {
		if !strings.HasPrefix(w.text, "dev/") {
			continue
		}
		for _, i := range q.namesOf("node") {
			node := q.parse.Entities[i].Candidates[0]
			inv := q.inventory(node.Group)
			if inv == nil {
				continue
			}
			for j := range inv.BlockDevices {
				if d := &inv.BlockDevices[j]; d.Node == node.Value && d.Path == "/"+w.text {
					c := nlp.Candidate{Name: nlp.Name{Type: "blockdevice", Value: d.Name, Group: node.Group}, Score: 1}
					q.parse.Entities = slices.DeleteFunc(q.parse.Entities, func(e nlp.Entity) bool { return e.Type == nlp.UnknownName && w.start < e.End && e.Start < w.end })
					found = append(found, nlp.Entity{Type: c.Type, Value: d.Name, Text: q.text[w.start:w.end], Start: w.start, End: w.end, Score: 1,
						Source: nlp.FromName, Candidates: []nlp.Candidate{c}})
				}
			}
		}
	}
	return found
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

// isBreakdown reports whether a word for health is part of "break down by engine", or of "down to one copy".
func (q *question) isBreakdown(e nlp.Entity) bool {
	before, after := q.before(e.Start, 4), q.after(e.End, 2)
	switch strings.ToLower(e.Text) {
	case "down":
		return len(after) > 0 && (after[0] == "to" || slices.ContainsFunc(before, func(w string) bool { return breaking[w] }) && !slices.Contains(before, "and"))
	case "broken", "broken down":
		return len(after) > 1 && (after[0] == "down" || after[0] == "by") || len(after) > 0 && (after[0] == "by" || after[0] == "per")
	}
	return false
}

var breaking = setOf("break breaks breaking broken split splits drill")

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

// adjectival are compounds that tell what kind of a thing something is.
var adjectival = regexp.MustCompile(`(?i)^[a-z]+-(?:facing|critical|related|visible|side|wide|based|running|backed|ready|heavy|hungry|owned|wise)$`)

var questioning = setOf("which what whose any each every no how many")

// respell corrects the words that a lookup knows in spite of a typo.
func (q *question) respell() {
	for _, e := range q.parse.Entities {
		if e.Source != nlp.FromLookup || e.Score == 1 || strings.Contains(e.Text, " ") {
			continue
		}
		for i, w := range q.words {
			if w.start >= e.Start && w.end <= e.End && !strings.Contains(e.Value, " ") {
				q.words[i].text = strings.ToLower(e.Value)
			}
		}
	}
}

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
		if !isName(e) {
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
