package intents

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
)

// completion is a sentence in full, and how it was completed.
type completion struct{ way, text string }

// completions returns what the sentence may mean in full, the likeliest first.
func (q *question) completions() []completion {
	if all := q.withThing(); len(all) > 0 {
		return all
	}
	return q.withNouns()
}

// withThing completes a sentence with the one thing that it may be about.
func (q *question) withThing() []completion {
	thing, ok := q.spokenOfOne()
	s := answer.Fields(thing.Subject)
	if !ok || s == nil {
		return nil
	}
	name := s.One + " " + q.withNode(typeOf(thing.Subject), thing.Name)
	text := q.uncoordinated()
	return []completion{{"thing in", substituted(text, name)}, {"thing first", name + ": " + text}}
}

// withNouns completes a sentence with what the last answer's things are called.
func (q *question) withNouns() []completion {
	s := answer.Fields(q.dialogue.Query.Subject)
	if s == nil {
		return nil
	}
	text := q.uncoordinated()
	return []completion{{"noun in", withNoun(text, s)}, {"noun first", s.Many + ": " + text}}
}

// objectLess ends in what stands for things that were spoken of: "which volumes have none".
var objectLess = regexp.MustCompile(`(?i)\b(has|have|having|had|with|without|got|lacks?|uses?)( got| taken)? (none|any|one|some|those|them|it)(\s*[?!.]*)$`)

// withObject completes a sentence about other things with what the last answer was about: its things, or what it told of them.
func (q *question) withObject() []completion {
	last := q.dialogue.Query
	s, m := answer.Fields(last.Subject), objectLess.FindStringSubmatchIndex(q.text)
	if m == nil || !q.mentions("subject") && !q.anyWord(those) && !q.begins(setOf("which what")) {
		return nil
	}
	objects := []string{s.Many}
	for _, key := range last.Show {
		if f := s.Lookup(key); f != nil {
			objects = append(objects, f.Name())
		}
	}
	before, none := q.text[:m[6]], strings.EqualFold(q.text[m[6]:m[7]], "none")
	var all []completion
	for _, o := range objects {
		if none {
			o = "no " + o
		}
		all = append(all, completion{"object", before + o})
	}
	return all
}

// uncoordinated is a sentence without what joins it to the one before it.
func (q *question) uncoordinated() string {
	return strings.TrimSpace(coordination.ReplaceAllString(q.text, ""))
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
	whichOne = regexp.MustCompile(`(?i)\b(which)(?:( is| has| was| does)\b|'s\b|s\b)`)
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
		return whichOne.ReplaceAllStringFunc(text, func(found string) string {
			m := whichOne.FindStringSubmatch(found)
			return m[1] + " " + s.One + cmp.Or(m[2], " is")
		})
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
