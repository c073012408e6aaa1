package intents

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/phrase"
)

// maxPutIn is how many names are put into a sentence in the place of what stands for them.
const maxPutIn = 5

// completions returns what the sentence may mean in full, the likeliest first.
func (q *question) completions() []string {
	text := strings.TrimSpace(coordination.ReplaceAllString(q.text, ""))
	if thing, ok := q.spokenOfOne(); ok {
		name := answer.Fields(thing.Subject).One + " " + thing.Name
		if nodes := q.spokenOf("node"); thing.Subject == models.Pools && len(nodes) == 1 {
			name += " on " + nodes[0] // pools of several nodes may have a name in common
		}
		return []string{substituted(text, name), name + ": " + text}
	}
	s := answer.Fields(q.dialogue.Query.Subject)
	if s == nil {
		return nil
	}
	text = sums.ReplaceAllString(text, "total size")
	return []string{withNoun(text, s), s.Many + ": " + text}
}

// spokenOfOne returns the one thing that a sentence is about that says nothing of that: the one of the last answer, or for a pronoun the
// only one listed, or what the things listed were picked by.
func (q *question) spokenOfOne() (models.Named, bool) {
	last := q.dialogue.Query
	if thing, ok := aboutOne(last); ok && !q.has("sort") && !q.anyWord(setOf("ones those these them they")) {
		return thing, true
	}
	if last.Name != "" || q.anyWord(pronouns) && len(q.dialogue.Listed) == 1 {
		return q.lastThing()
	}
	if !q.anyWord(pronouns) && !q.anyWord(setOf("there")) {
		return models.Named{}, false
	}
	if thing, ok := q.happenedTo(last); ok {
		return thing, true
	}
	return pickedBy(last)
}

// happenedTo returns the thing that events were asked about, the first of its objects.
func (t *turn) happenedTo(last *models.Query) (models.Named, bool) {
	if !last.Subject.Happens() {
		return models.Named{}, false
	}
	for _, f := range last.Filters {
		if f.Field != "object" || len(f.Values) == 0 {
			continue
		}
		for _, c := range t.gazetteer().Exact(f.Values[0], maxPutIn) {
			if subject := subjectOfType[c.Type]; subject != "" {
				return models.Named{Subject: subject, Name: c.Value, Scope: c.Scope, Cluster: c.Group}, true
			}
		}
	}
	return models.Named{}, false
}

var (
	// coordination is what joins a sentence to the one before it.
	coordination = regexp.MustCompile(`(?i)^(?:(?:and|so|ok|okay|hm+|but|then|now|plus|great|thanks|make (?:it|that))[,.\s]+)+`)

	itself   = regexp.MustCompile(`(?i)\b(?:it|this|that)\b`)
	its      = regexp.MustCompile(`(?i)\bits\b`)
	thereAt  = regexp.MustCompile(`(?i)\b(?:in |on )?there\b`)
	oneMany  = regexp.MustCompile(`(?i)\b(?:which|what|the) one\b`)
	ofMany   = regexp.MustCompile(`(?i)\b(?:which|what|the) ones?\b|\b(?:those|these|them|they|em|ones)\b`)
	theirs   = regexp.MustCompile(`(?i)\btheir\b`)
	whichIs  = regexp.MustCompile(`(?i)\b(which|what)\b`)
	whichOne = regexp.MustCompile(`(?i)\b(which)( is\b|'s\b|s\b)`)
	anyOf    = regexp.MustCompile(`(?i)\b(any|anything|some|something|all|none)\b(?: (?:there|of (?:them|those|these)))?`)

	pickingOut = regexp.MustCompile(`(?i)^(?:and |so |ok )*which(?: ones?| of (?:them|those|these))? (?:is|are|has|have|was|were)\b`)
	// whichBare begins a question about some of what was spoken of, and fieldOf one about a property of it.
	whichBare = regexp.MustCompile(`(?i)^(?:and |so |ok )*which(?: ones?| of (?:them|those|these))? (?:is|are|has|have|had|do|does|can|could|will|would|let|lets|allow|allows|still|also|lack|lacks|(?:do|does|have|has|are|is|can)n'?t|cannot)\b`)
	fieldOf   = regexp.MustCompile(`(?i)^(?:on |in |of |from )?(?:which|what) ([a-z ]+?) (?:is|was|does|did|do|are|were|has|have) (?:it|that|this|they|those|these)\b`)
	leftOut   = regexp.MustCompile(`(?i)^(?:and |so |ok |now |show |list |what about )*(?:the )?(?:(?:which|what|the)(?: ones?)?(?: (?:that|which))? (?:don'?t|do not|doesn'?t|does not|aren'?t|are not|isn'?t|is not|haven'?t|hasn'?t|have not)|rest|others|other ones|remaining ones?|remainder)(?: of (?:them|those))?\s*[?!.]*$`)

	// sums are ways to ask for the size of things together.
	sums = regexp.MustCompile(`(?i)\b(?:(?:what|how much) (?:do|does|is|are|would) (?:it|that|this|those|these|they)(?: all)? (?:add|come|sum|amount) (?:up )?to|` +
		`how (?:big|large) (?:is|are) (?:it|that|this|those|these|they|all of (?:that|it|them))(?: all)? (?:in total|together|altogether|combined|in all)|` +
		`what(?:'s|s| is| are) (?:it|that|this|those|these|they) worth in (?:space|gigs|gb|storage)|` +
		`how (?:many|much) is (?:it|that|this) in (?:space|gigs|gb|gib|tb|storage)|how many (?:gigs|gb|gib|tb|tib|terabytes|gigabytes) (?:is|are) (?:it|that|this|those|these|they)|how (?:big|large) (?:in total|together|altogether))\b`)
)

