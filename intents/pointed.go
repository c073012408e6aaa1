package intents

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/phrase"
)

// maxPutIn is how many names are put into a sentence in the place of what stands for them.
const maxPutIn = 5

// nouns are those by which a sentence points at a thing that was spoken of: "that node".
var nouns = map[string]string{
	"node": "node", "nodes": "node", "worker": "node", "machine": "node", "host": "node", "server": "node", "pool": "pool", "pools": "pool", "vg": "pool",
	"claim": "claim", "claims": "claim", "pvc": "claim", "pvcs": "claim", "volume": "volume", "volumes": "volume", "pv": "volume", "pvs": "volume", "disk": "volume", "disks": "volume",
	"class": "storageclass", "classes": "storageclass", "namespace": "namespace", "namespaces": "namespace", "ns": "namespace", "pod": "pod", "pods": "pod",
	"snapshot": "snapshot", "snapshots": "snapshot", "zone": "zone", "workload": "workload", "app": "workload",
}

var (
	demonstrative = regexp.MustCompile(`(?i)\b(that|this|those|these|the same|said|same)\s+(?:whole\s+)?(?:storage\s+)?([a-z]+)\b`)
	thoseAlone    = regexp.MustCompile(`(?i)^(?:(?:and|so|ok|but|then)[ ,]+)*(?:how|are|do|is|what)\b.*?\b(those)(?:\s*[?!.]*$|\s+(?:have|has|got|left|full|free|healthy|ok|down|ready|fine|now|still)\b)`)
	reasoning     = regexp.MustCompile(`(?i)^(?:and |so |ok |but )*(?:how come|what(?:'s|s| is) (?:its|the|their) (?:problem|issue|trouble|matter|cause)|what(?:'s|s| is) (?:keeping|blocking|stopping|holding) (?:it|that|them)(?: up| back)?)\s*[?!.]*$`)
	topOnly       = regexp.MustCompile(`(?i)^(?:and |just |only |ok )*(?:the )?top (\d+)(?: (?:will do|is enough|are enough|only|please|pls|suffice))*\s*[?!.]*$`)
	someones      = regexp.MustCompile(`(?i)\b([a-z][\w-]*)['’]s\b`)
	itsThing      = regexp.MustCompile(`(?i)\bits (claim|pvc|volume|pv|disk|pod|node|class|namespace|pool)\b`)
	theOne        = regexp.MustCompile(`(?i)\bthe ([a-z0-9][\w.-]*) one\b`)
	bareNumber    = regexp.MustCompile(`(?i)^((?:and|or|hm+|well|ok|okay|what about|how about|what if|so|on|past|over|above|under|below|make it|make that|let'?s say|say|rather|better|if it was|if it were|only|then)[,\s]+)*(\d+|ten|twenty|five|three)(?:[,\s]+(?:then|instead|rather|maybe|perhaps|please|pls|ok|okay|again))*\s*[?!.]*$`)
	// interjection is what somebody says who thinks: "hmm, monitoring then".
	interjection = regexp.MustCompile(`(?i)^(?:(?:hm+|um+|uh+|erm*|a+h+|o+h+|lol|(?:ha)+h?|well(?:[,.…]))[,.…\s]+)+\b`)
	singular     = setOf("that this")
	wordNumbers  = map[string]string{"three": "3", "five": "5", "ten": "10", "twenty": "20"}
)

// pointed writes what a sentence points at: the names of "that node" and "the two", the unit of "and 400?".
func (t *turn) pointed(text string) string {
	last := t.dialogue.Query
	if last == nil {
		return text
	}
	text = interjection.ReplaceAllLiteralString(text, "")
	if m := bareNumber.FindStringSubmatchIndex(text); m != nil && t.dialogue.Pending == nil {
		return t.withUnit(text, m)
	}
	text = sums.ReplaceAllString(t.elsewhere(t.placed(text)), "total size of them")
	if len(wordsOf(text)) > 3 {
		text = itsThing.ReplaceAllStringFunc(text, t.belongings)
	}
	text = demonstrative.ReplaceAllStringFunc(text, func(found string) string {
		m := demonstrative.FindStringSubmatch(found)
		names := t.spokenOf(nouns[strings.ToLower(m[2])])
		if n, many := len(names), plural(m[2]); n == 0 || n > maxPutIn || n > 1 && !many || many && singular[strings.ToLower(m[1])] {
			return found // "volumes that pods use"
		}
		if len(names) == 1 {
			return m[2] + " " + t.withNode(nouns[strings.ToLower(m[2])], names[0])
		}
		return m[2] + " " + phrase.And(names)
	})
	text = t.toldOf(text)
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
	return t.bothNamed(text)
}

// toldOf writes the names of the things that the last answer told of others, and was asked for, for "those": the pools behind "which pools are
// they on". "They" and "which of those" are the others still.
func (t *turn) toldOf(text string) string {
	last := t.dialogue.Query
	at := thoseAlone.FindStringSubmatchIndex(text)
	if at == nil || last.Name != "" || len(last.Show) != 1 || last.Sort != "" || last.GroupBy != "" {
		return text
	}
	kind := strings.TrimSuffix(last.Show[0], "s")
	s := answer.Fields(subjectOfType[kind])
	if s == nil || s.Subject == last.Subject {
		return text
	}
	if names := t.spokenOf(kind); len(names) > 0 && len(names) <= maxPutIn {
		return text[:at[2]] + phrase.Either(len(names) == 1, s.One, s.Many) + " " + phrase.And(names) + text[at[3]:]
	}
	return text
}

