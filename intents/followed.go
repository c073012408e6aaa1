package intents

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/mulebot/mulebot/answer"
	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
	"github.com/mulebot/mulebot/semantic"
)

// followFile is the ranker of the ways to understand what follows a question, written by "go test ./intents -run TestFollowFile -update".
// It begins with the SHA-256 of what it was trained from.
//
//go:embed follow.model
var followFile []byte

// followVersion is raised when the ranker sees something else of its training data, so that it is trained anew.
const followVersion = 2

// follower returns the ranker, read once.
var follower = sync.OnceValues(func() (*nlp.Labeller, error) { return readFollower(followFile) })

// readFollower reads a file of the ranker. It fails if that is damaged.
func readFollower(file []byte) (*nlp.Labeller, error) {
	ranks, err := nlp.UnmarshalLabeller(file[min(len(file), sha256.Size):])
	if err != nil {
		return nil, fmt.Errorf("reading follow.model: %w; write it with “go test ./intents -run TestFollowFile -update”", err)
	}
	return ranks, nil
}

// option is a way to understand what follows a question.
type option struct {
	reading
	ways []string // how it came about
	// repeats says that it is the last question, and not since the sentence by itself asks that.
	repeats bool
}

// chooser says which of the ways to understand a sentence, which follows what was last asked, is meant: its place, or -1 where none is and
// that of the rules stands; and the words of which that makes no use, where it says nothing new.
type chooser func(said *said, all []*option) (at int, unheeded []string)

// followed understands what follows a question. How the rules read it by itself, r, is one of several ways.
func (t *turn) followed(r reading) reading {
	if !r.q.follows() || r.q.pasted {
		return r
	}
	if again, ok := t.reasons(r.q); ok {
		return again
	}
	t.madeUp = newMadeUp()
	rules, how := t.continued(r)
	if i := rules.q.intent; i != nil && (i.act == actCustom || i.act == actMore || rules.q.alias != nil || i.act == actChat && i.Name != nlp.Fallback && !rules.q.misheard()) {
		return rules
	}
	if how == "means" && !rules.answered() {
		return rules
	}
	denial, denies := r.q.again().denies()
	affirms := denies && how != "others" && (!rules.answered() || r.q.affirms(rules, denial))
	if rules.settled(how) && !affirms {
		if key := rules.key(); key == t.lastKey() && !t.asksAlone(r.q.text, key) {
			return r.q.adrift() // "what about both?"
		}
		return rules
	}
	all := t.ways(r.q, rules, how)
	if affirms {
		if all = r.q.denying(all[1:], denial); len(all) == 0 {
			return r.q.undeniedAs(rules, denial)
		}
		rules = all[0].reading
	}
	at, unheeded := t.choose(r.q.said(), all)
	switch {
	case len(unheeded) > 0:
		return r.q.unsure(unheeded)
	case at < 0:
		return rules
	case all[at].repeats && !tells[all[at].kind()]:
		return r.q.adrift()
	}
	return all[at].instead(r.q)
}

// reasons gives the last answer again where it is asked why it is so: what a fault or a new volume would do says why by itself, and why
// something is unwell is another matter.
func (t *turn) reasons(q *question) (reading, bool) {
	last, intent := t.dialogue.Query, t.intents[t.dialogue.Intent]
	if intent == nil || last.Name != "" || !supposes(last) && last.Field != answer.Placement || !strings.HasPrefix(strings.ToLower(q.uncoordinated()), "why") || len(q.words) > 8 || len(q.parse.Entities) > 0 {
		return reading{}, false
	}
	again := t.asking(q, intent, last)
	again.q.notes = append(again.q.notes, "The reasons are those in the answer; ask about one of the things in it by its name for more.")
	return again, true
}

// asksAlone reports whether a sentence by itself asks the question of a key.
func (t *turn) asksAlone(text, key string) bool {
	alone := t.reread(text)
	return alone.answered() && alone.key() == key
}

// lastKey is the key of the last question, "" if its intent is no more.
func (t *turn) lastKey() string {
	if intent := t.intents[t.dialogue.Intent]; intent != nil {
		return keyOf(intent, t.dialogue.Query)
	}
	return ""
}

// tells are the kinds of answers that say more than was asked: "what should I do?" is answered by why something is as it is.
var tells = setOf("why describe overview")

// instead is a reading, perhaps of a text that nobody has said, as that of what was said.
func (o *option) instead(said *question) reading {
	r := o.reading
	q := *r.q
	q.text, q.words, q.found, q.parse.Entities = said.text, said.words, said.found, said.parse.Entities
	r.q = &q
	return r
}

// settling are the ways of the rules that there is no doubt of.
var settling = map[string]bool{"on cluster": true, "lifted": true, "means": true, "next": true}

// settled reports whether there is no doubt of what the rules read: a place in the list, the same of another cluster or without a condition,
// why something or another thing is so, what comes next, or what would be if something were.
func (r reading) settled(how string) bool {
	return r.worth() == whole && how == "by itself" && r.q.complete() || r.answered() && (settling[how] || how == "same of" && r.q.intent.act == actWhy) || r.answered() && placeOnly(r.q.text) != 0 && len(r.q.dialogue.Listed) > 0 ||
		r.worth() == whole && r.q.query != nil && (supposes(r.q.query) || r.q.housed)
}

// complete reports whether a sentence is a question by itself: long enough, about something, of a name or under a condition, and it neither
// points at what was said before nor begins like what goes on from there.
func (q *question) complete() bool {
	if len(q.words) < 5 || !q.mentions("subject") || q.anyWord(pronouns) || q.anyWord(those) || q.anyWord(pointers) || q.begins(continuing) && !q.begins(setOf("what how")) {
		return false
	}
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && len(e.Candidates) > 0 })
}

// ranked chooses by what has proved right in conversations.
func ranked(l *nlp.Labeller) chooser {
	return func(s *said, all []*option) (int, []string) {
		best, top := -1, l.Score(s.none(all))
		for i, o := range all {
			if score := l.Score(s.features(o)); score > top {
				best, top = i, score
			}
		}
		return best, s.unheeded(l, all[max(best, 0)])
	}
}

// key tells readings apart by what they lead to.
func (r reading) key() string { return keyOf(r.q.intent, r.q.query) }

// keyOf writes a question so that those which ask the same are written alike. The namespace of a volume, whose name is unique, says nothing.
func keyOf(intent *Intent, query *models.Query) string {
	kind := kindOfQuery(intent, query)
	if slices.ContainsFunc(query.Filters, func(f models.Filter) bool { return f.Field == "volume" && !f.Not }) {
		query = query.Clone()
		query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool { return f.Field == "namespace" })
	}
	pieces := semantic.Pieces(query)
	slices.Sort(pieces)
	return strings.Join(append([]string{kind, string(query.Subject), query.Scope, query.Field, strconv.Itoa(query.Offset)}, slices.Compact(pieces)...), " ")
}

// kind is what is asked: an act whose query only says what to look at, or the kind of its query.
func (r reading) kind() string { return kindOfQuery(r.q.intent, r.q.query) }

func kindOfQuery(intent *Intent, query *models.Query) string {
	switch intent.act {
	case actReplicas, actConsumers, actCapacity, actImpact, actOverview, actCompare, actWhy, actForecast:
		return intent.Name
	}
	switch {
	case answer.Supposes(query):
		return "impact"
	case query.Name != "":
		return "describe"
	case query.Aggregate == models.Count && query.GroupBy == "":
		return "count"
	case query.Aggregate != "":
		return "aggregate"
	case query.Subject == models.Events:
		return "events"
	}
	return "list"
}