// substituted puts a name in the place of what stands for it.
func substituted(text, name string) string {
	switch {
	case its.MatchString(text):
		return its.ReplaceAllLiteralString(text, "the "+name+"'s")
	case itself.MatchString(text):
		at := itself.FindStringIndex(text)
		return text[:at[0]] + name + text[at[1]:]
	case thereAt.MatchString(text):
		return thereAt.ReplaceAllLiteralString(text, "on "+name)
	}
	return strings.TrimRight(text, "?!. ") + " of " + name
}

// withNoun puts the noun of things in the place of what stands for them.
func withNoun(text string, s *answer.Schema) string {
	switch {
	case oneMany.MatchString(text):
		return oneMany.ReplaceAllLiteralString(text, "which "+s.One)
	case ofMany.MatchString(text):
		return ofMany.ReplaceAllString(text, "the "+s.Many)
	case theirs.MatchString(text):
		return theirs.ReplaceAllLiteralString(text, "the") + " of the " + s.Many
	case whichOne.MatchString(text):
		return whichOne.ReplaceAllString(text, "${1} "+s.One+" is")
	case whichIs.MatchString(text):
		at := whichIs.FindStringIndex(text)
		return text[:at[1]] + " " + s.Many + text[at[1]:]
	case anyOf.MatchString(text):
		at := anyOf.FindStringIndex(text)
		return text[:at[0]] + "any " + s.Many + text[at[1]:]
	}
	return strings.TrimRight(text, "?!. ") + " of the " + s.Many
}

// wordsFor is a way to ask for a field in words that are no name of it.
type wordsFor struct {
	words  *regexp.Regexp // all of the sentence
	fields []string       // the first that things have
}

var askings = []wordsFor{
	{regexp.MustCompile(`^(?:since when|(?:for )?how long(?: already| now)?|how long (?:has|have|is|are|was|were) (?:it|that|this|they|those|these)(?: been)?(?: (?:that way|like that|like this|waiting|so|down|pending|already))*|since when (?:is|are) (?:it|that|this|they|those|that one)(?: like this| like that| so)?)$`), []string{"since", "age"}},
	{regexp.MustCompile(`^how old(?: (?:is|are) (?:it|that|this|they|those|these))?$`), []string{"age"}},
	{regexp.MustCompile(`^how far(?: along)?(?: (?:is|are) (?:it|that|they|those))?$`), []string{"progress"}},
	{regexp.MustCompile(`^(?:when (?:is|are) (?:it|that|they|those) done|when done|how long (?:left|to go)|how much longer)$`), []string{"eta"}},
	{regexp.MustCompile(`^how full(?: (?:is|are) (?:it|that|this|they|those|these))?$`), []string{"used_percent"}},
	{regexp.MustCompile(`^how (?:big|large)(?: (?:is|are) (?:it|that|this|they|those|these))?$`), []string{"size"}},
	{regexp.MustCompile(`^(?:(?:the )?reasons?|what(?:'s|s| is) the reason|do they (?:say|give) (?:why|(?:a )?reasons?))$`), []string{"reason", "error"}},
	{regexp.MustCompile(`^(?:(?:the )?error(?: messages?)?|what errors? (?:do|does) (?:it|they) (?:give|have|say|show))$`), []string{"error", "reason", "message"}},
	{regexp.MustCompile(`^(?:on )?(?:which|what) (?:nodes?|machines?|hosts?|servers?|workers?|box(?:es)?)(?: (?:is|are) (?:it|that|this|they|those|these) on| (?:has|have|holds?) (?:it|that|them|those))?$`), []string{"node"}},
	{regexp.MustCompile(`^where (?:is|are) (?:it|that|this|they|those|these)$`), []string{"node"}},
}