// withNode is the name of a thing of a kind that was spoken of, for a pool with the node that it is on: those of other nodes may have its name.
func (t *turn) withNode(kind, name string) string {
	if nodes := t.spokenOf("node"); kind == "pool" && len(nodes) == 1 {
		return name + " on " + nodes[0]
	}
	return name
}

// belongings writes the name of the one thing of a kind that belongs to what was spoken of: "its claim".
func (t *turn) belongings(found string) string {
	noun := strings.ToLower(found[len("its "):])
	if names := t.spokenOf(nouns[noun]); len(names) == 1 && t.dialogue.Query.Name != "" && subjectOfType[nouns[noun]] != t.dialogue.Query.Subject {
		return noun + " " + names[0]
	}
	return found
}

// listedLike returns what to call the one thing of those listed last, or of those that the last thing was one of, that a word is a piece of the
// name or the namespace of: "the gitlab one".
func (t *turn) listedLike(word string) string {
	word = strings.ToLower(word)
	if ordinals[word] != 0 || everyday[word] {
		return ""
	}
	listed := t.dialogue.Listed
	if len(listed) < 2 && len(t.dialogue.Among) > 0 {
		listed = t.dialogue.Among
	}
	found := ""
	for _, n := range listed {
		if t.namespaceOf(n) != word && !strings.Contains(strings.ToLower(t.calling(n)), word) {
			continue
		}
		if found != "" {
			return ""
		}
		found = t.unmistakable(n)
	}
	return found
}

// unmistakable is what people call a thing, or where others are called so too, that with where it is.
func (t *turn) unmistakable(thing models.Named) string {
	name, scope := t.calling(thing), t.namespaceOf(thing)
	if slices.ContainsFunc(t.gazetteer().Exact(name, maxPutIn), func(c nlp.Candidate) bool { return c.Group != thing.Cluster || c.Scope != scope && c.Scope != "" }) {
		return spelled(thing)
	}
	return name
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
	thereIs    = regexp.MustCompile(`(?i)\b(?:is|are|was|were) there\b`) // no place: "how many pools are there"
	thereAtEnd = regexp.MustCompile(`(?i)\bthere(\s*[?!.]*)$`)
	another    = regexp.MustCompile(`(?i)\bthe other (?:one|cluster|env|environment|site)\b`)
)

// placed writes the name of the one node, pool or the like that things were picked by for "there" and "on it", where many were found.
func (t *turn) placed(text string) string {
	last := t.dialogue.Query
	switch {
	case last.Subject == models.Quotas && !thereIs.MatchString(text):
		return inNamespace(text, last)
	case last.Name == "" && len(t.dialogue.Listed) == 1 && slices.Contains(placeKinds, typeOf(last.Subject)) && !thereIs.MatchString(text):
		return thereAtEnd.ReplaceAllString(text, "on "+spelled(t.dialogue.Listed[0])+"${1}")
	case last.Name != "" || len(t.dialogue.Listed) == 1 || thereIs.MatchString(text):
		return text
	}
	place, ok := pickedBy(last)
	if n := len(t.dialogue.Listed); !ok && n > 1 && n <= maxPutIn && (last.Subject == models.Nodes || last.Subject == models.Pools) {
		return thereAtEnd.ReplaceAllString(text, "on "+phrase.And(t.spokenOf(typeOf(last.Subject)))+"${1}")
	}
	if !ok {
		return inNamespace(text, last)
	}
	return atPlace(its.ReplaceAllLiteralString(text, place.Name+"'s"), "on", t.withNode(typeOf(place.Subject), place.Name))
}

// inNamespace writes the namespace that a question picked by alone for "there".
func inNamespace(text string, last *models.Query) string {
	if len(last.Filters) != 1 {
		return text
	}
	f := last.Filters[0]
	if f.Field != "namespace" || f.Not || f.Op != models.Eq || len(f.Values) != 1 || len(f.Or) > 0 {
		return text
	}
	return atPlace(text, "in", "namespace "+f.Values[0])
}

// atPlace writes a place for "there" and "on it".
func atPlace(text, preposition, place string) string {
	return placeOf.ReplaceAllStringFunc(text, func(found string) string {
		m := placeOf.FindStringSubmatch(found)
		if m[1] != "" {
			return m[1] + " " + place
		}
		return preposition + " " + place + found[len("there"):]
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
	if pool, node := oneOf(query, "pool"), oneOf(query, "node"); len(places) == 2 && pool != "" && node != "" {
		return models.Named{Subject: models.Pools, Name: pool, Node: node}, true
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
	if _, one := aboutNow(&t.dialogue); one && (len(t.dialogue.Among) > 0 || len(t.dialogue.Lately) > 1) && !strings.Contains(strings.ToLower(another.FindString(text)), "cluster") {
		return text // the other one of what was asked about
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
		if s == nil {
			break
		}
		field := s.Lookup(f.Field)
		switch {
		case field == nil || len(f.Values) > 0:
		case field.Kind == answer.BytesKind:
			switch t.dialogue.Query.Field {
			case answer.Placement:
				return "and " + digits + "Gi?"
			case answer.Growth:
				return "could it grow to " + digits + "Gi?"
			case answer.Shrink:
				return "could it shrink to " + digits + "Gi?"
			}
			return "and " + bounds[f.Op] + digits + "Gi?"
		case field.Kind == answer.AgeKind:
			hours := f.Number <= 48*60*60 && n >= 24 || int(f.Number)%(24*60*60) > 0 // "48 then" behind the last 24 hours
			return "and " + bounds[f.Op] + digits + phrase.Either(hours, " hours?", " days?")
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
