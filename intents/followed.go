package intents

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"slices"
	"strings"
	"sync"

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
const followVersion = 1

// follower returns the ranker, read once.
var follower = sync.OnceValues(func() (*nlp.Labeller, error) { return nlp.UnmarshalLabeller(followFile[sha256.Size:]) })

// option is a way to understand what follows a question.
type option struct {
	reading
	ways []string // how it came about
}

// chooser says which of the ways to understand a sentence, which follows what was last asked, is meant: its place, or -1 where none is.
type chooser func(said *said, all []*option) int

// followed understands what follows a question. How the rules read it by itself, r, is one of several ways.
func (t *turn) followed(ctx context.Context, text string, r reading) reading {
	if !r.q.follows() || r.q.pasted {
		return r
	}
	rules, how := t.continued(ctx, r)
	if i := rules.q.intent; i != nil && (i.act == actCustom || i.act == actMore || rules.q.alias != nil || i.act == actChat && i.Name != nlp.Fallback && !rules.q.misheard()) {
		return rules
	}
	if rules.settled(how) {
		return rules
	}
	all := t.ways(ctx, text, rules, how)
	at := t.choose(rules.q.said(), all)
	if at < 0 || !rules.yields(all[at]) {
		return rules
	}
	return all[at].reading
}

// settled reports whether there is no doubt of what the rules read: a place in the list, the same of another cluster, or what would be if
// something were.
func (r reading) settled(how string) bool {
	return r.answered() && how == "on cluster" || r.answered() && placeOnly(r.q.text) != 0 && len(r.q.dialogue.Listed) > 0 ||
		r.worth() == whole && r.q.query != nil && supposes(r.q.query)
}

// yields reports whether another reading may stand in the place of what the rules say: what they refuse, as it names what is not there, is not
// answered as if it did not, unless it names a part of a name.
func (r reading) yields(o *option) bool {
	return r.worth() != refused || slices.Contains(o.ways, "sibling")
}

// ranked chooses by what has proved right in conversations.
func ranked(l *nlp.Labeller) chooser {
	return func(s *said, all []*option) int {
		best, top := -1, l.Score(s.none(all))
		for i, o := range all {
			if score := l.Score(s.features(o)); score > top {
				best, top = i, score
			}
		}
		return best
	}
}

// key tells readings apart by what they lead to.
func (r reading) key() string { return r.kind() + " " + contentOf(r.q.query) }

// contentOf writes a query so that those which say the same are written alike. The namespace of a volume, whose name is unique, says nothing.
func contentOf(query *models.Query) string {
	if slices.ContainsFunc(query.Filters, func(f models.Filter) bool { return f.Field == "volume" && !f.Not }) {
		query = query.Clone()
		query.Filters = slices.DeleteFunc(query.Filters, func(f models.Filter) bool { return f.Field == "namespace" })
	}
	pieces := semantic.Pieces(query)
	slices.Sort(pieces)
	return string(query.Subject) + " " + strings.Join(slices.Compact(pieces), " ")
}

// kind is what is asked: an act whose query only says what to look at, or the kind of its query.
func (r reading) kind() string { return kindOfQuery(r.q.intent, r.q.query) }

func kindOfQuery(intent *Intent, query *models.Query) string {
	switch intent.act {
	case actReplicas, actConsumers, actCapacity, actImpact, actOverview, actCompare, actWhy, actForecast:
		return intent.Name
	}
	switch {
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