// columns are the words that ask to be shown a field, and say nothing else.
var columns = setOf(`and so ok with show me add its their the a an of it them that those these they in on which what whats is are each plus also too please pls
	column columns field fields for have has do does give name names at to was from`)

// nouns are those by which a sentence points at a thing that was spoken of: "that node".
var nouns = map[string]string{
	"node": "node", "nodes": "node", "worker": "node", "machine": "node", "host": "node", "server": "node", "pool": "pool", "pools": "pool", "vg": "pool",
	"claim": "claim", "claims": "claim", "pvc": "claim", "pvcs": "claim", "volume": "volume", "volumes": "volume", "pv": "volume", "pvs": "volume", "disk": "volume", "disks": "volume",
	"class": "storageclass", "classes": "storageclass", "namespace": "namespace", "namespaces": "namespace", "ns": "namespace", "pod": "pod", "pods": "pod",
	"snapshot": "snapshot", "snapshots": "snapshot", "zone": "zone", "workload": "workload", "app": "workload",
}

var (
	demonstrative = regexp.MustCompile(`(?i)\b(that|this|those|these|the same|said|same)\s+(?:whole\s+)?(?:storage\s+)?([a-z]+)\b`)
	reasoning     = regexp.MustCompile(`(?i)^(?:and |so |ok |but )*(?:how come|what(?:'s|s| is) (?:its|the|their) (?:problem|issue|trouble|matter|cause)|what(?:'s|s| is) (?:keeping|blocking|stopping|holding) (?:it|that|them)(?: up| back)?)\s*[?!.]*$`)
	topOnly       = regexp.MustCompile(`(?i)^(?:and |just |only |ok )*(?:the )?top (\d+)(?: (?:will do|is enough|are enough|only|please|pls|suffice))*\s*[?!.]*$`)
	someones      = regexp.MustCompile(`(?i)\b([a-z][\w-]*)['’]s\b`)
	itsThing      = regexp.MustCompile(`(?i)\bits (claim|pvc|volume|pv|disk|pod|node|class|namespace|pool)\b`)
	theOrdinal    = regexp.MustCompile(`(?i)\b(?:in|on|of|does|do|is|from|with|for) the (first|second|third|fourth|fifth|last|1st|2nd|3rd)(?: one| of (?:them|those))`)
	theOne        = regexp.MustCompile(`(?i)\bthe ([a-z0-9][\w.-]*) one\b`)
	bothOf        = regexp.MustCompile(`(?i)\b(?:both of (?:them|these|those)|the (two|three)(?: of them)?|both)\b`)
	bareNumber    = regexp.MustCompile(`(?i)^((?:and|or|hm+|well|ok|what about|how about|so|on|past|over|above|under|below|make it|make that|if it was|if it were|only|then)[,\s]+)*(\d+|ten|twenty|five|three)\s*[?!.]*$`)
	wordNumbers   = map[string]string{"three": "3", "five": "5", "ten": "10", "twenty": "20"}
)

