package intents

import (
	"reflect"
	"slices"

	"github.com/mulebot/mulebot/models"
	"github.com/mulebot/mulebot/nlp"
)

// What is taken where the model by itself would abstain. The figures are of held-out parts of the training data.
const (
	// likely is the confidence of an intent where the sentence says something of storage, likelyNamed where it names something that
	// lives here, likelyTogether that of several intents that come to the same query.
	likely         = 0.5
	likelyNamed    = 0.42
	likelyTogether = 0.55
	// hardly is up to how probable it may be that a sentence is of another subject, where more speaks for storage than against it: the
	// model wavers between intents. strained is the same where two things speak for it and nothing against it.
	hardly   = 0.35
	strained = 0.85
)

// reconsider takes an intent that the model is not certain of, where the sentence has other evidence.
func (q *question) reconsider() {
	outside := q.outside()
	switch {
	case q.commands() && (outside < strained || q.stored()):
		q.as("change")
		return
	case q.reported():
		q.as("events")
		return
	case q.begins(ranking) && q.rankedGroup() != "":
		q.as("aggregate")
		return
	}
	first, evidence := q.likeliest(), q.evidence()
	if first.Intent == "" || evidence == 0 {
		return
	}
	foreign := len(q.foreigners())
	if q.anyWord(elsewhere) && !q.stored() {
		foreign += evidence
	}
	switch {
	case outside < hardly && evidence > foreign, outside < strained && evidence > 1 && foreign == 0,
		q.says() && (first.Confidence >= likely || q.named() && first.Confidence >= likelyNamed || q.together() >= likelyTogether):
		q.as(first.Intent)
	}
}

// likeliest returns the likeliest intent that reads something, and is no follow-up where nothing went before; none where it is one
// that reads nothing.
func (q *question) likeliest() nlp.Scored {
	for _, s := range q.parse.Ranking {
		switch intent := q.intents[s.Intent]; {
		case intent == nil || intent.act == actCustom || intent.act == actChat:
			return nlp.Scored{}
		case q.follows() || intent.act < actRefine || intent.act > actTally:
			return s
		}
	}
	return nlp.Scored{}
}

// outside is how probable the model holds it that the sentence is of another subject.
func (q *question) outside() float64 {
	p := 1.0
	for _, s := range q.parse.Ranking {
		p -= s.Confidence
	}
	return p
}

// stored reports whether the sentence names something that is storage, and no node or application alone.
func (q *question) stored() bool {
	return len(q.namesOf("claim", "volume", "pool", "snapshot", "storageclass", "blockdevice")) > 0
}

// named reports whether the sentence names something that lives here.
func (q *question) named() bool {
	return slices.ContainsFunc(q.parse.Entities, func(e nlp.Entity) bool { return isName(e) && len(e.Candidates) > 0 })
}

// says reports whether the sentence says something of storage that is no word of everyday life, as the words for health are.
func (q *question) says() bool {
	return q.has("subject", "engine", "condition", nlp.Quantity, nlp.Percentage) || slices.ContainsFunc(q.parse.Entities, isName) || q.everywhere() ||
		q.has("sort") && q.anyWord(spaces)
}

// evidence counts what of a sentence speaks of storage: the live things that it names, each kind of what is said of things, or else a
// word of the trade.
func (q *question) evidence() int {
	kinds := set{}
	n := 0
	for _, e := range q.parse.Entities {
		switch {
		case isName(e):
			if len(e.Candidates) > 0 {
				n++
			}
		case evident[e.Type] && !(e.Type == "subject" && q.isCue(e)):
			kinds[e.Type] = true
		}
	}
	if n += len(kinds); n == 0 && (q.anyWord(trade) || q.everywhere()) {
		return 1
	}
	return n
}

// evident are the types of entities that say something of things that are stored.
var evident = setOf("subject engine condition health " + nlp.Quantity + " " + nlp.Percentage)

// trade are the words of those who keep storage that are no subject.
var trade = setOf(`storage space capacity usage headroom room gigabytes gigabyte terabytes terabyte gigs tib gib tb gb provision provisioned backup
	backups outage data openebs engine engines persistent`)

// together sums the confidence of the likeliest intent and of those that come to the same query.
func (q *question) together() float64 {
	sum := 0.0
	var first *models.Query
	for i, s := range q.parse.Ranking {
		if s.Confidence < likelyEnough {
			break
		}
		again := q.renewed()
		if again.intent = q.intents[s.Intent]; again.intent == nil || again.intent.act == actChat || again.intent.act == actCustom || again.fill() != nil {
			continue
		}
		if i == 0 {
			first = again.query
		}
		if reflect.DeepEqual(first, again.query) {
			sum += s.Confidence
		}
	}
	return sum
}