// pointed writes what a sentence points at: the names of "that node" and "the two", the unit of "and 400?".
func (t *turn) pointed(text string) string {
	last := t.dialogue.Query
	if last == nil {
		return text
	}
	if m := bareNumber.FindStringSubmatchIndex(text); m != nil && t.dialogue.Pending == nil {
		return t.withUnit(text, m)
	}
	text = sums.ReplaceAllString(t.elsewhere(t.placed(text)), "total size of them")
	if len(wordsOf(text)) > 3 {
		text = itsThing.ReplaceAllStringFunc(text, t.belongings)
	}
	text = theOrdinal.ReplaceAllStringFunc(text, t.listedAt)
	text = demonstrative.ReplaceAllStringFunc(text, func(found string) string {
		m := demonstrative.FindStringSubmatch(found)
		names := t.spokenOf(nouns[strings.ToLower(m[2])])
		if n := len(names); n == 0 || n > maxPutIn || n > 1 && !plural(m[2]) {
			return found
		}
		return m[2] + " " + phrase.And(names)
	})
	text = topOnly.ReplaceAllString(reasoning.ReplaceAllLiteralString(text, "why?"), "only the first ${1}")
	text = someones.ReplaceAllStringFunc(text, func(found string) string {
		if name := t.listedLike(someones.FindStringSubmatch(found)[1]); name != "" {
			return name
		}
		return found
	})
	text = theOne.ReplaceAllStringFunc(text, func(found string) string {
		if name := t.listedLike(theOne.FindStringSubmatch(found)[1]); name != "" {
			return name
		}
		return found
	})
	return bothOf.ReplaceAllStringFunc(text, func(found string) string {
		names := t.spokenOf(typeOf(last.Subject))
		if n := len(names); n == 2 || n == 3 && strings.Contains(strings.ToLower(found), "three") {
			return phrase.And(names)
		}
		return found
	})
}

// belongings writes the name of the one thing of a kind that belongs to what was spoken of: "its claim".
func (t *turn) belongings(found string) string {
	noun := strings.ToLower(found[len("its "):])
	if names := t.spokenOf(nouns[noun]); len(names) == 1 && t.dialogue.Query.Name != "" && subjectOfType[nouns[noun]] != t.dialogue.Query.Subject {
		return noun + " " + names[0]
	}
	return found
}

// listedAt writes the name of what stands at a place of the last list, behind a preposition: "in the first one".
func (t *turn) listedAt(found string) string {
	listed, n := t.dialogue.Listed, ordinal(found)
	if n == -1 {
		n = len(listed)
	}
	if n < 1 || n > len(listed) {
		return found
	}
	before, _, _ := strings.Cut(found, " ")
	name := listed[n-1].Name
	if s := answer.Fields(listed[n-1].Subject); s != nil {
		name = s.One + " " + name
	}
	return before + " " + name
}

// listedLike returns the name of the one thing of those listed last that a word is a piece of the name or the namespace of: "the gitlab one".
func (t *turn) listedLike(word string) string {
	word = strings.ToLower(word)
	if ordinals[word] != 0 || everyday[word] {
		return ""
	}
	found := ""
	for _, n := range t.dialogue.Listed {
		if n.Scope != word && !strings.Contains(strings.ToLower(n.Name), word) {
			continue
		}
		if found != "" {
			return ""
		}
		found = n.Name
	}
	return found
}

// numbered returns the name that the last question's has with another number at its end: "and on 4?" behind worker-3; "" for none.
func (t *turn) numbered(digits string) string {
	last := t.dialogue.Query
	name := last.Name
	if place, ok := pickedBy(last); ok && name == "" {
		name = place.Name
	}
	other := strings.TrimRight(name, "0123456789") + digits
	if name == "" || other == digits || other == name+digits || len(t.gazetteer().Exact(other, 1)) == 0 {
		return ""
	}
	return other
}

// bounds are the words for comparisons.
var bounds = map[models.Op]string{models.Gt: "over ", models.Ge: "at least ", models.Lt: "under ", models.Le: "at most "}

var (
	placeOf    = regexp.MustCompile(`(?i)\b(?:(on|in|of|from|at|using|behind|about|for|with|by) (?:it|that)\b|there(?:\s*[?!.,]|\s*$|\s+(?:now|already|too|as well)\b))`)
	thereAtEnd = regexp.MustCompile(`(?i)\bthere(\s*[?!.]*)$`)
	another    = regexp.MustCompile(`(?i)\bthe other (?:one|cluster|env|environment|site)\b`)
)

// placed writes the name of the one node, pool or the like that things were picked by for "there" and "on it", where many were found.
func (t *turn) placed(text string) string {
	last := t.dialogue.Query
	if last.Name != "" || len(t.dialogue.Listed) == 1 {
		return text
	}
	place, ok := pickedBy(last)
	if n := len(t.dialogue.Listed); !ok && n > 1 && n <= maxPutIn && (last.Subject == models.Nodes || last.Subject == models.Pools) {
		return thereAtEnd.ReplaceAllString(text, "on "+phrase.And(t.spokenOf(typeOf(last.Subject)))+"${1}")
	}
	if !ok {
		return text
	}
	text = its.ReplaceAllLiteralString(text, place.Name+"'s")
	return placeOf.ReplaceAllStringFunc(text, func(found string) string {
		m := placeOf.FindStringSubmatch(found)
		if m[1] != "" {
			return m[1] + " " + place.Name
		}
		return "on " + place.Name + found[len("there"):]
	})
}

// pickedBy returns the one thing that a query picks things by.
func pickedBy(query *models.Query) (models.Named, bool) {
	var places []models.Named
	for _, f := range query.Filters {
		if subject := subjectOfType[f.Field]; subject != "" && f.Op == models.Eq && !f.Not && len(f.Values) == 1 && len(f.Or) == 0 {
			places = append(places, models.Named{Subject: subject, Name: f.Values[0]})
		}
	}
	if len(places) != 1 {
		return models.Named{}, false
	}
	return places[0], true
}

// elsewhere writes the name of the other one of two clusters.
func (t *turn) elsewhere(text string) string {
	last := t.dialogue.Query
	if len(t.card.Clusters) != 2 || len(last.Clusters) != 1 {
		return text
	}
	other := t.card.Clusters[0]
	if other == last.Clusters[0] {
		other = t.card.Clusters[1]
	}
	return another.ReplaceAllLiteralString(text, other)
}

// typeOf returns the type of names of a subject's things.
func typeOf(s models.Subject) string {
	for kind, subject := range subjectOfType {
		if subject == s {
			return kind
		}
	}
	return ""
}

// withUnit gives a bare number the unit of the number that the last question compared with, or makes it a number of things where that had
// a limit.
func (t *turn) withUnit(text string, m []int) string {
	digits := text[m[4]:m[5]]
	if n := wordNumbers[strings.ToLower(digits)]; n != "" {
		digits = n
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return text
	}
	if name := t.numbered(digits); name != "" {
		return text[:m[4]] + name + text[m[5]:]
	}
	s := answer.Fields(t.dialogue.Query.Subject)
	for _, f := range t.dialogue.Query.Filters {
		field := s.Lookup(f.Field)
		switch {
		case field == nil || len(f.Values) > 0:
		case field.Kind == answer.BytesKind:
			if t.dialogue.Query.Field == answer.Placement {
				return "and " + digits + "Gi?"
			}
			return "and " + bounds[f.Op] + digits + "Gi?"
		case field.Kind == answer.ShareKind && n <= 100:
			return "and " + bounds[f.Op] + digits + "%?"
		}
	}
	if t.dialogue.Query.Limit > 0 {
		return "only the first " + digits
	}
	return text
}

// spokenOf returns the names of a kind that the conversation was about last: what was asked about, what it was picked by, or what was
// found.
func (t *turn) spokenOf(kind string) []string {
	last := t.dialogue.Query
	if kind == "" || last == nil {
		return nil
	}
	if last.Name != "" && last.Subject == subjectOfType[kind] {
		return []string{last.Name}
	}
	for _, f := range last.Filters {
		if f.Field == kind && f.Op == models.Eq && !f.Not && len(f.Or) == 0 {
			return f.Values
		}
	}
	if place, ok := pickedBy(last); ok && subjectOfType[kind] != last.Subject {
		last = &models.Query{Subject: place.Subject, Name: place.Name, Clusters: last.Clusters} // "that node" is that of the pool whose volumes were listed
	}
	found, field := last.Clone(), kind
	found.Aggregate, found.Field, found.GroupBy, found.ThenBy = "", "", "", ""
	if last.Subject == subjectOfType[kind] {
		field = "name"
	}
	if found.Name != "" {
		found.Filters = append(found.Filters, models.Filter{Field: "name", Op: models.Eq, Values: []string{found.Name}})
	}
	inventories, _ := t.of(last)
	res, err := answer.Evaluate(found, inventories)
	if err != nil {
		return nil
	}
	names := res.Values(field)
	if len(names) == 0 {
		names = res.Values(field + "s") // the claims of a pod
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "" || n == "–" || strings.Contains(n, ", ") })
}
